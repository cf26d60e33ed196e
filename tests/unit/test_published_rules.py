"""Published systems of the rules that no counter, rate or price of every pull tells: each figure as
its publisher has it, or, where there is none, counted out a second time by plain arithmetic.

The document beside them: `docs/banner-format.md`, "Published systems".
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Final

import pytest

from gacha import engine, odds, shared_box
from gacha.banner import Banner, parse
from gacha.chains import Work, members
from gacha.engine import State
from gacha.errors import OddsError
from gacha.odds import copies

FILES: Final = Path(__file__).parents[1] / "banners"


def read(text: str) -> Banner:
    return parse(text.encode(), "published.toml")


def rarity(id_: str, rate: str = "", more: str = "") -> str:
    rate = f'rate = "{rate}"\n' if rate else ""
    return f'[[rarity]]\nid = "{id_}"\nname = {{ ja = "{id_}", en = "{id_}" }}\n{rate}{more}'


def cards(of: str, count: int, first: int, stock: str = "") -> str:
    return "".join(
        f'[[card]]\nid = "{of}-{n}"\nnumber = {first + n}\nrarity = "{of}"\n'
        f'name = {{ ja = "{of} {n}", en = "{of} {n}" }}\n{stock}'
        for n in range(count)
    )


def named(id_: str) -> str:
    return f'id = "{id_}"\nkind = "{id_}"\nname = {{ ja = "{id_}", en = "{id_}" }}\n'


# --- no repeats -----------------------------------------------------------------------------------

IRON_CROWN: Final = (
    f"{named('iron-crown')}price = {{ one = 700 }}\n"
    + rarity("item", "1", "no_repeats = true\n")
    + cards("item", 24, 0)
)
"""Apex Legends, Iron Crown Collection Event (Respawn, August 2019): packs of one item, drawn from
24, "50 % Epic, 50 % Legendary", no duplicates; 700 coins each."""


def test_iron_crown() -> None:
    of = read(IRON_CROWN)
    epic = frozenset(f"item-{n}" for n in range(12))
    first = engine.row(of, engine.position(of, engine.start(of)))
    assert sum(part for card, part in first if card.id in epic) == Fraction(1, 2)  # as published
    assert odds.long_run(of, epic) == Fraction(1, 2)
    one = odds.first(of, frozenset({"item-7"}))
    assert (one.expected, one.certain) == (Fraction(25, 2), 24)
    assert list(one.chances) == [Fraction(1, 24)] * 24
    assert one.expected_cost == Fraction(25, 2) * 700
    # All 24, which the heirloom asked for: 24 packs, since none comes twice.
    assert of.price(1) * 24 == 16_800
    none = odds.first(of, epic)
    assert none.certain == 13
    for packs in range(13):
        assert none.without(packs) == Fraction(comb(12, packs), comb(24, packs))


# --- pulls that do not count ----------------------------------------------------------------------

URGENT: Final = (FILES / "endfield.toml").read_text("utf-8") + "\n[ticket]\ncounts = false\n"
"""Arknights: Endfield (Hypergryph, January 2026): ten free pulls of a chartered banner, "Urgent
Recruitment", that move neither of its counters. The publisher gives no figure for them."""


def test_endfields_urgent_recruitment() -> None:
    of = read(URGENT)
    six, start = members(of.rarities[0]), engine.start(of)
    due = State.from_dict(of, {"since": {"six": 79}, "promises": {of.promises[0].id: 119}})
    assert engine.rates(of, due)["six"] == 1 and engine.rates(of, start)["six"] == Fraction("0.008")
    # Drawn as a first pull is, whatever the player has counted: ten at 0.8 %, half of it featured.
    assert odds.in_one(of, six, 10, Work()) == 1 - Fraction("0.992") ** 10
    assert odds.in_one(of, odds.featured(of), 10, Work()) == 1 - Fraction("0.996") ** 10
    # And the tenth is a 5★ or better, as in every ten pulls.
    better = six | members(of.rarities[1])
    assert odds.in_one(of, better, 10, Work()) == 1
    # None of them moves the 80 or the 120.
    assert not of.tickets_count and engine.uncounted(of, due, 10) == due


# --- an exchange with limits ----------------------------------------------------------------------

KEEPERS: Final = (FILES / "fire-emblem-heroes.toml").read_text("utf-8") + (
    '\n[exchange]\n[[exchange.offer]]\nof = ["five.featured"]\nprice = 40\nlimit = 1\n'
)
"""Fire Emblem Heroes, Keepers of Faith (Nintendo, August 2021): a free summon after 40, 80, 120 and
160 summons, each focus hero once. With the usual rates."""


def test_keepers_of_faith() -> None:
    of = read(KEEPERS)
    hero = next(card for card in of.cards if card.featured)
    heroes = [card for card in of.cards if card.featured]
    assert len(heroes) * 40 == 160  # as published: at 160 one of each
    found = copies.reach(of, copies.goal(of, hero.id, 1), None, work=Work())
    assert found.certain == 40
    # A second way: summons since the last 5★, and the chance that this hero has not come.
    there, without = {0: Fraction(1)}, []
    for _ in range(40):
        without.append(sum(there.values()))
        following: dict[int, Fraction] = {}
        for since, chance in there.items():
            five = Fraction("0.06") + since // 5 * Fraction("0.005")
            mine = five / 2 / len(heroes)
            for then, part in ((0, five - mine), (since + 1, 1 - five)):
                following[then] = following.get(then, Fraction(0)) + chance * part
        there = following
    assert found.until.expected == sum(without)
    assert found.by_points == sum(there.values())
    # Once each: points never pay a second copy of one.
    with pytest.raises(OddsError, match="points pay only 1 of 2 copies"):
        copies.reach(of, copies.goal(of, hero.id, 2), None, work=Work())
    taken = State.from_dict(of, {"points": 160, "exchanged": {hero.id: 1}})
    assert engine.to_take(of, taken, hero.id) == 0
    assert all(engine.to_take(of, taken, each.id) == 1 for each in heroes if each is not hero)


# --- prices of a day ------------------------------------------------------------------------------

DAILY: Final = (
    f"{named('daily-sixty')}price = {{ one = 250, ten = 2500 }}\n"
    + rarity("ssr", "0.015")
    + rarity("sr", "0.085")
    + rarity("r", "0.9")
    + cards("ssr", 1, 0)
    + cards("sr", 1, 1)
    + cards("r", 1, 2)
    + '[[ten.minimum]]\nof = ["ssr", "sr"]\n[limit]\nper_day = 100\nprices = [60]\n'
)
"""THE IDOLM@STER Cinderella Girls Starlight Stage (Bandai Namco, from 2015): 250 jewels a pull, the
first of a day 60 of those that were paid; SSR 1.5 %, and a ten-pull has one SR at least."""


def test_the_first_pull_of_a_day() -> None:
    of = read(DAILY)
    state, paid = engine.start(of), []
    for day in (20_000, 20_001):
        state = engine.on_day(of, state, day)
        for word in (2**63, 2**63):
            paid.append(engine.price(of, state, 1))
            _, state = engine.draw(of, state, 1, iter([word]))
    assert paid == [60, 250, 60, 250]
    # The figure that players reckon with: 100 days are 6,000 jewels and one and a half SSR.
    ssr = members(of.rarities[0])
    assert odds.long_run(of, ssr) * 100 == Fraction(3, 2) and 100 * paid[0] == 6_000
    until = odds.first(of, ssr)
    assert until.expected == Fraction(200, 3)  # 4,000 jewels at 60, and 16,666 2/3 at 250
    assert until.within[29] == 1 - Fraction("0.985") ** 30


# --- stock that a server shares -------------------------------------------------------------------

PRIZES: Final = {"a": 2, "b": 2, "c": 2, "d": 2, "e": 2, "f": 8, "g": 10, "h": 16, "i": 36}
KEION: Final = (
    f"{named('keion')}price = {{ one = 1 }}\n"
    + "".join(map(rarity, ["last", *PRIZES]))
    + cards("last", 1, 0, "stock = 0\n")
    + "".join(cards(of, 1, n, f"stock = {PRIZES[of]}\n") for n, of in enumerate(PRIZES, 1))
    + '[shared]\nlast = "last-0"\n[limit]\nper_day = 80\n'
)
"""Ichiban Kuji Premium, K-ON! The Movie (Banpresto, 24 March 2012): 80 tickets, of prizes A to E
two each, then 8, 10, 16 and 36; the series gives a prize for the last one. The publisher has the
copies, and no probabilities; the price changes none."""


def test_keion() -> None:
    of = read(KEION)
    assert shared_box.tickets(of) == sum(PRIZES.values()) == 80
    figures = frozenset(f"{prize}-0" for prize in "abcde")
    until = odds.first(of, figures)
    assert (until.expected, until.certain) == (Fraction(81, 11), 71)
    one = odds.first(of, frozenset({"a-0"}))
    assert (one.expected, one.certain) == (Fraction(81, 3), 79)
    for bought in (1, 8, 20, 70):
        assert until.without(bought) == Fraction(comb(70, bought), comb(80, bought))
        assert one.without(bought) == Fraction(comb(78, bought), comb(80, bought))
    # "One of eight": eight tickets have a figure for two in three.
    assert round(float(1 - until.without(8)), 4) == 0.6743
    for prize, copies_of in PRIZES.items():
        assert odds.long_run(of, frozenset({f"{prize}-0"})) == Fraction(copies_of, 80)


@pytest.mark.parametrize("text", [IRON_CROWN, URGENT, KEEPERS, DAILY, KEION])
def test_the_longest_run_of_each_file_is_whole(text: str) -> None:
    of = read(text)
    drawn = [odds.long_run(of, members(each)) for each in of.rarities]
    assert sum(drawn) == 1
