"""scripts.erase on moto's tables: what it counts, shows and finds, what it notes, and what it takes
back. The workflow itself is played in tests/unit/test_erase_workflow.py."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import pytest

from adapters.tables import erasures, items, ledger, persons, players, settings, transactions
from commands import events
from gacha import audit as gacha_audit
from gacha import player, server, snowflake
from scripts import audit, erase, stack
from scripts.stack import Deployment, StackError
from tests import giving
from tests.conftest import load_function
from tests.recording import record, void
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, USER, workflow_input

FIRST_MS = snowflake.created_ms(str(FIRST_ID))
OTHER = "1290000000000000088"

NAMES = {
    "UsersTable": "discord_users",
    "HistoryTable": "gacha_history",
    "SettingsTable": "server_settings",
    "CollectionTable": "gacha_collection",
    "EraseStateMachineArn": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:erase",
    "Bucket": "bucket",
    "FairnessSecretArn": "secret",
}


@pytest.fixture
def started(tables: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A player who has pulled; and how long each start of the workflow has it wait."""
    interaction = workflow_input(0)
    assert record(interaction, load_function("draw").handler({"interaction": interaction}, None))
    here = Deployment("test", "ap-northeast-1", NAMES)
    monkeypatch.setattr(stack, "local", lambda: here)
    monkeypatch.setattr(Deployment, "for_adapters", lambda _: None)
    waits: list[int] = []

    def run(_: Deployment, wait_s: int = 0, guild: str = "") -> int:
        waits.append(wait_s)
        return stack.FOUND

    monkeypatch.setattr(erase, "run", run)
    return waits


def due() -> list[tuple[str, bool]]:
    return [(each.key, each.is_operators) for each in erasures.due(player.ERASING)]


def test_without_yes_it_counts_and_changes_nothing(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase.main(["local", "--user", USER, "--now"]) == stack.FOUND
    said = capsys.readouterr().out
    assert f"{PLAYER_KEY}: 1 users, 2 history, 1 collection" in said and "--yes" in said
    assert erase.main(["local", "--server", GUILD]) == stack.FOUND
    assert "1 players" in capsys.readouterr().out
    assert due() == [] and not started and settings.game(GUILD).leaving == 0


def is_sound() -> bool:
    names = ["discord_users", "gacha_history", "gacha_collection", "server_settings"]
    return bool(audit.main(["tables", *names, "--region", "ap-northeast-1"]) == 0)


def current() -> player.Player:
    found = players.load(PLAYER_KEY)
    assert found is not None
    return found


def test_whom_the_operator_notes_sees_it_and_can_undo_it(started: list[int]) -> None:
    """As if they had asked themselves: there is one kind of waiting."""
    assert erase.main(["local", "--user", USER, "--yes"]) == stack.FOUND
    assert due() == [(PLAYER_KEY, False)] and not started and is_sound()
    [noted] = erasures.due(player.ERASING)
    assert current().leaving == noted.at_ms
    shown = load_function("answer").handler(
        {"interaction": workflow_input(9, "privacy show")}, None
    )
    assert shown["message"]["held"]["leaving"] == noted.at_ms // 1000
    late = int(time.time() * 1000 - FIRST_MS) + 1_000  # after the operator, who comes by our clock
    refused = load_function("draw").handler({"interaction": workflow_input(late, "pull")}, None)
    assert refused["outcome"] == "leaving"
    undo = workflow_input(late, "privacy delete", do="undo")
    assert record(undo, load_function("plan").handler({"interaction": undo}, 0))
    assert not erasures.is_due(noted, current()) and is_sound()
    history = ledger.events(PLAYER_KEY, Decimal(0), 10)[0]
    for language, said in (("en", "The bot’s operator asked"), ("ja", "ボットの運営者が")):
        assert said in events.line(events.event(history[-2]), language)
        assert said not in events.line(events.event(history[-1]), language)


def test_what_the_operator_takes_back_a_player_may_have_asked_for(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    go = workflow_input(9, "privacy delete", sure="yes")
    assert record(go, load_function("plan").handler({"interaction": go}, None))
    before = current()
    assert erase.main(["local", "--user", USER, "--yes"]) == stack.FOUND
    assert "asked for already" in capsys.readouterr().out and current() == before
    assert erase.main(["local", "--user", USER, "--undo"]) == stack.FOUND
    said = capsys.readouterr().out
    assert f"{PLAYER_KEY}: would be undone" in said and "--yes" in said and current() == before
    assert erase.main(["local", "--user", USER, "--undo", "--yes"]) == stack.FOUND
    assert (current().leaving, due()) == (0, []) and is_sound()
    assert erase.main(["local", "--user", USER, "--undo", "--yes"]) == stack.NOT_SO
    assert "nothing is noted of them" in capsys.readouterr().out


def test_what_an_operator_wants_at_once_is_taken_back_as_well(started: list[int]) -> None:
    assert erase.main(["local", "--user", USER, "--now", "--yes"]) == stack.FOUND
    assert due() == [(PLAYER_KEY, True)]
    before = current()
    assert erase.main(["local", "--user", USER, "--undo", "--yes"]) == stack.FOUND
    assert (due(), current()) == ([], before)


def test_what_has_begun_is_not_taken_back(
    started: list[int], tables: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it begins between the look at it and the taking back."""
    assert erase.main(["local", "--user", USER, "--now", "--yes"]) == stack.FOUND
    closed = items.to_item(players.buried(player.buried(current(), player.ERASING)))
    tables.put_item(TableName="discord_users", Item=closed)
    for arguments in (["--undo", "--yes"], ["--undo"]):
        assert erase.main(["local", "--user", USER, *arguments]) == stack.NOT_SO
        assert "being erased already" in capsys.readouterr().out
    assert due() == [(PLAYER_KEY, True)]
    assert erase.main(["local", "--user", USER, "--yes"]) == stack.FOUND
    assert "being erased already" in capsys.readouterr().out
    tombstone = {"user_id": players.of_server(GUILD), "epoch": 1, "erased": player.ERASING}
    tables.put_item(TableName="discord_users", Item=items.to_item(tombstone))
    assert erase.main(["local", "--server", GUILD, "--undo", "--yes"]) == stack.NOT_SO
    assert "being erased already" in capsys.readouterr().out


@pytest.mark.parametrize("plays", [True, False])
def test_it_begins_while_the_operator_takes_it_back(
    started: list[int], tables: Any, monkeypatch: pytest.MonkeyPatch, plays: bool
) -> None:
    """Either of them comes first, and nobody is left who is neither."""
    key = PLAYER_KEY if plays else player.key("1290000000000000555", GUILD)
    noted = erasures.Due(1, key, is_operators=True)
    tables.put_item(**erasures.put(noted)["Put"])
    people = load_function("erase", "people")
    write = erase._write

    def late(*asked: Any) -> bool:
        assert people.begin(noted) == "closed"
        return write(*asked)

    with monkeypatch.context() as patch:
        patch.setattr(erase, "_write", late)
        assert erase.undo(stack.local(), [key], sure=True) == stack.NOT_SO
    assert [each.key for each in erasures.due(player.ERASING)] == [key]
    people.end(noted, 2)
    tables.put_item(**erasures.put(noted)["Put"])
    get = items.get

    def first(*asked: Any) -> Any:
        row = get(*asked)
        monkeypatch.setattr(items, "get", get)
        assert erase.undo(stack.local(), [key], sure=True) == stack.FOUND
        return row

    monkeypatch.setattr(items, "get", first)
    assert people.begin(noted) == "undone"
    assert not gacha_audit.is_erasing(items.get(*players.place(key)))


def test_the_audit_knows_who_would_wait_for_ever(
    started: list[int], tables: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    erase.main(["local", "--user", USER, "--yes"])
    erase.main(["local", "--server", GUILD, "--yes"])
    capsys.readouterr()
    assert is_sound()
    for each in erasures.due(player.ERASING):
        tables.delete_item(TableName="server_settings", Key=items.to_item(each.place))
    assert not is_sound()
    said = capsys.readouterr().out
    assert said.count("VIOLATION") == 2 and said.count("an erasure noted at") == 2
    assert PLAYER_KEY in said and server.key(GUILD) in said
    stranger = player.key("5", GUILD)
    for key in (stranger, players.of_server(OTHER)):
        row = {"user_id": key, "epoch": 0, "version": 0, "erased": player.ERASING}
        tables.put_item(TableName="discord_users", Item=items.to_item(row))
    assert not is_sound()
    said = capsys.readouterr().out
    assert said.count("VIOLATION") == 4 and stranger in said and server.key(OTHER) in said
    for key in (stranger, server.key(OTHER)):
        tables.put_item(**erasures.put(erasures.Due(7, key))["Put"])
    assert not is_sound()
    assert capsys.readouterr().out.count("VIOLATION") == 2


def test_due_says_what_it_would_begin_with(
    started: list[int], tables: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    erase.main(["local", "--user", USER, "--yes"])
    tables.put_item(**erasures.put(erasures.Due(1, "7@8"))["Put"])
    capsys.readouterr()
    assert erase.main(["local", "--due"]) == stack.FOUND
    said = capsys.readouterr().out
    assert "7@8" in said and PLAYER_KEY not in said and "--yes" in said and not started
    assert erase.main(["local", "--due", "--yes"]) == stack.FOUND
    assert started == [0]


def test_did_my_undo_work(started: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    """Who undoes it leaves its item where it is, and so does a server."""
    go = workflow_input(9, "privacy delete", sure="yes")
    assert record(go, load_function("plan").handler({"interaction": go}, None))
    erase.main(["local", "--server", GUILD, "--yes"])
    capsys.readouterr()
    erase.main(["local", "--list"])
    assert capsys.readouterr().out.count("waiting") == 2
    back = workflow_input(10, "privacy delete", do="undo")
    assert record(back, load_function("plan").handler({"interaction": back}, None))
    erase.main(["local", "--server", GUILD, "--undo", "--yes"])
    capsys.readouterr()
    assert erase.main(["local", "--list"]) == stack.FOUND
    said = capsys.readouterr().out
    assert said.count("undone") == 2 and "waiting" not in said


def test_now_is_an_hour_ago_so_that_the_workflow_takes_it(started: list[int]) -> None:
    assert erase.main(["local", "--user", USER, "--server", GUILD, "--now", "--yes"]) == 0
    [each] = erasures.due(int(time.time() * 1000) - erase.SETTLED_MS)
    assert each.key == PLAYER_KEY and started == [0]
    assert load_function("erase").SETTLED_MS == erase.SETTLED_MS


def test_somebody_of_whom_nothing_is_noted_is_said_so(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase.main(["local", "--user", "5", "--yes"]) == stack.NOT_SO
    assert "--server" in capsys.readouterr().out and due() == []
    assert erase.main(["local", "--user", "5", "--server", GUILD, "--yes"]) == stack.FOUND
    assert "does not play" in capsys.readouterr().out and due() == []
    assert erase.main(["local", "--user", "5", "--server", GUILD, "--now", "--yes"]) == stack.FOUND
    assert due() == [(player.key("5", GUILD), True)]


def test_a_server_is_paused_until_its_time_and_open_again_when_undone(started: list[int]) -> None:
    assert erase.main(["local", "--server", GUILD, "--yes"]) == stack.FOUND
    game = settings.game(GUILD)
    assert game.leaving > time.time() * 1000 + player.LEAVING_MS - 60_000
    assert due() == [(server.key(GUILD), False)]  # its admins may undo it
    assert erase.main(["local", "--server", GUILD, "--undo"]) == stack.FOUND
    assert settings.game(GUILD).leaving  # only said
    assert erase.main(["local", "--server", GUILD, "--undo", "--yes"]) == stack.FOUND
    assert settings.game(GUILD).leaving == 0
    with pytest.raises(StackError, match="nothing is noted"):
        erase._leave(stack.local(), GUILD, 0)


def test_a_server_now_waits_until_what_runs_has_ended(started: list[int]) -> None:
    assert erase.main(["local", "--server", GUILD, "--now", "--yes"]) == stack.FOUND
    assert started == [3_660] and settings.game(GUILD).leaving <= time.time() * 1000


def test_it_shows_all_that_is_kept_of_a_person(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase.main(["local", "--show", USER]) == stack.FOUND
    [of] = json.loads(capsys.readouterr().out)
    assert of["server"] == GUILD and of["users"][0]["user_id"] == PLAYER_KEY
    assert {row["kind"] for row in of["history"]} == {"opening", "pull"}
    assert [row["page"] for row in of["collection"]] == [0]
    assert of["noted_since"] == of["users"][0]["joined_at"]
    assert erase.main(["local", "--show", "5"]) == stack.NOT_SO


def test_what_it_shows_names_nobody_else(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of lists that have them and others, what is theirs; an admin is "an admin"."""
    admin = "1290000000000000010"
    grant = workflow_input(4, "admin grant", amount=5, reason=f"for {OTHER}", admin=admin)
    assert record(grant, load_function("plan").handler({"interaction": grant}, None))
    giving.put("wishers#7", {"names": {OTHER: 1, USER: 2}, "changes": 3})
    opened = {id_: {"e": 7, "to": ["member", who]} for id_, who in (("p1", OTHER), ("p2", USER))}
    giving.put("presents", {"version": 1, "next": 3, "open": opened})
    giving.put(f"form#admin take#{admin}", {"values": {"user": USER, "reason": f"of {OTHER}"}})
    role = ["role", "1290000000000000044"]
    giving.put("present#p3", {"version": 1, "by": USER, "to": role, "withdrawn": admin})
    capsys.readouterr()
    assert erase.main(["local", "--show", USER]) == stack.FOUND
    said = capsys.readouterr().out
    assert OTHER not in said and admin not in said
    [of] = json.loads(said)
    kept = {row["setting"]: row for row in of["settings"]}
    assert kept["wishers#7"]["names"] == {USER: 2}
    assert [*kept["presents"]["open"]] == ["p2"]
    assert kept["form#admin take#a member"]["values"] == {"user": USER, "reason": "of a member"}
    assert (kept["present#p3"]["by"], kept["present#p3"]["to"]) == (USER, role)
    [granted] = [row for row in of["history"] if row["kind"] == "grant"]
    assert (granted["granted_by"], granted["reason"]) == ("an admin", "for a member")
    assert granted["interaction_id"] == grant["interaction_id"]


def test_it_finds_an_id_wherever_it_is(
    started: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase.main(["local", "--find", USER]) == stack.NOT_SO
    said = capsys.readouterr().out
    assert "5 rows" in said and f"server_settings: user#{USER} server#{GUILD}" in said
    assert erase.main(["local", "--find", "77777"]) == stack.FOUND


def test_who_came_before_it_was_noted_is_found_once_more(
    started: list[int], tables: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A player of before, and somebody of whom a command failed; not whoever was erased."""
    stranger, gone = "1290000000000000555", "1290000000000000556"
    admin = "1290000000000000557"
    act = workflow_input(4, "admin settings", emoji="🌟", admin=admin)
    assert record(act, load_function("plan").handler({"interaction": act}, None))
    assert persons.places(admin)
    tables.delete_item(TableName="server_settings", Key=items.to_item(persons.key(admin, GUILD)))
    assert void(workflow_input(3, "pull") | {"user_id": stranger})
    tombstone = {"user_id": player.key(gone, GUILD), "version": 3, "epoch": 1, "erased": 7}
    tables.put_item(TableName="discord_users", Item=items.to_item(tombstone))
    tables.delete_item(TableName="server_settings", Key=items.to_item(persons.key(USER, GUILD)))
    assert persons.places(USER) == []
    assert erase.main(["local", "--index"]) == stack.FOUND
    assert "3 of whom" in capsys.readouterr().out and persons.places(USER) == []
    assert erase.main(["local", "--index", "--yes"]) == stack.FOUND
    joined = items.get("DYNAMODB_USERS_TABLE", {"user_id": PLAYER_KEY})
    assert joined and persons.places(USER) == [persons.Place(GUILD, joined["joined_at"])]
    assert [each.guild_id for each in persons.places(stranger)] == [GUILD]
    [place] = persons.places(admin)
    assert place == (GUILD, snowflake.created_ms(act["interaction_id"]))
    assert persons.places(gone) == []
    capsys.readouterr()
    assert erase.main(["local", "--index", "--yes"]) == stack.FOUND
    assert "0 of whom" in capsys.readouterr().out


def test_what_is_erased_meanwhile_is_not_noted(
    started: list[int], tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.delete_item(TableName="server_settings", Key=items.to_item(persons.key(USER, GUILD)))
    there = erase._there

    def gone(*asked: Any) -> Any:
        tables.put_item(
            TableName="discord_users",
            Item=items.to_item({"user_id": PLAYER_KEY, "version": 2, "epoch": 1, "erased": 7}),
        )
        return there(*asked)

    monkeypatch.setattr(erase, "_there", gone)
    assert erase.main(["local", "--index", "--yes"]) == stack.FOUND
    assert persons.places(USER) == []


def test_what_is_overdue_is_said(started: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    erase.main(["local", "--user", USER, "--now", "--yes"])
    assert erase.main(["local", "--list"]) == stack.FOUND
    assert "due, by the operator" in capsys.readouterr().out
    settings_now = int(time.time() * 1000) - 40 * 3_600_000
    transactions.write([erasures.put(erasures.Due(settings_now, "7@8"))])
    assert erase.main(["local", "--list"]) == stack.NOT_SO
    assert "7@8  overdue by 39 h" in capsys.readouterr().out


def test_a_question_without_an_answer_is_refused(started: list[int]) -> None:
    for arguments in ([], ["local"], ["local", "--user", "me"], ["local", "--now", "--undo"]):
        with pytest.raises(SystemExit) as ended:
            erase.main(arguments)
        assert ended.value.code == stack.WRONG_QUESTION
