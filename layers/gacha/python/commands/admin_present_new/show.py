"""What is to be sent, and whether an admin is sure; and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypedDict

from commands import kit, registry, rewards
from commands.admin_present_new.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.rewards import Goods, Takers
from commands.sentences import literal

_ROOM: Final = "admin present new"
_PANEL: Final = "admin panel"
_MOST: Final = 3_600
_GREEN, _AMBER = 0x57A55A, 0xE0A030
_YES: Final = {"ask": "ask_now", "withdraw": "withdraw_now"}
_SURE: Final = {"ask": "sure_ask", "withdraw": "sure_withdraw"}


class Counted(TypedDict, total=False):
    """`takers`: of one that is to be withdrawn."""

    takers: Takers


class Asking(Counted):
    """`view`: "ask" before it is sent, or "withdraw". `to`: the audience (`gacha.presents`).
    `pledge`: the first of the server's, with which its admin confirms what nobody may do. `again`
    is what the button says."""

    kind: Literal["admin present new"]
    view: str
    goods: Goods
    message: str
    days: int
    to: Sequence[str]
    pledge: bool
    again: str


class Done(TypedDict):
    """`view`: "made" or "withdrawn". `ends` in Unix seconds."""

    kind: Literal["admin present new"]
    view: str
    goods: Goods
    message: str
    to: Sequence[str]
    ends: int


class Pledged(TypedDict, total=False):
    """`view`: "pledged". `panel`: what waited for it, if that can still be shown."""

    kind: Literal["admin present new"]
    view: str
    panel: Content


def more(content: Content, lang: str) -> Sequence[Body]:
    """What its admin alone is told of a panel."""
    return registry.followed(_PANEL).more(content["panel"], lang) if "panel" in content else []


def show(content: Content, lang: str, receipt_number: str) -> Body:
    if "panel" in content:
        return registry.show(_PANEL).show(content["panel"], lang, receipt_number)
    is_asking = "again" in content
    embed = {
        "title": say(lang, content["view"]),
        "color": _AMBER if is_asking else _GREEN,
        "description": kit.cut("\n\n".join(_parts(content, lang)), _MOST),
    }
    if not is_asking:
        number = say(lang, "receipt_number", receipt_number=receipt_number)
        return kit.body(embeds=[embed | {"footer": {"text": number}}])
    style = kit.SUCCESS if content["view"] == "ask" else kit.DANGER
    label = say(lang, "confirm" if content["pledge"] else _YES[content["view"]])
    return kit.body(
        embeds=[embed], components=kit.sure(label, f"{_ROOM}:{content['again']}", style=style)
    )


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    lines = "\n".join([say(lang, content["view"]), *_parts(content, lang)])
    return "\n".join([kit.cut(lines, space - kit.length(number) - 1), number])


def _parts(content: Content, lang: str) -> Iterator[str]:
    if content["view"] == "pledged":
        yield say(lang, "pledged_next")
        return
    of = parsed(Asking, content) if "again" in content else parsed(Done, content)
    yield f"**{rewards.words(of['goods'], lang)}**\n{literal(of['message'])}"
    if "again" in content:
        yield rewards.audience(of["to"], lang)
        if content["view"] == "ask":
            yield say(lang, "for_days", days=content["days"])
        if of["to"][0] == "role":
            yield say(lang, "warn_role")
        if "takers" in content:
            yield rewards.taken(content["takers"], lang)
        yield say(lang, _SURE[content["view"]])
        if content["pledge"]:
            yield say(lang, "pledge")
        return
    yield rewards.audience(of["to"], lang)
    if content["view"] == "made":
        yield say(lang, "until", ends=content["ends"])
        yield say(lang, "made_next")
