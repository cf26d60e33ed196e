"""A result that was shown to all, in the history."""

from __future__ import annotations

from typing import cast

from commands import events
from commands.events import Event, Row
from commands.post.texts import say


class Posted(Event):
    """`pull`: the receipt number of what was shown."""

    pull: str


def event(row: Row) -> Posted:
    return Posted(**events.common(row), pull=row["pull"])


def line(of: Event, lang: str) -> str:
    return events.dated(of, say(lang, "line", pull=cast(Posted, of)["pull"]))
