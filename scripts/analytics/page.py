"""The page: one file, without network or script, in both languages.

What owners and players wrote is escaped by the templates, made visible where it would turn a line
or show nothing, and cut where it is long.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gacha.making import sheets
from gacha.terminal import plain
from scripts.analytics import pictures
from scripts.analytics.answers import Contents, First, Tested, rows
from scripts.analytics.texts import LANGUAGES, WORDS, Speech

FOLDER: Final = Path(__file__).parent
LONGEST: Final = 40
"""Characters of a name."""
MOST_BANNERS: Final = 8
"""In the picture of the hours, and of those to the first top rarity."""
MOST_LINES: Final = 40
"""Of what was tested; the rest is in odds.csv."""
UNLIKELY: Final = 0.05
IMPOSSIBLE: Final = 0.001
"""Below these bounds a difference is hardly chance, and none."""


class Tile(NamedTuple):
    name: str
    value: str
    more: str = ""


def shown(text: str) -> str:
    """A name as it may be printed."""
    seen = plain(text)
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 1]}…"


def html(of: Contents, language: str) -> str:
    """`language` is what it is read in first."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    style = (FOLDER / "page.css").read_text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _Page(of)
    return environment.get_template("page.html").render(
        of=of,
        language=language,
        speeches=[Speech(each) for each in LANGUAGES],
        style=Markup(style),
        policy=f"sha256-{digest}",
        words=WORDS,
        rows={name: rows(answer) for name, answer in of.answers.items()},
        picture=page,
        tiles=page.tiles,
        cohorts=page.cohorts(),
        sources=page.sources(),
        banner=page.banner,
        tested=page.tested(),
        firsts=page.firsts(),
        listed=page.listed,
        partial=page.partial,
        verdict=verdict,
        bound=bound,
        shown=shown,
        moment=lambda of: of.strftime("%Y-%m-%d %H:%M"),
    )


def verdict(one: Tested) -> str:
    if one.bound < IMPOSSIBLE:
        return "impossible"
    return "unlikely" if one.bound < UNLIKELY else "chance"


def bound(one: Tested) -> str:
    """A probability as a part of a hundred; very small ones by the next power of ten above."""
    if one.bound >= 0.0001:
        return f"{100 * one.bound:.2g} %"
    return "0.01 %"


class _Page:
    """Pictures and sums of the contents."""

    def __init__(self, of: Contents) -> None:
        self._of = of

    def banner(self, say: Speech, banner: str, banner_hash: str) -> str:
        """What a version is called, by its file or, without one, by its server."""
        names = self._of.names.get(banner_hash) or self._of.names.get(banner, {})
        return shown(say.name(names, banner))

    def listed(self, say: Speech) -> str:
        """The missing days, the first ten of them."""
        days = [say.day(day) for day in self._of.missing[:10]]
        if more := len(self._of.missing) - len(days):
            days.append(say("and more", number=more))
        return ("、" if say.language == "ja" else ", ").join(days)

    def partial(self, say: Speech) -> str:
        """The tables of which there are changes alone."""
        names = [say(f"table {each}") for each in self._of.partial]
        return ("、" if say.language == "ja" else ", ").join(names)

    def tiles(self, say: Speech) -> list[Tile]:
        weeks = rows(self._of.answers["stats"])

        def all_of(name: str) -> int:
            return sum(int(row[name]) for row in weeks)

        of = say("of", some=say.number(all_of("returned")), all=say.number(all_of("returnable")))
        could = all_of("returnable")
        back = say.percent(all_of("returned") / could) if could else "–"
        drawn = say("cards drawn", number=say.number(all_of("draws")))
        return [
            Tile(say("players"), say.number(all_of("players"))),
            Tile(say("returned"), back, of),
            Tile(say("pulls"), say.number(all_of("pulls")), drawn),
            Tile(say("coins in"), say.number(all_of("coins_in"))),
            Tile(say("coins out"), say.number(all_of("coins_out"))),
        ]

    def players(self, say: Speech) -> Markup:
        of = [(day["players"], day["newcomers"]) for day in self._of.days]
        return pictures.stacked(say("by day"), self._dates(say), of, say.short)

    def coins(self, say: Speech) -> Markup:
        of = [(day["coins_in"], day["coins_out"]) for day in self._of.days]
        return pictures.mirrored(say("money"), self._dates(say), of, say.short)

    def purses(self, say: Speech) -> Markup:
        purses = rows(self._of.answers["purses"])
        of = [[row[name] for row in purses] for name in ("tenth", "median", "ninetieth")]
        return pictures.lines(say("purse"), [say.day(row["day"]) for row in purses], of, say.short)

    def hours(self, say: Speech) -> Markup:
        by_banner: dict[tuple[str, str], list[int]] = {}
        for row in rows(self._of.answers["hours"]):
            key = row["banner"], self.banner(say, row["banner"], row["banner_hash"])
            by_banner.setdefault(key, [0] * 24)[row["hour"]] += row["pulls"]
        most = sorted(by_banner.items(), key=lambda each: -sum(each[1]))[:MOST_BANNERS]
        return pictures.hours(say("by hour"), [(name, numbers) for (_, name), numbers in most])

    def tested(self) -> list[Tested]:
        """The lines that have room: what is not chance first, then what was drawn from most."""
        of = sorted(self._of.tested, key=lambda one: (one.bound >= UNLIKELY, -one.draws))
        shown_ = {id(one) for one in of[:MOST_LINES]}
        return [one for one in self._of.tested if id(one) in shown_]

    def firsts(self) -> list[First]:
        return sorted(self._of.firsts, key=lambda one: -one.players)[:MOST_BANNERS]

    def interval(self, say: Speech, one: Tested) -> Markup:
        assert one.chance is not None
        middle, wide = float(one.chance.expected), 2 * float(one.chance.variance) ** 0.5
        title = say("got", got=one.got)
        is_odd = one.bound < UNLIKELY
        return pictures.interval(title, middle - wide, middle + wide, one.got, is_odd)

    def first(self, say: Speech, one: First) -> Markup:
        return pictures.curves(say("first"), one.seen, one.exact, say("draws"))

    def _dates(self, say: Speech) -> list[str]:
        return [say.day(day["day"]) for day in self._of.days]

    def cohorts(self) -> Mapping[str, Any]:
        """Each first week with the share that came in each week since; None of those to come."""
        by_week: dict[date, dict[int, int]] = {}
        for row in rows(self._of.answers["cohorts"]):
            by_week.setdefault(row["began"], {})[row["week"]] = row["players"]
        last = max((began_and(began, max(of)) for began, of in by_week.items()), default=0)
        found: list[dict[str, Any]] = []
        for began, of in sorted(by_week.items()):
            weeks = last - began_and(began, 0)
            shares = [of.get(week, 0) / of[0] for week in range(1, weeks + 1)]
            found.append({"began": began, "players": of[0], "shares": shares})
        longest = max((len(each["shares"]) for each in found), default=0)
        for each in found:
            each["shares"] += [None] * (longest - len(each["shares"]))
        return {"rows": found, "weeks": longest + 1}

    def sources(self) -> list[dict[str, Any]]:
        """Over the whole time, the largest first."""
        sums: dict[str, dict[str, Any]] = {}
        for row in rows(self._of.answers["coins"]):
            of = sums.setdefault(row["source"], {"events": 0, "coins_in": 0, "coins_out": 0})
            for name in of:
                of[name] += row[name]
        order = sorted(sums.items(), key=lambda each: -(each[1]["coins_in"] + each[1]["coins_out"]))
        return [{"source": source, **of} for source, of in order]


def began_and(began: date, weeks: int) -> int:
    """The number of a week since the first of all."""
    return began.toordinal() // 7 + weeks


# --- CSV ------------------------------------------------------------------------------------------


def sheets_of(of: Contents) -> Iterator[tuple[str, str]]:
    """Each query's answer as a CSV file, by name; and the verdicts on odds."""
    for name, answer in of.answers.items():
        yield f"{name}.csv", _csv(answer.columns, answer)
    yield (
        "odds.csv",
        _csv(
            ("banner", "banner_hash", "rarity", "draws", "got", "expected", "deviation", "bound"),
            [_line(each) for each in of.tested],
        ),
    )


def _line(one: Tested) -> tuple[object, ...]:
    said: tuple[object, ...] = ("", "", "")
    if one.chance:
        said = (
            f"{float(one.chance.expected):.3f}",
            f"{float(one.chance.variance) ** 0.5:.3f}",
            f"{one.bound:.3g}",
        )
    return (one.banner, one.banner_hash, one.rarity, one.draws, one.got, *said)


def _csv(columns: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """With a mark by which spreadsheets know the encoding; no text is a formula there."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(each) for each in line] for line in lines)
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return sheets.guarded(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
