"""Points for a card. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from adapters import banners
from adapters.tables import settings
from commands import choosing, offers
from commands.asked import Asked
from commands.choosing import Desk, Place
from commands.counter import Rest, Taken
from commands.decisions import Decided
from commands.events import Row
from gacha import changes, engine, snowflake
from gacha.banner import Card
from gacha.changes import Change
from gacha.game import Game
from gacha.player import Player


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    made_ms = snowflake.created_ms(asked.interaction_id)
    game = offers.as_out(banners.with_sample(game), made_ms)

    def take(place: Place, card: Card) -> Change:
        return changes.exchange(current, place.banner, place.offer, card.id)

    def rest(place: Place) -> Rest:
        """What becomes of points that stay behind, and whether there can be more."""
        until_ms = place.offer.exchange_ends_ms
        said: Rest = {"sentence": "rest_stays", "until": (until_ms or 0) // 1000, "shards": 0}
        if not place.offer.is_open(made_ms) or place.offer.is_hidden:
            said["is_over"] = True
        if place.banner.carry_over:
            return {**said, "sentence": "rest_carries" if until_ms is None else "rest_carries_on"}
        if until_ms is None:
            return said
        shards = settings.economy(game.guild_id).point_shards
        return {**said, "sentence": "rest_until", "shards": shards}

    places = _places(asked, current, game)
    return choosing.decided(Desk(asked, current, game, places, take, recorded, rest))


def recorded(row: Row) -> Taken:
    return choosing.taken(row, -row["points"])


def _places(asked: Asked, current: Player, game: Game) -> list[Place]:
    """Where points are taken at the interaction's own time, by the rules of that time: what is
    open, and whatever else the player has points of. First where they have enough, then where they
    have some; last, where nothing is left to take."""
    made_ms = snowflake.created_ms(asked.interaction_id)
    found = []
    for each in game.offered:
        if not each.takes_points(made_ms):
            continue
        offer = offers.as_of(game, each, made_ms)
        banner = banners.offered(game.guild_id, offer)
        if banner.exchange is None:
            continue
        state = engine.State.from_dict(banner, current.states.get(banner.state_key, {}))
        points = state.points
        if points or (offer.is_open(made_ms) and not offer.is_hidden):
            cards = [card for card in banner.cards if card.id in banner.exchange.cards]
            offered = {card: each for each in banner.exchange.offers for card in each.cards}
            prices = {card.id: offered[card.id].price for card in cards}
            left = {card.id: engine.to_take(banner, state, card.id) for card in cards}
            limited = {card: n for card, n in left.items() if n is not None}
            found.append(Place(offer, banner, cards, prices, points, limited))
    found.sort(key=lambda place: (place.is_all_taken, not place.reaches, not place.has))
    return found
