"""How items are read: one by one, several at once, and each once where somebody only looks."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import aws
from adapters.tables import items, players, settings
from tests.support import GUILD, PLAYER_KEY


@pytest.fixture
def read(tables: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that were called."""
    made: list[str] = []
    call = aws.DynamoDB.call

    def note(client: aws.DynamoDB, operation: str, asked: dict[str, Any]) -> Any:
        made.append(operation)
        return call(client, operation, asked)

    monkeypatch.setattr(aws.DynamoDB, "call", note)
    return made


def put(tables: Any, name: str, **content: Any) -> None:
    row = {"server_id": GUILD, "setting": name, **content}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


def test_who_only_looks_looks_once_and_nobody_else_does(tables: Any, read: list[str]) -> None:
    put(tables, "game", version=1)
    with items.looking_once():
        first = settings.setting(GUILD, "game")
        put(tables, "game", version=2)
        assert settings.setting(GUILD, "game") == first == settings.setting(GUILD, "game")
        assert settings.setting(GUILD, "none") is None is settings.setting(GUILD, "none")
    assert read == ["GetItem"] * 2
    after = settings.setting(GUILD, "game")
    assert after is not None and after["version"] == 2


def test_what_was_found_is_not_changed_by_who_asked_first(tables: Any) -> None:
    put(tables, "game", version=1, offers={"a": [1]})
    with items.looking_once():
        first = settings.setting(GUILD, "game")
        assert first is not None
        first["offers"]["a"].append(2)
        again = settings.setting(GUILD, "game")
        assert again is not None and again["offers"] == {"a": [1]}


def test_items_of_several_tables_are_looked_at_in_one_read(tables: Any, read: list[str]) -> None:
    put(tables, "game", version=1)
    put(tables, "economy", version=2)
    places = [settings.place(GUILD, each) for each in ("game", "economy", "presents")]
    with items.looking_once():
        settings.setting(GUILD, "game")
        items.look_ahead(players.place(PLAYER_KEY), *places)
        found = [settings.setting(GUILD, each) for each in ("game", "economy", "presents")]
        assert [each and each["version"] for each in found] == [1, 2, None]
        assert players.load(PLAYER_KEY) is None
        items.look_ahead(*places)  # all of it is there
    assert read == ["GetItem", "BatchGetItem"]


def test_who_does_not_look_once_does_not_look_ahead(tables: Any, read: list[str]) -> None:
    items.look_ahead(settings.place(GUILD, "game"))
    assert read == []


def test_what_a_throttled_table_left_out_is_asked_for_again(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tables, "game", version=1)
    put(tables, "economy", version=2)
    call = aws.DynamoDB.call

    def one_at_a_time(client: aws.DynamoDB, operation: str, asked: dict[str, Any]) -> Any:
        [(table, of)] = asked["RequestItems"].items()
        now = {table: {**of, "Keys": of["Keys"][:1]}}
        answer = call(client, operation, {"RequestItems": now})
        left = {table: {**of, "Keys": of["Keys"][1:]}} if of["Keys"][1:] else {}
        return {**answer, "UnprocessedKeys": left}

    monkeypatch.setattr(aws.DynamoDB, "call", one_at_a_time)
    keys = [{"server_id": GUILD, "setting": each} for each in ("game", "economy")]
    found = items.batch("DYNAMODB_SETTINGS_TABLE", keys)
    assert [row["version"] for row in found] == [1, 2]
