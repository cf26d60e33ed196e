"""scripts.adopt: an older bot's players, taken over once and to the coin."""

from __future__ import annotations

import argparse
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import aws
from adapters.tables import ledger, transactions
from gacha import snowflake
from gacha.audit import MOST_ADOPTED
from scripts import adopt, audit, stack
from scripts.stack import Deployment, StackError
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, USER, rows, sort_key, workflow_input

OLD = "old_users"


@pytest.fixture
def deployment(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Our tables in moto, and the old bot's beside them."""
    import os

    outputs = {
        "UsersTable": "discord_users",
        "HistoryTable": "gacha_history",
        "SettingsTable": "server_settings",
        "CollectionTable": "gacha_collection",
        "Bucket": "discord-gacha-bucket-0a1b",
        "FairnessSecretArn": os.environ["FAIRNESS_SECRET_ARN"],
    }
    make_old(tables)
    return Deployment(
        "test", "ap-northeast-1", outputs, None, {("dynamodb", "ap-northeast-1"): tables}
    )


def make_old(client: Any, name: str = OLD, key: str = "user_id", kind: str = "S") -> None:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def put(client: Any, user: str, **attributes: Any) -> None:
    client.put_item(TableName=OLD, Item={"user_id": {"S": user}, **attributes})


def run(deployment: Deployment, *, dry_run: bool = False, table: str = OLD) -> int:
    return adopt.run(
        deployment,
        argparse.Namespace(
            from_table=table, balance_attribute="coins", guild=GUILD, dry_run=dry_run
        ),
    )


def sums(client: Any) -> dict[str, int]:
    """Every player's ledger, added up."""
    total: dict[str, int] = defaultdict(int)
    for row in rows(client):
        total[row["user_id"]] += row["amount"]
    return dict(total)


def is_sound() -> bool:
    """Whether every player follows from their ledger, as scripts.audit sees it."""
    names = ["discord_users", "gacha_history", "gacha_collection", "server_settings"]
    return bool(audit.main(["tables", *names, "--region", "ap-northeast-1"]) == 0)


def balances(client: Any) -> dict[str, int]:
    return {row["user_id"]: row["balance"] for row in rows(client, "discord_users")}


def test_a_player_begins_with_what_they_had(tables: Any, deployment: Deployment) -> None:
    put(tables, USER, coins={"N": "1234"}, level={"N": "7"})
    assert run(deployment) == stack.FOUND
    assert balances(tables) == sums(tables) == {PLAYER_KEY: 1234}
    opening, grant = sorted(rows(tables), key=lambda row: row["timestamp"])
    assert (opening["kind"], opening["amount"], opening["timestamp"]) == ("opening", 0, 0)
    assert (grant["kind"], grant["amount"], grant["balance"]) == ("grant", 1234, 1234)
    assert snowflake.sort_key(grant["interaction_id"]) == grant["timestamp"]
    assert grant["reason"] == f"adopted from {OLD}"
    [player] = rows(tables, "discord_users")
    assert (player["version"], player["guild_id"], player["nonce"]) == (1, GUILD, 0)
    assert is_sound()


def test_somebody_who_had_nothing_begins_with_nothing(tables: Any, deployment: Deployment) -> None:
    put(tables, USER, coins={"N": "0"})
    assert run(deployment) == stack.FOUND
    assert balances(tables) == sums(tables) == {PLAYER_KEY: 0}
    assert is_sound()


def test_a_second_run_changes_nothing(
    tables: Any, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tables, USER, coins={"N": "500"})
    put(tables, "42", coins={"N": "0"})
    run(deployment)
    before = rows(tables), rows(tables, "discord_users")
    put(tables, USER, coins={"N": "999"})  # the old bot went on: what is adopted stays adopted
    assert run(deployment) == stack.FOUND
    assert (rows(tables), rows(tables, "discord_users")) == before
    assert "adopted before: 2" in capsys.readouterr().out


def test_somebody_who_plays_here_already_gets_theirs_on_top(
    tables: Any, deployment: Deployment
) -> None:
    from tests.conftest import load_function

    deployment.for_adapters()
    event = {"interaction": workflow_input()}
    drawn = load_function("draw").handler(event, None)
    assert record(event["interaction"], drawn)
    had = balances(tables)[PLAYER_KEY]
    put(tables, USER, coins={"N": "70"})
    assert run(deployment) == stack.FOUND
    assert balances(tables) == sums(tables) == {PLAYER_KEY: had + 70}
    [player] = rows(tables, "discord_users")
    assert player["version"] == 2 and player["nonce"] == 1  # the pull still counts
    assert is_sound()


def test_an_adopted_player_can_pull(tables: Any, deployment: Deployment) -> None:
    from tests.conftest import load_function

    put(tables, USER, coins={"N": "160"})
    run(deployment)
    event = {"interaction": workflow_input()}
    drawn = load_function("draw").handler(event, None)
    assert record(event["interaction"], drawn)
    assert balances(tables) == sums(tables) == {PLAYER_KEY: 0}
    assert is_sound()
    assert ledger.load(PLAYER_KEY, sort_key()) is not None


def test_a_dry_run_writes_nothing(
    tables: Any, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tables, USER, coins={"N": "500"})
    assert run(deployment, dry_run=True) == stack.FOUND
    assert not rows(tables) and not rows(tables, "discord_users")
    assert "would be adopted: 1, 500 in all" in capsys.readouterr().out
    run(deployment)
    capsys.readouterr()
    run(deployment, dry_run=True)
    assert "adopted before: 1" in capsys.readouterr().out


def test_bad_rows_are_named_and_the_rest_goes_on(
    tables: Any, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    bad: dict[str, dict[str, Any]] = {
        "1": {"coins": {"N": "-1"}},
        "2": {"coins": {"N": "1.5"}},
        "3": {"coins": {"S": "many"}},
        "4": {"coins": {"BOOL": True}},
        "5": {"coins": {"N": "1000000000001"}},
        "6": {"gems": {"N": "1"}},
        "someone": {"coins": {"N": "1"}},
        f"8@{int(GUILD) + 1}": {"coins": {"N": "1"}},
    }
    for user, attributes in bad.items():
        put(tables, user, **attributes)
    put(tables, USER, coins={"N": "5"})
    put(tables, "9", coins={"S": "12"})
    assert run(deployment) == stack.NOT_SO
    said = capsys.readouterr()
    for user in bad:
        assert f"left out {user!r}: " in said.err
    assert f"left out: {len(bad)}" in said.out
    assert balances(tables) == sums(tables) == {PLAYER_KEY: 5, f"9@{GUILD}": 12}


def test_ids_are_taken_over_in_their_one_form(tables: Any, deployment: Deployment) -> None:
    """A zero before the server's id or the player's makes a key that no player has."""
    put(tables, f"0{USER}", coins={"N": "7"})
    put(tables, f"9@0{GUILD}", coins={"N": "2"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack, "chosen", lambda _: deployment)
        given = ["--from-table", OLD, "--balance-attribute", "coins", f"--guild=0{GUILD}"]
        assert adopt.main(given) == stack.FOUND
    assert balances(tables) == {PLAYER_KEY: 7, f"9@{GUILD}": 2}
    assert is_sound()


def test_two_rows_of_one_player_are_not_added_up(
    tables: Any, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tables, USER, coins={"N": "5"})
    put(tables, PLAYER_KEY, coins={"N": "5"})
    assert run(deployment) == stack.NOT_SO
    assert "another row of the same player" in capsys.readouterr().err
    assert balances(tables) == {PLAYER_KEY: 5}


def test_two_old_tables_give_two_grants(tables: Any, deployment: Deployment) -> None:
    put(tables, USER, coins={"N": "5"})
    run(deployment)
    make_old(tables, "older_users")
    tables.put_item(TableName="older_users", Item={"user_id": {"S": USER}, "coins": {"N": "3"}})
    run(deployment, table="older_users")
    assert balances(tables) == sums(tables) == {PLAYER_KEY: 8}


def test_a_run_that_broke_off_goes_on(
    tables: Any, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in range(1, 6):
        put(tables, str(user), coins={"N": "10"})
    write = transactions.write
    written: list[Any] = []

    def breaks(transaction: Any) -> transactions.Written:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(transaction)
        return write(transaction)

    monkeypatch.setattr(transactions, "write", breaks)
    with pytest.raises(KeyboardInterrupt):
        run(deployment)
    monkeypatch.setattr(transactions, "write", write)
    assert len(balances(tables)) == 2
    run(deployment)
    assert balances(tables) == sums(tables) == {f"{user}@{GUILD}": 10 for user in range(1, 6)}
    assert is_sound()


def test_busy_tables_are_waited_for(
    tables: Any, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tables, USER, coins={"N": "5"})
    write, refusals = transactions.write, iter(range(3))
    pauses: list[float] = []
    monkeypatch.setattr("scripts.adopt.time.sleep", pauses.append)

    def busy(transaction: Any) -> transactions.Written:
        if next(refusals, None) is not None:
            raise aws.ServiceError("ThrottlingException")
        return write(transaction)

    monkeypatch.setattr(transactions, "write", busy)
    assert run(deployment) == stack.FOUND
    assert len(pauses) == 3 and balances(tables) == {PLAYER_KEY: 5}


def test_what_is_no_throttle_is_raised_at_once(
    tables: Any, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tables, USER, coins={"N": "5"})

    def denied(_: Any) -> transactions.Written:
        raise aws.ServiceError("AccessDeniedException")

    monkeypatch.setattr(transactions, "write", denied)
    with pytest.raises(aws.ServiceError, match="AccessDenied"):
        run(deployment)


@pytest.mark.parametrize(("key", "kind"), [("id", "S"), ("user_id", "N")])
def test_a_table_of_another_shape_is_refused(
    tables: Any, deployment: Deployment, key: str, kind: str
) -> None:
    make_old(tables, "other", key, kind)
    with pytest.raises(StackError, match="not keyed by user_id"):
        run(deployment, table="other")


def test_a_table_that_is_not_there_is_said(deployment: Deployment) -> None:
    with pytest.raises(StackError, match="no table nowhere in ap-northeast-1"):
        adopt.source(deployment, "nowhere", "coins", GUILD)


def test_our_own_tables_are_refused(deployment: Deployment) -> None:
    with pytest.raises(StackError, match="nothing to adopt"):
        run(deployment, table="discord_users")


def test_the_command_refuses_a_guild_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        adopt.main(["--from-table", OLD, "--balance-attribute", "coins", "--guild", "here"])
    assert ended.value.code == stack.WRONG_QUESTION
    assert "is no id of Discord's" in capsys.readouterr().err


@pytest.mark.long
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    old=st.dictionaries(
        st.integers(1, 2**63).map(str), st.integers(-5, 10**13), min_size=1, max_size=8
    )
)
def test_whatever_the_old_table_holds_the_ledger_adds_up(
    tables: Any, deployment: Deployment, old: dict[str, int]
) -> None:
    for name in (OLD, "gacha_history", "discord_users"):
        for item in tables.scan(TableName=name)["Items"]:
            keys = ["user_id", *(["timestamp"] if name == "gacha_history" else [])]
            tables.delete_item(TableName=name, Key={key: item[key] for key in keys})
    for user, coins in old.items():
        put(tables, user, coins={"N": str(coins)})
    run(deployment)
    good = {f"{user}@{GUILD}": coins for user, coins in old.items() if 0 <= coins <= MOST_ADOPTED}
    assert balances(tables) == good
    assert sums(tables) == good
    assert all(isinstance(row["timestamp"], Decimal) for row in rows(tables))
    assert is_sound()
