"""Which receipts to attach, and the seed that their epoch's end allows to reveal."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from adapters import seeds
from adapters.tables import ledger
from commands.asked import Asked
from commands.fair_receipts.file import Wanted
from commands.message import Text, text

MOST_EPOCHS: Final = 50
"""How many closed epochs back receipts are found, since each is a read that somebody pays for."""

LONGEST_RACE_MS: Final = 3_600_000
"""How much later than the event that closed an epoch a pull can have been made that was recorded
before it: an input counts for a quarter of an hour, and an execution lives half an hour."""


def answer(asked: Asked) -> Wanted | Text:
    current = seeds.load_player(asked)
    wanted = asked.options.get("epoch")
    # Each event that closed an epoch names the one before it; most players ask for the last.
    closed = current.rotated
    for _ in range(MOST_EPOCHS):
        if not closed:
            return text("no_closed_epoch")
        closing = ledger.event_at(current.key, closed)
        if wanted in (None, closing["epoch"]):
            break
        closed = closing["began"]
    else:
        return text("no_closed_epoch")
    epoch = closing["epoch"]
    return {
        "kind": "receipts",
        "player_key": current.key,
        "epoch": epoch,
        "commitment": seeds.commitment(current.key, epoch),
        "server_seed": seeds.server_seed(current.key, epoch).hex(),
        "after": closing["began"] or "0",
        "before": str(Decimal(closed) + LONGEST_RACE_MS),
        "part": asked.number("part"),
    }
