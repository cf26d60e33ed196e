"""Virtual time, and many tasks of which one runs at a time: whichever is due next.

Every task is a thread that holds the baton from one wait to the next. A wait of some random,
virtual milliseconds before and after each side effect is what interleaves them, so the order of
everything follows from the seed.
"""

from __future__ import annotations

import heapq
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

_here = threading.local()


class Killed(BaseException):
    """The process that ran this is gone. No handler catches it, as none could."""


class Future:
    """A value that some task gives later."""

    def __init__(self) -> None:
        self.done = False
        self.value: Any = None
        self._waiting: list[Task] = []

    def set(self, value: Any) -> None:
        self.done, self.value = True, value
        for task in self._waiting:
            task.clock._due(task, 0.0)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the value came within `timeout` virtual seconds. Only a task may wait."""
        if not self.done:
            task = current()
            task.clock._check()
            self._waiting.append(task)
            if timeout is not None:
                task.clock._due(task, timeout)
            task.clock._pass_on(task)
        return self.done


class Task:
    """A thread that runs only when the clock hands it the baton."""

    def __init__(self, clock: Clock, name: str, work: Callable[[], None]) -> None:
        self.clock = clock
        self.name = name
        self.due = 0
        """Which of its entries on the clock's heap is good; a wake makes all others stale."""
        self.ended = False
        self.deadline: float | None = None
        """When the process that it runs in is killed; None while it runs in none."""
        self.skew = 0.0
        """How far its process's clock is ahead of the true time, in seconds."""
        self.interrupt: BaseException | None = None
        self.baton = threading.Lock()
        self.baton.acquire()
        self._work = work
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        self.baton.acquire()
        _here.task = self
        try:
            self.clock._check()
            self._work()
        except Killed:
            pass
        except BaseException as error:
            self.clock.failures.append(error)
        finally:
            self.ended = True
            self.clock._baton.release()


class Clock:
    """The tasks, and the true time in Unix seconds."""

    def __init__(self, now: float, rng: random.Random) -> None:
        self.now = now
        self.rng = rng
        self.failures: list[BaseException] = []
        """What the harness itself raised; a handler's errors end in its invocation's answer."""
        self._heap: list[tuple[float, int, Task, int]] = []
        self._tasks: set[Task] = set()
        self._pushed = 0
        self._baton = threading.Lock()
        self._baton.acquire()
        self._stopped = False

    def spawn(self, name: str, work: Callable[[], None], after: float = 0.0) -> Task:
        task = Task(self, name, work)
        self._tasks.add(task)
        task.start()
        self._due(task, after)
        return task

    def run(self, until: float | None = None) -> None:
        """Let everything happen, up to the true time `until`, or until nothing is left to do."""
        while self._heap:
            at, _, task, due = self._heap[0]
            if until is not None and at > until:
                break
            heapq.heappop(self._heap)
            if task.ended or due != task.due:
                continue
            task.due += 1
            self.now = max(self.now, at)
            task.baton.release()
            self._baton.acquire()
            if task.ended:
                self._tasks.discard(task)
            if self.failures:
                self.stop()
                raise self.failures[0]
        if until is not None:
            self.now = max(self.now, until)

    def stop(self) -> None:
        """End every task that is left."""
        self._stopped = True
        for task in self._tasks:
            if not task.ended:
                task.baton.release()
                self._baton.acquire()

    def sleep(self, seconds: float) -> None:
        """Wait as the current task. Raises Killed where its process ends meanwhile."""
        task = current()
        self._check()
        if task.deadline is not None and self.now + seconds > task.deadline:
            self._due(task, max(0.0, task.deadline - self.now))
            self._pass_on(task)
            raise Killed("timed out")
        self._due(task, seconds)
        self._pass_on(task)

    def interrupt(self, task: Task, error: BaseException) -> None:
        """Make a waiting task go on with this error."""
        task.interrupt = error
        self._due(task, 0.0)

    def _due(self, task: Task, after: float) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (self.now + after, self._pushed, task, task.due))

    def _check(self) -> None:
        if self._stopped:
            raise Killed("the run is over")

    def _pass_on(self, task: Task) -> None:
        self._baton.release()
        task.baton.acquire()
        self._check()
        if task.interrupt is not None:
            error, task.interrupt = task.interrupt, None
            raise error


def current() -> Task:
    """The task that holds the baton. Raises LookupError outside of any."""
    task: Task | None = getattr(_here, "task", None)
    if task is None:
        raise LookupError("no task of the fault suite runs here")
    return task


_REAL: Final = {name: getattr(time, name) for name in ("time", "monotonic", "perf_counter")}


@contextmanager
def virtual() -> Iterator[None]:
    """Within a task, `time` and `random` are the clock's; elsewhere they stay as they are."""
    real_sleep = time.sleep
    real_random = {name: getattr(random, name) for name in ("uniform", "randint", "random")}

    def clock(name: str, skewed: bool) -> Callable[[], float]:
        def read() -> float:
            task: Task | None = getattr(_here, "task", None)
            if task is None:
                return float(_REAL[name]())
            return task.clock.now + task.skew * skewed

        return read

    def sleep(seconds: float) -> None:
        task: Task | None = getattr(_here, "task", None)
        if task is None:
            real_sleep(seconds)
        else:
            task.clock.sleep(seconds)

    def seeded(name: str) -> Callable[..., Any]:
        def draw(*args: Any) -> Any:
            task: Task | None = getattr(_here, "task", None)
            source = real_random[name] if task is None else getattr(task.clock.rng, name)
            return source(*args)

        return draw

    with (
        mock.patch.multiple(
            time,
            time=clock("time", True),
            monotonic=clock("monotonic", False),
            perf_counter=clock("perf_counter", False),
            sleep=sleep,
        ),
        mock.patch.multiple(
            random, uniform=seeded("uniform"), randint=seeded("randint"), random=seeded("random")
        ),
    ):
        yield
