"""A pull's result, with the buttons that pull again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from commands import kit, rules
from commands.cards import Card
from commands.kit import Body
from commands.message import Content, Named, Names, parsed
from commands.pull.texts import say
from commands.sentences import literal


class Drawn(Card):
    """`new`: the player had none. Of two copies of a new card, the first is the new one."""

    new: bool


class Beside(TypedDict, total=False):
    """`others`: what else is open."""

    others: Sequence[Named]


class Result(Beside):
    """`next_draw`: the player's, which the buttons carry (`gacha.pulling.next_draw`)."""

    kind: Literal["pull"]
    banner: Names
    banner_id: str
    user: str
    next_draw: str
    cards: Sequence[Drawn]
    price: int
    balance: int
    standing: Sequence[rules.Rule]


def show(content: Content, lang: str, receipt_number: str) -> Body:
    result = parsed(Result, content)
    lines = [
        say(lang, "pulled_by", user=result["user"]),
        *(_card(card, lang) for card in result["cards"]),
        "",
        say(lang, "paid", price=result["price"], balance=result["balance"]),
    ]
    space = kit.MAX_DESCRIPTION - kit.length("\n".join(lines))
    best = min(card["rank"] for card in result["cards"])
    embed = {
        "title": kit.in_language(result["banner"], lang),
        "description": "\n".join([*lines, *rules.standing(result["standing"], lang, space)]),
        "color": kit.by_rank(kit.COLOURS, best),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    buttons = [
        kit.button(
            say(lang, f"pull_again_{count}"),
            f"pull:{result['banner_id']}:{count}:{result['next_draw']}",
        )
        for count in (1, 10)
    ]
    return kit.body(embeds=[embed], components=[*kit.rows(buttons), *_others(result, lang)])


def _others(result: Result, lang: str) -> list[dict[str, Any]]:
    """The select that pulls as many of another banner."""
    others = result.get("others", ())
    if not others:
        return []
    count = 10 if len(result["cards"]) == 10 else 1
    options = [kit.choice(each["name"][lang], each["id"]) for each in others]
    custom_id = f"pull:other_{count}:{result['next_draw']}"
    return kit.rows([kit.select(custom_id, options, say(lang, f"pull_other_{count}"))])


def _card(card: Drawn, lang: str) -> str:
    marks = [f"`{say(lang, mark)}`" for mark in ("featured", "new") if card[mark]]
    # The top rarities stand out in a list of ten on a small screen.
    name = f"**{kit.name(card, lang)}**" if card["rank"] <= 1 else kit.name(card, lang)
    return " ".join([kit.by_rank(kit.STARS, card["rank"]), _rarity(card, lang), name, *marks])


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """The cards by name, and that they are the player's."""
    result = parsed(Result, content)
    stands = say(lang, "stands", receipt_number=receipt_number)
    cards = "\n".join(f"{_rarity(card, lang)} {kit.name(card, lang)}" for card in result["cards"])
    return f"{kit.cut(cards, space - kit.length(stands) - 1)}\n{stands}"


def _rarity(card: Card, lang: str) -> str:
    return literal(card["rarity"][lang])
