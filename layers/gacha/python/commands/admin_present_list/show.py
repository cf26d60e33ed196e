"""The list, with a select; and one of it, with the button that withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import given_list, rewards
from commands.admin_present_list.texts import say
from commands.given_list import Drawing
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods
from commands.sentences import literal

_BUTTONS: Final = (("withdraw", "admin present new:withdraw"),)


class Entry(TypedDict):
    id: str
    message: str
    goods: Goods
    to: Sequence[str]
    ends: int
    by: str


class Listed(TypedDict):
    """`chosen`: the id of the one that is looked at; empty, all."""

    kind: Literal["admin present list"]
    entries: Sequence[Entry]
    chosen: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Listed, content)
    by = Drawing("admin present list", say, _line, "message", _BUTTONS)
    return given_list.show(of["entries"], of["chosen"], lang, by)


def _line(of: Entry, lang: str) -> str:
    words, to = rewards.words(of["goods"], lang), rewards.audience(of["to"], lang)
    values = {"message": literal(of["message"]), "ends": of["ends"], "by": of["by"]}
    return say(lang, "entry", goods=words, to=to, **values)
