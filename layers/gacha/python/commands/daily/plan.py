"""What a day gives. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from adapters.tables import settings
from commands import decisions
from commands.asked import Asked
from commands.daily.show import Collected, Streak
from commands.decisions import OVERTAKEN, Decided
from commands.events import Row
from commands.message import Content
from commands.pullable import once_given, since_given
from gacha import daily, days, snowflake
from gacha.days import Claim, Clock
from gacha.economy import Economy
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal
from gacha.purse import TooManyLotsError


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    """What counts is when the command was given, so a claim of 23:59:59 is that day's, by the clock
    of then, however late it comes here."""
    economy = settings.economy(asked.guild)
    made_ms = snowflake.created_ms(asked.interaction_id)
    clock = economy.clock(game, made_ms)
    now = Clock(game.timezone, game.reset_hour, economy.clock_since)
    if days.place(current.claimed, clock, made_ms) is None:
        return _taken(current.claimed[-1], economy, now, made_ms)
    try:
        change = daily.claim(current, asked.interaction_id, clock, economy, now)
    except TooManyLotsError:
        return Refusal("too_many_lots", {})
    if change is None:
        return OVERTAKEN
    pulls = once_given(asked, game, change)
    return decisions.recording(asked, change, lambda row: {**_collected(row), **pulls})


def _taken(latest: Claim, economy: Economy, now: Clock, made_ms: int) -> Refusal:
    """The streak, what it gives next, and when. A new day that a changed clock began too soon after
    the claim before is told apart."""
    values = {"streak": latest.streak, "next": days.next_ms(latest, now) // 1000}
    if now.day_of(made_ms) > latest.day:
        return Refusal("clock_changed", values)
    if coming := economy.coming(latest.streak):
        more = {"days": coming.days, "coins": coming.coins}
        return Refusal("already_claimed", {**values, **more})
    return Refusal("already_claimed_alone", values)


def recorded(row: Row) -> Content:
    return {**_collected(row), **since_given(row)}


def _collected(row: Row) -> Collected:
    streak: Streak = {"days": row["streak"], "next": row["next"]}
    if "coming" in row:
        streak["coming"] = row["coming"]
    if "forgiven" in row:
        streak["forgiven"] = row["forgiven"]
    return {
        "kind": "daily",
        "amount": row["amount"],
        "bonus": row.get("bonus", 0),
        "tickets": row.get("tickets", []),
        "balance": row["balance"],
        "streak": streak,
    }
