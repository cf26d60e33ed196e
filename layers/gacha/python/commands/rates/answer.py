"""A banner's odds, and what holds for the player's next pull."""

from __future__ import annotations

from adapters import banners
from adapters.tables import players
from commands.asked import Asked
from commands.rates.show import Table
from gacha import engine, rates


def answer(asked: Asked) -> Table:
    banner = banners.load(asked.text("banner"))
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
