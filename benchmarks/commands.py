"""What each command takes of AWS: units written, reads, and states of its workflow.

    PYTHONPATH=layers/gacha/python python -m benchmarks.commands

Draw, Plan and Answer decide as deployed, against tables in memory; the transactions are written
there, and units are counted by DynamoDB's rules (`benchmarks.write_units`). Each line has what the
same took before issue 14 of this project (the day, the book, the presents), where there was such a
command. Fails where a figure is not the one that is stated here: what grows, says why.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from unittest import mock

from adapters import aws, banners, files, secrets
from adapters.tables import items, ledger
from adapters.tables import players as players_table
from benchmarks.write_units import KB, item_size, write_units
from commands import offers, registry
from commands.command import PULL, REPLY
from gacha.game import MAX_OFFERS
from scripts import cost
from tests import giving
from tests.conftest import load_function
from tests.faults import template
from tests.faults.dynamodb import DynamoDB
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, SEALING_SECRET, sort_key, workflow_input

DAY: Final = 86_400_000
"""In milliseconds, by which interactions are numbered."""

READ: Final = 4096
"""Bytes of a read unit."""


class Stated(NamedTuple):
    """`before`: write units until 28 November 2026, None where there was no such command. `writes`
    and `reads` (calls to DynamoDB) as they are now. `why`: what grew. Not among the reads are those
    by which every command looks for results that nobody saw: a query, and after a pull an item."""

    before: int | None
    writes: int
    reads: int
    why: str = ""


class Step(NamedTuple):
    """A command as it is measured. `ready` makes what it needs, beside the ledger."""

    name: str
    room: str
    options: Mapping[str, Any]
    stated: Stated
    ready: Callable[[DynamoDB], None] = lambda _: None


@dataclass
class Took:
    """Units by table and index; calls that read, those for what was missed aside, and the units
    that all of them took."""

    writes: Counter[str] = field(default_factory=Counter)
    reads: list[str] = field(default_factory=list)
    read_units: float = 0


class Metered:
    """The tables in memory, which note what is done to them."""

    def __init__(self, database: DynamoDB) -> None:
        self.database, self.took = database, Took()
        self._schemas = template.schemas()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    def get_item(self, **request: Any) -> Any:
        answer = self.database.get_item(**request)
        return self._read("get_item", answer, [answer.get("Item", {})], request)

    def batch_get_item(self, **request: Any) -> Any:
        answer = self.database.batch_get_item(**request)
        found = [item for of in answer["Responses"].values() for item in of]
        asked = sum(len(of["Keys"]) for of in request["RequestItems"].values())
        found += [{}] * (asked - len(found))  # what is not there takes a unit, too
        return self._read("batch_get_item", answer, found, {"ConsistentRead": True})

    def query(self, **request: Any) -> Any:
        answer = self.database.query(**request)
        together = sum(map(item_size, answer.get("Items", ())))
        self._note("query", [together], request)
        return answer

    def _read(self, name: str, answer: Any, found: list[Any], request: Mapping[str, Any]) -> Any:
        self._note(name, [item_size(item) for item in found], request)
        return answer

    def _note(self, name: str, sizes: list[int], request: Mapping[str, Any]) -> None:
        if request.get("IndexName") != "undelivered" and not self._is_noted(request):
            self.took.reads.append(name)
        units = sum(max(1, -(-size // READ)) for size in sizes)
        self.took.read_units += units if request.get("ConsistentRead") else units / 2

    def _is_noted(self, request: Mapping[str, Any]) -> bool:
        """Whether it is the event before, of which the player's row says that it may have been
        missed."""
        before = str(sort_key(0))
        return request.get("Key", {}).get("timestamp") in ({"N": before}, {"N": before.rstrip("0")})

    def transact_write_items(self, **request: Any) -> Any:
        touched = [next(iter(each.values())) for each in request["TransactItems"]]
        before = [self._item(each) for each in touched]
        request.pop("ReturnConsumedCapacity", None)  # it is counted here
        answer = self.database.transact_write_items(**request)
        for each, old in zip(touched, before, strict=True):
            self._wrote(each["TableName"], old, self._item(each), transactional=True)
        return answer

    def update_item(self, **request: Any) -> Any:
        old = self._item(request)
        answer = self.database.update_item(**request)
        self._wrote(request["TableName"], old, self._item(request), transactional=False)
        return answer

    def _item(self, action: Mapping[str, Any]) -> Any:
        key = action.get("Key") or {
            name: action["Item"][name] for name in self._schemas[action["TableName"]].names
        }
        found = self.database.get_item(TableName=action["TableName"], Key=key)
        return found.get("Item")

    def _wrote(self, table: str, old: Any, new: Any, *, transactional: bool) -> None:
        schema = self._schemas[table]
        indexes = {
            f"/{name}": [each for each in (hash_, range_) if each]
            for name, (hash_, range_, _) in schema.indexes.items()
        }
        counted = write_units(
            old, new, transactional=transactional, key=schema.names, indexes=indexes
        )
        self.took.writes.update({table + place: units for place, units in counted.items() if units})


def measured(steps: tuple[Step, ...]) -> Iterator[tuple[Step, Took]]:
    """Each command, of a player who has pulled ten times and has plenty."""
    for step in steps:
        with tables() as metered:
            giving.stock()
            done(metered, 0, "pull", {"count": 10})
            plenty(metered.database)
            step.ready(metered.database)
            metered.took = Took()
            done(metered, DAY, step.room, step.options)
            yield step, metered.took


def done(metered: Metered, number: int, room: str, options: Mapping[str, Any]) -> None:
    """One command, through the workers and Record, and its message that arrived."""
    admin = giving.ADMIN if registry.permissions(room) else None
    interaction = workflow_input(number, room, admin=admin, **options)
    of = registry.definition(room).workflow
    worker = load_function({PULL: "draw", REPLY: "answer"}.get(of, "plan")).handler
    decided = json.loads(json.dumps(worker({"interaction": interaction}, None)))
    if of == REPLY:
        assert decided["outcome"] == "answered", decided
        return
    assert record(interaction, decided), decided
    if of == PULL:
        ledger.clear_undelivered(PLAYER_KEY, sort_key(number))


def plenty(database: DynamoDB) -> None:
    """Coins, points, shards and a card, beside the ledger."""
    user = {"user_id": {"S": PLAYER_KEY}}
    row = items.from_item(database.get_item(TableName="discord_users", Key=user)["Item"])
    row |= {"balance": 10**6, "shards": 300}
    row["states"]["standard"]["points"] = 200
    database.put_item(TableName="discord_users", Item=items.to_item(row))
    giving.own_a_card(database)


def tickets(database: DynamoDB) -> None:
    user = {"user_id": {"S": PLAYER_KEY}}
    row = items.from_item(database.get_item(TableName="discord_users", Key=user)["Item"])
    row["tickets"] = [{"n": 3, "e": giving.FAR_MS}]
    database.put_item(TableName="discord_users", Item=items.to_item(row))


def boxed(_: DynamoDB) -> None:
    """The server shares a box, and a running function knows its banner's file and name."""

    def keep(kind: files.Kind, content: bytes) -> str:
        files._keep(kind.key(kind.hash(content)), content)
        return kind.hash(content)

    with mock.patch.object(files, "put", keep):
        giving.share_box()
    offers.called(banners.game(GUILD))


def listed(database: DynamoDB) -> None:
    user = {"user_id": {"S": PLAYER_KEY}}
    row = items.from_item(database.get_item(TableName="discord_users", Key=user)["Item"])
    row["preferences"] = {"wishes": "listed"}
    database.put_item(TableName="discord_users", Item=items.to_item(row))


@contextmanager
def tables() -> Iterator[Metered]:
    """The stack's tables in memory, and its secrets."""
    metered = Metered(DynamoDB(template.schemas()))
    players_table.lowest_epoch.cache_clear()
    secret = {"fairness": giving.SECRET.decode(), "sealing": SEALING_SECRET}
    with (
        mock.patch.object(aws, "dynamodb", return_value=metered),
        mock.patch("boto3.client", return_value=metered.database),  # `tests.giving`
        mock.patch.object(secrets, "read", side_effect=secret.__getitem__),
        mock.patch.dict(os.environ, {f"{n.upper()}_SECRET_ARN": n for n in secret}),
        mock.patch("builtins.print"),  # a line of the log for each command
    ):
        players_table.lowest_epoch()  # a running function knows it
        yield metered
    players_table.lowest_epoch.cache_clear()


def of_many_banners() -> tuple[int, int]:
    """Bytes of the row of a player who has pulled on all banners that a server can offer, and how
    many those are. What a player can make long beside is bounded in tests/unit/test_write_units.py.
    """
    state = {"since": {"r1": 89, "r2": 9}, "lost": {"r1": 1}, "points": 123}
    states = {f"b{number}": state for number in range(10, 10 + MAX_OFFERS)}
    user = {"user_id": {"S": PLAYER_KEY}}
    with tables() as metered:
        done(metered, 0, "pull", {"count": 10})
        row = metered.database.get_item(TableName="discord_users", Key=user)["Item"]
    return item_size({**row, **items.to_item({"states": states})}), len(states)


def transitions() -> dict[str, int]:
    """States that a command's workflow enters, by its kind; Express is not charged by them."""
    facts = cost.Facts(cost.settings("initial", {}))
    return {each.name: 0 if each.express else each.transitions for each in facts.machines}


def main() -> int:
    states = transitions()
    print(f"{'':34}{'write units':>13}{'before':>8}{'reads':>7}{'units':>7}{'states':>8}")
    failed = False
    for step, took in [*measured(STEPS)]:  # which is silent until it is done
        of = registry.definition(step.room).workflow
        name = {PULL: "Pull", REPLY: "Reply"}.get(of, "Change")
        now = (took.writes.total(), len(took.reads))
        before = "–" if step.stated.before is None else str(step.stated.before)
        print(
            f"{step.name:34}{now[0]:13}{before:>8}{now[1]:7}{took.read_units:7.1f}"
            f"{states[name]:8}  {step.stated.why}"
        )
        if now != (step.stated.writes, step.stated.reads):
            failed = True
            print(f"  stated are {step.stated.writes} write units and {step.stated.reads} reads")
    size, banners = of_many_banners()
    units = 2 * -(-size // KB)
    print(
        f"a player's row with {banners} banners: {size} bytes, so each change takes {units} units"
    )
    return int(failed)


_CARD: Final = {"banner": "starlit-atelier", "card": "0"}
_TICKETS: Final = {"banner": giving.SHARED}
STEPS: Final = (
    Step("pull ×1", "pull", {"count": 1}, Stated(9, 9, 4)),
    Step("pull ×10", "pull", {"count": 10}, Stated(12, 12, 4)),
    Step("pull ×1 by ticket", "pull", {"count": 1}, Stated(None, 9, 4), tickets),
    Step("pull ×1 of a shared box", "pull", _TICKETS | {"count": 1}, Stated(None, 13, 6), boxed),
    Step("pull ×5 of a shared box", "pull", _TICKETS | {"count": 5}, Stated(None, 13, 6), boxed),
    Step("daily", "daily", {}, Stated(4, 4, 4)),
    Step("presents: what waits", "presents", {}, Stated(None, 2, 5)),
    Step("presents: one taken", "presents", {"present": "p1"}, Stated(None, 8, 5)),
    Step("code: used", "code", {"text": giving.sealed(giving.WORD)}, Stated(None, 12, 5)),
    Step("code: wrong", "code", {"text": giving.sealed("wrong!")}, Stated(None, 6, 4)),
    Step("exchange: what there is", "exchange", {}, Stated(None, 2, 4)),
    Step(
        "exchange: taken", "exchange", {**_CARD, "price": "200", "has": "200"}, Stated(None, 6, 4)
    ),
    Step("shop: what there is", "shop", {}, Stated(None, 2, 4)),
    Step("shop: taken", "shop", {**_CARD, "price": "300", "has": "300"}, Stated(None, 6, 4)),
    Step("lock", "lock", {"card": "0"}, Stated(None, 6, 5)),
    Step("wishlist: what there is", "wishlist", {}, Stated(None, 2, 4)),
    Step("wishlist: added", "wishlist", {"card": "0"}, Stated(None, 6, 4)),
    Step("wishlist: added, and listed", "wishlist", {"card": "0"}, Stated(None, 8, 5), listed),
    Step("settings: changed", "settings", {"results": "private"}, Stated(None, 4, 3)),
    Step("fair seed", "fair seed", {"text": "my own words"}, Stated(4, 4, 3)),
    Step("privacy delete: asked for", "privacy delete", {"sure": "yes"}, Stated(None, 6, 3)),
    Step("privacy show", "privacy show", {}, Stated(None, 0, 3)),
    Step("now", "now", {}, Stated(None, 0, 3)),
    Step("collection: first page", "collection", {}, Stated(None, 0, 3)),
    Step("collection: a page", "collection", {"filter": "00", "page": 1}, Stated(None, 0, 3)),
    Step("profile", "profile", {}, Stated(0, 0, 4, "luck: its latest pulls")),
    Step("history", "history", {}, Stated(0, 0, 3)),
    Step("luck", "luck", {}, Stated(0, 0, 3)),
    Step("help", "help", {}, Stated(0, 0, 3)),
)


if __name__ == "__main__":
    sys.exit(main())
