"""A page of the server's audit rows."""

from __future__ import annotations

from typing import Final

from adapters.tables import settings
from commands import events
from commands.admin_log.show import Entry, Log
from commands.asked import Asked

PAGE_SIZE: Final = 8


def answer(asked: Asked) -> Log:
    page = settings.audits(
        asked.guild,
        PAGE_SIZE,
        older=asked.text("older") if "older" in asked.options else None,
        newer=asked.text("newer") if "newer" in asked.options else None,
    )
    entries: list[Entry] = [
        {"user": row["user_id"].partition("@")[0], "event": events.event(row)} for row in page.rows
    ]
    keys = [row["key"] for row in page.rows]
    return {
        "kind": "admin log",
        "entries": entries,
        "newer": keys[0] if page.has_newer and keys else None,
        "older": keys[-1] if page.has_older and keys else None,
    }
