"""The table of players: a row for each, and tombstones that keep closed epochs closed."""

from __future__ import annotations

from dataclasses import MISSING
from functools import cache
from typing import Final, NamedTuple

from adapters.tables import items
from gacha import player
from gacha.days import Claim
from gacha.purse import Tickets

EVERYBODY: Final = "*"
"""The key of the tombstone that a restore leaves for all players at once."""

_FIELDS: Final = tuple(
    name
    for name, each in player.Player.__dataclass_fields__.items()
    if name != "key" and each.default is MISSING and each.default_factory is MISSING
)
"""What every row has. Those with a default are missing where they are as in a new player, or were
not there yet."""


def written(of: player.Player) -> items.Row:
    """The player's row. What came after the first rows is left out where it is as in a new player:
    most have no tickets."""
    row: items.Row = {"user_id": of.key}
    row |= {name: getattr(of, name) for name in (*_FIELDS, "seeded", "undelivered")}
    row["states"] = player.stored(of.states)
    added = {
        "shards": of.shards,
        "spending": of.spending,
        "preferences": dict(of.preferences),
    }
    added |= {name: getattr(of, name) for name in ("leaving", "erased", "began")}
    added["tickets"] = [each.written() for each in of.tickets]
    added["claimed"] = [each.written() for each in of.claimed]
    return {**row, **{name: value for name, value in added.items() if value}, **of.other}


def load(player_key: str) -> player.Player | None:
    """The player as of now (a strongly consistent read), or None before their first pull."""
    row = items.get(*place(player_key))
    return None if row is None or is_tombstone(row) else of_row(row)


def place(player_key: str) -> tuple[str, items.Row]:
    """Where the player's row is, for `items.look_ahead`."""
    return "DYNAMODB_USERS_TABLE", {"user_id": player_key}


def of_row(row: items.Row) -> player.Player:
    """The player that `written` gave."""
    row = dict(row)
    known = {name: row.pop(name) for name in _FIELDS}
    known["states"] = player.read(known["states"])
    key = row.pop("user_id")
    return player.Player(
        key,
        **known,
        seeded=row.pop("seeded", ""),
        undelivered=tuple(row.pop("undelivered", ())),
        claimed=tuple(map(Claim.read, row.pop("claimed", ()))),
        shards=row.pop("shards", 0),
        tickets=tuple(map(Tickets.read, row.pop("tickets", ()))),
        spending=row.pop("spending", ""),
        preferences=row.pop("preferences", {}),
        leaving=row.pop("leaving", 0),
        erased=row.pop("erased", 0),
        began=row.pop("began", 0),
        other=row,
    )


def is_tombstone(row: items.Row) -> bool:
    """Whether a row of the table of players is no player, but what keeps the epochs closed that
    were played before: those of a player whose data was erased, or under `EVERYBODY` those of all.
    """
    return "balance" not in row


def buried(of: player.Tombstone) -> items.Row:
    """The row of a tombstone. It has no `guild_id` and no `joined_at`, so that the index of a
    server's players has it no more."""
    return {"user_id": of.key, "epoch": of.epoch, "version": of.version, "erased": of.erased}


def of_server(guild_id: str) -> str:
    """The key of the tombstone that the erasure of a server leaves for all of its players."""
    return f"{EVERYBODY}@{guild_id}"


def tombstone(player_key: str) -> player.Tombstone:
    """What is left of somebody who is no player (yet, or any more), with the first epoch that may
    be opened for them now: that of a restore holds for all, and that of a server's erasure for all
    there."""
    row = items.get(*place(player_key)) or {}
    of_all = items.get(*place(of_server(player_key.partition("@")[2]))) or {}
    epoch = max(row.get("epoch", 0), of_all.get("epoch", 0), lowest_epoch())
    return player.Tombstone(player_key, epoch, row.get("version", 0), row.get("erased", 0))


def erased_ms(player_key: str) -> int:
    """When somebody's data was erased last, in Unix milliseconds; 0 if it never was."""
    return int((items.get(*place(player_key)) or {}).get("erased", 0))


@cache
def lowest_epoch() -> int:
    """The lowest epoch that may be drawn from since the last restore; 0 if there was none.

    Read once by a running function: a restore writes it before these tables are taken into use,
    which starts every function anew.
    """
    tombstone = items.get("DYNAMODB_USERS_TABLE", {"user_id": EVERYBODY}) or {}
    return int(tombstone.get("epoch", 0))


class Lost(NamedTuple):
    """What the last restore took back: from the Unix second `begins`, as of which the tables are,
    until `ends`, when it was made."""

    begins: int
    ends: int

    def has(self, second: int) -> bool:
        return self.begins <= second <= self.ends


def lost() -> Lost | None:
    """What these tables lack since the last restore; None if there was none, or none that said to
    which second it went back."""
    tombstone = items.get("DYNAMODB_USERS_TABLE", {"user_id": EVERYBODY}) or {}
    if "restored" not in tombstone:
        return None
    return Lost(int(tombstone["restored"]), int(tombstone["epoch"]))
