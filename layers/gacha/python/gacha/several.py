"""Answers about several hits of a chain, the last of which may come without luck.

Exact as those about the first (`gacha.solving`), as long as a file can hold that. Beyond it, all
layers of a chain are followed at once, in fixed point: each state has one whole number, in which
the probabilities of being there with no hit, one, two and so on stand side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from gacha import solving
from gacha.chains import Layers, TooMuchError, Work
from gacha.solving import Distribution, Rounded

_BITS: Final = 320
"""A probability is so many bits behind the point: 60 digits, and room for all roundings."""

_FIELD: Final = 2 * _BITS + 64
"""Bits of one number in a packed row: two probabilities multiplied, and sums of many of them."""

_ONE: Final = 1 << _BITS
_SLACK: Final = 1 << 64  # more than all roundings together

_NOTHING: Final = _ONE >> 220
"""So little that 60 digits do not show it."""

Price = Callable[[int], int]
"""What is paid, in coins, after so many pulls for the next one."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """What is known of hits of which the last come without luck, if it takes so long.

    `pulls` is the mean number of pulls, `cost` the mean price until then; `needed` is the
    probability that luck alone is not enough.
    """

    distribution: Distribution
    pulls: Fraction
    cost: Fraction
    needed: Fraction


def by_luck(
    layers: Layers, horizon: int | None, work: Work, chances: Sequence[Fraction]
) -> Distribution:
    """The distribution of the last hit, with the quantiles of these chances. It is not ended by the
    horizon; whether the last has come by then is all that this asks."""
    chain, _ = layers.chain(work)
    is_first = layers.copies == 1  # which has a tail of its own
    found = solving.distribution(chain, None, work, chances if is_first else ())
    shown = len(found.within)
    quantiles = dict(found.quantiles) if is_first else _quantiles(found, chances)
    by_horizon: Fraction | None = None
    if horizon is not None and (horizon <= shown or (not found.is_cut and found.certain == shown)):
        by_horizon = found.within[min(horizon, shown) - 1] if horizon and shown else Fraction(0)
    elif horizon is not None and found.never == 1:
        by_horizon = Fraction(0)
    elif horizon is not None and is_first:
        by_horizon = solving.distribution(chain, horizon, work, ()).by_horizon
    beyond = horizon if by_horizon is None else None
    awaited = [each for each in chances if each not in quantiles and found.never < 1 - each]
    if beyond is not None or (found.is_cut and awaited and not is_first):
        rough = _Rough(layers, work)
        rough.follow(awaited, beyond, found.never)
        quantiles |= rough.quantiles
        by_horizon = rough.by_horizon if by_horizon is None else by_horizon
    return replace(found, quantiles=quantiles, by_horizon=by_horizon)


def _quantiles(found: Distribution, chances: Sequence[Fraction]) -> dict[Fraction, int]:
    """As far as the exact distribution goes."""
    reached = {}
    for chance in chances:
        for pull, within in enumerate(found.within, start=1):
            if within >= chance:
                reached[chance] = pull
                break
    return reached


def by_points(
    layers: Layers,
    enough: Mapping[int, int],
    price: Price,
    horizon: int | None,
    work: Work,
    chances: Sequence[Fraction],
) -> Bounded:
    """The distribution of the last hit, where after pull n, and from then on, `enough[n]` hits are
    enough. In the end none are needed."""
    chain, layer_of = layers.chain(work)
    first = min(enough)
    awaited = sorted(chances)
    quantiles: dict[Fraction, int] = {}
    found: list[Fraction] = []
    within: list[Fraction] = []
    here = {0: 1}
    whole, hits, pulls, mean, cost = 1, 0, 0, 0, 0
    needed: Fraction | None = None
    by_horizon = Fraction(0) if horizon == 0 else None
    least = layers.copies
    digits = 0.0
    left_work = work.left // 4
    is_cut = False
    while here:
        left = whole - hits
        unit, hit_now, there, ways = solving.stepped(chain, here)
        mean, cost = (mean + left) * unit, (cost + left * price(pulls)) * unit
        whole, hits = whole * unit, hits * unit + hit_now
        pulls += 1
        bits = whole.bit_length()
        steps = (len(here) + ways) * (1 + (bits >> 12)) // 2 + 5 + (bits * bits >> 19)
        work.spend(steps)
        left_work -= steps
        if bits > solving.MOST_EXACT_BITS or left_work < 0:
            return _followed(layers, enough, price, horizon, work, chances, found, within)
        if pulls == first:
            needed = Fraction(whole - hits, whole)
        least = min(least, enough.get(pulls, least))
        if pulls >= first:
            for state in [state for state in there if layer_of[state] >= least]:
                hits += there.pop(state)
        here = there
        while awaited and awaited[0].denominator * hits >= awaited[0].numerator * whole:
            quantiles[awaited.pop(0)] = pulls
        if pulls == horizon:
            by_horizon = Fraction(hits, whole)
        is_cut |= digits > solving.MOST_DIGITS or pulls > solving.MOST_PULLS
        if not is_cut:
            within.append(Fraction(hits, whole))
            found.append(within[-1] - within[-2] if pulls > 1 else within[-1])
            digits += 0.6 * (found[-1].denominator.bit_length() + bits)
    if by_horizon is None and horizon is not None:
        by_horizon = Fraction(1)
    zero = Fraction(0)
    return Bounded(
        Distribution(tuple(found), tuple(within), is_cut, pulls, quantiles, by_horizon, zero),
        pulls=Fraction(mean, whole),
        cost=Fraction(cost, whole),
        needed=zero if needed is None else needed,
    )


def _followed(
    layers: Layers,
    enough: Mapping[int, int],
    price: Price,
    horizon: int | None,
    work: Work,
    chances: Sequence[Fraction],
    found: Sequence[Fraction],
    within: Sequence[Fraction],
) -> Bounded:
    """The same in fixed point, beside as much of the exact distribution as there is."""
    rough = _Rough(layers, work, enough, price)
    rough.follow(chances, horizon, Fraction(0), to_the_end=True)
    distribution = Distribution(
        tuple(found),
        tuple(within),
        True,
        rough.pulls,
        rough.quantiles,
        rough.by_horizon,
        Fraction(0),
    )
    return Bounded(distribution, Rounded(rough.mean, _ONE), Rounded(rough.cost, _ONE), rough.needed)


class _Rough:
    """All layers followed at once, in fixed point, from the start."""

    def __init__(
        self,
        layers: Layers,
        work: Work,
        enough: Mapping[int, int] | None = None,
        price: Price | None = None,
    ) -> None:
        self._layers = layers
        self._work = work
        self._enough = enough or {}
        self._price = price
        self._parts = [
            (
                [(way, (weight << _BITS) // total) for way, weight in misses],
                [(way, (weight << _BITS) // total) for way, weight in hits],
            )
            for total, misses, hits in layers.kinds
        ]
        self.quantiles: dict[Fraction, int] = {}
        self.by_horizon: Fraction | None = None
        self.needed = Fraction(0)
        self.pulls = self.mean = self.cost = 0

    def follow(
        self,
        chances: Sequence[Fraction],
        horizon: int | None,
        never: Fraction,
        to_the_end: bool = False,
    ) -> None:
        """To the quantiles and the horizon, or to the pull after which none is left. Raises
        TooMuchError where one of the latter is out of reach; quantiles are left out then."""
        layers, enough = self._layers, self._enough
        copies = layers.copies
        kept = _mask(copies)
        awaited = sorted(chances)
        in_the_end = never.numerator * _ONE // never.denominator
        here = {0: _ONE}
        can = {0: 1}  # the layers in which a state can be, one bit each
        left = _ONE
        left_work = self._work.left - self._work.left // 8
        if horizon == 0:
            self.by_horizon, horizon = Fraction(0), None
        first = min(enough, default=0)
        while here if to_the_end else (awaited or horizon is not None):
            if left_work < 0:
                if to_the_end or horizon is not None:
                    last = f"points pay the last after {max(enough)}" if enough else ""
                    pays = last or f"the budget pays {horizon}"
                    raise TooMuchError(f"{layers.copies} copies are asked about, {pays} pulls")
                return
            if self._price is not None:
                self.mean += left
                self.cost += left * self._price(self.pulls)
            here, can, ways = self._stepped(here, can, kept, copies)
            self.pulls += 1
            if self.pulls == first:
                self.needed = Rounded(_sum(here, copies), _ONE)
            if self.pulls in enough:
                copies = min(copies, enough[self.pulls])
                kept = _mask(copies)
                here = {state: row & kept for state, row in here.items()}
                can = {state: bits & (1 << copies) - 1 for state, bits in can.items()}
                here = {state: row for state, row in here.items() if can[state]}
            left = _sum(here, copies)
            while awaited and left <= _left_by(awaited[0]):
                self.quantiles[awaited.pop(0)] = self.pulls
            if horizon is not None and (self.pulls >= horizon or left - in_the_end < _NOTHING):
                self.by_horizon, horizon = Rounded(_ONE - left, _ONE), None
            steps = 1 + (ways + len(here)) * (4 + copies) // 8
            left_work -= steps
            self._work.spend(steps)
        if horizon is not None:
            self.by_horizon = Fraction(1)

    def _stepped(
        self, here: Mapping[int, int], can: Mapping[int, int], kept: int, copies: int
    ) -> tuple[dict[int, int], dict[int, int], int]:
        layers = self._layers
        there: dict[int, int] = {}
        can_be: dict[int, int] = {}
        every = (1 << copies) - 1
        ways = 0
        for state, row in here.items():
            misses, hits = self._parts[layers.rows[state]]
            targets, bits = layers.targets[state], can[state]
            for way, part in misses:
                to = targets[way]
                there[to] = there.get(to, 0) + (row * part >> _BITS & kept)
                can_be[to] = can_be.get(to, 0) | bits
            if copies > 1:
                bits = bits << 1 & every
                for way, part in hits:
                    to = targets[way]
                    moved = (row * part >> _BITS & kept) << _FIELD & kept
                    there[to] = there.get(to, 0) + moved
                    can_be[to] = can_be.get(to, 0) | bits
            ways += len(misses) + len(hits)
        return {to: row for to, row in there.items() if can_be[to]}, can_be, ways


def _mask(length: int) -> int:
    """Of a row that was multiplied and moved down by `_BITS`: what fell from each number into the
    one before is cut off."""
    one = (1 << _FIELD - _BITS) - 1
    return sum(one << _FIELD * place for place in range(length))


def _sum(rows: Mapping[int, int], length: int) -> int:
    """All numbers of all rows. A row is folded in half until one is left: shifting it once for each
    number would take the square of their number."""
    row = sum(rows.values())
    while length > 1:
        length = (length + 1) // 2
        bits = _FIELD * length
        row = (row & (1 << bits) - 1) + (row >> bits)
    return row


def _left_by(chance: Fraction) -> int:
    """The mass that is left when this chance is reached, roundings allowed for."""
    return (_ONE * (chance.denominator - chance.numerator) + _SLACK) // chance.denominator
