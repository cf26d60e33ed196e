"""/gacha fair: what a player may know, when, and that no open seed gets out."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import verify
from adapters import aws, banners, files, seeds
from adapters.tables import items, ledger
from commands.fair_receipts import file
from gacha import banner, fairness, pulling
from scripts.cost import MEASURED
from tests.aws import Daemon
from tests.conftest import load_function
from tests.recording import void
from tests.support import GUILD, PLAYER_KEY, USER, asked, content, rows, workflow_input
from tests.unit.commands.game import Game

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def test_a_newcomer_sees_commitments_before_the_first_draw(game: Game) -> None:
    shown = game.ask("fair show")
    assert (shown["epoch"], shown["nonce"], shown["last"]) == (0, 0, "")
    pulled = game.act("pull")
    assert pulled["receipt"]["commitment"] == shown["commitment"]
    assert shown["next"] == seeds.commitment(PLAYER_KEY, 1)
    versions = [each["banner_hash"] for each in shown["versions"]]
    assert pulled["receipt"]["banner_hash"] in versions
    assert {hash_ == banners.load("starlit-atelier").hash for hash_ in versions} == {True}


def test_a_client_seed_holds_from_the_next_draw_on(game: Game) -> None:
    game.act("pull")
    assert game.act("fair seed", text="わたしの種")["outcome"] == "planned"
    receipt = game.act("pull")["receipt"]
    assert (receipt["client_seed"], receipt["nonce"]) == ("わたしの種", 1)
    assert game.ask("fair show")["client_seed"] == "わたしの種"


def test_a_newcomer_may_choose_a_seed_first_and_keeps_the_start(game: Game, tables: Any) -> None:
    game.act("fair seed", text="x")
    assert sorted(row["kind"] for row in rows(tables)) == ["opening", "seed"]
    assert game.ask("profile")["balance"] == 3200
    assert game.act("pull")["receipt"]["client_seed"] == "x"


def test_a_rotation_opens_the_epoch_that_was_promised(game: Game, tables: Any) -> None:
    promised = game.ask("fair show")["next"]
    game.act("pull", count=10)
    rotated = game.act("fair rotate")
    assert rotated["message"]["values"]["epoch"] == 0
    assert rotated["message"]["values"]["commitment"] == promised
    shown = game.ask("fair show")
    assert (shown["epoch"], shown["nonce"], shown["commitment"]) == (1, 0, promised)
    receipt = game.act("pull")["receipt"]
    assert (receipt["epoch"], receipt["nonce"], receipt["commitment"]) == (1, 0, promised)
    assert sum(row["amount"] for row in rows(tables)) == 3200 - 1600 - 160


def test_an_epoch_without_draws_is_not_rotated(game: Game, tables: Any) -> None:
    assert game.act("fair rotate")["message"]["sentence"] == "nothing_to_reveal"
    assert rows(tables) == []


def test_a_change_done_twice_is_done_once(game: Game, tables: Any) -> None:
    game.act("pull")
    first = game.act("fair rotate")
    again = game.repeat()
    assert again["outcome"] == "recorded"
    assert again["message"] == first["message"]
    assert game.ask("fair show")["epoch"] == 1


def test_a_voided_change_says_that_nothing_changed(game: Game, tables: Any) -> None:
    interaction = workflow_input(0, "fair seed", text="x")
    assert void(interaction)
    output = load_function("plan").handler({"interaction": interaction}, None)
    assert output["outcome"] == "voided"
    assert output["message"] == {
        "kind": "text",
        "sentence": "unchanged",
        "values": {},
        "undelivered": True,
    }


def attachment(message: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The message to show and the file's content."""
    shown, attached = file.attach(asked(0, "fair receipts"), content(message))
    assert attached is not None
    return dict(shown), json.loads(attached.content)


def test_receipts_of_a_closed_epoch_come_as_a_file_that_replays(game: Game) -> None:
    pulls = [game.act("pull", count=count)["receipt"] for count in (1, 10, 1)]
    game.act("fair rotate")
    later = game.act("pull")["receipt"]
    message = game.ask("fair receipts", part=1)
    shown, written = attachment(message)
    assert (shown["pulls"], shown["next"]) == (3, None)
    assert [json.loads(each["text"]) for each in written["receipts"]] == pulls
    assert later not in [json.loads(each["text"]) for each in written["receipts"]]
    for each in written["receipts"]:
        assert hashlib.sha256(each["text"].encode()).hexdigest() == each["hash"]
    [epoch] = written["epochs"]
    assert fairness.commitment(bytes.fromhex(epoch["server_seed"])) == epoch["commitment"]
    assert epoch["commitment"] == pulls[0]["commitment"]
    [(hash_, toml)] = written["banners"].items()
    assert hashlib.sha256(toml.encode()).hexdigest() == hash_ == pulls[0]["banner_hash"]


def test_each_epoch_has_its_own_receipts(game: Game) -> None:
    expected = []
    for _ in range(3):
        expected.append(game.act("pull")["receipt"])
        game.act("fair rotate")
    for epoch, receipt in enumerate(expected):
        _, written = attachment(game.ask("fair receipts", epoch=epoch, part=1))
        assert [json.loads(each["text"]) for each in written["receipts"]] == [receipt]
        assert written["epochs"][0]["epoch"] == epoch
    assert game.ask("fair receipts", part=1)["epoch"] == 2


@pytest.mark.parametrize("options", [{}, {"epoch": 0}, {"epoch": 1}, {"epoch": 99}])
def test_an_open_epoch_has_no_receipts(game: Game, options: dict[str, int]) -> None:
    game.act("pull")
    assert game.ask("fair receipts", part=1, **options)["sentence"] == "no_closed_epoch"


def test_a_large_epoch_comes_in_parts(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST", 2)
    by = asked(0, "fair receipts")
    expected = [game.act("pull")["receipt_hash"] for _ in range(5)]
    game.act("fair rotate")
    found: list[str] = []
    shown: Any
    part, files = 1, 0
    while part is not None:
        shown, made = file.attach(by, content(game.ask("fair receipts", part=part)))
        found += [each["hash"] for each in json.loads(made.content)["receipts"]] if made else []
        part, files = shown["next"], files + 1
    assert (found, files) == (expected, 3)
    beyond = game.ask("fair receipts", part=9 * 10**15)
    shown, made = file.attach(by, content(beyond))
    assert (shown["sentence"], made) == ("no_such_part", None)
    monkeypatch.setattr(file, "MOST", 100)
    # An epoch without a pull, as a restore can close one, has no smaller part either.
    without = {**game.ask("fair receipts", part=1), "epoch": 7}
    shown, made = file.attach(by, content(without))
    assert (shown["sentence"], made) == ("no_receipts", None)


def test_a_file_of_receipts_costs_no_more_the_longer_its_epoch_is(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are read are billed, whatever kind they are and whichever part is asked for."""
    first = game.act("pull")["receipt_hash"]
    for number in range(8):  # more other events than a file's rows
        game.act("fair seed", text=f"seed {number}")
    last = game.act("pull")["receipt_hash"]
    game.act("fair rotate")
    message = game.ask("fair receipts", part=1)
    client, read = aws.dynamodb(), list[int]()

    def query(**given: Any) -> Any:
        page = client.query(**given)
        read.append(page["ScannedCount"])
        return page

    monkeypatch.setattr(file, "MOST", 3)
    monkeypatch.setattr(file, "_written", lambda _message, rows, _guild: rows)
    monkeypatch.setattr(aws, "dynamodb", lambda: SimpleNamespace(query=query))
    part, found = 1, list[str]()
    shown: Any
    while part is not None:
        shown, made = file.attach(asked(0, "fair receipts"), content({**message, "part": part}))
        of_part: Any = made.content if made else []
        assert shown["pulls"] == len(of_part)
        found += [pulling.hash_of(row["receipt"]) for row in of_part]
        part = shown["next"]
    assert found == [first, last]
    assert len(read) >= 4 and max(read) <= 3 + 1


def test_pulls_that_raced_one_another_come_in_the_order_in_which_they_were_recorded(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one made last is recorded first, and so on; whatever a part may hold, each verifies."""
    expected = []
    for number in (1, 0, 2, 5, 4, 3, 6, 7, 9, 8):
        game._number = number
        expected.append(game.act("pull", count=1 if number else 10)["receipt_hash"])
    game._number = 20
    game.act("fair rotate")
    for most in (3, 4, 5, 100):
        monkeypatch.setattr(file, "MOST", most)
        part, found = 1, list[str]()
        shown: Any
        while part is not None:
            message = content(game.ask("fair receipts", part=part))
            shown, made = file.attach(asked(0, "fair receipts"), message)
            if made:
                verify.verify(made.content)
                found += [each["hash"] for each in json.loads(made.content)["receipts"]]
            part = shown["next"]
        assert found == expected


@dataclass(frozen=True)
class Ledger:
    """A model of the table's query: rows in the order of their keys, `Limit` of them at a time."""

    rows: list[dict[str, Any]]
    read: list[int] = field(default_factory=list)

    def query(self, **given: Any) -> dict[str, Any]:
        after, before = (
            Decimal(given["ExpressionAttributeValues"][name]["N"]) for name in (":after", ":before")
        )
        start = given.get("ExclusiveStartKey", -1)
        left = [
            row
            for row in sorted(self.rows, key=lambda row: row["timestamp"])
            if after <= row["timestamp"] <= before and row["timestamp"] > start
        ]
        page = left[: given["Limit"]]
        self.read.append(len(page))
        last = {"LastEvaluatedKey": page[-1]["timestamp"]} if len(left) > len(page) else {}
        return {"Items": [items.to_item(row) for row in page], **last}


@st.composite
def raced(draw: st.DrawFn) -> tuple[list[dict[str, Any]], int]:
    """A ledger in which events raced one another, never more than fit a part, in the order in which
    they were recorded; and how many rows a part may have."""
    most = draw(st.integers(2, 6))
    made, nonce, version, key = list[dict[str, Any]](), 0, 0, Decimal(1000)
    for _ in range(draw(st.integers(1, 8))):
        race = []
        for _ in range(draw(st.integers(1, most))):
            key += draw(st.sampled_from([Decimal("0.001"), Decimal("0.5"), Decimal(1)]))
            race.append(key)
        for each in draw(st.permutations(race)):
            version, count = version + 1, draw(st.sampled_from([0, 1, 10]))  # 0: another event
            receipt = json.dumps({"epoch": 3, "nonce": nonce, "count": count})
            kind = {"kind": "pull", "receipt": receipt} if count else {"kind": "seed"}
            made.append({"user_id": "u", "timestamp": each, "version": version, **kind})
            nonce += count
        key = Decimal(int(key) + 1)
    return made, most


def in_parts(model: Ledger, most: int) -> list[list[int]]:
    """The versions of each part's pulls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "dynamodb", lambda: model)
        part: int | None = 1
        found = list[list[int]]()
        while part is not None:
            rows, part = ledger.pulls("u", 3, Decimal(0), Decimal(10**13), most, part)
            found.append([row["version"] for row in rows])
    return found


def row(key: str, version: int, nonce: int | None = None) -> dict[str, Any]:
    receipt = json.dumps({"epoch": 3, "nonce": nonce, "count": 1})
    kind = {"kind": "seed"} if nonce is None else {"kind": "pull", "receipt": receipt}
    return {"user_id": "u", "timestamp": Decimal(key), "version": version, **kind}


RACED_AT_THE_END_OF_A_LATER_PART = (
    [
        *(row(key, version) for version, key in enumerate(["1000.001", "1001.001", "1001.002"], 1)),
        *(row(f"1002.00{at}", 3 + at) for at in (1, 2, 3, 4)),
        row("1003.001", 8),
        row("1004.002", 9),
        row("1004.003", 10, nonce=0),
        row("1003.002", 11, nonce=1),
    ],
    6,
)
"""The second part's rows end between two pulls, of which the later one was recorded first."""


@given(raced())
@example(RACED_AT_THE_END_OF_A_LATER_PART)
def test_a_part_ends_where_no_race_is_cut_in_two(given: tuple[list[dict[str, Any]], int]) -> None:
    made, most = given
    model = Ledger(made)
    parts = in_parts(model, most)
    every = [row["version"] for row in made if row["kind"] == "pull"]
    assert [version for part in parts for version in part] == every
    assert max(map(len, parts)) <= most and max(model.read) <= most + 1
    assert len(model.read) == len(parts)  # a race that fits a part costs no further reading


def test_a_race_over_more_than_a_part_is_read_to_its_end_within_bounds() -> None:
    """A pull that was recorded after as many later ones as given, as after a long retry."""

    def overtaken(by: int) -> Ledger:
        rows = []
        for place in range(by + 11):
            nonce = place if place > by else (place - 1) % (by + 1)
            receipt = json.dumps({"epoch": 3, "nonce": nonce, "count": 1})
            key = Decimal(1000 + place)
            row = {"user_id": "u", "timestamp": key, "kind": "pull", "receipt": receipt}
            rows.append({**row, "version": nonce + 1})
        return Ledger(rows)

    model = overtaken(30)
    parts = in_parts(model, 10)
    assert parts == [list(range(1, 32)), list(range(32, 42))]
    assert max(model.read) <= 11
    model = overtaken(100)
    parts = in_parts(model, 10)
    assert sorted(version for part in parts for version in part) == list(range(1, 112))
    assert max(model.read) <= 11 and len(model.read) <= 5 * len(parts)


def test_a_full_file_is_no_larger_than_the_bill_is_calculated_with(game: Game) -> None:
    game.act("pull", count=10)
    game.act("fair rotate")
    message: Any = game.ask("fair receipts", part=1)
    [row], _ = ledger.pulls(message["player_key"], 0, Decimal(0), Decimal(message["before"]), 9, 1)
    whole = file._written(message, [row] * file.MOST, GUILD)
    assert 60_000 < len(whole) <= MEASURED.file_sent / 4


def test_only_so_many_epochs_back_are_read(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a read that somebody pays for, and a player may have closed any number."""
    game.act("pull")
    game.act("fair rotate")
    read: list[str] = []

    def closing(_user_id: str, key: str) -> dict[str, Any]:
        read.append(key)
        return {"epoch": 100 - len(read), "began": str(100 - len(read))}

    monkeypatch.setattr(ledger, "event_at", closing)
    assert game.ask("fair receipts", epoch=50, part=1)["epoch"] == 50
    assert len(read) == 50
    read.clear()
    assert game.ask("fair receipts", epoch=49, part=1)["sentence"] == "no_closed_epoch"
    assert len(read) == 50


def test_one_receipt_stands_on_one_line(game: Game) -> None:
    hashes = [game.act("pull")["receipt_hash"] for _ in range(3)]
    game.act("fair rotate")
    message = game.ask("fair receipts", part=1)
    _, made = file.attach(asked(0, "fair receipts"), content(message))
    written = made.content if made else b""
    lines = [line for line in written.decode().splitlines() if '"text"' in line]
    assert [json.loads(line.rstrip(","))["hash"] for line in lines] == hashes


def test_no_seed_of_an_open_epoch_is_stored_logged_traced_or_put_out(
    game: Game, tables: Any, capfd: pytest.CaptureFixture[str], daemon: Daemon
) -> None:
    for _ in range(2):
        game.act("pull", count=1)
        game.ask("fair show")
        game.act("fair seed", text="x")
        game.act("fair rotate")
        game.ask("fair receipts", part=1)
    game.act("pull")
    for not_closed in (2, 3):
        game.ask("fair receipts", epoch=not_closed, part=1)
    stored = [tables.scan(TableName=name)["Items"] for name in tables.list_tables()["TableNames"]]
    logged = "".join(capfd.readouterr())
    assert "draw drawn" in logged and "plan planned" in logged
    traced = daemon.documents()
    workers = [each["name"] for each in traced if "namespace" not in each]
    assert len(workers) == len(game.outputs) and "draw" in workers
    written = "".join([json.dumps(stored), logged, json.dumps(traced)])
    put_out = json.dumps(game.outputs)
    for text in (written, put_out):
        assert not any(form in text for form in forms_of(seeds.server_seed(PLAYER_KEY, 2)))
        assert not any(form in text for form in forms_of(seeds.secret()))
    for closed in (0, 1):
        assert not any(form in written for form in forms_of(seeds.server_seed(PLAYER_KEY, closed)))
        before_reveal = [
            output for output in game.outputs if output.get("message", {}).get("kind") != "receipts"
        ]
        assert seeds.server_seed(PLAYER_KEY, closed).hex() not in json.dumps(before_reveal)


def forms_of(secret: bytes) -> list[str]:
    """How a careless line would write it."""
    return [
        secret.hex(),
        base64.b64encode(secret).decode(),
        repr(secret)[2:-1],
        str(int.from_bytes(secret, "big")),
        secret.decode("latin-1"),
    ]


def test_a_pull_writes_no_banners_file(game: Game, tables: Any) -> None:
    first, second, third = (game.act("pull") for _ in range(3))
    assert [len(each["transaction"]) for each in (first, second, third)] == [5, 3, 3]
    [place] = rows(tables, "server_settings")
    assert place["server_id"] == f"user#{USER}"


def of_before(tables: Any, file: bytes) -> None:
    """As pulls kept a banner's file until 2026-11-29: in a row of the server's settings."""
    setting = f"banner#{hashlib.sha256(file).hexdigest()}"
    row = {"server_id": GUILD, "setting": setting, "toml": file.decode()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


@pytest.mark.parametrize("keep", [lambda _, file: files.put(files.BANNERS, file), of_before])
def test_old_receipts_keep_the_banner_they_were_drawn_from(
    game: Game, tables: Any, monkeypatch: pytest.MonkeyPatch, keep: Callable[[Any, bytes], object]
) -> None:
    drawn = game.act("pull", count=10)
    keep(tables, banners.text("starlit-atelier").encode())
    game.act("fair rotate")
    banners._kept.cache_clear()
    newer = banners.text("starlit-atelier").replace("Wooden Spoon", "Silver Spoon")
    changed = banner.parse(newer.encode(), "newer.toml")
    monkeypatch.setattr(banners, "load", lambda _: changed)
    monkeypatch.setattr(banners, "text", lambda _: newer)
    _, written = attachment(game.ask("fair receipts", part=1))
    assert list(written["banners"]) == [drawn["receipt"]["banner_hash"]]
    history = game.ask("history")
    [pull] = [row for row in history["rows"] if row["kind"] == "pull"]
    assert [card["id"] for card in pull["cards"]] == drawn["receipt"]["cards"]
    assert game.act("pull")["receipt"]["banner_hash"] == changed.hash


def test_a_banner_version_that_nobody_kept_is_an_error(tables: Any) -> None:
    with pytest.raises(KeyError):
        banners.load_version(GUILD, "starlit-atelier", "0" * 64)


def test_changes_are_in_the_history(game: Game) -> None:
    game.act("pull")
    game.act("fair seed", text="x")
    game.act("fair rotate")
    history = game.ask("history")
    assert [row["kind"] for row in history["rows"]] == ["rotate", "seed", "pull", "opening"]
    assert history["rows"][0]["epoch"] == 0


def test_the_chain_goes_on_over_a_rotation(game: Game) -> None:
    first = game.act("pull")
    game.act("fair rotate")
    second = game.act("pull")
    assert second["receipt"]["previous"] == first["receipt_hash"]
    assert pulling.canonical(second["receipt"])
