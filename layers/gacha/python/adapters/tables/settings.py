"""The table of servers' settings: the game, its banners' names and versions, the banner files that
receipts name, and the audit rows."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.tables import items
from gacha import player, snowflake
from gacha.game import Game, Offer, Version, versions_after

Names = Mapping[str, Mapping[str, str]]
"""By banner: its name by language."""

GAME: Final = "game"
NAMES: Final = "names"
"""The setting for which an option's completion is read, in one item: the game, and the names of its
banners, which a pull does not need."""


def game(guild_id: str, sample: tuple[Offer, ...] = ()) -> Game:
    """The server's game as of now (a strongly consistent read of at most 4 KB). `sample` is what
    ships with the stack (`adapters.banners.sample`)."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, GAME))
    return game_of(guild_id, row or {}, sample)


def game_of(guild_id: str, row: Mapping[str, Any], sample: tuple[Offer, ...] = ()) -> Game:
    """The game that the setting `game`, or `names`, holds."""
    own = {"server_id", "setting", "names"}
    stored = {name: value for name, value in row.items() if name not in own}
    return Game.read(guild_id, stored, sample)


def names(guild_id: str) -> Names:
    """What the server's own banners are called."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, NAMES)) or {}
    found: Names = row.get("names", {})
    return found


def put_game(of: Game, names: Names) -> list[items.Item]:
    """A changed game (`Game.changed`), if nobody else changed it since, and what is completed from
    it. `names` has those of all its offers.

    Raises GameError where it would be more than 4 KB, KeyError for an offer without a name.
    """
    stored = of.written()
    called = {each.id: dict(names[each.id]) for each in of.offers}
    unchanged: items.Item = (
        {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": str(of.version - 1)}},
        }
        if of.version > 1
        else {"ConditionExpression": "attribute_not_exists(server_id)"}
    )
    return [
        _put({**_key(of.guild_id, GAME), **stored}, **unchanged),
        _put({**_key(of.guild_id, NAMES), **stored, "names": called}),
    ]


def versions(guild_id: str, banner_id: str) -> tuple[Version, ...]:
    """The latest versions of a banner of the server's own, oldest first."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, f"versions#{banner_id}")) or {}
    return tuple(map(Version.read, row.get("versions", ())))


def put_versions(
    guild_id: str, banner_id: str, before: Sequence[Version], rules: str, at_ms: int
) -> items.Item:
    """Notes that a banner has these rules from now on. Beside `put_game`, whose condition is that
    nobody published in between."""
    after = versions_after(before, rules, at_ms)
    written = [each.written() for each in after]
    return _put({**_key(guild_id, f"versions#{banner_id}"), "versions": written})


def banner_version(guild_id: str, banner_hash: str) -> str | None:
    """The file of a banner version that the server has drawn from."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _version_key(guild_id, banner_hash))
    return None if row is None else row["toml"]


def audit(interaction_id: str, event: Mapping[str, Any], of: player.Player) -> items.Item:
    """The audit row of what an admin did to a player."""
    row = {
        "server_id": of.guild_id,
        "setting": f"audit#{snowflake.sort_key(interaction_id)}",
        "interaction_id": interaction_id,
        "user_id": of.key,
        **event,
    }
    return _put(row, ConditionExpression="attribute_not_exists(server_id)")


def keep_version(guild_id: str, banner_hash: str, toml: str) -> items.Item:
    """Keeps a banner's file for as long as receipts name it. Its key is its content, so writing it
    again changes nothing."""
    return _put({**_version_key(guild_id, banner_hash), "toml": toml})


def _version_key(guild_id: str, banner_hash: str) -> items.Row:
    return _key(guild_id, f"banner#{banner_hash}")


def _key(guild_id: str, setting: str) -> items.Row:
    return {"server_id": guild_id, "setting": setting}


def _put(row: items.Row, **condition: Any) -> items.Item:
    table = os.environ["DYNAMODB_SETTINGS_TABLE"]
    return {"Put": {"TableName": table, "Item": items.to_item(row), **condition}}
