"""A private result once more, as a message that all see. Nothing is drawn, and its receipt stays as
it is: what is recorded is that it was shown."""

from __future__ import annotations

from dataclasses import replace

from adapters.tables import ledger, players, settings
from commands import decisions, registry
from commands.asked import Asked
from commands.decisions import Decided
from commands.events import Row
from commands.post.show import Post
from gacha import kinds, snowflake
from gacha.changes import Change
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    """Of this player's own pulls, and of each once: two presses at once are one."""
    number = asked.text("number")
    row = ledger.load(current.key, snowflake.sort_key(number))
    if row is None or row["kind"] not in kinds.DRAWN:
        lost = players.lost()
        if lost is not None and lost.has(snowflake.created_ms(number) // 1000):
            return Refusal("lost_result", {"restored": lost.begins})
        return Refusal("no_result", {})
    if settings.is_posted(asked.guild, number):
        return Refusal("posted_before", {})
    event = {"kind": kinds.POST, "pull": number}
    change = Change(event, current, replace(current, version=current.version + 1))
    recording = decisions.recording(asked, change, recorded)
    once = settings.post(asked.guild, number, asked.interaction_id)
    return recording._replace(transaction=[*recording.transaction, once])


def recorded(row: Row) -> Post:
    key = str(snowflake.sort_key(row["pull"]))
    result = registry.plan("pull").recorded(ledger.event_at(row["user_id"], key))
    shown = {name: value for name, value in result.items() if name != "is_private"}
    shown["drawn_at"] = snowflake.created_ms(row["pull"]) // 1000
    return {"kind": "post", "number": row["pull"], "result": shown}
