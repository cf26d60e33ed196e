"""How many players of a hundred would have drawn fewer: a player's luck, from the rules alone.

It is the probability that pulls of the same kind and number, from the same state, give fewer cards
of a rarity, half of the ties counted. No other player is asked.

All is reckoned in whole numbers, and every division rounds down. So each probability comes out too
low or exact, and what is missing to 1 in the end is a bound on all errors together: `Luck` holds
both ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final, NamedTuple

from gacha import chains, engine
from gacha.banner import Banner
from gacha.engine import Position, State
from gacha.errors import OddsError

LEAST_DRAWS: Final = 50
"""With fewer, it is too early to say: a single card would decide the answer."""

MOST_WORK: Final = 300_000
"""What one answer may cost, in steps of about a microsecond."""

_BITS: Final = 64
"""A probability is so many bits behind the point."""

_FIELD: Final = 18
"""Bytes of one number in a packed row: two probabilities multiplied, and sums of 2**16 of them."""

_ONE: Final = 1 << _BITS


@dataclass(frozen=True, slots=True)
class Luck:
    """The probability of fewer cards, half of the ties counted, lies from `low` to `high`."""

    low: Fraction
    high: Fraction

    @property
    def percent(self) -> int:
        """The middle of both, from 0 to 100, rounded down to where no half is called more."""
        return int(50 * (self.low + self.high))


def luck(
    banner: Banner, cards: frozenset[str], before: State, pulls: Sequence[int], got: int
) -> Luck:
    """How lucky it was to draw `got` of `cards` in these pulls, of so many cards each, in their
    order, from the state `before`.

    Raises OddsError where the rules are so many that it would take too long.
    """
    walk = _Walk(banner, cards, frozenset(pulls))
    start = walk.start(before)
    found = None
    if not walk.multis_differ:
        found = _by_gaps(walk, start, sum(pulls), got)
    low, width = _by_counts(walk, start, pulls, got) if found is None else found
    return Luck(Fraction(low, 2 * _ONE), Fraction(low + width, 2 * _ONE))


class _Walk:
    """The states that matter to some cards, numbered as they are met."""

    def __init__(self, banner: Banner, cards: frozenset[str], sizes: Collection[int]) -> None:
        self._lumped = chains.lumping(banner, cards, sizes)
        self._banner = self._lumped.banner
        self._cards = cards
        self._numbers: dict[Position, int] = {}
        self._positions: list[Position] = []
        self._ways: dict[int, list[tuple[int, int, bool]]] = {}
        self._opened: dict[tuple[int, int], int] = {}
        self._left = MOST_WORK
        multis = self._banner.multis
        self.multis_differ = any(each.differs or self._banner.box is not None for each in multis)

    def start(self, state: State) -> int:
        return self._number(engine.position(self._banner, self._lumped.state(state)))

    def opened(self, number: int, count: int) -> int:
        """The same state where a pull of so many cards begins."""
        key = number, count
        if key not in self._opened:
            there = engine.open_multi(self._banner, self._positions[number], count)
            self._opened[key] = self._number(there)
        return self._opened[key]

    def ways(self, number: int) -> list[tuple[int, int, bool]]:
        """Where a draw leads: the state after it, how probable that is, rounded down, and whether
        it is one of the cards."""
        found = self._ways.get(number)
        if found is None:
            here = self._positions[number]
            row = [
                (at, card, chance * rate)
                for at, chance in engine.openings(self._banner, here)
                for card, rate in engine.row(self._banner, at)
            ]
            total = lcm(*(rate.denominator for *_, rate in row))
            weights: dict[tuple[int, bool], int] = {}
            for at, card, rate in row:
                there = self._number(engine.after(self._banner, at, card))
                way = there, card.id in self._cards
                weights[way] = weights.get(way, 0) + int(rate * total)
            found = [
                (there, (weight << _BITS) // total, is_hit)
                for (there, is_hit), weight in weights.items()
            ]
            self._ways[number] = found
            self.spend(30 + 10 * len(row))
        return found

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise OddsError("these rules are too many to reckon with")

    def _number(self, position: Position) -> int:
        number = self._numbers.get(position)
        if number is None:
            number = self._numbers[position] = len(self._positions)
            self._positions.append(position)
        return number


# --- by the gaps between two of the cards ---------------------------------------------------------


class _Gaps(NamedTuple):
    """`of[k]` is the probability that the next of the cards is the kth draw, rounded down. `ends`
    are the states after it, `missing` what all that is, with no card at all, lacks to 1."""

    of: list[int]
    ends: set[int]
    missing: int


def _by_gaps(walk: _Walk, start: int, draws: int, got: int) -> tuple[int, int] | None:
    """Twice the probability of fewer, half of the ties counted, and how much more it can be. None
    where what comes after one of the cards depends on how that one came.

    At least `got` come within so many draws exactly if that many gaps, one after the other, do.
    Each gap is like the one before, so their sum is a power of one row of numbers.
    """
    first = _gaps(walk, start, draws)
    if len(first.ends) > 1:
        return None
    later = first
    for end in first.ends:
        later = _gaps(walk, end, draws)
    if not later.ends <= first.ends:
        return None
    rows = _Rows(draws, walk)
    within = rows.packed(first.of)
    rounded = draws + 1  # of one product: each of its numbers by less than one
    reached = [_ONE]  # that at least so many cards come
    errors = [0]
    if got:
        within = rows.product(within, rows.power(rows.packed(later.of), got - 1))
        reached = [rows.total(within)]
        errors = [first.missing + (got - 1) * (later.missing + rounded)]
        within = rows.product(within, rows.packed(later.of))
    reached.append(rows.total(within))
    errors.append(first.missing + got * (later.missing + rounded))
    return max(0, 2 * _ONE - sum(reached) - sum(errors)), sum(errors)


def _gaps(walk: _Walk, start: int, draws: int) -> _Gaps:
    gaps, ends = [0] * (draws + 1), set[int]()
    without = {start: _ONE}
    for draw in range(1, draws + 1):
        following = dict[int, int]()
        for state, mass in without.items():
            for there, part, is_hit in walk.ways(state):
                moved = mass * part >> _BITS
                if is_hit:
                    gaps[draw] += moved
                    ends.add(there)
                elif moved:
                    following[there] = following.get(there, 0) + moved
        walk.spend(2 * len(without))
        without = following
        if not without:
            break
    return _Gaps(gaps, ends, _ONE - sum(gaps) - sum(without.values()))


class _Rows:
    """Rows of probabilities, each packed into one whole number: so Python multiplies whole rows."""

    def __init__(self, draws: int, walk: _Walk) -> None:
        self._length = draws + 1
        self._kept = _mask(self._length)
        self._cost = draws + draws**2 // 500
        self._spend = walk.spend

    def packed(self, row: Sequence[int]) -> int:
        return int.from_bytes(b"".join(each.to_bytes(_FIELD, "little") for each in row), "little")

    def product(self, one: int, other: int) -> int:
        """Of the sum of two, one after the other, as far as the row goes."""
        self._spend(self._cost)
        return one * other >> _BITS & self._kept

    def power(self, row: int, times: int) -> int:
        found = _ONE
        while times:
            if times & 1:
                found = row if found == _ONE else self.product(found, row)
            times >>= 1
            if times:
                row = self.product(row, row)
        return found

    def total(self, row: int) -> int:
        return sum(_unpacked(row, self._length))


# --- by counting them draw by draw ----------------------------------------------------------------


def _by_counts(walk: _Walk, start: int, pulls: Sequence[int], got: int) -> tuple[int, int]:
    """The same for any rules. Each state has a row: the probability of being there with none of the
    cards, with one, and so on, and last with more than `got`."""
    length = got + 2
    kept = _mask(length)
    most = _FIELD * 8 * (length - 1)  # bits before the last number
    here = {start: _ONE}
    for count in pulls:
        if count > 1:
            opened = dict[int, int]()
            for state, row in here.items():
                there = walk.opened(state, count)
                opened[there] = opened.get(there, 0) + row
            here = opened
        for _ in range(count):
            following = dict[int, int]()
            for state, row in here.items():
                for there, part, is_hit in walk.ways(state):
                    moved = row * part >> _BITS & kept
                    if is_hit:  # one more; who has more than `got` stays in the last number
                        last = moved >> most
                        moved = ((moved - (last << most)) << _FIELD * 8) + (last << most)
                    if moved:
                        following[there] = following.get(there, 0) + moved
            walk.spend((2 + length // 16) * len(here))
            here = following
    numbers = [
        sum(each) for each in zip(*(_unpacked(row, length) for row in here.values()), strict=True)
    ]
    return 2 * sum(numbers[:got]) + numbers[got], 2 * (_ONE - sum(numbers))


def _mask(length: int) -> int:
    """Of a row that was multiplied and moved down by `_BITS`: what fell from each number into the
    one before is cut off."""
    whole = _FIELD * 8 - _BITS
    return int.from_bytes(((1 << whole) - 1).to_bytes(_FIELD, "little") * length, "little")


def _unpacked(row: int, length: int) -> list[int]:
    packed = row.to_bytes(_FIELD * length, "little")
    return [
        int.from_bytes(packed[at : at + _FIELD], "little") for at in range(0, len(packed), _FIELD)
    ]
