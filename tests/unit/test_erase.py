"""Erasing one player: nothing is left of them in any table but the tombstone, whatever they ever
did, and what is left of others and of the server still holds."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from adapters import aws, banners
from adapters.tables import erasures, items, persons, players, settings, transactions
from adapters.tables.erasures import Due
from commands import events, forms
from gacha import audit, banner, box_audit, claims, kinds, player, server, shared_box
from gacha.making.stored import DraftPointer, draft_setting
from gacha.presents import Audience
from tests import giving
from tests.conftest import load_function
from tests.faults import template
from tests.faults.clock import Killed
from tests.faults.dynamodb import DynamoDB
from tests.faults.world import as_the_client_says
from tests.recording import record, void
from tests.support import GUILD, PLAYER_KEY, USER, workflow_input
from tests.transactions import COMMANDS, afford

OTHER: Final = "1290000000000000077"
STRANGER: Final = "1290000000000000555"
TABLES: Final = ("discord_users", "gacha_history", "gacha_collection", "server_settings")


def decided(number: int, command: str, options: Mapping[str, Any], **more: Any) -> Any:
    worker = load_function("draw" if command == "pull" else "plan").handler
    interaction = workflow_input(number, command, **options) | more
    return interaction, json.loads(json.dumps(worker({"interaction": interaction}, None)))


def played(number: int, command: str, options: Mapping[str, Any], **more: Any) -> bool:
    return record(*decided(number, command, options, **more))


def play_everything(client: Any) -> None:
    """Every command that changes something, by the user, and by the user as an admin; some by
    somebody else, too."""
    giving.stock()
    for room in giving.TO_MAKE:  # the user is the one who was about to make something
        kept = settings.setting(GUILD, forms.setting(room, giving.ADMIN)) or {}
        giving.put(forms.setting(room, USER), {n: kept[n] for n in ("values", "expires_at")})
    assert played(1, "pull", {"count": 10})
    assert void(workflow_input(2, "pull"))
    number = 2_000
    for command, options in COMMANDS:
        if command == "privacy delete":  # after which nothing is played any more
            continue
        number += 2_000
        afford(command, options)
        if command == "post":
            options = {**options, "number": workflow_input(1)["interaction_id"]}
        if "admin" in options and command not in ("admin grant", "admin take"):
            options = {**options, "admin": USER}
        played(number, command, options)
    of_other: list[tuple[str, dict[str, Any]]]
    of_other = [
        ("pull", {"count": 1}),
        ("pull", {"banner": giving.SHARED, "count": 1}),
        ("presents", {"present": "p1"}),
        ("code", dict(COMMANDS)["code"]),
        ("settings", {"wishes": "listed"}),
        ("wishlist", {"card": "1"}),
        ("admin grant", {"amount": 5, "reason": f"for <@{USER}>", "admin": USER}),
    ]
    for at, (command, options) in enumerate(of_other):
        assert played(200_000 + 2_000 * at, command, options, user_id=OTHER), command
        if command in ("settings", "wishlist"):
            assert played(201_000 + 2_000 * at, command, options), command
    work_as_admin()
    assert played(390_000, "privacy delete", {"sure": "yes"})
    assert played(391_000, "privacy delete", {"do": "undo"})
    close_epochs(client)
    assert played(400_000, "pull", {"count": 1})  # a lapse in its place


def work_as_admin() -> None:
    """What lies of an admin, and of a member who reports, beside what `play_everything` plays:
    events and pointers of the workshop, which is not at work here."""
    number = 300_000
    for kind in kinds.OF_SERVER:
        number += 1_000
        draft = DraftPointer(1, by=USER, published={"by": USER})
        of = server.Setting(draft_setting(kind), 1, {**draft.content(), "version": 1})
        event = {"kind": kind, "by": USER, "to": ["member", USER], "reason": f"of {USER}"}
        change = server.Change(GUILD, event, settings=(of,))
        id_ = workflow_input(number)["interaction_id"]
        assert transactions.write(transactions.of_server(change, id_, {})).outcome == "recorded"
    to_user = giving.present("p7", audience=Audience("member", USER))
    giving.put("present#p7", {"version": 1, **to_user.content(), "withdrawn": USER})
    giving.put("cards", {"version": 1, "rights": USER})
    giving.put("pledge", {"version": 1, "by": USER, "made": "1"})
    for name in (f"report#{'a' * 32}#{USER}", f"reporter#{USER}#20000#0", f"tries#{USER}"):
        giving.put(name, {"expires_at": giving.FAR_MS // 1000})


def close_epochs(client: Any) -> None:
    """What a restore leaves."""
    everybody = {"user_id": players.EVERYBODY, "epoch": 1_700_000_000}
    client.put_item(TableName="discord_users", Item=items.to_item(everybody))
    players.lowest_epoch.cache_clear()


@pytest.fixture
def database(tables: Any, monkeypatch: pytest.MonkeyPatch) -> DynamoDB:
    """All of that, once for all tests, in tables in memory."""
    if not _everything:
        play_everything(tables)
        for name in TABLES:
            pages = tables.get_paginator("scan").paginate(TableName=name)
            _everything[name] = [item for page in pages for item in page["Items"]]
    players.lowest_epoch.cache_clear()
    database = DynamoDB(template.schemas())
    for name, stored in _everything.items():
        for item in stored:
            database.put_item(TableName=name, Item=item)
    client = Client(database)
    monkeypatch.setattr(aws, "dynamodb", lambda: client)
    return database


_everything: Final[dict[str, list[Any]]] = {}


class Client:
    """The adapters' client over tables in memory, which may die at one of its writes."""

    WRITES: Final = ("batch_write_item", "transact_write_items")

    def __init__(self, database: DynamoDB) -> None:
        self._database = database
        self.dies_at: float = float("inf")
        self.writes = 0

    def connect(self) -> None:
        """Nothing is asked yet."""

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            if operation in self.WRITES:
                self.writes += 1
                if self.writes == self.dies_at:
                    raise Killed
            effect = getattr(self._database, operation)
            request.pop("ReturnConsumedCapacity", None)  # a workflow's
            return as_the_client_says(lambda: effect(**request))

        return call


def found(database: DynamoDB, id_: str) -> list[tuple[str, dict[str, Any]]]:
    """All rows of all tables that say this id anywhere, in keys and values."""
    return [
        (table, item)
        for table in TABLES
        for item in database.tables[table].values()
        if id_ in json.dumps(item)
    ]


def rows_of(database: DynamoDB, table: str) -> list[dict[str, Any]]:
    return [items.from_item(item) for item in database.tables[table].values()]


def erase(*due: Due) -> dict[str, Any]:
    """What the workflow does for these until nothing is due."""
    for each in due:
        assert transactions.write([erasures.put(each)])
    handler = load_function("erase").handler
    counted: dict[str, Any] = {"is_more": True}
    while counted["is_more"]:
        names = ("after", "erased", "undone", "failed")
        so_far = {name: counted[name] for name in names if name in counted}
        counted = handler({"step": "next", "so_far": so_far}, None)
    return counted


def complaints(database: DynamoDB) -> list[str]:
    """What the audit says of the other player, of what was taken there, and of the shared box."""
    users = {row["user_id"]: row for row in rows_of(database, "discord_users")}
    erasing = {key for key, row in users.items() if audit.is_erasing(row)}
    history = rows_of(database, "gacha_history")
    stored = {row["setting"]: row for row in rows_of(database, "server_settings")}
    taken = [row for row in history if row.get("kind") in claims.KINDS]
    key = player.key(OTHER, GUILD)
    box = shared_box.key(giving.SHARED, GUILD)
    return [
        *map(
            str,
            audit.check(
                key,
                [row for row in history if row["user_id"] == key],
                users[key],
                [row for row in rows_of(database, "gacha_collection") if row["user_id"] == key],
                banner_of,
                0,
                events.replays(),
            ),
        ),
        *map(str, claims.check(taken, stored, erasing)),
        *map(
            str,
            box_audit.check(
                box,
                next(row for row in history if row["user_id"] == box),
                [
                    row
                    for row in history
                    if row["user_id"].startswith(f"{shared_box.KEY}{giving.SHARED}#")
                ],
                [row for row in history if row.get("kind") == kinds.TICKET],
                banner_of,
                erasing,
            ),
        ),
    ]


def banner_of(_guild_id: str, banner_id: str, banner_hash: str) -> Any:
    if banner_id in banners.ids():
        return banners.load_version(_guild_id, banner_id, banner_hash)
    return banner.parse(giving._file(banner_id), banner_id)


def test_every_kind_of_event_is_played_here(database: DynamoDB) -> None:
    """So that whoever adds one sees whether its rows go, too."""
    assert {row["kind"] for row in rows_of(database, "gacha_history") if "kind" in row} == {
        *kinds.KINDS
    }
    assert len(found(database, USER)) > 80


def test_nothing_is_left_of_a_player_but_a_tombstone(database: DynamoDB) -> None:
    before = players.load(PLAYER_KEY)
    assert before and not complaints(database)
    counted = erase(Due(1, PLAYER_KEY, is_operators=True))
    assert counted["erased"] == 1 and counted["failed"] == 0
    [(table, tombstone)] = found(database, USER)
    assert table == "discord_users"
    assert tombstone.keys() == {"user_id", "epoch", "version", "erased"}
    left = players.tombstone(PLAYER_KEY)
    assert (left.version, left.epoch) == (before.version + 1, before.epoch + 1)
    assert not complaints(database)


def test_somebody_who_never_played_leaves_nothing(database: DynamoDB) -> None:
    """A void of theirs, and what they did as an admin. Nobody can begin to play meanwhile, and
    afterwards they begin as anybody does."""
    stranger = player.key(STRANGER, GUILD)
    assert void(workflow_input(3, "pull") | {"user_id": STRANGER})
    assert len(found(database, STRANGER)) == 1
    erase(Due(1, stranger, is_operators=True))
    assert found(database, STRANGER) == []
    assert players.tombstone(stranger).erased == 0


def test_a_void_of_later_goes_and_the_tombstone_stays(database: DynamoDB) -> None:
    """Nobody begins a new life while it goes, and the epochs of the one before stay closed."""
    erase(Due(1, PLAYER_KEY, is_operators=True))
    before = players.tombstone(PLAYER_KEY)
    assert void(workflow_input(400_000, "pull"))
    assert len(found(database, USER)) == 2
    counted = erase(Due(2, PLAYER_KEY, is_operators=True))
    assert (counted["erased"], counted["undone"]) == (1, 0)
    [(table, _)] = found(database, USER)
    after = players.tombstone(PLAYER_KEY)
    assert table == "discord_users" and before.erased <= after.erased < player.ERASING
    assert (after.version, after.epoch) == (before.version, before.epoch)


def test_who_does_not_play_loses_what_is_noted_and_no_void_at_whatever_step_it_dies(
    database: DynamoDB,
) -> None:
    """Their own wish closes nothing: they may begin to play meanwhile, and nothing that failed is
    ever charged."""
    client: Any = aws.dynamodb()
    stranger = player.key(STRANGER, GUILD)
    assert void(workflow_input(3, "pull") | {"user_id": STRANGER})
    tried = {"server_id": GUILD, "setting": f"tries#{STRANGER}", "expires_at": 1}
    database.put_item(TableName="server_settings", Item=items.to_item(tried))
    assert transactions.write([persons.put(persons.Place(GUILD, 1), STRANGER)])
    assert transactions.write([erasures.put(Due(1, stranger))])
    whole = {name: dict(database.tables[name]) for name in TABLES}
    client.writes = 0
    counted = erase()
    assert (counted["erased"], counted["undone"]) == (1, 0)
    assert client.writes >= 3
    for at in range(1, client.writes + 1):
        for name in TABLES:
            database.tables[name].clear()
            database.tables[name].update(whole[name])
        client.writes, client.dies_at = 0, at
        with pytest.raises(Killed):
            erase()
        client.dies_at = float("inf")
        erase()
        [(table, row)] = found(database, STRANGER)
        assert (table, row["kind"]["S"]) == ("gacha_history", kinds.VOID), f"died at write {at}"
        assert stranger not in {each.key for each in erasures.due(player.ERASING)}


def test_who_begins_to_play_before_keeps_all(database: DynamoDB) -> None:
    interaction = workflow_input(4, "pull") | {"user_id": STRANGER}
    assert record(interaction, load_function("draw").handler({"interaction": interaction}, None))
    counted = erase(Due(2, player.key(STRANGER, GUILD)))
    assert (counted["erased"], counted["undone"]) == (0, 1)
    assert players.load(player.key(STRANGER, GUILD))


def test_nothing_is_done_a_second_time_where_the_clock_is_behind(
    database: DynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was played last, by Discord's clock, comes once more after the erasure, whose own clock
    is a minute behind: its row in the ledger, which would have told, is away."""
    mine = [row for row in rows_of(database, "gacha_history") if row["user_id"] == PLAYER_KEY]
    last_s = float(max(row["timestamp"] for row in mine)) / 1000
    monkeypatch.setattr(time, "time", lambda: last_s - 60)
    erase(Due(1, PLAYER_KEY, is_operators=True))
    _, again = decided(400_000, "pull", {"count": 1})
    assert again["outcome"] == "refused"
    assert again["message"]["sentence"] == "erased_since"


def test_who_began_anew_keeps_what_a_late_run_would_drop(database: DynamoDB) -> None:
    """Two runs beside one another: the other one ended it, and somebody plays again."""
    due = Due(1, PLAYER_KEY, is_operators=True)
    assert transactions.write([erasures.put(due)])
    before = {key: dict(row) for key, row in database.tables["discord_users"].items()}
    load_function("erase", "people").end(due, 10**12)
    assert dict(database.tables["discord_users"]) == before
    assert [each.guild_id for each in persons.places(USER)] == [GUILD]
    assert due not in erasures.due(player.ERASING)


def test_who_never_played_and_begins_is_not_deleted_by_a_late_run(
    database: DynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read their place while that was closed, and writes when they play."""
    due = Due(1, PLAYER_KEY, is_operators=True)
    people = load_function("erase", "people")
    closed = {**people._NO_PLAYER, "user_id": PLAYER_KEY}
    get = items.get
    monkeypatch.setattr(items, "get", lambda *_: closed)
    with pytest.raises(Exception, match="somebody else"):
        people.end(due, 10**12)
    monkeypatch.setattr(items, "get", get)
    assert players.load(PLAYER_KEY)
    assert [each.guild_id for each in persons.places(USER)] == [GUILD]


@pytest.mark.parametrize("is_operators", [True, False])
def test_who_dies_at_any_step_goes_on(database: DynamoDB, *, is_operators: bool) -> None:
    """At each write of an erasure, whoever asked for it: nobody sees or plays what is half erased,
    the audit holds, and another run ends it."""
    due = Due(1, PLAYER_KEY, is_operators=is_operators)
    client: Any = aws.dynamodb()
    assert transactions.write([erasures.put(due)])
    if not is_operators:
        current = players.load(PLAYER_KEY)
        assert current
        row = players.written(replace(current, leaving=due.at_ms))
        database.put_item(TableName="discord_users", Item=items.to_item(row))
    whole = {name: dict(database.tables[name]) for name in TABLES}
    client.writes = 0
    erase()
    for at in range(1, client.writes + 1):
        for name in TABLES:
            database.tables[name].clear()
            database.tables[name].update(whole[name])
        client.writes, client.dies_at = 0, at
        with pytest.raises(Killed):
            erase()
        client.dies_at = float("inf")
        assert not complaints(database), f"died at write {at}"
        if players.load(PLAYER_KEY) is None:
            assert players.tombstone(PLAYER_KEY).erased >= 1
        erase()
        assert len(found(database, USER)) == 1
    assert at > 10
