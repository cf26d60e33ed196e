"""A report in the server's log, which does not say whose it is."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.events import Event, Row
from commands.message import Names
from commands.report.texts import say
from commands.sentences import literal


class Reported(Event):
    """`count`: by how many members, since an admin looked at it last. `hidden`: by this one."""

    name: Names
    number: int
    count: int
    hidden: bool
    reason: str


def event(row: Row) -> Reported:
    return Reported(
        **events.common(row),
        name=dict(row["name"]),
        number=row["number"],
        count=row["count"],
        hidden=bool(row["hidden"]),
        reason=row["reason"],
    )


def logged(of: Event, _user: str, lang: str) -> str:
    reported = cast(Reported, of)
    reason = reported["reason"]
    said = say(
        lang,
        "logged_hidden" if reported["hidden"] else "logged",
        name=kit.in_language(reported["name"], lang),
        number=reported["number"],
        count=reported["count"],
        reason=say(lang, "reason", reason=literal(reason)) if reason else "",
    )
    return kit.cut(said.strip(), events.MOST_OF_AN_ENTRY)
