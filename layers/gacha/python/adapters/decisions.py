"""What Draw and Plan decide, in the form that the workflow takes: `outcome` for the operator,
`message` for the player, `transaction` for Record, `figures` for the log once it is told.

There is always a transaction. Where there is nothing to write it checks that this still holds, so
that Record goes the same way, and finds out what another execution did meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from adapters import figures, tables
from gacha import ledger, player

Interaction = Mapping[str, Any]
Message = Mapping[str, Any]
Decision = dict[str, Any]


def change(
    outcome: str, message: Message, transaction: Sequence[tables.Item], moved: figures.Fields
) -> Decision:
    """Something to record."""
    return _decision(outcome, message, transaction, moved)


def found(row: tables.Row, message: Message) -> Decision:
    """The ledger has this interaction already; `message` shows what stands there. Only a pull can
    still be counted: it bears a mark until its message arrived."""
    check = tables.check_transaction(row["user_id"], row["interaction_id"], recorded=True)
    if row["kind"] == ledger.VOID:
        return _decision("voided", {**message, "marked": True}, check, {})
    opening = row["balance"] - row["amount"] if row["version"] == 1 else 0
    counted = figures.moved(row, opening) if row["kind"] == ledger.PULL else {}
    return _decision("recorded", message, check, counted)


def refusal(outcome: str, interaction: Interaction, message: Message) -> Decision:
    """Nothing is to be recorded, and `message` says why. An Express workflow has no memory of
    names, so that the same interaction delivered again could succeed: there a void takes its place.
    """
    if os.environ["WORKFLOW_TYPE"] == "EXPRESS":
        return void(outcome, interaction, message)
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    check = tables.check_transaction(user_id, interaction["interaction_id"], recorded=False)
    return _decision(outcome, message, check, {})


def void(outcome: str, interaction: Interaction, message: Message) -> Decision:
    """Nothing may come of this interaction any more: a void takes its place, and `message` says
    so; it bears a mark until it arrives."""
    return _decision(outcome, {**message, "marked": True}, tables.void_transaction(interaction), {})


def _decision(
    outcome: str,
    message: Message,
    transaction: Sequence[tables.Item],
    moved: figures.Fields,
) -> Decision:
    return {
        "outcome": outcome,
        "message": dict(message),
        "transaction": list(transaction),
        "figures": moved,
    }
