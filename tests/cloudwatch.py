"""How CloudWatch decides an alarm's state, apart from our template and from what we meant by it.

Sources: the CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat
missing data", with its two tables of examples; PutMetricAlarm's reference, by which alarms on
metrics of AWS/DynamoDB "always ignore missing data". tests/unit/test_alarm_states.py holds this
against the tables. The guide leaves open how many periods more than asked for CloudWatch looks at:
its examples have two.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Point = float | None
"""A metric's value in one period; None is a period without data."""

ALARM: Final = "ALARM"
OK: Final = "OK"
INSUFFICIENT: Final = "INSUFFICIENT_DATA"

MORE_PERIODS: Final = 2

_BREACHES: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_ARITHMETIC: Final[Mapping[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else None,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


def metrics_of(alarm: Mapping[str, Any]) -> dict[str, str]:
    """Id → namespace of every metric that the alarm reads; a plain alarm's has the id `metric`."""
    if "Metrics" not in alarm:
        return {"metric": str(alarm["Namespace"])}
    return {
        each["Id"]: each["MetricStat"]["Metric"]["Namespace"]
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }


def math(expression: str, values: Mapping[str, Point]) -> Point:
    """Metric math of one period: FILL, IF, comparisons and arithmetic, in which a value that is
    missing makes the result missing. NotImplementedError for anything else."""

    def work_out(node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=op, right=right):
                return apply(op, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return apply(op, left, right)
            case ast.Call(func=ast.Name(id="FILL"), args=[of, filled]):
                value = work_out(of)
                return work_out(filled) if value is None else value
            case ast.Call(func=ast.Name(id="IF"), args=[test, yes, no]):
                holds = work_out(test)
                return None if holds is None else work_out(yes if holds else no)
        raise NotImplementedError(ast.dump(node))

    def apply(op: ast.AST, left: ast.AST, right: ast.AST) -> Any:
        one, two = work_out(left), work_out(right)
        return None if one is None or two is None else _ARITHMETIC[type(op)](one, two)

    result = work_out(ast.parse(expression, mode="eval").body)
    return None if result is None else float(result)


def evaluated(
    points: Sequence[Point],
    breaches: Callable[[float], bool],
    *,
    needed: int,
    periods: int,
    missing: str,
    state: str,
) -> str:
    """The state after a look at `points`, oldest first, while the alarm is in `state`."""
    there = [breaches(each) for each in points if each is not None][-periods:]
    filled = periods - len(there)
    if sum(there) >= needed:
        return ALARM
    match missing:
        case "breaching":
            return ALARM if sum(there) + filled >= needed else OK
        case "notBreaching":
            return OK
        case "ignore":
            return state if not there or (filled and all(there)) else OK
        case "missing":
            if not there:
                return INSUFFICIENT
            return ALARM if filled and all(there) else OK
    raise NotImplementedError(missing)


class Watch:
    """An alarm from the moment at which it is made. `alarm` has CloudFormation's properties."""

    def __init__(self, alarm: Mapping[str, Any]) -> None:
        self._alarm = alarm
        self._periods = int(alarm["EvaluationPeriods"])
        self.state = INSUFFICIENT
        self.seen: dict[str, list[Point]] = {name: [] for name in metrics_of(alarm)}
        self.sent: list[str] = []
        """The states that it went to and had an action for."""

    def period(self, values: Mapping[str, Point], *, late: bool = False) -> str:
        """A period passes with these values. Where they are `late`, they are not there yet when
        CloudWatch looks, and are there at the next look."""
        for name, points in self.seen.items():
            points.append(values.get(name))
        hidden = {name: points[-1] for name, points in self.seen.items()}
        if late:
            for points in self.seen.values():
                points[-1] = None
        self._go_to(self._look())
        for name, value in hidden.items():
            self.seen[name][-1] = value
        return self.state

    def set_by_hand(self, state: str) -> None:
        """SetAlarmState: it lasts until the next look."""
        self._go_to(state)

    def _look(self) -> str:
        alarm, length = self._alarm, self._periods + MORE_PERIODS
        ranges = {name: ([None] * length + points)[-length:] for name, points in self.seen.items()}
        missing = str(alarm.get("TreatMissingData", "missing"))
        if "Metrics" in alarm:
            [expression] = [each["Expression"] for each in alarm["Metrics"] if "Expression" in each]
            points: list[Point] = [
                math(expression, {name: ranges[name][at] for name in ranges})
                for at in range(length)
            ]
        else:
            [points] = ranges.values()
        if "AWS/DynamoDB" in metrics_of(alarm).values():
            missing = "ignore"
        compare = _BREACHES[alarm["ComparisonOperator"]]
        return evaluated(
            points,
            lambda value: compare(value, float(alarm["Threshold"])),
            needed=int(alarm.get("DatapointsToAlarm", self._periods)),
            periods=self._periods,
            missing=missing,
            state=self.state,
        )

    def _go_to(self, state: str) -> None:
        actions = {ALARM: "AlarmActions", OK: "OKActions", INSUFFICIENT: "InsufficientDataActions"}
        if state != self.state and self._alarm.get(actions[state]):
            self.sent.append(state)
        self.state = state
