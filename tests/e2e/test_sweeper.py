"""What becomes of pulls whose execution died, and of executions that are started again."""

import json
import time
from typing import Any

from gacha.snowflake import key_text
from local.client import snowflake
from local.players import Player, Sent, World


def executions(world: World, base: str, *, ended: int) -> dict[str, str]:
    """Status by name of the executions for an interaction, once so many ended."""
    deadline = time.monotonic() + 60
    while True:
        found = {name: status for name, status in world.executions().items() if base in name}
        if sum(status != "RUNNING" for status in found.values()) >= ended:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def arn(world: World, name: str) -> str:
    machine = world.stack.outputs["PullStateMachineArn"]
    return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"


def start(world: World, name: str, interaction: dict[str, Any]) -> None:
    world.stack.client("stepfunctions").start_execution(
        stateMachineArn=world.stack.outputs["PullStateMachineArn"],
        name=name,
        input=json.dumps(interaction),
    )


def input_of(world: World, sent: Sent) -> dict[str, Any]:
    """The execution's input; its token opens for Announce alone."""
    found = world.stack.client("stepfunctions").describe_execution(executionArn=arn(world, sent.id))
    interaction: dict[str, Any] = json.loads(found["input"])
    return interaction


def round_of_the_sweeper(world: World) -> dict[str, int]:
    functions = world.stack.client("lambda")
    [name] = [
        each["FunctionName"]
        for each in functions.list_functions(MaxItems=50)["Functions"]
        if "Sweeper" in each["FunctionName"]
    ]
    event = json.dumps({"source": "aws.events"})
    answer = functions.invoke(FunctionName=name, Payload=event)
    counts: dict[str, int] = json.load(answer["Payload"])
    return counts


def test_an_execution_that_failed_is_swept_and_its_interaction_ends_as_a_void(
    world: World, player: Player
) -> None:
    template = input_of(world, player.pull(1))
    interaction_id = snowflake()
    of_its_own = {"interaction_id": interaction_id, "ledger_key": key_text(interaction_id)}
    broken = {**template, **of_its_own, "options": {"count": "none"}}
    start(world, interaction_id, broken)
    found = executions(world, interaction_id, ended=2)
    assert found == {interaction_id: "FAILED", f"{interaction_id}-sweep-1": "SUCCEEDED"}
    assert [row["kind"] for row in player.ledger] == ["pull", "void"]
    assert player.state["balance"] == 3200 - 160


def test_an_aborted_execution_ends_as_one_thing_or_the_other(world: World, player: Player) -> None:
    """ministack goes on with an execution that it aborted, as a slow Lambda would: the sweep and
    the pull race for one key."""
    sent = player.use("pull", count=1)
    client = world.stack.client("stepfunctions")
    client.stop_execution(executionArn=arn(world, sent.id))
    assert executions(world, sent.id, ended=2)[f"{sent.id}-sweep-1"] == "SUCCEEDED"
    time.sleep(2)  # for what still goes on
    [row] = player.ledger
    paid = 160 if row["kind"] == "pull" else 0
    balances = [row["balance"] for row in world.rows("UsersTable", player.key)]
    assert balances in ([3200 - paid], [] if row["kind"] == "void" else [3200 - paid])
    assert sent.id in world.message(sent)


def test_a_pull_whose_message_was_lost_is_shown_by_the_next_round(
    world: World, player: Player
) -> None:
    interaction = player.command("pull", count=1) | {"id": snowflake(time.time() - 120)}
    world.standin.script(interaction["token"], {"do": "unknown_message", "times": 1})
    sent = world.send(interaction)
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    assert world.standin.read(sent.token)["message"] is None
    round_of_the_sweeper(world)
    assert sent.id in world.message(sent)
    assert executions(world, sent.id, ended=2)[f"{sent.id}-sweep-1"] == "SUCCEEDED"
    [row] = player.ledger
    assert "undelivered" not in row
    assert player.state["balance"] == 3200 - 160


def test_a_new_execution_with_an_old_input_charges_nothing(world: World, player: Player) -> None:
    sent = player.pull(10)
    world.execution(sent, wait=60)
    message, state = world.message(sent), player.state
    for number in (2, 3):
        start(world, f"{sent.id}-{number}", input_of(world, sent))
    found = executions(world, sent.id, ended=3)
    assert set(found.values()) == {"SUCCEEDED"}
    assert len(player.ledger) == 1
    assert player.state == state
    assert world.message(sent).replace(f"{sent.id}-2", sent.id).replace(
        f"{sent.id}-3", sent.id
    ) == (message)


def test_the_next_command_shows_what_never_arrived(world: World, player: Player) -> None:
    interaction = player.command("pull", count=1)
    world.standin.script(interaction["token"], {"do": "invalid_token", "times": "forever"})
    sent = world.send(interaction)
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    time.sleep(1)
    shown = world.message(player.use("profile"))
    assert shown.removeprefix("### ").startswith("お届けできていなかった結果")
    assert sent.id in shown
    assert sent.id not in world.message(player.use("profile"))


def test_an_old_input_that_left_no_row_is_void_and_the_next_command_says_so(
    world: World, player: Player
) -> None:
    sent = player.pull(1)
    world.standin.script(sent.token, {"do": "invalid_token", "times": "forever"})
    old = snowflake(time.time() - 1200)
    ids = {"interaction_id": old, "ledger_key": key_text(old)}
    late = {**ids, "received_at": int(time.time()) - 1200}
    start(world, old, input_of(world, sent) | late)
    assert executions(world, old, ended=1) == {old: "SUCCEEDED"}
    assert [row["kind"] for row in player.ledger] == ["void", "pull"]
    assert player.state["balance"] == 3200 - 160
    shown = world.message(player.use("pull", count=1))
    assert shown.removeprefix("### ").startswith("お届けできていなかった結果")
    assert old in shown
    time.sleep(1)  # the mark goes after the message has come
    assert old not in world.message(player.use("profile"))
