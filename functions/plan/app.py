"""Plan: what Draw is to a pull, for every other change of a player. Reads only."""

from __future__ import annotations

from typing import Any

from adapters import seeds, tables
from adapters.tracing import worker
from gacha import acting, player, snowflake
from gacha.player import Player


@worker("plan")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "planned" (with the transaction to write), "refused", "recorded" or "voided".

    `message` is what the player is to be shown if it stays at that; its `missed` names the events
    to be shown before it, whose own message did not arrive.
    """
    interaction = event["interaction"]
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    row = tables.load_event(user_id, snowflake.sort_key(interaction["interaction_id"]))
    if row is not None:
        outcome = "voided" if row["kind"] == "void" else "recorded"
        return {"outcome": outcome, "message": _message(row, user_id)}

    current = tables.without_seen(seeds.load_player(interaction))
    missed = player.missed(current, interaction["interaction_id"])
    if interaction["command"] == "fair rotate" and not current.nonce:
        message = {"kind": "text", "sentence": "nothing_to_reveal", "values": {}}
        return {"outcome": "refused", "message": {**message, **missed}}
    change = _change(interaction, current)
    return {
        "outcome": "planned",
        "event": dict(change.event),
        "message": {**_message(change.event, user_id), **missed},
        "transaction": tables.change_transaction(change, interaction["interaction_id"]),
    }


def _change(interaction: dict[str, Any], current: Player) -> acting.Change:
    if interaction["command"] == "fair seed":
        return acting.choose_seed(current, interaction["options"]["text"])
    return acting.rotate(
        current,
        interaction["interaction_id"],
        seeds.commitment(current.user_id, current.epoch + 1),
    )


def _message(event: Any, user_id: str) -> dict[str, Any]:
    """What to show of an event of the ledger. A revealed seed is never part of it: until the
    rotation is recorded its epoch is open, so only /gacha fair receipts reveals."""
    if event["kind"] == "seed":
        values = {"client_seed": event["client_seed"]}
        return {"kind": "text", "sentence": "seed_chosen", "values": values}
    if event["kind"] == "rotate":
        values = {
            "epoch": event["epoch"],
            "draws": event["draws"],
            "commitment": seeds.commitment(user_id, event["epoch"] + 1),
            "next": seeds.commitment(user_id, event["epoch"] + 2),
        }
        return {"kind": "text", "sentence": "rotated", "values": values}
    return {"kind": "text", "sentence": "unchanged", "values": {}}
