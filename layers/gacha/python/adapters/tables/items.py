"""What an item of DynamoDB's looks like, in its API and here, and the ways to read one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, Final

from adapters import aws

Item = dict[str, Any]
"""An item as DynamoDB's API writes it: every value under the name of its type."""

Row = dict[str, Any]
"""An item as Python values: whole numbers as int, the ledger's `timestamp` as Decimal."""


def put_once(table: str, row: Row) -> Item:
    return {
        "Put": {
            "TableName": os.environ[table],
            "Item": to_item(row),
            "ConditionExpression": "attribute_not_exists(user_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


_Place = tuple[str, tuple[tuple[str, Any], ...]]
_seen: Final[ContextVar[dict[_Place, Item | None] | None]] = ContextVar("seen", default=None)
"""What this run found at each key that it looked at, where it looks once."""


@contextmanager
def looking_once() -> Iterator[None]:
    """Within it an item is read once, and stays what it was: for what shows how things are."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def get(table: str, key: Row) -> Row | None:
    """The item at this key (strongly consistent), if there is one."""
    seen, place = _seen.get(), _place(table, key)
    if seen is not None and place in seen:
        item = seen[place]
    else:
        asked = {"TableName": os.environ[table], "Key": to_item(key), "ConsistentRead": True}
        item = aws.dynamodb().get_item(**asked).get("Item")
        if seen is not None:
            seen[place] = item
    return None if item is None else from_item(item)


def look_ahead(*places: tuple[str, Row]) -> None:
    """Look at items of several tables in one read, which `get` then finds one by one. Nothing where
    an item is not read once."""
    seen = _seen.get()
    if seen is None:
        return
    wanted: dict[str, list[Row]] = {}
    for table, key in places:
        if _place(table, key) not in seen:
            wanted.setdefault(table, []).append(key)
    seen |= {_place(table, key): None for table, keys in wanted.items() for key in keys}
    for table, item in _batched(wanted):
        key = from_item({name: item[name] for name in wanted[table][0]})
        seen[_place(table, key)] = item


def batch(table: str, keys: Sequence[Row]) -> list[Row]:
    """The items at up to 100 keys (strongly consistent), those that there are, in any order."""
    return [from_item(item) for _, item in _batched({table: keys} if keys else {})]


def _batched(wanted: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Item]]:
    """The items at the keys of each table, each beside its table."""
    tables = {os.environ[table]: table for table in wanted}
    request: dict[str, Any] = {
        name: {"Keys": list(map(to_item, wanted[table])), "ConsistentRead": True}
        for name, table in tables.items()
    }
    while request:  # what a throttled table left out comes back as unprocessed
        answer = aws.dynamodb().batch_get_item(RequestItems=request)
        for name, found in answer["Responses"].items():
            yield from ((tables[name], item) for item in found)
        request = dict(answer.get("UnprocessedKeys") or {})


def _place(table: str, key: Row) -> _Place:
    return table, tuple(sorted(key.items()))


def pages(**query: Any) -> Iterator[aws.Answer]:
    return aws.pages(aws.dynamodb().query, ("LastEvaluatedKey", "ExclusiveStartKey"), **query)


def to_item(row: Mapping[str, Any]) -> Item:
    return {name: _typed(value) for name, value in row.items()}


def _typed(value: Any) -> dict[str, Any]:
    """A value under the name of its type: S, N, L or M. Step Functions, which writes what Draw and
    Plan decide, calls the other types by other names than DynamoDB does.

    Raises TypeError for a value of another type.
    """
    match value:
        case str():
            return {"S": value}
        case Decimal():
            # As DynamoDB gives it back. It compares numbers, not their digits, but an emulator may
            # strip a zero when it writes a key and not when it looks for one.
            return {"N": format(value.normalize(), "f")}
        case int() if not isinstance(value, bool):
            return {"N": str(value)}
        case Mapping():
            return {"M": {name: _typed(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [_typed(each) for each in value]}
    raise TypeError(f"{type(value).__name__} is no type that a workflow writes")


def from_item(item: Mapping[str, Any]) -> Row:
    row = {name: _plain(value) for name, value in item.items()}
    if "timestamp" in row:
        row["timestamp"] = Decimal(row["timestamp"])
    return row


def _plain(value: Mapping[str, Any]) -> Any:
    """A value without the name of its type; numbers as int where they are whole, at every depth.

    Raises TypeError for a type that no table of ours holds.
    """
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return content
        case "N":
            number = Decimal(content)
            return int(number) if number == number.to_integral_value() else number
        case "M":
            return {name: _plain(each) for name, each in content.items()}
        case "L":
            return [_plain(each) for each in content]
    raise TypeError(f"{kind} is no type that a table of ours holds")
