"""Every command that works where the player asked, and what a pull costs."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit, registry
from commands.help.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.sentences import word


class Price(TypedDict):
    """What one and ten pulls of a banner cost."""

    banner: Names
    one: int
    ten: int


class Priced(TypedDict, total=False):
    """There is no `price` where the server has no banner."""

    price: Price


class Help(Priced):
    """`start` is what a new player has."""

    kind: Literal["help"]
    in_server: bool
    start: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    page = parsed(Help, content)
    players, admins = list[str](), list[str]()
    for room in registry.rooms():
        command = registry.definition(room)
        if not registry.is_command(room) or not (page["in_server"] or command.is_anywhere):
            continue
        line = f"**{word(registry.typed(room), lang)}** {word(command.description, lang)}"
        (admins if registry.permissions(room) else players).append(line)
    if admins:
        admins = ["", say(lang, "admins"), *admins]
    sentences = [] if page["in_server"] else [say(lang, "outside")]
    if "price" in page:
        sentences.append(say(lang, "price", **kit.blanks(page["price"], lang)))
    sentences.append(say(lang, "rules", start=page["start"]))
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join([*players, *admins, "", *sentences]),
    }
    return kit.body(embeds=[embed])
