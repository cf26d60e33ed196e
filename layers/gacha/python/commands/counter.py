"""Where a player takes cards of their own choice, for points or for shards: what there is, the
question before it is done, and what was done. Both rooms draw it with sentences of their own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict

from commands import cards, kit
from commands.cards import Card
from commands.kit import Body, Embed
from commands.message import Content, Named, parsed

if TYPE_CHECKING:
    from commands.parts import Say

PAGE: Final = kit.MAX_OPTIONS
"""Cards to a page of the select."""

_MOST_OF_A_CHOICE: Final = 40
_MOST_OF_A_BANNER: Final = 60
_MOST_OF_A_MARKED: Final = 50
"""Characters: two full selects take their part of a message's bytes; so does what is said of a
banner."""


class Limited(TypedDict, total=False):
    """`left`: how many copies the player may still take, where there is an end."""

    left: int


class Ware(Limited):
    """`copies`: how many the player has. `price`: in points or shards."""

    card: Card
    number: int
    price: int
    copies: int


class Over(TypedDict, total=False):
    """`is_over`: nobody can pull there any more, so the points do not grow."""

    is_over: bool


class Rest(Over):
    """What becomes of the points that are left. `sentence` is the room's; `until` in Unix seconds,
    and `shards` to a point, are its blanks, 0 where it has none."""

    sentence: str
    until: int
    shards: int


class Taking(TypedDict, total=False):
    """`is_all_taken`: the player has taken as many copies of each card as they may."""

    is_all_taken: bool


class Other(Named, Taking):
    """A banner that can be chosen instead."""


class Beside(Taking, total=False):
    """`rest`: of points alone. `asks`: the card that was chosen, and is not yet taken. `cheapest`:
    the lowest price of those that can be taken, where there are several for points."""

    rest: Rest
    cheapest: int
    asks: Ware


class Counter(Beside):
    """A page of cards of a banner, and what the player `has` to pay with."""

    kind: str
    banner: Named
    others: Sequence[Other]
    has: int
    page: int
    pages: int
    wares: Sequence[Ware]


class Taken(TypedDict):
    """What was done; `left`: of what was paid with. `banner_id`: whose card it is."""

    kind: str
    banner_id: str
    taken: Ware
    left: int


def show(content: Content, say: Say, lang: str, receipt_number: str) -> Body:
    if "taken" in content:
        return _taken(parsed(Taken, content), say, lang, receipt_number)
    page = parsed(Counter, content)
    return _asking(page, say, lang) if "asks" in page else _listing(page, say, lang)


def plain(content: Content, say: Say, lang: str, receipt_number: str, space: int) -> str:
    """Of what was done the card's name; of a page how much the player has."""
    if "taken" in content:
        done = parsed(Taken, content)
        words = [_done(done, say, lang), say(lang, "receipt_number", receipt_number=receipt_number)]
    else:
        page = parsed(Counter, content)
        words = [kit.in_language(page["banner"]["name"], lang), say(lang, "has", has=page["has"])]
    return kit.cut("\n".join(words), space)


# --- what there is --------------------------------------------------------------------------------


def _listing(page: Counter, say: Say, lang: str) -> Body:
    first = page["wares"][0]["price"]
    lines = [
        f"**{kit.in_language(page['banner']['name'], lang)}**",
        say(lang, "has", has=page["has"]),
        *_price(page, first, say, lang),
        *_rest(page, say, lang),
    ]
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(lines),
    }
    return kit.body(
        embeds=[embed], components=[*_choice(page, say, lang), *_turns(page, say, lang)]
    )


def _price(page: Counter, price: int, say: Say, lang: str) -> list[str]:
    """Where one price is all cards', and how much is missing to it; else where shards come from."""
    if "rest" not in page:
        return [say(lang, "about")]
    if page.get("is_all_taken"):
        return [say(lang, "all_taken_here")]
    price = page.get("cheapest", price)
    short = price - page["has"]
    if "cheapest" in page:
        return [say(lang, "price_from", price=price)]
    missing = say(lang, "short_over" if _is_over(page) else "short", short=short)
    return [say(lang, "price", price=price), *([missing] * (short > 0))]


def _is_over(page: Counter) -> bool:
    return "rest" in page and page["rest"].get("is_over", False)


def _rest(page: Counter, say: Say, lang: str) -> list[str]:
    if "rest" not in page:
        return []
    rest = page["rest"]
    return [say(lang, rest["sentence"], until=rest["until"], shards=rest["shards"])]


def _choice(page: Counter, say: Say, lang: str) -> list[Any]:
    """The select of this page's cards, and that of the other banners."""
    place = f"{page['banner']['id']}:{page['page']}"
    options = [_option(page, each, say, lang) for each in page["wares"]]
    placeholder = say(lang, "choose", page=page["page"] + 1, pages=page["pages"])
    rows = kit.rows([kit.select(f"{page['kind']}:card:{place}", options, placeholder)])
    if others := page["others"]:
        banners = [_other(each, say, lang) for each in others]
        rows += kit.rows([kit.select(f"{page['kind']}:banner", banners, say(lang, "other"))])
    return rows


def _other(of: Other, say: Say, lang: str) -> dict[str, Any]:
    if not of.get("is_all_taken"):
        return kit.choice(kit.cut(of["name"][lang], _MOST_OF_A_BANNER), of["id"])
    name = kit.cut(of["name"][lang], _MOST_OF_A_MARKED)
    return kit.choice(name, of["id"], description=say(lang, "other_taken"))


def _option(page: Counter, ware: Ware, say: Say, lang: str) -> dict[str, Any]:
    rarity = ware["card"]["rarity"][lang]
    label = kit.cut(f"{rarity} {ware['card']['name'][lang]}", _MOST_OF_A_CHOICE)
    has = "owned" if ware["copies"] else "not_owned"
    said = say(lang, "line", price=ware["price"], has=say(lang, has, copies=ware["copies"]))
    if "rest" in page and ("cheapest" in page or "left" in ware):
        said = say(lang, "line_price", price=ware["price"], has=said)
    if "left" in ware:
        sentence = "line_left" if ware["left"] else "line_none_left"
        said = say(lang, sentence, line=said, left=ware["left"])
    return kit.choice(label, str(ware["number"]), description=said)


def _turns(page: Counter, say: Say, lang: str) -> list[Any]:
    ways = (("previous", page["page"] - 1), ("next", page["page"] + 1))
    return kit.rows(
        [
            kit.button(say(lang, way), f"{page['kind']}:list:{page['banner']['id']}:{to}")
            for way, to in ways
            if 0 <= to < page["pages"]
        ]
    )


# --- the question, and what was done --------------------------------------------------------------


def _asking(page: Counter, say: Say, lang: str) -> Body:
    """A button that does it, where the player has enough; what it says has to hold still when it is
    pressed."""
    ware = page["asks"]
    has, price = page["has"], ware["price"]
    number, banner = ware["number"], page["banner"]["id"]
    is_left = ware.get("left") != 0
    short = price - has
    missing = {"price": price, "has": has, "short": short}
    paid = (
        say(lang, "too_few_over" if _is_over(page) else "too_few", **missing)
        if short > 0
        else say(lang, "pays", price=price, has=has, left=has - price)
    )
    owned = say(lang, "has_already" if ware["copies"] else "has_none", copies=ware["copies"])
    lines = [paid, owned, say(lang, "gives_nothing"), *_rest(page, say, lang)]
    if not is_left:  # what it would take is no question any more
        lines = [say(lang, "none_left"), say(lang, "has", has=has), *_rest(page, say, lang)]
    elif "left" in ware:
        lines.insert(1, say(lang, "left", left=ware["left"]))
    take = kit.button(
        say(lang, "take", price=price), f"{page['kind']}:take:{banner}:{number}:{price}:{has}"
    )
    back = kit.button(say(lang, "back"), f"{page['kind']}:list:{banner}:{page['page']}")
    embed = _of_card(ware, say(lang, "ask", card=_named(ware, lang)), lines)
    can = short <= 0 and is_left
    return kit.body(embeds=[embed], components=kit.rows([*([take] * can), back]))


def _taken(done: Taken, say: Say, lang: str, receipt_number: str) -> Body:
    ware = done["taken"]
    embed = _of_card(ware, say(lang, "title"), [_done(done, say, lang)])
    embed["footer"] = {"text": say(lang, "receipt_number", receipt_number=receipt_number)}
    again = kit.button(say(lang, "again"), f"{done['kind']}:open:{done['banner_id']}")
    book = kit.button(say(lang, "book"), "collection:open")
    now = kit.button(say(lang, "now"), "now:open")
    return kit.body(embeds=[embed], components=kit.rows([book, again, now]))


def _done(done: Taken, say: Say, lang: str) -> str:
    ware = done["taken"]
    values = {"price": ware["price"], "left": done["left"]}
    return say(lang, "done", card=_named(ware, lang), **values)


def _of_card(ware: Ware, title: str, lines: Sequence[str]) -> Embed:
    embed: Embed = {
        "title": title,
        "color": cards.colour(ware["card"]),
        "description": "\n".join(lines),
    }
    if "art" in ware["card"]:
        embed["image"] = {"url": f"{os.environ['ART_URL']}{ware['card']['art']}"}
    return embed


def _named(ware: Ware, lang: str) -> str:
    card = ware["card"]
    return f"{kit.in_language(card['rarity'], lang)} {kit.name(card, lang)}"
