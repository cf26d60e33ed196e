"""A player's own settings, or one of them settled anew. It touches no seed, whatever became of the
player's epoch."""

from __future__ import annotations

from adapters.tables import collection, players, settings, wishers
from commands import decisions
from commands.asked import Asked
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.settings.show import Settings
from gacha import preferences, snowflake
from gacha.game import Game
from gacha.player import Player


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    chosen = {name: asked.text(name) for name in preferences.CHOICES if name in asked.options}
    now: Settings = {
        "kind": "settings",
        "state": "same" if chosen else "now",
        "values": preferences.of(current),
        "is_public": game.is_public,
    }
    change = preferences.settle(current, chosen)
    if change is None:
        return Shown(now)
    settled: Settings = {**now, "state": "settled", "values": preferences.of(change.after)}
    decided = decisions.recording(asked, change, lambda _row: settled)
    if "wishes" not in change.event["after"]:
        return decided
    wished = collection.wishes(current.key) if current.version else {}
    made_ms = snowflake.created_ms(asked.interaction_id)
    is_listed = preferences.lists_wishes(change.after)
    also = wishers.listed(asked.guild, asked.user_id, wished.values(), made_ms, is_listed=is_listed)
    return decided._replace(transaction=[*decided.transaction, *also])


def recorded(row: Row) -> Settings:
    """All of it as it is now: what was settled then may have been settled anew."""
    current = players.load(row["user_id"])
    return {
        "kind": "settings",
        "state": "settled",
        "values": preferences.of(current) if current else dict(row["after"]),
        "is_public": settings.game(row["guild_id"]).is_public,
    }
