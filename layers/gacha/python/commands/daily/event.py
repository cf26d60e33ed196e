"""A claim in the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, cast

from commands import events
from commands.daily.texts import say
from commands.events import Event, Row
from gacha import zones


class Claimed(Event):
    """`day`: the server's day that it is of, such as "2026-11-28"."""

    day: str


def begins(row: Mapping[str, Any]) -> tuple[tzinfo, int]:
    """The timezone and the hour at which the server's day began then. Rows of before a server could
    choose them say none: Japan's midnight."""
    return zones.zone(row.get("zone", "Asia/Tokyo")), row.get("hour", 0)


def event(row: Row) -> Claimed:
    return Claimed(**events.common(row), day=row["day"])


def line(of: Event, lang: str) -> str:
    day = say(lang, "line", day=cast(Claimed, of)["day"])
    return events.dated(of, f"{day} {events.amount(of, lang)}")
