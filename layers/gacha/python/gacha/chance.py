"""Whether what a banner gave is what its rules give, over all pulls of everybody.

Draws under a ceiling are not independent, and players stop when they have what they wanted. So no
long-run rate is held against a share of draws. Each pull is held against the exact odds of the
state that it began in, which its receipt names: given everything before it, the number of cards
that it gives has a known distribution, whatever made its player pull. So got minus expected is a
martingale, and its variance is the sum of the pulls' own variances (exact, no approximation).

How improbable the difference is, is said by a bound that holds for any number of pulls and for
whoever looks again every day. For a factor r the product over all pulls of r**got / E[r**got] is a
martingale that begins at 1, and so is the mean of such products over RATIOS. By Ville's inequality
it ever reaches 1/p with a probability of at most p. One over it is the bound: nothing else is
assumed, and the truth may be less improbable than it says, never more.

Floats are used for logarithms only, of sums of which each part is right to 1e-15.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, fsum, log
from typing import Any, Final

from gacha import engine
from gacha.banner import Banner
from gacha.engine import State
from gacha.walks import ONE, Walk

RATIOS: Final = (
    *(Fraction(each + sign, each) for each in (200, 100, 50, 20, 10, 5, 2) for sign in (-1, 1)),
    *(ratio for times in (4, 16) for ratio in (Fraction(1, times), Fraction(times))),
)
"""How many times as frequent as its rules say a card may be, if it is not as they say: the small
ones see a small fault in many pulls, the large ones a large one in few."""

MOST_WORK: Final = 20_000_000
"""What the test of one banner may cost on a machine of one's own, in steps of a microsecond."""

Begun = tuple[Mapping[str, Any] | None, int, int]
"""The state that pulls began in (None of those that were drawn as a first pull is), how many cards
each had, and how many such pulls there were."""


@dataclass(frozen=True, slots=True)
class Chance:
    """`got` cards where `expected` were to be expected, with this `variance`; both are sums of
    numbers of 64 bits, rounded down. `bound` is the most that the probability of such a difference
    can be, 1 at most."""

    got: int
    expected: Fraction
    variance: Fraction
    bound: float

    @property
    def deviations(self) -> float:
        """How many standard deviations `got` is above what was expected; below, negative."""
        away = float(self.got - self.expected)
        return away / float(self.variance) ** 0.5 if self.variance else 0.0


def chance(
    banner: Banner,
    cards: frozenset[str],
    begun: Iterable[Begun],
    got: int,
    most_work: int = MOST_WORK,
) -> Chance:
    """How what came of `cards` in all these pulls stands to what was to be expected.

    Raises OddsError where the rules have too many states for so much work, StateError for a state
    that no receipt of this banner has.
    """
    pulls = list(begun)
    walk = Walk(banner, cards, {size for _, size, _ in pulls}, most_work)
    numbers: dict[tuple[int, int], int] = {}
    for state, size, number in pulls:
        walk.spend(50)
        before = engine.start(banner) if state is None else State.from_dict(banner, state)
        place = walk.start(before)
        key = (place if size == 1 else walk.opened(place, size)), size
        numbers[key] = numbers.get(key, 0) + number
    distributions = _Distributions(walk)
    of = {key: distributions.of(*key) for key in numbers}
    mean = sum(number * _moment(of[key], 1) for key, number in numbers.items())
    variance = sum(
        number * (_moment(of[key], 2) - _moment(of[key], 1) ** 2) for key, number in numbers.items()
    )
    return Chance(got, Fraction(mean), Fraction(variance), _bound(numbers, of, got))


class _Distributions:
    """How many of the cards the rest of a pull gives: as probabilities of 0, 1 and so on, each of
    so many parts of ONE."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._known: dict[tuple[int, int], tuple[int, ...]] = {}

    def of(self, place: int, left: int) -> tuple[int, ...]:
        """Of `left` draws from a place of the walk on."""
        found = self._known.get((place, left))
        if found is None:
            found = self._known[place, left] = self._reckoned(place, left) if left else (ONE,)
        return found

    def _reckoned(self, place: int, left: int) -> tuple[int, ...]:
        row = [0] * (left + 1)
        for there, part, is_hit in self._walk.ways(place):
            rest = self.of(there, left - 1)
            self._walk.spend(left)
            for number, mass in enumerate(rest, start=int(is_hit)):
                row[number] += mass * part // ONE
        return tuple(row)


def _moment(distribution: Sequence[int], power: int) -> Fraction:
    return Fraction(sum(n**power * mass for n, mass in enumerate(distribution)), ONE)


def _bound(
    numbers: Mapping[tuple[int, int], int], of: Mapping[tuple[int, int], Sequence[int]], got: int
) -> float:
    logs = []
    for ratio in map(float, RATIOS):
        factors = [ratio**n for n in range(1 + max((size for _, size in numbers), default=0))]
        under_rules = (
            number * log(fsum(factors[n] * mass for n, mass in enumerate(of[key])) / ONE)
            for key, number in numbers.items()
        )
        logs.append(got * log(ratio) - fsum(under_rules))
    highest = max(logs)
    evidence = highest + log(fsum(exp(each - highest) for each in logs) / len(logs))
    return min(1.0, exp(-evidence)) if evidence > 0 else 1.0


def together(bounds: Sequence[float]) -> list[float]:
    """What is left of each bound where so many were looked at: the chance that any of them is so
    low though all rules hold (Holm's method, which asks no independence)."""
    order = sorted(range(len(bounds)), key=bounds.__getitem__)
    said, least = [1.0] * len(bounds), 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, bounds[index] * (len(bounds) - rank)))
        said[index] = least
    return said
