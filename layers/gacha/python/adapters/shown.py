"""An event of the ledger as messages show it: in the history, and when its own did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import banners, tables
from gacha import ledger


def lapsed(event: Mapping[str, Any]) -> dict[str, Any]:
    """The message of a command in whose place an epoch was closed and another opened: it has a
    mark, as what a player did not ask for."""
    return {
        "kind": "text",
        "sentence": "lapsed",
        "values": {
            "epoch": event["epoch"],
            "draws": event["draws"],
            "next_epoch": event["next_epoch"],
            "commitment": event["next_commitment"],
        },
        "marked": True,
    }


def event(row: tables.Row) -> dict[str, Any]:
    """What a message needs of a ledger row, cards by name in both languages."""
    shown = {
        "kind": row["kind"],
        "interaction_id": row.get("interaction_id"),
        "amount": row["amount"],
        "balance": row.get("balance"),
        **{
            name: row.get(name)
            for name in (
                "epoch",
                "next_epoch",
                "next_commitment",
                "command",
                "reason",
                "compensates",
                "granted_by",
            )
        },
        "unix_s": int(row["timestamp"] / 1000),
    }
    if row["kind"] not in ledger.KINDS:
        raise ledger.UnknownKindError(row["kind"])
    if row["kind"] == ledger.PULL:
        banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
        shown["banner"] = dict(banner.name)
        shown["cards"] = [banners.card(banner, card_id) for card_id in row["cards"]]
    return shown
