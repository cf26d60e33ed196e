"""/gacha-admin log: what admins did, newest first, page by page, of this server alone."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import seeds
from commands import render
from tests.support import content, rows
from tests.unit.commands.server import ADMIN, Server


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def entries(server: Server, **turned: str) -> tuple[list[int], dict[str, Any]]:
    """The amounts of a page's entries, and the page."""
    log = server.do(99_999, "admin log", **turned)["message"]
    return [each["event"]["amount"] for each in log["entries"]], log


def test_who_did_what_to_whom(tables: Any, server: Server) -> None:
    server.do(1, "admin grant", amount=1600, reason="お詫び")
    server.sure(2, "admin take", amount=100, reason="多すぎた")
    server.do(3, "admin settings", emoji="🌟")
    amounts, log = entries(server)
    assert amounts == [0, -100, 1600]
    [embed] = render.render("admin log", content(log), "ja", "1")["embeds"]
    settled, taken, granted = embed["description"].split("\n\n")
    assert f"<@{ADMIN}> が設定を変更" in settled and "通貨の絵文字：なし → **🌟**" in settled
    assert "から通貨 100 を回収" in taken and "多すぎた" in taken
    assert "に通貨 1,600 を付与" in granted and "お詫び" in granted
    assert all(each.startswith("<t:") for each in (settled, taken, granted))


def test_it_is_paged_both_ways_without_a_gap(tables: Any, server: Server) -> None:
    for number in range(1, 21):
        server.do(number, "admin grant", amount=number)
    first, log = entries(server)
    assert first == list(range(20, 12, -1)) and log["newer"] is None
    second, log = entries(server, older=log["older"])
    assert second == list(range(12, 4, -1))
    third, last = entries(server, older=log["older"])
    assert third == [4, 3, 2, 1] and last["older"] is None
    back, log = entries(server, newer=last["newer"])
    assert back == second
    back, log = entries(server, newer=log["newer"])
    assert (back, log["newer"]) == (first, None)


def test_an_empty_log_says_what_will_be_there(tables: Any, server: Server) -> None:
    [embed] = render.render("admin log", content(entries(server)[1]), "en", "1")["embeds"]
    assert "Nothing here yet" in embed["description"]


def test_another_servers_log_is_its_own(tables: Any, server: Server) -> None:
    server.do(1, "admin grant", amount=5)
    elsewhere = server.asked(2, "admin log") | {"guild_id": "1290000000000000003"}
    assert server.work(elsewhere)["message"]["entries"] == []
    assert rows(tables, "server_settings")
