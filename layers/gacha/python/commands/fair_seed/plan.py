"""Another client seed."""

from __future__ import annotations

from commands import decisions
from commands.asked import Asked
from commands.decisions import OVERTAKEN, Decided
from commands.events import Row
from commands.message import Text, text
from gacha import changes
from gacha.game import Game
from gacha.player import Player


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    if instead := decisions.instead_in_epoch(asked, current):
        return instead
    change = changes.choose_seed(current, asked.interaction_id, asked.text("text"))
    return OVERTAKEN if change is None else decisions.recording(asked, change, recorded)


def recorded(row: Row) -> Text:
    return text("seed_chosen", client_seed=row["client_seed"])
