"""What is open at the interaction's own time, and what is planned."""

from __future__ import annotations

from collections.abc import Sequence

from adapters import banners, seeds
from adapters.tables import settings
from commands import offers, sold
from commands.asked import Asked
from commands.banners.show import Banners, Planned
from commands.described import Described, described, to_pull
from gacha import engine, pulling, snowflake
from gacha.game import Game, Offer
from gacha.player import Player


def answer(asked: Asked) -> Banners:
    game = banners.game(asked.guild)
    now = snowflake.created_ms(asked.interaction_id)
    there = game.open_at(now)
    chosen = offers.to_show(asked, game)
    is_open = isinstance(chosen, Offer) and chosen in there
    player = seeds.load_player(asked)
    found = [_described(game, each, player, now) for each in there]
    found.sort(key=lambda each: not to_pull(each))  # each says of itself what is left
    # The one whose buttons the message has: what was chosen may be over by now.
    if isinstance(chosen, Offer) and is_open and "banner" in asked.options:
        on_top = chosen.id
    else:
        on_top = _first(game, found, now)
    shown: Banners = {
        "kind": "banners",
        "open": found,
        "planned": _planned(game, now),
        "chosen": on_top,
        "next_draw": pulling.next_draw(player),
    }
    offer = game.offer(on_top)
    if offer and (picture := banners.look(offer).get("picture")):
        shown["picture"] = picture
    return shown


def _first(game: Game, found: Sequence[Described], now: int) -> str:
    """The default, or the first, where the player has used that up; empty where nothing is open."""
    default = game.default_at(now)
    rest = [each["id"] for each in found if to_pull(each)] or [each["id"] for each in found]
    return next((each for each in rest if default and each == default.id), (rest or [""])[0])


def _described(game: Game, offer: Offer, player: Player, now: int) -> Described:
    banner = banners.offered(game.guild_id, offer)
    own = engine.State.from_dict(banner, player.states.get(banner.state_key, {}))
    if pulling.has_days(banner):
        clock = settings.economy(game.guild_id).clock(game, now)
        own = engine.on_day(banner, own, clock.number_of(now))
    return described(banner, offer, sold.box(game, offer, banner, now), own)


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
