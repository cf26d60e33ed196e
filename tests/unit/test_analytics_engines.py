"""Both stagings over the same exports: the relations that Athena's files make are those that
DuckDB's make, row by row."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks import exported
from scripts import athena
from scripts.analytics import exports
from scripts.analytics.database import Database
from tests.unit.test_analytics import GUILD, daily, deleted, full, ms, player, pull, put, written
from tests.unit.test_athena import in_duckdb

SALT = "salt"


def lines_of(folder: Path, table: str) -> Iterator[tuple[str, str]]:
    """As Athena's raw tables have them: each line with its file's place."""
    for file in sorted((folder / "raw" / table).rglob("*")):
        if file.is_file():
            body = file.read_bytes()
            text = (gzip.decompress(body) if file.suffix == ".gz" else body).decode()
            for line in text.splitlines():
                yield line, f"s3://bucket/{file.relative_to(folder)}"


def same(folder: Path, own: Path) -> dict[str, int]:
    """How many rows each relation has, if both stagings make the same of them."""
    own.mkdir()
    found: dict[str, int] = {}
    with duckdb.connect() as athenas, Database(own) as ours:
        for table in exports.TABLES:
            athenas.execute(f'CREATE TABLE raw_{table} (line VARCHAR, "$path" VARCHAR)')
            if rows := list(lines_of(folder, table)):
                athenas.executemany(f"INSERT INTO raw_{table} VALUES (?, ?)", rows)
        ours.stage(exports.find(folder), SALT, athena.ZONE, now_ms=0)
        for name in ("events", "players", "gifts", "names"):
            text = athena.whole(f"SELECT * FROM {name}", SALT)
            answer = athenas.execute(in_duckdb(text))
            columns = ", ".join(each[0] for each in answer.description or ())
            theirs = sorted(map(repr, answer.fetchall()))
            assert theirs == sorted(map(repr, ours.select(f"SELECT {columns} FROM {name}"))), name
            found[name] = len(theirs)
    return found


def test_both_engines_see_the_same_month(tmp_path: Path) -> None:
    exported.write(tmp_path / "bucket", 700, seed=11)
    found = same(tmp_path / "bucket", tmp_path / "own")
    assert found["events"] > 500 and min(found.values()) > 2


def test_both_engines_mend_the_same_way(tmp_path: Path) -> None:
    """Overlaps, deletions, a second full export, an opening whose event no export has."""
    opening = {**daily(0, 3_200, user="9"), "kind": "opening", "timestamp": 0}
    told = pull(ms(25), ["attic-owl"])
    gone, old = daily(ms(24), user="2"), daily(ms(23), 5, user="3")
    bucket = tmp_path / "bucket"

    def export(table: str, lines: list[str], until: int, begun: int | None = None) -> None:
        """Below the prefixes by which Athena knows an export's time."""
        made = put(tmp_path / "made", table, lines, until * 1000, begun and begun * 1000)
        window = f"full-{until}" if begun is None else f"changes-{begun}-{until}"
        to = bucket / f"raw/{table}/day/{window}"
        to.mkdir(parents=True)
        made.parent.rename(to / "AWSDynamoDB")

    at = [ms(day) // 1000 for day in range(1, 30)]
    export("history", full([gone, old, daily(ms(22)), opening]), at[23])
    late = [written(told, ms(25) + 100), deleted(gone, ms(25) + 200)]
    export("history", late, at[25], at[23])
    export("history", [written({**told, "balance": 7}, ms(25) + 900)], at[26], at[24])
    export("users", full([player(), player("2")]), at[23])
    export("users", [deleted(player("2"), ms(26))], at[26], at[23])
    export("settings", full([{"server_id": GUILD, "setting": "code#c", "most": 5}]), at[23])
    assert same(bucket, tmp_path / "own") == {"events": 3, "players": 1, "gifts": 1, "names": 0}
    export("history", full([told, opening]), at[27])
    assert same(bucket, tmp_path / "again")["events"] == 1
