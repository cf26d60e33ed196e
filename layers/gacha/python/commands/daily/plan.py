"""A day's currency. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Final

from commands import decisions
from commands.asked import Asked
from commands.decisions import OVERTAKEN, Decided
from commands.events import Row
from commands.message import Text, text
from gacha import daily
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal

ZONE: Final = timezone(timedelta(hours=9))
"""Whose midnight begins a day: Japan's, until a server can choose its own."""


def plan(asked: Asked, current: Player, _game: Game) -> Decided:
    """What counts is when the command was given, so a claim of 23:59:59 is that day's, however
    late it comes here."""
    day = daily.day_of(asked.interaction_id, ZONE)
    if day in current.claimed:
        next_one = daily.begins_after(current.claimed, ZONE)
        return Refusal("already_claimed", {"amount": daily.AMOUNT, "next": next_one})
    change = daily.claim(current, asked.interaction_id, ZONE)
    return OVERTAKEN if change is None else decisions.recording(asked, change, recorded)


def recorded(row: Row) -> Text:
    return text(
        "claimed",
        amount=row["amount"],
        balance=row["balance"],
        next=daily.begins_after(row["claimed"], ZONE),
    )
