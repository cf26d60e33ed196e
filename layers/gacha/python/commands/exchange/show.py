"""The counter at which points are taken."""

from __future__ import annotations

from commands import counter
from commands.exchange.texts import say
from commands.kit import Body
from commands.message import Content


def show(content: Content, lang: str, receipt_number: str) -> Body:
    return counter.show(content, say, lang, receipt_number)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    return counter.plain(content, say, lang, receipt_number, space)
