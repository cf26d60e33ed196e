"""A day's currency. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from dataclasses import replace

from commands import decisions
from commands.asked import Asked
from commands.daily.event import begins
from commands.decisions import OVERTAKEN, Decided
from commands.events import Row
from commands.message import Text, text
from gacha import daily, zones
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    """What counts is when the command was given, so a claim of 23:59:59 is that day's, however
    late it comes here."""
    zone, hour = zones.zone(game.timezone), game.reset_hour
    day = daily.day_of(asked.interaction_id, zone, hour)
    if day in current.claimed:
        next_one = daily.begins_after(current.claimed, zone, hour)
        return Refusal("already_claimed", {"amount": daily.AMOUNT, "next": next_one})
    change = daily.claim(current, asked.interaction_id, zone, hour)
    if change is None:
        return OVERTAKEN
    event = {**change.event, "zone": game.timezone, "hour": hour}
    return decisions.recording(asked, replace(change, event=event), recorded)


def recorded(row: Row) -> Text:
    return text(
        "claimed",
        amount=row["amount"],
        balance=row["balance"],
        next=daily.begins_after(row["claimed"], *begins(row)),
    )
