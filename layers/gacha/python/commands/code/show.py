"""What a code gave."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit, rewards
from commands.code.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.pull_buttons import Pulls
from commands.rewards import Goods
from commands.sentences import literal


class Leading(TypedDict, total=False):
    """`pulls`: what can be pulled with it."""

    pulls: Pulls


class Used(Leading):
    """`note`: what the admins wrote with the code."""

    kind: Literal["code"]
    note: str
    goods: Goods
    balance: int


def show(content: Content, lang: str, receipt_number: str) -> Body:
    used = parsed(Used, content)
    embed = {
        "title": say(lang, "used"),
        "color": kit.COLOURS[0],
        "description": "\n".join(_lines(used, lang)),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    buttons = rewards.following(used["goods"], used.get("pulls"), lang)
    return kit.body(embeds=[embed], components=kit.rows(buttons))


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    lines = [say(lang, "used"), *_lines(parsed(Used, content), lang)]
    return "\n".join([kit.cut("\n".join(lines), space - kit.length(number) - 1), number])


def _lines(of: Used, lang: str) -> list[str]:
    lines = [literal(of["note"]), f"**{rewards.words(of['goods'], lang)}**"]
    if of["goods"]["coins"]:
        lines.append(say(lang, "balance", balance=of["balance"]))
    return lines
