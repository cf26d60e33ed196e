"""What one can do now, the most pressing first, and a button for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, Literal, TypedDict

from commands import kit, pull_buttons, rules
from commands.kit import Body, Component
from commands.message import Content, Names, Text, parsed
from commands.now.texts import say
from commands.pull_buttons import Pulls, button


class Day(TypedDict):
    """Whether today's `can` be had. `streak`: days in a row so far. `next`: when the next one can,
    in Unix seconds, where today's cannot."""

    can: bool
    streak: int
    next: int


class Open(Pulls):
    """A banner. `is_open`: it can be pulled; another still takes points. `is_used_up`: there will
    be nothing more of it for the player. `ends`: in Unix seconds where it ends soon, else 0.
    `certain`: rules as they stand. `alone`: the most of its counts that tickets for this banner
    alone pay, else 0. `pulls`: how many the currency pays, one by one.
    `exchanges`: whether points reach a card, until `exchange_ends`, in Unix seconds; 0 where that
    has no end."""

    is_open: bool
    is_used_up: bool
    ends: int
    certain: Sequence[rules.Rule]
    alone: int
    pulls: int
    exchanges: bool
    exchange_ends: int


class Bound(TypedDict):
    """Tickets for one banner alone; the first of them end at `ends`, in Unix seconds."""

    banner: Names
    count: int
    ends: int


class Hindered(TypedDict, total=False):
    """`hindrance`: why the player can do nothing now (`commands.admission`). `tickets_of`: those of
    the tickets that are for one banner alone. `idle_tickets`: how many are only for banners that
    cannot be pulled now."""

    hindrance: Text
    tickets_of: Sequence[Bound]
    idle_tickets: int


class Now(Hindered):
    """`tickets`: those that something can be pulled with now. `first_ends`: when the first of them
    end, in Unix seconds; 0 without any. `presents`:
    how many wait. `more`: banners that are not listed. `is_new`: nothing is recorded of the player
    yet."""

    kind: Literal["now"]
    is_new: bool
    balance: int
    tickets: int
    first_ends: int
    day: Day
    presents: int
    banners: Sequence[Open]
    more: int


_MOST_ROWS: Final = 5
_MOST_IN_A_ROW: Final = 5


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Now, content)
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(_lines(of, lang)),
        "fields": [_field(each, lang) for each in of["banners"]],
    }
    if of["more"]:
        embed["footer"] = {"text": say(lang, "more", count=of["more"])}
    rows = []
    if "hindrance" not in of:  # each of these would be refused
        banners = of["banners"]
        rows = [_first_buttons(of, lang), *(_buttons(each, lang) for each in banners[1:])]
        if sum(-(-len(row) // _MOST_IN_A_ROW) for row in rows) > _MOST_ROWS:
            rows = [list(chain.from_iterable(rows))]
    components = [component for row in rows for component in kit.rows(row)]
    return kit.body(embeds=[embed], components=components)


def _lines(of: Now, lang: str) -> Iterator[str]:
    if "hindrance" in of:
        yield kit.sentence(of["hindrance"], say, lang, "")
        yield ""
    elif of["is_new"]:
        yield say(lang, "begin")
        yield ""
    if not (of["day"]["can"] and "hindrance" in of):
        yield _day(of["day"], lang)
    if of["presents"]:
        yield say(lang, "presents", count=of["presents"])
    if of["tickets"]:
        yield say(lang, "tickets", tickets=of["tickets"], ends=of["first_ends"])
    if _pays_in_part(of["banners"]):
        yield say(lang, "tickets_in_part")
    for each in of.get("tickets_of", ()):
        banner = kit.in_language(each["banner"], lang)
        yield say(lang, "tickets_of", tickets=each["count"], banner=banner, ends=each["ends"])
    if "idle_tickets" in of:
        yield say(lang, "idle_tickets", tickets=of["idle_tickets"])
    yield _coins(of, lang)
    if not (of["more"] or any(each["is_open"] for each in of["banners"])):
        yield say(lang, "nothing_open")


def _pays_in_part(banners: Sequence[Open]) -> bool:
    """Whether of what is pulled first tickets pay the fewest alone."""
    first = next((each for each in banners if each["counts"]), None)
    if first is None or not first["ticketed"]:
        return False
    return any(each not in (*first["ticketed"], *first["free"]) for each in first["counts"])


def _coins(of: Now, lang: str) -> str:
    """With how often they pay what is pulled first, which is named where there is more."""
    first = next((each for each in of["banners"] if each["counts"]), None)
    if first is None or not first["pulls"]:
        return say(lang, "coins", balance=of["balance"])
    values = {"balance": of["balance"], "pulls": first["pulls"]}
    if len(of["banners"]) == 1:
        return say(lang, "coins_pulls", **values)
    return say(lang, "coins_pulls_of", banner=kit.in_language(first["name"], lang), **values)


def _day(of: Day, lang: str) -> str:
    if not of["can"]:
        return say(lang, "day_taken", streak=of["streak"], next=of["next"])
    return say(lang, "day_streak", streak=of["streak"]) if of["streak"] else say(lang, "day")


def _field(of: Open, lang: str) -> dict[str, object]:
    lines = [rules.rule(each, lang) for each in of["certain"]]
    if not of["is_open"]:
        lines.insert(0, say(lang, "closing", ends=of["exchange_ends"]))
    elif of["ends"]:
        lines.insert(0, say(lang, "ends", ends=of["ends"]))
    name = kit.cut(kit.in_language(of["name"], lang), 256)
    value = kit.cut("\n".join(lines or [rules.say(lang, "no_rules")]), kit.MAX_FIELD)
    return {"name": name, "value": value, "inline": False}


def _first_buttons(of: Now, lang: str) -> list[Component]:
    """Of the day, of presents, and of the first banner, which needs no name where it is alone."""
    buttons = [kit.button(say(lang, "take"), "daily:take")] if of["day"]["can"] else []
    if of["presents"]:
        label = say(lang, "open_presents", count=of["presents"])
        buttons.append(kit.button(label, "presents:open"))
    for each in of["banners"][:1]:
        of_it = [button(each, count, lang) for count in each["counts"]] + _exchange(each, lang)
        buttons += of_it if len(of["banners"]) == 1 else _named(each, of_it, lang)
    return buttons


def _buttons(of: Open, lang: str) -> list[Component]:
    """Of another banner whose time, points or tickets press, or that gives something for nothing:
    two, since a phone has each in a line of its own."""
    pressing = list(of["free"])[-1:]
    if not pressing and of["alone"]:
        pressing = [of["alone"]]
    elif not pressing and of["ends"]:
        pressing = list(of["counts"])[-1:]
    buttons = [button(of, each, lang) for each in pressing] + _exchange(of, lang)
    return _named(of, buttons, lang)


def _named(of: Open, buttons: Sequence[Component], lang: str) -> list[Component]:
    return [pull_buttons.named(each, of["name"], lang) for each in buttons]


def _exchange(of: Open, lang: str) -> list[Component]:
    if not of["exchanges"]:
        return []
    return [kit.button(say(lang, "exchange"), f"exchange:list:{of['id']}:0")]
