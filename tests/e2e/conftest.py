"""The deployed system as Discord sees it: one fresh local cloud for all tests in this folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local import LOCAL, write_private
from local.client import Signer, Standin, snowflake
from local.cloud import STACK_FILE, LocalCloud, free_port
from local.players import Player
from scripts.stack import Deployment
from tests.judge import Judge
from tests.players import JudgedWorld
from tests.uploads import Uploads

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from local.playground.relay import Playground


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge()


@pytest.fixture(scope="session")
def uploads() -> Iterator[Uploads]:
    with Uploads() as uploads:
        yield uploads


@pytest.fixture(scope="session")
def cloud(judge: Judge, uploads: Uploads) -> LocalCloud:
    return LocalCloud(
        free_port(),
        Signer.development(),
        discord_cdn_base_url=uploads.url,
        playground=True,
        judge=judge.ask,
        say=print,
    )


@pytest.fixture(scope="session")
def world(cloud: LocalCloud, judge: Judge) -> Iterator[JudgedWorld]:
    with cloud as stack:
        yield JudgedWorld(stack, Signer.development(), Standin(stack.standin_url), judge=judge)


@pytest.fixture
def deployment(world: JudgedWorld) -> Deployment:
    """The cloud as the operator's tools see it; fresh, since it remembers what it was asked."""
    return world.stack.deployment


@pytest.fixture
def stack_file(world: JudgedWorld) -> Iterator[None]:
    """STACK_FILE is this test's, and no other's that runs at once; a developer's own `make run`
    stays findable."""
    with (LOCAL / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = STACK_FILE.read_text() if STACK_FILE.exists() else None
        yield
        if before:
            write_private(STACK_FILE, before)


@pytest.fixture
def published(world: JudgedWorld, stack_file: None) -> Iterator[None]:
    """The audit finds the tests' cloud."""
    with world.stack.published():
        yield


@pytest.fixture
def player(world: JudgedWorld) -> Player:
    return Player(world, snowflake())


@pytest.fixture
def english(world: JudgedWorld) -> Player:
    return Player(world, snowflake(), "en-US")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from tests.browser import started

    with started() as chromium:
        yield chromium


@pytest.fixture(autouse=True)
def nothing_is_refused(request: pytest.FixtureRequest, judge: Judge) -> Iterator[None]:
    """Discord's rules take every message of ours, and so does the Discord to play in."""
    cloud = request.getfixturevalue("cloud") if "world" in request.fixturenames else None
    playground = cloud.playground if cloud else None
    before = len(refused_to_players(playground))
    yield
    said = [*judge.refused, *refused_to_players(playground)[before:]]
    judge.refused.clear()
    assert said == []


def refused_to_players(playground: Playground | None) -> list[str]:
    if playground is None or not playground.log.exists():
        return []
    return [line for line in playground.log.read_text().splitlines() if "Discord refuses" in line]
