"""Every alarm, number by number: what it reads, when it goes off, and what it says then.

The table below is the specification. `check` compares an alarm with its line; the last tests change
every single value of every alarm to see that each change is found.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import botocore.session
import pytest

from tests.cloudformation import PHASES, Resolved, resources, translated
from tests.conftest import ROOT
from tests.unit.test_template import TABLES

pytestmark = pytest.mark.once


class Alarm(NamedTuple):
    """A line of the table."""

    reads: str
    """"<namespace> <metric>", or an expression over `inputs`."""
    of: dict[str, Any]
    """The dimensions of the metric, or with `inputs` of each of them."""
    statistic: str
    when: str
    """What the statistic of five minutes has to be, or of `period_s`."""
    periods: str
    """How often that is needed, in how many periods."""
    section: str
    """The runbook's."""
    tells_end: bool = True
    condition: str | None = None
    without_data: str = "notBreaching"
    tells_silence: bool = False
    inputs: tuple[str, ...] = ()
    """For an expression: "<id> <namespace> <metric>" of what it reads."""
    period_s: int = 300
    own: dict[str, dict[str, Any]] = {}  # noqa: RUF012  (a tuple's default is nobody's to change)
    """Dimensions of inputs that differ from `of`."""


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def function(name: str) -> dict[str, Any]:
    return {"FunctionName": ref(f"{name}Function")}


def workflow(machine: str, metric: str, section: str) -> Alarm:
    of = {"StateMachineArn": ref(f"{machine}StateMachine")}
    condition = None if section == "workflow-failed" else "WatchEach"
    # They are over when they happen.
    return Alarm(
        f"AWS/States {metric}", of, "Sum", ">= 1", "1 of 1", section, False, condition=condition
    )


def duration(of: dict[str, Any], when: str, condition: str = "WatchEach") -> Alarm:
    return Alarm("AWS/Lambda Duration", of, "p99", when, "2 of 3", "duration", condition=condition)


def error_rate(of: dict[str, Any]) -> Alarm:
    return Alarm(
        "IF(i>=20, 100*FILL(e,0)/i, IF(FILL(e,0)>=3, 100*FILL(e,0)/i, 0))",
        of,
        "Sum",
        "> 1",
        "1 of 1",
        "errors",
        condition="WatchEach",
        inputs=("e AWS/Lambda Errors", "i AWS/Lambda Invocations"),
    )


def errors(of: dict[str, Any]) -> Alarm:
    return Alarm("AWS/Lambda Errors", of, "Sum", ">= 1", "1 of 1", "errors", condition="WatchEach")


def throttled(table: str, index: str | None) -> Alarm:
    return Alarm(
        "FILL(r,0)+FILL(w,0)",
        {"TableName": ref(table)} | ({"GlobalSecondaryIndexName": index} if index else {}),
        "Sum",
        "> 0",
        "2 of 3",
        "table-throttled",
        condition="IsScaled",
        inputs=("r AWS/DynamoDB ReadThrottleEvents", "w AWS/DynamoDB WriteThrottleEvents"),
    )


def words(name: str) -> str:
    """by_guild → ByGuild."""
    return "".join(part.title() for part in name.split("_"))


WORKERS: Final = ("Draw", "Plan", "Announce", "Answer")
RATED: Final = ("Interactions", "Draw", "Plan", "Answer")
"""The functions that are called often enough for a rate, and raise nothing but errors."""

RARE: Final = ("Setup", "Sweeper", "Workshop")
BY_THEIR_WORKFLOW: Final = ("Announce",)
"""What they raise is mostly a wish to wait, and else ends in a workflow that failed."""

BEHIND_THE_API: Final = ("Art",)
"""Nobody but the API calls them, so whatever they raise is one of its 5xx. That a picture could not
be read is nothing to be woken for, and is in the log: commands read the same bucket."""

UNTIMED: Final = (*RARE, *BEHIND_THE_API)
"""No command waits for them: they may take their time, and when that is over it is an error."""

BY_A_RULE: Final = ("Workshop", "Erase", "Export")
"""Workflows whose failures EventBridge tells for nothing (`<name>FailedRule`)."""

WORKFLOW: Final = {
    "Failed": ("ExecutionsFailed", "workflow-failed"),
    "TimedOut": ("ExecutionsTimedOut", "workflow-timed-out"),
    "Aborted": ("ExecutionsAborted", "workflow-aborted"),
}
EXPRESS: Final = ("Failed", "TimedOut")
"""An Express workflow can not be stopped."""

ON_DEMAND: Final = ("CollectionTable",)
"""What has no units of its own in any phase."""

ALARMS: Final[dict[str, Alarm]] = {
    **{
        f"{m}{name}Alarm": workflow(m, *WORKFLOW[name])
        for m in ("Pull", "Change")
        for name in WORKFLOW
    },
    **{f"Reply{name}Alarm": workflow("Reply", *WORKFLOW[name]) for name in EXPRESS},
    "ApiErrorsAlarm": Alarm(
        "AWS/ApiGateway 5xx", {"ApiId": ref("Api")}, "Sum", ">= 3", "1 of 1", "api-errors"
    ),
    "ApiLatencyAlarm": Alarm(
        "AWS/ApiGateway Latency", {"ApiId": ref("Api")}, "p99", "> 2500", "2 of 3", "api-latency"
    ),
    "StartsFailedAlarm": Alarm(
        "Gacha/${AWS::StackName} StartsFailed", {}, "Sum", ">= 3", "1 of 1", "starts-failed"
    ),
    "UndeliveredAlarm": Alarm(
        "Gacha UndeliveredPulls",
        {"Stack": ref("AWS::StackName")},
        "Maximum",
        ">= 1",
        "3 of 3",
        "undelivered",
        without_data="missing",
        tells_silence=True,
    ),
    "ExportMissingAlarm": Alarm(
        "IF(FILL(d,0)>=1, IF(FILL(x,0)>=1, 0, 1), 0)",
        {"StateMachineArn": ref("ExportStateMachine")},
        "Sum",
        ">= 1",
        "2 of 2",
        "export-missing",
        condition="HasQueries",
        inputs=("d AWS/States ExecutionsStarted", "x AWS/States ExecutionsSucceeded"),
        own={"d": {"StateMachineArn": ref("EraseStateMachine")}},
        period_s=86_400,
    ),
    "WorkflowsThrottledAlarm": Alarm(
        "AWS/States ThrottledEvents",
        {"ServiceMetric": "StateTransition"},
        "Sum",
        ">= 1",
        "1 of 1",
        "workflow-throttled",
        condition="WatchEach",
    ),
    "InteractionsDurationAlarm": duration(function("Interactions"), "> 2000"),
    **{f"{name}DurationAlarm": duration(function(name), "> 5000") for name in WORKERS},
    **{f"{name}ErrorsAlarm": error_rate(function(name)) for name in RATED},
    **{f"{name}ErrorsAlarm": errors(function(name)) for name in RARE},
    "FunctionsDurationAlarm": duration({}, "> 5000", "WatchTogether"),
    "FunctionsErrorsAlarm": Alarm(
        "IF(i>=20, 100*(FILL(e,0)-FILL(a,0))/i, "
        "IF(FILL(e,0)-FILL(a,0)>=3, 100*(FILL(e,0)-FILL(a,0))/i, 0))",
        {},
        "Sum",
        "> 1",
        "1 of 1",
        "errors",
        condition="WatchTogether",
        inputs=("e AWS/Lambda Errors", "a AWS/Lambda Errors", "i AWS/Lambda Invocations"),
        own={"a": function("Announce")},
    ),
    "ThrottlesAlarm": Alarm("AWS/Lambda Throttles", {}, "Sum", ">= 1", "1 of 1", "throttles"),
    "ConcurrencyAlarm": Alarm(
        "AWS/Lambda ConcurrentExecutions",
        {},
        "Maximum",
        "> 800",
        "1 of 1",
        "concurrency",
        condition="WatchEach",
    ),
    **{
        f"{table.removesuffix('Table')}{words(index or '')}ThrottledAlarm": throttled(table, index)
        for table, (_, indexes) in TABLES.items()
        if table not in ON_DEMAND
        for index in (None, *indexes)
    },
    "TablesThrottledAlarm": Alarm(
        "FILL(u,0)+FILL(h,0)",
        {},
        "Sum",
        "> 0",
        "2 of 3",
        "table-throttled",
        condition="IsOnDemand",
        inputs=("u AWS/DynamoDB WriteThrottleEvents", "h AWS/DynamoDB WriteThrottleEvents"),
        own={"u": {"TableName": ref("UsersTable")}, "h": {"TableName": ref("HistoryTable")}},
    ),
    "ConflictsAlarm": Alarm(
        "FILL(c,0)",
        {"TableName": ref("UsersTable")},
        "Sum",
        ">= 50",
        "1 of 2",
        "conflicts",
        condition="WatchEach",
        inputs=("c AWS/DynamoDB TransactionConflict",),
    ),
}

BRAKES: Final = (
    "BrakeHourAlarm",
    "BrakeDayAlarm",
    "BrakeRequestsHourAlarm",
    "BrakeRequestsDayAlarm",
)
"""Those that do more than tell: tests/unit/test_brake.py has their table."""

TOPIC: Final = [ref("AlarmTopic")]
COMPARISONS: Final = {">": "GreaterThanThreshold", ">=": "GreaterThanOrEqualToThreshold"}


def slug(name: str) -> str:
    """PullTimedOutAlarm → pull-timed-out."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name.removesuffix("Alarm")).lower()


def check(name: str, resource: dict[str, Any]) -> None:
    """Fail unless the alarm is what its line says, and nothing else."""
    line, found = ALARMS[name], dict(resource["Properties"])
    assert resource.get("Condition") == line.condition
    assert set(resource) <= {"Type", "Condition", "Properties"}

    assert f"#{line.section}" in str(
        found.pop("AlarmDescription")
    )  # test_alarm_mails.py has the rest
    assert found.pop("AlarmName") == {"Fn::Sub": f"${{AWS::StackName}}-{slug(name)}"}

    assert found.pop("AlarmActions") == TOPIC
    assert found.pop("OKActions", None) == (TOPIC if line.tells_end else None)
    silence = TOPIC if line.tells_silence else None
    assert found.pop("InsufficientDataActions", None) == silence
    assert found.pop("TreatMissingData") == line.without_data

    comparison, threshold = line.when.split()
    assert found.pop("ComparisonOperator") == COMPARISONS[comparison]
    assert found.pop("Threshold") == float(threshold)
    needed, periods = line.periods.split(" of ")
    assert found.pop("EvaluationPeriods") == int(periods)
    assert found.pop("DatapointsToAlarm", int(periods)) == int(needed)

    if line.inputs:
        result, *inputs = found.pop("Metrics")
        assert result.keys() == {"Id", "Expression", "Label"}
        assert result["Expression"] == line.reads
        assert result["Label"].strip()
        assert {each["Id"]: each for each in inputs} == {
            id_: {
                "Id": id_,
                "ReturnData": False,
                "MetricStat": {
                    "Stat": line.statistic,
                    "Period": line.period_s,
                    "Metric": {"Namespace": namespace, "MetricName": metric}
                    | ({"Dimensions": listed(of)} if (of := line.own.get(id_, line.of)) else {}),
                },
            }
            for id_, namespace, metric in (each.split() for each in line.inputs)
        }
        assert result["Id"] not in {each["Id"] for each in inputs}
    else:
        namespace = found.pop("Namespace")
        if isinstance(namespace, dict):
            [namespace] = namespace.values()
        assert f"{namespace} {found.pop('MetricName')}" == line.reads
        assert found.pop("Dimensions", []) == listed(line.of)
        kind = "ExtendedStatistic" if line.statistic.startswith("p") else "Statistic"
        assert found.pop(kind) == line.statistic
        assert found.pop("Period") == line.period_s
    assert found == {}


def listed(dimensions: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


# --- the alarms -----------------------------------------------------------------------------------


def alarm(name: str) -> dict[str, Any]:
    resource: dict[str, Any] = translated()["Resources"][name]
    return resource


def test_these_are_the_alarms() -> None:
    assert set(resources("AWS::CloudWatch::Alarm")) == {*ALARMS, *BRAKES}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_as_the_table_says(name: str) -> None:
    check(name, alarm(name))


def test_no_function_workflow_table_or_index_goes_unwatched() -> None:
    for each in resources("AWS::Lambda::Function"):
        name = each.removesuffix("Function")
        if name in BEHIND_THE_API:
            assert is_called_by_the_api_alone(each) and "ApiErrorsAlarm" in ALARMS
            continue
        if name in BY_A_RULE and name not in RARE:
            continue  # its errors end in a workflow that failed, of which a rule tells
        wanted = set() if name in BY_THEIR_WORKFLOW else {f"{name}ErrorsAlarm"}
        wanted |= set() if name in UNTIMED else {f"{name}DurationAlarm"}
        assert wanted and wanted <= set(ALARMS), (
            f"{each} has no alarms: add them to template.yaml and to the table above"
        )
    for each, machine in resources("AWS::StepFunctions::StateMachine").items():
        kinds = EXPRESS if machine["StateMachineType"] == "EXPRESS" else WORKFLOW
        prefix = each.removesuffix("StateMachine")
        if prefix == "Brake":
            continue  # it says itself that it failed, with what to do by hand
        if prefix in BY_A_RULE:
            rule = resources("AWS::Events::Rule")[f"{prefix}FailedRule"]
            detail = rule["EventPattern"]["detail"]
            assert detail["stateMachineArn"] == [ref(each)]
            # Of AWS's statuses all that are neither success nor on the way.
            model = botocore.session.get_session().get_service_model("stepfunctions")
            known: Any = model.shape_for("ExecutionStatus")
            assert {*detail["status"]} == {*known.enum} - {
                "RUNNING",
                "SUCCEEDED",
                "PENDING_REDRIVE",
            }
            assert [target["Arn"] for target in rule["Targets"]] == TOPIC
            continue
        assert {f"{prefix}{kind}Alarm" for kind in kinds} <= set(ALARMS)
    for each, table in Resolved(Phase="growth").resources("AWS::DynamoDB::Table").items():
        assert (each in ON_DEMAND) == (table["BillingMode"] == "PAY_PER_REQUEST")
        if each in ON_DEMAND:
            continue
        prefix = each.removesuffix("Table")
        indexes = [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])]
        for name in ("", *map(words, indexes)):
            assert f"{prefix}{name}ThrottledAlarm" in ALARMS


def is_called_by_the_api_alone(function: str) -> bool:
    """Whether every permission to call it is the API's, and no role may."""
    callers = [
        permission["Principal"]
        for permission in resources("AWS::Lambda::Permission").values()
        if function in json.dumps(permission["FunctionName"])
    ]
    machines = resources("AWS::StepFunctions::StateMachine").values()
    invoked = [json.dumps(each.get("DefinitionSubstitutions", {})) for each in machines]
    return {*callers} == {"apigateway.amazonaws.com"} and not any(
        f'"{function}' in each for each in invoked
    )


def test_functions_are_watched_together_in_the_first_phase_and_singly_after_it(
    template: dict[str, Any],
) -> None:
    first = {"Fn::Equals": [ref("Phase"), "initial"]}
    on_aws = {"Condition": "OnAws"}
    conditions = template["Conditions"]
    assert conditions["WatchTogether"] == {"Fn::And": [on_aws, first]}
    assert conditions["WatchEach"] == {"Fn::And": [on_aws, {"Fn::Not": [first]}]}


def test_the_documents_have_the_figures_of_the_template() -> None:
    english, japanese = (
        (ROOT / f"docs/watching{language}.md").read_text() for language in ("", ".ja")
    )
    every = [Resolved(Phase=phase).resources("AWS::CloudWatch::Alarm") for phase in PHASES]
    made = [[name for name in each if name not in BRAKES] for each in every]
    metrics = [sum(max(1, len(ALARMS[name].inputs)) for name in each) for each in made]
    assert metrics[2] == metrics[3]
    figures = " | ".join(f"**{each}, ${each / 10:.2f}**" for each in metrics[:3])
    assert f"| {figures} |" in english
    assert f"| {figures} |" in japanese
    numbers = [len(each) for each in made]
    assert (
        f"{numbers[0]} alarms in the phase `initial`, {numbers[1]} in `growth` and {numbers[2]} "
        "after it" in english
    )
    assert (
        f"`initial` で {numbers[0]} 個、`growth` で {numbers[1]} 個、その後は {numbers[2]} 個"
        in japanese
    )


@pytest.mark.parametrize("file", ["change", "reply"])
def test_what_announce_raises_ends_in_a_failed_workflow(file: str) -> None:
    """Unless it is Discord's wish to wait, after which it is called again. So the alarm on failed
    workflows stands for one on Announce's errors, which cannot tell the one from the other."""
    states = json.loads((ROOT / f"statemachines/{file}.asl.json").read_text())["States"]
    callers = [
        name
        for name, state in states.items()
        if "AnnounceFunctionArn" in str(state.get("Arguments", {}).get("FunctionName"))
    ]
    assert sorted(callers) == ["Announce", "Apologise"]
    for caller in callers:
        [caught] = states[caller]["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        ways, ends, seen = [caught["Next"]], set(), set()
        while ways:
            if (name := ways.pop()) in seen:
                continue
            seen.add(name)
            state = states[name]
            ends |= {name} if state.get("End") or state["Type"] in ("Fail", "Succeed") else set()
            if state["Type"] == "Wait":  # it was the wish
                continue
            ways += [each["Next"] for each in state.get("Choices", [])]
            ways += [state[key] for key in ("Next", "Default") if key in state]
        assert ends == {"Failed"}, (caller, ends)
        assert states["Failed"]["Type"] == "Fail"


def test_starts_that_fail_are_counted_from_the_line_that_interactions_prints() -> None:
    [counted] = resources("AWS::Logs::MetricFilter").values()
    assert counted["LogGroupName"] == ref("InteractionsLogs")
    assert counted["FilterPattern"] == '{ $.level = "ERROR" }'
    [made] = counted["MetricTransformations"]
    assert made == {
        "MetricNamespace": {"Fn::Sub": "Gacha/${AWS::StackName}"},
        "MetricName": "StartsFailed",
        "MetricValue": "1",
        "Unit": "Count",
    }


# --- what the expressions do ----------------------------------------------------------------------


def evaluate(expression: str, **values: float | None) -> float:
    """An alarm's expression for one period; None is a metric without data."""
    given = {name: 0 if value is None else value for name, value in values.items()}
    known = {"IF": lambda test, yes, no: yes if test else no, "FILL": lambda value, _: value}
    return float(eval(re.sub(r"\bi\b", "max(i, 1e-9)", expression), known | {"max": max} | given))


@pytest.mark.parametrize(
    ("calls", "failed", "goes_off"),
    [
        (19, 2, False),  # of so few calls no rate is known,
        (19, 3, True),  # but three errors are three too many
        (3, 3, True),
        (20, 0, False),
        (20, 1, True),
        (100, 1, False),
        (100, 2, True),
        (1000, 3, False),
        (1000, 10, False),
        (1000, 11, True),
        (1000, None, False),
        (None, None, False),
    ],
)
def test_more_than_one_per_cent_of_at_least_twenty_calls(
    calls: int | None, failed: int | None, goes_off: bool
) -> None:
    properties = alarm("DrawErrorsAlarm")["Properties"]
    rate = evaluate(properties["Metrics"][0]["Expression"], i=calls, e=failed)
    assert (rate > properties["Threshold"]) is goes_off


@pytest.mark.parametrize(("reads", "writes"), [(1, None), (None, 1), (1, 1)])
def test_one_throttled_read_or_write_counts(reads: int | None, writes: int | None) -> None:
    properties = alarm("UsersThrottledAlarm")["Properties"]
    count = evaluate(properties["Metrics"][0]["Expression"], r=reads, w=writes)
    assert count > properties["Threshold"]


# --- the check itself -----------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values that are neither lists nor objects."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("name", ALARMS)
def test_every_change_of_an_alarm_is_found(name: str) -> None:
    free = {"AlarmDescription", "Label", "Id"}  # words; an id counts only with the expression
    paths = [path for path in leaves(alarm(name)) if path != ("Type",) and not free & {*path}]
    assert len(paths) >= 10
    for path in paths:
        changed = copy.deepcopy(alarm(name))
        *parents, last = path
        place: Any = changed
        for each in parents:
            place = place[each]
        before = place[last]
        place[last] = before + 1 if isinstance(before, int | float) else f"{before}x"
        with pytest.raises(AssertionError):
            check(name, changed)


@pytest.mark.parametrize("name", ALARMS)
def test_every_property_that_is_left_out_is_missed(name: str) -> None:
    for key in alarm(name)["Properties"]:
        if key == "DatapointsToAlarm" and ALARMS[name].periods == "1 of 1":
            continue  # what it says is the default
        changed = copy.deepcopy(alarm(name))
        del changed["Properties"][key]
        with pytest.raises((AssertionError, KeyError)):
            check(name, changed)
