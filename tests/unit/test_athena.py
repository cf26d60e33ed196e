"""The named queries as Athena gets them, and the relations that they read.

Nobody has an Athena here. The texts are read as Trino's by sqlglot, and run on DuckDB, into whose
words sqlglot puts them, over files as DynamoDB exports them. What that does not show is how Athena
itself reads the files: that one line is one row of one column, and what `"$path"` holds.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from scripts import athena, build
from scripts.cost import MEASURED
from scripts.template import PATH, expanded, parsed
from tests import trino
from tests.cloudformation import Resolved
from tests.over import over
from tests.unit.test_analytics_sql import names_called, relations

SALT: Final = "s4lt"
QUERIES: Final = athena.queries()
MONDAY: Final = 1_795_910_400
"""2026-11-29, 0:00 UTC: when the full export was made."""

DAY: Final = 86_400
PLAYER: Final = "900000000000000001@700000000000000001"
RAW: Final = {"raw_users", "raw_history", "raw_settings"}
OTHER: Final = "900000000000000002@700000000000000001"
GUILD: Final = "700000000000000001"


# --- the texts ------------------------------------------------------------------------------------


@over("query", QUERIES)
def test_a_query_has_the_relations_that_it_reads_before_it(query: str) -> None:
    [whole] = sqlglot.parse(athena.text(query), read="trino")
    assert isinstance(whole, exp.Query)
    before = [each.alias for each in whole.ctes]
    asked = sqlglot.parse_one((athena.FOLDER / f"queries/{query}.sql").read_text(), read="trino")
    assert isinstance(asked, exp.Query)
    read = {each.name for each in asked.find_all(exp.Table)}
    own = [each.alias for each in asked.ctes]
    assert set(before) == read | set(own) | ({"settings"} if read & {"gifts", "names"} else set())
    assert before[len(before) - len(own) :] == own and len(before) == len(set(before))
    for at, each in enumerate(whole.ctes):
        named = {table.name for table in each.this.find_all(exp.Table)}
        inside = {part.alias for part in each.this.find_all(exp.CTE)}
        assert named - inside <= {*RAW, *before[:at]}, each.alias
    tables = {each.name for each in whole.find_all(exp.Table)}
    assert tables - {each.alias for each in whole.find_all(exp.CTE)} <= RAW


def scans(query: Any, table: str) -> int:
    """How often the table is read: Trino works a WITH out again wherever it is named."""
    own = {each.alias: each.this for each in query.ctes} if isinstance(query, exp.Select) else {}

    def count(part: Any) -> int:
        if isinstance(part, exp.Table):
            return count(own[part.name]) if part.name in own else int(part.name == table)
        if part is not query and isinstance(part, exp.Select) and part.ctes:
            return scans(part, table)
        below = (each for each in part.iter_expressions() if not isinstance(each, exp.With))
        return sum(map(count, below))

    return count(query)


def test_what_the_daily_query_reads_is_what_is_counted() -> None:
    asked = sqlglot.parse_one(athena.text("stats"), read="trino")
    assert scans(asked, "raw_history") == MEASURED.ledger_scans
    assert scans(sqlglot.parse_one("WITH a AS (SELECT 1 FROM t) SELECT 1 FROM a, a AS b"), "t") == 2


@over("query", QUERIES)
def test_a_query_fits_into_a_named_query(query: str) -> None:
    text = athena.text(query)
    assert len(text) <= athena.MOST
    assert "{zone}" not in text and "{salt}" not in text and athena.SALT in text
    # Fn::Sub reads it: nothing else may look like a variable.
    assert set(re.findall(r"\$\{[^}]*\}", text)) == {athena.SALT}


def test_the_relations_are_those_of_the_record() -> None:
    assert athena.relations().keys() == relations().keys() - athena.ELSEWHERE
    asked = {each.stem for each in (athena.FOLDER / "queries").glob("*.sql")}
    assert asked - set(QUERIES) == {"firsts"}


@over("name", sorted(athena.relations()))
def test_a_relation_has_only_functions_that_trino_documents(name: str) -> None:
    called = names_called(athena.relations()[name]) - trino.SYNTAX
    assert called <= trino.FUNCTIONS, called - trino.FUNCTIONS


def test_the_template_holds_every_query_and_no_other() -> None:
    built = expanded(parsed(build.fitted(PATH.read_text("utf-8"), "arm64", "python3.13")))
    named = {
        name: each["Properties"]
        for name, each in built["Resources"].items()
        if each["Type"] == "AWS::Athena::NamedQuery"
    }
    assert sorted(each["Name"] for each in named.values()) == QUERIES
    for name, each in named.items():
        [text, values] = each["QueryString"]["Fn::Sub"]
        assert text == athena.text(each["Name"])
        assert values == {"Salt": {"Fn::GetAtt": ["AnalyticsSalt", "Salt"]}}
        assert name == f"{each['Name'].title()}Query"


def test_the_template_stays_below_what_cloudformation_takes() -> None:
    assert len(build.fitted(PATH.read_text("utf-8"), "arm64", "python3.13").encode()) < 700_000


# --- what they make of files ----------------------------------------------------------------------


class Exports:
    """A bucket with exports, and Athena's raw tables over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = 0

    def _write(self, prefix: str, data: str, lines: list[dict[str, Any]], *, whole: bool) -> None:
        self._files += 1
        below = self.folder / prefix / "AWSDynamoDB"
        files = below / data
        files.mkdir(parents=True, exist_ok=True)
        body = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (files / f"{self._files:08x}.json.gz").write_bytes(gzip.compress(body.encode()))
        about = below / f"0179{self._files:010d}-0a1b2c3d"
        about.mkdir(exist_ok=True)
        (about / "_started").write_bytes(b"")
        if whole:
            (about / "manifest-summary.json").write_text('{"version":"2023-08-01"}')
            (about / "manifest-summary.md5").write_text("u5tGwN0AzyIn7fVs3g==")
            (about / "manifest-files.json").write_text('{"itemCount":1,"md5Checksum":"x"}\n')

    def full(self, table: str, at: int, *items: dict[str, Any], whole: bool = True) -> None:
        prefix = f"raw/{table}/day/full-{at}"
        data = f"0179{self._files + 1:010d}-0a1b2c3d/data"
        self._write(prefix, data, [{"Item": each} for each in items], whole=whole)

    def changes(
        self, table: str, begun: int, end: int, *changed: tuple[float, dict[str, Any], Any]
    ) -> None:
        """Each with the second of its write, its key, and what it has beside; None if deleted."""
        lines = []
        for second, key, rest in changed:
            micros = {"WriteTimestampMicros": {"N": str(int(second * 1_000_000))}}
            line: dict[str, Any] = {"Metadata": micros, "Keys": key}
            lines.append(line if rest is None else line | {"NewImage": {**key, **rest}})
        self._write(f"raw/{table}/day/changes-{begun}-{end}", "data", lines, whole=True)

    def relation(self, query: str) -> list[dict[str, Any]]:
        """What a query over the relations answers."""
        with duckdb.connect() as database:
            for table in ("users", "history", "settings"):
                database.execute(f'CREATE TABLE raw_{table} (line VARCHAR, "$path" VARCHAR)')
                rows = [*self._lines(table)]
                if rows:
                    database.executemany(f"INSERT INTO raw_{table} VALUES (?, ?)", rows)
            answer = database.execute(in_duckdb(query))
            names = [each[0] for each in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _lines(self, table: str) -> Iterator[tuple[str, str]]:
        """As Hive reads a folder: what begins with _ or . is hidden, an end in gz is unpacked."""
        for file in sorted((self.folder / f"raw/{table}").rglob("*")):
            if file.is_file() and file.name[0] not in "_.":
                body = file.read_bytes()
                text = gzip.decompress(body) if file.suffix == ".gz" else body
                for line in text.decode().splitlines():
                    yield line, f"s3://bucket/{file.relative_to(self.folder)}"


def in_duckdb(query: str) -> str:
    """Trino's SQL in DuckDB's words. Where no text is found, Trino gives null and DuckDB an empty
    text."""
    parsed = sqlglot.parse_one(query, read="trino")
    for each in list(parsed.find_all(exp.RegexpExtract)):
        each.replace(exp.Nullif(this=each.copy(), expression=exp.Literal.string("")))
    return parsed.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.IGNORE)


def all_of(name: str) -> str:
    return athena.whole(f"SELECT * FROM {name}", SALT)


def hashed(key: str) -> str:
    return hashlib.sha256(f"{SALT}:{key}".encode()).hexdigest()[:16]


def key(milliseconds: int, user: str = PLAYER) -> dict[str, Any]:
    return {"user_id": {"S": user}, "timestamp": {"N": f"{milliseconds}.3542057"}}


def pull(**more: Any) -> dict[str, Any]:
    before = {"exchanged": {"a": 1}, "limit": {"b": 2}, "pity": 3, "points": 12}
    receipt = {"before": before, "nonce": 1, **more.pop("receipt", {})}
    return {
        "kind": {"S": "pull"},
        "guild_id": {"S": GUILD},
        "version": {"N": "2"},
        "amount": {"N": "-1600"},
        "balance": {"N": "1600"},
        "banner": {"S": "festival"},
        "banner_hash": {"S": "0a1b"},
        "count": {"N": "2"},
        "cards": {"L": [{"S": "7"}, {"S": "9"}]},
        "receipt": {"S": json.dumps(receipt, separators=(",", ":"), sort_keys=True)},
        **more,
    }


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


NIGHT: Final = MONDAY * 1000 - 3_600_000
"""An hour before midnight UTC, 8:00 in the morning in Tokyo."""


def test_an_event_is_typed_as_the_record_says(exports: Exports) -> None:
    exports.full("history", MONDAY, {**key(NIGHT), **pull()})
    [event] = exports.relation(all_of("events"))
    assert event.keys() == relations()["events"].keys()
    assert event["player"] == hashed(PLAYER) and event["guild"] == hashed(GUILD)
    assert (event["at_ms"], str(event["day"]), event["hour"]) == (NIGHT, "2026-11-29", 8)
    assert (event["coins"], event["balance"], event["draws"]) == (-1600, 1600, 2)
    assert event["cards"] == ["7", "9"] and event["gifts"] == []
    assert event["state"] == '{"pity":3}'
    assert event["is_played"] and event["is_delivered"] and event["written_ms"] is None
    assert event["source"] == event["kind"] == "pull"
    assert event["shards"] == event["tickets"] == 0


@over(
    ("row", "column", "value"),
    [
        (pull(receipt={"counts": False}), "state", ""),
        (pull(undelivered={"S": "x"}), "is_delivered", False),
        (pull(kind={"S": "grant"}), "source", "adopted"),
        (pull(kind={"S": "grant"}, granted_by={"S": "1"}), "source", "grant"),
        (pull(kind={"S": "grant"}), "draws", 0),
        (pull(kind={"S": "grant"}), "banner", None),
        (pull(kind={"S": "grant"}), "cards", []),
        (pull(kind={"S": "take"}), "is_played", False),
        (pull(kind={"S": "daily"}), "is_played", True),
        (
            pull(tickets={"L": [{"M": {"n": {"N": "3"}}}, {"M": {"n": {"N": "-1"}}}]}),
            "tickets",
            2,
        ),
        (
            pull(kind={"S": "present"}, presents={"L": [{"M": {"id": {"S": "p1"}}}]}),
            "gifts",
            ["p1"],
        ),
        (pull(kind={"S": "code"}, campaign={"S": "c1"}), "gifts", ["c1"]),
    ],
)
def test_a_column_is_what_the_record_says(
    tmp_path: Path, row: dict[str, Any], column: str, value: Any
) -> None:
    exports = Exports(tmp_path / column / str(value))
    exports.full("history", MONDAY, {**key(NIGHT), **row})
    [event] = exports.relation(all_of("events"))
    assert event[column] == value


def test_the_latest_image_counts_however_often_it_came(exports: Exports) -> None:
    """Windows that overlap, or came twice."""
    exports.full("history", MONDAY, {**key(NIGHT), **pull(undelivered={"S": "x"})})
    written = MONDAY + 60.5
    for begun in (MONDAY, MONDAY + 30, MONDAY):
        exports.changes(
            "history",
            begun,
            begun + DAY,
            (written, key(NIGHT), pull()),
            (written, key(NIGHT + 1), pull()),
        )
    one, two = sorted(exports.relation(all_of("events")), key=lambda event: event["at_ms"])
    assert one["is_delivered"] and one["written_ms"] == two["written_ms"] == written * 1000


def test_what_was_deleted_is_gone(exports: Exports) -> None:
    exports.full("history", MONDAY, {**key(NIGHT), **pull()}, {**key(NIGHT, OTHER), **pull()})
    exports.changes("history", MONDAY, MONDAY + DAY, (MONDAY + 9, key(NIGHT), None))
    [left] = exports.relation(all_of("events"))
    assert left["player"] == hashed(OTHER)


def test_a_new_full_export_takes_the_place_of_all_before_it(exports: Exports) -> None:
    """Also of what it does not have any more, and that no window told of."""
    exports.full("history", MONDAY, {**key(NIGHT), **pull()}, {**key(NIGHT, OTHER), **pull()})
    exports.changes("history", MONDAY, MONDAY + DAY, (MONDAY + 9, key(NIGHT, OTHER), pull()))
    exports.full("history", MONDAY + 40 * DAY, {**key(NIGHT), **pull()})
    [left] = exports.relation(all_of("events"))
    assert left["player"] == hashed(PLAYER)


def test_a_full_export_that_came_half_is_left_out(exports: Exports) -> None:
    exports.full("history", MONDAY, {**key(NIGHT), **pull()})
    exports.changes("history", MONDAY, MONDAY + DAY, (MONDAY + 9, key(NIGHT, OTHER), pull()))
    exports.full("history", MONDAY + 28 * DAY, {**key(NIGHT + 5), **pull()}, whole=False)
    found = [event["player"] for event in exports.relation(all_of("events"))]
    assert sorted(found) == sorted((hashed(PLAYER), hashed(OTHER)))


def test_servers_and_shared_boxes_are_no_players(exports: Exports) -> None:
    rows = [
        {**key(NIGHT, user), **pull()} for user in (PLAYER, f"server@{GUILD}", f"box:a@{GUILD}")
    ]
    exports.full("history", MONDAY, *rows)
    [event] = exports.relation(all_of("events"))
    assert event["player"] == hashed(PLAYER)


def test_an_opening_has_the_time_of_the_first_event_after_it(exports: Exports) -> None:
    opening = {"user_id": {"S": PLAYER}, "timestamp": {"N": "0"}, **pull(kind={"S": "opening"})}
    exports.full(
        "history", MONDAY, opening, {**key(NIGHT + 7), **pull()}, {**key(NIGHT + 9), **pull()}
    )
    times = {event["kind"]: event["at_ms"] for event in exports.relation(all_of("events"))}
    assert times["opening"] == NIGHT + 7


def test_players_are_those_with_a_row_that_is_no_tombstone(exports: Exports) -> None:
    row = {"guild_id": {"S": GUILD}, "joined_at": {"N": str(NIGHT)}, "balance": {"N": "5"}}
    erased = {"user_id": {"S": OTHER}, "version": {"N": "9"}, "erased": {"N": "1"}}
    exports.full("users", MONDAY, {"user_id": {"S": PLAYER}, **row, "version": {"N": "1"}}, erased)
    known = {"user_id": {"S": PLAYER}}
    exports.changes(
        "users",
        MONDAY,
        MONDAY + DAY,
        (MONDAY + 1, known, {**row, "balance": {"N": "7"}, "version": {"N": "2"}}),
    )
    [player] = exports.relation(all_of("players"))
    assert player.keys() == relations()["players"].keys()
    assert (player["player"], player["guild"]) == (hashed(PLAYER), hashed(GUILD))
    assert (player["balance"], player["version"], player["shards"]) == (7, 2, 0)
    assert (player["joined_ms"], str(player["joined_day"])) == (NIGHT, "2026-11-29")


def test_gifts_and_names_come_from_what_servers_settled(exports: Exports) -> None:
    def setting(name: str, **more: Any) -> dict[str, Any]:
        return {"server_id": {"S": GUILD}, "setting": {"S": name}, **more}

    exports.full(
        "settings",
        MONDAY,
        setting("present#p1", ends_ms={"N": "9"}),
        setting("code#c1", ends_ms={"N": "8"}, most={"N": "3"}),
        setting("panel", ends_ms={"N": "7"}),
        setting(
            "names", names={"M": {"festival": {"M": {"en": {"S": "Fair"}, "ja": {"S": "祭"}}}}}
        ),
    )
    gifts = sorted(exports.relation(all_of("gifts")), key=lambda each: str(each["gift"]))
    assert [tuple(each.values()) for each in gifts] == [
        (hashed(GUILD), "c1", "code", 8, 3),
        (hashed(GUILD), "p1", "present", 9, None),
    ]
    [name] = exports.relation(all_of("names"))
    assert tuple(name.values()) == (hashed(GUILD), "festival", "Fair", "祭")
    assert gifts[0].keys() == relations()["gifts"].keys()
    assert name.keys() == relations()["names"].keys()


def test_the_span_ends_with_the_last_export_that_is_whole(exports: Exports) -> None:
    exports.full("settings", MONDAY - 1)
    exports.changes("settings", MONDAY - 1, MONDAY + DAY + 7)
    exports.full("settings", MONDAY + 9 * DAY, whole=False)
    [span] = exports.relation(all_of("span"))
    assert span.keys() == relations()["span"].keys()
    assert span["until_ms"] == (MONDAY + DAY + 7) * 1000
    # 9:00 on the 30th in Tokyo: the 29th is over.
    assert str(span["last_day"])[:10] == "2026-11-29" and span["zone"] == athena.ZONE


def test_an_empty_bucket_answers_with_no_row(exports: Exports) -> None:
    for name in ("events", "players", "gifts", "names"):
        assert exports.relation(all_of(name)) == []
    text = athena.text("stats", SALT)
    assert exports.relation(text) == []


def test_stats_are_those_of_the_week(exports: Exports) -> None:
    """The text that the workflow asks, whole."""
    row = {"guild_id": {"S": GUILD}, "joined_at": {"N": str(NIGHT)}, "balance": {"N": "5"}}
    exports.full("settings", MONDAY)
    exports.full("users", MONDAY, {"user_id": {"S": PLAYER}, **row, "version": {"N": "1"}})
    exports.full(
        "history",
        MONDAY,
        {**key(NIGHT - 3 * DAY * 1000), **pull()},
        {**key(NIGHT - 9 * DAY * 1000), **pull()},
    )
    [stats] = exports.relation(athena.text("stats", SALT))
    assert stats["guild"] == hashed(GUILD)
    assert (stats["players"], stats["returned"], stats["returnable"]) == (1, 1, 1)
    assert (stats["pulls"], stats["draws"]) == (1, 2)
    assert (stats["coins_in"], stats["coins_out"]) == (0, 1600)
    [banner] = json.loads(stats["banners"])
    assert banner["cards"] == {"7": 1, "9": 1} and banner["states"] == [[{"pity": 3}, 2, 1]]
    assert Resolved(Phase="expansion").properties("StatsQuery")["Name"] == "stats"
