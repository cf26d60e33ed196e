"""Another client seed."""

from __future__ import annotations

from commands import changes
from commands.asked import Asked
from commands.changes import OVERTAKEN, Decided
from commands.events import Row
from commands.message import Text, text
from gacha import acting
from gacha.player import Player


def plan(asked: Asked, current: Player) -> Decided:
    if instead := changes.instead_in_epoch(asked, current):
        return instead
    change = acting.choose_seed(current, asked.interaction_id, asked.text("text"))
    return OVERTAKEN if change is None else changes.recording(asked, change, recorded)


def recorded(row: Row) -> Text:
    return text("seed_chosen", client_seed=row["client_seed"])
