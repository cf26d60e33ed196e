"""What changed since a backup, from DynamoDB's incremental exports: found, chained, applied.

The weekly copy in the second Region is up to seven days old. Where the stack exports its tables
(`Analytics`), S3 copies the exports into the same Region as they come. Each holds the last image of
every item that was written in its window, so that all windows from before the backup on, in order,
make of a restored table what it was at the end of the last one; and of all four tables the same
second, which the copies alone do not have.

Source of the files' form: DynamoDB's developer guide, "DynamoDB table export output format".
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from scripts.stack import Deployment, StackError, say

SUMMARY: Final = "manifest-summary.json"
_FOLDER: Final = "AWSDynamoDB/"
"""Below the prefix that was asked for, and around all that an export writes."""
INCREMENTAL: Final = "INCREMENTAL_EXPORT"
AT_ONCE: Final = 25
"""Items that one BatchWriteItem takes."""
THREADS: Final = 8
_TOGETHER: Final = 64
"""Requests that are read ahead; so memory holds 1,600 items."""
TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Window:
    """One finished incremental export of a table: from `begins` on, before `ends`."""

    table: str
    begins: datetime
    ends: datetime
    manifest: str
    """The key of the list of its files, which lies beside its summary."""
    items: int


@dataclass(frozen=True, slots=True)
class Chain:
    """What takes the tables from a backup to `until`: for each table its windows, in order."""

    bucket: str
    until: datetime
    windows: Mapping[str, Sequence[Window]]

    def line(self) -> str:
        number = sum(map(len, self.windows.values()))
        items = sum(each.items for windows in self.windows.values() for each in windows)
        return (
            f"then {number} incremental exports with {items:,} items, "
            f"which make it {self.until:%F %T} UTC for all tables"
        )


def found(client: Any, bucket: str, prefix: str) -> list[Window]:
    """All finished incremental exports below `prefix`. A summary is what DynamoDB writes last, and
    an export that failed has none."""
    windows = []
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for each in page.get("Contents", []):
            if not each["Key"].endswith(f"/{SUMMARY}"):
                continue
            body = client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            try:
                summary = json.loads(body)
                # Of a full one only the newer of the guide's examples has a type.
                if summary.get("exportType") == INCREMENTAL:
                    windows.append(_window(summary, each["Key"]))
            except (AttributeError, KeyError, ValueError, TypeError) as error:
                raise StackError(f"s3://{bucket}/{each['Key']} is no export: {error!r}") from None
    return windows


def _window(summary: Mapping[str, Any], key: str) -> Window:
    if summary["outputFormat"] != "DYNAMODB_JSON":
        raise ValueError(f"in the format {summary['outputFormat']}")
    return Window(
        summary["tableArn"].partition(":table/")[2],
        _moment(summary["exportFromTime"]),
        _moment(summary["exportToTime"]),
        key.replace(SUMMARY, "manifest-files.json"),
        int(summary["itemCount"]),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment.astimezone(UTC)


def chain(
    windows: Sequence[Window], tables: Sequence[str], since: datetime, bucket: str
) -> tuple[Chain | None, list[str]]:
    """What leads all tables from `since` to the latest second that they have in common; None if
    there is none. Beside it a line for each table whose exports have a gap."""
    reachable, gaps = dict[str, list[Window]](), list[str]()
    for table in tables:
        mine = sorted(
            (each for each in windows if each.table == table and each.ends > since),
            key=lambda each: (each.begins, each.ends),
        )
        reachable[table] = linked = list(_linked(mine, since))
        if len(linked) < len(mine):
            reached = max((each.ends for each in linked), default=since)
            later = mine[len(linked)].begins
            gaps.append(
                f"{table}: no export from {reached:%F %T} to {later:%F %T} UTC, "
                "so none of later can be used"
            )
    ends = [{each.ends for each in linked} for linked in reachable.values()]
    for until in sorted(set.intersection(*ends), reverse=True):
        used = {
            table: [each for each in linked if each.ends <= until]
            for table, linked in reachable.items()
        }
        if all(len(list(_linked(each, since))) == len(each) for each in used.values()):
            in_order = {
                table: sorted(each, key=lambda window: window.ends) for table, each in used.items()
            }
            return Chain(bucket, until, in_order), gaps
    return None, gaps


def _linked(windows: Sequence[Window], since: datetime) -> Iterator[Window]:
    """The windows, which are sorted by their beginnings, up to the first gap."""
    reached = since
    for each in windows:
        if each.begins > reached:
            return
        yield each
        reached = max(reached, each.ends)


def apply(
    deployment: Deployment,
    of: Chain,
    targets: Mapping[str, str],
    poll_s: float,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Write the windows into the restored tables: `targets` by the names of the tables that were
    exported. Returns how many items were written. Applying them again ends in the same."""
    written = 0
    client, files = deployment.client("dynamodb"), deployment.client("s3")
    for table, windows in of.windows.items():
        target = targets[table]
        write = partial(_write, client, target, sleep)
        with on_demand(client, target, poll_s, sleep), ThreadPoolExecutor(THREADS) as threads:
            for window in windows:
                say(f"{target}: {window.items:,} items up to {window.ends:%F %T} UTC")
                requests = _requests(files, of.bucket, window)
                # All of a window before the next begins, which may have the same items.
                while some := list(islice(_batches(requests), _TOGETHER)):
                    list(threads.map(write, some))
                    written += sum(map(len, some))
    return written


def _requests(client: Any, bucket: str, window: Window) -> Iterator[dict[str, Any]]:
    """A put or a deletion for each item of a window."""
    listed = client.get_object(Bucket=bucket, Key=window.manifest)["Body"].read()
    for line in listed.splitlines():
        file = json.loads(line)
        key = _beside(window.manifest, file["dataFileS3Key"])
        content = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        if (
            base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
            != (file["md5Checksum"])
        ):
            raise StackError(f"s3://{bucket}/{key} is not what was exported")
        for each in gzip.decompress(content).splitlines():
            record = json.loads(each)
            if image := record.get("NewImage"):
                yield {"PutRequest": {"Item": image}}
            else:
                yield {"DeleteRequest": {"Key": record["Keys"]}}


def _beside(manifest: str, key: str) -> str:
    """Where a file of an export is: of the guide's two examples, which both have a prefix, one has
    it in its keys and one has not."""
    return manifest.partition(_FOLDER)[0] + _FOLDER + key.partition(_FOLDER)[2]


def _batches(requests: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(requests, AT_ONCE)):
        yield batch


def _write(
    client: Any, table: str, sleep: Callable[[float], None], batch: list[dict[str, Any]]
) -> None:
    left = {table: batch}
    for attempt in range(TRIES):
        left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
        if not left:
            return
        sleep(random.uniform(0, min(2**attempt / 10, 10)))
    raise StackError(f"{table} does not take what is written; start again, it goes on")


@contextmanager
def on_demand(
    client: Any, table: str, poll_s: float, sleep: Callable[[float], None]
) -> Iterator[None]:
    """Let the table take writes as they come: with the five units of `growth`, a week of them
    would take hours. Its units come back afterwards."""
    described = client.describe_table(TableName=table)["Table"]
    mode = described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if mode != "PROVISIONED":
        yield
        return
    client.update_table(TableName=table, BillingMode="PAY_PER_REQUEST")
    _wait(client, table, poll_s, sleep)
    try:
        yield
    finally:
        indexes = [
            {"Update": {"IndexName": each["IndexName"], "ProvisionedThroughput": _units(each)}}
            for each in described.get("GlobalSecondaryIndexes", [])
        ]
        client.update_table(
            TableName=table,
            BillingMode="PROVISIONED",
            ProvisionedThroughput=_units(described),
            **({"GlobalSecondaryIndexUpdates": indexes} if indexes else {}),
        )
        _wait(client, table, poll_s, sleep)


def _units(of: Mapping[str, Any]) -> dict[str, int]:
    throughput = of["ProvisionedThroughput"]
    return {name: throughput[name] for name in ("ReadCapacityUnits", "WriteCapacityUnits")}


def _wait(client: Any, table: str, poll_s: float, sleep: Callable[[float], None]) -> None:
    while True:
        described = client.describe_table(TableName=table)["Table"]
        parts = [described, *described.get("GlobalSecondaryIndexes", [])]
        states = {part.get("TableStatus", part.get("IndexStatus", "ACTIVE")) for part in parts}
        if states == {"ACTIVE"}:
            return
        sleep(poll_s)
