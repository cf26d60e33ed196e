"""A deletion that a player asked for, or undid, or the operator for them, in the history."""

from __future__ import annotations

from typing import NotRequired, cast

from commands import events
from commands.events import Event, Row
from commands.privacy_delete.texts import say
from gacha import kinds


class Leaving(Event):
    """`until`: when it was to come, in Unix seconds. `is_operators`: the operator did it."""

    until: int
    is_operators: NotRequired[bool]


def event(row: Row) -> Leaving:
    until = row["until"] // 1000
    return Leaving(**events.common(row), until=until, is_operators="by" in row)


def line(of: Event, lang: str) -> str:
    leaving = cast(Leaving, of)
    by_operator = leaving.get("is_operators")
    if of["kind"] == kinds.STAY:
        said = say(lang, "line_stay_operator" if by_operator else "line_stay")
    else:
        sentence = "line_leave_operator" if by_operator else "line_leave"
        said = say(lang, sentence, until=leaving["until"])
    return events.dated(of, said)
