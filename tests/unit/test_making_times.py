"""Periods as people write them, in any timezone, held against the dates they were written from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gacha.making import times
from gacha.making.times import PeriodError, period

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 29, 12, tzinfo=TOKYO)
OPEN = "…"


def ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def read(text: str, zone: ZoneInfo = TOKYO, now: datetime = NOW) -> tuple[str, str]:
    """Start and end in the zone, to the minute; OPEN where there is none."""
    found = period(text, ms(now), zone)
    return (shown(found.starts_ms, zone), shown(found.ends_ms, zone))


def tried(text: str, zone: ZoneInfo) -> times.Period | str:
    """The period, or the problem."""
    try:
        return period(text, ms(NOW), zone)
    except PeriodError as error:
        return error.problem


def shown(at_ms: int | None, zone: ZoneInfo) -> str:
    if at_ms is None:
        return OPEN
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("12/24 18:00 - 12/26 23:59", "2026-12-24 18:00", "2026-12-26 23:59"),
        ("12/24 18:00–1/5 12:00", "2026-12-24 18:00", "2027-01-05 12:00"),
        ("12月24日18時～1月5日12時30分", "2026-12-24 18:00", "2027-01-05 12:30"),
        ("12月24日 18時半から26日まで", None, None),
        ("１２／２４　１８：００～１２／２６　２３：５９", "2026-12-24 18:00", "2026-12-26 23:59"),
        ("2026年12月24日18時から2027年1月5日まで", "2026-12-24 18:00", "2027-01-06 00:00"),
        ("2026-12-24 18:00 ~ 2027-01-05 00:00", "2026-12-24 18:00", "2027-01-05 00:00"),
        ("2026-12-24T18:00 - 2027-01-05T00:00", "2026-12-24 18:00", "2027-01-05 00:00"),
        ("2026.12.24 – 2026.12.26", "2026-12-24 00:00", "2026-12-27 00:00"),
        ("12/24(木) 18:00〜12/26（土）", "2026-12-24 18:00", "2026-12-27 00:00"),
        ("12/24 午後6時〜午後11時", "2026-12-24 18:00", "2026-12-24 23:00"),
        ("12/24 18:00-23:00", "2026-12-24 18:00", "2026-12-24 23:00"),
        ("12/24 22:00-2:00", "2026-12-24 22:00", "2026-12-25 02:00"),
        ("12/24 22:00-26:00", "2026-12-24 22:00", "2026-12-25 02:00"),
        ("12/31 0:00 - 24:00", "2026-12-31 00:00", "2027-01-01 00:00"),
        ("Dec 24 6pm to Jan 5, 2027 11:59 PM", "2026-12-24 18:00", "2027-01-05 23:59"),
        ("24 December 2026 18:00 until 5 January 2027", "2026-12-24 18:00", "2027-01-06 00:00"),
        ("from Dec 24th 12am to Dec 26th 12pm", "2026-12-24 00:00", "2026-12-26 12:00"),
        ("12/24 18:00", "2026-12-24 18:00", OPEN),
        ("12/24 18:00から", "2026-12-24 18:00", OPEN),
        ("12/24 18:00 -", "2026-12-24 18:00", OPEN),
        ("12/24 18:00まで", OPEN, "2026-12-24 18:00"),
        ("- 12/24 18:00", OPEN, "2026-12-24 18:00"),
        ("until Dec 24 18:00", OPEN, "2026-12-24 18:00"),
        ("今すぐ～12/24", OPEN, "2026-12-25 00:00"),
        ("now - 12/24", OPEN, "2026-12-25 00:00"),
        ("11/29 8:00", "2026-11-29 08:00", OPEN),  # today counts, also in the afternoon
        ("5/31", "2027-05-31 00:00", OPEN),  # 183 days
        ("11/1 - 12/24", "2026-11-01 00:00", "2026-12-25 00:00"),  # it has begun
        ("11/29 - 5/31", "2026-11-29 00:00", "2027-06-01 00:00"),
        ("2020/1/1 - 12/24", "2020-01-01 00:00", None),
        ("", OPEN, OPEN),
        ("無期限", OPEN, OPEN),
        ("none", OPEN, OPEN),
    ],
)
def test_periods_as_people_write_them(text: str, starts: str | None, ends: str | None) -> None:
    if starts is None or ends is None:  # nobody can tell, or it is over
        with pytest.raises(PeriodError):
            read(text)
    else:
        assert read(text) == (starts, ends)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("来週から", "not_date"),
        ("12/24 18:00 - 12/26 - 12/28", "not_date"),
        ("24/12", "no_such_date"),
        ("13/1 - 14/1", "no_such_date"),
        ("12/32", "no_such_date"),
        ("2/30", "no_such_date"),
        ("2027/2/29", "no_such_date"),
        ("12/24 30:00", "no_such_date"),
        ("12/24 18:60", "no_such_date"),
        ("12/24 午後13時", "no_such_date"),
        ("9999/12/31", "no_such_date"),
        ("0001/1/1 - 1/2", "no_such_date"),
        ("18:00 - 12/24", "date_missing"),
        ("- 18:00", "date_missing"),
        ("12/31 - 12/24", "ends_before_start"),
        ("12/31〜12/24", "ends_before_start"),
        ("2026/12/31 - 12/24", "ends_before_start"),
        ("12/24 - 12/23 18:00", "ends_before_start"),
        ("11/28", "year_missing"),
        ("6/1", "year_missing"),  # 184 days
        ("11/1 - 11/28", "year_missing"),
        ("11/28 - 11/20", "year_missing"),
        ("- 11/28", "year_missing"),
        ("2/29", "year_missing"),
        ("2026/12/24 - 2026/12/23", "ends_before_start"),
        ("2026/12/24 18:00 - 2026/12/24 18:00", "ends_before_start"),
        ("2026/11/1 - 2026/11/28", "ends_in_the_past"),
        ("- 11/29 11:00", "ends_in_the_past"),
        ("<t:1795921200:F>", "not_date"),
        ("9" * 4000, "not_date"),
    ],
)
def test_what_is_no_period_says_why(text: str, problem: str) -> None:
    with pytest.raises(PeriodError) as refused:
        read(text)
    assert refused.value.problem == problem


STYLES = {
    "slashes": "{y}/{m}/{d} {h}:{n:02}",
    "iso": "{y}-{m:02}-{d:02}T{h:02}:{n:02}",
    "japanese": "{y}年{m}月{d}日{h}時{n}分",
    "english": "{month} {d}, {y} {h}:{n:02}",
    "british": "{d} {month} {y} {h}:{n:02}",
    "noon": "{month} {d}, {y} {h12}:{n:02} {half}",
    "午後": "{y}年{m}月{d}日 {gogo}{h12}時{n}分",
}
ZONES = ["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Apia", "UTC"]
ZONES += ["Australia/Lord_Howe", "Asia/Kathmandu", "Europe/London", "America/St_Johns"]
MOMENTS = st.datetimes(datetime(2026, 12, 2), datetime(2099, 12, 30)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def written(at: datetime, style: str, is_wide: bool) -> str:
    text = STYLES[style].format(
        y=at.year,
        m=at.month,
        d=at.day,
        h=at.hour,
        n=at.minute,
        month=at.strftime("%b"),
        h12=at.hour % 12 or 12,
        half=at.strftime("%p"),
        gogo="午後" if at.hour >= 12 else "午前",
    )
    return text.translate({ord("0") + n: ord("０") + n for n in range(10)}) if is_wide else text


@given(
    MOMENTS,
    st.timedeltas(timedelta(minutes=1), timedelta(days=400)),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from([" - ", "–", "～", " to ", "から"]),
    st.sampled_from(ZONES),
    st.booleans(),
)
def test_what_was_written_is_what_is_read(
    at: datetime, length: timedelta, one: str, two: str, between: str, name: str, is_wide: bool
) -> None:
    """A moment is what the zone's own rules say of the local time, or later by the gap."""
    zone = ZoneInfo(name)
    end = (at + length).replace(second=0, microsecond=0)
    text = f"{written(at, one, is_wide)}{between}{written(end, two, is_wide)}"
    found = tried(text, zone)
    if isinstance(found, str):
        # Only an hour that is left out or comes twice can turn a positive length over.
        assert found == "ends_before_start"
        assert at.replace(tzinfo=zone).astimezone(UTC) >= end.replace(tzinfo=zone).astimezone(UTC)
        return
    for at_ms, local, field in ((found.starts_ms, at, "starts"), (found.ends_ms, end, "ends")):
        assert at_ms is not None
        back = datetime.fromtimestamp(at_ms / 1000, zone)
        said = {note.key for note in found.notes if note.values.get("field") == field}
        if back.replace(tzinfo=None, fold=0) == local:
            assert "time_skipped" not in said and back.fold == 0
            later = local.replace(tzinfo=zone, fold=1)
            assert ("time_doubled" in said) == (later.utcoffset() != back.utcoffset())
        else:
            assert "time_skipped" in said and back.replace(tzinfo=None) > local


def told(text: str, now: datetime) -> tuple[str, str] | PeriodError:
    """What is read of it, or why it is none."""
    try:
        return read(text, now=now)
    except PeriodError as error:
        return error


def meant(wanted: tuple[int, int], after: date) -> date | None:
    """The day of a month and day without a year, by looking at every day: the rest of that year,
    and of the next what is not further than half a year; None where nobody can tell."""
    for days in range(366):
        each = after + timedelta(days=days)
        if (each.month, each.day) == wanted:
            return each if each.year == after.year or days <= 183 else None
    return None


@given(st.dates(date(2027, 1, 1), date(2035, 12, 31)), st.integers(0, 23), st.integers(0, 364))
def test_without_a_year_it_is_this_years_or_soon(today: date, hour: int, days: int) -> None:
    now = datetime(today.year, today.month, today.day, hour, tzinfo=TOKYO)
    wanted = today + timedelta(days=days)
    expected = meant((wanted.month, wanted.day), today)
    for text, field in (("{}", 0), ("- {} 23:59", 1)):
        found = told(text.format(f"{wanted.month}/{wanted.day}"), now)
        if isinstance(found, PeriodError):
            assert found.problem == "year_missing" and expected is None
            assert found.values["found"] == f"{wanted.month}/{wanted.day}"
        else:
            assert date.fromisoformat(found[field][:10]) == expected


@given(st.dates(date(2027, 1, 1), date(2035, 12, 31)), st.integers(0, 364))
def test_an_end_without_a_year_crosses_new_year_by_half_a_year_at_most(
    first: date, days: int
) -> None:
    now = datetime(first.year, first.month, first.day, tzinfo=TOKYO)
    last = first + timedelta(days=days)
    expected = meant((last.month, last.day), first)
    text = f"{first.month}/{first.day}〜{last.month}/{last.day} 23:59"
    found = told(text, now)
    if isinstance(found, PeriodError):
        assert found.problem == "ends_before_start" and expected is None
        assert found.values["starts"] == f"{first.year}/{first.month}/{first.day}"
        assert found.values["ends"] == f"{first.year}/{last.month}/{last.day}"
    else:
        assert date.fromisoformat(found[1][:10]) == expected


def test_on_the_third_of_january_christmas_has_begun() -> None:
    now = datetime(2027, 1, 3, 12, tzinfo=TOKYO)
    for text, starts, ends in (
        ("12/24〜1/10", "2026-12-24 00:00", "2027-01-11 00:00"),
        ("12/24〜1/2", "2027-12-24 00:00", "2028-01-03 00:00"),  # that one is over
        ("12/24 - 12/26", "2027-12-24 00:00", "2027-12-27 00:00"),
    ):
        assert read(text, now=now) == (starts, ends)


@pytest.mark.parametrize(
    ("text", "zone", "starts", "key"),
    [
        ("2027/3/14 2:30", "America/New_York", "2027-03-14 03:30", "time_skipped"),
        ("2027/11/7 1:30", "America/New_York", "2027-11-07 01:30", "time_doubled"),
        ("2027/3/28 1:30", "Europe/London", "2027-03-28 02:30", "time_skipped"),
        ("2027/10/3 2:15", "Australia/Lord_Howe", "2027-10-03 02:45", "time_skipped"),
        ("2027/4/4 1:45", "Australia/Lord_Howe", "2027-04-04 01:45", "time_doubled"),
    ],
)
def test_nights_in_which_clocks_change(text: str, zone: str, starts: str, key: str) -> None:
    found = period(text, ms(NOW), ZoneInfo(zone))
    assert shown(found.starts_ms, ZoneInfo(zone)) == starts
    assert key in [note.key for note in found.notes]
    if key == "time_doubled":  # the first of the two
        again = datetime.fromtimestamp((found.starts_ms or 0) / 1000, ZoneInfo(zone))
        assert again.fold == 0


def test_the_year_and_the_end_of_a_day_are_told() -> None:
    notes = [note.key for note in period("12/24 - 1/5", ms(NOW), TOKYO).notes]
    assert notes == ["year_added", "end_of_day"]
    assert not period("2026/12/24 0:00 - 2027/1/5 0:00", ms(NOW), TOKYO).notes


@given(st.text("0123456789/-:年月日時から午後 \tPMdec〜", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = tried(text, TOKYO)
    if isinstance(found, str):
        known = {"not_date", "no_such_date", "date_missing", "ends_before_start", "year_missing"}
        assert found in known | {"ends_in_the_past"}
    else:
        for at_ms in (found.starts_ms, found.ends_ms):
            assert at_ms is None or 0 < at_ms < ms(datetime(times.MAX_YEAR + 2, 1, 1, tzinfo=UTC))


DATE = st.datetimes(datetime(2026, 12, 1), datetime(2027, 6, 1))
NOTHING = st.sampled_from(["", " ", "なし", "none", "無期限"])
STARTS = st.sampled_from(["{}", "{} から", "{}～", "from {}"])
ENDS = st.sampled_from(["{}", "{}まで", "～{}", "〜 {}", "until {}"])


@given(DATE, st.timedeltas(timedelta(minutes=1), timedelta(days=300)), STARTS, ENDS, st.data())
def test_two_fields_are_what_they_are_in_one(
    first: datetime, length: timedelta, starts: str, ends: str, data: st.DataObject
) -> None:
    """Whatever people put around a time that stands alone in its field."""
    first = first.replace(second=0, microsecond=0)
    last = (first + length).replace(second=0, microsecond=0) + timedelta(minutes=1)
    one, two = (f"{at:%Y/%m/%d %H:%M}" for at in (first, last))
    expected = [ms(at.replace(tzinfo=TOKYO)) for at in (first, last)]
    nothing = data.draw(NOTHING)
    both = times.between(starts.format(one), ends.format(two), ms(NOW), TOKYO)
    assert [both.starts_ms, both.ends_ms] == expected
    from_then = times.between(starts.format(one), nothing, ms(NOW), TOKYO)
    assert (from_then.starts_ms, from_then.ends_ms) == (expected[0], None)
    until_then = times.between(nothing, ends.format(two), ms(NOW), TOKYO)
    assert (until_then.starts_ms, until_then.ends_ms) == (None, expected[1])


def test_two_empty_fields_are_always_and_a_wrong_one_says_why() -> None:
    assert times.between("", "", ms(NOW), TOKYO) == times.Period(None, None)
    for starts, ends, problem in (
        ("きのう", "", "not_date"),
        ("", "きのう", "not_date"),
        ("2026/12/24", "2026/12/01", "ends_before_start"),
        ("", "2026/11/01", "ends_in_the_past"),
    ):
        with pytest.raises(PeriodError) as error:
            times.between(starts, ends, ms(NOW), TOKYO)
        assert error.value.problem == problem
