"""A card as it looks, and what it takes to get it; where several are meant, a select of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from commands import cards, kit
from commands.card.texts import say
from commands.cards import Card
from commands.kit import Body, Component, Picture
from commands.message import Content, Names, parsed
from commands.sentences import literal

PAGE: Final = kit.MAX_OPTIONS
"""Cards to a page of the select."""

_MOST_OF_A_CHOICE: Final = 40
_MOST_OF_RATES: Final = 1_200
"""Characters: a full select takes its part of a message's bytes."""


class Hit(TypedDict):
    number: int
    name: Names


class InBox(TypedDict):
    """How many of a card are `left` in the box that the server shares, of so many `tickets`;
    whether whoever draws the last one gets it, too."""

    left: int
    tickets: int
    is_last: bool


class InPack(TypedDict):
    """Of a banner that sells pulls of `size` cards and no single ones: the card's `part` of all
    that they bring in the long run, and the chance that the player's `next` one has it. In percent,
    as text; None where it takes too long."""

    size: int
    part: str | None
    next: str | None


class Boxed(TypedDict, total=False):
    """`box`: of a banner whose box the server shares. `pack`: of one without single pulls, which
    has neither `rate` nor `next`."""

    box: InBox
    pack: InPack


class Rate(Boxed):
    """In percent, as text: the `rate` of a first pull, and of the player's `next` one."""

    banner: Names
    rate: str
    next: str


class Shown(TypedDict):
    """`copies`: how many the player owns. `rates`: in each open banner that has it."""

    card: Card
    number: int
    copies: int
    is_wished: bool
    is_locked: bool
    rates: Sequence[Rate]


class Found(TypedDict):
    """`name`: what was looked for; `hits`: the cards on this `page`, of all that were `found`."""

    kind: Literal["card"]
    name: str
    found: int
    page: int
    pages: int
    hits: Sequence[Hit]
    shown: Shown | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    found = parsed(Found, content)
    if found["shown"] is None:
        name = literal(found["name"])
        several = kit.display(say(lang, "several", name=name, found=found["found"]))
        frame = kit.container(kit.INFO_COLOUR, several)
    else:
        frame = _card(found["shown"], lang)
    return kit.layout(frame, *_buttons(found["shown"], lang), *_choice(found, lang))


def _card(shown: Shown, lang: str) -> Component:
    card = shown["card"]
    rarity = kit.in_language(card["rarity"], lang)
    marks = [f"`{say(lang, 'featured')}`"] if card["featured"] else []
    title = f"### {cards.star(card)} {kit.name(card, lang)}"
    facts = " ".join([rarity, *marks, say(lang, "number", number=shown["number"])])
    parts = [kit.display(f"{title}\n{facts}")]
    if "art" in card:
        alt = f"{card['rarity'][lang]} {card['name'][lang]}"
        parts.append(kit.gallery([Picture(card["art"], alt)]))
    copies = shown["copies"]
    owned = say(lang, "owned", copies=copies) if copies else say(lang, "not_owned")
    parts += [
        kit.display(owned),
        kit.separator(),
        kit.display("\n".join(_rates(shown["rates"], lang))),
    ]
    return kit.container(cards.colour(card), *parts)


def _buttons(shown: Shown | None, lang: str) -> list[Component]:
    """What marks the card or takes a mark away: one locks only what one has. And what members press
    who find that its picture should not be there."""
    if shown is None:
        return []
    number, wish = shown["number"], "drop" if shown["is_wished"] else "add"
    buttons = [kit.button(say(lang, wish), f"wishlist:{wish}:{number}")]
    if shown["copies"] or shown["is_locked"]:
        lock = "open" if shown["is_locked"] else "lock"
        buttons.append(kit.button(say(lang, lock), f"lock:{lock}:{number}"))
    if "art" in shown["card"]:
        custom_id = f"report:open:{number}:{shown['card']['art']}"
        buttons.append(kit.button(say(lang, "report"), custom_id))
    return kit.rows(buttons)


def _rates(rates: Sequence[Rate], lang: str) -> list[str]:
    if not rates:
        return [say(lang, "nowhere")]
    lines = [_rate(each, lang) for each in rates]
    kept = kit.fitting(lines, _MOST_OF_RATES, lambda left: say(lang, "left", left=left))
    has_single = any("box" not in each and "pack" not in each for each in rates)
    notes = ["first_pull"] if has_single else []
    notes += ["long_run"] if any("pack" in each for each in rates) else []
    return [say(lang, "rates"), *kept, *(f"-# {say(lang, note)}" for note in notes)]


def _rate(of: Rate, lang: str) -> str:
    values = {"banner": kit.in_language(of["banner"], lang), "rate": of["rate"]}
    if "pack" in of:
        pack = {**of["pack"], "part": of["pack"]["part"] or say(lang, "too_long")}
        return say(lang, "in_pack" if pack["next"] else "in_pack_alone", **values, **pack)
    if "box" in of:
        return say(lang, _of_box(of["box"]), next=of["next"], **values, **of["box"])
    if of["next"] == of["rate"]:
        return say(lang, "rate", **values)
    return say(lang, "rate_next", next=of["next"], **values)


def _of_box(box: InBox) -> str:
    if not box["tickets"]:
        return "sold_out"
    if not box["left"]:
        return "last_only" if box["is_last"] else "none_left"
    return "in_box_last" if box["is_last"] else "in_box"


def _choice(found: Found, lang: str) -> list[Component]:
    """The select of this page, and the buttons that turn it."""
    if found["found"] == 1:
        return []
    page, pages, name = found["page"], found["pages"], found["name"]
    number = found["shown"]["number"] if found["shown"] else None
    options = [
        kit.choice(
            kit.cut(f"{each['number']} {each['name'][lang]}", _MOST_OF_A_CHOICE),
            str(each["number"]),
            default=each["number"] == number,
        )
        for each in found["hits"]
    ]
    placeholder = say(lang, "choose", page=page + 1, pages=pages)
    rows = kit.rows([kit.select(f"card:choose:{page}:{name}", options, placeholder)])
    ways = (("previous", page - 1), ("next", page + 1))
    turns = [kit.button(say(lang, way), f"card:{to}:{name}") for way, to in ways if 0 <= to < pages]
    return rows + kit.rows(turns)
