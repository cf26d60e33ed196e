"""A box that was begun anew, in the history."""

from __future__ import annotations

from typing import cast

from adapters import banners
from commands import events, kit
from commands.box.texts import say
from commands.events import Event, Row
from commands.message import Names


class Begun(Event):
    """`lost`: how many copies were left in the box before."""

    banner: Names
    lost: int


def event(row: Row) -> Begun:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    return Begun(**events.common(row), banner=dict(banner.name), lost=row["lost"])


def line(of: Event, lang: str) -> str:
    begun = cast(Begun, of)
    banner = kit.in_language(begun["banner"], lang)
    return events.dated(of, say(lang, "history", banner=banner, lost=begun["lost"]))
