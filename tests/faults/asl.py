"""Runs workflow definitions: the part of the Amazon States Language that ours use, in JSONata.

Source: the specification at states-language.net, and AWS's "Transforming data with JSONata in Step
Functions". What is not known here raises at once, so that a definition cannot use something that
this interpreter would leave out in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Protocol

import jsonata

Json = Any

MAX_PAYLOAD: Final = 256 * 1024
"""Bytes that a state may take or give (Step Functions' quotas)."""

ALL: Final = "States.ALL"
_NEVER_CAUGHT: Final = ("States.DataLimitExceeded", "States.Runtime")
_EXPRESSION: Final = re.compile(r"\{%(.*)%\}", re.DOTALL)
_COMMON: Final = frozenset({"Type", "Comment", "Next", "Output"})
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "Task": _COMMON | {"Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch", "End"},
    "Choice": frozenset({"Type", "Comment", "Choices", "Default"}),
    "Wait": _COMMON | {"Seconds"},
    "Pass": _COMMON,
    "Map": _COMMON | {"Items", "ItemSelector", "ItemProcessor", "MaxConcurrency", "Catch", "Label"},
    "Succeed": frozenset({"Type", "Comment"}),
    "Fail": frozenset({"Type", "Comment", "Error", "Cause"}),
}
_RETRY: Final = frozenset(
    {
        "ErrorEquals",
        "IntervalSeconds",
        "BackoffRate",
        "MaxDelaySeconds",
        "MaxAttempts",
        "JitterStrategy",
    }
)
_CATCH: Final = frozenset({"ErrorEquals", "Output", "Next"})
_PROCESSORS: Final = (
    {"Mode": "INLINE"},
    # Each item is an execution of its own, which makes no difference to what comes of it.
    {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
)
_PROCESSOR: Final = frozenset({"ProcessorConfig", "StartAt", "States"})
_CHOICE: Final = frozenset({"Comment", "Condition", "Next"})
_MACHINE: Final = frozenset({"Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States"})
_INVOKE: Final = "arn:aws:states:::lambda:invoke"
_SDK: Final = re.compile(r"arn:aws:states:::aws-sdk:([a-z0-9]+):([a-z][A-Za-z0-9]+)")


class DefinitionError(Exception):
    """The definition uses something that this interpreter does not know, or is wrong."""


class StateError(Exception):
    """What a state fails with; `name` is what Retry and Catch compare."""

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause


class Host(Protocol):
    """Where an execution runs: time, functions, and somebody who watches."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    def sleep(self, seconds: float) -> None: ...

    def random(self) -> float: ...

    def invoke(self, function: str, payload: Json, timeout: float | None) -> Json:
        """The function's answer. Raises StateError."""
        ...

    def call(self, service: str, action: str, arguments: Json, timeout: float | None) -> Json:
        """What a call of AWS by the workflow itself answers. Raises StateError."""
        ...

    def entered(self, state: str, data: Json) -> None: ...


class _Nowhere:
    """A host for expressions alone: half of whatever is random, and no time passes."""

    def random(self) -> float:
        return 0.5

    def __getattr__(self, name: str) -> Any:
        raise NotImplementedError(name)


@dataclass(frozen=True)
class Definition:
    """A workflow, checked field by field."""

    states: Mapping[str, Mapping[str, Any]]
    start_at: str
    timeout: float | None

    @classmethod
    def parse(cls, text: str, substitutions: Mapping[str, str]) -> Definition:
        """`text` with SAM's substitutions filled in. Raises DefinitionError."""
        used = set(re.findall(r"\$\{(\w+)\}", text))
        if used != set(substitutions):
            raise DefinitionError(f"substitutions: {used ^ set(substitutions)} only on one side")
        for name, value in substitutions.items():
            text = text.replace(f"${{{name}}}", value)
        whole = json.loads(text)
        _only("the machine", whole, _MACHINE)
        if whole.get("QueryLanguage") != "JSONata":
            raise DefinitionError("only JSONata is known")
        for name, state in whole["States"].items():
            _check(name, state, whole["States"])
        return cls(whole["States"], whole["StartAt"], whole.get("TimeoutSeconds"))


def _only(where: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := given.keys() - known:
        raise DefinitionError(f"{where}: {sorted(unknown)} is not known here")


def _check(name: str, state: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    kind = state["Type"]
    if kind not in _FIELDS:
        raise DefinitionError(f"{name}: a state of type {kind} is not known here")
    _only(name, state, _FIELDS[kind])
    for retry in state.get("Retry", []):
        _only(f"{name}.Retry", retry, _RETRY)
        if retry.get("JitterStrategy", "NONE") not in ("NONE", "FULL"):
            raise DefinitionError(f"{name}: unknown jitter")
    for catch in state.get("Catch", []):
        _only(f"{name}.Catch", catch, _CATCH)
    for choice in state.get("Choices", []):
        _only(f"{name}.Choices", choice, _CHOICE)
    if kind == "Task":
        if state["Resource"] == _INVOKE:
            _only(f"{name}.Arguments", state["Arguments"], frozenset({"FunctionName", "Payload"}))
        elif not _SDK.fullmatch(state["Resource"]):
            raise DefinitionError(f"{name}: resource {state['Resource']} is not known here")
    if kind == "Map":
        processor = state["ItemProcessor"]
        _only(f"{name}.ItemProcessor", processor, _PROCESSOR)
        if processor["ProcessorConfig"] not in _PROCESSORS:
            raise DefinitionError(f"{name}: {processor['ProcessorConfig']} is not known here")
        for inner, of in processor["States"].items():
            _check(inner, of, processor["States"])
    nexts = [state.get("Next"), state.get("Default")]
    nexts += [each["Next"] for each in (*state.get("Catch", []), *state.get("Choices", []))]
    if any(each is not None and each not in states for each in nexts):
        raise DefinitionError(f"{name}: goes to a state that is not there")
    if kind in ("Task", "Wait", "Pass", "Map") and ("Next" in state) == (state.get("End") is True):
        raise DefinitionError(f"{name}: either Next or End")
    _parse_all(state)


def _parse_all(template: Json) -> None:
    """Every expression, so that a broken one shows before it is reached."""
    if isinstance(template, str) and (found := _EXPRESSION.fullmatch(template)):
        _compiled(found[1].strip())
    for each in template.values() if isinstance(template, Mapping) else ():
        _parse_all(each)
    for each in template if isinstance(template, list) else ():
        _parse_all(each)


def run(
    definition: Definition,
    host: Host,
    execution: Mapping[str, Any],
    state: str,
    data: Json,
    item: Json = None,
) -> Json:
    """Run from `state` with `data` to the end; the output. Raises StateError where it fails.

    `execution` is what expressions see under `$states.context.Execution`, `item` what they see
    under `$states.context.Map.Item.Value` within a map.
    """
    while True:
        host.entered(state, data)
        step = _Step(definition.states[state], host, execution, state, data, host.now(), item)
        following, data = _RUN[definition.states[state]["Type"]](step)
        _within_limit(data)
        if following is None:
            return data
        state = following


def evaluated(
    given: Json, execution: Mapping[str, Any], state: str, data: Json, **more: Json
) -> Json:
    """`given`, a part of the state named `state` whose input is `data`, with its expressions worked
    out; `more` are the further members of `$states`."""
    step = _Step({}, _Nowhere(), execution, state, data, 0.0)
    return step.value(given, **more)


Result = tuple[str | None, Json]


@dataclass(frozen=True)
class _Step:
    state: Mapping[str, Any]
    host: Host
    execution: Mapping[str, Any]
    name: str
    data: Json
    entered: float
    """Unix seconds."""
    item: Json = None

    def value(self, template: Json, **more: Json) -> Json:
        """`template` with its expressions evaluated."""
        if isinstance(template, str):
            found = _EXPRESSION.fullmatch(template)
            return template if found is None else self._evaluate(found[1].strip(), more)
        if isinstance(template, Mapping):
            return {name: self.value(each, **more) for name, each in template.items()}
        if isinstance(template, list):
            return [self.value(each, **more) for each in template]
        return template

    def _evaluate(self, expression: str, more: Mapping[str, Json]) -> Json:
        entered = datetime.fromtimestamp(self.entered, UTC).isoformat(timespec="milliseconds")
        state = {"Name": self.name, "EnteredTime": entered.replace("+00:00", "Z")}
        context: Json = {"Execution": dict(self.execution), "State": state}
        if self.item is not None:
            context["Map"] = {"Item": {"Value": self.item}}
        states = {"input": self.data, "context": context, **more}
        try:
            value = _run(expression, states, self.host.random)
            if value is None and not _run(f"$exists({expression})", states, self.host.random):
                raise StateError("States.QueryEvaluationError", f"{expression} gives nothing")
        except jsonata.JException as error:
            raise StateError("States.QueryEvaluationError", str(error)) from None
        return value

    def output(self, given: Mapping[str, Any], default: Json, **more: Json) -> Json:
        return self.value(given["Output"], **more) if "Output" in given else default


def _task(step: _Step) -> Result:
    tries = [0] * len(step.state.get("Retry", []))
    while True:
        try:
            result = _called(step, step.value(step.state["Arguments"]))
            return step.state.get("Next"), step.output(step.state, result, result=result)
        except StateError as error:
            pause = _pause(step, tries, error.name)
            if pause is not None:
                step.host.sleep(pause)
                continue
            for catch in step.state.get("Catch", []):
                if _matches(catch["ErrorEquals"], error.name):
                    failed = {"Error": error.name, "Cause": error.cause}
                    return catch["Next"], step.output(catch, failed, errorOutput=failed)
            raise


def _called(step: _Step, arguments: Json) -> Json:
    """What the task's resource answers: a function, or AWS itself."""
    _within_limit(arguments)
    timeout = step.state.get("TimeoutSeconds")
    if found := _SDK.fullmatch(step.state["Resource"]):
        return step.host.call(found[1], found[2], arguments, timeout)
    answer = step.host.invoke(arguments["FunctionName"], arguments["Payload"], timeout)
    return {"Payload": answer, "StatusCode": 200}


def _pause(step: _Step, tries: list[int], error: str) -> float | None:
    """Seconds until the next try, or None if there is none."""
    for index, retry in enumerate(step.state.get("Retry", [])):
        if not _matches(retry["ErrorEquals"], error):
            continue
        if tries[index] >= retry.get("MaxAttempts", 3):
            return None
        longest = retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2.0) ** tries[index]
        longest = min(longest, retry.get("MaxDelaySeconds", longest))
        tries[index] += 1
        full = retry.get("JitterStrategy") == "FULL"
        return float(longest * step.host.random() if full else longest)
    return None


def _matches(patterns: list[str], error: str) -> bool:
    return error in patterns or (ALL in patterns and error not in _NEVER_CAUGHT)


def _choice(step: _Step) -> Result:
    for choice in step.state["Choices"]:
        holds = step.value(choice["Condition"])
        if not isinstance(holds, bool):
            raise StateError("States.QueryEvaluationError", f"{choice['Condition']} is no boolean")
        if holds:
            return choice["Next"], step.data
    if "Default" not in step.state:
        raise StateError("States.NoChoiceMatched")
    return step.state["Default"], step.data


def _wait(step: _Step) -> Result:
    seconds = step.value(step.state["Seconds"])
    if type(seconds) is not int or not 0 <= seconds <= 99_999_999:
        raise StateError("States.QueryEvaluationError", f"waits {seconds!r} seconds")
    step.host.sleep(seconds)
    return step.state["Next"], step.output(step.state, step.data)


def _pass(step: _Step) -> Result:
    return step.state["Next"], step.output(step.state, step.data)


def _map(step: _Step) -> Result:
    """Its items one after another, in a random order: what a greater concurrency could do beside
    that, nothing here depends on."""
    processor = step.state["ItemProcessor"]
    inner = Definition(processor["States"], processor["StartAt"], None)
    items = list(step.value(step.state["Items"]))
    results = [None] * len(items)
    order = sorted(range(len(items)), key=lambda _: step.host.random())
    try:
        for at in order:
            own = replace(step, item=items[at])
            selected = own.value(step.state["ItemSelector"]) if _selects(step) else items[at]
            results[at] = run(inner, step.host, step.execution, inner.start_at, selected, items[at])
    except StateError as error:
        for catch in step.state.get("Catch", []):
            if _matches(catch["ErrorEquals"], error.name):
                failed = {"Error": error.name, "Cause": error.cause}
                return catch["Next"], step.output(catch, failed, errorOutput=failed)
        raise
    return step.state.get("Next"), step.output(step.state, results, result=results)


def _selects(step: _Step) -> bool:
    """Whether the map says what an item's run gets; else that is the item."""
    return "ItemSelector" in step.state


def _succeed(step: _Step) -> Result:
    return None, step.data


def _fail(step: _Step) -> Result:
    raise StateError(step.value(step.state["Error"]), step.value(step.state["Cause"]))


_RUN: Final[Mapping[str, Callable[[_Step], Result]]] = {
    "Task": _task,
    "Choice": _choice,
    "Wait": _wait,
    "Pass": _pass,
    "Map": _map,
    "Succeed": _succeed,
    "Fail": _fail,
}


def _within_limit(data: Json) -> None:
    if len(json.dumps(data, ensure_ascii=False).encode()) > MAX_PAYLOAD:
        raise StateError("States.DataLimitExceeded", "a state's data is larger than 256 KB")


@lru_cache(maxsize=500)
def _compiled(expression: str) -> Any:
    try:
        return jsonata.Jsonata(expression)
    except jsonata.JException as error:
        raise DefinitionError(f"{expression}: {error}") from None


def _run(expression: str, states: Json, random: Callable[[], float]) -> Json:
    compiled = _compiled(expression)
    compiled.assign("states", states)
    compiled.register_lambda("random", random)
    return compiled.evaluate(None)
