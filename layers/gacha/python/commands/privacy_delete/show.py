"""What a deletion takes and what it leaves, before it; and when it comes, with a way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypedDict

from commands import kit
from commands.kit import Body, Component
from commands.message import Content, parsed
from commands.personal import ending
from commands.privacy_delete.texts import say

_RED: Final = 0xC0392B
_TITLES: Final = {
    "asked": "title_asked",
    "leaves": "title_leaves",
    "undone": "title_undone",
    "stays": "title_stays",
}


class Deletion(TypedDict):
    """`state`: "asked" (whether they are sure), "leaves" (it comes at `until`, in Unix seconds),
    "undone", or "stays": there was nothing to undo. `server`: which one, where this is a direct
    message. `backups`: for how many days those still have it."""

    kind: Literal["privacy delete"]
    state: str
    server: str
    until: int
    backups: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Deletion, content)
    embed = {
        "title": say(lang, _TITLES[of["state"]]),
        "color": _RED if of["state"] == "asked" else kit.INFO_COLOUR,
        "description": "\n\n".join(_lines(of, lang)),
    }
    return kit.body(embeds=[embed], components=_buttons(of, lang))


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    return kit.cut("\n".join(_lines(parsed(Deletion, content), lang)), space)


def _lines(of: Deletion, lang: str) -> Iterator[str]:
    if of["server"]:
        yield say(lang, "in_server", server=of["server"])
    if of["state"] == "asked":
        yield say(lang, "goes")
        yield say(lang, "until", until=of["until"])
        yield say(lang, "rests", backups=of["backups"])
        yield say(lang, "again")
    elif of["state"] == "leaves":
        yield say(lang, "leaves", until=of["until"])
    else:
        yield say(lang, of["state"])


def _buttons(of: Deletion, lang: str) -> list[Component]:
    where = ending(of["server"])
    look = kit.button(say(lang, "look"), f"privacy show:open{where}")
    if of["state"] == "asked":
        return kit.sure(say(lang, "go"), f"privacy delete:go{where}:yes", look)
    if of["state"] == "leaves":
        undo = kit.button(say(lang, "undo"), f"privacy delete:undo{where}")
        return kit.rows([kit.styled(undo, kit.SUCCESS), look])
    return kit.rows([look])
