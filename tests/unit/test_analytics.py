"""Analytics on one machine: the relations, what follows from them, and the page."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from markupsafe import escape
from moto import mock_aws

from adapters import banners as stored_banners
from adapters import files
from adapters.tables.items import from_item, to_item
from benchmarks import exported, month
from commands import events
from gacha import audit, chains, engine, kinds, snowflake
from gacha.banner import parse
from scripts import stack
from scripts.analytics import __main__ as tool
from scripts.analytics import banners, database, exports, making, page, pictures
from scripts.analytics.answers import Contents, rows
from scripts.analytics.database import Database
from tests.conftest import ROOT
from tests.over import over

NOW: Final = datetime(2026, 11, 29, tzinfo=UTC)
DAY_MS: Final = 86_400_000
GUILD: Final = "1290000000000000002"
USER: Final = "1100000000000000007"
SALT: Final = "salt"
SHIPPED: Final = ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml"

Item = dict[str, Any]


# --- exports --------------------------------------------------------------------------------------


def ms(day: int, hour: int = 12) -> int:
    """Of a day of November 2026, UTC."""
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)


def daily(at_ms: int, amount: int = 160, user: str = USER, **more: Any) -> Item:
    return {
        "user_id": f"{user}@{GUILD}",
        "timestamp": Decimal(at_ms) + Decimal("0.0000007"),
        "guild_id": GUILD,
        "kind": "daily",
        "version": 1,
        "amount": amount,
        "balance": amount,
        **more,
    }


def pull(at_ms: int, cards: Sequence[str], user: str = USER, **more: Any) -> Item:
    """A pull of the shipped banner."""
    banner = parse(SHIPPED.read_bytes(), SHIPPED.name)
    receipt = {"before": engine.start(banner).to_dict(), **more.pop("receipt", {})}
    return {
        **daily(at_ms, -160 * len(cards), user),
        **{"kind": "pull", "banner": banner.id, "banner_hash": banner.hash, "count": len(cards)},
        **{"cards": list(cards), "receipt": json.dumps(receipt, sort_keys=True)},
        **more,
    }


def player(user: str = USER, **more: Any) -> Item:
    row = {"user_id": f"{user}@{GUILD}", "guild_id": GUILD, "joined_at": ms(1), "version": 1}
    return {**row, "balance": 10, **more}


def written(item: Item, at_ms: int) -> str:
    """A line of an incremental export."""
    names = {"user_id", "timestamp", "server_id", "setting"}
    return json.dumps(
        {
            "Metadata": {"WriteTimestampMicros": {"N": str(at_ms * 1000)}},
            "Keys": {name: each for name, each in to_item(item).items() if name in names},
            "NewImage": to_item(item),
        }
    )


def deleted(item: Item, at_ms: int) -> str:
    line = json.loads(written(item, at_ms))
    del line["NewImage"]
    return json.dumps(line)


def put(
    folder: Path,
    table: str,
    lines: Iterable[str],
    until_ms: int,
    from_ms: int | None = None,
    name: str = "",
) -> Path:
    """An export as DynamoDB writes one; its folder."""

    def iso(at_ms: int) -> str:
        return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    own = folder / f"raw/{table}/{until_ms}-{from_ms}/AWSDynamoDB/{until_ms}-{from_ms or 'full'}"
    (own / "data").mkdir(parents=True)
    (own / "data/a.json.gz").write_bytes(gzip.compress("".join(f"{x}\n" for x in lines).encode()))
    summary = {"tableArn": f"arn:aws:dynamodb:r:1:table/{name or table}"}
    if from_ms is None:
        summary["exportTime"] = iso(until_ms)
    else:
        summary |= {"exportFromTime": iso(from_ms), "exportToTime": iso(until_ms)}
    (own / "manifest-summary.json").write_text(json.dumps(summary))
    key = f"somewhere/AWSDynamoDB/{own.name}/data/a.json.gz"
    (own / "manifest-files.json").write_text(json.dumps({"dataFileS3Key": key}) + "\n")
    return own


def full(items: Iterable[Item]) -> list[str]:
    return [json.dumps({"Item": to_item(item)}) for item in items]


def read(folder: Path, tmp_path: Path, zone: str = "UTC") -> Contents:
    own = tmp_path / f"own{random.getrandbits(32)}"
    own.mkdir()
    files = banners_of(*(ROOT / "docs/gallery").glob("*.toml"))
    return making.read(folder, files, own, salt=SALT, zone=zone, now=NOW)


def banners_of(*paths: Path) -> banners.FileOf:
    return tool.banners_in(paths)


def of(contents: Contents, query: str) -> list[dict[str, Any]]:
    return rows(contents.answers[query])


def test_an_export_is_read_into_what_happened(tmp_path: Path) -> None:
    opening = {**daily(0, 3_200), "kind": "opening", "timestamp": 0}
    del opening["version"]
    items = [
        opening,
        daily(ms(20), tickets=[{"n": 1, "e": 1}], shards=3),
        pull(ms(21), ["attic-owl", "attic-owl"]),
        {**daily(ms(21), 500), "kind": "present", "presents": [{"id": "7"}, {"id": "8"}]},
        {**daily(ms(22), 9), "kind": "code", "campaign": "c1", "timestamp": Decimal(ms(22))},
        {**daily(ms(22), 100), "kind": "grant", "granted_by": "1"},
        {**daily(ms(23), 100), "kind": "grant"},
        {**daily(ms(23)), "user_id": f"server@{GUILD}", "kind": "settings"},
        {**daily(ms(23)), "user_id": "box:x@1", "timestamp": 5},
    ]
    items[3]["timestamp"] += 1  # two events of one millisecond are two keys
    put(tmp_path, "history", full(items), ms(29))
    put(tmp_path, "users", full([player(), {"user_id": "*", "epoch": 5}]), ms(29))
    with Database(tmp_path) as relations:
        relations.stage(exports.find(tmp_path), SALT, "Asia/Tokyo", now_ms=0)
        found = relations.select(
            "SELECT kind, at_ms, day, hour, is_played, version, coins, source, shards, tickets, "
            "banner, draws, cards, state, gifts, written_ms, is_delivered FROM events "
            "ORDER BY at_ms, kind"
        )
        [people] = relations.select("SELECT player, guild, joined_day FROM players")
        assert set(relations.select("SELECT DISTINCT player, guild FROM events")) == {people[:2]}
    noon = date(2026, 11, 20)
    state = '{"lost":{"ssr":0},"since":{"sr":0,"ssr":0}}'
    nothing = (None, True)
    assert found[0] == (
        *("daily", ms(20), noon, 21, True, 1, 160, "daily", 3, 1, None, 0, [], None, []),
        *nothing,
    )
    assert found[1] == (
        *("opening", ms(20), noon, 21, False, None, 3_200, "opening", 0, 0, None, 0, [], None, []),
        *nothing,
    )
    pulled = next(row for row in found if row[0] == "pull")
    assert pulled[5:14] == (
        *(1, -320, "pull", 0, 0, "starlit-atelier", 2, ["attic-owl", "attic-owl"], state),
    )
    assert {row[0]: row[14] for row in found if row[14]} == {"present": ["7", "8"], "code": ["c1"]}
    grants = [(row[4], row[7]) for row in found if row[0] == "grant"]
    assert grants == [(False, "grant"), (False, "adopted")]
    assert len(found) == 7
    assert re.fullmatch("[0-9a-f]{16}", people[0]) and people[2] == date(2026, 11, 1)


@over(
    ("receipt", "state"),
    [
        ({"before": {"points": 3, "since": {"ssr": 1}}}, '{"since":{"ssr":1}}'),
        ({"before": {"lost": {"ssr": 0}, "points": 3}}, '{"lost":{"ssr":0}}'),
        ({"before": {"points": 0}}, "{}"),
        (
            {"before": {"exchanged": {"a": 1}, "limit": {"all": 1, "day": 2}, "points": 0}},
            "{}",
        ),
        ({"before": {"since": {"ssr": 1}, "points": 0}, "counts": False}, ""),
    ],
)
def test_a_state_is_what_odds_depend_on(
    receipt: Mapping[str, Any], state: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    item = pull(ms(21), ["attic-owl"], receipt=dict(receipt))
    item["receipt"] = json.dumps(json.loads(item["receipt"]), sort_keys=True, separators=(",", ":"))
    put(folder, "history", full([item]), ms(29))
    with Database(folder) as relations:
        relations.stage(exports.find(folder), SALT, "UTC", now_ms=0)
        assert relations.select("SELECT state FROM events") == [(state,)]


def test_the_latest_image_counts_wherever_it_stands(tmp_path: Path) -> None:
    """Windows overlap, a full export repeats, and a row is written again when its message came."""
    waiting = pull(ms(25), ["attic-owl"], undelivered="pull")
    told = {name: value for name, value in waiting.items() if name != "undelivered"}
    gone, old = daily(ms(24), user="2"), daily(ms(23), 5, user="3")
    put(tmp_path, "history", full([gone, old, daily(ms(22))]), ms(25, 0))
    first = [written(waiting, ms(25) + 100), deleted(gone, ms(25) + 200)]
    put(tmp_path, "history", first, ms(26), ms(25, 0))
    put(tmp_path, "history", [written(told, ms(25) + 900)], ms(27), ms(25, 10))
    put(tmp_path, "history", [written(told, ms(25) + 900)], ms(28), ms(26, 10))
    found = read(tmp_path, tmp_path)
    assert {row["kind"]: row["events"] for row in of(found, "kinds")} == {"daily": 2, "pull": 1}
    assert of(found, "waits") == [{"kind": "pull", "tenths": 9, "events": 1}]
    assert found.missing == []
    # What a later full export has not was deleted, whatever an earlier one says; and it does not
    # forget when a row was written.
    put(tmp_path, "history", full([told, daily(ms(22))]), ms(28, 18))
    again = read(tmp_path, tmp_path)
    assert {row["kind"]: row["events"] for row in of(again, "kinds")} == {"daily": 1, "pull": 1}
    assert of(again, "waits") == of(found, "waits")


def test_players_and_settings_are_as_of_their_last_image(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(20))]), ms(28))
    put(tmp_path, "users", full([player(balance=1), player("2")]), ms(25))
    erased = {"user_id": f"2@{GUILD}", "version": 9, "epoch": 1}
    changes = [written(player(balance=7), ms(26)), written(player(balance=5), ms(25, 13))]
    put(tmp_path, "users", [*changes, written(erased, ms(26))], ms(27), ms(25))
    names = {"server_id": GUILD, "setting": "names", "names": {"x": {"en": "X", "ja": "エ"}}}
    code = {"server_id": GUILD, "setting": "code#c1", "most": 50, "ends_ms": ms(29)}
    put(tmp_path, "settings", full([names, code, {**names, "setting": "game"}]), ms(25))
    put(tmp_path, "settings", [written({**code, "most": 60}, ms(26))], ms(27), ms(25))
    found = read(tmp_path, tmp_path)
    assert of(found, "gifts") == [
        {
            **{"guild": of(found, "servers")[0]["guild"], "kind": "code", "gift": "c1"},
            **{"times": 0, "players": 0, "most": 60, "ends_ms": ms(29)},
        }
    ]
    assert found.names["x"] == {"en": "X", "ja": "エ"}
    with Database(tmp_path) as relations:
        relations.stage(exports.find(tmp_path), SALT, "UTC", now_ms=0)
        assert relations.select("SELECT balance FROM players") == [(7,)]


def test_a_missing_day_is_said_and_what_a_full_export_makes_up_for_is_not(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(10))]), ms(10, 18))
    put(tmp_path, "history", [written(daily(ms(11)), ms(11))], ms(11, 18), ms(10, 18))
    put(tmp_path, "history", [written(daily(ms(13)), ms(13, 20))], ms(14, 18), ms(13, 18))
    found = read(tmp_path, tmp_path)
    assert found.missing == [date(2026, 11, day) for day in (11, 12, 13)]
    assert [row["day"].day for row in found.days] == [10, 11, 12, 13]
    assert "12 Nov" in page.html(found, "en") and "11/12" in page.html(found, "ja")
    put(tmp_path, "history", full([daily(ms(day)) for day in (10, 11, 13)]), ms(14))
    assert read(tmp_path, tmp_path).missing == []


def test_the_days_since_the_last_event_are_a_week_of_zeros(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(10))]), ms(28, 1))
    put(tmp_path, "users", full([player()]), ms(28, 1))
    [week] = of(read(tmp_path, tmp_path), "stats")
    assert (week["last_day"], week["players"], week["returnable"]) == (date(2026, 11, 27), 0, 0)


@pytest.mark.parametrize(("zone", "day"), [("UTC", 10), ("Asia/Tokyo", 11)])
def test_on_the_first_day_the_page_has_what_there_is_so_far(
    tmp_path: Path, zone: str, day: int
) -> None:
    put(tmp_path, "history", full([daily(ms(10, 16)), daily(ms(10, 17))]), ms(10, 18))
    put(tmp_path, "users", full([player()]), ms(10, 18))
    found = read(tmp_path, tmp_path, zone)
    assert found.from_day == found.last_day == date(2026, 11, day)
    assert found.is_first_day
    [week] = of(found, "stats")
    assert (week["players"], week["coins_in"]) == (1, sum(each["coins_in"] for each in found.days))
    for language, said in (("en", "The first day is not over yet"), ("ja", "最初の日はまだ")):
        assert said in page.html(found, language)
    put(tmp_path, "history", full([daily(ms(10, 16))]), ms(11, 18))
    found = read(tmp_path, tmp_path, "UTC")
    assert found.last_day == date(2026, 11, 10) and not found.is_first_day
    assert "The first day is not over yet" not in page.html(found, "en")


def test_exports_without_the_ledger_are_of_their_own_day(tmp_path: Path) -> None:
    put(tmp_path, "users", full([player()]), ms(28, 1))
    found = read(tmp_path, tmp_path)
    assert found.from_day == found.last_day == found.until.date() == date(2026, 11, 28)
    assert found.is_empty and "1969" not in page.html(found, "en") + page.html(found, "ja")


def test_files_that_say_no_time_and_hold_none_are_of_now(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(full([player()])[0].encode()))
    found = read(tmp_path, tmp_path)
    assert found.until == NOW and found.last_day == NOW.date()


def test_changes_without_a_full_export_are_said_to_be_a_part(tmp_path: Path) -> None:
    put(tmp_path, "history", [written(daily(ms(20)), ms(20))], ms(21), ms(20))
    put(tmp_path, "users", full([player()]), ms(21))
    found = read(tmp_path, tmp_path)
    assert found.partial == ["history"]
    assert "only changes, and no full export: the ledger." in page.html(found, "en")
    assert "変更分だけです（履歴）" in page.html(found, "ja")
    put(tmp_path, "history", full([daily(ms(20))]), ms(20, 1))
    found = read(tmp_path, tmp_path)
    assert not found.partial and "no full export" not in page.html(found, "en")


def test_a_banner_may_be_called_anything(tmp_path: Path) -> None:
    """Its id is a part of where its names stand in the settings."""
    strange = "a\"b\\c/~d$.*[0]'"
    names = {strange: {"en": "Odd", "ja": "妙"}, "plain": {"en": "Plain", "ja": "並"}}
    settings = {"server_id": GUILD, "setting": "names", "names": names}
    put(tmp_path, "history", full([daily(ms(20))]), ms(28))
    put(tmp_path, "settings", full([settings]), ms(28))
    own = tmp_path / "own"
    own.mkdir()
    with Database(own) as relations:
        relations.stage(exports.find(tmp_path), SALT, "UTC", now_ms=0)
        found = relations.select("SELECT banner, name_en, name_ja FROM names ORDER BY banner")
    assert found == [(strange, "Odd", "妙"), ("plain", "Plain", "並")]


def test_an_empty_export_gives_a_page_that_says_so(tmp_path: Path) -> None:
    for table in exports.TABLES:
        put(tmp_path, table, [], ms(28))
    found = read(tmp_path, tmp_path)
    assert found.is_empty
    for language in ("ja", "en"):
        text = page.html(found, language)
        assert "誰も遊んでいないか" in text and "nobody has played yet" in text
        assert "<svg" not in text
    assert dict(page.sheets_of(found))["days.csv"].count("\n") == 1


def test_a_month_of_one_player_is_a_page(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(20)), pull(ms(20, 13), ["attic-owl"])]), ms(28))
    put(tmp_path, "users", full([player()]), ms(28))
    found = read(tmp_path, tmp_path)
    text = page.html(found, "ja")
    assert not found.is_empty and "<svg" in text and "NaN" not in text and "inf" not in text
    assert [one.chance is not None for one in found.tested] == [True] * 4


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 40, 90])
def test_no_number_stands_twice_on_an_axis_and_nobody_is_halved(count: int) -> None:
    shown = pictures.curves("", [0.0], [0.1] * count, "")
    draws = re.findall(r">(\d+)</text>", shown)
    assert draws and len(draws) == len(set(draws))
    players = pictures.stacked("", [""], [(count, 1)], lambda value: f"{value:g}")
    assert "." not in "".join(re.findall(r">([^<]*)</text>", players))


def test_exports_of_tables_under_other_names_are_read(tmp_path: Path) -> None:
    """A restored table has another; what is in it says which it is."""
    put(tmp_path, "history", full([daily(ms(20))]), ms(28), name="gacha-restored-2")
    put(tmp_path, "users", full([player()]), ms(28), name="people")
    put(tmp_path, "collection", full([{"user_id": f"1@{GUILD}", "page": 0}]), ms(28))
    found = exports.find(tmp_path)
    assert sorted(each.table for each in found.exports) == ["history", "users"]


def test_files_without_a_manifest_are_one_export(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(full([daily(ms(20))])[0].encode()))
    found = read(tmp_path, tmp_path)
    assert [row["events"] for row in of(found, "kinds")] == [1]
    assert found.last_day == date(2026, 11, 20)


# --- what is damaged ------------------------------------------------------------------------------


def run(folder: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = tool.main(["export", str(folder), "--out", str(out), "--lang", "en"])
    return code, capsys.readouterr().err.splitlines()[-1]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def no_json(file: Path) -> None:
    file.write_bytes(gzip.compress(full([daily(ms(20))])[0].encode() + b'\n{"Item":{"user'))


def other_types(file: Path) -> None:
    file.write_bytes(gzip.compress(b'{"Item":{"user_id":"x","timestamp":{"N":"1"}}}\n'))


def no_number(file: Path) -> None:
    item = json.dumps({"Item": {**to_item(daily(ms(20))), "amount": {"N": "many"}}})
    file.write_bytes(gzip.compress(item.encode()))


def no_table(file: Path) -> None:
    file.write_bytes(gzip.compress(b'{"Item":{"pk":{"S":"x"}}}\n'))


def no_manifest(file: Path) -> None:
    (file.parents[1] / "manifest-summary.json").write_text("{")


def no_time(file: Path) -> None:
    (file.parents[1] / "manifest-summary.json").write_text("{}")


def elsewhere(file: Path) -> None:
    key = json.dumps({"dataFileS3Key": "AWSDynamoDB/../../../../../../etc/passwd"})
    (file.parents[1] / "manifest-files.json").write_text(key)


@over(
    ("damage", "said"),
    [
        (cut, "a.json.gz: it is cut off or damaged"),
        (no_json, "it is cut off or damaged"),
        (other_types, "it is cut off or damaged"),
        (no_number, "an item is not what this version writes"),
        (no_table, "its items are of no table of ours: pk"),
        (no_manifest, "manifest-summary.json: no manifest"),
        (no_time, "does not say of when it is"),
        (elsewhere, "names a file outside of its folder"),
    ],
)
def test_a_damaged_export_is_a_sentence(
    damage: Any,
    said: str,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path_factory.mktemp("export")
    lines = full(daily(ms(20) + each) for each in range(500))
    damage(put(folder, "history", lines, ms(28)) / "data/a.json.gz")
    code, line = run(folder, folder / "out", capsys)
    assert code == stack.WRONG_QUESTION
    assert line.startswith("cannot read the exports: ") and said in line
    assert not (folder / "out/index.html").exists()


def test_of_many_files_the_one_with_an_impossible_value_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in (20, 21, 22, 23):
        put(tmp_path, "history", [written(daily(ms(day)), ms(day))], ms(day + 1), ms(day))
    strange = put(tmp_path, "history", full([daily(ms(19))]), ms(20)) / "data/a.json.gz"
    no_number(strange)
    code, line = run(tmp_path, tmp_path / "out", capsys)
    assert code == stack.WRONG_QUESTION
    assert f"{strange}: an item is not what this version writes" in line


def test_a_place_that_cannot_be_written_to_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is read, which takes a while."""
    file = tmp_path / "file"
    file.write_text("mine")
    for out in (file, file / "below"):
        code, line = run(tmp_path, out, capsys)
        assert code == stack.WRONG_QUESTION
        assert line.startswith(f"cannot write into {out}") and "--out" in line
        assert "Errno" not in line
    assert file.read_text() == "mine"


def test_a_folder_without_exports_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, tmp_path / "out", capsys)[1].endswith("no export, and no file *.json.gz")
    assert run(tmp_path / "x", tmp_path / "out", capsys)[1].endswith("is no folder")


def test_an_export_that_is_not_finished_is_not_read_and_said(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(20))]), ms(27))
    (put(tmp_path, "history", full([daily(ms(21))]), ms(28)) / "data/a.json.gz").unlink()
    failed = put(tmp_path, "users", [], ms(28))
    (failed / "manifest-summary.json").rename(failed / "_started")
    found = read(tmp_path, tmp_path)
    assert found.unfinished == 2 and found.until.date() == date(2026, 11, 27)
    assert "2 exports were not finished" in page.html(found, "en")


# --- the same numbers as the audit's --------------------------------------------------------------


def test_the_sums_are_those_of_the_audits_replay(tmp_path: Path) -> None:
    """After a play that Plan and Draw decided: coins in and out by kind, pulls, cards by banner."""
    users = month.habits_of(3)
    with month.play(users, seed=2, days=9) as tables:
        items = {name: list(of_table.values()) for name, of_table in tables.tables.items()}
        ledger: dict[str, list[Any]] = defaultdict(list)
        for item in items["gacha_history"]:
            ledger[item["user_id"]["S"]].append(from_item(item))
        moved: Counter[tuple[str, bool]] = Counter()
        cards: Counter[str] = Counter()
        pulls = 0
        for key, mine in ledger.items():
            replay = audit.Replay(
                key, stored_banners.load_version, events.replays(), 0, (3_200,), _economies()
            )
            for row in sorted(mine, key=audit._order):
                before = replay.balance
                replay.event(row)
                moved[row["kind"], replay.balance > before] += abs(replay.balance - before)
                pulls += row["kind"] == kinds.PULL
            assert [each for each in replay.findings if each.violation] == []
            for each in replay.cards.values():
                cards.update(each)
    tables_ = {"history": "gacha_history", "users": "discord_users", "settings": "server_settings"}
    found_in = {table: items[name] for table, name in tables_.items()}
    exports.write_full(tmp_path / "exports", found_in, NOW)
    found = read(tmp_path / "exports", tmp_path)
    sums: Counter[tuple[str, bool]] = Counter()
    for row in of(found, "coins"):
        sums[row["source"], True] += row["coins_in"]
        sums[row["source"], False] += row["coins_out"]
    assert +sums == +moved and len(+moved) == 3
    assert {row["card"]: row["copies"] for row in of(found, "drawn")} == dict(cards)
    assert sum(row["pulls"] for row in of(found, "hours")) == pulls > 20
    assert sum(row["pulls"] for row in of(found, "begun")) == pulls
    balances = {row["version"]: row["balance"] for mine in ledger.values() for row in mine[-1:]}
    assert len(balances) and of(found, "purses")


def _economies() -> Mapping[int, Any]:
    from gacha.economy import Economy

    return {0: Economy("")}


# --- a generated month ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    exported.write(folder, 3_000, seed=3)
    return folder


@pytest.fixture(scope="module")
def month_of(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return read(generated, tmp_path_factory.mktemp("own"), "Asia/Tokyo")


def lines_of(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.rglob("*.json.gz")):
        with gzip.open(file, "rt") as lines:
            yield from map(json.loads, lines)


def test_a_generated_row_has_what_a_real_one_has(generated: Path) -> None:
    """Each attribute of the rows that Plan and Draw decide, in the same type, but for those that
    only some have; and receipts of the same fields."""
    real: dict[str, list[Item]] = defaultdict(list)
    with month.play(month.habits_of(1), seed=1, days=3) as tables:
        for item in tables.tables["gacha_history"].values():
            real[item["kind"]["S"]].append(item)
        [people] = tables.tables["discord_users"].values()
    some: dict[str, list[Item]] = defaultdict(list)
    for line in lines_of(generated):
        item = line.get("Item") or line["NewImage"]
        some[item.get("kind", {}).get("S", "users" if "balance" in item else "")].append(item)
    maybe = {"tickets", "shards", "duplicates", "coming", "bonus", "forgiven", "undelivered"}
    for kind in ("opening", "daily", "pull"):
        expected = {(name, *each) for name, each in real[kind][0].items() if name not in maybe}
        for item in some[kind]:
            assert {(name, *each) for name, each in item.items() if name not in maybe} == expected
    assert people.keys() - maybe - {"claimed"} == some["users"][0].keys() - maybe
    true, made = (json.loads(each["pull"][0]["receipt"]["S"]) for each in (real, some))
    assert true.keys() == made.keys()
    for item in some["pull"][:200]:
        row = from_item(item)
        receipt = json.loads(row["receipt"])
        banner = parse(exported.SHIPPED.read_bytes(), "x")
        if row["banner_hash"] == banner.hash:
            before = engine.State.from_dict(banner, receipt["before"])
            after = engine.replay(banner, before, receipt["cards"])
            assert after.to_dict() == receipt["after"]
        assert snowflake.sort_key(row["interaction_id"]) == row["timestamp"]


def test_what_is_counted_of_a_generated_month_is_what_is_in_it(
    generated: Path, month_of: Contents
) -> None:
    """A second reckoning, in Python: players by day, who came back, medians, waits."""
    found = month_of
    latest: dict[tuple[str, str], tuple[int, Any]] = {}
    for line in lines_of(generated):
        item = from_item(line.get("Item") or line["NewImage"])
        if "kind" in item:
            at = int(line.get("Metadata", {}).get("WriteTimestampMicros", {}).get("N", 0))
            latest[item["user_id"], str(item["timestamp"])] = at, item
    by_day: dict[date, set[str]] = defaultdict(set)
    closing: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    first_day: dict[str, date] = {}
    for _, row in latest.values():
        if row["kind"] == "opening":
            continue
        day = (
            datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC) + timedelta(hours=9)
        ).date()
        if row["kind"] not in ("grant", "void"):
            by_day[day].add(row["user_id"])
            first_day[row["user_id"]] = min(day, first_day.get(row["user_id"], day))
        kept = closing[day].get(row["user_id"], (0, 0))
        closing[day][row["user_id"]] = max(kept, (row["version"], row["balance"]))
    assert {row["day"]: row["players"] for row in of(found, "days")} == {
        day: len(players) for day, players in by_day.items()
    }
    for row in of(found, "purses"):
        purses = sorted(balance for _, balance in closing[row["day"]].values())
        assert row["median"] == purses[(len(purses) + 1) // 2 - 1]
        assert row["tenth"] == purses[-(-len(purses) // 10) - 1]
    monday = {day: day - timedelta(days=day.weekday()) for day in by_day}
    weeks: dict[tuple[date, int], set[str]] = defaultdict(set)
    for day, players in by_day.items():
        for each in players:
            began = monday[first_day[each]]
            weeks[began, (monday[day] - began).days // 7].add(each)
    assert {(row["began"], row["week"]): row["players"] for row in of(found, "cohorts")} == {
        key: len(players) for key, players in weeks.items()
    }
    last = found.last_day
    this = set().union(*(by_day[last - timedelta(days=n)] for n in range(7)))
    before = set().union(*(by_day[last - timedelta(days=n)] for n in range(7, 14)))
    stats = of(found, "stats")
    assert sum(row["players"] for row in stats) == len(this) > 20
    assert sum(row["returned"] for row in stats) == len(this & before)
    waited = Counter(
        (row["kind"], min((at // 1000 - int(row["timestamp"])) // 100, 600))
        for at, row in latest.values()
        if at and row["kind"] != "opening"
    )
    assert {(row["kind"], row["tenths"]): row["events"] for row in of(found, "waits")} == waited


def test_the_first_of_the_top_rarity_is_where_it_is(generated: Path, month_of: Contents) -> None:
    """The second reckoning of that: draw by draw."""
    found = month_of
    tops: dict[str, frozenset[str]] = {}
    for path in (exported.SHIPPED, *(ROOT / f"docs/gallery/{each}.toml" for each in exported.OWN)):
        banner = parse(path.read_bytes(), path.name)
        tops[banner.hash] = chains.members(banner.rarities[0])
    pulls: dict[tuple[str, str], dict[int, Any]] = defaultdict(dict)
    for line in lines_of(generated):
        item = from_item(line.get("Item") or line["NewImage"])
        if item.get("kind") == "pull":
            pulls[item["user_id"], item["banner_hash"]][item["version"]] = item["cards"]
    expected: Counter[tuple[str, int, bool]] = Counter()
    for (_, hash_), mine in pulls.items():
        drawn = [card for _, cards in sorted(mine.items()) for card in cards]
        hits = [n for n, card in enumerate(drawn, 1) if card in tops[hash_]]
        expected[hash_, hits[0] if hits else len(drawn), bool(hits)] += 1
    assert {
        (row["banner_hash"], row["draws"], row["is_found"]): row["players"]
        for row in of(found, "firsts")
    } == expected
    assert {one.banner for one in found.firsts} == {"starlit-atelier", *exported.OWN}


def test_a_banner_that_gives_more_than_it_says_is_found(tmp_path: Path) -> None:
    text = SHIPPED.read_text()
    for before, after in (("0.008", "0.024"), ("0.6", "0.584")):
        text = text.replace(f'rate = "{before}"', f'rate = "{after}"')
    true = parse(SHIPPED.read_bytes(), SHIPPED.name)
    exported.write(tmp_path / "e", 2_000, 3, parse(text.encode(), SHIPPED.name))
    found = read(tmp_path / "e", tmp_path, "Asia/Tokyo")
    blamed = {(one.banner, one.rarity): page.verdict(one) for one in found.tested}
    assert blamed[true.id, "ssr"] == "impossible"
    assert blamed["fifty-fifty", "ssr"] == blamed["soft-pity", "ssr"] == "chance"
    for language, words in (("ja", "偶然ではない"), ("en", "Not chance")):
        assert words in page.html(found, language)


# --- the page -------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Tags, and attributes that fetch or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.reaching: list[tuple[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in ("meta", "input", "line", "rect", "circle", "polyline"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "style", "srcset", "action") or name.startswith("on"):
                self.reaching.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "rect", "circle", "polyline"):
            assert self.open.pop() == tag


HOSTILE: Final = (
    '"><script>alert(1)</script>',
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "名" * 400,
    "</style><b>",
)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """Names of banners are the owner's; ids and kinds are what an older table may hold."""
    items = []
    for number, name in enumerate(HOSTILE):
        user = str(1100000000000000100 + number)
        item = pull(ms(20) + number, ["attic-owl"], user=user)
        item |= {"banner": f"b{number}", "banner_hash": f"{number}" * 64}
        other = {**daily(ms(20) + number, 5, user), "kind": name, "timestamp": ms(20) + number}
        gift = {**daily(ms(21) + number, 5, user), "kind": "code", "campaign": name}
        items += [item, other, gift]
    put(tmp_path, "history", full(items), ms(28))
    named = {f"b{n}": {"en": name, "ja": name} for n, name in enumerate(HOSTILE)}
    settings = {"server_id": GUILD, "setting": "names", "names": named}
    put(tmp_path, "settings", full([settings]), ms(28))
    found = read(tmp_path, tmp_path)
    text = page.html(found, "ja")
    reader = Reader()
    reader.feed(text)
    assert reader.open == [] and reader.reaching == []
    assert not reader.tags.keys() & {"script", "img", "iframe", "link", "object", "form"}
    assert reader.tags["b"] == 10  # of the tiles alone, five for each language
    assert "\u202e" not in text and "名" * 41 not in text
    assert str(escape(HOSTILE[0]))[:34] in text and "=cmd|" in text
    for name, sheet in page.sheets_of(found):
        assert sheet.startswith("\ufeff")
        for line in csv.reader(sheet[1:].splitlines()):
            for cell in line:
                assert not re.match(r"[=+@\t\r]|-(?!\d)", cell), (name, cell)
    assert "'=cmd|" in dict(page.sheets_of(found))["kinds.csv"]


def test_the_page_may_fetch_nothing_and_its_style_is_what_it_says(month_of: Contents) -> None:
    text = page.html(month_of, "en")
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy and "http" not in re.sub(r"http-equiv", "", text)
    reader = Reader()
    reader.feed(text)
    assert reader.open == [] and reader.reaching == [] and reader.tags["script"] == 0
    assert reader.tags["svg"] > 20 and 'lang="ja"' in text and 'lang="en"' in text


def test_no_id_is_in_the_page_or_the_sheets(generated: Path, month_of: Contents) -> None:
    text = page.html(month_of, "ja") + "".join(sheet for _, sheet in page.sheets_of(month_of))
    ids = {str(1_290_000_000_000_000_000 + guild) for guild in range(1, 400)}
    for line in lines_of(generated):
        item = line.get("Item") or line["NewImage"]
        if "user_id" in item:
            ids.add(item["user_id"]["S"].partition("@")[0])
    assert len(ids) > 450 and not set(re.findall(r"\d{17,20}", text)) & ids
    assert re.findall(r"\b[0-9a-f]{16}\b", text)


def test_two_runs_have_no_hash_in_common(tmp_path: Path) -> None:
    put(tmp_path, "history", full([daily(ms(20))]), ms(28))
    seen = []
    for _ in range(2):
        assert tool.main(["export", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
        text = "".join(each.read_text() for each in sorted((tmp_path / "out").iterdir()))
        seen.append(set(re.findall(r"\b[0-9a-f]{16}\b", text)))
    assert seen[0] and not seen[0] & seen[1]


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    """A version whose file is not here, and a state that is not of its rules."""
    strange = pull(ms(21), ["attic-owl"], receipt={"before": {"nonsense": 1}})
    unknown = {**pull(ms(22), ["x"]), "banner": "gone", "banner_hash": "0" * 64}
    put(tmp_path, "history", full([strange, unknown]), ms(28))
    found = read(tmp_path, tmp_path)
    assert {one.why for one in found.tested} == {"no file", "strange"}
    text = page.html(found, "en")
    assert "The file of this version is not here" in text and "does not belong" in text


def test_a_name_is_that_of_the_version_or_of_the_one_server_that_has_it(tmp_path: Path) -> None:
    """Two servers may call a banner alike in their tables, and otherwise in words."""
    banner = parse(SHIPPED.read_bytes(), SHIPPED.name)
    items = [
        pull(ms(20), ["attic-owl"]),
        {**pull(ms(21), ["x"]), "banner": "two", "banner_hash": "0" * 64},
        {**pull(ms(22), ["x"]), "banner": "one", "banner_hash": "1" * 64},
    ]
    put(tmp_path, "history", full(items), ms(28))
    settings = []
    for guild, names in (("5", {"two": "A", "one": "Mine"}), ("6", {"two": "B"})):
        called = {each: {"en": name, "ja": name} for each, name in names.items()}
        called[banner.id] = {"en": "Other", "ja": "Other"}
        settings.append({"server_id": guild, "setting": "names", "names": called})
    put(tmp_path, "settings", full(settings), ms(28))
    heads = re.findall(r"<h3>([^<]+) <span", page.html(read(tmp_path, tmp_path), "en"))
    assert {head.partition(" · ")[0] for head in heads} == {
        *("Mine", "two", "Starlit Atelier", "星あかりのアトリエ"),
    }


def test_the_page_has_room_for_some_lines_and_the_sheet_for_all(tmp_path: Path) -> None:
    items = [
        {**pull(ms(20) + n, ["x"] * (1 + n % 3)), "banner": f"b{n}", "banner_hash": f"{n:064}"}
        for n in range(page.MOST_LINES + 5)
    ]
    put(tmp_path, "history", full(items), ms(28))
    found = read(tmp_path, tmp_path)
    text = page.html(found, "en")
    assert text.count('<div class="test">') == 2 * page.MOST_LINES
    assert "40 of 45 lines" in text and "全 45 行のうち 40 行" in text
    assert dict(page.sheets_of(found))["odds.csv"].count("\n") == 46


def test_the_tool_says_what_to_run_where_a_package_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "scripts.analytics" and "making" in (more[2] or ()):
            raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    code, line = run(tmp_path, tmp_path, capsys)
    assert code == stack.WRONG_QUESTION and "`make analytics`" in line


@pytest.fixture
def gacha(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """S3 beside a stack whose outputs name its buckets."""
    outputs = {"AnalyticsBucket": "gacha-analytics", "Bucket": "gacha-files"}
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for name in outputs.values():
            s3.create_bucket(Bucket=name)
        monkeypatch.setattr(
            stack, "on_aws", lambda name, _: stack.Deployment(name, "us-east-1", outputs)
        )
        yield s3


@pytest.mark.long
def test_a_stacks_exports_come_out_of_its_bucket(
    gacha: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the command line to the page, in the layout that DynamoDB gives the bucket: the banners'
    files from the other bucket, and no other file of either."""
    exported.write(tmp_path / "made", 700, seed=5)
    for file in (tmp_path / "made").rglob("*"):
        if file.is_file():
            gacha.upload_file(
                str(file), "gacha-analytics", str(file.relative_to(tmp_path / "made"))
            )
    gacha.put_object(Bucket="gacha-analytics", Key="derived/results/x.csv", Body=b"no export")
    for file in (ROOT / "docs/gallery").glob("*.toml"):
        content = file.read_bytes()
        key = files.BANNERS.key(files.BANNERS.hash(content))
        gacha.put_object(Bucket="gacha-files", Key=key, Body=content)
    out = tmp_path / "page"
    asked = ["stack", "gacha", "--out", str(out), "--lang", "en"]
    assert tool.main(asked) == stack.FOUND
    assert "the page: " in capsys.readouterr().out
    with (out / "odds.csv").open() as sheet:
        lines = list(csv.DictReader(sheet))
    versions = {each["banner_hash"] for each in lines if each["expected"]}
    assert len(versions) == 4  # the file of each was found, that of one in the program


def test_a_stack_of_which_nothing_is_exported_yet_is_a_sentence(
    gacha: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["stack", "gacha", "--out", str(tmp_path / "page"), "--lang", "en"]
    assert stack.ending(lambda: tool.main(asked)) == stack.WRONG_QUESTION
    assert "no export in the bucket gacha-analytics yet" in capsys.readouterr().err


def test_a_stack_that_exports_nothing_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = stack.Deployment("mine", "ap-northeast-1", {})
    words = tool.SENTENCES["en"]
    with pytest.raises(stack.StackError, match="Analytics=DAILY"):
        tool._download(deployment, Path("nowhere"), words)


def test_every_query_is_answered_and_nothing_else_lies_there() -> None:
    assert set(database.QUERIES) >= {"stats", "days", "cohorts", "begun", "drawn", "firsts"}
    for name in database.QUERIES:
        assert database.translated(name)


def test_a_wait_of_a_minute_and_more_is_one(tmp_path: Path) -> None:
    put(tmp_path, "history", full([]), ms(20))
    late = written(pull(ms(20, 13), ["attic-owl"]), ms(20, 13) + 200_000)
    put(tmp_path, "history", [late], ms(21), ms(20))
    found = read(tmp_path, tmp_path)
    assert [replace(each).half for each in found.waits] == [60.1]
    assert "a minute or more" in page.html(found, "en")
