"""The table of servers' settings: each server's game, the banner files that receipts name, and the
audit rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from adapters.tables import items
from gacha import player, snowflake
from gacha.game import Game

GAME: Final = "game"
"""The setting that holds all that a pull needs of the server."""


def game(guild_id: str) -> Game:
    """The server's game as of now (a strongly consistent read); a new server's where nothing is
    stored."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", {"server_id": guild_id, "setting": GAME}) or {}
    stored = {name: each for name, each in row.items() if name not in ("server_id", "setting")}
    return Game.read(guild_id, stored)


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
    return {
        "Put": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Item": items.to_item(row),
            "ConditionExpression": "attribute_not_exists(server_id)",
        }
    }


def keep_version(guild_id: str, banner_hash: str, toml: str) -> items.Item:
    """Keeps a banner's file for as long as receipts name it. Its key is its content, so writing it
    again changes nothing."""
    row = {**_version_key(guild_id, banner_hash), "toml": toml}
    return {
        "Put": {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": items.to_item(row)},
    }


def _version_key(guild_id: str, banner_hash: str) -> items.Row:
    return {"server_id": guild_id, "setting": f"banner#{banner_hash}"}
