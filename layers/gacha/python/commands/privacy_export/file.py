"""A part of all that is kept of a player in a server: a ZIP with JSON, and with tables as CSV.

Announce reads it itself, because it may be more than a workflow's state may hold (256 KB). A part
is what two queries give: at most `MOST` events and, once those are through, the server's log. So
what one file costs to read has a limit, and no file comes near Discord's.

Nothing in it is of others (`commands.others`): an admin who granted something is "an admin",
another member whom an admin's entry is about is "a member".
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, TypedDict

from adapters import banners
from adapters.aws import AwsError
from adapters.files import DamagedError
from adapters.logs import log
from adapters.tables import claims, collection, ledger, persons, players, settings, wishers
from commands import forms, redactions, registry
from commands.asked import Asked
from commands.events import Row
from commands.kit import Attachment
from commands.message import Content, Text, parsed, text
from commands.others import Others
from commands.privacy_export.show import Export
from commands.privacy_export.texts import COLUMNS, KINDS, say
from commands.sentences import word
from gacha import codes, kinds, player, presents, snowflake
from gacha.book import Possession
from gacha.errors import GachaError
from gacha.making.sheets import guarded

MOST: Final = 1_000
"""Rows that a query reads for a file: a megabyte at most, which is 128 read units."""

LOG_PAGES: Final = 4
"""So many queries look for the player in the server's log, before there is a next file."""

_EVENTS: Final = "e"
_LOG: Final = "l"
"""What a cursor begins with: which of both it goes on in."""

MOST_VERSIONS: Final = 20
"""Versions of banners that are read for the names of cards, beside those that the server offers."""

_EVENTS_HEAD: Final = (
    *("time", "receipt_number", "kind", "banner", "banner_name", "count", "coins", "balance"),
    *("shards", "tickets", "cards", "card_names"),
)
_CARDS_HEAD: Final = ("card", "card_name", "copies", "locked", "wished")
"""The headings of the tables, by their words."""


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
    owned = collection.all_of(asked.player_key) if first else Possession({})
    others = Others(asked.user_id, asked.guild)
    kept = _settings(asked, current, owned, others) if first else {}
    if first and current is None and not (events or entries or any(kept.values())):
        return text("nothing"), None
    of: dict[str, Any] = {
        "format": "gacha-player-data-1",
        "user_id": asked.user_id,
        "server_id": asked.guild,
        "made": _iso(snowflake.created_ms(asked.interaction_id)),
        "part": wanted["part"],
        "is_last": not following,
        "events": [*map(others.without, events)],
        "server_log": [*map(others.without, entries)],
    }
    lang, called = asked.language, _names(asked, events)
    tables = {"events.csv": _table(_EVENTS_HEAD, [_line(e, called, lang) for e in events], lang)}
    if first:
        of |= {
            "player": None if current is None else players.written(current),
            "cards": _cards(owned),
            "settings": kept,
        }
        rows = [
            [each["card"], called.card(each["card"], lang), *list(each.values())[1:]]
            for each in of["cards"]
        ]
        tables["cards.csv"] = _table(_CARDS_HEAD, rows, lang)
    export: Export = {
        "kind": "privacy export",
        "server": wanted["server"],
        "part": wanted["part"],
        "events": sum(each["kind"] != kinds.OPENING for each in events),
        "next": following,
    }
    name = f"gacha-data-{asked.guild}-{wanted['part']}.zip"
    return export, Attachment(name, _zipped(of, tables, asked.language))


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


def _settings(
    asked: Asked, current: player.Player | None, owned: Possession, others: Others
) -> dict[str, Any]:
    """What the server's settings have of the player: since when there is anything, wrong codes,
    reports of these days, what they typed into forms, presents that wait for them alone, and since
    when others may see what they wish for."""
    user = asked.user_id
    at_ms = snowflake.created_ms(asked.interaction_id)
    of_forms = [forms.setting(room, user) for room in registry.rooms()]
    reports = redactions.places(user, at_ms)
    names = [codes.tries_setting(user), *reports, presents.INDEX, *of_forms]
    found = claims.settings(asked.guild, names)
    index = presents.Index.read(found.pop(presents.INDEX, None))
    place = persons.place(user, asked.guild)
    waiting = [id_ for id_, member in index.of_members(at_ms).items() if member == user]
    numbers = [] if current is None else collection.wishes(current.key).values()
    listed = {
        number: each.since[user]
        for number, each in wishers.load(asked.guild, numbers).items()
        if user in each.since
    }
    return {
        "noted_since": "" if place is None else _iso(place.since),
        "kept": {name: others.without(_without_key(row)) for name, row in found.items()},
        "presents_for_you": _presents(asked, waiting, others),
        "wishes_listed_since": listed,
    }


def _presents(asked: Asked, ids: Sequence[str], others: Others) -> dict[str, Any]:
    """What each of them gives, until when, and what is said with it."""
    rows = claims.settings(asked.guild, [presents.setting(each) for each in ids])
    return {name.partition("#")[2]: others.without(_without_key(row)) for name, row in rows.items()}


def _without_key(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("server_id", "setting")}


class _Names(NamedTuple):
    """What banners and cards are called, by id and language, as far as a banner's file says."""

    banners: dict[str, Mapping[str, str]]
    cards: dict[str, Mapping[str, str]]

    def banner(self, id_: str, lang: str) -> str:
        return self.banners.get(id_, {}).get(lang, "")

    def card(self, id_: str, lang: str) -> str:
        return self.cards.get(id_, {}).get(lang, "")


def _names(asked: Asked, rows: Sequence[Row]) -> _Names:
    """By the banners that the server offers, and the versions that these events were drawn from.
    A file that cannot be read takes nothing but its names away."""
    found = _Names({}, {})
    drawn = {(row["banner"], row["banner_hash"]): None for row in rows if "banner_hash" in row}
    offers = [(each.id, each.rules) for each in banners.game(asked.guild).offered]
    for id_, rules in [*[*drawn][-MOST_VERSIONS:], *offers]:
        try:
            of = banners.load_version(asked.guild, id_, rules)
        except (LookupError, DamagedError, AwsError, GachaError) as error:
            log("names of a banner could not be read", level="ERROR", error=type(error).__name__)
            continue
        found.banners[id_] = of.name
        found.cards.update({card.id: card.name for card in of.cards})
    return found


def _line(row: Row, called: _Names, lang: str) -> list[object]:
    """An event as a table has it: amounts are signed, cards are ids, and what they are called. A
    receipt number has a sign before it, or a spreadsheet takes it for a number, of which it keeps
    15 digits."""
    given = row.get("given", {})
    copies = [(card, each["copies"]) for card, each in sorted(given.items())]
    cards = [(card, "") for card in row.get("cards", ())] or [(c, f"×{n}") for c, n in copies]
    tickets = sum(lot["n"] for lot in row.get("tickets", ()))
    return [
        _iso(int(row["timestamp"])) if row["kind"] != kinds.OPENING else "",
        f"#{row['interaction_id']}" if "interaction_id" in row else "",
        word(KINDS[row["kind"]], lang),
        row.get("banner", ""),
        called.banner(row.get("banner", ""), lang),
        row.get("count", ""),
        row["amount"],
        row.get("balance", ""),
        row.get("shards", ""),
        tickets or "",
        " ".join(f"{card}{count}" for card, count in cards),
        ", ".join(f"{called.card(card, lang) or card}{n}" for card, n in cards),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], lang: str) -> str:
    """CSV with the mark by which spreadsheets know UTF-8. Nothing in it is a formula: what owners
    called something has an apostrophe before it where it would be one."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([word(COLUMNS[each], lang) for each in head])
    lines.writerows([guarded(each) if type(each) is str else each for each in row] for row in rows)
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
