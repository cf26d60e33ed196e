"""The cut-over to restored tables and back: one parameter, on the running stack.

The local AWS has no point-in-time recovery, so the restored tables are copies made here; the two
deployments are the ones that docs/recovery.md describes.
"""

from __future__ import annotations

from typing import Any

from local.cloud import LocalCloud
from local.players import Player, World

SUFFIX = "-r1"
KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
TABLES = ("UsersTable", "HistoryTable", "SettingsTable", "CollectionTable")


def copy(client: Any, name: str) -> None:
    """The table as it is now, under its restored name."""
    described = client.describe_table(TableName=name)["Table"]
    definition = {key: described[key] for key in KEPT if described.get(key)}
    for index in definition.get("GlobalSecondaryIndexes", []):
        for key in set(index) - {"IndexName", "KeySchema", "Projection"}:
            del index[key]
    client.create_table(TableName=name + SUFFIX, BillingMode="PAY_PER_REQUEST", **definition)
    for page in client.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            client.put_item(TableName=name + SUFFIX, Item=item)


def balance(world: World, player: Player, suffix: str = "") -> int:
    answer = world.stack.client("dynamodb").get_item(
        TableName=world.stack.outputs["UsersTable"] + suffix,
        Key={"user_id": {"S": player.key}},
        ConsistentRead=True,
    )
    return int(answer["Item"]["balance"]["N"])


def test_pulls_go_to_the_restored_tables_and_back(
    world: World, cloud: LocalCloud, player: Player
) -> None:
    client = world.stack.client("dynamodb")
    names = [world.stack.outputs[table] for table in TABLES]
    player.pull(1)
    for name in names:
        copy(client, name)
    try:
        outputs = cloud.deploy_again(RestoredSuffix=SUFFIX)
        assert [outputs[table] for table in TABLES] == [name + SUFFIX for name in names]
        player.pull(1)
        assert (balance(world, player), balance(world, player, SUFFIX)) == (3040, 2880)
    finally:
        outputs = cloud.deploy_again(RestoredSuffix='""')
    assert [outputs[table] for table in TABLES] == names
    player.pull(10)
    assert (balance(world, player), balance(world, player, SUFFIX)) == (1440, 2880)
    for name in names:
        client.delete_table(TableName=name + SUFFIX)
