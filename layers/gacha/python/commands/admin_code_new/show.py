"""What is to be made, and whether an admin is sure; the code that was made; or its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypedDict

from commands import kit, rewards
from commands.admin_code_new.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods
from commands.sentences import literal

_ROOM: Final = "admin code new"
_MOST: Final = 3_600
_GREEN, _AMBER = 0x57A55A, 0xE0A030
_YES: Final = {"ask": "ask_now", "end": "end_now"}


class Asking(TypedDict):
    """`view`: "ask" before it is made, or "end". `own`: a word of the admin's; `codes` is that,
    sealed in a state, if it is known, and `weak` whether anybody would try it first. `pledge`: the
    first of the server's, with which its admin confirms what nobody may do. `again` is what the
    button says."""

    kind: Literal["admin code new"]
    view: str
    goods: Goods
    note: str
    days: int
    most: int
    singles: int
    own: bool
    codes: str
    weak: bool
    pledge: bool
    again: str


class Done(TypedDict):
    """`view`: "made", "shown" or "ended". `codes`: sealed in a state; the one code where it is
    shown, and empty where it is a word that was just typed, or is not kept, or there is a file."""

    kind: Literal["admin code new"]
    view: str
    campaign: str
    goods: Goods
    note: str
    ends: int
    most: int
    singles: int
    own: bool
    codes: str


def show(content: Content, lang: str, receipt_number: str) -> Body:
    is_asking = "again" in content
    embed = {
        "title": say(lang, content["view"]),
        "color": _AMBER if is_asking else _GREEN,
        "description": kit.cut("\n\n".join(_parts(content, lang)), _MOST),
    }
    if content["view"] == "shown":
        return kit.body(embeds=[embed])  # nothing is recorded that a receipt number would lead to
    if not is_asking:
        number = say(lang, "receipt_number", receipt_number=receipt_number)
        return kit.body(embeds=[embed | {"footer": {"text": number}}])
    style = kit.SUCCESS if content["view"] == "ask" else kit.DANGER
    label = say(lang, "confirm" if content["pledge"] else _YES[content["view"]])
    return kit.body(
        embeds=[embed], components=kit.sure(label, f"{_ROOM}:{content['again']}", style=style)
    )


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    is_recorded = content["view"] != "shown"
    number = say(lang, "receipt_number", receipt_number=receipt_number) if is_recorded else ""
    lines = "\n".join([say(lang, content["view"]), *_parts(content, lang)])
    return "\n".join([kit.cut(lines, space - kit.length(number) - 1), number]).rstrip()


def _parts(content: Content, lang: str) -> Iterator[str]:
    is_asking = "again" in content
    of = parsed(Asking, content) if is_asking else parsed(Done, content)
    if content["view"] in ("made", "shown"):
        yield _codes(parsed(Done, content), lang)
    yield f"**{rewards.words(of['goods'], lang)}**\n{literal(of['note'])}"
    kind = "singles" if of["singles"] else "own" if of["own"] else "shared"
    yield say(lang, kind, most=of["most"])
    if is_asking and content["codes"]:
        yield say(lang, "word", word=literal(content["codes"]))
    if is_asking and content["weak"]:
        yield say(lang, "weak")
    if content["view"] == "ask":
        yield say(lang, "for_days", days=content["days"])
        yield say(lang, "sure_ask")
    elif content["view"] == "shown":
        yield say(lang, "until", ends=content["ends"])
    elif content["view"] == "made":
        yield say(lang, "until", ends=content["ends"])
        yield say(lang, "made_next")
    elif content["view"] == "end":
        yield say(lang, "sure_end")
    if is_asking and content["pledge"]:
        yield say(lang, "pledge")


def _codes(of: Done, lang: str) -> str:
    if of["singles"]:
        return say(lang, "in_file")
    if of["codes"]:
        # A word is somebody's own text, in which a code block could end.
        return literal(of["codes"]) if of["own"] else f"```\n{of['codes']}\n```"
    return say(lang, "as_typed" if of["view"] == "made" else "not_kept")
