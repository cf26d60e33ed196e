"""From a folder of exports to the page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from scripts.analytics import banners, database, exports, page
from scripts.analytics.answers import Contents, contents
from scripts.analytics.banners import FileOf
from scripts.analytics.database import Database

PAGE: Final = "index.html"


def make(
    folder: Path,
    file_of: FileOf,
    out: Path,
    temporary: Path,
    *,
    salt: str,
    zone: str,
    language: str,
    now: datetime,
) -> Path:
    """Write the page and the CSV files into `out`; the page's place. `temporary` is a folder for
    what does not fit into memory. Raises ExportError."""
    of = read(folder, file_of, temporary, salt=salt, zone=zone, now=now)
    for name, text in page.sheets_of(of):
        (out / name).write_text(text, encoding="utf-8", newline="")
    place = out / PAGE
    place.write_text(page.html(of, language), encoding="utf-8")
    return place


def read(
    folder: Path, file_of: FileOf, temporary: Path, *, salt: str, zone: str, now: datetime
) -> Contents:
    """What the exports in a folder say. Raises ExportError."""
    found = exports.find(folder)
    with Database(temporary) as relations:
        relations.stage(found, salt, zone, now_ms=int(now.timestamp() * 1000))
        drawn = relations.select("SELECT DISTINCT banner_hash FROM events WHERE kind = 'pull'")
        versions = banners.read([each for (each,) in drawn if each], file_of)
        relations.tell(banners.rules(versions))
        answers = database.answers(relations)
        [span] = relations.select("SELECT from_ms, until_ms, last_day, zone FROM span")
        called = relations.select(
            "SELECT banner, any_value(name_en), any_value(name_ja) FROM names GROUP BY banner "
            "HAVING count(DISTINCT guild) = 1"
        )
    names = {
        banner: {lang: name for lang, name in (("en", en), ("ja", ja)) if name}
        for banner, en, ja in called
    }
    from_ms, until_ms, last_day, zone = span
    return contents(answers, found, (from_ms, until_ms, last_day, zone), names, versions, now)
