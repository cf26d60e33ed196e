"""A player's luck: exact against a second reckoning in fractions, over every banner at hand."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import hardest
from gacha import engine, luck, walks
from gacha.banner import Banner, parse
from gacha.errors import OddsError

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [
        *(ROOT / "tests/banners").glob("*.toml"),
        *(ROOT / "layers/gacha/python/gacha/banners").glob("*.toml"),
    ]
)


def read(path: Path) -> Banner:
    return parse(path.read_bytes(), path.name)


def top(banner: Banner) -> frozenset[str]:
    return frozenset(card.id for card in banner.cards if card.rarity == banner.rarities[0].id)


def in_fractions(
    banner: Banner, cards: frozenset[str], before: engine.State, pulls: list[int], got: int
) -> Fraction:
    """By the whole banner's own rows, draw by draw: nothing merged, nothing rounded."""
    here = {(engine.position(banner, before), 0): Fraction(1)}
    for count in pulls:
        if count > 1:
            here = {(engine.open_multi(banner, at, count), n): p for (at, n), p in here.items()}
        for _ in range(count):
            following: dict[tuple[engine.Position, int], Fraction] = defaultdict(Fraction)
            for (at, number), probability in here.items():
                for way, chance in engine.openings(banner, at):
                    for card, rate in engine.row(banner, way):
                        there = engine.after(banner, way, card), number + (card.id in cards)
                        following[there] += probability * chance * rate
            here = following
    fewer = sum(p for (_, number), p in here.items() if number < got)
    equal = sum(p for (_, number), p in here.items() if number == got)
    return Fraction(fewer + Fraction(equal) / 2)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_the_probability_that_the_rules_give(path: Path) -> None:
    """The lowest rarity that is not the last is common, so that there are several in few pulls."""
    banner = read(path)
    common = frozenset(card.id for card in banner.rarities[-2:][0].cards)
    fresh = engine.start(banner)
    for cards in {top(banner), common}:
        for pulls in ([1, 1, 1], [10] if len(banner.cards) < 15 else [1], [1, 1, 1, 1]):
            for got in (0, 1, 2):
                exact = in_fractions(banner, cards, fresh, pulls, got)
                found = luck.luck(banner, cards, fresh, pulls, got)
                assert found.low <= exact <= found.high, (pulls, got)
                assert found.high - found.low < Fraction(1, 10**15)


def test_both_ways_of_reckoning_agree_from_any_state() -> None:
    banner = read(ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml")
    cards = top(banner)
    for since in (0, 40, 73, 88, 89):
        before = engine.State.from_dict(banner, {"since": {"ssr": since, "sr": 3}})
        for pulls, got in (([10] * 12, 2), ([1] * 95 + [10], 1), ([10] * 20, 9)):
            walk = walks.Walk(banner, cards, {1, 10}, luck.MOST_WORK)
            start = walk.start(before)
            by_gaps = luck._by_gaps(walk, start, sum(pulls), got)
            assert by_gaps is not None
            low, width = luck._by_counts(walk, start, pulls, got)
            assert by_gaps[0] <= low + width
            assert low <= by_gaps[0] + by_gaps[1]
            assert max(width, by_gaps[1]) < walks.ONE / 10**12


def test_rules_of_ten_pulls_count_in_ten_pulls_alone() -> None:
    """A slot that gives the top rarity: ten single pulls never do."""
    rules = [hardest.rarity("0"), hardest.rarity("1")]
    slot = '[[ten.slot]]\nnumber = 10\nrates = { r0 = "1" }\n'
    banner = parse(hardest.banner(rules, slot).encode(), "slot.toml")
    fresh = engine.start(banner)
    singles = luck.luck(banner, top(banner), fresh, [1] * 10, 0)
    assert (singles.low, singles.high) == (Fraction(1, 2), Fraction(1, 2))
    ten = luck.luck(banner, top(banner), fresh, [1, 10, 1, 10], 2)
    assert ten.low == Fraction(1, 2)
    assert luck.luck(banner, top(banner), fresh, [1, 10, 1, 10], 1).low == 0


def test_the_luckiest_and_the_unluckiest() -> None:
    banner = read(ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml")
    fresh = engine.start(banner)
    assert luck.luck(banner, top(banner), fresh, [10] * 100, 10).percent == 0  # the ceiling's own
    assert luck.luck(banner, top(banner), fresh, [10] * 100, 40).percent == 99
    assert luck.luck(banner, top(banner), fresh, [], 0).percent == 50


def test_what_would_take_too_long_is_refused() -> None:
    """Work is counted, so that it ends after about half a second of a whole core."""
    text = dict(hardest.by_hand())["15 ceilings of 1000 with a minimum"]
    banner = parse(text.encode(), "hard.toml")
    cards = frozenset(card.id for card in banner.cards if card.rarity == banner.rarities[14].id)
    with pytest.raises(OddsError):
        luck.luck(banner, cards, engine.start(banner), [10] * 100, 3)
