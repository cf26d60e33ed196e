"""Days of 23, 24 and 25 hours in every kind of zone; streaks over changes of the clock; and claims
in whatever order they are recorded."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gacha import daily, days, snowflake, zones
from gacha.days import APART_MS, Claim, Clock
from gacha.economy import Economy
from gacha.game import Game
from gacha.player import newcomer
from tests.over import over

ZONES = (
    *("Asia/Tokyo", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Europe/London"),
    *("Pacific/Kiritimati", "UTC-12:00", "UTC+14:00", "Antarctica/Troll", "Australia/Lord_Howe"),
    *("America/Havana", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Beirut"),
)
HOUR, DAY = 3_600_000, 86_400_000
START = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1000
GAME = Game("1")


def ms(*when: int, zone: str = "UTC") -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc,arg-type]


# --- days -----------------------------------------------------------------------------------------


@over("zone", ZONES)
def test_every_moment_is_of_one_day_and_each_ends_where_the_next_begins(zone: str) -> None:
    chance = random.Random(zone)
    for hour in (0, 1, 2, 3, 6):
        clock = Clock(zone, hour)
        for _ in range(100):
            made = chance.randrange(ms(2009, 1, 1), ms(2030, 1, 1))
            day = clock.day_of(made)
            begins, ends = clock.begins_ms(day), clock.begins_ms(day + timedelta(1))
            assert begins <= made < ends <= begins + 26 * HOUR
            assert clock.day_of(begins) == clock.day_of(ends - 1) == day
            # A second reckoning: the wall's own date, so many hours later, or the day after it
            # where the clock was put back meanwhile.
            wall = datetime.fromtimestamp(made / 1000, UTC).astimezone(zones.zone(zone))
            naive = (wall.replace(tzinfo=None) - timedelta(hours=hour)).date()
            assert day in (naive, naive + timedelta(1))
            assert day == naive or "Troll" in zone


@pytest.mark.parametrize(
    ("clock", "day", "hours"),
    [
        (Clock("America/New_York"), date(2026, 3, 8), 23),
        (Clock("America/New_York"), date(2026, 11, 1), 25),
        (Clock("America/New_York", 2), date(2026, 3, 7), 24),  # to 2:00, which is 3:00
        (Clock("Australia/Lord_Howe"), date(2026, 4, 5), 24.5),
        (Clock("Pacific/Apia"), date(2011, 12, 30), 0),
        (Clock("Pacific/Kiritimati", 6), date(2028, 2, 29), 24),
        (Clock("Antarctica/Troll", 2), date(2026, 10, 24), 24),
    ],
)
def test_a_day_has_its_hours(clock: Clock, day: date, hours: float) -> None:
    begins, ends = clock.begins_ms(day), clock.begins_ms(day + timedelta(1))
    assert ends - begins == hours * HOUR
    if hours:
        assert clock.day_of(begins) == clock.day_of(ends - 1) == day


def test_a_clock_that_is_put_back_over_the_hour_brings_no_day_back() -> None:
    troll = Clock("Antarctica/Troll", 2)  # at 3:00 it is 1:00 again
    for minutes in (30, 90, 150):
        assert troll.day_of(ms(2026, 10, 25) + minutes * 60_000) == date(2026, 10, 25)


def test_the_same_moment_is_of_three_days_along_the_date_line() -> None:
    made = ms(2026, 11, 28, 10, 30)
    found = [str(Clock(zone).day_of(made)) for zone in ("UTC-12:00", "UTC", "UTC+14:00")]
    assert found == ["2026-11-27", "2026-11-28", "2026-11-29"]


def test_a_leap_day_is_a_day_and_a_day_that_was_left_out_is_none() -> None:
    utc, apia = Clock("UTC"), Clock("Pacific/Apia")
    for clock, made in (
        (utc, [ms(2028, 2, 28, 12), ms(2028, 2, 29, 12), ms(2028, 3, 1, 12)]),
        (apia, [ms(2011, 12, 28, 12), ms(2011, 12, 29, 12), ms(2011, 12, 30, 12)]),
    ):
        last = claimed(clock, made)[-1]
        assert (last.streak, last.grace) == (3, None)
    assert claimed(utc, [ms(2028, 2, 28), ms(2028, 3, 1)])[-1].grace == date(2028, 2, 29)
    assert str(last.day) == "2011-12-31"


# --- streaks --------------------------------------------------------------------------------------


def claimed(clock: Clock, made: list[int]) -> tuple[Claim, ...]:
    found: tuple[Claim, ...] = ()
    for each in made:
        assert days.place(found, clock, each) is not None
        after = days.claim(found, clock, each)
        assert after is not None
        found = after
    return found


def noons(*numbers: int) -> list[int]:
    return [START + number * DAY + DAY // 2 for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "streak"),
    [
        ((0, 1, 2), 3),
        ((0, 2), 2),  # the 1st is forgiven
        ((0, 3), 1),  # of two that are missed none is
        ((0, 2, 4), 1),  # nor the second one within seven
        ((0, 2, 3, 4, 5, 6, 7, 9), 8),  # the 8th is the seventh after the 1st
        ((0, 2, 3, 4, 5, 6, 8), 1),
        ((0, 2, 5, 7), 1),  # a streak that ended gives no day back
        ((0, 400), 1),
    ],
)
def test_one_day_of_seven_may_be_missed(numbers: tuple[int, ...], streak: int) -> None:
    assert claimed(Clock("UTC"), noons(*numbers))[-1].streak == streak


def test_milestones_are_given_as_the_streak_reaches_them_and_begin_anew() -> None:
    economy, of, given = Economy("1"), newcomer("1@1", "1", 0, "0" * 64), {}
    for number, made in enumerate(noons(*range(70)), start=1):
        change = daily.claim(of, id_at(made), Clock("UTC"), economy, Clock("UTC"))
        assert change is not None
        of = change.after
        assert change.event["streak"] == number
        if bonus := change.event.get("bonus"):
            given[number] = bonus
    of_30 = {3: 160, 7: 480, 14: 800, 30: 1_600}
    again = {number + 30 * n: bonus for n in range(3) for number, bonus in of_30.items()}
    assert given == {number: bonus for number, bonus in again.items() if number <= 70}
    assert of.balance == 3_200 + 70 * 160 + sum(given.values())
    month = 30 * economy.daily + sum(of_30.values())
    assert (month, month // 160) == (7_840, 49)  # as issue 14 and the READMEs have it
    assert sum(each.count for each in of.tickets) == 3  # those of before have ended


def test_a_days_income_counts_its_tickets_as_pulls() -> None:
    economy = Economy("1")
    assert economy.income(160) == Fraction(7_840, 30) + 160
    assert (economy.month.coins, [each.count for each in economy.month.tickets]) == (7_840, [30])
    nothing = Economy("1", daily=0, daily_tickets=0, streak_30=0)
    assert nothing.income(10**6) == Fraction(160 + 480 + 800, 30)


def id_at(made_ms: int, low: int = 1) -> str:
    return str((made_ms - snowflake.DISCORD_EPOCH_MS) << 22 | low)


class Server:
    """A server whose owner changes its clock at any time, and one who plays there."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = START + self.chance.randrange(400 * DAY)
        self.game, self.economy = Game("1", timezone=self.zone()), Economy("1")
        self.claimed: tuple[Claim, ...] = ()
        self.all: list[tuple[Claim, Clock]] = []

    def zone(self) -> str:
        return self.chance.choice(ZONES)

    def change(self, at_ms: int) -> None:
        self.now = at_ms
        self.economy = self.economy.with_clock_changed(self.game, at_ms)
        hour = self.chance.randrange(7)
        self.game = self.game.changed(timezone=self.zone(), reset_hour=hour)

    @property
    def clock(self) -> Clock:
        return self.economy.clock(self.game, self.now)

    def claim(self, at_ms: int) -> bool:
        self.now = at_ms
        if days.place(self.claimed, self.clock, at_ms) is None:
            return False
        after = days.claim(self.claimed, self.clock, at_ms)
        assert after is not None
        self.claimed = after
        self.all.append((after[-1], self.clock))
        return True

    def told(self) -> int:
        """From when on the next one can be had."""
        return max(self.now, days.next_ms(self.claimed[-1], self.clock))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_a_change_of_the_clock_never_costs_a_streak(seed: int) -> None:
    """Whoever claims on each day that is there as a whole, by the clock as it is then, has missed
    none: not with a change every few hours either."""
    server = Server(seed)
    often = server.chance.choice((6, 30, 100)) * HOUR
    assert server.claim(server.now)
    next_change = server.now + server.chance.randrange(often)
    for number in range(2, 40):
        while True:
            day = server.clock.day_of(server.told())
            if server.clock.begins_ms(day) < server.told() and server.chance.random() < 0.5:
                day += timedelta(1)  # what is left of this day is nobody's duty
            begins, ends = (server.clock.begins_ms(day + timedelta(n)) for n in (0, 1))
            if begins == ends:
                ends = server.clock.begins_ms(day + timedelta(2))
            made = server.chance.randrange(max(begins, server.told()), ends)
            if made < next_change:
                break
            server.change(next_change)
            next_change += 1 + server.chance.randrange(often)
        assert server.claim(made)
        assert (server.claimed[-1].streak, server.claimed[-1].grace) == (number, None)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_who_tries_all_the_time_has_each_day_once_whatever_the_clock(seed: int) -> None:
    """And is given what was promised when it was promised: a refusal's time is the earliest."""
    server, told = Server(seed), 0
    next_change = server.now + server.chance.randrange(50 * HOUR)
    for _ in range(200):
        at = server.now + server.chance.randrange(8 * HOUR)
        if at > next_change:
            server.change(next_change)
            next_change += server.chance.randrange(100 * HOUR)
            told = 0
        elif server.claim(at):
            assert at >= told
            told = days.next_ms(server.claimed[-1], server.clock)
        else:
            assert at < days.next_ms(server.claimed[-1], server.clock)
    for (one, by_one), (other, by_other) in pairwise(server.all):
        assert one.day < other.day
        if by_one != by_other:
            assert other.made_ms - one.made_ms >= 20 * HOUR == APART_MS
        else:
            assert by_one.day_of(one.made_ms) < by_one.day_of(other.made_ms)


def test_nobody_gains_a_day_by_a_clock_that_goes_round_the_world() -> None:
    """Forth and back each day for a month: no more claims than days of twenty hours."""
    server = Server(1)
    zones = ["UTC-12:00", "UTC+14:00"]
    server.game = Game("1", timezone=zones[0])
    began = server.now
    for hours in range(30 * 24):
        if hours % 6 == 0:
            server.now = began + hours * HOUR
            server.economy = server.economy.with_clock_changed(server.game, server.now)
            server.game = server.game.changed(timezone=zones[hours // 6 % 2])
        server.claim(began + hours * HOUR + 1)
    assert 14 <= len(server.all) <= 30 * 24 / 20
    assert server.claimed[-1].streak == len(server.all)


# --- the order in which they are recorded ---------------------------------------------------------


def played(order: list[int]) -> tuple[Any, ...]:
    """Purse, tickets and claims after claims made then were recorded in this order."""
    of, economy = newcomer("1@1", "1", 0, "0" * 64), Economy("1")
    for made in order:
        if days.place(of.claimed, Clock("UTC"), made) is None:
            continue
        change = daily.claim(of, id_at(made), Clock("UTC"), economy, Clock("UTC"))
        assert change is not None
        of = change.after
    return of.balance, of.tickets, of.claimed


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_what_races_around_midnight_comes_out_the_same_in_either_order(seed: int) -> None:
    """An input is good for a quarter of an hour, so two days meet at most."""
    chance = random.Random(seed)
    made, number = list[int](), 0
    while number < 60:
        midnight = START + number * DAY
        kind = chance.random()
        if kind < 0.5:
            made.append(midnight + DAY // 2)
        elif kind < 0.8:
            made += [midnight + DAY - 1 - chance.randrange(400_000), midnight + DAY]
            number += 1
        number += chance.choice((1, 1, 1, 2, 3))
    late = [*made]
    for at, (one, other) in enumerate(pairwise(made)):
        if other - one < 15 * 60_000:
            late[at : at + 2] = other, one
    assert played(late) == played(made)


@given(st.permutations([(day, second) for day in range(3) for second in (0, 86_399)]))
def test_in_whatever_order_no_day_is_given_twice(order: list[tuple[int, int]]) -> None:
    """Two claims of each of three days, recorded in any order: a day is given once, or, where two
    later ones stand already, not any more."""
    claimed: tuple[Claim, ...] = ()
    given: list[int] = []
    for day, second in order:
        made = START + day * DAY + second * 1000
        if days.place(claimed, Clock("UTC"), made) is None:
            continue
        after = days.claim(claimed, Clock("UTC"), made)
        if after is None:
            assert sum(each > day for each in given) == 2
            continue
        claimed = after
        given.append(day)
    assert len(given) == len({*given})


def test_a_claim_is_read_as_it_was_written() -> None:
    for each in (
        Claim(date(2026, 11, 28), START, 12, date(2026, 11, 20), START - 1),
        Claim(date(2028, 2, 29), START),
    ):
        assert Claim.read(each.written()) == each
