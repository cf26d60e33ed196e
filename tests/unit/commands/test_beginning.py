"""A player's first command in a server: three lines of what this is, and the starter tickets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters import seeds
from adapters.tables import items, players
from commands import events
from commands.message import Message
from commands.render import render
from gacha import audit, snowflake
from gacha.economy import Economy
from gacha.game import Game
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, USER, rows, workflow_input

ECONOMY = Economy(GUILD, version=1, starter_tickets=10, starter_days=30)
DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def secrets(tables: Any) -> Any:
    seeds.secret.cache_clear()
    return tables


def store(tables: Any, economy: Economy | None = None, **fields: Any) -> None:
    found: dict[str, dict[str, Any]] = {}
    if economy is not None:
        found["economy"] = economy.written()
    if fields:
        found["game"] = Game(GUILD).changed(**fields).written()
    for setting, content in found.items():
        row = {"server_id": GUILD, "setting": setting, **content}
        tables.put_item(TableName="server_settings", Item=items.to_item(row))


def done(number: int, command: str, **options: Any) -> dict[str, Any]:
    interaction = workflow_input(number, command, **options)
    worker = load_function("draw" if command == "pull" else "plan").handler
    decided: dict[str, Any] = json.loads(json.dumps(worker({"interaction": interaction}, None)))
    assert record(interaction, decided)
    return decided


def shown(decided: dict[str, Any], command: str, lang: str) -> str:
    """As Announce draws it."""
    message = Message.read(decided["message"])
    before = events.Missed(welcome=message.welcome)
    return text_of(render(command, message.content, lang, "1", before))


def audited(tables: Any, economies: dict[int, Economy]) -> list[str]:
    found = audit.check(
        *(PLAYER_KEY, rows(tables), rows(tables, "discord_users")[0], [], lambda *_: None, 0),  # type: ignore[arg-type]
        events.replays(),
        economies=economies,
    )
    return [str(each) for each in found if each.violation]


WELCOME = {"ja": ("ようこそ", "はじめの通貨 3,200", "/ガチャ 引く", "/ガチャ デイリー")}
WELCOME["en"] = ("Welcome", "You begin with 3,200", "/gacha pull", "/gacha daily")


@pytest.mark.parametrize(("command", "options"), [("pull", {"count": 10}), ("daily", {})])
def test_the_first_event_explains_itself_in_three_lines_once(
    command: str, options: dict[str, Any]
) -> None:
    first = done(1, command, **options)
    for lang, parts in WELCOME.items():
        text = shown(first, command, lang)
        assert all(part in text for part in parts)
        bare = text_of(render(command, Message.read(first["message"]).content, lang, "1"))
        assert len(text.split("\n")) - len(bare.split("\n")) in (4, 5)  # and a title
    again = done(1, command, **options)  # the same interaction, delivered again
    assert (again["outcome"], again["message"]["welcome"]) == (
        "recorded",
        first["message"]["welcome"],
    )
    assert "welcome" not in done(DAY_MS, command, **options)["message"]


def test_what_reads_or_is_refused_is_no_beginning(secrets: Any) -> None:
    """Nothing is recorded of it, so nobody would know that it was said."""
    answer = load_function("answer").handler
    read = answer({"interaction": workflow_input(1, "profile")}, None)
    assert "welcome" not in read["message"]
    store(secrets, pause="休み")
    assert "welcome" not in done(2, "pull")["message"]
    granted = workflow_input(3, "admin grant", admin="1290000000000000077", amount=5)
    plan = load_function("plan").handler
    assert "welcome" not in plan({"interaction": granted}, None)["message"]
    assert rows(secrets) == []


def test_a_starter_is_there_from_the_first_event_on_and_pays_a_ten_pull(secrets: Any) -> None:
    store(secrets, ECONOMY)
    first = done(1, "daily")
    began = snowflake.created_ms(workflow_input(1)["interaction_id"])
    ends = began + 30 * DAY_MS
    for lang, part in (("ja", "チケット 10 枚（<t:"), ("en", "10 tickets (until <t:")):
        assert f"{part}{ends // 1000}:d>" in shown(first, "daily", lang)
    [opening] = [row for row in rows(secrets) if row["kind"] == "opening"]
    assert (opening["amount"], opening["tickets"]) == (3200, [{"n": 10, "e": ends}])
    economies = {0: Economy(""), 1: ECONOMY}
    assert audited(secrets, economies) == []
    assert any("starter" in each for each in audited(secrets, {0: Economy(""), 1: Economy("")}))
    drawn = done(2, "pull", count=10)
    assert drawn["message"]["tickets"] == 10
    now = players.load(PLAYER_KEY)
    assert now is not None and now.balance == 3_360
    assert sum(each.count for each in now.tickets) == 1
    for wrong in ({"n": 11, "e": ends}, {"n": 10, "e": ends + 1}):
        forged = {**opening, "tickets": [wrong]}
        secrets.put_item(TableName="gacha_history", Item=items.to_item(forged))
        assert any("starter" in each for each in audited(secrets, economies))


def test_who_had_begun_before_has_no_starter(secrets: Any) -> None:
    done(1, "daily")
    store(secrets, ECONOMY)
    done(DAY_MS, "daily")
    now = players.load(PLAYER_KEY)
    assert now is not None and sum(each.count for each in now.tickets) == 2
    assert audited(secrets, {0: Economy(""), 1: ECONOMY}) == []


@pytest.mark.parametrize("command", ["daily", "pull"])
@pytest.mark.parametrize("least", ["min_account_days", "min_member_days"])
def test_an_account_that_is_too_young_has_neither_day_nor_starter(
    secrets: Any, command: str, least: str
) -> None:
    born_ms = snowflake.created_ms(USER)
    now_ms = snowflake.created_ms(workflow_input(1)["interaction_id"])
    days = {"min_account_days": (now_ms - born_ms) // DAY_MS + 1, "min_member_days": 1}[least]
    store(secrets, ECONOMY, **{least: days})
    refused = done(1, command)
    assert refused["outcome"] == "refused"
    assert refused["message"]["sentence"].startswith("young_")
    assert rows(secrets) == [] == rows(secrets, "discord_users")
