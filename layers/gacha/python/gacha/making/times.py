"""When a banner is open, as people write it: `12/24 18:00 – 1/5 23:59`, `12月24日18時から`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from gacha.making import values
from gacha.making.problems import Note

STARTS: Final = "starts"
ENDS: Final = "ends"

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_MONTH: Final = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_DAY_OF_WEEK: Final = r"(?:\s*\([^()]{1,9}\))?"  # 12/24(木)
_DATE: Final = rf"""
    (?:
      (?P<y1>[0-9]{{4}})\s*[-/.年]\s*(?P<m1>[0-9]{{1,2}})\s*[-/.月]\s*(?P<d1>[0-9]{{1,2}})\s*日?
    | (?P<m2>[0-9]{{1,2}})\s*[/月]\s*(?P<d2>[0-9]{{1,2}})\s*日?
    | (?P<m3>{_MONTH})\s*(?P<d3>[0-9]{{1,2}}){_ORDINAL}(?:\s*,?\s+(?P<y3>[0-9]{{4}}))?
    | (?P<d4>[0-9]{{1,2}}){_ORDINAL}\s+(?P<m4>{_MONTH})(?:\s*,?\s+(?P<y4>[0-9]{{4}}))?
    ){_DAY_OF_WEEK}"""
_CLOCK: Final = r"""
    (?P<before>午前|午後)?\s*
    (?:
      (?P<h1>[0-9]{1,2})\s*:\s*(?P<n1>[0-9]{2})(?::[0-9]{2})?
    | (?P<h2>[0-9]{1,2})\s*時\s*(?:(?P<n2>[0-9]{1,2})\s*分|(?P<half>半))?
    | (?P<h3>[0-9]{1,2})(?=\s*(?:am|pm|a\.m\.|p\.m\.))
    )\s*(?P<after>am|pm|a\.m\.|p\.m\.)?"""
_MOMENT: Final = rf"(?:{_DATE}(?:\s*[tT,]?\s*{_CLOCK})?|{_CLOCK})"
_BETWEEN: Final = r"\s*(?:から|より|[-–—―~〜→ー]|\bto\b|\buntil\b|\btill\b)\s*"
_NOW: Final = r"(?:今すぐ|いますぐ|すぐ|今|いま|now)"
_FROM: Final = r"(?:from\b|starts?\b)?\s*"
_BY: Final = r"\s*(?:まで|迄)?"
_NEVER: Final = {"", "なし", "無期限", "ずっと", "常設", "none", "always", "open", "no end"}

MIN_YEAR: Final = 2015
MAX_YEAR: Final = 2100
MOST_ACROSS: Final = timedelta(days=183)
"""Half a year: so far may a date lie in the next year that nobody wrote."""
LATEST_HOUR: Final = 29
"""Japan writes 25:00 for the hour after midnight."""


def _renamed(pattern: str, suffix: str) -> str:
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1{suffix}>", pattern)


def _moment_pattern(prefix: str) -> str:
    """The pattern's two alternatives may not have groups of one name."""
    dated = _renamed(rf"{_DATE}(?:\s*[tT,]?\s*{_CLOCK})?", f"_{prefix}")
    timed = _renamed(_CLOCK, f"_{prefix}t")
    return rf"(?:{dated}|{timed})"


_PERIOD: Final = re.compile(
    rf"{_FROM}(?:(?:{_NOW}|{_moment_pattern('s')})?(?P<between>{_BETWEEN}))?"
    rf"(?:{_moment_pattern('e')})?{_BY}",
    re.IGNORECASE | re.VERBOSE,
)


class _Moment(NamedTuple):
    """What was written: without `year`, or without a date, or without a time."""

    year: int | None
    month: int | None
    day: int | None
    hour: int | None
    minute: int


@dataclass(frozen=True, slots=True)
class Period:
    """In Unix milliseconds; None is open on that side."""

    starts_ms: int | None
    ends_ms: int | None
    notes: tuple[Note, ...] = ()


class PeriodError(ValueError):
    """No period: `problem` is a key of PROBLEMS, and `values` are what it has."""

    def __init__(self, problem: str, **given: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.values = {name: values.cut(each) for name, each in given.items()}


def period(text: str, now_ms: int, zone: tzinfo) -> Period:
    """Start and end in the server's timezone.

    A date without a year is this year's, an end's the year of its start. One that is over by then
    is next year's where that is at most `MOST_ACROSS` away (12/24–1/5), and else a question: nobody
    means a year by 12/31–12/24. A start that is over is this one where its end is still to come. A
    date alone is all of that day. A time that does not exist in the night when clocks go forward is
    moved on by as much; of one that comes twice the first is meant; both are noted.
    Raises PeriodError.
    """
    plain = re.sub(r"\s+", " ", values.plain(text))
    if plain.casefold() in _NEVER:
        return Period(None, None)
    match = _PERIOD.fullmatch(plain)
    if match is None:
        raise PeriodError("not_date", found=text)
    groups = match.groupdict()
    first, second = _moment(groups, "s"), _moment(groups, "e")
    if groups["between"] is None and not re.search(r"(?:まで|迄)$|^(?:until|till)\b", plain):
        first, second = second, None
    today = datetime.fromtimestamp(now_ms // 1000, zone).date()
    notes: list[Note] = []
    starts = ends = None
    if first is not None:
        running = _running(first, second, today)
        starts = _local(first, running or today, None, text, is_end=False)
    if second is not None:
        ends = _local(second, starts.date() if starts else today, starts, text, is_end=True)
    starts_ms = None if starts is None else _instant(starts, zone, STARTS, notes)
    ends_ms = None if ends is None else _instant(ends, zone, ENDS, notes)
    for field, moment, at, at_ms in (
        (STARTS, first, starts, starts_ms),
        (ENDS, second, ends, ends_ms),
    ):
        is_stated = moment is None or moment.year is not None or moment.month is None
        if at is not None and not is_stated and at.year != today.year:
            notes.append(Note("year_added", {"field": field, "at_ms": at_ms}))
    if second is not None and second.hour is None:
        notes.append(Note("end_of_day", {"at_ms": ends_ms}))
    if starts_ms is not None and ends_ms is not None and ends_ms <= starts_ms:
        assert starts is not None and ends is not None
        raise PeriodError("ends_before_start", starts=_written(starts), ends=_written(ends))
    if ends_ms is not None and ends_ms <= now_ms:
        raise PeriodError("ends_in_the_past")
    return Period(starts_ms, ends_ms, tuple(notes))


def between(starts: str, ends: str, now_ms: int, zone: tzinfo) -> Period:
    """The same of two fields; one that is empty, or says that there is none, is open on that side.
    Raises PeriodError."""
    first, last = (
        "" if (plain := values.plain(text)).casefold() in _NEVER else plain
        for text in (starts, ends)
    )
    if last:
        last = re.sub(rf"{_BY}$", "", re.sub(rf"^{_BETWEEN}", "", last))
    if not last:
        return period(first, now_ms, zone)
    first = re.sub(rf"(?:{_BETWEEN})$", "", first)
    return period(f"{first}〜{last}", now_ms, zone)


def faults(starts: str, ends: str, now_ms: int, zone: tzinfo) -> list[tuple[str, PeriodError]]:
    """Of two fields those that are no time by themselves, each with why; none where only both
    together are no period."""
    found = []
    for field, alone in ((STARTS, (starts, "")), (ENDS, ("", ends))):
        try:
            between(*alone, now_ms, zone)
        except PeriodError as error:
            if error.problem in ("not_date", "no_such_date"):
                found.append((field, PeriodError(error.problem, found="".join(alone).strip())))
    return found


def shown(starts_ms: int | None, ends_ms: int | None, zone: tzinfo) -> str:
    """A period as `period` reads it again; empty when it is open on both sides."""
    if starts_ms is None and ends_ms is None:
        return ""
    moments = (_shown(each, zone) for each in (starts_ms, ends_ms))
    return " – ".join(moments).strip()


def _shown(at_ms: int | None, zone: tzinfo) -> str:
    if at_ms is None:
        return ""
    at = datetime.fromtimestamp(at_ms // 1000, zone)
    return f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02}"


def _moment(groups: dict[str, str | None], of: str) -> _Moment | None:
    def group(name: str, suffix: str = "") -> str | None:
        return groups.get(f"{name}_{of}{suffix}")

    suffix = "" if any(group(f"d{n}") for n in range(1, 5)) else "t"
    hour = next((h for n in (1, 2, 3) if (h := group(f"h{n}", suffix)) is not None), None)
    if suffix and hour is None:
        return None
    year = next((y for n in (1, 3, 4) if (y := group(f"y{n}")) is not None), None)
    month = next((m for n in range(1, 5) if (m := group(f"m{n}")) is not None), None)
    day = next((d for n in range(1, 5) if (d := group(f"d{n}")) is not None), None)
    minute = group("n1", suffix) or group("n2", suffix) or ("30" if group("half", suffix) else "0")
    half = (group("before", suffix) or group("after", suffix) or "").replace(".", "").casefold()
    return _Moment(
        None if year is None else int(year),
        None if month is None else _month(month),
        None if day is None else int(day),
        None if hour is None else _hour(int(hour), half),
        int(minute),
    )


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else 1 + _MONTHS.index(text[:3].casefold())


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if hour > 12:
        return 99  # 午後13時 is none
    return hour % 12 + (12 if half in ("午後", "pm") else 0)


def _local(
    moment: _Moment, reference: date, starts: datetime | None, text: str, is_end: bool
) -> datetime:
    """In the server's own time, without its offset."""
    if (moment.hour or 0) > LATEST_HOUR or moment.minute > 59:
        raise PeriodError("no_such_date", found=text)
    if moment.month is None or moment.day is None:
        if starts is None:
            raise PeriodError("date_missing", found=text)
        day = starts.date()
    else:
        day = _day(moment.year, moment.month, moment.day, reference, text)
        is_far = moment.year is None and day - reference > MOST_ACROSS
        if is_far and day.year != reference.year:
            if starts is None:
                given = {"found": f"{moment.month}/{moment.day}", "date": _written(day)}
                raise PeriodError("year_missing", **given)
            before = f"{reference.year}/{moment.month}/{moment.day}"
            raise PeriodError("ends_before_start", starts=_written(starts), ends=before)
    hour = moment.hour if moment.hour is not None else 24 if is_end else 0
    at = datetime.combine(day, time.min) + timedelta(hours=hour, minutes=moment.minute)
    if starts is not None and moment.month is None and at <= starts:
        at += timedelta(days=1)  # 18:00–2:00
    return at


def _running(first: _Moment, second: _Moment | None, today: date) -> date | None:
    """The day on which a period began whose dates have no year, if today is within it."""
    if first.year is not None or first.month is None or first.day is None:
        return None
    if second is None or second.month is None or second.day is None:
        return None
    for year in (today.year, today.year - 1):
        try:
            began = date(year, first.month, first.day)
            ends = _day(second.year, second.month, second.day, began, "")
        except ValueError:
            continue
        if began < today <= ends and today - began <= MOST_ACROSS >= ends - began:
            return began
    return None


def _written(at: date) -> str:
    """As `period` reads it."""
    clock = (
        f" {at.hour}:{at.minute:02}" if isinstance(at, datetime) and at.time() != time.min else ""
    )
    return f"{at.year}/{at.month}/{at.day}{clock}"


def _day(year: int | None, month: int, day: int, reference: date, text: str) -> date:
    years = range(reference.year, reference.year + 9) if year is None else [year]
    for each in years:
        if not MIN_YEAR <= each <= MAX_YEAR:
            continue
        try:
            found = date(each, month, day)
        except ValueError:
            continue  # the 29th of February
        if year is not None or found >= reference:
            return found
    raise PeriodError("no_such_date", found=text)


def _instant(local: datetime, zone: tzinfo, field: str, notes: list[Note]) -> int:
    """Unix milliseconds of a local time."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = first.astimezone(UTC)
    at_ms = int(at.timestamp()) * 1000
    if at.astimezone(zone).replace(tzinfo=None, fold=0) != local:
        notes.append(Note("time_skipped", {"field": field, "at_ms": at_ms}))
    elif first.utcoffset() != second.utcoffset():
        notes.append(Note("time_doubled", {"field": field, "at_ms": at_ms}))
    return at_ms
