"""Every expression of the workflows, over every branch, by JSONata's reference implementation.

AWS runs JSONata in an implementation of its own. The fault suite and ministack share a second one
in Python, so that they alone could be wrong together. The reference (npm's `jsonata`) needs Node,
and is installed by `make asl`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from adapters.discord import Delivery, PatienceError
from tests.conftest import ROOT
from tests.faults import asl, template
from tests.support import workflow_input

MODULES: Final = ROOT / ".local/asl/node_modules"
REFERENCE: Final = """
const jsonata = require("jsonata");
const evaluate = async ({expression, states}) => {
    const compiled = jsonata(expression);
    compiled.registerFunction("random", () => 0.5);
    try {
        const value = await compiled.evaluate(null, {states});
        return value === undefined ? {nothing: true} : {value};
    } catch (error) {
        return {error: error.code};
    }
};
let given = "";
process.stdin.on("data", (part) => { given += part; });
process.stdin.on("end", async () => {
    const answers = [];
    for (const each of JSON.parse(given)) answers.push(await evaluate(each));
    process.stdout.write(JSON.stringify(answers));
});
"""

needs_node = pytest.mark.skipif(
    not (MODULES / "jsonata").exists(),
    reason="jsonata is not installed: `make asl`, which needs Node",
)

Case = tuple[str, dict[str, Any]]
"""An expression, and what it sees as `$states`."""

CANCELLED: Final = "DynamoDb.TransactionCanceledException"


@dataclass
class World:
    """Whatever a workflow calls, answering in turn; a name of an error makes the call fail. The
    last answer of a state goes on."""

    answers: dict[str, list[Any]]
    states: list[str] = field(default_factory=list)

    def entered(self, state: str, _data: Any) -> None:
        self.states.append(state)

    def invoke(self, *_: Any) -> Any:
        return self._answer()

    def call(self, *_: Any) -> Any:
        return self._answer()

    def _answer(self) -> Any:
        left = self.answers[self.states[-1]]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, asl.StateError):
            raise answer
        return answer

    def now(self) -> float:
        return 1_795_881_600.0

    def sleep(self, _seconds: float) -> None:
        pass

    def random(self) -> float:
        return 0.5


def wait(seconds: int, attempt: int) -> asl.StateError:
    """Announce's error as Lambda hands it to Step Functions."""
    error = PatienceError(Delivery("wait", seconds), attempt)
    told = {"errorMessage": str(error), "errorType": "PatienceError", "stackTrace": ["…"]}
    return asl.StateError("PatienceError", json.dumps(told))


FAILED: Final = asl.StateError("RuntimeError", json.dumps({"errorMessage": "boom"}))
NO_TABLE: Final = asl.StateError("DynamoDb.ResourceNotFoundException", "no such table")
LOST: Final = asl.StateError(CANCELLED, "[ConditionalCheckFailed, None]")
DELIVERED: Final = {"outcome": "delivered", "status": 200, "code": None, "counted": {}}
WRITTEN: Final = {"ConsumedCapacity": [{"TableName": "gacha_history", "CapacityUnits": 6.0}]}
VOID: Final = {"kind": {"S": "void"}}
SEED: Final = {"kind": {"S": "seed"}}
ROW: Final = {"kind": {"S": "pull"}, "missed": {"L": [{"S": "1.5"}, {"S": "1795491421921.26"}]}}
WAITS: Final = [wait(70, 1), wait(4, 3), DELIVERED]


def decided(message: dict[str, Any], *items: Any) -> dict[str, Any]:
    # One item, which JSONata would make of a list of one, and several.
    return {"outcome": "any", "message": message, "transaction": list(items), "figures": {"n": 1}}


PULL: Final = decided({"kind": "pull", "missed": ["1.5"]}, {"Put": {"Item": {}}})
MANY: Final = decided({"kind": "pull"}, {"Put": {}}, {"Update": {}}, {"Put": {}})
TEXT: Final = decided({"kind": "text", "sentence": "x"}, {"ConditionCheck": {"Key": {}}})
CHANGE: Final[dict[str, list[Any]]] = {
    "Record": [WRITTEN],
    "Void": [WRITTEN],
    "Look": [{}],
    "Announce": [DELIVERED],
}
CHANGE_WAYS: Final[tuple[dict[str, list[Any]], ...]] = (
    {"Decide": [PULL]},
    {"Decide": [MANY]},
    {"Decide": [TEXT]},
    {"Decide": [PULL], "Record": [LOST, WRITTEN]},
    {"Decide": [PULL], "Record": [LOST]},
    {"Decide": [FAILED]},
    {"Decide": [FAILED], "Apologise": WAITS},
    {"Decide": [PULL], "Record": [NO_TABLE], "Void": [LOST], "Look": [{"Item": ROW}]},
    {
        "Decide": [PULL],
        "Record": [NO_TABLE],
        "Void": [LOST],
        "Look": [{"Item": VOID}],
    },
    {
        "Decide": [PULL],
        "Record": [NO_TABLE],
        "Void": [LOST],
        "Look": [{"Item": SEED}],
    },
    {"Decide": [PULL], "Record": [NO_TABLE], "Void": [NO_TABLE], "Look": [{}]},
    {"Decide": [PULL], "Record": [NO_TABLE], "Void": [NO_TABLE], "Look": [NO_TABLE]},
    {"Decide": [PULL], "Announce": WAITS},
    {"Decide": [PULL], "Announce": [FAILED]},
    {"Decide": [MANY], "Announce": [FAILED]},
    {"Decide": [TEXT], "Announce": [FAILED]},
    {"Decide": [PULL], "Announce": [FAILED], "Apologise": [FAILED]},
)
MESSAGE: Final = {"message": {"kind": "text", "sentence": "x"}}
REPLY_WAYS: Final[tuple[dict[str, list[Any]], ...]] = (
    {"Answer": [MESSAGE]},
    {"Answer": [FAILED]},
    {"Answer": [FAILED], "Apologise": WAITS},
    {"Answer": [MESSAGE], "Announce": WAITS},
    {"Answer": [MESSAGE], "Announce": [FAILED]},
    {"Answer": [MESSAGE], "Announce": [FAILED], "Apologise": [FAILED]},
)
TAKEN: Final = {"outcome": "unpacked", "count": 17, "batches": [0, 8, 16]}
WORKSHOP: Final[dict[str, list[Any]]] = {
    "Unpack": [TAKEN],
    "Picture": [{}],
    "Compose": [{}],
    "Change": [{"outcome": "accepted"}],
}
WORKSHOP_WAYS: Final[tuple[dict[str, list[Any]], ...]] = (
    {},
    # One batch, which JSONata would make of a list of one, and none.
    {"Unpack": [{"outcome": "unpacked", "count": 3, "batches": [0]}]},
    {"Unpack": [{"outcome": "refused", "count": 0, "batches": []}]},
    {"Unpack": [FAILED]},
    {"Picture": [FAILED] * 5 + [{}]},
    {"Picture": [FAILED]},
    {"Unpack": [{"outcome": "unpacked"}]},  # an answer without what the Map goes over
    {"Compose": [FAILED]},
    {"Change": [FAILED]},
)
WAYS: Final = {
    "pull": CHANGE_WAYS,
    "change": CHANGE_WAYS,
    "reply": REPLY_WAYS,
    "workshop": WORKSHOP_WAYS,
}
INPUTS: Final = {
    "pull": [workflow_input(), workflow_input(1) | {"sweep": 1}],
    "change": [workflow_input(2, "fair rotate"), workflow_input(3, "admin grant", amount=1)],
    "reply": [workflow_input(4, "profile"), workflow_input(5, "help") | {"guild_id": None}],
    "workshop": [workflow_input(6, "admin banner upload", file="9 https://a.test/b b.zip")],
}


def cases(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Case], set[str]]:
    """Every expression that a workflow works out on any of its ways, and the states entered."""
    found: list[Case] = []
    entered: set[str] = set()
    evaluate: Callable[..., Any] = asl._run

    def noted(expression: str, states: Any, random: Callable[[], float]) -> Any:
        if expression in known:  # or it is the interpreter's own question
            found.append((expression, json.loads(json.dumps(states))))
        return evaluate(expression, states, random)

    _, definition = template.machine(name, "STANDARD")
    known = set(expressions(dict(definition.states)))
    monkeypatch.setattr(asl, "_run", noted)
    for given in INPUTS[name]:
        for way in WAYS[name]:
            usual = WORKSHOP if name == "workshop" else CHANGE
            answers: dict[str, list[Any]] = {"Apologise": [DELIVERED], **usual, **way}
            if name != "workshop":
                answers[definition.start_at] = way.get("Decide", way.get("Answer", []))
            world = World({state: list(each) for state, each in answers.items()})
            swept = f"-sweep-{given['sweep']}" if "sweep" in given else ""
            execution = {"Input": given, "Name": f"{given['interaction_id']}{swept}"}
            with contextlib.suppress(asl.StateError):
                asl.run(definition, world, execution, definition.start_at, given)
            assert world.states[-1] in ("Announce", "Change", "Failed"), way
            entered |= set(world.states)
    monkeypatch.setattr(asl, "_run", evaluate)
    return found, entered


def states_of(states: Mapping[str, Any]) -> Iterator[str]:
    """Those of a workflow, and of the Maps in it."""
    for name, state in states.items():
        yield name
        yield from states_of(state.get("ItemProcessor", {}).get("States", {}))


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall(r"^\{%\s*(.*?)\s*%\}$", value, re.DOTALL)
    for each in value.values() if isinstance(value, dict) else ():
        yield from expressions(each)
    for each in value if isinstance(value, list) else ():
        yield from expressions(each)


def reference(given: list[Case]) -> list[dict[str, Any]]:
    """What the reference implementation makes of them."""
    asked = [{"expression": expression, "states": states} for expression, states in given]
    done = subprocess.run(
        ["node", "-e", REFERENCE],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        env={"NODE_PATH": str(MODULES), "PATH": os.environ["PATH"]},
        check=True,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def ours(expression: str, states: dict[str, Any]) -> dict[str, Any]:
    value = asl._run(expression, states, lambda: 0.5)
    return {"nothing": True} if value is None else {"value": json.loads(json.dumps(value))}


@pytest.mark.parametrize("name", INPUTS)
def test_every_state_is_entered_and_every_branch_taken(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, entered = cases(name, monkeypatch)
    _, definition = template.machine(name, "STANDARD")
    assert entered == set(states_of(definition.states))
    values = defaultdict(set)
    for expression, states in found:
        values[expression].add(json.dumps(ours(expression, states), sort_keys=True))
    assert set(values) == set(expressions(dict(definition.states)))
    for expression, seen in values.items():
        # Each ternary and each condition of a Choice comes out in so many ways at least.
        branches = expression.count(" ? ")
        assert len(seen) > branches, expression


@needs_node
@pytest.mark.parametrize("name", INPUTS)
def test_the_reference_gives_what_our_interpreter_gives(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = cases(name, monkeypatch)
    for (expression, states), answer in zip(found, reference(found), strict=True):
        assert answer == ours(expression, states), expression


@needs_node
def test_a_difference_would_be_noticed() -> None:
    given: list[Case] = [("1 + 1", {}), ("$states.none", {}), ("$number('x')", {})]
    assert reference(given) == [{"value": 2}, {"nothing": True}, {"error": "D3030"}]
