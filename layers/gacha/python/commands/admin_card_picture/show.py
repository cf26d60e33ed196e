"""A card's pictures with what can be done with them, what members reported, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from commands import kit
from commands.admin_card_picture.texts import say
from commands.kit import Body, Component, Picture
from commands.message import Content, Names, parsed
from commands.sentences import literal

MOST: Final = kit.MAX_OPTIONS
MOST_PICTURES: Final = 4
"""Of a card: its present one, and others that older banners still show."""

_ROOM: Final = "admin card picture"
_RED, _GREEN, _AMBER = 0xD9534F, 0x57A55A, 0xE0A030
_MOST_OF_A_NAME: Final = 40


class Hit(TypedDict):
    number: int
    name: Names


class Entry(Hit):
    """A card whose picture `count` members reported."""

    count: int
    hidden: bool


class CardPicture(TypedDict):
    art: str
    count: int
    hidden: bool


class Shown(TypedDict):
    """`view`: "list", "several", "card", "ask" or "said". `typed` is what was looked for, of which
    `found` were found; `sentence` what came of it, and `again` what a button says that tries it
    once more, or empty."""

    kind: Literal["admin card picture"]
    view: str
    entries: Sequence[Mapping[str, Any]]
    typed: str
    found: int
    number: int
    name: Names
    pictures: Sequence[CardPicture]
    sentence: str
    again: str


_NOTHING: Final[Shown] = {
    "kind": "admin card picture",
    "view": "list",
    "entries": [],
    "typed": "",
    "found": 0,
    "number": 0,
    "name": {},
    "pictures": [],
    "sentence": "",
    "again": "",
}


def listed(entries: Sequence[Entry]) -> Shown:
    return {**_NOTHING, "entries": entries}


def several(typed: str, hits: Sequence[Hit], found: int) -> Shown:
    return {**_NOTHING, "view": "several", "typed": typed, "entries": hits, "found": found}


def card(of: Hit, pictures: Sequence[CardPicture]) -> Shown:
    return {**_NOTHING, "view": "card", **of, "pictures": pictures}


def asking(of: Hit, art: str) -> Shown:
    picture: CardPicture = {"art": art, "count": 0, "hidden": False}
    return {**_NOTHING, "view": "ask", **of, "pictures": [picture]}


def said(sentence: str, name: Names, number: int, again: str) -> Shown:
    told: Shown = {**_NOTHING, "view": "said", "sentence": sentence, "name": name}
    return {**told, "number": number, "again": again}


# --- what is shown --------------------------------------------------------------------------------


def show(content: Content, lang: str, receipt_number: str) -> Body:
    of = parsed(Shown, content)
    views = {"list": _list, "several": _several, "card": _card, "ask": _ask}
    if of["view"] in views:
        return views[of["view"]](of, lang)
    lines = "\n".join(_said(of, lang, receipt_number))
    colour = _GREEN if of["sentence"] in ("removed", "shown") else _RED
    buttons = []
    if of["again"]:
        label = say(lang, "remove" if of["again"].startswith("remove") else "show")
        buttons.append(kit.button(label, f"{_ROOM}:{of['again']}"))
    buttons += [_to_card(of, lang, "card"), _to_list(lang)]
    return kit.layout(kit.container(colour, kit.display(lines)), *kit.rows(buttons))


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """The texts of it; what can be pressed comes back with the command."""
    of = parsed(Shown, content)
    if of["view"] == "said":
        lines = _said(of, lang, receipt_number)
    else:
        lines = [say(lang, "how"), say(lang, "receipt", receipt_number=receipt_number)]
    return kit.cut("\n".join(lines), space)


def _said(of: Shown, lang: str, receipt_number: str) -> list[str]:
    name = kit.in_language(of["name"], lang) if of["name"] else ""
    lines = [say(lang, of["sentence"], name=name)]
    return [*lines, f"-# {say(lang, 'receipt', receipt_number=receipt_number)}"]


def _list(of: Shown, lang: str) -> Body:
    lines = [f"### {say(lang, 'title')}"]
    for each in of["entries"]:
        name = kit.cut(kit.in_language(each["name"], lang), _MOST_OF_A_NAME)
        given = {"name": name, "number": each["number"], "count": each["count"]}
        lines.append(say(lang, "entry_hidden" if each["hidden"] else "entry", **given))
    if not of["entries"]:
        lines.append(say(lang, "none"))
    lines.append(f"-# {say(lang, 'how')}")
    frame = kit.container(kit.INFO_COLOUR, kit.display("\n".join(lines)))
    return kit.layout(frame, *_pick(of, lang))


def _several(of: Shown, lang: str) -> Body:
    if not of["entries"]:
        lines = [say(lang, "no_card", name=literal(of["typed"]))]
    else:
        lines = [say(lang, "several", name=literal(of["typed"]), found=of["found"])]
    if of["found"] > MOST:
        lines.append(f"-# {say(lang, 'several_more')}")
    frame = kit.container(kit.INFO_COLOUR, kit.display("\n".join(lines)))
    return kit.layout(frame, *_pick(of, lang), *kit.rows([_to_list(lang)]))


def _pick(of: Shown, lang: str) -> list[Component]:
    numbers = {
        each["number"]: each for each in of["entries"]
    }  # a select's values are all different
    options = [
        kit.choice(kit.cut(f"{number} {each['name'][lang]}", _MOST_OF_A_NAME), str(number))
        for number, each in numbers.items()
    ]
    select = kit.select(f"{_ROOM}:open", options, say(lang, "pick"))
    return kit.rows([select]) if options else []


_ONE: Final = {"show": "show_one", "keep": "keep_one"}
"""The same of one of several pictures."""


def _card(of: Shown, lang: str) -> Body:
    name = kit.in_language(of["name"], lang)
    parts = [kit.display(f"### {name}\n{say(lang, 'number', number=of['number'])}")]
    buttons = []
    many = len(of["pictures"]) > 1
    for place, each in enumerate(of["pictures"], 1):
        parts.append(_picture(each, of, lang))
        if each["hidden"] or each["count"]:
            key = "hidden" if each["hidden"] else "reports"
            parts.append(kit.display(say(lang, key, count=each["count"])))
            key = "show" if each["hidden"] else "keep"
            label = say(lang, _ONE[key], place=place) if many else say(lang, key)
            button = kit.button(label, f"{_ROOM}:show:{each['art']}:{of['number']}")
            buttons.append(kit.styled(button, kit.SUCCESS))
        label = say(lang, "remove_one", place=place) if many else say(lang, "remove")
        button = kit.button(label, f"{_ROOM}:ask:{each['art']}:{of['number']}")
        buttons.append(kit.styled(button, kit.DANGER))
    if not of["pictures"]:
        parts.append(kit.display(say(lang, "no_picture")))
    buttons.append(_to_list(lang))
    waits = any(each["hidden"] for each in of["pictures"])
    frame = kit.container(_AMBER if waits else kit.INFO_COLOUR, *parts)
    rows = [row for at in range(0, len(buttons), 5) for row in kit.rows(buttons[at : at + 5])]
    return kit.layout(frame, *rows)


def _picture(of: CardPicture, card: Shown, lang: str) -> Component:
    gallery = kit.gallery([Picture(of["art"], card["name"][lang])])
    if of["hidden"]:
        [item] = gallery["items"]
        gallery["items"] = [{**item, "spoiler": True}]
    return gallery


def _ask(of: Shown, lang: str) -> Body:
    name = kit.in_language(of["name"], lang)
    [picture] = of["pictures"]
    parts = [_picture(picture, of, lang), kit.display(say(lang, "ask", name=name))]
    again = f"{_ROOM}:remove:{picture['art']}:{of['number']}"
    yes = kit.sure(say(lang, "remove"), again, _to_card(of, lang, "back"))
    return kit.layout(kit.container(_AMBER, *parts), *yes)


def _to_card(of: Shown, lang: str, label: str) -> dict[str, Any]:
    return kit.button(say(lang, label), f"{_ROOM}:open:{of['number']}")


def _to_list(lang: str) -> dict[str, Any]:
    return kit.button(say(lang, "list"), f"{_ROOM}:list")
