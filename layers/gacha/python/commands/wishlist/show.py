"""The list of wishes, with a select that takes one off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import kit
from commands.cards import Card
from commands.kit import Body, Picture
from commands.message import Content, parsed
from commands.sentences import literal
from commands.wishlist.texts import say
from gacha.wishes import MOST

_MOST_OF_A_NAME: Final = 60


class Wish(TypedDict):
    """`copies`: how many the player has. `is_open`: whether an open banner has it."""

    card: Card
    number: int
    copies: int
    is_open: bool


class Wishes(TypedDict):
    kind: Literal["wishlist"]
    wishes: Sequence[Wish]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    wished = parsed(Wishes, content)["wishes"]
    title = f"### {say(lang, 'title')}\n-# {say(lang, 'count', count=len(wished), most=MOST)}"
    lines = [_line(each, lang) for each in wished] or [say(lang, "empty")]
    parts = [kit.display(title)]
    if pictures := [Picture(each["card"]["art"]) for each in wished if "art" in each["card"]]:
        parts.append(kit.gallery(pictures))
    parts += [kit.display("\n".join(lines)), kit.display(f"-# {say(lang, 'how')}")]
    return kit.layout(kit.container(kit.INFO_COLOUR, *parts), *_select(wished, lang))


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
    star = kit.by_rank(kit.STARS, card["rank"])
    return " ".join(
        filter(None, [f"`{of['number']:>3}`", star, rarity, f"**{name}**", f"({state})"])
    )


def _select(wished: Sequence[Wish], lang: str) -> list[kit.Component]:
    options = [
        kit.choice(
            kit.cut(f"{each['number']} {each['card']['name'][lang]}", 60), str(each["number"])
        )
        for each in wished
    ]
    return kit.rows([kit.select("wishlist:drop", options, say(lang, "drop"))] if options else [])
