"""What a cache could save: what one command reads, and how often the functions know it already.

    PYTHONPATH=layers/gacha/python:. python -m benchmarks.caches

First the reads of a pull, one by one, from tables in memory: whose they are, their units, and
whether they are strongly consistent. Then a day of each phase, played by a seed: visits come at
random, three times as many in six busy hours; a function's instance takes one call at a time, the
one that rested least is taken first, and it ends when it has rested for five minutes (which is how
long `scripts.cost` takes it to stay). What an instance has read once it keeps: banners, looks and
cards by their hash, the secret, and for 60 s how private a server's results are. All of it is what
docs/decisions/0054 decides by.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from unittest import mock

from benchmarks import commands
from benchmarks.commands import DAY, Metered, Took, done, plenty
from scripts.cost import KEPT_MINUTES, MEASURED, PHASES, Usage
from tests import giving
from tests.faults.dynamodb import DynamoDB
from tests.support import GUILD

DAY_S: Final = 86_400
BUSY_S: Final = 6 * 3_600
BUSY: Final = 3
"""In so many hours of a day come so many times its average, and in the others the rest."""
KEPT_S: Final = KEPT_MINUTES * 60
VISIBILITY_S: Final = 60
"""`KEPT_S` of functions/interactions/visibility.py."""
SERVERS: Final = 100
"""Users of one server: ten servers to a thousand, as `scripts.cost` estimates."""
WITHIN_S: Final = 240
"""A visit's commands come within so many seconds."""

WORKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "pull": ("Interactions", "Draw", "Announce"),
    "change": ("Interactions", "Plan", "Announce"),
    "read": ("Interactions", "Answer", "Announce"),
}
OF_FILES: Final = ("Draw", "Plan", "Announce", "Answer")
"""Who reads banners, looks or the secret."""


# --- what is read ---------------------------------------------------------------------------------


class Read(NamedTuple):
    """One item or query: its table, what its key says, and its units. `whose` is "server" where
    others read the same, else "player"; `consistent` whether it has to be as of now."""

    table: str
    what: str
    units: float
    whose: str
    consistent: bool


class Noting(Metered):
    """The tables in memory, which note each read by itself."""

    def __init__(self, database: DynamoDB) -> None:
        super().__init__(database)
        self.noted: list[Read] = []

    def get_item(self, **request: Any) -> Any:
        with self._noting(request["TableName"], request["Key"], request):
            return super().get_item(**request)

    def batch_get_item(self, **request: Any) -> Any:
        before = self.took.read_units
        answer = super().batch_get_item(**request)
        keys = [(table, key) for table, of in request["RequestItems"].items() for key in of["Keys"]]
        each = (self.took.read_units - before) / len(keys)
        self.noted += [_read(table, key, each, consistent=True) for table, key in keys]
        return answer

    def query(self, **request: Any) -> Any:
        key = {"index": {"S": request.get("IndexName", "")}}
        with self._noting(request["TableName"], key, request):
            return super().query(**request)

    @contextmanager
    def _noting(self, table: str, key: Any, request: Mapping[str, Any]) -> Iterator[None]:
        before = self.took.read_units
        yield
        units = self.took.read_units - before
        consistent = bool(request.get("ConsistentRead"))
        self.noted.append(_read(table, key, units, consistent=consistent))


def _read(table: str, key: Mapping[str, Any], units: float, *, consistent: bool) -> Read:
    values = [next(iter(each.values())) for each in key.values()]
    is_servers = values[0] == GUILD and not values[-1].startswith("claim#")
    return Read(table, values[-1], units, "server" if is_servers else "player", consistent)


def reads(name: str) -> list[Read]:
    """What a command of `benchmarks.commands.STEPS` reads."""
    [step] = [each for each in commands.STEPS if each.name == name]
    with mock.patch.object(commands, "Metered", Noting), commands.tables() as metered:
        assert isinstance(metered, Noting)
        giving.stock()
        done(metered, 0, "pull", {"count": 10})
        plenty(metered.database)
        step.ready(metered.database)
        metered.noted.clear()
        metered.took = Took()
        done(metered, DAY, step.room, step.options)
        return metered.noted


def shared_units(usage: Usage) -> float:
    """Read units a day of what others of a server read, too: all that a cache beside the tables
    could spare. Each kind of command is taken to read what one of it does."""
    kinds = (("pull ×1", usage.pulls), ("daily", usage.changes), ("now", usage.reads))
    return sum(
        float(number) * sum(each.units for each in reads(name) if each.whose == "server")
        for name, number in kinds
    )


# --- how often it is known ------------------------------------------------------------------------


@dataclass
class Instance:
    """One process of a function."""

    free_at: float = 0.0
    servers: dict[int, float] = field(default_factory=dict)
    """Until when each server's visibility is known."""


@dataclass
class Known:
    """Of a day: calls by function, and how many of them began an instance; and of the questions how
    private a server's results are, those that an instance had asked within a minute."""

    calls: Counter[str] = field(default_factory=Counter)
    cold: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    known: int = 0

    @property
    def of_files(self) -> float:
        """The part of calls of workers that found what they read from files known already."""
        calls = sum(self.calls[name] for name in OF_FILES)
        return 1 - sum(self.cold[name] for name in OF_FILES) / calls if calls else 0.0

    @property
    def of_visibility(self) -> float:
        return self.known / self.asked if self.asked else 0.0


def played(users: int, seed: int) -> Known:
    """A day of so many users, of whom a fifth comes once."""
    rng, usage, found = random.Random(seed), Usage.of(users), Known()
    pools: dict[str, list[Instance]] = {name: [] for of in WORKERS.values() for name in of}
    calls = []
    for _ in range(round(usage.visits or 0)):
        begins, server = _moment(rng), rng.randrange(max(users // SERVERS, 1))
        for kind, number in (
            ("pull", usage.pulls),
            ("change", usage.changes),
            ("read", usage.reads),
        ):
            for _ in range(_about(rng, float(number / (usage.visits or 1)))):
                calls.append((begins + rng.uniform(0, WITHIN_S), kind, server))
    for at, kind, server in sorted(calls):
        for worker in WORKERS[kind]:
            ms = MEASURED.first_ms if worker == "Interactions" else MEASURED.worker_ms
            instance = _instance(pools[worker], at, found, worker)
            instance.free_at = at + ms / 1000
            at += ms / 1000
            if worker == "Interactions":
                found.asked += 1
                found.known += instance.servers.get(server, 0.0) > at
                if instance.servers.get(server, 0.0) <= at:
                    instance.servers[server] = at + VISIBILITY_S
    return found


def _instance(pool: list[Instance], at: float, found: Known, worker: str) -> Instance:
    pool[:] = [each for each in pool if each.free_at + KEPT_S > at]
    found.calls[worker] += 1
    resting = [each for each in pool if each.free_at <= at]
    if resting:
        return max(resting, key=lambda each: each.free_at)
    found.cold[worker] += 1
    pool.append(Instance())
    return pool[-1]


def _moment(rng: random.Random) -> float:
    """A second of the day, in the busy hours more often."""
    if rng.random() < BUSY * BUSY_S / DAY_S:
        return rng.uniform(0, BUSY_S)
    return rng.uniform(BUSY_S, DAY_S)


def _about(rng: random.Random, number: float) -> int:
    """A whole number that is this on average."""
    whole = int(number)
    return whole + (rng.random() < number - whole)


# --- the output -----------------------------------------------------------------------------------


def main() -> int:
    print("A pull reads")
    for each in reads("pull ×1"):
        how = "as of now" if each.consistent else "as of lately"
        print(f"  {each.table:18}{each.what:34.34}{each.units:5.1f}  {each.whose:8}{how}")
    print(
        f"\n{'':12}{'calls':>10}{'of workers':>12}{'known':>8}{'visibility':>12}{'units a day':>13}"
    )
    for phase, of in PHASES.items():
        found, usage = played(of.users, 1), Usage.of(of.users)
        workers = sum(found.calls[name] for name in OF_FILES)
        print(
            f"{phase:12}{found.calls['Interactions']:>10,}{workers:>12,}{found.of_files:>8.1%}"
            f"{found.of_visibility:>12.1%}{shared_units(usage):>13,.0f}"
        )
    print("known: files and the secret, in the worker's own memory. visibility: kept for 60 s.")
    print("units a day: of the server's items, which are all that a cache could share.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
