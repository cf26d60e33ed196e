"""A wish in the history."""

from __future__ import annotations

from typing import cast

from commands import events
from commands.events import Event, Row
from commands.sentences import literal
from commands.wishlist.texts import say


class Wished(Event):
    """`wished`: 1 began it, 0 ended it."""

    number: int
    name: str
    wished: int


def event(row: Row) -> Event:
    said = {"number": row["number"], "name": row["name"], "wished": row["wished"]}
    return cast(Event, {**events.common(row), **said})


def line(of: Event, lang: str) -> str:
    wish = cast(Wished, of)
    values = {"number": wish["number"], "name": literal(wish["name"])}
    return events.dated(of, say(lang, "line_add" if wish["wished"] else "line_drop", **values))
