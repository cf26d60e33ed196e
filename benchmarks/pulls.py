"""Pulls through the whole system on the local cloud, and the write units that one takes on AWS.

    PYTHONPATH=layers/gacha/python python -m benchmarks.pulls [players]

Every player sends one signed pull at the same moment and waits for its message. Client, proxy,
API, Step Functions, functions, DynamoDB and Discord's stand-in share this machine, so the speed
tells changes of our own code apart, and says nothing about AWS. Fails if a pull does.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from statistics import quantiles
from typing import Any, Final

from adapters.tables.ledger import UNDELIVERED_PULLS
from benchmarks.write_units import Item, item_size, write_units
from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, Stack, free_port
from local.players import Player, World

PLAYERS: Final = 50
ALONE: Final = 20
PATIENCE_S: Final = 120.0
PROVISIONED: Final = 5
"""Write units of each table and index in template.yaml."""

DEFERRED: Final = 5
TABLES: Final = ("HistoryTable", "UsersTable", "CollectionTable")


def main() -> int:
    players = int(sys.argv[1]) if len(sys.argv) > 1 else PLAYERS
    signer = Signer.development()
    with LocalCloud(free_port(), signer, say=say) as stack:
        world = World(stack, signer, Standin(stack.standin_url))
        python = f"{platform.python_implementation()} {platform.python_version()}"
        print(f"{python}, {platform.machine()}, {os.cpu_count()} CPUs; {players} pulls at once")
        print(f"  {'':20}{'acks/s':>8}{'pulls/s':>9}{'ack p50':>10}{'p95':>8}", end="")
        print(f"{'message p50':>14}{'p95':>8}{'errors':>8}")
        # The first wave also starts the functions' processes.
        errors = sum(wave(world, players, name) for name in ("functions cold", "functions warm"))
        errors += one_by_one(world)
        report_units(world)
    return int(errors > 0)


# --- speed ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timed:
    """One pull: seconds from the wave's start to its answer and to its message; what went wrong."""

    acknowledged: float
    delivered: float
    milliseconds: float
    problem: str


def wave(world: World, count: int, name: str) -> int:
    """Let `count` new players pull at once; print how fast it went, and return how many failed."""
    players = [Player(world, snowflake()) for _ in range(count)]
    with ThreadPoolExecutor(count) as threads:
        began = time.perf_counter()
        pulls = list(threads.map(pull, players, repeat(began)))
    good = [each for each in pulls if not each.problem]
    problems = Counter(each.problem for each in pulls if each.problem)
    for player in players:
        kinds = [row.get("kind") for row in player.ledger]
        problems.update(["the ledger does not hold one pull"] if kinds != ["pull"] else [])
    for problem, times in problems.items():
        say(f"{times} players: {problem}")
    errors = problems.total()
    if len(good) > 1:
        acks = [each.milliseconds for each in good]
        messages = [each.delivered * 1000 for each in good]
        print(
            f"  {name:20}{len(good) / max(each.acknowledged for each in good):8.1f}"
            f"{len(good) / max(each.delivered for each in good):9.1f}"
            f"{percentiles(acks, 10, 8)}{percentiles(messages, 14, 8)}{errors:8}"
        )
    return errors


def one_by_one(world: World) -> int:
    """A warm pull while nobody else plays: from the command to its message. How many failed."""
    pulls = [pull(Player(world, snowflake()), time.perf_counter()) for _ in range(ALONE)]
    good = [each.delivered * 1000 for each in pulls if not each.problem]
    print(
        f"  {'one at a time':20}{'command to message, p50 and p95':>31}{percentiles(good, 16, 8)}"
    )
    return len(pulls) - len(good)


def pull(player: Player, began: float) -> Timed:
    acknowledged = delivered = milliseconds = 0.0
    problem = ""
    try:
        sent = player.use("pull", count=1)
        acknowledged, milliseconds = time.perf_counter() - began, sent.answer.milliseconds
        if sent.answer.status != 200 or sent.answer.json["type"] != DEFERRED:
            problem = f"answered HTTP {sent.answer.status} {sent.answer.content[:200]!r}"
        elif not player.world.standin.read(sent.token, PATIENCE_S)["message"]:
            problem = f"no message after {PATIENCE_S:.0f} s"
        delivered = time.perf_counter() - began
    except OSError as error:  # requests' errors are, too
        problem = f"{type(error).__name__}: {error}"
    return Timed(acknowledged, delivered, milliseconds, problem)


def percentiles(milliseconds: list[float], *widths: int) -> str:
    """The median and the 95th percentile."""
    cuts = quantiles(milliseconds, n=20, method="inclusive")
    return "".join(
        f"{cut / 1000:{width - 2}.2f} s" if cut >= 1000 else f"{cut:{width - 3}.0f} ms"
        for cut, width in zip((cuts[9], cuts[18]), widths, strict=True)
    )


# --- write units ----------------------------------------------------------------------------------


def report_units(world: World) -> None:
    """What single and ten-pulls write, for a new player and for one who has pulled before."""
    one, ten = Player(world, snowflake()), Player(world, snowflake())
    counted = {
        "first pull": units(one, 1),
        "pull": units(one, 1),
        "first ten": units(ten, 10),
        "second ten": units(ten, 10),
    }
    grant(ten, 16_000)
    for _ in range(9):
        ten.pull(10)
    counted["12th ten"] = units(ten, 10)
    places = sorted({place for each in counted.values() for place in each})
    title = "write units (Record, then Announce)"
    print(f"  {title:36}" + "".join(f"{name:>12}" for name in counted))
    for place in places:
        print(f"  {place:36}" + "".join(f"{each[place]:12}" for each in counted.values()))
    print(f"  {'in all':36}" + "".join(f"{each.total():12}" for each in counted.values()))
    [(place, most)] = counted["12th ten"].most_common(1)
    print(
        f"{PROVISIONED} units on each table and index carry {PROVISIONED / most:.2f} ten-pulls a "
        f"second for good: the most, {most}, fall on {place}"
    )
    sizes = {table: max(item_size(item) for item in items(ten, table).values()) for table in TABLES}
    print("largest items: " + ", ".join(f"{table} {size} bytes" for table, size in sizes.items()))


def units(player: Player, count: int) -> Counter[str]:
    """The units of one pull, by table or table/index."""
    before = {table: items(player, table) for table in TABLES}
    sent = player.pull(count)
    # The mark is cleared after the message is out.
    if player.world.execution(sent, wait=PATIENCE_S) != "SUCCEEDED":
        raise RuntimeError(f"the workflow of {sent.id} failed")
    counted: Counter[str] = Counter()
    for table in TABLES:
        description = player.world.stack.client("dynamodb").describe_table(
            TableName=player.world.stack.outputs[table]
        )["Table"]
        for key, after in items(player, table).items():
            if after != before[table].get(key):
                for write in writes(before[table].get(key), after, description):
                    counted.update({f"{table}{place}": n for place, n in write.items()})
    return counted


def writes(before: Item | None, after: Item, table: dict[str, Any]) -> Iterator[dict[str, int]]:
    """The units of each write that led from `before` to `after`."""
    keys: dict[str, Any] = {
        "key": names(table),
        "indexes": {
            f"/{index['IndexName']}": names(index)
            for index in table.get("GlobalSecondaryIndexes", [])
        },
    }
    if after.get("kind") == {"S": "pull"}:
        undelivered = {**after, "undelivered": {"S": max(UNDELIVERED_PULLS, key=len)}}
        yield write_units(before, undelivered, transactional=True, **keys)
        yield write_units(undelivered, after, transactional=False, **keys)
    else:
        yield write_units(before, after, transactional=True, **keys)


def names(described: dict[str, Any]) -> list[str]:
    return [each["AttributeName"] for each in described["KeySchema"]]


def items(player: Player, table: str) -> dict[str, Item]:
    """The player's items in a table as DynamoDB has them, by sort key."""
    stack: Stack = player.world.stack
    answer = stack.client("dynamodb").query(
        TableName=stack.outputs[table],
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": player.key}},
        ConsistentRead=True,
    )
    return {str(item.get("timestamp") or item.get("page")): item for item in answer["Items"]}


def grant(player: Player, amount: int) -> None:
    """Money from nowhere: on a stack that is about to be thrown away, no ledger needs to agree."""
    player.world.stack.client("dynamodb").update_item(
        TableName=player.world.stack.outputs["UsersTable"],
        Key={"user_id": {"S": player.key}},
        UpdateExpression="ADD balance :amount",
        ExpressionAttributeValues={":amount": {"N": str(amount)}},
    )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
