"""All that is kept of a server is to be erased, once an admin has typed the words for it; or that
is undone, while there is time."""

from __future__ import annotations

from typing import Final

from adapters.tables import erasures
from adapters.tables.erasures import Due
from commands import decisions
from commands.admin_reset.show import Reset
from commands.admin_reset.texts import confirmation
from commands.asked import Asked
from commands.decisions import ServerDecided, Shown
from commands.events import Row
from commands.sentences import LANGUAGES
from gacha import codes, kinds, player, server, snowflake
from gacha.game import Game
from gacha.pulling import Refusal

ASKED: Final = "asked"
UNDONE: Final = "undone"


def plan(asked: Asked, game: Game) -> ServerDecided:
    """What is decided here, is decided of the game as it is now: a press comes late or twice."""
    made_ms = snowflake.created_ms(asked.interaction_id)
    if asked.options.get("do") == "undo":
        return _undo(asked, game, made_ms)
    if game.leaving:
        return Shown(_reset("waiting", game.leaving))
    if "word" not in asked.options:
        return Shown(_reset("ask", made_ms + player.LEAVING_MS), "asked")
    if not _confirms(asked.text("word"), asked.guild):
        return Shown(_reset("other_words", 0), "refused")
    return _leave(asked, game, made_ms + player.LEAVING_MS)


def _confirms(typed: str, guild_id: str) -> bool:
    """In either language; full width, capitals and blanks make no difference."""
    return codes.folded(typed) in {codes.folded(confirmation(guild_id, lang)) for lang in LANGUAGES}


def _leave(asked: Asked, game: Game, at_ms: int) -> ServerDecided:
    event = {"kind": kinds.RESET, "by": asked.admin, "did": ASKED, "leaving": at_ms}
    change = server.Change(asked.guild, event, game.changed(leaving=at_ms))
    recording = decisions.recording_of_server(asked, change, recorded)
    due = erasures.put(Due(at_ms, server.key(asked.guild)))
    return recording._replace(transaction=[*recording.transaction, due])


def _undo(asked: Asked, game: Game, made_ms: int) -> ServerDecided:
    """The item that says when stays where it is: it holds only while the game says the same."""
    if not game.leaving:
        return Refusal("not_leaving", {}, is_stale=True)
    if made_ms >= game.leaving:
        return Refusal("too_late", {"at": game.leaving // 1000}, is_stale=True)
    event = {"kind": kinds.RESET, "by": asked.admin, "did": UNDONE, "leaving": 0}
    change = server.Change(asked.guild, event, game.changed(leaving=0))
    return decisions.recording_of_server(asked, change, recorded)


def recorded(row: Row) -> Reset:
    return _reset("leaving_now" if row["did"] == ASKED else "undone", row["leaving"])


def _reset(view: str, at_ms: int) -> Reset:
    return {"kind": "admin reset", "view": view, "at": at_ms // 1000}
