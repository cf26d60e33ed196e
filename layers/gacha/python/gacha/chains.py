"""The states that a banner's draws can lead to, as a chain: numbered, with exact weights.

The rows are those of `engine.row_of`, the steps those of `engine.after`: what draws also computes.
Before the walk, all that cannot touch the cards asked about is left out or merged, so that a
hundred pulls of ceiling times ten of another are a thousand states and not a million.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import lcm
from typing import Final

from gacha import engine
from gacha.banner import TEN, Banner, Card, Minimum, Promise, Rarity
from gacha.engine import Position, State
from gacha.errors import OddsError

MOST_STATES: Final = 200_000


def members(rarity: Rarity) -> frozenset[str]:
    """The cards of a rarity."""
    return frozenset(card.id for card in rarity.cards)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a state: where it leads, and whether its card is one of those asked about."""

    to: int
    weight: int
    hit: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """States as numbers, the start being 0. Weights out of state s sum to `totals[s]`.

    `prices[s]` is what is paid there, in coins: for a ten-pull where one begins.
    """

    edges: list[list[Edge]]
    totals: list[int]
    prices: list[int]


def settled(banner: Banner) -> Banner:
    """The banner once all one-off promises are kept, as in the long run they are."""
    return replace(banner, promises=tuple(p for p in banner.promises if not p.once))


def build(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    ten: bool,
    until_hit: bool = False,
    slots: bool = False,
    most_states: int = MOST_STATES,
) -> Chain:
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
        edges.append([Edge(to, weight, hit) for (to, hit), weight in weights.items()])
    return Chain(edges, walk.totals, walk.prices)


@dataclass(frozen=True, slots=True)
class _Walk:
    """As Chain, with edges (to, weight, card) before it is asked which cards are hits."""

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
