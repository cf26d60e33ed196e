"""A player's own settings, or one of them settled anew. It touches no seed, whatever became of the
player's epoch."""

from __future__ import annotations

from adapters.tables import players, settings
from commands import decisions
from commands.asked import Asked
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.settings.show import Settings
from gacha import preferences
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
    return decisions.recording(asked, change, lambda _row: settled)


def recorded(row: Row) -> Settings:
    """All of it as it is now: what was settled then may have been settled anew."""
    current = players.load(row["user_id"])
    return {
        "kind": "settings",
        "state": "settled",
        "values": preferences.of(current) if current else dict(row["after"]),
        "is_public": settings.game(row["guild_id"]).is_public,
    }
