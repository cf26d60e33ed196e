"""`scripts.audit` over what players took of presents and codes: nothing is wrong with what the
handlers wrote, and each change of a claim, a row or a counter is named."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from scripts import audit as script
from tests.faults import gifts
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.world import World
from tests.unit.test_audit import Items, export, tables_of

USERS: Final = ("1290000000000001000", "1290000000000001001")
GUILD: Final = GUILDS[0]
ONE, OTHER = (f"{user}@{GUILD}" for user in USERS)
SERVER: Final = f"server@{GUILD}"


@pytest.fixture(scope="module")
def stored() -> Items:
    """The tables after two members took a present, the word and a single code each, and a day."""
    world = World(5)
    with world.entered():
        played = Scenario(world, world.rng)
        gifts.begin(played, GUILD)

        def play() -> None:
            for user, single in zip(USERS, played.gifts.singles[GUILD], strict=True):
                played.look(played.command(user, GUILD, "daily"), "daily")
                taken = gifts.pressed(played.command(user, GUILD, "presents"), "presents:take:p2")
                played.look(taken, "presents")
                for text in (gifts.WORD, single, "まちがい123"):
                    played.look(played.command(user, GUILD, "code", text=text), "code")

        played.inside("players", play)
    return tables_of(world)


@pytest.fixture
def items(stored: Items) -> Items:
    return copy.deepcopy(stored)


def setting(items: Items, name: str) -> dict[str, Any]:
    [row] = [each for each in items["settings"] if each["setting"]["S"] == name]
    return row


def row(items: Items, kind: str, number: int = 0) -> dict[str, Any]:
    """One of the first member's."""
    found = [each for each in items["history"] if each["kind"]["S"] == kind]
    mine = [each for each in found if each["user_id"]["S"] == ONE]
    return sorted(mine, key=lambda each: float(each["timestamp"]["N"]))[number]


def without(table: str, find: Callable[[Items], dict[str, Any]]) -> Callable[[Items], None]:
    return lambda items: items[table].remove(find(items))


def counted(name: str, more: int) -> Callable[[Items], None]:
    def change(items: Items) -> None:
        counter = setting(items, name)["taken"]
        counter["N"] = str(int(counter["N"]) + more)

    return change


def also(items: Items, name: str, like: str, **more: Any) -> None:
    items["settings"].append(setting(items, like) | {"setting": {"S": name}, **more})


def again(kind: str, number: int = 0) -> Callable[[Items], None]:
    """The same was taken a second time, in an event of its own."""

    def change(items: Items) -> None:
        second = copy.deepcopy(row(items, kind, number))
        second["timestamp"]["N"] = f"{second['timestamp']['N'].split('.')[0]}.0004711"
        items["history"].append(second)

    return change


def of_row(kind: str, at: int = 0, **changed: Any) -> Callable[[Items], None]:
    return lambda items: row(items, kind, at).update(changed)


def of_setting(name: str, **changed: Any) -> Callable[[Items], None]:
    return lambda items: setting(items, name).update(changed)


CHANGES: Final[dict[str, Callable[[Items], None]]] = {
    "a present's claim without a row": without("history", lambda items: row(items, "present")),
    "a code's claim without a row": without("history", lambda items: row(items, "code")),
    "a present's row without a claim": without(
        "settings", lambda items: setting(items, f"claim#p2#{USERS[0]}")
    ),
    "a code's row without a claim": without(
        "settings", lambda items: setting(items, f"claim#c1#{USERS[0]}")
    ),
    "a single code's row without a claim": without(
        "settings", lambda items: setting(items, "claim#c2#1")
    ),
    "a claim of nobody's": lambda items: also(
        items, "claim#p3#1290000000000001007", f"claim#p2#{USERS[0]}"
    ),
    "a claim of another event": of_setting(f"claim#c1#{USERS[0]}", event={"S": "1.0000001"}),
    "a claim of somebody else's": of_setting(f"claim#p2#{USERS[0]}", user_id={"S": OTHER}),
    "a counter too high": counted("claims#c1", 1),
    "a counter too low": counted("claims#c1", -1),
    "a counter of single codes too high": counted("claims#c2", 1),
    "no counter": without("settings", lambda items: setting(items, "claims#c1")),
    "a lower ceiling than claims": of_setting("code#c1", most={"N": "1"}),
    "a present taken twice": again("present"),
    "a code used twice": again("code"),
    "a single code used twice": again("code", 1),
    "a single code by another number": of_row("code", 1, number={"N": "2"}),
    "no present of this name": without("settings", lambda items: setting(items, "present#p2")),
    "no code of this name": without("settings", lambda items: setting(items, "code#c1")),
    "after the present's end": of_setting("present#p2", ends_ms={"N": "1"}),
    "after the code's end": of_setting("code#c1", ends_ms={"N": "1"}),
    "a present for somebody else": of_setting(
        "present#p2", to={"L": [{"S": "member"}, {"S": USERS[1]}]}
    ),
    "a code that gave more shards": of_row("code", shards={"N": "21"}),
    "a present that gave more": of_setting("present#p2", gift={"M": {"coins": {"N": "1"}}}),
}


def violations(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("VIOLATION")]


def test_nothing_is_wrong_with_what_was_taken(
    tmp_path: Path, items: Items, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(export(tmp_path, items)) == 0
    out = capsys.readouterr().out
    assert "4 code" in out and "2 present" in out and "2 daily" in out


def test_each_change_of_a_claim_is_named(
    tmp_path: Path, stored: Items, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, change in CHANGES.items():
        items = copy.deepcopy(stored)
        change(items)
        assert script.main(export(tmp_path, items)) == 1, name
        lines = violations(capsys.readouterr().out)
        assert any(line.startswith("VIOLATION I8 ") for line in lines), (name, lines)


def test_a_live_stack_is_asked_again_and_says_the_same(
    tables: Any, stored: Items, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There the event of a claim is read by its key, and one whose claim is gone by the scan."""
    names = ["discord_users", "gacha_history", "gacha_collection", "server_settings"]
    monkeypatch.setattr(time, "sleep", lambda _: None)

    def audited(items: Items) -> tuple[int, list[str]]:
        for name, rows in zip(names, (items[each] for each in script.TABLES), strict=True):
            keys = tables.describe_table(TableName=name)["Table"]["KeySchema"]
            for old in tables.scan(TableName=name)["Items"]:
                key = {each["AttributeName"]: old[each["AttributeName"]] for each in keys}
                tables.delete_item(TableName=name, Key=key)
            for item in rows:
                tables.put_item(TableName=name, Item=item)
        code = script.main(["tables", *names])
        return code, violations(capsys.readouterr().out)

    assert audited(stored) == (0, [])
    for name in (
        "a present's claim without a row",
        "a code's row without a claim",
        "a counter too low",
    ):
        items = copy.deepcopy(stored)
        CHANGES[name](items)
        code, lines = audited(items)
        assert code == 1 and any(line.startswith("VIOLATION I8 ") for line in lines), (name, lines)
