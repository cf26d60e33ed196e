"""An upload that the workshop has worked off: its draft takes the place of the one before."""

from __future__ import annotations

from commands import drafts
from commands.asked import Asked
from commands.decisions import ServerDecided
from commands.drafts import Drafted
from commands.events import Row
from gacha import kinds
from gacha.game import Game


def plan(asked: Asked, _game: Game) -> ServerDecided:
    return drafts.planned(asked, kinds.UPLOAD)


def recorded(row: Row) -> Drafted:
    return drafts.recorded(row, "admin banner upload")
