"""What goes and what stays, whether an admin is sure, and what came of it."""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from commands import kit
from commands.admin_reset.texts import say
from commands.kit import Body, Component
from commands.message import Content, parsed

_RED, _GREEN, _AMBER = 0xD9534F, 0x57A55A, 0xE0A030


class Reset(TypedDict):
    """`view`: "ask" before anything is done, "other_words" where what was typed is not what was
    asked for, "leaving_now" once it is decided and "waiting" to whoever looks later, "undone".
    `at` is when all is erased, in Unix seconds."""

    kind: Literal["admin reset"]
    view: str
    at: int


_COLOURS: Final = {"ask": _AMBER, "undone": _GREEN}


def show(content: Content, lang: str, receipt_number: str) -> Body:
    of = parsed(Reset, content)
    lines = "\n".join(_lines(of, lang, receipt_number))
    frame = kit.container(_COLOURS.get(of["view"], _RED), kit.display(lines))
    return kit.layout(frame, *_buttons(of, lang))


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """What can be pressed comes back with the command."""
    of = parsed(Reset, content)
    lines = _lines(of, lang, receipt_number)
    return kit.cut("\n".join([*lines, say(lang, "how")]), space)


def _lines(of: Reset, lang: str, receipt_number: str) -> list[str]:
    said = [say(lang, of["view"], at=of["at"])]
    if of["view"] in ("ask", "leaving_now"):
        said += [say(lang, "goes"), say(lang, "stays")]
    if of["view"] in ("leaving_now", "undone"):
        said.append(f"-# {say(lang, 'receipt', receipt_number=receipt_number)}")
    return said


def _buttons(of: Reset, lang: str) -> list[Component]:
    match of["view"]:
        case "ask" | "other_words":
            return kit.sure(say(lang, "type"), "admin reset:open")
        case "waiting" | "leaving_now":
            return kit.sure(say(lang, "undo"), "admin reset:undo", style=kit.SUCCESS)
    return []
