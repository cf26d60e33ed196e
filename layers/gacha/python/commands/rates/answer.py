"""A banner's odds, and what holds for the player's next pull."""

from __future__ import annotations

from adapters import banners
from adapters.tables import players, settings
from commands import offers
from commands.asked import Asked
from commands.message import Text
from commands.rates.show import History, Table
from gacha import engine, pulling, rates, snowflake
from gacha.game import Offer
from gacha.pulling import Refusal


def answer(asked: Asked) -> Table | Text:
    game = banners.game(asked.guild)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    banner = banners.offered(asked.guild, offer)
    current = players.load(asked.player_key)
    stored = current.states.get(banner.state_key, {}) if current else {}
    state = engine.State.from_dict(banner, stored)
    if pulling.has_days(banner):
        now_ms = snowflake.created_ms(asked.interaction_id)
        clock = settings.economy(asked.guild).clock(game, now_ms)
        state = engine.on_day(banner, state, clock.number_of(now_ms))
    table = rates.table(banner, state)
    return {
        **_history(asked.guild, offer),
        "kind": "rates",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "banner_hash": banner.hash,
        "rarities": table["rarities"],
        "standing": table["standing"],
    }


def _history(guild_id: str, offer: Offer) -> History:
    """Since when the rules hold, and the rates before. Nobody notes it of what ships."""
    versions = settings.versions(guild_id, offer.id)
    places = [at for at, each in enumerate(versions) if each.rules == offer.rules]
    if not places:
        return {}
    at = places[-1]
    history: History = {"since": versions[at].since_ms // 1000}
    if at:
        before = banners.load_version(guild_id, offer.id, versions[at - 1].rules)
        history["before"] = {
            "banner_hash": before.hash,
            "rates": [
                {
                    "rarity": dict(each.name),
                    "rate": rates.percent(each.rate),
                    "ceiling": each.ceiling,
                }
                for each in before.rarities
            ],
        }
    return history
