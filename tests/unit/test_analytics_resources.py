"""What Analytics makes, as CloudFormation gets it, and what its roles may do."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, Final

import pytest

from tests import exporting
from tests.cloudformation import AWS_ACCOUNT, LOCAL_ACCOUNT, PHASES, Resolved
from tests.iam import Request, is_allowed
from tests.over import over
from tests.unit.test_authorization import policies
from tests.unit.test_export_workflow import definition

pytestmark = pytest.mark.once

PLACE: Final = "ap-northeast-1:123456789012"
BUCKET: Final = "arn:aws:s3:::discord-gacha-analyticsbucket-0a1b2c3d4e5f"
STACK: Final = {"Phase": "expansion"}


def made(**parameters: str) -> set[str]:
    return {name for name in Resolved(**parameters).types() if re.search("Analytics|Export", name)}


@over("phase", PHASES)
def test_it_is_on_from_expansion_and_by_choice_in_any_phase(phase: str) -> None:
    logs = {"ExportStateMachineLogs"}
    assert made(Phase=phase, Analytics="none") == logs
    assert len(made(Phase=phase, Analytics="DAILY")) > 10
    assert (made(Phase=phase) == logs) is (phase in ("initial", "growth"))
    answer = Resolved(Phase=phase).properties("AnswerFunction")["Environment"]["Variables"]
    assert ("ANALYTICS_BUCKET" in answer) is ("ANALYTICS_SALT" in answer)
    assert ("ANALYTICS_BUCKET" in answer) is (phase in ("expansion", "large"))


def test_the_bucket_is_private_encrypted_and_empties_itself() -> None:
    for key in ("AWS", "CUSTOMER"):
        stack = Resolved(**STACK, EncryptionKey=key)
        bucket = stack.properties("AnalyticsBucket")
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        algorithm = encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        assert algorithm == ("aws:kms" if key == "CUSTOMER" else "AES256")
        substitutions = stack.properties("ExportStateMachine")["DefinitionSubstitutions"]
        assert (substitutions["KeyArn"] == "none") is (key == "AWS")
    rules = {each["Id"]: each for each in bucket["LifecycleConfiguration"]["Rules"]}
    assert (rules["raw"]["Prefix"], rules["raw"]["ExpirationInDays"]) == ("raw/", 35)
    assert (rules["derived"]["Prefix"], rules["derived"]["ExpirationInDays"]) == ("derived/", 400)
    assert rules["leftovers"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules["leftovers"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 1
    [denied] = stack.properties("AnalyticsBucketPolicy")["PolicyDocument"]["Statement"]
    assert denied["Effect"] == "Deny" and denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": False}}


def test_exports_are_copied_to_seoul_where_backups_are() -> None:
    stack = Resolved(**STACK, BackupCopyRegion="ap-northeast-2")
    [rule] = stack.properties("AnalyticsBucket")["ReplicationConfiguration"]["Rules"]
    assert rule["Filter"] == {"Prefix": "raw/"} and rule["Status"] == "Enabled"
    held = policies(stack, "CopyingRole")
    for folder, may in (("raw", True), ("derived", False)):
        key = f"{BUCKET}/{folder}/x"
        assert is_allowed(Request("s3:GetObjectVersionForReplication", key), held) is may
    assert "ReplicationConfiguration" not in Resolved(**STACK).properties("AnalyticsBucket")


def test_athena_is_bound_to_a_limit_and_a_place() -> None:
    group = Resolved(**STACK).properties("AnalyticsWorkGroup")["WorkGroupConfiguration"]
    assert group["EnforceWorkGroupConfiguration"] is True
    assert group["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    place = group["ResultConfiguration"]
    assert place["OutputLocation"] == "s3://${AnalyticsBucket}/derived/results/"
    assert place["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


@over("table", ["users", "history", "settings"])
def test_the_catalogue_reads_where_the_workflow_writes(table: str) -> None:
    """Each of its days is computed, as far back as a file can lie: a window is at most 35 days old
    when it is caught up, and its file kept for 35."""
    properties = Resolved(**STACK).properties(f"Raw{table.title()}Table")
    of = properties["TableInput"]
    folder = f"s3://${{AnalyticsBucket}}/raw/{table}/"
    assert of["Name"] == f"raw_{table}" and of["StorageDescriptor"]["Location"] == folder
    assert of["Parameters"]["storage.location.template"] == f"{folder}${{!day}}/"
    assert of["Parameters"]["projection.enabled"] == "true"
    assert of["Parameters"]["projection.day.range"] == "NOW-71DAYS,NOW+1DAYS"
    assert [each["Name"] for each in of["PartitionKeys"]] == ["day"]
    assert of["StorageDescriptor"]["Columns"] == [{"Name": "line", "Type": "string"}]
    aws = exporting.Aws()
    aws.run(definition())
    prefixes = [each.prefix for each in aws.exports.values() if f"/{table}/" in each.prefix]
    assert prefixes
    for prefix in prefixes:
        assert re.fullmatch(rf"raw/{table}/\d{{4}}-\d\d-\d\d/full-\d{{10}}", prefix)


def test_every_day_at_a_time_when_tokyos_day_is_over() -> None:
    schedule = Resolved(**STACK).properties("ExportSchedule")
    assert schedule["ScheduleExpression"] == "cron(30 4 * * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    held = policies(Resolved(**STACK), "ExportScheduleRole")
    machine = f"arn:aws:states:{PLACE}:stateMachine:discord-gacha-{{}}"
    start = "states:StartExecution"
    assert is_allowed(Request(start, machine.format("ExportStateMachine")), held)
    assert not is_allowed(Request(start, machine.format("PullStateMachine")), held)


TABLE: Final = f"arn:aws:dynamodb:{PLACE}:table/"
GLUE: Final = f"arn:aws:glue:{PLACE}:"
WORKGROUP: Final = f"arn:aws:athena:{PLACE}:workgroup/discord-gacha"
PARAMETER: Final = f"arn:aws:ssm:{PLACE}:parameter/discord-gacha/exports"


def asked(action: str, arguments: dict[str, Any]) -> list[Request]:
    """What IAM is asked for one call of the workflow."""
    export = arguments.get("ExportArn", arguments.get("TableArn", ""))
    return {
        "getParameter": [Request("ssm:GetParameter", PARAMETER)],
        "putParameter": [Request("ssm:PutParameter", PARAMETER)],
        "describeContinuousBackups": [
            Request("dynamodb:DescribeContinuousBackups", TABLE + arguments.get("TableName", ""))
        ],
        "exportTableToPointInTime": [
            Request("dynamodb:ExportTableToPointInTime", export),
            # "Set up S3 permissions" of "Requesting a table export" in DynamoDB's guide.
            *(
                Request(f"s3:{each}", f"{BUCKET}/{arguments.get('S3Prefix')}/AWSDynamoDB/x")
                for each in ("PutObject", "PutObjectAcl", "AbortMultipartUpload")
            ),
        ],
        "describeExport": [Request("dynamodb:DescribeExport", export)],
        "getNamedQuery": [Request("athena:GetNamedQuery", WORKGROUP)],
        "startQueryExecution": [
            Request("athena:StartQueryExecution", WORKGROUP),
            *(
                Request("glue:GetTable", f"{GLUE}{each}")
                for each in ("catalog", "database/discord_gacha", "table/discord_gacha/raw_users")
            ),
            Request("s3:GetBucketLocation", BUCKET),
            Request("s3:ListBucket", BUCKET),
            Request("s3:GetObject", f"{BUCKET}/raw/history/x"),
            Request("s3:PutObject", f"{BUCKET}/derived/results/x.csv"),
        ],
        "getQueryExecution": [Request("athena:GetQueryExecution", WORKGROUP)],
        "copyObject": [
            Request("s3:GetObject", f"{BUCKET}/derived/results/q-1.csv"),
            Request("s3:PutObject", f"{BUCKET}/{arguments.get('Key')}"),
        ],
    }[action]


def test_the_workflow_may_do_what_it_does_and_reads_no_table() -> None:
    held = policies(Resolved(**STACK), "ExportStateMachineRole")
    aws = exporting.Aws()
    aws.run(definition())
    actions = {action for action, _ in aws.calls}
    assert len(actions) == 9
    for call in aws.calls:
        for each in asked(*call):
            assert is_allowed(each, held), each
    reading = ("GetItem", "Query", "Scan", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem")
    for action, table in product(reading, ("discord_users", "gacha_history", "server_settings")):
        assert not is_allowed(Request(f"dynamodb:{action}", TABLE + table), held)
    for action, key in (
        ("s3:DeleteObject", f"{BUCKET}/raw/x"),
        ("s3:PutObject", f"{BUCKET}/elsewhere/x"),
        ("s3:GetObject", "arn:aws:s3:::discord-gacha-bucket-0a1b2c3d4e5f/banners/x"),
        ("ssm:PutParameter", PARAMETER.replace("exports", "other")),
        ("dynamodb:ExportTableToPointInTime", f"{TABLE}payroll"),
    ):
        assert not is_allowed(Request(action, key), held), action


@pytest.mark.parametrize("account", [AWS_ACCOUNT, LOCAL_ACCOUNT])
def test_nobody_else_reads_an_export(account: str) -> None:
    """Nor does the bot: of its functions one reads one folder, which has hashes."""
    stack = Resolved(**STACK, account=account)
    for role in stack.resources("AWS::IAM::Role"):
        held = policies(stack, role)
        is_own = role == "ExportStateMachineRole"
        for folder in ("raw/history", "derived/results", "derived/stats"):
            may = is_allowed(Request("s3:GetObject", f"{BUCKET}/{folder}/x"), held)
            assert may is (is_own or (role == "AnswerRole" and folder == "derived/stats")), role
        assert not is_allowed(Request("s3:ListBucket", BUCKET), held) or is_own


def test_the_workflows_blanks_are_those_that_the_tests_fill() -> None:
    filled = Resolved(**STACK).properties("ExportStateMachine")["DefinitionSubstitutions"]
    assert filled.keys() == exporting.SUBSTITUTIONS.keys()
