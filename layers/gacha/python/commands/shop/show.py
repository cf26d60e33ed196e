"""The counter at which shards are taken."""

from __future__ import annotations

from commands import counter
from commands.kit import Body
from commands.message import Content
from commands.shop.texts import say


def show(content: Content, lang: str, receipt_number: str) -> Body:
    return counter.show(content, say, lang, receipt_number)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    return counter.plain(content, say, lang, receipt_number, space)
