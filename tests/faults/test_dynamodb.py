"""The in-memory DynamoDB against ministack's: the same outcome for the same operations.

ministack's own is real in what counts here, transactions and conditions (docs/decisions/0004).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import ministack
from local.cloud import Stack, free_port
from scripts.template import PATH, load
from tests.faults import template
from tests.faults.dynamodb import DynamoDB

SEQUENCES = 12
OPERATIONS = 60
USERS = ("1@2", "3@2")
TIMES = ("0", "1790000000000.0000001", "1790000000001.5", "12.25")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("ministack")
    port = free_port()
    with (folder / "log").open("wb") as log, ministack.start(port, folder, log) as group:
        ministack.wait_until_up(port, group)
        client = Stack(port - 1, {}).client("dynamodb")
        for resource in load(PATH)["Resources"].values():
            if resource["Type"] == "AWS::DynamoDB::Table":
                described = template.resolved(resource["Properties"], {})
                names = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
                client.create_table(
                    TableName=described["TableName"],
                    BillingMode="PAY_PER_REQUEST",
                    **{key: _without_capacity(described[key]) for key in names if key in described},
                )
        yield client


def _without_capacity(described: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in each.items() if name != "ProvisionedThroughput"}
        for each in described
    ]


# --- operations -----------------------------------------------------------------------------------


def key(rng: random.Random) -> dict[str, Any]:
    return {"user_id": {"S": rng.choice(USERS)}, "timestamp": {"N": rng.choice(TIMES)}}


def row(rng: random.Random) -> dict[str, Any]:
    item = {**key(rng), "guild_id": {"S": "2"}, "kind": {"S": rng.choice(["pull", "void"])}}
    item["amount"] = {"N": str(rng.randint(-3, 3))}
    item["cards"] = {"L": [{"S": "a"}, {"M": {"n": {"N": "1"}, "new": {"BOOL": True}}}]}
    if rng.random() < 0.5:
        item["undelivered"] = {"S": "pull"}
    return item


def player(rng: random.Random) -> dict[str, Any]:
    return {"user_id": {"S": rng.choice(USERS)}, "version": {"N": str(rng.randint(0, 3))}}


def condition(rng: random.Random) -> dict[str, Any]:
    """Perhaps a condition, of those that the adapters use and their kin."""
    chosen: dict[str, Any] = rng.choice(
        [
            {},
            {"ConditionExpression": "attribute_not_exists(user_id)"},
            {"ConditionExpression": "attribute_exists(user_id)"},
            {
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": {":version": {"N": str(rng.randint(0, 3))}},
            },
            {
                "ConditionExpression": "attribute_not_exists(user_id) OR #kind = :void",
                "ExpressionAttributeNames": {"#kind": "kind"},
                "ExpressionAttributeValues": {":void": {"S": "void"}},
            },
            {
                "ConditionExpression": "amount >= :least AND NOT (amount > :most)",
                "ExpressionAttributeValues": {":least": {"N": "-1"}, ":most": {"N": "2"}},
            },
        ]
    )
    if chosen and rng.random() < 0.6:
        chosen["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return chosen


def update(rng: random.Random) -> dict[str, Any]:
    """An update of a page of the collection."""
    where = {"user_id": {"S": rng.choice(USERS)}, "page": {"N": str(rng.randint(0, 1))}}
    return {
        "TableName": "gacha_collection",
        "Key": where,
        **rng.choice(
            [
                {
                    "UpdateExpression": "ADD #0 :0, #1 :1",
                    "ExpressionAttributeNames": {"#0": "card:a-b", "#1": "card:c"},
                    "ExpressionAttributeValues": {":0": {"N": "2"}, ":1": {"N": "1"}},
                },
                {"UpdateExpression": "REMOVE undelivered, c"},
                {
                    "UpdateExpression": "SET seen = :seen, n = if_not_exists(n, :zero) + :one",
                    "ExpressionAttributeValues": {
                        ":seen": {"S": "x"},
                        ":zero": {"N": "0"},
                        ":one": {"N": "1"},
                    },
                },
            ]
        ),
    }


def action(rng: random.Random) -> dict[str, Any]:
    """One item of a transaction."""
    match rng.choice(["row", "row", "player", "update", "check", "delete"]):
        case "row":
            return {"Put": {"TableName": "gacha_history", "Item": row(rng), **condition(rng)}}
        case "player":
            return {"Put": {"TableName": "discord_users", "Item": player(rng), **condition(rng)}}
        case "update":
            return {"Update": update(rng)}
        case "check":
            needed = {"ConditionExpression": "attribute_exists(user_id)"}
            at = {"TableName": "gacha_history", "Key": key(rng)}
            return {"ConditionCheck": {**at, **(condition(rng) or needed)}}
    return {"Delete": {"TableName": "gacha_history", "Key": key(rng), **condition(rng)}}


def operation(rng: random.Random) -> tuple[str, dict[str, Any]]:
    match rng.choice(["transact"] * 5 + ["get", "batch", "mark", "query", "index"]):
        case "transact":
            items = [action(rng) for _ in range(rng.randint(1, 4))]
            return "transact_write_items", {"TransactItems": items}
        case "get":
            at = {"TableName": "gacha_history", "Key": key(rng), "ConsistentRead": True}
            return "get_item", at
        case "batch":
            pages = [{"user_id": {"S": USERS[0]}, "page": {"N": str(n)}} for n in range(2)]
            asked = {"gacha_collection": {"Keys": pages, "ConsistentRead": True}}
            return "batch_get_item", {"RequestItems": asked}
        case "mark":
            return "update_item", {
                "TableName": "gacha_history",
                "Key": key(rng),
                "UpdateExpression": "REMOVE undelivered",
                "ConditionExpression": "attribute_exists(user_id)",
            }
        case "index":
            return "query", {
                "TableName": "gacha_history",
                "IndexName": "undelivered",
                "KeyConditionExpression": "undelivered = :mark",
                "ExpressionAttributeValues": {":mark": {"S": "pull"}},
            }
    between = rng.random() < 0.5
    return "query", {
        "TableName": "gacha_history",
        "KeyConditionExpression": "user_id = :user AND #t "
        + ("BETWEEN :from AND :to" if between else "< :to"),
        "ExpressionAttributeNames": {"#t": "timestamp"},
        "ExpressionAttributeValues": {
            ":user": {"S": rng.choice(USERS)},
            ":to": {"N": rng.choice(TIMES[1:])},
            **({":from": {"N": "1"}} if between else {}),
        },
        "ScanIndexForward": rng.random() < 0.5,
        "ConsistentRead": True,
        **({"Limit": 1} if rng.random() < 0.4 else {}),
    }


# --- comparing ------------------------------------------------------------------------------------


def outcome(client: Any, name: str, request: dict[str, Any]) -> Any:
    """What a caller can see of it, numbers by their value and order only where it is promised."""
    try:
        answer = getattr(client, name)(**request)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = [
            (reason["Code"], plain(reason.get("Item")))
            for reason in error.response.get("CancellationReasons", [])
        ]
        return code, reasons
    seen = {
        "Item": plain(answer.get("Item")),
        "Items": plain(answer.get("Items")),
        "More": plain(answer.get("LastEvaluatedKey")),
        "Responses": plain(
            sorted(answer.get("Responses", {}).get("gacha_collection", []), key=str)
        ),
    }
    if request.get(
        "IndexName"
    ):  # ministack keeps no order within equal keys, and neither do we ask
        seen["Items"] = sorted(seen["Items"], key=str)
    return seen


def plain(value: Any) -> Any:
    """Numbers by their value: `1.50` and `1.5` are one."""
    if isinstance(value, dict):
        if value.keys() == {"N"}:
            return {"N": Decimal(value["N"]).normalize()}
        return {name: plain(each) for name, each in sorted(value.items())}
    return [plain(each) for each in value] if isinstance(value, list) else value


def empty(client: Any) -> None:
    for table, schema in template.schemas().items():
        for item in client.scan(TableName=table)["Items"]:
            at = {name: item[name] for name in schema.names}
            client.delete_item(TableName=table, Key=at)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_the_same_operations_have_the_same_outcome(real: Any, seed: int) -> None:
    empty(real)
    ours, rng = DynamoDB(template.schemas()), random.Random(seed)
    for number in range(OPERATIONS):
        name, request = operation(rng)
        same = json.loads(json.dumps(request))
        assert outcome(ours, name, request) == outcome(real, name, same), (seed, number, request)
    for table in template.schemas():
        left = [
            sorted(map(str, map(plain, c.scan(TableName=table)["Items"]))) for c in (ours, real)
        ]
        assert left[0] == left[1]


# --- what it does not know ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("get_item", {"TableName": "discord_users", "Key": {}, "AttributesToGet": ["a"]}),
        ("query", {"TableName": "discord_users", "KeyConditionExpression": "contains(a, :b)"}),
        ("query", {"TableName": "discord_users", "KeyConditionExpression": "a = :b) "}),
        ("scan", {"TableName": "discord_users", "FilterExpression": "a = :b"}),
        ("get_paginator", {"operation": "list_tables"}),
        (
            "update_item",
            {
                "TableName": "discord_users",
                "Key": {"user_id": {"S": "1"}},
                "UpdateExpression": "DELETE a :b",
                "ExpressionAttributeValues": {":b": {"SS": ["x"]}},
            },
        ),
    ],
)
def test_what_it_does_not_know_raises(name: str, request_: dict[str, Any]) -> None:
    request_.setdefault(
        "ExpressionAttributeValues", {":b": {"S": "x"}}
    ) if name == "query" else None
    with pytest.raises(NotImplementedError):
        getattr(DynamoDB(template.schemas()), name)(**request_)


# --- partitions -----------------------------------------------------------------------------------


def test_a_query_finds_what_a_look_at_every_item_finds() -> None:
    ours, rng = DynamoDB(template.schemas()), random.Random(5)
    asked: tuple[dict[str, str], ...] = ({}, {"IndexName": "undelivered"})
    for number in range(600):
        name, request = operation(rng)
        outcome(ours, name, request)
        for index, hash_name, values in zip(
            asked, ("user_id", "undelivered"), (USERS, ["pull"]), strict=True
        ):
            value = {"S": rng.choice(values)}
            found = ours.query(
                TableName="gacha_history",
                KeyConditionExpression=f"{hash_name} = :value",
                ExpressionAttributeValues={":value": value},
                Select="COUNT",
                **index,
            )
            every = ours.scan(TableName="gacha_history")["Items"]
            assert found["Count"] == sum(each.get(hash_name) == value for each in every), number
    assert any("undelivered" in each for each in ours.tables["gacha_history"].values())


def test_a_query_without_a_partition_is_refused_as_by_dynamodb() -> None:
    ours = DynamoDB(template.schemas())
    with pytest.raises(ours.exceptions.from_code("ValidationException"), match="user_id"):
        ours.query(
            TableName="gacha_history",
            KeyConditionExpression="user_id > :user",
            ExpressionAttributeValues={":user": {"S": "1"}},
        )
