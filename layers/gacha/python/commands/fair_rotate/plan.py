"""The end of an epoch. A revealed seed is never part of the message: until the rotation is recorded
its epoch is open, so only /gacha fair receipts reveals."""

from __future__ import annotations

from adapters import seeds
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
    if instead := decisions.instead_in_epoch(asked, current):
        return instead
    if not current.nonce:
        return Refusal("nothing_to_reveal", {})
    next_one = seeds.commitment(current.key, current.epoch + 1)
    return decisions.recording(
        asked, changes.rotate(current, asked.interaction_id, next_one), recorded
    )


def recorded(row: Row) -> Text:
    return text(
        "rotated",
        epoch=row["epoch"],
        draws=row["draws"],
        commitment=seeds.commitment(row["user_id"], row["epoch"] + 1),
        next=seeds.commitment(row["user_id"], row["epoch"] + 2),
    )
