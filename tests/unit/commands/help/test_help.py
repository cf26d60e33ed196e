"""/gacha help: what it reads."""

from __future__ import annotations

from typing import Any

from adapters import banners
from tests.conftest import load_function
from tests.support import workflow_input


def test_help_names_the_prices(ask: Any) -> None:
    name = dict(banners.load("starlit-atelier").name)
    assert ask("help") == {
        "kind": "help",
        "in_server": True,
        "price": {"banner": name, "one": 160, "ten": 1600},
        "start": 3200,
    }


def test_help_knows_where_it_was_asked(tables: Any) -> None:
    asked = workflow_input(99, "help") | {"guild_id": None}
    answer = load_function("answer").handler({"interaction": asked}, None)
    assert answer["message"]["in_server"] is False
