"""What a new version of a banner takes away of what players have counted so far.

A state is read by the rules that hold now (`engine.State.from_dict`): what these still have is
kept. The rest is named here, for the preview of whoever publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gacha.banner import Banner, Rarity

Reset = dict[str, Any]
"""`kind`, and whatever names it: `id` and `rarity`, its name by language; `promise`, an id.

- "all": the state has another key, so every player begins anew, and points stay behind.
- "ceiling", "guarantee": a rarity has none any more, so its count is forgotten.
- "shorter": its count goes no further than the new rules do, so that who is beyond is at `pulls`.
- "promise": it is no more; with carry_over its count stays for the banner that still has it.
- "box": cards that were drawn come back into the box, or are in it no more.
- "steps": who is beyond the last step is on it.
- "points": they stay, and nothing takes them.
"""


def between(before: Banner, after: Banner) -> list[Reset]:
    """What players lose by the version `after`, the weightiest first; empty where nothing is."""
    if before.state_key != after.state_key:
        return [{"kind": "all"}]
    return [
        *_rarities(before, after),
        *_promises(before, after),
        *_box(before, after),
        *([{"kind": "steps"}] if len(after.steps) < len(before.steps) else []),
        *([{"kind": "points"}] if before.exchange and not after.exchange else []),
    ]


def _rarities(before: Banner, after: Banner) -> Iterator[Reset]:
    now = {rarity.id: rarity for rarity in after.rarities}
    for rarity in before.rarities:
        there = now.get(rarity.id)
        if rarity.counts:
            yield from _count(rarity, there)
        if rarity.guarantee and not (there and there.guarantee):
            yield {"kind": "guarantee", "id": rarity.id, "rarity": dict(rarity.name)}


def _count(rarity: Rarity, there: Rarity | None) -> Iterator[Reset]:
    if there is None or not there.counts:
        yield {"kind": "ceiling", "id": rarity.id, "rarity": dict(rarity.name)}
    elif len(there.schedule) < len(rarity.schedule):
        pulls = len(there.schedule)
        yield {"kind": "shorter", "id": rarity.id, "rarity": dict(rarity.name), "pulls": pulls}


def _promises(before: Banner, after: Banner) -> Iterator[Reset]:
    now = {promise.id: promise for promise in after.promises}
    for promise in before.promises:
        there = now.get(promise.id)
        if there is None or (promise.once and not there.once) or there.within < promise.within:
            yield {"kind": "promise", "promise": promise.id}


def _box(before: Banner, after: Banner) -> Iterator[Reset]:
    if before.box is None:
        return
    now = {card.id: card.stock or 0 for card in after.cards}
    fewer = any(now.get(card.id, 0) < (card.stock or 0) for card in before.cards)
    if fewer or after.box is None or after.box != before.box:
        yield {"kind": "box"}
