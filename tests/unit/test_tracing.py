"""Tracing: the ids go along, secrets do not, and outside Lambda nothing happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_xray_sdk.core import xray_recorder

from adapters import tracing
from tests.support import TOKEN, workflow_input


class Emitter:
    """In place of the X-Ray daemon."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send_entity(self, entity: Any) -> None:
        self.sent.append(json.loads(entity.serialize()))


@pytest.fixture
def emitted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    emitter = Emitter()
    monkeypatch.setattr(xray_recorder, "_emitter", emitter)
    return emitter.sent


def run(handler: Any, **changes: Any) -> Any:
    with xray_recorder.in_segment("lambda", sampling=1):
        return tracing.worker("draw")(handler)({"interaction": workflow_input() | changes}, None)


def test_a_worker_is_a_subsegment_with_the_ids(emitted: list[dict[str, Any]]) -> None:
    run(lambda _event, _context: {"outcome": "drawn"})
    [segment] = emitted
    [subsegment] = segment["subsegments"]
    assert subsegment["name"] == "draw"
    assert subsegment["annotations"] == {
        "interaction_id": workflow_input()["interaction_id"],
        "guild_id": workflow_input()["guild_id"],
        "banner": "starlit-atelier",
    }
    assert TOKEN not in json.dumps(emitted)


def test_what_has_no_banner_is_traced_without_one(emitted: list[dict[str, Any]]) -> None:
    run(lambda _event, _context: {"outcome": "answered"}, options={}, guild_id=None)
    [subsegment] = emitted[0]["subsegments"]
    assert set(subsegment["annotations"]) == {"interaction_id"}


def test_a_failure_is_logged_with_the_ids_and_raised(
    emitted: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        raise RuntimeError("no table")

    with pytest.raises(RuntimeError):
        run(fail)
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["message"]) == ("ERROR", "draw failed")
    assert line["interaction_id"] == workflow_input()["interaction_id"]
    assert emitted[0]["subsegments"][0]["fault"] is True


def test_discord_has_a_subsegment_of_its_own(emitted: list[dict[str, Any]]) -> None:
    with xray_recorder.in_segment("lambda", sampling=1), tracing.subsegment("discord"):
        pass
    assert emitted[0]["subsegments"][0]["name"] == "discord"


def test_dynamodb_calls_are_subsegments(tables: Any, emitted: list[dict[str, Any]]) -> None:
    from adapters.tables import load_player

    def read(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        load_player("1@2")
        return {"outcome": "answered"}

    run(read)
    [inner] = emitted[0]["subsegments"][0]["subsegments"]
    assert inner["name"] == "dynamodb"
    assert inner["aws"]["operation"] == "GetItem"


def test_outside_lambda_nothing_is_traced_and_nothing_fails(emitted: list[dict[str, Any]]) -> None:
    handler = tracing.worker("draw")(lambda _event, _context: {"outcome": "drawn"})
    assert handler({"interaction": workflow_input()}, None) == {"outcome": "drawn"}
    assert emitted == []
