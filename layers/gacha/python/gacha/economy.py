"""What a server gives its players: for a day, for a streak of days, for a start, for points that
nothing takes any more.

A setting of its own beside the game (docs/decisions/0044-what-a-player-has.md): a pull needs none
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, NamedTuple, Self

from gacha.days import Clock
from gacha.game import Game
from gacha.purse import Reward, Tickets

MILESTONES: Final = (3, 7, 14, 30)
"""The days of a streak that give more. After the last one they begin anew, and the streak itself
goes on: its 33rd day gives what its third one did."""


_DAY_MS: Final = 24 * 60 * 60 * 1000


class Coming(NamedTuple):
    """The next milestone: in so many days of the streak, and what it gives of the currency."""

    days: int
    coins: int


@dataclass(frozen=True, slots=True)
class Economy:
    """`version` counts the changes; 0 means that nothing is stored, and all is as in a new server.

    `daily` is what a day gives of the currency, and `daily_tickets` how many tickets for any
    banner, good until `ticket_days` days later. `streak_3` to `streak_30` are what the milestones
    give of the currency. `starter_tickets` is what a new player has, good for `starter_days`.
    `point_shards` is how many shards an exchange point becomes (`gacha.points`). `clock_since` is
    when the game's timezone or reset hour were last changed, in Unix milliseconds, and
    `clock_before` the clock until then. `other` keeps what a newer version of the code wrote.
    """

    guild_id: str
    version: int = 0
    daily: int = 160
    daily_tickets: int = 1
    ticket_days: int = 3
    streak_3: int = 160
    streak_7: int = 480
    streak_14: int = 800
    streak_30: int = 1_600
    starter_tickets: int = 0
    starter_days: int = 30
    point_shards: int = 1
    clock_since: int = 0
    clock_before: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, guild_id: str, stored: Mapping[str, Any]) -> Self:
        """The economy that `stored` holds, as `written` gave it."""
        known = {name: value for name, value in stored.items() if name in _FIELDS}
        other = {name: value for name, value in stored.items() if name not in _FIELDS}
        return cls(guild_id, **known, other=other)

    def written(self) -> dict[str, Any]:
        """As it is stored: what is as in a new server is left out. `version` is not."""
        of_new = Economy(self.guild_id)
        said = {name: getattr(self, name) for name in _FIELDS}
        return {
            **self.other,
            **{name: value for name, value in said.items() if value != getattr(of_new, name)},
        }

    def changed(self, **fields: Any) -> Self:
        """The economy after a change, one version on."""
        return replace(self, version=self.version + 1, **fields)

    @property
    def month(self) -> Reward:
        """What 30 days in a row give to whoever takes each, without what their tickets end at."""
        days = MILESTONES[-1]
        coins = sum(self.daily + self.milestone(day) for day in range(1, days + 1))
        tickets = (Tickets(days * self.daily_tickets, 0),) if self.daily_tickets else ()
        return Reward(coins, tickets=tickets)

    def income(self, price: int) -> Fraction:
        """What a day gives on average, in the currency; a ticket is worth a pull's `price`."""
        tickets = self.daily_tickets * MILESTONES[-1] * price
        return Fraction(self.month.coins + tickets, MILESTONES[-1])

    def starter(self, at_ms: int) -> tuple[Tickets, ...]:
        """The tickets of a player who begins then."""
        if not self.starter_tickets:
            return ()
        return (Tickets(self.starter_tickets, at_ms + self.starter_days * _DAY_MS),)

    def milestone(self, streak: int) -> int:
        """What this day of a streak gives of the currency beside the day's own, mostly nothing."""
        day = (streak - 1) % MILESTONES[-1] + 1
        return getattr(self, f"streak_{day}") if day in MILESTONES else 0

    def coming(self, streak: int) -> Coming | None:
        """The next day after this one of a streak that gives more; None if none does."""
        days = range(1, MILESTONES[-1] + 1)
        found = (Coming(each, self.milestone(streak + each)) for each in days)
        return next((each for each in found if each.coins), None)

    def clock(self, game: Game, made_ms: int) -> Clock:
        """By what the server's days began when an interaction was made. Of two changes since, the
        clock before the latter is taken: nothing waits so long."""
        if made_ms < self.clock_since:
            return Clock(**self.clock_before)
        return Clock(game.timezone, game.reset_hour, self.clock_since)

    def with_clock_changed(self, game: Game, at_ms: int) -> Self:
        """The same, once the `game` had another timezone or reset hour from `at_ms` on."""
        before = Clock(game.timezone, game.reset_hour, self.clock_since)._asdict()
        return replace(self, clock_since=at_ms, clock_before=before)


_FIELDS: Final = tuple(
    name for name in Economy.__dataclass_fields__ if name not in ("guild_id", "other")
)
