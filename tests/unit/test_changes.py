"""A change of several players is one transaction: all of it, or nothing, and who was in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.tables import players, transactions
from gacha import player
from gacha.changes import Change
from tests.support import FIRST_ID, GUILD, rows

ONE, TWO = f"1290000000000000009@{GUILD}", f"1290000000000000010@{GUILD}"


def moved(user_id: str, amount: int) -> Change:
    current = players.load(user_id) or player.newcomer(user_id, GUILD, 0, "0" * 64)
    after = replace(current, balance=current.balance + amount, version=current.version + 1)
    return Change({"kind": "trade", "amount": amount}, current, after)


def trade(number: int, amount: int = 5) -> list[Any]:
    change = replace(moved(ONE, -amount), others=(moved(TWO, amount),))
    return transactions.of_change(change, str(FIRST_ID + (number << 22)))


def balances() -> list[int]:
    return [found.balance for user in (ONE, TWO) if (found := players.load(user))]


def test_each_player_has_the_event_in_their_own_ledger(tables: Any) -> None:
    assert transactions.write(trade(0)).outcome == "recorded"
    assert balances() == [3195, 3205]
    noted = {(row["user_id"], row["amount"]) for row in rows(tables) if row["kind"] == "trade"}
    assert noted == {(ONE, -5), (TWO, 5)}
    for user in (ONE, TWO):  # the balance is the sum over the ledger, for each
        assert sum(row["amount"] for row in rows(tables) if row["user_id"] == user) in (3195, 3205)


def test_who_did_not_ask_is_told_with_their_next_command(tables: Any) -> None:
    transactions.write(trade(0))
    undelivered = [row["user_id"] for row in rows(tables) if "undelivered" in row]
    assert undelivered == [TWO]


@pytest.mark.parametrize(
    ("changed", "named"), [((ONE,), (ONE,)), ((TWO,), (TWO,)), ((ONE, TWO), (ONE, TWO))]
)
def test_a_conflict_names_whose_row_changed_and_writes_nothing(
    tables: Any, changed: tuple[str, ...], named: tuple[str, ...]
) -> None:
    transactions.write(trade(0))
    decided = trade(2)
    for at, user in enumerate(changed):
        id_ = str(FIRST_ID + (3 + at << 22))
        assert transactions.write(transactions.of_change(moved(user, 1), id_)).outcome == "recorded"
    before = rows(tables), balances()
    written = transactions.write(decided)
    assert (written.outcome, written.players) == ("conflict", named)
    assert (rows(tables), balances()) == before


def test_the_same_trade_is_recorded_once(tables: Any) -> None:
    decided = trade(0)
    assert [transactions.write(decided).outcome for _ in range(2)] == ["recorded", "replayed"]
    assert balances() == [3195, 3205]


def test_a_transaction_names_an_item_once(tables: Any) -> None:
    """Else DynamoDB refuses all of it."""
    keys = []
    for item in trade(0):
        [action] = item.values()
        key = {
            name: action["Item"][name]
            for name in ("user_id", "timestamp", "server_id", "setting")
            if name in action["Item"]
        }
        keys.append((action["TableName"], str(key)))
    assert len(set(keys)) == len(keys)
