"""`make run` starts, says so, and leaves nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from local import ROOT
from local.client import Signer, ping
from local.cloud import BUILD_STAMP, STACK_FILE, Stack, free_port
from local.players import World

ENDS_WITHIN = 10  # seconds

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="finds processes by /proc, which is Linux's"
)


def environment(port: int) -> dict[str, str]:
    """Ours, without what a developer may have set for `make run`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    return {**kept, "PORT": str(port)}


class Run:
    """`make run` in a session of its own, by which its processes are told."""

    def __init__(self, output: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.output = output
        with output.open("wb") as log:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", "run"],
                cwd=ROOT,
                env=environment(self.port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A shell's background job ignores it, and what it starts would, too.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def wait_for(self, line: str, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while line not in self.lines():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def processes(self) -> list[str]:
        """Every process of the session, zombies included."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended just now
                text = stat.read_text()
                if int(text.rpartition(")")[2].split()[3]) == self.process.pid:
                    found.append(text)
        return found

    def open_ports(self) -> list[int]:
        ports = range(self.port, self.port + 4)
        return [port for port in ports if listening(port)]


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(tmp_path: Path, world: World) -> Iterator[Run]:
    """A second local cloud beside the tests' own; a developer's own `make run` stays findable."""
    before = STACK_FILE.read_text() if STACK_FILE.exists() else None
    with Run(tmp_path / "output") as run:
        yield run
    if before:
        STACK_FILE.write_text(before)


def test_sigterm_ends_everything(run: Run) -> None:
    run.wait_for(f"ready http://127.0.0.1:{run.port}/interactions")
    stack = Stack.running()
    assert stack and stack.port == run.port
    assert ping(stack.interactions_url, Signer.development()) == ""
    run.wait_for(f"play http://127.0.0.1:{run.port + 3}/")
    assert len(run.open_ports()) == 4
    assert len(run.processes()) >= 3  # make, run.py, ministack and a function

    asked = time.monotonic()
    run.process.terminate()  # make alone
    run.process.wait(ENDS_WITHIN)
    assert time.monotonic() - asked < ENDS_WITHIN
    assert not run.processes()
    assert not run.open_ports()
    assert Stack.running() is None


def test_sigint_while_deploying_ends_everything(run: Run) -> None:
    interrupt_after("sam deploy …", run)


def test_sigint_while_building_ends_everything(world: World, tmp_path: Path) -> None:
    BUILD_STAMP.unlink()
    with Run(tmp_path / "output") as run:
        interrupt_after("sam build …", run)


def interrupt_after(line: str, run: Run) -> None:
    run.wait_for(line)
    time.sleep(0.7)
    run.process.send_signal(signal.SIGINT)  # make alone
    run.process.wait(ENDS_WITHIN)
    assert not run.processes()
    assert not run.open_ports()
    assert not any(line.startswith("ready") for line in run.lines())


def test_where_the_page_cannot_be_the_rest_is(tmp_path: Path, world: World) -> None:
    before = STACK_FILE.read_text() if STACK_FILE.exists() else None
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 3)), Run(tmp_path / "output", port) as run:
        run.wait_for(f"ready http://127.0.0.1:{port}/interactions")
        assert any(line.startswith(f"no page to play on: port {port + 3}") for line in run.lines())
        assert not any(line.startswith("play ") for line in run.lines())
    if before:
        STACK_FILE.write_text(before)


def test_a_taken_port_is_named() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        ended = subprocess.run(
            ["make", "--no-print-directory", "run"],
            cwd=ROOT,
            env=environment(port),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode != 0
    assert f"port {port + 1}" in ended.stderr
    assert "ready" not in ended.stdout
