"""The real workflow definitions on a local Step Functions whose functions answer as a test says.

Every worker is a real (local) Lambda that asks this process what to answer, so that a test sees
what each state passed on, and Retry, Catch, Choice and Wait are the emulator's, not ours. What the
workflow asks of DynamoDB itself, it asks a real (local) table, the ledger. Waits are scaled to
nothing: how long they would have been stands in the history.
"""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Final

from local.cloud import Stack, cloud_runtime
from scripts.interaction import Result, result_in
from tests.conftest import ROOT
from tests.support import workflow_input

Event = dict[str, Any]
Item = dict[str, Any]
Script = Callable[[Event], Event]

ROLE: Final = "arn:aws:iam::000000000000:role/any"
WORKERS: Final = ("Draw", "Plan", "Announce", "Answer")
LEDGER: Final = "ledger"
SCRIPTED: Final = """
import json, urllib.request
def handler(event, context):
    request = urllib.request.Request("{url}", json.dumps(event).encode())
    with urllib.request.urlopen(request, timeout=20) as response:
        answer = json.load(response)
    if "raise" in answer:
        raise type(answer["named"], (Exception,), {{}})(answer["raise"])
    return answer
"""


class WorkerError(Exception):
    """Raised by a script to make the worker fail."""


class PatienceError(WorkerError):
    """The same, as Announce fails when Discord asks for a long wait."""

    def __init__(self, seconds: int, attempt: int) -> None:
        super().__init__(f"wait {seconds} s, then try {attempt}")


@dataclass
class Run:
    """One execution: its end, the states it entered, what each worker was given, and what the
    ledger has at its key in the end, beside the key. `result` is what it says itself came of it, as
    the list of executions reads it."""

    status: str
    states: list[str]
    calls: list[tuple[str, dict[str, Any]]]
    row: Item | None
    waits: list[int]
    error: str | None
    result: Result

    def given(self, worker: str) -> list[dict[str, Any]]:
        return [event for name, event in self.calls if name == worker]


@dataclass
class Workflows:
    """The machines on the local Step Functions, and the scripts that their workers follow."""

    client: Any
    database: Any
    machines: dict[str, str]
    scripts: dict[str, dict[str, Script]] = field(default_factory=dict)
    calls: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def answer(self, worker: str, event: dict[str, Any]) -> dict[str, Any]:
        """What `worker` answers, by the script of the execution it works for."""
        interaction_id = event["interaction"]["interaction_id"]
        self.calls[interaction_id].append((worker, event))
        try:
            return self.scripts[interaction_id][worker](event)
        except WorkerError as error:
            return {"raise": str(error), "named": type(error).__name__}

    def run(
        self,
        machine: str = "pull",
        *,
        sweep: int = 0,
        there: Item | None = None,
        command: str = "",
        decide: Script | None = None,
        **scripts: Script,
    ) -> Run:
        """Start `machine` with a script for each worker and wait for its end; with `sweep`, as the
        sweeper does. `decide` is Draw's or Plan's, whichever the machine has. `there` is what the
        ledger has at the interaction's key beforehand, beside it.
        """
        commands = {"change": "fair rotate", "reply": "help"}
        command = command or commands.get(machine, "pull")
        by = {"admin": "1"} if command.startswith("admin ") else {}
        interaction = workflow_input(next(self._numbers), command, **by)
        name = interaction["interaction_id"]
        key = ledger_key(interaction)
        if there is not None:
            self.database.put_item(TableName=LEDGER, Item={**key, **there})
        if sweep:
            interaction["sweep"] = sweep
        self.scripts[name] = {worker.title(): script for worker, script in scripts.items()}
        if decide is not None:
            self.scripts[name] |= {"Draw": decide, "Plan": decide}
        self.calls[name] = []
        arn = self.client.start_execution(
            stateMachineArn=self.machines[machine],
            name=f"{name}-sweep-{sweep}" if sweep else name,
            input=json.dumps(interaction),
        )["executionArn"]
        deadline = time.monotonic() + 60
        while (ended := self.client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the execution does not end"
            time.sleep(0.02)
        events = self.client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        entered = [e["stateEnteredEventDetails"] for e in events if "stateEnteredEventDetails" in e]
        row = self.database.get_item(TableName=LEDGER, Key=key).get("Item")
        return Run(
            status=ended["status"],
            states=[each["name"] for each in entered],
            calls=self.calls[name],
            row=None if row is None else {name: row[name] for name in row.keys() - key.keys()},
            waits=[
                int(json.loads(each["input"])["error"]["Cause"].split("wait ")[1].split(" s")[0])
                for each in entered
                if each["name"] in ("WaitForDiscord", "WaitToApologise")
            ],
            error=ended.get("error"),
            result=result_in(ended.get("output", ""), ended.get("cause", "")),
        )


def machine(client: Any, name: str, substitutions: dict[str, str]) -> str:
    """The machine of statemachines/, its blanks filled. All run as Standard, whose history can be
    read."""
    file = "reply" if name == "reply" else "change"
    definition = (ROOT / f"statemachines/{file}.asl.json").read_text()
    for key, value in substitutions.items():
        definition = definition.replace(f"${{{key}}}", value)
    assert "${" not in definition
    created = client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
    arn: str = created["stateMachineArn"]
    return arn


def ledger_key(interaction: Mapping[str, Any]) -> Item:
    """Where the interaction lies in the ledger, as DynamoDB's API writes it."""
    return {
        "user_id": {"S": f"{interaction['user_id']}@{interaction['guild_id']}"},
        "timestamp": {"N": interaction["ledger_key"]},
    }


def function(stack: Stack, worker: str, url: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", SCRIPTED.format(url=f"{url}/{worker}"))
    created = stack.client("lambda").create_function(
        FunctionName=worker,
        Runtime=cloud_runtime(),
        Role=ROLE,
        Handler="app.handler",
        Timeout=30,
        Code={"ZipFile": packed.getvalue()},
    )
    arn: str = created["FunctionArn"]
    return arn


class Answering:
    """An HTTP server through which the workers ask; the value is its address."""

    def __init__(self, workflows: Workflows) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(workflows.answer(self.path.strip("/"), event)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


# --- what scripts are made of ---------------------------------------------------------------------


def delivery(outcome: str) -> Event:
    return {"outcome": outcome, "status": 200, "code": None}


DELIVERED = delivery("delivered")


def always(answer: Event) -> Script:
    return lambda _event: answer


def in_turn(*answers: Event | WorkerError | str) -> Script:
    """Each answer once, the last again and again; a text makes the worker fail with it."""
    left = list(answers)

    def script(_event: Event) -> Event:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, str):
            raise WorkerError(answer)
        if isinstance(answer, WorkerError):
            raise answer
        return answer

    return script


def never(event: Event) -> Event:
    raise AssertionError(f"should not have been called with {event}")


def messages(run: Run) -> list[Event]:
    return [event["message"] for event in run.given("Announce")]
