"""A deletion that a player asked for, or undid, in the history."""

from __future__ import annotations

from typing import cast

from commands import events
from commands.events import Event, Row
from commands.privacy_delete.texts import say
from gacha import kinds


class Leaving(Event):
    """`until`: when it was to come, in Unix seconds."""

    until: int


def event(row: Row) -> Leaving:
    return Leaving(**events.common(row), until=row["until"] // 1000)


def line(of: Event, lang: str) -> str:
    until = cast(Leaving, of)["until"]
    stays = of["kind"] == kinds.STAY
    said = say(lang, "line_stay") if stays else say(lang, "line_leave", until=until)
    return events.dated(of, said)
