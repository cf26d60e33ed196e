"""What is kept of a player: shown, taken along, deleted, and kept after all."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import boto3
import pytest

import verify
from adapters import banners, kept, seeds
from adapters.tables import erasures, items, persons, players, settings
from adapters.tables.erasures import Due
from commands import registry
from commands.asked import Asked
from commands.command import REPLY as REPLY_
from commands.fair_receipts import file as receipts
from commands.privacy_export import file
from commands.privacy_export.texts import KINDS
from commands.render import render
from commands.sentences import word
from gacha import kinds, player, presents, server, snowflake
from gacha.kinds import LEAVE, STAY
from gacha.player import LEAVING_MS
from local.messages import components, text_of
from scripts import audit, legal
from scripts.template import Template
from tests import giving
from tests.conftest import ROOT, load_function
from tests.recording import record, void
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, USER, content, rows, workflow_input
from tests.transactions import COMMANDS, afford
from tests.unit import personal_messages
from tests.unit.commands.game import Game
from tests.unit.test_interactions import (
    CHANGE,
    EPHEMERAL,
    REPLY,
    Bot,
    button,
    command,
    in_dm,
    inputs,
)
from tests.unit.test_interactions import bot as bot
from tests.unit.test_interactions import option as typed
from tests.unit.test_interactions import output as output

DAY: Final = 86_400_000
"""In milliseconds, by which the tests number interactions."""

ADMIN: Final = "1290000000000000010"
OTHER: Final = "1290000000000000077"


def made_ms(number: int) -> int:
    return snowflake.created_ms(str(FIRST_ID + (number << 22)))


def work(number: int, room: str, /, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    interaction = workflow_input(number, room, **options)
    worker = load_function("draw" if room == "pull" else "plan").handler
    return interaction, json.loads(json.dumps(worker({"interaction": interaction}, None)))


def did(number: int, room: str, /, **options: Any) -> dict[str, Any]:
    interaction, decided = work(number, room, **options)
    assert record(interaction, decided), decided
    return decided


def asked_to_leave(number: int = 10) -> None:
    assert did(number, "privacy delete", sure="yes")["outcome"] == "planned"


def current() -> player.Player:
    found = players.load(PLAYER_KEY)
    assert found is not None
    return found


def is_sound() -> bool:
    names = ["discord_users", "gacha_history", "gacha_collection", "server_settings"]
    return bool(audit.main(["tables", *names, "--region", "ap-northeast-1"]) == 0)


def erase(number: int) -> None:
    """As the erasure does it, of the player alone."""
    left = player.buried(current(), made_ms(number))
    client = boto3.client("dynamodb")
    for table, name in (("gacha_history", "timestamp"), ("gacha_collection", "page")):
        for row in rows(client, table):
            if row["user_id"] == PLAYER_KEY:
                key = {"user_id": PLAYER_KEY, name: row[name]}
                client.delete_item(TableName=table, Key=items.to_item(key))
    place = items.to_item(persons.key(USER, GUILD))
    client.delete_item(TableName="server_settings", Key=place)
    client.put_item(TableName="discord_users", Item=items.to_item(players.buried(left)))


# --- deletion -------------------------------------------------------------------------------------


def test_a_deletion_is_asked_for_confirmed_and_due_in_seven_days(tables: Any) -> None:
    did(0, "pull")
    asked = did(5, "privacy delete")
    assert (asked["outcome"], current().leaving) == ("asked", 0)
    asked_to_leave(10)
    until = made_ms(10) + LEAVING_MS
    assert current().leaving == until
    assert [*erasures.due(until)] == [Due(until, PLAYER_KEY)]
    assert [*erasures.due(until - 1)] == []
    [event] = [row for row in rows(tables) if row["kind"] == LEAVE]
    assert (event["until"], event["version"], event["amount"]) == (until, 2, 0)
    assert is_sound()


def test_asked_twice_and_undone_twice_it_stays_as_it_is(tables: Any) -> None:
    did(0, "pull")
    assert did(1, "privacy delete", do="undo")["message"]["state"] == "stays"
    asked_to_leave(10)
    once = current()
    for number, options in ((11, {"sure": "yes"}), (12, {})):
        again = did(number, "privacy delete", **options)
        assert (again["outcome"], again["message"]["state"]) == ("shown", "leaves")
        assert again["message"]["until"] == once.leaving // 1000
    assert current() == once
    assert did(20, "privacy delete", do="undo")["message"]["state"] == "undone"
    assert current().leaving == 0
    assert did(21, "privacy delete", do="undo")["message"]["state"] == "stays"
    # The item of the first deletion holds no more, also where they ask for another.
    [due] = erasures.due(once.leaving)
    assert not erasures.is_due(due, current())
    asked_to_leave(30)
    assert not erasures.is_due(due, current())
    assert [*erasures.due(current().leaving)][-1].at_ms == current().leaving
    assert [row["kind"] for row in rows(tables) if row["kind"] in (LEAVE, STAY)] == [
        *(LEAVE, STAY, LEAVE),
    ]
    assert is_sound()


def test_the_same_interaction_delivered_again_says_what_it_did(tables: Any) -> None:
    did(0, "pull")
    asked_to_leave(10)
    again = did(10, "privacy delete", sure="yes")
    assert (again["outcome"], again["message"]["state"]) == ("recorded", "leaves")
    did(20, "privacy delete", do="undo")
    again = did(20, "privacy delete", do="undo")
    assert (again["outcome"], again["message"]["state"]) == ("recorded", "undone")


def test_nothing_changes_whoever_leaves_and_looking_goes_on(tables: Any) -> None:
    """Of every command: none that is to come can forget it. The refusal has the way back on it, and
    an admin is told without it."""
    seeds.secret.cache_clear()
    giving.stock()
    did(0, "pull")
    asked_to_leave(10)
    held = current()
    leaving, shown = set[str](), set[str]()
    for number, (room, options) in enumerate(COMMANDS, start=20):
        if registry.definition(room).is_right or options.get("banner") == giving.SHARED:
            continue
        of_server = registry.definition(room).of_server
        if room == "post":
            options = {"number": str(FIRST_ID)}
        afford(room, options)
        held = current()
        interaction, decided = work(number, room, **options)
        puts = [each["Put"] for each in decided["transaction"] if "Put" in each]
        assert not any(put["TableName"] == "discord_users" for put in puts), room
        if not of_server:
            (leaving if decided["outcome"] == "leaving" else shown).add(room)
        assert record(interaction, decided)
        if decided["outcome"] == "leaving":
            text = decided["message"]
            is_own = "admin_id" not in interaction
            sentence = "to_be_deleted" if is_own else "member_to_be_deleted"
            assert text["sentence"] == sentence
            assert ("button" in text) is is_own
            assert text["values"]["until"] == held.leaving // 1000
    assert current() == held
    assert {"pull", "daily", "fair seed", "admin grant", "settings", "code", "lock"} <= leaving
    assert did(90, "settings")["outcome"] == "shown"  # it looks
    for room in ("history", "profile", "now", "collection"):
        answer = load_function("answer").handler({"interaction": workflow_input(95, room)}, None)
        assert answer["outcome"] == "answered"
        if room == "now":
            assert answer["message"]["hindrance"]["sentence"] == "to_be_deleted"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_refusal_leads_back_by_its_button(tables: Any, language: str) -> None:
    did(0, "pull")
    asked_to_leave(10)
    refused = did(11, "pull")
    body = render("pull", content(refused["message"]), language, "1")
    [undo] = [each for each in components(body["components"]) if "custom_id" in each]
    assert undo["custom_id"] == "privacy delete:undo:here"
    assert {"ja": "削除の取り消し", "en": "Undo the deletion"}[language] == undo["label"]


def test_a_pull_that_runs_while_they_leave_is_decided_anew(tables: Any) -> None:
    did(0, "pull")
    interaction, drawn = work(11, "pull")
    assert drawn["outcome"] == "drawn"
    asked_to_leave(12)
    assert not record(interaction, drawn)
    assert did(11, "pull")["outcome"] == "leaving"
    # And the other way round: the deletion meets the pull, and is decided anew.
    did(13, "privacy delete", do="undo")
    interaction, planned = work(14, "privacy delete", sure="yes")
    did(15, "pull")
    assert not record(interaction, planned)
    assert [*erasures.due(10**13 - 1)] == [Due(made_ms(12) + LEAVING_MS, PLAYER_KEY)]
    assert did(14, "privacy delete", sure="yes")["outcome"] == "planned"
    assert is_sound()


def test_of_somebody_who_never_played_there_is_nothing(tables: Any) -> None:
    for options in ({}, {"sure": "yes"}, {"do": "undo"}):
        decided = did(1, "privacy delete", **options)
        assert (decided["outcome"], decided["message"]["sentence"]) == ("refused", "nothing")
    for table in ("discord_users", "gacha_history", "server_settings"):
        assert rows(tables, table) == []


@pytest.mark.parametrize("was_erased", [False, True])
def test_of_whom_a_command_failed_that_is_shown(tables: Any, was_erased: bool) -> None:
    if was_erased:
        did(0, "pull")
        erase(100)
    assert void(workflow_input(200, "pull"))
    interaction = workflow_input(300, "privacy show")
    shown = load_function("answer").handler({"interaction": interaction}, None)["message"]
    assert shown["failed"] and "held" not in shown and (shown["erased"] > 0) is was_erased
    body = render("privacy show", shown, "en", "1")
    assert "Commands of yours that failed" in text_of(body)
    pressed = [each["custom_id"] for each in components(body["components"]) if "custom_id" in each]
    assert pressed == ["privacy export:get"]
    for options in ({}, {"sure": "yes"}):
        decided = did(301, "privacy delete", **options)
        assert (decided["outcome"], decided["message"]["sentence"]) == ("refused", "failed")
    assert [*erasures.due(10**13 - 1)] == []


@pytest.mark.parametrize(
    ("room", "options", "kept_as"),
    [
        ("admin settings", {"emoji": "🌟"}, "server_log"),
        ("admin grant", {"amount": 5}, "server_log"),
        ("code", {"text": "no such code"}, "settings"),
    ],
)
def test_whoever_has_anything_sees_it_gets_it_and_has_it_deleted(
    tables: Any,
    monkeypatch: pytest.MonkeyPatch,
    room: str,
    options: dict[str, Any],
    kept_as: str,
) -> None:
    """Without ever having played: by what they did as an admin, or typed."""
    who = OTHER if room == "code" else ADMIN
    acted = {} if room == "code" else {"admin": who}
    for number in (1, 9):  # since the first time
        interaction = workflow_input(number, room, **options, **acted)
        if room == "code":
            interaction["user_id"] = who
            interaction["options"] = {"text": giving.sealed("no such code")}
        if "emoji" in options:
            interaction["options"]["emoji"] = "🌟" if number == 1 else "🟣"
        decided = load_function("plan").handler({"interaction": interaction}, None)
        assert record(interaction, decided)
    assert persons.places(who) == [persons.Place(GUILD, made_ms(1))]
    plan, answer = load_function("plan").handler, load_function("answer").handler

    def asked(command: str, **given: Any) -> dict[str, Any]:
        return {**workflow_input(20, command, **given), "user_id": who}

    shown = answer({"interaction": asked("privacy show")}, None)["message"]
    assert shown["noted"] and "held" not in shown
    pressed = components(render("privacy show", content(shown), "en", "1")["components"])
    ids = [each["custom_id"] for each in pressed if "custom_id" in each]
    assert ids == ["privacy export:get", "privacy delete:ask"]
    _, made = file.attach(
        Asked.read(asked("privacy export")),
        content(answer({"interaction": asked("privacy export")}, None)["message"]),
    )
    assert made is not None
    data = data_of(zipfile.ZipFile(io.BytesIO(made.content)))
    assert data["player"] is None and data["settings"]["noted_since"]
    assert data["server_log"] if kept_as == "server_log" else data["settings"]["kept"]
    # To undo is not to ask for it.
    undone = plan({"interaction": asked("privacy delete", do="undo")}, None)
    assert undone["message"]["sentence"] == "nothing" and [*erasures.due(10**13 - 1)] == []
    goes = asked("privacy delete")
    decided = plan({"interaction": goes}, None)
    assert decided["message"]["sentence"] == "other_goes" and record(goes, decided)
    worker = load_function("erase")
    monkeypatch.setattr(worker, "_now_ms", lambda: made_ms(20) + 2 * worker.SETTLED_MS)
    assert worker.handler({"step": "next", "so_far": {}}, None)["erased"] == 1
    for table in ("discord_users", "gacha_history", "server_settings", "gacha_collection"):
        assert who not in json.dumps(rows(tables, table), default=str), table


def test_nothing_that_a_server_settled_holds_anybody_back(tables: Any) -> None:
    did(0, "pull")
    row = {"server_id": GUILD, "setting": "game", "pause": "メンテナンス", "version": 1}
    row |= {"min_account_days": 3_650, "min_member_days": 365}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))
    assert did(1, "daily")["outcome"] in ("refused", "paused")
    asked_to_leave(10)
    assert did(11, "privacy delete", do="undo")["outcome"] == "planned"
    for room in ("privacy show", "privacy export"):
        answer = load_function("answer").handler({"interaction": workflow_input(12, room)}, None)
        assert answer["outcome"] == "answered"


def test_the_history_has_both(tables: Any, ask: Any) -> None:
    did(0, "pull")
    asked_to_leave(10)
    did(11, "privacy delete", do="undo")
    lines = text_of(render("history", ask("history"), "ja", "1"))
    assert "データの削除を申し込み" in lines and "データの削除を取り消し" in lines


# --- once it is erased ----------------------------------------------------------------------------


def test_what_was_asked_for_before_the_erasure_is_refused_and_writes_nothing(tables: Any) -> None:
    did(0, "pull")
    erase(100)
    before = rows(tables), rows(tables, "discord_users")
    for workflow in ("STANDARD", "EXPRESS"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORKFLOW_TYPE", workflow)
            for room, options in (
                ("pull", {}),
                ("daily", {}),
                ("privacy delete", {"do": "undo"}),
                ("admin grant", {"admin": ADMIN, "amount": 5}),
            ):
                decided = did(99, room, **options)
                said = decided["outcome"], decided["message"]["sentence"]
                assert said == ("refused", "erased_since"), room
    assert (rows(tables), rows(tables, "discord_users")) == before


def test_nothing_is_shown_of_whoever_is_just_being_erased(tables: Any) -> None:
    """Some rows are there still: `functions/erase` closes the player's row before all others."""
    did(0, "pull")
    closed = players.buried(player.buried(current(), 9_999_999_999_999))
    tables.put_item(TableName="discord_users", Item=items.to_item(closed))
    answer = load_function("answer").handler
    for room in registry.rooms():
        definition = registry.definition(room)
        if definition.workflow != REPLY_ or definition.subject or definition.of_server:
            continue
        event = json.loads((ROOT / f"events/rooms/{room.replace(' ', '_')}.json").read_text())
        answered = answer({"interaction": event["interaction"]}, None)
        said = answered["message"].get("sentence", answered["message"].get("is_going"))
        if room == "privacy show":
            assert said is True
        elif room == "privacy export":
            shown: Any
            shown, made = file.attach(Asked.read(event["interaction"]), answered["message"])
            assert (shown["sentence"], made) == ("nothing", None)
        else:
            assert (answered["outcome"], said) == ("refused", "erased_since"), room
    assert did(5, "pull")["message"]["sentence"] == "erased_since"


def test_a_new_life_says_so_and_its_receipts_verify_alone(game: Game, tables: Any) -> None:
    """Its chain begins anew, in an epoch of its own; what an earlier life drew is no part of it."""
    game.act("pull")
    first = current()
    erase(100)
    game._number = 200
    shown = game.ask("privacy show")
    assert "held" not in shown and shown["erased"] == made_ms(100) // 1000
    assert game.act("privacy delete")["message"]["sentence"] == "erased"
    now = load_function("answer").handler({"interaction": workflow_input(201, "now")}, None)
    assert (now["message"]["balance"], now["message"]["is_new"]) == (0, False)
    assert game.act("daily")["outcome"] == "planned"
    game.act("pull")
    again = current()
    assert (again.epoch, again.version) == (first.epoch + 1, first.version + 3)
    assert (again.began, again.erased) == (first.version + 1, made_ms(100))
    game.act("fair rotate")
    message = content(game.ask("fair receipts", part=1))
    asked = Asked.read(workflow_input(300, "fair receipts"))
    shown_, made = receipts.attach(asked, message)
    assert made is not None and shown_["kind"] == "receipts"
    of = json.loads(made.content)
    [receipt] = [json.loads(each["text"]) for each in of["receipts"]]
    assert (receipt["previous"], receipt["nonce"], receipt["epoch"]) == ("", 0, first.epoch + 1)
    verify.verify(made.content)
    assert is_sound()


# --- as a file ------------------------------------------------------------------------------------


def files_of(number: int = 500, after: str = "", part: int = 1) -> Iterator[zipfile.ZipFile]:
    """All files of an export, one after the other, as the buttons lead on."""
    while True:
        options: dict[str, Any] = {"after": after, "part": str(part)} if after else {}
        interaction = workflow_input(number, "privacy export", **options)
        answered = load_function("answer").handler({"interaction": interaction}, None)
        shown: Any
        shown, made = file.attach(Asked.read(interaction), content(answered["message"]))
        assert made is not None and len(made.content) <= 9 * 2**20
        yield zipfile.ZipFile(io.BytesIO(made.content))
        body = render("privacy export", shown, "en", "1")
        buttons = [each for each in components(body["components"]) if "custom_id" in each]
        assert bool(buttons) is bool(shown["next"])
        if not buttons:
            return
        _, _, number_of_part, after = buttons[0]["custom_id"].split(":")
        part = int(number_of_part)


def data_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive.read("data.json"))
    return found


def played(tables: Any) -> None:
    """Somebody who has pulled, was given something by an admin, wishes for a card, and acts as an
    admin, too, among others who do the same."""
    seeds.secret.cache_clear()
    giving.stock()
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("pull", {"count": 10}),
        ("daily", {}),
        ("admin grant", {"amount": 500, "reason": "=1+1", "admin": ADMIN}),
        ("presents", {"present": "p1"}),
        ("wishlist", {"card": "0"}),
        ("settings", {"wishes": "listed"}),
        ("admin settings", {"emoji": "🌟", "admin": USER}),
        ("admin settings", {"emoji": "🟣", "admin": OTHER}),
        ("privacy delete", {"sure": "yes"}),
    )
    for number, (room, options) in enumerate(steps):
        assert record(*work(number, room, **options)), room
    other = workflow_input(50) | {"user_id": OTHER}
    assert record(other, load_function("draw").handler({"interaction": other}, None))
    typed = {"user": OTHER, "reason": f"they sold cards to {OTHER}"}
    form = {"server_id": GUILD, "setting": f"form#admin take#{USER}", "values": typed}
    tables.put_item(TableName="server_settings", Item=items.to_item(form))
    wait_for = {"p8": OTHER, "p9": USER}
    index = items.get("DYNAMODB_SETTINGS_TABLE", {"server_id": GUILD, "setting": presents.INDEX})
    opened = {id_: {"e": giving.FAR_MS, "to": ["member", who]} for id_, who in wait_for.items()}
    giving.put(presents.INDEX, {**(index or {}), "open": {**(index or {})["open"], **opened}})
    for id_, who in wait_for.items():
        present = giving.present(id_, audience=presents.Audience("member", who))
        said = {**present.content(), "by": ADMIN, "message": "ようこそ"}
        giving.put(f"present#{id_}", {"version": 1, **said})
    grant = workflow_input(51, "admin grant", admin=USER, amount=5) | {"user_id": OTHER}
    assert record(grant, load_function("plan").handler({"interaction": grant}, None))


def test_a_file_has_everything_of_theirs_and_nothing_of_others(tables: Any) -> None:
    played(tables)
    [archive] = files_of()
    data = data_of(archive)
    mine = [row for row in rows(tables) if row["user_id"] == PLAYER_KEY]
    assert len(mine) >= 8
    mine.sort(key=lambda row: row["timestamp"])
    for row, each in zip(mine, data["events"], strict=True):
        # All of it, but who else it was by.
        expected = json.loads(json.dumps(row, default=str))
        if expected.get("granted_by") == ADMIN:
            expected["granted_by"] = "an admin"
        assert each == expected
    assert data["player"]["balance"] == current().balance
    owned = [row for row in rows(tables, "gacha_collection") if row["user_id"] == PLAYER_KEY]
    copies = {
        name.removeprefix("card:"): count
        for row in owned
        for name, count in row.items()
        if name.startswith("card:")
    }
    assert {each["card"]: each["copies"] for each in data["cards"] if each["copies"]} == copies
    assert [each["card"] for each in data["cards"] if each["wished"]]
    assert list(data["settings"]["wishes_listed_since"]) == ["0"]
    # What they did as an admin, to whom it was done left out.
    done = [(each["kind"], each.get("user_id")) for each in data["server_log"]]
    assert done == [
        ("settings", "a member, or the server"),
        ("grant", "a member, or the server"),
    ]
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert ADMIN not in everything and OTHER not in everything
    assert data["settings"]["kept"][f"form#admin take#{USER}"]["values"] == {
        "user": "a member",
        "reason": "they sold cards to a member",
    }
    # What waits for them alone, with what it is.
    [(waiting, present)] = data["settings"]["presents_for_you"].items()
    assert waiting == "p9" and present["message"] == "ようこそ" and present["gift"]["coins"] > 0
    assert (present["by"], present["to"]) == ("an admin", ["member", USER])
    assert data["is_last"] and data["part"] == 1


def test_its_tables_open_in_a_spreadsheet(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And none of their fields is a formula there, whatever somebody typed, or a number of more
    digits than it keeps."""
    played(tables)
    owner = {"ja": "=HYPERLINK(1)", "en": "@card"}
    load = banners.load_version

    def renamed(*asked: str) -> Any:
        of = load(*asked)
        return replace(of, cards=tuple(replace(each, name=owner) for each in of.cards))

    monkeypatch.setattr(banners, "load_version", renamed)
    [archive] = files_of()
    data = data_of(archive)
    tables_ = {
        name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in ("events.csv", "cards.csv")
    }
    assert len(tables_["events.csv"]) == 1 + len(data["events"])
    assert len(tables_["cards.csv"]) == 1 + len(data["cards"])
    for table in tables_.values():
        for line in table[1:]:
            for field in line:
                signed = field.removeprefix("-").isdigit() and len(field) <= 15
                assert signed or not field.isdigit(), field
                assert signed or not field.startswith(("=", "+", "-", "@", "\t", "\r")), field
    assert "README.txt" in archive.namelist()
    assert "'=HYPERLINK(1)" in archive.read("cards.csv").decode()


@pytest.mark.parametrize(
    ("language", "heads", "kind", "card"),
    [
        ("ja", ("受付番号", "種類", "カード ID"), "ガチャ", 0),
        ("en-US", ("receipt number", "kind", "card ids"), "pull", 1),
    ],
)
def test_its_tables_are_in_the_readers_language(
    tables: Any, language: str, heads: tuple[str, ...], kind: str, card: int
) -> None:
    played(tables)
    interaction = {**workflow_input(500, "privacy export"), "language": language[:2]}
    answered = load_function("answer").handler({"interaction": interaction}, None)
    _, made = file.attach(Asked.read(interaction), content(answered["message"]))
    assert made is not None
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    lines = list(csv.reader(io.StringIO(archive.read("events.csv").decode("utf-8-sig"))))
    assert {*heads} <= {*lines[0]} and len({*lines[0]}) == len(lines[0])
    words = [line[2] for line in lines[1:]]
    assert kind in words and len(words) == len(data_of(archive)["events"])
    [pull] = [line for line in lines if line[2] == kind]
    assert pull[1] == f"#{FIRST_ID}"
    of = banners.load("starlit-atelier")
    names = {each.id: [each.name["ja"], each.name["en"]][card] for each in of.cards}
    assert pull[-1].replace("、", ", ") == ", ".join(names[id_] for id_ in pull[-2].split())
    owned = list(csv.reader(io.StringIO(archive.read("cards.csv").decode("utf-8-sig"))))[1:]
    assert owned and all(line[1] == names[line[0]] for line in owned)


def test_every_kind_of_event_has_a_word() -> None:
    for kind in (*kinds.KINDS, kinds.VOID):
        if kind not in kinds.OF_SERVER:
            for language in ("ja", "en"):
                assert word(KINDS[kind], language)


def test_a_server_that_is_to_be_erased_is_said_with_what_is_kept(tables: Any) -> None:
    did(0, "pull")
    row = {"server_id": GUILD, "setting": "game", "version": 1, "leaving": made_ms(900)}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))
    interaction = workflow_input(12, "privacy show")
    answered = load_function("answer").handler({"interaction": interaction}, None)
    for language, said in (("ja", "全消去される予定"), ("en", "whole gacha will be erased")):
        shown = text_of(render("privacy show", content(answered["message"]), language, "1"))
        assert said in shown and f"<t:{made_ms(900) // 1000}:f>" in shown


def test_a_long_history_comes_in_files_that_together_have_all_of_it(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(tables)
    [whole] = map(data_of, files_of())
    for most in (1, 2, 3, 7):
        monkeypatch.setattr(file, "MOST", most)
        monkeypatch.setattr(file, "LOG_PAGES", 1)
        parts = [*map(data_of, files_of())]
        assert len(parts) > 1 and all(len(each["events"]) <= most for each in parts)
        for name in ("events", "server_log"):
            assert [row for each in parts for row in each[name]] == whole[name]
        assert [each["is_last"] for each in parts] == [False] * (len(parts) - 1) + [True]
        assert ["player" in each for each in parts] == [True] + [False] * (len(parts) - 1)
        assert [each["part"] for each in parts] == [*range(1, len(parts) + 1)]


@pytest.mark.long
def test_a_file_is_within_discords_bound_whatever_its_rows_hold(tables: Any) -> None:
    """A query gives a megabyte at most; of this nothing can be compressed."""
    played(tables)
    chance = random.Random(1)
    for number in range(file.MOST + 5):
        row = {"user_id": PLAYER_KEY, "timestamp": 10**12 + number, "kind": "pull", "amount": 0}
        row |= {"receipt": chance.randbytes(1_500).hex(), "interaction_id": str(number)}
        tables.put_item(TableName="gacha_history", Item=items.to_item(row))
    assert sum(len(data_of(each)["events"]) for each in files_of()) > file.MOST + 5


def test_who_has_nothing_gets_a_sentence(tables: Any) -> None:
    interaction = workflow_input(1, "privacy export")
    answered = load_function("answer").handler({"interaction": interaction}, None)
    shown: Any
    shown, made = file.attach(Asked.read(interaction), content(answered["message"]))
    assert (shown["sentence"], made) == ("nothing", None)


# --- what is said of it ---------------------------------------------------------------------------


def test_what_is_said_is_what_the_stack_does() -> None:
    """The days are the template's own, in every phase."""
    from tests.cloudformation import Resolved

    for phase, days in kept.LOG_DAYS.items():
        stack = Resolved(Phase=phase, BackupCopyRegion="ap-northeast-2", Analytics="DAILY")
        given = stack.properties("AnswerFunction")["Environment"]["Variables"]
        assert (given["PHASE"], given["COPIED_TO"]) == (phase, "ap-northeast-2")
        for group in stack.resources("AWS::Logs::LogGroup").values():
            assert int(group["RetentionInDays"]) == days
        for table in stack.resources("AWS::DynamoDB::Table").values():
            recovery = table["PointInTimeRecoverySpecification"]
            assert recovery["RecoveryPeriodInDays"] == kept.RECENT_DAYS
        [plan] = stack.resources("AWS::Backup::BackupPlan").values()
        for rule in plan["BackupPlan"]["BackupPlanRule"]:
            assert rule["Lifecycle"]["DeleteAfterDays"] == kept.BACKUP_DAYS
        rules = stack.properties("AnalyticsBucket")["LifecycleConfiguration"]["Rules"]
        ends = {rule["Id"]: rule.get("ExpirationInDays") for rule in rules}
        assert (ends["raw"], ends["derived"]) == (kept.EXPORT_DAYS, kept.DERIVED_DAYS)
        assert "ANALYTICS_BUCKET" in given


def test_what_is_said_of_the_logs_is_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code stands for the id in our own lines; a workflow's log holds its input, with the id, at
    the level that the template gives it. The privacy policy reads that level."""
    said: dict[tuple[str, str], str] = {}
    for phase in kept.LOG_DAYS:
        for kind in ("STANDARD", "EXPRESS"):
            monkeypatch.setenv("PHASE", phase)
            monkeypatch.setenv("WORKFLOW_TYPE", kind)
            template = Template({"Phase": phase, "WorkflowType": kind})
            logged = kept.facts()["logged"]
            assert logged == legal.Kept.of(template, "ap-northeast-1").logged, (phase, kind)
            of: Any = {**personal_messages.MESSAGES["what is kept"], "kept": kept.facts()}
            for lang, whose in (("ja", "あなたの ID も"), ("en", "your id")):
                [line] = [
                    each
                    for each in text_of(render("privacy show", of, lang, "1")).splitlines()
                    if "**動作ログ**" in each or "**Logs**" in each
                ]
                assert whose in line.split("符号" if lang == "ja" else "place of your id")[1]
                said.setdefault((logged, lang), line)
    assert {logged for logged, _ in said} == {"failed", "read", "all"}
    assert len({*said.values()}) == len(said)


def test_what_is_said_on_express_is_no_execution_history(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.facts()["executions"] == 90
    monkeypatch.setenv("WORKFLOW_TYPE", "EXPRESS")
    monkeypatch.setenv("COPIED_TO", "ap-northeast-2")
    facts = kept.facts()
    assert (facts["executions"], facts["copied_to"]) == (0, "ap-northeast-2")
    assert (facts["exports"], facts["derived"]) == (0, 0)
    monkeypatch.setenv("ANALYTICS_BUCKET", "a-bucket")
    assert (kept.facts()["exports"], kept.facts()["derived"]) == (35, 400)


# --- in a direct message --------------------------------------------------------------------------


def choosing(custom_id: str, *values: str) -> dict[str, Any]:
    press = button(custom_id)
    return in_dm({**press, "data": {**press["data"], "values": [*values]}})


@pytest.mark.parametrize("word", ["show", "export", "delete"])
def test_outside_a_server_each_of_them_leads_to_the_list(bot: Bot, word: str) -> None:
    group = {"name": "privacy", "type": 2, "options": [{"name": word, "type": 1, "options": []}]}
    data = {"id": "1", "name": "gacha", "type": 1, "options": [group]}
    assert bot.send(in_dm(command(data=data))) == {"type": 5, "data": {"flags": EPHEMERAL}}
    [started] = inputs(bot)
    assert (started["command"], started["guild_id"]) == ("privacy show", None)
    assert (started["user_id"], started["options"]) == (USER, {})


@pytest.mark.parametrize(
    ("custom_id", "machine", "room"),
    [
        ("privacy show:choose", REPLY, "privacy show"),
        ("privacy show:open:77", REPLY, "privacy show"),
        ("privacy export:get:77", REPLY, "privacy export"),
        ("privacy delete:ask:77", CHANGE, "privacy delete"),
        ("privacy delete:go:77:yes", CHANGE, "privacy delete"),
        ("privacy delete:undo:77", CHANGE, "privacy delete"),
    ],
)
def test_there_it_is_about_the_server_that_they_chose_and_about_themselves(
    bot: Bot, custom_id: str, machine: str, room: str
) -> None:
    values = ["77"] if custom_id.endswith("choose") else []
    bot.send(choosing(custom_id, *values))
    [(started_by, _, _)] = bot.starter.asked
    [started] = inputs(bot)
    assert (started_by, started["command"]) == (machine, room)
    assert (started["guild_id"], started["user_id"]) == ("77", USER)
    assert Asked.read({**started, "sealed_token": "x"}).player_key == f"{USER}@77"


def test_within_a_server_it_is_about_that_one_whatever_a_button_says(bot: Bot) -> None:
    bot.send(button("privacy delete:go:77:yes"))
    [started] = inputs(bot)
    assert (started["guild_id"], "server" in started["options"]) == (GUILD, False)


@pytest.mark.parametrize(
    "press",
    [
        "privacy delete:go:yes",  # without a server
        "privacy delete:undo",
        "privacy export:get",
        "privacy delete:go:0:yes",  # what is no id
        "privacy delete:go:-1:yes",
        "privacy export:get:99999999999999999999999",
    ],
)
def test_there_nothing_starts_without_a_server(bot: Bot, press: str) -> None:
    bot.send(choosing(press))
    assert bot.starter.asked == []


@pytest.mark.parametrize("chosen", ["", "0", "x", "77; DROP", "9" * 21, "99999999999999999999"])
def test_a_select_that_nobody_made_starts_nothing(bot: Bot, chosen: str) -> None:
    bot.post(json.dumps(choosing("privacy show:choose", chosen)).encode())
    assert bot.starter.asked == []


def test_nothing_else_takes_a_server_from_a_button(bot: Bot) -> None:
    for custom_id in ("pull:starlit-atelier:1:0.10:77", "settings:open:77", "history:older:1:77"):
        bot.send(choosing(custom_id))
    assert bot.starter.asked == []
    assert bot.told(in_dm(command("pull", [typed("server", "77")])))
    assert bot.starter.asked == []


def test_a_server_without_the_bot_has_no_economy(bot: Bot) -> None:
    """Whoever added the bot to their account has its commands in every server."""
    only_theirs = {"authorizing_integration_owners": {"1": USER}}
    in_both = {"authorizing_integration_owners": {"0": GUILD, "1": USER}}
    press = button("pull:starlit-atelier:1:0.10")
    for asked in (command("pull"), command("profile"), press):
        assert "has not added the bot" in bot.told({**asked, **only_theirs})
    assert bot.starter.asked == []
    for asked in (command("pull"), press):
        bot.send({**asked, **in_both})
    assert len(bot.starter.asked) == 2
    # Their own data is theirs wherever they ask, and the list is in direct messages.
    bot.send({**button("privacy show:open"), **only_theirs})
    bot.send({**in_dm(command("help")), **only_theirs})
    assert len(bot.starter.asked) == 4


def test_a_list_has_every_server_by_pages(tables: Any) -> None:
    """With what its own banners are called, as far as it has any. Whoever left a server finds it
    here, since nobody takes it off but the erasure."""
    for number in range(60):
        guild = str(10**17 + number)
        of = seeds.newcomer(player.key(USER, guild), guild, 10**12 + number * DAY)
        tables.put_item(**persons.plays(of)["Put"])
    names = {"server_id": str(10**17 + 59), "setting": settings.NAMES}
    names["names"] = {"b1": {"ja": "夏*まつり*", "en": "Summer"}}  # type: ignore[assignment]
    tables.put_item(TableName="server_settings", Item=items.to_item(names))
    answer = load_function("answer").handler
    seen: list[str] = []
    for page in (1, 2, 3):
        interaction = workflow_input(1, "privacy show", page=str(page)) | {"guild_id": None}
        message = answer({"interaction": interaction}, None)["message"]
        assert (message["page"], message["pages"]) == (page, 3)
        body = render("privacy show", content(message), "ja", "1")
        [select] = [each for each in components(body["components"]) if "options" in each]
        seen += [each["value"] for each in select["options"]]
    assert seen == [str(10**17 + number) for number in range(60)]
    assert select["options"][-1]["label"] == "「夏*まつり*」のサーバー"
    beyond = workflow_input(1, "privacy show", page="9999") | {"guild_id": None}
    assert answer({"interaction": beyond}, None)["message"]["page"] == 3


def test_who_plays_nowhere_sees_an_empty_list(tables: Any) -> None:
    answer = load_function("answer").handler
    interaction = workflow_input(1, "privacy show") | {"guild_id": None}
    message = answer({"interaction": interaction}, None)["message"]
    assert "ありません" in text_of(render("privacy show", content(message), "ja", "1"))


def test_whoever_left_can_delete_and_undo_there(tables: Any) -> None:
    """By a direct message, in which nobody is a member: no role and no date of joining comes."""
    did(0, "pull")
    go = workflow_input(10, "privacy delete", sure="yes", server=GUILD)
    decided = load_function("plan").handler({"interaction": go}, None)
    assert record(go, decided)
    assert current().leaving == made_ms(10) + LEAVING_MS
    body = render("privacy delete", content(decided["message"]), "ja", "1")
    ids = [each.get("custom_id") for each in components(body["components"])]
    assert f"privacy delete:undo:{GUILD}" in ids
    back = workflow_input(11, "privacy delete", do="undo", server=GUILD)
    assert record(back, load_function("plan").handler({"interaction": back}, None))
    assert current().leaving == 0


def test_a_server_is_no_player() -> None:
    """Nor is any key of its settings: a due item of a server names it in a player's place."""
    assert Due(1, server.key(GUILD)).setting == f"0000000000001#server@{GUILD}"
