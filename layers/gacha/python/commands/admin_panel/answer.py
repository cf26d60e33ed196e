"""A banner that is open or planned, as members are to see it for as long as the message stays.

Nothing is recorded: the message itself shows who used the command, and changes nothing.
"""

from __future__ import annotations

from adapters import banners
from commands import offers
from commands.admin_panel.show import Look, Panel
from commands.asked import Asked
from commands.described import described
from commands.message import Text, text
from gacha import snowflake
from gacha.banner import Banner
from gacha.game import Offer
from gacha.pulling import Refusal


def answer(asked: Asked) -> Panel | Text:
    game = banners.game(asked.guild)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    now = snowflake.created_ms(asked.interaction_id)
    if offer.ends_ms is not None and offer.ends_ms <= now:
        return text("over", banner=offers.called(game)[offer.id])
    banner = banners.offered(asked.guild, offer)
    starts = None if offer.is_open(now) or offer.starts_ms is None else offer.starts_ms // 1000
    return {
        "kind": "admin panel",
        "banner": described(banner, offer),
        "starts": starts,
        **_look(banner, offer),
    }


def _look(banner: Banner, offer: Offer) -> Look:
    seen = banners.look(offer)
    look: Look = {}
    if picture := seen.get("picture"):
        look["picture"] = picture
    if description := seen.get("description"):
        look["description"] = description
    colour = seen.get("rarities", {}).get(banner.rarities[0].id, {}).get("colour")
    if colour is not None:
        look["colour"] = colour
    return look
