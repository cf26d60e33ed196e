"""What became of one interaction, in five lines; if asked, its workflow step by step, its row in
the ledger, its message.

    .venv/bin/python -m scripts.inspect 1574633113697286472
    .venv/bin/python -m scripts.inspect 1574633113697286472 --stack discord-gacha --steps
    .venv/bin/python -m scripts.inspect --serve --stack discord-gacha

The last one shows all interactions on a page in the browser (scripts/viewer).

Exit codes: 0 found, 1 nothing is known of it, 2 bad arguments, 3 AWS could not be asked.

Interaction tokens, sealed or not, and signatures of uploads' addresses are never printed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from adapters import banners
from adapters.tables import settings
from gacha import banner, kinds, player, snowflake, terminal
from gacha.errors import BannerError, shown
from scripts import stack, summary
from scripts.stack import Deployment

WORKSHOP: Final = "WorkshopStateMachineArn"
MACHINES: Final = ("PullStateMachineArn", "ChangeStateMachineArn", "ReplyStateMachineArn", WORKSHOP)
"""By their outputs. An upload runs twice under one name: in the workshop, and then as the change
that it hands over."""

SECRET: Final = frozenset({"token", "sealed_token", "server_seed"})
"""Names in an execution's data whose value nobody needs to see. A seed is only ever revealed to its
player, once its epoch is closed."""

_QUOTED: Final = re.compile(r"""(\\*["'](?:sealed_)?token\\*["']\s*:\s*\\*["'])[^"'\\]+""")
"""The same where data stands within a text, with or without backslashes before its quotes."""

_SIGNED: Final = re.compile(r"""(https?://[^\s"'<>\\?#]*)\?[^\s"'<>\\]+""")
"""An address with a query: Discord signs the address of an upload there, and whoever has it can
fetch the file."""

CLIPPED: Final = 300
"""Characters of an input or output that --steps shows without --full."""

MOST_EVENTS: Final = 2_000
"""Events of a history that are read. Ten conflicts with all their tries are some five hundred."""

MOST_CHARACTERS: Final = 16_000_000
"""Of their inputs and outputs; a page of the history begins within it, and adds 12.5 MB at most."""

DEEPEST: Final = 50
"""Levels of JSON that are shown, a text that holds JSON being one."""

_PAGE: Final = 50
"""Events of a page of the history, which may bring 256 KB each."""

AROUND_MS: Final = 30 * 60 * 1000
"""How long after the interaction its workflow may still have logged."""

Row = dict[str, Any]

ENDINGS: Final = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
"""How an execution ends, by the event that says so."""


class Result(NamedTuple):
    """What an execution says came of it, as the change workflow ends with it: `outcome` as Draw and
    Plan name it, or "unclear"; `delivery` is "delivered" or "gone". Empty where it says nothing."""

    outcome: str = ""
    delivery: str = ""


UNSAID: Final = Result()

_CAUSE: Final = re.compile(r"\boutcome (\w+), message (\w+)")
"""How the state Failed says it; a failed execution has no output."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A try of a task that failed: the kind of event, the error's name, and what is said of it."""

    at: datetime
    kind: str
    error: str
    cause: str

    def __str__(self) -> str:
        return f"{self.kind} {self.error} {self.cause}".strip()


@dataclass(slots=True)
class Step:
    """A state that was entered: when, for how long, with what, and what went wrong in it.

    `asked` and `answered` are what its last try gave to the service, where the history has it, and
    what that answered. `caught_by`: where a Catch led after the last failure; empty without one.
    `within`: the Map that it is a state of; empty outside one. `item`: for which of its items, from
    0 on.
    """

    name: str
    entered: datetime
    given: str
    milliseconds: int | None = None
    returned: str = ""
    failures: list[Failure] = field(default_factory=list)
    asked: str = ""
    answered: str = ""
    caught_by: str = ""
    within: str = ""
    item: int = 0

    @property
    def place(self) -> str:
        """Its name, behind the Map's and the item's number as people count."""
        return f"{self.within} {self.item + 1} › {self.name}" if self.within else self.name

    @property
    def has_failed(self) -> bool:
        """Whether its last try failed."""
        return bool(self.failures) and not self.answered

    @property
    def retries(self) -> int:
        """How often its task was tried again."""
        return len(self.failures) - self.has_failed


@dataclass(frozen=True, slots=True)
class Execution:
    """A workflow that ran for the interaction. `is_cut`: its history is longer than was read."""

    arn: str
    status: str
    started: datetime
    milliseconds: int | None
    input: Mapping[str, Any]
    steps: list[Step]
    cause: str
    is_cut: bool = False
    result: Result = UNSAID


@dataclass(frozen=True, slots=True)
class Logged:
    """What the logs of an Express workflow say: when, and which state was entered or failed; its
    input and steps, as far as the log holds them; and how it ended, empty where it does not say."""

    machine: str
    events: list[tuple[datetime, str, str]]
    input: Mapping[str, Any]
    steps: list[Step]
    status: str = ""
    result: Result = UNSAID


@dataclass(frozen=True, slots=True)
class Hint:
    """Why more may be known than was found: a sentence of `summary`, and the machine it names."""

    sentence: str
    machine: str = ""

    def text(self, language: str) -> str:
        return summary.sentence(self.sentence, language, machine=self.machine)


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of an interaction."""

    executions: list[Execution]
    logged: list[Logged]
    row: Row | None
    player: Row | None
    hints: list[Hint]
    called: summary.Called = field(default_factory=dict)
    """What the server's own banner is called from which it drew, or was to draw."""

    def __bool__(self) -> bool:
        return bool(self.executions or self.logged or self.row)

    @property
    def runs(self) -> list[Execution | Logged]:
        """All that ran for it."""
        return [*self.executions, *self.logged]


def find(deployment: Deployment, receipt_number: str, guild: str | None = None) -> Found:
    """Everything about one interaction. `guild` helps where no execution names it."""
    executions: list[Execution] = []
    logged: list[Logged] = []
    hints: list[Hint] = []
    for output in MACHINES:
        machine = machine_arn(deployment.output(output))
        described = deployment.client("stepfunctions").describe_state_machine(
            stateMachineArn=machine
        )
        if described["type"] == "EXPRESS":
            if events := _express_events(deployment, described, receipt_number):
                logged.append(_logged(described["name"], events))
            elif output not in ("ReplyStateMachineArn", WORKSHOP):
                hints.append(Hint("no log", described["name"]))
        else:
            executions += _executions(deployment, machine, receipt_number)
    executions.sort(key=lambda each: each.started)  # the workshop's before the change of it
    inputs = [*(each.input for each in executions), *(each.input for each in logged)]
    for given in inputs:
        guild = guild or given.get("guild_id")
    row = _row(deployment, receipt_number, guild, inputs)
    holder = get(deployment, "UsersTable", {"user_id": row["user_id"]}) if row else None
    if row is None and guild is None:
        hints.append(Hint("no guild"))
    called = _called(deployment, row, inputs)
    return Found(executions, logged, row, holder, hints, called)


# --- executions -----------------------------------------------------------------------------------


def machine_arn(arn: str) -> str:
    """A machine's own ARN, where an output names its alias or version."""
    return ":".join(arn.split(":")[:7])


def _executions(deployment: Deployment, machine: str, receipt_number: str) -> Iterator[Execution]:
    """The interaction's own execution, and the sweeps that came after it."""
    name, sweep = receipt_number, 0
    while execution := _execution(deployment, machine, name):
        yield execution
        sweep += 1
        name = f"{receipt_number}-sweep-{sweep}"
        if execution.status in ("RUNNING", "SUCCEEDED"):
            return


def _execution(deployment: Deployment, machine: str, name: str) -> Execution | None:
    client = deployment.client("stepfunctions")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    try:
        described = client.describe_execution(executionArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise
    events, is_cut = _history(client, arn)
    started, stopped = described["startDate"].astimezone(UTC), described.get("stopDate")
    return Execution(
        arn,
        described["status"],
        started,
        _milliseconds(started, stopped) if stopped else None,
        object_in(described.get("input", "")),
        steps(events),
        described.get("cause", ""),
        is_cut,
        result_in(described.get("output", ""), described.get("cause", "")),
    )


def result_in(output: str, cause: str) -> Result:
    """What an output, or the cause of a failure, says came of it."""
    given = object_in(output)
    delivery = given.get("delivery")
    if isinstance(delivery, dict):
        return Result(str(given.get("outcome") or ""), str(delivery.get("outcome") or ""))
    said = _CAUSE.search(cause)
    return Result(said[1], said[2]) if said else UNSAID


def _history(client: Any, arn: str) -> tuple[list[Mapping[str, Any]], bool]:
    """An execution's events, oldest first, and whether there are more than may be read."""
    events: list[Mapping[str, Any]] = []
    characters = 0
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=True, PaginationConfig={"PageSize": _PAGE}
    )
    for page in pages:
        if len(events) >= MOST_EVENTS or characters >= MOST_CHARACTERS:
            return events, True
        events += page["events"]
        characters += sum(
            len(text)
            for event in page["events"]
            for details in event.values()
            if isinstance(details, dict)
            for text in details.values()
            if isinstance(text, str)
        )
    return events, False


def object_in(text: str) -> Mapping[str, Any]:
    """The JSON object in a text; an empty one where there is none, or one nested too deeply."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(slots=True)
class _Line:
    """A line of execution: the whole one, or that of one item of a Map, which run side by side."""

    within: str = ""
    item: int = 0
    around: _Line | None = None
    step: Step | None = None
    has_failed: bool = False
    is_left: bool = True


def steps(events: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The states of a history, in the order in which they were entered. Which line an event belongs
    to says the event before it; where it names none (the local AWS), it is the last one's."""
    found: list[Step] = []
    line = _Line()
    lines: dict[int, _Line] = {}
    for event in events:
        line = lines.get(event.get("previousEventId", 0), line)
        kind: str = event["type"]
        details: Mapping[str, Any] = next(
            (value for name, value in event.items() if name.endswith("EventDetails")), {}
        )
        if kind == "MapIterationStarted":
            line = _Line(details["name"], details["index"], line)
        elif kind.startswith("MapIteration"):
            line = line.around or line
        else:
            _read(event, kind, details, line, found)
        if "id" in event:
            lines[event["id"]] = line
    return found


def _read(
    event: Mapping[str, Any], kind: str, details: Mapping[str, Any], line: _Line, found: list[Step]
) -> None:
    """What an event says of its line's state, or that the line enters another."""
    at: datetime = event["timestamp"].astimezone(UTC)  # boto3 gives this machine's time
    step = line.step
    if kind.endswith("StateEntered"):
        if step and line.has_failed:  # its Catch led here
            step.caught_by = details["name"]
        line.step = Step(
            details["name"], at, details.get("input", ""), within=line.within, item=line.item
        )
        found.append(line.step)
        line.has_failed = line.is_left = False
    elif step is None or line.is_left:
        return
    elif kind.endswith("StateExited"):
        step.milliseconds = _milliseconds(step.entered, at)
        step.returned = details.get("output", "")
        line.is_left = True
    elif kind.endswith(("Failed", "TimedOut")) and not kind.startswith("Execution"):
        failure = (details.get("error", ""), details.get("cause", ""))
        step.failures.append(Failure(at, kind, *failure))
        step.answered, line.has_failed = "", True
    elif kind.endswith("Scheduled"):
        step.asked = details.get("parameters", "") or details.get("input", "")
    elif kind.endswith("Succeeded"):
        step.answered = details.get("output", "") or "{}"
        line.has_failed = False


def _milliseconds(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds() * 1000)


def _express_events(
    deployment: Deployment, machine: Mapping[str, Any], receipt_number: str
) -> list[Mapping[str, Any]]:
    """The events that an Express workflow's log has for this execution's name, in order, as a
    history has them."""
    group = log_group(machine)
    if not group:
        return []
    since = snowflake.created_ms(receipt_number) - 60_000
    found = []
    for text in _log_lines(deployment, group, receipt_number, since):
        try:
            number, event = as_event(text)
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if f":{receipt_number}:" in event["execution_arn"]:
            found.append((number, event))
    return [event for _, event in sorted(found, key=lambda each: each[0])]


def log_group(machine: Mapping[str, Any]) -> str:
    """Where a described state machine logs; empty where it does not."""
    destinations = machine.get("loggingConfiguration", {}).get("destinations", [])
    if not destinations:
        return ""
    arn: str = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    return arn.split(":log-group:")[-1].removesuffix(":*")


def as_event(text: str) -> tuple[int, Mapping[str, Any]]:
    """A line of an Express workflow's log as an event of a history, and its number. Raises
    ValueError, KeyError or TypeError for any other line."""
    logged = json.loads(text)
    kind: str = logged["type"]
    for form in ("StateEntered", "StateExited"):  # as the API names details, whatever the state
        group = form if kind.endswith(form) else kind
        if group == form:
            break
    return int(logged["id"]), {
        "type": kind,
        "id": int(logged["id"]),
        "previousEventId": int(logged.get("previous_event_id", 0)),
        "timestamp": datetime.fromtimestamp(int(logged["event_timestamp"]) / 1000, UTC),
        "execution_arn": str(logged["execution_arn"]),
        f"{group[0].lower()}{group[1:]}EventDetails": dict(logged.get("details") or {}),
    }


def _logged(machine: str, events: list[Mapping[str, Any]]) -> Logged:
    lines, given, status, result = [], "", "", UNSAID
    for event in events:
        details = next(each for name, each in event.items() if name.endswith("EventDetails"))
        what = details.get("name") or details.get("error") or ""
        lines.append((event["timestamp"], event["type"], str(what)))
        if event["type"] == "ExecutionStarted":
            given = details.get("input", "")
        if event["type"] in ENDINGS:
            status = ENDINGS[event["type"]]
            result = result_in(str(details.get("output", "")), str(details.get("cause", "")))
    return Logged(machine, lines, object_in(given), steps(events), status, result)


def _log_lines(
    deployment: Deployment, group: str, receipt_number: str, since: int
) -> Iterator[str]:
    try:
        pages = (
            deployment.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=group,
                startTime=since,
                endTime=since + AROUND_MS,
                filterPattern=f'"{receipt_number}"',
            )
        )
        for page in pages:
            yield from (event["message"] for event in page["events"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


# --- the ledger -----------------------------------------------------------------------------------


def _row(
    deployment: Deployment,
    receipt_number: str,
    guild: str | None,
    inputs: Iterable[Mapping[str, Any]],
) -> Row | None:
    """The interaction's row: by its player where an execution's input names them, else at the keys
    of all players of its server, a read for each."""
    timestamp = snowflake.sort_key(receipt_number)
    for given in inputs:
        if "user_id" in given and "guild_id" in given:
            player_key = player.key(given["user_id"], given["guild_id"])
            key = {"user_id": player_key, "timestamp": timestamp}
            if (row := get(deployment, "HistoryTable", key)) is not None:
                return row
    if guild is None:
        return None
    for player_key in _players(deployment, guild):
        key = {"user_id": player_key, "timestamp": timestamp}
        if (row := get(deployment, "HistoryTable", key)) is not None:
            return row
    return None


def _players(deployment: Deployment, guild: str) -> Iterator[str]:
    """The keys of the server's players, as the index of players has them."""
    pages = (
        deployment.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=deployment.tables["UsersTable"],
            IndexName="by_guild",
            KeyConditionExpression="guild_id = :guild",
            ExpressionAttributeValues={":guild": {"S": guild}},
        )
    )
    for page in pages:
        yield from (item["user_id"]["S"] for item in page["Items"])


def _called(
    deployment: Deployment, row: Row | None, inputs: Iterable[Mapping[str, Any]]
) -> summary.Called:
    """What the banner of a pull is called: by its row, or by what was asked for."""
    if row is not None and row["kind"] == kinds.PULL:
        return drawn_from(deployment, row)
    for given in inputs:
        options = given.get("options")
        if isinstance(options, dict) and "banner" in options and "guild_id" in given:
            return offered(deployment, str(given["guild_id"]))
    return {}


def offered(deployment: Deployment, guild: str) -> summary.Called:
    """What the banners are called that a server offers."""
    row = get(deployment, "SettingsTable", {"server_id": guild, "setting": settings.NAMES})
    called: summary.Called = (row or {}).get("names", {})
    return called


def drawn_from(deployment: Deployment, row: Row) -> summary.Called:
    """What the banner of a recorded pull was called then, by its file; nothing for one that ships,
    and where nobody keeps the file, or the operator may not read it."""
    id_, hash_ = str(row.get("banner", "")), str(row.get("banner_hash", ""))
    if id_ in banners.ids() or not hash_:
        return {}
    with suppress(ClientError, BannerError):
        if (file := deployment.banner_file(hash_)) is not None:
            return {id_: banner.parse(file, f"{hash_}.toml").name}
    return {}


def get(deployment: Deployment, table: str, key: Mapping[str, Any]) -> Row | None:
    answer = deployment.client("dynamodb").get_item(
        TableName=deployment.tables[table],
        Key={
            name: {"N": _number(value)} if isinstance(value, Decimal) else {"S": value}
            for name, value in key.items()
        },
        ConsistentRead=True,
    )
    if "Item" not in answer:
        return None
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in answer["Item"].items()}


def _number(value: Decimal) -> str:
    """As DynamoDB writes it, without zeros at the end."""
    return format(value.normalize(), "f")


# --- the output -----------------------------------------------------------------------------------


def redacted(found: Found) -> Found:
    """The same without interaction tokens, sealed or not, and without the signatures of addresses,
    wherever they stand."""
    secrets = known_secrets([each.input for each in found.runs])

    def text(of: str) -> str:
        return _without(secrets, str(hidden(of)))

    def of_steps(given: list[Step]) -> list[Step]:
        return [
            replace(
                step,
                given=text(step.given),
                returned=text(step.returned),
                asked=text(step.asked),
                answered=text(step.answered),
                failures=[
                    replace(each, error=text(each.error), cause=text(each.cause))
                    for each in step.failures
                ],
            )
            for step in given
        ]

    return Found(
        [
            replace(
                each,
                input=hidden(each.input),
                steps=of_steps(each.steps),
                cause=text(each.cause),
            )
            for each in found.executions
        ],
        [
            replace(
                each,
                input=hidden(each.input),
                steps=of_steps(each.steps),
                events=[(at, kind, text(what)) for at, kind, what in each.events],
            )
            for each in found.logged
        ],
        found.row and hidden(found.row),
        found.player and hidden(found.player),
        found.hints,
        found.called,
    )


def hidden(value: Any, depth: int = 0) -> Any:
    """`value` without interaction tokens and signatures of addresses; texts that hold JSON are
    looked into. What is nested too deeply for anybody to read is left out, so that nothing in it
    can be overlooked."""
    if depth > DEEPEST and isinstance(value, dict | list):
        return "<nested too deeply>"
    match value:
        case dict():
            return {
                name: "<hidden>" if name in SECRET and each else hidden(each, depth + 1)
                for name, each in value.items()
            }
        case list():
            return [hidden(each, depth + 1) for each in value]
        case str() if value[:1] in ("{", "["):
            try:
                return json.dumps(hidden(json.loads(value), depth + 1), ensure_ascii=False)
            except RecursionError:
                return "<nested too deeply>"
            except ValueError:
                return _unsigned(value)
        case str():
            return _unsigned(value)
    return value


def _unsigned(text: str) -> str:
    """`text` with addresses that say where something lies, and do not open it."""
    return _SIGNED.sub(r"\1?<hidden>", text)


def known_secrets(value: Any, depth: int = 0) -> set[str]:
    """The tokens themselves, as an execution's data has them."""
    if depth > DEEPEST:
        return set()
    if isinstance(value, dict):
        own = {each for name, each in value.items() if name in SECRET and isinstance(each, str)}
        inner = (known_secrets(each, depth + 1) for each in value.values())
        return own.union(*inner) - {""}
    if isinstance(value, list):
        return set[str]().union(*(known_secrets(each, depth + 1) for each in value))
    return set()


def _without(secrets: set[str], text: str) -> str:
    for secret in secrets:  # a failure's cause may quote what it was given, in any form
        text = text.replace(secret, "<hidden>")
    return _unsigned(_QUOTED.sub(r"\1<hidden>", text))


def show(deployment: Deployment, receipt_number: str, found: Found, *, full: bool) -> None:
    """Print what is known step by step, for a person."""
    for line in _lines(deployment, receipt_number, redacted(found), full=full):
        if line.startswith("\n"):
            print()
        print(terminal.plain(line.removeprefix("\n")))


def as_json(found: Found) -> str:
    """All that is known, for a program: states' inputs and outputs as they were, without tokens.
    ASCII, so that no sign in it commands a terminal."""
    values = asdict(redacted(found)) | {"hints": [each.text("en") for each in found.hints]}
    return json.dumps(values, default=str, indent=1)


def _lines(
    deployment: Deployment, receipt_number: str, found: Found, *, full: bool
) -> Iterator[str]:
    made = datetime.fromtimestamp(snowflake.created_ms(receipt_number) / 1000, UTC)
    yield f"interaction {receipt_number}, made {made:%Y-%m-%d %H:%M:%S} UTC"
    for execution in found.executions:
        yield from _execution_lines(deployment, execution, full=full)
    for logged in found.logged:
        yield f"\n{logged.machine} (Express: from its log)"
        for at, kind, what in logged.events:
            yield f"  {at:%H:%M:%S.%f} {kind:28} {what}"
    yield "\nledger"
    if found.row is None:
        yield "  no row: nothing was charged or changed under this number"
    else:
        for name, value in found.row.items():
            yield f"  {name}: {_clipped(str(value), full=full)}"
        if found.row.get("undelivered"):
            yield "  its message has not arrived (undelivered)"
    if found.player is not None:
        shown = {name: str(found.player.get(name)) for name in ("balance", "nonce", "version")}
        yield f"\nplayer {found.player['user_id']} now"
        yield "  " + ", ".join(f"{name} {value}" for name, value in shown.items())


def _execution_lines(deployment: Deployment, execution: Execution, *, full: bool) -> Iterator[str]:
    took = "still running" if execution.milliseconds is None else f"{execution.milliseconds:,} ms"
    yield f"\n{execution.arn.split(':')[6]}: {execution.status}, {took}"
    path = f"states/home?region={deployment.region}#/v2/executions/details/{execution.arn}"
    yield "  " + (
        deployment.console(path) if deployment.endpoint is None else "(local: no console)"
    )
    yield f"  input {_clipped(json.dumps(execution.input, ensure_ascii=False), full=full)}"
    for step in execution.steps:
        spent = "not left" if step.milliseconds is None else f"{step.milliseconds:,} ms"
        yield f"\n  {step.entered:%H:%M:%S.%f}  {step.place}  {spent}"
        for failure in step.failures:
            yield f"    ! {_clipped(str(failure), full=full)}"
        for label, text in (("in ", step.given), ("out", step.returned)):
            if text and text != "{}":
                yield f"    {label} {_clipped(text, full=full)}"
    if execution.cause:
        yield f"  cause: {_clipped(execution.cause, full=full)}"


def _clipped(text: str, *, full: bool) -> str:
    if full or len(text) <= CLIPPED:
        return text
    return f"{text[:CLIPPED]}… ({len(text):,} characters; --full shows all)"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.inspect",
        description="What became of one interaction, by its receipt number.",
        epilog="exit codes: 0 found, 1 nothing is known of it, 2 bad arguments, 3 AWS not readable",
    )
    parser.add_argument(
        "receipt_number",
        nargs="?",
        help="the receipt number, or in quotes a whole line that holds it",
    )
    parser.add_argument(
        "--guild",
        type=stack.discord_id,
        help="the server's id, where no execution is left to name it",
    )
    parser.add_argument("--steps", action="store_true", help="also each step, and the ledger's row")
    parser.add_argument("--full", action="store_true", help="as --steps, inputs and outputs whole")
    parser.add_argument("--json", action="store_true", help="all of it for a program, nothing else")
    parser.add_argument(
        "--serve", action="store_true", help="show all interactions on a page, until Ctrl-C"
    )
    parser.add_argument("--lang", choices=summary.LANGUAGES, help="default: the terminal's (LANG)")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    if given.serve == bool(given.receipt_number):
        parser.error("give a receipt number, or --serve to see all on a page")
    language = given.lang or terminal.language(os.environ)
    tool = _serve if given.serve else _inspect
    return stack.ending(lambda: tool(given, language), language)


def _serve(given: argparse.Namespace, language: str) -> int:
    from scripts.viewer.server import server  # which takes a moment, and only this needs

    deployment = stack.chosen(given)
    made, address = server(stack.local if given.stack is None else lambda: deployment)
    print(address, flush=True)
    stack.say(summary.sentence("serving", language, stack=deployment.name))
    with made:
        made.serve_forever(0.5)
    return stack.FOUND


def _inspect(given: argparse.Namespace, language: str) -> int:
    receipt_number = snowflake.read_receipt_number(given.receipt_number)
    if receipt_number is None:
        wrong = shown(given.receipt_number)
        stack.say(summary.sentence("no receipt number", language, given=wrong))
        return stack.WRONG_QUESTION
    deployment = stack.chosen(given)
    place = {"stack": deployment.name, "region": deployment.region}
    stack.say(summary.sentence("looking", language, **place))
    found = find(deployment, receipt_number, given.guild)
    if given.json:
        print(as_json(found))
    elif found:
        for line in summary.lines(found, receipt_number, language):
            print(line)
        if given.steps or given.full:
            print()
            show(deployment, receipt_number, found, full=given.full)
    else:
        print(summary.sentence("unknown", language, receipt_number=receipt_number))
    for hint in found.hints:
        stack.say(summary.sentence("note", language, hint=hint.text(language)))
    return stack.FOUND if found else stack.NOT_SO
