"""The Nth copy, by luck and for points: counted out, drawn, published and by others."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hardest import NEVER, RARE, UP, banner, promise, rarity
from gacha import engine, solving
from gacha.banner import Banner, Exchange, ForPoints
from gacha.chains import Work, members
from gacha.engine import State
from gacha.errors import OddsError
from gacha.odds import copies
from gacha.odds.copies import Reach, reach
from tests.unit.test_hard_odds import read, run, small_banners
from tests.unit.test_odds import banner_of, percent, wanted

# --- by the engine's own draws and exchanges ------------------------------------------------------


def counted_out(
    of: Banner, cards: frozenset[str], wanted: int, state: State, size: int, pulls: int
) -> list[Fraction]:
    """The chance to have so many after each of the pulls: every way of every draw, from position to
    position; whoever has the points takes a card at once, as the game's own exchange gives it."""
    offered = sorted(cards & of.exchange.cards) if of.exchange else []

    def bought(points: int, had: int) -> tuple[int, int]:
        purse = state._replace(points=points)
        while offered and had < wanted:
            try:
                _, purse = engine.exchange(of, purse, offered[0])
            except engine.DrawError:
                break
            had += 1
        return purse.points, had

    points, had = bought(state.points, 0)
    here: Mapping[tuple[engine.Position, int, int], Fraction] = {
        (engine.position(of, state, size), points, had): Fraction(1)
    }
    done = []
    for pull in range(1, pulls + 1):
        there: dict[tuple[engine.Position, int, int], Fraction] = defaultdict(Fraction)
        for (place, points, had), mass in here.items():
            for card, part in engine.row(of, place):
                now = had + (card.id in cards)
                left = points + 1
                if pull % size == 0:
                    left, now = bought(left, now)
                after = engine.after(of, place, card)
                if pull % size == 0 and of.differs(size):
                    after = engine.open_multi(of, after, size)
                there[after, left, min(now, wanted)] += mass * part
        here = there
        done.append(sum((mass for (_, _, had), mass in here.items() if had >= wanted), Fraction(0)))
    return done


def of_one_price(price: int, cards: frozenset[str]) -> Exchange:
    return Exchange((ForPoints(cards, price, None),))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_agrees_with_every_way_of_every_draw(data: st.DataObject) -> None:
    of = data.draw(small_banners())
    price = data.draw(st.none() | st.integers(1, 6))
    if price is not None:
        offered = frozenset(card.id for card in of.cards[: data.draw(st.integers(1, 3))])
        of = replace(
            of, exchange=of_one_price(price, offered), hash=f"{of.hash} {price} {sorted(offered)}"
        )
    first = data.draw(st.integers(0, len(of.rarities) - 1))
    some = of.rarities[first : first + data.draw(st.integers(1, 2))]
    cards = frozenset[str]().union(*map(members, some))
    number = data.draw(st.integers(1, 3))
    state = engine.start(of)._replace(points=data.draw(st.integers(0, 4)))
    size = data.draw(st.sampled_from([1, 10]))
    pulls = data.draw(st.integers(1, 12))
    goal = copies.Goal("them", cards, number)
    found = reach(of, goal, state, size)
    shown = list(found.until.within[:pulls])
    expected = counted_out(of, cards, number, state, size, pulls)
    assert shown == expected[: len(shown)]
    if found.certain is not None:  # and not a pull before
        sure = [chance == 1 for chance in expected]
        assert sure == [pull >= found.certain for pull in range(1, pulls + 1)]


def test_agrees_with_what_the_engine_draws() -> None:
    """Drawn two thousand times, and exchanged by the engine, against the exact mean and chances."""
    of = banner_of("blue-archive")
    cards, price = wanted("blue-archive"), 200
    assert of.exchange is not None and of.exchange.price == price
    found = reach(of, copies.goal(of, "three.featured", 2))
    random_words = random.Random(7)
    words = iter(lambda: random_words.getrandbits(64), None)
    taken = sorted(cards)[0]
    counts = []
    for _ in range(2_000):
        state, had, pulls = engine.start(of), 0, 0
        while had < 2:
            (card,), state = engine.draw(of, state, 1, words)
            pulls, had = pulls + 1, had + (card.id in cards)
            if had < 2 and state.points >= price:
                _, state = engine.exchange(of, state, taken)
                had += 1
        counts.append(pulls)
    assert found.until.expected is not None
    mean, exact = sum(counts) / len(counts), float(found.until.expected)
    assert abs(mean - exact) < 5 * 110 / len(counts) ** 0.5  # five standard errors
    by_240 = sum(pulls <= 240 for pulls in counts) / len(counts)
    assert abs(by_240 - float(found.until.within[239])) < 0.05
    assert max(counts) <= 400


# --- published, and by an independent implementation ----------------------------------------------


@cache
def seven_copies() -> Reach:
    genshin = banner_of("genshin")
    return reach(genshin, copies.goal(genshin, "five.featured", 7))


def test_published_figures() -> None:
    """Genshin Impact: seven copies (a constellation of six) take seven times 93.4460 pulls, as each
    begins anew; Blue Archive: 24.5386 % need the 200 points."""
    genshin, archive = banner_of("genshin"), banner_of("blue-archive")
    seven = seven_copies()
    one = reach(genshin, copies.goal(genshin, "five.featured", 1))
    assert one.until.expected is not None and seven.until.expected == 7 * one.until.expected
    assert f"{float(seven.until.expected):.4f}" == "654.1220"
    assert (seven.median, seven.ninety, seven.certain) == (654, 801, 7 * 180)
    assert seven.until.expected_cost == 160 * seven.until.expected
    points = reach(archive, copies.goal(archive, "three.featured", 1), budget=200 * 120)
    assert points.by_points is not None and percent(points.by_points, 4) == "24.5386"
    assert points.certain == 200 and points.budget is not None and points.budget.chance == 1
    # The mean of the smaller of 200 and of pulls until a card of 0.7 %.
    assert points.until.expected == (1 - Fraction("0.993") ** 200) / Fraction("0.007")


@pytest.mark.long
def test_seven_copies_where_the_fifty_fifty_remembers_have_all_their_figures() -> None:
    radiance = banner_of("genshin-radiance")
    found = reach(radiance, copies.goal(radiance, "five.featured", 7))
    assert (found.median, found.ninety, found.certain) == (639, 770, 1170)


def test_agrees_with_gganalysis() -> None:
    games = "GGanalysis.games."
    genshin = pytest.importorskip(games + "genshin_impact", reason="pip install GGanalysis")
    arknights = pytest.importorskip(games + "arknights", reason="pip install GGanalysis")
    for name, of, number, other in (
        ("genshin", "five.featured", 7, genshin.classic_up_5star_character(7)),
        ("genshin", "five", 3, genshin.common_5star(3)),
        ("genshin-weapon", "five-featured-1", 2, genshin.classic_up_5star_ep_weapon(2)),
        ("arknights", "six", 4, arknights.common_6star(4)),
    ):
        banner = banner_of(name)
        goal = copies.goal(banner, of, number)
        found = seven_copies() if number == 7 else reach(banner, goal)
        theirs = list(other.dist[1:])
        assert found.until.expected is not None
        assert float(found.until.expected) == pytest.approx(float(other.exp), rel=1e-9)
        shown = [float(chance) for chance in found.until.chances]
        assert len(shown) > 100
        assert shown == pytest.approx(theirs[: len(shown)], rel=1e-9, abs=1e-15)
        for chance, pull in ((0.5, found.median), (0.9, found.ninety)):
            assert pull is not None
            assert sum(theirs[: pull - 1]) < chance <= sum(theirs[:pull])


# --- what is cut, and what is too much ------------------------------------------------------------


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("of_two", [False, True])
def test_luck_between_two_purchases_ends_it(number: int, of_two: bool) -> None:
    """Whoever has points for all but one is done with the very card that is the last."""
    plain = read(banner([rarity("1/4"), rarity("1/4"), rarity("1/2")]))
    cards = members(plain.rarities[0]) | (members(plain.rarities[1]) if of_two else frozenset())
    of = replace(plain, exchange=of_one_price(4, cards), hash=f"{plain.hash} {of_two}")
    found = reach(of, copies.Goal("them", cards, number))
    assert list(found.until.within) == counted_out(
        of, cards, number, engine.start(of), 1, 4 * number
    )


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_cut_changes_no_figure(data: st.DataObject) -> None:
    """The same from an exact distribution of a few pulls and what follows in fixed point."""
    of = data.draw(small_banners())
    if data.draw(st.booleans()):
        exchange = of_one_price(data.draw(st.integers(2, 9)), members(of.rarities[0]))
        of = replace(of, exchange=exchange, hash=f"{of.hash} {exchange.price}")
    wanted = copies.Goal("it", members(of.rarities[0]), data.draw(st.integers(1, 4)))
    size = data.draw(st.sampled_from([1, 10]))
    budget = data.draw(st.integers(0, 90)) * 160
    whole = reach(of, wanted, count=size, budget=budget)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MOST_PULLS", 2)
        patch.setattr(solving, "MOST_EXACT_BITS", 4)
        cut = reach(of, wanted, count=size, budget=budget)
    assert (cut.median, cut.ninety, cut.certain) == (whole.median, whole.ninety, whole.certain)
    assert cut.until.chances == whole.until.chances[: len(cut.until.chances)]
    for mine, other in (
        (cut.until.expected, whole.until.expected),
        (cut.until.expected_cost, whole.until.expected_cost),
        (cut.by_points, whole.by_points),
        (cut.budget and cut.budget.chance, whole.budget and whole.budget.chance),
    ):
        assert (mine is None) == (other is None)
        assert abs((mine or Fraction(0)) - (other or Fraction(0))) < Fraction(1, 10**50)


def test_points_at_hand_are_enough_at_once() -> None:
    of = banner_of("blue-archive")
    state = State.from_dict(of, {"points": 650})
    three = reach(of, copies.goal(of, "three.featured", 3), state, budget=0)
    assert (three.certain, three.median, three.ninety) == (0, 0, 0) and three.by_points == 1
    assert three.until.expected == three.until.expected_cost == 0
    assert three.budget is not None and three.budget.chance == 1
    five = reach(of, copies.goal(of, "three.featured", 5), state)
    assert five.certain == 1000 - 650 and five.by_points == 1
    other = reach(of, copies.goal(of, "two", 1), state)
    assert other.by_points is None and other.certain is None


def test_points_are_spent_between_multi_pulls() -> None:
    of = banner_of("blue-archive")
    state = State.from_dict(of, {"points": 5})
    goal = copies.goal(of, "three.featured", 1)
    assert reach(of, goal, state).certain == 195
    assert reach(of, goal, state, count=10).certain == 200


def test_a_budget_pays_whole_pulls_at_their_own_prices() -> None:
    of = banner_of("step-up")
    start = engine.start(of)
    for coins, pulls in ((0, 0), (1499, 0), (1500, 10), (4499, 10), (4500, 20)):
        assert copies.affordable(of, coins, start, count=10) == pulls
    free = read(banner([rarity("0.1"), rarity("0.9")], price="{ one = 0, ten = 0 }"))
    goal = copies.goal(free, "r0", 2)
    for size in (1, 10):
        paid = reach(free, goal, count=size, budget=0).budget
        assert paid is not None and paid.pulls is None and paid.chance == 1
    some = read(banner([rarity("0.1"), rarity("0.9")], price="{ one = 3, ten = [9, 0] }"))
    for coins in range(0, 100):
        paid_for = copies.affordable(some, coins, engine.start(some), count=10)
        assert paid_for is not None
        each = [9, 0] * 20  # what ten cards cost, in turn
        assert sum(each[: paid_for // 10]) <= coins < sum(each[: paid_for // 10 + 1])


def test_a_budget_beyond_all_that_can_be_shown() -> None:
    """A card of one in ten thousand: the chance by a million pulls is not 1, and not walked."""
    of = read(banner([rarity("0.0001"), rarity("0.9999")]))
    found = reach(of, copies.goal(of, "r0", 1), budget=160 * 10**6).budget
    assert found is not None and found.chance == pytest.approx(1 - 0.9999**1_000_000, rel=1e-12)
    assert found.chance < 1
    several_of = reach(of, copies.goal(of, "r0", 2), budget=160 * 20_000).budget
    assert several_of is not None
    by_hand = 1 - 0.9999**20_000 - 20_000 * 0.0001 * 0.9999**19_999
    assert float(several_of.chance) == pytest.approx(by_hand, rel=1e-9)


def test_what_may_never_come_again() -> None:
    """The promise brings one, once; a second never comes."""
    of = read(banner([rarity("0", featured=NEVER), rarity("1")], promise(5, more="once = true")))
    goal = copies.goal(of, "r0", 1)
    assert reach(of, goal).certain == 5
    second = reach(of, copies.Goal("r0", goal.cards, 2), budget=10**6)
    assert second.until.never == 1 and second.until.expected is None
    assert second.median is None and second.certain is None
    assert second.budget is not None and second.budget.chance == 0


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        (banner([rarity("0.01", ceiling=1000)] * 2 + [rarity("0.98")]), 2, "counts 1000 pulls"),
        (
            banner([rarity("0.01", ceiling=90)] * 2 + [rarity("0.98")]),
            100,
            "100 copies are asked about",
        ),
        (
            banner(
                [rarity("0.0005", ceiling=1000, featured=RARE), rarity("0.9995")],
                "[exchange]\nprice = 10000\n",
            ),
            100,
            "copies",
        ),
    ],
    ids=["states", "copies", "points"],
)
def test_too_much_is_refused_by_name(text: str, number: int, words: str) -> None:
    of = read(text)
    work = Work()
    with pytest.raises(OddsError, match=words):
        reach(of, copies.goal(of, "r1" if "r2" in text else "r0.featured", number), work=work)
    assert work.left > -200_000


# --- the command ---------------------------------------------------------------------------------


def test_the_command_tells_what_was_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (Path(__file__).parents[1] / "banners/blue-archive.toml").read_text("utf-8")
    asked = ("--of", "three.featured", "--copies", "2", "--budget", "30000")
    status, out, err = run(capsys, tmp_path, text, *asked, "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert (told["of"], told["copies"], told["exchange"]) == ("three.featured", 2, {"price": 200})
    assert list(told["pulls_of"]) == ["1", "10"]
    for mode in told["pulls_of"].values():
        assert mode["certain_within"] == 400 and mode["median_pulls"] == 200
        assert mode["budget"]["pulls"] == 250
        chances = [Fraction(each["chance"]["fraction"]) for each in mode["distribution"]]
        mean = sum(pull * chance for pull, chance in enumerate(chances, start=1))
        assert sum(chances) == 1
        assert mode["expected_pulls"]["fraction"] in (None, str(mean))
        assert [Fraction(each["within"]["fraction"]) for each in mode["distribution"][-2:]][-1] == 1
    assert told["pulls_of"]["1"]["certain_cost"] == 48_000
    status, out, _ = run(capsys, tmp_path, text, *asked, "--plot", str(tmp_path / "x.svg"))
    assert status == 0 and "200 points pay a copy" in out and "82.7292" in out
    assert "Pulls to 2 copies of featured 3★, in single pulls" in (tmp_path / "x.svg").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--of", "nobody"), "a rarity (r0, r1)"),
        (("--of", "r0.featured"), "<rarity>.featured where it has"),
        (("--of", "r0", "--copies", "0"), "1 to 100"),
        (("--of", "r0", "--copies", "101"), "1 to 100"),
    ],
)
def test_the_command_refuses_by_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    text = banner([rarity("0.1"), rarity("0.9")])
    status, out, err = run(capsys, tmp_path, text, *options)
    assert (status, out) == (2, "") and words in err and err.count("\n") == 1


def test_copies_and_a_budget_are_of_something(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for option in ("--copies", "--budget"):
        with pytest.raises(SystemExit):
            run(capsys, tmp_path, banner([rarity("0.1"), rarity("0.9")]), option, "3")


def test_nothing_lies_beyond_a_limit() -> None:
    """Counted out over the pulls that the limit leaves; what comes later is not promised."""
    text = banner(
        [rarity("0.02", ceiling=50, featured=UP), rarity("0.98")],
        "[limit]\ntotal = 40\n[exchange]\nprice = 30\n",
    )
    of = read(text)
    used = State.from_dict(of, {"limit": {"all": 7}, "points": 7})
    for state, left in ((engine.start(of), 40), (used, 33)):
        for size in (1, 10):
            goal = copies.goal(of, "r0", 1)
            found = reach(of, goal, state, size, budget=160 * 20)
            whole = left - left % size
            counted = counted_out(of, goal.cards, 1, state, size, whole)
            assert found.limit is not None and found.budget is not None
            assert (found.limit.pulls, found.limit.chance) == (whole, counted[-1])
            assert found.budget.pulls == 20 and found.budget.chance == counted[19]
            assert found.certain is None or found.certain <= whole
            three = reach(of, copies.goal(of, "r0", 3), state, size)
            assert three.limit is not None and three.limit.pulls == whole
            assert three.certain is None and three.until.expected is None
            assert three.limit.chance == counted_out(of, goal.cards, 3, state, size, whole)[-1]
    plain = read(banner([rarity("0.02", ceiling=50), rarity("0.98")], "[limit]\ntotal = 40\n"))
    found = reach(plain, copies.goal(plain, "r0", 1), budget=160 * 10)
    assert found.limit is not None and found.limit.chance == 1 - Fraction("0.98") ** 40
    assert found.budget is not None and found.budget.chance == 1 - Fraction("0.98") ** 10
    assert (found.median, found.ninety, found.certain) == (35, None, None)


def gallery(name: str) -> str:
    return (Path(__file__).parents[2] / f"docs/gallery/{name}.toml").read_text("utf-8")


def test_what_is_printed_is_for_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No sign that a terminal is shown as an escape, and neither 0 nor 100 by rounding."""
    asked = ("--of", "ssr", "--budget", "9000")
    _, out, _ = run(capsys, tmp_path, gallery("two-prices"), *asked)
    assert "some of it for points: 1.0370 %" in out and out.isascii()
    _, out, _ = run(capsys, tmp_path, banner([rarity("0.000000000001"), rarity("0.999999999999")]))
    assert "0.0000000001 %" in out and "99.9999999999 %" in out
    assert not re.search(r"(?<!\d)0\.0000 %|100\.0000 %", out)


def test_a_limit_for_a_day_makes_it_a_question_of_days(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Five a day for 0, 80 and then 160 are 560; 23 pulls are four days and three pulls."""
    text = gallery("daily-cheap")
    _, out, _ = run(capsys, tmp_path, text, "--of", "ssr")
    assert re.search(r"^half have it by +23 +2,480 +5$", out, re.MULTILINE)
    assert 2_480 == 4 * (0 + 80 + 3 * 160) + 0 + 80 + 160
    _, out, _ = run(capsys, tmp_path, text, "--of", "ssr", "--json")
    way = json.loads(out)["pulls_of"]["1"]
    assert (way["median_cost"], way["median_days"], way["certain_days"]) == (2_480, 5, None)
    status, out, err = run(capsys, tmp_path, text, "--of", "ssr", "--budget", "210")
    assert (status, out) == (2, "") and "depends on the days" in err


def test_the_prize_for_the_last_ticket_is_no_matter_of_luck(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cards = (("a", 1, 9), ("z", 2, 0))
    text = (
        'id = "l"\nkind = "l"\nname = { ja = "く", en = "l" }\nprice = { one = 7 }\n'
        '[[rarity]]\nid = "r"\nname = { ja = "r", en = "r" }\n'
        + "".join(
            f'[[card]]\nid = "{card}"\nnumber = {number}\nrarity = "r"\nstock = {stock}\n'
            f'name = {{ ja = "{card}", en = "{card}" }}\n'
            for card, number, stock in cards
        )
        + '[shared]\nlast = "z"\n'
    )
    status, out, err = run(capsys, tmp_path, text, "--of", "z")
    assert (status, out) == (2, "") and "with a box's last ticket" in err
