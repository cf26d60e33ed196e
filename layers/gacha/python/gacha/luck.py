"""How many players of a hundred would have drawn fewer: a player's luck, from the rules alone.

It is the probability that pulls of the same kind and number, from the same state, give fewer cards
of a rarity, half of the ties counted. No other player is asked.

All is reckoned in whole numbers, and every division rounds down. So each probability comes out too
low or exact, and what is missing to 1 in the end is a bound on all errors together: `Luck` holds
both ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from gacha import walks
from gacha.banner import Banner
from gacha.engine import State
from gacha.walks import Walk

LEAST_DRAWS: Final = 50
"""With fewer, it is too early to say: a single card would decide the answer."""

MOST_WORK: Final = 300_000
"""What one answer may cost, in steps of about a microsecond."""

_FIELD: Final = 18
"""Bytes of one number in a packed row: two probabilities multiplied, and sums of 2**16 of them."""


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
    walk = Walk(banner, cards, frozenset(pulls), MOST_WORK)
    start = walk.start(before)
    found = None
    if not walk.multis_differ:
        found = _by_gaps(walk, start, sum(pulls), got)
    low, width = _by_counts(walk, start, pulls, got) if found is None else found
    return Luck(Fraction(low, 2 * walks.ONE), Fraction(low + width, 2 * walks.ONE))


# --- by the gaps between two of the cards ---------------------------------------------------------


class _Gaps(NamedTuple):
    """`of[k]` is the probability that the next of the cards is the kth draw, rounded down. `ends`
    are the states after it, `missing` what all that is, with no card at all, lacks to 1."""

    of: list[int]
    ends: set[int]
    missing: int


def _by_gaps(walk: Walk, start: int, draws: int, got: int) -> tuple[int, int] | None:
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
    reached = [walks.ONE]  # that at least so many cards come
    errors = [0]
    if got:
        within = rows.product(within, rows.power(rows.packed(later.of), got - 1))
        reached = [rows.total(within)]
        errors = [first.missing + (got - 1) * (later.missing + rounded)]
        within = rows.product(within, rows.packed(later.of))
    reached.append(rows.total(within))
    errors.append(first.missing + got * (later.missing + rounded))
    return max(0, 2 * walks.ONE - sum(reached) - sum(errors)), sum(errors)


def _gaps(walk: Walk, start: int, draws: int) -> _Gaps:
    gaps, ends = [0] * (draws + 1), set[int]()
    without = {start: walks.ONE}
    for draw in range(1, draws + 1):
        following = dict[int, int]()
        for state, mass in without.items():
            for there, part, is_hit in walk.ways(state):
                moved = mass * part >> walks.BITS
                if is_hit:
                    gaps[draw] += moved
                    ends.add(there)
                elif moved:
                    following[there] = following.get(there, 0) + moved
        walk.spend(2 * len(without))
        without = following
        if not without:
            break
    return _Gaps(gaps, ends, walks.ONE - sum(gaps) - sum(without.values()))


class _Rows:
    """Rows of probabilities, each packed into one whole number: so Python multiplies whole rows."""

    def __init__(self, draws: int, walk: Walk) -> None:
        self._length = draws + 1
        self._kept = _mask(self._length)
        self._cost = draws + draws**2 // 500
        self._spend = walk.spend

    def packed(self, row: Sequence[int]) -> int:
        return int.from_bytes(b"".join(each.to_bytes(_FIELD, "little") for each in row), "little")

    def product(self, one: int, other: int) -> int:
        """Of the sum of two, one after the other, as far as the row goes."""
        self._spend(self._cost)
        return one * other >> walks.BITS & self._kept

    def power(self, row: int, times: int) -> int:
        found = walks.ONE
        while times:
            if times & 1:
                found = row if found == walks.ONE else self.product(found, row)
            times >>= 1
            if times:
                row = self.product(row, row)
        return found

    def total(self, row: int) -> int:
        return sum(_unpacked(row, self._length))


# --- by counting them draw by draw ----------------------------------------------------------------


def _by_counts(walk: Walk, start: int, pulls: Sequence[int], got: int) -> tuple[int, int]:
    """The same for any rules. Each state has a row: the probability of being there with none of the
    cards, with one, and so on, and last with more than `got`."""
    length = got + 2
    kept = _mask(length)
    most = _FIELD * 8 * (length - 1)  # bits before the last number
    here = {start: walks.ONE}
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
                    moved = row * part >> walks.BITS & kept
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
    return 2 * sum(numbers[:got]) + numbers[got], 2 * (walks.ONE - sum(numbers))


def _mask(length: int) -> int:
    """Of a row that was multiplied and moved down by `walks.BITS`: what fell from each number into
    the one before is cut off."""
    whole = _FIELD * 8 - walks.BITS
    return int.from_bytes(((1 << whole) - 1).to_bytes(_FIELD, "little") * length, "little")


def _unpacked(row: int, length: int) -> list[int]:
    packed = row.to_bytes(_FIELD * length, "little")
    return [
        int.from_bytes(packed[at : at + _FIELD], "little") for at in range(0, len(packed), _FIELD)
    ]
