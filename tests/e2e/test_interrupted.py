"""`make run` ends quietly, and with all that it started, whenever somebody ends it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.test_run import ENDS_WITHIN, Run

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="finds processes by /proc, which is Linux's"
)

SEED: Final = int(os.environ.get("SEED", "12"))
FIRST_S: Final = 1.2
"""In which make, the shell, find-python, the installer and Python start one after another."""
EARLY: Final = 9
LATER: Final = 3


@pytest.fixture
def whole_start(tmp_path: Path, stack_file: None) -> float:
    """How long a start takes here, in seconds, until the page is there."""
    began = time.monotonic()
    with Run(tmp_path / "whole") as run:
        run.wait_for("play ")
        return time.monotonic() - began


def test_at_no_moment_of_a_start_does_an_end_leave_anything(
    tmp_path: Path, whole_start: float
) -> None:
    """As a terminal sends Ctrl-C (to all), as a script does (to make alone), and by SIGTERM."""
    chance = random.Random(SEED)
    moments = [chance.uniform(0, FIRST_S) for _ in range(EARLY)]
    moments += [chance.uniform(FIRST_S, whole_start) for _ in range(LATER)]
    for number, moment in enumerate(moments):
        how = number % 3
        marker = f"{os.getpid()}-{number}"
        with Run(tmp_path / f"output{number}", INTERRUPTED=marker) as run:
            time.sleep(moment)
            if how == 0:
                os.killpg(run.process.pid, signal.SIGINT)
            else:
                run.process.send_signal(signal.SIGINT if how == 1 else signal.SIGTERM)
            asked = time.monotonic()
            run.process.wait(3 * ENDS_WITHIN)
            what = f"SEED={SEED}: end {how} after {moment:.3f} s: {run.output.read_text()}"
            assert time.monotonic() - asked < ENDS_WITHIN, what
            deadline = asked + ENDS_WITHIN  # whom make did not wait for
            while (left := alive(run) + marked(marker)) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not left, what
            assert not run.open_ports(), what
            for sign in ("Traceback", "KeyboardInterrupt", "Fatal Python", "Error in"):
                assert sign not in run.output.read_text(), what


def marked(marker: str) -> list[str]:
    """The processes that have the marker in their environment, in whatever session."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it ended just now, or is somebody else's
            if f"INTERRUPTED={marker}\0".encode() in environment.read_bytes():
                found.append((environment.parent / "cmdline").read_text().replace("\0", " "))
    return found


def alive(run: Run) -> list[str]:
    """The processes of its session, but those that nobody is left to wait for."""
    return [stat for stat in run.processes() if stat.rpartition(")")[2].split()[0] != "Z"]
