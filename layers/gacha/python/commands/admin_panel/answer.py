"""A banner that is open or planned, as members are to see it for as long as the message stays; and
a panel that is there already (`drawn`), as it is to be seen now.

Nothing is recorded: the message itself shows who used the command, and changes nothing. Before the
first, its admin confirms what nobody may sell (`present new` records that).
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters import banners
from adapters.tables import settings
from commands import offers, sold
from commands.admin_panel.show import Look, Panel, Pledging
from commands.asked import Asked
from commands.described import described
from commands.message import Text, text
from gacha import snowflake
from gacha.banner import Banner
from gacha.game import Offer
from gacha.presents import PLEDGE
from gacha.pulling import Refusal


def answer(asked: Asked) -> Panel | Pledging | Text:
    if settings.setting(asked.guild, PLEDGE) is None:
        return {"kind": "admin panel", "pledge": "first"}
    game = banners.game(asked.guild)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    now = snowflake.created_ms(asked.interaction_id)
    is_over = offer.ends_ms is not None and offer.ends_ms <= now
    if is_over and "drawn" not in asked.options:
        return text("over", banner=offers.called(game)[offer.id])
    banner = banners.offered(asked.guild, offer)
    is_planned = not (is_over or offer.is_open(now))
    look = _look(banner, offer)
    if "drawn" not in asked.options:
        look["is_new"] = True
    return {
        "kind": "admin panel",
        "banner": described(banner, offer, sold.left(game, offer, banner, now)),
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
