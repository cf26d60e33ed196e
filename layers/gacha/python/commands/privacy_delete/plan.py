"""A player's data is to be erased, or after all not. Either is an ordinary change of theirs; what
erases it, when its time has come, is `functions/erase`."""

from __future__ import annotations

from adapters import kept
from adapters.tables import erasures, ledger, persons
from adapters.tables.erasures import Due
from commands import decisions, personal, sure
from commands.asked import Asked
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import text
from commands.privacy_delete.show import Deletion
from gacha import changes, kinds, snowflake
from gacha.game import Game
from gacha.player import LEAVING_MS, Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    """Asked twice, or undone twice, it stays as it is, and says so."""
    where = personal.server(asked)
    if current.is_new and "do" not in asked.options and _is_noted(asked):
        return _goes(asked)
    if current.is_new and ledger.has_any(asked.player_key):
        return Refusal("failed", {})
    if current.is_new:
        at = current.erased // 1000
        return Refusal("erased", {"at": at}) if at else Refusal("nothing", {})
    if "do" in asked.options:
        if not current.leaving:
            return Shown(_deletion("stays", where))
        change = changes.stay(current)
        return decisions.recording(asked, change, lambda _row: _deletion("undone", where))
    if current.leaving:
        return Shown(_deletion("leaves", where, current.leaving))
    if not sure.is_(asked):
        until_ms = snowflake.created_ms(asked.interaction_id) + LEAVING_MS
        return Shown(_deletion("asked", where, until_ms), "asked")
    change = changes.leave(current, asked.interaction_id)
    until_ms = change.after.leaving
    decided = decisions.recording(asked, change, lambda _row: _deletion("leaves", where, until_ms))
    due = erasures.put(Due(until_ms, current.key))
    return decided._replace(transaction=[*decided.transaction, due])


def _is_noted(asked: Asked) -> bool:
    """Whether there is anything of somebody who does not play, beside commands that failed."""
    return persons.place(asked.user_id, asked.guild) is not None


def _goes(asked: Asked) -> Shown:
    """Somebody who does not play has nothing to lose, so it goes with the next daily run; and stays
    if they begin to play before. What failed stays, so that it is never charged."""
    due = erasures.put(Due(snowflake.created_ms(asked.interaction_id), asked.player_key))
    return Shown(text("other_goes", backups=kept.BACKUP_DAYS), "refused", kept=[due])


def recorded(row: Row) -> Deletion:
    """Whether it was asked for in a direct message, no row says; with the server its buttons work
    in either."""
    if row["kind"] == kinds.STAY:
        return _deletion("undone", row["guild_id"])
    return _deletion("leaves", row["guild_id"], row["until"])


def _deletion(state: str, server: str, until_ms: int = 0) -> Deletion:
    return {
        "kind": "privacy delete",
        "state": state,
        "server": server,
        "until": until_ms // 1000,
        "backups": kept.BACKUP_DAYS,
    }
