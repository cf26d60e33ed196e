"""What is to be erased, and when: an item for each player who asked for it, and for each server, in
the table of settings, in the order of their times.

An item alone decides nothing: the player's row says whether it still holds (`is_due`). So whoever
undoes a deletion leaves its item where it is, and the erasure drops it when its time has come: no
workflow of the game needs the right to delete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from adapters.tables import items
from gacha.player import Player

SERVER_ID: Final = "erasures"
"""In the place of a server's id, which is a number."""

_END: Final = "~"
"""After all that can follow a time in a setting's name."""

_LOWEST: Final = " "
"""Before all that can stand in one."""


class Due(NamedTuple):
    """`key` is the player's, or a server's own (`gacha.server.key`), and `at_ms` in Unix
    milliseconds. `is_operators`: the operator wants it, whatever the player's or the server's own
    rows say of it."""

    at_ms: int
    key: str
    is_operators: bool = False

    @classmethod
    def read(cls, row: items.Row) -> Self:
        at_ms, _, key = row["setting"].partition("#")
        return cls(int(at_ms), key, bool(row.get("operators")))

    @property
    def guild_id(self) -> str:
        return self.key.partition("@")[2]

    @property
    def setting(self) -> str:
        return f"{self.at_ms:013}#{self.key}"

    @property
    def place(self) -> items.Row:
        """The item's key."""
        return {"server_id": SERVER_ID, "setting": self.setting}


def put(due: Due) -> items.Item:
    """Notes what is to be erased at a time; to note it again changes nothing."""
    item = items.to_item({**due.place, **({"operators": 1} if due.is_operators else {})})
    return {"Put": {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": item}}


def load(setting: str) -> Due:
    """The item of this name as it is now; what nobody noted is no operator's wish."""
    place = {"server_id": SERVER_ID, "setting": setting}
    return Due.read(items.get("DYNAMODB_SETTINGS_TABLE", place) or place)


def due(until_ms: int, after: str = "") -> Iterator[Due]:
    """What is due by a time, the oldest first (strongly consistent), without what comes before or
    at the setting `after`."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        KeyConditionExpression="server_id = :erasures AND setting BETWEEN :after AND :until",
        ExpressionAttributeValues=items.to_item(
            # No setting lies between one and the same with the lowest sign behind it.
            {
                ":erasures": SERVER_ID,
                ":after": f"{after}{_LOWEST}",
                ":until": f"{until_ms:013}{_END}",
            }
        ),
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield Due.read(items.from_item(item))


def is_due(due: Due, player: Player | None) -> bool:
    """Whether a player's item still holds: not where they undid it, or asked for it anew."""
    return player is not None and player.leaving == due.at_ms
