"""The workshop's definition, in the interpreter of the fault suite: which steps run, and what a
failure comes to."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.cloudformation import resources
from tests.conftest import ROOT
from tests.unit.test_template import INVOKE, LAMBDA_DID_NOT_RUN_IT

pytestmark = pytest.mark.once

DEFINITION: Final[dict[str, Any]] = json.loads(
    (ROOT / "statemachines/workshop.asl.json").read_text("utf-8")
)
STATES: Final[dict[str, Any]] = DEFINITION["States"]
INNER: Final[dict[str, Any]] = STATES["Pictures"]["ItemProcessor"]["States"]
TASKS: Final = {
    name: state for name, state in {**STATES, **INNER}.items() if state["Type"] == "Task"
}


def test_all_its_work_is_the_workshops() -> None:
    steps = {state["Arguments"]["Payload"]["step"] for state in TASKS.values()}
    assert steps == {"unpack", "pictures", "compose", "change"}
    for state in TASKS.values():
        assert state["Resource"] == INVOKE
        assert state["Arguments"]["FunctionName"] == "${WorkshopFunctionArn}"
        assert (
            state["Arguments"]["Payload"]["interaction"] == "{% $states.context.Execution.Input %}"
        )


def test_every_task_and_the_whole_are_bounded() -> None:
    timeout = resources("AWS::Lambda::Function")["WorkshopFunction"]["Timeout"]
    assert DEFINITION["TimeoutSeconds"] < 15 * 60  # the interaction's token lives so long
    for state in TASKS.values():
        assert state["TimeoutSeconds"] > timeout
        refused, general = state["Retry"]
        assert set(refused["ErrorEquals"]) == LAMBDA_DID_NOT_RUN_IT
        assert general["ErrorEquals"] == ["States.ALL"] and general["MaxAttempts"] <= 3
        assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    assert STATES["Pictures"]["MaxConcurrency"] == 3  # of a new account's ten


@pytest.mark.parametrize("name", ["Unpack", "Pictures", "Compose"])
def test_whatever_fails_is_handed_over_as_that(name: str) -> None:
    """So the admin gets a sentence, and the ledger has the interaction's place."""
    [caught] = STATES[name]["Catch"]
    assert caught == {
        "ErrorEquals": ["States.ALL"],
        "Output": {"manifest": "failed"},
        "Next": "Change",
    }


def test_the_template_fills_every_blank() -> None:
    machine = resources("AWS::StepFunctions::StateMachine")["WorkshopStateMachine"]
    given = machine["DefinitionSubstitutions"].keys()
    assert {each for each in given if not each.startswith("definition")} == {"WorkshopFunctionArn"}
    assert machine["StateMachineType"] == "STANDARD"  # whatever WorkflowType says


def run(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The payloads of the tasks, by JSONata's reference in Python; an Exception fails its task."""
    import jsonata

    asked: list[dict[str, Any]] = []
    context = {"Execution": {"Input": {"interaction_id": "1", "options": {}}, "Name": "1"}}

    def value(expression: Any, **states: Any) -> Any:
        if isinstance(expression, dict):
            return {name: value(each, **states) for name, each in expression.items()}
        if not (isinstance(expression, str) and expression.startswith("{%")):
            return expression
        made = jsonata.Jsonata(expression[2:-2].strip())
        made.assign("states", {"context": {**context, **states.pop("context", {})}, **states})
        return made.evaluate(None)

    def step(states: dict[str, Any], name: str, data: Any) -> tuple[str | None, Any]:
        state = states[name]
        if state["Type"] in ("Succeed", "Fail"):
            return None, data
        try:
            if state["Type"] == "Map":
                for item in value(state["Items"], input=data):
                    inner = value(
                        state["ItemSelector"],
                        input=data,
                        context={"Map": {"Item": {"Value": item}}},
                    )
                    walk(state["ItemProcessor"]["States"], "Picture", inner)
                return state["Next"], value(state["Output"], input=data)
            payload = value(state["Arguments"]["Payload"], input=data)
            asked.append(payload)
            answer = answers.get(payload["step"], {"outcome": "ok"})
            if isinstance(answer, Exception):
                raise answer
            output = value(state["Output"], input=data, result={"Payload": answer})
            return state.get("Next"), output
        except RuntimeError:
            caught = state["Catch"][-1]
            return caught["Next"], value(caught["Output"], input=data, errorOutput={})

    def walk(states: dict[str, Any], name: str | None, data: Any) -> None:
        while name is not None:
            name, data = step(states, name, data)

    walk(STATES, "Unpack", {})
    return asked


def test_each_batch_is_made_and_then_all_of_it_is_composed() -> None:
    asked = run({"unpack": {"outcome": "unpacked", "count": 17, "batches": [0, 8, 16]}})
    assert [each["step"] for each in asked] == [
        *("unpack", "pictures", "pictures", "pictures", "compose", "change"),
    ]
    assert [(e["first"], e["count"]) for e in asked[1:4]] == [(0, 17), (8, 17), (16, 17)]
    assert asked[-1]["manifest"] == "made"


@pytest.mark.parametrize("batches", [[], [0]])
def test_one_batch_or_none_is_a_list_still(batches: list[int]) -> None:
    asked = run({"unpack": {"outcome": "unpacked", "count": 1, "batches": batches}})
    assert [each["step"] for each in asked].count("pictures") == len(batches)


@pytest.mark.parametrize(
    ("failing", "steps", "manifest"),
    [
        ("unpack", ["unpack", "change"], "failed"),
        ("pictures", ["unpack", "pictures", "compose", "change"], "made"),
        ("compose", ["unpack", "pictures", "compose", "change"], "failed"),
    ],
)
def test_a_failure_ends_in_a_change(failing: str, steps: list[str], manifest: str) -> None:
    answers = {"unpack": {"outcome": "unpacked", "count": 1, "batches": [0]}}
    asked = run({**answers, failing: RuntimeError()})
    assert [each["step"] for each in asked] == steps
    assert asked[-1]["manifest"] == manifest
