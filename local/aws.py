"""The local AWS: ministack, tied to whoever started it, and with Lambda scaled to one machine.

Functions start as subprocesses. Two names that are private to ministack are replaced here so that a
hundred calls at once neither start a hundred interpreters nor unpack a hundred copies of the code.

Runs in the local cloud's own environment: `python -P local/aws.py`.
"""

import collections
import hashlib
import os
import runpy
import signal
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.services import lambda_svc  # type: ignore[import-not-found]

WORKERS: Final = 2 * (os.cpu_count() or 1)  # processes per function at most


def end_with_starter() -> None:
    """Wait until standard input closes, which it does even if the starter is killed outright."""
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)  # the functions are in our process group too


def limit_workers() -> None:
    """Let calls queue for a process where ministack, like Lambda, would start another one.

    Our functions never call each other, so the queue always moves.
    """
    execute = lambda_svc._execute_function_warm
    free: dict[str, threading.Semaphore] = collections.defaultdict(
        lambda: threading.Semaphore(WORKERS)
    )

    def queued(function: dict[str, Any], event: Any, request_id: str) -> Any:
        with free[function["config"]["FunctionName"]]:
            return execute(function, event, request_id)

    lambda_svc._execute_function_warm = queued


def share_code() -> None:
    """Unpack a package once for all processes, which leave it alone as they must in Lambda.

    It also keeps the bytecode that the first of them compiles.
    """
    unpacked = Path(tempfile.mkdtemp(prefix="code-"))
    lock = threading.Lock()

    class Shared(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            assert self.filename
            code = unpacked / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            with lock:
                if not code.exists():
                    super().extractall(code, members, pwd)
            Path(path).rmdir()
            Path(path).symlink_to(code)

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=Shared,
        BadZipFile=zipfile.BadZipFile,
    )


if __name__ == "__main__":
    threading.Thread(target=end_with_starter, daemon=True).start()
    limit_workers()
    share_code()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
