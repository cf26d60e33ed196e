"""/gacha help: what it reads, and what it says to do next."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import banners
from adapters.tables import items
from commands.render import render
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import PLAYER_KEY, content, workflow_input

NEXT: dict[str, Any] = {
    "is_new": False,
    "day": False,
    "next_day": 1_795_500_000,
    "tickets": 0,
    "pulls": 0,
    "can_pull": False,
    "is_open": True,
    "presents": 0,
}


def test_help_names_the_prices_and_how_things_are(ask: Any) -> None:
    name = dict(banners.load("starlit-atelier").name)
    new = {"is_new": True, "day": True, "next_day": 0, "pulls": 20, "can_pull": True}
    assert ask("help") == {
        "kind": "help",
        "in_server": True,
        "price": {"banner": name, "prices": [[1, 160], [10, 1600]]},
        "start": 3200,
        "next": {**NEXT, **new},
    }


def test_who_may_manage_the_server_is_told_where_and_nobody_else(ask: Any) -> None:
    assert "manages" not in ask("help")
    page = ask("help", manages="yes")
    for lang, words in (
        ("ja", ("管理者の方へ", "/ガチャ管理 ガチャ 新規", "/ガチャ管理 設定")),
        ("en", ("You manage", "/gacha-admin banner new", "/gacha-admin settings")),
    ):
        shown = text_of(render("help", page, lang, "1"))
        assert all(each in shown for each in words)
        own = text_of(render("help", {**page, "manages": "own"}, lang, "1"))
        assert {"ja": "/ガチャ管理 ガチャ 一覧", "en": "/gacha-admin banner list"}[lang] in own


def test_whoever_was_erased_is_not_told_of_a_start(ask: Any, tables: Any) -> None:
    """Neither before their next event nor in the life that it begins."""
    tombstone = {"user_id": PLAYER_KEY, "version": 3, "epoch": 1, "erased": 7}
    tables.put_item(TableName="discord_users", Item=items.to_item(tombstone))
    for number in (1, 2):
        page = ask("help")
        for language in ("ja", "en"):
            assert "3,200" not in text_of(render("help", page, language, "1"))
        interaction = workflow_input(number, "daily")
        planned = load_function("plan").handler({"interaction": interaction}, None)
        record(interaction, planned)


def test_help_knows_where_it_was_asked(tables: Any) -> None:
    asked = workflow_input(99, "help") | {"guild_id": None}
    answer = load_function("answer").handler({"interaction": asked}, None)
    assert answer["message"]["in_server"] is False and "next" not in answer["message"]
    body = render("help", content(answer["message"]), "ja", "1")
    assert "サーバー内でお使いください" in text_of(body) and body["components"] == []


@pytest.mark.parametrize(
    ("how", "first", "pressed"),
    [
        ({"is_new": True, "day": True, "can_pull": True}, "引いてみてください", ["now", "daily"]),
        ({"tickets": 3, "can_pull": True, "day": True}, "回数分そろって", ["now", "daily"]),
        ({"pulls": 2, "can_pull": True}, "2 回引けます", ["now"]),
        ({"day": True}, "今日の分を受け取れます", ["now", "daily"]),
        ({"presents": 2, "is_open": False}, "開催中のガチャはありません", ["now"]),
        ({"presents": 2}, "届いているプレゼント 2 件", ["now"]),
        ({}, "次の /ガチャ デイリー は <t:1795500000:R>", ["now"]),
        ({"is_open": False}, "開催中のガチャはありません", ["now"]),
    ],
)
def test_the_first_step_is_what_can_be_done_next(
    how: dict[str, Any], first: str, pressed: list[str]
) -> None:
    page = {"kind": "help", "in_server": True, "start": 3200, "next": {**NEXT, **how}}
    body = render("help", page, "ja", "1")
    assert first in body["embeds"][0]["description"].split("\n")[0]
    ids = [each["custom_id"] for row in body["components"] for each in row["components"]]
    assert [each.partition(":")[0] for each in ids] == pressed
