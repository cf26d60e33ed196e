"""/gacha-admin receipt: drawn, charged, delivered; and of what did not come about."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import seeds
from adapters.tables import ledger
from commands import render
from gacha import snowflake
from tests.recording import void
from tests.support import PLAYER_KEY, content, sort_key, workflow_input
from tests.unit.commands.server import Server, put_back


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def number(of: int) -> str:
    return str(workflow_input(of)["interaction_id"])


def said(server: Server, of: str, lang: str = "ja") -> str:
    message = server.do(99_999, "admin receipt", number=of)["message"]
    body = render.render("admin receipt", content(message), lang, "1")
    return "\n".join([body["content"], *(embed["description"] for embed in body["embeds"])])


def test_a_pull_says_what_was_drawn_and_charged_and_that_it_has_not_arrived(
    tables: Any, server: Server
) -> None:
    drawn = server.do(0, "pull")
    text = said(server, f"受付番号 {number(0)}")
    assert drawn["message"]["cards"][0]["name"]["ja"] in text
    assert "記録済み" in text and "支払い：160" in text and "3,040" in text
    assert "まだ本人に表示できていません" in text
    assert ledger.clear_undelivered(PLAYER_KEY, sort_key(0))
    assert "表示済み" in said(server, number(0))
    assert "Charged: 160" in said(server, number(0), "en")


def test_a_void_charged_nothing(tables: Any, server: Server) -> None:
    assert void(workflow_input(0))
    assert "無効" in said(server, number(0)) and "支払い" not in said(server, number(0))


def test_what_was_refused_or_never_was_is_unknown(tables: Any, server: Server) -> None:
    for n in range(3):
        assert server.do(n, "pull", count=10)["outcome"] == ("refused" if n == 2 else "drawn")
    assert "断られたコマンド" in said(server, number(2))
    assert "ありません" in said(server, "1" * 19)
    assert "17 to 20 digits" in said(server, "42", "en")


def test_a_grant_gave(tables: Any, server: Server) -> None:
    server.do(0, "admin grant", amount=500)
    assert "受け取り：500" in said(server, number(0))


def test_somebody_elses_and_another_servers_are_not_found(tables: Any, server: Server) -> None:
    server.do(0, "pull")
    for changed in ({"user_id": "1290000000000000042"}, {"guild_id": "1290000000000000003"}):
        asked = server.asked(1, "admin receipt", number=number(0)) | changed
        assert server.work(asked)["message"]["sentence"] == "unknown"


def test_a_number_of_the_time_that_a_restore_took_back_is_told_so(
    tables: Any, server: Server
) -> None:
    server.do(0, "pull")
    made = snowflake.created_ms(number(1)) // 1000
    for restored, epoch, is_lost in (
        (made, made + 60, True),
        (made - 600, made + 1, True),
        (made + 1, made + 60, False),
        (made - 60, made, True),  # in the very second in which it was made
        (made - 60, made - 1, False),
    ):
        put_back(tables, restored, epoch)
        for lang, words in (("ja", "の時点に戻した"), ("en", "was put back to")):
            text = said(server, number(1), lang)
            assert (words in text) is is_lost, (restored - made, epoch - made)
            assert is_lost is (f"<t:{restored}:f>" in text)
    assert "記録済み" in said(server, number(0))  # what is there was not lost
    tables.delete_item(TableName="discord_users", Key={"user_id": {"S": "*"}})
    assert "断られたコマンド" in said(server, number(1))
