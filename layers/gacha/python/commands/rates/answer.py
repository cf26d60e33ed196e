"""A banner's odds, and what holds for the player's next pull."""

from __future__ import annotations

from adapters import banners
from adapters.tables import players
from commands import offers
from commands.asked import Asked
from commands.message import Text
from commands.rates.show import Table
from gacha import engine, rates
from gacha.pulling import Refusal


def answer(asked: Asked) -> Table | Text:
    offer = offers.to_show(asked, banners.game(asked.guild))
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    banner = banners.offered(asked.guild, offer)
    current = players.load(asked.player_key)
    stored = current.states.get(banner.state_key, {}) if current else {}
    table = rates.table(banner, engine.State.from_dict(banner, stored))
    return {
        "kind": "rates",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "banner_hash": banner.hash,
        "rarities": table["rarities"],
        "standing": table["standing"],
    }
