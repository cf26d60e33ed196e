"""/gacha now: what one can do now, from three reads, with a button for each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters import aws, seeds
from adapters.tables import items, players
from commands import registry
from commands.render import render
from gacha import snowflake
from gacha.economy import Economy
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, asked, workflow_input

DAY_MS = 86_400_000


def done(number: int, command: str, **options: Any) -> None:
    interaction = workflow_input(number, command, **options)
    worker = load_function("draw" if command == "pull" else "plan").handler
    decided = json.loads(json.dumps(worker({"interaction": interaction}, None)))
    assert record(interaction, decided)


def now(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        json.dumps(registry.answer("now").answer(asked(number, "now")))
    )
    return found


def pressed(content: dict[str, Any], lang: str = "ja") -> list[str]:
    body = render("now", content, lang, "1")
    return [each["custom_id"] for row in body["components"] for each in row["components"]]


@pytest.fixture(autouse=True)
def secrets(tables: Any) -> Any:
    seeds.secret.cache_clear()
    return tables


def test_it_takes_three_reads(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done(1, "daily")
    now(2)
    read = list[str]()
    client = aws.dynamodb()

    class Counting:
        def __getattr__(self, name: str) -> Any:
            read.append(name)
            return getattr(client, name)

    monkeypatch.setattr(aws, "dynamodb", Counting)
    now(3)
    assert read == ["get_item"] * 3


def test_a_newcomer_is_told_where_to_begin_and_has_a_button_for_each() -> None:
    first = now(1)
    assert first["is_new"] and first["balance"] == 3_200 and first["day"]["can"]
    assert pressed(first) == [
        "daily:take",
        "pull:panel:starlit-atelier:1",
        "pull:panel:starlit-atelier:10",
    ]
    for lang, parts in (
        ("ja", ["まだ何もしていません", "今日のデイリー", "（20 回分）", "SSR 確定まで"]),
        ("en", ["not begun", "Today’s daily", "enough for 20 pulls", "SSR guaranteed within"]),
    ):
        text = text_of(render("now", first, lang, "1"))
        assert all(part in text for part in parts), text


def test_what_was_done_is_not_offered_again(secrets: Any) -> None:
    done(1, "daily")
    done(2, "pull", count=10)
    done(3, "pull", count=10)
    after = now(4)
    assert (after["balance"], after["tickets"], after["is_new"]) == (160, 1, False)
    text = text_of(render("now", after, "ja", "1"))
    assert "受け取り済み（🔥 連続 1 日）" in text and "チケット **1** 枚" in text
    assert pressed(after) == ["pull:panel:starlit-atelier:1"]
    assert "1連（チケット）" in str(render("now", after, "ja", "1")["components"])
    assert now(4 * DAY_MS)["tickets"] == 0  # they have ended
    assert now(DAY_MS)["day"] == {"can": True, "streak": 1, "next": 0}


def test_points_that_reach_a_card_have_a_button(secrets: Any) -> None:
    done(1, "pull", count=1)
    [row] = [items.from_item(i) for i in secrets.scan(TableName="discord_users")["Items"]]
    [state] = row["states"].values()
    state["points"] = 200
    secrets.put_item(TableName="discord_users", Item=items.to_item(row))
    assert "exchange:list:starlit-atelier:0" in pressed(now(2))


def test_a_banner_that_ends_soon_and_no_banner_are_said(secrets: Any) -> None:
    empty = {**now(1), "banners": []}
    assert "開催中のガチャはありません" in text_of(render("now", empty, "ja", "1"))
    assert pressed(empty) == ["daily:take"]
    [banner] = now(1)["banners"]
    soon = {**now(1), "banners": [{**banner, "ends": 1_795_500_000}]}
    assert "⏳ <t:1795500000:R>" in text_of(render("now", soon, "ja", "1"))


def test_a_starter_that_waits_counts(secrets: Any) -> None:
    economy = Economy(GUILD, version=1, starter_tickets=10)
    row = {"server_id": GUILD, "setting": "economy", **economy.written()}
    secrets.put_item(TableName="server_settings", Item=items.to_item(row))
    first = now(1)
    made_ms = snowflake.created_ms(workflow_input(1)["interaction_id"])
    assert (first["tickets"], first["first_ends"]) == (10, (made_ms + 30 * DAY_MS) // 1000)
    assert first["banners"][0]["by_tickets"] == 10
    assert players.load(PLAYER_KEY) is None  # looking begins nothing
