"""Odds of banners at the bounds of the format: never, later than a file can show, or too much.

Work is counted, never timed; `benchmarks/hardest.py` measures seconds and memory.
"""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import hardest
from benchmarks.hardest import NEVER, TEN, UP, banner, promise, rarity
from gacha import chains, engine, odds, rates, simulate, solving
from gacha.banner import Banner, parse
from gacha.chains import Work, members
from gacha.errors import OddsError
from gacha.odds import __main__ as command_line
from gacha.solving import Rounded

IMPOSSIBLE = {
    "a rate of 0": banner([rarity("0"), rarity("1")]),
    "a rate of 0 in the middle": banner([rarity("0.1"), rarity("0"), rarity("0.9")]),
    "only a slot gives it": banner(
        [rarity("0"), rarity("1")], '[[ten.slot]]\nnumber = 10\nrates = { r0 = "1" }\n'
    ),
    "a minimum leaves no room": banner(
        [rarity("0.03"), rarity("0.97")], '[[ten.minimum]]\nof = ["r0"]\ncount = 10\n'
    ),
    "a rate that falls to 0": banner(
        [rarity("0", table='[[2, "0"]]', featured=NEVER), rarity("1")]
    ),
}
HARD = dict(hardest.by_hand())
REFUSED = {  # a sample of what benchmarks/hardest.py runs whole
    "rate 0.0005, exchange 10,000",
    "promise 1000  {'ceiling': 1000}",
    "15 ceilings of 1000",
    "15 ceilings of 10 with a minimum",
    "box [1000, 1000, 1000]… True ",
    "no repeats, 64 sorts, promise 10",
}
HARDEST = sorted(
    REFUSED
    | {
        "rate 0.00001, ceiling 90, guarantee 0 of 1/1000",
        "promise 1000  {}, ceiling 10",
        "ten minima",
        "only a slot",
        "no repeats, 64 cards, equal weights, r0-off",
        "no repeats, 8 sorts, promise 10",
        "ten shares, guarantee 10, ceiling 500",
        "box [1, 10000]… True ",
        "box [10000, 10000]… False ",
    }
)


def read(text: str) -> Banner:
    return parse(text.encode(), "hard.toml")


def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, *options: str
) -> tuple[int, str, str]:
    path = tmp_path / "hard.toml"
    path.write_text(text, "utf-8")
    status = command_line.main([str(path), *options])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


# --- never ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_card_that_cannot_come_never_comes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, case: str
) -> None:
    status, out, _ = run(capsys, tmp_path, IMPOSSIBLE[case], "--json")
    assert status == 0
    told = json.loads(out)
    nevers = [
        figures
        for mode in (told, told["ten"] or {})
        for figures in mode.get("rarities", {}).values()
        if figures["expected_pulls"] is None
    ]
    assert nevers
    for figures in nevers:
        assert figures["never"] == {"fraction": "1", "decimal": "1"}
        assert figures["consolidated_rate"]["fraction"] == figures["next_rate"]["fraction"] == "0"
        assert figures["expected_cost"] is None
        assert figures["median_pulls"] is figures["certain_within"] is None
    status, out, _ = run(capsys, tmp_path, IMPOSSIBLE[case], "--plot", str(tmp_path / "x.svg"))
    assert status == 0 and "never" in out


@pytest.mark.parametrize("case", IMPOSSIBLE)
@pytest.mark.parametrize("ten", [False, True])
def test_a_banner_with_a_card_that_cannot_come_is_simulated(case: str, ten: bool) -> None:
    result = simulate.simulate(read(IMPOSSIBLE[case]), 10_000, seed=1, count=10 if ten else 1)
    assert result.is_sound and result.pulls == 10_000


def test_only_the_slot_gives_it() -> None:
    of = read(IMPOSSIBLE["only a slot gives it"])
    assert odds.first(of, members(of.rarities[0])).never == 1
    until = odds.first(of, members(of.rarities[0]), count=10)
    assert until.certain == 10 and until.never == 0 and until.expected == 10


def test_what_may_never_come_says_with_which_probability() -> None:
    """The promise brings r2 once, unless r1, which keeps it too, came before."""
    text = banner(
        [rarity("0.5"), rarity("0.1"), rarity("0"), rarity("0.4")],
        promise(3, of='r2", "r1', more="once = true"),
    )
    of = read(text)
    until = odds.first(of, members(of.rarities[2]))
    # Both pulls before were no r1, and the third is neither r0 nor r1 that the promise leaves.
    assert until.never == 1 - Fraction(9, 10) ** 2 * Fraction(9, 10)
    assert until.expected is None and until.expected_cost is None and until.certain is None
    assert until.median == 3  # more than half have one by then
    assert list(until.chances) == [0, 0, 1 - until.never]


def test_a_long_run_that_depends_on_the_beginning() -> None:
    """r1 stops for ever once it misses, and where that leaves the count of r2, it stays."""
    of = read(
        banner(
            [
                rarity("0", ceiling=2),
                rarity("1/2", table='[[2, "0"]]'),
                rarity("0", ceiling=2, reset_by='["r1"]'),
                rarity("1/2"),
            ]
        )
    )
    for place in range(4):
        cards = members(of.rarities[place])
        assert odds.long_run(of, cards) == pytest.approx(walked_mean(of, cards), abs=1e-9)


def walked_mean(of: Banner, cards: frozenset[str], pulls: int = 400) -> float:
    """The mean of the last half of so many pulls, by the engine's rows and steps alone."""
    here = {engine.position(of, engine.start(of)): 1.0}
    seen = 0.0
    for pull in range(pulls):
        there: dict[engine.Position, float] = defaultdict(float)
        for place, mass in here.items():
            for card, part in engine.row(of, place):
                there[engine.after(of, place, card)] += mass * float(part)
                if pull >= pulls // 2 and card.id in cards:
                    seen += mass * float(part)
        here = there
    return seen / (pulls - pulls // 2)


# --- a second implementation, without lumps, heads or integers ------------------------------------


@st.composite
def small_banners(draw: st.DrawFn) -> Banner:
    """Few states, any rules."""
    number = draw(st.integers(1, 3))
    rarities = []
    for index in range(number):
        more: dict[str, object] = {}
        kind = draw(st.sampled_from(["", "ceiling", "table", "both"]))
        if kind in ("table", "both"):
            more["table"] = f'[[2, "{draw(st.sampled_from(["0", "1/3", "1/5"]))}"]]'
        if kind in ("ceiling", "both"):
            more["ceiling"] = draw(st.integers(2, 4))
        if kind and index and draw(st.booleans()):
            more["reset_by"] = f'["r{index - 1}"]'
        if draw(st.booleans()):
            share = draw(st.sampled_from(['"1/2"', '["1/3", "1"]', '["1/2", "1/5", "3/4"]']))
            more["featured"] = f"{{ share = {share}, guarantee = {draw(st.integers(0, 2))} }}"
        elif draw(st.booleans()):
            more["no_repeats"] = "true"
            more["weights"] = draw(st.sampled_from([[1, 1, 1], [1, 2], [1, 1, 3]]))
        rarities.append(rarity(draw(st.sampled_from(["0", "1/10", "3/10"])), **more))
    left = 1 - sum(Fraction(each["rate"].strip('"')) for each in rarities)
    rarities.append(rarity(str(left)))
    tables = ""
    if draw(st.booleans()):
        more_of_it = draw(st.sampled_from(["", "once = true", "fixed = true"]))
        if "weights" in rarities[0] and draw(st.booleans()):
            more_of_it += '\ncounts = "r0"'
            tables += promise(draw(st.integers(2, 3)), of="r0-off1", more=more_of_it)
        else:
            tables += promise(draw(st.integers(2, 4)), of="r0", more=more_of_it)
    return read(banner(rarities, tables))


def solved(of: Banner, cards: frozenset[str]) -> tuple[Fraction, Fraction | None]:
    """The probability that none ever comes, and the mean number of pulls to the first, by plain
    elimination over the banner's own positions."""
    start = engine.position(of, engine.start(of))
    numbers, todo = {start: 0}, [start]
    moves: list[dict[int, Fraction]] = []
    hits: list[Fraction] = []
    for place in todo:
        row: dict[int, Fraction] = defaultdict(Fraction)
        hit = Fraction(0)
        for card, part in engine.row(of, place):
            if card.id in cards:
                hit += part
                continue
            there = engine.after(of, place, card)
            if there not in numbers:
                numbers[there] = len(todo)
                todo.append(there)
            row[numbers[there]] += part
        moves.append(row)
        hits.append(hit)
    can = {state for state, hit in enumerate(hits) if hit}
    while more := {s for s, row in enumerate(moves) if s not in can and not can.isdisjoint(row)}:
        can |= more
    if 0 not in can:
        return Fraction(1), None
    ever = eliminated(moves, hits, can)
    return 1 - ever, eliminated(moves, [Fraction(1)] * len(hits), can) if ever == 1 else None


def eliminated(
    moves: list[dict[int, Fraction]], gains: list[Fraction], inside: set[int]
) -> Fraction:
    """h(0) of h(s) = gain(s) + Σ p·h(to), one unknown after the other put into the others."""
    rows = {s: {to: p for to, p in moves[s].items() if to in inside} for s in inside}
    right = {s: gains[s] for s in inside}
    for gone in [*sorted(inside - {0}, reverse=True), 0]:
        own = rows.pop(gone)
        scale = 1 / (1 - own.pop(gone, Fraction(0)))
        value = right.pop(gone) * scale
        if gone == 0:
            return value
        for state, row in rows.items():
            factor = row.pop(gone, None)
            if factor is not None:
                right[state] += factor * value
                for to, part in own.items():
                    row[to] = row.get(to, Fraction(0)) + factor * scale * part
    raise AssertionError


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_agrees_with_plain_elimination(data: st.DataObject) -> None:
    of = data.draw(small_banners())
    cards = members(data.draw(st.sampled_from(of.rarities)))
    if data.draw(st.booleans()):
        cards = odds.featured(of) or frozenset({data.draw(st.sampled_from(of.cards)).id})
    until = odds.first(of, cards)
    assert (until.never, until.expected) == solved(of, cards)
    assert until.never + sum(until.chances) <= 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_cut_changes_no_summary(data: st.DataObject) -> None:
    """The same figures from a distribution that ends after a few pulls."""
    of = data.draw(small_banners())
    cards = members(data.draw(st.sampled_from(of.rarities)))
    horizon = data.draw(st.none() | st.integers(1, 60))
    chain = chains.build(of, cards, engine.start(of), until_hit=True)
    whole = solving.distribution(chain, horizon)
    few = data.draw(st.integers(1, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MOST_PULLS", few)
        cut = solving.distribution(chain, horizon)
    assert cut.chances == whole.chances[:few] and cut.within == whole.within[:few]
    assert (cut.certain, cut.never) == (whole.certain, whole.never)
    assert cut.is_cut == (len(whole.chances) > few)
    if whole.median is not None:  # a horizon may end a whole one before its median
        assert cut.median == whole.median
    if horizon is not None:
        assert cut.by_horizon is not None and whole.by_horizon is not None
        assert abs(cut.by_horizon - whole.by_horizon) < Fraction(1, 10**60)


# --- at the bounds -------------------------------------------------------------------------------


def test_rare_cards_have_an_exact_summary_and_a_cut_distribution(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = banner([rarity("0.0005"), rarity("0.9995")])
    status, out, _ = run(capsys, tmp_path, text, "--json")
    told = json.loads(out)
    assert status == 0 and len(out) < 5_000_000
    top = told["rarities"]["r0"]
    assert (top["expected_pulls"]["fraction"], top["median_pulls"]) == ("2000", 1386)
    shown = len(told["distribution"])
    assert 300 < shown < 1386
    left = Fraction(told["distribution_remainder"]["fraction"])
    assert left == Fraction("0.9995") ** shown
    assert left + sum(Fraction(each["chance"]["fraction"]) for each in told["distribution"]) == 1


@pytest.mark.parametrize("places", [3, 6, 9, 12, 15, 16])
def test_the_work_does_not_grow_with_the_rarity(places: int) -> None:
    """A thousand million million pulls on average cost no more than a thousand."""
    rate = f"0.{'0' * (places - 1)}1"
    work = Work()
    of = read(banner([rarity(rate), rarity(f"0.{'9' * places}")]))
    top = odds.report(of, work=work).rarities["r0"].first
    assert top.expected == 10**places
    # ln 2 / -ln(1 - p) lies between ln 2 / p - 1 and ln 2 / p.
    median = 693147180559945309 * 10**places // 10**18
    assert top.median in (median, median + 1)
    assert chains.MOST_WORK - work.left < 150_000


@pytest.mark.parametrize(
    ("featured", "certain"), [(UP, 2000), (TEN, 11_000), (NEVER, None)], ids=["1", "10", "0"]
)
def test_large_ceilings_with_guarantees(featured: str, certain: int | None) -> None:
    of = read(banner([rarity("0.0005", ceiling=1000, featured=featured), rarity("0.9995")]))
    report = odds.report(of)
    top = report.rarities["r0"].first
    assert (top.certain, top.median) == (1000, 1000)
    without = Fraction("0.9995")
    assert top.expected == pytest.approx((1 - without**1000) / (1 - without))
    assert report.featured is not None and report.featured.first.expected is not None
    assert report.featured.first.certain == certain
    lost = {UP: Fraction(3, 2), TEN: 2 - Fraction(1, 2) ** 10, NEVER: Fraction(2)}[featured]
    assert top.expected is not None
    assert abs(report.featured.first.expected - lost * top.expected) < Fraction(1, 10**60)


@pytest.mark.parametrize("name", HARDEST)
def test_every_banner_is_answered_within_its_work_or_refused_by_name(name: str) -> None:
    of = read(HARD[name])
    work = Work()
    refusal = None
    try:
        for count in (1, *(multi.size for multi in of.multis if multi.differs)):
            odds.report(of, count=count, work=work)
    except OddsError as error:
        refusal = str(error)
    assert (refusal is not None) == (name in REFUSED)
    if refusal is None:
        assert work.left >= 0
    else:
        assert refusal.startswith("hard: the odds of ") and "These multiply" in refusal
    assert set(rates.consolidated(of)["single"]) == {each.id for each in of.rarities}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("15 ceilings of 1000", "rarity r0 counts 1000 pulls; rarity r1 counts 1000 pulls"),
        ("promise 1000  {'ceiling': 1000}", "promise p counts to 1000"),
        ("box [1000, 1000, 1000]… True ", "sorts of 64000 cards"),
        ("no repeats, 64 sorts, promise 10", "rarity r0 has 64 sorts of cards without repeats"),
        ("rate 0.0005, exchange 10,000", "exchange.price or limit.total is 10000"),
    ],
)
def test_a_refusal_names_what_to_reduce(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, words: str
) -> None:
    status, out, err = run(capsys, tmp_path, HARD[name])
    assert (status, out) == (2, "") and words in err and err.count("\n") == 1


def test_walks_end_at_the_bound_of_states() -> None:
    work = Work(most_states=1_000)
    with pytest.raises(OddsError):
        odds.long_run(read(HARD["15 ceilings of 1000"]), frozenset({"r1-off"}), work=work)
    assert chains.MOST_WORK - work.left < 100_000  # tables of 16 cards included


def test_a_fraction_that_would_fill_pages_is_rounded() -> None:
    of = read(banner([rarity("0.0000000001", ceiling=1000), rarity("0.9999999999")]))
    assert isinstance(odds.long_run(of, members(of.rarities[0])), Rounded)
