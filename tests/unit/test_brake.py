"""The brake on the bill: what puts it on, what it calls, how it is released, what a month may cost.

No emulator runs the workflow's calls, so the fault suite's interpreter runs the definition, and a
client that checks every request against AWS's own model of the service stands for AWS.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from heapq import heapify, heappop, heappush
from random import Random
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.events.models import EventPattern

from scripts import brake, cost, prices, rehearse, stack
from scripts.brake import Alarm, Status, Throttle
from scripts.cost import PHASES, Brake, Usage, settings
from scripts.stack import Deployment
from tests.cloudformation import Resolved, resources, translated
from tests.conftest import ROOT
from tests.faults import asl
from tests.faults import template as template_of
from tests.support import workflow_input
from tests.unit.test_alarms import BRAKES

API: Final = "a1b2c3d4e5"
TOPIC: Final = "arn:aws:sns:ap-northeast-1:123456789012:discord-gacha-alarms"
REGION: Final = "ap-northeast-1"
DEPLOYED: Final = Throttle(3.0, 50)
TRICKLE: Final = Throttle(0.005, 1)
SUBSTITUTIONS: Final = {
    "ApiId": API,
    "StageName": "$default",
    "TopicArn": TOPIC,
    "TrickleRate": "0.005",
    "TrickleBurst": "1",
    "StackName": "discord-gacha",
    "Region": REGION,
    "Runbook": "docs/runbook",
}
SLUGS: Final = {
    "Hour": "brake-hour",
    "Day": "brake-day",
    "RequestsHour": "brake-requests-hour",
    "RequestsDay": "brake-requests-day",
}
ORDINARY: Final = 3
"""States of a change on its ordinary way; further ones for each time that it meets another; and all
of one that meets ten others and gives up."""
CONFLICT: Final = 4
COLLIDING: Final = 46
TABLE = prices.load()
BEGAN: Final = datetime(2026, 11, 28, 16, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


def definition() -> asl.Definition:
    text = (ROOT / "statemachines/brake.asl.json").read_text()
    return asl.Definition.parse(text, SUBSTITUTIONS)


# --- AWS, and the stack in it ---------------------------------------------------------------------


class Suspended(Exception):
    """An execution waits, and the world goes on."""


@dataclass
class Waiting:
    """An execution in its Wait state."""

    until: datetime
    event: dict[str, Any]
    states: list[str]
    data: Any


class Aws:
    """A stage, four alarms and a topic, at a time. Requests come through boto3's clients, which
    refuse what AWS's model of the service does not have, and go no further."""

    def __init__(self) -> None:
        self.time = BEGAN
        self.throttle: Throttle | None = DEPLOYED
        self.variables: dict[str, str] | None = None
        self.since = dict.fromkeys(
            (f"discord-gacha-{each}" for each in SLUGS.values()), BEGAN - timedelta(days=9)
        )
        self.waiting: list[Waiting] = []
        self.outputs: list[Any] = []
        self.alarms = dict.fromkeys(self.since, "OK")
        self.breaching: set[str] = set()
        self.mails: list[dict[str, str]] = []
        self.refuses: set[str] = set()
        self.executions: list[list[str]] = []
        self._clients = {
            each: boto3.client(
                each, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x"
            )
            for each in ("apigatewayv2", "cloudwatch", "sns")
        }
        for service, answers in {
            "apigatewayv2": (self._update_stage, self._get_stage),
            "cloudwatch": (self._set_alarm_state, self._describe_alarms),
            "sns": (self._publish,),
        }.items():
            for answer in answers:
                operation = "".join(map(str.title, answer.__name__.strip("_").split("_")))
                events = self._clients[service].meta.events
                events.register(f"provide-client-params.{service}.{operation}", self._keep)
                events.register(f"before-call.{service}.{operation}", self._stand_in(answer))

    def client(self, service: str) -> Any:
        return self._clients[service]

    def deployment(self) -> Deployment:
        outputs = {"ApiId": API, "ApiThrottle": f"{DEPLOYED.rate:g},{DEPLOYED.burst}"}
        here = Deployment("discord-gacha", REGION, outputs)
        here._clients.update({(each, REGION): client for each, client in self._clients.items()})
        names = dict(zip(BRAKES, self.alarms, strict=True))
        here.__dict__["resources"] = {"AWS::CloudWatch::Alarm": names}
        return here

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self._given = params

    def _stand_in(self, answer: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
        def called(**_: Any) -> tuple[Any, dict[str, Any]]:
            http = type("Answer", (), {"status_code": 200, "headers": {}})()
            return http, answer(self._given) or {}

        return called

    def _update_stage(self, given: dict[str, Any]) -> None:
        assert (given["ApiId"], given["StageName"]) == (API, "$default")
        route = given["DefaultRouteSettings"]
        self.throttle = Throttle(route["ThrottlingRateLimit"], route["ThrottlingBurstLimit"])
        if "StageVariables" in given:
            # "Data types" of the API's reference: the pattern of a variable's value.
            for name, value in given["StageVariables"].items():
                assert re.fullmatch(r"\w+", name)
                assert re.fullmatch(r"[A-Za-z0-9-._~:/?#&=,]+", value)
            self.variables = {**(self.variables or {}), **given["StageVariables"]}

    def _get_stage(self, given: dict[str, Any]) -> dict[str, Any]:
        assert (given["ApiId"], given["StageName"]) == (API, "$default")
        stage: dict[str, Any] = {"StageName": "$default", "AutoDeploy": True}
        if self.throttle:
            stage["DefaultRouteSettings"] = {
                "ThrottlingRateLimit": self.throttle.rate,
                "ThrottlingBurstLimit": self.throttle.burst,
            }
        if self.variables is not None:
            stage["StageVariables"] = self.variables
        return stage

    def _describe_alarms(self, given: dict[str, Any]) -> dict[str, Any]:
        found = [
            {
                "AlarmName": name,
                "StateValue": self.alarms[name],
                "StateUpdatedTimestamp": self.since[name],
            }
            for name in sorted(given["AlarmNames"])
        ]
        return {"MetricAlarms": found}

    def _set_alarm_state(self, given: dict[str, Any]) -> None:
        self._become(given["AlarmName"], given["StateValue"], given["StateReason"])

    def _publish(self, given: dict[str, Any]) -> None:
        # SNS once took ASCII only, and refuses a hundred characters; a stack's name has at most 41.
        assert re.fullmatch(r"[A-Za-z][ -~]{0,70}", given["Subject"])
        assert len(given["Message"].encode()) < 256 * 1024
        self.mails.append(given)

    def look(self) -> None:
        """CloudWatch looks at the metrics, as it does every minute."""
        for name in self.alarms:
            self._become(name, "ALARM" if name in self.breaching else "OK", "Threshold Crossed")

    def _become(self, name: str, state: str, reason: str) -> None:
        if self.alarms[name] != state:  # only a change is an event
            self.alarms[name], self.since[name] = state, self.time
            self.tell(changed(name, state, reason))

    def tell(self, event: dict[str, Any]) -> None:
        """EventBridge: the rule's pattern decides, then the workflow runs."""
        if matches(event):
            self.run(event)

    def run(self, event: dict[str, Any]) -> None:
        states: list[str] = []
        self.executions.append(states)
        self._go(definition().start_at, event, event, states)

    def _go(self, state: str, data: Any, event: dict[str, Any], states: list[str]) -> None:
        self._running = event, states
        try:
            execution = {"Input": event, "Name": "n"}
            self.outputs.append(asl.run(definition(), self, execution, state, data))
        except Suspended:
            pass
        except asl.StateError as failed:
            states.append(failed.name)

    def later(self, by: timedelta) -> None:
        """Time goes by; executions that wait go on when theirs has come. CloudWatch looks first."""
        self.time += by
        self.look()
        due = [each for each in self.waiting if each.until <= self.time]
        self.waiting = [each for each in self.waiting if each.until > self.time]
        for each in due:
            following = definition().states[each.states[-1]]["Next"]
            self._go(following, each.data, each.event, each.states)

    def release(self) -> Status:
        return brake.release(self.deployment(), self.time)

    # What the interpreter asks of where it runs.

    def call(self, service: str, action: str, arguments: Any, _timeout: float | None) -> Any:
        if self.refuses & {service, action}:
            raise asl.StateError(f"{service.title()}.AccessDeniedException", "not authorized")
        # Step Functions writes every name with a capital, as AWS's models of these services do.
        method = re.sub(r"(?=[A-Z])", "_", action).lower()
        return getattr(self._clients[service], method)(**arguments)

    def entered(self, state: str, data: Any) -> None:
        self._running[1].append(state)
        self._data = data

    def now(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        event, states = self._running
        if definition().states[states[-1]]["Type"] == "Wait":
            until = self.time + timedelta(seconds=seconds)
            self.waiting.append(Waiting(until, event, states, self._data))
            raise Suspended

    def random(self) -> float:
        return 0.5

    def invoke(self, _function: str, _payload: Any, _timeout: float | None) -> Any:
        raise AssertionError("the brake holds no code")


def changed(name: str, state: str, reason: str) -> dict[str, Any]:
    """CloudWatch's event (Amazon CloudWatch User Guide, "Alarm events and EventBridge")."""
    return {
        "version": "0",
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": "123456789012",
        "region": REGION,
        "resources": [f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:{name}"],
        "detail": {
            "alarmName": name,
            "state": {
                "value": state,
                "reason": reason,
                "timestamp": "2026-11-28T16:00:00.000+0000",
            },
            "previousState": {"value": "OK"},
            "configuration": {"metrics": []},
        },
    }


def reconfigured(name: str, state: str) -> dict[str, Any]:
    event = changed(name, state, "")
    detail = {
        "alarmName": name,
        "operation": "update",
        "state": {"value": state, "timestamp": "2026-11-28T16:00:00.000+0000"},
    }
    return event | {"detail-type": "CloudWatch Alarm Configuration Change", "detail": detail}


def matches(event: dict[str, Any]) -> bool:
    """Whether the template's rule takes it, by moto's implementation of event patterns."""
    pattern = json.loads(json.dumps(resources("AWS::Events::Rule")["BrakeRule"]["EventPattern"]))
    named = {f"Brake{n}Alarm": slug for n, slug in SLUGS.items()}
    pattern["resources"] = [
        f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:discord-gacha-{named[each['Fn::GetAtt'][0]]}"
        for each in pattern["resources"]
    ]
    taken: Any = event
    return EventPattern(json.dumps(pattern), pattern).matches_event(taken)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    aws = Aws()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return aws.time.astimezone(tz)

    monkeypatch.setattr(brake, "datetime", Clock)
    monkeypatch.setattr(stack, "on_aws", lambda *_: aws.deployment())
    return aws


# --- trip, release, trip again --------------------------------------------------------------------


BRAKES_AT_ONCE: Final = ["Day?", "Brake", "Mail", "Braked?", "Braked"]
BRAKES_BY_DAY: Final = ["Day?", "Released?", "Holds?", *BRAKES_AT_ONCE[1:]]


def test_trip_release_and_trip_again(aws: Aws) -> None:
    flood = {"discord-gacha-brake-hour"}
    for _ in range(2):
        aws.breaching = set(flood)
        aws.look()
        assert aws.throttle == TRICKLE == brake.trickle()
        assert [each.name for each in brake.status(aws.deployment()).firing] == [*flood]
        aws.breaching = set()
        aws.release()
        assert aws.throttle == DEPLOYED
        assert set(aws.alarms.values()) == {"OK"}
    assert aws.executions == [BRAKES_AT_ONCE] * 2
    assert len(aws.mails) == 2


def test_the_mail_says_what_happened_and_what_to_do_in_both_languages(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    [mail] = aws.mails
    assert mail["TopicArn"] == TOPIC
    assert mail["Subject"] == "discord-gacha: the brake is on"
    for said in (
        "discord-gacha-brake-day",
        ".venv/bin/python -m scripts.brake release --stack discord-gacha --region ap-northeast-1",
        "docs/runbook.md#brake",
        "docs/runbook.ja.md#brake",
        "Nothing is lost",
        "失われたものはありません",
        "Threshold Crossed",
        "受付をほぼ止めました",
    ):
        assert said in mail["Message"]


def test_an_alarm_that_fires_twice_and_two_at_once_do_no_harm(aws: Aws) -> None:
    aws.breaching = set(aws.alarms)
    aws.look()
    for name in aws.alarms:
        aws.tell(changed(name, "ALARM", "Threshold Crossed"))
    assert len(aws.executions) == 8
    assert aws.throttle == TRICKLE
    aws.release()
    assert aws.throttle == DEPLOYED


def test_a_release_while_it_fires_brakes_again(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-hour"}
    aws.look()
    assert aws.release().firing == [Alarm("discord-gacha-brake-hour", BEGAN)]
    assert aws.throttle == DEPLOYED
    aws.look()  # the hour still holds too much
    assert aws.throttle == TRICKLE
    assert len(aws.executions) == 2


DAYS_ALARMS: Final = ("discord-gacha-brake-day", "discord-gacha-brake-requests-day")


@pytest.mark.parametrize("name", DAYS_ALARMS)
def test_a_release_holds_for_a_day_against_a_days_sum(aws: Aws, name: str) -> None:
    aws.breaching = {name}
    aws.look()
    assert aws.throttle == TRICKLE
    aws.later(HOUR)
    aws.release()
    assert (aws.throttle, aws.variables) == (DEPLOYED, {"Released": "1795885200"})
    for _ in range(23 * 60):  # the sum is still above the number, whenever CloudWatch looks
        aws.later(MINUTE)
        assert aws.throttle == DEPLOYED
    assert len(aws.mails) == 1
    aws.breaching = set()
    aws.later(HOUR)
    assert aws.throttle == DEPLOYED
    assert aws.executions == [
        BRAKES_BY_DAY,
        ["Day?", "Released?", "Holds?", "Wait", "Ended?", "Open?", "Open"],
    ]
    assert name in aws.outputs[-1]["said"] and "did not brake" in aws.outputs[-1]["said"]
    assert (len(aws.mails), aws.waiting) == (1, [])


@pytest.mark.parametrize("name", DAYS_ALARMS)
def test_a_flood_that_goes_on_is_braked_when_the_releases_day_is_over(aws: Aws, name: str) -> None:
    """The alarm stays in ALARM all the time, so that no event comes when the day is over."""
    aws.breaching = {name}
    aws.look()
    aws.release()
    aws.later(MINUTE)
    aws.later(DAY - 2 * MINUTE)
    assert aws.throttle == DEPLOYED
    aws.later(MINUTE)
    assert aws.throttle == TRICKLE
    assert len(aws.executions) == len(aws.mails) == 2


def test_a_days_alarm_that_goes_off_a_day_later_brakes(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    aws.release()
    aws.breaching = set()
    aws.later(DAY)
    aws.breaching = {"discord-gacha-brake-day"}
    aws.later(MINUTE)
    assert aws.throttle == TRICKLE
    assert aws.executions == [BRAKES_BY_DAY] * 2


def test_an_hours_alarm_brakes_on_a_released_day_too(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    aws.release()
    aws.later(MINUTE)
    for each in ("discord-gacha-brake-hour", "discord-gacha-brake-requests-hour"):
        aws.throttle = DEPLOYED
        aws.breaching.add(each)
        aws.later(MINUTE)
        assert aws.throttle == TRICKLE
        assert aws.executions[-1] == BRAKES_AT_ONCE


def test_a_second_release_holds_for_a_day_of_its_own(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    aws.release()
    aws.later(12 * HOUR)
    aws.release()
    aws.later(MINUTE)
    aws.later(DAY - 2 * MINUTE)  # the first one's day ended in between
    assert aws.throttle == DEPLOYED
    aws.later(MINUTE)
    assert aws.throttle == TRICKLE


def test_a_release_from_an_hours_alarm_alone_keeps_the_days(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-hour"}
    aws.look()
    aws.release()
    assert (aws.throttle, aws.variables) == (DEPLOYED, None)
    aws.breaching = {"discord-gacha-brake-day"}
    aws.later(MINUTE)
    assert aws.throttle == TRICKLE


@pytest.mark.parametrize(
    "variables",
    [
        None,
        {},
        {"released": "1795881600"},
        *(
            {"Released": each}
            for each in (
                "",
                "yesterday",
                "-1",
                "1e99",
                "1795881600.5",
                "1795881600000",  # milliseconds
                "１７９５８８１６００",
                "1795881901",  # by a clock five minutes ahead, whose request AWS would not take
                "1795795200",  # a day ago
            )
        ),
    ],
)
def test_without_a_note_of_a_release_it_brakes(aws: Aws, variables: dict[str, str] | None) -> None:
    aws.variables = variables
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    assert aws.executions == [BRAKES_BY_DAY]
    assert aws.throttle == TRICKLE
    brake.status(aws.deployment())


@pytest.mark.parametrize(
    ("noted", "holds"), [(-86_399, 86_400 - 86_399), (0, 86_400), (299, 86_699)]
)
def test_the_edges_of_a_note_that_holds(aws: Aws, noted: int, holds: int) -> None:
    aws.variables = {"Released": str(int(aws.now()) + noted)}
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    assert aws.throttle == DEPLOYED
    [waiting] = aws.waiting
    assert waiting.until - aws.time == timedelta(seconds=holds)


def test_a_stage_that_cannot_be_read_is_braked(aws: Aws) -> None:
    aws.variables = {"Released": str(int(aws.now()))}
    aws.refuses = {"getStage"}
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    assert aws.executions == [["Day?", "Released?", *BRAKES_AT_ONCE[1:]]]
    assert aws.throttle == TRICKLE


def test_an_alarm_that_cannot_be_read_when_the_day_is_over_is_braked(aws: Aws) -> None:
    aws.breaching = {"discord-gacha-brake-day"}
    aws.look()
    aws.release()
    aws.later(MINUTE)
    aws.breaching, aws.refuses = set(), {"describeAlarms"}
    aws.later(DAY)
    assert aws.throttle == TRICKLE


def test_days_alarms_are_those_whose_name_says_so() -> None:
    """The workflow and the tool tell them apart by their names, CloudWatch by their periods."""
    for name in BRAKES:
        made = Resolved().properties(name)
        [period] = {
            each["MetricStat"]["Period"]
            for each in made.get("Metrics", [made])
            if "MetricStat" in each
        } or {made["Period"]}
        assert Alarm(made["AlarmName"], BEGAN).is_of_a_day is (period == 86_400)
    assert brake.HOLDS == DAY


def test_a_release_puts_the_throttle_back_before_the_alarm(aws: Aws) -> None:
    """Else an alarm that goes off at once would be undone by what the release does after it."""
    aws.breaching = {"discord-gacha-brake-hour"}
    aws.look()
    become = aws._become

    def at_once(name: str, state: str, reason: str) -> None:
        become(name, state, reason)
        if state == "OK":
            aws._become = become  # type: ignore[method-assign]
            aws.look()

    aws._become = at_once  # type: ignore[method-assign]
    aws.release()
    assert aws.throttle == TRICKLE


def test_a_brake_that_cannot_is_said_with_the_command(aws: Aws) -> None:
    aws.refuses = {"apigatewayv2"}
    aws.breaching = {"discord-gacha-brake-hour"}
    aws.look()
    assert aws.executions == [["Day?", "Brake", "Mail", "Braked?", "Failed", "BrakeFailed"]]
    [mail] = aws.mails
    assert "FAILED" in mail["Subject"] and "AccessDeniedException" in mail["Message"]
    [command] = re.findall(r"  aws (apigatewayv2 update-stage .*)", mail["Message"])
    assert f"--api-id {API} --stage-name '$default'" in command


def test_the_rehearsal_of_the_mails_does_not_brake(aws: Aws) -> None:
    name = "discord-gacha-brake-hour"
    assert not matches(changed(name, "ALARM", rehearse.REASON))
    assert matches(changed(name, "ALARM", brake.TRIPPED))
    for state in ("OK", "INSUFFICIENT_DATA"):
        assert not matches(changed(name, state, "Threshold Crossed"))
    assert not matches(changed("discord-gacha-pull-failed", "ALARM", "Threshold Crossed"))
    assert not matches(changed(name, "ALARM", "x") | {"source": "somebody"})


def test_an_alarm_whose_number_changed_while_it_fires_brakes_again(aws: Aws) -> None:
    """Another phase brings another throttle, and an alarm that stays in ALARM changes no state."""
    assert matches(reconfigured("discord-gacha-brake-hour", "ALARM"))
    assert not matches(reconfigured("discord-gacha-brake-hour", "OK"))
    for name in BRAKES:
        assert translated()["Resources"][name]["DependsOn"] == "ApiStage"


# --- a deployment meanwhile -----------------------------------------------------------------------


def deploying(aws: Aws, deploy: Callable[[], None]) -> Callable[[Sequence[str]], int]:
    def run(command: Sequence[str]) -> int:
        assert list(command) == ["sam", "deploy"]
        deploy()
        return 7

    return run


def test_a_deployment_while_braked_stays_braked_and_says_so(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.throttle = TRICKLE
    run = deploying(aws, lambda: None)
    assert brake.around(aws.deployment(), ["sam", "deploy"], run=run) == 7
    assert aws.throttle == TRICKLE
    said = capsys.readouterr().err
    assert "THE BRAKE IS ON" in said and "STILL ON" in said
    assert said.count("scripts.brake release --stack discord-gacha") == 2


def test_another_phase_while_braked_is_braked_again_and_says_so(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.throttle = TRICKLE

    def grow() -> None:
        aws.throttle = Throttle(20.0, 100)  # CloudFormation sees another value in the template

    deployment = aws.deployment()
    assert brake.around(deployment, ["sam", "deploy"], run=deploying(aws, grow)) == 7
    assert aws.throttle == TRICKLE
    assert "another Phase" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "released"), [("y", True), ("", False), ("n", False)])
def test_it_offers_the_release_before_a_deployment(
    aws: Aws, answer: str, *, released: bool
) -> None:
    aws.throttle = TRICKLE
    run = deploying(aws, lambda: None)
    brake.around(aws.deployment(), ["sam", "deploy"], ask=lambda _: answer, run=run)
    assert aws.throttle == (DEPLOYED if released else TRICKLE)


def test_without_a_brake_or_a_stack_a_deployment_is_a_deployment(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = deploying(aws, lambda: None)
    assert brake.around(aws.deployment(), ["sam", "deploy"], run=run) == 7

    def absent(*_: object) -> Deployment:
        raise stack.StackError("there is no stack")

    monkeypatch.setattr(stack, "on_aws", absent)
    assert brake.around(aws.deployment(), ["sam", "deploy"], run=run) == 7
    assert capsys.readouterr() == ("", "")


def refusing(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who deploys by iam/deployer.yaml may look at the throttle and not turn it."""

    def denied(*_: object) -> None:
        raise ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateStage"
        )

    monkeypatch.setattr(brake, "_set", denied)


def test_a_deployment_goes_on_where_the_release_is_not_allowed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.throttle = TRICKLE
    refusing(aws, monkeypatch)
    run = deploying(aws, lambda: None)
    assert brake.around(aws.deployment(), ["sam", "deploy"], ask=lambda _: "y", run=run) == 7
    said = capsys.readouterr().err
    assert "could not be released" in said and "STILL ON" in said


def test_a_brake_that_may_not_be_put_on_again_is_said(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.throttle = TRICKLE
    refusing(aws, monkeypatch)

    def grow() -> None:
        aws.throttle = Throttle(20.0, 100)

    run = deploying(aws, grow)
    assert brake.around(aws.deployment(), ["sam", "deploy"], run=run) == 7
    said = capsys.readouterr().err
    assert "could not be put on again" in said and "STILL ON" not in said


def test_that_the_brake_may_not_be_looked_at_is_said(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: object) -> Deployment:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStacks")

    monkeypatch.setattr(stack, "on_aws", denied)
    run = deploying(aws, lambda: None)
    assert brake.around(aws.deployment(), ["sam", "deploy"], run=run) == 7
    assert "could not be looked up" in capsys.readouterr().err


def test_make_deploy_runs_the_deployment_inside() -> None:
    makefile = (ROOT / "Makefile").read_text()
    [rule] = re.findall(r"(?m)^deploy:.*\n((?:\t.*\n)+)", makefile)
    assert "python -m scripts.brake around -- sam deploy $$(python -m scripts.deploy " in rule


def test_the_stack_is_the_one_that_samconfig_names() -> None:
    assert brake._from_samconfig(["sam", "deploy", "--guided"]) == ("discord-gacha", REGION)
    named = brake._from_samconfig(["sam", "deploy", "--config-env", "dev"])
    assert named == ("dev-discord-gacha", REGION)


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands_say_what_is_and_end_as_they_promise(
    aws: Aws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert brake.main(["status", "--stack", "discord-gacha"]) == 0
    assert "the brake is off" in capsys.readouterr().out
    assert brake.main(["trip", "--stack", "discord-gacha"]) == 1
    assert aws.throttle == TRICKLE
    assert "scripts.brake release --stack discord-gacha" in capsys.readouterr().out
    assert brake.main(["status", "--stack", "discord-gacha"]) == 1
    assert "the brake is ON" in capsys.readouterr().out
    assert brake.main(["release", "--stack", "discord-gacha"]) == 0
    told = capsys.readouterr()
    assert "3 a second, 50 at once" in told.out and "comes on again within minutes" in told.err
    assert aws.throttle == DEPLOYED
    assert brake.main(["release", "--stack", "discord-gacha"]) == 0  # a second one is no harm


def test_what_a_release_holds_against_is_said_by_status_and_release(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--stack", "discord-gacha"]
    aws.breaching = {"discord-gacha-brake-hour", "discord-gacha-brake-requests-day"}
    aws.look()
    aws.time += 5 * MINUTE
    assert brake.main(["status", *asked]) == 1
    out = capsys.readouterr().out
    assert "brake-hour: a release before 2026-11-28 17:10 UTC is undone within minutes" in out
    assert "brake-requests-day: a release holds against it for a day" in out
    assert brake.main(["release", *asked]) == 0
    told = capsys.readouterr()
    assert "Release it after 2026-11-28 17:10 UTC" in told.err
    assert "It does not brake before 2026-11-29 16:05 UTC" in told.out
    assert brake.main(["status", *asked]) == 0
    out = capsys.readouterr().out
    assert "released 2026-11-28 16:05 UTC" in out and "before\n2026-11-29 16:05 UTC" in out
    aws.later(MINUTE)
    aws.time += 2 * HOUR
    assert brake.main(["status", *asked]) == 1
    assert "brake-hour: the flood goes on" in capsys.readouterr().out
    assert brake.main(["release", *asked]) == 0
    assert "Stop the flood first" in capsys.readouterr().err


def test_a_stage_without_a_throttle_is_said(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    """So the local AWS makes it."""
    aws.throttle = None
    assert brake.main(["status", "--stack", "discord-gacha"]) == 0
    out = capsys.readouterr().out
    assert "the brake is off" in out and "has no throttle; deployed: 3 a second" in out
    assert brake.main(["release", "--stack", "discord-gacha"]) == 0
    assert aws.throttle == DEPLOYED


def test_a_rehearsal_that_does_not_brake_is_said(aws: Aws) -> None:
    aws.tell = lambda event: None  # type: ignore[method-assign]
    assert not brake.trip(aws.deployment(), sleep=lambda _: None)


def test_a_stack_without_a_brake_is_said() -> None:
    old = Deployment("old", REGION, {"ApiId": API})
    old.__dict__["resources"] = {}
    with pytest.raises(stack.StackError, match="has no"):
        brake._alarms(old)


def test_braked_is_below_what_was_deployed() -> None:
    assert Status(TRICKLE, DEPLOYED, []).is_braked
    assert not Status(DEPLOYED, DEPLOYED, []).is_braked


# --- the template ---------------------------------------------------------------------------------


def test_the_workflow_may_do_its_calls_and_nothing_else() -> None:
    """API Gateway's authorisation: GetStage and UpdateStage are apigateway:GET and PATCH, as HTTP
    has them, on /apis/<id>/stages/<name>."""
    called = {state["Resource"] for state in definition().states.values() if "Resource" in state}
    assert called == {
        "arn:aws:states:::aws-sdk:apigatewayv2:getStage",
        "arn:aws:states:::aws-sdk:apigatewayv2:updateStage",
        "arn:aws:states:::aws-sdk:cloudwatch:describeAlarms",
        "arn:aws:states:::aws-sdk:sns:publish",
    }
    gateway = Aws().client("apigatewayv2").meta.service_model
    methods = {
        f"apigateway:{gateway.operation_model(each).http['method']}"
        for each in ("GetStage", "UpdateStage")
    }
    [policy] = resources("AWS::IAM::Role")["BrakeStateMachineRole"]["Policies"]
    stage, alarms, publish, key = policy["PolicyDocument"]["Statement"]
    assert set(stage["Action"]) == methods
    assert stage["Resource"] == {
        "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}::/apis/${Api}/stages/$default"
    }
    assert alarms["Action"] == "cloudwatch:DescribeAlarms"
    assert alarms["Resource"] == [
        {"Fn::GetAtt": [f"Brake{each}Alarm", "Arn"]} for each in ("Day", "RequestsDay")
    ]
    assert (publish["Action"], publish["Resource"]) == ("sns:Publish", {"Ref": "AlarmTopic"})
    assert key["Fn::If"][0] == "HasOwnKey"
    [policy] = resources("AWS::IAM::Role")["BrakeRuleRole"]["Policies"]
    [start] = policy["PolicyDocument"]["Statement"]
    assert start["Action"] == "states:StartExecution"
    assert start["Resource"] == {"Ref": "BrakeStateMachine"}


def test_the_workflow_is_filled_in_as_the_tests_fill_it_in() -> None:
    machine = resources("AWS::StepFunctions::StateMachine")["BrakeStateMachine"]
    given = machine["DefinitionSubstitutions"]
    assert given.keys() == SUBSTITUTIONS.keys()
    assert Throttle(float(given["TrickleRate"]), int(given["TrickleBurst"])) == TRICKLE
    assert given["StageName"] == {"Ref": "ApiStage"}
    assert machine["StateMachineType"] == "STANDARD"


NUMBERS: Final = {
    # a phase: transitions an hour and a day; starts, on Express; the API's requests
    "initial": (2_500, 14_700, 350, 1_900, 5_000, 10_200),
    "growth": (8_000, 33_000, 1_700, 5_600, 6_000, 30_000),
    "expansion": (32_000, 105_000, 6_800, 22_500, 10_500, 60_000),
    "large": (80_000, 262_000, 17_000, 56_000, 24_000, 150_000),
}


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("phase", PHASES)
def test_the_alarms_read_what_is_billed(phase: str, kind: str) -> None:
    made = Resolved(Phase=phase, WorkflowType=kind)
    express = kind == "EXPRESS"
    for at, (name, period) in enumerate((("Hour", 3_600), ("Day", 86_400))):
        alarm = made.properties(f"Brake{name}Alarm")
        assert alarm["Threshold"] == NUMBERS[phase][2 * express + at]
        result, *inputs = alarm["Metrics"]
        ids = [each["Id"] for each in inputs]
        assert {each["MetricStat"]["Period"] for each in inputs} == {period}
        assert {each["MetricStat"]["Stat"] for each in inputs} == {"Sum"}
        read = [
            (each["MetricStat"]["Metric"]["MetricName"], *map(str, dimension.values()))
            for each in inputs
            for dimension in each["MetricStat"]["Metric"]["Dimensions"]
        ]
        filled = [f"FILL({each}, 0)" for each in ids]
        if express:
            assert result["Expression"] == " + ".join(filled)
            assert [metric for metric, *_ in read] == ["ExecutionsStarted"] * 3
            assert all(name in str(read) for name in ("Pull", "Change", "Reply"))
        else:
            assert result["Expression"] == f"{filled[0]} + {cost.REPLY_UNITS} * {filled[1]}"
            assert read[0] == ("ConsumedCapacity", "ServiceMetric", "StateTransition")
            assert read[1][0] == "ExecutionsStarted" and "Reply" in read[1][2]
        requests = made.properties(f"BrakeRequests{name}Alarm")
        assert requests["Threshold"] == NUMBERS[phase][4 + at]
        metered, *inputs = requests["Metrics"]
        assert metered["Expression"] == f"FILL(requests, 0) + FILL(bytes, 0) / {cost.METERED}"
        read = [(each["Id"], each["MetricStat"]["Metric"]["MetricName"]) for each in inputs]
        assert read == [("requests", "Count"), ("bytes", "DataProcessed")]
        for each in inputs:
            assert each["MetricStat"]["Metric"]["Namespace"] == "AWS/ApiGateway"
            assert [*each["MetricStat"]["Metric"]["Dimensions"][0]] == ["Name", "Value"]
            assert (each["MetricStat"]["Stat"], each["MetricStat"]["Period"]) == ("Sum", period)
        assert not {"MetricName", "Namespace", "Statistic", "Period"} & {*requests}
        for each in (alarm, requests):
            assert each["ComparisonOperator"] == "GreaterThanThreshold"
            assert each["TreatMissingData"] == "notBreaching"  # nobody playing is no reason
            assert each["EvaluationPeriods"] == 1
            assert each["AlarmActions"] == each["OKActions"]


# --- the worst month ------------------------------------------------------------------------------


CASES: Final = [(phase, kind) for phase in PHASES for kind in ("STANDARD", "EXPRESS")]


def case(phase: str, kind: str) -> tuple[Any, Usage]:
    return settings(phase, {"WorkflowType": kind}), Usage.of(PHASES[phase].users)


@pytest.mark.parametrize(("phase", "kind"), CASES)
def test_the_worst_month_is_at_most_three_budgets(phase: str, kind: str) -> None:
    template, usage = case(phase, kind)
    worst, most = cost.worst(template, usage, TABLE), 3 * PHASES[phase].high
    assert max(worst.signed, worst.unsigned) <= worst.both <= most, float(worst.both)
    assert worst.ordinary == cost.bill(template, usage, TABLE).net


@pytest.mark.parametrize(("phase", "kind"), CASES)
def test_ten_times_an_average_hour_and_one_member_at_full_rate_trip_nothing(
    phase: str, kind: str
) -> None:
    """Counted here from the states of the definitions, not by scripts.cost."""
    template, usage = case(phase, kind)
    numbers = Brake.of(template)
    an_hour = played(kind, usage) / 24
    assert numbers.hour >= 10 * an_hour
    assert numbers.day >= (10 + 23) * an_hour
    # Twenty at once that collide ten times each, beside twenty that only read; then one every 90
    # seconds, in bursts of changes all day.
    pull = burst_states() if kind == "STANDARD" else 1
    burst = 20 * COLLIDING + 20 * 5 if kind == "STANDARD" else 40
    assert numbers.hour >= an_hour + burst + 40 * pull
    assert numbers.day >= 24 * an_hour + burst + 24 * 40 * pull
    requests = (usage.pulls + usage.changes + usage.reads) / 24
    assert numbers.requests_hour >= max(10 * requests, requests + 3_600)
    assert numbers.requests_day >= max(33 * requests, 24 * (requests + 40) + 40 + 3_600)
    least = cost.least(template, usage)
    assert numbers.hour >= least.hour
    assert numbers.day >= least.day
    assert numbers.requests_day >= least.requests_day
    assert numbers.requests_hour >= least.requests_hour


def played(kind: str, usage: Usage) -> Fraction:
    """What a phase's players add to what the brake counts, a day."""
    if kind == "EXPRESS":
        return usage.pulls + usage.changes + usage.reads
    return (usage.pulls + usage.changes) * ORDINARY + 5 * usage.reads


def test_a_change_enters_so_many_states() -> None:
    """Counted in executions of the definition, whose DynamoDB refuses as often as is said."""

    class Host:
        def __init__(self, refusals: int) -> None:
            self.refusals = refusals
            self.states: list[str] = []

        def entered(self, state: str, _data: Any) -> None:
            self.states.append(state)

        def invoke(self, *_: Any) -> Any:
            return {"outcome": "x", "message": {"kind": "text"}, "figures": {}, "transaction": []}

        def call(self, *_: Any) -> Any:
            if self.states[-1] == "Record" and self.refusals:
                self.refusals -= 1
                raise asl.StateError("DynamoDb.TransactionCanceledException", "[None, …]")
            return {"ConsumedCapacity": []}

        def now(self) -> float:
            return 0.0

        def random(self) -> float:
            return 0.5

        def sleep(self, _seconds: float) -> None:
            pass

    execution = {"Input": workflow_input(), "Name": "1"}
    found = []
    for refusals in (0, 1, 11):
        host = Host(refusals)
        _, machine = template_of.machine("pull", "STANDARD")
        with contextlib.suppress(asl.StateError):
            asl.run(machine, host, execution, machine.start_at, execution["Input"])
        found.append(len(host.states))
    assert found == [ORDINARY, ORDINARY + CONFLICT, COLLIDING]


@cache
def burst_states() -> float:
    """Transitions of a pull on Standard, on average, where a player starts twenty at once: each
    draws from what is there, and begins anew if another was recorded since (change.asl.json)."""
    dice, entered, bursts = Random(28), 0, 200
    for _ in range(bursts):
        # When each goes on, and what it does then; the number of records that it drew from.
        waiting = [(dice.uniform(0, 0.5), pull, "draw", 0, 0) for pull in range(20)]
        heapify(waiting)
        recorded = 0
        while waiting:
            now, pull, does, seen, conflicts = heappop(waiting)
            if does == "draw":
                entered += 1
                reached = now + dice.uniform(0.1, 0.4)
                heappush(waiting, (reached, pull, "record", recorded, conflicts))
                continue
            entered += 1  # Record
            if seen == recorded:
                recorded += 1
                entered += 1  # Announce
            elif conflicts < 10:
                entered += 2  # Again?, WaitForPlayer
                pause = int(dice.random() * (min(60, 2 ** (conflicts + 1)) + 1))
                heappush(waiting, (now + pause, pull, "draw", 0, conflicts + 1))
            else:
                entered += 4  # Again?, Void, Apologise, Failed
    return entered / bursts / 20


def test_a_burst_costs_no_more_transitions_than_the_numbers_are_made_for() -> None:
    assert 10 < burst_states() <= cost.MEASURED.burst_states


@pytest.mark.parametrize(("phase", "kind"), CASES)
def test_the_trickle_is_less_than_a_patient_flood(phase: str, kind: str) -> None:
    """So that an hour with the brake on is no dearer than one just below its numbers."""
    template, _ = case(phase, kind)
    numbers = Brake.of(template)
    most = ORDINARY if kind == "STANDARD" else 1
    assert numbers.trickle * 3600 * most * 24 <= numbers.day


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("phase", "kind"), CASES)
def test_no_flood_that_is_played_minute_by_minute_costs_more(
    phase: str, kind: str, seed: int
) -> None:
    """A second calculation: somebody sends what they like, as fast as the API lets them, the alarms
    look at sliding sums, and the brake comes after the delay. Beside an ordinary month, that costs
    no more than `worst` says."""
    template, usage = case(phase, kind)
    each, numbers = cost.request(template, TABLE), Brake.of(template)
    pull = ORDINARY if kind == "STANDARD" else 1
    colliding = COLLIDING if kind == "STANDARD" else 1
    ways = {  # what it is: what the brake counts, dollars
        "read": (5 if kind == "STANDARD" else 1, float(each.read)),
        "recorded": (pull, float(each.recorded)),
        "colliding": (colliding, float(each.colliding)),
        "unsigned": (0, float(each.unsigned)),
        "large": (0, float(each.unsigned + 19 * each.more_body)),  # ten megabytes, unsigned
    }
    metered = {way: 20 if way == "large" else 1 for way in ways}
    facts, dice = cost.Facts(template), Random(f"{seed} {phase}")
    rate = facts.throttle * 60
    units_played = float(played(kind, usage) / 1440)
    requests_played = float((usage.pulls + usage.changes + usage.reads) / 1440)
    days = 31 if seed else 3
    units: list[int] = []
    requests: list[int] = []
    spent, tripped = 0.0, 10**9
    way = dice.choice([*ways])
    until_trip = dice.choice([days * 1440 // 2, days * 1440 - 700])
    sums = dict.fromkeys(("hour", "day", "requests_hour", "requests_day"), 0)
    for minute in range(days * 1440):
        if minute > tripped + cost.TRIP_DELAY_S // 60:
            break
        counted, dollars = ways[way]
        if minute >= until_trip:
            sent, way = rate, "colliding"
            counted, dollars = ways[way]
        else:  # stay below every number, in bursts or evenly
            room = [
                (numbers.requests_hour - sums["requests_hour"] - 61 * requests_played)
                / metered[way],
                (numbers.requests_day - sums["requests_day"] - 1441 * requests_played)
                / metered[way],
            ]
            if counted:
                room += [
                    (numbers.hour - sums["hour"] - 61 * units_played) / counted,
                    (numbers.day - sums["day"] - 1441 * units_played) / counted,
                ]
            sent = max(0, int(min(rate, *room))) * dice.choice([0, 1, 1])
        spent += sent * dollars
        units.append(sent * counted)
        requests.append(sent * metered[way])
        for name, series, window in (
            ("hour", units, 60),
            ("day", units, 1440),
            ("requests_hour", requests, 60),
            ("requests_day", requests, 1440),
        ):
            sums[name] += series[-1] - (series[-1 - window] if len(series) > window else 0)
            beside = units_played if series is units else requests_played
            if sums[name] + beside * window > getattr(numbers, name):
                tripped = min(tripped, minute)
    assert tripped < 10**9 and tripped >= until_trip
    worst = cost.worst(template, usage, TABLE)
    assert spent <= worst.both - worst.ordinary


@pytest.mark.parametrize(("phase", "kind"), CASES)
def test_no_released_day_that_is_played_minute_by_minute_costs_more(phase: str, kind: str) -> None:
    """Both floods stay just below their hour's number for the day and more, and then pass it."""
    template, usage = case(phase, kind)
    each, numbers = cost.request(template, TABLE), Brake.of(template)
    rate = cost.Facts(template).throttle * 60
    pull = 7 if kind == "STANDARD" else 1
    ways = {
        "read": (5 if kind == "STANDARD" else 1, each.read),
        "recorded": (pull, each.recorded),
        "colliding": (pull + (50 if kind == "STANDARD" else 0), each.colliding),
    }
    release = cost.worst(template, usage, TABLE).release
    minutes = int((brake.HOLDS + timedelta(seconds=300 + cost.TRIP_DELAY_S)) / MINUTE)
    most = Fraction(0)
    for counted, dollars in ways.values():
        units: list[int] = []
        requests: list[int] = []
        spent = Fraction(0)
        for minute in range(minutes):
            signed = min(rate, (numbers.hour - sum(units[-59:])) // counted)
            unsigned = min(rate - signed, numbers.requests_hour - sum(requests[-59:]) - signed)
            unsigned = max(0, unsigned)
            if minute >= minutes - cost.TRIP_DELAY_S // 60:
                signed, unsigned = rate, 0
            units.append(signed * counted)
            requests.append(signed + unsigned)
            spent += signed * dollars + unsigned * each.unsigned
        most = max(most, spent)
    assert release / 3 < most <= release, (float(most), float(release))


def test_the_documents_have_what_a_release_costs() -> None:
    figures = [
        cost.worst(settings(each, {}), case(each, "STANDARD")[1], TABLE).release for each in PHASES
    ]
    row = " | ".join(f"{float(each):,.2f}" for each in figures)
    for name in ("watching.md", "watching.ja.md"):
        assert f" | {row} |\n" in (ROOT / "docs" / name).read_text()
    whole = [str(round(each)) for each in figures]
    for name, comma in (
        ("docs/runbook.md", ", "),
        ("docs/runbook.ja.md", "、"),
        ("README.md", ", "),
        ("README.ja.md", "、"),
    ):
        assert comma.join(f"${each}" for each in whole) in (ROOT / name).read_text()
    for name in ("tools.md", "tools.ja.md"):
        text = (ROOT / "docs" / name).read_text()
        for each in figures:
            assert f" {float(each):.2f}  $" in text


def test_the_tool_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main([]) == 0
    out = capsys.readouterr().out
    for phase, each in PHASES.items():
        assert re.search(rf"(?m)^  {phase} .*\${3 * each.high}: holds", out)


def test_a_number_that_breaks_the_bound_is_said_and_ends_in_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Brake.of
    many = Brake(10**6, 10**8, 10**6, 10**8, Fraction(1))
    monkeypatch.setattr(Brake, "of", lambda _: many)
    assert cost.main(["--phase", "growth"]) == 1
    assert "$120: BROKEN" in capsys.readouterr().out
    assert real(settings("growth", {})).hour == NUMBERS["growth"][0]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readmes_have_these_figures(name: str) -> None:
    months = [cost.worst(settings(each, {}), case(each, "STANDARD")[1], TABLE) for each in PHASES]
    rows = (
        [round(each.unsigned) for each in months],
        [round(each.signed) for each in months],
        [3 * each.high for each in PHASES.values()],
    )
    text = (ROOT / name).read_text()
    for row in rows:
        assert f" | {' | '.join(map(str, row))} |\n" in text
    roadmap = (ROOT / "docs" / name.replace("README", "roadmap")).read_text()
    for unsigned, signed in zip(*rows[:2], strict=True):
        assert re.search(rf"\${unsigned}(, |、)\${signed} \|", roadmap)
