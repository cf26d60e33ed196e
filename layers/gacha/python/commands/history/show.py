"""A page of the history, with the buttons that turn it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from commands import events, kit
from commands.events import Event
from commands.history.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed


class Named(TypedDict, total=False):
    banner: Names
    rarity: Names


class Filtered(Named):
    """Of which banner and rarity the pulls are; `state` is both as a custom id carries them."""

    state: str


class Some(TypedDict, total=False):
    filter: Filtered


class History(Some):
    """`newer`, `older`: the ledger key from which the next page is counted; None without one."""

    kind: Literal["history"]
    rows: Sequence[Event]
    newer: str | None
    older: str | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    history = parsed(History, content)
    lines = "\n\n".join(events.line(row, lang) for row in history["rows"])
    only = history.get("filter", Filtered(state=""))
    named = [kit.in_language(only[each], lang) for each in ("banner", "rarity") if each in only]
    nothing = "empty" if not only["state"] else "none_older" if history["older"] else "none"
    embed = {
        "title": " · ".join([say(lang, "title"), *named]),
        "color": kit.INFO_COLOUR,
        "description": lines or say(lang, nothing),
    }
    pages = {"newer": history["newer"], "older": history["older"]}
    buttons = [
        kit.button(say(lang, way), f"history:{way}:{key}{only['state']}")
        for way, key in pages.items()
        if key
    ]
    return kit.body(embeds=[embed], components=kit.rows(buttons))
