"""Shards for a card. It touches no seed, whatever became of the player's epoch. Of a box that the
server shares there are only so many copies, and the shop sells none."""

from __future__ import annotations

from collections.abc import Sequence

from adapters import banners
from commands import choosing, offers
from commands.asked import Asked
from commands.choosing import Desk, Place
from commands.counter import Taken
from commands.decisions import Decided
from commands.events import Row
from gacha import changes, shards, snowflake
from gacha.banner import Card
from gacha.changes import Change
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    made_ms = snowflake.created_ms(asked.interaction_id)
    game = offers.as_out(banners.with_sample(game), made_ms)
    places = _places(asked, current, game)

    def take(place: Place, card: Card) -> Change:
        return changes.buy(current, place.banner, place.offer, card, place.prices[card.id])

    if limited := _limited(asked, game, places):
        return limited
    return choosing.decided(Desk(asked, current, game, places, take, recorded))


def recorded(row: Row) -> Taken:
    return choosing.taken(row, -row["shards"])


def _limited(asked: Asked, game: Game, places: Sequence[Place]) -> Refusal | None:
    """That a banner which is open is not for sale: it was named, or there is no other."""
    sold = {place.offer.id for place in places}
    there = game.open_at(snowflake.created_ms(asked.interaction_id))
    named = offers.among(asked, game, there) if "banner" in asked.options else None
    if "banner" not in asked.options and not sold:
        named = next(iter(there), None)
    if not isinstance(named, Offer) or named.id in sold:
        return None
    banner = banners.offered(game.guild_id, named)
    return Refusal("limited", {"banner": dict(banner.name)})


def _places(asked: Asked, current: Player, game: Game) -> list[Place]:
    """What is open at the interaction's own time, by the rules of that time, the default first."""
    made_ms = snowflake.created_ms(asked.interaction_id)
    default = game.default_at(made_ms)
    found = []
    for each in game.open_at(made_ms):
        offer = offers.as_of(game, each, made_ms)
        banner = banners.offered(game.guild_id, offer)
        if banner.shared is not None:
            continue
        of_rarity = shards.prices(banner, banners.look(offer))
        prices = {card.id: of_rarity[card.rarity] for card in banner.cards}
        found.append(Place(offer, banner, banner.cards, prices, current.shards))
    found.sort(key=lambda place: default is None or place.offer.id != default.id)
    return found
