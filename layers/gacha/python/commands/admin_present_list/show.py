"""The list, with a select; and one of it, with the button that withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import given_list, rewards
from commands.admin_present_list.texts import say
from commands.given_list import Drawing
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods, Takers
from commands.sentences import literal

_BUTTONS: Final = (("withdraw", "admin present new:withdraw"),)


class Entry(TypedDict):
    """`taken`: it is for one member, who took it."""

    id: str
    message: str
    goods: Goods
    to: Sequence[str]
    ends: int
    by: str
    taken: bool


class Counted(TypedDict, total=False):
    """`takers`: of the one that is looked at."""

    takers: Takers


class Listed(Counted):
    """`chosen`: the id of the one that is looked at; empty, all."""

    kind: Literal["admin present list"]
    entries: Sequence[Entry]
    chosen: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Listed, content)
    takers = of.get("takers")

    def line(entry: Entry, lang: str) -> str:
        return f"{_line(entry, lang)}{_takers(entry, takers, lang)}"

    by = Drawing("admin present list", say, line, "message", _BUTTONS)
    return given_list.show(of["entries"], of["chosen"], lang, by)


def _line(of: Entry, lang: str) -> str:
    words, to = rewards.words(of["goods"], lang), rewards.audience(of["to"], lang)
    values = {"message": literal(of["message"]), "ends": of["ends"], "by": of["by"]}
    return say(lang, "entry", goods=words, to=to, **values)


def _takers(of: Entry, takers: Takers | None, lang: str) -> str:
    """How many took it, in a line of its own; in the list of all only of one member's that is
    taken, since a count is a read for each."""
    if of["taken"]:
        return "\n" + say(lang, "taken_by_them")
    if takers is None:
        return ""
    return "\n" + rewards.taken(takers, lang)
