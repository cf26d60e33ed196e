"""The ledger's row of a receipt number, if there is one."""

from __future__ import annotations

from adapters.tables import ledger, players
from commands import events
from commands.admin_receipt.show import Found
from commands.asked import Asked
from commands.message import Content, text
from gacha import snowflake


def answer(asked: Asked) -> Content:
    number = snowflake.read_receipt_number(asked.text("number"))
    if number is None:
        return text("no_receipt_number")
    row = ledger.load(asked.player_key, snowflake.sort_key(number))
    if row is None:
        made_s = snowflake.created_ms(number) // 1000
        about: dict[str, str | int] = {"user": asked.user_id, "number": number, "made": made_s}
        lost = players.lost()
        if lost is not None and lost.has(made_s):
            return text("lost", **about, restored=lost.begins, again=lost.ends)
        return text("unknown", **about)
    found: Found = {
        "kind": "admin receipt",
        "user": asked.user_id,
        "event": events.event(row),
        "charged": row["amount"],
        "delivered": "undelivered" not in row,
        "balance": row.get("balance"),
    }
    return found
