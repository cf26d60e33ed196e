"""What a start of the local cloud finds left by others, and what it leaves itself."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import built, cloud, ministack
from local.client import Signer
from local.cloud import LocalCloud
from scripts.template import PATH, parsed
from tests.conftest import ROOT

HOLD = """
import sys
import threading
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
    assert cloud._progress(log, 0) == said.strip()
    assert cloud._progress(log, 10) == "package 1 of 10, DrawFunction"
    log.write_text(noise)
    assert cloud._progress(log, 10) == "it begins"


def test_a_build_and_a_deployment_say_how_far_they_are(tmp_path: Path) -> None:
    """In the words of SAM 1.161, each as often as it says them."""
    log = tmp_path / "sam.log"
    packages = [name for name, *_ in built.packaged(parsed(PATH.read_text("utf-8")))]
    for number, name in enumerate(packages, 1):
        with log.open("a") as file:
            file.write(
                f"Building codeuri: /functions/x runtime: python3.13 functions: {name}\n"
                f"{name}: Running CustomMakeBuilder:CopySource\n"
                f"{name}: Running CustomMakeBuilder:MakeBuild\n"
                f"{name}: Current Artifacts Directory : /build.new/{name}\n"
            )
        told = cloud._progress(log, len(packages))
        assert told == f"package {number} of {len(packages)}, {name}"

    log.write_text("")
    text = built.written(parsed(PATH.read_text("utf-8")), tmp_path, ROOT)
    files = built.uploads(text)
    assert files == len(packages) + text.count('"DefinitionS3Location": "')
    for number in range(1, files):
        with log.open("a") as file:
            if number == 3:  # one that is in two packages
                file.write("\tFile with same data already exists at 0a1b, skipping upload\n")
            else:
                hash_ = f"{number:032x}"
                file.write(f"\tUploading to {hash_}  1 / 2  (50.00%)\r")
                file.write(f"\tUploading to {hash_}  2 / 2  (100.00%)\n")
        assert cloud._progress(log, files) == f"file {number} of {files}"
    with log.open("a") as file:
        file.write(f"\tUploading to {files:032x}  2 / 2  (100.00%)\nInitiating deployment\n")
    assert cloud._progress(log, files) == "Initiating deployment"
    with log.open("a") as file:
        for name in ("A", "B"):
            file.write(f"CREATE_IN_PROGRESS       AWS::SNS::Topic          {name}\n")
            file.write(f"CREATE_COMPLETE          AWS::SNS::Topic          {name}\n")
    assert cloud._progress(log, files) == "2 resources are there"


def test_a_start_waits_until_another_has_built(local: Path) -> None:
    """Two that begin at once in a fresh checkout: nothing of the second runs yet."""
    local.mkdir()
    said: list[str] = []
    with (local / "build.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        def say(line: str) -> None:
            said.append(line)
            threading.Timer(0.1, fcntl.flock, (other, fcntl.LOCK_UN)).start()

        with LocalCloud(18_000, Signer("00"), say=say)._build_lock():
            pass
    assert said == ["waiting for another start to finish its build"]
