"""A chosen seed in the history."""

from __future__ import annotations

from commands import events
from commands.events import Event, Row
from commands.fair_seed.texts import say


def event(row: Row) -> Event:
    return events.common(row)


def line(of: Event, lang: str) -> str:
    return events.dated(of, say(lang, "line"))
