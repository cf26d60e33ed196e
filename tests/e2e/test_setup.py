"""What deployments do at Discord, and what they leave alone when they fail."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from commands import registry
from local.cloud import BUCKET
from local.discord_application import APPLICATION, BOT_TOKEN
from local.players import Player, World

WRONG_TOKEN: Final = "MTI5.wrong.token-that-nobody-made"

OTHER_TABLES: Final = tuple(
    f"{name}_other"
    for name in ("discord_users", "gacha_history", "server_settings", "gacha_collection")
)

WITHOUT_TOKEN: Final = {"DiscordBotToken": "none", "TablesSuffix": "_other"}


def broken(template: dict[str, Any]) -> None:
    """It breaks when all tables stand, and keeps them."""
    resources = template["Resources"]
    tables = [
        each
        for each in resources.values()
        if isinstance(each, dict) and each["Type"] == "AWS::DynamoDB::Table"
    ]
    assert {each["DeletionPolicy"] for each in tables} == {"RetainExceptOnCreate"}
    for each in tables:
        each["DeletionPolicy"] = "Retain"
    resources["Broken"] = {
        "Type": "Custom::Broken",
        "DependsOn": "TablesProtection",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["SetupFunction", "Arn"]}},
    }


def test_a_deployment_checks_registers_and_sets_the_endpoint(world: World) -> None:
    described = world.standin.application()
    asked = [(each["method"], each["path"], each["status"]) for each in described["requests"]]
    assert asked[:3] == [
        ("GET", "/api/v10/applications/@me", 200),
        ("PUT", f"/api/v10/applications/{APPLICATION}/commands", 200),
        ("PATCH", "/api/v10/applications/@me", 200),
    ]
    assert described["requests"][1]["body"] == registry.discord()
    # What was asked then: a Region that is lost (test_region_lost) moves it.
    address = world.stack.outputs["InteractionsUrl"]
    assert described["requests"][2]["body"]["interactions_endpoint_url"] == address
    assert f"client_id={APPLICATION}&" in world.stack.outputs["InviteUrl"]


def test_a_wrong_token_ends_a_deployment_before_there_is_a_table(world: World) -> None:
    client = world.stack.client("cloudformation")
    change = changed(world, {"DiscordBotToken": WRONG_TOKEN, "TablesSuffix": "_other"})
    client.create_stack(StackName="wrong-token", **change)
    assert settled(client, "wrong-token") == "ROLLBACK_COMPLETE"
    events = happened(client, "wrong-token")
    failed = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert {each["LogicalResourceId"] for each in failed} == {"DiscordApplication"}
    assert "the bot token is wrong (Discord answered 401)" in failed[0]["ResourceStatusReason"]
    assert not any("Table" in each["LogicalResourceId"] for each in events)
    assert WRONG_TOKEN not in str(events)
    client.delete_stack(StackName="wrong-token")


def test_a_first_deployment_that_fails_can_be_tried_again(world: World) -> None:
    """It fails when the tables stand. The local CloudFormation deletes protected tables, too; so
    its copy of the template keeps them, and the call that AWS's would make is made here."""
    client, dynamodb = world.stack.client("cloudformation"), world.stack.client("dynamodb")
    tables = ("UsersTable", "HistoryTable", "SettingsTable", "CollectionTable")
    at_first = changed(world, WITHOUT_TOKEN, broken)
    client.create_stack(StackName="second", **at_first)
    assert settled(client, "second") == "ROLLBACK_COMPLETE"
    events = happened(client, "second")
    [failed] = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Broken"
    order = [(each["LogicalResourceId"], each["ResourceStatus"]) for each in events]
    lifted = order.index(("TablesProtection", "DELETE_COMPLETE"))
    assert all(order.index((table, "DELETE_SKIPPED")) > lifted for table in tables)
    for name in OTHER_TABLES:
        dynamodb.delete_table(TableName=name)  # which refuses a protected one
    client.delete_stack(StackName="second")

    again = changed(world, WITHOUT_TOKEN)
    client.create_stack(StackName="second", **again)
    assert settled(client, "second") == "CREATE_COMPLETE"
    client.delete_stack(StackName="second")  # now they are the players' property
    for name in OTHER_TABLES:
        with pytest.raises(ClientError, match="protected against deletion"):
            dynamodb.delete_table(TableName=name)


def test_a_taken_name_ends_a_deployment_before_there_is_a_table(world: World) -> None:
    client = world.stack.client("cloudformation")
    taken = WITHOUT_TOKEN | {"TablesSuffix": ""}
    client.create_stack(StackName="taken", **changed(world, taken))
    assert settled(client, "taken") == "ROLLBACK_COMPLETE"
    events = happened(client, "taken")
    [failed] = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert "there is a table discord_users already" in failed["ResourceStatusReason"]
    assert not any(each["ResourceType"] == "AWS::DynamoDB::Table" for each in events)
    client.delete_stack(StackName="taken")


def test_an_update_that_fails_is_undone_and_nothing_at_discord_changes(
    world: World, player: Player
) -> None:
    before = world.standin.application()
    client = world.stack.client("cloudformation")
    [running] = client.describe_stacks(StackName="discord-gacha")["Stacks"]
    change = changed(world, {"DiscordPublicKey": "cd" * 32})
    client.update_stack(StackName=running["StackName"], **change)
    assert settled(client, running["StackName"]) == "UPDATE_ROLLBACK_COMPLETE"
    events = happened(client, running["StackName"])
    [failed] = [each for each in events if each["ResourceStatus"] == "UPDATE_FAILED"]
    assert "DiscordPublicKey is not that of the application" in failed["ResourceStatusReason"]
    after = world.standin.application()
    for kept in ("commands", "interactions_endpoint_url"):
        assert after[kept] == before[kept]
    assert "1290000000000000777" not in str(after)
    world.message(player.use("help"))  # the bot still answers


def changed(
    world: World,
    parameters: Mapping[str, str],
    change: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """The running stack's template, after a `change`, and its parameters, some of them others."""
    client = world.stack.client("cloudformation")
    [running] = client.describe_stacks(StackName="discord-gacha")["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in running["Parameters"]}
    given |= {"DiscordBotToken": BOT_TOKEN, **parameters}  # which is not given out
    answer = client.get_template(StackName=running["StackName"], TemplateStage="Original")
    template = json.loads(json.dumps(answer["TemplateBody"]))
    change(template)
    body = json.dumps(template).encode()  # too large to be handed over directly
    world.stack.client("s3").put_object(Bucket=BUCKET, Key="changed.json", Body=body)
    return {
        "TemplateURL": f"{world.stack.aws_endpoint_url}/{BUCKET}/changed.json",
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }


def settled(client: Any, name: str) -> str:
    """The stack's status when nothing moves any more."""
    deadline = time.monotonic() + 90
    while True:
        [stack] = client.describe_stacks(StackName=name)["Stacks"]
        if "IN_PROGRESS" not in stack["StackStatus"]:
            return str(stack["StackStatus"])
        assert time.monotonic() < deadline, stack["StackStatus"]
        time.sleep(0.2)


def happened(client: Any, name: str) -> list[dict[str, Any]]:
    """All of the stack's events, the oldest first."""
    pages = client.get_paginator("describe_stack_events").paginate(StackName=name)
    return [event for page in pages for event in page["StackEvents"]][::-1]
