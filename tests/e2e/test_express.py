"""The same with Express workflows, which deduplicate nothing by themselves; in the last phase."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.players import Player, World
from tests.e2e.test_phases import assert_planned
from tests.judge import Judge
from tests.players import JudgedWorld

pytestmark = pytest.mark.xdist_group("express")  # of one cloud

LARGE: Final = {"Phase": "large", "WorkflowType": "EXPRESS"}


@pytest.fixture(scope="module")
def world(judge: Judge) -> Iterator[JudgedWorld]:
    signer = Signer.development()
    cloud = LocalCloud(free_port(), signer, parameters=LARGE, judge=judge.ask, say=print)
    with cloud as stack:
        yield JudgedWorld(stack, signer, Standin(stack.standin_url), judge=judge)


def test_the_largest_phase_is_what_it_says(world: World) -> None:
    assert_planned(world.stack, **LARGE)


def test_the_same_interaction_many_times_is_one_pull(world: World) -> None:
    player = Player(world, snowflake())
    interaction = player.command("pull", count=10)
    with ThreadPoolExecutor(30) as threads:
        sent = list(threads.map(world.send, [interaction] * 30))
    assert [each.answer.json for each in sent] == [{"type": 5}] * 30
    world.record(sent[0])
    again = world.send(interaction)
    assert again.answer.json == {"type": 5}
    assert len(player.ledger) == 1
    assert player.state["balance"] == 3200 - 1600


def test_a_refused_pull_stays_refused(world: World) -> None:
    player = Player(world, snowflake())
    player.pull(10)
    player.pull(1)
    refused = player.use("pull", count=10)
    assert "1,600 必要ですが、足りません" in world.message(refused)
    assert [row["kind"] for row in player.ledger] == ["pull", "pull", "void"]
