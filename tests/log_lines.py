"""The log lines of a small story, printed by the handlers themselves: what the dashboards' and the
runbook's queries are compared with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters import discord
from tests.conftest import load_function
from tests.insights import Query
from tests.support import workflow_input
from tests.unit.test_interactions import command, running

Lines = dict[str, list[dict[str, Any]]]
"""Function → the JSON lines that it printed."""


def story(tables: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lines:
    """Pulls that are drawn, refused, voided and recorded twice; deliveries that arrive, have to
    wait and never will; commands that start and that do not."""
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

    def pull(number: int) -> dict[str, Any]:
        interaction = workflow_input(number, count=10)
        drawn = run("draw", {"interaction": interaction})
        return {"interaction": interaction, "transaction": drawn["transaction"]}

    first = pull(0)
    run("record", first)
    run("record", first)  # replayed
    second, third = pull(1), pull(2)
    run("record", second)
    run("record", third)  # drawn before the second was recorded: a conflict
    run("record", {"interaction": workflow_input(2)})  # voided
    run("record", {"interaction": workflow_input(1)})  # stands
    with pytest.raises(Exception, match=r"\S"):
        load_function("record").handler({"interaction": workflow_input(3), "transaction": []}, None)
    note("record")  # failed
    run("draw", {"interaction": workflow_input(3)})  # cannot pay
    run("plan", {"interaction": workflow_input(4, "fair rotate") | {"user_id": "1"}})  # refused
    seed = workflow_input(5, "fair seed", text="mine")
    run("plan", {"interaction": seed})
    run("answer", {"interaction": workflow_input(6, "profile")})

    message = {"kind": "text", "sentence": "voided", "values": {}}
    for delivery in (
        discord.Delivery("delivered", status=200),
        discord.Delivery("wait", seconds=2, status=429),
        discord.Delivery("gone", status=404, code=10015),
    ):
        monkeypatch.setattr(discord, "edit_original", lambda *_, d=delivery, **__: d)
        event = {
            "interaction": workflow_input(),
            "receipt": workflow_input()["interaction_id"],
            "message": message,
            "attempt": 0,
            "patience_s": 840,
        }
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
