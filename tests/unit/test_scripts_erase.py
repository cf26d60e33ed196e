"""scripts.erase on moto's tables: what it counts, shows and finds, what it notes, and what it takes
back. The workflow itself is played in tests/unit/test_erase_workflow.py."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from adapters.tables import erasures, items, persons, settings
from gacha import player, server
from scripts import erase, stack
from scripts.stack import Deployment, StackError
from tests.conftest import load_function
from tests.recording import record, void
from tests.support import GUILD, PLAYER_KEY, USER, workflow_input

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


def test_a_person_is_due_wherever_they_are_noted_to_play(started: list[int]) -> None:
    assert erase.main(["local", "--user", USER, "--yes"]) == stack.FOUND
    assert due() == [(PLAYER_KEY, True)] and not started
    assert erase.main(["local", "--user", USER, "--undo"]) == stack.FOUND
    assert due() == []
    assert erase.main(["local", "--user", USER, "--undo"]) == stack.NOT_SO


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


def test_a_server_is_paused_until_its_time_and_open_again_when_undone(started: list[int]) -> None:
    assert erase.main(["local", "--server", GUILD, "--yes"]) == stack.FOUND
    game = settings.game(GUILD)
    assert game.leaving > time.time() * 1000 + player.LEAVING_MS - 60_000
    assert due() == [(server.key(GUILD), False)]  # its admins may undo it
    assert erase.main(["local", "--server", GUILD, "--undo"]) == stack.FOUND
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
    assert erase.main(["local", "--show", "5"]) == stack.NOT_SO


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
    assert void(workflow_input(3, "pull") | {"user_id": stranger})
    tombstone = {"user_id": player.key(gone, GUILD), "version": 3, "epoch": 1, "erased": 7}
    tables.put_item(TableName="discord_users", Item=items.to_item(tombstone))
    tables.delete_item(TableName="server_settings", Key=items.to_item(persons.key(USER, GUILD)))
    assert persons.places(USER) == []
    assert erase.main(["local", "--index"]) == stack.FOUND
    assert "2 of whom" in capsys.readouterr().out and persons.places(USER) == []
    assert erase.main(["local", "--index", "--yes"]) == stack.FOUND
    joined = items.get("DYNAMODB_USERS_TABLE", {"user_id": PLAYER_KEY})
    assert joined and persons.places(USER) == [persons.Place(GUILD, joined["joined_at"])]
    assert [each.guild_id for each in persons.places(stranger)] == [GUILD]
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
    erase.main(["local", "--user", USER, "--yes"])
    assert erase.main(["local", "--list"]) == stack.FOUND
    assert "waiting, by the operator" in capsys.readouterr().out
    settings_now = int(time.time() * 1000) - 40 * 3_600_000
    from adapters.tables import transactions

    transactions.write([erasures.put(erasures.Due(settings_now, "7@8"))])
    assert erase.main(["local", "--list"]) == stack.NOT_SO
    assert "7@8  overdue by 39 h" in capsys.readouterr().out


def test_a_question_without_an_answer_is_refused(started: list[int]) -> None:
    for arguments in ([], ["local"], ["local", "--user", "me"], ["local", "--now", "--undo"]):
        with pytest.raises(SystemExit) as ended:
            erase.main(arguments)
        assert ended.value.code == stack.WRONG_QUESTION
