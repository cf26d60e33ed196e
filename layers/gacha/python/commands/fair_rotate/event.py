"""A closed epoch in the history."""

from __future__ import annotations

from typing import cast

from commands import events
from commands.events import Event, Row
from commands.fair_rotate.texts import say


class Rotated(Event):
    epoch: int


def event(row: Row) -> Rotated:
    return Rotated(**events.common(row), epoch=row["epoch"])


def line(of: Event, lang: str) -> str:
    return events.dated(of, say(lang, "line", epoch=cast(Rotated, of)["epoch"]))
