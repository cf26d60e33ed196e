"""Timezones as people write them, and the days that they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
_STORED: Final = re.compile(r"UTC([+-])(\d{2}):(\d{2})")
_LEAST, _MOST = -12 * 60, 14 * 60
"""Minutes east of UTC; nobody lives beyond."""

_NAMED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("日本", "日本時間", "日本標準時", "東京", "大阪", "jst", "japan"), "Asia/Tokyo"
    ),
    **dict.fromkeys(("韓国", "韓国時間", "ソウル", "kst", "korea", "southkorea"), "Asia/Seoul"),
    **dict.fromkeys(("台湾", "台北", "taiwan"), "Asia/Taipei"),
    **dict.fromkeys(("中国", "北京", "上海", "china", "beijing"), "Asia/Shanghai"),
    **dict.fromkeys(("香港",), "Asia/Hong_Kong"),
    **dict.fromkeys(("シンガポール",), "Asia/Singapore"),
    **dict.fromkeys(("タイ", "バンコク", "thailand"), "Asia/Bangkok"),
    **dict.fromkeys(("ベトナム", "ハノイ", "vietnam"), "Asia/Ho_Chi_Minh"),
    **dict.fromkeys(("インド", "india"), "Asia/Kolkata"),
    **dict.fromkeys(("ロンドン", "イギリス", "英国", "uk"), "Europe/London"),
    **dict.fromkeys(("パリ", "フランス", "france"), "Europe/Paris"),
    **dict.fromkeys(("ベルリン", "ドイツ", "germany"), "Europe/Berlin"),
    **dict.fromkeys(("ニューヨーク", "et", "edt"), "America/New_York"),
    **dict.fromkeys(("シカゴ", "ct", "cdt"), "America/Chicago"),
    **dict.fromkeys(("ロサンゼルス", "ロス", "pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("ハワイ", "ホノルル", "hawaii"), "Pacific/Honolulu"),
    **dict.fromkeys(("シドニー", "オーストラリア東部"), "Australia/Sydney"),
    **dict.fromkeys(("世界標準時", "協定世界時", "utc", "gmt", "z", "0"), "UTC"),
}
"""What people call a zone where IANA does not. A country of several zones has none here."""

_NO_PLACES: Final = ("Etc/", "posix/", "right/", "SystemV/")


def read(text: str) -> str | None:
    """The zone that somebody wrote, as it is stored: IANA's name, or an offset such as "UTC+05:30".
    None for what names no zone, or several. Width, case, spaces and underscores do not count."""
    folded = _folded(text)
    if offset := _OFFSET.fullmatch(folded.upper().replace("−", "-")):
        sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
        east = (hours * 60 + minutes) * (1 if sign == "+" else -1)
        if minutes > 59 or not _LEAST <= east <= _MOST:
            return None
        return f"UTC{sign}{hours:02}:{minutes:02}" if east else "UTC"
    if folded in _NAMED:
        return _NAMED[folded]
    places = [each for each in available_timezones() if not each.startswith(_NO_PLACES)]
    whole = [each for each in places if _folded(each) == folded]
    return _the_one(whole or [each for each in places if _folded(_city(each)) == folded])


def zone(stored: str) -> tzinfo:
    """The zone of that name. Raises KeyError (ZoneInfoNotFoundError) for one that nobody knows."""
    if offset := _STORED.fullmatch(stored):
        east = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(east if offset[1] == "+" else -east)
    return ZoneInfo(stored)


def _folded(text: str) -> str:
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text).casefold())


def _city(name: str) -> str:
    return name.rpartition("/")[2]


def _the_one(names: Iterable[str]) -> str | None:
    found = sorted(names)
    return found[0] if len(found) == 1 else None
