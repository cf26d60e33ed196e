"""Who may see an answer, as the first answer finds out: beside the start of the workflow, and
within a moment, whatever the other side does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, Final

import pytest
from botocore.validate import validate_parameters

from adapters import aws, inline
from adapters.tables import items, settings
from gacha import player, presents, snowflake
from gacha import settings as of_server
from gacha.game import Game, Offer
from tests.aws import MotoConnection, RealConnection, model
from tests.scripted_http import Answer, Server, error
from tests.unit.commands.server import Server as Doors
from tests.unit.commands.test_inline import SLOW, Hostile
from tests.unit.test_interactions import (
    EPHEMERAL,
    GUILD,
    ID,
    NOW,
    OTHER,
    USER,
    Bot,
    Starter,
    button,
    command,
    option,
    running,
)

PUBLIC: Final = {"type": 5}
PRIVATE: Final = {"type": 5, "data": {"flags": EPHEMERAL}}
SETTINGS: Final = "server_settings"
PLAYERS: Final = "discord_users"


def item(**attributes: Any) -> Answer:
    return Answer(200, json.dumps({"Item": items.to_item(attributes)}).encode())


NOTHING: Final = Answer(200, b"{}")
CLOSED: Final = item(is_public=0)
OPEN: Final = item(is_public=1)
PAUSED: Final = item(is_public=1, pause="工事中")
ALONE: Final = item(preferences={"results": "private"})


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(aws, "Connection", RealConnection)
    monkeypatch.setenv("DYNAMODB_SETTINGS_TABLE", SETTINGS)
    monkeypatch.setenv("DYNAMODB_USERS_TABLE", PLAYERS)
    inline._kept.clear()
    yield
    for each in inline._kept:
        each.close()
    inline._kept.clear()


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    with running(monkeypatch) as bot:
        really(bot, monkeypatch)
        yield bot


def really(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads, where the other tests of first answers have nothing to read."""
    monkeypatch.setattr(bot.app, "_visibility", bot.app.Visibility())
    monkeypatch.setitem(of(bot), "PATIENCE_S", 10.0)  # a machine may be busy


def of(bot: Bot) -> dict[str, Any]:
    """The names of the module, which this bot alone has."""
    names: dict[str, Any] = bot.app.Visibility.look.__globals__
    return names


def at(server: Server | Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")


def asked(server: Server) -> list[tuple[str, str]]:
    """The table and the attribute of each read, which AWS's own model takes."""
    shape = model(aws.DYNAMODB.target).operation_model("GetItem").input_shape
    assert shape is not None
    read = [json.loads(each.body) for each in server.received]
    for each in read:
        validate_parameters(each, shape)
    return [(each["TableName"], each["ProjectionExpression"]) for each in read]


OF_SERVER: Final = (SETTINGS, "is_public, pause, leaving, offers")
OF_PLAYER: Final = (PLAYERS, "preferences, leaving")


# --- what it comes to -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "seen", "reads"),
    [
        ([NOTHING, NOTHING], PUBLIC, [OF_SERVER, OF_PLAYER]),
        ([OPEN, NOTHING], PUBLIC, [OF_SERVER, OF_PLAYER]),
        ([CLOSED], PRIVATE, [OF_SERVER]),
        ([NOTHING, ALONE], PRIVATE, [OF_SERVER, OF_PLAYER]),
        ([OPEN, item(preferences={})], PUBLIC, [OF_SERVER, OF_PLAYER]),
        ([OPEN, item(preferences={"book": "private"})], PUBLIC, [OF_SERVER, OF_PLAYER]),
        ([OPEN, item(leaving=1_796_096_221_933)], PRIVATE, [OF_SERVER, OF_PLAYER]),
        ([PAUSED], PRIVATE, [OF_SERVER]),
    ],
)
def test_a_result_is_seen_as_the_server_and_its_player_want_it(
    looking: Bot,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[Answer],
    seen: Any,
    reads: list[tuple[str, str]],
) -> None:
    """A command, and a button that all see."""
    with Server(answers) as server:
        at(server, monkeypatch)
        assert looking.send(command("pull")) == seen
        assert asked(server) == reads
    with running(monkeypatch) as other, Server(answers) as server:
        really(other, monkeypatch)
        at(server, monkeypatch)
        inline._kept.clear()
        press = button("pull:starlit-atelier:10:0.1", owner=OTHER)
        assert other.send(press) == seen


def test_why_nothing_is_drawn_of_a_banner_that_is_over_is_for_who_asked(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button of its result, which all see; and a name that is its id. Held against the domain's
    own reading of the same item."""
    made = int(NOW * 1000)
    offers = [
        Offer("b1", "00" * 32, ends_ms=made - 1),
        Offer("b2", "00" * 32, is_hidden=True),
        Offer("b3", "00" * 32, ends_ms=made + 3_600_000),
        Offer("b4", "00" * 32),
        Offer("b5", "00" * 32, starts_ms=made + 1),  # by then it may be open
    ]
    stored = item(**Game(GUILD, offers=tuple(offers)).written())
    for offer in offers:
        is_refused = offer.is_hidden or (offer.ends_ms is not None and offer.ends_ms <= made)
        press = button(f"pull:{offer.id}:10:0.1", owner=OTHER)
        for number, sent in enumerate((press, command(options=[option("banner", offer.id)]))):
            with Server([stored, NOTHING]) as server:
                at(server, monkeypatch)
                inline._kept.clear()
                really(looking, monkeypatch)
                sent["id"] = str(10**18 + number)
                assert looking.send(sent) == (PRIVATE if is_refused else PUBLIC), offer


def test_of_whom_it_is_read_is_the_row_that_the_workers_have(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server([NOTHING, NOTHING]) as server:
        at(server, monkeypatch)
        looking.send(command("pull"))
        game, row = (json.loads(each.body)["Key"] for each in server.received)
    assert items.from_item(game) == settings._key(GUILD, settings.GAME)
    assert items.from_item(row) == {"user_id": player.key(USER, GUILD)}


@pytest.mark.parametrize(
    "interaction",
    [
        command("help"),
        command("daily"),
        command("profile"),
        button("pull:panel:starlit-atelier:1"),
        button("pull:starlit-atelier:1:0.1:private"),
        button("history:older:1732420000000.0000001"),
    ],
)
def test_nothing_is_read_for_what_can_be_seen_in_one_way_only(
    looking: Bot, monkeypatch: pytest.MonkeyPatch, interaction: Any
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(inline, "Reading", read)
    assert looking.send(interaction)["type"] in (5, 6)


ADMINS: Final[dict[str, Any]] = {"member": {"user": {"id": USER}, "permissions": "32"}}
PANEL: Final = command(
    data={"name": "gacha-admin", "options": [{"name": "panel", "type": 1}]}, **ADMINS
)
CONFIRM: Final = button("admin present new:pledge:starlit-atelier") | ADMINS
PLEDGED: Final = item(setting="pledge")
UPDATE: Final = {"type": 6}


def test_what_is_confirmed_before_the_first_panel_is_asked_of_its_admin_alone(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one read, of just now, in the place of the server's settings. A panel is for all, also
    where the server is paused and its results are private; so is the one that comes with the
    confirmation. That of a second one would be told in public what it has done before."""
    failed = error("InternalServerError", 500)
    for number, (sent, answer, seen) in enumerate(
        (
            (PANEL, NOTHING, PRIVATE),
            (PANEL, PLEDGED, PUBLIC),
            (CONFIRM, NOTHING, PUBLIC),
            (CONFIRM, PLEDGED, UPDATE),  # in the question's own place, which one person sees
            (PANEL, failed, PUBLIC),  # nobody knows: a panel that one person sees is none
            (CONFIRM, failed, PUBLIC),
        )
    ):
        looking.app._presses._last.clear()
        inline._kept.clear()
        with Server([answer]) as server:
            at(server, monkeypatch)
            assert looking.send(sent | {"id": str(10**18 + number)}) == seen, number
            assert asked(server) == [(SETTINGS, "setting")]
            [read] = [json.loads(each.body) for each in server.received]
            assert items.from_item(read["Key"]) == settings._key(GUILD, presents.PLEDGE)
            assert read["ConsistentRead"] is True


def test_why_there_is_no_panel_of_what_was_named_is_for_who_asked(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its banners are not known, the panel is for all."""
    made, file = snowflake.created_ms(ID), "00" * 32
    offers = (
        Offer("b1", file),
        Offer("b2", file, ends_ms=made - 3_600_000),
        Offer("b3", file, starts_ms=made + 3_600_000),
        Offer("b4", file, is_hidden=True),
        Offer("b5", file),
    )
    called = {"b1": "夏のガチャ", "b2": "春", "b3": "冬", "b4": "秘密", "b5": "夏の夜"}
    game = Game(GUILD, offers=offers, has_sample=False).written()
    names = {key: {"ja": name, "en": name} for key, name in called.items()}
    stored, failed = item(**game, names=names), error("InternalServerError", 500)
    for number, (typed, answer, seen) in enumerate(
        (
            ("b1", stored, PUBLIC),
            ("夏のｶﾞﾁｬ", stored, PUBLIC),
            ("冬", stored, PUBLIC),
            ("存在しない", stored, PRIVATE),
            ("夏の", stored, PRIVATE),  # two
            ("春", stored, PRIVATE),
            ("b4", stored, PRIVATE),
            ("b9", NOTHING, PRIVATE),
            ("starlit-atelier", NOTHING, PUBLIC),  # the sample
            ("存在しない", failed, PUBLIC),
        )
    ):
        root = PANEL["data"]["options"][0]
        data = {"name": "gacha-admin", "options": [root | {"options": [option("banner", typed)]}]}
        inline._kept.clear()
        with Server([PLEDGED, answer]) as server:
            at(server, monkeypatch)
            sent = PANEL | {"data": data, "id": str(int(ID) + number)}
            assert looking.send(sent) == seen, typed
            assert asked(server)[1:] == [(SETTINGS, "offers, has_sample, #names")]
            read = json.loads(server.received[1].body)
            assert items.from_item(read["Key"]) == settings._key(GUILD, settings.NAMES)


def test_two_taps_on_the_confirmation_are_one_panel(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server([NOTHING]) as server:
        at(server, monkeypatch)
        assert looking.send(CONFIRM) == PUBLIC
        again = looking.send(CONFIRM | {"id": "1310000000000000777"})
        assert again["data"]["flags"] == EPHEMERAL and len(server.received) == 1


def test_the_first_code_and_present_ask_their_admin_alone(looking: Bot) -> None:
    """They are private whatever is stored, and their own button confirms with them."""
    for room in ("admin code new", "admin present new"):
        assert not looking.app.registry.definition(room).is_public
    made = command(
        data={
            "name": "gacha-admin",
            "options": [
                {
                    "name": "present",
                    "type": 2,
                    "options": [
                        {
                            "name": "new",
                            "type": 1,
                            "options": [option("message", "a"), option("coins", 1)],
                        }
                    ],
                }
            ],
        },
        **ADMINS,
    )
    assert looking.send(made) == PRIVATE


def test_it_is_read_while_the_workflow_is_being_started(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start ends only once the read has begun: one after the other would not end."""
    arrived = threading.Event()
    get = inline.get

    def noticed(*asked: Any, **more: Any) -> Any:
        arrived.set()
        return get(*asked, **more)

    class Waiting(Starter):
        def start(self, machine: str, name: str, execution_input: str) -> str:
            assert arrived.wait(10)
            return super().start(machine, name, execution_input)

    monkeypatch.setattr(inline, "get", noticed)
    monkeypatch.setattr(looking.app, "_workflows", Waiting())
    with Server([CLOSED]) as server:
        at(server, monkeypatch)
        assert looking.send(command("pull")) == PRIVATE


def test_what_a_server_settled_is_kept_for_a_minute_and_what_a_player_did_is_not(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [OPEN, NOTHING, ALONE, NOTHING, CLOSED]
    with Server(answers) as server:
        at(server, monkeypatch)
        for seconds, seen in ((0, PUBLIC), (59, PRIVATE), (59.9, PUBLIC), (60, PRIVATE)):
            monkeypatch.setattr(looking.app.time, "time", lambda now=NOW + seconds: now)
            monkeypatch.setattr(looking.app, "MAX_AGE_S", 600)
            assert looking.send(command("pull", id=str(10**18 + int(seconds * 10)))) == seen
        assert asked(server) == [OF_SERVER, OF_PLAYER, OF_PLAYER, OF_PLAYER, OF_SERVER]
        assert looking.send(command("pull", id="1310000000000000777")) == PRIVATE
        assert len(server.received) == len(answers)  # private for all is known without a read


def test_an_admins_change_is_looked_for_at_once(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = command(data={"name": "gacha-admin", "options": [{"name": "settings", "type": 1}]})
    admin["member"]["permissions"] = "32"
    with Server([OPEN, NOTHING, CLOSED]) as server:
        at(server, monkeypatch)
        assert looking.send(command("pull")) == PUBLIC
        looking.send(admin | {"id": "1310000000000000555"})
        assert looking.send(command("pull", id="1310000000000000777")) == PRIVATE


# --- what fails -----------------------------------------------------------------------------------


ODD: Final = {
    "no right": error("AccessDeniedException"),
    "throttled": error("ThrottlingException"),
    "an error of AWS's": error("InternalServerError", 500),
    "not JSON": Answer(200, b"<html>"),
    "a list": Answer(200, b"[]"),
    "an item that is none": Answer(200, b'{"Item": 7}'),
    "no item by name": Answer(200, b'{"Item": null}'),
    "offers that are none": Answer(
        200,
        b'{"Item": {"offers": {"L": [7, {"M": {"id": 3}}, {"M": {"id": {"S": "b1"}, '
        b'"e": {"N": "soon"}}}]}}}',
    ),
    "a number as text": Answer(200, b'{"Item": {"is_public": "0", "preferences": "private"}}'),
    "lists": Answer(200, b'{"Item": {"is_public": [], "preferences": {"M": []}}}'),
    "another type": Answer(200, b'{"Item": {"is_public": {"S": "0"}, "preferences": {"M": 0}}}'),
}


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_read_is_public_and_fails_no_answer(
    looking: Bot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for answers in ([ODD[name]], [OPEN, ODD[name]]):
        monkeypatch.setattr(looking.app, "_visibility", looking.app.Visibility())
        inline._kept.clear()
        with Server(answers, *[[Answer(200, b"{}")]] * 3) as server:
            at(server, monkeypatch)
            assert looking.send(command("pull")) == PUBLIC
    assert len(looking.starter.asked) == 2


@pytest.mark.parametrize("name", [*SLOW, "nobody"])
def test_what_does_not_come_is_not_waited_for(
    looking: Bot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without the bound, each would last as long as the other side likes, and fail by that."""
    monkeypatch.setitem(of(looking), "PATIENCE_S", 0.05)
    server = Hostile(SLOW.get(name, SLOW["silent"]))
    at(server, monkeypatch)
    if name == "nobody":
        server.end()
    try:
        assert looking.send(command("pull")) == PUBLIC
        assert not server.over.is_set() or name == "nobody"
    finally:
        server.end()


@pytest.mark.parametrize("spent", [0.0, 0.1, 0.3, 5.0])
def test_the_start_of_the_workflow_counts_into_its_three_tenths_of_a_second(
    monkeypatch: pytest.MonkeyPatch, spent: float
) -> None:
    waited: list[float] = []

    class Reading:
        def __init__(self, _read: Callable[[], None]) -> None:
            pass

        def wait(self, seconds: float) -> None:
            waited.append(seconds)

    with running(monkeypatch) as bot:
        monkeypatch.setattr(inline, "Reading", Reading)
        clock = [100.0]
        monkeypatch.setitem(of(bot), "time", SimpleNamespace(monotonic=lambda: clock[0]))

        class Slow(Starter):
            def start(self, machine: str, name: str, execution_input: str) -> str:
                clock[0] += spent
                return super().start(machine, name, execution_input)

        monkeypatch.setattr(bot.app, "_workflows", Slow())
        assert bot.send(command("pull")) == PUBLIC
    [seconds] = waited
    assert seconds == pytest.approx(0.3 - spent)


def test_a_wait_that_is_over_already_is_none() -> None:
    never = threading.Event()
    reading = inline.Reading(lambda: [never.wait(30)].clear())
    reading.wait(-5.0)
    never.set()


def test_what_was_known_holds_where_it_cannot_be_read_again(
    looking: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who wants to be alone is not shown because of a fault."""
    refused = error("InternalServerError", 500)
    with Server([OPEN, ALONE, refused], [refused]) as server:
        at(server, monkeypatch)
        assert looking.send(command("pull")) == PRIVATE
        assert looking.send(command("pull", id="1310000000000000777")) == PRIVATE
        other = command("pull", id="1310000000000000778")
        other["member"]["user"] = {"id": OTHER}
        assert looking.send(other) == PUBLIC


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(monkeypatch) as bot:
        monkeypatch.setitem(of(bot), "MAX_REMEMBERED", 3)
        for number in range(9):
            guild = f"12900000000{number}"
            bot.send(command("pull", id=f"131000000000000{number:04}", guild_id=guild))
        known = bot.app._visibility
        assert len(known._servers) == len(known._players) == 3
        assert f"{USER}@129000000008" in known._players


# --- as it is stored ------------------------------------------------------------------------------


def test_it_reads_what_settings_and_players_have_in_store(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By moto, which knows projections and DynamoDB's reserved words."""
    monkeypatch.setattr(aws, "Connection", MotoConnection)
    doors = Doors()

    def seen() -> Any:
        with running(monkeypatch) as bot:
            really(bot, monkeypatch)
            monkeypatch.delenv("AWS_ENDPOINT_URL")
            inline._kept.clear()
            return bot.send(command("pull") | {"guild_id": GUILD})

    assert seen() == PUBLIC
    doors.do(1, "settings", results="private")
    assert seen() == PRIVATE
    doors.do(2, "settings", results="server")
    assert seen() == PUBLIC
    form = {"is_public": "player", "is_compact": "no"}
    eight = of_server.seen(Game(GUILD), "display")
    doors.do(3, "admin settings", group="display", seen=eight, **form)
    assert not settings.game(GUILD).is_public
    assert seen() == PRIVATE
