"""The log lines of a small story, printed by the handlers themselves: what the dashboards' and the
runbook's queries are compared with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters import discord
from tests.conftest import load_function
from tests.insights import Query
from tests.recording import record, void
from tests.support import order, workflow_input
from tests.unit.test_interactions import command, running

Lines = dict[str, list[dict[str, Any]]]
"""Function → the JSON lines that it printed."""


def story(tables: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lines:
    """Pulls that are drawn, refused, voided, overtaken and found recorded; deliveries that arrive,
    have to wait and never will; commands that start and that do not."""
    assert tables  # the template's tables are there
    printed: Lines = {}

    def run(name: str, event: dict[str, Any]) -> Any:
        capfd.readouterr()
        result = load_function(name).handler(event, None)
        note(name)
        return json.loads(json.dumps(result))

    def note(name: str) -> None:
        lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        printed.setdefault(name, []).extend(lines)

    def fails(name: str, event: dict[str, Any]) -> None:
        capfd.readouterr()
        with pytest.raises(Exception, match=r"\S"):
            load_function(name).handler(event, None)
        note(name)

    def pull(number: int, **more: Any) -> Any:
        interaction = workflow_input(number, count=10) | more
        return run("draw", {"interaction": interaction})

    def plan(number: int, command: str, **options: Any) -> Any:
        return run("plan", {"interaction": workflow_input(number, command, **options)})

    first = pull(0)
    assert record(workflow_input(0, count=10), first)
    pull(0)  # recorded
    second, third = pull(1), pull(2)
    assert record(workflow_input(1), second)
    assert not record(workflow_input(2), third)  # a conflict: it goes back to Draw
    pull(2)  # cannot pay
    assert void(workflow_input(2))
    pull(2)  # voided
    pull(3, sweep=1)  # abandoned
    fails("draw", {"interaction": workflow_input(4, count="none")})
    run("plan", {"interaction": workflow_input(5, "fair rotate") | {"user_id": "1"}})  # refused
    seed = plan(6, "fair seed", text="mine")
    assert record(workflow_input(6, "fair seed"), seed)
    assert record(workflow_input(9, "fair rotate"), plan(9, "fair rotate"))
    pull(8)  # overtaken
    run("answer", {"interaction": workflow_input(10, "profile")})

    own, chosen = workflow_input(), workflow_input(6, "fair seed")
    for interaction, decided, delivery in (
        (own, first, discord.Delivery("delivered", status=200)),
        (chosen, seed, discord.Delivery("delivered", status=200)),
        (chosen, seed, discord.Delivery("wait", seconds=9, status=429)),
        (chosen, seed, discord.Delivery("gone", status=404, code=10015)),
    ):
        monkeypatch.setattr(discord, "edit_original", lambda *_, d=delivery, **__: d)
        event = order(interaction, decided["message"], decided["figures"])
        if delivery.outcome == "wait":
            fails("announce", event)
        else:
            run("announce", event)

    with running(monkeypatch) as bot:
        for outcome in ("accepted", "refused", "ambiguous"):
            capfd.readouterr()
            bot.starter.answer = outcome
            bot.send(command("pull"))
            note("interactions")
    return printed


def check(query: Query, lines: list[dict[str, Any]]) -> None:
    """Fail unless some line has each field that the query reads, and each value."""
    for field in query.fields:
        assert any(field in line for line in lines), f"no line has {field}"
    for field, value in query.compared:
        assert any(line.get(field) == value for line in lines), f"no line's {field} is {value}"
