"""Exact odds of a banner: `python -m gacha.odds BANNER.toml [--json] [--plot OUT.svg]`.

Everything here is computed from `engine.row` and `engine.after`, the functions that also draw, so
published odds cannot differ from drawn ones. No simulation and no floats (but in the picture):
a banner is a finite chain of states, walked pull by pull for distributions, and solved for
expectations by its structure. Counters only rise until something resets them, so a chain without
the few states that resets lead to has no loops; what is left to solve is as small as those few.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate
from math import gcd, lcm
from operator import mul
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from gacha import engine
from gacha.banner import TEN, Banner, Card, Minimum, Promise, Rarity, parse
from gacha.engine import Position, State
from gacha.errors import GachaError

DIGITS: Final = 18  # significant digits of a decimal beside its fraction
MOST_STATES: Final = 200_000
MOST_EXACT_HEADS: Final = 24
ROUNDED_BITS: Final = 400


class OddsError(GachaError):
    """The question has no answer here: no such card, or more states than can be walked."""


class Rounded(Fraction):
    """A value right to more than 60 digits, where the exact fraction would fill pages.

    Some banners loop in so many ways (a ceiling of 90 against one of 10 against the slots of a
    ten-pull) that their rates have numerators of tens of thousands of digits.
    """

    __slots__ = ()


@dataclass(frozen=True)
class First:
    """How many pulls it takes to the first of some cards.

    `chances[n - 1]` is the probability that it is pull n; they sum to 1 when the card is certain
    by then, and end at a horizon when it never is. `expected` is the mean number of pulls, and
    `expected_cost` the mean price in coins until then; both may be Rounded.
    """

    chances: tuple[Fraction, ...]
    expected: Fraction
    expected_cost: Fraction

    @cached_property
    def within(self) -> tuple[Fraction, ...]:
        """`within[n - 1]`: the probability that n pulls are enough."""
        return tuple(accumulate(self.chances))

    @property
    def certain(self) -> int | None:
        """The number of pulls that are always enough, None when no number is."""
        return len(self.chances) if self.within[-1] == 1 else None

    def quantile(self, chance: Fraction) -> int | None:
        """The fewest pulls that are enough with this probability, None beyond the horizon."""
        return next((n for n, p in enumerate(self.within, start=1) if p >= chance), None)

    @property
    def median(self) -> int | None:
        return self.quantile(Fraction(1, 2))


def featured(banner: Banner) -> frozenset[str]:
    """The featured cards of the highest rarity that has some; empty when none has."""
    for rarity in banner.rarities:
        if found := frozenset(card.id for card in rarity.cards if card.featured):
            return found
    return frozenset()


def members(rarity: Rarity) -> frozenset[str]:
    """The cards of a rarity."""
    return frozenset(card.id for card in rarity.cards)


def long_run(
    banner: Banner, cards: frozenset[str], ten: bool = False, most_states: int = MOST_STATES
) -> Fraction:
    """The consolidated rate: what part of very many pulls are `cards`.

    With `ten`, of very many ten-pulls. May be Rounded. Raises OddsError where it would take a walk
    over more than `most_states` states.
    """
    settled = _settled(banner)
    return _long_run(_chain(settled, cards, engine.start(settled), ten, most_states=most_states))


def first(
    banner: Banner,
    cards: frozenset[str],
    state: State | None = None,
    ten: bool = False,
    horizon: int | None = None,
) -> First:
    """How many pulls it takes from `state` (default: a new player) to the first of `cards`.

    With `ten`, in ten-pulls: pulls are still counted one by one, but paid ten by ten. Where the
    cards never become certain, the distribution ends after `horizon` pulls (default: when 99 %
    of players have one).
    """
    state = engine.start(banner) if state is None else state
    chain = _chain(banner, cards, state, ten, until_hit=True)
    chances = _distribution(chain, horizon)
    expected = _expected(chain, chain.totals)
    if ten and sum(chances) == 1:
        tens = range(1, len(chances) // TEN + 2)
        paid = [price for n in tens for price in [banner.price(TEN * n, state.step)] * TEN]
        cost = sum(map(mul, chances, paid), Fraction(0))
    else:
        if ten:
            chain = _chain(banner, cards, state, ten, until_hit=True, slots=True)
        cost = _expected(chain, list(map(mul, chain.totals, chain.prices)))
    return First(chances, expected, cost)


@dataclass(frozen=True, slots=True)
class Figures:
    """The odds of some cards: on the next pull, in the long run, and until the first."""

    next: Fraction
    rate: Fraction
    first: First


@dataclass(frozen=True, slots=True)
class Report:
    """Figures per rarity, highest first, and of the featured cards; in single or in ten-pulls."""

    rarities: Mapping[str, Figures]
    featured: Figures | None


def report(banner: Banner, state: State | None = None, ten: bool = False) -> Report:
    """All figures of a banner, from `state` (default: a new player) on."""
    state = engine.start(banner) if state is None else state

    def figures(cards: frozenset[str], horizon: int | None) -> Figures:
        until = first(banner, cards, state, ten, horizon)
        return Figures(until.chances[0], long_run(banner, cards, ten), until)

    wanted = featured(banner)
    horizon = banner.exchange.price if banner.exchange else None
    return Report(
        rarities={rarity.id: figures(members(rarity), None) for rarity in banner.rarities},
        featured=figures(wanted, horizon) if wanted else None,
    )


# --- the chain of states -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edge:
    to: int
    weight: int
    hit: bool


@dataclass(frozen=True, slots=True)
class _Chain:
    """States as numbers, the start being 0. Weights out of state s sum to `totals[s]`.

    `prices[s]` is what is paid there, in coins: for a ten-pull where one begins.
    """

    edges: list[list[_Edge]]
    totals: list[int]
    prices: list[int]


def _settled(banner: Banner) -> Banner:
    """The banner once all one-off promises are kept, as in the long run they are."""
    return replace(banner, promises=tuple(p for p in banner.promises if not p.once))


def _chain(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    ten: bool,
    until_hit: bool = False,
    slots: bool = False,
    most_states: int = MOST_STATES,
) -> _Chain:
    """All that can happen to `cards` from `state` on, with `until_hit` to the first of them.

    Slots of ten-pulls are told apart where they matter to `cards`, or always with `slots`.
    """
    if not cards or not cards <= {card.id for card in banner.cards}:
        raise OddsError(f"{sorted(cards)} are no cards of {banner.id}")
    lumped = _lumped(banner, cards, ten)
    entry = engine.position(lumped.banner, lumped.state(state), ten)
    walk = _walk(
        lumped.banner,
        entry,
        ten,
        slots or (ten and lumped.banner.ten_differs),
        until=cards if until_hit else None,
        most_states=most_states,
    )
    edges = []
    for out in walk.edges:
        weights: dict[tuple[int, bool], int] = {}
        for to, weight, card in out:
            weights[to, card in cards] = weights.get((to, card in cards), 0) + weight
        edges.append([_Edge(to, weight, hit) for (to, hit), weight in weights.items()])
    return _Chain(edges, walk.totals, walk.prices)


@dataclass(frozen=True, slots=True)
class _Walk:
    """As _Chain, with edges (to, weight, card) before it is asked which cards are hits."""

    edges: list[list[tuple[int, int, str]]]
    totals: list[int]
    prices: list[int]


@lru_cache(maxsize=4)  # rarities that depend on the same counts share one walk
def _walk(
    banner: Banner,
    entry: Position,
    ten: bool,
    slots: bool,
    until: frozenset[str] | None,
    most_states: int,
) -> _Walk:
    """Every position that can be reached from `entry`, but not beyond cards in `until`."""
    numbers: dict[tuple[Position, int], int] = {(entry, 0): 0}
    todo = [(entry, 0)]
    rows: dict[engine.Demands, tuple[int, list[tuple[Card, int]]]] = {}
    edges: list[list[tuple[int, int, str]]] = []
    totals: list[int] = []
    for here, slot in todo:  # grows as it is walked
        demands = engine.demands(banner, here)
        if demands not in rows:
            row = engine.row_of(banner, demands)
            total = lcm(*(probability.denominator for _, probability in row))
            rows[demands] = total, [(card, int(part * total)) for card, part in row]
        total, weights = rows[demands]
        out = []
        next_slot = (slot + 1) % TEN if slots else 0
        for card, weight in weights:
            if until is not None and card.id in until:
                out.append((0, weight, card.id))
                continue
            there = engine.after(banner, here, card)
            if next_slot == 0 and entry.slot:
                there = engine.open_ten(banner, there)
            key = there, next_slot
            if key not in numbers:
                numbers[key] = len(todo)
                todo.append(key)
                if len(todo) > most_states:
                    raise OddsError(f"{banner.id} has more than {most_states} states")
            out.append((numbers[key], weight, card.id))
        edges.append(out)
        totals.append(total)
    prices = [
        banner.price_one if not ten else banner.steps[here.step].price if slot == 0 else 0
        for here, slot in todo
    ]
    return _Walk(edges, totals, prices)


@dataclass(frozen=True, slots=True)
class _Lumped:
    """A banner in which all that cannot touch some cards' odds is left out or merged.

    It is a banner like any other, so `engine.row` and `engine.after` serve it, too.
    """

    banner: Banner
    merged: Mapping[str, str]  # card → the card that stands for it

    def state(self, state: State) -> State:
        since, lost, promises = dict(state.since), dict(state.lost), dict(state.promises)
        drawn: dict[str, int] = {}
        for card, count in state.drawn:
            drawn[self.merged[card]] = drawn.get(self.merged[card], 0) + count
        fresh = engine.start(self.banner)
        return replace(
            fresh,
            since=tuple((key, since[key]) for key, _ in fresh.since),
            lost=tuple((key, lost[key]) for key, _ in fresh.lost),
            promises=tuple((key, promises[key]) for key, _ in fresh.promises),
            drawn=tuple((key, drawn[key]) for key, _ in fresh.drawn),
            step=state.step,
        )


def _lumped(banner: Banner, cards: frozenset[str], ten: bool) -> _Lumped:
    """The smallest banner with the same odds for `cards`."""
    if banner.box is not None:
        return _lumped_box(banner, cards, banner.box)
    lowest, divided, promises, has_minima = _relevant(banner, cards, ten)
    merged: dict[str, str] = {}
    rarities = []
    for index, rarity in enumerate(banner.rarities):
        matters = index <= lowest
        split = rarity.id in divided
        groups: dict[tuple[bool, ...], list[Card]] = {}
        for card in rarity.cards:
            inside = [card.id in promise.cards for promise in banner.promises]
            key = (card.featured, card.id in cards, *inside) if split else ()
            groups.setdefault(key, []).append(card)
        rarities.append(
            replace(
                rarity,
                schedule=rarity.schedule if matters else rarity.schedule[:1],
                reset_by=rarity.reset_by if matters else frozenset(),
                share=rarity.share if split else None,
                guarantee=rarity.guarantee if split else 0,
                cards=_merge(groups.values(), merged),
            )
        )
    kept = frozenset(merged.values())
    reduced = replace(
        banner,
        rarities=tuple(rarities),
        cards=tuple(card for rarity in rarities for card in rarity.cards),
        promises=tuple(replace(p, cards=p.cards & kept) for p in promises),
        steps=tuple(
            replace(
                step,
                minima=tuple(replace(m, cards=m.cards & kept) for m in step.minima if has_minima),
            )
            for step in banner.steps
        ),
    )
    return _Lumped(_renamed(reduced), merged)


def _renamed(banner: Banner) -> Banner:
    """With a hash of its own, since banners with equal hashes count as equal."""
    rules = (
        banner.hash,
        [
            (r.id, len(r.schedule), r.guarantee, r.share, sorted(r.reset_by))
            for r in banner.rarities
        ],
        [(card.id, card.weight, card.stock) for card in banner.cards],
        [(promise.id, sorted(promise.cards)) for promise in banner.promises],
        [[(each.count, sorted(each.cards)) for each in step.minima] for step in banner.steps],
        sorted(banner.box or ()),
    )
    return replace(banner, hash=hashlib.sha256(repr(rules).encode()).hexdigest())


def _relevant(
    banner: Banner, cards: frozenset[str], ten: bool
) -> tuple[int, set[str], list[Promise], bool]:
    """What the odds of `cards` depend on.

    The index of the lowest rarity whose count matters: a rate depends on its own count and on
    those above, never below, unless one below resets it. The rarities of which it matters which
    card comes. The promises: those that decide whole pulls, and those within such a rarity. The
    minima of ten-pulls: all or none, since they share slots.
    """
    lowest, divided = -1, set[str]()
    promises: list[Promise] = []
    every_minimum = [minimum for step in banner.steps for minimum in step.minima]
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
        if ten and not all(above <= minimum.cards for minimum in every_minimum):
            minima = every_minimum
        if before == (lowest, len(divided), promises, minima):
            return lowest, divided, promises, bool(minima)


def _lumped_box(banner: Banner, cards: frozenset[str], refill: frozenset[str]) -> _Lumped:
    """In a box only copies count, so all alike are one card with the sum of their stock."""
    groups: dict[tuple[bool, bool, int], list[Card]] = {}
    for card in banner.cards:
        groups.setdefault((card.id in cards, card.id in refill, card.weight), []).append(card)
    merged: dict[str, str] = {}
    kept = _merge(groups.values(), merged)
    rarity = replace(banner.rarities[0], cards=kept)
    box = refill & {card.id for card in kept}
    return _Lumped(_renamed(replace(banner, rarities=(rarity,), cards=kept, box=box)), merged)


def _merge(groups: Iterable[list[Card]], merged: dict[str, str]) -> tuple[Card, ...]:
    """One card for each group, with the sum of its weights, or of its stock in a box."""
    kept = []
    for group in groups:
        one = group[0]
        merged.update((card.id, one.id) for card in group)
        if one.stock is None:
            kept.append(replace(one, weight=sum(card.weight for card in group)))
        else:
            kept.append(replace(one, stock=sum(card.stock or 0 for card in group)))
    return tuple(kept)


# --- walking and solving -------------------------------------------------------------------------


def _distribution(chain: _Chain, horizon: int | None) -> tuple[Fraction, ...]:
    """The probability of the first hit at pull 1, 2, …; integers over one denominator a pull."""
    misses = [[edge.to for edge in edges if not edge.hit] for edges in chain.edges]
    is_certain = not _order(misses)[1]
    chances: list[Fraction] = []
    here = {0: 1}
    whole, hits = 1, 0
    while here:
        unit = lcm(*(chain.totals[state] for state in here))
        there: dict[int, int] = {}
        hit_now = 0
        for state, mass in here.items():
            scaled = mass * (unit // chain.totals[state])
            for edge in chain.edges[state]:
                if edge.hit:
                    hit_now += scaled * edge.weight
                else:
                    there[edge.to] = there.get(edge.to, 0) + scaled * edge.weight
        whole *= unit
        hits = hits * unit + hit_now
        here = there
        chances.append(Fraction(hit_now, whole))
        if not is_certain:
            enough = 100 * hits >= 99 * whole if horizon is None else len(chances) >= horizon
            if enough:
                break
    return tuple(chances)


def _expected(chain: _Chain, gains: Sequence[int]) -> Fraction:
    """The mean sum of `gains[s] / totals[s]` over the states passed until the first hit."""
    misses = [[edge for edge in edges if not edge.hit] for edges in chain.edges]
    return _System(misses, chain.totals).solve(gains)


def _long_run(chain: _Chain) -> Fraction:
    """The mean number of hits in a step, for ever."""
    gains = [sum(edge.weight for edge in edges if edge.hit) for edges in chain.edges]
    return _System(chain.edges, chain.totals).mean(gains)


class _System:
    """The equations total(s)·h(s) = gain(s) + Σ weight·h(to), solved exactly.

    Every h(s) is written as an affine form in the values at `heads`, the states that loops return
    to; outside them the edges form no loop, so one pass in post-order does it.
    """

    def __init__(self, edges: list[list[_Edge]], totals: list[int]) -> None:
        self._edges = edges
        self._totals = totals
        targets = [[edge.to for edge in out] for out in edges]
        mirrored = [out[::-1] for out in targets]
        # Fewer heads, less to solve: which way of walking finds fewer depends on the banner.
        self._order, heads = min(_order(targets), _order(mirrored), key=lambda walk: len(walk[1]))
        self._column = {head: index + 2 for index, head in enumerate(heads)}
        self._is_exact = len(heads) <= MOST_EXACT_HEADS

    def solve(self, gains: Sequence[int]) -> Fraction:
        """h(0)."""
        forms = self._forms(gains)
        rows = []
        for head, column in self._column.items():
            form, whole = forms[head]
            equation = [-value for value in form[2:]] + [form[0]]
            equation[column - 2] += whole
            rows.append(equation)
        values = self._values(rows)
        form, whole = forms[0]
        rest = sum((a * b for a, b in zip(form[2:], values, strict=True)), Fraction(form[0]))
        return self._result(rest / whole)

    def mean(self, gains: Sequence[int]) -> Fraction:
        """The mean gain of a step in the long run: the g for which h = gain - g + Σ … has an h."""
        forms = self._forms(gains)
        rows = []
        for head, column in self._column.items():
            form, whole = forms[head]
            # h of the first head is 0, and its column serves g.
            equation = [-form[1], *(-value for value in form[3:]), form[0]]
            if column > 2:
                equation[column - 2] += whole
            rows.append(equation)
        return self._result(self._values(rows)[0])

    def _values(self, rows: list[list[int]]) -> list[Fraction]:
        return _solve(rows) if self._is_exact else _solve_rounded(rows)

    def _result(self, value: Fraction) -> Fraction:
        return value if self._is_exact else Rounded(value)

    def _forms(self, gains: Sequence[int]) -> dict[int, tuple[list[int], int]]:
        """State → ([constant, factor of g, factor of each head…], common denominator)."""
        width = 2 + len(self._column)
        forms: dict[int, tuple[list[int], int]] = {}
        for state in self._order:
            total = self._totals[state]
            inner = [edge for edge in self._edges[state] if edge.to not in self._column]
            unit = lcm(*(forms[edge.to][1] for edge in inner))
            form = [0] * width
            form[0] = gains[state] * unit
            form[1] = -total * unit
            for edge in self._edges[state]:
                column = self._column.get(edge.to)
                if column is not None:
                    form[column] += edge.weight * unit
            for edge in inner:
                values, part = forms[edge.to]
                factor = edge.weight * (unit // part)
                for index, value in enumerate(values):
                    if value:
                        form[index] += factor * value
            whole = total * unit
            if self._is_exact:
                common = gcd(whole, *form)
                forms[state] = [value // common for value in form], whole // common
            else:
                forms[state] = [(v << ROUNDED_BITS) // whole for v in form], 1 << ROUNDED_BITS
        return forms


def _order(targets: list[list[int]]) -> tuple[list[int], list[int]]:
    """The states reached from 0 in post-order, and the heads: states that a loop returns to."""
    order: list[int] = []
    heads: dict[int, None] = {}
    is_open = {0: True}
    path = [(0, iter(targets[0]))]
    while path:
        state, rest = path[-1]
        for to in rest:
            if to not in is_open:
                is_open[to] = True
                path.append((to, iter(targets[to])))
                break
            if is_open[to]:
                heads[to] = None
        else:
            is_open[state] = False
            order.append(state)
            path.pop()
    return order, list(heads)


def _solve(rows: list[list[int]]) -> list[Fraction]:
    """Solve a square integer system, the right side last, by fraction-free elimination."""
    size = len(rows)
    before = 1
    for step in range(size):
        pivot = next(index for index in range(step, size) if rows[index][step])
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for index in range(step + 1, size):
            row = rows[index]
            rows[index] = [
                (top[step] * row[column] - row[step] * top[column]) // before
                for column in range(size + 1)
            ]
        before = top[step]
    values: list[Fraction] = [Fraction(0)] * size
    for step in reversed(range(size)):
        rest = Fraction(rows[step][size])
        for column in range(step + 1, size):
            rest -= rows[step][column] * values[column]
        values[step] = rest / rows[step][step]
    return values


def _solve_rounded(rows: list[list[int]]) -> list[Fraction]:
    """Solve it in fixed point, ROUNDED_BITS after the point, by the largest pivots."""
    size = len(rows)
    for step in range(size):
        pivot = max(range(step, size), key=lambda index: abs(rows[index][step]))
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for row in rows[step + 1 :]:
            factor = (row[step] << ROUNDED_BITS) // top[step]
            if factor:
                for column in range(step, size + 1):
                    row[column] -= factor * top[column] >> ROUNDED_BITS
    values = [0] * size
    for step in reversed(range(size)):
        top = rows[step]
        known = sum(top[column] * values[column] for column in range(step + 1, size))
        values[step] = ((top[size] << ROUNDED_BITS) - known) // top[step]
    return [Fraction(value, 1 << ROUNDED_BITS) for value in values]


# --- the command ---------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="gacha.odds", description="Exact odds of a banner.")
    parser.add_argument("banner", type=Path, metavar="BANNER.toml")
    parser.add_argument("--json", action="store_true", help="fractions and decimals, for programs")
    parser.add_argument(
        "--plot",
        nargs="?",
        const="",
        metavar="OUT.svg",
        help="draw the distribution; default: BANNER.svg here",
    )
    parser.add_argument("--state", metavar="JSON", help="a player's state; default: a new player's")
    options = parser.parse_args(arguments)
    picture = None if options.plot is None else Path(options.plot or f"{options.banner.stem}.svg")
    if picture is not None and picture.suffix != ".svg":
        parser.error(f"--plot {picture}: a picture is SVG, so its name ends in .svg")
    sys.set_int_max_str_digits(0)  # exact fractions may well have 4,301 digits
    try:
        banner = parse(options.banner.read_bytes(), str(options.banner))
        given = json.loads(options.state) if options.state else {}
        if not isinstance(given, dict):
            raise OddsError("--state is no JSON object")
        state = State.from_dict(banner, given)
        single = report(banner, state)
        ten = report(banner, state, ten=True) if banner.ten_differs else None
        if picture is not None:
            picture.write_text(plot(banner, single), encoding="utf-8")
            print(f"drew {picture}", file=sys.stderr)
    except (GachaError, OSError, json.JSONDecodeError) as error:
        print(f"gacha.odds: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(to_json(banner, state, single, ten), ensure_ascii=False, indent=1))
    else:
        print(to_table(banner, single, ten))
    return 0


def to_json(banner: Banner, state: State, single: Report, ten: Report | None) -> dict[str, object]:
    """All figures, as {"fraction": "1/3", "decimal": "0.333333333333333333"}.

    The fraction is null where the value is Rounded.
    """
    return {
        "banner": banner.id,
        "hash": banner.hash,
        "state": state.to_dict(),
        **_mode_json(banner, single),
        "ten": None if ten is None else _mode_json(banner, ten),
    }


def to_table(banner: Banner, single: Report, ten: Report | None) -> str:
    """The figures for reading, rounded."""
    head = ("", "next pull", "long run", "expected", "median", "certain", "expected cost")
    lines = [f"{banner.name['en']} ({banner.id})"]
    for title, mode in (("single pulls", single), ("ten-pulls", ten)):
        if mode is None:
            continue
        rows: list[tuple[str, ...]] = [(title, *head[1:])]
        for rarity in banner.rarities:
            rows.append(_table_row(rarity.name["en"], mode.rarities[rarity.id]))
        if mode.featured is not None:
            rows.append(_table_row("featured", mode.featured))
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines.append("")
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join(cells))
        if banner.exchange is not None and mode.featured is not None:
            price, without = banner.exchange.price, _without(banner.exchange.price, mode.featured)
            lines.append(f"no featured card in {price} pulls: {_fixed(100 * without, 4)} %")
    return "\n".join(lines)


def _table_row(name: str, figures: Figures) -> tuple[str, ...]:
    until = figures.first
    return (
        name,
        f"{_fixed(100 * figures.next, 4)} %",
        f"{_fixed(100 * figures.rate, 4)} %",
        f"{_fixed(until.expected, 4)} pulls",
        str(until.median or "-"),
        str(until.certain or "never"),
        _fixed(until.expected_cost, 0),
    )


def _mode_json(banner: Banner, mode: Report) -> dict[str, object]:
    top = mode.rarities[banner.rarities[0].id]
    shown: dict[str, object] = {
        "rarities": {key: _figures_json(figures) for key, figures in mode.rarities.items()},
        "featured": None,
        "distribution": _distribution_json(top.first),
    }
    if mode.featured is not None:
        shown["featured"] = {
            "cards": sorted(featured(banner)),
            **_figures_json(mode.featured),
            "distribution": _distribution_json(mode.featured.first),
        }
        if banner.exchange is not None:
            price = banner.exchange.price
            shown["exchange"] = {
                "price": price,
                "without_featured": _exact(_without(price, mode.featured)),
            }
    return shown


def _figures_json(figures: Figures) -> dict[str, object]:
    return {
        "next_rate": _exact(figures.next),
        "consolidated_rate": _exact(figures.rate),
        "expected_pulls": _exact(figures.first.expected),
        "expected_cost": _exact(figures.first.expected_cost),
        "median_pulls": figures.first.median,
        "certain_within": figures.first.certain,
    }


def _distribution_json(until: First) -> list[dict[str, object]]:
    return [
        {"pull": pull, "chance": _exact(chance), "within": _exact(within)}
        for pull, (chance, within) in enumerate(
            zip(until.chances, until.within, strict=True), start=1
        )
    ]


def _without(pulls: int, figures: Figures) -> Fraction:
    return 1 - figures.first.within[min(pulls, len(figures.first.within)) - 1]


def _exact(value: Fraction) -> dict[str, str | None]:
    decimal = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    fraction = None if isinstance(value, Rounded) else str(value)
    return {"fraction": fraction, "decimal": f"{decimal:f}"}


def _fixed(value: Fraction, places: int) -> str:
    whole, part = divmod(round(value * 10**places), 10**places)
    return f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"


# --- the picture: the only floats ----------------------------------------------------------------

_WIDTH: Final = 960
_PANEL: Final = 300
_LEFT, _RIGHT, _TOP, _FLOOR = 70, 890, 60, 250  # of the plot inside its panel
_INK, _SOFT, _LINE = "#2b2f3a", "#7b8194", "#e6e8ee"
_BAR, _CURVE, _MARK = "#8fb3f2", "#d9822b", "#b3364f"


def plot(banner: Banner, figures: Report) -> str:
    """An SVG: bars for the first at each pull, a curve for the first within that many pulls."""
    top = banner.rarities[0]
    panels = [(f"Pulls to the first {top.name['en']}", figures.rarities[top.id].first)]
    if figures.featured is not None:
        panels.append(("Pulls to the first featured card", figures.featured.first))
    height = 50 + _PANEL * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-size="13" '
        'font-family="system-ui, DejaVu Sans, sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(_LEFT, 36, banner.name["en"], size=20, colour=_INK, weight="600"),
    ]
    for index, (title, until) in enumerate(panels):
        parts.append(f'<g transform="translate(0 {40 + _PANEL * index})">')
        parts += _panel(title, until)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, until: First) -> list[str]:
    pulls = len(until.chances)
    ceiling = _ceiling_of_axis(float(max(until.chances)))
    step = (_RIGHT - _LEFT) / pulls

    def across(pull: float) -> float:
        return _LEFT + step * pull

    def up(part: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * part

    expected = f"expected {_fixed(until.expected, 2)}"
    end = f"certain within {until.certain}" if until.certain else "never certain"
    parts = [
        _text(_LEFT, 26, title, size=15, colour=_INK, weight="600"),
        _text(_RIGHT, 26, f"{expected} · median {until.median or 'later'} · {end}", anchor="end"),
    ]
    for quarter in range(5):
        y = up(quarter / 4)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="{_LINE}"/>'
        )
        parts.append(_text(_LEFT - 8, y + 4, f"{100 * ceiling * quarter / 4:.4g} %", anchor="end"))
        parts.append(_text(_RIGHT + 8, y + 4, f"{25 * quarter} %", colour=_CURVE))
    gap = 0.15 * step if step > 3 else 0.0
    for pull, chance in enumerate(until.chances):
        y = up(float(chance) / ceiling)
        parts.append(
            f'<rect x="{across(pull) + gap / 2:.2f}" y="{y:.2f}" width="{step - gap:.2f}" '
            f'height="{_FLOOR - y:.2f}" fill="{_BAR}"/>'
        )
    points = " ".join(
        f"{across(pull + 0.5):.2f},{up(float(part)):.2f}" for pull, part in enumerate(until.within)
    )
    parts.append(f'<polyline points="{points}" fill="none" stroke="{_CURVE}" stroke-width="2"/>')
    if until.median is not None:
        x = across(until.median - 0.5)
        parts.append(
            f'<line x1="{x:.2f}" y1="{up(1):.1f}" x2="{x:.2f}" y2="{_FLOOR}" stroke="{_MARK}" '
            'stroke-dasharray="4 3"/>'
        )
        side, anchor = (-6, "end") if x > _LEFT + 100 else (6, "start")
        label = f"median {until.median}"
        parts.append(_text(x + side, up(1) + 14, label, colour=_MARK, anchor=anchor))
    every = next(size for size in (1, 2, 5, 10, 20, 50, 100) if pulls <= 14 * size or size == 100)
    for pull in [1, *range(every, pulls + 1, every)]:
        parts.append(_text(across(pull - 0.5), _FLOOR + 18, str(pull), anchor="middle"))
    parts.append(_text((_LEFT + _RIGHT) / 2, _FLOOR + 36, "pulls", anchor="middle"))
    parts.append(_text(8, _TOP - 14, "exactly then"))
    parts.append(_text(_RIGHT + 8, _TOP - 14, "by then", colour=_CURVE))
    return parts


def _ceiling_of_axis(highest: float) -> float:
    """The least round number at or above the highest bar."""
    unit = 10.0 ** math.floor(math.log10(highest))
    return next(unit * size for size in (1, 2, 4, 6, 8, 10) if unit * size >= highest)


def _text(
    x: float,
    y: float,
    text: str,
    size: int = 13,
    colour: str = _SOFT,
    anchor: str = "start",
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


if __name__ == "__main__":
    sys.exit(main())
