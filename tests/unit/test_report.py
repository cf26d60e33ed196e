"""scripts.report: each item of the check lists, well, in need of attention, and unreadable.

Metrics, tables and subscriptions are moto's; backups, bill, quotas and the secret's replica are
recorded answers, since moto has none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from scripts import report, stack
from scripts.report import Answer, Context
from scripts.stack import Deployment
from scripts.template import Template
from tests import cloudformation
from tests.support import GUILD, PLAYER_KEY

REGION = "ap-northeast-1"
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
TABLES = {
    "UsersTable": "discord_users",
    "HistoryTable": "gacha_history",
    "SettingsTable": "server_settings",
    "CollectionTable": "gacha_collection",
}
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:pull"


@pytest.fixture
def of() -> Iterator[Context]:
    with mock_aws():
        here = Deployment("gacha", REGION, {**TABLES, "ApiId": "api1", "FairnessSecretArn": "f"})
        here.__dict__["resources"] = {
            "AWS::Lambda::Function": {
                "InteractionsFunction": "gacha-interactions",
                "DrawFunction": "gacha-draw",
                "SetupFunction": "gacha-setup",
            },
            "AWS::StepFunctions::StateMachine": {"PullStateMachine": MACHINE},
        }
        here.__dict__["parameters"] = {"Phase": "growth"}
        topic = here.client("sns").create_topic(Name="alarms")["TopicArn"]
        here.outputs["AlarmTopicArn"] = topic  # type: ignore[index]
        for table in cloudformation.tables().values():
            here.client("dynamodb").create_table(**table)
        yield Context(here, NOW, 7)


def metric(of: Context, namespace: str, name: str, value: float, **dimensions: str) -> None:
    of.deployment.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": each} for key, each in dimensions.items()],
                "Timestamp": NOW - timedelta(hours=2),
                "Value": value,
            }
        ],
    )


def stub(of: Context, service: str, region: str | None = None) -> Stubber:
    """Recorded answers in place of a service; nothing else of it can be asked then."""
    client = boto3.client(service, region_name=region or REGION)  # type: ignore[call-overload]
    of.deployment._clients[service, region or REGION] = client
    stubber = Stubber(client)
    stubber.activate()
    return stubber


def states(item: Callable[[Context], Iterator[Answer]], of: Context) -> set[str]:
    return {each.state for each in report.ask(item, of)}


# --- metrics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("errors", "state"), [(0, "ok"), (10, "ok"), (11, "attention")])
def test_more_than_one_error_in_a_hundred_runs(of: Context, errors: int, state: str) -> None:
    metric(of, "AWS/Lambda", "Invocations", 1_000, FunctionName="gacha-draw")
    metric(of, "AWS/Lambda", "Errors", errors, FunctionName="gacha-draw")
    first, draw = report.ask(report.error_rate, of)
    assert (first.values["name"], first.state) == ("InteractionsFunction", "idle")
    assert draw.state == state
    assert (draw.values["errors"], draw.values["runs"]) == (errors, 1_000)


@pytest.mark.parametrize(
    ("first", "worker", "found"),
    [
        (2_000, 5_000, ["ok", "ok"]),
        (2_001, 5_000, ["attention", "ok"]),
        (9, 5_001, ["ok", "attention"]),
    ],
)
def test_the_first_answer_has_two_seconds_and_a_worker_five(
    of: Context, monkeypatch: pytest.MonkeyPatch, first: int, worker: int, found: list[str]
) -> None:
    """moto knows no percentiles, so the answers are recorded."""
    of.__dict__["runs"] = dict.fromkeys(of.functions, 1)
    stubber = stub(of, "cloudwatch")
    for milliseconds in (first, worker):
        points = [{"ExtendedStatistics": {"p99": each}} for each in (1.0, float(milliseconds))]
        stubber.add_response(
            "get_metric_statistics",
            {"Datapoints": points},
            {
                "Namespace": "AWS/Lambda",
                "MetricName": "Duration",
                "Dimensions": [{"Name": "FunctionName", "Value": ANY}],
                "StartTime": NOW - timedelta(days=7),
                "EndTime": NOW,
                "Period": 3600,
                "ExtendedStatistics": ["p99"],
            },
        )
    assert [each.state for each in report.ask(report.response_time, of)] == found


@pytest.mark.parametrize(("broken", "state"), [(1, "ok"), (2, "attention")])
def test_the_apis_own_failures(of: Context, broken: int, state: str) -> None:
    metric(of, "AWS/ApiGateway", "Count", 100, ApiId="api1")
    metric(of, "AWS/ApiGateway", "5xx", broken, ApiId="api1")
    assert states(report.api, of) == {state}


@pytest.mark.parametrize(
    "name", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"]
)
def test_any_execution_that_did_not_end_well(of: Context, name: str) -> None:
    metric(of, "AWS/States", "ExecutionsStarted", 5, StateMachineArn=MACHINE)
    assert states(report.workflows, of) == {"ok"}
    metric(of, "AWS/States", name, 1, StateMachineArn=MACHINE)
    [answer] = report.ask(report.workflows, of)
    assert answer.state == "attention" and answer.values["bad"] == f"{name} 1"


def test_throttling_of_an_index_is_its_own_line(of: Context) -> None:
    place = {"TableName": "discord_users", "GlobalSecondaryIndexName": "by_guild"}
    metric(of, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", 9, **place)
    found = {each.values["place"]: each.state for each in report.ask(report.throttling, of)}
    assert found["discord_users/by_guild"] == "ok"
    assert found["gacha_history/undelivered"] == found["server_settings"] == "idle"
    metric(
        of,
        "AWS/DynamoDB",
        "WriteThrottleEvents",
        3,
        TableName="gacha_history",
        GlobalSecondaryIndexName="undelivered",
    )
    # moto also finds it under the table, whose dimensions are a part of the index's.
    bad = {
        each.values["place"]: each.values["turned"]
        for each in report.ask(report.throttling, of)
        if each.state == "attention"
    }
    assert bad == {"gacha_history": 3, "gacha_history/undelivered": 3}


def provision(of: Context, table: str) -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    of.deployment.client("dynamodb").update_table(
        TableName=table, BillingMode="PROVISIONED", ProvisionedThroughput=units
    )


@pytest.mark.parametrize(("used", "state"), [(0.79, "ok"), (0.81, "attention")])
def test_utilisation_is_judged_in_the_busiest_hour(of: Context, used: float, state: str) -> None:
    provision(of, "gacha_history")
    for mode, units in (("Read", 0.0), ("Write", used)):
        place = {"TableName": "gacha_history"}
        metric(of, "AWS/DynamoDB", f"Provisioned{mode}CapacityUnits", 5, **place)
        metric(of, "AWS/DynamoDB", f"Consumed{mode}CapacityUnits", units * 5 * 3600, **place)
    found = [
        each
        for each in report.ask(report.utilisation, of)
        if each.values.get("place") == "gacha_history" and each.values["kind"] == "write"
    ]
    assert [each.state for each in found] == [state]
    assert found[0].values["busiest"] == f"{Decimal(str(used)):.2%}"
    others = [each for each in report.ask(report.utilisation, of) if each.sentence == "on_demand"]
    assert len(others) == 8  # the three other tables and one index, reads and writes
    unread = [each for each in report.ask(report.utilisation, of) if each.state == "unread"]
    assert not unread or all("gacha_history/" in str(each.values) for each in unread)


def test_a_provisioned_table_without_figures_is_not_called_on_demand(of: Context) -> None:
    provision(of, "server_settings")
    found = [
        each for each in report.ask(report.utilisation, of) if "server_settings" in str(each.values)
    ]
    assert [each.state for each in found] == ["unread", "unread"]
    assert {each.sentence for each in found} == {"units_not_measured"}


@pytest.mark.parametrize(
    "item",
    [report.error_rate, report.response_time, report.api, report.workflows, report.throttling],
)
def test_nothing_measured_at_all_is_neither_well_nor_idle(of: Context, item: Any) -> None:
    assert report.ask(item, of) == [report.NOTHING]
    assert report.NOTHING.state == "unread"


def test_figures_that_have_to_be_there_and_are_not_are_no_good_sign(of: Context) -> None:
    """Lambda counts errors and times with each run, and the API each call of the first function."""
    for function in ("gacha-interactions", "gacha-draw"):
        metric(of, "AWS/Lambda", "Invocations", 7, FunctionName=function)
    metric(of, "AWS/Lambda", "Errors", 0, FunctionName="gacha-draw")
    first, draw = report.ask(report.error_rate, of)
    assert (first.state, first.sentence, first.values["runs"]) == ("unread", "not_measured", 7)
    assert draw.state == "ok"
    assert [each.sentence for each in report.ask(report.api, of)] == ["api_not_measured"]
    stubber = stub(of, "cloudwatch")  # moto knows no percentiles
    for _ in of.functions:
        stubber.add_response("get_metric_statistics", {"Datapoints": []})
    found = report.ask(report.response_time, of)
    assert {(each.state, each.sentence) for each in found} == {("unread", "not_measured")}


def test_what_nobody_used_is_idle_but_what_runs_by_itself_is_not(of: Context) -> None:
    of.deployment.resources["AWS::Lambda::Function"]["SweeperFunction"] = "gacha-sweeper"  # type: ignore[index]
    metric(of, "AWS/Lambda", "Invocations", 1, FunctionName="gacha-draw")
    metric(of, "AWS/Lambda", "Errors", 0, FunctionName="gacha-draw")
    found = {each.values["name"]: each.state for each in report.ask(report.error_rate, of)}
    assert found == {
        "InteractionsFunction": "idle",
        "DrawFunction": "ok",
        "SweeperFunction": "attention",
    }
    scheduled = {
        each.name
        for each in Template().resources("AWS::Serverless::Function")
        for event in each.properties.get("Events", {}).values()
        if event["Type"].startswith("Schedule")
    }
    assert scheduled == report.SCHEDULED


def test_a_workflow_that_nobody_started_is_idle(of: Context) -> None:
    machines = of.deployment.resources["AWS::StepFunctions::StateMachine"]
    machines["ChangeStateMachine"] = MACHINE.replace("pull", "change")  # type: ignore[index]
    metric(of, "AWS/States", "ExecutionsStarted", 5, StateMachineArn=MACHINE)
    assert [each.state for each in report.ask(report.workflows, of)] == ["ok", "idle"]


def test_units_that_nobody_used_are_idle(of: Context) -> None:
    provision(of, "server_settings")
    metric(of, "AWS/DynamoDB", "ProvisionedReadCapacityUnits", 5, TableName="server_settings")
    metric(of, "AWS/DynamoDB", "ConsumedReadCapacityUnits", 5, TableName="discord_users")
    found = {
        (each.values["place"], each.values["kind"]): each.state
        for each in report.ask(report.utilisation, of)
    }
    assert found["server_settings", "read"] == found["gacha_history", "read"] == "idle"
    assert found["discord_users", "read"] == "ok"
    assert found["discord_users", "write"] == "idle"


def test_durations_are_judged_as_the_alarms_judge_them(of: Context) -> None:
    alarms = {
        each.name.removesuffix("DurationAlarm") + "Function": each.properties["Threshold"]
        for each in Template().resources("AWS::CloudWatch::Alarm")
        if each.name.endswith("DurationAlarm")
    }
    assert len(alarms) == 5
    assert set(report.LONGEST_MS) - set(alarms) == {"SweeperFunction"}  # it fails at 30 s
    assert not report.UNBOUNDED & set(alarms)
    for name, threshold in alarms.items():
        assert report.LONGEST_MS.get(name, report.LONGEST_WORKER_MS) == threshold, name


# --- alarms, messages, mail -----------------------------------------------------------------------


def test_a_ringing_alarm_is_named_and_none_at_all_is_no_good_sign(of: Context) -> None:
    assert states(report.alarms, of) == {"attention"}
    client = of.deployment.client("cloudwatch")
    for name in ("gacha-one", "gacha-two", "elsewhere"):
        client.put_metric_alarm(
            AlarmName=name,
            MetricName="m",
            Namespace="n",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
    [answer] = report.ask(report.alarms, of)
    assert (answer.state, answer.values["number"]) == ("ok", 2)
    client.set_alarm_state(AlarmName="gacha-two", StateValue="ALARM", StateReason="test")
    [answer] = report.ask(report.alarms, of)
    assert (answer.state, answer.values["ringing"]) == ("attention", "gacha-two")


@pytest.mark.parametrize(("minutes", "state"), [(5, "ok"), (20, "attention")])
def test_a_message_that_may_still_arrive_is_not_counted(
    of: Context, minutes: int, state: str
) -> None:
    made = round((NOW - timedelta(minutes=minutes)).timestamp() * 1000)
    of.deployment.client("dynamodb").put_item(
        TableName="gacha_history",
        Item={
            "user_id": {"S": PLAYER_KEY},
            "timestamp": {"N": f"{made}.5"},
            "guild_id": {"S": GUILD},
            "undelivered": {"S": "pull"},
        },
    )
    assert states(report.undelivered, of) == {state}


def test_mail_counts_once_it_is_confirmed(of: Context) -> None:
    assert states(report.mail, of) == {"attention"}
    topic = of.deployment.output("AlarmTopicArn")
    sns = of.deployment.client("sns")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="op@example.org")
    assert states(report.mail, of) == {"ok"}  # moto confirms at once
    stubber = stub(of, "sns")
    waiting = {"SubscriptionArn": "PendingConfirmation", "Endpoint": "op@example.org"}
    confirmed = {"SubscriptionArn": f"{topic}:1", "Endpoint": "other@example.org"}
    stubber.add_response(
        "list_subscriptions_by_topic", {"Subscriptions": [waiting, confirmed]}, {"TopicArn": topic}
    )
    [answer] = report.ask(report.mail, of)
    assert answer.state == "attention" and answer.values["waiting"] == "op@example.org"


# --- recorded answers -----------------------------------------------------------------------------


def job(table: str, state: str, days: float) -> dict[str, Any]:
    return {
        "ResourceArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/{table}",
        "State": state,
        "CreationDate": NOW - timedelta(days=days),
    }


def test_backups_and_copies_of_each_table(of: Context) -> None:
    stubber = stub(of, "backup")
    asked = {"ByResourceType": "DynamoDB", "ByCreatedAfter": NOW - report.BACKUP_EVERY}
    good = [job(name, "COMPLETED", 3) for name in TABLES.values()]
    late = [job("gacha_history", "COMPLETED", 8.5), *good[:1], *good[2:]]
    failed = [*good, job("discord_users", "FAILED", 3)]
    stubber.add_response("list_backup_jobs", {"BackupJobs": late}, asked)
    stubber.add_response("list_copy_jobs", {"CopyJobs": failed}, asked)
    found = {
        (each.sentence, each.values["table"]): each.state for each in report.ask(report.backups, of)
    }
    assert len(found) == 8
    assert [key for key, state in found.items() if state != "ok"] == [
        ("backup", "gacha_history"),
        ("copy", "discord_users"),
    ]


@pytest.mark.parametrize(("expected", "state"), [("27.50", "ok"), ("27.51", "attention")])
def test_the_months_bill_is_held_against_the_phases_budget(
    of: Context, expected: str, state: str
) -> None:
    now = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    stubber = stub(of, "ce", "us-east-1")
    spent = {"UnblendedCost": {"Amount": "12.50", "Unit": "USD"}}
    stubber.add_response(
        "get_cost_and_usage",
        {"ResultsByTime": [{"Total": spent}]},
        {
            "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-26"},
            "Granularity": "MONTHLY",
            "Metrics": ["UnblendedCost"],
        },
    )
    stubber.add_response(
        "get_cost_forecast",
        {"Total": {"Amount": expected, "Unit": "USD"}},
        {
            "TimePeriod": {"Start": "2026-11-26", "End": "2026-12-01"},
            "Granularity": "MONTHLY",
            "Metric": "UNBLENDED_COST",
        },
    )
    [answer] = report.ask(report.cost, Context(of.deployment, now, 30))
    assert answer.state == state
    assert (answer.values["spent"], answer.values["budget"]) == ("12.50", 40)


def test_on_the_months_last_day_nothing_is_left_to_expect(of: Context) -> None:
    stubber = stub(of, "ce", "us-east-1")
    spent = {"UnblendedCost": {"Amount": "39", "Unit": "USD"}}
    stubber.add_response("get_cost_and_usage", {"ResultsByTime": [{"Total": spent}]})
    last = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
    [answer] = report.ask(report.cost, Context(of.deployment, last, 30))
    assert (answer.state, answer.values["expected"]) == ("ok", "39.00")


def test_a_bill_in_another_currency_is_not_read_as_dollars(of: Context) -> None:
    stubber = stub(of, "ce", "us-east-1")
    spent = {"UnblendedCost": {"Amount": "39", "Unit": "JPY"}}
    stubber.add_response("get_cost_and_usage", {"ResultsByTime": [{"Total": spent}]})
    assert states(report.cost, of) == {"unread"}


@pytest.mark.parametrize(("used", "state"), [(8, "ok"), (9, "attention")])
def test_concurrency_near_the_accounts_quota(of: Context, used: int, state: str) -> None:
    stubber = stub(of, "service-quotas")
    quota = {"QuotaName": "Concurrent executions", "Value": 10.0}
    stubber.add_response(
        "get_service_quota",
        {"Quota": quota},
        {"ServiceCode": "lambda", "QuotaCode": "L-B99A9384"},
    )
    stubber.add_response("get_service_quota", {"Quota": quota})
    assert report.ask(report.quotas, of) == [report.NOTHING]
    metric(of, "AWS/Lambda", "ConcurrentExecutions", used)
    assert states(report.quotas, of) == {state}


def test_recovery_and_protection_of_each_table(of: Context) -> None:
    assert states(report.recovery, of) == {"attention"}
    client = of.deployment.client("dynamodb")
    for table in TABLES.values():
        client.update_table(TableName=table, DeletionProtectionEnabled=True)
        client.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": 35,
            },
        )
    assert states(report.recovery, of) == {"ok"}
    client.update_table(TableName="gacha_history", DeletionProtectionEnabled=False)
    [bad] = [each for each in report.ask(report.recovery, of) if each.state != "ok"]
    assert bad.values["table"] == "gacha_history"


@pytest.mark.parametrize(
    ("replicas", "state"),
    [
        ([], "attention"),
        ([{"Region": "ap-northeast-2", "Status": "InSync"}], "ok"),
        ([{"Region": "ap-northeast-2", "Status": "Failed"}], "attention"),
    ],
)
def test_the_secrets_replica(of: Context, replicas: list[dict[str, str]], state: str) -> None:
    stubber = stub(of, "secretsmanager")
    stubber.add_response("describe_secret", {"ReplicationStatus": replicas}, {"SecretId": "f"})
    assert states(report.replica, of) == {state}


def test_prices_grow_old(of: Context) -> None:
    fresh = datetime(2026, 11, 30, tzinfo=UTC)
    assert states(report.price_table, Context(of.deployment, fresh, 90)) == {"ok"}
    later = fresh + timedelta(days=300)
    assert states(report.price_table, Context(of.deployment, later, 90)) == {"attention"}


# --- what cannot be read --------------------------------------------------------------------------


def test_what_may_not_be_read_is_said_with_its_reason(of: Context) -> None:
    stub(of, "ce", "us-east-1").add_client_error("get_cost_and_usage", "AccessDeniedException")
    [answer] = report.ask(report.cost, of)
    assert answer.state == "unread"
    assert "AccessDeniedException" in str(answer.values["reason"])
    del of.deployment.outputs["ApiId"]  # type: ignore[attr-defined]
    [answer] = report.ask(report.api, of)
    assert answer.state == "unread" and "ApiId" in str(answer.values["reason"])
    of.deployment.__dict__["resources"] = {}
    assert states(report.workflows, of) == {"unread"}


def test_a_failure_in_the_middle_keeps_what_was_read(of: Context) -> None:
    stubber = stub(of, "backup")
    stubber.add_response("list_backup_jobs", {"BackupJobs": []})
    stubber.add_client_error("list_copy_jobs", "ThrottlingException")
    found = [each.state for each in report.ask(report.backups, of)]
    assert found == ["attention"] * 4 + ["unread"]


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", report.DAYS)
@pytest.mark.parametrize("lang", report.LANGUAGES)
def test_each_list_prints_every_item_in_its_language(
    of: Context, kind: Any, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # moto has no forecast of the bill
    stub(of, "ce", "us-east-1").add_client_error("get_cost_and_usage", "AccessDeniedException")
    assert report.report(of.deployment, kind, lang, NOW) == stack.NOT_SO  # no mail, no alarms
    out = capsys.readouterr().out
    for item in report.ITEMS[kind]:
        assert report._TITLES[item.__name__][report.LANGUAGES.index(lang)] in out
    assert ("要対応" if lang == "ja" else "ATTENTION") in out
    assert "{" not in out


def verdicts(*found: str) -> Any:
    def item(_: Context) -> Iterator[Answer]:
        for each in found:
            yield Answer(each, "undelivered", {"number": 0})  # type: ignore[arg-type]

    item.__name__ = "undelivered"
    return item


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (("ok", "ok"), stack.FOUND),
        (("ok", "attention", "unread"), stack.NOT_SO),
        (("ok", "unread"), stack.UNREADABLE),
        (("ok", "idle"), stack.FOUND),
        (("idle", "unread"), stack.UNREADABLE),
    ],
)
def test_the_exit_code_tells_what_is_to_do(
    of: Context, monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(report, "ITEMS", {"regular": (verdicts(*found),)})
    assert report.report(of.deployment, "regular", "en", NOW) == code


def test_all_sentences_have_both_languages_and_the_same_blanks() -> None:
    from string import Formatter

    for name, (japanese, english) in report._SENTENCES.items():
        blanks = [
            sorted(field for _, field, _, _ in Formatter().parse(each) if field)
            for each in (japanese, english)
        ]
        assert blanks[0] == blanks[1], name
    titled = {item.__name__ for items in report.ITEMS.values() for item in items}
    assert titled == set(report._TITLES)


def test_a_list_has_to_be_chosen() -> None:
    with pytest.raises(SystemExit) as ended:
        report.main([])
    assert ended.value.code == stack.WRONG_QUESTION


def test_without_a_stack_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.setattr(stack, "STACK_FILE", tmp_path / "none.json")
    monkeypatch.setattr(stack, "chosen", lambda given: stack.local(stack.STACK_FILE))
    assert report.main(["--regular"]) == stack.WRONG_QUESTION
    assert "make run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "locale", "lang"),
    [([], "ja_JP.UTF-8", "ja"), ([], "C.UTF-8", "en"), (["--lang", "en"], "ja_JP.UTF-8", "en")],
)
def test_the_language_is_the_terminals_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch, options: list[str], locale: str, lang: str
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(stack, "chosen", lambda _: None)

    def reported(_: Any, kind: str, lang: str, now: Any) -> int:
        asked.append(lang)
        return 0

    monkeypatch.setattr(report, "report", reported)
    assert report.main(["--regular", *options]) == 0
    assert asked == [lang]
