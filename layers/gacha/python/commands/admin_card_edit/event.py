"""A change of a draft in the server's log."""

from __future__ import annotations

from commands import drafts_shown
from commands.admin_card_edit.texts import say
from commands.drafts_shown import Edited
from commands.events import Event, Row


def event(row: Row) -> Edited:
    return drafts_shown.event(row)


def logged(of: Event, _user: str, lang: str) -> str:
    return drafts_shown.logged(of, lang, say)
