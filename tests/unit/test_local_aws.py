"""The local AWS: what is bridged of ministack, held against ministack's own source."""

from __future__ import annotations

import ast
import os
import queue
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from local import LOCAL, ministack
from local.client import Signer
from local.cloud import LocalCloud
from tests import emulator


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return emulator.load(monkeypatch)


def source(module: str) -> ast.Module:
    for path in (LOCAL / "cloud/lib").glob(f"python*/site-packages/ministack/{module}.py"):
        return ast.parse(path.read_text("utf-8"))
    pytest.skip("the local cloud is not installed (`make setup`)")


def function(module: str, name: str) -> ast.FunctionDef:
    [found] = [
        node
        for node in ast.walk(source(module))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    return found


def calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and ast.unparse(each.func) == name:
            yield each


def test_ministack_sleeps_as_long_before_an_execution_as_we_leave_out(aws: ModuleType) -> None:
    [sleep] = calls(function("services/stepfunctions", "_run_execution"), "time.sleep")
    assert ast.literal_eval(sleep.args[0]) == aws.BEFORE_AN_EXECUTION


def test_what_ministack_takes_of_time_is_there(
    aws: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.start_at_once()
    used = {
        node.attr
        for node in ast.walk(source("services/stepfunctions"))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "time"
    }
    assert used <= set(vars(aws.stepfunctions.time))


def test_an_execution_begins_at_once_and_waits_stay_waits(
    aws: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(aws.time, "sleep", slept.append)
    aws.start_at_once()
    for seconds in (aws.BEFORE_AN_EXECUTION, 1, 0.5):
        aws.stepfunctions.time.sleep(seconds)
    assert slept == [1, 0.5]


class Function:
    """A worker as ministack has it: a thread hands on what comes out of the pipe."""

    def __init__(self, aws: ModuleType) -> None:
        read, self._write = os.pipe()
        self._stderr_queue: queue.Queue[str] = queue.Queue()
        self._stderr = os.fdopen(read)
        self._proc: Any = SimpleNamespace(stderr=self._stderr)
        hand_on = aws.lambda_runtime.Worker._read_stderr
        self._stderr_thread = threading.Thread(target=hand_on, args=(self,))
        self._stderr_thread.start()

    def log(self, text: str) -> None:
        os.write(self._write, text.encode())

    def end(self) -> None:
        os.close(self._write)
        self._stderr_thread.join()
        self._stderr.close()


@pytest.fixture
def worker(aws: ModuleType) -> Iterator[Function]:
    aws.lambda_runtime.Worker = SimpleNamespace()
    aws.read_logs_at_once()
    function = Function(aws)
    yield function
    function.end()


@pytest.fixture
def log_of(worker: Function, aws: ModuleType) -> Any:
    return aws.lambda_runtime.Worker._drain_stderr_bounded


def test_a_functions_log_is_whole(worker: Function, log_of: Any) -> None:
    for run in range(50):
        lines = [f"{run} {number} 引いた {'x' * 200}" for number in range(50)]
        worker.log("".join(f"{line}\n" for line in lines))
        assert log_of(worker) == "\n".join(lines)


def test_the_log_of_a_function_that_was_ended_is_whole(worker: Function, log_of: Any) -> None:
    worker.log("one\ntwo\n")
    os.close(worker._write)
    worker._write = os.open(os.devnull, os.O_WRONLY)
    worker._proc = None
    assert log_of(worker) == "one\ntwo"


def test_a_function_without_a_log_keeps_nobody_waiting(
    worker: Function, log_of: Any, aws: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws.time, "sleep", lambda _: pytest.fail("waited"))
    assert log_of(worker) == ""


def test_the_names_that_are_replaced_are_ministacks() -> None:
    for name in ("_read_stderr", "_drain_stderr_bounded"):
        # Two classes have them; ours are Worker's.
        found = [
            each.name
            for each in ast.walk(source("core/lambda_runtime"))
            if isinstance(each, ast.ClassDef)
            and name in [f.name for f in each.body if isinstance(f, ast.FunctionDef)]
        ]
        assert "Worker" in found
    text = ast.unparse(source("core/lambda_runtime"))
    for name in ("self._stderr_queue", "self._stderr_thread", "self._proc.stderr"):
        assert name in text


# --- following edits ------------------------------------------------------------------------------


class Worker:
    """A process of a function, as ministack's pool has it."""

    def __init__(self, in_use: bool) -> None:
        self.in_use = in_use


@pytest.fixture
def checkout(aws: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(aws, "ROOT", tmp_path / "checkout")
    return tmp_path / "checkout"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_layer_becomes_what_its_source_is(
    aws: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    source, package = checkout / "layers/gacha/python", tmp_path / "code/python"
    write(source, {"gacha/odds.py": "new", "gacha/same.py": "same", "gacha/banners/a.toml": "a"})
    write(source, {"commands/added/plan.py": "added"})
    write(package, {"gacha/odds.py": "old", "gacha/same.py": "same", "gacha/banners/a.toml": "a"})
    write(package, {"commands/removed/plan.py": "removed"})
    (package / "gacha/banners/a.rates.json").write_text("made by the build")
    for name in ("odds", "same"):
        (package / "gacha/__pycache__").mkdir(exist_ok=True)
        (package / f"gacha/__pycache__/{name}.cpython-313.pyc").write_text("compiled")
    aws.follow(source, package)
    assert tree(package) == {
        "commands/added/plan.py": "added",
        "gacha/__pycache__/same.cpython-313.pyc": "compiled",
        "gacha/banners/a.toml": "a",
        "gacha/odds.py": "new",
        "gacha/same.py": "same",
    }
    assert not (package / "commands/removed").exists()


def test_a_functions_wheels_stay(aws: ModuleType, checkout: Path, tmp_path: Path) -> None:
    source, package = checkout / "functions/draw", tmp_path / "code"
    write(source, {"app.py": "new", "Makefile": "not in a package"})
    write(
        package,
        {"app.py": "old", "nacl/signing.py": "a wheel's", "typing_extensions.py": "a wheel's"},
    )
    aws.follow(source, package)
    assert tree(package) == {
        "app.py": "new",
        "nacl/signing.py": "a wheel's",
        "typing_extensions.py": "a wheel's",
    }


@pytest.mark.parametrize(
    ("unpacked", "source"),
    [
        ("ministack-lambda-discord-gacha-DrawFunction-1a2b-x_/code", "functions/draw"),
        ("ministack-lambda-discord-gacha-InteractionsFunction-9-_/code", "functions/interactions"),
        ("ministack-lambda-discord-gacha-DrawFunction-1a2b-x_/layer_0", "layers/gacha/python"),
        ("ministack-lambda-somebodys-x/code", "functions/-"),
    ],
)
def test_a_package_is_known_by_where_it_is_unpacked(
    aws: ModuleType, checkout: Path, unpacked: str, source: str
) -> None:
    found, package = aws._source(Path("/tmp") / unpacked, Path("/code"))
    assert found == checkout / source
    assert package == Path("/code/python" if "layer" in unpacked else "/code")


def test_no_process_serves_again_that_has_read_what_was_edited(
    aws: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    ended: list[Worker] = []
    runtime = aws.lambda_runtime
    runtime._lock = threading.Lock()
    runtime.kill_workers = ended.extend

    def release(worker: Worker) -> None:
        worker.in_use = False

    runtime.release_worker = release
    idle, busy, elsewhere = Worker(False), Worker(True), Worker(True)
    runtime._workers = {"draw": [idle, busy], "plan": [elsewhere]}
    aws.retire_outdated()
    write(checkout / "functions/draw", {"app.py": "new"})
    write(tmp_path / "code", {"app.py": "old"})
    aws._packages[tmp_path / "code"] = checkout / "functions/draw"

    aws.reload()
    assert tree(tmp_path / "code") == {"app.py": "new"}
    assert ended == [idle]
    assert runtime._workers == {"draw": [busy], "plan": [elsewhere]}

    aws.lambda_svc.release_worker(busy)  # it ends what it does first
    assert ended == [idle, busy]
    assert runtime._workers == {"draw": [], "plan": [elsewhere]}
    later = Worker(True)
    runtime._workers["draw"].append(later)
    aws.lambda_svc.release_worker(later)
    assert runtime._workers["draw"] == [later] and not later.in_use


def test_a_function_reaches_discord_where_this_cloud_has_it(aws: ModuleType) -> None:
    made: list[dict[str, Any]] = []

    class Started:
        def __init__(self, name: str, config: dict[str, Any], code: bytes) -> None:
            made.append(config)

    aws.lambda_runtime.Worker = Started
    aws.find_discord(
        "http://127.0.0.1:9/api/v10", "http://127.0.0.1:8/art/", "http://127.0.0.1:7/cdn"
    )
    variables = {"DISCORD_API_BASE_URL": aws.DISCORD, "OTHER": "x", "ART_URL": "https://a/art/"}
    config: dict[str, Any] = {"Environment": {"Variables": variables}}
    Started("draw", config, b"")
    Started("setup", {}, b"")
    assert made[0]["Environment"]["Variables"] == {
        "DISCORD_API_BASE_URL": "http://127.0.0.1:9/api/v10",
        "OTHER": "x",
        "ART_URL": "http://127.0.0.1:8/art/",
        "DISCORD_CDN_BASE_URL": "http://127.0.0.1:7/cdn",
    }
    assert config["Environment"]["Variables"]["DISCORD_API_BASE_URL"] == aws.DISCORD
    assert aws.DISCORD == ministack.DISCORD


def test_an_error_has_the_name_that_lambda_gives_it(
    aws: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The logs are Python's own, the bodies as ministack makes them."""

    class OddError(Exception):
        pass

    def fails(raised: str) -> str:
        try:
            exec(raised, {"OddError": OddError, "SENTENCES": {}})
        except Exception as error:
            log = f"some log line\n{traceback.format_exc()}"
            body = {"errorType": "Runtime.HandlerError", "errorMessage": str(error)}
            named = aws._named({"body": body, "log": log})["body"]["errorType"]
            assert log in capsys.readouterr().err
            return str(named)
        raise AssertionError

    assert fails("SENTENCEZ") == "NameError"  # Python suggests another name, after the message
    assert fails("raise OddError('wait 7 s, then try 1')") == "OddError"
    assert fails("raise OddError") == "OddError"
    assert fails("raise OddError('of\\ntwo: lines')") == "OddError"
    assert fails("raise ValueError('a: b') from OddError('first')") == "ValueError"
    assert fails("{}['a']") == "KeyError"


@pytest.mark.parametrize(
    ("event", "receipt"),
    [
        ({"interaction": {"interaction_id": "1574629893929968613"}}, "1574629893929968613"),
        ({"body": '{"id": "1574629893929968613", "type": 2}'}, "1574629893929968613"),
        ({"body": "not JSON"}, ""),
        ({"body": "[]"}, ""),
        ({"interaction": None}, ""),
        ({"RequestType": "Create"}, ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_what_a_function_raised_is_told_with_the_receipt_number(
    aws: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    event: Any,
    receipt: str,
) -> None:
    """To whoever started the local AWS, and in one line for a person."""
    state = tmp_path / "run-1"
    (state / "tmp").mkdir(parents=True)
    monkeypatch.setattr(aws.tempfile, "gettempdir", lambda: str(state / "tmp"))
    failed = {"body": {"errorMessage": "1 < 0", "errorType": "Runtime.HandlerError"}}
    answers = iter([{"body": {}}, {**failed, "error": True, "log": "gacha.OddError: 1 < 0"}])
    aws.lambda_svc._execute_function_warm = lambda *_: next(answers)
    aws.limit_workers()
    cloud = LocalCloud(1, Signer("ab" * 32))
    cloud._state = state
    draw = {"config": {"FunctionName": "discord-gacha-DrawFunction-1A2B"}}
    assert cloud.failures() == []
    for _ in range(2):
        aws.lambda_svc._execute_function_warm(draw, event, "request")
    where = f": the traceback is in {cloud.ministack_log}"
    number = f" (receipt number {receipt})" if receipt else ""
    assert cloud.failures() == [f"draw raised OddError{number}{where}"]
    assert cloud.failures() == []


def test_what_is_raised_a_hundred_times_at_once_is_one_line(
    aws: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(aws.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    cloud = LocalCloud(1, Signer("ab" * 32))
    cloud._state = tmp_path
    for number in range(100):
        event = {"interaction": {"interaction_id": str(number)}}
        aws.tell_failure("x-AnnounceFunction-1", event, {"body": {"errorType": "RateLimited"}})
    [line] = cloud.failures()
    assert line.startswith("announce raised RateLimited (receipt number 99), 100 times: ")
    aws.tell_failure("x-AnnounceFunction-1", event, {"body": {"errorType": "PatienceError"}})
    assert cloud.failures() == []  # Discord asked to wait, which is no failure
    aws.tell_failure("x-SetupFunction-1", {}, {"body": None})
    [line] = cloud.failures()
    assert line.startswith("setup raised ?: ")
