"""Players and their commands, for the tests of rooms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters import seeds
from tests.conftest import load_function
from tests.recording import record
from tests.support import workflow_input
from tests.unit.commands.game import Game


@pytest.fixture
def ask(tables: Any) -> Any:
    handler = load_function("answer").handler

    def ask(command: str, **options: Any) -> dict[str, Any]:
        interaction = workflow_input(99, command, **options)
        answer = handler({"interaction": interaction}, None)
        assert answer["outcome"] == "answered"
        return json.loads(json.dumps(answer["message"]))  # type: ignore[no-any-return]

    return ask


@pytest.fixture
def pull(tables: Any) -> Any:
    draw = load_function("draw").handler

    def pull(number: int, count: int = 1) -> dict[str, Any]:
        interaction = workflow_input(number, count=count)
        drawn = draw({"interaction": interaction}, None)
        assert record(interaction, drawn)
        return drawn  # type: ignore[no-any-return]

    return pull


@pytest.fixture
def game(tables: Any) -> Game:
    seeds.secret.cache_clear()
    return Game()
