"""A page of the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from adapters.tables import ledger
from commands import events
from commands.asked import Asked
from commands.history.show import History

PAGE_SIZE: Final = 10
"""Ledger rows to a page of the history."""


def answer(asked: Asked) -> History:
    page = ledger.page(
        asked.player_key,
        PAGE_SIZE,
        older=Decimal(asked.text("older")) if "older" in asked.options else None,
        newer=Decimal(asked.text("newer")) if "newer" in asked.options else None,
    )
    keys = [str(row["timestamp"]) for row in page.rows]
    return {
        "kind": "history",
        "rows": [events.event(row) for row in page.rows],
        "newer": keys[0] if page.has_newer and keys else None,
        "older": keys[-1] if page.has_older and keys else None,
    }
