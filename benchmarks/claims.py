"""Claims of one code with a ceiling: through the whole system, and its counter alone.

    PYTHONPATH=layers/gacha/python python -m benchmarks.claims

All claims of a campaign meet in one item, the counter (docs/decisions/0044-what-a-player-has.md).
Alone it is asked by many threads at once, each with a claim's own writes on that item and beside
it. Client, API, functions, DynamoDB and Discord's stand-in share this machine, and its DynamoDB
cancels no transaction that meets another: so the speed tells changes of our own code apart, and
AWS's is told by its units. Fails if more or fewer get it than the ceiling says.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from botocore.exceptions import ClientError

from adapters.tables import claims
from benchmarks.write_units import write_units
from gacha.codes import Tries
from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.messages import components
from local.players import Player, World

PLAYERS: Final = 200
CEILING: Final = 50
THREADS: Final = 32
ALONE: Final = 2_000
"""Claims of the counter alone; half of them find it full."""

MOST_UNITS: Final = 1_000
"""Write units a second that one item of DynamoDB's takes."""
_CODE: Final = re.compile(r"[2-9A-Z]{3}(?:-[2-9A-Z]{4}){3}")


def main() -> int:
    with LocalCloud(free_port(), Signer.development(), say=say) as stack:
        world = World(stack, Signer.development(), Standin(stack.standin_url))
        problems = [*through_all(world), *alone(world)]
    report_units()
    for each in problems:
        say(each)
    return int(bool(problems))


def through_all(world: World) -> list[str]:
    """What went wrong with players who use a code at the same moment."""
    guild = snowflake()
    admin = Player(world, snowflake(), "en-US", guild)
    asked = admin.manage("code new", note="bench", coins=1, claims=CEILING)
    buttons = components(world.record(asked)["message"]["components"])
    [make, *_] = [each["custom_id"] for each in buttons if "custom_id" in each]
    [code] = _CODE.findall(world.message(admin.tap(asked, make)))
    players = [Player(world, snowflake(), "en-US", guild) for _ in range(PLAYERS)]
    with ThreadPoolExecutor(PLAYERS) as threads:
        began = time.perf_counter()
        sent = list(threads.map(lambda each: each.use("code", text=code), players))
        told = list(threads.map(lambda each: world.message(each, wait=300), sent))
        seconds = time.perf_counter() - began
    got = sum("Your code was accepted" in text for text in told)
    refused = sum("all of it is claimed" in text for text in told)
    print(
        f"{PLAYERS} at once for {CEILING}, through the whole system: {got} got it, {refused} were "
        f"told that it is claimed, {PLAYERS / seconds:.1f} a second"
    )
    is_right = (got, refused) == (CEILING, PLAYERS - CEILING)
    return [] if is_right else [f"{got} got it and {refused} were refused: {Counter(told)}"]


def alone(world: World) -> list[str]:
    """The same of the counter, without anything around it."""
    guild, client = snowflake(), world.stack.client("dynamodb")
    os.environ["DYNAMODB_SETTINGS_TABLE"] = world.stack.outputs["SettingsTable"]
    client.transact_write_items(TransactItems=[claims.begin(guild, "c1")])

    def claim(number: int) -> str:
        try:
            client.transact_write_items(TransactItems=of_claim(guild, str(number)))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "claimed"

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.perf_counter()
        ends = Counter(threads.map(claim, range(ALONE)))
        seconds = time.perf_counter() - began
    rows = claims_of(client, guild)
    expected = {"claimed": ALONE // 2, "TransactionCanceledException": ALONE // 2}
    print(
        f"its counter alone, by {THREADS} threads: {ALONE / seconds:,.0f} transactions a second, "
        f"{ends['claimed']:,} of {ALONE:,} claimed"
    )
    is_right = ends == expected and rows == ALONE // 2
    return [] if is_right else [f"the counter alone: {ends}, {rows} claims are stored"]


def of_claim(guild: str, user: str) -> list[Any]:
    """What a claim writes beside its player's row and ledger."""
    player_key = f"{user}@{guild}"
    return [
        claims.put(guild, "c1", user, player_key, snowflake()),
        claims.count(guild, "c1", ALONE // 2),
        claims.untried(guild, user, Tries()),
    ]


def claims_of(client: Any, guild: str) -> int:
    pages = client.get_paginator("query").paginate(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        KeyConditionExpression="server_id = :guild AND begins_with(setting, :claim)",
        ExpressionAttributeValues={":guild": {"S": guild}, ":claim": {"S": "claim#"}},
        ConsistentRead=True,
    )
    return sum(page["Count"] for page in pages)


def report_units() -> None:
    """What AWS would take: a transaction's write of an item of up to a kilobyte is two units."""
    counter = {"server_id": {"S": snowflake()}, "setting": {"S": "claims#c1"}, "taken": {"N": "1"}}
    units = write_units(counter, counter, transactional=True)[""]
    print(
        f"on AWS: {units} units for the counter, of {MOST_UNITS:,} a second for an item: at most "
        f"{MOST_UNITS // units} claims of one campaign a second"
    )


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
