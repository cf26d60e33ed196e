"""/gacha-admin player: what the member sees, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import seeds
from commands import registry, render
from tests.support import USER, content
from tests.unit.commands.server import Server


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_the_members_profile_and_history(tables: Any, server: Server, lang: str) -> None:
    for number in range(12):
        server.do(number, "daily" if number == 0 else "admin grant", **_amount(number))
    seen = render.render(
        "admin player", content(server.do(99, "admin player")["message"]), lang, "1"
    )
    own = [
        embed
        for room in ("profile", "history")
        for embed in render.render(room, content(server.do(99, room)["message"]), lang, "1")[
            "embeds"
        ]
    ]
    assert seen["embeds"] == own
    assert f"<@{USER}>" in seen["content"]
    [button] = seen["components"][0]["components"]
    assert button["custom_id"].startswith(f"admin player:older:{USER}:")


def _amount(number: int) -> dict[str, int]:
    return {"amount": number} if number else {}


def test_a_turned_page_is_the_members_next(tables: Any, server: Server) -> None:
    for number in range(1, 13):
        server.do(number, "admin grant", amount=number)
    older = server.do(99, "admin player")["message"]["history"]["older"]
    turned = server.do(99, "admin player", older=older)["message"]
    assert turned["profile"] is None
    assert [row["amount"] for row in turned["history"]["rows"]] == [2, 1, 3200]


def test_the_admin_is_not_shown_what_the_member_missed(tables: Any, server: Server) -> None:
    server.do(0, "admin grant", amount=5)
    assert "missed" not in server.do(60_000, "admin player")["message"]
    assert "missed" in server.do(60_001, "profile")["message"]


def test_it_is_of_whoever_is_named_in_this_server(tables: Any, server: Server) -> None:
    server.do(0, "admin grant", amount=5)
    elsewhere = server.asked(1, "admin player") | {"guild_id": "1290000000000000003"}
    assert server.work(elsewhere)["message"]["history"]["rows"] == []
    assert registry.definition("admin player").subject == "user"
