r"""Proves the ledger: replays every player's rows, and compares what is stored.

  .venv/bin/python -m scripts.audit local         the stack of `make run`
  .venv/bin/python -m scripts.audit stack NAME    a deployed stack
  .venv/bin/python -m scripts.audit tables USERS HISTORY COLLECTION SETTINGS \
      --bucket BUCKET
  .venv/bin/python -m scripts.audit export --users F --history F \
      --collection F --settings F --banners F

An export is what `aws dynamodb scan` prints, or the files of an export to S3
(one item a line, plain or .gz), in any order. Either way the rows are first
sorted by player into a temporary file, which needs about as much room in
TMPDIR as the rows do; in memory is one player at a time. Banners that do not
ship are read from the stack's bucket; for an export, from files that were
copied from there (`aws s3 sync s3://BUCKET/banners .`).

A live stack goes on working meanwhile, so what looks wrong there is read
again, consistently, before it is reported. Reading keeps to half of a table's
provisioned capacity.

What is checked is in gacha/audit.py, what it means in docs/reliability.md.
Exit codes: 0 nothing is wrong, 1 each violation is named, 2 bad arguments or
input, 3 AWS could not be asked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

from boto3.dynamodb.types import TypeDeserializer

from adapters import files
from adapters.tables import players, settings
from adapters.tables.erasures import SERVER_ID, Due
from adapters.tables.players import EVERYBODY
from commands import events
from gacha import (
    audit,
    banner,
    box_audit,
    claims,
    kinds,
    server,
    server_audit,
    shards,
    shared_box,
    terminal,
)
from gacha.economy import Economy
from gacha.errors import GachaError
from gacha.player import ERASING
from scripts import stack
from scripts.stack import Deployment

ROOT: Final = Path(__file__).parents[1]
SHIPPED: Final = ROOT / "layers/gacha/python/gacha/banners"

TABLES: Final = ("users", "history", "collection", "settings")
OUTPUTS: Final = {
    "users": "UsersTable",
    "history": "HistoryTable",
    "collection": "CollectionTable",
    "settings": "SettingsTable",
}
UNITS_ON_DEMAND: Final = 100.0
"""Read units a second where the table has no provisioned capacity to take half of."""

TRIES: Final = 10
"""Consistent readings of a player who seems wrong; they may be pulling right now."""

_WHOLE_SCAN: Final = re.compile(r'\s*\{\s*"Items"\s*:\s*\[')
_CHUNK: Final = 1 << 16
_LONGEST_ITEM: Final = 1 << 24
"""Characters: DynamoDB's 400 KB, as JSON with all its indentation and names of types."""

Item = dict[str, Any]


class InputError(Exception):
    """The input cannot be read; the text says which and why."""


# --- rows by player -------------------------------------------------------------------------------


class Spool:
    """All rows in a temporary file on disk, to be read again player by player."""

    def __init__(self, folder: str) -> None:
        self._rows = sqlite3.connect(os.path.join(folder, "rows.sqlite"))
        self._rows.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
            "CREATE TABLE rows (player TEXT NOT NULL, source TEXT NOT NULL, item TEXT NOT NULL);"
            "CREATE TABLE taken (guild TEXT NOT NULL, item TEXT NOT NULL);"
            "CREATE TABLE boxes (box TEXT NOT NULL, source TEXT NOT NULL, item TEXT NOT NULL);"
            "CREATE TABLE versions (guild TEXT, hash TEXT, toml TEXT, PRIMARY KEY (guild, hash));"
        )

    def add(self, source: str, item: Item, where: str) -> None:
        """Keep an item of a table, in DynamoDB's notation. Raises InputError."""
        try:
            if source == "history" and (box := _box_of(item)):
                kind = "sold" if "kind" in item else "chain" if "receipt" in item else "box"
                self._rows.execute(
                    "INSERT INTO boxes VALUES (?, ?, ?)", (box, kind, json.dumps(item))
                )
                if kind != "sold":
                    return
            if source != "settings":
                self._rows.execute(
                    "INSERT INTO rows VALUES (?, ?, ?)",
                    (item["user_id"]["S"], source, json.dumps(item)),
                )
                if item.get("kind", {}).get("S") in claims.KINDS:
                    taken = item["guild_id"]["S"], json.dumps(item)
                    self._rows.execute("INSERT INTO taken VALUES (?, ?)", taken)
                return
            guild_id, setting = item["server_id"]["S"], item["setting"]["S"]
            if setting.startswith("banner#"):
                version = guild_id, setting[7:], item["toml"]["S"]
                self._rows.execute("INSERT OR REPLACE INTO versions VALUES (?, ?, ?)", version)
            else:
                kept = server.key(guild_id), source, json.dumps(item)
                self._rows.execute("INSERT INTO rows VALUES (?, ?, ?)", kept)
        except (KeyError, TypeError, AttributeError, sqlite3.Error) as error:
            raise InputError(
                f"{where}: no item of the table of {source} ({type(error).__name__}: {error})"
            ) from None

    def players(self) -> Iterator[tuple[str, dict[str, list[Item]]]]:
        """Each player's rows by table; and each server's own, under its key."""
        self._rows.execute("CREATE INDEX by_player ON rows (player)")
        self._rows.execute("CREATE INDEX by_guild ON taken (guild)")
        found: dict[str, list[Item]] = {}
        last = None
        order = "SELECT player, source, item FROM rows ORDER BY player"
        for player, source, item in self._rows.execute(order):
            if player != last and last is not None:
                yield last, found
                found = {}
            last = player
            found.setdefault(source, []).append(json.loads(item))
        if last is not None:
            yield last, found

    def boxes(self) -> Iterator[tuple[str, dict[str, list[Item]]]]:
        """The rows of each banner's shared boxes, as `Live.box` gives them."""
        self._rows.execute("CREATE INDEX by_box ON boxes (box)")
        for (box,) in self._rows.execute("SELECT DISTINCT box FROM boxes ORDER BY box").fetchall():
            found: dict[str, list[Item]] = {"box": [], "chain": [], "sold": []}
            query = "SELECT source, item FROM boxes WHERE box = ?"
            for source, item in self._rows.execute(query, (box,)):
                found[source].append(json.loads(item))
            yield box, found

    def lowest_epoch(self) -> int:
        """What the last restore wrote for all players; 0 if there was none. Raises InputError."""
        query = "SELECT item FROM rows WHERE player = ? AND source = 'users'"
        found = self._rows.execute(query, (EVERYBODY,)).fetchone()
        if found is None:
            return 0
        try:
            return int(json.loads(found[0])["epoch"]["N"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the row {EVERYBODY} of the players has no epoch ({error})") from None

    def erasing(self) -> frozenset[str]:
        """The keys of the players' table under which somebody is just being erased: players, and as
        `players.of_server` names them all of a server."""
        query = "SELECT player, item FROM rows WHERE source = 'users' AND item LIKE ?"
        found = self._rows.execute(query, (f"%{ERASING}%",))
        return frozenset(key for key, item in found if audit.is_erasing(_row(json.loads(item))))

    def leaving(self) -> list[tuple[str, Item]]:
        """The rows by which somebody is to be erased, or just is, with their player, or server."""
        query = (
            "SELECT player, item FROM rows WHERE source IN ('users', 'settings')"
            " AND (item LIKE ? OR item LIKE ?) ORDER BY player"
        )
        like = f"%{ERASING}%", '%"leaving"%'
        found = ((key, json.loads(item)) for key, item in self._rows.execute(query, like))
        return [each for each in found if _due_for(*each) is not None]

    def due(self) -> list[Due]:
        """What is noted to be erased."""
        query = "SELECT item FROM rows WHERE player = ?"
        found = self._rows.execute(query, (server.key(SERVER_ID),))
        return [Due.read(_row(json.loads(item))) for (item,) in found]

    def history(self, key: str) -> list[Item]:
        """The rows of a ledger; there has to be an index by now (`players`)."""
        query = "SELECT item FROM rows WHERE player = ? AND source = 'history'"
        return [json.loads(item) for (item,) in self._rows.execute(query, (key,))]

    def taken(self, guild_id: str) -> list[Item]:
        """The rows of a server's players by which they took presents and used codes."""
        query = "SELECT item FROM taken WHERE guild = ?"
        return [json.loads(item) for (item,) in self._rows.execute(query, (guild_id,))]

    def close(self) -> None:
        self._rows.close()

    def version(self, guild_id: str, banner_hash: str) -> str | None:
        """The file of a banner version that the guild's table keeps."""
        query = "SELECT toml FROM versions WHERE guild = ? AND hash = ?"
        row = self._rows.execute(query, (guild_id, banner_hash)).fetchone()
        return None if row is None else str(row[0])


def _due_for(key: str, item: Item) -> Due | None:
    """What has to be noted of whom this row says that they are to be erased, at 0 where that began
    and any time will do; None of every other row."""
    row = _row(item)
    whose = server.key(key.partition("@")[2]) if key.startswith(EVERYBODY) else key
    if "server_id" in row and row["setting"] != settings.GAME:
        return None
    if audit.is_erasing(row):
        return Due(0, whose)
    return Due(row["leaving"], whose) if row.get("leaving") else None


def _box_of(item: Item) -> str:
    """Under which key the box is stored that a row of the ledger is about; empty of every other."""
    user_id = item["user_id"]["S"]
    if shared_box.is_key(user_id):
        return box_audit.key_of(user_id)
    if item.get("kind", {}).get("S") == kinds.TICKET:
        return shared_box.key(item["banner"]["S"], item["guild_id"]["S"])
    return ""


# --- an export ------------------------------------------------------------------------------------


def items_of(path: str) -> Iterator[tuple[Item, str]]:
    """The items in a file, with where each was found. Raises InputError."""
    try:
        opened: IO[str] = (
            gzip.open(path, "rt", encoding="utf-8")  # noqa: SIM115 (closed below)
            if path.endswith(".gz")
            else open(path, encoding="utf-8")  # noqa: SIM115
        )
        with opened as file:
            start = file.read(_CHUNK)
            whole = _WHOLE_SCAN.match(start)
            yield from (
                _in_array(path, file, start[whole.end() :])
                if whole
                else _in_lines(path, file, start)
            )
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from None


def _in_lines(path: str, file: IO[str], start: str) -> Iterator[tuple[Item, str]]:
    """One item a line, bare or under "Item" as an export to S3 has it."""
    number = 0
    for line in _lines(file, start):
        number += 1
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{where}: no JSON ({error})") from None
        if not isinstance(value, dict):
            raise InputError(f"{where}: no item")
        yield value.get("Item", value) if isinstance(value.get("Item"), dict) else value, where


def _lines(file: IO[str], start: str) -> Iterator[str]:
    rest = start
    while rest:
        *lines, rest = rest.split("\n")
        yield from lines
        more = _more(file, rest)
        if not more:
            break
        rest += more
    yield rest


def _more(file: IO[str], rest: str) -> str:
    """What comes after the beginning of an item. As much as there is of it already: so that it is
    looked through a few times, however long it is. Raises InputError where no item is so long."""
    if len(rest) > _LONGEST_ITEM:
        raise InputError(f"{file.name}: an item of more than {_LONGEST_ITEM} characters")
    return file.read(max(_CHUNK, len(rest)))


def _in_array(path: str, file: IO[str], rest: str) -> Iterator[tuple[Item, str]]:
    """The items of `aws dynamodb scan`, without reading the whole of it."""
    decoder = json.JSONDecoder()
    number = place = 0
    while True:
        while place < len(rest) and rest[place] in " \t\r\n,":
            place += 1
        if rest.startswith("]", place):
            return
        where = f"{path}, item {number + 1}"
        try:
            item, place = decoder.raw_decode(rest, place)
        except RecursionError as error:
            raise InputError(f"{where}: no JSON ({error})") from None
        except ValueError as error:
            rest, place = rest[place:], 0
            more = _more(file, rest)
            if not more:
                raise InputError(f"{where}: no JSON ({error})") from None
            rest += more
            continue
        if not isinstance(item, dict):
            raise InputError(f"{where}: no item")
        number += 1
        yield item, where


# --- a live stack ---------------------------------------------------------------------------------


class Live:
    """The tables of a stack, read no faster than it can bear."""

    def __init__(self, client: Any, names: dict[str, str], *, limited: bool) -> None:
        self._client = client
        self._names = names
        self._limited = limited

    def scan(self, table: str) -> Iterator[tuple[Item, str]]:
        """All items of a table."""
        name = self._names[table]
        units = self._units(name) if self._limited else float("inf")
        request: dict[str, Any] = {"TableName": name, "ReturnConsumedCapacity": "TOTAL"}
        while True:
            began = time.monotonic()
            page = self._client.scan(**request)
            for item in page["Items"]:
                yield item, name
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
            used = page.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
            time.sleep(max(0.0, used / units - (time.monotonic() - began)))

    def _units(self, name: str) -> float:
        provisioned = self._client.describe_table(TableName=name)["Table"].get(
            "ProvisionedThroughput", {}
        )
        return (provisioned.get("ReadCapacityUnits") or 2 * UNITS_ON_DEMAND) / 2

    def player(self, player_key: str) -> dict[str, list[Item]] | None:
        """One player's rows as of now, or None while they keep changing."""
        before = self._user(player_key)
        found = {
            table: self._query(self._names[table], player_key)
            for table in ("history", "collection")
        }
        return {**found, "users": before} if self._user(player_key) == before else None

    def server(self, server_key: str) -> dict[str, list[Item]] | None:
        """A server's own rows as of now, or None while they keep changing."""
        guild_id = server_key.partition("@")[2]
        before = self._settings(guild_id)
        history = self.history(server_key)
        taken = [
            row
            for each in before
            if each["setting"]["S"].startswith(claims.CLAIM)
            for row in self._event(each["user_id"], each["event"]["S"])
        ]
        unchanged = self._settings(guild_id) == before
        return {"history": history, "settings": before, "taken": taken} if unchanged else None

    def lacks_due(self, key: str, item: Item) -> bool | None:
        """Whether nothing is noted, as of now, by which somebody would be erased who is to be, as
        this row said; None while that row changes."""
        is_setting = "server_id" in item
        before = self._game(item) if is_setting else self._user(key)
        due = _due_for(key, before[0]) if before else None
        if due is None:
            return False
        noted = [Due.read(_row(each)) for each in self._settings(SERVER_ID)]
        after = self._game(item) if is_setting else self._user(key)
        return not _is_noted(due, noted) if after == before else None

    def _game(self, item: Item) -> list[Item]:
        key = {name: item[name] for name in ("server_id", "setting")}
        name = self._names["settings"]
        answer = self._client.get_item(TableName=name, Key=key, ConsistentRead=True)
        return [answer["Item"]] if "Item" in answer else []

    def box(self, box_key: str) -> dict[str, list[Item]] | None:
        """The rows of a banner's shared boxes as of now, or None while somebody draws: the row that
        holds the present one, those of all receipts, and the buyers' events that these name."""
        before = self.history(box_key)
        number = int(before[0]["number"]["N"]) if before else 0
        banner, _, guild = box_key.removeprefix(shared_box.KEY).rpartition("@")
        names = (shared_box.name(banner, each, guild) for each in range(1, number + 1))
        chain = [row for name in names for row in self.history(shared_box.chain_key(name))]
        sold = [row for each in chain for row in self._event(each["player"], each["event"]["S"])]
        unchanged = self.history(box_key) == before
        return {"box": before, "chain": chain, "sold": sold} if unchanged else None

    def _event(self, player: Item, key: str) -> list[Item]:
        """The row that a claim names. Its own consistent read sees what was written with it."""
        where = {"user_id": player, "timestamp": {"N": key}}
        name = self._names["history"]
        answer = self._client.get_item(TableName=name, Key=where, ConsistentRead=True)
        return [answer["Item"]] if "Item" in answer else []

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the ledger is still there."""
        return bool(self._event({"S": row["user_id"]}, str(row["timestamp"])))

    def history(self, key: str) -> list[Item]:
        """The rows of a ledger as of now."""
        return self._query(self._names["history"], key)

    def _settings(self, guild_id: str) -> list[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._names["settings"],
            KeyConditionExpression="server_id = :guild",
            ExpressionAttributeValues={":guild": {"S": guild_id}},
            ConsistentRead=True,
        )
        items = (item for page in pages for item in page["Items"])
        return [item for item in items if not item["setting"]["S"].startswith("banner#")]

    def _user(self, player_key: str) -> list[Item]:
        key = {"user_id": {"S": player_key}}
        answer = self._client.get_item(TableName=self._names["users"], Key=key, ConsistentRead=True)
        return [answer["Item"]] if "Item" in answer else []

    def _query(self, name: str, player_key: str) -> list[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=name,
            KeyConditionExpression="user_id = :user",
            ExpressionAttributeValues={":user": {"S": player_key}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]


# --- checking -------------------------------------------------------------------------------------


class Audit:
    """The players' rows against the promises. `found` gets each finding as it comes, `file_of`
    gives a banner's file by its hash."""

    def __init__(
        self,
        spool: Spool,
        live: Live | None,
        found: Callable[[audit.Finding], None],
        file_of: Callable[[str], bytes | None],
    ) -> None:
        self._found = found
        self._file_of = file_of
        self._spool = spool
        self._live = live
        self._shipped = {
            each.hash: each
            for each in (banner.parse(f.read_bytes(), f.name) for f in SHIPPED.glob("*.toml"))
        }
        self._lowest_epoch = spool.lowest_epoch()
        self.erasing = spool.erasing()
        self._kept = lru_cache(maxsize=64)(self._parsed)
        self._given = lru_cache(maxsize=64)(self._given_by)
        self.players = self.servers = 0
        self.rows: Counter[str] = Counter()
        self.violations: Counter[str] = Counter()
        self.notes = 0

    def check(self, player_key: str, rows: dict[str, list[Item]]) -> None:
        if self._is_going(player_key):
            return
        findings = self._checked(player_key, rows)
        for _ in range(TRIES if self._live else 0):
            if not any(each.violation for each in findings):
                break
            again = self._again(player_key)
            if again is not None:
                findings = self._checked(player_key, again)
                break
            time.sleep(1)
        is_player = any("balance" in item for item in rows.get("users", []))  # or a tombstone
        if server.is_key(player_key):
            self.servers += bool(rows.get("history"))
        else:
            self.players += is_player or bool(rows.get("history"))
        self.rows.update(item.get("kind", {}).get("S", "?") for item in rows.get("history", []))
        for each in findings:
            self._found(each)
            self.notes += not each.violation
            self.violations[each.invariant] += each.violation

    def check_due(self) -> None:
        """Whoever is to be erased, or just is, is noted as that: nothing else leads there, so they
        would wait for ever, and could not play."""
        noted = self._spool.due()
        for key, item in self._spool.leaving():
            due = _due_for(key, item)
            if due is None or _is_noted(due, noted) or not self._lacks_due(key, item):
                continue
            expected = f"an erasure noted at {due.at_ms}" if due.at_ms else "an erasure noted"
            where = "game" if "server_id" in item else "discord_users"
            self._found(audit.Finding("I5", due.key, where, expected, "none"))
            self.violations["I5"] += 1

    def _lacks_due(self, key: str, item: Item) -> bool:
        for _ in range(TRIES if self._live else 0):
            lacks = self._live.lacks_due(key, item) if self._live else None
            if lacks is not None:
                return lacks
            time.sleep(1)
        return True

    def _is_going(self, key: str) -> bool:
        """Whether it is of a server that is just being erased: of its rows some are there, and
        others are not."""
        return players.of_server(key.rpartition("@")[2]) in self.erasing

    def check_box(self, box_key: str, rows: dict[str, list[Item]]) -> None:
        if self._is_going(box_key):
            return
        findings = self._checked_box(box_key, rows)
        for _ in range(TRIES if self._live else 0):
            if not findings:
                break
            again = self._live.box(box_key) if self._live else None
            if again is not None:
                findings = self._checked_box(box_key, again)
                break
            time.sleep(1)
        for each in findings:
            self._found(each)
            self.violations[each.invariant] += 1

    def _checked_box(self, box_key: str, rows: dict[str, list[Item]]) -> list[audit.Finding]:
        stored, chain, sold = ([*map(_row, rows[each])] for each in ("box", "chain", "sold"))
        found = stored[0] if stored else None
        return box_audit.check(box_key, found, chain, sold, self._banner_of, self.erasing)

    def _again(self, key: str) -> dict[str, list[Item]] | None:
        if self._live is None:
            return None
        self._given.cache_clear()  # the server may have settled something else since
        return self._live.server(key) if server.is_key(key) else self._live.player(key)

    def _checked(self, player_key: str, rows: dict[str, list[Item]]) -> list[audit.Finding]:
        if server.is_key(player_key):
            history = [_row(item) for item in rows.get("history", [])]
            stored = {row["setting"]: row for row in map(_row, rows.get("settings", []))}
            taken = rows.get("taken", self._spool.taken(player_key.partition("@")[2]))
            events_ = self._events(taken, stored)
            return server_audit.check(player_key, history, stored, events_, self.erasing)
        users, history, collection = (
            [_row(item) for item in rows.get(table, [])]
            for table in ("users", "history", "collection")
        )
        now_ms = int(time.time() * 1000)
        player = users[0] if users else None
        return audit.check(
            player_key,
            history,
            player,
            collection,
            self._banner_of,
            now_ms,
            events.replays(),
            self._lowest_epoch,
            *self._given(player_key.partition("@")[2]),
        )

    def _events(self, taken: list[Item], stored: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each once, as a row: what took two presents is named by two claims. Of a live stack those
        that the scan saw, too, whose claim is gone since, while they are there."""
        found = [_row(item) for item in taken]
        if self._live is not None and stored:
            guild_id = next(iter(stored.values()))["server_id"]
            seen = map(_row, self._spool.taken(guild_id))
            found += [row for row in seen if row not in found and self._live.has(row)]
        return list({(row["user_id"], row["timestamp"]): row for row in found}.values())

    def _given_by(
        self, guild_id: str
    ) -> tuple[set[int], dict[int, Economy], Mapping[str, list[Mapping[str, Any]]]]:
        """What the server's players were ever given: at their start, for days, and of shards."""
        key = server.key(guild_id)
        history = self._live.history(key) if self._live else self._spool.history(key)
        rows = [*map(_row, history)]
        starts, economies = server_audit.starts(rows), server_audit.economies(rows)
        amounts: dict[str, list[Mapping[str, Any]]] = {
            each.id: [shards.amounts({})] for each in self._shipped.values()
        }
        return starts, economies, amounts | server_audit.amounts(rows)

    def _banner_of(self, guild_id: str, _banner_id: str, banner_hash: str) -> banner.Banner:
        if banner_hash in self._shipped:
            return self._shipped[banner_hash]
        return self._kept(guild_id, banner_hash)

    def _parsed(self, guild_id: str, banner_hash: str) -> banner.Banner:
        file = self._file_of(banner_hash)
        if file is None:  # receipts of before the bucket
            toml = self._spool.version(guild_id, banner_hash)
            if toml is None:
                raise KeyError(banner_hash)
            file = toml.encode()
        parsed = banner.parse(file, f"{banner_hash}.toml")
        if parsed.hash != banner_hash:
            raise KeyError(banner_hash)
        return parsed


def _is_noted(due: Due, noted: list[Due]) -> bool:
    return any(each.key == due.key and due.at_ms in (0, each.at_ms) for each in noted)


_deserialize: Final = TypeDeserializer().deserialize


def _row(item: Item) -> dict[str, Any]:
    """An item as Python values: whole numbers as int, but the ledger's key stays a Decimal."""
    try:
        row = {name: _deserialize(value) for name, value in item.items()}
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise InputError(f"{item.get('user_id')}: not in DynamoDB's notation ({error})") from None
    return {name: value if name == "timestamp" else _whole(value) for name, value in row.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    is_whole = not isinstance(value, str | bool) and value is not None and value == int(value)
    return int(value) if is_whole else value


# --- the command ----------------------------------------------------------------------------------


class Progress:
    """A line on standard error, every two seconds at most."""

    def __init__(self) -> None:
        self._began = self._said = time.monotonic()

    def __call__(self, what: str, count: int, *, last: bool = False) -> None:
        now = time.monotonic()
        if last or now - self._said > 2:
            self._said = now
            print(f"{now - self._began:7.1f} s  {what}: {count:,}", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    return stack.ending(lambda: _audit(options))


def _audit(options: argparse.Namespace) -> int:
    try:
        with ExitStack() as held:
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix="audit-"))
            checked = _run(options, held.enter_context(closing(Spool(folder))))
    except (InputError, GachaError, sqlite3.Error) as error:
        stack.say(f"cannot read the input: {error}")
        return stack.WRONG_QUESTION
    return _report(checked)


def _run(options: argparse.Namespace, spool: Spool) -> Audit:
    live, file_of = (None, _files(options)) if options.source == "export" else _live(options)
    progress = Progress()
    for table in TABLES:
        number = 0
        for item, where in live.scan(table) if live else _exported(options, table):
            spool.add(table, item, where)
            number += 1
            progress(f"rows read of {table}", number)
        progress(f"rows read of {table}", number, last=True)
    checked = Audit(spool, live, _say, file_of)
    for player_key, rows in spool.players():
        checked.check(player_key, rows)
        progress("players checked", checked.players)
    for box_key, rows in spool.boxes():
        checked.check_box(box_key, rows)
    if options.source != "export" or options.settings:
        checked.check_due()
    progress("players checked", checked.players, last=True)
    return checked


def _exported(options: argparse.Namespace, table: str) -> Iterator[tuple[Item, str]]:
    for path in getattr(options, table):
        yield from items_of(path)


def _files(options: argparse.Namespace) -> Callable[[str], bytes | None]:
    """The banners of an export. Raises InputError."""
    try:
        contents = [Path(path).read_bytes() for path in options.banners]
    except OSError as error:
        raise InputError(str(error)) from None
    return {files.BANNERS.hash(each): each for each in contents}.get


def _live(options: argparse.Namespace) -> tuple[Live, Callable[[str], bytes | None]]:
    if options.source == "tables":
        names = {table: getattr(options, table) for table in TABLES}
        outputs = {"Bucket": options.bucket} if options.bucket else {}
        deployment = Deployment("tables", options.region, outputs, options.endpoint_url)
    else:
        is_local = options.source == "local"
        deployment = stack.local() if is_local else stack.on_aws(options.name, options.region)
        names = {table: deployment.output(OUTPUTS[table]) for table in TABLES}
    live = Live(deployment.client("dynamodb"), names, limited=options.source != "local")
    # Tables may be named without the bucket, where every banner that was drawn from ships.
    return live, deployment.banner_file if deployment.outputs else lambda _: None


WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "violation": "VIOLATION {finding}",
        "players": "players: {players:,}; ledger rows: {rows}",
        "servers": "players: {players:,}; servers with changes: {servers:,}; ledger rows: {rows}",
        "none": "none",
        "undelivered": "undelivered for more than 15 minutes (no violation): {count:,}",
        "erasing": "being erased, and so not checked: {count:,}",
        "violations": "violations: {count}",
        "row": "{number:,} {kind}",
        "of": "{invariant}: {number:,}",
        "comma": ", ",
    },
    "ja": {
        "violation": "違反 {finding}",
        "players": "プレイヤー：{players:,}、台帳の行：{rows}",
        "servers": "プレイヤー：{players:,}、変更のあったサーバー：{servers:,}、台帳の行：{rows}",
        "none": "なし",
        "undelivered": "15 分以上届いていないメッセージ（違反ではありません）：{count:,}",
        "erasing": "消去の途中のため、調べなかったもの：{count:,}",
        "violations": "違反：{count}",
        "row": "{kind} {number:,}",
        "of": "{invariant} が {number:,}",
        "comma": "、",
    },
}
"""The report, in the terminal's language. What a finding expected and found is data, and stays as
it is."""


def _say(finding: audit.Finding) -> None:
    if finding.violation:
        words = WORDS[terminal.language(os.environ)]
        print(words["violation"].format(finding=terminal.plain(str(finding))), flush=True)


def _report(checked: Audit) -> int:
    words = WORDS[terminal.language(os.environ)]
    counted = sorted(checked.rows.items())
    rows = words["comma"].join(
        words["row"].format(kind=kind, number=number) for kind, number in counted
    )
    print(
        words["servers" if checked.servers else "players"].format(
            players=checked.players, servers=checked.servers, rows=rows or words["none"]
        )
    )
    print(words["undelivered"].format(count=checked.notes))
    if checked.erasing:
        print(words["erasing"].format(count=len(checked.erasing)))
    counts = {name: number for name, number in sorted(checked.violations.items()) if number}
    each = [
        words["of"].format(invariant=invariant, number=number)
        for invariant, number in counts.items()
    ]
    print(
        words["violations"].format(count=words["comma"].join([f"{sum(counts.values()):,}", *each]))
    )
    return int(bool(counts))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.audit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = parser.add_subparsers(dest="source", required=True)
    sources.add_parser("local", help="the stack that `make run` keeps (.local/stack.json)")
    deployed = sources.add_parser("stack", help="a deployed stack")
    deployed.add_argument("name", help="its name in CloudFormation")
    tables = sources.add_parser("tables", help="four tables by their names")
    for table in TABLES:
        tables.add_argument(table)
    tables.add_argument("--bucket", help="where banners lie that do not ship")
    tables.add_argument("--endpoint-url", help="of another AWS, such as an emulator")
    for each in (deployed, tables):
        stack.add_region(each)
    export = sources.add_parser("export", help="files of `aws dynamodb scan` or an export to S3")
    for table in TABLES:
        needed = table != "settings"  # holds banners of before the bucket
        export.add_argument(f"--{table}", nargs="+", metavar="FILE", required=needed, default=[])
    export.add_argument(
        "--banners", nargs="+", metavar="FILE", default=[], help="of the bucket's folder banners/"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(stack.ending(main))
