"""The workflow that erases: its definition in the interpreter of the fault suite, over the function
itself and tables in memory. Two servers, one of which goes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import pytest

from adapters import aws
from adapters.tables import erasures, items, persons, players, transactions
from adapters.tables.erasures import Due
from gacha import player, server, shared_box
from gacha.game import Game
from tests.cloudformation import resources
from tests.conftest import ROOT, load_function
from tests.faults import asl, template
from tests.faults.clock import Killed
from tests.faults.dynamodb import DynamoDB
from tests.faults.world import as_the_client_says

DEFINITION: Final[dict[str, Any]] = json.loads(
    (ROOT / "statemachines/erase.asl.json").read_text("utf-8")
)
GONE: Final = "1290000000000000002"
STAYS: Final = "1290000000000000003"
PLAYERS: Final = 120
DUE: Final = Due(1, server.key(GONE), is_operators=True)


class Host:
    """Where the workflow runs: the function, and a clock that nobody waits for."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.waited = 0.0

    def now(self) -> float:
        return 1_800_000_000.0

    def sleep(self, seconds: float) -> None:
        self.waited += seconds

    def random(self) -> float:
        return 0.5

    def entered(self, state: str, _data: Any) -> None:
        self.states[state] += 1

    def invoke(self, _function: str, payload: Any, _timeout: float | None) -> Any:
        return json.loads(json.dumps(load_function("erase").handler(payload, None)))

    def call(self, *_: Any) -> Any:
        raise NotImplementedError


def run(host: Host, **given: Any) -> Any:
    text = json.dumps(DEFINITION)
    definition = asl.Definition.parse(text, {"EraseFunctionArn": "EraseFunction"})
    execution = {"Input": given, "Name": "test"}
    return asl.run(definition, host, execution, definition.start_at, given)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> DynamoDB:
    players.lowest_epoch.cache_clear()
    database = DynamoDB(template.schemas())
    monkeypatch.setattr(aws, "dynamodb", lambda: Client(database))
    for guild in (GONE, STAYS):
        fill(database, guild)
    return database


class Client:
    """The adapters' client over tables in memory, which may die at one of its writes."""

    def __init__(self, database: DynamoDB) -> None:
        self._database = database
        self.dies_at: float = float("inf")
        self.writes = 0

    def connect(self) -> None:
        """Nothing is asked yet."""

    def __getattr__(self, operation: str) -> Any:
        effect = getattr(self._database, operation)

        def call(**request: Any) -> Any:
            self.writes += "write" in operation
            if "write" in operation and self.writes == self.dies_at:
                raise Killed
            return as_the_client_says(lambda: effect(**request))

        return call


def fill(database: DynamoDB, guild: str, count: int = PLAYERS) -> None:
    """A server with players who have played, boxes that it shares, and settings of all lengths."""

    def put(table: str, **row: Any) -> None:
        database.put_item(TableName=table, Item=items.to_item(row))

    for number in range(count):
        user = str(1290000000000100000 + number)
        key = player.key(user, guild)
        put(
            "discord_users",
            **players.written(player.newcomer(key, guild, 1_000 + number, "c" * 64)),
        )
        for at in range(3):
            put("gacha_history", user_id=key, timestamp=at, kind="pull", guild_id=guild)
        put("gacha_collection", user_id=key, page=0)
        put("server_settings", **persons.key(user, guild), since=1)
        put("server_settings", server_id=guild, setting=f"claim#p1#{user}", user_id=key)
    put("server_settings", **Due(player.ERASING - 1, player.key("1", guild)).place)
    for name in ("economy", "presents", "audit#1", "names", "versions#b1", "wishers#3"):
        put("server_settings", server_id=guild, setting=name)
    put("server_settings", server_id=guild, setting="game", **Game(guild, 1).written())
    put("gacha_history", user_id=server.key(guild), timestamp=5, kind="settings")
    box = shared_box.Box(guild, "b1", 2, 2, "e" * 64, 0, "c" * 64, (1,), changes=3)
    put("gacha_history", user_id=shared_box.key("b1", guild), timestamp=0, **box.content())
    for number in (1, 2):
        chain = shared_box.chain_key(shared_box.name("b1", number, guild))
        put("gacha_history", user_id=chain, timestamp=0, receipt="{}", player="1@2")


def left(database: DynamoDB, id_: str) -> list[str]:
    return [
        json.dumps(item)
        for table in database.tables.values()
        for item in table.values()
        if id_ in json.dumps(item)
    ]


def test_a_server_goes_as_a_whole_and_another_stays_as_it_was(database: DynamoDB) -> None:
    before = sorted(left(database, STAYS))
    assert transactions.write([erasures.put(DUE)])
    host = Host()
    run(host)
    [tombstone] = left(database, GONE)
    assert json.loads(tombstone).keys() == {"user_id", "epoch", "erased"}
    assert sorted(left(database, STAYS)) == before
    assert host.states["Members"] == 2 and host.states["Rest"] == 1
    assert host.states["Batch"] == 3  # of fifty each


def test_nobody_of_an_erased_server_draws_from_an_epoch_of_before(database: DynamoDB) -> None:
    transactions.write([erasures.put(DUE)])
    run(Host())
    known = player.key("1290000000000100000", GONE)
    again = players.tombstone(known)
    assert again.epoch > 1_700_000_000  # Unix seconds, as after a restore
    assert (again.version, again.erased) == (0, 0)  # and they begin as in any other server
    assert players.tombstone(player.key("1290000000000100000", STAYS)).epoch == 0


def test_who_dies_at_any_write_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as anything is left, the item says that it is due, and all players are closed out."""
    at, client = 0, Client(DynamoDB({}))
    while True:
        at += 1
        database = DynamoDB(template.schemas())
        fill(database, GONE, count=2)
        client = Client(database)
        monkeypatch.setattr(aws, "dynamodb", lambda client=client: client)
        transactions.write([erasures.put(DUE)])
        client.writes, client.dies_at = 0, at
        try:
            run(Host())
        except Killed:
            assert erasures.load(DUE.setting).is_operators, f"died at write {at}"
            client.dies_at = float("inf")
            run(Host())
            assert len(left(database, GONE)) == 1, f"died at write {at}"
            continue
        break
    assert at > 15


def test_a_server_whose_admins_undid_it_stays(database: DynamoDB) -> None:
    before = sorted(left(database, GONE))
    transactions.write([erasures.put(DUE._replace(is_operators=False))])
    host = Host()
    run(host)
    assert sorted(left(database, GONE)) == before and not host.states["Members"]
    assert [*erasures.due(2)] == []


def test_a_server_that_is_due_by_its_own_game_goes(database: DynamoDB) -> None:
    game = Game(GONE, 1, leaving=7)
    row = {"server_id": GONE, "setting": "game", **game.written()}
    database.put_item(TableName="server_settings", Item=items.to_item(row))
    transactions.write([erasures.put(Due(7, server.key(GONE)))])
    run(Host())
    assert len(left(database, GONE)) == 1


def test_what_was_asked_for_within_the_last_hour_waits(database: DynamoDB) -> None:
    import time

    now = int(time.time() * 1000)
    transactions.write([erasures.put(DUE._replace(at_ms=now - 3_000_000))])
    run(Host())
    assert len(left(database, GONE)) > PLAYERS
    transactions.write([erasures.put(DUE._replace(at_ms=now - 3_700_000))])
    run(Host())
    assert len(left(database, GONE)) == 2  # the tombstone, and the item that waits


def test_one_that_fails_keeps_nobody_else_back(database: DynamoDB) -> None:
    """Neither a player whose rows cannot be read nor a server, and it is said in the end."""
    broken = {"user_id": "7@" + GONE, "timestamp": 1}  # no kind
    database.put_item(TableName="gacha_history", Item=items.to_item(broken))
    for due in (Due(1, "7@" + GONE, is_operators=True), DUE._replace(at_ms=2)):
        transactions.write([erasures.put(due)])
    other = Due(3, player.key("1290000000000100001", STAYS), is_operators=True)
    transactions.write([erasures.put(other)])
    with pytest.raises(asl.StateError, match="EraseFailed"):
        run(Host())
    assert [each.key for each in erasures.due(3)] == ["7@" + GONE]
    assert players.load(other.key) is None and players.tombstone(other.key).erased


def test_all_its_work_is_the_functions_and_every_task_is_bounded() -> None:
    inner = DEFINITION["States"]["Batches"]["ItemProcessor"]["States"]
    tasks = [each for each in {**DEFINITION["States"], **inner}.values() if each["Type"] == "Task"]
    steps = {each["Arguments"]["Payload"]["step"] for each in tasks}
    assert steps == set(load_function("erase").STEPS)
    timeout = resources("AWS::Lambda::Function")["EraseFunction"]["Timeout"]
    for task in tasks:
        assert task["TimeoutSeconds"] > timeout
        assert [each["ErrorEquals"] for each in task["Retry"]][1:] == [["States.ALL"]]
    assert DEFINITION["TimeoutSeconds"] < 24 * 3600  # one ends before the next begins
