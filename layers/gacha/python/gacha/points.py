"""What becomes of exchange points that no exchange takes any more: they stay with a kind that
carries over, and are else converted to shards. Decides; writes nothing.

It happens with the player's next event, whatever that is, and stands in its row beside what the
event itself moves: nobody has to know of it, and whoever has nothing to convert pays no read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from gacha import snowflake
from gacha.banner import Banner
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.rules import Rule

LATE_MS: Final = snowflake.TOKEN_LIFE_S * 1000
"""How long after the exchange's end points are still there: until no exchange can come that was
asked for in time."""


NEAR_MS: Final = 3 * 24 * 60 * 60 * 1000
"""How long before a banner's end its results say what becomes of points."""


def warning(banner: Banner, offer: Offer, points: int, at_ms: int) -> Rule | None:
    """What a result says of the points that a player has, near the banner's end."""
    ends_ms, until_ms = offer.ends_ms, offer.exchange_ends_ms
    if banner.carry_over or not points or ends_ms is None or until_ms is None:
        return None
    return {"kind": "points_end", "until": until_ms // 1000} if ends_ms - at_ms < NEAR_MS else None


def over(player: Player, game: Game, at_ms: int) -> list[Offer]:
    """The banners of which the player has points, and whose exchange is over.

    Where a kind carries over, the state lies under its name, and no banner has that for its id.
    """
    return [
        each
        for each in game.offers
        if (until_ms := each.exchange_ends_ms) is not None
        and at_ms >= until_ms + LATE_MS
        and player.states.get(each.id, {}).get("points", 0)
    ]


def converted(
    player: Player,
    offers: Iterable[Offer],
    shards: int,
    names: Mapping[str, Mapping[str, str]],
) -> Player:
    """The player with so many `shards` for each point of these banners, in the same version: their
    next event says it. Counts and guarantees stay, since a banner may run again."""
    states, said, gained = dict(player.states), dict[str, Any](), 0
    for each in offers:
        count = states[each.id]["points"]
        states[each.id] = {**states[each.id], "points": 0}
        said[each.id] = {
            "points": count,
            "shards": count * shards,
            "ends": each.ends_ms,
            "name": dict(names[each.id]),
        }
        gained += count * shards
    return replace(player, states=states, shards=player.shards + gained, converted=said)
