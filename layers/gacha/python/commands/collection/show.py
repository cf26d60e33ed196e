"""A page of the book: pictures of what the player has, every card's line, and what leads on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypedDict

from commands import cards, kit
from commands.cards import Card
from commands.collection.definition import SHOWN, SORTS
from commands.collection.texts import say
from commands.kit import Body, Component, Picture
from commands.message import Content, Names, parsed
from commands.sentences import literal, word

PAGES: Final[Mapping[str, int]] = {"p": kit.MAX_PICTURES, "l": 25}
"""Cards to a page, of pictures and as a list."""

_MOST_OF_A_NAME: Final = (80, 40, 20, 8)
"""Characters of a name: as many of these as a page has room for."""
_MOST_OF_GROUPS: Final = 600


class Line(TypedDict):
    card: Card
    number: int
    copies: int
    is_locked: bool
    is_wished: bool


class Group(TypedDict):
    """How many of its cards the player has."""

    name: Names
    owned: int
    of: int


class Summary(TypedDict):
    all: Group
    rarities: Sequence[Group]
    banners: Sequence[Group]


class Chosen(TypedDict):
    """`state` is all of the filter, as a custom id has it (`gacha.book.Filter`)."""

    show: str
    sort: str
    state: str


class Beside(TypedDict, total=False):
    """`banner`: the one of which cards are listed, if only that. `summary`: on the first page."""

    banner: Names
    summary: Summary


class Book(Beside):
    """`owner` is whose it is, and `member` the same where that is not who asked. `found`: cards
    that are listed on all `pages`."""

    kind: Literal["collection"]
    owner: str
    is_own: bool
    view: str
    filter: Chosen
    member: str
    found: int
    page: int
    pages: int
    lines: Sequence[Line]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    book = parsed(Book, content)
    arts = [line for line in book["lines"] if line["copies"] and "art" in line["card"]]
    pictures = [Picture(line["card"]["art"], kit.name(line["card"], lang)) for line in arts]
    if book["view"] == "l":
        pictures = []
    # Over a limit, what pictures show in words goes first, then the ends of long names.
    choices = [(pictures, _MOST_OF_A_NAME[0])]
    bare = [Picture(each.art) for each in pictures]
    choices += [(bare, most) for most in _MOST_OF_A_NAME]
    bodies = [_laid_out(book, *each, lang) for each in choices]
    return next((body for body in bodies if kit.fits(body)), bodies[-1])


def _laid_out(book: Book, pictures: Sequence[Picture], most: int, lang: str) -> Body:
    parts: list[Component] = [kit.display(_head(book, most, lang))]
    if pictures:
        parts.append(kit.gallery(pictures))
    lines = [_line(each, most, lang) for each in book["lines"]]
    parts.append(kit.display("\n".join(lines) or say(lang, "nothing")))
    if "summary" in book:
        parts += [kit.separator(), kit.display(_summary(book["summary"], most, lang))]
    best = min(
        (each["card"] for each in book["lines"]), key=lambda each: each["rank"], default=None
    )
    colour = cards.colour(best) if best else kit.INFO_COLOUR
    return kit.layout(kit.container(colour, *parts), *_controls(book, lang))


def _head(book: Book, most: int, lang: str) -> str:
    title = say(lang, "title") if book["is_own"] else say(lang, "title_of", user=book["owner"])
    listed = [word(SHOWN[book["filter"]["show"]], lang)]
    if "banner" in book:
        listed.insert(0, _short(book["banner"], most, lang))
    listed.append(say(lang, "sorted", by=word(SORTS[book["filter"]["sort"]], lang)))
    listed.append(say(lang, "found", found=book["found"]))
    return f"### {title}\n-# {' · '.join(listed)}"


def _short(name: Names, most: int, lang: str) -> str:
    return literal(kit.cut(name[lang], most))


def _line(of: Line, most: int, lang: str) -> str:
    card = of["card"]
    name, rarity = (_short(card[each], most, lang) for each in ("name", "rarity"))
    number = f"`{of['number']:>3}`"
    marks = [
        mark
        for mark, is_so in ((cards.LOCKED, of["is_locked"]), (cards.WISHED, of["is_wished"]))
        if is_so
    ]
    if not of["copies"]:
        return " ".join([number, "▫️", rarity, name, *marks])
    copies = f"×{of['copies']:,}" if of["copies"] > 1 else ""
    star = cards.star(card) if most == _MOST_OF_A_NAME[0] else cards.bare_star(card)
    return " ".join(filter(None, [number, star, rarity, f"**{name}**", copies, *marks]))


def _summary(of: Summary, most: int, lang: str) -> str:
    lines = [say(lang, "complete", owned=of["all"]["owned"], of=of["all"]["of"])]
    for groups in (of["rarities"], of["banners"]):
        each = [_group(group, most, lang) for group in groups]
        lines += kit.fitting(each, _MOST_OF_GROUPS, lambda left: say(lang, "left", left=left))
    return "\n".join(lines)


def _group(of: Group, most: int, lang: str) -> str:
    name = _short(of["name"], most, lang)
    done = " ✅" if of["owned"] == of["of"] else ""
    return f"-# {name} {of['owned']:,}/{of['of']:,}{done}"


def _controls(book: Book, lang: str) -> list[Component]:
    state, view, page = book["filter"]["state"], book["view"], book["page"]
    other = "l" if view == "p" else "p"

    def at(view: str, page: int) -> str:
        return f"{view}:{state}:{book['member']}:{page}"

    turns = [
        kit.button(say(lang, way), f"collection:{at(view, to)}")
        for way, to in (("previous", page - 1), ("next", page + 1))
        if 0 <= to < book["pages"]
    ]
    turns.append(
        kit.button(say(lang, "list" if other == "l" else "pictures"), f"collection:{at(other, 0)}")
    )
    if book["is_own"]:
        turns.append(kit.button(say(lang, "share"), f"share:{view}:{state}:{page}"))
    options = [
        kit.choice(word(words, lang), show, default=show == book["filter"]["show"])
        for show, words in SHOWN.items()
    ]
    placeholder = say(lang, "choose", page=page + 1, pages=book["pages"])
    select = kit.select(f"collection:show:{at(view, 0)}", options, placeholder)
    return [*kit.rows(turns), *kit.rows([select])]
