"""A card of a draft that was changed, or pictures of several."""

from __future__ import annotations

from commands import drafts
from commands.asked import Asked
from commands.decisions import ServerDecided
from commands.drafts import Drafted
from commands.events import Row
from gacha import kinds
from gacha.game import Game


def plan(asked: Asked, _game: Game) -> ServerDecided:
    return drafts.planned(asked, kinds.CARD)


def recorded(row: Row) -> Drafted:
    return drafts.recorded(row, "admin card edit")
