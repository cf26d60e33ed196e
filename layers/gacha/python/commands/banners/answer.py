"""What is open at the interaction's own time, and what is planned."""

from __future__ import annotations

from adapters import banners, seeds
from commands import offers, sold
from commands.asked import Asked
from commands.banners.show import Banners, Planned
from commands.described import Described, described
from gacha import pulling, snowflake
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
    shown: Banners = {
        "kind": "banners",
        "open": [_described(game, each, now) for each in there],
        "planned": _planned(game, now),
        "chosen": on_top,
        "next_draw": pulling.next_draw(seeds.load_player(asked)),
    }
    offer = game.offer(on_top)
    if offer and (picture := banners.look(offer).get("picture")):
        shown["picture"] = picture
    return shown


def _described(game: Game, offer: Offer, now: int) -> Described:
    banner = banners.offered(game.guild_id, offer)
    return described(banner, offer, sold.left(game, offer, banner, now))


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
