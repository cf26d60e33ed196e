"""What the queries' rows mean: the page's contents, without any language or picture."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from gacha import chains, odds
from gacha.banner import Banner
from gacha.chains import Work
from gacha.chance import Chance, chance, together
from gacha.errors import GachaError, OddsError
from scripts import cost, prices
from scripts.analytics import banners
from scripts.analytics.database import Answer
from scripts.analytics.exports import TABLES, Found
from scripts.template import Template

FEATURED: Final = "*"
"""In place of a rarity: the featured cards, of whatever rarity."""

MOST_FIRST: Final = 300
"""Draws that the curve of the first card of the top rarity goes up to."""

FEWEST: Final = 10
"""Players on whom a point of that curve stands, where there were so many."""

Names = Mapping[str, str]
"""By language."""


@dataclass(frozen=True)
class Tested:
    """How often cards of a rarity came of a banner's version, and whether that is chance. `bound`
    is the most that its probability can be, of all that is tested on the page together; `chance` is
    None where it cannot be said: `why` is then `no file`, `too many states` or `strange`."""

    banner: str
    banner_hash: str
    rarity: str
    rarity_name: Names
    draws: int
    got: int
    chance: Chance | None = None
    bound: float = 1.0
    why: str = ""


@dataclass(frozen=True)
class First:
    """After so many draws (the place in the lists, from 1 on): the share of players with a card of
    the top rarity, of those who began anew, and what the rules say of it. Who stopped before counts
    as long as they drew (Kaplan and Meier's estimate)."""

    banner: str
    banner_hash: str
    rarity_name: Names
    players: int
    found: int
    seen: Sequence[float]
    exact: Sequence[float]


@dataclass(frozen=True)
class Wait:
    """Seconds that a half, 95 and 99 of a hundred took at most, to a tenth; a minute means more."""

    kind: str
    events: int
    half: float
    most: float
    nearly_all: float


@dataclass(frozen=True)
class Money:
    """Dollars a month at the pace of these days, without allowances and after what is always free,
    in all and for each player who came."""

    phase: str
    players: int
    pulls_a_day: Fraction
    full: Fraction
    net: Fraction


@dataclass(frozen=True)
class Contents:
    """All that the page says. `missing` are days of which an export is missing at least a part,
    `unfinished` exports that were not read, `partial` the tables of which there are changes and no
    full export. `names` are those of versions by hash, and of banners by id where only one server
    has called one so."""

    zone: str
    made: datetime
    from_day: date
    last_day: date
    until: datetime
    missing: Sequence[date]
    unfinished: int
    partial: Sequence[str]
    days: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Answer]
    names: Mapping[str, Names]
    tested: Sequence[Tested]
    firsts: Sequence[First]
    waits: Sequence[Wait]
    money: Money | None

    @property
    def is_first_day(self) -> bool:
        """Whether the one day that there is was not over."""
        return self.last_day == self.until.date()

    @property
    def is_empty(self) -> bool:
        return not self.answers["kinds"]


def contents(
    answers: Mapping[str, Answer],
    found: Found,
    span: tuple[int, int, date, str],
    names: Mapping[str, Names],
    versions: Mapping[str, Banner],
    now: datetime,
) -> Contents:
    """`span` is the row of that relation, `versions` the files of banners by hash."""
    from_ms, until_ms, last_day, zone = span
    from_day = _day(from_ms, zone)
    days = _days(answers["days"], from_day)
    called = {hash_: dict(each.name) for hash_, each in versions.items()}
    return Contents(
        zone=zone,
        made=now.astimezone(ZoneInfo(zone)),
        from_day=from_day,
        last_day=last_day,
        until=datetime.fromtimestamp(until_ms / 1000, UTC).astimezone(ZoneInfo(zone)),
        missing=missing(found, zone),
        unfinished=len(found.unfinished),
        partial=[each for each in TABLES if found.of(each) and not found.is_whole(each)],
        days=days,
        answers=answers,
        names={**called, **names},
        tested=tested(answers["begun"], answers["drawn"], versions),
        firsts=list(firsts(answers["firsts"], versions)),
        waits=list(waits(answers["waits"])),
        money=money(answers, days),
    )


def rows(answer: Answer) -> list[dict[str, Any]]:
    """The rows with the names of their columns."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer]


def _day(at_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def missing(found: Found, zone: str) -> list[date]:
    """The days of which the ledger is not there from begin to end, between its first export and
    its last."""
    days = set[date]()
    for began, ended in found.gaps_us("history"):
        day, last = _day(began // 1000, zone), _day((ended - 1) // 1000, zone)
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return sorted(days)


def _days(answer: Answer, from_day: date) -> list[dict[str, Any]]:
    """One for each day up to the last with an event, those without one too."""
    known = {row["day"]: row for row in rows(answer)}
    if not known:
        return []
    found, day = [], min(from_day, *known)
    while day <= max(known):
        nothing = dict.fromkeys(answer.columns, 0) | {"day": day}
        found.append(known.get(day, nothing))
        day += timedelta(days=1)
    return found


# --- odds -----------------------------------------------------------------------------------------


def tested(begun: Answer, drawn: Answer, versions: Mapping[str, Banner]) -> list[Tested]:
    """Each rarity of each version but the lowest, which is what the others leave, and the featured
    cards: what pulls gave, and how probable that is."""
    states: dict[tuple[str, str], list[tuple[Any, int, int]]] = defaultdict(list)
    for row in rows(begun):
        state = json.loads(row["state"]) if row["state"] else None
        states[row["banner"], row["banner_hash"]].append((state, row["draws"], row["pulls"]))
    came: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(drawn):
        if row["kind"] == "pull":
            came[row["banner_hash"]][row["card"]] += row["copies"]
    found = list[Tested]()
    for (banner, banner_hash), pulls in states.items():
        draws = sum(size * number for _, size, number in pulls)
        version = versions.get(banner_hash)
        if version is None:
            found.append(Tested(banner, banner_hash, "", {}, draws, 0, why="no file"))
            continue
        for rarity, name, cards in _sorts(version):
            got = sum(came[banner_hash][card] for card in cards)
            one = Tested(banner, banner_hash, rarity, name, draws, got)
            found.append(_tested(one, version, cards, pulls))
    order = [index for index, each in enumerate(found) if each.chance]
    bounds = together([each.chance.bound for each in found if each.chance])
    for index, bound in zip(order, bounds, strict=True):
        found[index] = replace(found[index], bound=bound)
    return sorted(found, key=lambda each: (each.banner, -each.draws, each.banner_hash))


def _sorts(of: Banner) -> Iterator[tuple[str, Names, frozenset[str]]]:
    for rarity in of.rarities[:-1] or of.rarities:
        yield rarity.id, dict(rarity.name), chains.members(rarity)
    if featured := odds.featured(of):
        yield FEATURED, {}, featured


def _tested(
    one: Tested, version: Banner, cards: frozenset[str], pulls: Sequence[tuple[Any, int, int]]
) -> Tested:
    try:
        return replace(one, chance=chance(version, cards, pulls, one.got))
    except OddsError:
        return replace(one, why="too many states")
    except GachaError:
        return replace(one, why="strange")


def firsts(answer: Answer, versions: Mapping[str, Banner]) -> Iterator[First]:
    """Of versions whose multi-pulls give the top rarity as so many single pulls do: of others it
    depends on how each player pulled."""
    by_hash: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(answer):
        by_hash[row["banner_hash"]].append(row)
    for banner_hash, some in sorted(by_hash.items()):
        version = versions[banner_hash]
        cards = banners.top(version)
        lumped = chains.lumping(version, cards, version.sizes).banner
        if version.box is not None or any(multi.differs for multi in lumped.multis):
            continue
        drawn = min(MOST_FIRST, max(row["draws"] for row in some))
        try:
            within = odds.first(version, cards, work=Work(), horizon=drawn).within
        except OddsError:
            continue
        exact = [float(within[min(n, len(within)) - 1]) for n in range(1, drawn + 1)]
        yield First(
            version.id,
            banner_hash,
            dict(version.rarities[0].name),
            sum(row["players"] for row in some),
            sum(row["players"] for row in some if row["is_found"]),
            estimate(some, drawn),
            exact,
        )


def estimate(some: Sequence[Mapping[str, Any]], up_to: int) -> list[float]:
    """Kaplan and Meier's, of the share that has one after 1, 2, … draws. It ends where fewer than
    FEWEST drew on, or nobody."""
    hits, ended = Counter[int](), Counter[int]()
    for row in some:
        (hits if row["is_found"] else ended)[row["draws"]] += row["players"]
    at_risk = everybody = sum(row["players"] for row in some)
    without, found = 1.0, list[float]()
    for draw in range(1, up_to + 1):
        if at_risk < min(FEWEST, everybody):
            break
        without *= 1 - hits[draw] / at_risk
        found.append(1 - without)
        at_risk -= hits[draw] + ended[draw]
    return found


# --- the rest -------------------------------------------------------------------------------------


def waits(answer: Answer) -> Iterator[Wait]:
    by_kind: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(answer):
        by_kind[row["kind"]].append((row["tenths"], row["events"]))
    for kind, some in sorted(by_kind.items(), key=lambda each: -sum(n for _, n in each[1])):
        events = sum(number for _, number in some)
        yield Wait(kind, events, *(_within(some, events, n) for n in (50, 95, 99)))


def _within(some: Sequence[tuple[int, int]], events: int, percent: int) -> float:
    seen = 0
    for tenths, number in sorted(some):
        seen += number
        if seen * 100 >= events * percent:
            return (tenths + 1) / 10
    raise AssertionError("unreachable")


def money(answers: Mapping[str, Answer], days: Sequence[Mapping[str, Any]]) -> Money | None:
    """What a month costs in which as many players play as much as in these days, by
    `scripts.cost`. What the ledger does not have is taken from there: what they look at."""
    kinds = {row["kind"]: row["events"] for row in rows(answers["kinds"])}
    months = [row["players"] for row in rows(answers["periods"]) if row["period"] == "month"]
    players = max(months, default=0)
    if not players or not days:
        return None
    pulls = kinds.get("pull", 0) + kinds.get("ticket", 0)
    others = sum(kinds.values()) - pulls - kinds.get("opening", 0)
    visits = Fraction(sum(day["players"] for day in days), len(days))
    tens = sum(row["pulls"] for row in rows(answers["begun"]) if row["draws"] > 1)
    usage = cost.Usage(
        players,
        pulls=Fraction(pulls, len(days)),
        changes=Fraction(others, len(days)),
        reads=visits * cost.READS_A_DAY,
        tens=Fraction(tens, pulls) if pulls else Fraction(0),
        visits=visits,
    )
    phase = cost.own_phase()
    bill = cost.bill(_template(phase), usage, prices.load())
    return Money(phase, players, usage.pulls, bill.full, bill.net)


@cache
def _template(phase: str) -> Template:
    return cost.settings(phase, {})
