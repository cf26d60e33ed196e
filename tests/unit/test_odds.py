"""Published figures, to the last digit that is published, and the same odds found in other ways."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gacha import chains, engine, odds, solving
from gacha.banner import Banner, parse
from gacha.chains import Work, members
from gacha.engine import State
from gacha.errors import OddsError
from gacha.odds import First, plot, told
from gacha.odds import __main__ as command_line
from gacha.solving import Rounded
from tests.conftest import ROOT
from tests.unit import test_engine

FILES = Path(__file__).parents[1] / "banners"
STARLIT = Path(__file__).parents[2] / "layers/gacha/python/gacha/banners" / "starlit-atelier.toml"
PUBLISHED = sorted(path.stem for path in FILES.glob("*.toml"))

# Rules in combinations that no game has, at a size that can be counted out by hand.
ODD = """
id = "odd"
kind = "odd"
name = { ja = "奇", en = "Odd" }
price = { one = 3, ten = 25 }
[exchange]
price = 4
[[promise]]
id = "soft"
of = ["a.featured"]
within = 4
at = "a"
[[promise]]
id = "chosen"
of = ["a1"]
within = 2
counts = "a"
[[promise]]
id = "once"
of = ["a", "b"]
within = 5
once = true
[ten]
minimum = [{ of = ["a", "b"], count = 4 }]
slot = [{ number = 3, rates = { a = "1/2", b = "1/4", c = "1/4" } }]
[[rarity]]
id = "a"
name = { ja = "甲", en = "A" }
rate = "1/10"
table = [[3, "1/5"], [4, "1/20"]]
reset_by = ["c"]
featured = { share = "2/3", guarantee = 2 }
[[rarity]]
id = "b"
name = { ja = "乙", en = "B" }
rate = "1/5"
ceiling = 4
reset_by = ["a"]
[[rarity]]
id = "c"
name = { ja = "丙", en = "C" }
rate = "3/10"
ceiling = 3
[[rarity]]
id = "d"
name = { ja = "丁", en = "D" }
rate = "2/5"
""" + "".join(
    f'[[card]]\nid = "{rarity}{place}"\nnumber = {number}\nrarity = "{rarity}"\n'
    f"weight = {place}\nfeatured = {'true' if place < 3 else 'false'}\n"
    f'name = {{ ja = "{rarity}", en = "{rarity}" }}\n'
    for number, (rarity, place) in enumerate((r, p) for r in "abcd" for p in (1, 2, 3))
)


# The same of multi-pulls: frozen ones, and packs in steps with a minimum and a whole table.
PACKS = """
id = "packs"
kind = "packs"
name = { ja = "束", en = "Packs" }
[[multi]]
size = 3
price = 8
frozen = true
[[multi]]
size = 5
price = [13, 12]
[[multi.minimum]]
of = ["a", "b"]
count = 2
[[multi.slot]]
number = 5
rates = { a = "1/2", b = "1/2" }
steps = [2]
[[multi.whole]]
chance = "1/9"
rates = { a = "2/3", c = "1/3" }
[[promise]]
id = "once"
of = ["a", "b"]
within = 3
once = true
[[rarity]]
id = "a"
name = { ja = "甲", en = "A" }
rate = "1/10"
table = [[3, "1/5"], [4, "1/20"]]
featured = { share = "2/3", guarantee = 1 }
[[rarity]]
id = "b"
name = { ja = "乙", en = "B" }
rate = "1/5"
ceiling = 4
reset_by = ["a"]
[[rarity]]
id = "c"
name = { ja = "丙", en = "C" }
rate = "7/10"
""" + "".join(
    f'[[card]]\nid = "{rarity}{place}"\nnumber = {number}\nrarity = "{rarity}"\n'
    f"featured = {'true' if place < 2 else 'false'}\n"
    f'name = {{ ja = "{rarity}", en = "{rarity}" }}\n'
    for number, (rarity, place) in enumerate((r, p) for r in "abc" for p in (1, 2))
)


@cache
def banner_of(name: str) -> Banner:
    if text := {"odd": ODD, "packs": PACKS}.get(name):
        return parse(text.encode(), name)
    return parse((FILES / f"{name}.toml").read_bytes(), name)


def rarity(name: str, index: int = 0) -> frozenset[str]:
    return members(banner_of(name).rarities[index])


def wanted(name: str) -> frozenset[str]:
    return odds.featured(banner_of(name))


def known(value: Fraction | None) -> Fraction:
    """The mean of what is certain to come."""
    assert value is not None
    return value


def percent(value: Fraction, digits: int) -> str:
    return f"{float(round(100 * value, digits)):.{digits}f}"


# --- published figures (the table in docs/banner-format.md) --------------------------------------


def test_genshin_five() -> None:
    banner, five = banner_of("genshin"), rarity("genshin")
    rate, until = odds.long_run(banner, five), odds.first(banner, five)
    assert percent(rate, 6) == "1.605205" and percent(rate, 1) == "1.6"
    assert rate == 1 / known(until.expected)
    assert round(float(known(until.expected)), 4) == 62.2973
    assert (until.median, until.certain) == (76, 90)
    assert round(float(known(until.expected_cost)), 1) == round(160 * 62.2973, 1)


def test_genshin_featured() -> None:
    until = odds.first(banner_of("genshin"), odds.featured(banner_of("genshin")))
    assert round(float(known(until.expected)), 4) == 93.4460
    assert until.certain == 180


def test_capturing_radiance() -> None:
    """55 % of what no guarantee decides is featured, as is published; the first copy is as it was,
    and the third loss in a row makes the next a certain win."""
    banner = banner_of("genshin-radiance")
    five, up = rarity("genshin-radiance"), odds.featured(banner)
    part = odds.long_run(banner, up) / odds.long_run(banner, five)
    contested = 2 - 1 / part  # each loss brings one more 5★, which is featured
    assert contested == Fraction(16, 29) and percent(contested, 0) == "55"
    assert odds.long_run(banner, five) == odds.long_run(banner_of("genshin"), rarity("genshin"))
    first = odds.first(banner_of("genshin"), wanted("genshin"))
    assert odds.first(banner, up).chances == first.chances
    for losses, certain in ((0, 180), (2, 180), (3, 90)):
        state = State.from_dict(banner, {"contested": {"five": losses}})
        assert odds.first(banner, up, state).certain == certain


@pytest.mark.long
def test_shares_by_losses_agree_with_gganalysis() -> None:
    """A second implementation of Capturing Radiance, from each count of losses and in the long run,
    with its own numbers and with ours."""
    reason = "an independent implementation: pip install GGanalysis"
    genshin = pytest.importorskip("GGanalysis.games.genshin_impact.gacha_model", reason=reason)
    text = (FILES / "genshin-radiance.toml").read_text("utf-8")
    ours = '["1/2", "1/2", "3/4", "1"]'
    for shares in (["0.5", "0.5", "0.75", "1"], [f"{share}" for share in genshin.CR_PITY[1:]]):
        banner = parse(text.replace(ours, json.dumps(shares)).encode(), "radiance.toml")
        up = odds.featured(banner)
        model = genshin.CapturingRadianceModel(cr_pity_p=[0, *map(float, shares)])
        for losses in range(4):
            for lost in (0, 1)[: 1 + (losses > 0)]:
                state = State.from_dict(
                    banner, {"contested": {"five": losses}, "lost": {"five": lost}}
                )
                until = odds.first(banner, up, state)
                other = model(1, cr_pity=losses, up_pity=lost)
                assert [float(chance) for chance in until.chances] == pytest.approx(
                    list(other.dist[1 : len(until.chances) + 1]), rel=1e-9, abs=1e-15
                )
        per_copy = (model(40).exp - model(20).exp) / 20
        assert float(1 / odds.long_run(banner, up)) == pytest.approx(per_copy, rel=1e-6)


def test_genshin_four() -> None:
    rate = odds.long_run(banner_of("genshin"), rarity("genshin", 1))
    assert percent(rate, 4) == "13.0567" and percent(rate, 0) == "13"


def test_a_hard_ceiling_alone_fails_genshin() -> None:
    name = "genshin-hard-ceiling-only"
    rate = odds.long_run(banner_of(name), rarity(name))
    assert percent(rate, 4) == "1.4347"
    assert percent(rate, 1) != "1.6"


def test_arknights() -> None:
    until = odds.first(banner_of("arknights"), rarity("arknights"))
    assert round(float(known(until.expected)), 6) == 34.594555
    assert [percent(until.within[n - 1], 2) for n in (55, 62, 67)] == ["76.05", "95.02", "99.28"]
    assert until.certain == 99


def test_blue_archive() -> None:
    banner, cards = banner_of("blue-archive"), wanted("blue-archive")
    for ten in (False, True):
        until = odds.first(banner, cards, count=10 if ten else 1, horizon=200)
        assert percent(1 - until.within[199], 4) == "24.5386"
        assert until.expected == 1 / Fraction("0.007") and until.certain is None
    two = odds.long_run(banner, rarity("blue-archive", 1), count=10)
    assert two == (10 * Fraction("0.185") + Fraction("0.785") ** 10) / 10


def test_uma_musume() -> None:
    banner, cards = banner_of("uma-musume"), wanted("uma-musume")
    assert odds.long_run(banner, rarity("uma-musume", 1), count=10) == Fraction("0.259")
    assert odds.long_run(banner, rarity("uma-musume", 1)) == Fraction("0.18")
    for ten in (False, True):
        until = odds.first(banner, cards, count=10 if ten else 1, horizon=200)
        assert percent(1 - until.within[199], 4) == "22.1872"


def test_fgo() -> None:
    banner = banner_of("fgo")
    published = ("0.01", "0.04", "0.03", "0.12", "0.4", "0.4")
    for index, rate in enumerate(published):
        assert odds.long_run(banner, rarity("fgo", index)) == Fraction(rate)
    until = odds.first(banner, odds.featured(banner))
    assert until.certain == 330
    assert until.within[328] == 1 - (1 - Fraction("0.008")) ** 329
    # One featured card by promise to come changes nothing for ever.
    assert odds.long_run(banner, odds.featured(banner)) == Fraction("0.008")


def test_box() -> None:
    banner = banner_of("festival-box")
    until = odds.first(banner, frozenset({"grand-prize"}))
    assert until.chances == (Fraction(1, 100),) * 100
    assert until.expected == Fraction(101, 2)
    assert odds.long_run(banner, frozenset({"grand-prize"})) == Fraction(2, 101)
    state = State.from_dict(banner, {"drawn": {"candy": 60, "ramune": 20}})
    assert odds.first(banner, frozenset({"grand-prize"}), state).certain == 20


@pytest.mark.parametrize("weight", [1, 7])
def test_a_box_that_is_drawn_to_the_end_gives_what_it_holds(weight: int) -> None:
    """Held against the walk through all its states."""
    text = (FILES / "festival-box.toml").read_text("utf-8")
    text = re.sub(r"refill_after = .*", "", text).replace(
        'id = "candy"', f'id = "candy"\nweight = {weight}'
    )
    banner = parse(re.sub(r"stock = [0-9]+", "stock = 2", text).encode(), "box.toml")
    for card in banner.cards:
        walked = chains.build(banner, frozenset({card.id}), engine.start(banner), count=1)
        assert odds.long_run(banner, frozenset({card.id})) == solving.long_run(walked)


# --- other games, whose rules needed no code ------------------------------------------------------

OTHER_GAMES = [  # banner, place of the rarity, what is published of it in the long run (%), places
    ("star-rail-light-cone", 0, "1.87", 2),
    ("star-rail-light-cone", 1, "14.8", 1),
    ("wuthering-waves", 0, "1.8", 1),
    ("wuthering-waves", 1, "12", 0),
    ("zenless-w-engine", 0, "2.0", 1),
    ("zenless-w-engine", 1, "18", 0),
    ("reverse-1999", 0, "2.36", 2),
    ("alchemy-stars", 0, "2.914069", 6),
    ("alchemy-stars", 3, "54.585941", 6),
    ("azur-lane", 0, "1.2", 1),
    ("princess-connect", 0, "2.5", 1),
]


@pytest.mark.parametrize(("name", "place", "published", "places"), OTHER_GAMES)
def test_other_games(name: str, place: int, published: str, places: int) -> None:
    assert percent(odds.long_run(banner_of(name), rarity(name, place)), places) == published


def test_princess_connect_in_ten_pulls() -> None:
    banner = banner_of("princess-connect")
    two = odds.long_run(banner, rarity("princess-connect", 1), count=10)
    assert two == (9 * Fraction("0.18") + Fraction("0.975")) / 10
    until = odds.first(banner, wanted("princess-connect"), count=10, horizon=200)
    assert until.within[199] == 1 - Fraction("0.993") ** 200


def test_arknights_limited() -> None:
    banner = banner_of("arknights-limited")
    until = odds.first(banner, rarity("arknights-limited"))
    assert round(float(known(until.expected)), 6) == 34.594555 and until.certain == 99
    better = rarity("arknights-limited") | rarity("arknights-limited", 1)
    assert odds.first(banner, better).certain == 10
    kept = State.from_dict(banner, {"promises": {"five-or-better-within-ten": True}})
    # The 95th pull is a 6★ with 92 % and a 5★ with 8 %.
    assert odds.first(banner, better, kept).certain == 95


def test_endfield() -> None:
    banner = banner_of("endfield")
    until = odds.first(banner, wanted("endfield"))
    assert until.certain == 120
    # Without the promise half of the 6★ are featured, so the mean is twice that to a 6★.
    six = odds.first(banner, rarity("endfield"))
    kept = State.from_dict(banner, {"promises": {banner.promises[0].id: True}})
    assert odds.first(banner, wanted("endfield"), kept).expected == 2 * known(six.expected)
    assert (
        until.within[118] == odds.first(banner, wanted("endfield"), kept, horizon=119).within[118]
    )
    better = rarity("endfield") | rarity("endfield", 1)
    assert odds.first(banner, better).certain == 10


def test_step_up() -> None:
    banner, cards = banner_of("step-up"), wanted("step-up")
    until = odds.first(banner, cards, count=10)
    assert until.certain == 50  # the fifth ten-pull's tenth card
    without = 1 - Fraction("0.015")
    assert until.within[28] == 1 - without**29
    assert until.within[29] == 1 - without**29 / 2
    # Five ten-pulls have 47 ordinary cards, one that is featured half the time, one that always is.
    mean = (48 * Fraction("0.015") + Fraction(1, 2) + 1) / 50
    assert odds.long_run(banner, cards, count=10) == mean
    assert odds.long_run(banner, cards) == Fraction("0.015")
    paid = (
        1500 + 3000 * sum(without**n for n in (10, 20)) + 3000 * without**29 / 2 * (1 + without**10)
    )
    assert until.expected_cost == paid
    last = State.from_dict(banner, {"step": 4})
    fifth = odds.first(banner, cards, last, count=10)
    assert fifth.certain == 10 and fifth.expected_cost == 3000
    assert banner.price(10, last.step) == 3000 and banner.price(10) == 1500


def test_azur_lane() -> None:
    until = odds.first(banner_of("azur-lane"), rarity("azur-lane"))
    assert until.certain == 200
    assert until.within[198] == 1 - Fraction("0.988") ** 199


def test_fire_emblem_heroes_raises_five_at_the_cost_of_four_and_three() -> None:
    banner = banner_of("fire-emblem-heroes")
    shown = {  # summons without a 5★: 5★, 4★, 3★ as the game shows them
        0: ("6.00", "58.00", "36.00"),
        5: ("6.50", "57.69", "35.81"),
        119: ("17.50", "50.90", "31.60"),
    }
    for since, figures in shown.items():
        state = State.from_dict(banner, {"since": {"five": since}})
        rates = engine.rates(banner, state)
        assert tuple(percent(rate, 2) for rate in rates.values()) == figures
        assert rates["four"] / rates["three"] == Fraction(58, 36)
    assert odds.first(banner, rarity("fire-emblem-heroes")).certain == 121


# --- an independent oracle -----------------------------------------------------------------------


def test_agrees_with_gganalysis() -> None:
    reason = "an independent implementation: pip install GGanalysis"
    genshin = pytest.importorskip("GGanalysis.games.genshin_impact", reason=reason)
    arknights = pytest.importorskip("GGanalysis.games.arknights", reason=reason)
    rail = pytest.importorskip("GGanalysis.games.honkai_star_rail", reason=reason)
    waves = pytest.importorskip("GGanalysis.games.wuthering_waves", reason=reason)
    zenless = pytest.importorskip("GGanalysis.games.zenless_zone_zero", reason=reason)
    reverse = pytest.importorskip("GGanalysis.games.reverse_1999", reason=reason)
    alchemy = pytest.importorskip("GGanalysis.games.alchemy_stars", reason=reason)
    chart = frozenset({"five-featured-1"})
    for name, cards, other in (
        ("star-rail-light-cone", rarity("star-rail-light-cone"), rail.common_5star_weapon(1)),
        ("wuthering-waves", rarity("wuthering-waves"), waves.common_5star(1)),
        ("wuthering-waves", wanted("wuthering-waves"), waves.up_5star_character(1)),
        ("zenless-w-engine", wanted("zenless-w-engine"), zenless.up_5star_weapon(1)),
        ("reverse-1999", wanted("reverse-1999"), reverse.up_6star(1)),
        ("alchemy-stars", wanted("alchemy-stars"), alchemy.up_6star(1)),
        ("genshin", rarity("genshin"), genshin.common_5star(1)),
        ("genshin-weapon", rarity("genshin-weapon"), genshin.common_5star_weapon(1)),
        ("genshin-weapon", chart, genshin.classic_up_5star_ep_weapon(1)),
        ("arknights", rarity("arknights"), arknights.common_6star(1)),
    ):
        until = odds.first(banner_of(name), cards)
        assert [float(chance) for chance in until.chances] == pytest.approx(
            list(other.dist[1:]), rel=1e-9, abs=1e-15
        )
        assert float(known(until.expected)) == pytest.approx(other.exp, rel=1e-12)


# --- the same odds without lumping or solving ----------------------------------------------------


def counted_out(
    banner: Banner, cards: frozenset[str], state: State, count: int, pulls: int
) -> list[Fraction]:
    """First-hit probabilities over the banner's own states, card by card."""
    entry = engine.position(banner, state, count)
    here = {entry: Fraction(1)}
    chances = []
    for pull in range(1, pulls + 1):
        there: dict[engine.Position, Fraction] = defaultdict(Fraction)
        hit = Fraction(0)
        for place, mass in here.items():
            for at, chance in engine.openings(banner, place):
                for card, probability in engine.row(banner, at):
                    if card.id in cards:
                        hit += mass * chance * probability
                        continue
                    following = engine.after(banner, at, card)
                    if entry.slot and pull % count == 0:
                        following = engine.open_multi(banner, following, count)
                    there[following] += mass * chance * probability
        chances.append(hit)
        here = there
    return chances


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_lumping_changes_no_odds(data: st.DataObject) -> None:
    of = data.draw(st.sampled_from(["odd", "packs", "any", "any", *PUBLISHED]))
    banner = data.draw(test_engine.banners()) if of == "any" else banner_of(of)
    ids = sorted(card.id for card in banner.cards)
    whole = [members(rarity) for rarity in banner.rarities]
    some = st.frozensets(st.sampled_from(ids), min_size=1, max_size=6)
    cards = data.draw(st.sampled_from(whole) | some)
    words = iter(data.draw(st.lists(st.integers(0, 2**64 - 2**40), min_size=20, max_size=20)))
    _, state = engine.draw(banner, engine.start(banner), data.draw(st.integers(1, 9)), words)
    count = data.draw(st.sampled_from(banner.sizes))
    pulls = {"odd": 12, "packs": 12, "any": 8}.get(banner.id, 5)
    chain = chains.build(banner, cards, state, count, until_hit=True)
    chances = solving.distribution(chain, pulls).chances[:pulls]
    expected = counted_out(banner, cards, state, count, pulls)[: len(chances)]
    assert list(chances) == expected


@pytest.mark.parametrize(("name", "count"), [("odd", 1), ("odd", 10), ("packs", 3), ("packs", 5)])
def test_the_long_run_is_where_a_long_walk_leads(name: str, count: int) -> None:
    banner = banner_of(name)
    entry = engine.position(banner, engine.start(banner), count)
    moves: dict[engine.Position, list[tuple[engine.Position, str, float]]] = {}

    def out_of(place: engine.Position) -> list[tuple[engine.Position, str, float]]:
        if place not in moves:
            moves[place] = []
            for at, chance in engine.openings(banner, place):
                for card, probability in engine.row(banner, at):
                    following = engine.after(banner, at, card)
                    if place.slot == count:
                        following = engine.open_multi(banner, following, count)
                    moves[place].append((following, card.rarity, float(chance * probability)))
        return moves[place]

    here, seen, steps = {entry: 1.0}, defaultdict[str, float](float), 0
    for step in range(160):
        there: dict[engine.Position, float] = defaultdict(float)
        for place, mass in here.items():
            for following, drawn, probability in out_of(place):
                there[following] += mass * probability
                if step >= 100:
                    seen[drawn] += mass * probability
        steps += step >= 100
        here = there
    for tier in banner.rarities:
        rate = odds.long_run(banner, members(tier), count)
        assert float(rate) == pytest.approx(seen[tier.id] / steps, rel=1e-6)


def test_tcg_pocket() -> None:
    """The game's tables for the fourth and fifth card, and one pack in 2,000 that is another."""
    banner = banner_of("tcg-pocket")
    assert banner.sizes == banner.ways == (5,)
    at = engine.position(banner, engine.start(banner), 5)
    ordinary = engine.openings(banner, at)[1][0]
    published = {4: "0.04 0.222 0.5 2.572 1.666 5 90 0", 5: "0.16 0.888 2 10.288 6.664 20 60 0"}
    for slot in range(1, 6):
        rates = engine.rates_at(banner, ordinary).values()
        told = published.get(slot, "0 0 0 0 0 0 0 100").split()
        assert [100 * each for each in rates] == [Fraction(each) for each in told]
        ordinary = engine.after(banner, ordinary, banner.rarities[-1].cards[0])
    crown, rare = rarity("tcg-pocket"), Fraction(1, 2000)
    per_pack = (1 - rare) * (Fraction("0.0004") + Fraction("0.0016")) + rare * 5 * Fraction(1, 19)
    assert odds.long_run(banner, crown, 5) == per_pack / 5
    without = (1 - rare) * (1 - Fraction("0.0004")) * (1 - Fraction("0.0016"))
    without += rare * Fraction(18, 19) ** 5
    until = odds.first(banner, crown, count=5)
    assert until.within[4] == 1 - without and until.within[499] == 1 - without**100
    assert until.certain is None
    assert until.expected_cost == 12 / (1 - without)  # packs, which are independent of each other


def test_fire_emblem_heroes_in_sessions() -> None:
    banner = banner_of("fire-emblem-heroes-session")
    five = rarity("fire-emblem-heroes-session")
    until = odds.first(banner, five, count=5)
    expected, left = [], Fraction(1)
    for session in range(24):  # 0.5 points more after each session without one
        for _ in range(5):
            rate = Fraction("0.06") + session * Fraction("0.005")
            expected.append(left * rate)
            left *= 1 - rate
    assert list(until.chances) == [*expected, left]
    assert until.certain == 121
    assert until.expected_cost == sum(
        20 * ((pull + 4) // 5) * chance for pull, chance in enumerate(until.chances, start=1)
    )
    # At the ceiling all five are, since the rates of the beginning hold in all of a session.
    state = State.from_dict(banner, {"since": {"five": 120}})
    cards, _ = engine.draw(banner, state, 5, iter([2**63] * 5))
    assert {card.rarity for card in cards} == {"five"}
    # Elsewhere the second would have the usual rate again.
    single = banner_of("fire-emblem-heroes")
    cards, _ = engine.draw(single, state, 5, iter([2**63] * 5))
    assert [card.rarity for card in cards] == ["five", *["four"] * 4]


def test_eleven_for_ten() -> None:
    """FGO's: eleven for the price of ten, a servant and a 4★ or better among them."""
    text = (FILES / "fgo.toml").read_text("utf-8")
    text = text.replace("one = 3, ten = 30", "one = 3").replace("[[ten.", "[[multi.")
    text = text.replace("[[multi.", "[[multi]]\nsize = 11\nprice = 30\n[[multi.", 1)
    banner, cards = parse(text.encode(), "eleven"), wanted("fgo")
    # Ten cards are ordinary, unless the last ones have to be what the others lack.
    assert banner.price(11) == 10 * banner.price(1)
    eleven = odds.first(banner, cards, count=11)
    assert eleven.certain == 330 and eleven.within[8] == 1 - (1 - Fraction("0.008")) ** 9
    counted = counted_out(banner, members(banner.rarities[0]), engine.start(banner), 11, 12)
    first = odds.first(banner, members(banner.rarities[0]), count=11)
    assert list(first.chances[:12]) == counted


@pytest.mark.parametrize("name", ["odd", "packs", "arknights", "genshin-weapon"])
def test_expectation_is_the_mean_of_the_distribution(name: str) -> None:
    banner = banner_of(name)
    count = 5 if name == "packs" else 10
    until = odds.first(banner, members(banner.rarities[0]), count=count, horizon=400)
    multi = banner.multi(count)
    assert multi is not None
    mean = sum(pull * chance for pull, chance in enumerate(until.chances, start=1))
    paid = sum(
        multi.cost((pull + count - 1) // count) * chance
        for pull, chance in enumerate(until.chances, start=1)
    )
    assert float(known(until.expected)) == pytest.approx(float(mean), rel=1e-9)
    assert float(known(until.expected_cost)) == pytest.approx(float(paid), rel=1e-9)


def test_rates_of_all_rarities_sum_to_one() -> None:
    for name in ("odd", "packs", "genshin"):
        banner = banner_of(name)
        for count in banner.ways:
            rates = [odds.long_run(banner, members(r), count) for r in banner.rarities]
            if any(isinstance(rate, Rounded) for rate in rates):
                assert abs(sum(rates, Fraction(-1))) < Fraction(1, 10**60)
            else:
                assert sum(rates) == 1


def test_rounded_values_are_right_to_sixty_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    banner, cards = banner_of("odd"), rarity("odd", 3)
    exact = odds.long_run(banner, cards), odds.first(banner, cards, count=10)
    monkeypatch.setattr(solving, "MOST_EXACT_HEADS", 1)
    rate, until = odds.long_run(banner, cards), odds.first(banner, cards, count=10)
    assert isinstance(rate, Rounded) and isinstance(until.expected, Rounded)
    assert abs(rate - exact[0]) < Fraction(1, 10**60)
    assert abs(known(until.expected) - known(exact[1].expected)) < Fraction(1, 10**60)
    assert told.exact(rate)["fraction"] is None


# --- from a given state --------------------------------------------------------------------------


def test_your_next_pull() -> None:
    banner = banner_of("genshin")
    state = State.from_dict(banner, {"since": {"five": 77}, "lost": {"five": 1}})
    until = odds.first(banner, odds.featured(banner), state)
    assert until.chances[0] == Fraction("0.306")
    assert until.chances[0] == engine.rates(banner, state)["five"]
    assert until.certain == 13


def test_quantiles() -> None:
    until = First((Fraction(1, 4), Fraction(1, 4)), Fraction(4), Fraction(4))
    assert (until.quantile(Fraction(1, 4)), until.median, until.certain) == (1, 2, None)
    assert until.quantile(Fraction(3, 4)) is None


def test_what_is_certain_at_every_fifth_pull_whatever_came_before() -> None:
    """Four pulls in five have the base rate, and the fifth is certain."""
    text = test_engine.STAMPS
    stamps = parse(text.encode(), "stamps.toml")
    star = frozenset({"star"})
    rate = Fraction(1, 10)
    assert odds.long_run(stamps, star) == (4 * rate + 1) / 5
    to_first = odds.first(stamps, star)
    assert to_first.certain == 5
    assert to_first.within[:4] == tuple(1 - (1 - rate) ** pull for pull in range(1, 5))
    usual = parse(text.replace("fixed = true\n", "").encode(), "usual.toml")
    assert odds.first(usual, star).within == to_first.within
    assert odds.long_run(usual, star) == 1 / sum((1 - rate) ** pull for pull in range(5))


def test_tower_of_fantasy() -> None:
    """SSR 0.75 %, and every 80th order is one whatever came before; the publisher says 2 %."""
    text = test_engine.STAMPS.replace("within = 5", "within = 80")
    text = text.replace('"1/10"', '"0.0075"').replace('"9/10"', '"0.9925"')
    tower = parse(text.encode(), "tower.toml")
    ssr = members(tower.rarities[0])
    assert odds.long_run(tower, ssr) == Fraction("0.01990625")
    usual = parse(text.replace("fixed = true\n", "").encode(), "usual.toml")
    assert round(odds.long_run(usual, ssr), 6) == Fraction("0.016577")


def test_a_lottery_box() -> None:
    """300 tickets and one grand prize, as published: on average the 150.5th, and certain with the
    300th. Who never begins anew has one of every 300; who always does so at once, has the box that
    is filled again by itself."""
    of, grand = banner_of("lottery-box"), rarity("lottery-box")
    until = odds.first(of, grand)
    assert (until.expected, until.certain) == (Fraction(301, 2), 300)
    assert odds.long_run(of, grand) == Fraction(1, 300)
    text = (FILES / "lottery-box.toml").read_text("utf-8")
    at_once = parse(text.replace("reset_after", "refill_after").encode(), "at-once.toml")
    assert odds.long_run(at_once, grand) == Fraction(2, 301)


def test_without_repeats_a_card_comes_within_as_many_of_its_rarity() -> None:
    """Each place in the order is as probable as another; and in the long run each comes alike,
    whatever it weighs, since every round has all of them."""
    text = test_engine.COLLECTION
    of = parse(text.encode(), "collection.toml")
    for card in "abc":
        assert odds.long_run(of, frozenset({card})) == Fraction(1, 12)
    alike = parse(re.sub("weight = [23]", "weight = 1", text).encode(), "alike.toml")
    one = odds.first(alike, frozenset({"b"}))
    assert one.expected == Fraction(3 + 1, 2) * 4  # of every four pulls one is rare
    assert one.within[0] == Fraction(1, 4) * Fraction(1, 3)
    plain = parse(text.replace("no_repeats = true\n", "").encode(), "plain.toml")
    assert odds.long_run(plain, frozenset({"b"})) == Fraction(1, 4) * Fraction(2, 6)


def test_refuses_cards_of_other_banners() -> None:
    for cards in (frozenset[str](), frozenset({"nobody"})):
        with pytest.raises(OddsError, match="no cards of genshin-character"):
            odds.first(banner_of("genshin"), cards)


def test_refuses_chains_without_end() -> None:
    with pytest.raises(OddsError, match="rarity five counts 90 pulls"):
        odds.long_run(banner_of("genshin"), rarity("genshin"), work=Work(most_states=50))


# --- the command ---------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = command_line.main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(FILES / "genshin.toml"), "--json")
    told = json.loads(out)
    five, featured = told["rarities"]["five"], told["featured"]
    assert status == 0 and told["ten"] is None and told["banner"] == "genshin-character"
    assert five["consolidated_rate"]["decimal"].startswith("0.0160520")
    assert five["expected_pulls"]["decimal"].startswith("62.2973")
    assert (five["median_pulls"], five["certain_within"]) == (76, 90)
    assert featured["expected_pulls"]["decimal"] == "93.4459980594464559"
    assert len(told["distribution"]) == 90 and len(featured["distribution"]) == 180
    assert told["distribution"][0]["chance"] == {"fraction": "3/500", "decimal": "0.006"}
    assert told["distribution"][-1]["within"] == {"fraction": "1", "decimal": "1"}
    assert sum(Fraction(entry["chance"]["fraction"]) for entry in told["distribution"]) == 1
    assert (
        Fraction(five["expected_pulls"]["fraction"])
        == odds.first(banner_of("genshin"), rarity("genshin")).expected
    )


def test_json_of_ten_pulls(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(FILES / "uma-musume.toml"), "--json")
    told = json.loads(out)
    assert told["rarities"]["sr"]["consolidated_rate"]["fraction"] == "9/50"
    assert told["ten"]["rarities"]["sr"]["consolidated_rate"]["decimal"] == "0.259"
    assert told["ten"]["exchange"]["without_featured"]["decimal"].startswith("0.221872")


def test_json_from_a_state(capsys: pytest.CaptureFixture[str]) -> None:
    state = '{"since": {"ssr": 80}}'
    _, out, _ = run(capsys, str(STARLIT), "--json", "--state", state)
    told = json.loads(out)
    assert told["state"]["since"] == {"ssr": 80, "sr": 0}
    assert told["rarities"]["ssr"]["next_rate"]["decimal"] == "0.488"
    assert told["rarities"]["ssr"]["certain_within"] == 10
    assert told["exchange"]["without_featured"]["fraction"] == "0"


def test_table(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(FILES / "blue-archive.toml"))
    assert status == 0
    for figure in ("single pulls", "ten-pulls", "19.3886 %", "33.3333 pulls", "never"):
        assert figure in out
    assert out.count("no featured card in 200 pulls: 24.5386 %") == 2


def test_table_without_featured_or_exchange(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (FILES / "festival-box.toml").read_text("utf-8").replace("featured = true", "")
    path = tmp_path / "plain.toml"
    path.write_text(text, "utf-8")
    status, out, _ = run(capsys, str(path), "--plot", str(tmp_path / "plain.svg"))
    assert status == 0 and "featured" not in out
    assert json.loads(run(capsys, str(path), "--json")[1])["featured"] is None


@pytest.mark.parametrize("name", ["genshin", "uma-musume", "fgo"])
def test_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    banner = banner_of(name)
    drawn = ElementTree.fromstring(plot.picture(banner, odds.report(banner)))
    bars = drawn.findall(".//{*}g/{*}rect")
    assert len(drawn.findall(".//{*}polyline")) == 2
    assert all(float(bar.attrib["height"]) >= 0 for bar in bars)
    assert len(bars) >= 100


def test_the_picture_of_a_shared_box_is_of_the_highest_that_is_drawn() -> None:
    """The prize for its last ticket is not."""
    path = ROOT / "docs/gallery/limited-stock.toml"
    banner = parse(path.read_bytes(), path.name)
    svg = plot.picture(banner, odds.report(banner))
    assert "Prize A" in svg and "never<" not in svg


def test_the_command_draws_the_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "odds.svg"
    assert run(capsys, str(STARLIT), "--plot", str(picture))[0] == 0
    assert "Starlit Atelier" in picture.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.toml"], "nowhere.toml"),
        ([str(Path(__file__))], "TOML 1.0"),
        ([str(STARLIT), "--state", "[]"], "no JSON object"),
        ([str(STARLIT), "--state", "{"], "Expecting"),
        ([str(STARLIT), "--state", '{"pity": 3}'], 'unknown field "pity"'),
    ],
    ids=["missing", "not TOML", "list", "not JSON", "unknown field"],
)
def test_refusals(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "") and words in err
