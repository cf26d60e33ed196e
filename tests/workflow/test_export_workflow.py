"""The export workflow on a local Step Functions that calls a local DynamoDB, Parameter Store,
Athena and S3: every state by its name, its arguments, and what the next one makes of the answer.

The local exports write no files, and the local Athena answers anything with one row. Windows, gaps
and failures are in tests/unit/test_export_workflow.py, the queries in tests/unit/test_athena.py.
"""

from __future__ import annotations

import json
import time
from typing import Any, Final

from local.cloud import Stack
from tests import cloudformation
from tests.conftest import ROOT
from tests.exporting import SUBSTITUTIONS
from tests.workflow.scripted import ROLE, Workflows

TABLES: Final = ("Users", "History", "Settings", "Collection")


def client(workflows: Workflows, service: str) -> Any:
    port = int(workflows.client.meta.endpoint_url.rpartition(":")[2])
    return Stack(port - 1, {}).client(service)


def run(workflows: Workflows, machine: str, name: str) -> dict[str, Any]:
    """What the last state, which publishes the answer, is given.

    Real Athena names the file of its answer. ministack 1.5.33 names it, too, and then writes it
    below that name, so that there is nothing to copy; all before that is as on AWS.
    """
    states = workflows.client
    arn = states.start_execution(stateMachineArn=machine, name=name, input="{}")["executionArn"]
    deadline = time.monotonic() + 60
    while (ended := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution does not end"
        time.sleep(0.05)
    assert ended.get("error") == "S3.NoSuchKeyException", (ended.get("error"), ended.get("cause"))
    events = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [e["stateEnteredEventDetails"] for e in events if "stateEnteredEventDetails" in e]
    assert entered[-1]["name"] == "Publish"
    given: dict[str, Any] = json.loads(entered[-1]["input"])
    return given


def test_it_exports_notes_asks_and_publishes(workflows: Workflows) -> None:
    database, notes = workflows.database, client(workflows, "ssm")
    athena, files = client(workflows, "athena"), client(workflows, "s3")
    bucket = SUBSTITUTIONS["Bucket"]
    filled = dict(SUBSTITUTIONS)
    for name, table in zip(TABLES, ("users", "history", "settings", "collection"), strict=True):
        known = cloudformation.tables()[f"{name}Table"] | {"TableName": f"exported-{table}"}
        made = database.create_table(**known)["TableDescription"]
        recovery = {"PointInTimeRecoveryEnabled": True}
        database.update_continuous_backups(
            TableName=made["TableName"], PointInTimeRecoverySpecification=recovery
        )
        filled |= {name: made["TableName"], f"{name}Arn": made["TableArn"]}
    where = {"LocationConstraint": workflows.client.meta.region_name}
    files.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    notes.put_parameter(Name=filled["Parameter"], Type="String", Value="none")
    results = {"OutputLocation": f"s3://{bucket}/derived/results/"}
    athena.create_work_group(
        Name=filled["WorkGroup"], Configuration={"ResultConfiguration": results}
    )
    filled["StatsQueryId"] = athena.create_named_query(
        Name="stats",
        Database=filled["Database"],
        QueryString="SELECT 1 AS guild",
        WorkGroup=filled["WorkGroup"],
    )["NamedQueryId"]
    text = (ROOT / "statemachines/export.asl.json").read_text()
    for key, value in filled.items():
        text = text.replace(f"${{{key}}}", value)
    machine = workflows.client.create_state_machine(name="export", definition=text, roleArn=ROLE)

    output = run(workflows, machine["stateMachineArn"], "one")
    assert len(output["exported"]) == 4
    noted = notes.get_parameter(Name=filled["Parameter"])["Parameter"]["Value"]
    tables, base, until = noted.split(" ")
    assert tables == "exported-users" and base == until == str(output["until"])
    listed = database.list_exports(MaxResults=25)["ExportSummaries"]
    assert {each["ExportType"] for each in listed} == {"FULL_EXPORT"} and len(listed) == 4
    assert {each["ExportStatus"] for each in listed} == {"COMPLETED"}
    assert output["status"] == "SUCCEEDED"
    place = output["place"].removeprefix(f"{bucket}/")
    answered = files.get_object(Bucket=bucket, Key=f"{place}/{place.rpartition('/')[2]}")
    assert answered["Body"].read()

    # Where it is behind, it goes on from there. The local tables have been there for a moment only,
    # so all is exported anew: windows before that would be refused.
    behind = f"{tables} {int(base) - 3 * 86_400} {int(until) - 2 * 86_400 - 3_600}"
    notes.put_parameter(Name=filled["Parameter"], Type="String", Value=behind, Overwrite=True)
    output = run(workflows, machine["stateMachineArn"], "two")
    kinds = [each["prefix"].split("/")[3].split("-")[0] for each in output["exported"]]
    assert len(kinds) >= 4 and set(kinds) <= {"changes", "full"}, kinds
