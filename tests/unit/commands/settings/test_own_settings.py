"""/gacha settings: what a player settles for themselves, in the ledger and in their row."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.tables import items
from commands import render
from commands.sentences import LANGUAGES
from gacha import preferences
from gacha.player import newcomer
from local.messages import components, text_of
from tests.support import GUILD, PLAYER_KEY, content, rows
from tests.unit import test_announce
from tests.unit.commands.server import Server, audited
from tests.unit.test_interactions import Bot, bot, button, command, output

__all__ = ["bot", "output"]


@pytest.fixture
def server(tables: Any) -> Server:
    return Server()


def shown(message: dict[str, Any], lang: str = "ja") -> dict[str, Any]:
    return render.render("settings", content(message), lang, "1")


def test_a_look_changes_nothing(tables: Any, server: Server) -> None:
    looked = server.do(0, "settings")
    assert looked["outcome"] == "shown"
    assert rows(tables) == rows(tables, "discord_users") == []
    body = shown(looked["message"])
    assert "**ガチャの結果**：全員に見せる" in text_of(body)
    assert "**図鑑とプロフィール**：このサーバーのメンバー" in text_of(body)
    assert "回数分のチケットがそろっていれば" in text_of(body)
    selects = [each for each in components(body["components"]) if each["type"] == 3]
    assert [each["custom_id"] for each in selects] == [
        "settings:results",
        "settings:book",
        "settings:spending",
        "settings:wishes",
    ]
    assert [[o["value"] for o in each["options"] if o["default"]] for each in selects] == [
        ["server"],
        ["members"],
        ["tickets"],
        ["private"],
    ]


def test_what_is_settled_is_in_the_row_the_ledger_and_the_history(
    tables: Any, server: Server
) -> None:
    settled = server.do(1, "settings", results="private")
    assert settled["outcome"] == "planned"
    assert "**ガチャの結果**：自分だけに表示" in text_of(shown(settled["message"]))
    [row] = rows(tables, "discord_users")
    assert row["preferences"] == {"results": "private"}
    server.do(2, "settings", book="private")
    server.do(3, "settings", results="server")
    [row] = rows(tables, "discord_users")
    assert row["preferences"] == {"book": "private"}
    server.do(4, "settings", book="members")
    assert "preferences" not in rows(tables, "discord_users")[0]  # as if nothing had been settled
    text = text_of(render.render("history", content(server.do(9, "history")["message"]), "ja", "1"))
    assert "ガチャの結果：全員に見せる → **自分だけに表示**" in text
    assert audited(tables) == []


def test_what_is_so_already_is_said_and_not_recorded(tables: Any, server: Server) -> None:
    same = server.do(1, "settings", results="server")
    assert same["outcome"] == "shown" and content(same["message"])["state"] == "same"
    assert rows(tables) == []


def test_delivered_twice_it_is_one_change(tables: Any, server: Server) -> None:
    first = server.do(1, "settings", results="private")
    again = server.work(server.asked(1, "settings", results="private"))
    assert again["outcome"] == "recorded" and again["message"] == first["message"]
    assert len(rows(tables)) == 2  # the opening, and the change


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_the_server_keeps_results_private_it_says_so(
    tables: Any, server: Server, lang: str
) -> None:
    key = {"server_id": {"S": GUILD}, "setting": {"S": "game"}}
    tables.put_item(TableName="server_settings", Item={**key, "is_public": {"N": "0"}})
    text = text_of(shown(server.do(1, "settings")["message"], lang))
    assert {"ja": "引いた本人だけに表示されます", "en": "only you see your results"}[lang] in text


def test_a_select_comes_back_as_a_change_in_the_messages_place(bot: Bot) -> None:
    for name, value in (("results", "private"), ("book", "members")):
        press = button(f"settings:{name}")
        press["data"] |= {"component_type": 3, "values": [value]}
        assert bot.send(press) == {"type": 6}
    press["data"]["values"] = ["everybody"]
    assert "選んでください" in bot.told({**press, "locale": "ja"})
    assert bot.send(command("settings")) == {"type": 5, "data": {"flags": 64}}
    assert len(bot.starter.asked) == 3


def test_another_value_is_refused_by_the_domain_too() -> None:
    who = newcomer(PLAYER_KEY, GUILD, 0, "0" * 64)
    for values in ({"results": "members"}, {"balance": "1"}):
        with pytest.raises(ValueError, match="="):
            preferences.settle(who, values)


def test_the_audit_finds_a_row_that_says_other_than_the_ledger(tables: Any, server: Server) -> None:
    server.do(1, "settings", results="private")
    [row] = rows(tables, "discord_users")
    assert audited(tables) == []
    tables.update_item(
        TableName="discord_users",
        Key={"user_id": {"S": row["user_id"]}},
        UpdateExpression="REMOVE preferences",
    )
    [found] = audited(tables)
    assert "preferences" in found


def test_whoever_wants_coins_spent_first_keeps_their_tickets(tables: Any, server: Server) -> None:
    """Until there are too few, and until they want it otherwise."""
    server.do(1, "daily")
    [row] = rows(tables, "discord_users")
    lot = {"n": 30, "e": 9_000_000_000_000}
    tables.put_item(
        TableName="discord_users", Item=items.to_item({**row, "tickets": [lot], "balance": 320})
    )

    def has() -> tuple[int, int]:
        [row] = rows(tables, "discord_users")
        return row["balance"], row["tickets"][0]["n"]

    server.do(2, "settings", spending="coins")
    server.do(3, "pull", count=1)
    assert has() == (160, 30)
    server.do(4, "settings", spending="tickets")
    server.do(5, "pull", count=1)
    assert has() == (160, 29)
    server.do(6, "settings", spending="coins")
    server.do(7, "pull", count=10)
    assert has() == (160, 19)


def test_selects_that_show_what_is_chosen_say_what_they_choose() -> None:
    """Discord shows what is chosen in the place of a select's own words, so that four of them read
    "Everyone", "Only me". Of every message with several such selects."""
    met = 0
    for message in test_announce.MESSAGES.values():
        for lang in LANGUAGES:
            body = test_announce.rendered(message, lang, test_announce.RECEIPT)
            selects = [
                [each["label"] for each in one["options"]]
                for one in components(body["components"])
                if any(each.get("default") for each in one.get("options", ()))
            ]
            if len(selects) > 1:
                begins = [{re.split("[：:]", each)[0] for each in labels} for labels in selects]
                assert all(len(each) == 1 for each in begins)  # the same before all its choices
                assert len(set[str]().union(*begins)) == len(begins)
                met += 1
    assert met
