"""A part of all that is kept of a player in a server: a ZIP with JSON, and with tables as CSV.

Announce reads it itself, because it may be more than a workflow's state may hold (256 KB). A part
is what two queries give: at most `MOST` events and, once those are through, the server's log. So
what one file costs to read has a limit, and no file comes near Discord's.

Nothing in it is of others: an admin who granted something is "an admin", another member whom an
admin's entry is about is "a member".
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypedDict

from adapters.tables import claims, collection, ledger, players, settings, wishers
from commands import forms, registry
from commands.asked import Asked
from commands.events import Row
from commands.kit import Attachment
from commands.message import Content, Text, parsed, text
from commands.privacy_export.show import Export
from commands.privacy_export.texts import say
from gacha import codes, kinds, player, presents, snowflake
from gacha.book import Possession

MOST: Final = 1_000
"""Rows that a query reads for a file: a megabyte at most, which is 128 read units."""

LOG_PAGES: Final = 4
"""So many queries look for the player in the server's log, before there is a next file."""

_EVENTS: Final = "e"
_LOG: Final = "l"
"""What a cursor begins with: which of both it goes on in."""

_BY: Final = ("by", "granted_by", "taken_by")
"""The fields of an event that name who did it."""

_CSV: Final = (
    *("time", "receipt_number", "kind", "banner", "count", "coins", "balance", "shards"),
    *("tickets", "cards"),
)


class Wanted(TypedDict):
    """`server`: which one, where this is a direct message. `part` counts the files from 1, and
    `after` is where the one before ended; empty of the first."""

    kind: Literal["privacy export"]
    server: str
    part: int
    after: str


def attach(asked: Asked, content: Content) -> tuple[Export | Text, Attachment | None]:
    wanted = parsed(Wanted, content)
    current = players.load(asked.player_key)
    if current is None and players.tombstone(asked.player_key).erased:
        return text("nothing"), None  # some of it may be there while the rest is being erased
    first = not wanted["after"]
    log, after = wanted["after"][:1] == _LOG, wanted["after"][1:]
    events: list[Row] = []
    following = ""
    if not log:
        events, more = ledger.events(asked.player_key, Decimal(after or -1), MOST)
        following = f"{_EVENTS}{events[-1]['timestamp']}" if more else ""
    entries: list[Row] = []
    if not following:
        entries, last = settings.done_by(
            asked.guild, asked.user_id, after if log else "", MOST, LOG_PAGES
        )
        following = f"{_LOG}{last}" if last else ""
    if first and current is None and not events and not entries:
        return text("nothing"), None
    of: dict[str, Any] = {
        "format": "gacha-player-data-1",
        "user_id": asked.user_id,
        "server_id": asked.guild,
        "made": _iso(snowflake.created_ms(asked.interaction_id)),
        "part": wanted["part"],
        "is_last": not following,
        "events": [_own(each, asked) for each in events],
        "server_log": [_own(each, asked) for each in entries],
    }
    tables = {"events.csv": _table(_CSV, map(_line, events))}
    if first:
        owned = collection.all_of(asked.player_key)
        of |= {
            "player": None if current is None else players.written(current),
            "cards": _cards(owned),
            "settings": _settings(asked, current, owned),
        }
        rows = [list(each.values()) for each in of["cards"]]
        tables["cards.csv"] = _table(("card", "copies", "locked", "wished"), rows)
    export: Export = {
        "kind": "privacy export",
        "server": wanted["server"],
        "part": wanted["part"],
        "events": sum(each["kind"] != kinds.OPENING for each in events),
        "next": following,
    }
    name = f"gacha-data-{asked.guild}-{wanted['part']}.zip"
    return export, Attachment(name, _zipped(of, tables, asked.language))


def _own(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """A row without whom else it names."""
    said = dict(row)
    for name in _BY:
        if name in said and said[name] != asked.user_id:
            said[name] = "an admin"
    if said.get("user_id") not in (asked.player_key, None):
        said["user_id"] = "a member, or the server"
    if "to" in said and said["to"][0] == presents.MEMBER and said["to"][1] != asked.user_id:
        said["to"] = [presents.MEMBER, "a member"]
    return said


def _cards(owned: Possession) -> list[dict[str, Any]]:
    known = sorted({*owned.copies, *owned.locked, *owned.wished})
    return [
        {
            "card": card,
            "copies": owned.copies.get(card, 0),
            "locked": int(card in owned.locked),
            "wished": int(card in owned.wished),
        }
        for card in known
    ]


def _settings(asked: Asked, current: player.Player | None, owned: Possession) -> dict[str, Any]:
    """What the server's settings have of the player: wrong codes, reports of today, what they typed
    into forms, presents that wait for them alone, and since when others may see what they wish for.
    """
    user = asked.user_id
    of_forms = [forms.setting(room, user) for room in registry.rooms()]
    names = [codes.tries_setting(user), f"{settings.REPORTER}{user}", presents.INDEX, *of_forms]
    found = claims.settings(asked.guild, names)
    index = presents.Index.read(found.pop(presents.INDEX, None))
    at_ms = snowflake.created_ms(asked.interaction_id)
    waiting = [id_ for id_, member in index.of_members(at_ms).items() if member == user]
    numbers = [] if current is None else collection.wishes(current.key).values()
    listed = {
        number: each.since[user]
        for number, each in wishers.load(asked.guild, numbers).items()
        if user in each.since
    }
    return {
        "kept": {name: _without_key(row) for name, row in found.items()},
        "presents_for_you": waiting,
        "wishes_listed_since": listed,
    }


def _without_key(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("server_id", "setting")}


def _line(row: Row) -> list[object]:
    """An event as a table has it: amounts are signed, cards are ids."""
    given = row.get("given", {})
    cards = row.get("cards") or [f"{card}×{each['copies']}" for card, each in sorted(given.items())]
    tickets = sum(lot["n"] for lot in row.get("tickets", ()))
    return [
        _iso(int(row["timestamp"])) if row["kind"] != kinds.OPENING else "",
        row.get("interaction_id", ""),
        row["kind"],
        row.get("banner", ""),
        row.get("count", ""),
        row["amount"],
        row.get("balance", ""),
        row.get("shards", ""),
        tickets or "",
        " ".join(cards),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with the mark by which spreadsheets know UTF-8. Nothing in it begins a formula: all is
    numbers, ids and our own words (`tests`)."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(head)
    lines.writerows(rows)
    return f"\ufeff{written.getvalue()}"


def _zipped(of: Mapping[str, Any], tables: Mapping[str, str], lang: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", say(lang, "readme"))
        archive.writestr("data.json", json.dumps(of, ensure_ascii=False, indent=1, default=str))
        for name, table in tables.items():
            archive.writestr(name, table)
    return written.getvalue()


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
