"""What the workflow asks of DynamoDB by itself: every transaction, as Step Functions has to name it
and as AWS's model of DynamoDB takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from botocore.validate import ParamValidator

from adapters import seeds
from adapters.tables import items, transactions
from commands.asked import Asked
from gacha import kinds
from tests.faults.world import plain_types
from tests.recording import arguments
from tests.transactions import COMMANDS, decisions_of, empty

TYPES: Final = {"S", "N", "L", "M"}
"""Step Functions' calls name the other types as Java does (`Bool`, `Ss`), and no emulator shows it.
"""


def typed(transaction: list[Any]) -> Iterator[dict[str, Any]]:
    """Every attribute value of a transaction, at every depth."""
    for each in transaction:
        [(_, action)] = each.items()
        for part in ("Item", "Key", "ExpressionAttributeValues"):
            for value in action.get(part, {}).values():
                yield from within(value)


def within(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield value
    [(kind, content)] = value.items()
    for each in content.values() if kind == "M" else content if kind == "L" else ():
        yield from within(each)


OF_EPOCH: Final = {
    *("epoch", "commitment", "client_seed", "nonce", "last_receipt", "rotated", "seeded", "states")
}
"""What a player's row holds of the epoch that is open."""


def touches_epoch(tables: Any, decided: dict[str, Any]) -> bool:
    """Whether a transaction changes something of an epoch, of a player who is stored."""
    for each in decided["transaction"]:
        put = each.get("Put", {})
        if put.get("TableName") == "discord_users":
            key = {"user_id": put["Item"]["user_id"]}
            row = tables.get_item(TableName="discord_users", Key=key).get("Item")
            return row is not None and of_epoch(row) != of_epoch(put["Item"])
    return False


def of_epoch(row: dict[str, Any]) -> dict[str, Any]:
    """Points of a state are no part of it: no draw depends on them."""
    states = {
        key: {name: each for name, each in state["M"].items() if name != "points"}
        for key, state in row["states"]["M"].items()
    }
    return {**{name: row[name] for name in OF_EPOCH}, "states": states}


def valid(operation: str, asked: dict[str, Any]) -> str:
    """What AWS's model of DynamoDB has against a request; empty if nothing."""
    model = boto3.client("dynamodb").meta.service_model.operation_model(operation)
    assert model.input_shape is not None
    return str(ParamValidator().validate(asked, model.input_shape).generate_report())


@pytest.fixture(autouse=True)
def secrets() -> None:
    seeds.secret.cache_clear()


@pytest.mark.parametrize(("command", "options"), COMMANDS)
def test_every_transaction_holds_text_numbers_lists_and_maps_only(
    tables: Any, command: str, options: dict[str, Any]
) -> None:
    outcomes, touches = set(), False
    for interaction, decided in decisions_of(command, options):
        outcomes.add(decided["outcome"])
        touches |= touches_epoch(tables, decided)
        for state, data in (("Record", {"decision": decided}), ("Void", {})):
            asked = arguments(state, interaction, data)
            kinds = {kind for value in typed(asked["TransactItems"]) for kind in value}
            assert kinds <= TYPES, (state, decided["outcome"])
            plain_types(asked)  # the fault suite refuses others, too
    if command in SHOWS:  # nothing was drafted here: it shows, and records nothing
        assert {"voided", "abandoned"} <= outcomes and outcomes & {"shown", "asked"}
        return
    assert {"voided", "recorded", "abandoned"} <= outcomes
    assert outcomes & {"drawn", "planned"}
    if touches:  # what does not, counts whatever became of the epoch
        assert {"overtaken", "lapsed"} <= outcomes


@pytest.mark.long
def test_every_kind_of_event_is_among_them(tables: Any) -> None:
    written = set()
    for command, options in COMMANDS:
        empty(tables)
        for interaction, decided in decisions_of(command, options):
            for state, data in (("Record", {"decision": decided}), ("Void", {})):
                for each in arguments(state, interaction, data)["TransactItems"]:
                    item = each.get("Put", {}).get("Item", {})
                    # A box that the server shares has rows of its own there, which are no events.
                    written |= {item["kind"]["S"]} if {"timestamp", "kind"} <= {*item} else set()
    assert written == set(kinds.KINDS) - OF_FILES - OF_BUTTONS


SHOWS: Final = {"admin banner list", "admin card picture", "admin reset"}
OF_BUTTONS: Final = {kinds.STAY, kinds.RESET}
"""What only a press below an answer records."""
OF_FILES: Final = {
    *("banner", "card", "cards", "draft", "export", "paste", "picture", "report", "upload"),
}
"""Kinds of which the workshop has made files before: their rooms' own tests record them, and
`tests.recording` refuses a transaction of other types."""


@pytest.mark.parametrize(("command", "options"), COMMANDS)
def test_aws_knows_every_field_that_the_workflow_names(
    tables: Any, command: str, options: dict[str, Any]
) -> None:
    for interaction, decided in decisions_of(command, options):
        for state, data in (("Record", {"decision": decided}), ("Void", {})):
            assert valid("TransactWriteItems", arguments(state, interaction, data)) == ""
        assert valid("GetItem", arguments("Look", interaction, {})) == ""


def test_a_field_that_aws_does_not_know_would_be_noticed(tables: Any) -> None:
    [(interaction, decided), *_] = decisions_of(*COMMANDS[0])
    asked = arguments("Record", interaction, {"decision": decided})
    assert "Unknown parameter" in valid("TransactWriteItems", asked | {"transactItems": []})
    text = json.dumps(asked).replace('"TableName"', '"tableName"')
    assert "TableName" in valid("TransactWriteItems", json.loads(text))


@pytest.mark.parametrize("value", [True, None, b"x", {"a"}, 1.5])
def test_a_value_of_another_type_is_no_value(value: Any) -> None:
    with pytest.raises(TypeError, match="is no type that a workflow writes"):
        items.to_item({"a": value})


def test_void_writes_what_draw_and_plan_void_with(tables: Any) -> None:
    """The definition has its own words for the row: it must be the same as `void_transaction`."""
    for command, options in COMMANDS:
        for interaction, _ in decisions_of(command, options):
            [ours] = transactions.of_void(Asked.read(interaction))
            [theirs] = arguments("Void", interaction, {})["TransactItems"]
            assert theirs["Put"]["Item"] == ours["Put"]["Item"]
            assert theirs["Put"]["ConditionExpression"] == ours["Put"]["ConditionExpression"]
            assert theirs["Put"]["TableName"] == ours["Put"]["TableName"]
            break
