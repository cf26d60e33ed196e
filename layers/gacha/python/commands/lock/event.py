"""A lock in the history."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.events import Event, Row
from commands.lock.texts import say
from commands.message import Names


class Locking(Event):
    """`locked`: 1 locked it, 0 unlocked it."""

    number: int
    name: Names
    locked: int


def event(row: Row) -> Locking:
    return Locking(
        **events.common(row), number=row["number"], name=row["name"], locked=row["locked"]
    )


def line(of: Event, lang: str) -> str:
    locking = cast(Locking, of)
    values = {"number": locking["number"], "name": kit.in_language(locking["name"], lang)}
    return events.dated(of, say(lang, "line_lock" if locking["locked"] else "line_open", **values))
