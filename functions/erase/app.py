"""Erase: deletes what is kept of players and servers, once it is due. Nothing else may delete.

Four steps of one workflow (statemachines/erase.asl.json). `next` works off some players that are
due, or names the server that is; `close` prepares a server; `members` names some of its players in
batches, each of which `batch` erases; `rest` erases what is the server's own. Each may run again at
any time, and does then what is left (docs/decisions/0053-the-players-data.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import people
import rows
import servers
from adapters import aws
from adapters.logs import log
from adapters.tables import erasures
from adapters.tables.erasures import Due
from adapters.tables.persons import Place
from adapters.xray import subsegment
from gacha import server

Event = dict[str, Any]

WORK_S: Final = 30.0
"""How long a run begins something new, of the function's 60 s."""

SETTLED_MS: Final = 60 * 60 * 1000
"""How long after its time something is erased. What was asked for before that, such as to undo it,
is recorded by then: no workflow that changes something lives longer than half an hour."""

AT_ONCE: Final = 25
"""Players that are worked off together: their servers are looked through once for all of them."""


def handler(event: Event, _context: object) -> dict[str, Any]:
    """`step` is one of STEPS; the rest of the event, and the answer, are the step's. Ids stand in
    the workflow, whose history ends by itself; the log line has counts alone."""
    began, outcome, counts = time.monotonic(), "failed", Event()
    try:
        with subsegment("erase"):
            result = STEPS[event["step"]](event, rows.Budget(WORK_S))
        outcome = event["step"]
        counts = {name: value for name, value in result.items() if type(value) is int}
        return result
    finally:
        log(
            f"erase {outcome}",
            level="ERROR" if outcome == "failed" else "INFO",
            worker="erase",
            ms=round((time.monotonic() - began) * 1000),
            **counts,
        )


def _next(event: Event, until: rows.Budget) -> Event:
    """`erased`, `undone` and `failed` count on from those `so_far`. `after` is the last item that
    failed: this execution tries none up to it again. `is_more` tells that this run found players;
    without them, `server` is the item of a server that is due, or empty."""
    counted = {"after": "", "erased": 0, "undone": 0, "failed": 0, **event["so_far"]}
    found: list[Due] = []
    for due in erasures.due(_now_ms() - SETTLED_MS, counted["after"]):
        is_server = server.is_key(due.key)
        if is_server and not found:
            return {**counted, "is_more": False, "server": due.setting}
        if is_server or len(found) == AT_ONCE:
            break
        found.append(due)
    _work_off(found, until, counted)
    return {**counted, "is_more": bool(found), "server": ""}


def _work_off(found: list[Due], until: rows.Budget, counted: Event) -> None:
    away: list[Due] = []
    noted: list[tuple[Due, Place]] = []
    for due in found:
        try:
            begun = people.begin(due)
            if isinstance(begun, Place):
                noted.append((due, begun))
            elif begun == "undone":
                people.forget(due)
                counted["undone"] += 1
            elif people.erase(due.key, until):
                away.append(due)
            else:
                break  # the next run goes on with this one
        except (aws.AwsError, rows.LeftError):
            raise  # the workflow tries again
        except Exception as error:  # whatever one player's rows are like, the others' are not
            log("not erased", level="ERROR", due=due.setting, error=repr(error))
            counted["failed"] += 1
            counted["after"] = due.setting
    people.elsewhere([*away, *(due for due, _ in noted)])
    for due, place in noted:
        people.unnote(due, place)
        counted["erased"] += 1
    for due in away:
        people.end(due, _now_ms())
        counted["erased"] += 1


def _close(event: Event, _until: rows.Budget) -> Event:
    """`is_due`: whether the server is still to be erased."""
    due = _due(event)
    is_due = servers.is_due(due)
    if is_due:
        servers.close(due, _now_ms())
    else:
        people.forget(due)
    return {"is_due": is_due}


def _members(event: Event, _until: rows.Budget) -> Event:
    """`batches` is what the map goes through, each with all that a run needs to know. There is one
    at least, if with no players."""
    keys = servers.members(_due(event).guild_id)
    passed = {"due": event["due"], "idle": event["idle"]}
    starts = range(0, max(1, len(keys)), servers.BATCH)
    batches = [{**passed, "players": keys[at : at + servers.BATCH]} for at in starts]
    return {"players": len(keys), "batches": batches}


def _batch(event: Event, until: rows.Budget) -> Event:
    """`rows` is how many went."""
    gone = servers.erase_members(event["players"], until)
    return {"due": event["due"], "idle": event["idle"], "rows": gone}


def _rest(event: Event, until: rows.Budget) -> Event:
    """`is_more`: whether anything is left."""
    return {"is_more": not servers.erase_rest(_due(event), _now_ms(), until)}


STEPS: Final[dict[str, Callable[[Event, rows.Budget], Event]]] = {
    "next": _next,
    "close": _close,
    "members": _members,
    "batch": _batch,
    "rest": _rest,
}


def _due(event: Event) -> Due:
    """The server's item as it is now, since only that says whether an operator wants it."""
    return erasures.load(event["due"])


def _now_ms() -> int:
    return int(time.time() * 1000)


# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
aws.early(aws.dynamodb().connect)
