"""The way of a command through the stack, as a simulation in virtual time.

Each command is a generator that yields how many seconds its next step takes: from the API's
throttle to Discord's message, with the retries, waits and limits that template.yaml and
statemachines/change.asl.json give it. Everything random comes from one seed. What it answers is
how many commands are shown, come late or are refused at a load, and where; the game's rules are
no part of it, and that nothing is lost by faults is the fault suite's (tests/faults).

What it leaves out: the brake, which acts after minutes; DynamoDB's own growth of a table on demand
and Lambda's kept instances beyond the busiest moment so far; conflicts of one player's own presses.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count as counting
from typing import Final

Steps = Generator[float, None, None]
"""Yields how long to wait, in seconds."""

PULL: Final = "pull"
CHANGE: Final = "change"
READ: Final = "read"
KINDS: Final = (PULL, CHANGE, READ)

SHOWN: Final = "shown"
LATE: Final = "late"
"""Recorded, and shown with the player's next command: no message arrived within Discord's time."""
UNANSWERED: Final = "unanswered"
"""Refused before anything began: Discord says that the application did not respond."""
REFUSED: Final = "refused"
"""Refused with a sentence; nothing is recorded."""
VOIDED: Final = "voided"
"""Given up with a sentence; that nothing was charged stands in the ledger."""
UNCLEAR: Final = "unclear"
"""Given up where not even that could be written; nothing is recorded, and the sweeper finds it."""

TOKEN_S: Final = 15 * 60
"""How long Discord takes a message for an interaction."""
TASK_WAITS: Final = (1.0, 2.0, 4.0)
"""A state's retries, each a random part of these seconds (`States.ALL` in change.asl.json)."""
BUSY_WAITS: Final = (2.0, 4.0, 8.0, 16.0, 20.0, 20.0)
"""The same where Lambda had no room for an invocation (`Lambda.TooManyRequestsException`)."""


class Throttle:
    """Lets `rate` a second through and `burst` at once after a rest: a token bucket."""

    def __init__(self, rate: float, burst: float) -> None:
        self._every = 1 / rate
        self._ahead = max(burst - 1, 0) / rate
        self._next = 0.0

    def take(self, now: float, units: float = 1) -> bool:
        """Whether so many pass now; if not, they take nothing."""
        if self.delay(now) > 0:
            return False
        self._next = max(self._next, now) + units * self._every
        return True

    def queue(self, now: float) -> float:
        """Takes one in turn; how long until it is its turn, in seconds."""
        delay = self.delay(now)
        self._next = max(self._next, now) + self._every
        return delay

    def delay(self, now: float) -> float:
        return max(self._next - self._ahead - now, 0.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the stack and the account let through. `places` are tables and indexes; of each the
    rate, the burst, and the write units that a command of each kind takes of it."""

    api: tuple[float, float]
    concurrency: int
    scaling: tuple[float, float]
    start_standard: tuple[float, float]
    start_express: tuple[float, float]
    transitions: tuple[float, float]
    places: Mapping[str, tuple[float, float, Mapping[str, float]]]
    void: Mapping[str, float]
    """The units that a row which says "not charged" takes, by place."""
    conflicts: int


@dataclass(frozen=True, slots=True)
class Times:
    """How long each step takes, in seconds; `cold` more for a new instance of a function."""

    first: float = 0.01
    worker: float = 0.15
    write: float = 0.02
    cold: float = 0.3


@dataclass(frozen=True, slots=True)
class Load:
    """Commands a second of each kind, for so long; and `presses` of a panel, all at once within
    `press_s`."""

    rates: Mapping[str, float]
    seconds: float
    presses: int = 0
    press_s: float = 10.0


@dataclass
class Found:
    """What became of all commands: how many by outcome, why those that were not shown were not, and
    the seconds until the message of those that were."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    recorded: int = 0
    ended_s: float = 0.0

    @property
    def commands(self) -> int:
        return self.outcomes.total()

    def quantile(self, part: float) -> float:
        """The seconds within which this part of those that were shown were."""
        ordered = sorted(self.seconds)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Simulation:
    """One run. `run` gives what it found."""

    def __init__(self, limits: Limits, times: Times, seed: int) -> None:
        self._limits = limits
        self._times = times
        self._random = random.Random(seed)
        self._api = Throttle(*limits.api)
        self._starts = {
            True: Throttle(*limits.start_standard),
            False: Throttle(*limits.start_express),
        }
        self._transitions = Throttle(*limits.transitions)
        self._places = {
            name: Throttle(rate, burst) for name, (rate, burst, _) in limits.places.items()
        }
        self._scaling = {name: Throttle(*limits.scaling) for name in _FUNCTIONS}
        self._running = Counter[str]()
        self._instances = Counter[str]()
        self._now = 0.0
        self._found = Found()

    def run(self, load: Load) -> Found:
        """Everything that comes in `load`, until the last command has ended."""
        order = counting()
        heap: list[tuple[float, int, Steps]] = []
        for kind in KINDS:
            at, rate = 0.0, load.rates.get(kind, 0.0)
            while rate and (at := at + self._random.expovariate(rate)) < load.seconds:
                heap.append((at, next(order), self._command(kind)))
        for _ in range(load.presses):
            heap.append((self._random.uniform(0, load.press_s), next(order), self._command(PULL)))
        heapq.heapify(heap)
        while heap:
            self._now, _, steps = heapq.heappop(heap)
            try:
                wait = next(steps)
            except StopIteration:
                continue
            heapq.heappush(heap, (self._now + wait, next(order), steps))
        self._found.ended_s = self._now
        return self._found

    def _command(self, kind: str) -> Steps:
        came = self._now
        if not self._api.take(came):
            return self._end(UNANSWERED, "the API's throttle")
        if not (yield from self._invoke("Interactions", self._times.first, waits=())):
            return self._end(UNANSWERED, "Lambda's concurrency")
        is_read = kind == READ
        if not self._starts[not is_read].take(self._now):
            return self._end(REFUSED, "StartExecution")
        if is_read:
            shown = (yield from self._invoke("Answer", self._times.worker)) and (
                yield from self._invoke("Announce", self._times.worker)
            )
            return self._shown(came) if shown else self._end(REFUSED, "Lambda's concurrency")
        why = yield from self._record(kind)
        if why:
            return (yield from self._void(why))
        self._found.recorded += 1
        yield self._transitions.queue(self._now)
        if not (yield from self._invoke("Announce", self._times.worker)):
            return self._end(LATE, "Lambda's concurrency")
        if self._now - came > TOKEN_S:
            return self._end(LATE, "Discord's 15 minutes")
        return self._shown(came)

    def _record(self, kind: str) -> Generator[float, None, str]:
        """Decide and record, and again after each conflict or throttle; why not, or ""."""
        decide = "Draw" if kind == PULL else "Plan"
        for conflict in range(self._limits.conflicts + 1):
            yield self._transitions.queue(self._now)
            if not (yield from self._invoke(decide, self._times.worker)):
                return "Lambda's concurrency"
            yield self._transitions.queue(self._now)
            yield self._times.write
            full = self._write(
                {name: units[kind] for name, (_, _, units) in self._limits.places.items()}
            )
            if not full:
                return ""
            yield self._transitions.queue(self._now)  # Again?
            yield self._transitions.queue(self._now)  # WaitForPlayer
            yield self._random.randint(0, min(60, 2 ** (conflict + 1)))
        return full

    def _void(self, why: str) -> Steps:
        yield self._transitions.queue(self._now)
        outcome = UNCLEAR
        for wait in (0.0, *TASK_WAITS):
            yield wait * self._random.random() + self._times.write
            if not self._write(self._limits.void):
                outcome = VOIDED
                break
        else:
            yield self._transitions.queue(self._now)  # Look
        yield self._transitions.queue(self._now)  # Apologise
        yield from self._invoke("Announce", self._times.worker)
        self._end(outcome, why)

    def _write(self, units: Mapping[str, float]) -> str:
        """Writes all or nothing: the place that is full, or ""."""
        wanted = [(name, number) for name, number in units.items() if number]
        for name, _ in wanted:
            if self._places[name].delay(self._now) > 0:
                return name
        for name, number in wanted:
            self._places[name].take(self._now, number)
        return ""

    def _invoke(
        self, function: str, seconds: float, waits: Sequence[float] = BUSY_WAITS
    ) -> Generator[float, None, bool]:
        """Runs a function; False where there was no room for it, also after all tries."""
        for wait in (0.0, *waits):
            if wait:
                yield wait * self._random.random()
            if self._running.total() >= self._limits.concurrency:
                continue
            is_new = self._running[function] >= self._instances[function]
            if is_new and not self._scaling[function].take(self._now):
                continue
            self._instances[function] += is_new
            self._running[function] += 1
            yield seconds + (self._times.cold if is_new else 0.0)
            self._running[function] -= 1
            return True
        return False

    def _shown(self, came: float) -> None:
        self._found.outcomes[SHOWN] += 1
        self._found.seconds.append(self._now - came)

    def _end(self, outcome: str, why: str) -> None:
        self._found.outcomes[outcome] += 1
        self._found.reasons[why] += 1


_FUNCTIONS: Final = ("Interactions", "Draw", "Plan", "Answer", "Announce")
