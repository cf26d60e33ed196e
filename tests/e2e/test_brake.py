"""The brake on the local AWS, which runs no workflow that calls API Gateway: so the fault suite's
interpreter runs the definition, and its call goes to the local AWS's UpdateStage."""

import re
from typing import Any

from local.players import Player, World
from scripts import brake
from scripts.stack import Deployment
from tests.conftest import ROOT
from tests.faults import asl


class Host:
    """Where the workflow runs: its calls go to the local AWS."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self.states: list[str] = []
        self.answers: list[dict[str, Any]] = []

    def call(self, service: str, action: str, arguments: Any) -> Any:
        method = re.sub(r"(?=[A-Z])", "_", action).lower()
        self.answers.append(getattr(self._deployment.client(service), method)(**arguments))
        return self.answers[-1]

    def entered(self, state: str, _data: Any) -> None:
        self.states.append(state)

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"it had to be tried again after {seconds} s")

    def random(self) -> float:
        return 0.5

    def invoke(self, function: str, _payload: Any, _timeout: float | None) -> Any:
        raise AssertionError(f"the brake holds no code: {function}")


def fire(deployment: Deployment) -> None:
    """An alarm goes off, and the workflow runs as EventBridge starts it."""
    name = deployment.resources["AWS::CloudWatch::Alarm"]["BrakeRequestsHourAlarm"]
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
    asl.run(definition, host, {"Input": event, "Name": "n"}, definition.start_at, event)
    assert host.states == ["Brake", "Mail", "Braked?", "Braked"]
    assert host.answers[1]["MessageId"]


def test_trip_release_and_trip_again(world: World, player: Player) -> None:
    stack = world.stack
    deployment = Deployment(
        "discord-gacha",
        stack.region,
        stack.outputs,
        stack.aws_endpoint_url,
        credentials=stack.credentials,
    )
    # ministack makes the stage without the throttle that the template gives it.
    rate, burst = stack.outputs["ApiThrottle"].split(",")
    brake._set(deployment, brake.Throttle(float(rate), int(burst)))
    deployed = brake.status(deployment)
    assert not deployed.is_braked and deployed.now == deployed.deployed
    for _ in range(2):
        fire(deployment)
        found = brake.status(deployment)
        assert found.is_braked and found.now == brake.trickle()
        assert found.firing == ["discord-gacha-brake-requests-hour"]
        before = brake.release(deployment)
        assert before == found
        assert brake.status(deployment) == deployed
    fire(deployment)
    fire(deployment)  # twice is once
    assert brake.status(deployment).now == brake.trickle()
    brake.release(deployment)
    player.pull()
