"""What became of one interaction, in five lines; if asked, its workflow step by step, its row in
the ledger, its message.

    .venv/bin/python -m scripts.inspect 1574633113697286472
    .venv/bin/python -m scripts.inspect 1574633113697286472 --stack discord-gacha --steps

Exit codes: 0 found, 1 nothing is known of it, 2 bad arguments, 3 AWS could not be asked.

Interaction tokens, sealed or not, are never printed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from gacha import player, snowflake, terminal
from gacha.errors import shown
from scripts import stack, summary
from scripts.stack import Deployment

MACHINES: Final = ("PullStateMachineArn", "ChangeStateMachineArn", "ReplyStateMachineArn")
SECRET: Final = frozenset({"token", "sealed_token"})
"""Names in an execution's data whose value nobody needs to see."""

_QUOTED: Final = re.compile(r"""(\\*["'](?:sealed_)?token\\*["']\s*:\s*\\*["'])[^"'\\]+""")
"""The same where data stands within a text, with or without backslashes before its quotes."""

CLIPPED: Final = 300
"""Characters of an input or output that --steps shows without --full."""

AROUND_MS: Final = 30 * 60 * 1000
"""How long after the interaction its workflow may still have logged."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A state that was entered: when, for how long, with what, and what went wrong in it."""

    name: str
    entered: datetime
    milliseconds: int | None
    given: str
    returned: str
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Execution:
    """A workflow that ran for the interaction."""

    arn: str
    status: str
    started: datetime
    milliseconds: int | None
    input: Mapping[str, Any]
    steps: list[Step]
    cause: str


@dataclass(frozen=True, slots=True)
class Logged:
    """What the logs of an Express workflow say: when, and which state was entered or failed."""

    machine: str
    events: list[tuple[datetime, str, str]]


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

    def __bool__(self) -> bool:
        return bool(self.executions or self.logged or self.row)


def find(deployment: Deployment, receipt_number: str, guild: str | None = None) -> Found:
    """Everything about one interaction. `guild` helps where no execution names it."""
    executions: list[Execution] = []
    logged: list[Logged] = []
    hints: list[Hint] = []
    for output in MACHINES:
        machine = _machine_arn(deployment.output(output))
        described = deployment.client("stepfunctions").describe_state_machine(
            stateMachineArn=machine
        )
        if described["type"] == "EXPRESS":
            if events := _express_events(deployment, described, receipt_number):
                logged.append(Logged(described["name"], events))
            elif output != "ReplyStateMachineArn":
                hints.append(Hint("no log", described["name"]))
        elif execution := _execution(deployment, machine, receipt_number):
            executions.append(execution)
    for execution in executions:
        guild = guild or execution.input.get("guild_id")
    row = _row(deployment, receipt_number, guild, executions)
    holder = _get(deployment, "UsersTable", {"user_id": row["user_id"]}) if row else None
    if row is None and guild is None:
        hints.append(Hint("no guild"))
    return Found(executions, logged, row, holder, hints)


# --- executions -----------------------------------------------------------------------------------


def _machine_arn(arn: str) -> str:
    """A machine's own ARN, where an output names its alias or version."""
    return ":".join(arn.split(":")[:7])


def _execution(deployment: Deployment, machine: str, receipt_number: str) -> Execution | None:
    client = deployment.client("stepfunctions")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{receipt_number}"
    try:
        described = client.describe_execution(executionArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return None
        raise
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=True
    )
    events = [event for page in pages for event in page["events"]]
    started, stopped = described["startDate"], described.get("stopDate")
    return Execution(
        arn,
        described["status"],
        started,
        _milliseconds(started, stopped) if stopped else None,
        json.loads(described.get("input") or "{}"),
        list(steps(events)),
        described.get("cause", ""),
    )


def steps(events: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    """The states of a history, in the order in which they were entered."""
    opened: tuple[str, datetime, str, list[str]] | None = None
    for event in events:
        if entered := event.get("stateEnteredEventDetails"):
            if opened:  # the state before failed, and its Catch led here
                yield Step(*opened[:2], None, opened[2], "", opened[3])
            opened = entered["name"], event["timestamp"], entered.get("input", ""), []
        elif (left := event.get("stateExitedEventDetails")) and opened:
            name, since, given, problems = opened
            spent = _milliseconds(since, event["timestamp"])
            yield Step(name, since, spent, given, left.get("output", ""), problems)
            opened = None
        elif opened and event["type"].endswith(("Failed", "TimedOut")):
            details: Mapping[str, Any] = next(
                (value for name, value in event.items() if name.endswith("EventDetails")), {}
            )
            what = f"{event['type']} {details.get('error', '')} {details.get('cause', '')}"
            opened[3].append(what.strip())
    if opened:
        yield Step(*opened[:2], None, opened[2], "", opened[3])


def _milliseconds(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds() * 1000)


def _express_events(
    deployment: Deployment, machine: Mapping[str, Any], receipt_number: str
) -> list[tuple[datetime, str, str]]:
    """The states that an Express workflow's log has for this execution's name, in order."""
    destinations = machine.get("loggingConfiguration", {}).get("destinations", [])
    if not destinations:
        return []
    arn = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    group = arn.split(":log-group:")[-1].removesuffix(":*")
    since = snowflake.created_ms(receipt_number) - 60_000
    found = []
    for text in _log_lines(deployment, group, receipt_number, since):
        try:
            event = json.loads(text)
            if f":{receipt_number}:" in event["execution_arn"]:
                details = event.get("details", {})
                what = details.get("name") or details.get("error") or ""
                found.append((int(event["id"]), int(event["event_timestamp"]), event["type"], what))
        except (ValueError, KeyError, TypeError):
            continue
    return [
        (datetime.fromtimestamp(at / 1000, UTC), kind, what) for _, at, kind, what in sorted(found)
    ]


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
    deployment: Deployment, receipt_number: str, guild: str | None, executions: list[Execution]
) -> Row | None:
    """The interaction's row: by its player where an execution names them, else at the keys of all
    players of its server, a read for each."""
    timestamp = snowflake.sort_key(receipt_number)
    for execution in executions:
        given = execution.input
        if "user_id" in given and "guild_id" in given:
            player_key = player.key(given["user_id"], given["guild_id"])
            key = {"user_id": player_key, "timestamp": timestamp}
            if (row := _get(deployment, "HistoryTable", key)) is not None:
                return row
    if guild is None:
        return None
    for player_key in _players(deployment, guild):
        key = {"user_id": player_key, "timestamp": timestamp}
        if (row := _get(deployment, "HistoryTable", key)) is not None:
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


def _get(deployment: Deployment, table: str, key: Mapping[str, Any]) -> Row | None:
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


def hidden(value: Any) -> Any:
    """`value` without interaction tokens, at every depth; texts that hold JSON are looked into."""
    match value:
        case dict():
            return {
                name: "<hidden>" if name in SECRET and each else hidden(each)
                for name, each in value.items()
            }
        case list():
            return [hidden(each) for each in value]
        case str() if value[:1] in ("{", "["):
            try:
                return json.dumps(hidden(json.loads(value)), ensure_ascii=False)
            except ValueError:
                return value
    return value


def known_secrets(value: Any) -> set[str]:
    """The tokens themselves, as an execution's data has them."""
    if isinstance(value, dict):
        own = {each for name, each in value.items() if name in SECRET and isinstance(each, str)}
        return own.union(*map(known_secrets, value.values())) - {""}
    return set[str]().union(*map(known_secrets, value)) if isinstance(value, list) else set()


def show(deployment: Deployment, receipt_number: str, found: Found, *, full: bool) -> None:
    """Print what is known step by step, for a person."""
    secrets = known_secrets([dict(each.input) for each in found.executions])
    for line in _lines(deployment, receipt_number, found, full=full):
        if line.startswith("\n"):
            print()
        print(terminal.plain(_without(secrets, line.removeprefix("\n"))))


def _without(secrets: set[str], text: str) -> str:
    for secret in secrets:  # a failure's cause may quote what it was given, in any form
        text = text.replace(secret, "<hidden>")
    return _QUOTED.sub(r"\1<hidden>", text)


def as_json(found: Found) -> str:
    """All that is known, for a program: states' inputs and outputs as they were, without tokens.
    ASCII, so that no sign in it commands a terminal."""
    secrets = known_secrets([dict(each.input) for each in found.executions])
    values = asdict(found) | {"hints": [each.text("en") for each in found.hints]}
    known = hidden(json.loads(json.dumps(values, default=str)))
    return _without(secrets, json.dumps(known, indent=1))


def _lines(
    deployment: Deployment, receipt_number: str, found: Found, *, full: bool
) -> Iterator[str]:
    made = datetime.fromtimestamp(snowflake.created_ms(receipt_number) / 1000, UTC)
    yield f"interaction {receipt_number}, made {made:%Y-%m-%d %H:%M:%S} UTC"
    for execution in found.executions:
        yield from _execution_lines(deployment, execution, full=full)
    for logged in found.logged:
        yield f"\n{logged.machine} (Express: from its log, which holds no data)"
        for at, kind, what in logged.events:
            yield f"  {at:%H:%M:%S.%f} {kind:28} {what}"
    yield "\nledger"
    if found.row is None:
        yield "  no row: nothing was charged or changed under this number"
    else:
        for name, value in hidden(found.row).items():
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
    yield f"  input {_clipped(json.dumps(hidden(execution.input), ensure_ascii=False), full=full)}"
    for step in execution.steps:
        spent = "not left" if step.milliseconds is None else f"{step.milliseconds:,} ms"
        yield f"\n  {step.entered:%H:%M:%S.%f}  {step.name}  {spent}"
        for problem in step.problems:
            yield f"    ! {_clipped(problem, full=full)}"
        for label, text in (("in ", step.given), ("out", step.returned)):
            if text and text != "{}":
                yield f"    {label} {_clipped(str(hidden(text)), full=full)}"
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
    parser.add_argument("--lang", choices=summary.LANGUAGES, help="default: the terminal's (LANG)")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    language = given.lang or terminal.language(os.environ)
    return stack.ending(lambda: _inspect(given, language), language)


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
