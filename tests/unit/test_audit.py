"""The audit finds nothing in what the real handlers wrote, and names everything that is changed."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.tables.items import from_item, to_item
from commands import events
from gacha import audit, banner, snowflake
from gacha.changes import MOST_GRANTED
from scripts import audit as script
from scripts import stack
from tests.cloudformation import Resolved
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.world import World

USER = "1290000000000001000"
PLAYER = f"{USER}@{GUILDS[0]}"
OTHER = f"1290000000000001001@{GUILDS[0]}"
NOW_MS = 1_795_100_000_000
COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("pull", {"count": 1}),
    ("fair seed", {"text": "mine"}),
    ("pull", {"count": 10}),
    ("fair rotate", {}),
    ("pull", {"count": 1}),
    ("daily", {}),
]

Items = dict[str, list[dict[str, Any]]]


def tables_of(world: World) -> Items:
    """What the audit reads, by its names."""
    names = {name: Resolved().properties(script.OUTPUTS[name]) for name in script.TABLES}
    return {
        name: list(world.database.tables[table["TableName"]].values())
        for name, table in names.items()
    }


@pytest.fixture(scope="module")
def stored() -> Items:
    """The tables of two players, as DynamoDB has them."""
    world = World(5)
    with world.entered():
        played = Scenario(world, world.rng)

        def play() -> None:
            for player in (PLAYER, OTHER):
                user, guild = player.split("@")
                for command, options in COMMANDS:
                    played.look(played.command(user, guild, command, **options), command)

        played.inside("players", play)
    return tables_of(world)


@pytest.fixture
def items(stored: Items) -> Items:
    return copy.deepcopy(stored)


def export(folder: Path, items: Items, *, form: str = "lines") -> list[str]:
    """The command's arguments for an export of these items."""
    arguments = ["export"]
    for table, rows in items.items():
        path = folder / f"{table}.json"
        if form == "scan":
            path.write_text(json.dumps({"Items": rows, "Count": len(rows)}, indent=4))
        elif form == "gz":
            path = path.with_suffix(".json.gz")
            with gzip.open(path, "wt") as file:
                file.writelines(json.dumps({"Item": row}) + "\n" for row in rows)
        else:
            path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        arguments += [f"--{table}", str(path)]
    return arguments


@pytest.mark.parametrize("form", ["lines", "scan", "gz"])
def test_nothing_is_wrong_with_what_the_handlers_wrote(
    tmp_path: Path, items: Items, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    items["history"].reverse()  # an export has no order
    assert script.main(export(tmp_path, items, form=form)) == 0
    out = capsys.readouterr().out
    assert "players: 2; ledger rows: 2 daily, 2 opening, 6 pull, 2 rotate, 2 seed" in out
    assert "violations: 0" in out


def of(items: Items, table: str, *, kind: str | None = None, number: int = 0) -> dict[str, Any]:
    """One item of the first player."""
    rows = [row for row in items[table] if row["user_id"]["S"] == PLAYER]
    if table == "history":
        rows = [row for row in rows if row["kind"]["S"] == kind]
    return rows[number]


def receipt(items: Items, number: int, **changed: Any) -> None:
    """Change a pull's receipt as somebody would who also recomputes its hash."""
    row = of(items, "history", kind="pull", number=number)
    text = {**json.loads(row["receipt"]["S"]), **changed}
    row["receipt"]["S"] = json.dumps(text, sort_keys=True, separators=(",", ":"))


def put(table: str, name: str, value: Any, **where: Any) -> Callable[[Items], None]:
    def change(items: Items) -> None:
        of(items, table, **where)[name] = value

    return change


def drop(table: str, **where: Any) -> Callable[[Items], None]:
    return lambda items: items[table].remove(of(items, table, **where))


def twice(**changed: Any) -> Callable[[Items], None]:
    """The first pull's key has another row."""
    return lambda items: items["history"].append(
        {**of(items, "history", kind="pull"), **{n: {"S": v} for n, v in changed.items()}}
    )


def grant(
    cites: str | None, amount: int = 160, by: str | None = USER, reason: str | None = None
) -> Callable[[Items], None]:
    def change(items: Items) -> None:
        last = of(items, "history", kind="rotate")
        player = of(items, "users")
        version = int(player["version"]["N"]) + 1
        balance = int(player["balance"]["N"]) + amount
        row = {
            "user_id": {"S": PLAYER},
            "timestamp": {"N": "1795099999000.0000001"},
            "interaction_id": {"S": snowflake.from_sort_key(Decimal("1795099999000.0000001"))},
            "guild_id": last["guild_id"],
            "kind": {"S": "grant"},
            "amount": {"N": str(amount)},
            "balance": {"N": str(balance)},
            "version": {"N": str(version)},
        }
        note = {"compensates": cites, "granted_by": by, "reason": reason}
        row |= {name: {"S": value} for name, value in note.items() if value}
        items["history"].append(row)
        player["version"], player["balance"] = {"N": str(version)}, {"N": str(balance)}

    return change


def claim(
    amount: int = 160, later_s: int = 0, day: str = "2026-11-19", **changed: Any
) -> Callable[[Items], None]:
    """Another claim, at 23:53 of the day of the first, or so much later; all else follows. As it is
    called here, it is right where it is an hour later and of the next day."""

    def change(items: Items) -> None:
        key = Decimal("1795099999000.0000001") + later_s * 1000
        player, first = of(items, "users"), of(items, "history", kind="daily")
        ends = int(first["tickets"]["L"][0]["M"]["e"]["N"]) + 86_400_000
        of_first = from_item(player)
        values: dict[str, Any] = {
            "tickets": [{"n": 1, "e": ends}],
            "streak": 2,
            "coming": {"days": 1, "coins": 160},
            **changed,
        }
        claims = [{"d": day, "t": int(key), "n": values["streak"]}]
        claims[0] |= {"s": values["since"]} if "since" in values else {}
        player |= to_item(
            {
                "version": of_first["version"] + 1,
                "balance": of_first["balance"] + amount,
                "claimed": [*of_first["claimed"], *claims],
                "tickets": [*of_first["tickets"], *values["tickets"]],
            }
        )
        values |= {"interaction_id": snowflake.from_sort_key(key), "amount": amount, "day": day}
        same = {name: player[name] for name in ("version", "balance")}
        row = {**first, **to_item(values), **same, "timestamp": {"N": str(key)}}
        items["history"].append(row)

    return change


def opened_with(amount: int) -> Callable[[Items], None]:
    """Another opening, and every balance after it as it follows from that."""

    def change(items: Items) -> None:
        opening = of(items, "history", kind="opening")
        more = amount - int(opening["amount"]["N"])
        opening["amount"] = {"N": str(amount)}
        rows = [row for row in items["history"] if row["user_id"]["S"] == PLAYER]
        for row in (*rows, of(items, "users")):
            row["balance"] = {"N": str(int(row["balance"]["N"]) + more)}

    return change


NEXT_DAY: dict[str, Any] = {"later_s": 3600, "day": "2026-11-20"}
EAST: dict[str, Any] = {
    "later_s": -17_451,
    "day": "2026-11-20",
    "zone": "UTC+14:00",
    "tickets": [{"n": 1, "e": 1_795_341_600_000}],
}
"""Nineteen hours after the first, which is the next day there."""

CHANGES: dict[str, tuple[str, Callable[[Items], None]]] = {
    "the balance": ("I1", put("users", "balance", {"N": "9999"})),
    "a row's balance": ("I1", put("history", "balance", {"N": "1"}, kind="pull", number=1)),
    "an amount": ("I1", put("history", "amount", {"N": "0"}, kind="pull")),
    "no opening": ("I1", drop("history", kind="opening")),
    "an opening elsewhere": ("I1", put("history", "kind", {"S": "opening"}, kind="seed")),
    "a void that charges": ("I1", lambda items: items["history"].append(void(amount="-1"))),
    "no player": ("I1", drop("users")),
    "no ledger": ("I1", lambda items: items.update(history=[])),
    "a pull erased": ("I2", drop("history", kind="pull", number=1)),
    "the player's version": ("I2", put("users", "version", {"N": "3"})),
    "a version twice": ("I2", put("history", "version", {"N": "2"}, kind="pull", number=1)),
    "no version": ("I2", put("history", "version", {"NULL": True}, kind="seed")),
    "another's key": ("I2", put("history", "interaction_id", {"S": "7"}, kind="pull")),
    "another price": ("I2", lambda items: receipt(items, 0, price=1)),
    "a second claim of a day": ("I9", claim()),
    "a claim of the day after its key": ("I9", claim(day="2026-11-20")),
    "a claim of the day before its key": ("I9", claim(later_s=3600)),
    "a claim by another clock": ("I9", put("history", "zone", {"S": "UTC-12:00"}, kind="daily")),
    "a claim in another order of days": ("I9", claim(later_s=-86_400, day="2026-11-20")),
    "a claim too soon after a changed clock": ("I9", claim(since=1_795_014_147_229, **EAST)),
    "the same of a clock that nobody changed": ("I9", claim(**EAST)),
    "a claim of more": ("I2", claim(161, **NEXT_DAY)),
    "a claim of less": ("I2", claim(0, **NEXT_DAY)),
    "a claim of two tickets": ("I2", claim(tickets=[{"n": 2, "e": 1_795_359_600_000}], **NEXT_DAY)),
    "a claim of no ticket": ("I2", claim(tickets=[], **NEXT_DAY)),
    "a claim of a lasting ticket": ("I2", claim(tickets=[{"n": 1, "e": 10**13}], **NEXT_DAY)),
    "a claim of a bonus too soon": ("I2", claim(320, bonus=160, **NEXT_DAY)),
    "a claim of what nobody settled": ("I2", claim(economy=7, **NEXT_DAY)),
    "a claim of a longer streak": ("I5", claim(streak=3, **NEXT_DAY)),
    "a claim of another promise": ("I5", claim(coming={"days": 1, "coins": 161}, **NEXT_DAY)),
    "a forgiven day that was none": ("I5", claim(forgiven="2026-11-18", **NEXT_DAY)),
    "the player's days": ("I5", put("users", "claimed", {"L": []})),
    "below zero": ("I3", put("users", "balance", {"N": "-1"})),
    "a row below zero": ("I3", put("history", "balance", {"N": "-5"}, kind="pull", number=2)),
    "a void beside a pull": ("I4", twice(kind="void")),
    "a pull twice": ("I4", twice()),
    "a grant for no pull": ("I4", grant("123456789012345678")),
    "a grant that takes": ("I4", grant(None, -1)),
    "a grant of more than an admin may": ("I4", grant(None, MOST_GRANTED + 1)),
    "a grant by nobody": ("I4", grant(None, 160, by=None)),
    "a grant by something else": ("I4", grant(None, 160, by="root")),
    "a grant that is called another bot's": ("I4", grant(None, 10**9, reason="adopted from x")),
    "a grant of more than another bot's": ("I4", grant(None, 10**12 + 1, None, "adopted from x")),
    "an opening of more": ("I1", opened_with(10**9)),
    "an opening of nothing": ("I1", opened_with(0)),
    "the nonce": ("I5", put("users", "nonce", {"N": "7"})),
    "the epoch": ("I5", put("users", "epoch", {"N": "0"})),
    "the client seed": ("I5", put("users", "client_seed", {"S": "theirs"})),
    "the commitment": ("I5", put("users", "commitment", {"S": "0" * 64})),
    "the rotation": ("I5", put("users", "rotated", {"S": "1"})),
    "the last receipt": ("I5", put("users", "last_receipt", {"S": "0" * 64})),
    "the states": ("I5", put("users", "states", {"M": {}})),
    "a broken player": ("I5", put("users", "states", {"S": ""})),
    "a receipt's nonce": ("I5", lambda items: receipt(items, 1, nonce=9)),
    "a receipt's hash": ("I5", put("history", "receipt_hash", {"S": "0"}, kind="pull")),
    "the chain": ("I5", lambda items: receipt(items, 1, previous="")),
    "the state before": ("I5", lambda items: receipt(items, 0, before={"points": 5})),
    "the state after": ("I5", lambda items: receipt(items, 0, after={"points": 0})),
    "a card from nowhere": ("I5", lambda items: receipt(items, 0, cards=["ace"])),
    "a card too few": ("I5", lambda items: receipt(items, 0, cards=[])),
    "an unknown banner": ("I5", lambda items: receipt(items, 0, banner_hash="0" * 64)),
    "the new mark": ("I5", put("history", "new", {"L": []}, kind="pull")),
    "an unknown kind": ("I5", put("history", "kind", {"S": "gift"}, kind="seed")),
    "a rotation's draws": ("I5", put("history", "draws", {"N": "3"}, kind="rotate")),
    "a card given away": ("I5", drop("collection")),
    "a card more": ("I5", put("collection", "card:ace", {"N": "1"})),
    "a broken receipt": ("I5", put("history", "receipt", {"S": "{"}, kind="pull")),
    "a receipt's form": ("I6", lambda items: spaced(items)),
    "the cards beside it": ("I6", put("history", "cards", {"L": [{"S": "ace"}]}, kind="pull")),
}


def void(amount: str = "0") -> dict[str, Any]:
    key = Decimal("1795099990000.0000001")
    return {
        "user_id": {"S": PLAYER},
        "timestamp": {"N": str(key)},
        "interaction_id": {"S": snowflake.from_sort_key(key)},
        "guild_id": {"S": GUILDS[0]},
        "kind": {"S": "void"},
        "amount": {"N": amount},
    }


def spaced(items: Items) -> None:
    row = of(items, "history", kind="pull")
    row["receipt"]["S"] = row["receipt"]["S"].replace(",", ", ", 1)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named(
    tmp_path: Path, items: Items, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    invariant, change = CHANGES[name]
    change(items)
    assert script.main(export(tmp_path, items)) == 1
    lines = [x for x in capsys.readouterr().out.splitlines() if x.startswith("VIOLATION")]
    assert any(line.startswith(f"VIOLATION {invariant} {PLAYER} at ") for line in lines), lines
    if name != "no ledger":
        assert not any(OTHER in line for line in lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda items: items["history"].append(void()),
        lambda items: grant(of(items, "history", kind="pull")["interaction_id"]["S"])(items),
        grant(None),
        claim(**NEXT_DAY),
        put("users", "undelivered", {"L": [{"S": "1"}]}),
    ],
)
def test_a_void_and_a_grant_that_cites_a_pull_are_in_order(
    tmp_path: Path, items: Items, change: Callable[[Items], None]
) -> None:
    change(items)
    assert script.main(export(tmp_path, items)) == 0


def test_a_void_is_all_that_somebody_may_have(tmp_path: Path) -> None:
    alone: Items = {"users": [], "history": [void()], "collection": [], "settings": []}
    assert script.main(export(tmp_path, alone)) == 0


@pytest.mark.parametrize("change", ["", "\n# another file\n"], ids=["its file", "another file"])
def test_a_banner_that_does_not_ship_is_read_from_the_buckets_files(
    tmp_path: Path, items: Items, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    [shipped] = script.SHIPPED.glob("*.toml")
    copied = tmp_path / "copied.toml"
    copied.write_text(shipped.read_text() + change)
    monkeypatch.setattr(script, "SHIPPED", tmp_path / "none")
    exported = export(tmp_path, items)
    assert script.main(exported) == 1
    assert script.main([*exported, "--banners", str(copied)]) == bool(change)
    assert script.main([*exported, "--banners", str(tmp_path / "missing")]) == 2


@pytest.mark.parametrize("change", ["", "\n# another file\n"], ids=["its file", "another file"])
def test_a_banner_of_before_the_bucket_is_read_from_the_servers_settings(
    tmp_path: Path, items: Items, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """As pulls kept it until 2026-11-29."""
    [shipped] = script.SHIPPED.glob("*.toml")
    file, guild = shipped.read_bytes(), PLAYER.partition("@")[2]
    setting = f"banner#{hashlib.sha256(file).hexdigest()}"
    row = {"server_id": guild, "setting": setting, "toml": file.decode() + change}
    items["settings"] = [to_item(row)]
    monkeypatch.setattr(script, "SHIPPED", tmp_path / "none")
    assert script.main(export(tmp_path, items)) == bool(change)


def test_a_mark_older_than_the_token_is_noted(stored: Items) -> None:
    rows = [from_item(item) for item in stored["history"] if item["user_id"]["S"] == PLAYER]
    late = {**rows[-1], "undelivered": "pull"}
    user, pages = (
        of(stored, "users"),
        [from_item(each) for each in stored["collection"] if each["user_id"]["S"] == PLAYER],
    )
    shipped = [banner.parse(f.read_bytes(), f.name) for f in script.SHIPPED.glob("*.toml")]
    found = audit.check(
        PLAYER,
        [*rows[:-1], late],
        from_item(user),
        pages,
        lambda _guild, _id, hash_: next(each for each in shipped if each.hash == hash_),
        NOW_MS,
        events.replays(),
    )
    assert [(each.invariant, each.violation) for each in found] == [("I7", False)]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('{"user_id": {"S": "1@2"}}\n{"user_id": ', "line 2"),
        ("[1]", "line 1"),
        ('{"user_id": "1@2"}', "line 1"),
        ('{"Items": [{"user_id": {"S": "1@2"}}, {"user', "item 2"),
        ('{"Items": [7]}', "item 1"),
        ("\udcff", "users.json"),
        ("[" * 200_000, "line 1"),
        ('{"Items": [' + "[" * 200_000, "item 1"),
        ('{"Items": [{"user_id": {"S": "' + "a" * 2**24, "an item of more than"),
        ('{"user_id": {"S": "' + "a" * 2**25, "an item of more than"),
    ],
)
def test_what_cannot_be_read_is_no_violation(
    tmp_path: Path, items: Items, capsys: pytest.CaptureFixture[str], content: str, named: str
) -> None:
    arguments = export(tmp_path, items)
    (tmp_path / "users.json").write_bytes(content.encode(errors="surrogateescape"))
    assert script.main(arguments) == 2
    assert named in capsys.readouterr().err


def test_a_missing_file_and_another_notation_cannot_be_read(tmp_path: Path, items: Items) -> None:
    arguments = export(tmp_path, items)
    (tmp_path / "history.json").write_text('{"user_id": {"S": "1@2"}, "timestamp": {"X": 1}}')
    assert script.main(arguments) == 2
    (tmp_path / "history.json").unlink()
    assert script.main(arguments) == 2


def test_live_tables_are_scanned_and_doubts_read_again(
    tables: Any, items: Items, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = dict(
        zip(
            script.TABLES,
            ["discord_users", "gacha_history", "gacha_collection", "server_settings"],
            strict=True,
        )
    )
    for table, rows in items.items():
        for item in rows:
            tables.put_item(TableName=names[table], Item=item)
    arguments = ["tables", *names.values()]
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert script.main(arguments) == 0

    # One who pulls between the scans of two tables looks wrong once, and right when read again.
    real = script.Live.scan
    with monkeypatch.context() as early:
        early.setattr(
            script.Live,
            "scan",
            lambda self, table: iter(()) if table == "collection" else real(self, table),
        )
        assert script.main(arguments) == 0

    broken = {**of(items, "users"), "balance": {"N": "1"}}
    tables.put_item(TableName="discord_users", Item=broken)
    assert script.main(arguments) == 1
    assert f"VIOLATION I1 {PLAYER}" in capsys.readouterr().out
    assert script.main(["tables", "none", "none", "none", "none"]) == stack.UNREADABLE


def test_it_asks_the_region_that_its_siblings_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def on_aws(name: str, region: str) -> stack.Deployment:
        asked.append((name, region))
        raise stack.StackError("there is none")

    monkeypatch.setattr(stack, "on_aws", on_aws)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert script.main(["stack", "gacha"]) == stack.WRONG_QUESTION
    assert script.main(["stack", "gacha", "--region", "us-east-1"]) == stack.WRONG_QUESTION
    assert asked == [("gacha", "ap-northeast-1"), ("gacha", "us-east-1")]


def test_without_a_local_cloud_it_says_what_its_siblings_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing() -> stack.Deployment:
        raise stack.StackError("no local cloud is running")

    monkeypatch.setattr(stack, "local", nothing)
    assert script.main(["local"]) == stack.WRONG_QUESTION
    assert capsys.readouterr().err == "no local cloud is running\n"
