"""A page of the log, with the buttons that turn it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from commands import events, kit, registry
from commands.admin_log.texts import say
from commands.events import Event
from commands.kit import Body
from commands.message import Content, parsed


class Entry(TypedDict):
    """`user`: the player to whom it was done, or the server."""

    user: str
    event: Event


class Log(TypedDict):
    """`newer`, `older`: the ledger key from which the next page is counted; None without one."""

    kind: Literal["admin log"]
    entries: Sequence[Entry]
    newer: str | None
    older: str | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    log = parsed(Log, content)
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n\n".join(_entry(each, lang) for each in log["entries"])
        or say(lang, "empty"),
    }
    pages = {"newer": log["newer"], "older": log["older"]}
    buttons = [
        kit.button(say(lang, way), f"admin log:{way}:{key}") for way, key in pages.items() if key
    ]
    return kit.body(embeds=[embed], components=kit.rows(buttons))


def _entry(entry: Entry, lang: str) -> str:
    event = entry["event"]
    room = events.of(event["kind"]).room
    assert room is not None  # nobody does by hand what belongs to no command
    said = registry.logged(room).logged(event, entry["user"], lang)
    return events.dated(event, said)
