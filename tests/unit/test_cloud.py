"""What a start of the local cloud finds left by others, and what it leaves itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import cloud, ministack
from local.client import Signer
from local.cloud import LocalCloud
from tests.conftest import ROOT

HOLD = """
import sys
from pathlib import Path
from local import cloud
from local.client import Signer
cloud.LOCAL = Path(sys.argv[1])
run = cloud.LocalCloud(int(sys.argv[2]), Signer("00"))
run._take_state()
print("taken", flush=True)
sys.stdin.read()
run._ends.close()
"""


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cloud, "LOCAL", tmp_path / ".local")
    return tmp_path / ".local"


@contextmanager
def another(local: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A run in a process of its own, which has its folder and holds it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(local), str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process


def folders(local: Path) -> set[str]:
    return {each.name for each in local.iterdir() if each.is_dir()}


@contextmanager
def started(port: int) -> Iterator[None]:
    run = LocalCloud(port, Signer("00"))
    run._take_state()
    try:
        yield
    finally:
        run._ends.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda each: each.name)
def test_what_a_killed_run_left_is_gone_after_the_next_start_on_any_port(
    local: Path, number: signal.Signals
) -> None:
    with another(local, 18_000) as killed:
        (local / "run-18000/tmp/deep").mkdir(parents=True)
        killed.send_signal(number)
        killed.wait()
    assert folders(local) == {"run-18000"}
    with started(18_010):
        assert folders(local) == {"run-18010"}
    assert folders(local) == set()


def test_what_there_was_no_time_to_delete_is_gone_after_the_next_start(
    local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine: the end gives up after the first file."""
    monkeypatch.setattr(cloud, "REMOVAL", -1)
    with started(18_000):
        (local / "run-18000/tmp").mkdir()
    [left] = folders(local)
    assert left.startswith("ended-18000-")
    monkeypatch.undo()
    monkeypatch.setattr(cloud, "LOCAL", local)
    with started(18_010):
        assert folders(local) == {"run-18010"}
    assert folders(local) == set()


def test_a_run_that_goes_on_keeps_its_folder(local: Path) -> None:
    with another(local, 18_000) as going_on:
        with started(18_010):
            assert folders(local) == {"run-18000", "run-18010"}
        assert folders(local) == {"run-18000"}
        going_on.communicate("")
    assert folders(local) == set()


def test_a_folder_of_a_version_without_locks_is_gone_too(local: Path) -> None:
    (local / "run-18000/tmp").mkdir(parents=True)
    with started(18_010):
        assert folders(local) == {"run-18010"}


def test_half_a_build_is_gone_before_it_is_asked_whether_to_build(
    local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "build.new"
    (half / "DrawFunction").mkdir(parents=True)
    stamp = tmp_path / "inputs.sha256"
    stamp.write_text(cloud._digest([]))
    monkeypatch.setattr(cloud, "NEW_BUILD", half)
    monkeypatch.setattr(cloud, "BUILD_STAMP", stamp)
    monkeypatch.setattr(cloud, "_digest", lambda _: stamp.read_text())
    LocalCloud(18_000, Signer("00"))._build()  # nothing has changed
    assert not half.exists()


def test_no_function_of_the_local_cloud_writes_under_a_fixed_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X-Ray's SDK empties /tmp/.aws-xray/initialized in whatever looks like Lambda, and follows a
    link that another user put there."""
    started: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(ministack, "Group", lambda _, **options: started.update(options))
    with (tmp_path / "log").open("wb") as log:
        ministack.start(8788, tmp_path, log)
    environment = started["env"]
    environment.setdefault("LAMBDA_TASK_ROOT", str(tmp_path))  # as ministack's lambda_runtime does
    code = (
        "from aws_xray_sdk.core import lambda_launcher as sdk; "
        f"sdk.TOUCH_FILE_DIR = {str(tmp_path / 'xray')!r}; "
        "sdk.TOUCH_FILE_PATH = sdk.TOUCH_FILE_DIR + '/initialized'; "
        "assert sdk.check_in_lambda() is None"
    )
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not (tmp_path / "xray").exists()


def test_what_make_prints_is_not_where_a_build_is(tmp_path: Path) -> None:
    log = tmp_path / "sam-build.log"
    said = " DrawFunction: Running CustomMakeBuilder:MakeBuild"
    noise = "make[1]: Leaving directory '/x'\nfind botocore/data -exec rm -rf {} +\n"
    log.write_text(f"Building codeuri: /x runtime: python3.13\n{said}\n{noise}")
    assert cloud._latest(log) == said.strip()
    log.write_text(noise)
    assert cloud._latest(log) == "it begins"
