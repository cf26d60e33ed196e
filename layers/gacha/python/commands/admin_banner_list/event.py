"""What an admin did with a banner, in the server's log."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.admin_banner_list.texts import LOGGED
from commands.events import Event, Row
from commands.message import Names
from commands.sentences import filled, word


class Managed(Event):
    """`did`: a key of `texts.LOGGED`."""

    by: str
    did: str
    name: Names


def event(row: Row) -> Managed:
    return Managed(**events.common(row), by=row["by"], did=row["did"], name=dict(row["name"]))


def logged(of: Event, _user: str, lang: str) -> str:
    managed = cast(Managed, of)
    name = kit.in_language(managed["name"], lang)
    said = filled(word(LOGGED[managed["did"]], lang), lang, {"by": managed["by"], "name": name})
    return kit.cut(said, events.MOST_OF_AN_ENTRY)
