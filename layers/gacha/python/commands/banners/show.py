"""The banners that are open, with the buttons of one of them, and what is planned."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from commands import kit, pull_buttons
from commands.banners.texts import say
from commands.described import Described, facts, is_shared, to_pull
from commands.kit import Body
from commands.message import Content, Names, parsed


class Planned(TypedDict):
    """`starts` in Unix seconds."""

    name: Names
    starts: int


class Look(TypedDict, total=False):
    """`picture` is the chosen banner's own, by its hash."""

    picture: str


class Banners(Look):
    """`chosen`: the id of the one whose buttons the message has, empty where nothing is open.
    `next_draw`: the player's, which these buttons carry (`gacha.pulling.next_draw`)."""

    kind: Literal["banners"]
    open: Sequence[Described]
    planned: Sequence[Planned]
    chosen: str
    next_draw: str


MOST_PLANNED = 5


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    page = parsed(Banners, content)
    planned = _planned(page["planned"], lang)
    space = kit.MAX_DESCRIPTION - kit.length("\n".join(planned)) - 2
    lines = [_line(each, page["chosen"], len(page["open"]), lang) for each in page["open"]]
    lines = kit.fitting(
        lines, min(space, kit.MOST_OF_ALL), lambda left: say(lang, "left", left=left)
    )
    embed: kit.Embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join([*(lines or [say(lang, "nothing")]), *planned]),
    }
    if "picture" in page:
        embed["image"] = {"url": f"{os.environ['ART_URL']}{page['picture']}"}
    return kit.body(embeds=[embed], components=[*_select(page, lang), *_buttons(page, lang)])


def _line(banner: Described, chosen: str, of: int, lang: str) -> str:
    name = f"**{kit.in_language(banner['name'], lang)}**"
    mark = "▶ " if of > 1 and banner["id"] == chosen else ""
    return f"{mark}{name}\n{facts(banner, 'until' if of > 1 else 'until_when', lang)}"


def _planned(planned: Sequence[Planned], lang: str) -> list[str]:
    if not planned:
        return []
    lines = [
        say(lang, "starts", banner=kit.in_language(each["name"], lang), starts=each["starts"])
        for each in planned[:MOST_PLANNED]
    ]
    if more := len(planned) - MOST_PLANNED:
        lines += [say(lang, "planned_left", left=more)] if more > 0 else []
    return ["", say(lang, "planned"), *lines]


def _select(page: Banners, lang: str) -> list[dict[str, Any]]:
    if len(page["open"]) < 2:
        return []
    options = [
        kit.choice(each["name"][lang], each["id"], default=each["id"] == page["chosen"])
        for each in page["open"]
    ]
    return kit.rows([kit.select("banners:choose", options, say(lang, "choose"))])


def _buttons(page: Banners, lang: str) -> list[dict[str, Any]]:
    if not page["chosen"]:
        return []
    [chosen] = [each for each in page["open"] if each["id"] == page["chosen"]]
    buttons = [
        kit.button(
            pull_buttons.label(count, lang, is_shared=is_shared(chosen), price=price),
            f"pull:{chosen['id']}:{count}:{page['next_draw']}",
        )
        for count, price in to_pull(chosen)
    ]
    return kit.rows([*buttons, kit.button(say(lang, "rates"), f"rates:{chosen['id']}")])
