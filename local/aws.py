"""The local AWS: ministack, tied to whoever started it, and with Lambda scaled to one machine.

Runs in the local cloud's own environment: `python -P local/aws.py`.
"""

import collections
import os
import runpy
import signal
import sys
import threading
from typing import Any, Final

from ministack.services import lambda_svc  # type: ignore[import-not-found]

WORKERS: Final = 2 * (os.cpu_count() or 1)
"""Processes per function at most. ministack, like Lambda, starts one for every call that no idle
one can take: a hundred calls at once would start a hundred interpreters, and no call would end."""


def end_with_starter() -> None:
    """Wait until standard input closes, which it does even if the starter is killed outright."""
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)  # the functions are in our process group too


def limit_workers() -> None:
    """Let calls queue for a process; they never call each other, so the queue always moves."""
    execute = lambda_svc._execute_function_warm
    free: dict[str, threading.Semaphore] = collections.defaultdict(
        lambda: threading.Semaphore(WORKERS)
    )

    def queued(function: dict[str, Any], event: Any, request_id: str) -> Any:
        with free[function["config"]["FunctionName"]]:
            return execute(function, event, request_id)

    lambda_svc._execute_function_warm = queued


if __name__ == "__main__":
    threading.Thread(target=end_with_starter, daemon=True).start()
    limit_workers()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
