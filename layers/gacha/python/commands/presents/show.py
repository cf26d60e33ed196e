"""The presents that wait, with a select and a button that take them; and what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict, cast

from commands import kit, rewards
from commands.kit import Body
from commands.message import Content, parsed
from commands.presents.texts import say
from commands.pull_buttons import Pulls
from commands.rewards import Goods
from commands.sentences import literal
from commands.took import Giving

_MOST: Final = 3_600
"""Characters of all presents: the rest of a message is for what was missed."""
_MOST_OF_A_LABEL: Final = 80


class Waiting(TypedDict):
    """`by` is the admin who gives it; `ends` in Unix seconds."""

    id: str
    message: str
    by: str
    ends: int
    goods: Goods


class Leaving(TypedDict, total=False):
    """`until`: where the player's data is to be erased, in Unix seconds. Until then nothing can be
    taken."""

    until: int


class Box(Leaving):
    kind: Literal["presents"]
    view: Literal["box"]
    waiting: Sequence[Waiting]


class Leading(TypedDict, total=False):
    """`givings`: what was said with the first of them. `pulls`: what can be pulled with what they
    gave. A decision that was recorded before has neither."""

    givings: Sequence[Giving]
    pulls: Pulls


class Taken(Leading):
    """What was taken of `count` presents. `left`: for so many more there was no room."""

    kind: Literal["presents"]
    view: Literal["taken"]
    count: int
    goods: Goods
    balance: int
    left: int


def show(content: Content, lang: str, receipt_number: str) -> Body:
    if content["view"] == "taken":
        return _taken(parsed(Taken, content), lang, receipt_number)
    box = parsed(Box, content)
    lines = [_line(each, lang) for each in box["waiting"]]
    shown = kit.fitting(lines, _MOST, lambda count: say(lang, "more", count=count))
    controls = _controls(box["waiting"], lang)
    if shown and "until" in box:  # each of these would be refused
        shown.insert(0, say(lang, "to_be_deleted", until=box["until"]))
        controls = kit.rows([kit.button(say(lang, "undo_deletion"), "privacy delete:undo:here")])
    embed = {
        "title": say(lang, "box", count=len(lines)),
        "color": kit.COLOURS[0] if lines else kit.INFO_COLOUR,
        "description": "\n\n".join(shown) or say(lang, "empty"),
    }
    return kit.body(embeds=[embed], components=controls)


def _line(of: Waiting, lang: str) -> str:
    words = rewards.words(of["goods"], lang)
    values = {"message": literal(of["message"]), "by": of["by"], "ends": of["ends"]}
    return say(lang, "waiting", goods=words, **values)


def _controls(waiting: Sequence[Waiting], lang: str) -> list[kit.Component]:
    if not waiting:
        return kit.rows([kit.button(rewards.say(lang, "now"), "now:open")])
    if len(waiting) == 1:
        return kit.rows([kit.button(say(lang, "take"), f"presents:take:{waiting[0]['id']}")])
    choices = [
        kit.choice(
            kit.cut(each["message"], _MOST_OF_A_LABEL),
            each["id"],
            description=kit.cut(rewards.bare(each["goods"], lang), kit.MAX_DETAIL),
        )
        for each in waiting
    ]
    pick = kit.select("presents:pick", choices, say(lang, "pick"))
    every = kit.button(say(lang, "take_all", count=len(waiting)), "presents:all")
    return [*kit.rows([every]), *kit.rows([pick])]


def _taken(of: Taken, lang: str, receipt_number: str) -> Body:
    embed = {
        "title": say(lang, "took", count=of["count"]),
        "color": kit.COLOURS[0],
        "description": "\n".join(_lines(of, lang)),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    others = kit.button(say(lang, "others"), "presents:open")
    buttons = rewards.following(of["goods"], of.get("pulls"), lang, others)
    return kit.body(embeds=[embed], components=kit.rows(buttons))


def _lines(of: Taken, lang: str) -> list[str]:
    givings = [_giving(each, lang) for each in of.get("givings", ())]
    if (more := of["count"] - len(givings)) and givings:
        givings.append(say(lang, "givings_left", count=more))
    lines = [kit.cut(rewards.words(of["goods"], lang), _MOST - 1_000), *givings]
    if of["goods"]["coins"]:
        lines.append(say(lang, "balance", balance=of["balance"]))
    if of["left"]:
        lines.append(say(lang, "left", count=of["left"]))
    return lines


def _giving(of: Giving, lang: str) -> str:
    return say(lang, "giving", message=literal(of["message"]), by=of["by"])


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    if content["view"] == "taken":
        lines = _lines(cast(Taken, content), lang)
        head = say(lang, "took", count=content["count"])
    else:
        lines = [_line(each, lang) for each in cast(Box, content)["waiting"]]
        head = say(lang, "box", count=len(lines))
    room = space - kit.length(head) - kit.length(number) - 2
    return "\n".join([head, kit.cut("\n".join(lines), room), number])
