"""Tracing: the ids go along, secrets do not, and a run that is not sampled sends nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

from adapters import tracing, xray
from commands.asked import Asked
from tests.aws import Daemon
from tests.support import TOKEN, workflow_input


def run(handler: Any, **changes: Any) -> Any:
    return tracing.worker("draw")(handler)({"interaction": workflow_input() | changes}, None)


def done(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {"outcome": "drawn"}


def fail(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    raise RuntimeError("no table")


def test_a_worker_is_a_subsegment_with_the_ids(daemon: Daemon) -> None:
    run(done)
    [subsegment] = daemon.documents()
    assert subsegment["name"] == "draw"
    assert subsegment["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert subsegment["parent_id"] == "53995c3f42cd8ad8"
    assert subsegment["annotations"] == {
        "interaction_id": workflow_input()["interaction_id"],
        "guild_id": workflow_input()["guild_id"],
        "banner": "starlit-atelier",
    }
    assert TOKEN not in json.dumps(subsegment)


def test_what_has_no_banner_is_traced_without_one(daemon: Daemon) -> None:
    run(done, options={}, guild_id=None)
    [subsegment] = daemon.documents()
    assert set(subsegment["annotations"]) == {"interaction_id"}


def test_a_failure_is_logged_with_the_ids_and_raised(
    daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError):
        run(fail)
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["message"]) == ("ERROR", "draw failed")
    assert line["interaction_id"] == workflow_input()["interaction_id"]
    [subsegment] = daemon.documents()
    assert subsegment["fault"] is True
    [exception] = subsegment["cause"]["exceptions"]
    assert (exception["type"], exception["message"]) == ("RuntimeError", "no table")


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        None,
        {"interaction": None},
        {"interaction": "1"},
        {"interaction": {}},
        {"interaction": {"interaction_id": "1", "user_id": 2, "guild_id": []}},
        {"interaction": {"options": None}},
        {"interaction": {"options": ["banner"], "command": {}}},
        {"interaction": {"options": {"banner": {"x": 1}}}},
        {"interaction": {"interaction_id": "\ud800", "options": {}}},
    ],
)
def test_whatever_an_execution_was_started_with_its_failure_is_logged(
    event: Any, daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(of: dict[str, Any], _context: object) -> dict[str, Any]:
        Asked.read(of["interaction"])
        raise AssertionError("it can be read")

    with pytest.raises(Exception) as raised:  # noqa: PT011 - the input's fault, whatever that is
        tracing.worker("draw")(read)(event, None)
    assert not isinstance(raised.value, AssertionError)
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["message"]) == ("ERROR", "draw failed")


def test_calls_of_dynamodb_hang_under_their_worker(tables: Any, daemon: Daemon) -> None:
    from adapters.tables.players import load

    def read(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        load("1@2")
        return {"outcome": "answered"}

    run(read)
    inner, outer = daemon.documents()
    assert (inner["name"], inner["namespace"]) == ("dynamodb", "aws")
    assert inner["aws"]["operation"] == "GetItem"
    assert inner["parent_id"] == outer["id"]
    assert outer["start_time"] <= inner["start_time"] <= inner["end_time"] <= outer["end_time"]


@pytest.mark.parametrize("handler", [done, fail])
def test_it_is_the_document_that_the_sdk_sends(daemon: Daemon, handler: Any) -> None:
    """The SDK's own models, told the same, say the same; only what the SDK reads of the machine
    (the stack's frames) is its alone."""
    annotations = {"guild_id": "1", "banner": "starlit-atelier"}
    try:
        with xray.subsegment(
            "dynamodb",
            annotations=annotations,
            namespace="aws",
            aws={"operation": "GetItem", "region": "ap-northeast-1"},
        ):
            handler({}, None)
    except RuntimeError as raised:
        error: BaseException | None = raised
    else:
        error = None
    [ours] = daemon.documents()
    segment = Segment("lambda", traceid=ours["trace_id"], entityid=ours["parent_id"])
    theirs = Subsegment("dynamodb", "aws", segment)
    segment.add_subsegment(theirs)
    for key, value in annotations.items():
        theirs.put_annotation(key, value)
    theirs.set_aws({"operation": "GetItem", "region": "ap-northeast-1"})
    if error is not None:
        theirs.add_exception(error, [])
    theirs.close()
    expected = json.loads(theirs.serialize())
    assert types(ours) == types({name: each for name, each in expected.items() if each != []})
    for name in ("name", "namespace", "annotations", "aws", "trace_id", "parent_id", "type"):
        assert ours[name] == expected[name]


def types(document: Any) -> Any:
    """A document's names, and the types of what stands under them."""
    if isinstance(document, dict):
        # The SDK's own: where in the code it was, and what makes an error of another machine's.
        theirs = {"in_progress", "stack", "remote", "truncated", "skipped", "working_directory"}
        return {name: types(each) for name, each in document.items() if name not in theirs}
    if isinstance(document, list):
        return [types(each) for each in document]
    return type(document)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
        "Parent=53995c3f42cd8ad8;Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=10",
        "Sampled=1;;=;x",
    ],
)
def test_a_run_that_is_not_sampled_sends_nothing(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, header: str | None
) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    if header is not None:
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    assert run(done) == {"outcome": "drawn"}
    assert daemon.documents() == []


@pytest.mark.parametrize(
    "address", ["", "nowhere", "127.0.0.1:x", "127.0.0.1:1", "127.0.0.1:99999"]
)
def test_a_daemon_that_is_not_there_stops_nothing(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
    assert run(done) == {"outcome": "drawn"}


def test_outside_lambda_nothing_is_traced(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_XRAY_DAEMON_ADDRESS")
    assert run(done) == {"outcome": "drawn"}
    assert daemon.documents() == []


def test_a_trace_that_is_too_large_for_a_datagram_stops_nothing(daemon: Daemon) -> None:
    with xray.subsegment("draw", annotations={"banner": "x" * 100_000}):
        pass
    with pytest.raises(RuntimeError), xray.subsegment("draw"):
        raise RuntimeError("x" * 100_000)
    [document] = daemon.documents()
    assert len(document["cause"]["exceptions"][0]["message"]) == 500


def test_a_trace_that_is_no_json_stops_nothing(daemon: Daemon) -> None:
    strange: Any = {"banner": object()}
    with xray.subsegment("draw", annotations=strange):
        pass
    assert daemon.documents() == []
