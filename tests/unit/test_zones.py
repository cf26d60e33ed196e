"""Timezones as people write them, on a system that has none of its own, as Lambda's."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from gacha import zones
from tests.conftest import ROOT
from tests.over import over

READ = {
    "Asia/Tokyo": "Asia/Tokyo",
    "asia/tokyo": "Asia/Tokyo",
    "日本": "Asia/Tokyo",
    "日本時間": "Asia/Tokyo",
    "ＪＳＴ": "Asia/Tokyo",
    "Japan": "Asia/Tokyo",
    "tokyo": "Asia/Tokyo",
    "New York": "America/New_York",
    "new_york": "America/New_York",
    "ソウル": "Asia/Seoul",
    "Europe／Paris": "Europe/Paris",
    "+9": "UTC+09:00",
    "＋９": "UTC+09:00",
    "UTC+09:00": "UTC+09:00",
    "ＵＴＣ＋９：００": "UTC+09:00",
    "gmt+9": "UTC+09:00",
    " utc + 9 ": "UTC+09:00",
    "+0930": "UTC+09:30",
    "−5": "UTC-05:00",
    "-3:30": "UTC-03:30",
    "+14": "UTC+14:00",
    "-12": "UTC-12:00",
    "+0": "UTC",
    "utc": "UTC",
}


@over("text", READ)
def test_what_people_write_is_read(text: str) -> None:
    assert zones.read(text) == READ[text]


@over(
    "text",
    [
        "",
        " ",
        "x",
        "9:",
        "+15",
        "+14:30",
        "-13",
        "+9:75",
        "+9:0",
        "++9",
        "火星",
        "Etc/GMT-9",
        "../x",
    ],
)
def test_what_names_none_or_several_is_not(text: str) -> None:
    assert zones.read(text) is None


@over("name", sorted(available_timezones()))
def test_every_place_of_ianas_is_read_as_itself_and_is_a_zone(name: str) -> None:
    read = zones.read(name)
    if read is None:
        assert name.startswith(("Etc/", "posix/", "right/", "SystemV/")) or "/" not in name
        return
    at = datetime(2026, 11, 29)
    assert zones.zone(read).utcoffset(at) == zones.zone(name).utcoffset(at)


@given(st.integers(-12 * 60, 14 * 60))
def test_an_offset_is_what_it_says(minutes: int) -> None:
    sign, (hours, rest) = ("-" if minutes < 0 else "+"), divmod(abs(minutes), 60)
    read = zones.read(f"{sign}{hours}:{rest:02}")
    assert read is not None and zones.read(read) == read
    assert zones.zone(read).utcoffset(datetime(2026, 1, 1)) == timedelta(minutes=minutes)


@given(st.text(max_size=12))
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    read = zones.read(text)
    assert read is None or zones.zone(read)


def test_a_system_without_timezones_has_those_of_a_package() -> None:
    """Amazon Linux 2023, on which Lambda runs Python, comes without."""
    code = "from gacha import zones; print(zones.read('東京'), zones.zone('America/New_York'))"
    env = {"PYTHONTZPATH": "", "PYTHONPATH": str(ROOT / "layers/gacha/python")}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "Asia/Tokyo America/New_York\n"
    for function in ("plan", "answer", "workshop"):  # those that reckon with dates
        requirements = ROOT / f"functions/{function}/requirements.txt"
        assert "tzdata==" in requirements.read_text("utf-8")
