"""The brake on the bill: whether it is on, and how it is released.

    .venv/bin/python -m scripts.brake status  --stack discord-gacha
    .venv/bin/python -m scripts.brake release --stack discord-gacha
    .venv/bin/python -m scripts.brake trip    --stack discord-gacha   # to rehearse it
    .venv/bin/python -m scripts.brake around  -- sam deploy --guided  # what `make deploy` runs

An alarm on what is billed turns the API's throttle down (statemachines/brake.asl.json). No update
of the stack turns it up again, since CloudFormation does not look at what was changed beside it; so
`around` says before and after a deployment whether the brake is on, and offers to release it.

A release holds for a day against the alarms on a day's sum, which may stay above its number for
that long; those on an hour's sum brake as before. Why: docs/decisions/0028-brake.md.

Exit codes: 0 the brake is off, 1 it is on, 2 bad question, 3 AWS could not be asked. `around` ends
as the deployment does.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from scripts import stack
from scripts.cost import TRIP_DELAY_S
from scripts.stack import Deployment, StackError, say
from scripts.template import Template

RELEASED: Final = "Released by hand (scripts/brake.py)."
TRIPPED: Final = "Tripped by hand to rehearse the brake (scripts/brake.py): nothing is wrong."

ALARMS: Final = (
    "BrakeHourAlarm",
    "BrakeDayAlarm",
    "BrakeRequestsHourAlarm",
    "BrakeRequestsDayAlarm",
)
STAGE: Final = "$default"

NOTE: Final = "Released"
"""The stage's variable that tells the workflow when a person released the brake: Unix seconds."""

HOLDS: Final = timedelta(days=1)
"""How long the workflow lets a release hold against the alarms on a day's sum."""

WAIT_S: Final = 120
"""How long the alarm, its event and the workflow may take in a rehearsal."""

LOOK_EVERY_S: Final = 5


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests that a stage lets through: a second on average, and at once."""

    rate: float
    burst: int

    def __str__(self) -> str:
        return f"{self.rate:g} a second, {self.burst} at once"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm of the brake's that is in ALARM, and since when."""

    name: str
    since: datetime

    @property
    def is_of_a_day(self) -> bool:
        """Whether it looks at a day's sum, else at an hour's; the workflow tells them apart so."""
        return self.name.endswith("-day")

    @property
    def ends(self) -> datetime:
        """When an hour's sum holds nothing more of what came before the brake was on."""
        return self.since + timedelta(hours=1, seconds=TRIP_DELAY_S)


@dataclass(frozen=True, slots=True)
class Status:
    """What the API lets through now and what it was deployed with; the brake's alarms."""

    now: Throttle | None
    """None where the stage has no throttle of its own, as the local AWS makes it."""
    deployed: Throttle
    firing: list[Alarm]
    released: datetime | None = None
    """When a person released it although a day's alarm had not ended."""

    @property
    def is_braked(self) -> bool:
        return self.now is not None and self.now.rate < self.deployed.rate


def status(deployment: Deployment) -> Status:
    """Look. Raises StackError where the stack has no brake."""
    found = deployment.client("apigatewayv2").get_stage(
        ApiId=deployment.output("ApiId"), StageName=STAGE
    )
    route = found.get("DefaultRouteSettings", {})
    rate, burst = deployment.output("ApiThrottle").split(",")
    has_throttle = {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= route.keys()
    return Status(
        Throttle(float(route["ThrottlingRateLimit"]), int(route["ThrottlingBurstLimit"]))
        if has_throttle
        else None,
        Throttle(float(rate), int(burst)),
        [
            Alarm(each["AlarmName"], each["StateUpdatedTimestamp"])
            for each in _alarms(deployment)
            if each["StateValue"] == "ALARM"
        ],
        _noted(found.get("StageVariables", {}).get(NOTE, "")),
    )


def _noted(text: str) -> datetime | None:
    """The note of a release; None where there is none that the workflow would take."""
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch("[0-9]{1,11}", text) else None


def release(deployment: Deployment, now: datetime) -> Status:
    """Put the throttle back, then the alarms to OK, so that they can go off again; what was before.

    In this order: an alarm whose number is still passed goes off again within a minute or two, and
    what its workflow does then comes after what is done here. Where a day's alarm has not ended,
    the stage gets a note of the time, for which that workflow lets the release hold.
    """
    before = status(deployment)
    note = str(int(now.timestamp())) if any(each.is_of_a_day for each in before.firing) else None
    _set(deployment, before.deployed, note)
    for each in before.firing:
        deployment.client("cloudwatch").set_alarm_state(
            AlarmName=each.name, StateValue="OK", StateReason=RELEASED
        )
    return before


def trip(deployment: Deployment, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Set the first alarm off and wait for the brake; whether it came."""
    [name] = [each["AlarmName"] for each in _alarms(deployment)][:1]
    cloudwatch = deployment.client("cloudwatch")
    for state in ("OK", "ALARM"):  # only a change of state is an event
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=TRIPPED)
    for _ in range(WAIT_S // LOOK_EVERY_S):
        if status(deployment).is_braked:
            return True
        sleep(LOOK_EVERY_S)
    return False


def around(
    deployment: Deployment,
    command: Sequence[str],
    *,
    ask: Callable[[str], str] | None = None,
    run: Callable[[Sequence[str]], int] = subprocess.call,
) -> int:
    """Run a deployment; a brake that is on before it is said, offered to be released, and is on
    after it too, also where another phase brought another throttle. The deployment's exit code."""
    braked = _is_braked(deployment)
    if braked:
        say(f"THE BRAKE IS ON in {deployment.name}: players get no answer, and deploying does not")
        say(f"release it. Why it is on: docs/runbook.md#brake. To release it: {_how(deployment)}")
        if ask and ask("Release it now? [y/N] ").strip().lower() in ("y", "yes"):
            try:
                _release(deployment)
                braked = False
            except ClientError as error:
                say(f"It could not be released; the deployment goes on. AWS: {error}")
    code = run(command)
    if braked:
        after = _is_braked(deployment)
        if after is False and not _brakes_again(deployment):
            return code
        say(f"THE BRAKE IS STILL ON. To release it: {_how(deployment)}")
    return code


def _brakes_again(deployment: Deployment) -> bool:
    """Put the brake on after a deployment that brought another throttle; whether that was allowed.
    The deployer of iam/deployer.yaml may look at the throttle, but not turn it."""
    say("The deployment brought another throttle, as another Phase does. The brake was not")
    try:
        _set(deployment, trickle())
    except ClientError as error:
        say("released, and could not be put on again: the API takes what the Phase lets through.")
        say(f"See first why it was on: docs/runbook.md#brake. AWS: {error}")
        return False
    say("released, so it is put on again.")
    return True


def trickle() -> Throttle:
    """What the brake leaves, as the template has it."""
    [machine] = [
        each
        for each in Template().resources("AWS::StepFunctions::StateMachine")
        if each.name == "BrakeStateMachine"
    ]
    values = machine.properties["DefinitionSubstitutions"]
    return Throttle(float(values["TrickleRate"]), int(values["TrickleBurst"]))


def _alarms(deployment: Deployment) -> list[dict[str, Any]]:
    made = deployment.resources.get("AWS::CloudWatch::Alarm", {})
    names = [made[each] for each in ALARMS if each in made]
    if not names:
        raise StackError(f"the stack {deployment.name} has no brake: deploy this version first")
    answer = deployment.client("cloudwatch").describe_alarms(AlarmNames=names)
    return sorted(answer["MetricAlarms"], key=lambda each: names.index(each["AlarmName"]))


def _set(deployment: Deployment, throttle: Throttle, note: str | None = None) -> None:
    deployment.client("apigatewayv2").update_stage(
        ApiId=deployment.output("ApiId"),
        StageName=STAGE,
        DefaultRouteSettings={
            "ThrottlingRateLimit": throttle.rate,
            "ThrottlingBurstLimit": throttle.burst,
        },
        **({} if note is None else {"StageVariables": {NOTE: note}}),
    )


def _is_braked(deployment: Deployment) -> bool | None:
    """None where that cannot be known: before the first deployment, or without a login, which the
    deployment itself will complain about. What else AWS refuses is said."""
    try:
        return status(stack.on_aws(deployment.name, deployment.region)).is_braked
    except ClientError as error:
        say(f"Whether the brake on the bill is on could not be looked up. AWS: {error}")
        return None
    except (StackError, BotoCoreError):
        return None


def _how(deployment: Deployment) -> str:
    return (
        ".venv/bin/python -m scripts.brake release "
        f"--stack {deployment.name} --region {deployment.region}"
    )


def _release(deployment: Deployment) -> None:
    now = datetime.now(UTC)
    before = release(deployment, now)
    print(f"released: the API takes {before.deployed} again")
    for each in before.firing:
        if each.is_of_a_day:
            print(f"{each.name} has not ended. It does not brake before {_utc(now + HOLDS)}; if it")
            print("has not ended by then, it brakes. An hour's alarm brakes as ever, so that the")
            print("bill stays bounded: docs/decisions/0028-brake.md.")
        elif now < each.ends:
            say(f"{each.name} has not ended: the last hour still holds more than its number, so")
            say(f"the brake comes on again within minutes. Release it after {_utc(each.ends)},")
            say("or deploy the next Phase, whose numbers are higher.")
        else:
            say(f"{each.name} has not ended: the flood goes on, so the brake comes on again within")
            say("minutes. Stop the flood first: docs/runbook.md#brake.")


def _say_status(found: Status, now: datetime) -> None:
    print(f"the brake is {'ON' if found.is_braked else 'off'}")
    if found.now is None:
        print(f"the API's stage has no throttle; deployed: {found.deployed}. The local AWS leaves")
        print("it out; on AWS somebody removed it, and `release` puts it back")
    else:
        print(f"the API takes {found.now}; deployed: {found.deployed}")
    print(f"alarms in ALARM: {', '.join(each.name for each in found.firing) or 'none'}")
    for each in found.firing:
        if each.is_of_a_day:
            print(f"{each.name}: a release holds against it for a day")
        elif now < each.ends:
            print(f"{each.name}: a release before {_utc(each.ends)} is undone within minutes")
        else:
            print(f"{each.name}: the flood goes on, and a release is undone within minutes")
    if found.released and now < found.released + HOLDS:
        print(f"released {_utc(found.released)}: the alarms on a day's sum do not brake before")
        print(f"{_utc(found.released + HOLDS)}; those on an hour's do")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _from_samconfig(command: Sequence[str]) -> tuple[str, str]:
    """Stack and Region that a `sam deploy` of this command line proposes."""
    environment = "default"
    if "--config-env" in command[:-1]:
        environment = command[command.index("--config-env") + 1]
    settings = stack.proposals().get(environment, {})
    return settings.get("stack_name", stack.LOCAL_NAME), settings.get("region", "ap-northeast-1")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.brake",
        description="Whether the brake on the bill is on, and how it is released.",
        epilog="exit codes: 0 the brake is off, 1 it is on, 2 bad question, 3 AWS could not be "
        "asked; around: those of the deployment",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("status", "say whether it is on"),
        ("release", "put the API's throttle back and its alarms to OK"),
        ("trip", "set it off once, to rehearse it; release it afterwards"),
    ):
        stack.add_arguments(commands.add_parser(name, help=what, description=what))
    wrapping = commands.add_parser("around", help="run a deployment, and say if the brake is on")
    wrapping.add_argument("deployment", nargs=argparse.REMAINDER, metavar="-- COMMAND …")
    given = parser.parse_args(arguments)
    if given.command == "around":
        command = [each for each in given.deployment if each != "--"]
        if not command:
            parser.error("around needs a command")
        name, region = _from_samconfig(command)
        ask = input if sys.stdin.isatty() else None
        return around(Deployment(name, region, {}), command, ask=ask)
    return _run(given.command, stack.chosen(given))


def _run(command: str, deployment: Deployment) -> int:
    if command == "release":
        _release(deployment)
        return stack.FOUND
    if command == "trip":
        if deployment.endpoint:
            raise StackError("the local AWS has no brake: name a stack on AWS with --stack")
        if not trip(deployment):
            say(f"PROBLEM: after {WAIT_S} s the API still takes its requests")
            return stack.UNREADABLE
        print(f"the brake came on; to release it: {_how(deployment)}")
        return stack.NOT_SO
    found = status(deployment)
    _say_status(found, datetime.now(UTC))
    return stack.NOT_SO if found.is_braked else stack.FOUND


if __name__ == "__main__":
    sys.exit(stack.ending(main))
