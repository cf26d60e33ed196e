"""What an admin decided about a picture, in the server's log."""

from __future__ import annotations

from typing import Final, cast

from commands import events, kit
from commands.admin_card_picture.texts import say
from commands.events import Event, Row
from commands.message import Names


class Decided(Event):
    """`did`: "removed", "shown" or "erased" (all that the server had, by the operator)."""

    by: str
    did: str
    name: Names
    number: int


_LOGGED: Final = {
    "removed": "logged_removed",
    "shown": "logged_shown",
    "erased": "logged_erased",
}


def event(row: Row) -> Decided:
    return Decided(
        **events.common(row),
        by=row["by"],
        did=row["did"],
        name=dict(row["name"]),
        number=row["number"],
    )


def logged(of: Event, _user: str, lang: str) -> str:
    decided = cast(Decided, of)
    said = say(
        lang,
        _LOGGED[decided["did"]],
        by=decided["by"],
        name=kit.in_language(decided["name"], lang) if decided["name"] else "",
        number=decided["number"],
    )
    return kit.cut(said, events.MOST_OF_AN_ENTRY)
