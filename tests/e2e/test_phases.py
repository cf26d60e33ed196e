"""The template deployed for each phase of the roadmap, and a pull in it.

The local cloud leaves out what it does not know: scaling, backups, the budget. Those are held by
tests/unit/test_template.py.
"""

from __future__ import annotations

import pytest

from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.players import Player, World
from tests.cloudformation import LOCAL_ACCOUNT, PHASES, Resolved


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_deploys_and_pulls(phase: str) -> None:
    signer = Signer.development()
    planned = Resolved(account=LOCAL_ACCOUNT, Phase=phase)
    with LocalCloud(free_port(), signer, parameters={"Phase": phase}, say=print) as stack:
        player = Player(World(stack, signer, Standin(stack.standin_url)), snowflake())
        player.pull(10)
        assert player.state["balance"] == 3200 - 1600

        table = stack.client("dynamodb").describe_table(TableName="discord_users")["Table"]
        mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        assert mode == planned.properties("UsersTable")["BillingMode"]
        machine = stack.client("stepfunctions").describe_state_machine(
            stateMachineArn=stack.outputs["PullStateMachineArn"]
        )
        assert machine["type"] == planned.properties("PullStateMachine")["StateMachineType"]
