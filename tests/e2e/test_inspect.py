"""scripts.inspect over a running stack: what it shows of a pull, and what it never shows."""

import pytest

from local.client import snowflake
from local.players import GUILD, Player, World
from scripts import interaction
from scripts.stack import Deployment


def test_a_pull_is_shown_step_by_step(
    world: World, deployment: Deployment, player: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = player.pull(10)
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    found = interaction.find(deployment, sent.id)
    [execution] = found.executions
    assert execution.status == "SUCCEEDED"
    assert execution.milliseconds is not None
    entered = [step.name for step in execution.steps]
    assert [name for name in entered if name in ("Draw", "Record", "Announce")] == [
        "Draw",
        "Record",
        "Announce",
    ]
    assert all(step.given for step in execution.steps)
    assert all(step.milliseconds is not None for step in execution.steps[:-1])
    assert found.row is not None and found.row["interaction_id"] == sent.id
    assert found.player is not None and found.player["user_id"] == player.key

    interaction.show(deployment, sent.id, found, full=True)
    shown = capsys.readouterr().out
    assert sent.token not in shown
    assert "<hidden>" in shown
    assert "balance 1600" in shown
    for name in entered:
        assert name in shown


def test_a_refused_pull_has_an_execution_and_no_row(
    world: World, deployment: Deployment, player: Player
) -> None:
    for _ in range(2):
        player.pull(10)
    refused = player.use("pull", count=10)
    world.record(refused)
    assert world.execution(refused, wait=60) == "SUCCEEDED"
    found = interaction.find(deployment, refused.id)
    assert found.executions and found.row is None
    # Record only checked that nothing of it was recorded meanwhile.
    steps = [step.name for step in found.executions[0].steps]
    assert steps == ["Draw", "Record", "Announce"]


def test_a_row_is_found_by_its_server_without_an_execution(
    world: World, deployment: Deployment, player: Player
) -> None:
    sent = player.pull(1)
    row = interaction._row(deployment, sent.id, GUILD, [])
    assert row is not None and row["user_id"] == player.key
    assert interaction._row(deployment, sent.id, None, []) is None


def test_nothing_is_known_of_a_number_that_never_was(deployment: Deployment) -> None:
    found = interaction.find(deployment, snowflake(), GUILD)
    assert not found
