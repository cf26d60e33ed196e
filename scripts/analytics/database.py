"""The embedded engine: the relations of docs/decisions/0052-analytics.md over exports, and the
queries of analytics/queries, which are Trino's and are translated.

What it is told of a run are variables of the database, so that nothing is ever put into the text of
a statement. It reaches the files of the exports and its own folder, and no network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

import duckdb
import sqlglot

from scripts import ROOT
from scripts.analytics.exports import TABLES, ExportError, Found

SQL: Final = ROOT / "analytics"
QUERIES: Final = tuple(sorted(each.stem for each in (SQL / "queries").glob("*.sql")))

MEMORY_MB: Final = 600
"""What DuckDB may hold before it writes to disk; the rest of a gigabyte is Python's and its own."""

_STAGING: Final = {"history": "events", "users": "players", "settings": "settings"}
_EMPTY: Final = {
    "history": """CREATE TABLE events (
        player VARCHAR, guild VARCHAR, kind VARCHAR, at_ms BIGINT, day DATE, hour INTEGER,
        is_played BOOLEAN, version BIGINT, coins BIGINT, balance BIGINT, source VARCHAR,
        shards BIGINT, tickets BIGINT, banner VARCHAR, banner_hash VARCHAR, draws INTEGER,
        cards VARCHAR[], state VARCHAR, gifts VARCHAR[], written_ms BIGINT,
        is_delivered BOOLEAN)""",
    "users": """CREATE TABLE players (
        player VARCHAR, guild VARCHAR, joined_ms BIGINT, joined_day DATE, balance BIGINT,
        shards BIGINT, version BIGINT)""",
    "settings": """CREATE TABLE gifts (
        guild VARCHAR, gift VARCHAR, kind VARCHAR, ends_ms BIGINT, most BIGINT);
        CREATE TABLE names (guild VARCHAR, banner VARCHAR, name_en VARCHAR, name_ja VARCHAR)""",
}
"""The relations of a table of which there is no export, or nothing in it."""

_OF_FILE: Final = re.compile(r'file "([^"]+)"|stream: (\S+)|: (\S+\.json\.gz)')


@dataclass(frozen=True)
class Rules:
    """What the file of a banner version says: the cards of its top rarity, and the state in which a
    new player begins, as `events` has states."""

    banner_hash: str
    start: str
    tops: Sequence[str]


class Answer(list[tuple[Any, ...]]):
    """The rows of a query, and the names of their columns."""

    columns: tuple[str, ...] = ()


class Database:
    """The relations over some exports. Closed, it has left nothing."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """`folder` is its own, for what does not fit into memory."""
        self._folder = folder
        self._connection = duckdb.connect(folder / "relations.duckdb")
        self._run(
            f"SET threads = {threads}; SET memory_limit = '{MEMORY_MB}MB';"
            "SET preserve_insertion_order = false;"
            "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"
        )
        self._set("folder", str(folder))
        self._run("SET temp_directory = getvariable('folder')")
        self._run(_staging("functions"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def stage(self, found: Found, salt: str, zone: str, *, now_ms: int) -> None:
        """Make the relations. `now_ms` is the time of exports that say none of theirs and hold
        nothing that does. Raises ExportError for a file that cannot be read."""
        self._hold(found, salt, zone)
        for table in TABLES:
            try:
                self._read(_staging(_STAGING[table]) if found.files(table) else _EMPTY[table])
            except duckdb.ConversionException as error:
                said = str(error).partition("\n")[0]
                file = self._strange(found, table, salt, zone)
                raise ExportError(
                    f"{file}: an item is not what this version writes ({said})"
                ) from None
        first, last = self.select("SELECT min(at_ms), max(at_ms) FROM events")[0]
        until_ms = found.until_us("history") // 1000 or last or found.last_us // 1000 or now_ms
        self._set("from_ms", until_ms if first is None else min(first, until_ms))
        self._set("until_ms", until_ms)
        self._run(_staging("span"))

    def _hold(self, found: Found, salt: str, zone: str) -> None:
        """What the staging is told."""
        ages = [(str(file), each.until_us) for each in found.exports for file in each.files]
        self._run("CREATE TABLE exported (filename VARCHAR, at_us BIGINT)")
        if ages:
            self._connection.executemany("INSERT INTO exported VALUES (?, ?)", ages)
        self._set("salt", salt)
        self._set("zone", zone)
        for table in TABLES:
            self._set(table, [str(file) for file in found.files(table)])
            self._set(f"full_{table}", found.full_us(table))

    def _strange(self, found: Found, table: str, salt: str, zone: str) -> Path:
        """The file with an item that makes no relation. DuckDB does not name it, so each is tried
        by itself."""
        for each in found.of(table):
            for file in each.files:
                alone = Found((replace(each, files=(file,)),))
                with (
                    TemporaryDirectory(dir=self._folder) as folder,
                    Database(Path(folder)) as of_one,
                ):
                    of_one._hold(alone, salt, zone)
                    try:
                        of_one._run(_staging(_STAGING[table]))
                    except duckdb.ConversionException:
                        return file
        raise AssertionError("each file is sound, and all of them are not")

    def tell(self, rules: Sequence[Rules]) -> None:
        """Make the relation `rules`."""
        self._run("CREATE TABLE rules (banner_hash VARCHAR, start VARCHAR, tops VARCHAR[])")
        rows = [(each.banner_hash, each.start, list(each.tops)) for each in rules]
        if rows:
            self._connection.executemany("INSERT INTO rules VALUES (?, ?, ?)", rows)

    def ask(self, query: str) -> Answer:
        """The answer to one of analytics/queries."""
        asked = self._run(translated(query))
        answer = Answer(asked.fetchall())
        answer.columns = tuple(each[0] for each in asked.description or ())
        return answer

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement in DuckDB's own dialect."""
        return self._run(sql).fetchall()

    def _read(self, sql: str) -> None:
        try:
            self._run(sql)
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            said = str(error).partition("\n")[0]
            match = _OF_FILE.search(said)
            named = next(filter(None, match.groups()), "") if match else ""
            where = f"{named}: it is cut off or damaged" if named else "an export is damaged"
            raise ExportError(f"{where} ({said})") from None

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql)

    def _set(self, name: str, value: object) -> None:
        self._connection.execute(f"SET VARIABLE {name} = ?", [value])


@cache
def translated(query: str) -> str:
    """A query in DuckDB's dialect."""
    text = (SQL / f"queries/{query}.sql").read_text()
    [said] = sqlglot.transpile(text, read="trino", write="duckdb")
    return said


def _staging(name: str) -> str:
    return (SQL / f"staging/duckdb/{name}.sql").read_text()


def answers(database: Database) -> Mapping[str, Answer]:
    """All queries' answers, by name."""
    return {query: database.ask(query) for query in QUERIES}
