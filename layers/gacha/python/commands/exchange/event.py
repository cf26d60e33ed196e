"""A card for points in the history."""

from __future__ import annotations

from typing import cast

from adapters import banners
from commands import events, kit
from commands.cards import card
from commands.events import Event, Row
from commands.exchange.texts import say
from commands.message import Names
from gacha import purse


class Exchanged(Event):
    """`points`: what was paid."""

    banner: Names
    card: Names
    points: int


def event(row: Row) -> Exchanged:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    [copy] = purse.given(row)
    return Exchanged(
        **events.common(row),
        banner=dict(banner.name),
        card=card(banner, copy.card)["name"],
        points=-row["points"],
    )


def line(of: Event, lang: str) -> str:
    exchanged = cast(Exchanged, of)
    names = {name: kit.in_language(exchanged[name], lang) for name in ("banner", "card")}
    return events.dated(of, say(lang, "history", points=exchanged["points"], **names))
