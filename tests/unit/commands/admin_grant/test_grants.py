"""/gacha-admin grant: who gets it, what it cites, what is noted, and that it happens once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import seeds
from gacha import changes, player
from tests.conftest import load_function
from tests.recording import record, void
from tests.support import GUILD, PLAYER_KEY, rows, sort_key, workflow_input

Handler = Callable[[dict[str, Any], object], dict[str, Any]]
ADMIN = "1290000000000000077"


class Server:
    """A server at the handlers' doors."""

    def __init__(self) -> None:
        names = ("draw", "plan", "answer")
        self._workers = {name: load_function(name).handler for name in names}

    def do(self, number: int, command: str, **options: Any) -> dict[str, Any]:
        """A command, recorded if there is something to record."""
        interaction = workflow_input(number, command, **options)
        first = {"pull": "draw", "admin grant": "plan"}[command]
        decided = self.work(first, {"interaction": interaction})
        assert record(interaction, decided)
        return decided

    def grant(self, number: int, amount: int = 160, **options: Any) -> dict[str, Any]:
        return self.do(number, "admin grant", amount=amount, admin=ADMIN, **options)

    def work(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(json.dumps(self._workers[name](event, None)))
        return result


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def receipt_number(number: int) -> str:
    return str(workflow_input(number)["interaction_id"])


def test_a_grant_is_the_players_event_and_the_admins_message(tables: Any, server: Server) -> None:
    server.do(0, "pull")
    planned = server.grant(1, 1600, reason="お詫び", receipt=receipt_number(0))
    assert planned["message"] == {
        "kind": "text",
        "sentence": "granted",
        "values": {"user": PLAYER_KEY.split("@")[0], "amount": 1600, "balance": 4640},
    }
    [row] = [row for row in rows(tables) if row["kind"] == "grant"]
    assert row == {
        "user_id": PLAYER_KEY,
        "timestamp": sort_key(1),
        "guild_id": GUILD,
        "interaction_id": receipt_number(1),
        "kind": "grant",
        "amount": 1600,
        "balance": 4640,
        "version": 2,
        "granted_by": ADMIN,
        "reason": "お詫び",
        "compensates": receipt_number(0),
        "undelivered": "grant",
    }
    [stored] = rows(tables, "discord_users")
    assert (stored["balance"], stored["version"]) == (4640, 2)
    assert stored["undelivered"] == [str(sort_key(0)), str(sort_key(1))]
    assert sum(row["amount"] for row in rows(tables)) == 4640


def test_the_servers_audit_has_it_too(tables: Any, server: Server) -> None:
    server.grant(0, 5)
    [audit] = [row for row in rows(tables, "server_settings") if row["setting"][:6] == "audit#"]
    assert audit == {
        "server_id": GUILD,
        "setting": f"audit#{sort_key(0)}",
        "interaction_id": receipt_number(0),
        "user_id": PLAYER_KEY,
        "kind": "grant",
        "amount": 5,
        "granted_by": ADMIN,
    }


def test_a_newcomer_can_be_granted_to(tables: Any, server: Server) -> None:
    server.grant(0, 1)
    ledger = sorted(rows(tables), key=lambda row: row["timestamp"])
    assert [(row["kind"], row["amount"]) for row in ledger] == [("opening", 3200), ("grant", 1)]
    [stored] = rows(tables, "discord_users")
    assert (stored["user_id"], stored["balance"], stored["version"]) == (PLAYER_KEY, 3201, 1)
    assert server.do(1, "pull")["outcome"] == "drawn"


@pytest.mark.parametrize("cited", ["1" * 17, "９" * 17, "1" * 20, receipt_number(7)])
def test_a_grant_cites_a_pull_that_this_player_made(
    tables: Any, server: Server, cited: str
) -> None:
    server.do(0, "pull")
    before = rows(tables)
    refused = server.grant(1, receipt=cited)
    assert refused["outcome"] == "refused"
    assert refused["message"]["sentence"] == "no_such_pull"
    assert rows(tables) == before


NUMBER = receipt_number(0)
WIDE = NUMBER.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})


@pytest.mark.parametrize(
    "shown",
    [
        *(
            NUMBER,
            f"0{NUMBER}",
            f" 000{NUMBER}",
            f"`{NUMBER}`",
            f" ` {NUMBER} ` ",
            WIDE,
            f"`{WIDE}`",
        ),
        *(f"\u3000{NUMBER}\u3000", f"\xa0{NUMBER}\xa0", f"\u200b{NUMBER}\u200b"),
        *(f"\u202a{NUMBER}\u202c", f"\u200e{NUMBER}\u200f", f"\u2066{NUMBER}\u2069"),
        *(f"受付番号 {NUMBER}", f"Receipt number {NUMBER}", f"{NUMBER}."),
        *(f"\ufeff{NUMBER}", f"{NUMBER}\n", f"\ufeff\u2067`\u3000{WIDE}\u200b`\u2069\t"),
    ],
    ids=ascii,
)
def test_a_receipt_number_is_taken_as_it_is_shown_or_copied(
    tables: Any, server: Server, shown: str
) -> None:
    """And stored in its one form, so that the audit finds the pull."""
    server.do(0, "pull")
    assert server.grant(1, receipt=shown)["outcome"] == "planned"
    [row] = [row for row in rows(tables) if row["kind"] == "grant"]
    assert row["compensates"] == NUMBER


@pytest.mark.parametrize(
    "shown", ["no number", "", "-1", "`", f"{NUMBER} {NUMBER}", "1" * 16, "1" * 21, "٣"]
)
def test_what_is_no_receipt_number_is_called_so(tables: Any, server: Server, shown: str) -> None:
    server.do(0, "pull")
    refused = server.grant(1, receipt=shown)
    assert refused["outcome"] == "refused"
    assert refused["message"]["sentence"] == "no_receipt_number"
    assert refused["message"]["values"] == {}
    assert not [row for row in rows(tables) if row["kind"] == "grant"]


def test_neither_a_grant_nor_a_void_nor_somebody_elses_pull_is_cited(
    tables: Any, server: Server
) -> None:
    server.do(0, "pull")
    server.grant(1)
    assert void(workflow_input(2))
    other = workflow_input(3) | {"user_id": "1290000000000000042"}
    decided = server.work("draw", {"interaction": other})
    assert record(other, decided)
    for number in (1, 2, 3):
        assert server.grant(9, receipt=receipt_number(number))["outcome"] == "refused"
    assert server.grant(9, receipt=f" `{receipt_number(0)}` ")["outcome"] == "planned"  # as copied


def test_the_same_grant_twice_is_one_grant(tables: Any, server: Server) -> None:
    first = server.grant(0, 160)
    again = server.grant(0, 160)
    assert (again["outcome"], again["message"]) == ("recorded", first["message"])
    assert again["figures"] == {}  # it was counted when it was recorded
    assert not record(workflow_input(0, "admin grant"), first)
    [stored] = rows(tables, "discord_users")
    assert stored["balance"] == 3360


def test_a_voided_grant_is_never_given(tables: Any, server: Server) -> None:
    interaction = workflow_input(0, "admin grant", amount=160, admin=ADMIN)
    planned = server.work("plan", {"interaction": interaction})
    assert void(interaction)
    assert not record(interaction, planned)
    assert server.work("plan", {"interaction": interaction})["outcome"] == "voided"
    [row] = rows(tables)
    assert (row["kind"], row["user_id"], row["command"]) == ("void", PLAYER_KEY, "admin grant")
    assert not rows(tables, "discord_users")
    assert not rows(tables, "server_settings")


def test_an_admin_is_not_shown_what_the_player_missed(tables: Any, server: Server) -> None:
    server.do(0, "pull")
    assert "missed" not in server.grant(60_000)["message"]
    assert server.do(120_000, "pull")["message"]["missed"] == [
        str(sort_key(0)),
        str(sort_key(60_000)),
    ]


def test_the_history_has_grants_and_voids(tables: Any, server: Server) -> None:
    server.grant(0, 5, reason="r")
    assert void(workflow_input(1, "admin grant"))
    assert void(workflow_input(2))
    shown = server.work("answer", {"interaction": workflow_input(9, "history")})["message"]
    voids, change, grant = shown["rows"][0], shown["rows"][1], shown["rows"][2]
    assert (voids["kind"], voids["command"]) == ("void", "pull")
    assert (change["kind"], change["command"]) == ("void", "admin grant")
    assert (grant["kind"], grant["reason"], grant["compensates"]) == ("grant", "r", None)
    assert (grant["amount"], grant["balance"]) == (5, 3205)


@given(amount=st.integers(-(10**9), 10**9), balance=st.integers(0, 10**12))
def test_a_grant_gives_within_its_bounds_and_never_takes(amount: int, balance: int) -> None:
    before = replace(player.newcomer(PLAYER_KEY, GUILD, 0, "c"), balance=balance)
    if not 1 <= amount <= 1_000_000:
        with pytest.raises(ValueError, match="are allowed"):
            changes.grant(before, receipt_number(0), amount, ADMIN, {})
        return
    change = changes.grant(before, receipt_number(0), amount, ADMIN, {})
    assert change.after.balance == balance + amount > balance
    assert change.after.version == before.version + 1
    assert change.event["granted_by"] == ADMIN
