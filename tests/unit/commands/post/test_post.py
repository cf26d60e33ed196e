"""見せる: a private result as a message that all see, once; the same look, and nothing drawn."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.tables import settings
from commands import render
from gacha import snowflake
from local.messages import components, text_of
from tests.recording import record
from tests.support import GUILD, content, rows, workflow_input
from tests.unit.commands.server import Server, audited, put_back
from tests.unit.test_interactions import OTHER, Bot, bot, button, output

__all__ = ["bot", "output"]

NUMBER = workflow_input(0)["interaction_id"]


@pytest.fixture
def server(tables: Any) -> Server:
    doors = Server()
    doors.do(100, "settings", results="private")
    return doors


def ids(body: dict[str, Any]) -> list[str]:
    return [each["custom_id"] for each in components(body["components"]) if "custom_id" in each]


def pulled(server: Server, number: int = 0) -> dict[str, Any]:
    drawn = server.do(number, "pull", count=10)
    return render.render("pull", content(drawn["message"]), "ja", NUMBER)


def posted(server: Server, number: int, of: str = NUMBER) -> dict[str, Any]:
    return server.do(number, "post", number=of)


def test_it_is_shown_as_its_player_saw_it(tables: Any, server: Server) -> None:
    private = pulled(server)
    assert f"post:{NUMBER}" in ids(private)
    assert all(each.endswith(":private") for each in ids(private) if each.startswith("pull:"))
    before = rows(tables, "gacha_collection")
    message = content(posted(server, 1)["message"])
    shown = render.render("post", message, "ja", "1" * 19)
    when = (
        f"<t:{snowflake.created_ms(NUMBER) // 1000}:f>"  # it may be long ago, and nobody else saw
    )
    assert text_of(shown).replace(f"{when} に引いた結果です\n", "", 1) == text_of(private)
    assert f"Pulled {when}" in text_of(render.render("post", message, "en", "1" * 19))
    assert not [each for each in ids(shown) if "private" in each or "post" in each]
    assert rows(tables, "gacha_collection") == before
    assert [row["kind"] for row in rows(tables)].count("pull") == 1
    assert audited(tables) == []


def test_a_second_press_is_told_so_and_records_nothing(tables: Any, server: Server) -> None:
    pulled(server)
    posted(server, 1)
    before = rows(tables)
    again = posted(server, 2)
    assert again["outcome"] == "refused" and content(again["message"])["sentence"] == (
        "posted_before"
    )
    assert rows(tables) == before


def test_two_presses_at_once_are_one(tables: Any, server: Server) -> None:
    """Both were planned before either was recorded."""
    pulled(server)
    first, second = (server.asked(number, "post", number=NUMBER) for number in (1, 2))
    planned = [server.work(each) for each in (first, second)]
    assert [each["outcome"] for each in planned] == ["planned", "planned"]
    assert record(first, planned[0])
    assert not record(second, planned[1])
    assert server.work(second)["outcome"] == "refused"
    assert settings.is_posted(GUILD, NUMBER)
    assert audited(tables) == []


def test_its_own_item_keeps_it_from_being_shown_twice(tables: Any, server: Server) -> None:
    """Whatever became of the player's row, which the other condition is about."""
    pulled(server)
    first, second = (server.asked(number, "post", number=NUMBER) for number in (1, 2))
    planned = server.work(first), server.work(second)
    [once] = [each for each in planned[1]["transaction"] if "server_settings" in str(each)]
    assert record(first, planned[0])
    assert not record(second, {**planned[1], "transaction": [once]})


def test_delivered_twice_it_is_shown_again_and_recorded_once(tables: Any, server: Server) -> None:
    pulled(server)
    first = posted(server, 1)
    again = server.work(server.asked(1, "post", number=NUMBER))
    assert again["outcome"] == "recorded"
    assert content(again["message"]) == content(first["message"])


@pytest.mark.parametrize("of", ["of another", "of a day", "of nobody"])
def test_only_ones_own_pull_is_shown(tables: Any, server: Server, of: str) -> None:
    pulled(server)
    numbers = {"of a day": workflow_input(5)["interaction_id"], "of nobody": "9" * 19}
    server.do(5, "daily")
    press = server.asked(6, "post", number=numbers.get(of, NUMBER))
    if of == "of another":
        press["user_id"] = OTHER
    refused = server.work(press)
    assert refused["outcome"] == "refused"
    assert content(refused["message"])["sentence"] == "no_result"
    assert not settings.is_posted(GUILD, NUMBER)


def test_the_first_answer_is_public_and_to_a_second_press_private(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = button(f"post:{NUMBER}")
    private["message"]["flags"] = 64
    assert bot.send(private) == {"type": 5}
    monkeypatch.setattr(bot.app._visibility, "_get", lambda *_: {"setting": {"S": "posted"}})
    assert bot.send(private | {"id": "1310000000000000777"}) == {"type": 5, "data": {"flags": 64}}
    assert len(bot.starter.asked) == 2  # it says why


def test_below_a_public_result_it_is_not_needed(bot: Bot) -> None:
    """A first answer that could not read the settings in time is public, whatever they say."""
    for flags in ({"flags": 0}, {}, {"flags": None}, {"flags": "64"}):
        public = button(f"post:{NUMBER}", locale="ja")
        public["message"] |= flags
        assert bot.told(public) == "この結果は、もう全員に見えています。"
    assert bot.starter.asked == []


def test_nobody_else_may_press_it(bot: Bot) -> None:
    other = button(f"post:{NUMBER}", owner=OTHER)
    other["message"]["flags"] = 64
    assert "Only the person" in bot.told(other)
    assert bot.starter.asked == []


def test_the_button_of_a_result_that_a_restore_took_back_says_so(
    tables: Any, server: Server
) -> None:
    """Its message is still in the channel; the restored ledger lacks it."""
    made = snowflake.created_ms(NUMBER) // 1000
    put_back(tables, made - 60, made + 1)
    gone = posted(server, 5)
    assert content(gone["message"])["sentence"] == "lost_result"
    for lang in ("ja", "en"):
        body = render.render("post", content(gone["message"]), lang, "1" * 19)
        assert f"<t:{made - 60}:f>" in body["content"]
    put_back(tables, made + 1, made + 60)
    assert content(posted(server, 6)["message"])["sentence"] == "no_result"
