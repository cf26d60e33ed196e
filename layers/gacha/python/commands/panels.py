"""What a panel is of, as members are to see it for as long as the message stays: read for
`/gacha-admin panel`, and for what is confirmed before a server's first."""

from __future__ import annotations

from collections.abc import Mapping

from adapters import banners
from commands import sold
from commands.admin_panel.show import Look, Panel
from commands.described import described
from gacha.banner import Banner
from gacha.game import Game, Offer


def panel(game: Game, offer: Offer, now: int, *, is_new: bool) -> Panel:
    """Of a banner that the server offers, as of `now` in Unix milliseconds."""
    is_over = offer.ends_ms is not None and offer.ends_ms <= now
    banner = banners.offered(game.guild_id, offer)
    is_planned = not (is_over or offer.is_open(now))
    look = _look(banner, offer)
    if is_new:
        look["is_new"] = True
    return {
        "kind": "admin panel",
        "banner": described(banner, offer, sold.box(game, offer, banner, now)),
        "starts": offer.starts_ms // 1000 if is_planned and offer.starts_ms else None,
        "is_over": is_over,
        "mark": offer.mark_at(now),
        **look,
    }


def _of_foremost_card(banner: Banner, pictures: Mapping[str, str]) -> str | None:
    """What stands for a banner without a picture of its own: that of its first featured card of the
    highest rarity, or of the next that has one."""
    cards = (card for rarity in banner.rarities for card in rarity.cards)
    return next((pictures[card.id] for card in cards if card.id in pictures), None)


def _look(banner: Banner, offer: Offer) -> Look:
    seen = banners.look(offer)
    look: Look = {}
    if picture := seen.get("picture") or _of_foremost_card(banner, seen.get("cards", {})):
        look["picture"] = picture
    if description := seen.get("description"):
        look["description"] = description
    colour = seen.get("rarities", {}).get(banner.rarities[0].id, {}).get("colour")
    if colour is not None:
        look["colour"] = colour
    return look
