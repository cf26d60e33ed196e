"""The list, with a select; and one of it, with the button that withdraws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import kit, rewards
from commands.admin_present_list.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods
from commands.sentences import literal

_ROOM: Final = "admin present list"
_MOST: Final = 3_600


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
    words, to = rewards.words(of["goods"], lang), rewards.audience(of["to"], lang)
    values = {"message": literal(of["message"]), "ends": of["ends"], "by": of["by"]}
    return say(lang, "entry", goods=words, to=to, **values)


def _controls(of: Listed, lang: str) -> list[kit.Component]:
    if not of["entries"]:
        return []
    if of["chosen"]:
        withdraw = kit.button(say(lang, "withdraw"), f"admin present new:withdraw:{of['chosen']}")
        back = kit.button(say(lang, "back"), f"{_ROOM}:all")
        return kit.rows([withdraw, back])
    choices = [
        kit.choice(
            kit.cut(each["message"], 80),
            each["id"],
            description=kit.cut(rewards.bare(each["goods"], lang), kit.MAX_DETAIL),
        )
        for each in of["entries"]
    ]
    return kit.rows([kit.select(f"{_ROOM}:pick", choices, say(lang, "pick"))])
