"""The template deployed for each phase of the roadmap, and a pull in it.

The local cloud leaves out what it does not know: scaling, backups, the budget. Those are held by
tests/unit/test_template.py. `growth` is the cloud that all tests share, `large` that of
test_express.py, whose workflows are Express.
"""

from __future__ import annotations

import pytest

from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, Stack, free_port
from local.players import Player, World
from tests.cloudformation import LOCAL_ACCOUNT, PHASES, Resolved
from tests.judge import Judge
from tests.players import JudgedWorld


@pytest.mark.parametrize("phase", ["initial", "expansion"])
def test_a_phase_deploys_and_pulls(phase: str, judge: Judge) -> None:
    signer = Signer.development()
    of = {"Phase": phase}
    with LocalCloud(free_port(), signer, parameters=of, judge=judge.ask, say=print) as stack:
        assert_planned(stack, Phase=phase)
        assert_pulls(JudgedWorld(stack, signer, Standin(stack.standin_url), judge=judge))


def test_the_default_phase_is_what_it_says(world: World) -> None:
    assert PHASES[1] == "growth"
    assert_planned(world.stack, Phase=PHASES[1])
    assert_pulls(world)


def assert_planned(stack: Stack, **parameters: str) -> None:
    """The stack has the capacity mode and the kind of workflow that the template plans."""
    planned = Resolved(account=LOCAL_ACCOUNT, **parameters)
    table = stack.client("dynamodb").describe_table(TableName="discord_users")["Table"]
    mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    assert mode == planned.properties("UsersTable")["BillingMode"]
    machine = stack.client("stepfunctions").describe_state_machine(
        stateMachineArn=stack.outputs["PullStateMachineArn"]
    )
    assert machine["type"] == planned.properties("PullStateMachine")["StateMachineType"]


def assert_pulls(world: World) -> None:
    player = Player(world, snowflake())
    player.pull(10)
    assert player.state["balance"] == 3200 - 1600
