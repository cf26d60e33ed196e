"""What deployments do at Discord, and what they leave alone when they fail."""

import time
from typing import Any, Final

from adapters.commands import COMMANDS
from local.cloud import BUCKET
from local.discord_application import APPLICATION, BOT_TOKEN
from local.players import Player, World

WRONG_TOKEN: Final = "MTI5.wrong.token-that-nobody-made"

OTHER_TABLES: Final = {
    "UsersTableName": "other_users",
    "HistoryTableName": "other_history",
    "SettingsTableName": "other_settings",
    "CollectionTableName": "other_collection",
}

BROKEN: Final = """
  Broken:
    Type: Custom::Broken
    DependsOn: TablesProtection
    Properties:
      ServiceToken: !GetAtt SetupFunction.Arn
"""


def test_a_deployment_checks_registers_and_sets_the_endpoint(world: World) -> None:
    described = world.standin.application()
    asked = [(each["method"], each["path"], each["status"]) for each in described["requests"]]
    assert asked[:3] == [
        ("GET", "/api/v10/applications/@me", 200),
        ("PUT", f"/api/v10/applications/{APPLICATION}/commands", 200),
        ("PATCH", "/api/v10/applications/@me", 200),
    ]
    assert described["requests"][1]["body"] == COMMANDS
    assert described["interactions_endpoint_url"] == world.stack.outputs["InteractionsUrl"]
    assert f"client_id={APPLICATION}&" in world.stack.outputs["InviteUrl"]


def test_a_wrong_token_ends_a_deployment_before_there_is_a_table(world: World) -> None:
    client = world.stack.client("cloudformation")
    change = changed(world, DiscordBotToken=WRONG_TOKEN, **OTHER_TABLES)
    client.create_stack(StackName="wrong-token", **change)
    assert settled(client, "wrong-token") == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="wrong-token")["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert {each["LogicalResourceId"] for each in failed} == {"DiscordApplication"}
    assert "the bot token is wrong (Discord answered 401)" in failed[0]["ResourceStatusReason"]
    assert not any("Table" in each["LogicalResourceId"] for each in events)
    assert WRONG_TOKEN not in str(events)
    client.delete_stack(StackName="wrong-token")


def test_a_first_deployment_that_fails_can_be_tried_again(world: World) -> None:
    """It fails when the tables stand, which the local cloud, too, does not delete while protected."""
    client, dynamodb = world.stack.client("cloudformation"), world.stack.client("dynamodb")
    at_first = changed(world, broken=BROKEN, DiscordBotToken="none", **OTHER_TABLES)
    client.create_stack(StackName="second", **at_first)
    assert settled(client, "second") == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="second")["StackEvents"]
    reached = {each["LogicalResourceId"]: each["ResourceStatus"] for each in reversed(events)}
    assert reached["Broken"] != "CREATE_COMPLETE"
    for table in ("UsersTable", "HistoryTable", "SettingsTable", "CollectionTable"):
        assert reached[table] == "DELETE_COMPLETE"
    assert not set(OTHER_TABLES.values()) & set(dynamodb.list_tables()["TableNames"])
    client.delete_stack(StackName="second")

    client.create_stack(
        StackName="second", **changed(world, DiscordBotToken="none", **OTHER_TABLES)
    )
    assert settled(client, "second") == "CREATE_COMPLETE"
    client.delete_stack(StackName="second")  # now they are the players' property
    for name in OTHER_TABLES.values():
        assert dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"]


def test_a_taken_name_ends_a_deployment_before_there_is_a_table(world: World) -> None:
    client = world.stack.client("cloudformation")
    names = OTHER_TABLES | {"UsersTableName": "free", "HistoryTableName": "gacha_history"}
    client.create_stack(StackName="taken", **changed(world, DiscordBotToken="none", **names))
    assert settled(client, "taken") == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="taken")["StackEvents"]
    [failed] = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert "there is a table gacha_history already" in failed["ResourceStatusReason"]
    assert not any(each["ResourceType"] == "AWS::DynamoDB::Table" for each in events)
    client.delete_stack(StackName="taken")


def test_an_update_that_fails_is_undone_and_nothing_at_discord_changes(
    world: World, player: Player
) -> None:
    before = world.standin.application()
    client = world.stack.client("cloudformation")
    [running] = client.describe_stacks(StackName="discord-gacha")["Stacks"]
    change = changed(world, DiscordApplicationId="1290000000000000777")
    client.update_stack(StackName=running["StackName"], **change)
    assert settled(client, running["StackName"]) == "UPDATE_ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName=running["StackName"])["StackEvents"]
    [failed] = [each for each in events if each["ResourceStatus"] == "UPDATE_FAILED"]
    assert "and not of DiscordApplicationId 1290000000000000777" in failed["ResourceStatusReason"]
    after = world.standin.application()
    for kept in ("commands", "interactions_endpoint_url"):
        assert after[kept] == before[kept]
    assert "1290000000000000777" not in str(after)
    world.message(player.use("help"))  # the bot still answers


def changed(world: World, broken: str = "", **parameters: str) -> dict[str, Any]:
    """The running stack's template, with a `broken` resource more, and others of its parameters."""
    client = world.stack.client("cloudformation")
    [running] = client.describe_stacks(StackName="discord-gacha")["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in running["Parameters"]}
    given |= {"DiscordBotToken": BOT_TOKEN, **parameters}  # which is not given out
    template = client.get_template(StackName=running["StackName"], TemplateStage="Original")
    text = str(template["TemplateBody"]).replace("\nResources:\n", f"\nResources:\n{broken}", 1)
    body = text.encode()  # too large to be handed over directly
    world.stack.client("s3").put_object(Bucket=BUCKET, Key="changed.yaml", Body=body)
    return {
        "TemplateURL": f"{world.stack.aws_endpoint_url}/{BUCKET}/changed.yaml",
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
