"""The brake on the local AWS, which runs no workflow that calls API Gateway: so the fault suite's
interpreter runs the definition, and its calls go to the local AWS's API Gateway and CloudWatch."""

import re
import time
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from local.players import Player
from scripts import brake
from scripts.stack import FOUND, Deployment
from tests.conftest import ROOT
from tests.faults import asl

HOUR: Final = "BrakeRequestsHourAlarm"
DAY: Final = "BrakeRequestsDayAlarm"
BRAKES: Final = ["Brake", "Mail", "Braked?", "Braked"]


class Suspended(Exception):
    """The execution waits for the end of the release's day."""


class Host:
    """Where the workflow runs: its calls go to the local AWS."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self.states: list[str] = []
        self.answers: list[dict[str, Any]] = []

    def call(self, service: str, action: str, arguments: Any, timeout: float | None) -> Any:
        del timeout  # boto3 has its own
        method = re.sub(r"(?=[A-Z])", "_", action).lower()
        answer = getattr(self._deployment.client(service), method)(**arguments)
        self.answers.append(answer)
        return answer

    def now(self) -> float:
        return time.time()

    def entered(self, state: str, _data: Any) -> None:
        self.states.append(state)

    def sleep(self, seconds: float) -> None:
        assert self.states[-1] == "Wait", f"it had to be tried again after {seconds} s"
        assert 86_400 - 600 < seconds <= 86_400
        raise Suspended

    def random(self) -> float:
        return 0.5

    def invoke(self, function: str, _payload: Any, _timeout: float | None) -> Any:
        raise AssertionError(f"the brake holds no code: {function}")


def fire(deployment: Deployment, alarm: str) -> Host:
    """An alarm goes off, and the workflow runs as EventBridge starts it."""
    name = deployment.resources["AWS::CloudWatch::Alarm"][alarm]
    deployment.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="1 datapoint was greater than 5000"
    )
    event = {"detail": {"alarmName": name, "state": {"value": "ALARM", "reason": "5001 > 5000"}}}
    throttle = brake.trickle()
    given = {
        "ApiId": deployment.output("ApiId"),
        "StageName": brake.STAGE,
        "TopicArn": deployment.output("AlarmTopicArn"),
        "TrickleRate": f"{throttle.rate:g}",
        "TrickleBurst": str(throttle.burst),
        "StackName": deployment.name,
        "Region": deployment.region,
        "Runbook": "docs/runbook",
    }
    definition = asl.Definition.parse((ROOT / "statemachines/brake.asl.json").read_text(), given)
    host = Host(deployment)
    try:
        asl.run(definition, host, {"Input": event, "Name": "n"}, definition.start_at, event)
        assert host.answers[-1]["MessageId"]
    except Suspended:
        host.states.append("…")
    return host


def test_trip_release_and_trip_again(
    deployment: Deployment, player: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    # ministack makes the stage without the throttle that the template gives it: the tool says so.
    assert brake.status(deployment).now is None
    assert brake._run("status", deployment) == FOUND
    assert "the brake is off\nthe API's stage has no throttle" in capsys.readouterr().out
    brake.release(deployment, datetime.now(UTC))
    deployed = brake.status(deployment)
    assert not deployed.is_braked and deployed.now == deployed.deployed
    for _ in range(2):
        assert fire(deployment, HOUR).states == ["Day?", *BRAKES]
        found = brake.status(deployment)
        assert found.is_braked and found.now == brake.trickle()
        [alarm] = found.firing
        assert alarm.name == "discord-gacha-brake-requests-hour"
        before = brake.release(deployment, datetime.now(UTC))
        assert before == found
        assert brake.status(deployment) == deployed
    fire(deployment, HOUR)
    fire(deployment, HOUR)  # twice is once
    assert brake.status(deployment).now == brake.trickle()
    brake.release(deployment, datetime.now(UTC))

    assert fire(deployment, DAY).states == ["Day?", "Released?", "Holds?", *BRAKES]
    assert brake.status(deployment).is_braked
    brake.release(deployment, datetime.now(UTC))
    assert fire(deployment, DAY).states == ["Day?", "Released?", "Holds?", "Wait", "…"]
    found = brake.status(deployment)
    assert found.now == found.deployed and found.released
    assert fire(deployment, HOUR).states == ["Day?", *BRAKES]
    assert brake.status(deployment).is_braked
    brake.release(deployment, datetime.now(UTC))
    player.pull()
