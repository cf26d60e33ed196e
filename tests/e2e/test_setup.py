"""What a deployment does at Discord, and that it makes no table with a wrong token."""

import time

from adapters.commands import COMMANDS
from local.cloud import BUCKET
from local.discord_application import APPLICATION
from local.players import World


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
    [running] = client.describe_stacks()["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in running["Parameters"]}
    given["DiscordBotToken"] = "MTI5.wrong.token-that-nobody-made"
    template = client.get_template(StackName=running["StackName"], TemplateStage="Original")
    body = str(template["TemplateBody"]).encode()  # too large to be handed over directly
    world.stack.client("s3").put_object(Bucket=BUCKET, Key="wrong-token.yaml", Body=body)
    client.create_stack(
        StackName="wrong-token",
        TemplateURL=f"{world.stack.aws_endpoint_url}/{BUCKET}/wrong-token.yaml",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + 60
    while "IN_PROGRESS" in (status := stack_status(client, "wrong-token")):
        assert time.monotonic() < deadline, status
        time.sleep(0.2)
    assert status == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="wrong-token")["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert {each["LogicalResourceId"] for each in failed} == {"DiscordApplication"}
    assert "the bot token is wrong (Discord answered 401)" in failed[0]["ResourceStatusReason"]
    assert not any("Table" in each["LogicalResourceId"] for each in events)
    assert given["DiscordBotToken"] not in str(events)
    client.delete_stack(StackName="wrong-token")


def stack_status(client: object, name: str) -> str:
    [stack] = client.describe_stacks(StackName=name)["Stacks"]  # type: ignore[attr-defined]
    return str(stack["StackStatus"])
