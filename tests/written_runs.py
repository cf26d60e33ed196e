"""Executions as Step Functions keeps them, written by hand where no local AWS makes them: ten
conflicts, a void, inputs of any size. `Recorded` answers for them as AWS does; its answers are held
against botocore's model of the services, and boto3 itself asks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from adapters import banners
from adapters.tables import transactions
from commands.pull import plan
from gacha import engine, fairness, player, pulling, rules, snowflake
from gacha.game import Offer
from scripts.stack import Deployment
from tests.support import GUILD, PLAYER_KEY, workflow_input

REGION: Final = "ap-northeast-1"
ACCOUNT: Final = "123456789012"
OUTPUTS: Final = {
    "PullStateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:gacha-pull:live",
    "ChangeStateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:gacha-change:live",
    "ReplyStateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:gacha-reply:live",
    "WorkshopStateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:gacha-workshop",
    "UsersTable": "discord_users",
    "HistoryTable": "gacha_history",
    "SettingsTable": "server_settings",
    "CollectionTable": "gacha_collection",
    "Bucket": "discord-gacha-bucket-0a1b",
    "FairnessSecretArn": "f",
}
KEYS: Final = {
    "discord_users": ("user_id",),
    "gacha_history": ("user_id", "timestamp"),
    "server_settings": ("server_id", "setting"),
}
BEGAN: Final = datetime(2026, 11, 28, 7, 12, tzinfo=UTC)

Event = dict[str, Any]
Item = dict[str, Any]


# --- histories ------------------------------------------------------------------------------------


class History:
    """The events of one execution, one after another."""

    def __init__(self, given: Mapping[str, Any] | str, began: datetime = BEGAN) -> None:
        self.input = given if isinstance(given, str) else json.dumps(given)
        self.now = began
        self.events: list[Event] = []
        self.status = "RUNNING"
        self.ending: dict[str, str] = {}
        self.began = began
        self.after = 0
        """The event that the next one follows, in the line of execution that it belongs to."""
        self.add("ExecutionStarted", "executionStarted", input=self.input, roleArn="r")

    def add(self, kind: str, group: str, /, milliseconds: int = 7, **details: Any) -> None:
        self.now += timedelta(milliseconds=milliseconds)
        number = len(self.events) + 1
        self.events.append(
            {
                "timestamp": self.now.timestamp(),
                "type": kind,
                "id": number,
                "previousEventId": self.after,
                f"{group}EventDetails": details,
            }
        )
        self.after = number

    def enter(self, name: str, given: Any, kind: str = "Task") -> None:
        self.add(f"{kind}StateEntered", "stateEntered", name=name, input=_text(given))

    def leave(self, name: str, returned: Any, kind: str = "Task", milliseconds: int = 3) -> None:
        self.add(
            f"{kind}StateExited", "stateExited", milliseconds, name=name, output=_text(returned)
        )

    def ask(self, parameters: Any, service: str = "lambda") -> None:
        where: dict[str, Any] = {"resourceType": service, "resource": "invoke"}
        self.add(
            "TaskScheduled", "taskScheduled", region=REGION, parameters=_text(parameters), **where
        )

    def fail(self, error: str, cause: str, service: str = "lambda", kind: str = "Failed") -> None:
        where = {"resourceType": service, "resource": "invoke"}
        group = f"task{kind}"
        self.add(f"Task{kind}", group, 40, error=error, cause=cause, **where)

    def succeed(self, output: Any, service: str = "lambda") -> None:
        where = {"resourceType": service, "resource": "invoke"}
        self.add("TaskSucceeded", "taskSucceeded", 60, output=_text(output), **where)

    def task(self, name: str, given: Any, answered: Any, returned: Any, asked: Any = None) -> None:
        """A task that succeeds at once."""
        service = "aws-sdk:dynamodb" if name in ("Record", "Void", "Look") else "lambda"
        self.enter(name, given)
        self.ask(given if asked is None else asked, service)
        self.succeed(answered, service)
        self.leave(name, returned)

    def end(
        self, status: str = "SUCCEEDED", *, output: Any = "{}", cause: str = "see above"
    ) -> History:
        """It ends with an output, or failed with a cause."""
        self.status = status
        group = f"Execution{status.title()}"
        self.ending = {"output": _text(output)} if status == "SUCCEEDED" else {"cause": cause}
        more: dict[str, Any] = {**self.ending}
        if status != "SUCCEEDED":
            more["error"] = "E"
        self.add(group, f"{group[0].lower()}{group[1:]}", **more)
        return self


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- an upload ------------------------------------------------------------------------------------

ADDRESS: Final = "https://cdn.discordapp.com/ephemeral-attachments/1/2/sheet.zip"
SIGNATURE: Final = "ex=6928f3c1&is=6927a241&hm=5f0c8d2e4b6a"


class Uploaded:
    """A sheet with pictures that the workshop takes in, three batches side by side of which one
    fails, and the change that it hands over to."""

    def __init__(self, number: int = 0) -> None:
        file = f"4096 {ADDRESS}?{SIGNATURE}& sheet.zip"
        self.input = {
            **workflow_input(number, "admin banner upload"),
            "user_id": "server",
            "admin_id": "1290000000000000009",
            "options": {"file": file},
        }
        self.receipt_number: str = self.input["interaction_id"]

    def workshop(self) -> History:
        history = History(self.input)
        asked = {"step": "unpack", "interaction": self.input}
        taken = {"count": 25, "batches": [0, 10, 20]}
        history.task("Unpack", self.input, {"Payload": taken}, taken, asked)
        history.enter("Pictures", taken, "Map")
        history.add("MapStateStarted", "mapStateStarted", length=3)
        started, ends = history.after, list[int]()
        for index in range(3):
            history.after = started
            history.add("MapIterationStarted", "mapIterationStarted", name="Pictures", index=index)
            history.enter("Picture", {"first": 10 * index, "count": 25})
            ends.append(history.after)
        for index in (2, 0, 1):  # as they end
            history.after = ends[index]
            history.ask({"step": "pictures", "first": 10 * index, "interaction": self.input})
            if index == 1:
                history.fail("Lambda.Unknown", f"from {ADDRESS}?{SIGNATURE}")
                history.leave("Picture", {})
                history.enter("Left", {}, "Succeed")
                history.leave("Left", {}, "Succeed")
            else:
                history.succeed({"Payload": {"made": 10 + index}})
                history.leave("Picture", {})
            history.add(
                "MapIterationSucceeded", "mapIterationSucceeded", name="Pictures", index=index
            )
        history.add("MapStateSucceeded", "mapStateSucceeded")
        del history.events[-1]["mapStateSucceededEventDetails"]
        history.leave("Pictures", {}, "Map")
        made = {"manifest": "made"}
        history.task("Compose", {}, {"Payload": made}, made, {"step": "compose"})
        handed = {"change": "accepted"}
        history.task("Change", made, {"Payload": {"outcome": "accepted"}}, handed)
        return history.end(output=handed)


# --- a pull ---------------------------------------------------------------------------------------

SEED: Final = fairness.server_seed(b"the secret of the tests", PLAYER_KEY, 0)


class Pulled:
    """A pull that our own code decides: the workflow's input, Draw's decision, and its row."""

    def __init__(self, number: int = 0, count: int = 10, since: int = 0, **given: Any) -> None:
        self.input = workflow_input(number, count=count) | given
        self.receipt_number: str = self.input["interaction_id"]
        banner = banners.load("starlit-atelier")
        newcomer = player.newcomer(PLAYER_KEY, GUILD, 0, fairness.commitment(SEED))
        state = engine.State.from_dict(banner, {"since": {"ssr": since}} if since else {})
        self.owner = replace(
            newcomer,
            balance=9_600,
            version=3,
            nonce=40 + number,
            client_seed="client",
            states={banner.state_key: state.to_dict()},
        )
        offer = Offer(banner.id, banner.hash)
        drawn = pulling.pull(self.owner, banner, offer, count, self.receipt_number, SEED, "client")
        assert isinstance(drawn, pulling.Pull)
        new = sorted({roll.card.id for roll in drawn.rolls})
        message = plan._result(banner, drawn.receipt, new, drawn.after.balance, {}, {})
        assert message["standing"] == rules.standing(
            banner, engine.State.from_dict(banner, drawn.receipt["after"])
        )
        self.transaction = transactions.of_pull(drawn, new)
        self.row: Item = self.transaction[0]["Put"]["Item"]
        self.decision = {
            "outcome": "drawn",
            "receipt": dict(drawn.receipt),
            "receipt_hash": drawn.receipt_hash,
            "rolls": [
                plan._noted(roll, drawn.before.nonce + at) for at, roll in enumerate(drawn.rolls)
            ],
            "message": dict(message),
            "transaction": self.transaction,
            "figures": {"kind": "pull", "pulls": count},
        }

    def history(self, conflicts: int = 0) -> History:
        """Draw, Record, Announce; before that, as many rounds in which somebody was faster."""
        history = History(self.input)
        given: Any = self.input
        for conflict in range(1, conflicts + 1):
            self._draw(history, given, conflict - 1)
            history.enter("Record", {"decision": self.decision, "conflicts": conflict - 1})
            history.ask({"TransactItems": self.transaction}, "aws-sdk:dynamodb")
            history.fail(
                "DynamoDb.TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                "[None, ConditionalCheckFailed, None]",
                "aws-sdk:dynamodb",
            )
            caught = {"conflicts": conflict, "error": {"Error": "DynamoDb.Transaction…"}}
            history.leave("Record", caught)
            history.enter("Again?", caught, "Choice")
            history.leave("Again?", caught, "Choice")
            history.enter("WaitForPlayer", caught, "Wait")
            given = {"conflicts": conflict}
            history.leave("WaitForPlayer", given, "Wait", 1_000 * conflict)
        self._draw(history, given, conflicts)
        units = [
            {"TableName": "gacha_history", "CapacityUnits": 6.0},
            {"TableName": "discord_users", "CapacityUnits": 4.0},
            {"TableName": "gacha_collection", "CapacityUnits": 2.0},
        ]
        announced = {name: self.decision[name] for name in ("outcome", "message", "figures")}
        history.task(
            "Record",
            {"decision": self.decision, "conflicts": conflicts},
            {"ConsumedCapacity": units},
            {**announced, "written": units},
            {"TransactItems": self.transaction},
        )
        delivered = {"outcome": "delivered", "status": 200, "code": None, "counted": {}}
        ended = {"outcome": "drawn", "delivery": delivered}
        history.task("Announce", announced, {"Payload": delivered}, ended)
        return history.end(output=ended)

    def _draw(self, history: History, given: Any, conflicts: int) -> None:
        asked = {"FunctionName": "draw", "Payload": {"interaction": self.input}}
        returned = {"decision": self.decision, "conflicts": conflicts}
        history.task("Draw", given, {"Payload": self.decision}, returned, asked)

    def voided(self) -> History:
        """Draw fails for good; the void is written, and the player is told."""
        history = History(self.input)
        history.enter("Draw", self.input)
        for attempt in range(4):
            history.ask({"FunctionName": "draw", "Payload": {"interaction": self.input}})
            history.fail(
                "AwsError", json.dumps({"errorMessage": f"try {attempt}", "of": self.input})
            )
        history.leave("Draw", {"Error": "AwsError", "Cause": "try 3"})
        void = {
            **{name: self.row[name] for name in ("user_id", "timestamp", "guild_id")},
            "interaction_id": {"S": self.receipt_number},
            "kind": {"S": "void"},
            "command": {"S": "pull"},
            "amount": {"N": "0"},
        }
        put = {"TableName": "gacha_history", "Item": void}
        units = [{"TableName": "gacha_history", "CapacityUnits": 2.0}]
        apology = {"kind": "text", "sentence": "voided", "marked": True}
        history.task(
            "Void",
            {"Error": "AwsError", "Cause": "try 3"},
            {"ConsumedCapacity": units},
            {"outcome": "voided", "apology": apology},
            {"TransactItems": [{"Put": put}]},
        )
        delivered = {"outcome": "delivered", "status": 200, "code": None, "counted": {}}
        ended = {"outcome": "voided", "delivery": delivered}
        given = {"outcome": "voided", "apology": apology}
        history.task("Apologise", given, {"Payload": delivered}, ended)
        history.enter("Failed", ended, "Fail")
        self.row = void
        cause = f"Receipt number {self.receipt_number}: outcome voided, message delivered"
        return history.end("FAILED", cause=cause)


# --- the services ---------------------------------------------------------------------------------


class Recorded:
    """An AWS that holds these executions, rows and log lines; a context manager, whose value is the
    deployment. `asked` are the operations, in order."""

    def __init__(self, *, express: Sequence[str] = ("reply",), is_local: bool = False) -> None:
        self.express = express
        self.runs: dict[tuple[str, str], History] = {}
        self.rows: dict[tuple[str, ...], Item] = {}
        self.lines: list[tuple[int, str]] = []
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.refused: dict[str, str] = {}
        self.most_a_page = 1_000
        self.sorted_by_end = True
        self._is_local = is_local
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = here.answer(self.headers["X-Amz-Target"], body)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                """S3's GetObject."""
                here.asked.append("GetObject")
                file = here.files.get(self.path.removeprefix(f"/{OUTPUTS['Bucket']}/"))
                self.send_response(404 if file is None else 200)
                content = b"<Error><Code>NoSuchKey</Code></Error>" if file is None else file
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Deployment:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return Deployment(
            "discord-gacha",
            REGION,
            OUTPUTS,
            f"http://127.0.0.1:{self._server.server_port}",
            credentials={"aws_access_key_id": "a", "aws_secret_access_key": "s"},
        )

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, name: str, history: History, machine: str = "pull") -> None:
        self.runs[machine, name] = history

    def put(self, table: str, row: Item) -> None:
        self.rows[table, *(next(iter(row[key].values())) for key in KEYS[table])] = row

    def add_log(self, name: str, history: History, machine: str = "pull") -> None:
        """The lines that an Express execution logs at level ALL."""
        for event in history.events:
            details = next(v for k, v in event.items() if k.endswith("EventDetails"))
            at = int(event["timestamp"] * 1000)
            line = {
                "id": str(event["id"]),
                "type": event["type"],
                "details": details,
                "previous_event_id": str(event["previousEventId"]),
                "event_timestamp": str(at),
                "execution_arn": f"arn:aws:states:{REGION}:{ACCOUNT}:express:gacha-{machine}:"
                f"{name}:0a1b2c3d-0000-4000-8000-000000000000",
            }
            self.lines.append((at, json.dumps(line)))

    def answer(self, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        prefix, operation = target.split(".")
        self.asked.append(operation)
        if operation in self.refused:
            code = self.refused[operation]
            return 400, {"__type": code, "message": f"{code} <b>for</b> {operation}"}
        try:
            answer = getattr(self, f"_{operation}")(body)
        except KeyError:
            return 400, {"__type": "ExecutionDoesNotExist", "message": "there is none"}
        _check(prefix, operation, answer)
        return 200, answer

    def _DescribeStateMachine(self, body: dict[str, Any]) -> dict[str, Any]:
        arn = body["stateMachineArn"]
        machine = arn.rpartition("-")[2]
        group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vendedlogs/{machine}:*"
        return {
            "stateMachineArn": arn,
            "name": f"gacha-{machine}",
            "definition": "{}",
            "roleArn": "arn:aws:iam::123456789012:role/any",
            "type": "EXPRESS" if machine in self.express else "STANDARD",
            "creationDate": BEGAN.timestamp(),
            "loggingConfiguration": {
                "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
            },
        }

    def _ListExecutions(self, body: dict[str, Any]) -> dict[str, Any]:
        machine = body["stateMachineArn"].rpartition("-")[2]
        runs = [
            (self._place(run), name, run) for (of, name), run in self.runs.items() if of == machine
        ]
        runs.sort(key=lambda each: each[:2], reverse=True)
        if token := body.get("nextToken"):  # a place in the order, not a number: the list grows
            at, name = json.loads(token)
            runs = [each for each in runs if each[:2] < (at, name)]
        end = min(body.get("maxResults", 100), self.most_a_page)
        more = {"nextToken": json.dumps(runs[end - 1][:2])} if end < len(runs) else {}
        listed = [
            {
                "executionArn": _execution_arn(machine, name),
                "stateMachineArn": body["stateMachineArn"],
                "name": name,
                "status": run.status,
                "startDate": run.began.timestamp(),
                **({} if run.status == "RUNNING" else {"stopDate": run.now.timestamp()}),
            }
            for _, name, run in runs[:end]
        ]
        return {"executions": listed, **more}

    def _place(self, run: History) -> float:
        """By what the list is sorted: what runs by its start, what has ended by its end or, since
        AWS's reference does not say, by its start, too."""
        is_by_end = self.sorted_by_end and run.status != "RUNNING"
        return (run.now if is_by_end else run.began).timestamp()

    def _DescribeExecution(self, body: dict[str, Any]) -> dict[str, Any]:
        machine, name, run = self._run(body)
        ended = run.status != "RUNNING"
        return {
            "executionArn": body["executionArn"],
            "stateMachineArn": OUTPUTS["PullStateMachineArn"].replace("pull", machine),
            "name": name,
            "status": run.status,
            "startDate": run.began.timestamp(),
            "input": run.input,
            **({"stopDate": run.now.timestamp()} if ended else {}),
            **run.ending,
        }

    def _GetExecutionHistory(self, body: dict[str, Any]) -> dict[str, Any]:
        *_, run = self._run(body)
        begin = int(body.get("nextToken", "0"))
        end = begin + body.get("maxResults", 100)
        more = {"nextToken": str(end)} if end < len(run.events) else {}
        return {"events": run.events[begin:end], **more}

    def _run(self, body: dict[str, Any]) -> tuple[str, str, History]:
        *_, machine, name = body["executionArn"].split(":")
        machine = machine.rpartition("-")[2]
        return machine, name, self.runs[machine, name]

    def _GetItem(self, body: dict[str, Any]) -> dict[str, Any]:
        table = body["TableName"]
        key = (next(iter(body["Key"][name].values())) for name in KEYS[table])
        row = self.rows.get((table, *key))
        return {} if row is None else {"Item": row}

    def _Query(self, body: dict[str, Any]) -> dict[str, Any]:
        if "IndexName" not in body:
            return self._chain(body["ExpressionAttributeValues"])
        assert body["IndexName"] == "by_guild"
        guild = body["ExpressionAttributeValues"][":guild"]
        found = [
            {"user_id": row["user_id"]}
            for (table, *_), row in self.rows.items()
            if table == "discord_users" and row["guild_id"] == guild
        ]
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _chain(self, given: Item) -> dict[str, Any]:
        """The receipts of a shared box before a position, in order."""
        box, position = given[":box"]["S"], int(given[":position"]["N"])
        found = sorted(
            (int(key[1]), row)
            for (table, *key), row in self.rows.items()
            if table == "gacha_history" and key[0] == box and int(key[1]) < position
        )
        return {"Items": [row for _, row in found], "Count": len(found), "ScannedCount": 0}

    def _FilterLogEvents(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = [each.strip('?"') for each in body["filterPattern"].split()]
        found = [
            {"timestamp": at, "message": line, "ingestionTime": at, "eventId": str(number)}
            for number, (at, line) in enumerate(self.lines)
            if any(each in line for each in wanted)
            and f"express:gacha-{body['logGroupName'].rpartition('/')[2]}:" in line
            and body["startTime"] <= at
        ]
        return {"events": found}


def _execution_arn(machine: str, name: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:execution:gacha-{machine}:{name}"


def _check(prefix: str, operation: str, answer: Mapping[str, Any]) -> None:
    """Hold an answer against the service's own model."""
    service = {"AWSStepFunctions": "stepfunctions", "Logs_20140328": "logs"}.get(prefix, "dynamodb")
    shape = _model(service).operation_model(operation).output_shape
    assert shape is not None
    report = ParamValidator().validate(dict(answer), shape)
    assert not report.has_errors(), report.generate_report()


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def names(many: int) -> Iterator[str]:
    """Receipt numbers, one a second."""
    for number in range(many):
        yield snowflake.canonical(str(1_576_000_000_000_000_000 + (number * 1000 << 22))) or ""
