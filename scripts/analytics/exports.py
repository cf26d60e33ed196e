"""Exports of DynamoDB in a folder: which there are, what they cover, and what is missing.

Where they lie below the folder does not matter, nor what the tables are called: an export is found
by its manifest, and its table by the keys of its items. Without any manifest every `.json.gz` is
taken for a part of one full export of unknown age.

An export whose files are not all there is not read, because half a table looks like a whole one.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

TABLES: Final = ("history", "users", "settings")
_US: Final = 1_000_000
_SLACK_US: Final = _US
"""Windows of exports have whole seconds."""


class ExportError(Exception):
    """What was given cannot be read; the text says which file, and why."""


@dataclass(frozen=True)
class Export:
    """One export of a table. `from_us` is None of a full one, and `until_us` when it holds as of,
    in Unix microseconds; 0 where no manifest says."""

    table: str
    until_us: int
    from_us: int | None
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Found:
    """`unfinished` names the exports that were not read because files of theirs are missing."""

    exports: tuple[Export, ...]
    unfinished: tuple[str, ...] = ()

    def of(self, table: str) -> list[Export]:
        return [each for each in self.exports if each.table == table]

    def files(self, table: str) -> list[Path]:
        return [file for each in self.of(table) for file in each.files]

    def is_whole(self, table: str) -> bool:
        """Whether there is a full export of a table: without one, rows are missing that did not
        change since the first of the others."""
        return any(each.from_us is None for each in self.of(table))

    @property
    def last_us(self) -> int:
        """As of when the last export of all is; 0 where none says."""
        return max((each.until_us for each in self.exports), default=0)

    def full_us(self, table: str) -> int:
        """As of when the last full export of a table is; 0 if there is none."""
        return max((each.until_us for each in self.of(table) if each.from_us is None), default=0)

    def until_us(self, table: str) -> int:
        return max((each.until_us for each in self.of(table)), default=0)

    def gaps_us(self, table: str) -> list[tuple[int, int]]:
        """The times that no export covers, between the first one and the last. Up to a full export
        nothing is missing, whatever was before it."""
        reached = self.full_us(table)
        windows = sorted(
            (each.from_us, each.until_us) for each in self.of(table) if each.from_us is not None
        )
        missing = list[tuple[int, int]]()
        for began, ended in windows:
            if reached and began > reached + _SLACK_US:
                missing.append((reached, began))
            reached = max(reached, ended)
        return missing


def find(folder: Path) -> Found:
    """The exports below a folder. Raises ExportError where there are none, or one is damaged."""
    if not folder.is_dir():
        raise ExportError(f"{folder} is no folder")
    manifests = sorted(folder.rglob("manifest-summary.json"))
    started = {each.parent for each in folder.rglob("_started")}
    unfinished = [str(each) for each in sorted(started - {each.parent for each in manifests})]
    found: list[Export] = []
    if manifests:
        for each in manifests:
            export = _of_manifest(each)
            if isinstance(export, str):
                unfinished.append(export)
            elif export is not None:
                found.append(export)
    else:
        parts = [each for each in sorted(folder.rglob("*.json.gz")) if each.is_file()]
        if not parts and not unfinished:
            raise ExportError(f"{folder}: no export, and no file *.json.gz")
        found = _without_manifest(parts)
    return Found(tuple(found), tuple(unfinished))


def _of_manifest(manifest: Path) -> Export | str | None:
    """The export, its name if files are missing, or None if there is nothing in it."""
    summary = _json(manifest)
    lines = _lines(manifest.with_name("manifest-files.json"))
    root = manifest.parents[1]  # the folder AWSDynamoDB
    files = [_place(root, each) for each in lines if each.get("itemCount", 1) != 0]
    if any(not file.is_file() for file in files):
        return str(manifest.parent)
    table = next(filter(None, map(_table_of, files)), None)
    if table is None:
        return None if files else _nothing(summary, manifest)
    return _made(table, summary, manifest, tuple(files))


def _nothing(summary: Mapping[str, Any], manifest: Path) -> Export | None:
    """An export without items still covers its time; its table is told by its name, as far as that
    is one of ours."""
    name = str(summary.get("tableArn", "")).rpartition("/")[2]
    table = next((each for each in TABLES if each in name), None)
    return None if table is None else _made(table, summary, manifest, ())


def _made(
    table: str, summary: Mapping[str, Any], manifest: Path, files: tuple[Path, ...]
) -> Export | None:
    if table not in TABLES:
        return None
    try:
        if "exportToTime" in summary:
            began, ended = (_us(summary[name]) for name in ("exportFromTime", "exportToTime"))
            return Export(table, ended, began, files)
        return Export(table, _us(summary["exportTime"]), None, files)
    except (KeyError, TypeError, ValueError) as error:
        raise ExportError(f"{manifest}: it does not say of when it is ({error!r})") from None


def _us(time: str) -> int:
    return int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp() * _US)


def _place(root: Path, line: Mapping[str, Any]) -> Path:
    """Where a data file is in this copy of the bucket: its key may have a prefix that is not."""
    key = str(line.get("dataFileS3Key", ""))
    inside = key.rpartition(f"{root.name}/")[2]
    place = (root / inside).resolve()
    if not place.is_relative_to(root.resolve()):
        raise ExportError(f"{root}: a manifest names a file outside of its folder: {key!r}")
    return place


def _without_manifest(parts: Sequence[Path]) -> list[Export]:
    tables: dict[str, list[Path]] = {}
    for part in parts:
        if table := _table_of(part):
            tables.setdefault(table, []).append(part)
    return [Export(table, 0, None, tuple(tables[table])) for table in TABLES if table in tables]


def _table_of(file: Path) -> str | None:
    """Which table's items are in a file, by the keys of the first; None if it is empty."""
    first = next(_items(file), None)
    if first is None:
        return None
    told = (first[name] for name in ("Item", "Keys") if isinstance(first.get(name), dict))
    keys: Mapping[str, Any] = next(told, {})
    for name, table in (
        *(("timestamp", "history"), ("setting", "settings"), ("page", "collection")),
        ("user_id", "users"),
    ):
        if name in keys:
            return table
    raise ExportError(f"{file}: its items are of no table of ours: {', '.join(sorted(keys))[:80]}")


def _items(file: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    value = json.loads(line)
                    yield value if isinstance(value, dict) else {}
    except (OSError, EOFError, ValueError, zlib.error, RecursionError) as error:
        raise ExportError(f"{file}: it is cut off or damaged ({error})") from None


def _json(file: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(file.read_text())
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"{file}: no manifest ({error})") from None
    if not isinstance(value, dict):
        raise ExportError(f"{file}: no manifest")
    return value


def _lines(file: Path) -> list[Mapping[str, Any]]:
    try:
        lines = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"{file}: no list of files ({error})") from None
    return [each for each in lines if isinstance(each, dict)]


def write_full(
    folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]], now: datetime
) -> None:
    """The items of tables, in DynamoDB's notation, as a full export of now."""
    for table, items in tables.items():
        base = folder / table / "AWSDynamoDB"
        own = base / f"{int(now.timestamp() * 1000):014d}-00000000"
        (own / "data").mkdir(parents=True)
        part = own / "data/part.json.gz"
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=1) as file:
            number = 0
            for item in items:
                file.write(json.dumps({"Item": item}) + "\n")
                number += 1
        line = {"itemCount": number, "dataFileS3Key": f"AWSDynamoDB/{own.name}/data/{part.name}"}
        (own / "manifest-files.json").write_text(json.dumps(line))
        summary = {
            "exportTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "tableArn": f"arn:aws:dynamodb:local:0:table/{table}",
            "itemCount": number,
        }
        (own / "manifest-summary.json").write_text(json.dumps(summary))
