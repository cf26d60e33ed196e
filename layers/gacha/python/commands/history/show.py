"""A page of the history, with the buttons that turn it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from commands import events, kit
from commands.events import Event
from commands.history.texts import say
from commands.kit import Body
from commands.message import Content, parsed


class History(TypedDict):
    """`newer`, `older`: the ledger key from which the next page is counted; None without one."""

    kind: Literal["history"]
    rows: Sequence[Event]
    newer: str | None
    older: str | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    history = parsed(History, content)
    lines = "\n\n".join(events.line(row, lang) for row in history["rows"])
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": lines or say(lang, "empty"),
    }
    pages = {"newer": history["newer"], "older": history["older"]}
    buttons = [
        kit.button(say(lang, way), f"history:{way}:{key}") for way, key in pages.items() if key
    ]
    return kit.body(embeds=[embed], components=kit.rows(buttons))
