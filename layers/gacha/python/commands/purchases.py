"""A card of one's own choice, for points or for shards, in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from adapters import banners
from commands import events, kit
from commands.cards import card
from commands.events import Event, Row
from commands.message import Names
from gacha import purse

if TYPE_CHECKING:
    from commands.parts import Say


class Purchase(Event):
    """`paid`: how many points or shards."""

    banner: Names
    card: Names
    paid: int


def event(row: Row, currency: str) -> Purchase:
    """`currency`: the field of the row that says what was paid."""
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    [copy] = purse.given(row)
    return Purchase(
        **events.common(row),
        banner=dict(banner.name),
        card=card(banner, copy.card)["name"],
        paid=-row[currency],
    )


def line(of: Event, say: Say, lang: str) -> str:
    purchase = cast(Purchase, of)
    names = {name: kit.in_language(purchase[name], lang) for name in ("banner", "card")}
    return events.dated(of, say(lang, "history", paid=purchase["paid"], **names))
