"""The interpreter of workflow definitions: what it knows it does, what it does not know raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults import asl, template

INVOKE = "arn:aws:states:::lambda:invoke"


class Host:
    """Functions that answer as told, and time that only adds up."""

    def __init__(self, answers: Callable[[Any], Any] = lambda payload: payload) -> None:
        self.answers = answers
        self.slept: list[float] = []
        self.states: list[str] = []

    def now(self) -> float:
        return 1_795_881_600.0 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def random(self) -> float:
        return 0.5

    def invoke(self, _function: str, payload: Any, _timeout: float | None) -> Any:
        return self.answers(payload)

    def call(self, service: str, action: str, arguments: Any, _timeout: float | None) -> Any:
        return {"Called": f"{service}:{action}", **arguments}

    def entered(self, state: str, _data: Any) -> None:
        self.states.append(state)


def machine(**states: dict[str, Any]) -> asl.Definition:
    text = json.dumps({"QueryLanguage": "JSONata", "StartAt": "A", "States": states})
    return asl.Definition.parse(text, {})


def task(**fields: Any) -> dict[str, Any]:
    arguments = {"FunctionName": "F", "Payload": "{% $states.input %}"}
    return {"Type": "Task", "Resource": INVOKE, "Arguments": arguments, "Next": "B", **fields}


def run(definition: asl.Definition, host: Host, data: Any = None) -> Any:
    return asl.run(definition, host, {"Name": "n"}, "A", data or {"x": 1})


END: dict[str, Any] = {"Type": "Succeed"}


@pytest.mark.parametrize("workflow_type", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("name", template.MACHINES)
def test_our_definitions_are_known_to_the_last_field(name: str, workflow_type: str) -> None:
    assert template.machine(name, workflow_type)[1].states


@pytest.mark.parametrize(
    "states",
    [
        {"A": {"Type": "Parallel", "Next": "B"}, "B": END},
        {"A": {"Type": "Pass", "Next": "B", "Assign": {}}, "B": END},
        {"A": {"Type": "Pass", "Next": "C"}, "B": END},
        {"A": {"Type": "Pass"}, "B": END},
        {"A": task(Resource="arn:aws:states:::sqs:sendMessage"), "B": END},
        {"A": task(Retry=[{"ErrorEquals": ["E"], "Twice": 1}]), "B": END},
        {"A": task(Retry=[{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}]), "B": END},
        {"A": task(Catch=[{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$"}]), "B": END},
        {"A": task(Arguments={"FunctionName": "F", "Qualifier": "1"}), "B": END},
        {"A": {"Type": "Pass", "Next": "B", "Output": "{% $sum( %}"}, "B": END},
    ],
)
def test_what_is_unknown_or_broken_is_refused(states: dict[str, Any]) -> None:
    with pytest.raises(asl.DefinitionError):
        machine(**states)


def test_substitutions_and_the_language_are_checked() -> None:
    text = '{"QueryLanguage": "JSONata", "StartAt": "A", "States": {}, "Comment": "${X}"}'
    for given in ({}, {"X": "1", "Y": "2"}):
        with pytest.raises(asl.DefinitionError):
            asl.Definition.parse(text, given)
    with pytest.raises(asl.DefinitionError):
        asl.Definition.parse(text.replace("JSONata", "JSONPath"), {"X": "1"})


def test_retries_wait_longer_each_time_up_to_a_bound_with_jitter() -> None:
    retry = {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxDelaySeconds": 3,
        "MaxAttempts": 3,
        "JitterStrategy": "FULL",
    }

    def fail(_: Any) -> Any:
        raise asl.StateError("Broken")

    host = Host(fail)
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    caught = run(machine(A=task(Retry=[retry], Catch=catch), B=END), host)
    assert host.slept == [0.5, 1.0, 1.5]
    assert caught == {"Error": "Broken", "Cause": ""}
    with pytest.raises(asl.StateError, match="Broken"):
        run(machine(A=task(Retry=[{**retry, "ErrorEquals": ["Other"]}]), B=END), Host(fail))


def test_too_much_data_is_caught_by_nothing() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    with pytest.raises(asl.StateError, match=r"States\.DataLimitExceeded"):
        run(machine(A=task(Catch=catch), B=END), Host(lambda _: "x" * asl.MAX_PAYLOAD))


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Wait", "Seconds": "{% 'soon' %}", "Next": "B"},
        {"Type": "Wait", "Seconds": -1, "Next": "B"},
        {"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "B"}]},
        {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "B"}]},
        {"Type": "Pass", "Output": "{% $states.input.nothing %}", "Next": "B"},
        {"Type": "Pass", "Output": "{% 1 + 'a' %}", "Next": "B"},
        {"Type": "Fail", "Error": "E", "Cause": "c"},
    ],
)
def test_what_fails_on_aws_fails_here(state: dict[str, Any]) -> None:
    with pytest.raises(asl.StateError):
        run(machine(A=state, B=END), Host())


def test_null_is_a_value_and_nothing_is_none() -> None:
    definition = machine(
        A={"Type": "Pass", "Output": {"x": "{% $states.input.x %}"}, "Next": "B"}, B=END
    )
    assert run(definition, Host(), {"x": None}) == {"x": None}
    with pytest.raises(asl.StateError, match="gives nothing"):
        run(definition, Host(), {"y": 1})
