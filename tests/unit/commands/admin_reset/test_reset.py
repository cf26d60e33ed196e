"""`/gacha-admin reset`: what is asked, what confirms it, how long it can be undone, and that
nothing of the server changes meanwhile."""

from __future__ import annotations

from typing import Any, Final

import pytest

from adapters.tables import erasures, settings
from gacha import player, server, server_audit, snowflake
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, rows, workflow_input
from tests.unit import test_announce

ADMIN: Final = "1290000000000000010"
DAY: Final = 86_400_000


def planned(number: int, command: str = "admin reset", **options: Any) -> dict[str, Any]:
    """What Plan decides, and Record writes."""
    worker = load_function("draw" if command == "pull" else "plan").handler
    asked = workflow_input(number, command, **options)
    decided: dict[str, Any] = worker({"interaction": asked}, None)
    assert record(asked, decided)
    return decided


def reset(number: int, **options: Any) -> dict[str, Any]:
    return planned(number, admin=ADMIN, **options)


def due_ms(number: int) -> int:
    made = workflow_input(number)["interaction_id"]
    return snowflake.created_ms(made) + player.LEAVING_MS


def stored(client: Any) -> dict[str, Any]:
    """The server's settings by name."""
    mine = [row for row in rows(client, "server_settings") if row["server_id"] == GUILD]
    return {row["setting"]: row for row in mine}


def test_the_question_changes_nothing(tables: Any) -> None:
    decided = reset(0)
    assert (decided["outcome"], decided["message"]["view"]) == ("asked", "ask")
    assert rows(tables, "server_settings") == rows(tables) == []


@pytest.mark.parametrize("word", ["消去 0002", "消去０００２", "erase 0002", "ERASE  0002 "])
def test_its_words_confirm_it_in_either_language(tables: Any, word: str) -> None:
    decided = reset(0, word=word)
    assert decided["message"]["view"] == "leaving_now"
    assert settings.game(GUILD).leaving == due_ms(0)
    [due] = erasures.due(player.ERASING)
    assert (due.key, due.at_ms, due.is_operators) == (server.key(GUILD), due_ms(0), False)
    assert server_audit.check(server.key(GUILD), rows(tables), stored(tables), []) == []


@pytest.mark.parametrize("word", ["", "消去", "0002", "消去 0003", "erase", "はい", "x" * 40])
def test_other_words_do_not(tables: Any, word: str) -> None:
    decided = reset(0, word=word)
    assert (decided["outcome"], decided["message"]["view"]) == ("refused", "other_words")
    assert rows(tables, "server_settings") == []


def test_nothing_of_the_server_changes_until_it_is_undone(tables: Any) -> None:
    before = len(rows(tables))
    reset(1_000, word="erase 0002")
    tried: list[tuple[str, dict[str, Any]]] = [
        ("pull", {}),
        ("daily", {}),
        ("fair seed", {"text": "mine"}),
        ("admin grant", {"amount": 5, "admin": ADMIN}),
        ("admin settings", {"emoji": "🌟", "admin": ADMIN}),
    ]
    for number, (command, options) in enumerate(tried):
        decided = planned(2_000 + number, command, **options)
        assert decided["message"]["sentence"] == "server_leaving", command
    assert len(rows(tables)) == before + 1
    undone = reset(3_000, do="undo")
    assert undone["message"]["view"] == "undone" and settings.game(GUILD).leaving == 0
    assert planned(4_000, "daily")["outcome"] == "planned"
    assert server_audit.check(server.key(GUILD), server_rows(tables), stored(tables), []) == []


def server_rows(client: Any) -> list[dict[str, Any]]:
    return [row for row in rows(client) if row["user_id"] == server.key(GUILD)]


def test_twice_is_once(tables: Any) -> None:
    reset(0, word="erase 0002")
    again = reset(5_000, word="erase 0002")
    assert (again["outcome"], again["message"]["view"]) == ("shown", "waiting")
    assert settings.game(GUILD).leaving == due_ms(0)
    reset(6_000, do="undo")
    twice = reset(7_000, do="undo")
    assert twice["message"]["sentence"] == "not_leaving"
    assert len(server_rows(tables)) == 2


def test_it_can_be_undone_until_its_time_and_not_after(tables: Any) -> None:
    reset(0, word="erase 0002")
    late = reset(7 * DAY, do="undo")
    assert late["message"]["sentence"] == "too_late"
    assert settings.game(GUILD).leaving == due_ms(0)
    assert reset(7 * DAY - 1, do="undo")["message"]["view"] == "undone"


def test_the_audit_finds_a_time_that_nobody_asked_for(tables: Any) -> None:
    reset(0, word="erase 0002")
    of = stored(tables)
    of["game"] = {**of["game"], "leaving": 5}
    [found] = server_audit.check(server.key(GUILD), rows(tables), of, [])
    assert (found.invariant, found.key) == ("I5", "game")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_says_what_goes_and_what_stays(tables: Any, lang: str) -> None:
    decided = reset(0)
    shown = text_of(test_announce.rendered(decided["message"], lang, "1574629893929968613"))
    assert ("消えるもの" in shown and "残るもの" in shown) is (lang == "ja")
    assert ("What goes" in shown and "What stays" in shown) is (lang == "en")
