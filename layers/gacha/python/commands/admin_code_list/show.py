"""The list, with a select; and one of it, with the button that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import given_list, rewards
from commands.admin_code_list.texts import say
from commands.given_list import Drawing
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods
from commands.sentences import literal

_BUTTONS: Final = (("again", "admin code new:show"), ("end", "admin code new:end"))


class Entry(TypedDict):
    """`taken` of `most` claims, and `singles` codes for one claim each, 0 for one code for all."""

    id: str
    note: str
    goods: Goods
    ends: int
    by: str
    taken: int
    most: int
    singles: int


class Listed(TypedDict):
    """`chosen`: the id of the one that is looked at; empty, all."""

    kind: Literal["admin code list"]
    entries: Sequence[Entry]
    chosen: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Listed, content)
    by = Drawing("admin code list", say, _line, "note", _BUTTONS)
    return given_list.show(of["entries"], of["chosen"], lang, by)


def _line(of: Entry, lang: str) -> str:
    values = {"goods": rewards.words(of["goods"], lang), "note": literal(of["note"])}
    counts = {"taken": of["taken"], "most": of["most"], "ends": of["ends"], "by": of["by"]}
    return say(lang, "single_entry" if of["singles"] else "entry", **values, **counts)
