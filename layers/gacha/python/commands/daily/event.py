"""A claim in the history."""

from __future__ import annotations

from typing import cast

from commands import events
from commands.daily.texts import say
from commands.events import Event, Row


class Claimed(Event):
    """`day`: the server's day that it is of, such as "2026-11-28"; `streak` the days in a row."""

    day: str
    streak: int


def event(row: Row) -> Claimed:
    return Claimed(**events.common(row), day=row["day"], streak=row["streak"])


def line(of: Event, lang: str) -> str:
    claimed = cast(Claimed, of)
    day = say(lang, "line", day=claimed["day"], streak=claimed["streak"])
    return events.dated(of, f"{day} {events.amount(of, lang)}")
