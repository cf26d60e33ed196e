"""What is left in a player's box, and whether they are sure to give it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import kit, rules
from commands.box.texts import say
from commands.cards import star
from commands.kit import Body
from commands.message import Content, Named, Names, parsed

_MOST_LISTED: Final = 12
"""Cards that the message names; the lowest rarities are counted together."""
_AMBER: Final = 0xE0A030


class Signed(TypedDict, total=False):
    emoji: str


class Left(Signed):
    """So many `copies` of a card are in the box; `rank` is its rarity's, the highest being 0, and
    `emoji` the one that its owner chose."""

    name: Names
    rank: int
    copies: int


class Box(TypedDict):
    """`left` of the `full` box's copies are in it, of these `cards`. `may`: it can be begun anew
    now; else `standing` says when."""

    kind: Literal["box"]
    banner: Named
    may: bool
    left: int
    full: int
    cards: Sequence[Left]
    standing: Sequence[rules.Rule]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Box, content)
    if not of["may"]:
        return kit.body(embeds=[_embed(of, "not_yet", kit.INFO_COLOUR, lang)])
    again = f"box:begin:{of['banner']['id']}:{of['left']}:yes"
    yes = kit.sure(say(lang, "begin"), again)
    return kit.body(embeds=[_embed(of, "ask", _AMBER, lang)], components=yes)


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    return kit.cut("\n".join(_lines(parsed(Box, content), lang)), space)


def _embed(of: Box, title: str, colour: int, lang: str) -> kit.Embed:
    name = kit.in_language(of["banner"]["name"], lang)
    return {
        "title": say(lang, title, banner=name),
        "color": colour,
        "description": "\n".join(_lines(of, lang)),
    }


def _lines(of: Box, lang: str) -> list[str]:
    counts = {"left": of["left"], "full": of["full"]}
    if not of["may"]:
        is_full = of["left"] == of["full"]
        stands = [say(lang, "is_full", **counts)] if is_full else [say(lang, "is_left", **counts)]
        return [*stands, *rules.standing(of["standing"], lang, kit.MAX_FIELD)]
    listed = [_card(each, lang) for each in of["cards"][:_MOST_LISTED]]
    more = of["cards"][_MOST_LISTED:]
    if more:
        copies = sum(each["copies"] for each in more)
        listed.append(say(lang, "more", kinds=len(more), copies=copies))
    return [say(lang, "lost", **counts), *listed, "", say(lang, "anew", **counts)]


def _card(of: Left, lang: str) -> str:
    name = kit.in_language(of["name"], lang)
    return say(lang, "card", star=star(of), name=name, copies=of["copies"])
