"""Every command that works where the player asked, and what a pull costs."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit, registry
from commands.help.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.sentences import word


class Help(TypedDict):
    """`one` and `ten` are prices, `start` is what a new player has."""

    kind: Literal["help"]
    in_server: bool
    banner: Names
    one: int
    ten: int
    start: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    page = parsed(Help, content)
    players, admins = list[str](), list[str]()
    for room in registry.rooms():
        command = registry.definition(room)
        if not page["in_server"] and not command.is_anywhere:
            continue
        line = f"**{word(registry.typed(room), lang)}** {word(command.description, lang)}"
        (admins if registry.permissions(room) else players).append(line)
    if admins:
        admins = ["", say(lang, "admins"), *admins]
    sentences = [] if page["in_server"] else [say(lang, "outside")]
    values = {name: page[name] for name in ("banner", "one", "ten", "start")}
    sentences.append(say(lang, "rules", **kit.blanks(values, lang)))
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join([*players, *admins, "", *sentences]),
    }
    return kit.body(embeds=[embed])
