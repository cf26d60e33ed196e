"""Child processes that never outlive us: each leads a group, and a group ends as a whole."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Self

PR_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Make our children's children ours when their parent ends, so that we can wait for them.

    Linux only; elsewhere they are killed all the same, and init waits for them.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Group:
    """A command and every process it starts."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        output: IO[bytes],
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self._process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def pgid(self) -> int:
        """The id of the group."""
        return self._process.pid

    def status(self) -> int | None:
        """The command's exit status, or None while it runs."""
        return self._process.poll()

    def tell(self, line: str) -> None:
        """Write a line to the command's standard input, which it may have closed."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()

    def hang_up(self, seconds: float) -> bool:
        """Close the command's standard input, and give it as long to end by itself; whether it
        did."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Kill the group, and return when none of it is left.

        At once and without asking: whatever they would save is ours to delete.
        """
        pgid = self._process.pid
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                os.killpg(pgid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
                break
            self._process.poll()
            _reap(pgid)
            time.sleep(0.01)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def _reap(pgid: int) -> None:
    """Collect the members of the group that are our children and have ended."""
    try:
        while os.waitpid(-pgid, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass
