"""What a player may take once a day. Decides; writes nothing.

A day is the server's: it begins at an hour (0 is midnight) of the timezone that is handed in, and
a claim is of the day in which its interaction was made, whenever it is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from . import kinds, snowflake
from .changes import Change
from .player import Player

AMOUNT: Final = 160
"""What a day gives, in the server's currency: the price of a pull."""

MOST_CLAIMED: Final = 2
"""How many of the latest claimed days a player's row keeps. One would not do: around midnight the
claim of the day that ends may be recorded after that of the day that begins."""


def day_of(interaction_id: str, zone: tzinfo, hour: int = 0) -> str:
    """The day in which an interaction was made, as "2026-11-28"."""
    seconds = snowflake.created_ms(interaction_id) // 1000
    on_the_wall = datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)
    return (on_the_wall - timedelta(hours=hour)).date().isoformat()


def begins_after(claimed: Sequence[str], zone: tzinfo, hour: int = 0) -> int:
    """When the day after the latest of these begins, in Unix seconds."""
    following = date.fromisoformat(max(claimed)) + timedelta(days=1)
    return int(datetime.combine(following, time(hour), zone).timestamp())


def claim(player: Player, interaction_id: str, zone: tzinfo, hour: int = 0) -> Change | None:
    """Give the player what the interaction's day has for them, if they have not taken it: the
    caller refuses a day that is among those the player claimed.

    None if so many later days are claimed already that nobody knows of this one any more. The event
    keeps the days as they are claimed then.
    """
    day = day_of(interaction_id, zone, hour)
    if len(player.claimed) == MOST_CLAIMED and day < min(player.claimed):
        return None
    claimed = after(player.claimed, day)
    event = {"kind": kinds.DAILY, "amount": AMOUNT, "day": day, "claimed": list(claimed)}
    changed = replace(
        player,
        balance=player.balance + AMOUNT,
        claimed=claimed,
        version=player.version + 1,
    )
    return Change(event, player, changed)


def after(claimed: Sequence[str], day: str) -> tuple[str, ...]:
    """The latest claimed days once `day` is one of them, oldest first."""
    return tuple(sorted([*claimed, day])[-MOST_CLAIMED:])
