"""What the player sees when Discord does not take the message at once."""

from itertools import pairwise
from typing import Any

import pytest
import requests

from local.discord_application import APPLICATION
from local.players import Player, World
from tests.players import JudgedWorld

Script = list[dict[str, Any]]


def pull(world: World, player: Player, script: Script) -> dict[str, Any]:
    """Pull while Discord answers like this; what the stand-in saw, once the workflow ended."""
    interaction = player.command("pull", count=1)
    world.standin.script(interaction["token"], *script)
    sent = world.send(interaction)
    assert sent.answer.json == {"type": 5}
    world.standin.read(sent.token, wait=60)
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    assert [row["interaction_id"] for row in player.ledger] == [sent.id]
    assert player.state["balance"] == 3200 - 160
    return world.standin.read(sent.token)


def statuses(record: dict[str, Any]) -> list[int | None]:
    return [request["status"] for request in record["requests"]]


def test_a_rate_limit_is_waited_for(world: World, player: Player) -> None:
    record = pull(world, player, [{"do": "rate_limit", "retry_after": 2.4}])
    assert statuses(record) == [429, 200]
    first, second = record["requests"]
    assert second["at"] - first["at"] >= 2.4


@pytest.mark.parametrize(
    ("script", "refused"),
    [
        pytest.param([{"do": "unknown_webhook", "times": 2}], 404, id="right after the deferral"),
        pytest.param([{"do": "server_error", "status": 503, "times": 2}], 503, id="5xx"),
        pytest.param([{"do": "cloudflare"}], 429, id="Cloudflare"),
        pytest.param([{"do": "cut"}], None, id="cut off"),
        pytest.param([{"do": "cut", "applied": True}], None, id="cut off after the edit"),
        pytest.param([{"do": "slow", "seconds": 2}], 200, id="slow"),
    ],
)
def test_a_passing_failure_is_retried(
    world: World, player: Player, script: Script, refused: int | None
) -> None:
    record = pull(world, player, script)
    assert record["message"]
    assert not record["followups"]
    assert statuses(record)[0] == refused
    assert statuses(record)[-1] == 200
    assert len({str(request["body"]) for request in record["requests"]}) == 1
    for earlier, later in pairwise(record["requests"]):
        assert later["at"] - earlier["at"] >= 0.1  # a pause, not a hammering


@pytest.mark.parametrize("failure", ["invalid_token", "unknown_message"])
def test_a_lost_message_leaves_the_pull_standing(
    world: World, player: Player, failure: str
) -> None:
    interaction = player.command("pull", count=1)
    world.standin.script(interaction["token"], {"do": failure, "times": "forever"})
    sent = world.send(interaction)
    assert sent.answer.json == {"type": 5}
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    assert world.standin.read(sent.token)["message"] is None
    assert len(world.standin.read(sent.token)["requests"]) == 1
    assert [row["interaction_id"] for row in player.ledger] == [sent.id]
    assert "160" in world.message(player.use("history"))


def test_every_message_is_judged(world: JudgedWorld, player: Player) -> None:
    before = world.judge.asked
    player.pull()  # its message comes later
    assert world.judge.asked == before + 2
    player.use("nothing of this name")  # this one is answered at once
    assert world.judge.asked == before + 3


def test_what_discord_would_refuse_reaches_the_judge(world: JudgedWorld, player: Player) -> None:
    """As a bot would send it that counts wrongly; every other test fails if this happens in it."""
    token = player.command("pull", count=1)["token"]
    address = f"{world.stack.standin_url}/webhooks/{APPLICATION}/{token}/messages/@original"
    headers = {"User-Agent": "DiscordBot (https://example.invalid, 1)"}
    for body in ({"content": "c" * 2001}, {"embeds": [{"color": 1 << 24}]}, {"content": ""}):
        assert requests.patch(address, json=body, headers=headers, timeout=10).status_code == 400
    assert len(world.judge.refused) == 3
    world.judge.refused.clear()
