"""Every boundary of the system, and what can go wrong there. docs/reliability.md shows the same.

A boundary is a side effect, or the way of an answer back. Faults are chosen by the run's seed, and
counted, so that a fault that the suite says it covers and never meets is itself a failure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KILLED_BEFORE: Final = "killed before"
KILLED_AFTER: Final = "killed after"
LOST: Final = "answer lost"
THROTTLED: Final = "throttled"
CONFLICT: Final = "TransactionConflict"
SERVER_ERROR: Final = "server error"
LATE: Final = "answers after its timeout"

_KILLED: Final = (KILLED_BEFORE, KILLED_AFTER)
_INVOKED: Final = (*_KILLED, LOST, LATE, THROTTLED)

_APART: Final = ("outage", "unprocessed keys", "unprocessed rows")
"""Faults that are not one passage's."""

MATRIX: Final[Mapping[str, tuple[str, ...]]] = {
    # Discord → interactions
    "delivery": (
        "twice at once",
        "many at once",
        "again after minutes",
        "other payload, same id",
        "bad signature",
        "clock skew",
        "clock beyond five minutes",
        "poison",
        "another's button",
        "grant by no admin",
        "settings by no admin",
    ),
    "interactions": _KILLED,
    "StartExecution": (*_KILLED, LOST, THROTTLED, SERVER_ERROR, "connection closed", "slow"),
    # workflow → functions
    "Draw": _INVOKED,
    "Plan": _INVOKED,
    "Announce": _INVOKED,
    "Answer": _INVOKED,
    "Workshop": _INVOKED,
    "Erase": _INVOKED,
    # workflow → DynamoDB
    "Record": (LOST, LATE, THROTTLED, CONFLICT, SERVER_ERROR, "outage"),
    "Void": (LOST, LATE, THROTTLED, CONFLICT, SERVER_ERROR, "outage"),
    "Look": (LOST, LATE, THROTTLED, SERVER_ERROR, "outage"),
    # EventBridge → sweeper
    "event": ("lost", "twice"),
    "sweeper": _KILLED,
    "Step Functions": (*_KILLED, LOST, THROTTLED, SERVER_ERROR),
    # functions → AWS
    "read": (*_KILLED, LOST, THROTTLED, SERVER_ERROR, "outage"),
    "batch read": (*_KILLED, LOST, THROTTLED, SERVER_ERROR, "unprocessed keys", "outage"),
    "secret": (*_KILLED, LOST, THROTTLED),
    "file": (*_KILLED, LOST, THROTTLED, SERVER_ERROR),
    "file written": (*_KILLED, LOST, THROTTLED, SERVER_ERROR),
    "mark": (*_KILLED, LOST, THROTTLED, CONFLICT, SERVER_ERROR, "outage"),
    "deletion": (*_KILLED, LOST, THROTTLED, SERVER_ERROR, "unprocessed rows", "outage"),
    "blanking": (*_KILLED, LOST, THROTTLED, CONFLICT, SERVER_ERROR, "outage"),
    # Announce → Discord
    "PATCH": (
        *_KILLED,
        "refused connection",
        "429",
        "429 of Cloudflare",
        "404 for ten seconds",
        "404 for ever",
        "404 message deleted",
        "401 invalid token",
        "500 once",
        "500 for ever",
        "slow",
        "never answers",
        "closed half-way",
        "applied, answer lost",
        "invalid form",
        "expired while retrying",
    ),
    # the workflow itself, and its operator
    "execution": (
        "aborted",
        "redriven",
        "old input, new execution",
        "poison input",
    ),
    "settings": (
        "banner replaced mid-flow",
        "epochs closed mid-flow",
        "banner published mid-flow",
        "version published mid-flow",
        "banner ended mid-flow",
        "banner hidden mid-flow",
        "server paused mid-flow",
    ),
}

OUTAGES: Final = tuple(boundary for boundary, known in MATRIX.items() if "outage" in known)
"""The boundaries at which DynamoDB can be gone altogether."""


@dataclass
class Faults:
    """What goes wrong in one run. `counts` is by boundary and fault; nothing happens once `calm`,
    and after `until` (true time in seconds) only what a scenario itself brings about.

    `rate` is the chance of a fault at a boundary. During an outage (true times in seconds) every
    access to DynamoDB fails. One with an `outage_at` begins at that boundary's first passage after
    its time; else the first read of each function would hide most of the others from outages.
    """

    rng: random.Random
    rate: float
    only: str | None = None
    outage: tuple[float, float] = (0.0, 0.0)
    outage_at: str | None = None
    until: float = float("inf")
    calm: bool = False
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def pick(self, boundary: str, now: float) -> str | None:
        """The fault of this passage of the boundary, if it is one of those that can be chosen."""
        known = MATRIX[boundary]
        if self.calm or now >= self.until:
            return None
        if "outage" in known and self.outage[0] <= now and self.outage_at in (None, boundary):
            if self.outage_at is not None:
                self.outage = now, now + self.outage[1] - self.outage[0]
                self.outage_at = None
            if now < self.outage[1]:
                return self.note(boundary, "outage")
        if self.only is not None and boundary != self.only:
            return None
        if self.rng.random() >= self.rate:
            return None
        return self.note(boundary, self.rng.choice([each for each in known if each not in _APART]))

    def chance(self, boundary: str, fault: str, probability: float) -> bool:
        """Whether this one happens now."""
        happens = not self.calm and self.rng.random() < probability
        if happens:
            self.note(boundary, fault)
        return happens

    def note(self, boundary: str, fault: str) -> str:
        if fault not in MATRIX[boundary]:
            raise LookupError(f"{fault} is not in the matrix for {boundary}")
        self.counts[boundary, fault] += 1
        return fault
