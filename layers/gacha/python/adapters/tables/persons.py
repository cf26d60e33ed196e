"""In which servers there is something of a person: an item for each in the table of settings, under
the person and no server, so that whoever left a server still finds it."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from adapters.tables import items
from gacha.player import Player

_PERSON: Final = "user#"
_SERVER: Final = "server#"


class Place(NamedTuple):
    """A server in which somebody plays, `since` then, in Unix milliseconds."""

    guild_id: str
    since: int


def plays(of: Player) -> items.Item:
    """Notes with a player's first event where they play. Nothing is its condition: what an erasure
    left of it, or a second life, is no reason to refuse that event."""
    return put(Place(of.guild_id, of.joined_at), of.discord_user_id)


def put(place: Place, user_id: str) -> items.Item:
    row = {**key(user_id, place.guild_id), "since": place.since}
    return {"Put": {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": items.to_item(row)}}


def does(place: Place, user_id: str) -> items.Item:
    """Notes that there is something of somebody in a server who may not play there, since the first
    time that there was: what they did as an admin, or typed."""
    return {
        "Update": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Key": items.to_item(key(user_id, place.guild_id)),
            "UpdateExpression": "SET since = if_not_exists(since, :since)",
            "ExpressionAttributeValues": items.to_item({":since": place.since}),
        }
    }


def place(user_id: str, guild_id: str) -> Place | None:
    """That of one server, None where nothing is noted."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", key(user_id, guild_id))
    return None if row is None else Place(guild_id, row["since"])


def places(user_id: str) -> list[Place]:
    """All servers in which there is something of a person, those first that came first (strongly
    consistent)."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        KeyConditionExpression="server_id = :person AND begins_with(setting, :server)",
        ExpressionAttributeValues=items.to_item(
            {":person": f"{_PERSON}{user_id}", ":server": _SERVER}
        ),
        ConsistentRead=True,
    )
    rows = (items.from_item(item) for page in pages for item in page["Items"])
    found = (Place(row["setting"].removeprefix(_SERVER), row["since"]) for row in rows)
    return sorted(found, key=lambda each: (each.since, each.guild_id))


def key(user_id: str, guild_id: str) -> items.Row:
    """The key of that item, which goes with the rest of what is erased."""
    return {"server_id": f"{_PERSON}{user_id}", "setting": f"{_SERVER}{guild_id}"}
