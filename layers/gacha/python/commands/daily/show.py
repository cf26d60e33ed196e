"""What a day gave, how long the streak is, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from commands import kit, pull_buttons
from commands.daily.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.pull_buttons import Pulls
from gacha.purse import Tickets


class Coming(TypedDict):
    """In so many days, so much of the currency."""

    days: int
    coins: int


class MoreOfStreak(TypedDict, total=False):
    """`forgiven`: the missed day that this claim forgave. There is no `coming` where no milestone
    gives anything."""

    coming: Coming
    forgiven: str


class Streak(MoreOfStreak):
    """`next`: when the next day can be claimed, in Unix seconds."""

    days: int
    next: int


class Leading(TypedDict, total=False):
    """`pulls`: what can be pulled with it."""

    pulls: Pulls


class Collected(Leading):
    """`bonus` is the milestone's part of `amount`; `tickets` are lots as a row has them."""

    kind: Literal["daily"]
    amount: int
    bonus: int
    tickets: Sequence[Mapping[str, Any]]
    balance: int
    streak: Streak


_COLOUR: Final = 0x57A55A


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Collected, content)
    description = "\n".join(_lines(of, lang))
    embed = {"title": say(lang, "title"), "color": _COLOUR, "description": description}
    pulls = pull_buttons.following(of.get("pulls"), lang)
    buttons = [*pulls, kit.button(say(lang, "now"), "now:open")]
    return kit.body(embeds=[embed], components=kit.rows(buttons))


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    of = parsed(Collected, content)
    return kit.cut("\n".join([say(lang, "title"), *_lines(of, lang)]), space)


def _lines(of: Collected, lang: str) -> Iterator[str]:
    yield say(lang, "coins", amount=of["amount"] - of["bonus"], balance=of["balance"])
    for lot in map(Tickets.read, of["tickets"]):
        yield say(lang, "tickets", count=lot.count, ends=lot.ends_ms // 1000)
    streak = of["streak"]
    if of["bonus"]:
        yield say(lang, "bonus", bonus=of["bonus"])
    yield ""
    if "forgiven" in streak:
        yield say(lang, "forgiven")
    yield say(lang, "streak", streak=streak["days"])
    if "coming" in streak:
        yield say(lang, "coming", **streak["coming"])
    yield say(lang, "next", next=streak["next"])
