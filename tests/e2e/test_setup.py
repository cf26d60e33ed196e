"""What a deployment does at Discord, and that it does nothing at all with a wrong token."""

import pytest

from adapters.commands import COMMANDS
from local.client import Signer
from local.cloud import LocalCloud, StartError, free_port
from local.discord_application import APPLICATION
from local.players import World


def test_a_deployment_checks_registers_and_sets_the_endpoint(world: World) -> None:
    described = world.standin.application()
    assert [(each["method"], each["path"], each["status"]) for each in described["requests"]] == [
        ("GET", "/api/v10/applications/@me", 200),
        ("PUT", f"/api/v10/applications/{APPLICATION}/commands", 200),
        ("PATCH", "/api/v10/applications/@me", 200),
    ]
    assert described["requests"][1]["body"] == COMMANDS
    assert described["interactions_endpoint_url"] == world.stack.outputs["InteractionsUrl"]
    assert f"client_id={APPLICATION}&" in world.stack.outputs["InviteUrl"]


def test_a_wrong_token_ends_the_deployment_before_there_is_a_table() -> None:
    token = "MTI5.wrong.token-that-nobody-made"
    cloud = LocalCloud(
        free_port(), Signer.development(), parameters={"DiscordBotToken": token}, say=print
    )
    with pytest.raises(StartError) as failed, cloud:
        pass
    told = str(failed.value)
    assert "the bot token is wrong (Discord answered 401)" in told.replace("\n", " ")
    assert "UsersTable" not in told
    assert token not in told
