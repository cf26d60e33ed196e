"""Writes a part of a closed epoch's receipts as the file that verify.py reads.

The form is docs/receipt-format.md. Announce reads the receipts itself because a part of them
may be more than a workflow's state may hold (256 KB), banners included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from adapters import banners, tables

MOST: Final = 100
"""Rows of the ledger that are read for a file. `scripts.cost` counts what they cost."""


def attach(message: Mapping[str, Any], guild_id: str) -> tuple[dict[str, Any], bytes | None]:
    """The message to render for a message of kind "receipts", and the file that goes with it."""
    after, before = max(Decimal(message["after"]), message["part"]), Decimal(message["before"])
    rows, following = tables.pulls(message["user_id"], message["epoch"], after, before, MOST)
    if not rows and following is None:
        # A restore can close an epoch from which nothing was drawn.
        sentence = "no_receipts" if message["part"] == 1 else "no_such_part"
        values = {"epoch": message["epoch"], "part": message["part"]}
        return {"kind": "text", "sentence": sentence, "values": values}, None
    shown = {**message, "pulls": len(rows), "next": following}
    # A hundred rows can all be other events; then there is only where to go on.
    return shown, _file(message, rows, guild_id) if rows else None


def _file(message: Mapping[str, Any], rows: list[tables.Row], guild_id: str) -> bytes:
    used = sorted({(row["banner"], row["banner_hash"]) for row in rows})
    head = {
        "format": "gacha-receipts-1",
        "user_id": message["user_id"],
        "epochs": [{key: message[key] for key in ("epoch", "commitment", "server_seed")}],
        "banners": {hash_: banners.file_of(guild_id, id_, hash_) for id_, hash_ in used},
    }
    receipts = [{"text": row["receipt"], "hash": row["receipt_hash"]} for row in rows]
    # One receipt to a line, so that a damaged one can be named.
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in receipts)
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{start},\n "receipts": [\n{lines}\n]}}\n'.encode()
