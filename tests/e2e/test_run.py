"""`make run` starts, says so, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import ROOT
from local.client import Signer, ping
from local.cloud import STACK_FILE, Stack, free_port
from local.players import World

ENDS_WITHIN = 10  # seconds


class Run:
    """`make run` in a session of its own, by which its processes are told."""

    def __init__(self, output: Path) -> None:
        self.port = free_port()
        self.output = output
        with output.open("wb") as log:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", "run"],
                cwd=ROOT,
                env={**os.environ, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def wait_for(self, line: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while line not in self.lines():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def processes(self) -> list[str]:
        """Every process of the session, zombies included."""
        fields = ["ps", "-A", "-o", "sess=,pid=,stat=,args="]
        listed = subprocess.check_output(fields, text=True).splitlines()
        return [line for line in listed if line.split()[0] == str(self.process.pid)]

    def open_ports(self) -> list[int]:
        ports = range(self.port, self.port + 3)
        return [port for port in ports if listening(port)]


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(tmp_path: Path, world: World) -> Iterator[Run]:
    """A second local cloud beside the tests' own; a developer's own `make run` stays findable."""
    before = STACK_FILE.read_text() if STACK_FILE.exists() else None
    run = Run(tmp_path / "output")
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(30)
        if before:
            STACK_FILE.write_text(before)


def test_sigterm_ends_everything(run: Run) -> None:
    run.wait_for(f"ready http://127.0.0.1:{run.port}/interactions")
    stack = Stack.running()
    assert stack and stack.port == run.port
    assert ping(stack.interactions_url, Signer.development()) == ""
    assert len(run.open_ports()) == 3
    assert len(run.processes()) >= 3  # make, run.py, ministack and a function

    asked = time.monotonic()
    run.process.terminate()  # make alone
    run.process.wait(ENDS_WITHIN)
    assert time.monotonic() - asked < ENDS_WITHIN
    assert not run.processes()
    assert not run.open_ports()
    assert Stack.running() is None


@pytest.mark.parametrize("moment", ["sam build …", "sam deploy …"])
def test_sigint_while_starting_ends_everything(run: Run, moment: str) -> None:
    run.wait_for(moment)
    time.sleep(0.7)
    run.process.send_signal(signal.SIGINT)  # make alone
    run.process.wait(ENDS_WITHIN)
    assert not run.processes()
    assert not run.open_ports()
    assert not any(line.startswith("ready") for line in run.lines())


def test_a_taken_port_is_named() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        ended = subprocess.run(
            ["make", "--no-print-directory", "run"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode != 0
    assert f"port {port + 1}" in ended.stderr
    assert "ready" not in ended.stdout
