"""An event of the ledger as messages show it: in the history, and when its own did not arrive."""

from __future__ import annotations

from typing import Any

from adapters import banners, tables


def event(row: tables.Row) -> dict[str, Any]:
    """What a message needs of a ledger row, cards by name in both languages."""
    shown = {
        "kind": row["kind"],
        "interaction_id": row.get("interaction_id"),
        "amount": row["amount"],
        "balance": row.get("balance"),
        **{
            name: row.get(name)
            for name in ("epoch", "command", "reason", "compensates", "granted_by")
        },
        "unix_s": int(row["timestamp"] / 1000),
    }
    if row["kind"] == "pull":
        banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
        shown["banner"] = dict(banner.name)
        shown["cards"] = [banners.card(banner, card_id) for card_id in row["cards"]]
    return shown
