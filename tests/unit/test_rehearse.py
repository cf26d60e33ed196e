"""The rehearsal: what is set off, what is left alone, and what is said if nobody would hear it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts import rehearse, stack
from scripts.stack import Deployment
from tests.cloudformation import translated
from tests.conftest import ROOT

TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:discord-gacha-alarms"
REGION = "ap-northeast-1"
NAMES = ["pull-failed", "record-duration", "undelivered"]


class Listed:
    """In place of SNS: who listens to the topic, a page at a time."""

    def __init__(self, *subscriptions: tuple[str, str, str]) -> None:
        self.subscriptions = list(subscriptions)

    def get_paginator(self, operation: str) -> Listed:
        assert operation == "list_subscriptions_by_topic"
        return self

    def paginate(self, *, TopicArn: str) -> Iterator[dict[str, Any]]:
        assert TopicArn == TOPIC
        for protocol, endpoint, arn in self.subscriptions:
            one = {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}
            yield {"Subscriptions": [one]}


class Bus:
    """In place of EventBridge: keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.failed = 0

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.sent += Entries
        return {"FailedEntryCount": self.failed}


class Stacks:
    """In place of CloudFormation."""

    status = "UPDATE_COMPLETE"

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        assert StackName == "discord-gacha"
        return {"Stacks": [{"StackStatus": self.status}]}


class Account:
    """A deployment with three alarms in moto."""

    def __init__(self, tables: Any) -> None:
        self.cloudwatch = boto3.client("cloudwatch")
        self.bus, self.stacks = Bus(), Stacks()
        self.sns = Listed(("email", "op@example.com", f"{TOPIC}:1"), ("sqs", "q", f"{TOPIC}:2"))
        for name in NAMES:
            self.put(name)
        clients = {
            "cloudwatch": self.cloudwatch,
            "sns": self.sns,
            "events": self.bus,
            "cloudformation": self.stacks,
            "dynamodb": tables,
        }
        self.deployment = Deployment(
            "discord-gacha",
            REGION,
            {"AlarmTopicArn": TOPIC, "UsersTable": "discord_users"},
            _clients={(name, REGION): client for name, client in clients.items()},
        )
        found = {"AWS::CloudWatch::Alarm": {name: f"discord-gacha-{name}" for name in NAMES}}
        self.deployment.__dict__["resources"] = found

    def put(self, name: str, **changes: Any) -> None:
        self.cloudwatch.put_metric_alarm(
            **{
                "AlarmName": f"discord-gacha-{name}",
                "AlarmDescription": f"About {name}. docs/runbook.md#section",
                "Namespace": "Gacha",
                "MetricName": "Pulls",
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanThreshold",
                "AlarmActions": [TOPIC],
                "OKActions": [TOPIC] if name == "undelivered" else [],
                **changes,
            }
        )

    def states(self) -> dict[str, str]:
        alarms = self.cloudwatch.describe_alarms()["MetricAlarms"]
        return {
            each["AlarmName"].removeprefix("discord-gacha-"): each["StateValue"] for each in alarms
        }

    def set(self, state: str, *names: str) -> None:
        for name in names:
            self.cloudwatch.set_alarm_state(
                AlarmName=f"discord-gacha-{name}", StateValue=state, StateReason="test"
            )


@pytest.fixture
def account(tables: Any) -> Iterator[Account]:
    with mock_aws():
        account = Account(tables)
        account.set("OK", *NAMES)
        yield account


def test_each_alarm_goes_off_once_and_its_own_state_is_waited_for(account: Account) -> None:
    seen = []

    def sleep(seconds: float) -> None:
        if seconds == rehearse.LOOK_EVERY_S:
            seen.append(account.states())
            account.set("OK", NAMES[len(seen) - 1])  # CloudWatch looks at one after the other

    planned = rehearse.plan(account.deployment)
    result = rehearse.rehearse(account.deployment, planned, sleep=sleep)
    assert (result.alone, result.put_back) == ([f"discord-gacha-{name}" for name in NAMES], [])
    assert seen[0] == dict.fromkeys(NAMES, "ALARM")
    assert len(seen) == len(NAMES)
    history = account.cloudwatch.describe_alarms()["MetricAlarms"]
    assert all(each["StateReason"] == "test" for each in history)


def test_the_rule_for_backups_gets_an_event_that_it_takes(account: Account) -> None:
    planned = rehearse.plan(account.deployment)
    rehearse.rehearse(account.deployment, planned, sleep=lambda _: account.set("OK", *NAMES))
    [event] = account.bus.sent
    pattern = translated()["Resources"]["BackupFailedRule"]["Properties"]["EventPattern"]
    assert event["Source"] in pattern["source"]
    assert event["DetailType"] in pattern["detail-type"]
    detail = json.loads(event["Detail"])
    assert detail["state"] in pattern["detail"]["state"]
    assert detail["resourceArn"].endswith(":table/discord_users")
    assert {"Fn::GetAtt": ["UsersTable", "Arn"]} in pattern["detail"]["resourceArn"]


def test_what_is_off_for_real_is_left_alone(account: Account) -> None:
    account.set("ALARM", "undelivered")
    planned = rehearse.plan(account.deployment)
    assert planned.busy == ["discord-gacha-undelivered"]
    result = rehearse.rehearse(
        account.deployment, planned, sleep=lambda _: account.set("OK", "pull-failed")
    )
    assert result.alone == ["discord-gacha-pull-failed"]
    assert result.put_back == ["discord-gacha-record-duration"]
    assert account.states()["undelivered"] == "ALARM"
    [reason] = [
        each["StateReason"]
        for each in account.cloudwatch.describe_alarms()["MetricAlarms"]
        if each["AlarmName"] == "discord-gacha-undelivered"
    ]
    assert reason == "test"


def test_waiting_ends_and_what_stayed_off_is_put_back_and_said(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    real = rehearse.rehearse

    def at_once(deployment: Deployment, planned: rehearse.Plan) -> rehearse.Result:
        return real(deployment, planned, sleep=slept.append)

    monkeypatch.setattr(rehearse, "rehearse", at_once)
    assert rehearse._run(account.deployment, dry_run=False) == stack.NOT_SO
    assert sum(slept) <= rehearse.WAIT_S + 10
    assert set(account.states().values()) == {"OK"}
    said = capsys.readouterr()
    for name in NAMES:
        assert f"put back: discord-gacha-{name}" in said.out
    assert "did not come back alone within 15 minutes" in said.err


def test_an_alarm_that_goes_off_for_real_meanwhile_is_left_and_said(account: Account) -> None:
    def sleep(seconds: float) -> None:
        if seconds == rehearse.LOOK_EVERY_S:
            account.set("OK", *NAMES[1:])
            account.set("ALARM", NAMES[0])  # with a reason that is not ours

    planned = rehearse.plan(account.deployment)
    result = rehearse.rehearse(account.deployment, planned, sleep=sleep)
    assert result.for_real == [f"discord-gacha-{NAMES[0]}"]
    assert account.states()[NAMES[0]] == "ALARM"


def test_a_real_alarm_of_the_brake_becomes_an_event_again(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    """CloudWatch, here: it looks, finds the number passed, and as the state is ALARM already by our
    call there is no change, and so no event; the brake's rule passes over our call's own."""
    rule = translated()["Resources"]["BrakeRule"]["Properties"]["EventPattern"]
    assert {"anything-but": {"prefix": "A rehearsal"}} in rule["detail"]["state"]["reason"]
    assert rehearse.REASON.startswith("A rehearsal")
    account.put("brake-hour")
    account.set("OK", "brake-hour")
    names = account.deployment.__dict__["resources"]["AWS::CloudWatch::Alarm"]
    names["BrakeHourAlarm"] = "discord-gacha-brake-hour"
    events = []

    def sleep(seconds: float) -> None:
        if seconds == rehearse.LOOK_EVERY_S:
            account.set("OK", *NAMES)
            if account.states()["brake-hour"] != "ALARM":
                events.append("brake-hour")
            account.set("ALARM", "brake-hour")

    planned = rehearse.plan(account.deployment)
    result = rehearse.rehearse(account.deployment, planned, sleep=sleep)
    assert events == ["brake-hour"]  # once, and not again and again
    assert result.brakes == result.for_real == ["discord-gacha-brake-hour"]
    assert account.states()["brake-hour"] == "ALARM"
    assert "puts the brake on: discord-gacha-brake-hour" in capsys.readouterr().err


def test_that_is_so_also_when_somebody_interrupts(account: Account) -> None:
    account.put("brake-hour")
    names = account.deployment.__dict__["resources"]["AWS::CloudWatch::Alarm"]
    names["BrakeHourAlarm"] = "discord-gacha-brake-hour"

    def interrupted(seconds: float) -> None:
        if seconds == rehearse.LOOK_EVERY_S:
            account.set("ALARM", "brake-hour")
            raise KeyboardInterrupt

    planned = rehearse.plan(account.deployment)
    with pytest.raises(KeyboardInterrupt):
        rehearse.rehearse(account.deployment, planned, sleep=interrupted)
    assert account.states()["brake-hour"] == "OK"  # CloudWatch's next look is a change


def test_the_alarms_of_the_brake_are_known_by_their_names() -> None:
    made = translated()["Resources"]
    listed = made["BrakeRule"]["Properties"]["EventPattern"]["resources"]
    alarms = {name for name, each in made.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    named = {name for name in alarms if name.startswith(rehearse.BRAKES)}
    assert named >= {each["Fn::GetAtt"][0] for each in listed}


def test_what_was_set_off_is_put_back_also_when_somebody_interrupts(account: Account) -> None:
    def interrupted(seconds: float) -> None:
        if seconds == rehearse.LOOK_EVERY_S:
            raise KeyboardInterrupt

    planned = rehearse.plan(account.deployment)
    with pytest.raises(KeyboardInterrupt):
        rehearse.rehearse(account.deployment, planned, sleep=interrupted)
    assert set(account.states().values()) == {"OK"}


def test_it_says_which_mails_should_arrive(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    rehearse.announce(rehearse.plan(account.deployment))
    out = capsys.readouterr().out.splitlines()
    assert (
        "mail: ALARM discord-gacha-pull-failed: About pull-failed. docs/runbook.md#section" in out
    )
    assert any("discord-gacha-undelivered, then an OK" in line for line in out)
    assert any("Backup Job State Change" in line for line in out)
    assert "not rehearsed: the budget, which nothing but spending sets off" in out
    assert out[-1] == "to: op@example.com"


@pytest.mark.parametrize(
    ("subscriptions", "problem"),
    [
        ([("email", "op@example.com", "PendingConfirmation")], "has not confirmed"),
        ([("email", "op@example.com", "Deleted")], "has not confirmed"),
        ([], "no mail address"),
        ([("sqs", "q", f"{TOPIC}:2")], "no mail address"),
    ],
)
def test_nothing_is_set_off_that_nobody_would_hear(
    account: Account,
    subscriptions: list[tuple[str, str, str]],
    problem: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account.sns.subscriptions = subscriptions
    assert rehearse._run(account.deployment, dry_run=False) == stack.NOT_SO
    assert problem in capsys.readouterr().err
    assert set(account.states().values()) == {"OK"}
    assert account.bus.sent == []


def test_not_while_a_deployment_runs_which_it_would_roll_back(account: Account) -> None:
    account.stacks.status = "UPDATE_IN_PROGRESS"
    assert rehearse._run(account.deployment, dry_run=False) == stack.NOT_SO
    assert set(account.states().values()) == {"OK"}


@pytest.mark.parametrize("change", [{"AlarmActions": []}, {"ActionsEnabled": False}])
def test_an_alarm_that_reports_to_nobody_is_a_problem(
    account: Account, change: dict[str, Any]
) -> None:
    account.put("pull-failed", **change)
    [problem] = rehearse.plan(account.deployment).problems
    assert problem == "discord-gacha-pull-failed does not report to the topic"


def test_on_a_local_aws_which_looks_at_no_metrics_the_states_are_put_back(
    account: Account,
) -> None:
    local = replace(account.deployment, endpoint="http://127.0.0.1:1")
    local.__dict__["resources"] = account.deployment.resources
    result = rehearse.rehearse(local, rehearse.plan(local), sleep=lambda _: None)
    assert result.put_back == [f"discord-gacha-{name}" for name in NAMES]
    assert set(account.states().values()) == {"OK"}
    assert len(account.bus.sent) == 1


def test_a_stack_without_alarms_is_a_problem(account: Account) -> None:
    account.deployment.__dict__["resources"] = {}
    assert "the stack has no alarms" in rehearse.plan(account.deployment).problems


def test_a_dry_run_changes_nothing(account: Account) -> None:
    assert rehearse._run(account.deployment, dry_run=True) == stack.FOUND
    assert set(account.states().values()) == {"OK"}
    assert account.bus.sent == []


@pytest.mark.parametrize(
    "is_listening", [True, False], ids=["somebody listens", "no mail address was given"]
)
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:1"], ids=["AWS", "local AWS"])
def test_a_dry_run_ends_as_the_rehearsal_would_begin(
    account: Account,
    capsys: pytest.CaptureFixture[str],
    is_listening: bool,
    endpoint: str | None,
) -> None:
    """The local AWS mails nobody and is rehearsed all the same."""
    if not is_listening:
        account.sns.subscriptions = []
    deployment = replace(account.deployment, endpoint=endpoint)
    deployment.__dict__["resources"] = account.deployment.resources
    code = rehearse._run(deployment, dry_run=True)
    last = capsys.readouterr().err.splitlines()[-1]
    assert account.bus.sent == []
    is_refused = endpoint is None and not is_listening
    assert (code, last) == (
        (stack.NOT_SO, rehearse.REFUSED) if is_refused else (stack.FOUND, rehearse.READY)
    )
    if is_refused:
        assert rehearse._run(deployment, dry_run=False) == stack.NOT_SO
        assert account.bus.sent == [] and set(account.states().values()) == {"OK"}


def test_an_event_that_is_not_taken_is_said(account: Account) -> None:
    account.bus.failed = 1
    with pytest.raises(stack.StackError):
        rehearse.rehearse(
            account.deployment, rehearse.plan(account.deployment), sleep=lambda _: None
        )


def test_help_names_the_exit_codes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.rehearse", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--dry-run" in done.stdout and "exit codes" in done.stdout
