"""DynamoDB in memory, at the boundary of boto3's client: what the adapters use of it, and no more.

Every operation is one indivisible step. Expressions outside the grammar below raise
NotImplementedError, and tests/faults/test_dynamodb.py compares it with ministack's over generated
operations, so that what the suite proves does not rest on a fake that flatters.
"""

from __future__ import annotations

import json
import re
from collections import UserDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import boto3

Item = dict[str, Any]
Key = tuple[Any, ...]

MOST_ITEMS: Final = 100
"""Items to a transaction (DynamoDB's quotas)."""

MOST_IN_A_BATCH: Final = 25
"""Requests to a BatchWriteItem."""

_REQUEST: Final[Mapping[str, frozenset[str]]] = {
    "get_item": frozenset({"TableName", "Key", "ConsistentRead"}),
    "batch_get_item": frozenset({"RequestItems"}),
    "query": frozenset(
        {
            "TableName",
            "IndexName",
            "KeyConditionExpression",
            "FilterExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ScanIndexForward",
            "Limit",
            "ConsistentRead",
            "ExclusiveStartKey",
            "Select",
        }
    ),
    "scan": frozenset({"TableName", "ConsistentRead", "ExclusiveStartKey", "Limit"}),
    "Put": frozenset({"TableName", "Item"}),
    "Update": frozenset({"TableName", "Key", "UpdateExpression"}),
    "ConditionCheck": frozenset({"TableName", "Key"}),
    "Delete": frozenset({"TableName", "Key"}),
}
_CONDITIONAL: Final = frozenset(
    {
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)


@dataclass(frozen=True)
class Schema:
    """The key of a table or index; `ranges` maps an index to its own key."""

    hash: str
    range: str | None
    indexes: Mapping[str, tuple[str, str | None, str]] = field(default_factory=dict)
    """Index name → its hash key, its range key, its projection."""

    @property
    def names(self) -> list[str]:
        return [self.hash, *([self.range] if self.range else [])]

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Schema:
        """As the template describes the table."""
        indexes = {}
        for index in properties.get("GlobalSecondaryIndexes", []):
            indexes[index["IndexName"]] = (
                *_key_names(index),
                index["Projection"]["ProjectionType"],
            )
        return cls(*_key_names(properties), indexes)


def _key_names(described: Mapping[str, Any]) -> tuple[str, str | None]:
    by_kind = {each["KeyType"]: each["AttributeName"] for each in described["KeySchema"]}
    return by_kind["HASH"], by_kind.get("RANGE")


class Table(UserDict[Key, Item]):
    """A table's items by their key, and by the partition that they are in: the table's own and
    those of its indexes, an item being in none of an index whose hash key it lacks."""

    def __init__(self, schema: Schema) -> None:
        self._hashes: Final = {schema.hash, *(each[0] for each in schema.indexes.values())}
        self._partitions: defaultdict[tuple[str, Any], dict[Key, Item]] = defaultdict(dict)
        super().__init__()

    def partition(self, name: str, value: Mapping[str, Any]) -> list[Item]:
        """The items whose hash key of this name has this value."""
        return list(self._partitions.get((name, _comparable(value)), {}).values())

    def __setitem__(self, key: Key, item: Item) -> None:
        self.pop(key, None)
        super().__setitem__(key, item)
        for place in self._places(item):
            self._partitions[place][key] = item

    def __delitem__(self, key: Key) -> None:
        for place in self._places(self[key]):
            del self._partitions[place][key]
        super().__delitem__(key)

    def _places(self, item: Item) -> list[tuple[str, Any]]:
        return [(name, _comparable(item[name])) for name in self._hashes if name in item]


class DynamoDB:
    """The tables, and the client's operations on them."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self.tables: dict[str, Table] = {name: Table(each) for name, each in schemas.items()}
        self.exceptions = real_client().exceptions
        self._tokens: dict[str, str] = {}

    # --- reading ----------------------------------------------------------------------------------

    def get_item(self, **request: Any) -> dict[str, Any]:
        names = request.pop("ProjectionExpression", None)  # of top-level attributes
        _known("get_item", request)
        item = self._table(request).get(self._key(request["TableName"], request["Key"]))
        if item is not None and names is not None:
            item = {name: item[name] for name in names.split(", ") if name in item}
        return {} if item is None else {"Item": deepcopy(item)}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        _known("batch_get_item", request)
        responses: dict[str, list[Item]] = {}
        for table, asked in request["RequestItems"].items():
            if unknown := asked.keys() - {"Keys", "ConsistentRead"}:
                raise NotImplementedError(f"batch_get_item: {sorted(unknown)}")
            keys = [self._key(table, key) for key in asked["Keys"]]
            if len(set(keys)) < len(keys):
                raise self._invalid("Provided list of item keys contains duplicates")
            items = (self.tables[table].get(key) for key in keys)
            responses[table] = [deepcopy(item) for item in items if item is not None]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def query(self, **request: Any) -> dict[str, Any]:
        _known("query", request)
        schema = self._schemas[request["TableName"]]
        hash_name, range_name, shown = schema.hash, schema.range, None
        if index := request.get("IndexName"):
            if request.get("ConsistentRead"):
                raise self._invalid("Consistent reads are not supported on global indexes")
            hash_name, range_name, projection = schema.indexes[index]
            names = {name for name in (hash_name, range_name) if name}
            if projection == "KEYS_ONLY":
                shown = {*schema.names, *names}
            elif projection != "ALL":
                raise NotImplementedError(f"projection {projection}")
        holds = _condition(request["KeyConditionExpression"], request)
        partition = self._table(request).partition(hash_name, self._partition(hash_name, request))
        items = [item for item in partition if range_name in (None, *item) and holds(item)]
        order = [name for name in (range_name, *schema.names) if name]
        items.sort(key=lambda item: [_sortable(item[name]) for name in order])
        if not request.get("ScanIndexForward", True):
            items.reverse()
        last = request.get("ExclusiveStartKey")
        if last is not None:
            # What lies behind it, whether or not it is there still.
            begin = [_sortable(last[name]) for name in order]
            backwards = not request.get("ScanIndexForward", True)
            places = ([_sortable(item[name]) for name in order] for item in items)
            behind = [(place < begin) if backwards else (place > begin) for place in places]
            items = [item for item, is_behind in zip(items, behind, strict=True) if is_behind]
        page = items[: request.get("Limit", len(items))]
        keep = (
            _condition(request["FilterExpression"], request)
            if ("FilterExpression" in request)
            else (lambda _: True)
        )
        answer: dict[str, Any] = {
            "Items": [
                {
                    name: deepcopy(value)
                    for name, value in item.items()
                    if not shown or name in shown
                }
                for item in page
                if keep(item)
            ],
            "ScannedCount": len(page),
        }
        answer["Count"] = len(answer["Items"])
        if request.get("Select", "ALL_ATTRIBUTES") == "COUNT":
            del answer["Items"]
        if page and len(page) == request.get("Limit"):  # even where nothing follows
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in order}
        return answer

    def scan(self, **request: Any) -> dict[str, Any]:
        _known("scan", request)
        return {"Items": [deepcopy(item) for item in self._table(request).values()]}

    def get_paginator(self, operation: str) -> Paginator:
        return Paginator(self, operation)

    # --- writing ----------------------------------------------------------------------------------

    def batch_write_item(self, **request: Any) -> dict[str, Any]:
        """Of deletions only, each of them by itself."""
        if unknown := request.keys() - {"RequestItems"}:
            raise NotImplementedError(f"batch_write_item: {sorted(unknown)}")
        keys: list[tuple[str, Key]] = []
        for table, asked in request["RequestItems"].items():
            if any(each.keys() != {"DeleteRequest"} for each in asked):
                raise NotImplementedError("batch_write_item of more than deletions")
            keys += [(table, self._key(table, each["DeleteRequest"]["Key"])) for each in asked]
        if not 1 <= len(keys) <= MOST_IN_A_BATCH:
            raise self._invalid("a batch has 1 to 25 requests")
        if len(set(keys)) < len(keys):
            raise self._invalid("Provided list of item keys contains duplicates")
        for table, key in keys:
            self.tables[table].pop(key, None)
        return {"UnprocessedItems": {}}

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._alone("Put", request)

    def update_item(self, **request: Any) -> dict[str, Any]:
        wanted = request.pop("ReturnValues", "NONE")
        if wanted not in ("NONE", "UPDATED_OLD"):
            raise NotImplementedError(f"ReturnValues={wanted}")
        table, key = self._where("Update", request)
        before = deepcopy(self.tables[table].get(key, {}))
        self._alone("Update", request)
        after = self.tables[table][key]
        changed = {name: each for name, each in before.items() if after.get(name) != each}
        return {"Attributes": changed} if wanted == "UPDATED_OLD" and changed else {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        if unknown := request.keys() - {"TransactItems", "ClientRequestToken"}:
            raise NotImplementedError(f"transact_write_items: {sorted(unknown)}")
        token = request.get("ClientRequestToken")
        if token is not None:
            same = json.dumps(request["TransactItems"], sort_keys=True)
            if self._tokens.setdefault(token, same) != same:
                raise self._error("IdempotentParameterMismatchException", "another request")
        actions = [next(iter(each.items())) for each in request["TransactItems"]]
        if not 1 <= len(actions) <= MOST_ITEMS or any(
            len(e) != 1 for e in request["TransactItems"]
        ):
            raise self._invalid("a transaction has 1 to 100 items, each with one operation")
        touched = self.touched(request["TransactItems"])
        if len(set(touched)) < len(touched):
            raise self._invalid("a transaction may name an item only once")
        reasons = [self._refusal(kind, action) for kind, action in actions]
        if any(reason["Code"] != "None" for reason in reasons):
            raise self.cancelled(reasons)
        for kind, action in actions:
            self._apply(kind, action)
        return {}

    def touched(self, actions: Iterable[Mapping[str, Any]]) -> list[tuple[str, Key]]:
        """Table and key of each item that a transaction's actions name."""
        return [self._where(*next(iter(each.items()))) for each in actions]

    def cancelled(self, reasons: list[dict[str, Any]]) -> Exception:
        codes = ", ".join(reason["Code"] for reason in reasons)
        return self._error(
            "TransactionCanceledException",
            f"Transaction cancelled, please refer cancellation reasons for details [{codes}]",
            CancellationReasons=reasons,
        )

    def _alone(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        reason = self._refusal(kind, request)
        if reason["Code"] != "None":
            raise self._error("ConditionalCheckFailedException", str(reason["Message"]))
        self._apply(kind, request)
        return {}

    def _refusal(self, kind: str, action: Mapping[str, Any]) -> dict[str, Any]:
        """The reason why the action cannot be, with the code "None" where it can."""
        _known(kind, action, _CONDITIONAL)
        if "ConditionExpression" in action:
            table, key = self._where(kind, action)
            item = self.tables[table].get(key)
            if not _condition(action["ConditionExpression"], action)(item or {}):
                reason = {
                    "Code": "ConditionalCheckFailed",
                    "Message": "The conditional request failed",
                }
                wanted = action.get("ReturnValuesOnConditionCheckFailure", "NONE")
                return reason | ({"Item": deepcopy(item)} if item and wanted == "ALL_OLD" else {})
        return {"Code": "None"}

    def _apply(self, kind: str, action: Mapping[str, Any]) -> None:
        table, key = self._where(kind, action)
        items = self.tables[table]
        match kind:
            case "Put":
                items[key] = _normal(deepcopy(action["Item"]))
            case "Update":
                before = items.get(key) or _normal(deepcopy(action["Key"]))
                items[key] = _updated(deepcopy(before), action)
            case "Delete":
                items.pop(key, None)

    def _where(self, kind: str, action: Mapping[str, Any]) -> tuple[str, Key]:
        given = action["Item"] if kind == "Put" else action["Key"]
        return action["TableName"], self._key(action["TableName"], given)

    def _table(self, request: Mapping[str, Any]) -> Table:
        return self.tables[request["TableName"]]

    def _partition(self, name: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The value that a query's condition demands of the hash key: exactly one, as of all."""
        parts = re.split(r"\s+AND\s+", request["KeyConditionExpression"], flags=re.IGNORECASE)
        names = request.get("ExpressionAttributeNames", {})
        for part in parts:
            asked, _, value = (each.strip() for each in part.partition("="))
            if names.get(asked, asked) == name and value in request["ExpressionAttributeValues"]:
                found: Mapping[str, Any] = request["ExpressionAttributeValues"][value]
                return found
        raise self._invalid(f"Query condition missed key schema element: {name}")

    def _key(self, table: str, item: Mapping[str, Any]) -> Key:
        return tuple(_comparable(item[name]) for name in self._schemas[table].names)

    def _error(self, code: str, message: str, **more: Any) -> Exception:
        known = {"Error": {"Code": code, "Message": message}, **more}
        error: Exception = self.exceptions.from_code(code)(known, "Operation")
        return error

    def _invalid(self, message: str) -> Exception:
        return self._error("ValidationException", message)


class Paginator:
    """`get_paginator(...).paginate(...)`, over any client with the operation."""

    def __init__(self, client: Any, operation: str) -> None:
        if operation not in ("query", "scan", "list_executions"):
            raise NotImplementedError(f"a paginator of {operation}")
        self._call = getattr(client, operation)

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        if "PaginationConfig" in request:
            raise NotImplementedError("PaginationConfig")
        while True:
            page = self._call(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


@cache
def real_client() -> Any:
    """A client that never calls anybody: it knows the classes of its exceptions."""
    return boto3.client("dynamodb", region_name="ap-northeast-1")


def _known(kind: str, request: Mapping[str, Any], more: frozenset[str] = frozenset()) -> None:
    if unknown := request.keys() - _REQUEST[kind] - more:
        raise NotImplementedError(f"{kind}: {sorted(unknown)} is not known here")


# --- values ---------------------------------------------------------------------------------------


def _normal(item: Item) -> Item:
    """Numbers as DynamoDB gives them back: without trailing zeros."""
    return {name: _normal_value(value) for name, value in item.items()}


def _normal_value(value: dict[str, Any]) -> dict[str, Any]:
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return {"N": _digits(Decimal(content))}
        case "L":
            return {"L": [_normal_value(each) for each in content]}
        case "M":
            return {"M": _normal(content)}
        case "S" | "BOOL" | "NULL":
            return value
    raise NotImplementedError(f"a value of type {kind}")


def _digits(number: Decimal) -> str:
    if len(number.as_tuple().digits) > 38:
        raise NotImplementedError("more than 38 digits")
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _comparable(value: Mapping[str, Any]) -> Any:
    """What two values must have in common to be equal."""
    [(kind, content)] = value.items()
    if kind == "N":
        return kind, Decimal(content)
    return kind, json.dumps(_normal_value(dict(value)), sort_keys=True)


def _sortable(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    if kind == "N":
        return Decimal(content)
    if kind == "S":
        return content.encode()
    raise NotImplementedError(f"order of type {kind}")


# --- expressions ----------------------------------------------------------------------------------

Holds = Callable[[Mapping[str, Any]], bool]
Operand = Callable[[Mapping[str, Any]], Any]  # of an item; None where there is no value

_TOKEN: Final = re.compile(r"\s*([A-Za-z_][\w]*|[#:][\w]+|<>|<=|>=|[=<>(),+-])")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


class _Tokens:
    def __init__(self, expression: str, request: Mapping[str, Any]) -> None:
        self._tokens: list[str] = []
        at = 0
        while expression[at:].strip():
            found = _TOKEN.match(expression, at)
            if found is None:
                raise NotImplementedError(f"expression {expression!r} at {at}")
            self._tokens.append(found[1])
            at = found.end()
        self._names = request.get("ExpressionAttributeNames", {})
        self._values = request.get("ExpressionAttributeValues", {})

    def peek(self) -> str | None:
        return self._tokens[0] if self._tokens else None

    def word(self) -> str | None:
        """The next token as a keyword."""
        following = self.peek()
        return None if following is None else following.upper()

    def take(self, expected: str | None = None) -> str:
        if not self._tokens:
            raise NotImplementedError("the expression ends early")
        token = self._tokens.pop(0)
        if expected is not None and token.upper() != expected:
            raise NotImplementedError(f"{expected} expected, found {token}")
        return token

    def path(self) -> str:
        token = self.take()
        if token.startswith("#"):
            return str(self._names[token])
        if not re.fullmatch(r"[A-Za-z_]\w*", token):
            raise NotImplementedError(f"a name expected, found {token}")
        return token

    def operand(self) -> Operand:
        following = self.peek() or ""
        if following.startswith(":"):
            value = self._values[self.take()]
            return lambda _: value
        if following == "if_not_exists":
            self.take()
            self.take("(")
            name = self.path()
            self.take(",")
            otherwise = self.operand()
            self.take(")")
            return lambda item: item[name] if name in item else otherwise(item)
        name = self.path()
        return lambda item: item.get(name)


def _condition(expression: str, request: Mapping[str, Any]) -> Holds:
    tokens = _Tokens(expression, request)
    holds = _or(tokens)
    if tokens.peek() is not None:
        raise NotImplementedError(f"{expression!r}: {tokens.peek()} is left over")
    return holds


def _or(tokens: _Tokens) -> Holds:
    parts = [_and(tokens)]
    while tokens.word() == "OR":
        tokens.take()
        parts.append(_and(tokens))
    return lambda item: any(part(item) for part in parts)


def _and(tokens: _Tokens) -> Holds:
    parts = [_term(tokens)]
    while tokens.word() == "AND":
        tokens.take()
        parts.append(_term(tokens))
    return lambda item: all(part(item) for part in parts)


def _term(tokens: _Tokens) -> Holds:
    match tokens.word():
        case "NOT":
            tokens.take()
            inner = _term(tokens)
            return lambda item: not inner(item)
        case "(":
            tokens.take()
            inner = _or(tokens)
            tokens.take(")")
            return inner
        case "ATTRIBUTE_EXISTS" | "ATTRIBUTE_NOT_EXISTS" as function:
            tokens.take()
            tokens.take("(")
            name = tokens.path()
            tokens.take(")")
            wanted = function == "ATTRIBUTE_EXISTS"
            return lambda item: (name in item) is wanted
        case "BEGINS_WITH":
            tokens.take()
            tokens.take("(")
            left = tokens.operand()
            tokens.take(",")
            right = tokens.operand()
            tokens.take(")")
            return lambda item: (
                left(item) is not None and left(item)["S"].startswith(right(item)["S"])
            )
    return _comparison(tokens)


def _comparison(tokens: _Tokens) -> Holds:
    left = tokens.operand()
    operator = tokens.take().upper()
    if operator == "BETWEEN":
        low = tokens.operand()
        tokens.take("AND")
        high = tokens.operand()
        return lambda item: _ordered(low, "<=", left)(item) and _ordered(left, "<=", high)(item)
    right = tokens.operand()
    if operator in ("=", "<>"):
        return lambda item: _equal(left(item), right(item)) is (operator == "=")
    if operator not in _COMPARE:
        raise NotImplementedError(f"operator {operator}")
    return _ordered(left, operator, right)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    return bool(_comparable(left) == _comparable(right))


def _ordered(left: Operand, operator: str, right: Operand) -> Holds:
    def holds(item: Mapping[str, Any]) -> bool:
        one, two = left(item), right(item)
        if one is None or two is None or one.keys() != two.keys():
            return False
        return _COMPARE[operator](_sortable(one), _sortable(two))

    return holds


def _updated(item: Item, action: Mapping[str, Any]) -> Item:
    """`item` after an update expression, whose parts all see it as it was."""
    tokens = _Tokens(action["UpdateExpression"], action)
    before = deepcopy(item)
    while (clause := tokens.peek()) is not None:
        tokens.take()
        while True:
            _update(clause.upper(), tokens, before, item)
            if tokens.peek() != ",":
                break
            tokens.take()
    return item


def _update(clause: str, tokens: _Tokens, before: Item, item: Item) -> None:
    name = tokens.path()
    match clause:
        case "REMOVE":
            item.pop(name, None)
        case "ADD":
            added = tokens.operand()(before)
            item[name] = _sum(before.get(name, {"N": "0"}), added, 1)
        case "SET":
            tokens.take("=")
            value = tokens.operand()(before)
            while (sign := tokens.peek()) in ("+", "-"):
                tokens.take()
                value = _sum(value, tokens.operand()(before), 1 if sign == "+" else -1)
            if value is None:
                raise NotImplementedError("SET from an attribute that is not there")
            item[name] = _normal_value(deepcopy(value))
        case _:
            raise NotImplementedError(f"update clause {clause}")


def _sum(one: Any, two: Any, sign: int) -> dict[str, Any]:
    return {"N": _digits(Decimal(one["N"]) + sign * Decimal(two["N"]))}
