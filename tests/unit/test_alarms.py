"""Every alarm, number by number: what it reads, when it goes off, and what it says then.

The table below is the specification. `check` compares an alarm with its line; the last tests change
every single value of every alarm to see that each change is found.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest

from tests.cloudformation import PHASES, Resolved, resources, translated
from tests.conftest import ROOT
from tests.unit.test_template import TABLES


class Alarm(NamedTuple):
    """A line of the table."""

    reads: str
    """"<namespace> <metric>", or an expression over `inputs`."""
    of: dict[str, Any]
    """The dimensions of the metric, or with `inputs` of each of them."""
    statistic: str
    when: str
    """What the statistic of five minutes has to be."""
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


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def function(name: str) -> dict[str, Any]:
    return {"FunctionName": ref(f"{name}Function")}


def workflow(machine: str, metric: str, section: str) -> Alarm:
    of = {"StateMachineArn": ref(f"{machine}StateMachine")}
    ends = section == "workflow-throttled"  # the others are over when they happen
    return Alarm(f"AWS/States {metric}", of, "Sum", ">= 1", "1 of 1", section, ends)


def duration(name: str, when: str, periods: str = "2 of 3") -> Alarm:
    return Alarm("AWS/Lambda Duration", function(name), "p99", when, periods, "duration")


def error_rate(of: dict[str, Any], condition: str) -> Alarm:
    return Alarm(
        "IF(i>=20, 100*FILL(e,0)/i, 0)",
        of,
        "Sum",
        "> 1",
        "1 of 1",
        "error-rate",
        condition=condition,
        inputs=("e AWS/Lambda Errors", "i AWS/Lambda Invocations"),
    )


def errors(of: dict[str, Any], condition: str, when: str = ">= 3") -> Alarm:
    return Alarm("AWS/Lambda Errors", of, "Sum", when, "1 of 1", "errors", condition=condition)


def throttled(table: str, index: str | None) -> Alarm:
    return Alarm(
        "FILL(r,0)+FILL(w,0)",
        {"TableName": ref(table)} | ({"GlobalSecondaryIndexName": index} if index else {}),
        "Sum",
        "> 0",
        "2 of 3",
        "table-throttled",
        condition="OnAws",
        inputs=("r AWS/DynamoDB ReadThrottleEvents", "w AWS/DynamoDB WriteThrottleEvents"),
    )


def words(name: str) -> str:
    """by_guild → ByGuild."""
    return "".join(part.title() for part in name.split("_"))


WORKERS: Final = ("Draw", "Plan", "Announce", "Answer")
RATED: Final = ("Interactions", *WORKERS)
"""The functions that are called often enough for a rate."""

WORKFLOW: Final = {
    "Failed": ("ExecutionsFailed", "workflow-failed"),
    "TimedOut": ("ExecutionsTimedOut", "workflow-timed-out"),
    "Aborted": ("ExecutionsAborted", "workflow-aborted"),
    "Throttled": ("ExecutionThrottled", "workflow-throttled"),
}
EXPRESS: Final = ("Failed", "TimedOut")
"""An Express workflow can neither be stopped nor be held between its states."""

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
    "InteractionsDurationAlarm": duration("Interactions", "> 2000"),
    **{f"{name}DurationAlarm": duration(name, "> 5000") for name in WORKERS},
    "SetupDurationAlarm": duration("Setup", "> 20000", "1 of 1"),
    "FunctionsErrorRateAlarm": error_rate({}, "WatchFunctionsTogether"),
    "FunctionsErrorsAlarm": errors({}, "WatchFunctionsTogether"),
    **{f"{name}ErrorRateAlarm": error_rate(function(name), "WatchEachFunction") for name in RATED},
    **{f"{name}ErrorsAlarm": errors(function(name), "WatchEachFunction") for name in RATED},
    "SweeperDurationAlarm": duration("Sweeper", "> 25000", "1 of 1"),
    "SweeperErrorsAlarm": errors(function("Sweeper"), "WatchEachFunction", ">= 1"),
    "SetupErrorsAlarm": errors(function("Setup"), "WatchEachFunction", ">= 1"),
    "ThrottlesAlarm": Alarm("AWS/Lambda Throttles", {}, "Sum", ">= 1", "1 of 1", "throttles"),
    "ConcurrencyAlarm": Alarm(
        "AWS/Lambda ConcurrentExecutions", {}, "Maximum", "> 800", "1 of 1", "concurrency"
    ),
    **{
        f"{table.removesuffix('Table')}{words(index or '')}ThrottledAlarm": throttled(table, index)
        for table, (_, indexes) in TABLES.items()
        for index in (None, *indexes)
    },
    "ConflictsAlarm": Alarm(
        "FILL(c,0)",
        {"TableName": ref("UsersTable")},
        "Sum",
        ">= 50",
        "1 of 2",
        "conflicts",
        condition="OnAws",
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
PERIOD_S: Final = 300


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
                    "Period": PERIOD_S,
                    "Metric": {"Namespace": namespace, "MetricName": metric}
                    | ({"Dimensions": listed(line.of)} if line.of else {}),
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
        assert found.pop("Period") == PERIOD_S
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
        assert {f"{name}DurationAlarm", f"{name}ErrorsAlarm"} <= set(ALARMS), (
            f"{each} has no alarms: add them to template.yaml and to the table above"
        )
    for each, machine in resources("AWS::StepFunctions::StateMachine").items():
        kinds = EXPRESS if machine["StateMachineType"] == "EXPRESS" else WORKFLOW
        prefix = each.removesuffix("StateMachine")
        if prefix == "Brake":
            continue  # it says itself that it failed, with what to do by hand
        assert {f"{prefix}{kind}Alarm" for kind in kinds} <= set(ALARMS)
    for each, table in resources("AWS::DynamoDB::Table").items():
        prefix = each.removesuffix("Table")
        indexes = [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])]
        for name in ("", *map(words, indexes)):
            assert f"{prefix}{name}ThrottledAlarm" in ALARMS


def test_functions_are_watched_together_in_the_first_phase_and_singly_after_it(
    template: dict[str, Any],
) -> None:
    first = {"Fn::Equals": [ref("Phase"), "initial"]}
    on_aws = {"Condition": "OnAws"}
    conditions = template["Conditions"]
    assert conditions["WatchFunctionsTogether"] == {"Fn::And": [on_aws, first]}
    assert conditions["WatchEachFunction"] == {"Fn::And": [on_aws, {"Fn::Not": [first]}]}


def test_the_decision_record_has_the_figures_of_the_template() -> None:
    record = (ROOT / "docs/decisions/0020-alarms.md").read_text()
    every = [Resolved(Phase=phase).resources("AWS::CloudWatch::Alarm") for phase in PHASES]
    made = [[name for name in each if name not in BRAKES] for each in every]
    first, *later = [sum(max(1, len(ALARMS[name].inputs)) for name in each) for each in made]
    assert f"| **{first}, ${first / 10:.2f}** | **{later[0]}, ${later[0] / 10:.2f}** |" in record
    assert f"{len(made[0])} alarms in the phase `initial` and {len(made[1])} from" in record
    assert len(set(later)) == 1


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
        (19, 19, False),  # the other alarm counts
        (20, 0, False),
        (20, 1, True),
        (100, 1, False),
        (100, 2, True),
        (1000, 10, False),
        (1000, 11, True),
        (1000, None, False),
        (None, None, False),
    ],
)
def test_more_than_one_per_cent_of_at_least_twenty_calls(
    calls: int | None, failed: int | None, goes_off: bool
) -> None:
    properties = alarm("DrawErrorRateAlarm")["Properties"]
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
