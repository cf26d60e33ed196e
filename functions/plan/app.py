"""Plan: what Draw is to a pull, for every other change of a player. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import inputs, seeds, tables
from adapters.tracing import worker
from gacha import acting, player, snowflake
from gacha.player import Player
from gacha.pulling import Refusal


@worker("plan")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "planned" (with the transaction to write), "refused", "abandoned" (see
    `inputs.is_abandoned`), "recorded" or "voided".

    `message` is what the player is to be shown if it stays at that; its `missed` names the events
    to be shown before it, whose own message did not arrive; with `marked` it tells of a void, whose
    mark goes when it arrives.
    """
    interaction = event["interaction"]
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    row = tables.load_event(user_id, snowflake.sort_key(interaction["interaction_id"]))
    if row is not None:
        if row["kind"] == "void":
            return {"outcome": "voided", "message": {**_text("unchanged"), "marked": True}}
        missed = {"missed": row["missed"]} if "missed" in row else {}
        return {"outcome": "recorded", "message": {**_message(row, user_id), **missed}}
    if inputs.is_abandoned(interaction):
        return {"outcome": "abandoned", "message": {"kind": "text", "sentence": "unchanged"}}

    current = tables.with_unseen(seeds.load_player(interaction))
    # A grant's message goes to the admin, who has not missed what the player has.
    is_own = interaction["command"] != "grant"
    missed = player.missed(current, interaction["interaction_id"]) if is_own else {}
    change = _change(interaction, current)
    if isinstance(change, Refusal):
        message = {"kind": "text", "sentence": change.sentence, "values": dict(change.values)}
        return {"outcome": "refused", "message": {**message, **missed}}
    recorded = {**change.event, "balance": change.after.balance}
    return {
        "outcome": "planned",
        "event": dict(change.event),
        "message": {**_message(recorded, user_id), **missed},
        "transaction": tables.change_transaction(change, interaction["interaction_id"]),
    }


def _change(interaction: dict[str, Any], current: Player) -> acting.Change | Refusal:
    interaction_id, options = interaction["interaction_id"], interaction["options"]
    match interaction["command"]:
        case "fair seed":
            return acting.choose_seed(current, options["text"])
        case "fair rotate":
            if not current.nonce:
                return Refusal("nothing_to_reveal", {})
            next_one = seeds.commitment(current.user_id, current.epoch + 1)
            return acting.rotate(current, interaction_id, next_one)
        case "grant":
            return _grant(interaction, current)
    raise ValueError(f"no such change: {interaction['command']}")


def _grant(interaction: dict[str, Any], current: Player) -> acting.Change | Refusal:
    """A grant that cites a pull cites one that this player made."""
    options = interaction["options"]
    note = {"reason": options["reason"]} if "reason" in options else {}
    if "receipt" in options:
        pull = options["receipt"].strip("` ")
        if not _has_pulled(current, pull):
            return Refusal("no_such_pull", {"user": interaction["user_id"], "pull": pull})
        note["compensates"] = pull
    return acting.grant(
        current, interaction["interaction_id"], options["amount"], options["admin"], note
    )


def _has_pulled(current: Player, receipt: str) -> bool:
    if not snowflake.is_snowflake(receipt):
        return False
    row = tables.load_event(current.user_id, snowflake.sort_key(receipt))
    return row is not None and row["kind"] == "pull"


def _message(event: Mapping[str, Any], user_id: str) -> dict[str, Any]:
    """What to show of an event of the ledger. A revealed seed is never part of it: until the
    rotation is recorded its epoch is open, so only /gacha fair receipts reveals."""
    match event["kind"]:
        case "seed":
            return _text("seed_chosen", client_seed=event["client_seed"])
        case "rotate":
            return _text(
                "rotated",
                epoch=event["epoch"],
                draws=event["draws"],
                commitment=seeds.commitment(user_id, event["epoch"] + 1),
                next=seeds.commitment(user_id, event["epoch"] + 2),
            )
        case "grant":
            user, amount, balance = user_id.split("@")[0], event["amount"], event["balance"]
            return _text("granted", user=user, amount=amount, balance=balance)
        case "pull":  # no interaction of Discord's comes to this
            return _text("stands")
    return _text("unchanged")


def _text(sentence: str, **values: object) -> dict[str, Any]:
    return {"kind": "text", "sentence": sentence, "values": values}
