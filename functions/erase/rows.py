"""How rows are deleted and changed: the only module of the project that deletes any."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from adapters import aws
from adapters.tables import items

USERS: Final = "DYNAMODB_USERS_TABLE"
HISTORY: Final = "DYNAMODB_HISTORY_TABLE"
SETTINGS: Final = "DYNAMODB_SETTINGS_TABLE"
COLLECTION: Final = "DYNAMODB_COLLECTION_TABLE"

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    USERS: ("user_id",),
    HISTORY: ("user_id", "timestamp"),
    SETTINGS: ("server_id", "setting"),
    COLLECTION: ("user_id", "page"),
}

PAGE: Final = 100
"""Rows that are read before what they name is looked after and they are deleted: 300 KB at most."""

_AT_ONCE: Final = 25
"""Deletions to a request, by BatchWriteItem's quota."""

_TRIES: Final = 8
_PAUSE_S: Final = 0.1


class LeftError(Exception):
    """The tables take no more now: the workflow's retry goes on with what is left."""


class Budget:
    """Until when a run begins something new. What it began it ends, which takes a few seconds."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until


def key_of(table: str, row: Mapping[str, Any]) -> items.Row:
    return {name: row[name] for name in KEYS[table]}


def partition(table: str, value: str, low: str = "", high: str = "") -> Iterator[list[items.Row]]:
    """The rows of a partition, page by page, strongly consistent; of the settings those between two
    names only, both of which are included."""
    hash_name, *rest = KEYS[table]
    asked: dict[str, Any] = {
        "TableName": os.environ[table],
        "KeyConditionExpression": f"{hash_name} = :value",
        "ExpressionAttributeValues": items.to_item({":value": value}),
        "ConsistentRead": True,
        "Limit": PAGE,
    }
    if high:
        asked["KeyConditionExpression"] += f" AND {rest[0]} BETWEEN :low AND :high"
        asked["ExpressionAttributeValues"] |= items.to_item({":low": low, ":high": high})
    for page in items.pages(**asked):
        yield [items.from_item(item) for item in page["Items"]]


def delete(table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Delete these rows, by their keys; how many. Raises LeftError where the table is throttled for
    longer than a run can wait."""
    keys = [items.to_item(key_of(table, row)) for row in rows]
    for first in range(0, len(keys), _AT_ONCE):
        _delete(os.environ[table], keys[first : first + _AT_ONCE])
    return len(keys)


def _delete(name: str, keys: list[items.Item]) -> None:
    left: dict[str, Any] = {name: [{"DeleteRequest": {"Key": key}} for key in keys]}
    for attempt in range(_TRIES):
        if not left:
            return
        if attempt:
            time.sleep(random.uniform(0, _PAUSE_S * 2**attempt))
        answer = aws.dynamodb().batch_write_item(RequestItems=left)
        left = dict(answer.get("UnprocessedItems") or {})
    if left:
        raise LeftError(f"{name} did not delete {sum(map(len, left.values()))} rows")


def write(*transaction: items.Item) -> bool:
    """All of it or nothing; whether its conditions held. Raises ServiceError for all else."""
    try:
        aws.dynamodb().transact_write_items(TransactItems=list(transaction))
    except aws.ServiceError as error:
        if error.code != "TransactionCanceledException":
            raise
        codes = [each.get("Code") for each in error.answer["CancellationReasons"]]
        if "ConditionalCheckFailed" in codes:
            return False
        # Another transaction on the same rows, or throttling: both pass.
        raise LeftError(f"the tables are busy: {codes}") from None
    return True


def changed(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> items.Item:
    """What makes `after` of a row, if what differs is still as `before` had it. Attributes that
    others change meanwhile stay as they make them."""
    names = [name for name in before if before[name] != after[name]]
    attributes = {f"#{at}": name for at, name in enumerate(names)}
    values = {f":a{at}": after[name] for at, name in enumerate(names)}
    values |= {f":b{at}": before[name] for at, name in enumerate(names)}
    return {
        "Update": {
            "TableName": os.environ[table],
            "Key": items.to_item(key_of(table, before)),
            "UpdateExpression": "SET " + ", ".join(f"#{at} = :a{at}" for at in range(len(names))),
            "ConditionExpression": " AND ".join(f"#{at} = :b{at}" for at in range(len(names))),
            "ExpressionAttributeNames": attributes,
            "ExpressionAttributeValues": items.to_item(values),
        }
    }


def removed(table: str, row: Mapping[str, Any], **same: Any) -> items.Item:
    """What deletes one row within a transaction, if it has these values."""
    delete_: dict[str, Any] = {
        "TableName": os.environ[table],
        "Key": items.to_item(key_of(table, row)),
    }
    if same:
        names = list(same)
        delete_ |= {
            "ConditionExpression": " AND ".join(f"#{at} = :{at}" for at in range(len(names))),
            "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(names)},
            "ExpressionAttributeValues": items.to_item(
                {f":{at}": same[name] for at, name in enumerate(names)}
            ),
        }
    return {"Delete": delete_}
