"""Every transaction that Draw and Plan can decide, each by a command that comes to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import boto3

from adapters.tables import items, players
from commands import registry
from commands.asked import Asked
from commands.command import CHANGE, PULL
from tests import giving
from tests.conftest import ROOT, load_function
from tests.recording import record, void
from tests.support import GUILD, PLAYER_KEY, workflow_input

Decided = tuple[dict[str, Any], dict[str, Any]]
"""An interaction, and what was decided of it."""


CONFIRMED: Final[dict[str, dict[str, Any]]] = {
    "exchange": {"banner": "starlit-atelier", "card": "0", "price": "200", "has": "200"},
    "shop": {"banner": "starlit-atelier", "card": "0", "price": "300", "has": "300"},
    "lock": {"card": "0"},
    "fair box": {"banner": giving.SHARED, "number": 0},
    "box": {"banner": "lottery-box", "left": "299", "sure": "yes"},
    "privacy delete": {"sure": "yes"},
}
"""What the button of a question says, where the command alone changes nothing yet; and which box
has something to reveal."""


_PRESSED: Final[dict[str, dict[str, Any]]] = {
    "presents": {"present": "p1"},
    "admin present new": {"seen": giving.seen("admin present new")},
    "admin code new": {"seen": giving.seen("admin code new")},
    "admin take": {"seen": giving.seen("admin take")},
}
"""The same of buttons for which the player needs nothing (`giving.stock`)."""


def _sample(room: str) -> dict[str, Any]:
    """The options of a room's sample event or of the button after it, and its admin."""
    if room in CONFIRMED:
        return CONFIRMED[room]
    path = ROOT / f"events/rooms/{room.replace(' ', '_')}.json"
    asked = Asked.read(json.loads(path.read_text("utf-8"))["interaction"])
    options = _PRESSED.get(room, asked.options)
    return {**options, **({"admin": asked.admin_id} if asked.admin_id else {})}


COMMANDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    *(
        (room, _sample(room))
        for room in registry.rooms()
        if registry.definition(room).workflow in (PULL, CHANGE)
    ),
    ("pull", {"banner": giving.SHARED, "count": 1}),
)
"""What changes a player, with the options of its sample event; the pull first, and last the one
that writes other rows: of a box that the server shares."""


def afford(command: str, options: Mapping[str, Any]) -> None:
    """Let the player have what the command takes, beside the ledger: no play of a test earns it."""
    if options.get("banner") == giving.SHARED:
        (giving.share_box if command == "pull" else giving.outdate_box)()
    database = boto3.client("dynamodb")
    key = {"user_id": {"S": PLAYER_KEY}}
    found = database.get_item(TableName="discord_users", Key=key).get("Item")
    if command not in CONFIRMED or found is None:
        return
    row = items.from_item(found)
    row["shards"] = 300
    row["states"] = {**row["states"], "standard": {**row["states"].get("standard", {})}}
    row["states"]["standard"]["points"] = 200
    if command == "box":
        row["states"]["lottery-box"] = {"drawn": {"grand-prize": 1}, "points": 0}
        giving.offer("lottery-box")
    giving.own_a_card(database)
    database.put_item(TableName="discord_users", Item=items.to_item(row))


def empty(tables: Any) -> None:
    """Take all rows out of the tables."""
    for table in ("discord_users", "gacha_history", "gacha_collection", "server_settings"):
        schema = tables.describe_table(TableName=table)["Table"]["KeySchema"]
        for item in tables.scan(TableName=table)["Items"]:
            key = {each["AttributeName"]: item[each["AttributeName"]] for each in schema}
            tables.delete_item(TableName=table, Key=key)


def decisions_of(command: str, options: dict[str, Any]) -> Iterator[Decided]:
    """What can be decided of the command: of a newcomer, of a player who has missed something, what
    is recorded, voided, refused, abandoned, overtaken, and what an epoch that a restore closed
    makes of it. Needs empty tables."""
    giving.stock()
    worker = load_function("draw" if command == "pull" else "plan").handler

    if command == "post":  # of the pull that is recorded below
        options = {**options, "number": workflow_input(2_000)["interaction_id"]}

    def decide(number: int, **more: Any) -> Decided:
        afford(command, options)
        interaction = workflow_input(number, command, **options) | more
        return interaction, json.loads(json.dumps(worker({"interaction": interaction}, None)))

    def pulled(number: int, count: int = 1) -> None:
        interaction = workflow_input(number, count=count)
        drawn = load_function("draw").handler({"interaction": interaction}, None)
        assert record(interaction, drawn)

    yield decide(0)  # of a newcomer
    assert void(workflow_input(1, command))
    yield decide(1)  # voided
    pulled(2_000, 10)
    yield decide(9_000)  # of a player who has missed a void and a pull
    yield decide(9_001, sweep=1)  # abandoned
    found = decide(9_002)
    assert record(*found)
    yield decide(9_002)  # recorded
    pulled(20_000)
    rotation = workflow_input(30_000, "fair rotate")
    planned = load_function("plan").handler({"interaction": rotation}, None)
    assert record(rotation, planned)
    yield decide(25_000)  # overtaken, but a grant is not
    yield decide(31_000, guild_id=f"{GUILD[:-1]}3")  # of a newcomer elsewhere
    tombstone = {"user_id": players.EVERYBODY, "epoch": 1_700_000_000}
    boto3.client("dynamodb").put_item(TableName="discord_users", Item=items.to_item(tombstone))
    players.lowest_epoch.cache_clear()
    yield decide(40_000)  # a lapse in its place
    players.lowest_epoch.cache_clear()
