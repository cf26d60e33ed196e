"""/gacha-admin take: never below zero, once, with a reason, and the player is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import seeds
from commands import events, render
from gacha import audit, changes, player
from tests.support import GUILD, PLAYER_KEY, content, rows, sort_key, workflow_input
from tests.unit.commands.server import ADMIN, Server


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def take(server: Server, number: int, amount: int, reason: str = "二重付与") -> dict[str, Any]:
    return server.sure(number, "admin take", amount=amount, reason=reason)


def test_it_is_the_players_event_and_the_admins_message(tables: Any, server: Server) -> None:
    server.do(0, "admin grant", amount=1600)
    taken = take(server, 1, 1600)
    assert content(taken["message"]) == {
        "kind": "text",
        "sentence": "taken",
        "values": {"user": PLAYER_KEY.split("@")[0], "amount": 1600, "balance": 3200},
    }
    [row] = [row for row in rows(tables) if row["kind"] == "take"]
    assert (row["amount"], row["balance"], row["version"]) == (-1600, 3200, 2)
    assert (row["taken_by"], row["reason"], row["undelivered"]) == (ADMIN, "二重付与", "take")
    assert f"audit#{sort_key(1)}" in {row["setting"] for row in rows(tables, "server_settings")}


def test_of_too_much_nothing_is_taken_and_the_balance_is_named(tables: Any, server: Server) -> None:
    refused = take(server, 1, 3201)
    assert refused["outcome"] == "refused"
    assert rows(tables) == rows(tables, "discord_users") == []
    body = render.render("admin take", content(refused["message"]), "ja", "1")
    assert "通貨は 3,200" in body["content"] and "3,200 以下" in body["content"]
    assert take(server, 2, 3200)["outcome"] == "planned"
    assert take(server, 3, 1)["outcome"] == "refused"


def test_it_is_asked_first_and_a_second_press_takes_nothing(tables: Any, server: Server) -> None:
    asked = server.do(1, "admin take", amount=160, reason="二重付与")
    assert asked["outcome"] == "asked" and rows(tables) == []
    body = render.render("admin take", content(asked["message"]), "ja", "1")
    [embed], [row] = body["embeds"], body["components"]
    assert "通貨を 160 回収します（残りは 3,040）" in embed["description"]
    assert "二重付与" in embed["description"] and row["components"][0]["label"] == "回収します"
    seen = server.seen(asked)
    assert server.do(2, "admin take", seen=seen)["outcome"] == "planned"
    again = server.do(3, "admin take", seen=seen)
    assert (again["outcome"], again["message"]["sentence"]) == ("stale", "already_done")
    assert [row["kind"] for row in rows(tables)].count("take") == 1


def test_what_is_asked_is_decided_again_when_the_button_is_pressed(
    tables: Any, server: Server
) -> None:
    """And a button says what its own question said, not what another one kept meanwhile."""
    first = server.do(1, "admin take", amount=3200, reason="r")
    other = server.do(2, "admin take", amount=1, reason="r")
    assert server.do(3, "admin take", seen=server.seen(first))["outcome"] == "stale"
    assert server.do(4, "admin take", seen=server.seen(other))["outcome"] == "planned"
    last = server.do(5, "admin take", amount=3199, reason="r")
    seeds.secret.cache_clear()
    server.do(6, "pull", count=1)
    refused = server.do(7, "admin take", seen=server.seen(last))
    assert (refused["outcome"], refused["message"]["sentence"]) == ("refused", "too_much")


def test_delivered_twice_it_is_taken_once(tables: Any, server: Server) -> None:
    first = take(server, 1, 160)
    again = take(server, 1, 160)
    assert (again["outcome"], again["message"]) == ("recorded", first["message"])
    [stored] = rows(tables, "discord_users")
    assert stored["balance"] == 3040


def test_the_player_is_told_with_their_next_command_but_not_why(
    tables: Any, server: Server
) -> None:
    """Others may read that message; the reason stands in the player's own history."""
    take(server, 0, 160, reason="ひみつの理由")
    assert server.do(60_000, "pull")["message"]["missed"] == [str(sort_key(0))]
    [row] = [row for row in rows(tables) if row["kind"] == "take"]
    for lang, title in (("ja", "回収"), ("en", "took something back")):
        [embed] = events.embeds(events.Missed([events.event(row)]), lang)
        assert title in embed["title"]
        assert "160" in embed["description"] and f"<@{ADMIN}>" in embed["description"]
        assert "ひみつ" not in embed["description"]
        line = events.line(events.event(row), lang)
        assert "-160 → 3,040" in line and "ひみつの理由" in line


@given(amount=st.integers(-(10**9), 10**9), balance=st.integers(0, 10**7))
def test_a_purse_never_goes_below_zero(amount: int, balance: int) -> None:
    before = replace(player.newcomer(PLAYER_KEY, GUILD, 0, "c"), balance=balance)
    if not 1 <= amount <= 1_000_000:
        with pytest.raises(ValueError, match="are allowed"):
            changes.take(before, "1" * 18, amount, ADMIN, "r")
        return
    change = changes.take(before, "1" * 18, amount, ADMIN, "r")
    if amount > balance:
        assert change is None
        return
    assert change is not None and change.after.balance == balance - amount >= 0
    assert change.event["amount"] == -amount


WRONG: dict[str, dict[str, Any]] = {
    "nobody took it": {"taken_by": "an admin"},
    "it gave": {"amount": 160},
    "too much": {"amount": -1_000_001},
    "no reason": {"reason": ""},
    "below zero": {"balance": -1},
}


@pytest.mark.parametrize("name", WRONG)
def test_the_audit_sees(tables: Any, server: Server, name: str) -> None:
    take(server, 1, 160)
    ledger = rows(tables)
    [stored] = rows(tables, "discord_users")

    def violations(changed: dict[str, Any]) -> list[str]:
        each = [row | (changed if row["kind"] == "take" else {}) for row in ledger]
        found = audit.check(PLAYER_KEY, each, stored, [], _no_banner, 0, events.replays())
        return [str(one) for one in found if one.violation]

    assert violations({}) == []
    assert violations(WRONG[name])


def _no_banner(*_: str) -> Any:
    raise KeyError


def test_an_abandoned_one_is_void(tables: Any, server: Server) -> None:
    seen = server.seen(server.do(1, "admin take", amount=160, reason="r"))
    interaction = server.asked(1, "admin take", seen=seen) | {"sweep": 1}
    assert server.work(interaction)["outcome"] == "abandoned"
    assert workflow_input(1)["interaction_id"] == interaction["interaction_id"]
