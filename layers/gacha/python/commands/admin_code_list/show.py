"""The list, with a select; and one of it, with the button that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import kit, rewards
from commands.admin_code_list.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods
from commands.sentences import literal

_ROOM: Final = "admin code list"
_MOST: Final = 3_600


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
    here = [each for each in of["entries"] if each["id"] == of["chosen"]] or of["entries"]
    lines = [_line(each, lang) for each in here]
    shown = kit.fitting(lines, _MOST, lambda count: say(lang, "more", count=count))
    embed = {
        "title": say(lang, "title", count=len(of["entries"])),
        "color": kit.INFO_COLOUR,
        "description": "\n\n".join(shown) or say(lang, "empty"),
    }
    return kit.body(embeds=[embed], components=_controls(of, lang))


def _line(of: Entry, lang: str) -> str:
    values = {"goods": rewards.words(of["goods"], lang), "note": literal(of["note"])}
    counts = {"taken": of["taken"], "most": of["most"], "ends": of["ends"], "by": of["by"]}
    return say(lang, "single_entry" if of["singles"] else "entry", **values, **counts)


def _controls(of: Listed, lang: str) -> list[kit.Component]:
    if not of["entries"]:
        return []
    if of["chosen"]:
        end = kit.button(say(lang, "end"), f"admin code new:end:{of['chosen']}")
        again = kit.button(say(lang, "again"), f"admin code new:show:{of['chosen']}")
        back = kit.button(say(lang, "back"), f"{_ROOM}:all")
        return kit.rows([again, end, back])
    choices = [
        kit.choice(
            kit.cut(each["note"], 80),
            each["id"],
            description=kit.cut(rewards.bare(each["goods"], lang), kit.MAX_DETAIL),
        )
        for each in of["entries"]
    ]
    return kit.rows([kit.select(f"{_ROOM}:pick", choices, say(lang, "pick"))])
