"""The executions of all workflows, newest first, a page at a time.

A Standard workflow has a list of its executions. An Express one has none; its log says which began
and how they ended, as long as it keeps them. Either way a page asks for a bounded part.
"""

from __future__ import annotations

import base64
import heapq
import json
import math
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from adapters import banners
from gacha import kinds, snowflake
from scripts import interaction
from scripts.interaction import ENDINGS, UNSAID, Result, result_in
from scripts.stack import Deployment
from scripts.summary import Called

MOST_ROWS: Final = 25
"""Executions on a page."""

MOST_PAGES: Final = 4
"""Of Step Functions' list of one workflow, or of a log, that one page may ask for."""

PAGE_SIZE: Final = 50
LOGGED_MINUTES: Final = (5, 60, 720)
"""How far back an Express workflow's log is asked; further only where that finds too few."""

MOST_KNOWN: Final = 2_000
"""Executions that are remembered, so that a live page asks for each once while it runs and once
when it is over."""

_PATIENCE_S: Final = 15
"""How old an answer of a log may be that is shown again: they are slow to search."""


class Command(NamedTuple):
    """What an execution's input says of it; empty where it says nothing. `admin_id` is who asked,
    where that is not the player."""

    room: str = ""
    options: Mapping[str, Any] = {}
    user_id: str = ""
    admin_id: str = ""
    guild_id: str = ""
    called: Mapping[str, Mapping[str, str]] = {}
    """What the banner is called that it names, if that is none that ships."""


NOTHING: Final = Command()


@dataclass(frozen=True, slots=True)
class Listed:
    """An execution in the list. `workflow` is "pull", "change", "reply" or "workshop".
    `receipt_number` is empty under a name that is none. `stopped` is None while it runs, and where
    nobody knows."""

    name: str
    receipt_number: str
    workflow: str
    arn: str
    status: str
    started: datetime
    stopped: datetime | None
    command: Command = NOTHING
    result: Result = UNSAID

    @property
    def order(self) -> tuple[float, str]:
        """The newer, the greater. The service sorts what has ended by its end; whatever it sorts
        by, the pages lose nothing."""
        return (self.stopped or self.started).timestamp(), self.name

    @property
    def milliseconds(self) -> int | None:
        if self.stopped is None:
            return None
        return round((self.stopped - self.started).total_seconds() * 1000)


class Cursor(NamedTuple):
    """Where the next page begins. `top` is the newest start or end (Unix seconds) on the first
    page: what began later was not there, and moves nothing. `at` has, for each workflow, the token
    of the list's page that was come to, and which names of it were shown; of a log, the order of
    the last that was.
    """

    top: float = math.inf
    at: Mapping[str, tuple[str, tuple[str, ...]]] = {}

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor in an address; the list's beginning for anything that is none."""
        try:
            values = json.loads(base64.urlsafe_b64decode(text.encode()))
            at = {
                str(workflow): (str(token), tuple(map(str, names)))
                for workflow, (token, names) in values["at"].items()
            }
            return cls(float(values["top"]), at)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def written(self) -> str:
        text = json.dumps({"top": self.top, "at": self.at})
        return base64.urlsafe_b64encode(text.encode()).decode()


class Page(NamedTuple):
    """`older` is the cursor of the next page, empty on the last. `express` are the workflows that
    have no list, `is_partial` says that the logs hold more than was read."""

    rows: list[Listed]
    older: str
    express: list[str]
    is_partial: bool


class Listing:
    """The lists of one deployment. It remembers what cannot change any more."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self._known: OrderedDict[tuple[str, bool], tuple[Command, Result]] = OrderedDict()
        self._logged: dict[str, tuple[float, list[Listed], bool]] = {}
        self._offered: dict[str, Called] = {}

    def page(self, cursor: Cursor) -> Page:
        """Raises ClientError "InvalidToken" for a cursor that is over."""
        self._offered = {}
        sources: dict[str, _Source] = {}
        express, is_partial = [], False
        for output in interaction.MACHINES:
            workflow = output.removesuffix("StateMachineArn").lower()
            arn = interaction.machine_arn(self.deployment.output(output))
            described = self.deployment.client("stepfunctions").describe_state_machine(
                stateMachineArn=arn
            )
            token, shown = cursor.at.get(workflow, ("", ()))
            if described["type"] == "EXPRESS":
                express.append(workflow)
                rows, is_cut = self._from_log(workflow, described)
                is_partial |= is_cut
                sources[workflow] = _Logs(rows, token)
            else:
                client = self.deployment.client("stepfunctions")
                sources[workflow] = _List(client, workflow, arn, token, shown, cursor.top)
        newest_first = heapq.merge(*sources.values(), key=lambda each: each[0].order, reverse=True)
        found: list[Listed] = []
        is_more = False
        for row, token in newest_first:
            if len(found) == MOST_ROWS:
                is_more = True
                break
            found.append(row)
            sources[row.workflow].took(row, token)
        older = ""
        if is_more or any(each.has_more for each in sources.values()):
            top = cursor.top if cursor.at else max(row.order[0] for row in found)
            older = Cursor(top, {name: each.place for name, each in sources.items()}).written()
        found.sort(key=lambda row: (row.started, row.name), reverse=True)
        return Page([self._described(row) for row in found], older, express, is_partial)

    def _described(self, row: Listed) -> Listed:
        """With what it was started with and what came of it, neither of which changes once it is
        over."""
        if row.workflow in self._logged:
            return row
        key = row.arn, row.status != "RUNNING"
        if key not in self._known:
            try:
                described = self.deployment.client("stepfunctions").describe_execution(
                    executionArn=row.arn
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                    raise
                described = {}  # it was kept for 90 days, which end now
            result = result_in(described.get("output", ""), described.get("cause", ""))
            self._known.pop((row.arn, False), None)
            command = self._with_banner(row, command_in(described.get("input", "")), result)
            self._known[key] = command, result
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        command, result = self._known[key]
        return replace(row, command=command, result=result)

    def _with_banner(self, row: Listed, command: Command, result: Result) -> Command:
        """With the banner that was drawn from, of a pull that named none: its row in the ledger
        says which was the server's default then. And with the name of one that is the server's
        own."""
        named = command.options.get("banner")
        if command.room != kinds.PULL or named in banners.ids():
            return command
        is_recorded = result.outcome in ("drawn", "recorded") and row.receipt_number
        if not is_recorded:
            return self._with_name(command) if named else command
        player_key = f"{command.user_id}@{command.guild_id}"
        at = Decimal(snowflake.sort_key(row.receipt_number))
        key = {"user_id": player_key, "timestamp": at}
        recorded = interaction.get(self.deployment, "HistoryTable", key) or {}
        if "banner" not in recorded:  # erased, or voided
            return command
        return command._replace(
            options={**command.options, "banner": recorded["banner"]},
            called=interaction.drawn_from(self.deployment, recorded),
        )

    def _with_name(self, command: Command) -> Command:
        """With what the server calls its banners now, if it is none that ships."""
        if command.options["banner"] in banners.ids():
            return command
        if command.guild_id not in self._offered:
            called = interaction.offered(self.deployment, command.guild_id)
            self._offered[command.guild_id] = called
        return command._replace(called=self._offered[command.guild_id])

    # --- Express ----------------------------------------------------------------------------------

    def _from_log(self, workflow: str, described: Mapping[str, Any]) -> tuple[list[Listed], bool]:
        """The newest executions that a log knows of, and whether it holds more in that time."""
        at, rows, is_cut = self._logged.get(workflow, (0.0, [], False))
        if time.monotonic() - at > _PATIENCE_S or not at:
            group = interaction.log_group(described)
            for minutes in LOGGED_MINUTES if group else ():
                rows, is_cut = self._search(workflow, group, minutes)
                if len(rows) >= MOST_ROWS or is_cut:
                    break
            # A read for each row would be too many; those that named no banner stay without.
            rows = [
                replace(each, command=self._with_name(each.command))
                if each.command.room == kinds.PULL and "banner" in each.command.options
                else each
                for each in rows
            ]
            self._logged[workflow] = time.monotonic(), rows, is_cut
        return rows, is_cut

    def _search(self, workflow: str, group: str, minutes: int) -> tuple[list[Listed], bool]:
        began: dict[str, Listed] = {}
        token: dict[str, str] = {}
        since = datetime.now().astimezone() - timedelta(minutes=minutes)
        for _ in range(MOST_PAGES):
            try:
                answer = self.deployment.client("logs").filter_log_events(
                    logGroupName=group,
                    startTime=int(since.timestamp() * 1000),
                    filterPattern=" ".join(f"?{kind}" for kind in ("ExecutionStarted", *ENDINGS)),
                    **token,
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                return [], False
            for line in answer["events"]:
                _note(began, workflow, line["message"])
            if "nextToken" not in answer:
                break
            token = {"nextToken": answer["nextToken"]}
        else:
            return _newest(began), True
        return _newest(began), False


class _List:
    """A Standard workflow's executions from a place on, each with the token of its page."""

    def __init__(
        self, client: Any, workflow: str, arn: str, token: str, shown: Sequence[str], top: float
    ) -> None:
        self.has_more = False
        self._client, self._workflow, self._arn, self._top = client, workflow, arn, top
        self._token, self._shown = token, list(shown)
        self._before: dict[str, list[str]] = {}

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        return self._token, tuple(self._shown)

    def __iter__(self) -> Iterator[tuple[Listed, str]]:
        token, shown = self._token, set(self._shown)
        for _ in range(MOST_PAGES):
            answer = self._client.list_executions(
                stateMachineArn=self._arn,
                maxResults=PAGE_SIZE,
                **({"nextToken": token} if token else {}),
            )
            names = (each["name"] for each in answer["executions"])
            self._before[token] = [name for name in names if name in shown]
            for each in answer["executions"]:
                row = Listed(
                    each["name"],
                    receipt_number_in(each["name"]),
                    self._workflow,
                    each["executionArn"],
                    each["status"],
                    each["startDate"].astimezone(UTC),
                    each["stopDate"].astimezone(UTC) if "stopDate" in each else None,
                )
                if row.name not in shown and row.started.timestamp() <= self._top:
                    yield row, token
            token = answer.get("nextToken", "")
            if not token:
                return
        # More has begun since the first page than one page may pass over; the next one goes on.
        self.has_more, self._token = True, token

    def took(self, row: Listed, token: str) -> None:
        """Note that a row of the page of this token is shown."""
        if token != self._token:
            self._token, self._shown = token, self._before[token]
        self._shown.append(row.name)


class _Logs:
    """What an Express workflow's log knows of, after the last that was shown."""

    has_more = False

    def __init__(self, rows: Sequence[Listed], after: str) -> None:
        self._rows = rows
        self._after = after

    @property
    def place(self) -> tuple[str, tuple[str, ...]]:
        return self._after, ()

    def __iter__(self) -> Iterator[tuple[Listed, str]]:
        for row in self._rows:
            if not self._after or _written(row) < self._after:
                yield row, ""

    def took(self, row: Listed, _: str) -> None:
        self._after = _written(row)


_Source = _List | _Logs


def _written(row: Listed) -> str:
    """A row's place in the order, as text that sorts likewise."""
    at, name = row.order
    return f"{at:017.3f} {name}"


def receipt_number_in(name: str) -> str:
    """The receipt number in an execution's name, which a sweep's has, too; empty without one."""
    receipt_number = name.partition("-sweep-")[0]
    is_one = snowflake.canonical(
        receipt_number
    ) == receipt_number and snowflake.read_receipt_number(receipt_number)
    return receipt_number if is_one else ""


def command_in(text: str) -> Command:
    """What an input asks for, as far as it is one of ours."""
    given = interaction.object_in(text)
    options = given.get("options")
    return Command(
        str(given.get("command") or ""),
        options if isinstance(options, dict) else {},
        str(given.get("user_id") or ""),
        str(given.get("admin_id") or ""),
        str(given.get("guild_id") or ""),
    )


def _note(began: dict[str, Listed], workflow: str, line: str) -> None:
    """Add what a line of an Express workflow's log says of an execution."""
    try:
        _, event = interaction.as_event(line)
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    arn, kind, at = event["execution_arn"], event["type"], event["timestamp"]
    if kind != "ExecutionStarted" and kind not in ENDINGS:
        return
    name = arn.split(":")[-2] if arn.count(":") > 1 else arn
    known = began.get(arn) or Listed(
        name, receipt_number_in(name), workflow, arn, "RUNNING", at, None
    )
    if kind == "ExecutionStarted":
        details = event["executionStartedEventDetails"]
        known = replace(known, started=at, command=command_in(details.get("input", "")))
    else:
        details = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
        result = result_in(str(details.get("output", "")), str(details.get("cause", "")))
        known = replace(known, status=ENDINGS[kind], stopped=at, result=result)
    began[arn] = known


def _newest(began: Mapping[str, Listed]) -> list[Listed]:
    return sorted(began.values(), key=lambda row: row.order, reverse=True)
