"""A grant. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from adapters.tables import ledger
from commands import decisions
from commands.asked import Asked
from commands.decisions import Decided
from commands.events import Row
from commands.message import Text, text
from gacha import changes, kinds, snowflake
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    """A grant that cites a pull cites one that this player made."""
    note = {"reason": asked.text("reason")} if "reason" in asked.options else {}
    if "receipt" in asked.options:
        pull = snowflake.read_receipt_number(asked.text("receipt"))
        if pull is None:
            return Refusal("no_receipt_number", {})
        if not _has_pulled(current, pull):
            return Refusal("no_such_pull", {"user": asked.user_id, "pull": pull})
        note["compensates"] = pull
    change = changes.grant(current, asked.interaction_id, asked.number("amount"), asked.admin, note)
    return decisions.recording(asked, change, recorded)


def _has_pulled(current: Player, receipt_number: str) -> bool:
    row = ledger.load(current.key, snowflake.sort_key(receipt_number))
    return row is not None and row["kind"] in kinds.DRAWN


def recorded(row: Row) -> Text:
    """What the admin is told; the player is told with their next command."""
    user = row["user_id"].partition("@")[0]
    return text("granted", user=user, amount=row["amount"], balance=row["balance"])
