"""The list of locked cards, with a select that unlocks one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypedDict

from commands import kit
from commands.cards import Card, star
from commands.kit import Body
from commands.lock.texts import say
from commands.message import Content, parsed
from commands.sentences import literal

_MOST_OF_A_NAME: Final = 40


class Locked(TypedDict):
    """`copies`: how many the player has."""

    card: Card
    number: int
    copies: int


class Locks(TypedDict):
    """`more`: how many the list leaves out; they come when others are unlocked."""

    kind: Literal["lock"]
    locks: Sequence[Locked]
    more: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    listed = parsed(Locks, content)
    lines = _lines(listed, lang)
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join([*lines, f"-# {say(lang, 'how')}"]),
    }
    return kit.body(embeds=[embed], components=_select(listed["locks"], lang))


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    return kit.cut("\n".join(_lines(parsed(Locks, content), lang)), space)


def _lines(of: Locks, lang: str) -> list[str]:
    lines = [_line(each, lang) for each in of["locks"]] or [say(lang, "empty")]
    return lines + ([say(lang, "more", count=of["more"])] if of["more"] else [])


def _line(of: Locked, lang: str) -> str:
    card = of["card"]
    name, rarity = (
        literal(kit.cut(card[each][lang], _MOST_OF_A_NAME)) for each in ("name", "rarity")
    )
    copies = f"({say(lang, 'copies', copies=of['copies'])})"
    return " ".join(
        filter(None, [f"`{of['number']:>3}`", star(card), rarity, f"**{name}**", copies])
    )


def _select(locks: Sequence[Locked], lang: str) -> list[dict[str, Any]]:
    options = [
        kit.choice(
            kit.cut(f"{each['number']} {each['card']['name'][lang]}", 60), str(each["number"])
        )
        for each in locks
    ]
    return kit.rows([kit.select("lock:open", options, say(lang, "open"))] if options else [])
