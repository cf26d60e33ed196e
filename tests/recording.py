"""Record and Void as the workflow has them: the states' own arguments, worked out of the
definition, go to the tables of a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters import aws
from tests.faults import asl, template
from tests.faults.world import plain_types


def record(interaction: Mapping[str, Any], decided: Mapping[str, Any]) -> bool:
    """Whether Record commits what Draw or Plan decided; if not, nothing was written and the
    workflow goes back to them."""
    data = {"decision": json.loads(json.dumps(decided)), "conflicts": 0}
    return _commits("Record", interaction, data)


def void(interaction: Mapping[str, Any]) -> bool:
    """Whether Void takes the interaction's place in the ledger; if not, the place is taken."""
    return _commits("Void", interaction, {})


def arguments(
    state: str, interaction: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any]:
    """What the state of the interaction's workflow hands to DynamoDB."""
    _, definition = template.machine(machine_of(interaction), "STANDARD")
    execution = {"Input": dict(interaction), "Name": interaction["interaction_id"]}
    worked_out: dict[str, Any] = asl.evaluated(
        definition.states[state]["Arguments"], execution, state, data
    )
    return worked_out


def machine_of(interaction: Mapping[str, Any]) -> str:
    return "pull" if interaction["command"] == "pull" else "change"


def _commits(state: str, interaction: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    return commits(**arguments(state, interaction, data))


def commits(**request: Any) -> bool:
    """Whether DynamoDB takes the transaction; if not, none of it is written. Raises
    NotImplementedError for a type of values that a workflow cannot write."""
    plain_types(request)
    try:
        aws.dynamodb().transact_write_items(**request)
    except aws.ServiceError as error:
        if error.code != "TransactionCanceledException":
            raise
        return False
    return True
