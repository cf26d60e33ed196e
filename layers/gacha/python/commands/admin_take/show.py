"""What would be taken from whom, and whether an admin is sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict

from commands import kit
from commands.admin_take.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import literal

_AMBER: Final = 0xE0A030


class Asking(TypedDict):
    """`said`: an `amount`, or a card's `name`, and what would be `left` of it. `again` is what the
    button says."""

    kind: Literal["admin take"]
    user: str
    reason: str
    said: Mapping[str, Any]
    again: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Asking, content)
    embed = {"title": say(lang, "ask"), "color": _AMBER, "description": "\n".join(_lines(of, lang))}
    yes = kit.sure(say(lang, "ask_now"), f"admin take:{of['again']}")
    return kit.body(embeds=[embed], components=yes)


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    of = parsed(Asking, content)
    return kit.cut("\n".join([*_lines(of, lang), say(lang, "ask_again")]), space)


def _lines(of: Asking, lang: str) -> list[str]:
    said = kit.blanks(of["said"], lang)
    return [
        say(lang, "ask_card" if "name" in said else "ask_amount", user=of["user"], **said),
        say(lang, "reason", reason=literal(of["reason"])),
        say(lang, "ask_told"),
    ]
