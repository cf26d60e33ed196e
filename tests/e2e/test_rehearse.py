"""The rehearsal on the local AWS: the alarms that it has report to whoever listens to the topic."""

import json
from typing import Any

from scripts import rehearse
from scripts.stack import Deployment


def test_each_alarm_and_the_failed_backup_reach_the_topic(deployment: Deployment) -> None:
    sqs, sns = deployment.client("sqs"), deployment.client("sns")
    queue = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(
        TopicArn=deployment.output("AlarmTopicArn"), Protocol="sqs", Endpoint=arn["QueueArn"]
    )

    planned = rehearse.plan(deployment)
    names = {each["AlarmName"] for each in planned.alarms}
    assert {"discord-gacha-pull-failed", "discord-gacha-undelivered"} <= names
    assert planned.problems == ["no mail address: deploy again and answer AlarmEmail"]
    result = rehearse.rehearse(deployment, planned, sleep=lambda _: None)
    assert set(result.put_back) == names  # nothing here looks at metrics

    messages = [json.loads(json.loads(body)["Message"]) for body in received(sqs, queue)]
    alarms = [each for each in messages if isinstance(each, dict)]
    gone_off = [each for each in alarms if each["NewStateValue"] == "ALARM"]
    assert sorted(each["AlarmName"] for each in gone_off) == sorted(names)
    for each in gone_off:
        assert "docs/runbook.md#" in each["AlarmDescription"]
        assert "docs/runbook.ja.md#" in each["AlarmDescription"]
        assert "\nまず：" in each["AlarmDescription"] and "${" not in each["AlarmDescription"]
    [backup] = [each for each in messages if isinstance(each, str)]
    assert "Backup Job State Change: FAILED" in backup
    assert "docs/runbook.md#backup-failed " in backup
    assert backup.strip('"\n').endswith("(sent by gacha.rehearsal)")


def received(sqs: Any, queue: str) -> list[str]:
    """Everything in the queue."""
    bodies: list[str] = []
    while True:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not got:
            return bodies
        for each in got:
            bodies.append(each["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
