"""Every place that reads events knows every kind, and none says of an unknown one that it was
nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final

import pytest

import commands
from adapters import files, seeds
from adapters.tables import players, settings
from commands import decisions, events, kit, message, redactions, registry
from gacha import audit, changes, kinds, player, server, server_audit
from gacha.game import Game, Offer
from gacha.making.manifest import Manifest
from gacha.making.redaction import Redaction
from scripts import box_vectors
from tests import giving, support
from tests.conftest import ROOT, load_function, restore, stored
from tests.faults import checks, scenario
from tests.over import over
from tests.recording import commits, record, void
from tests.support import GUILD, PLAYER_KEY, rows, workflow_input
from tests.transactions import COMMANDS, afford

UNKNOWN = "unheard-of"
"""A kind that nobody is going to add."""


@pytest.fixture
def recorded(tables: Any) -> dict[str, dict[str, Any]]:
    """A row of each kind, as the handlers write them. They write once: it takes two seconds."""
    if not _STORED:
        write_each_kind(tables)
        _STORED.append(stored())
    restore(_STORED[0])
    return {row["kind"]: row for row in rows(tables) if "kind" in row}  # but a box's own


_STORED: Final[list[bytes]] = []


def write_each_kind(tables: Any) -> None:
    seeds.secret.cache_clear()
    giving.stock()
    work = {name: load_function(name).handler for name in ("draw", "plan")}
    key = {"user_id": {"S": "*"}, "epoch": {"N": "1700000000"}}
    for number, (command, options) in enumerate([*COMMANDS, COMMANDS[0]]):
        if number == len(COMMANDS):  # and once more, for a lapse
            tables.put_item(TableName="discord_users", Item=key)
            players.lowest_epoch.cache_clear()
        afford(command, options)
        interaction = workflow_input(number, command, **options)
        first = "draw" if command == "pull" else "plan"
        decided = work[first]({"interaction": interaction}, None)
        assert record(interaction, decided)
        if command == "privacy delete":  # or nothing more would be recorded
            undo = workflow_input(110, command, do="undo")
            assert record(undo, work["plan"]({"interaction": undo}, None))
    for number, room in enumerate(OF_DRAFTS, start=200):
        assert record(*drafted(work["plan"], number, room))
    assert record(*drafted(work["plan"], 190, "admin banner export"))
    for number, room in enumerate(redactions.ROOMS, start=300):
        assert record(*redacted(work["plan"], number, room))
    discarding = workflow_input(
        97, "admin banner list", admin="1290000000000000010", do="discard", banner="b1"
    )
    discarding["options"] |= {"draft": str(len(OF_DRAFTS)), "sure": "yes"}
    assert record(discarding, work["plan"]({"interaction": discarding}, None))
    assert record(*reset(work["plan"]))
    assert void(workflow_input(99))
    assert record(*tickets(work["draw"]))
    assert record(*revealed(work["plan"]))


def reset(plan: Callable[..., dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An undone erasure of the server, and what Plan decides of it."""
    game = settings.game(GUILD).changed(leaving=4_000_000_000_000)
    assert commits(TransactItems=settings.put_game(game, settings.names(GUILD)))
    asked = workflow_input(98, "admin reset", admin="1290000000000000010", do="undo")
    return asked, plan({"interaction": asked}, None)


OF_DRAFTS = (
    "admin banner upload",
    "admin banner new",
    "admin card add",
    "admin banner paste",
    "admin card edit",
)


def tickets(draw: Callable[..., dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A ticket of a box that the server shares, and what Draw decides of it."""
    toml = box_vectors.LOTTERY.replace(b"winter-lottery", b"b7")
    offer = Offer("b7", files.put(files.BANNERS, toml))
    game = settings.game(GUILD).published(offer, 0)
    names = {each.id: {"ja": "くじ", "en": "Lottery"} for each in game.offers}
    assert commits(TransactItems=settings.put_game(game, names))
    asked = workflow_input(150, banner="b7") | {"joined_at": "2020-01-01T00:00:00+00:00"}
    return asked, draw({"interaction": asked}, None)


def revealed(plan: Callable[..., dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """That box, once its banner is over, and what Plan decides of it."""
    asked = workflow_input(151, "fair box", banner="b7", number=0)
    game = settings.game(GUILD)
    [offer] = (each for each in game.offers if each.id == "b7")
    ended = game.with_offer(replace(offer, ends_ms=1))
    names = {each.id: {"ja": "くじ", "en": "Lottery"} for each in game.offers}
    assert commits(TransactItems=settings.put_game(ended, names))
    return asked, plan({"interaction": asked}, None)


def drafted(
    plan: Callable[..., dict[str, Any]], number: int, room: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A change of a draft that the workshop has worked off, and what Plan decides of it."""
    asked = workflow_input(number, room, admin="1290000000000000010", manifest="made")
    before = number - 200
    made = Manifest(
        *("b1", before, before),
        draft="d" * 64,
        cards="c" * 64,
        count=3,
        name="夏のガチャ",
        parts=[9],
    )
    content = made.written()
    files.put_upload(asked["interaction_id"], Manifest.NAME, content, "application/json")
    return asked, plan({"interaction": asked}, None)


def redacted(
    plan: Callable[..., dict[str, Any]], number: int, room: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A picture that the workshop has taken out, and what Plan decides of it."""
    art = f"{number:032x}"
    options = {"do": "remove", "number": "101", "art": art, "manifest": "made"}
    asked = workflow_input(number, room, admin="1290000000000000010", **options)
    made = Redaction(art, (101,), {"ja": "リリィ", "en": "Lily"}, {}, ("c" * 64,))
    content = made.written()
    files.put_upload(asked["interaction_id"], Redaction.NAME, content, "application/json")
    return asked, plan({"interaction": asked}, None)


def found(row: dict[str, Any]) -> Any:
    """Draw and Plan, when the interaction was recorded before."""
    if row["kind"] == kinds.OPENING:
        return "it is no interaction's"
    asked = support.asked(0, events.of(row["kind"]).room or "pull", admin="1290000000000000010")
    return decisions._from_ledger(row, asked, message.Message(message.text("unchanged")))


def in_words(row: dict[str, Any]) -> Any:
    return [events.line(events.event(row), lang) for lang in ("ja", "en")]


def in_words_alone(row: dict[str, Any]) -> Any:
    """The words, if whoever read the row let it through."""
    event = events.event(row if row["kind"] != UNKNOWN else {**row, "kind": kinds.GRANT})
    return events.line({**event, "kind": row["kind"]}, "en")


def missed(row: dict[str, Any]) -> Any:
    return events.embeds(events.Missed([events.event(row)]), "ja")


def written(row: dict[str, Any]) -> Any:
    if row["kind"] in (kinds.OPENING, kinds.VOID, *kinds.DRAWN):
        return "it is no change"
    who = player.newcomer(PLAYER_KEY, GUILD, 0, "0" * 64)
    change = changes.Change(row, who, who)
    return decisions.recording(support.asked(), change, lambda _: message.text("changed"))


def audited(row: dict[str, Any]) -> Any:
    if row["kind"] == kinds.OPENING:
        return "the replay begins with it"
    if row["kind"] == kinds.VOID:
        return "it changes nobody"
    replays = events.replays()
    if row["kind"] not in replays:
        raise kinds.UnknownKindError(row["kind"])
    return replays[row["kind"]]


def logged(row: dict[str, Any]) -> Any:
    return [log_line(row, lang) for lang in ("ja", "en")]


def log_line(row: dict[str, Any], lang: str) -> str:
    event = events.event(row)
    return registry.logged(events.of(row["kind"]).room or "").logged(event, "1", lang)


def written_of_server(row: dict[str, Any]) -> Any:
    change = server.Change(GUILD, row, Game(GUILD).changed(currency="x"))
    asked = support.asked(0, "admin settings", admin="1290000000000000010")
    return decisions.recording_of_server(asked, change, lambda _: message.text("changed"))


def audited_of_server(row: dict[str, Any]) -> Any:
    if row["kind"] not in kinds.OF_SERVER:
        raise kinds.UnknownKindError(row["kind"])
    found = server_audit.check(row["user_id"], [row], {}, [])
    assert not any("one of" in each.expected for each in found)
    return found


OF_SERVER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Plan": found,
    "the server's log": logged,
    "the transaction": written_of_server,
    "the audit": audited_of_server,
}
"""Those that read a server's own events."""

PLACES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Draw and Plan": found,
    "the history": in_words,
    "the words alone": in_words_alone,
    "what was missed": missed,
    "the transaction": written,
    "the audit": audited,
}


OF_PLAYERS = [kind for kind in kinds.KINDS if kind not in kinds.OF_SERVER]


@over("place", PLACES)
@over("kind", OF_PLAYERS)
def test_every_place_knows_every_kind(
    recorded: dict[str, dict[str, Any]], place: str, kind: str
) -> None:
    assert PLACES[place](recorded[kind])


@over("place", OF_SERVER)
@over("kind", kinds.OF_SERVER)
def test_every_place_of_a_server_knows_each_of_its_kinds(
    recorded: dict[str, dict[str, Any]], place: str, kind: str
) -> None:
    assert OF_SERVER[place](recorded[kind])
    with pytest.raises(kinds.UnknownKindError, match="'unheard-of' is no kind of event"):
        OF_SERVER[place]({**recorded[kind], "kind": UNKNOWN})


@over("kind", kinds.OF_SERVER)
def test_an_entry_of_a_servers_log_has_its_room(
    recorded: dict[str, dict[str, Any]], kind: str
) -> None:
    for entry in logged(recorded[kind]):
        assert 0 < kit.length(entry) <= events.MOST_OF_AN_ENTRY


@over("place", PLACES)
def test_an_unknown_kind_raises(recorded: dict[str, dict[str, Any]], place: str) -> None:
    with pytest.raises(kinds.UnknownKindError, match="'unheard-of' is no kind of event"):
        PLACES[place]({**recorded["grant"], "kind": UNKNOWN})


@over("kind", OF_PLAYERS)
def test_ten_lines_of_a_kind_fit_the_history(
    recorded: dict[str, dict[str, Any]], kind: str
) -> None:
    for line in in_words(recorded[kind]):
        assert 0 < kit.length(line) <= kit.MAX_LINE


def test_only_a_void_says_that_nothing_changed(recorded: dict[str, dict[str, Any]]) -> None:
    for place in (found, in_words):
        for kind in set(OF_PLAYERS) - {kinds.VOID}:
            said = str(place(recorded[kind]))
            assert not re.search(
                r"'unchanged'|'voided'|nothing happened|変更できませんでした", said
            )


def test_the_audit_reports_an_unknown_kind() -> None:
    row = {"kind": UNKNOWN, "version": 1, "amount": 160, "balance": 160, "user_id": PLAYER_KEY}
    row |= {"timestamp": Decimal("1795099999000.0000001")}
    found = audit.check(PLAYER_KEY, [row], None, [], lambda *_: None, 0, events.replays())  # type: ignore[arg-type]
    assert any("'unheard-of' is no kind of event that is known here" in str(each) for each in found)


def test_the_suite_of_faults_plays_every_command_that_changes_a_player() -> None:
    """`tests/faults/scenario.py` says by hand how often, and with what."""
    played = {command for command, _ in COMMANDS} - set(redactions.ROOMS)
    assert played == set(checks.CHANGES) == scenario.changes()


def test_a_changing_command_that_is_written_half_pays_nobody(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTRIBUTING's "Add a command", with each part left out in turn: what is left raises before
    anything is written, and the workflow's Void then says the truth."""
    seeds.secret.cache_clear()
    plan = load_function("plan").handler
    event = {"interaction": workflow_input(0, "sample")}
    with pytest.raises(KeyError, match="sample"):
        plan(event, None)
    monkeypatch.setitem(registry._ROOT_OF, "sample", registry.ROOTS[0])
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(ROOT / "tests/rooms")])
    registry._part.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r"sample\.plan"):
        plan(event, None)

    def unheard_of(asked: Any, current: player.Player, _game: Any) -> decisions.Recording:
        after = replace(current, balance=current.balance + 160, version=current.version + 1)
        change = changes.Change({"kind": UNKNOWN, "amount": 160}, current, after)
        return decisions.recording(asked, change, lambda _: message.text("changed"))

    monkeypatch.setattr(registry, "plan", lambda _room: SimpleNamespace(plan=unheard_of))
    with pytest.raises(kinds.UnknownKindError):
        plan(event, None)
    registry._part.cache_clear()
    assert rows(tables) == []
