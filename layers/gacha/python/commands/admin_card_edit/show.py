"""What became of the draft."""

from __future__ import annotations

from commands import drafts_shown
from commands.admin_card_edit.texts import say
from commands.kit import Body
from commands.message import Content


def show(content: Content, lang: str, receipt_number: str) -> Body:
    return drafts_shown.show(content, lang, receipt_number, say)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    return drafts_shown.plain(content, lang, receipt_number, space, say)
