"""Both messages of the member in one, and the buttons that turn the history's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from commands import kit, registry
from commands.admin_player.texts import say
from commands.kit import Body
from commands.message import Content, parsed


class Seen(TypedDict):
    """`profile` and `history`: what those rooms hand over; a page that was turned has no profile
    any more."""

    kind: Literal["admin player"]
    user: str
    profile: Mapping[str, Any] | None
    history: Mapping[str, Any]


def show(content: Content, lang: str, receipt_number: str) -> Body:
    seen = parsed(Seen, content)
    rooms = {"profile": seen["profile"], "history": seen["history"]}
    embeds = [
        embed
        for room, of in rooms.items()
        if of is not None
        for embed in registry.show(room).show(of, lang, receipt_number)["embeds"]
    ]
    while sum(map(kit.length_of, embeds)) > kit.MAX_EMBEDS:  # the history stays, with its buttons
        embeds = embeds[1:]
    buttons = [
        kit.button(say(lang, way), f"admin player:{way}:{seen['user']}:{key}")
        for way in ("newer", "older")
        if (key := seen["history"][way])
    ]
    head = say(lang, "head", user=seen["user"])
    return kit.body(content=head, embeds=embeds, components=kit.rows(buttons))
