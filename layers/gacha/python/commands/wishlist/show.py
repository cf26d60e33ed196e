"""The list of wishes, with a select that takes one off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import kit
from commands.cards import Card, star
from commands.kit import Body, Picture
from commands.message import Content, parsed
from commands.sentences import literal
from commands.wishlist.texts import say
from gacha.wishes import MOST

_MOST_OF_A_NAME: Final = 60
MOST_NAMED: Final = 4
"""Others that are named beside a card."""


class Wish(TypedDict):
    """`copies`: how many the player has. `is_open`: whether an open banner has it. `others` who
    wish for it and let it be known, and how many `more` do."""

    card: Card
    number: int
    copies: int
    is_open: bool
    others: Sequence[str]
    more: int


class Wishes(TypedDict):
    """`is_listed`: the player lets others know, too."""

    kind: Literal["wishlist"]
    wishes: Sequence[Wish]
    is_listed: bool


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Wishes, content)
    wished = of["wishes"]
    title = f"### {say(lang, 'title')}\n-# {say(lang, 'count', count=len(wished), most=MOST)}"
    lines = [_line(each, lang) for each in wished] or [say(lang, "empty")]
    parts = [kit.display(title)]
    if pictures := [Picture(each["card"]["art"]) for each in wished if "art" in each["card"]]:
        parts.append(kit.gallery(pictures))
    listed = say(lang, "listed" if of["is_listed"] else "private")
    how = f"-# {say(lang, 'how')}\n-# {listed}"
    parts += [kit.display("\n".join(lines)), kit.display(how)]
    switch = kit.button(say(lang, "settings"), "settings:open")
    components = [*_select(wished, lang), *kit.rows([switch])]
    return kit.layout(kit.container(kit.INFO_COLOUR, *parts), *components)


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    wished = parsed(Wishes, content)["wishes"]
    return kit.cut("\n".join(_line(each, lang) for each in wished) or say(lang, "empty"), space)


def _line(of: Wish, lang: str) -> str:
    card = of["card"]
    name, rarity = (
        literal(kit.cut(card[each][lang], _MOST_OF_A_NAME)) for each in ("name", "rarity")
    )
    state = say(lang, "owned", copies=of["copies"]) if of["copies"] else say(lang, "missing")
    if not of["is_open"]:
        state = f"{state} · {say(lang, 'closed')}"
    line = " ".join(
        filter(None, [f"`{of['number']:>3}`", star(card), rarity, f"**{name}**", f"({state})"])
    )
    if not of["others"]:
        return line
    names = say(lang, "and").join(f"<@{each}>" for each in of["others"])
    also = say(lang, "also_more" if of["more"] else "also", names=names, more=of["more"])
    return f"{line}\n-# {also}"


def _select(wished: Sequence[Wish], lang: str) -> list[kit.Component]:
    options = [
        kit.choice(
            kit.cut(f"{each['number']} {each['card']['name'][lang]}", 60), str(each["number"])
        )
        for each in wished
    ]
    return kit.rows([kit.select("wishlist:drop", options, say(lang, "drop"))] if options else [])
