"""A part of a closed epoch's receipts, as the file that verify.py reads.

The form is docs/receipt-format.md. Announce reads the receipts itself because a part of them
may be more than a workflow's state may hold (256 KB), banners included.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final, Literal, TypedDict

from adapters import banners
from adapters.tables import ledger
from commands.asked import Asked
from commands.events import Row
from commands.fair_receipts.show import Receipts
from commands.kit import Attachment
from commands.message import Content, Text, parsed, text
from gacha import pulling
from gacha.engine import BEGUN

MOST: Final = 100
"""Rows of the ledger that are read for a file. `scripts.cost` counts what they cost."""


class Wanted(TypedDict):
    """Receipts of an epoch between two ledger keys; `part` is 1, or the last file's next one."""

    kind: Literal["receipts"]
    player_key: str
    epoch: int
    commitment: str
    server_seed: str
    after: str
    before: str
    part: int


def attach(asked: Asked, content: Content) -> tuple[Receipts | Text, Attachment | None]:
    wanted = parsed(Wanted, content)
    bounds = (Decimal(wanted["after"]), Decimal(wanted["before"]))
    rows, following = ledger.pulls(
        wanted["player_key"], wanted["epoch"], *bounds, MOST, wanted["part"]
    )
    if not rows and following is None:
        # A restore can close an epoch from which nothing was drawn.
        sentence = "no_receipts" if wanted["part"] == 1 else "no_such_part"
        return text(sentence, epoch=wanted["epoch"], part=wanted["part"]), None
    receipts: Receipts = {
        "kind": "receipts",
        "epoch": wanted["epoch"],
        "pulls": len(rows),
        "next": following,
    }
    if not rows:  # a hundred rows can all be other events; then there is only where to go on
        return receipts, None
    name = f"receipts-{wanted['epoch']}-{wanted['part']}.json"
    return receipts, Attachment(name, _written(wanted, rows, asked.guild))


def _written(wanted: Wanted, rows: list[Row], guild_id: str) -> bytes:
    used = {(row["banner"], row["banner_hash"]) for row in rows}
    read = [pulling.parse(row["receipt"]) for row in rows]
    used |= {(each["banner"], each[BEGUN]) for each in read if BEGUN in each}
    epoch = {name: wanted[name] for name in ("epoch", "commitment", "server_seed")}
    head = {
        "format": "gacha-receipts-1",
        "user_id": wanted["player_key"],
        "epochs": [epoch],
        "banners": {hash_: banners.file_of(guild_id, id_, hash_) for id_, hash_ in sorted(used)},
    }
    receipts = [{"text": row["receipt"], "hash": pulling.hash_of(row["receipt"])} for row in rows]
    # One receipt to a line, so that a damaged one can be named.
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in receipts)
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{start},\n "receipts": [\n{lines}\n]}}\n'.encode()
