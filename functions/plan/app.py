"""Plan decides grants, seed changes and rotations, as Draw decides pulls. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import decisions, figures, inputs, seeds, shown, tables
from adapters.tracing import worker
from gacha import acting, ledger, player, snowflake
from gacha.player import Player
from gacha.pulling import Refusal


@worker("plan")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "planned", "lapsed" (what is written closes the player's epoch instead of what
    was asked for), "refused", "overtaken" (see `acting.is_overtaken`), "abandoned" (see
    `inputs.is_abandoned`), "recorded" or "voided".

    `transaction` is what Record is to write, or to check where there is nothing to write.

    `message` is what the player is shown, unless Record finds otherwise. Its `missed` names earlier
    events whose own message did not arrive; they are shown first. `marked` says that the event, a
    void or a lapse, carries a mark until the message arrives.
    """
    interaction = event["interaction"]
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    row = tables.load_event(user_id, snowflake.sort_key(interaction["interaction_id"]))
    if row is not None:
        if row["kind"] == ledger.VOID:
            return decisions.found(row, _text("unchanged"))
        missed = {"missed": row["missed"]} if "missed" in row else {}
        return decisions.found(row, {**_message(row, user_id), **missed})
    if inputs.is_abandoned(interaction):
        return decisions.void("abandoned", interaction, _text("unchanged"))

    current = tables.with_unseen(seeds.load_player(interaction))
    # A grant's message goes to the admin, who has not missed what the player has.
    is_own = interaction["command"] != "grant"
    missed = player.missed(current, interaction["interaction_id"]) if is_own else {}
    change = _change(interaction, current)
    if change is None:
        return decisions.void("overtaken", interaction, {**_text("overtaken_change"), **missed})
    if isinstance(change, Refusal):
        message = {"kind": "text", "sentence": change.sentence, "values": dict(change.values)}
        return decisions.refusal("refused", interaction, {**message, **missed})
    recorded = {**change.event, "balance": change.after.balance}
    return {
        "event": dict(change.event),
        **decisions.change(
            "lapsed" if change.event["kind"] == ledger.LAPSE else "planned",
            {**_message(recorded, user_id), **missed},
            tables.change_transaction(change, interaction["interaction_id"]),
            figures.moved(change.event, 0 if current.version else current.balance),
        ),
    }


def _change(interaction: dict[str, Any], current: Player) -> acting.Change | Refusal | None:
    """None where what was made later was recorded first, and rules this out."""
    interaction_id, options = interaction["interaction_id"], interaction["options"]
    if interaction["command"] == "grant":  # touches no seed, whatever became of the epoch
        return _grant(interaction, current)
    if acting.is_overtaken(current, interaction_id):
        return None
    if lapse := seeds.lapse(current, interaction_id):
        return lapse
    match interaction["command"]:
        case "fair seed":
            return acting.choose_seed(current, interaction_id, options["text"])
        case "fair rotate":
            if not current.nonce:
                return Refusal("nothing_to_reveal", {})
            next_one = seeds.commitment(current.user_id, current.epoch + 1)
            return acting.rotate(current, interaction_id, next_one)
    raise ValueError(f"no such change: {interaction['command']}")


def _grant(interaction: dict[str, Any], current: Player) -> acting.Change | Refusal:
    """A grant that cites a pull cites one that this player made."""
    options = interaction["options"]
    note = {"reason": options["reason"]} if "reason" in options else {}
    if "receipt" in options:
        pull = snowflake.read_receipt(options["receipt"])
        if pull is None:
            return Refusal("no_receipt", {})
        if not _has_pulled(current, pull):
            return Refusal("no_such_pull", {"user": interaction["user_id"], "pull": pull})
        note["compensates"] = pull
    return acting.grant(
        current, interaction["interaction_id"], options["amount"], options["admin"], note
    )


def _has_pulled(current: Player, receipt: str) -> bool:
    row = tables.load_event(current.user_id, snowflake.sort_key(receipt))
    return row is not None and row["kind"] == ledger.PULL


def _message(event: Mapping[str, Any], user_id: str) -> dict[str, Any]:
    """What to show of an event of the ledger. A revealed seed is never part of it: until the
    rotation is recorded its epoch is open, so only /gacha fair receipts reveals."""
    match event["kind"]:
        case ledger.SEED:
            return _text("seed_chosen", client_seed=event["client_seed"])
        case ledger.ROTATE:
            return _text(
                "rotated",
                epoch=event["epoch"],
                draws=event["draws"],
                commitment=seeds.commitment(user_id, event["epoch"] + 1),
                next=seeds.commitment(user_id, event["epoch"] + 2),
            )
        case ledger.LAPSE:
            return shown.lapsed(event)
        case ledger.GRANT:
            user, amount, balance = user_id.split("@")[0], event["amount"], event["balance"]
            return _text("granted", user=user, amount=amount, balance=balance)
        case ledger.PULL:  # no interaction of Discord's comes to this
            return _text("stands")
    raise ledger.UnknownKindError(event["kind"])


def _text(sentence: str, **values: object) -> dict[str, Any]:
    return {"kind": "text", "sentence": sentence, "values": values}
