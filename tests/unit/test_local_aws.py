"""The local AWS: what is bridged of ministack, held against ministack's own source."""

from __future__ import annotations

import ast
import os
import queue
import threading
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from local import LOCAL
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
