"""A card for shards in the history."""

from __future__ import annotations

from commands import purchases
from commands.events import Event, Row
from commands.shop.texts import say


def event(row: Row) -> Event:
    return purchases.event(row, "shards")


def line(of: Event, lang: str) -> str:
    return purchases.line(of, say, lang)
