"""What is open at the interaction's own time, and what is planned."""

from __future__ import annotations

from adapters import banners, seeds
from commands import offers
from commands.asked import Asked
from commands.banners.show import Banner, Banners, Planned
from gacha import features, pulling, rates, snowflake
from gacha.banner import Banner as BannerOfGame
from gacha.game import Game, Offer


def answer(asked: Asked) -> Banners:
    game = banners.game(asked.guild)
    now = snowflake.created_ms(asked.interaction_id)
    there = game.open_at(now)
    chosen = offers.to_show(asked, game)
    is_open = isinstance(chosen, Offer) and chosen in there
    default = game.default_at(now)
    # The one whose buttons the message has: what was chosen may be over by now.
    on_top = chosen.id if isinstance(chosen, Offer) and is_open else default.id if default else ""
    return {
        "kind": "banners",
        "open": [described(banners.offered(asked.guild, each), each) for each in there],
        "planned": _planned(game, now),
        "chosen": on_top,
        "next_draw": pulling.next_draw(seeds.load_player(asked)),
    }


def described(banner: BannerOfGame, offer: Offer) -> Banner:
    """A banner as it is offered, in a few words."""
    top = banner.rarities[0]
    return {
        "id": offer.id,
        "name": dict(banner.name),
        "ends": None if offer.ends_ms is None else offer.ends_ms // 1000,
        "one": banner.price(1),
        "ten": banner.price(10),
        "rarity": dict(top.name),
        "rate": rates.percent(top.rate),
        "features": features.of(banner),
    }


def _planned(game: Game, now: int) -> list[Planned]:
    """What begins later, the next one first."""
    later = [
        (each.starts_ms, each)
        for each in game.offered
        if not each.is_hidden and each.starts_ms is not None and each.starts_ms > now
    ]
    later.sort(key=lambda pair: pair[0])
    known = offers.called(game) if later else {}
    return [{"name": known[each.id], "starts": starts // 1000} for starts, each in later]
