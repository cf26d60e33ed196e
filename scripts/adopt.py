"""Takes the players of an older bot over: one grant each, of what they had in its table.

    .venv/bin/python -m scripts.adopt --stack discord-gacha --from-table old_users \\
        --balance-attribute coins --guild 1290000000000000002 --dry-run

The old table is the guide's `discord_users`: its key is `user_id` (S), a Discord user's id, and
nothing else about it is known, so --balance-attribute says where the money is. It is only read.

Every player gets one `grant` of their old balance in the new ledger, and somebody who never played
here their row as well, which opens with nothing: they begin with what they had, not with what a
newcomer gets, and the money here grows by exactly what was taken over. One transaction a player.
It may be run again at any time: the grant's key is the same each time, so that nobody gets it
twice, and a run that was interrupted goes on. Rows that make no sense are named and left out.

Exit codes: 0 all rows are taken over, 1 some were left out, 2 bad question, 3 AWS could not be
asked.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from adapters import aws, seeds
from adapters.tables import ledger, players, transactions
from gacha import player, snowflake
from gacha.audit import ADOPTED, MOST_ADOPTED
from gacha.changes import Change
from scripts import stack
from scripts.stack import Deployment, StackError, say

TRIES: Final = 10
"""How often a player who plays at the same moment is read again."""

LONGEST_PAUSE_S: Final = 30.0

_BUSY: Final = aws.THROTTLED | {
    "TransactionCanceledException",  # by throttling: `transactions.write` knows what else it can be
}

EVERY: Final = 500
"""Rows between two lines of progress."""


class BadRowError(Exception):
    """A row of the old table that cannot be taken over; the text says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """The old table and what is known of it. `id_` is the interaction that the grants stand for:
    no interaction of Discord's has it, and it is the same in every run."""

    table: str
    attribute: str
    guild: str
    id_: str


def source(deployment: Deployment, table: str, attribute: str, guild: str) -> Source:
    """The old table. Raises StackError if it is not of the guide's shape, or one of ours."""
    if table in deployment.tables.values():
        raise StackError(f"{table} is a table of this stack: it has nothing to adopt")
    client = deployment.client("dynamodb")
    try:
        described = client.describe_table(TableName=table)["Table"]
    except client.exceptions.ResourceNotFoundException:
        raise StackError(f"there is no table {table} in {deployment.region}") from None
    keys = [(each["AttributeName"], each["KeyType"]) for each in described["KeySchema"]]
    kinds = {
        each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]
    }
    if keys != [("user_id", "HASH")] or kinds["user_id"] != "S":
        raise StackError(f"{table} is not keyed by user_id (S) alone, but by {keys}")
    # Its millisecond is when the old table was made; the low bits, which are Discord's workers and
    # counters in a real id, come from the name, so that two old tables give two grants.
    made = int(described["CreationDateTime"].timestamp() * 1000) - snowflake.DISCORD_EPOCH_MS
    digest = hashlib.sha256(f"adopt|{described['TableArn']}|{guild}".encode()).digest()
    low = int.from_bytes(digest[:4], "big") % (1 << 22)
    return Source(table, attribute, guild, str(made << 22 | low))


def rows(deployment: Deployment, origin: Source) -> Iterator[Mapping[str, Any]]:
    """All rows of the old table, as Python values."""
    pages = deployment.client("dynamodb").get_paginator("scan").paginate(TableName=origin.table)
    read = TypeDeserializer().deserialize
    for page in pages:
        for item in page["Items"]:
            yield {name: read(value) for name, value in item.items()}


def understood(row: Mapping[str, Any], origin: Source) -> tuple[str, int]:
    """A row's Discord user id and balance. Raises BadRowError for what makes no sense.

    A key of the form `<user>@<guild>` is taken where the guild is the one that is adopted.
    """
    user, _, guild = str(row["user_id"]).partition("@")
    id_ = snowflake.canonical(user)
    if id_ is None:
        raise BadRowError("its user_id is no id of Discord's")
    if guild and snowflake.canonical(guild) != origin.guild:
        raise BadRowError(f"it belongs to the server {guild}")
    if origin.attribute not in row:
        raise BadRowError(f"it has no {origin.attribute}")
    return id_, _whole(row[origin.attribute], origin.attribute)


def _whole(value: object, name: str) -> int:
    """A balance as a whole number; also one that the old bot wrote as text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,13}", value):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise BadRowError(f"its {name} is {value!r}, no number")
    if value != value.to_integral_value():
        raise BadRowError(f"its {name} is {value}, no whole number")
    if not 0 <= value <= MOST_ADOPTED:
        raise BadRowError(f"its {name} is {value}, outside of 0 to {MOST_ADOPTED:,}")
    return int(value)


def adopt(user: str, balance: int, origin: Source) -> str:
    """Write one player's grant; returns "adopted", or "adopted before".

    Raises BadRowError for a player who plays so fast that ten attempts met other changes.
    """
    player_key = player.key(user, origin.guild)
    for _ in range(TRIES):
        current = players.load(player_key) or _stranger(player_key, origin)
        if snowflake.created_ms(origin.id_) <= current.erased:
            return "erased since"
        after = replace(current, balance=current.balance + balance, version=current.version + 1)
        event = {"kind": "grant", "amount": balance, "reason": ADOPTED + origin.table}
        transaction = transactions.of_change(Change(event, current, after), origin.id_)
        outcome = transactions.write(transaction).outcome
        if outcome == "recorded":
            return "adopted"
        if outcome != "conflict":
            return "adopted before"
    raise BadRowError("the player kept changing; run it again")


def _stranger(player_key: str, origin: Source) -> player.Player:
    """Somebody who never played here: their purse opens empty, for the grant fills it."""
    joined = snowflake.created_ms(origin.id_)
    return replace(seeds.newcomer(player_key, origin.guild, joined), balance=0)


def is_adopted(user: str, origin: Source) -> bool:
    """Whether the grant is in the ledger."""
    player_key = player.key(user, origin.guild)
    return ledger.load(player_key, snowflake.sort_key(origin.id_)) is not None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.adopt",
        description="Takes the players of an older bot over, with what they had.",
        epilog="exit codes: 0 all taken over, 1 rows left out, 2 bad question, 3 AWS not readable",
    )
    parser.add_argument("--from-table", required=True, help="the old bot's table of users")
    parser.add_argument("--balance-attribute", required=True, help="where its rows hold the money")
    parser.add_argument(
        "--guild",
        type=stack.discord_id,
        required=True,
        help="the server whose players they become",
    )
    parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
    stack.add_arguments(parser)
    given = parser.parse_args(arguments)
    return run(stack.chosen(given), given)


def run(deployment: Deployment, given: argparse.Namespace) -> int:
    """Go through the old table once."""
    origin = source(deployment, given.from_table, given.balance_attribute, given.guild)
    say(f"{origin.table} → {deployment.name}, server {origin.guild}; grants are {origin.id_}")
    seen: Counter[str] = Counter()
    money: Counter[str] = Counter()
    users: set[str] = set()
    for number, row in enumerate(rows(deployment, origin), 1):
        try:
            user, balance = understood(row, origin)
            if user in users:
                raise BadRowError("another row of the same player was taken")
            users.add(user)
            deployment.for_adapters()  # a login's keys are renewed while a long run goes on
            outcome = _patiently(user, balance, origin, dry_run=given.dry_run)
        except BadRowError as problem:
            say(f"left out {row['user_id']!r}: {problem}")
            seen["left out"] += 1
            continue
        seen[outcome] += 1
        money[outcome] += balance
        if number % EVERY == 0:
            say(f"{number:,} rows read, {seen.total() - seen['left out']:,} understood")
    print(f"{origin.table}: {seen.total():,} rows" + (" (dry run)" if given.dry_run else ""))
    for outcome, times in sorted(seen.items()):
        amount = f", {money[outcome]:,} in all" if outcome in money else ""
        print(f"  {outcome}: {times:,}{amount}")
    return stack.NOT_SO if seen["left out"] else stack.FOUND


def _outcome(user: str, balance: int, origin: Source, *, dry_run: bool) -> str:
    if not dry_run:
        return adopt(user, balance, origin)
    return "adopted before" if is_adopted(user, origin) else "would be adopted"


def _patiently(user: str, balance: int, origin: Source, *, dry_run: bool) -> str:
    """Try again while tables are throttled: five write units carry about one player a second."""
    for attempt in range(TRIES):
        try:
            return _outcome(user, balance, origin, dry_run=dry_run)
        except aws.ServiceError as error:
            if error.code not in _BUSY or attempt + 1 == TRIES:
                raise
            pause = random.uniform(0, min(LONGEST_PAUSE_S, 2.0**attempt))
            say(f"the tables are busy: waiting {pause:.1f} s")
            time.sleep(pause)
    raise AssertionError("unreachable")


if __name__ == "__main__":
    sys.exit(stack.ending(main))
