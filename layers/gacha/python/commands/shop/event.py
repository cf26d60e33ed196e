"""A card for shards in the history."""

from __future__ import annotations

from typing import cast

from adapters import banners
from commands import events, kit
from commands.cards import card
from commands.events import Event, Row
from commands.message import Names
from commands.shop.texts import say
from gacha import purse


class Bought(Event):
    """`paid`: how many shards."""

    banner: Names
    card: Names
    paid: int


def event(row: Row) -> Bought:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    [copy] = purse.given(row)
    return Bought(
        **events.common(row),
        banner=dict(banner.name),
        card=card(banner, copy.card)["name"],
        paid=-row["shards"],
    )


def line(of: Event, lang: str) -> str:
    bought = cast(Bought, of)
    names = {name: kit.in_language(bought[name], lang) for name in ("banner", "card")}
    return events.dated(of, say(lang, "history", shards=bought["paid"], **names))
