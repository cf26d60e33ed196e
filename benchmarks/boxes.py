"""Tickets of a box that a server shares: two hundred players at the same moment, through the whole
system, and the retries that meet there, simulated as they would be on AWS.

    PYTHONPATH=layers/gacha/python python -m benchmarks.boxes

All draws from a box meet in one item with a version (docs/decisions/0049-shared-stock.md): of those
who read the same version one is recorded, and the others draw again after a random time. Client,
API, functions, DynamoDB and Discord's stand-in share this machine, so its speed tells changes of
our own code apart. Fails if a ticket is sold twice, or anybody is neither served nor refused.
"""

from __future__ import annotations

import hashlib
import heapq
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from adapters.tables import items
from gacha import shared_box
from gacha.game import Game, Offer
from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.players import Player, World

PLAYERS: Final = 200
TICKETS: Final = 1_000
TRIES: Final = 10
"""How often statemachines/change.asl.json asks Draw again (`MaxConflicts` on Standard)."""

WINDOW_S: Final = 0.15
"""From Draw's read of the box to the commit, as assumed on AWS: a warm Lambda's last 30 ms, a
transition, and the transaction."""

LOTTERY: Final = f"""id = "b1"
kind = "b1"
name = {{ ja = "くじ", en = "Lottery" }}
price = {{ one = 10 }}
[[rarity]]
id = "a"
name = {{ ja = "A", en = "A" }}
[[card]]
id = "c1"
number = 1
rarity = "a"
name = {{ ja = "券", en = "Ticket" }}
stock = {TICKETS}
[shared]
last = "c1"
account_days = 0
member_days = 0
"""


def main() -> int:
    simulated()
    with LocalCloud(free_port(), Signer.development(), say=say) as stack:
        world = World(stack, Signer.development(), Standin(stack.standin_url))
        problems = through_all(world)
    for each in problems:
        say(each)
    return int(bool(problems))


def through_all(world: World) -> list[str]:
    guild = snowflake()
    publish(world, guild)
    players = [Player(world, snowflake(), "en-US", guild) for _ in range(PLAYERS)]
    took = list[float]()

    def buy(player: Player) -> str:
        began = time.perf_counter()
        told = world.message(player.use("pull", count=10), wait=600)
        took.append(time.perf_counter() - began)
        return told

    with ThreadPoolExecutor(PLAYERS) as threads:
        began = time.perf_counter()
        told = list(threads.map(buy, players))
        seconds = time.perf_counter() - began
    served = [each for each in told if "Pulled by" in each]
    refused = Counter(re.sub(r"\d+", "#", each)[:80] for each in told if each not in served)
    took.sort()
    print(
        f"{PLAYERS} at once for {TICKETS:,} tickets, five each, through the whole system: "
        f"{len(served)} pulls ({len(served) / seconds:.1f} a second), refused: {dict(refused)}; "
        f"half within {took[len(took) // 2]:.0f} s, all within {seconds:.0f} s"
    )
    sold = chain(world, guild)
    if sold != [*range(0, 5 * len(served), 5)]:
        return [f"the chain has gaps, or tickets twice: {sold}"]
    return [] if len(served) + sum(refused.values()) == PLAYERS else ["somebody is not told"]


def publish(world: World, guild: str) -> None:
    stack, rules = world.stack, hashlib.sha256(LOTTERY.encode()).hexdigest()
    stack.client("s3").put_object(
        Bucket=stack.outputs["Bucket"], Key=f"banners/{rules}.toml", Body=LOTTERY.encode()
    )
    game = Game(guild).published(Offer("b1", rules), 0)
    key: dict[str, Any] = {"server_id": guild, **game.written()}
    names = {"b1": {"ja": "くじ", "en": "Lottery"}}
    for row in ({**key, "setting": "game"}, {**key, "setting": "names", "names": names}):
        stack.client("dynamodb").put_item(
            TableName=stack.outputs["SettingsTable"], Item=items.to_item(row)
        )


def chain(world: World, guild: str) -> list[int]:
    """The positions of all draws, in order."""
    pages = world.stack.client("dynamodb").get_paginator("query")
    found = pages.paginate(
        TableName=world.stack.outputs["HistoryTable"],
        KeyConditionExpression="user_id = :box",
        ExpressionAttributeValues={
            ":box": {"S": shared_box.chain_key(shared_box.name("b1", 1, guild))}
        },
        ConsistentRead=True,
    )
    return [int(row["timestamp"]["N"]) for page in found for row in page["Items"]]


def simulated() -> None:
    """The workflow's retries against one version: who reads it after the last commit and commits
    before the next is recorded, everybody else waits as the state machine says."""
    for players in (20, 50, 100, 200):
        ends, voided = list[float](), 0
        for seed in range(20):
            one, lost = run(players, random.Random(seed))
            ends += one
            voided += lost
        ends.sort()
        print(
            f"simulated, {WINDOW_S:g} s from read to commit, {players:3} at once: half within "
            f"{ends[len(ends) // 2]:.0f} s, 99 % within {ends[len(ends) * 99 // 100]:.0f} s, all "
            f"within {ends[-1]:.0f} s; {voided} of {20 * players:,} ran out of tries"
        )


def run(players: int, dice: random.Random) -> tuple[list[float], int]:
    """When each was served, and how many were not."""
    waiting = [(dice.uniform(0, 1), number, 0) for number in range(players)]  # Draw's read
    heapq.heapify(waiting)
    committing = list[tuple[float, float, int, int]]()
    last_commit, served, lost = -1.0, list[float](), 0
    while waiting or committing:
        if committing and (not waiting or committing[0][0] <= waiting[0][0]):
            at, read, number, conflicts = heapq.heappop(committing)
            if read > last_commit:
                last_commit = at
                served.append(at)
                continue
            conflicts += 1
            if conflicts > TRIES:
                lost += 1
                continue
            wait = dice.randint(0, min(60, 2**conflicts)) + dice.uniform(0.1, 0.3)
            heapq.heappush(waiting, (at + wait, number, conflicts))
            continue
        read, number, conflicts = heapq.heappop(waiting)
        window = WINDOW_S * dice.uniform(0.7, 1.5)
        heapq.heappush(committing, (read + window, read, number, conflicts))
    return served, lost


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
