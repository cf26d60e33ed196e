"""scripts.restore on moto's tables: copied, set up as they were, audited, removed.

moto copies a table as it is now and takes no time, so what is shown here is the tool's own part:
which calls, in which order, with which names. What AWS does in between was not rehearsed anywhere.
"""

from __future__ import annotations

import argparse
import copy
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from adapters.tables import erasures, transactions
from adapters.tables.items import from_item
from gacha import player as player_module
from gacha import snowflake
from gacha.changes import Change
from gacha.player import newcomer
from scripts import restore, stack, table_settings
from scripts.restore import Timings
from scripts.stack import Deployment, StackError
from scripts.template import Template
from tests.cloudformation import source
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, USER
from tests.unit.test_increments import export

REGION = "ap-northeast-1"
OUTPUTS = {
    "UsersTable": "discord_users",
    "HistoryTable": "gacha_history",
    "SettingsTable": "server_settings",
    "CollectionTable": "gacha_collection",
}
BUCKET = {"Bucket": "discord-gacha-bucket-0a1b"}


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The template's tables with recovery, tags, protection and scaling, in moto, which could be
    restored to any second of the last hour."""
    window = restore._window

    def of_an_hour(here: Deployment, table: str) -> tuple[datetime, datetime] | None:
        known = window(here, table)  # in moto it is the moment at which it was switched on
        return known and (known[0] - timedelta(hours=1), known[1])

    monkeypatch.setattr(restore, "_window", of_an_hour)
    with mock_aws():
        here = Deployment("test", REGION, OUTPUTS | BUCKET)
        here.__dict__["parameters"] = {"RestoredSuffix": ""}
        client = here.client("dynamodb")
        scaling = here.client("application-autoscaling")
        for table in Template().resources("AWS::DynamoDB::Table"):
            name = table.properties["TableName"]
            kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
            definition = {key: table.properties[key] for key in kept if key in table.properties}
            units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
            for index in definition.get("GlobalSecondaryIndexes", []):
                index["ProvisionedThroughput"] = units
            client.create_table(TableName=name, ProvisionedThroughput=units, **definition)
            settings = table_settings.Settings(
                recovery_days=35,
                deletion_protection=True,
                ttl=None,
                tags={"service": "gacha"},
                encryption=None,
                scaling=tuple(scaled(definition)),
            )
            table_settings.put(here, name, settings)
        assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
        for transaction in grants():
            client.transact_write_items(TransactItems=transaction)
        yield here


def scaled(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    places = [("table", "table")]
    places += [
        (f"index/{each['IndexName']}", "index")
        for each in definition.get("GlobalSecondaryIndexes", [])
    ]
    for place, kind in places:
        for mode in ("Read", "Write"):
            yield {
                "Place": place,
                "ScalableDimension": f"dynamodb:{kind}:{mode}CapacityUnits",
                "MinCapacity": 5,
                "MaxCapacity": 20,
                "Policies": [
                    {
                        "PolicyName": mode.lower(),
                        "PolicyType": "TargetTrackingScaling",
                        "TargetTrackingScalingPolicyConfiguration": {
                            "TargetValue": 70.0,
                            "PredefinedMetricSpecification": {
                                "PredefinedMetricType": f"DynamoDB{mode}CapacityUtilization"
                            },
                        },
                    }
                ],
            }


def grants(count: int = 2) -> list[list[Any]]:
    """The transactions of grants to a new player, as the adapters write them."""
    player = newcomer(PLAYER_KEY, GUILD, 1, "ab" * 32)
    found = []
    for number in range(count):
        after = replace(player, balance=player.balance + 100, version=player.version + 1)
        event = {"kind": "grant", "amount": 100, "granted_by": USER}
        id_ = str(FIRST_ID + (number << 22))
        found.append(transactions.of_change(Change(event, player, after), id_))
        player = after
    return found


def options(**given: Any) -> argparse.Namespace:
    known: dict[str, Any] = {
        "at": None,
        "rehearse": False,
        "from_copy": False,
        "close_epochs": None,
        "suffix": None,
        "dry_run": False,
        "region_of_copy": "ap-northeast-2",
        "vault": None,
        "role": None,
        "parameter": [],
        "exports": restore.EXPORTS,
        "copies_alone": False,
        "stack": None,
        "region": REGION,
    }
    return argparse.Namespace(**{**known, **given})


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(stack, "chosen", lambda given: deployment)
    return lambda **given: restore.run(options(**given), poll_s=0)


def names(deployment: Deployment) -> set[str]:
    return set(deployment.client("dynamodb").list_tables()["TableNames"])


def test_all_four_tables_come_back_as_they_were(
    deployment: Deployment, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(at="latest", suffix="-r1") == stack.FOUND
    assert names(deployment) == {each + end for each in OUTPUTS.values() for end in ("", "-r1")}
    for name in OUTPUTS.values():
        before = table_settings.read(deployment, name)
        assert table_settings.read(deployment, f"{name}-r1") == before
        assert before.scaling and before.tags == {"service": "gacha"} and before.recovery_days == 35
    client = deployment.client("dynamodb")
    assert client.scan(TableName="gacha_history-r1")["Count"] == 3  # with the opening
    out = capsys.readouterr().out
    assert "--parameter-overrides RestoredSuffix=-r1" in out
    assert "every player follows from their ledger" in out
    assert "players: 1" in out
    assert "put-function-concurrency" in out


def closed(deployment: Deployment, table: str) -> int:
    key = {"user_id": {"S": "*"}}
    item = deployment.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
    return int(item.get("epoch", {"N": "0"})["N"])


def test_a_restore_closes_all_epochs_of_the_restored_tables_alone(
    deployment: Deployment, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = int(time.time())
    assert run(at="latest", suffix="-r1") == stack.FOUND
    assert before <= closed(deployment, "discord_users-r1") <= time.time()
    assert closed(deployment, "discord_users") == 0
    assert "--close-epochs ''" in capsys.readouterr().out


def test_epochs_are_closed_before_going_back_to_other_tables(
    deployment: Deployment, run: Any
) -> None:
    with pytest.raises(StackError, match="are in use"):
        run(close_epochs="")
    with pytest.raises(StackError, match="no table discord_users-r7"):
        run(close_epochs="-r7")
    assert run(at="latest", suffix="-r1") == stack.FOUND
    deployment.__dict__["parameters"] = {"RestoredSuffix": "-r1"}  # cut over
    deployment.__dict__["tables"] = {each: f"{name}-r1" for each, name in OUTPUTS.items()}
    assert run(close_epochs="") == stack.FOUND
    assert closed(deployment, "discord_users") >= closed(deployment, "discord_users-r1") > 0


def test_the_second_is_of_awss_clock_and_never_goes_back(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.0)  # a laptop's battery was out

    hours = iter([15, 15, 14])

    def dated(parsed: dict[str, Any], **_: Any) -> None:
        date = f"Sat, 28 Nov 2026 {next(hours)}:00:00 GMT"
        parsed["ResponseMetadata"]["HTTPHeaders"]["date"] = date

    events = deployment.client("dynamodb").meta.events
    events.register("after-call.dynamodb.GetItem", dated)
    assert restore.close_epochs(deployment, "discord_users", REGION) == 1_795_878_000
    assert closed(deployment, "discord_users") == 1_795_878_000
    with pytest.raises(StackError, match="in the future"):
        restore.close_epochs(deployment, "discord_users", REGION)


def test_all_go_back_to_the_same_second(deployment: Deployment) -> None:
    plan = restore.to_a_second(deployment, "latest", None)
    assert plan.moment is not None and plan.moment.microsecond == 0
    asked = []
    client = deployment.client("dynamodb")
    client.meta.events.register(
        "provide-client-params.dynamodb.RestoreTableToPointInTime",
        lambda params, **_: asked.append(params),
    )
    restore.restore(plan, Timings(), poll_s=0)
    assert {each["RestoreDateTime"] for each in asked} == {plan.moment}
    assert [each["SourceTableName"] for each in asked] == list(OUTPUTS.values())
    assert plan.suffix == f"-r{plan.moment:%Y%m%dt%H%M%S}"


def test_a_dry_run_changes_nothing(
    deployment: Deployment, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(at="latest", dry_run=True) == stack.FOUND
    assert names(deployment) == set(OUTPUTS.values())
    out = capsys.readouterr().out
    assert "gacha_history → gacha_history-r" in out
    assert "scaling index/by_guild" in out
    assert "nothing was changed" in out


def test_a_rehearsal_leaves_nothing_behind(
    deployment: Deployment, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(rehearse=True) == stack.FOUND
    assert names(deployment) == set(OUTPUTS.values())
    targets = deployment.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="dynamodb"
    )["ScalableTargets"]
    assert not [each for each in targets if "rehearsal" in each["ResourceId"]]
    out = capsys.readouterr().out
    for step in ("start", "restored", "settings", "audit", "removed"):
        assert step in out
    assert "RestoredSuffix" not in out


def test_an_interrupted_restore_goes_on(deployment: Deployment, run: Any) -> None:
    plan = restore.to_a_second(deployment, "latest", "-r2")
    plan.items[0].start()
    plan.items[1].start()
    assert run(at=f"{plan.moment:%FT%TZ}", suffix="-r2") == stack.FOUND
    assert names(deployment) >= {f"{each}-r2" for each in OUTPUTS.values()}


def test_what_was_begun_is_neither_mixed_with_another_second_nor_deleted(
    deployment: Deployment, run: Any
) -> None:
    restore.to_a_second(deployment, "latest", "-r2").items[0].start()
    with pytest.raises(StackError, match="discord_users-r2 is there already: to go on with it"):
        run(at="latest", suffix="-r2")
    with pytest.raises(StackError, match="discord_users-r2 is there already: a rehearsal"):
        run(rehearse=True, suffix="-r2")
    assert names(deployment) == {*OUTPUTS.values(), "discord_users-r2"}


def test_an_interruption_says_how_to_go_on(
    deployment: Deployment,
    run: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restore, "_wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(at="latest")
    found = re.search(r"to go on: --at (\S+) --suffix (\S+)", capsys.readouterr().err)
    assert found is not None
    begun = names(deployment)
    plan = restore._plan(options(at=found[1], suffix=found[2]))
    assert {item.target for item in plan.items} <= begun


def test_a_second_restore_after_a_cut_over_has_one_suffix(deployment: Deployment, run: Any) -> None:
    """The stack names its tables with one suffix; `RestoredSuffix=-r2` has to find them."""
    assert run(at="latest", suffix="-r1") == stack.FOUND
    used = {output: f"{name}-r1" for output, name in OUTPUTS.items()}
    now = Deployment("test", REGION, used)
    now.__dict__["parameters"] = {"RestoredSuffix": "-r1"}
    plan = restore.to_a_second(now, "latest", "-r2")
    assert [item.source for item in plan.items] == list(used.values())
    assert [item.target for item in plan.items] == [f"{name}-r2" for name in OUTPUTS.values()]
    with pytest.raises(StackError, match="in use end in -r1 already"):
        restore.to_a_second(now, "latest", "-r1")


def test_a_split_transaction_is_found(
    deployment: Deployment, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    client = deployment.client("dynamodb")
    key = {"user_id": {"S": PLAYER_KEY}, "timestamp": {"N": number(FIRST_ID)}}
    client.delete_item(TableName="gacha_history", Key=key)  # the player's half only
    assert run(at="latest") == stack.NOT_SO
    out = capsys.readouterr().out
    assert f"VIOLATION I2 {PLAYER_KEY}" in out and f"VIOLATION I1 {PLAYER_KEY}" in out
    assert "NOT AS IT WAS: the ledger has the violations" in out


def number(id_: int) -> str:
    return format(snowflake.sort_key(str(id_)).normalize(), "f")


def test_tables_that_cannot_be_audited_are_not_called_whole(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = restore.to_a_second(deployment, "latest", "-r4")  # not restored: there is nothing
    assert restore.audit(plan) == ["the restored tables could not be audited"]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("yesterday", "takes a time such as"),
        ("2026-11-25T07:12:00", "needs a time zone"),
        ("1999-01-01T00:00:00Z", "outside of what all tables"),
        ("2999-01-01T00:00:00+09:00", "outside of what all tables"),
    ],
)
def test_a_second_that_cannot_be_is_refused(deployment: Deployment, at: str, message: str) -> None:
    with pytest.raises(StackError, match=message):
        restore.to_a_second(deployment, at, None)


def test_the_second_lies_in_every_tables_window(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 25, 7, 12, 30, tzinfo=UTC)
    windows = {
        name: (now - timedelta(minutes=number), now - timedelta(seconds=number))
        for number, name in enumerate(OUTPUTS.values(), 1)
    }
    monkeypatch.setattr(restore, "_window", lambda _, name: windows[name])
    assert restore.to_a_second(deployment, "latest", None).moment == now - timedelta(seconds=4)
    with pytest.raises(StackError, match="outside"):
        restore.to_a_second(deployment, (now - timedelta(seconds=90)).isoformat(), None)
    early = now - timedelta(seconds=59)
    assert restore.to_a_second(deployment, early.isoformat(), None).moment == early


def test_recovery_that_is_off_is_said(deployment: Deployment) -> None:
    deployment.client("dynamodb").update_continuous_backups(
        TableName="gacha_history",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    with pytest.raises(StackError, match="recovery of gacha_history is off"):
        restore.to_a_second(deployment, "latest", None)


def test_a_deleted_table_comes_from_its_system_backup(deployment: Deployment) -> None:
    """With recorded answers: moto keeps no such backups."""
    client = deployment.client("dynamodb")
    client.update_table(TableName="gacha_history", DeletionProtectionEnabled=False)
    client.delete_table(TableName="gacha_history")
    made = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    arn = f"arn:aws:dynamodb:{REGION}:123456789012:table/gacha_history/backup/1"
    with Stubber(client) as stubber:
        stubber.add_response(
            "list_backups",
            {"BackupSummaries": [{"BackupArn": arn, "BackupCreationDateTime": made}]},
            {"TableName": "gacha_history", "BackupType": "SYSTEM"},
        )
        target = "gacha_history-r3"
        item = restore._from_system_backup(deployment, "HistoryTable", "gacha_history", target)
        assert "NOT the same second" in item.how
        stubber.add_response(
            "restore_table_from_backup",
            {"TableDescription": {}},
            {"TargetTableName": target, "BackupArn": arn},
        )
        item.start()
        stubber.assert_no_pending_responses()
        stubber.add_response("list_backups", {"BackupSummaries": []})
        with pytest.raises(StackError, match="DeletedTableBackup"):
            restore._from_system_backup(deployment, "HistoryTable", "gacha_history", target)


def test_whoever_was_erased_since_is_to_be_erased_again(
    deployment: Deployment, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also who has begun anew since, and a server; and who is being erased just now."""
    now = datetime.now(UTC).replace(microsecond=0)
    back = now - timedelta(minutes=30)
    client = deployment.client("dynamodb")

    def erased(user_id: str, at: datetime | int, **more: Any) -> None:
        ms = at if isinstance(at, int) else int(at.timestamp() * 1000)
        item = {"user_id": {"S": user_id}, "epoch": {"N": "1"}, "erased": {"N": str(ms)}, **more}
        client.put_item(TableName="discord_users", Item=item)

    erased("1@9", back - timedelta(minutes=1))
    erased("2@9", back + timedelta(minutes=1))
    erased("3@9", back + timedelta(minutes=1), balance={"N": "0"})
    erased("4@9", player_module.ERASING)
    erased("*@8", back + timedelta(minutes=1))
    monkeypatch.setattr(restore, "audit", lambda plan: [])  # these players have no ledger
    assert run(at=f"{back:%Y-%m-%dT%H:%M:%SZ}", suffix="-r1") == stack.FOUND
    items = client.query(
        TableName="server_settings-r1",
        KeyConditionExpression="server_id = :erasures",
        ExpressionAttributeValues={":erasures": {"S": "erasures"}},
    )["Items"]
    dues = [erasures.Due.read(from_item(each)) for each in items]
    assert sorted(due.key for due in dues) == ["2@9", "3@9", "4@9", "server@8"]
    assert all(due.is_operators and due.at_ms <= time.time() * 1000 for due in dues)


# --- from the second Region, with recorded answers ------------------------------------------------

SEOUL = "ap-northeast-2"
EXPORTED = "discord-gacha-123456789012-files"
ROLE = "arn:aws:iam::123456789012:role/restores"


def point(table: str, day: int, status: str = "COMPLETED", hour: int = 0) -> dict[str, Any]:
    return {
        "RecoveryPointArn": f"arn:aws:backup:{SEOUL}:123456789012:recovery-point:{table}-{day}",
        "ResourceArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/{table}",
        "CreationDate": datetime(2026, 11, day, hour, tzinfo=UTC),
        "Status": status,
        "BackupSizeInBytes": 1024**3,
    }


def stubbed(monkeypatch: pytest.MonkeyPatch, points: list[dict[str, Any]]) -> Stubber:
    client = boto3.client("backup", region_name=SEOUL)
    real = Deployment.client
    monkeypatch.setattr(
        Deployment,
        "client",
        lambda self, service, region=None: (
            client if service == "backup" else real(self, service, region)
        ),
    )
    stubber = Stubber(client)
    stubber.add_response(
        "list_recovery_points_by_backup_vault",
        {"RecoveryPoints": points},
        {"BackupVaultName": ANY, "ByResourceType": "DynamoDB"},
    )
    stubber.activate()
    return stubber


def copies() -> list[dict[str, Any]]:
    every = [point(name, day) for name in OUTPUTS.values() for day in (15, 22)]
    return [*every, point("gacha_history", 24, "PARTIAL"), point("someone_elses", 24)]


def test_the_latest_weekly_copies_are_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    stubber = stubbed(monkeypatch, copies())
    plan = restore.from_copies(Template(), SEOUL, "copies", ROLE, None)
    assert (plan.region, plan.suffix, plan.moment) == (SEOUL, "-c20261122t000000", None)
    for item in plan.items:
        stubber.add_response(
            "start_restore_job",
            {"RestoreJobId": "1"},
            {
                "RecoveryPointArn": f"arn:aws:backup:{SEOUL}:123456789012:recovery-point:"
                f"{item.source}-22",
                "Metadata": {"targetTableName": item.target, "encryptionType": "KMS"},
                "IamRoleArn": ROLE,
                "IdempotencyToken": ANY,
                "ResourceType": "DynamoDB",
            },
        )
        item.start()
        template = {each.name: each.properties for each in Template().resources()}[item.output]
        protected = str(template.get("DeletionProtectionEnabled", False)).lower() == "true"
        assert item.settings.deletion_protection is protected
    stubber.assert_no_pending_responses()


def test_a_copy_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stubbed(
        monkeypatch, [each for each in copies() if "server_settings" not in each["ResourceArn"]]
    )
    with pytest.raises(StackError, match="no copy of server_settings"):
        restore.from_copies(Template(), SEOUL, "copies", ROLE, None)


def test_after_a_cut_over_the_copies_are_those_of_the_tables_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used = [point(f"{name}-r1", 29) for name in OUTPUTS.values()]
    stubbed(monkeypatch, [*copies(), *used])
    with pytest.raises(StackError, match="with --parameter RestoredSuffix=-r1"):
        restore.from_copies(Template(), SEOUL, "copies", ROLE, None)
    stubbed(monkeypatch, [*copies(), *used])
    plan = restore.from_copies(Template({"RestoredSuffix": "-r1"}), SEOUL, "copies", ROLE, "-c1")
    assert [item.source for item in plan.items] == [f"{name}-r1" for name in OUTPUTS.values()]
    assert [item.target for item in plan.items] == [f"{name}-c1" for name in OUTPUTS.values()]


def test_copies_of_different_weeks_are_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    latest = [point(name, 22) for name in OUTPUTS.values() if name != "gacha_collection"]
    stubbed(monkeypatch, [*latest, point("gacha_collection", 15)])
    with pytest.raises(StackError, match="of different backups"):
        restore.from_copies(Template(), SEOUL, "copies", ROLE, None)


def test_the_restored_copies_are_set_up_in_their_region(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    """The jobs are recorded answers; what follows them runs on moto's tables in Seoul."""
    client = deployment.client("dynamodb", SEOUL)

    def start(name: str) -> None:
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    items = []
    for output, name in OUTPUTS.items():
        target = f"{name}-c1"
        settings = replace(
            table_settings.of_template(Template(), output), tags={"a": "b"}, recovery_days=35
        )
        items.append(
            restore.Item(output, name, target, 0, "copy", settings, partial(start, target))
        )
    copied = datetime(2026, 11, 22, tzinfo=UTC)
    plan = restore.Plan(replace(deployment, name=restore.LOST), SEOUL, "-c1", None, copied, items)
    assert restore.restore(plan, Timings(), poll_s=0) == []
    assert restore.audit(plan) == []
    for item in items:
        assert table_settings.read(deployment, item.target, SEOUL).recovery_days == 35
    restore.cut_over(plan)
    said = capsys.readouterr().out
    assert "--region ap-northeast-2" in said and "RestoredSuffix=-c1" in said
    assert "scripts.move" in said


def test_the_exports_since_lead_the_copies_on_to_one_second(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way: copies of Sunday in moto's Seoul, and the exports that S3 has copied there
    with a third grant of Tuesday."""
    tokyo, seoul = (deployment.client("dynamodb", region) for region in (REGION, SEOUL))
    for name in OUTPUTS.values():
        described = tokyo.describe_table(TableName=name)["Table"]
        kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        definition = {key: described[key] for key in kept if described.get(key)}
        for index in definition.get("GlobalSecondaryIndexes", []):
            for key in set(index) - {"IndexName", "KeySchema", "Projection"}:
                del index[key]
        target = f"{name}-c20261122t000000"
        seoul.create_table(TableName=target, BillingMode="PAY_PER_REQUEST", **definition)
        for item in tokyo.scan(TableName=name)["Items"]:
            seoul.put_item(TableName=target, Item=item)
    before = {name: tokyo.scan(TableName=name)["Items"] for name in OUTPUTS.values()}
    third = grants(3)[2]
    tokyo.transact_write_items(TransactItems=third)
    s3 = deployment.client("s3", SEOUL)
    s3.create_bucket(Bucket=EXPORTED, CreateBucketConfiguration={"LocationConstraint": SEOUL})
    for name in OUTPUTS.values():
        schema = tokyo.describe_table(TableName=name)["Table"]["KeySchema"]
        keys = [each["AttributeName"] for each in schema]
        changed = [
            {"Keys": {key: item[key] for key in keys}, "NewImage": item}
            for item in tokyo.scan(TableName=name)["Items"]
            if item not in before[name]
        ]
        for begins, ends, records in ((-1440, 1440, []), (1440, 2880, changed)):
            export(s3, name, begins, ends, records)
    stubbed(monkeypatch, copies())
    plan = restore.from_copies(Template(), SEOUL, "discord-gacha", ROLE, None, "raw/")
    until = datetime(2026, 11, 24, tzinfo=UTC)
    assert (plan.moment, plan.as_of, plan.notes) == (until, until, ())
    plan.show()
    assert "which make it 2026-11-24 00:00:00 UTC for all tables" in capsys.readouterr().out
    monkeypatch.setattr(restore, "_plan", lambda given: plan)
    restore.run(options(from_copy=True, role=ROLE), poll_s=0)
    for name in OUTPUTS.values():
        restored = seoul.scan(TableName=f"{name}-c20261122t000000")["Items"]
        tombstones = [each for each in restored if each.get("user_id") == {"S": "*"}]
        assert [each for each in restored if each not in tombstones] == (
            tokyo.scan(TableName=name)["Items"]
        )
        if name == "discord_users":
            [tombstone] = tombstones
            assert tombstone["restored"] == {"N": str(int(until.timestamp()))}
    assert "every player follows from their ledger" in capsys.readouterr().out


def test_copies_without_exports_are_as_of_the_copy_and_it_is_said(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = deployment.client("s3", SEOUL)
    s3.create_bucket(Bucket=EXPORTED, CreateBucketConfiguration={"LocationConstraint": SEOUL})
    stubbed(monkeypatch, copies())
    plan = restore.from_copies(Template(), SEOUL, "discord-gacha", ROLE, None, "raw/")
    assert (plan.moment, plan.later) == (None, None)
    assert plan.as_of == datetime(2026, 11, 22, tzinfo=UTC)
    [note] = plan.notes
    assert note == "no exports lead on from the copies of 2026-11-22 00:00:00 UTC"


def test_the_suffix_is_one_that_the_template_takes() -> None:
    pattern = source()["Parameters"]["RestoredSuffix"]["AllowedPattern"]
    assert pattern == f"^({restore.SUFFIX})?$"
    assert re.fullmatch(restore.SUFFIX, f"-r{datetime.now(UTC):%Y%m%dt%H%M%S}")


# --- settings, waiting, the command ---------------------------------------------------------------


def test_differences_are_named_one_by_one(deployment: Deployment) -> None:
    wanted = table_settings.read(deployment, "gacha_history")
    assert table_settings.differences(wanted, wanted) == []
    bare = table_settings.Settings(0, False, None, {}, None, ())
    lines = table_settings.differences(replace(wanted, encryption={"Enabled": True}), bare)
    text = "\n".join(lines)
    for expected in ("recovery_days is 0, not 35", "deletion_protection", "tags", "KMS"):
        assert expected in text
    assert text.count("no scaling of") == len(wanted.scaling) == 4
    other = replace(wanted, scaling=({**wanted.scaling[0], "MaxCapacity": 10}, *wanted.scaling[1:]))
    assert len(table_settings.differences(wanted, other)) == 1
    slack = copy.deepcopy(wanted)
    slack.scaling[0]["Policies"][0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] = 90
    assert len(table_settings.differences(wanted, slack)) == 1


def test_ttl_is_put_back(deployment: Deployment) -> None:
    settings = replace(table_settings.read(deployment, "discord_users"), ttl="expires")
    table_settings.put(deployment, "discord_users", settings)
    table_settings.put(deployment, "discord_users", settings)
    assert table_settings.read(deployment, "discord_users").ttl == "expires"
    assert "TTL on expires" in list(settings.lines())


def test_it_waits_for_tables_and_their_indexes(
    monkeypatch: pytest.MonkeyPatch, deployment: Deployment
) -> None:
    plan = restore.to_a_second(deployment, "latest", "")
    client = boto3.client("dynamodb", region_name=REGION)
    monkeypatch.setitem(deployment._clients, ("dynamodb", REGION), client)
    plan = replace(plan, items=plan.items[:1])
    index = {"IndexName": "by_guild"}
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_table", "ResourceNotFoundException")
        for table, of_index in (("CREATING", "CREATING"), ("ACTIVE", "CREATING"), ("ACTIVE",) * 2):
            described = {
                "TableStatus": table,
                "GlobalSecondaryIndexes": [{**index, "IndexStatus": of_index}],
            }
            stubber.add_response("describe_table", {"Table": described})
        restore._wait(plan, 0)
        stubber.assert_no_pending_responses()
        monkeypatch.setattr(restore, "LONGEST_S", -1.0)
        stubber.add_response("describe_table", {"Table": {"TableStatus": "CREATING"}})
        with pytest.raises(StackError, match="gave up"):
            restore._wait(plan, 0)


def test_a_role_is_given_by_its_name_or_its_arn() -> None:
    """As the documents have it: AWSBackupDefaultServiceRole, whose ARN has a path."""
    with mock_aws():
        client = boto3.client("iam")
        made = client.create_role(
            RoleName="AWSBackupDefaultServiceRole",
            Path="/service-role/",
            AssumeRolePolicyDocument="{}",
        )["Role"]["Arn"]
        assert restore.role_arn("AWSBackupDefaultServiceRole", SEOUL) == made
        assert restore.role_arn(made, SEOUL) == made
        assert made.endswith(":role/service-role/AWSBackupDefaultServiceRole")
        for wrong, words in (
            ("nobody", "no role nobody"),
            ("a role", "takes the name or the ARN"),
            ("arn:aws:iam::1:role/x", "takes the name or the ARN"),
        ):
            with pytest.raises(StackError, match=words):
                restore.role_arn(wrong, SEOUL)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--at", "latest", "--rehearse"],
        ["--at", "latest", "--suffix", "r1"],
        ["--from-copy"],
        ["--from-copy", "--role", "r", "--parameter", "x"],
    ],
)
def test_bad_questions_end_in_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        restore.main(arguments)
    assert ended.value.code == stack.WRONG_QUESTION


def test_without_a_stack_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.setattr(stack, "chosen", lambda given: stack.local(tmp_path / "none.json"))
    assert stack.ending(lambda: restore.main(["--rehearse"])) == stack.WRONG_QUESTION
    assert "make run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at", "yesterday"], "--at takes a time"),
        (["--at", "2026-11-25T07:12:00"], "needs a time zone"),
        (["--from-copy", "--role", "r", "--parameter", "Nope=1"], "no parameter Nope"),
        (["--from-copy", "--role", "r", "--parameter", "Phase=huge"], "Phase has to be one of"),
    ],
)
def test_a_question_without_sense_is_refused_before_aws_is_asked(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Deployment, "client", asked)
    refused = stack.ending(lambda: restore.main([*arguments, "--stack", "gacha"]))
    assert refused == stack.WRONG_QUESTION
    assert message in capsys.readouterr().err
