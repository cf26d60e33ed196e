"""The states that a banner's draws can lead to, as a chain: numbered, with exact weights.

The rows are those of `engine.row_of`, the steps those of `engine.after`: what draws also computes.
Before the walk, all that cannot touch the cards asked about is left out or merged, so that a
hundred pulls of ceiling times ten of another are a thousand states and not a million.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import lcm, prod
from operator import getitem
from typing import Any, Final

from gacha import engine
from gacha.banner import TEN, Banner, Card, Minimum, Multi, Promise, Rarity, Step
from gacha.engine import KEPT, Position, State
from gacha.errors import OddsError

MOST_STATES: Final = 120_000
"""States of one walk: about half a kilobyte each."""

MOST_WORK: Final = 3_000_000
"""What all figures of a report may cost, in steps of about a microsecond each."""


class TooMuchError(OddsError):
    """The figure would take more states or steps than are left; `cause` names one that the chain
    of states does not show."""

    def __init__(self, cause: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause


class Work:
    """Counts what is computed, in steps of about a microsecond, and ends it at a bound.

    It counts and does not time, so that the same file has the same answer on every machine. It
    also keeps the last walks, because rarities that depend on the same counts share one.
    """

    def __init__(self, most: int = MOST_WORK, most_states: int = MOST_STATES) -> None:
        self.most_states = most_states
        self.left = most
        self._walks: dict[object, _Walk] = {}

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooMuchError

    def walk(self, lumped: Banner, entry: Position, count: int, slots: bool, until: Until) -> _Walk:
        key = lumped, entry, count, slots, until
        walk = self._walks.pop(key, None)
        if walk is None:
            walk = _walk(lumped, entry, count, slots, until, self)
        self._walks[key] = walk
        while sum(len(each.targets) for each in self._walks.values()) > self.most_states:
            del self._walks[next(iter(self._walks))]  # the one not used for longest
        return walk


def members(rarity: Rarity) -> frozenset[str]:
    """The cards of a rarity."""
    return frozenset(card.id for card in rarity.cards)


Until = frozenset[str] | None
_Code = tuple[Any, ...]
"""A state in short. Outside a box: the value of each count, and last the place in a multi-pull."""

Way = Callable[[_Code], _Code]
"""How a card moves a state."""


@dataclass(frozen=True, slots=True)
class Chain:
    """States as numbers, the start being 0.

    State s has the row `rows[s]`: `totals[row]` is the sum of its weights, `hits[row]` that of the
    cards asked about, and `weights[row]` those of the ways to `targets[s]`, one for one. The ways
    are all of them, or those without a hit in a chain that ends with the first. `prices[s]` is
    what is paid there, in coins, where slots are told apart: the price where a multi-pull begins.
    """

    targets: list[tuple[int, ...]]
    rows: list[int]
    weights: list[tuple[int, ...]]
    hits: list[int]
    totals: list[int]
    prices: list[int]


def settled(banner: Banner) -> Banner:
    """The banner once all one-off promises are kept, as in the long run they are."""
    return replace(banner, promises=tuple(p for p in banner.promises if not p.once))


def build(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    count: int = 1,
    until_hit: bool = False,
    slots: bool = False,
    work: Work | None = None,
) -> Chain:
    """All that can happen to `cards` from `state` on, with `until_hit` to the first of them, in
    single pulls or in multi-pulls of `count` cards.

    Slots of multi-pulls are told apart where they matter to `cards`, or always with `slots`. Raises
    OddsError, with all that multiplies, where that is more than `work` has left.
    """
    walk = _walked(banner, cards, state, count, cards if until_hit else None, slots, work)
    return Chain(
        targets=walk.targets,
        rows=walk.rows,
        weights=[row.weights for row in walk.kinds],
        hits=[sum(weight for card, weight in row.cards if card in cards) for row in walk.kinds],
        totals=[row.total for row in walk.kinds],
        prices=walk.prices,
    )


Ways = list[tuple[int, int]]
"""Ways on from a row: to which of a state's targets, and with which weight."""


@dataclass(frozen=True, slots=True)
class Layers:
    """A chain that ends with the hit number `copies`: each layer is the states with so many hits.

    The states of one layer are as those of Chain, and each of `rows` is one of `kinds`: the sum of
    its weights, the ways without a hit, and those with one.
    """

    targets: list[tuple[int, ...]]
    rows: list[int]
    kinds: list[tuple[int, Ways, Ways]]
    prices: list[int]
    copies: int

    def chain(self, work: Work) -> tuple[Chain, list[int]]:
        """All layers as one chain, as far as they can be reached, and the layer of each state."""
        numbers = {(0, 0): 0}
        todo = [(0, 0)]
        targets: list[tuple[int, ...]] = []
        last = self.copies - 1
        for layer, here in todo:  # grows as it is walked
            _, misses, hits = self.kinds[self.rows[here]]
            ways = [(layer, way) for way, _ in misses]
            if layer < last:
                ways += [(layer + 1, way) for way, _ in hits]
            out = []
            for above, way in ways:
                there = above, self.targets[here][way]
                number = numbers.get(there)
                if number is None:
                    number = numbers[there] = len(todo)
                    todo.append(there)
                out.append(number)
            targets.append(tuple(out))
            work.spend(2 + len(out))
            if len(todo) > work.most_states:
                raise TooMuchError(f"{self.copies} copies are asked about")
        kinds = len(self.kinds)
        inner = [tuple(weight for _, weight in (*misses, *hits)) for _, misses, hits in self.kinds]
        outer = [tuple(weight for _, weight in misses) for _, misses, _ in self.kinds]
        chain = Chain(
            targets=targets,
            rows=[self.rows[here] + kinds * (layer == last) for layer, here in todo],
            weights=inner + outer,
            hits=[0] * kinds + [sum(weight for _, weight in hits) for _, _, hits in self.kinds],
            totals=[total for total, _, _ in self.kinds] * 2,
            prices=[self.prices[here] for _, here in todo] if self.prices else [],
        )
        return chain, [layer for layer, _ in todo]


def build_layers(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    count: int,
    copies: int,
    slots: bool = False,
    work: Work | None = None,
) -> Layers:
    """All that can happen from `state` on to the hit number `copies` ≥ 1 of `cards`.

    As `build`, to which it is the same where the first hit ends it.
    """
    walk = _walked(banner, cards, state, count, cards if copies == 1 else None, slots, work)
    kinds = [(row.total, *_parted(row, cards, copies == 1)) for row in walk.kinds]
    return Layers(walk.targets, walk.rows, kinds, walk.prices, copies)


def _walked(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    count: int,
    until: Until,
    slots: bool,
    work: Work | None,
) -> _Walk:
    if not cards or not cards <= {card.id for card in banner.cards}:
        raise OddsError(f"{sorted(cards)} are no cards of {banner.id}")
    work = Work() if work is None else work
    lumped = lumping(banner, cards, {count})
    entry = engine.position(lumped.banner, lumped.state(state), count)
    slots = slots or any(multi.differs for multi in lumped.banner.multis)
    return work.walk(lumped.banner, entry, count, slots, until)


def _parted(row: _Row, cards: frozenset[str], until_hit: bool) -> tuple[Ways, Ways]:
    """The ways without and with a hit. Those with one lead nowhere where the first ends it."""
    if until_hit:
        hit = sum(weight for card, weight in row.cards if card in cards)
        return list(enumerate(row.weights)), [(-1, hit)] if hit else []
    hits = [0] * len(row.ways)
    for (card, weight), way in zip(row.cards, row.way_of, strict=True):
        hits[way] += weight * (card in cards)
    misses = [(way, weight - hits[way]) for way, weight in enumerate(row.weights)]
    return [each for each in misses if each[1]], [each for each in enumerate(hits) if each[1]]


def factors(banner: Banner, cards: frozenset[str], count: int = 1) -> list[str]:
    """What the odds of `cards` depend on at once, the greatest first: their states multiply."""
    if banner.box is not None:
        kinds = lumping(banner, cards, {count}).banner.cards
        return [f"the box holds {len(kinds)} sorts of {sum(c.stock or 0 for c in kinds)} cards"]
    lumped = lumping(banner, cards, {count}).banner
    found = [
        (len(r.schedule), f"rarity {r.id} counts {len(r.schedule)} pulls")
        for r in lumped.rarities
        if r.counts
    ]
    found += [
        (r.guarantee + 1, f"rarity {r.id} counts {r.guarantee} losses")
        for r in lumped.rarities
        if r.guarantee
    ]
    found += [
        (len(r.shares), f"rarity {r.id} has {len(r.shares)} shares")
        for r in lumped.rarities
        if r.remembers
    ]
    found += [
        (prod(_stocks(r)), f"rarity {r.id} has {len(r.cards)} sorts of cards without repeats")
        for r in lumped.rarities
        if r.no_repeats
    ]
    found += [(p.within, f"promise {p.id} counts to {p.within}") for p in lumped.promises]
    for multi in lumped.multis:
        if multi.differs:
            steps, name = len(multi.steps), called(multi.size)
            found.append(
                (
                    multi.size * steps,
                    f"a {name} has {multi.size} slots"
                    if steps == 1
                    else f"{steps} steps of {name}s have {multi.size} slots each",
                )
            )
            most = max((len(step.minima) for step in multi.steps), default=0)
            if most:
                found.append((2**most, f"a {name} has {most} minima"))
    return [words for _, words in sorted(found, key=lambda item: -item[0])]


def called(size: int) -> str:
    """A multi-pull in words."""
    return "ten-pull" if size == TEN else f"{size}-pull"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row in integers. `weights` are those of the ways on, of the cards that move alike; in a
    row without an end, `way_of` has the place of each card's way."""

    total: int
    cards: list[tuple[str, int]]
    weights: tuple[int, ...]
    ways: tuple[Way, ...]
    way_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Walk:
    """As Chain, before it is asked which cards are hits."""

    targets: list[tuple[int, ...]]
    rows: list[int]
    kinds: list[_Row]
    prices: list[int]


def _walk(
    banner: Banner, entry: Position, count: int, slots: bool, until: Until, work: Work
) -> _Walk:
    """Every position that can be reached from `entry`, but not beyond cards in `until`."""
    size = count if slots else 0
    moves: _Counts | _Box = (
        _Counts(banner, entry, size, work)
        if banner.box is None
        else _Box(banner, entry, size)  # which has no rules of multi-pulls
    )
    numbers: dict[_Code, int] = {moves.start: 0}
    todo = [moves.start]
    known: dict[_Code, int] = {}
    kinds: list[_Row] = []
    targets: list[tuple[int, ...]] = []
    rows: list[int] = []
    spend, demands, most = work.spend, moves.demands, work.most_states
    for here in todo:  # grows as it is walked
        key = demands(here)
        number = known.get(key)
        if number is None:
            number = known[key] = len(kinds)
            kinds.append(_row(banner, moves, here, until))
            spend(25 + 5 * len(kinds[-1].cards))
        rows.append(number)
        kind = kinds[number]
        out = []
        for way in kind.ways:
            there = way(here)
            place = numbers.get(there)
            if place is None:
                place = numbers[there] = len(todo)
                todo.append(there)
            out.append(place)
        targets.append(tuple(out))
        spend(moves.cost * (1 + len(out)))
        if len(todo) * moves.size > most:
            raise TooMuchError
    prices = [moves.price(here) for here in todo] if size else []
    return _Walk(targets, rows, kinds, prices)


def _row(banner: Banner, moves: _Counts | _Box, here: _Code, until: Until) -> _Row:
    row = [
        (card, at.whole, chance * part)
        for at, chance in engine.openings(banner, moves.position(here))
        for card, part in engine.row_of(banner, engine.demands(banner, at))
    ]
    total = lcm(*(probability.denominator for *_, probability in row))
    cards = [(card.id, int(part * total)) for card, _, part in row]
    ways: dict[Way, int] = {}
    numbers: dict[Way, int] = {}
    way_of: list[int] = []
    for (card, whole, _), (_, weight) in zip(row, cards, strict=True):
        if until is None or card.id not in until:
            way = moves.way(card, whole)
            ways[way] = ways.get(way, 0) + weight
            way_of.append(numbers.setdefault(way, len(numbers)))
    return _Row(total, cards, tuple(ways.values()), tuple(ways), tuple(way_of))


class _Counts:
    """How states without a box move: each count by itself, as `engine.after` moves it.

    Every value of every count is tried once with each card; from then on a move is a look-up in
    each table. Cards that move all counts alike share one way. Counts of a rarity that move by each
    other are one: their values as the digits of one number, of which `_digits` has the radices.
    """

    def __init__(self, banner: Banner, entry: Position, count: int, work: Work) -> None:
        """`count`: of the multi-pulls whose slots are told apart, 0 where they are not."""
        self._banner = banner
        self._entry = entry
        self._count = count
        self._work = work
        # Where rates are frozen, what the counts were and what they are go together.
        self._is_frozen = bool(entry.frozen)
        self.cost, self.size = 1, 3 if self._is_frozen else 1
        self._ways: dict[tuple[str, int], Way] = {}
        self._digits: list[tuple[int, ...]] = [
            (len(r.schedule),) for r in banner.rarities if r.counts and not self._is_frozen
        ]
        self._digits += [_memory(r) for r in banner.rarities if r.guarantee or r.remembers]
        self._without = [r for r in banner.rarities if r.no_repeats]
        self._digits += [_stocks(r) for r in self._without]
        self._digits += [(p.within,) for p in banner.promises]
        caps = [prod(radices) - 1 for radices in self._digits]
        if max(caps, default=0) >= work.most_states:
            raise TooMuchError
        work.spend(len(banner.cards) * (3 + len(caps) + len(entry.drawn)) * (2 + max([0, *caps])))
        tried = [
            self._at([min(value, cap) for cap in caps]) for value in range(max(caps, default=0) + 1)
        ]
        kept = self._at([KEPT] * len(caps))  # of the promises only; it is the last of each table
        shared: dict[object, dict[int, Way]] = {}
        multi = banner.multi(count)
        wholes = range(1 + len(() if multi is None else multi.wholes))
        for card in banner.cards:
            after = [self._values(engine.after(banner, each, card)) for each in tried]
            kept_after = self._values(engine.after(banner, kept, card))
            tables: list[Any] = [
                [each[index] for each in after[: cap + 1]] + [kept_after[index]]
                for index, cap in enumerate(caps)
            ]
            counted = tuple(
                card.id in minimum.cards
                for multi in banner.multis
                for step in multi.steps
                for minimum in step.minima
            )
            resets = card.rarity if self._is_frozen else None
            key = tuple(map(tuple, tables)), counted, resets
            if key not in shared:
                shared[key] = {
                    whole: _look_up([*tables, self._moved(card, whole)]) for whole in wholes
                }
            self._ways |= {(card.id, whole): way for whole, way in shared[key].items()}
        self.start: _Code = (*self._values(entry), self._place(entry, 0))
        self.demands = _look_up(self._classes(caps))

    def way(self, card: Card, whole: int) -> Way:
        """How the card moves a state, in whose multi-pull this whole holds."""
        return self._ways[card.id, whole]

    def position(self, here: _Code) -> Position:
        return self._with_place(self._at(list(here[:-1])), here[-1])

    def price(self, here: _Code) -> int:
        step, *_, passed = here[-1]
        return self._banner.price(self._count, step) if passed == 0 else 0

    def _place(self, position: Position, passed: int) -> tuple[Any, ...]:
        """What of a position moves together, and how many slots of the multi-pull have passed."""
        at = position.step, position.slot, position.needs, position.whole
        counts = (position.since, position.frozen) if self._is_frozen else ((), ())
        return *at, *counts, passed

    def _with_place(self, position: Position, place: tuple[Any, ...]) -> Position:
        step, slot, needs, whole, since, frozen, _ = place
        position = position._replace(step=step, slot=slot, needs=needs, whole=whole)
        return position._replace(since=since, frozen=frozen) if self._is_frozen else position

    def _at(self, values: Sequence[int]) -> Position:
        left = iter(
            digit
            for value, radices in zip(values, self._digits, strict=True)
            for digit in _digits(value, radices)
        )
        since = self._entry.since
        if not self._is_frozen:
            since = tuple((key, next(left)) for key, _ in since)
        lost: list[tuple[str, int]] = []
        contested: list[tuple[str, int]] = []
        for rarity in self._banner.rarities:
            lost += [(rarity.id, next(left))] if rarity.guarantee else []
            contested += [(rarity.id, next(left))] if rarity.remembers else []
        drawn = {card.id: next(left) for rarity in self._without for card in rarity.cards}
        return self._entry._replace(
            since=since,
            lost=tuple(lost),
            contested=tuple(contested),
            promises=tuple((key, next(left)) for key, _ in self._entry.promises),
            drawn=tuple((key, drawn[key]) for key, _ in self._entry.drawn),
        )

    def _values(self, position: Position) -> list[int]:
        lost, contested = dict(position.lost), dict(position.contested)
        values = [] if self._is_frozen else [n for _, n in position.since]
        for rarity in self._banner.rarities:
            if rarity.remembers:
                radix = rarity.guarantee + 1
                values.append(lost.get(rarity.id, 0) + radix * contested[rarity.id])
            elif rarity.guarantee:
                values.append(lost[rarity.id])
        drawn = dict(position.drawn)
        for rarity in self._without:
            value = 0
            for card, radix in zip(reversed(rarity.cards), reversed(_stocks(rarity)), strict=True):
                value = value * radix + drawn[card.id]
            values.append(value)
        return values + [n for _, n in position.promises]

    def _moved(self, card: Card, whole: int) -> _Places:
        steps = 10 + len(self._entry.needs)
        return _Places(partial(self._next_place, card, whole), self._work, steps)

    def _next_place(self, card: Card, whole: int, place: Any) -> Any:
        here = self._with_place(self._entry, place)._replace(whole=whole)
        there = engine.after(self._banner, here, card)
        passed = (place[-1] + 1) % self._count if self._count else 0
        if passed == 0 and self._count:
            there = engine.open_multi(self._banner, there, self._count)
        return self._place(there, passed)

    def _classes(self, caps: list[int]) -> list[Any]:
        """For each count, which of its values ask the same of a row: those with equal rates, those
        with equal shares before a guarantee, and those before a promise is due. Of cards that do
        not come again every one asks for something else."""
        classes: list[Any] = []
        rates: dict[str, list[int]] = {}
        for rarity in self._banner.rarities:
            if rarity.counts:
                first: dict[object, int] = {}
                rates[rarity.id] = [first.setdefault(rate, len(first)) for rate in rarity.schedule]
        if not self._is_frozen:
            classes += rates.values()
        for rarity in self._banner.rarities:
            if rarity.guarantee or rarity.remembers:
                classes.append([*_shares(rarity), 0])
        classes += [[*range(prod(_stocks(rarity))), 0] for rarity in self._without]
        for cap in caps[len(classes) :]:
            classes.append([*[0] * cap, 1, 0])  # the last one is a promise that was KEPT

        def demanded(place: Any) -> Any:
            *at, _, frozen, _ = place
            return *at, *(rates[key][count] for key, count in frozen)

        return [*classes, _Places(demanded, self._work, 2)]


class _Box:
    """How a box moves: all its counts together, since it is filled again."""

    def __init__(self, banner: Banner, entry: Position, count: int) -> None:
        self._banner = banner
        self._entry = entry
        self._count = count
        self._ways: dict[str, Way] = {}
        self.size = 1 + len(banner.cards) // 8
        self.cost = 3 + len(banner.cards) // 3
        self.start: _Code = self._code(entry, 0)

    def demands(self, here: _Code) -> _Code:
        return here[0]  # type: ignore[no-any-return]  # the counts

    def way(self, card: Card, _whole: int) -> Way:
        return self._ways.setdefault(card.id, partial(self._after, card))

    def position(self, here: _Code) -> Position:
        kinds = zip(self._entry.drawn, here[0], strict=True)
        return self._entry._replace(drawn=tuple((key, count) for (key, _), count in kinds))

    def price(self, here: _Code) -> int:
        return self._banner.price(self._count) if here[1] == 0 else 0

    @staticmethod
    def _code(position: Position, passed: int) -> _Code:
        return tuple([count for _, count in position.drawn]), passed

    def _after(self, card: Card, here: _Code) -> _Code:
        there = engine.after(self._banner, self.position(here), card)
        return self._code(there, (here[1] + 1) % self._count if self._count else 0)


def _memory(rarity: Rarity) -> tuple[int, ...]:
    """The radices of losses in a row and of those that no guarantee decided: the first decide
    whether the others count."""
    lost = (rarity.guarantee + 1,) if rarity.guarantee else ()
    return lost + ((len(rarity.shares),) if rarity.remembers else ())


def _shares(rarity: Rarity) -> Iterator[Fraction | None]:
    """The share at each value of both, the losses in a row being the lower digit."""
    for contested in range(max(len(rarity.shares), 1)):
        for lost in range(rarity.guarantee + 1):
            is_due = 0 < rarity.guarantee <= lost
            yield Fraction(1) if is_due else rarity.share_at(contested)


def _stocks(rarity: Rarity) -> tuple[int, ...]:
    """Of a rarity without repeats, how many counts each card has: from none to all its copies."""
    return tuple(1 + (card.stock or 0) for card in rarity.cards)


def _digits(value: int, radices: tuple[int, ...]) -> Iterator[int]:
    """The lowest first; the highest is whatever is left."""
    for radix in radices[:-1]:
        value, digit = divmod(value, radix)
        yield digit
    yield value


def _look_up(tables: Sequence[Any]) -> Way:
    return lambda here: tuple(map(getitem, tables, here))


class _Places(dict[Any, Any]):
    """A table that is filled as it is asked, which takes so many steps each time."""

    def __init__(self, find: Callable[[Any], Any], work: Work, steps: int) -> None:
        super().__init__()
        self._find = find
        self._work = work
        self._steps = steps

    def __missing__(self, key: Any) -> Any:
        self._work.spend(self._steps)
        self[key] = found = self._find(key)
        return found


@dataclass(frozen=True, slots=True)
class Lumping:
    """A banner in which all that cannot touch some cards' odds is left out or merged.

    It is a banner like any other, so `engine.row` and `engine.after` serve it, too.
    """

    banner: Banner
    merged: Mapping[str, str]  # card → the card that stands for it

    def state(self, state: State) -> State:
        since, lost, promises = dict(state.since), dict(state.lost), dict(state.promises)
        contested = dict(state.contested)
        drawn: dict[str, int] = {}
        for card, count in state.drawn:
            drawn[self.merged[card]] = drawn.get(self.merged[card], 0) + count
        fresh = engine.start(self.banner)
        return fresh._replace(
            since=tuple((key, since[key]) for key, _ in fresh.since),
            lost=tuple((key, lost[key]) for key, _ in fresh.lost),
            contested=tuple((key, contested[key]) for key, _ in fresh.contested),
            promises=tuple((key, promises[key]) for key, _ in fresh.promises),
            drawn=tuple((key, drawn[key]) for key, _ in fresh.drawn),
            step=min(state.step, self.banner.steps - 1),
        )


def lumping(banner: Banner, cards: frozenset[str], sizes: Collection[int]) -> Lumping:
    """The smallest banner with the same odds for `cards`, in pulls of these sizes."""
    multis = tuple(multi for multi in banner.multis if multi.size in sizes)
    if banner.box is not None:
        return _lumped_box(banner, cards, banner.box)
    lowest, divided, promises, has_minima = _relevant(banner, cards, multis)
    merged: dict[str, str] = {}
    rarities = []
    for index, rarity in enumerate(banner.rarities):
        matters = index <= lowest
        split = rarity.id in divided
        no_repeats = split and rarity.no_repeats
        groups: dict[tuple[int, ...], list[Card]] = {}
        for card in rarity.cards:
            inside = [card.id in promise.cards for promise in banner.promises]
            key: tuple[int, ...] = (card.featured, card.id in cards, *inside) if split else ()
            if no_repeats:
                inside = [card.id in promise.cards for promise in promises]
                key = (card.weight, card.id in cards, *inside)
            groups.setdefault(key, []).append(card if no_repeats else replace(card, stock=None))
        rarities.append(
            replace(
                rarity,
                schedule=rarity.schedule if matters else rarity.schedule[:1],
                reset_by=rarity.reset_by if matters else frozenset(),
                shares=rarity.shares if split else (),
                guarantee=rarity.guarantee if split else 0,
                no_repeats=no_repeats,
                cards=_merge(groups.values(), merged),
            )
        )
    kept = frozenset(merged.values())
    reduced = replace(
        banner,
        rarities=tuple(rarities),
        cards=tuple(card for rarity in rarities for card in rarity.cards),
        promises=tuple(replace(p, cards=p.cards & kept) for p in promises),
        multis=tuple(
            replace(
                multi, steps=tuple(_lumped_step(step, kept, has_minima) for step in multi.steps)
            )
            for multi in multis
        ),
    )
    return Lumping(_renamed(reduced), merged)


def _lumped_step(step: Step, kept: frozenset[str], has_minima: bool) -> Step:
    minima = (replace(each, cards=each.cards & kept) for each in step.minima if has_minima)
    return replace(step, minima=tuple(minima))


def _renamed(banner: Banner) -> Banner:
    """With a hash of its own, since banners with equal hashes count as equal."""
    rules = (
        banner.hash,
        [
            (r.id, len(r.schedule), r.guarantee, r.shares, r.no_repeats, sorted(r.reset_by))
            for r in banner.rarities
        ],
        [(card.id, card.weight, card.stock) for card in banner.cards],
        [(promise.id, sorted(promise.cards)) for promise in banner.promises],
        [
            (
                multi.size,
                [[(m.count, sorted(m.cards)) for m in step.minima] for step in multi.steps],
            )
            for multi in banner.multis
        ],
        sorted(banner.box or ()),
    )
    return replace(banner, hash=hashlib.sha256(repr(rules).encode()).hexdigest())


def _relevant(
    banner: Banner, cards: frozenset[str], multis: tuple[Multi, ...]
) -> tuple[int, set[str], list[Promise], bool]:
    """What the odds of `cards` depend on.

    The index of the lowest rarity whose count matters: a rate depends on its own count and on
    those above, never below, unless one below resets it. The rarities of which it matters which
    card comes. The promises: those that decide whole pulls, and those within such a rarity. The
    minima of these multi-pulls: all or none, since they share slots.
    """
    lowest, divided = -1, set[str]()
    promises: list[Promise] = []
    every_minimum = [m for multi in multis for step in multi.steps for m in step.minima]
    minima: list[Minimum] = []
    while True:
        before = lowest, len(divided), promises, minima
        classes = [cards, *(p.cards for p in promises), *(m.cards for m in minima)]
        for index, rarity in enumerate(banner.rarities):
            inside = members(rarity)
            for some in classes:
                if not some.isdisjoint(inside):
                    lowest = max(lowest, index)
                    if not inside <= some:
                        divided.add(rarity.id)
            if index <= lowest:
                resets = (i for i, r in enumerate(banner.rarities) if r.id in rarity.reset_by)
                lowest = max([lowest, *resets])
        promises = [p for p in banner.promises if p.at is None or p.at in divided]
        # A reserved slot raises the lowest rarity it serves and empties those it does not.
        above = frozenset[str]().union(*(members(r) for r in banner.rarities[: lowest + 2]))
        if not all(above <= minimum.cards for minimum in every_minimum):
            minima = every_minimum
        if before == (lowest, len(divided), promises, minima):
            return lowest, divided, promises, bool(minima)


def _lumped_box(banner: Banner, cards: frozenset[str], refill: frozenset[str]) -> Lumping:
    """In a box only copies count, so all alike are one card with the sum of their stock."""
    groups: dict[tuple[bool, bool, int], list[Card]] = {}
    for card in banner.cards:
        groups.setdefault((card.id in cards, card.id in refill, card.weight), []).append(card)
    merged: dict[str, str] = {}
    kept = _merge(groups.values(), merged)
    rarity = replace(banner.rarities[0], cards=kept)
    box = refill & {card.id for card in kept}
    return Lumping(_renamed(replace(banner, rarities=(rarity,), cards=kept, box=box)), merged)


def _merge(groups: Iterable[list[Card]], merged: dict[str, str]) -> tuple[Card, ...]:
    """One card for each group, with the sum of its weights, or of its copies where they count."""
    kept = []
    for group in groups:
        one = group[0]
        merged.update((card.id, one.id) for card in group)
        if one.stock is None:
            kept.append(replace(one, weight=sum(card.weight for card in group)))
        else:
            kept.append(replace(one, stock=sum(card.stock or 0 for card in group)))
    return tuple(kept)
