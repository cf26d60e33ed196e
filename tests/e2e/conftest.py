"""The deployed system as Discord sees it: one fresh local cloud for all tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.players import Player, World
from scripts.stack import Deployment

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def cloud() -> LocalCloud:
    return LocalCloud(free_port(), Signer.development(), playground=True, say=print)


@pytest.fixture(scope="session")
def world(cloud: LocalCloud) -> Iterator[World]:
    with cloud as stack:
        if cloud.playground:
            from tests.playing import playable

            playable(cloud)  # from here on SimCord judges every message
        yield World(stack, Signer.development(), Standin(stack.standin_url))


@pytest.fixture
def deployment(world: World) -> Deployment:
    """The cloud as the operator's tools see it; fresh, since it remembers what it was asked."""
    return world.stack.deployment


@pytest.fixture
def player(world: World) -> Player:
    return Player(world, snowflake())


@pytest.fixture
def english(world: World) -> Player:
    return Player(world, snowflake(), "en-US")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from tests.browser import started

    with started() as chromium:
        yield chromium


@pytest.fixture(autouse=True)
def nothing_is_refused(request: pytest.FixtureRequest) -> Iterator[None]:
    """SimCord, which knows Discord's rules and not ours, takes every message of ours."""
    cloud = request.getfixturevalue("cloud") if "world" in request.fixturenames else None
    yield
    if cloud is not None:
        refused = cloud.playground.refused if cloud.playground else []
        said = [*refused]
        refused.clear()
        assert said == []
