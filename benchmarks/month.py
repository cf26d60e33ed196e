"""A month of a server, day by day: what players get beside what their owner was promised.

    PYTHONPATH=layers/gacha/python python -m benchmarks.month [PLAYERS] [SEED]

Plan and Draw decide every command as deployed, against tables in memory; each transaction is
written whole. Players come every day, most days, or at weekends, and pull what they can pay. The
ledger is audited. Fails on a finding, and if somebody who came every day has not got exactly what
the settings' preview says a month gives.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final
from unittest import mock

from adapters import aws, banners, secrets
from adapters.tables import ledger
from adapters.tables import players as players_table
from adapters.tables.items import from_item
from commands import events
from gacha import audit, kinds, snowflake
from gacha.economy import Economy
from gacha.purse import Tickets
from tests.conftest import load_function
from tests.faults import template
from tests.faults.dynamodb import DynamoDB
from tests.support import workflow_input

DAYS: Final = 30
FIRST: Final = datetime(2026, 11, 30, 15, tzinfo=UTC)  # midnight in Japan
GUILD: Final = "1290000000000000002"
USERS: Final = 1_290_000_000_000_100_000
HABITS: Final[Mapping[str, float]] = {"every day": 1.0, "most days": 0.8, "weekends": 0.3}
PULL: Final = 160
TEN: Final = 1_600


@dataclass
class Month:
    """What came of it, by the habit of the players: currency and tickets that days gave, and draws.
    `findings` are the audit's."""

    coins: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    tickets: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    draws: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    findings: list[str] = field(default_factory=list)
    events: int = 0


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.process_time()
    month = played(number, seed)
    promise = Economy(GUILD).month
    tickets = sum(each.count for each in promise.tickets)
    print(f"{number} players, seed {seed}: {month.events} events, {len(month.findings)} findings")
    print(f"{time.process_time() - began:.0f} s of a core")
    print(
        f"promised to who comes every day: {promise.coins:,} and {tickets} tickets, "
        f"{promise.coins / DAYS:.1f} a day"
    )
    for habit in HABITS:
        if got := month.coins[habit]:
            print(
                f"{habit}: {len(got)} players, median {median(got):,.0f} and "
                f"{median(month.tickets[habit]):.0f} tickets, {median(got) / DAYS:.1f} a day, "
                f"{median(month.draws[habit]):.0f} draws"
            )
    for each in month.findings[:20]:
        print(each)
    regular = set(zip(month.coins["every day"], month.tickets["every day"], strict=True))
    return bool(month.findings) or regular - {(promise.coins, tickets)} != set()


def played(number: int, seed: int) -> Month:
    """A month of so many players, in the order of time."""
    month, users = Month(), habits_of(number)
    with play(users, seed) as database:
        _reckon(database, users, month)
    return month


def habits_of(number: int) -> dict[str, str]:
    """So many players' ids, with how they come."""
    habits = list(HABITS)
    return {str(USERS + each): habits[each % len(habits)] for each in range(number)}


@contextmanager
def play(users: Mapping[str, str], seed: int, days: int = DAYS) -> Iterator[DynamoDB]:
    """The tables after so many days of these players. Within it adapters read them."""
    chance = random.Random(seed)
    with _tables() as database:
        plan, draw = (load_function(name).handler for name in ("plan", "draw"))
        for day in range(days):
            for user, habit in users.items():
                if chance.random() < HABITS[habit]:
                    at = FIRST + timedelta(days=day, seconds=chance.uniform(0, 80_000))
                    _visit(database, plan, draw, user, at, chance)
        yield database


def _visit(
    database: DynamoDB, plan: Any, draw: Any, user: str, at: datetime, chance: random.Random
) -> None:
    """Take the day, then pull what tickets and the purse pay."""
    made_ms = int(at.timestamp() * 1000)

    def act(work: Any, command: str, **options: Any) -> None:
        nonlocal made_ms
        made_ms += 1_500
        made = made_ms - snowflake.DISCORD_EPOCH_MS << 22 | chance.getrandbits(12)
        asked = workflow_input(0, command, **options) | {
            "interaction_id": str(made),
            "ledger_key": snowflake.key_text(str(made)),
            "user_id": user,
        }
        decided = json.loads(json.dumps(work({"interaction": asked}, None)))
        assert decided["outcome"] in ("planned", "drawn"), decided
        database.transact_write_items(TransactItems=decided["transaction"])
        ledger.clear_undelivered(f"{user}@{GUILD}", snowflake.sort_key(str(made)))

    act(plan, "daily")
    while True:
        current = players_table.load(f"{user}@{GUILD}")
        assert current
        tickets = sum(each.count for each in current.tickets if made_ms + 1_500 < each.ends_ms)
        if tickets >= 10 or (not tickets and current.balance >= TEN):
            act(draw, "pull", count=10)
        elif tickets:
            act(draw, "pull", count=1)
        else:
            return


def _reckon(database: DynamoDB, users: Mapping[str, str], month: Month) -> None:
    tables: dict[str, dict[str, list[Any]]] = {}
    for name, items in database.tables.items():
        by_player: dict[str, list[Any]] = defaultdict(list)
        for item in items.values():
            stored = from_item(item)
            by_player[stored.get("user_id", "")].append(stored)
        tables[name] = by_player
    now = int((FIRST + timedelta(days=DAYS)).timestamp() * 1000)
    for user, habit in users.items():
        key = f"{user}@{GUILD}"
        rows = tables["gacha_history"][key]
        if not rows:
            continue
        found = audit.check(
            key,
            rows,
            next(iter(tables["discord_users"][key]), None),
            tables["gacha_collection"][key],
            banners.load_version,
            now,
            events.replays(),
        )
        month.findings += [str(each) for each in found if each.violation]
        month.events += len(rows)
        dailies = [row for row in rows if row["kind"] == kinds.DAILY]
        month.coins[habit].append(sum(row["amount"] for row in dailies))
        lots = (Tickets.read(lot) for row in dailies for lot in row.get("tickets", ()))
        month.tickets[habit].append(sum(lot.count for lot in lots))
        pulls = (row["count"] for row in rows if row["kind"] == kinds.PULL)
        month.draws[habit].append(sum(pulls))


@contextmanager
def _tables() -> Iterator[DynamoDB]:
    """The stack's tables in memory, and a secret."""
    database = DynamoDB(template.schemas())
    players_table.lowest_epoch.cache_clear()
    with (
        mock.patch.object(aws, "dynamodb", return_value=database),
        mock.patch.object(secrets, "read", return_value="s" * 64),
        mock.patch.dict(os.environ, {"FAIRNESS_SECRET_ARN": "month"}),
        mock.patch("builtins.print"),  # a line of the log for each command
    ):
        yield database


if __name__ == "__main__":
    sys.exit(main())
