"""What each alarm of the template does over time, by CloudWatch's rules (tests/cloudwatch.py)."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.cloudformation import PHASES, Resolved, changed
from tests.cloudwatch import ALARM, INSUFFICIENT, OK, Point, Watch, evaluated, math, metrics_of

pytestmark = pytest.mark.once

HOURS: Final = 4 * 12
"""Periods of five minutes."""

MADE: Final[dict[str, dict[str, Any]]] = {
    name: alarm
    for phase in PHASES
    for name, alarm in Resolved(Phase=phase).resources("AWS::CloudWatch::Alarm").items()
}
ALWAYS_THERE: Final = {"UndeliveredAlarm": {"metric": 0.0}}
"""Alarms whose metric is there in every period, and what it is where all is well."""


def quiet(name: str) -> dict[str, Point]:
    """A period in which nothing happens: nearly all metrics have no data then."""
    return dict(ALWAYS_THERE.get(name, {}))


def trouble(name: str) -> dict[str, Point]:
    """A period that is worse than the alarm's threshold."""
    alarm = MADE[name]
    bad = float(alarm["Threshold"]) + 1
    metrics = metrics_of(alarm)
    if metrics.keys() >= {"d", "x"}:  # a day without an export
        return {"d": 1.0, "x": None}
    if metrics.keys() >= {"e", "i"}:
        return {**dict.fromkeys(metrics, 0.0), "e": 100.0, "i": 1000.0}
    return dict.fromkeys(metrics, bad)


def watch(name: str, periods: int = HOURS) -> Watch:
    """The alarm after some quiet periods."""
    watched = Watch(MADE[name])
    for _ in range(periods):
        watched.period(quiet(name))
    return watched


@pytest.mark.parametrize("name", MADE)
def test_no_alarm_goes_off_on_a_fresh_stack(name: str) -> None:
    watched = Watch(MADE[name])
    for _ in range(HOURS):
        assert watched.period({}) != ALARM  # nobody plays, and the sweeper has not run yet
    assert INSUFFICIENT not in watched.sent
    for _ in range(HOURS):
        assert watched.period(quiet(name)) == OK


@pytest.mark.parametrize("name", MADE)
def test_an_alarm_goes_off_once_and_comes_back_by_itself(name: str) -> None:
    watched = watch(name)
    watched.sent.clear()
    needed = int(MADE[name].get("DatapointsToAlarm", MADE[name]["EvaluationPeriods"]))
    for number in range(1, HOURS):
        assert (watched.period(trouble(name)) == ALARM) is (number >= needed)
    for _ in range(HOURS):
        watched.period(quiet(name))
    assert watched.state == OK, "it stays in ALARM though nothing happens any more"
    assert watched.sent == ([ALARM, OK] if "OKActions" in MADE[name] else [ALARM])


@pytest.mark.parametrize("name", MADE)
def test_a_rehearsal_ends_without_anybody_putting_the_alarm_back(name: str) -> None:
    watched = watch(name)
    watched.set_by_hand(ALARM)
    watched.period(quiet(name))
    assert watched.state == OK


SHORT_S: Final = 300
"""Metrics come minutes late, so a longer period is never empty for that alone."""


def period_of(name: str) -> int:
    """Seconds of the periods that an alarm looks at."""
    alarm = MADE[name]
    metrics = [each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    [period] = {int(each["Period"]) for each in metrics or [alarm]}
    return period


@pytest.mark.parametrize("name", [name for name in MADE if period_of(name) <= SHORT_S])
def test_data_that_come_late_are_seen(name: str) -> None:
    """A period that is filled with 0 before its data are there may not hide them. CloudWatch's
    guide warns of that, and names M out of N as the way out."""
    watched = watch(name)
    needed = int(MADE[name].get("DatapointsToAlarm", MADE[name]["EvaluationPeriods"]))
    for _ in range(needed):
        watched.period(trouble(name), late=True)
    watched.period(quiet(name), late=True)
    assert watched.state == ALARM


def errors_of(alarm: dict[str, Any], failing: set[str]) -> dict[str, Point]:
    """A period in which every call of the functions `failing` is an error, as AWS counts them."""
    read = alarm.get("Metrics") or [{"Id": "metric", "MetricStat": {"Metric": alarm}}]
    values: dict[str, Point] = {}
    for each in read:
        if "MetricStat" not in each:
            continue
        metric = each["MetricStat"]["Metric"]
        of = [str(one["Value"]) for one in metric.get("Dimensions", [])]
        fails = [name for name in failing if not of or f"{name}Function" in of[0]]
        values[each["Id"]] = 40.0 * len(fails) if metric["MetricName"] == "Errors" else 400.0
    return values


@pytest.mark.parametrize("phase", PHASES)
def test_discords_wish_to_wait_wakes_nobody_and_an_error_does(phase: str) -> None:
    """Announce raises PatienceError for it, which Lambda counts as an error (decision 0034)."""
    alarms = Resolved(Phase=phase).resources("AWS::CloudWatch::Alarm")
    reading = {
        name: alarm for name, alarm in alarms.items() if "'MetricName': 'Errors'" in str(alarm)
    }
    assert reading
    woken: dict[str, set[str]] = {}
    for failing in ("Announce", "Interactions", "Draw", "Plan", "Answer"):
        woken[failing] = set()
        for name, alarm in reading.items():
            watched = Watch(alarm)
            for _ in range(HOURS):
                if watched.period(errors_of(alarm, {failing})) == ALARM:
                    woken[failing].add(name)
    assert not woken.pop("Announce")
    assert all(len(each) == 1 for each in woken.values()), woken


def test_a_sweeper_that_falls_silent_is_told_once_and_so_is_its_return() -> None:
    watched = watch("UndeliveredAlarm")
    watched.sent.clear()
    for _ in range(HOURS):
        watched.period({})
    assert (watched.state, watched.sent) == (INSUFFICIENT, [INSUFFICIENT])
    watched.period(quiet("UndeliveredAlarm"))
    assert watched.sent == [INSUFFICIENT, OK]


def test_a_schedule_that_never_starts_an_export_is_told_after_two_days() -> None:
    """Not on the day of a deployment, nor where a run ends a little late."""
    day, good = {"d": 1.0, "x": None}, {"d": 1.0, "x": 1.0}
    watched = Watch(MADE["ExportMissingAlarm"])
    assert [watched.period(each) for each in ({}, day, good, day, good)] == [OK] * 5
    assert [watched.period(day) for _ in range(3)] == [OK, ALARM, ALARM]
    assert watched.period(good) == OK and watched.sent[-2:] == [ALARM, OK]
    never = Watch(MADE["ExportMissingAlarm"])
    assert [never.period(each) for each in ({}, day, day)] == [OK, OK, ALARM]


def test_no_alarm_needs_what_service_quotas_may_refuse() -> None:
    """PutMetricAlarm refuses SERVICE_QUOTA of a metric that Service Quotas does not know as one of
    usage, and the first deployment would be taken back."""
    assert not [name for name, alarm in MADE.items() if "SERVICE_QUOTA" in str(alarm)]


# --- the tests above find what they are for -------------------------------------------------------

PLAIN: Final = {
    "AlarmActions": ["topic"],
    "Namespace": "AWS/DynamoDB",
    "MetricName": "TransactionConflict",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 50,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
}


def test_a_plain_alarm_on_dynamodb_sticks_whatever_it_asks_for() -> None:
    watched = Watch(PLAIN)
    watched.period({"metric": 51.0})
    for _ in range(HOURS):
        watched.period({})
    assert watched.state == ALARM
    elsewhere = Watch({**PLAIN, "Namespace": "AWS/Lambda"})
    elsewhere.period({"metric": 51.0})
    for _ in range(HOURS):
        elsewhere.period({})
    assert elsewhere.state == OK


def test_an_undelivered_alarm_that_takes_silence_for_trouble_goes_off_at_once() -> None:
    with changed("Resources/UndeliveredAlarm/Properties/TreatMissingData", "breaching"):
        alarm = Resolved().properties("UndeliveredAlarm")
    assert Watch(alarm).period({}) == ALARM


# --- CloudWatch's rules as its guide shows them ---------------------------------------------------

_3_OF_3: Final = (
    # points, and the state where missing data are missing, ignored, breaching, notBreaching
    ("0 - X - X", OK, OK, OK, OK),
    ("- - - - 0", OK, OK, OK, OK),
    ("- - - - -", INSUFFICIENT, "as it was", ALARM, OK),
    ("0 X X - X", ALARM, ALARM, ALARM, ALARM),
    ("- - X - -", ALARM, "as it was", ALARM, OK),
)
_2_OF_3: Final = (
    ("0 - X - X", ALARM, ALARM, ALARM, ALARM),
    ("0 0 X 0 X", ALARM, ALARM, ALARM, ALARM),
    ("0 - X - -", OK, OK, ALARM, OK),
    ("- - - - 0", OK, OK, ALARM, OK),
    ("- - - - X", ALARM, "as it was", ALARM, OK),
)


@pytest.mark.parametrize(
    ("needed", "row"), [*((3, row) for row in _3_OF_3), *((2, row) for row in _2_OF_3)]
)
def test_the_rules_are_those_of_the_guides_tables(needed: int, row: tuple[str, ...]) -> None:
    pattern, *states = row
    points = [{"0": 0.0, "X": 2.0, "-": None}[sign] for sign in pattern.split()]
    for missing, state in zip(
        ("missing", "ignore", "breaching", "notBreaching"), states, strict=True
    ):
        came = evaluated(
            points,
            lambda value: value > 1,
            needed=needed,
            periods=3,
            missing=missing,
            state="as it was",
        )
        assert came == state, missing


@pytest.mark.parametrize(
    ("expression", "values", "result"),
    [
        ("FILL(r,0)+FILL(w,0)", {"r": None, "w": 2.0}, 2.0),
        ("r+w", {"r": None, "w": 2.0}, None),
        ("IF(i>=20, 100*FILL(e,0)/i, 0)", {"i": 100.0, "e": 2.0}, 2.0),
        ("IF(i>=20, 100*FILL(e,0)/i, 0)", {"i": 19.0, "e": 19.0}, 0.0),
        ("IF(i>=20, 100*FILL(e,0)/i, 0)", {"i": None, "e": 1.0}, None),
    ],
)
def test_metric_math(expression: str, values: dict[str, Point], result: Point) -> None:
    assert math(expression, values) == result


def test_what_the_rules_do_not_know_is_an_error() -> None:
    with pytest.raises(NotImplementedError):
        math("ANOMALY_DETECTION_BAND(r)", {"r": 1.0})
