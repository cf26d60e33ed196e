"""Record: the only writer of game data. Writes the transaction that Draw made, or a void; rolls
nothing. Written twice, the second time changes nothing and says what stands."""

from __future__ import annotations

from typing import Any

from adapters import tables
from adapters.tracing import worker
from gacha import player


@worker("record")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """With `transaction`: "recorded", "replayed", "voided" or "conflict" (see `tables.Written`).

    Without: take the interaction's place in the ledger, so that it can never be charged.
    "voided" if that place was free, or void already; "stands" if a pull is there.
    """
    if "transaction" in event:
        written = tables.write(event["transaction"])
        return {"outcome": written.outcome, "row": _shown(written.row)}
    interaction = event["interaction"]
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    written = tables.write(
        tables.void_transaction(
            user_id,
            interaction["guild_id"],
            interaction["interaction_id"],
            interaction["command"],
        )
    )
    outcome = "stands" if written.outcome == "replayed" else "voided"
    return {"outcome": outcome, "row": _shown(written.row)}


def _shown(row: tables.Row | None) -> dict[str, Any] | None:
    """The row as JSON has it: its key as text, since a JSON number would lose digits."""
    return None if row is None else {**row, "timestamp": str(row["timestamp"])}
