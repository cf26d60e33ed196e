"""In the server's log: who asked that all be erased, and who undid that."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.admin_reset.texts import say
from commands.events import Event, Row


class Asked(Event):
    """`did`: "asked" or "undone". `leaving` is when all is erased, in Unix milliseconds, or 0."""

    by: str
    did: str
    leaving: int


def event(row: Row) -> Asked:
    return Asked(**events.common(row), by=row["by"], did=row["did"], leaving=row["leaving"])


def logged(of: Event, _user: str, lang: str) -> str:
    asked = cast(Asked, of)
    key = "logged_asked" if asked["leaving"] else "logged_undone"
    said = say(lang, key, by=asked["by"], at=asked["leaving"] // 1000)
    return kit.cut(said, events.MOST_OF_AN_ENTRY)
