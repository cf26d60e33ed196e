"""What is taken back. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from commands import decisions
from commands.asked import Asked
from commands.decisions import Decided
from commands.events import Row
from commands.message import Text, text
from gacha import changes
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    amount, reason = asked.number("amount"), asked.text("reason")
    change = changes.take(current, asked.interaction_id, amount, asked.admin, reason)
    if change is None:
        has = {"user": asked.user_id, "amount": amount, "balance": current.balance}
        return Refusal("too_much", has)
    return decisions.recording(asked, change, recorded)


def recorded(row: Row) -> Text:
    """What the admin is told; the player is told with their next command."""
    user = row["user_id"].partition("@")[0]
    return text("taken", user=user, amount=-row["amount"], balance=row["balance"])
