"""What a player may take once a day. Decides; writes nothing.

The days are the server's (`gacha.days`), and so is what they give (`gacha.economy`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from . import days, kinds, purse, snowflake
from .changes import Change
from .days import Claim, Clock
from .economy import Economy
from .player import Player
from .purse import Reward, Tickets


@dataclass(frozen=True, slots=True)
class Taken:
    """A day that somebody takes: what it gives, the claims that their row keeps then, and what the
    ledger says of it, beside who and when."""

    reward: Reward
    claimed: tuple[Claim, ...]
    event: Mapping[str, Any]


def take(claimed: Sequence[Claim], made_ms: int, clock: Clock, economy: Economy) -> Taken | None:
    """A day by the claims before it: the caller refuses one that is taken (`days.place`). None if
    it is too late to know whether it was (`days.claim`).

    A claim that is recorded after the next day's own gives what was missing of both, so that the
    streak and what it gave are the same in whatever order the two are recorded.
    """
    after = days.claim(claimed, clock, made_ms)
    if after is None:
        return None
    latest = after[-1]
    this = next(each for each in after if each.made_ms == made_ms)
    bonus = economy.milestone(this.streak)
    if latest is not this:
        bonus += economy.milestone(latest.streak) - economy.milestone(claimed[-1].streak)
    bonus = max(bonus, 0)
    tickets: tuple[Tickets, ...] = ()
    if economy.daily_tickets:
        ends_ms = clock.begins_ms(this.day + timedelta(days=economy.ticket_days))
        tickets = (Tickets(economy.daily_tickets, ends_ms),)
    reward = Reward(economy.daily + bonus, tickets=tickets)
    event: dict[str, Any] = {
        "kind": kinds.DAILY,
        **reward.event(),
        "day": this.day.isoformat(),
        "zone": clock.zone,
        "hour": clock.hour,
        "streak": latest.streak,
        "economy": economy.version,
    }
    said = {"since": clock.since_ms, "bonus": bonus}
    event |= {name: value for name, value in said.items() if value}
    if this.grace and this.grace not in [each.grace for each in claimed]:
        event["forgiven"] = this.grace.isoformat()
    if coming := economy.coming(latest.streak):
        event["coming"] = coming._asdict()
    return Taken(reward, after, event)


def claim(
    player: Player, interaction_id: str, clock: Clock, economy: Economy, now: Clock
) -> Change | None:
    """Give the player what the interaction's day has for them, by `take`. The event says when the
    next one can be had by the clock of `now`, in Unix seconds.

    Raises TooManyLotsError.
    """
    taken = take(player.claimed, snowflake.created_ms(interaction_id), clock, economy)
    if taken is None:
        return None
    event = {**taken.event, "next": days.next_ms(taken.claimed[-1], now) // 1000}
    received = purse.receive(player, taken.reward, interaction_id)
    after = replace(received, claimed=taken.claimed, version=player.version + 1)
    return Change(event, player, after)
