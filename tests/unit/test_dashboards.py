"""The dashboards, which nobody here can look at: every metric, dimension, log group, field and
value that they name has to exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import pytest

from adapters import figures, metrics
from tests.cloudformation import resources, translated
from tests.conftest import ROOT
from tests.insights import Query, parse
from tests.log_lines import Lines, check, story
from tests.unit.test_template import TABLES

DASHBOARDS: Final = ("ServiceDashboard",)
FREE_DASHBOARDS: Final = 3
FREE_METRICS: Final = 50
"""What an account has for nothing: so many dashboards of so many metrics each."""

TYPES: Final = {
    "StateMachineArn": "AWS::StepFunctions::StateMachine",
    "FunctionName": "AWS::Lambda::Function",
    "ApiId": "AWS::ApiGatewayV2::Api",
    "TableName": "AWS::DynamoDB::Table",
}
"""What a dimension's value has to be a reference to."""

# The metrics that AWS documents for these namespaces, with the dimensions that we use them by.
KNOWN: Final[dict[str, tuple[set[str], list[list[str]]]]] = {
    "AWS/States": (
        {
            "ExecutionsStarted",
            "ExecutionsFailed",
            "ExecutionsTimedOut",
            "ExecutionsAborted",
            "ThrottledEvents",
        },
        [["StateMachineArn"], ["ServiceMetric"]],
    ),
    "AWS/Lambda": (
        {"Duration", "Errors", "Invocations", "Throttles"},
        [["FunctionName"], []],
    ),
    "AWS/ApiGateway": ({"Latency", "4xx", "5xx", "Count"}, [["ApiId"]]),
    "AWS/DynamoDB": (
        {
            "ReadThrottleEvents",
            "WriteThrottleEvents",
            "TransactionConflict",
        },
        [["TableName"]],
    ),
    "AWS/Logs": ({"IncomingBytes"}, [[]]),
    metrics.NAMESPACE: ({*figures.METRICS.values(), "UndeliveredPulls"}, [["Stack"]]),
    "Gacha/${AWS::StackName}": ({"StartsFailed"}, [[]]),
}


def body(name: str) -> dict[str, Any]:
    """A dashboard, its references left as they are written."""
    written = translated()["Resources"][name]["Properties"]["DashboardBody"]["Fn::Sub"]
    parsed: dict[str, Any] = json.loads(written)
    return parsed


def widgets(kind: str) -> Iterator[dict[str, Any]]:
    for name in DASHBOARDS:
        for widget in body(name)["widgets"]:
            if widget["type"] == kind:
                yield widget["properties"]


def shown_metrics() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of every metric, with what ``.`` stands for put in."""
    for widget in widgets("metric"):
        for entry in widget["metrics"]:
            words = [each for each in entry if isinstance(each, str)]
            if words:
                namespace, name, *rest = words
                yield namespace, name, dict(zip(rest[::2], rest[1::2], strict=True))


def test_these_are_the_dashboards() -> None:
    found = resources("AWS::CloudWatch::Dashboard")
    assert set(found) == set(DASHBOARDS)
    assert [each["DashboardName"] for each in found.values()] == [
        {"Fn::Sub": "${AWS::StackName}-service"}
    ]


def lines_of(written: dict[str, Any]) -> int:
    """The metrics that CloudWatch counts: each line of each graph, and what an expression reads,
    shown or not. A search can become any number of them, so there may be none."""
    lines = [
        line for widget in written["widgets"] for line in widget["properties"].get("metrics", [])
    ]
    assert not re.search(r"SEARCH|SELECT|METRICS\(", json.dumps(lines))
    return len(lines)


def test_the_dashboards_are_the_free_ones() -> None:
    assert len(DASHBOARDS) <= FREE_DASHBOARDS
    for name in DASHBOARDS:
        assert lines_of(body(name)) <= FREE_METRICS, name


def test_hidden_lines_and_expressions_count() -> None:
    hidden = ["AWS/Lambda", "Errors", {"visible": False}]
    graph = {"properties": {"metrics": [hidden, [{"expression": "m1+m2"}], hidden]}}
    assert lines_of({"widgets": [graph, {"properties": {"markdown": "words"}}, graph]}) == 6
    with pytest.raises(AssertionError):
        lines_of({"widgets": [{"properties": {"metrics": [[{"expression": "SEARCH('{A}')"}]]}}]})


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_reference_is_to_something_of_the_stack(name: str) -> None:
    written = translated()["Resources"][name]["Properties"]["DashboardBody"]["Fn::Sub"]
    for reference in re.findall(r"\$\{([^}]+)\}", written):
        assert (
            reference in ("AWS::StackName", "AWS::Region") or reference in translated()["Resources"]
        )


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_widgets_lie_side_by_side(name: str) -> None:
    places = []
    for widget in body(name)["widgets"]:
        assert widget["x"] + widget["width"] <= 24
        rows = range(widget["y"], widget["y"] + widget["height"])
        columns = range(widget["x"], widget["x"] + widget["width"])
        places.append({(row, column) for row in rows for column in columns})
    assert not any(one & other for one, other in combinations(places, 2))


def test_every_metric_exists_with_these_dimensions() -> None:
    found = list(shown_metrics())
    assert len(found) > 40
    for namespace, name, dimensions in found:
        names, dimension_sets = KNOWN[namespace]
        assert name in names
        assert list(dimensions) in dimension_sets
        for dimension, value in dimensions.items():
            if dimension == "Stack":
                assert value == "${AWS::StackName}"
            elif dimension == "ServiceMetric":
                assert value == "StateTransition"
            else:
                of = translated()["Resources"][value.removeprefix("${").removesuffix("}")]
                assert of["Type"] == TYPES[dimension]


def test_every_widget_says_where_and_how() -> None:
    for widget in widgets("metric"):
        assert widget["title"] and widget["region"] == "${AWS::Region}"
        assert widget["period"] in (300, 86400)
        ids = set()
        for entry in widget["metrics"]:
            options = entry[-1] if isinstance(entry[-1], dict) else {}
            assert "expression" in options or "stat" in {**widget, **options}
            assert "label" in options or options.get("visible") is False
            ids.add(options.get("id"))
        for entry in widget["metrics"]:
            if isinstance(entry[0], dict):
                assert set(re.findall(r"\b[a-z]\w*\b", entry[0]["expression"])) <= ids


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("Gacha", "Pulls"),
        ("Gacha", "DeliveryAge"),
        ("Gacha", "UndeliveredPulls"),
        ("AWS/ApiGateway", "Latency"),
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApiGateway", "Count"),
        ("AWS/States", "ExecutionsStarted"),
        ("AWS/Logs", "IncomingBytes"),
    ],
)
def test_the_service_dashboard_shows(namespace: str, name: str) -> None:
    assert (namespace, name) in {each[:2] for each in shown_metrics()}


def test_acknowledgement_is_shown_as_p50_and_p99_with_both_limits() -> None:
    [widget] = [each for each in widgets("metric") if "First answer" in each["title"]]
    shown = {(entry[0], entry[-1]["stat"]) for entry in widget["metrics"]}
    assert shown == {(of, s) for of in ("AWS/ApiGateway", "AWS/Lambda") for s in ("p50", "p99")}
    assert [line["value"] for line in widget["annotations"]["horizontal"]] == [2000, 3000]


def test_throttled_writes_and_reads_of_every_table_are_shown() -> None:
    """What a table uses of what it has is on its own page, where the alarms' mails lead."""
    shown = {
        (dimensions["TableName"].strip("${}"), name)
        for namespace, name, dimensions in shown_metrics()
        if namespace == "AWS/DynamoDB"
    }
    for table in TABLES:
        assert {(table, "ReadThrottleEvents"), (table, "WriteThrottleEvents")} <= shown


BY_A_RULE: Final = {"EraseFunction", "EraseStateMachine", "ExportStateMachine"}
"""They run once a day, and their failure is mailed: the free dashboard has no line left for it."""


def test_every_functions_errors_are_shown() -> None:
    shown = {
        dimensions["FunctionName"].strip("${}")
        for _, name, dimensions in shown_metrics()
        if name == "Errors"
    }
    assert shown == set(resources("AWS::Lambda::Function")) - BY_A_RULE


def test_every_workflow_that_fails_or_takes_too_long_is_shown() -> None:
    """But for the brake's, which says itself that it failed, and that of which a rule tells."""
    shown = {
        (name, dimensions["StateMachineArn"].strip("${}"))
        for _, name, dimensions in shown_metrics()
        if "StateMachineArn" in dimensions
    }
    for machine in set(resources("AWS::StepFunctions::StateMachine")) - {
        "BrakeStateMachine",
        *BY_A_RULE,
    }:
        assert {("ExecutionsFailed", machine), ("ExecutionsTimedOut", machine)} <= shown


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("runbook.md", r"\*([A-Z][^*]+)\* on the (?:\[dashboard\]|dashboard \[`[^`]+`\])\[(\w+)\]"),
        (
            "runbook.ja.md",
            r"(?:\[ダッシュボード\]|ダッシュボード \[`[^`]+`\])"
            r"\[(?P<of>\w+)\] ?の「(?P<title>[^」]+)」",
        ),
    ],
)
def test_what_the_runbook_wants_looked_at_is_on_the_dashboard_that_it_names(
    file: str, pattern: str
) -> None:
    found = list(re.finditer(pattern, (ROOT / "docs" / file).read_text()))
    assert len(found) >= 5
    for each in found:
        title, label = (
            each.groups() if "of" not in each.groupdict() else (each["title"], each["of"])
        )
        titles = [
            w["properties"].get("title", "") for w in body(f"{label.title()}Dashboard")["widgets"]
        ]
        assert any(one.startswith(title) for one in titles), (title, label)


# --- queries --------------------------------------------------------------------------------------


def queries() -> list[Query]:
    return [parse(widget["query"]) for widget in widgets("log")]


@pytest.fixture
def lines(tables: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lines:
    return story(tables, monkeypatch, capfd)


def test_every_query_reads_what_the_handlers_print(lines: Lines) -> None:
    assert len(queries()) == 10
    for query in queries():
        assert query.groups and query.fields
        printed = []
        for group in query.groups:
            logs = group.strip("${}")
            assert translated()["Resources"][logs]["Type"] == "AWS::Logs::LogGroup"
            printed += lines[logs.removesuffix("Logs").lower()]
        check(query, printed)


def test_the_expected_number_of_top_cards_counts_a_redrawn_pull_once() -> None:
    [query] = [w["query"] for w in widgets("log") if "expected" in w["title"]]
    first, second = re.findall(r"\| stats ([^|]+)", query)
    assert re.search(r"by interaction_id, banner\s*$", first)
    assert re.search(r"by banner\s*$", second)
    assert "latest(top) as" in first and "sum(one_ppm) / 1000000" in second


# --- the parser itself ----------------------------------------------------------------------------


def test_a_query_is_taken_apart() -> None:
    query = parse(
        'SOURCE \'${DrawLogs}\' | filter outcome in ["voided", "stands"] and ms > 5 '
        "| stats latest(top) as t, count(*) as n by banner, bin(1d) | stats sum(t) as x by banner "
        "| sort x desc | limit 20"
    )
    assert query.groups == ["${DrawLogs}"]
    assert query.fields == {"outcome", "ms", "top", "banner"}
    assert query.compared == {("outcome", "voided"), ("outcome", "stands")}


@pytest.mark.parametrize(
    "query",
    [
        "filtre a = 1",
        "stats average(ms)",
        "filter a ~ 1",
        "stats count(*) by a | stats count(*) by a | stats count(*) by a",
    ],
)
def test_what_logs_insights_would_not_take_is_an_error(query: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(query)


def test_a_field_that_a_stats_dropped_is_read_from_the_log_again() -> None:
    """So that a second stats over a name that is gone is found to be wrong."""
    query = parse("stats sum(a) as b by c | stats sum(b) as d, sum(e) as f by c")
    assert query.fields == {"a", "c", "e"}


def test_a_wrong_field_or_value_is_found(lines: Lines) -> None:
    for wrong in ('filter outcom = "recorded"', 'filter outcome = "recordet"'):
        with pytest.raises(AssertionError):
            check(parse(wrong), lines["draw"])
