"""DynamoDB's exports, a parameter and Athena, as much as the export workflow meets of them.

By "DynamoDB data export to Amazon S3: how it works" and "Requesting a table export" of DynamoDB's
guide: an export's times lie within point-in-time recovery, a window has 15 minutes to 24 hours, its
end is not included, and a token that came before gets the export that it got then. Requests are
held against AWS's own models of the services (`tests.models`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tests import models
from tests.faults import asl

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
RECOVERY: Final = 35 * DAY
"""Seconds that point-in-time recovery reaches back."""

LAG: Final = 5 * MINUTE
"""Seconds by which the latest restorable time is behind, typically."""

BEGAN: Final = 1_795_910_400
"""When the tables were made: 2026-11-29, 0:00 UTC."""

SUBSTITUTIONS: Final = {
    "Users": "discord_users",
    "UsersArn": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/discord_users",
    "History": "gacha_history",
    "HistoryArn": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/gacha_history",
    "Settings": "server_settings",
    "SettingsArn": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/server_settings",
    "Collection": "gacha_collection",
    "CollectionArn": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/gacha_collection",
    "Bucket": "discord-gacha-analyticsbucket-0a1b2c3d",
    "KeyArn": "none",
    "Parameter": "/discord-gacha/exports",
    "StatsQueryId": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "Database": "discord_gacha",
    "WorkGroup": "discord-gacha",
}


@dataclass
class Export:
    """One export as DynamoDB keeps it; times are Unix seconds. `start` is None of a full one."""

    table: str
    prefix: str
    start: int | None
    end: int
    begun: float
    ready: float
    fails: bool
    request: dict[str, Any]

    def status(self, now: float) -> str:
        if now < self.ready:
            return "IN_PROGRESS"
        return "FAILED" if self.fails else "COMPLETED"


@dataclass
class Aws:
    """At a time that only waiting moves on. `broken` are tables whose exports fail, `refuses` calls
    that are refused, each by its error."""

    time: float = BEGAN + DAY
    value: str = "none"
    minutes: float = 8
    """How long an export takes."""

    began: dict[str, float] = field(default_factory=dict)
    """Table → since when it can be recovered, where that is not `BEGAN`."""

    broken: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answer: str = "SUCCEEDED"
    exports: dict[str, Export] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """Key → where it was copied from."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(52))

    # --- the host of an execution (tests/faults/asl.py) -------------------------------------------

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def random(self) -> float:
        return self._random.random()

    def entered(self, state: str, _data: Any) -> None:
        self.states.append(state)

    def invoke(self, *_: Any) -> Any:
        raise AssertionError("no function is a part of it")

    def call(self, service: str, action: str, arguments: Any, _timeout: float | None) -> Any:
        models.check(service, action, arguments)
        self.calls.append((action, arguments))
        if action in self.refuses:
            raise asl.StateError(self.refuses[action], "refused")
        answer = getattr(self, f"_{action}")(arguments)
        models.check_answer(service, action, answer)
        return answer

    def run(self, definition: asl.Definition, name: str = "run") -> Any:
        """One execution to its end; its output. Raises StateError where it fails."""
        self.states.clear()
        execution = {"Input": {}, "Name": name}
        return asl.run(definition, self, execution, definition.start_at, {})

    # --- the services -----------------------------------------------------------------------------

    def _getParameter(self, _asked: Any) -> Any:
        return {"Parameter": {"Value": self.value}}

    def _putParameter(self, asked: Any) -> Any:
        assert asked["Overwrite"] is True
        self.value = asked["Value"]
        return {"Version": 2}

    def recovery(self, table: str) -> tuple[int, int]:
        """From when to when the table can be exported, in whole seconds."""
        began = self.began.get(table, BEGAN)
        return int(max(began, self.time - RECOVERY)), int(self.time - LAG)

    def _describeContinuousBackups(self, asked: Any) -> Any:
        earliest, latest = self.recovery(asked["TableName"])
        reach = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "EarliestRestorableDateTime": iso(earliest),
            "LatestRestorableDateTime": iso(latest),
        }
        told = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": reach}
        return {"ContinuousBackupsDescription": told}

    def _exportTableToPointInTime(self, asked: Any) -> Any:
        table = asked["TableArn"].rpartition("/")[2]
        if token := self.tokens.get(asked["ClientToken"]):
            assert self.exports[token].request == asked, "another request under the same token"
            return {"ExportDescription": {"ExportArn": token, "ExportStatus": "IN_PROGRESS"}}
        window = asked.get("IncrementalExportSpecification", {})
        start = seconds(window["ExportFromTime"]) if window else None
        end = seconds(window["ExportToTime"] if window else asked["ExportTime"])
        earliest, latest = self.recovery(table)
        if not earliest <= (end if start is None else start) <= end <= latest:
            raise asl.StateError("DynamoDb.InvalidExportTimeException", "outside of recovery")
        if start is not None and not 15 * MINUTE <= end - start <= DAY:
            raise asl.StateError("DynamoDb.DynamoDbException", "a window of another length")
        arn = f"{asked['TableArn']}/export/{int(self.time * 1000):014d}-{len(self.exports):08x}"
        fails = table in self.broken
        if fails:
            self.broken.remove(table)
        self.exports[arn] = Export(
            table,
            asked["S3Prefix"],
            start,
            end,
            self.time,
            self.time + self.minutes * MINUTE,
            fails,
            asked,
        )
        self.tokens[asked["ClientToken"]] = arn
        return {"ExportDescription": {"ExportArn": arn, "ExportStatus": "IN_PROGRESS"}}

    def _describeExport(self, asked: Any) -> Any:
        export = self.exports[asked["ExportArn"]]
        status = export.status(self.time)
        told: dict[str, Any] = {"ExportArn": asked["ExportArn"], "ExportStatus": status}
        if status == "COMPLETED":
            told |= {"ItemCount": 7, "BilledSizeBytes": 1_024}
        if status == "FAILED":
            told |= {"FailureCode": "S3NoSuchBucket", "FailureMessage": "no such bucket"}
        return {"ExportDescription": told}

    def _getNamedQuery(self, _asked: Any) -> Any:
        return {"NamedQuery": {"Name": "stats", "Database": "any", "QueryString": "SELECT 1"}}

    def _startQueryExecution(self, asked: Any) -> Any:
        assert asked["QueryString"] == "SELECT 1"
        return {"QueryExecutionId": "q-1"}

    def _getQueryExecution(self, asked: Any) -> Any:
        looks = sum(action == "getQueryExecution" for action, _ in self.calls)
        status: dict[str, Any] = {"State": "RUNNING" if looks % 2 else self.answer}
        if status["State"] in ("FAILED", "CANCELLED"):
            status["StateChangeReason"] = "Query cancelled! : Bytes scanned limit was exceeded"
        place = "s3://discord-gacha-analyticsbucket-0a1b2c3d/derived/results/q-1.csv"
        return {
            "QueryExecution": {
                "Status": status,
                "ResultConfiguration": {"OutputLocation": place},
                **({"Statistics": {"DataScannedInBytes": 4_096}} if looks % 2 == 0 else {}),
            }
        }

    def _copyObject(self, asked: Any) -> Any:
        self.files[asked["Key"]] = asked["CopySource"]
        return {"CopyObjectResult": {"ETag": '"0a1b"'}}

    # --- what is there ----------------------------------------------------------------------------

    def whole(self, table: str) -> Iterator[Export]:
        """The table's exports that were completed."""
        for export in self.exports.values():
            if export.table == table and export.status(self.time) == "COMPLETED":
                yield export


def iso(second: float) -> str:
    """As Step Functions gives times of AWS's answers."""
    at = datetime.fromtimestamp(second, UTC).isoformat(timespec="milliseconds")
    return at.replace("+00:00", "Z")


def seconds(time: str) -> int:
    at = datetime.fromisoformat(time).timestamp()
    assert at == int(at), "no whole second"
    return int(at)
