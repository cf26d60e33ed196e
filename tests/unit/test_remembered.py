"""What a start of the local cloud takes over: whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local import remembered
from local.client import Signer
from local.cloud import LocalCloud
from local.remembered import MANIFEST, Manifest


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(remembered, "LOCAL", tmp_path / ".local")
    return tmp_path / ".local"


def state(**payload: Any) -> str:
    """A file of ministack's, as its `core/persistence.py` writes one."""
    regional = {name: {"__account_region_scoped__": True, "data": d} for name, d in payload.items()}
    return json.dumps({"__ministack_format__": 2, "payload": regional})


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """ministack's state files after a deployment."""
    folder = tmp_path / "memory"
    (folder / "s3/deployments").mkdir(parents=True)
    (folder / "dynamodb.json").write_text(state(tables={}))
    (folder / "stepfunctions.json").write_text(state(executions={}))
    (folder / "cloudwatch_logs.json").write_text(state(log_groups={}))
    return folder


def inputs(number: int) -> str:
    return f"{number:064x}"[::-1]


def test_a_deployment_is_taken_over_by_the_same_inputs_alone(memory: Path, tmp_path: Path) -> None:
    made = Manifest(inputs(1), {"commands": {"": [{"name": "gacha"}]}})
    remembered.remember(memory, made)
    fresh = tmp_path / "fresh"
    assert remembered.take_over(remembered.deployed(inputs(1)), fresh) == made
    assert (fresh / "dynamodb.json").read_text() == state(tables={})
    assert (fresh / "s3/deployments").is_dir()
    assert remembered.take_over(remembered.deployed(inputs(2)), tmp_path / "other") is None
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"port": 1}'])
def test_half_of_one_is_none(memory: Path, tmp_path: Path, text: str | None) -> None:
    remembered.remember(memory, Manifest(inputs(1)))
    manifest = remembered.deployed(inputs(1)) / MANIFEST
    manifest.unlink() if text is None else manifest.write_text(text)
    assert remembered.take_over(manifest.parent, tmp_path / "fresh") is None
    assert not (tmp_path / "fresh").exists()


def test_the_same_deployment_is_remembered_as_it_was_last(memory: Path) -> None:
    for number in range(2):
        (memory / "s3/deployments/template").write_text(str(number))
        remembered.remember(memory, Manifest(inputs(1)))
    [only] = remembered.deployed(inputs(1)).parent.iterdir()
    assert (only / "s3/deployments/template").read_text() == "1"


def test_nothing_that_was_played_is_remembered(memory: Path) -> None:
    """A change may be deployed after hours of play."""
    table = {"TableName": "t", "items": {}, "ItemCount": 0, "TableSizeBytes": 0}
    played = {**table, "items": {"a": {"b": {"user_id": {"S": "a"}}}}, "ItemCount": 1}
    (memory / "dynamodb.json").write_text(state(tables={"t": {**played, "TableSizeBytes": 200}}))
    (memory / "stepfunctions.json").write_text(state(executions={"arn": {"input": "{}"}}))
    group = {"arn": "g", "streams": {"s": {"events": [{"message": "somebody"}]}}}
    (memory / "cloudwatch_logs.json").write_text(state(log_groups={"g": group}))
    held = {each: each.read_bytes() for each in memory.glob("*.json")}
    remembered.remember(memory, Manifest(inputs(1)))
    assert {each: each.read_bytes() for each in memory.glob("*.json")} == held  # it is played on
    folder = remembered.deployed(inputs(1))
    assert (folder / "dynamodb.json").read_text() == state(tables={"t": table})
    assert (folder / "stepfunctions.json").read_text() == state(executions={})
    assert (folder / "cloudwatch_logs.json").read_text() == state(
        log_groups={"g": {**group, "streams": {}}}
    )


def test_those_of_long_ago_are_forgotten(memory: Path) -> None:
    for number in range(remembered.MOST_DEPLOYED + 2):
        remembered.remember(memory, Manifest(inputs(number)))
    folder = remembered.deployed(inputs(0)).parent
    assert len(list(folder.iterdir())) == remembered.MOST_DEPLOYED
    assert Manifest.of(remembered.deployed(inputs(0))) is None
    assert Manifest.of(remembered.deployed(inputs(number)))


def test_nobody_else_reads_the_secrets_that_it_holds(memory: Path, tmp_path: Path) -> None:
    remembered.remember(memory, Manifest(inputs(1)))
    remembered.take_over(remembered.deployed(inputs(1)), tmp_path / "fresh")
    for folder in (remembered.deployed(inputs(1)).parent, tmp_path / "fresh"):
        assert folder.stat().st_mode & 0o077 == 0


def test_what_is_kept_belongs_to_one_run_at_a_time() -> None:
    first = remembered.hold_kept()
    assert first is not None
    assert remembered.hold_kept() is None
    first.close()
    second = remembered.hold_kept()
    assert second is not None
    second.close()


def test_ports_and_addresses_change_nothing_of_a_deployment_and_all_else_does() -> None:
    one = Signer("ab" * 32)
    same = LocalCloud(18_000, one)._inputs()
    assert LocalCloud(18_010, one)._inputs() == same
    other = {
        LocalCloud(18_000, Signer("cd" * 32))._inputs(),
        LocalCloud(18_000, one, parameters={"Phase": "large"})._inputs(),
        LocalCloud(18_000, one, discord_api_base_url="https://elsewhere/api")._inputs(),
    }
    assert len(other | {same}) == 4  # the last has no bot token
