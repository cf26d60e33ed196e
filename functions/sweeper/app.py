"""Sweeper: has the workflow finish what an execution left open. Writes nothing itself.

EventBridge tells it of executions that failed, timed out or were aborted, and every five minutes
it looks by itself. What it starts is the same workflow with the same input and `sweep`, under the
name `<name>-sweep-<number>`: if the ledger has the interaction, it is shown; if not, Draw and Plan
answer "abandoned" and a VOID row takes its place, so that it can never happen any more. Nothing is
drawn or planned in a sweep, and a token that has expired is not tried (docs/decisions/0013).
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from adapters import executions
from adapters.logs import log
from adapters.metrics import emit
from adapters.tables import ledger
from adapters.xray import subsegment
from commands.asked import Asked
from gacha import snowflake

MOST_SWEEPS: Final = 8
"""Sweeps of one execution; the last one begins ten hours after the one before it."""

_FIRST_PAUSE_S: Final = 300
"""Before the round looks after an execution; twice as long for its first sweep, and so on."""

_LOOK_BACK_S: Final = 7 * 24 * 3_600
"""How far back a round looks: longer than the sweeper can be down without anybody acting on its
alarm. It keeps no note of its last round that went well, since it writes nothing."""

MOST_LOOKED_UP: Final = 100
"""Executions that a round looks up, two requests each; the next ones come with the next round."""

MOST_LISTED: Final = 1_000
"""Executions of a workflow and status that a round knows of: the newest, ten requests for each."""

_IN_FLIGHT_S: Final = 60
"""How old an undelivered pull is before a round asks what became of its execution."""

_PATIENCE_S: Final = 840  # how long after an interaction Announce keeps trying
_COUNTED_S: Final = 3_600
_ROUND_S: Final = 20  # of the function's 30
_NUMBERED: Final = "-sweep-"
_NUMBERS: Final = {str(number): number for number in range(1, MOST_SWEEPS + 1)}

_settled: Final[set[str]] = set()
"""Executions that need no look any more, as far as this process has seen."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """An event "Step Functions Execution Status Change", or the schedule's. `started` counts the
    sweeps begun, `given_up` the executions that all sweeps did not help, `failed` those that a
    round could not look after. Raises RuntimeError for the latter when all else is done, since the
    function's errors have an alarm."""
    with subsegment("sweeper"):
        counts = _after(event["detail"]) if event["source"] == "aws.states" else _round()
    is_bad = counts["given_up"] or counts.get("failed")
    log("swept", level="ERROR" if is_bad else "INFO", **counts)
    # A line for every event would make the metrics dear; the round's alone is always there.
    metrics = {"SweepsStarted": counts["started"], "SweepsGivenUp": counts["given_up"]}
    metrics = {name: count for name, count in metrics.items() if count}
    if "undelivered" in counts:
        metrics["UndeliveredPulls"] = counts["undelivered"]
    if metrics:
        emit(metrics)
    if counts.get("failed"):
        raise RuntimeError(f"{counts['failed']} executions could not be looked after")
    return counts


def _after(detail: dict[str, Any]) -> dict[str, int]:
    """An execution ended badly just now. What is a sweep itself waits for the rounds, since what
    broke it may take its time to mend."""
    numbered = _numbered(detail["name"])
    if numbered is None:
        return {"started": 0, "given_up": 0}
    name, number = numbered
    if number == MOST_SWEEPS:
        return {"started": 0, "given_up": 1}
    return {"started": int(not number and _sweep(detail["stateMachineArn"], name)), "given_up": 0}


def _round() -> dict[str, int]:
    """Look after what events did not settle, and after pulls whose message did not arrive."""
    now, until = time.time(), time.monotonic() + _ROUND_S
    counts = {"started": 0, "given_up": 0, "failed": 0}
    # An Express execution cannot be looked up, and its end is no event.
    if os.environ["WORKFLOW_TYPE"] == "STANDARD":
        looked_up = 0
        for machine, name in chain(_undelivered(now), _due(now)):
            if name in _settled:
                continue
            if looked_up == MOST_LOOKED_UP or time.monotonic() > until:
                log("the round is too short for all", level="WARNING")
                break
            looked_up += 1
            try:
                counts["started"] += _sweep(machine, name)
            except Exception as error:  # whatever one execution is like, the others are not
                log("not swept", level="ERROR", execution=name, error=repr(error))
                counts["failed"] += 1
    counts["undelivered"] = ledger.count_undelivered(now - _COUNTED_S, now - _PATIENCE_S)
    return counts


def _due(now: float) -> Iterator[tuple[str, str]]:
    """Executions that ended badly and should have been swept by now, in any order: what a round
    does not get to has the same chance in the next."""
    due = []
    for machine in (os.environ["PULL_STATE_MACHINE_ARN"], os.environ["CHANGE_STATE_MACHINE_ARN"]):
        for ended in executions.ended_badly(machine, now - _LOOK_BACK_S, MOST_LISTED):
            numbered = _numbered(ended.name)
            if numbered is None or numbered[1] == MOST_SWEEPS:
                continue
            if now - ended.at >= _FIRST_PAUSE_S * 2 ** numbered[1]:
                due.append((machine, ended.name))
    random.shuffle(due)
    yield from due


def _undelivered(now: float) -> Iterator[tuple[str, str]]:
    """Pulls that can still be shown. Their executions may be at it, which is seen later."""
    machine = os.environ["PULL_STATE_MACHINE_ARN"]
    for key in ledger.undelivered(now - _PATIENCE_S, now - _IN_FLIGHT_S):
        yield machine, snowflake.from_sort_key(key)


def _sweep(machine: str, name: str) -> bool:
    """Start the sweep that follows the execution `name`, unless that one runs or is followed."""
    numbered = _numbered(name)
    if numbered is None:
        return False
    base, number = numbered
    following = f"{base}{_NUMBERED}{number + 1}"
    if executions.find(machine, following) is not None:
        _settled.add(name)
        return False
    ended = executions.find(machine, name)
    if ended is None or ended.status == executions.RUNNING:
        return False
    try:
        asked = Asked.read(json.loads(ended.input))
    except (ValueError, TypeError) as error:  # an InputError is a ValueError
        log(
            "an execution's input is no interaction",
            level="ERROR",
            execution=name,
            error=str(error),
        )
        _settled.add(name)
        return False
    started = executions.start(machine, following, asked._replace(sweep=number + 1).written())
    _settled.add(name)
    return started


def _numbered(name: str) -> tuple[str, int] | None:
    """An execution's name without its sweep's number, and that number: 0 for the first of all.

    None for a name that neither an interaction nor a sweep has: whoever started it by hand has to
    look after it.
    """
    base, marked, number = name.partition(_NUMBERED)
    if base and not marked:
        return base, 0
    if base and number in _NUMBERS:
        return base, _NUMBERS[number]
    if name not in _settled:
        log("an execution's name is no sweep's", level="WARNING", execution=name)
        _settled.add(name)
    return None
