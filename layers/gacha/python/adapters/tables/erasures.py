"""What is to be erased, and when: an item for each player who asked for it, and for each server, in
the table of settings, in the order of their times.

An item alone decides nothing: the player's row says whether it still holds (`is_due`). So whoever
undoes a deletion leaves its item where it is, and the erasure drops it when its time has come: no
workflow of the game needs the right to delete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from adapters.tables import items
from gacha.player import Player

SERVER_ID: Final = "erasures"
"""In the place of a server's id, which is a number."""

_END: Final = "~"
"""After all that can follow a time in a setting's name."""


class Due(NamedTuple):
    """`key` is the player's, or a server's own (`gacha.server.key`), and `at_ms` in Unix
    milliseconds."""

    at_ms: int
    key: str

    @property
    def setting(self) -> str:
        return f"{self.at_ms:013}#{self.key}"

    @property
    def place(self) -> items.Row:
        """The item's key."""
        return {"server_id": SERVER_ID, "setting": self.setting}


def put(due: Due) -> items.Item:
    """Notes what is to be erased at a time; to note it again changes nothing."""
    item = items.to_item(due.place)
    return {"Put": {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": item}}


def due(until_ms: int) -> Iterator[Due]:
    """What is due by a time, the oldest first (strongly consistent)."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        KeyConditionExpression="server_id = :erasures AND setting <= :until",
        ExpressionAttributeValues=items.to_item(
            {":erasures": SERVER_ID, ":until": f"{until_ms:013}{_END}"}
        ),
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            at_ms, _, key = items.from_item(item)["setting"].partition("#")
            yield Due(int(at_ms), key)


def is_due(due: Due, player: Player | None) -> bool:
    """Whether a player's item still holds: not where they undid it, or asked for it anew."""
    return player is not None and player.leaving == due.at_ms
