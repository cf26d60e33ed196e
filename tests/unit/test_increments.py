"""A copy and the exports since, held against tables that are simply written to."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts import increments
from scripts.increments import Window
from scripts.stack import Deployment, StackError
from tests.increments import exported

SEOUL = "ap-northeast-2"
BUCKET = "discord-gacha-123456789012-files"
BEGAN = datetime(2026, 11, 22, tzinfo=UTC)
TABLES = ("discord_users", "gacha_history")


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with mock_aws():
        here = Deployment("(lost)", SEOUL, {})
        here.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": SEOUL}
        )
        yield here


def table(deployment: Deployment, name: str, *, units: int = 0) -> None:
    throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
    billing: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}
    if units:
        billing = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}
    index = {
        "IndexName": "by_guild",
        "KeySchema": [{"AttributeName": "guild_id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        **({"ProvisionedThroughput": throughput} if units else {}),
    }
    deployment.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": "S"} for each in ("user_id", "guild_id")
        ],
        KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[index],
        **billing,
    )


def export(
    client: Any,
    of: str,
    begins: int,
    ends: int,
    records: list[dict[str, Any]],
    *,
    files: int = 2,
) -> None:
    """An export of minutes since BEGAN."""
    window = [BEGAN + timedelta(minutes=each) for each in (begins, ends)]
    exported(client, BUCKET, of, window[0], window[1], records, files=files)


@dataclass(frozen=True)
class Write:
    minute: int
    key: str
    value: int | None
    """None deletes it."""


def item(key: str, value: int) -> dict[str, Any]:
    return {"user_id": {"S": key}, "guild_id": {"S": "1"}, "balance": {"N": str(value)}}


def as_of(writes: list[Write], minute: int) -> dict[str, int]:
    """The table when the minute begins."""
    held = dict[str, int]()
    for write in writes:
        if write.minute < minute:
            held.pop(write.key, None)
            if write.value is not None:
                held[write.key] = write.value
    return held


def records(writes: list[Write], begins: int, ends: int) -> list[dict[str, Any]]:
    """What an incremental export has of a window: each key once, with its last image."""
    before, after = as_of(writes, begins), as_of(writes, ends)
    touched = sorted({each.key for each in writes if begins <= each.minute < ends})
    found = []
    for key in touched:
        record: dict[str, Any] = {
            "Metadata": {"WriteTimestampMicros": {"N": "1"}},
            "Keys": {"user_id": {"S": key}},
        }
        if key in before:
            record["OldImage"] = item(key, before[key])
        if key in after:
            record["NewImage"] = item(key, after[key])
        found.append(record)
    return found


def held(deployment: Deployment, name: str) -> dict[str, int]:
    items = deployment.client("dynamodb").scan(TableName=name)["Items"]
    return {each["user_id"]["S"]: int(each["balance"]["N"]) for each in items}


def windows(chance: random.Random, until: int) -> list[tuple[int, int]]:
    """Windows from 0 to `until` without a gap, some of which overlap or come twice."""
    found, reached = [], 0
    while reached < until:
        ends = min(reached + chance.randint(60, 600), until)
        found.append((max(reached - chance.choice((0, 0, 90)), 0), ends))
        reached = ends
    found += chance.sample(found, 1)
    chance.shuffle(found)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_copies_of_any_moments_become_the_tables_of_one_second(
    deployment: Deployment, seed: int
) -> None:
    """The copies were made at other minutes, and are not of one second; the exports began before.
    Their windows are other ones for each table, and end at one minute that both have."""
    chance = random.Random(seed)
    until, s3 = 1440, deployment.client("s3")
    writes = {}
    for name in TABLES:
        minutes = sorted(chance.randrange(1800) for _ in range(80))
        writes[name] = [
            Write(minute, f"u{chance.randrange(30)}", chance.choice((None, minute, minute)))
            for minute in minutes
        ]
        table(deployment, f"{name}-c1")
        copied = as_of(writes[name], chance.randrange(60, 700))
        for key, value in copied.items():
            deployment.client("dynamodb").put_item(TableName=f"{name}-c1", Item=item(key, value))
        for begins, ends in windows(chance, until):
            export(s3, name, begins, ends, records(writes[name], begins, ends))
    # Of one table there is more, which is of no use alone.
    export(s3, TABLES[0], until, 1500, records(writes[TABLES[0]], until, 1500))
    found = increments.found(s3, BUCKET, "raw/")
    chain, gaps = increments.chain(found, TABLES, BEGAN, BUCKET)
    assert chain is not None and gaps == []
    assert chain.until == BEGAN + timedelta(minutes=until)
    for _ in range(2):  # begun anew, it ends in the same
        increments.apply(deployment, chain, {name: f"{name}-c1" for name in TABLES}, 0)
        for name in TABLES:
            assert held(deployment, f"{name}-c1") == as_of(writes[name], until), seed


def window(table: str, begins: int, ends: int) -> Window:
    at = [BEGAN + timedelta(minutes=each) for each in (begins, ends)]
    return Window(table, at[0], at[1], f"{table}{begins}", 1)


def led(*given: tuple[str, int, int]) -> tuple[int | None, list[str]]:
    """To which minute windows lead both tables from minute 60 on, and what is said of gaps."""
    since = BEGAN + timedelta(minutes=60)
    chain, gaps = increments.chain([window(*each) for each in given], ["a", "b"], since, BUCKET)
    if chain is None:
        return None, gaps
    return int((chain.until - BEGAN).total_seconds()) // 60, gaps


def test_a_missing_window_ends_the_chain_and_is_named() -> None:
    whole = [("a", 0, 200), ("a", 200, 300), ("b", 0, 200), ("b", 200, 300)]
    assert led(*whole) == (300, [])
    to, [gap] = led(*whole, ("b", 400, 500), ("a", 300, 500))
    assert to == 300
    assert gap.startswith("b: no export from 2026-11-22 05:00:00 to 2026-11-22 06:40:00 UTC")
    to, gaps = led(("a", 100, 200), ("b", 0, 200))
    assert to is None and gaps[0].startswith("a: no export from 2026-11-22 01:00:00")
    assert led(("a", 0, 200)) == (None, [])  # of b there is none at all
    assert led(("a", 0, 50), ("b", 0, 50)) == (None, [])  # all before the copies


def test_it_ends_where_all_tables_have_an_end() -> None:
    assert led(("a", 0, 200), ("a", 200, 300), ("b", 0, 200), ("b", 200, 290)) == (200, [])
    # 220 is an end of both, and of a nothing leads there: its window goes beyond.
    assert led(("a", 0, 200), ("a", 200, 300), ("a", 210, 220), ("b", 0, 220)) == (None, [])


def test_a_table_with_units_takes_writes_as_they_come_and_has_its_units_back(
    deployment: Deployment,
) -> None:
    table(deployment, "discord_users-c1", units=5)
    s3, seen = deployment.client("s3"), []
    export(s3, "discord_users", 0, 60, records([Write(1, "u", 7)], 0, 60))
    chain, _ = increments.chain(increments.found(s3, BUCKET, "raw/"), TABLES[:1], BEGAN, BUCKET)
    assert chain is not None
    client = deployment.client("dynamodb")
    write = client.batch_write_item

    def noted(**request: Any) -> Any:
        described = client.describe_table(TableName="discord_users-c1")["Table"]
        seen.append(described.get("BillingModeSummary", {}).get("BillingMode"))
        return write(**request)

    client.batch_write_item = noted
    increments.apply(deployment, chain, {"discord_users": "discord_users-c1"}, 0)
    assert seen == ["PAY_PER_REQUEST"]
    described = client.describe_table(TableName="discord_users-c1")["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    [index] = described["GlobalSecondaryIndexes"]
    for part in (described, index):
        units = part["ProvisionedThroughput"]
        assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (5, 5)


def test_what_a_batch_left_is_written_again(deployment: Deployment) -> None:
    table(deployment, "t")
    client = deployment.client("dynamodb")
    write, calls = client.batch_write_item, []

    def busy(RequestItems: Any) -> Any:
        calls.append(len(RequestItems["t"]))
        if len(calls) < 3:
            return {"UnprocessedItems": {"t": RequestItems["t"][1:]}}
        return write(RequestItems=RequestItems)

    client.batch_write_item = busy
    batch = [{"PutRequest": {"Item": item(f"u{number}", 1)}} for number in range(5)]
    increments._write(client, "t", lambda _: None, batch)
    assert calls == [5, 4, 3]
    client.batch_write_item = lambda RequestItems: {"UnprocessedItems": RequestItems}
    with pytest.raises(StackError, match="goes on"):
        increments._write(client, "t", lambda _: None, batch)


def test_a_full_export_is_left_and_a_damaged_one_is_named(deployment: Deployment) -> None:
    s3 = deployment.client("s3")
    for full in ({"exportType": "FULL_EXPORT", "tableArn": "x"}, {"tableArn": "x"}):
        body = json.dumps(full).encode()
        s3.put_object(Bucket=BUCKET, Key=f"raw/f{len(full)}/manifest-summary.json", Body=body)
    assert increments.found(s3, BUCKET, "raw/") == []
    assert increments.found(s3, BUCKET, "elsewhere/") == []
    export(s3, "discord_users", 0, 60, records([Write(1, "u", 7)], 0, 60), files=1)
    [found] = increments.found(s3, BUCKET, "raw/")
    s3.put_object(
        Bucket=BUCKET,
        Key="raw/discord_users/AWSDynamoDB/data/22000000-22010000-0.json.gz",
        Body=gzip.compress(b""),
    )
    with pytest.raises(StackError, match="is not what was exported"):
        list(increments._requests(s3, BUCKET, found))
    for broken in (b"{", b'{"exportType": "INCREMENTAL_EXPORT"}', b"[]"):
        s3.put_object(Bucket=BUCKET, Key="raw/g/manifest-summary.json", Body=broken)
        with pytest.raises(StackError, match=r"raw/g/manifest-summary\.json is no export"):
            increments.found(s3, BUCKET, "raw/")


@pytest.mark.parametrize("prefix", [True, False])
def test_keys_in_a_manifest_may_have_the_exports_prefix_or_not(
    deployment: Deployment, prefix: bool
) -> None:
    s3 = deployment.client("s3")
    written, ends = records([Write(1, "u", 7)], 0, 60), BEGAN + timedelta(hours=1)
    exported(s3, BUCKET, "discord_users", BEGAN, ends, written, prefix=prefix)
    [found] = increments.found(s3, BUCKET, "raw/")
    [request] = increments._requests(s3, BUCKET, found)
    assert request["PutRequest"]["Item"]["user_id"] == {"S": "u"}


def test_the_fields_are_those_of_dynamodbs_own_description_of_an_export() -> None:
    """Held against botocore's model of the same facts, as far as it has them."""
    shape: Any = boto3.client("dynamodb", region_name=SEOUL).meta.service_model.shape_for(
        "ExportDescription"
    )
    assert {"ExportManifest", "TableArn", "ItemCount", "ExportType"} <= set(shape.members)
    kinds = shape.members["ExportType"].enum
    assert increments.INCREMENTAL in kinds
