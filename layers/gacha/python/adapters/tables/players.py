"""The table of players: a row for each, and tombstones that keep closed epochs closed."""

from __future__ import annotations

from functools import cache
from typing import Final

from adapters.tables import items
from gacha import player

EVERYBODY: Final = "*"
"""The key of the tombstone that a restore leaves for all players at once."""

_FIELDS: Final = tuple(
    name
    for name in player.Player.__dataclass_fields__
    if name not in ("key", "seeded", "undelivered", "claimed", "other")
)


def load(player_key: str) -> player.Player | None:
    """The player as of now (a strongly consistent read), or None before their first pull."""
    row = items.get("DYNAMODB_USERS_TABLE", {"user_id": player_key})
    if row is None or is_tombstone(row):
        return None
    # Rows of before one of these was noted have none.
    seeded = row.pop("seeded", "")
    undelivered = tuple(row.pop("undelivered", ()))
    claimed = tuple(row.pop("claimed", ()))
    known = {name: row.pop(name) for name in _FIELDS}
    known["states"] = player.read(known["states"])
    key = row.pop("user_id")
    return player.Player(
        key, **known, seeded=seeded, undelivered=undelivered, claimed=claimed, other=row
    )


def is_tombstone(row: items.Row) -> bool:
    """Whether a row of the table of players is no player, but keeps the epochs closed that were
    played before: those of a player who was deleted, or under `EVERYBODY` those of all.

    It has the player's key and as `epoch` the first that may be opened (docs/recovery.md).
    """
    return "version" not in row


def first_epoch(player_key: str) -> int:
    """The first epoch that may be opened for somebody who is no player (yet, or any more)."""
    tombstone = items.get("DYNAMODB_USERS_TABLE", {"user_id": player_key}) or {}
    return max(int(tombstone.get("epoch", 0)), lowest_epoch())


@cache
def lowest_epoch() -> int:
    """The lowest epoch that may be drawn from since the last restore; 0 if there was none.

    Read once by a running function: a restore writes it before these tables are taken into use,
    which starts every function anew.
    """
    tombstone = items.get("DYNAMODB_USERS_TABLE", {"user_id": EVERYBODY}) or {}
    return int(tombstone.get("epoch", 0))
