"""Sets every alarm of a stack off once, and says which mails should arrive.

    .venv/bin/python -m scripts.rehearse --stack discord-gacha --dry-run
    .venv/bin/python -m scripts.rehearse --stack discord-gacha

An alarm that nobody ever heard may be one whose mail nobody confirmed, so that is asked first. The
alarms are set off by `SetAlarmState`, which lasts until CloudWatch looks at their metrics again,
within minutes; an alarm that is off for real is left alone. What did not come back by then is put
back here, and said: an alarm that stays in ALARM sends no second mail. The rule for failed backups
gets an event of ours. An alarm of the brake that is off for real by then is set to OK once: the
brake passes over the event of our call, and CloudWatch makes none where it finds the state that we
left. The budget cannot be rehearsed: AWS has no call that sets one off.

Exit codes: 0 all went off and came back alone, 1 something did not, or is missing, 2 bad question,
3 AWS could not be asked. With --dry-run: 0 a rehearsal would set the alarms off, 1 it would refuse,
and the last line says so. The local AWS mails nobody, so there a missing address refuses nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scripts import stack
from scripts.stack import Deployment, say

REASON: Final = "A rehearsal (scripts/rehearse.py): nothing is wrong."
SOURCE: Final = "gacha.rehearsal"
"""The source of our event; the template's rule takes it beside AWS Backup's own."""

MEND_FIRST: Final = "Mend what the lines that begin with PROBLEM name, then start again"
READY: Final = "dry run: nothing was set off; without --dry-run the alarms above would be"
REFUSED: Final = f"dry run: a rehearsal would set nothing off. {MEND_FIRST}"

WAIT_S: Final = 15 * 60
"""How long to wait for the alarms' own states; CloudWatch looks every minute."""

BRAKES: Final = "Brake"
"""How the template's names of the alarms begin that put the brake on."""

LOOK_EVERY_S: Final = 15
BETWEEN_S: Final = 0.4
"""Between two calls of SetAlarmState, of which AWS takes three a second."""

_AT_ONCE: Final = 100  # names that one DescribeAlarms takes


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be set off, and what speaks against it."""

    alarms: list[dict[str, Any]]
    """As DescribeAlarms has them."""
    busy: list[str]
    """Alarms that are off for real."""
    mails_to: list[str]
    """Confirmed addresses."""
    problems: list[str]
    """Why mails would not arrive."""


@dataclass(frozen=True, slots=True)
class Result:
    """How the alarms came back: their names."""

    alone: list[str]
    """CloudWatch looked at their metrics and found nothing wrong."""
    put_back: list[str]
    """They stayed as they were set, and were put back here."""
    for_real: list[str]
    """They went off for real meanwhile, and were left alone."""
    brakes: list[str]
    """Those of them that put the brake on: set to OK once, for CloudWatch to set them off again."""


def plan(deployment: Deployment) -> Plan:
    """Look at the stack's alarms, its topic and who listens to it. Changes nothing."""
    topic = deployment.output("AlarmTopicArn")
    found = _alarms(deployment)
    problems = [
        f"{each['AlarmName']} does not report to the topic"
        for each in found
        if not each["ActionsEnabled"] or topic not in each["AlarmActions"]
    ]
    listening = _subscriptions(deployment, topic)
    confirmed = [each["Endpoint"] for each in listening if each["SubscriptionArn"].count(":") > 1]
    for each in listening:
        if each["SubscriptionArn"].count(":") <= 1:  # "PendingConfirmation"
            problems.append(
                f"{each['Endpoint']} has not confirmed: open the mail and click its link"
            )
    if not listening:
        problems.append("no mail address: deploy again and answer AlarmEmail")
    if not found:
        problems.append("the stack has no alarms")
    if _is_changing(deployment):
        problems.append("a deployment is running, and an alarm now would roll it back")
    return Plan(
        alarms=[each for each in found if each["StateValue"] != "ALARM"],
        busy=[each["AlarmName"] for each in found if each["StateValue"] == "ALARM"],
        mails_to=confirmed,
        problems=problems,
    )


def announce(planned: Plan) -> None:
    """Print what should arrive, one line a mail."""
    for each in planned.alarms:
        ends = ", then an OK" if each["OKActions"] else ""
        first_line = each["AlarmDescription"].splitlines()[0]  # the mail has them all
        print(f"mail: ALARM {each['AlarmName']}{ends}: {first_line}")
    print("mail: Backup Job State Change: FAILED (the rule for failed backups and copies)")
    for name in planned.busy:
        print(f"left alone: {name} is off for real")
    print("not rehearsed: the budget, which nothing but spending sets off")
    print(f"to: {', '.join(planned.mails_to) or 'nobody'}")


def rehearse(
    deployment: Deployment, planned: Plan, *, sleep: Callable[[float], None] = time.sleep
) -> Result:
    """Set everything off, wait for the alarms' own states, and put back what does not come back,
    also where something ends this early."""
    cloudwatch = deployment.client("cloudwatch")
    result = Result([], [], [], [])
    try:
        for each in planned.alarms:
            cloudwatch.set_alarm_state(
                AlarmName=each["AlarmName"], StateValue="ALARM", StateReason=REASON
            )
            say(f"set off: {each['AlarmName']}")
            sleep(0 if deployment.endpoint else BETWEEN_S)
        _fail_a_backup(deployment)
        say("set off: the rule for failed backups")
        # The local AWS never looks at metrics by itself, so there is nothing to wait for.
        for _ in range(0 if deployment.endpoint else WAIT_S // LOOK_EVERY_S):
            off = [each for each in _ours(deployment, planned) if each["StateValue"] == "ALARM"]
            _set_brakes_back(deployment, off, result)
            left = len(off)
            if not left:
                break
            say(f"waiting for {left} of {len(planned.alarms)} alarms to come back")
            sleep(LOOK_EVERY_S)
    finally:
        _put_back(deployment, planned, result, sleep)
    return result


def _ours(deployment: Deployment, planned: Plan) -> list[dict[str, Any]]:
    """The alarms that were to be set off, as they are now."""
    names = {each["AlarmName"] for each in planned.alarms}
    return [each for each in _alarms(deployment) if each["AlarmName"] in names]


def _set_brakes_back(deployment: Deployment, off: list[dict[str, Any]], result: Result) -> None:
    """Let what puts the brake on go off once more where it is off for real. A state that CloudWatch
    finds as we left it is no change, so that the brake would never hear of it."""
    of_brake = {
        name
        for logical_id, name in deployment.resources.get("AWS::CloudWatch::Alarm", {}).items()
        if logical_id.startswith(BRAKES)
    }
    for each in off:
        name = str(each["AlarmName"])
        if name in of_brake - {*result.brakes} and each.get("StateReason") != REASON:
            deployment.client("cloudwatch").set_alarm_state(
                AlarmName=name, StateValue="OK", StateReason=REASON
            )
            result.brakes.append(name)
            say(f"set to OK once, so that CloudWatch's next look puts the brake on: {name}")


def _put_back(
    deployment: Deployment, planned: Plan, result: Result, sleep: Callable[[float], None]
) -> None:
    """Sort the alarms into `result`. What is off by our call alone gets the state that it had."""
    before = {each["AlarmName"]: each["StateValue"] for each in planned.alarms}
    ours = _ours(deployment, planned)
    _set_brakes_back(deployment, [each for each in ours if each["StateValue"] == "ALARM"], result)
    for each in ours:
        name = str(each["AlarmName"])
        if each["StateValue"] != "ALARM" and name not in result.brakes:
            result.alone.append(name)
        elif (
            name in result.brakes or each.get("StateReason") != REASON
        ):  # CloudWatch has looked, and says so too
            result.for_real.append(name)
        else:
            deployment.client("cloudwatch").set_alarm_state(
                AlarmName=name, StateValue=before[name], StateReason=REASON
            )
            result.put_back.append(name)
            sleep(0 if deployment.endpoint else BETWEEN_S)


def _is_changing(deployment: Deployment) -> bool:
    [found] = deployment.client("cloudformation").describe_stacks(StackName=deployment.name)[
        "Stacks"
    ]
    return str(found["StackStatus"]).endswith("_IN_PROGRESS")


def _alarms(deployment: Deployment) -> list[dict[str, Any]]:
    names = list(deployment.resources.get("AWS::CloudWatch::Alarm", {}).values())
    found: list[dict[str, Any]] = []
    for at in range(0, len(names), _AT_ONCE):
        some = names[at : at + _AT_ONCE]
        pages = (
            deployment.client("cloudwatch")
            .get_paginator("describe_alarms")
            .paginate(AlarmNames=some)
        )
        found += [each for page in pages for each in page["MetricAlarms"]]
    return sorted(found, key=lambda each: str(each["AlarmName"]))


def _subscriptions(deployment: Deployment, topic: str) -> list[dict[str, Any]]:
    pages = (
        deployment.client("sns")
        .get_paginator("list_subscriptions_by_topic")
        .paginate(TopicArn=topic)
    )
    return [each for page in pages for each in page["Subscriptions"] if each["Protocol"] == "email"]


def _fail_a_backup(deployment: Deployment) -> None:
    table = deployment.client("dynamodb").describe_table(TableName=deployment.output("UsersTable"))
    detail = {
        "state": "FAILED",
        "resourceArn": table["Table"]["TableArn"],
        "statusMessage": REASON,
    }
    answer = deployment.client("events").put_events(
        Entries=[
            {
                "Source": SOURCE,
                "DetailType": "Backup Job State Change",
                "Detail": json.dumps(detail),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise stack.StackError("EventBridge did not take the event")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.rehearse",
        description="Sets every alarm off once, and says which mails should arrive.",
        epilog="exit codes: 0 all came back alone, 1 something did not, 2 bad question, "
        "3 AWS could not be asked; --dry-run: 0 a rehearsal would begin, 1 it would refuse",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be set off")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    return _run(stack.chosen(given), dry_run=given.dry_run)


def _run(deployment: Deployment, *, dry_run: bool) -> int:
    planned = plan(deployment)
    announce(planned)
    for problem in planned.problems:
        say(f"PROBLEM: {problem}")
    is_refused = bool(planned.problems) and not deployment.endpoint
    if dry_run:
        say(REFUSED if is_refused else READY)
        return stack.NOT_SO if is_refused else stack.FOUND
    if is_refused:
        say(f"nothing was set off. {MEND_FIRST}")
        return stack.NOT_SO
    result = rehearse(deployment, planned)
    for name in result.alone:
        print(f"came back alone: {name}")
    for name in result.put_back:
        print(f"put back: {name}")
    for name in result.for_real:
        say(f"PROBLEM: {name} went off for real meanwhile")
    for name in result.brakes:
        say(f"{name} was set to OK once: unless it is over, the brake goes on within minutes")
    if result.put_back and not deployment.endpoint:
        say(f"PROBLEM: what was put back did not come back alone within {WAIT_S // 60} minutes")
    say("now look into the mailbox: each line above that begins with mail: has to be there")
    is_well = not result.for_real and (not result.put_back or bool(deployment.endpoint))
    return stack.FOUND if is_well else stack.NOT_SO


if __name__ == "__main__":
    sys.exit(stack.ending(main))
