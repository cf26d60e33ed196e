"""A whole server erased on the local cloud: how long, by how many states, in how much memory.

    PYTHONPATH=layers/gacha/python python -m benchmarks.erasing [ROWS]

The rows are written past the game: of each player the row itself, six events of 1.3 KB, a page of
cards, a claim, and where they play. A neighbour server has a tenth as many. The workflow is the one
that is deployed, its map and batches included. What one machine takes tells changes of our own code
apart and nothing of AWS, but states, calls and write units are the same there, and so the price.
Fails if anything is left of the server but its tombstone, or if its neighbour has lost a row.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any, Final

from adapters.tables import items, persons, players
from adapters.tables.erasures import Due
from benchmarks.write_units import item_size
from gacha import player, server
from gacha.game import Game
from local.client import Signer
from local.cloud import LocalCloud, Stack, free_port
from scripts import prices

ROWS: Final = 100_000
EVENTS: Final = 6
ROWS_OF_A_PLAYER: Final = EVENTS + 4
GONE: Final = "1290000000000000002"
STAYS: Final = "1290000000000000003"
AT_ONCE: Final = 25
WRITERS: Final = 8
RECEIPT: Final = "r" * 900
CARDS: Final = {f"card:some-card-{at}": 3 for at in range(20)}


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    count = ceil(rows / ROWS_OF_A_PLAYER)
    cloud = LocalCloud(free_port(), Signer.development(), say=say)
    with cloud as stack:
        began = time.monotonic()
        units = fill(stack, GONE, count)
        fill(stack, STAYS, ceil(count / 10))
        say(f"{count * ROWS_OF_A_PLAYER:,} rows written in {time.monotonic() - began:.0f} s")
        note(stack)
        before = held(stack, STAYS)
        peak = Peak(cloud)
        with peak:
            began = time.monotonic()
            status, arn = erase(stack, count)
            seconds = time.monotonic() - began
        states, runs = walked(stack, arn)
        report(count, seconds, states, runs, units, peak.kilobytes)
        gone, stays = held(stack, GONE), held(stack, STAYS)
        print(f"the workflow {status}; rows left: {dict(gone)}; of the neighbour {dict(stays)}")
        is_whole = gone == Counter(discord_users=1) and stays == before
    return int(not (is_whole and status == "SUCCEEDED"))


# --- rows -----------------------------------------------------------------------------------------


def fill(stack: Stack, guild: str, count: int) -> int:
    """Write a server with so many players; the write units that deleting it takes."""
    client, units = stack.client("dynamodb"), 0
    batch: list[tuple[str, dict[str, Any]]] = []
    with ThreadPoolExecutor(WRITERS) as pool:
        for output, row in rows_of(guild, count):
            item = items.to_item(row)
            units += max(1, ceil(item_size(item) / 1024))
            batch.append((stack.outputs[output], item))
            if len(batch) == AT_ONCE:
                pool.submit(write, client, batch)
                batch = []
        write(client, batch)
    return units


def write(client: Any, batch: list[tuple[str, dict[str, Any]]]) -> None:
    asked: dict[str, list[Any]] = {}
    for table, item in batch:
        asked.setdefault(table, []).append({"PutRequest": {"Item": item}})
    if asked:
        client.batch_write_item(RequestItems=asked)


def rows_of(guild: str, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "SettingsTable", {"server_id": guild, "setting": "game", **Game(guild, 1).written()}
    for number in range(count):
        user = str(1290000000000100000 + number)
        key = player.key(user, guild)
        of = player.newcomer(key, guild, 1_700_000_000_000 + number, "c" * 64)
        yield "UsersTable", {**players.written(of), "version": EVENTS}
        for at in range(EVENTS):
            event = {"kind": "pull", "guild_id": guild, "balance": 1, "amount": -160}
            event |= {"cards": ["some-card"] * 10, "receipt": RECEIPT}
            yield "HistoryTable", {"user_id": key, "timestamp": at, **event}
        yield "CollectionTable", {"user_id": key, "page": 0, **CARDS}
        yield "SettingsTable", {**persons.key(user, guild), "since": 1}
        claim = {"user_id": key, "event": "1"}
        yield "SettingsTable", {"server_id": guild, "setting": f"claim#p1#{user}", **claim}


def note(stack: Stack) -> None:
    due = Due(1, server.key(GONE), is_operators=True)
    item = items.to_item({**due.place, "operators": 1})
    stack.client("dynamodb").put_item(TableName=stack.outputs["SettingsTable"], Item=item)


def held(stack: Stack, guild: str) -> Counter[str]:
    """How many rows of each table name the server."""
    found = Counter[str]()
    for name in ("UsersTable", "HistoryTable", "CollectionTable", "SettingsTable"):
        table = stack.outputs[name]
        for page in stack.client("dynamodb").get_paginator("scan").paginate(TableName=table):
            found[table] += sum(guild in json.dumps(item) for item in page["Items"])
    return +found


# --- the workflow ---------------------------------------------------------------------------------


def erase(stack: Stack, count: int) -> tuple[str, str]:
    """Start it, and say how far it is; how it ended, and its ARN."""
    states = stack.client("stepfunctions")
    arn = states.start_execution(
        stateMachineArn=stack.outputs["EraseStateMachineArn"], name="rehearsal", input="{}"
    )["executionArn"]
    said = time.monotonic()
    while (status := states.describe_execution(executionArn=arn)["status"]) == "RUNNING":
        time.sleep(2)
        if time.monotonic() - said > 30:
            said = time.monotonic()
            say(f"{remaining(stack):,} of {count:,} players left")
    return str(status), str(arn)


def remaining(stack: Stack) -> int:
    pages = (
        stack.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=stack.outputs["UsersTable"],
            IndexName="by_guild",
            KeyConditionExpression="guild_id = :guild",
            ExpressionAttributeValues={":guild": {"S": GONE}},
            Select="COUNT",
        )
    )
    return sum(page["Count"] for page in pages)


def walked(stack: Stack, arn: str) -> tuple[Counter[str], int]:
    """The states that the execution went through, and how many executions its map started."""
    client, states = stack.client("stepfunctions"), Counter[str]()
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    for page in pages:
        for event in page["events"]:
            if "stateEnteredEventDetails" in event:
                states[event["stateEnteredEventDetails"]["name"]] += 1
    runs = client.list_map_runs(executionArn=arn)["mapRuns"]
    counts = [client.describe_map_run(mapRunArn=each["mapRunArn"]) for each in runs]
    return states, sum(each["executionCounts"]["total"] for each in counts)


class Peak:
    """The most memory that a process of the function took, as Linux counts it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.kilobytes = 0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(1.0):
            for pid, name in self._cloud.workers().items():
                if "erase" in name.lower():
                    self.kilobytes = max(self.kilobytes, resident(pid))


def resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def report(
    count: int, seconds: float, states: Counter[str], runs: int, units: int, kilobytes: int
) -> None:
    rows = count * ROWS_OF_A_PLAYER
    transitions = states.total() + runs * 2
    print(f"{rows:,} rows of {count:,} players erased in {seconds / 60:.1f} minutes here")
    print(f"  {kilobytes / 1024:.0f} MB at most in a process of the function")
    print(f"  {states['Members']:,} rounds, {runs:,} batches, {transitions:,} transitions")
    known = prices.load()
    dollars = transitions * known["transition"].usd + units * known["dynamodb_write_request"].usd
    print(
        f"  {units:,} write units; on demand in Tokyo ${float(dollars):,.2f} with the transitions"
    )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
