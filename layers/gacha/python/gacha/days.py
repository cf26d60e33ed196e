"""A server's days, and streaks of them. Decides; writes nothing.

A day begins at an hour (0 is midnight) of a timezone, and may have 23 or 25 hours. It is called by
the date on which it begins, such as "2026-11-28". An interaction is of the day in which it was
made, whenever it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple, Self

from . import zones

GRACE_DAYS: Final = 7
"""Of so many days in a row, one may be missed without ending a streak."""

APART_MS: Final = 20 * 60 * 60 * 1000
"""How far two claims are apart between which the server's clock was changed."""

MOST_KEPT: Final = 2
"""How many of the latest claims a player's row keeps. One would not do: around midnight the claim
of the day that ends may be recorded after that of the day that begins."""

_DAY: Final = timedelta(days=1)
_FIRST: Final = date(1970, 1, 1)


class Clock(NamedTuple):
    """By what a server's days begin: at this hour (0 to 6) of this timezone, as `zones.zone` takes
    it. `since_ms` is when its owner settled that, in Unix milliseconds; 0 if it was never changed.
    """

    zone: str
    hour: int = 0
    since_ms: int = 0

    def number_of(self, made_ms: int) -> int:
        """The same as `day_of`, as the number of days since 1970-01-01."""
        return (self.day_of(made_ms) - _FIRST).days

    def begins_ms(self, day: date) -> int:
        """When a day begins, in Unix milliseconds. A day that a zone left out begins with the next
        one: Samoa had no 30th of December in 2011."""
        return (
            round(datetime.combine(day, time(self.hour), zones.zone(self.zone)).timestamp()) * 1000
        )

    def day_of(self, made_ms: int) -> date:
        """The day in which something was made: the latest that had begun. A clock that is put back
        over the hour at which a day begins does not bring back the day before."""
        wall = datetime.fromtimestamp(made_ms // 1000, zones.zone(self.zone)).replace(tzinfo=None)
        day = (wall - timedelta(hours=self.hour)).date()
        while self.begins_ms(day + _DAY) <= made_ms:
            day += _DAY
        while made_ms < self.begins_ms(day):
            day -= _DAY
        return day


@dataclass(frozen=True, slots=True)
class Claim:
    """What was taken of a `day`, by an interaction that was made at `made_ms`. `streak` counts the
    days in a row up to it, `grace` is the latest day that was missed and forgiven, and `since_ms`
    that of the clock by which it is of this day."""

    day: date
    made_ms: int
    streak: int = 1
    grace: date | None = None
    since_ms: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        grace = date.fromisoformat(stored["g"]) if "g" in stored else None
        day = date.fromisoformat(stored["d"])
        return cls(day, stored["t"], stored["n"], grace, stored.get("s", 0))

    def written(self) -> dict[str, Any]:
        """Under short names: it lies in the player's row, which every pull writes."""
        grace = {"g": self.grace.isoformat()} if self.grace else {}
        since = {"s": self.since_ms} if self.since_ms else {}
        return {"d": self.day.isoformat(), "t": self.made_ms, "n": self.streak, **grace, **since}


def place(claimed: Sequence[Claim], clock: Clock, made_ms: int) -> int | None:
    """Where a claim that was made then, by this clock, stands among those that a row keeps, oldest
    first; None if its day is taken.

    In the order in which claims are made their days only go on, so that a day is given once,
    whatever became of the clock. Where that was changed between two, they are `APART_MS` apart.
    """
    at = sum(each.made_ms <= made_ms for each in claimed)
    this = Claim(clock.day_of(made_ms), made_ms, since_ms=clock.since_ms)
    pairs = [*claimed[max(at - 1, 0) : at], this, *claimed[at : at + 1]]
    return None if any(map(_too_near, pairs, pairs[1:])) else at


def _too_near(one: Claim, other: Claim) -> bool:
    is_changed = other.since_ms > one.made_ms
    return other.day <= one.day or (is_changed and other.made_ms - one.made_ms < APART_MS)


def claim(claimed: Sequence[Claim], clock: Clock, made_ms: int) -> tuple[Claim, ...] | None:
    """The claims that a row keeps once this one is among them: the caller refuses a day that is
    taken (`place`). A streak is that of the claims in the order in which they were made, whichever
    was recorded first. None for one that was made before all that the row keeps, if others may have
    been before them: it is not known what was taken then.
    """
    at = place(claimed, clock, made_ms)
    assert at is not None, "its day is taken"
    if not at and len(claimed) == MOST_KEPT:
        return None
    day = clock.day_of(made_ms)
    made = [*claimed[:at], Claim(day, made_ms, since_ms=clock.since_ms), *claimed[at:]]
    for number in range(at, len(made)):
        made[number] = _after(made[number - 1] if number else None, made[number], clock)
    return tuple(made[-MOST_KEPT:])


def _after(last: Claim | None, this: Claim, clock: Clock) -> Claim:
    """The claim with its streak, if `last` is the one before it."""
    if last is None:
        return replace(this, streak=1, grace=None)
    missed = list(_missed(last, this, clock))
    if not missed:
        return replace(this, streak=last.streak + 1, grace=last.grace)
    [day, *more] = missed
    is_forgiven = last.grace is None or (day - last.grace).days >= GRACE_DAYS
    if more or not is_forgiven:
        return replace(this, streak=1, grace=last.grace)
    return replace(this, streak=last.streak + 1, grace=day)


def _missed(last: Claim, this: Claim, clock: Clock) -> Iterator[date]:
    """The days between two claims of which something could be taken: the first two of them.

    After a change of the clock only those count that began since, and at least `APART_MS` after
    the claim before: each was there as a whole, so that a change never costs a streak.
    """
    day = last.day + _DAY
    if this.since_ms > last.made_ms:
        day = max(day, clock.day_of(max(this.since_ms, last.made_ms + APART_MS)) + _DAY)
    found = 0
    while day < this.day and found < 2:
        if clock.begins_ms(day) < clock.begins_ms(day + _DAY):  # else the zone left it out
            found += 1
            yield day
        day += _DAY


def dated(number: int) -> date:
    """The day of this number since 1970-01-01."""
    return _FIRST + number * _DAY


def next_ms(last: Claim, clock: Clock) -> int:
    """When the next day can be claimed after the latest claim, in Unix milliseconds."""
    begins = clock.begins_ms(last.day + _DAY)
    if clock.since_ms > last.made_ms:
        return max(begins, last.made_ms + APART_MS)
    return begins
