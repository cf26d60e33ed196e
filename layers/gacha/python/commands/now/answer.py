"""What there is to do now: three reads, of the game, of what the server gives, and of the player.
Files of banners are read once by a running function."""

from __future__ import annotations

from typing import Final

from adapters import banners
from adapters.tables import players, settings
from commands.asked import Asked
from commands.now.show import Day, Now, Open
from gacha import days, engine, purse, rules, snowflake
from gacha.banner import TEN, Banner
from gacha.economy import Economy
from gacha.game import Game, Offer
from gacha.player import Player

MOST_BANNERS: Final = 5
"""Banners that are listed: the rest is for `/gacha banners`."""

MOST_RULES: Final = 3
"""What is certain soon, of one banner."""

SOON_MS: Final = 3 * 24 * 60 * 60 * 1000
"""A banner that ends within three days ends soon."""

_CERTAIN: Final = {
    *("featured_next", "ceiling", "promise", "promise_next", "promise_among", "points_reach"),
}
"""Of a banner's rules as they stand, those that say that something is certain, or can be had."""


def answer(asked: Asked) -> Now:
    now_ms = snowflake.created_ms(asked.interaction_id)
    game = banners.game(asked.guild)
    economy = settings.economy(asked.guild)
    current = players.load(asked.player_key)
    lots = current.tickets if current else economy.starter(now_ms)
    good = [lot for lot in lots if now_ms < lot.ends_ms]
    there = _in_order(game, now_ms)
    return {
        "kind": "now",
        "is_new": current is None,
        "balance": current.balance if current else game.start_balance,
        "tickets": sum(lot.count for lot in good),
        "first_ends": good[0].ends_ms // 1000 if good else 0,
        "day": _day(current, economy, game, now_ms),
        "banners": [
            _open(banners.offered(asked.guild, each), each, current, economy, game, now_ms)
            for each in there[:MOST_BANNERS]
        ],
        "more": max(0, len(there) - MOST_BANNERS),
    }


def _in_order(game: Game, now_ms: int) -> list[Offer]:
    """What is open: first what is pulled where no banner is named."""
    default = game.default_at(now_ms)
    there = game.open_at(now_ms)
    return sorted(there, key=lambda each: default is None or each.id != default.id)


def _day(current: Player | None, economy: Economy, game: Game, now_ms: int) -> Day:
    """Whether today's can be had, or when the next one can."""
    claimed = current.claimed if current else ()
    clock = economy.clock(game, now_ms)
    if days.place(claimed, clock, now_ms) is not None:
        return {"can": True, "streak": claimed[-1].streak if claimed else 0, "next": 0}
    next_s = days.next_ms(claimed[-1], clock) // 1000
    return {"can": False, "streak": claimed[-1].streak, "next": next_s}


def _open(
    banner: Banner,
    offer: Offer,
    current: Player | None,
    economy: Economy,
    game: Game,
    now_ms: int,
) -> Open:
    states = current.states if current else {}
    state = engine.State.from_dict(banner, states.get(banner.state_key, {}))
    standing = [each for each in rules.standing(banner, state) if each["kind"] in _CERTAIN]
    ends = offer.ends_ms
    lots = current.tickets if current else economy.starter(now_ms)
    tickets = sum(lot.count for lot in lots if lot.is_good(banner.id, now_ms))
    balance = current.balance if current else game.start_balance
    is_coins = current is not None and current.spending == purse.COINS_FIRST
    return {
        "id": banner.id,
        "name": dict(banner.name),
        "ends": ends // 1000 if ends is not None and ends - now_ms < SOON_MS else 0,
        "certain": standing[:MOST_RULES],
        "counts": [
            count
            for count in (1, TEN)
            if tickets >= count or balance >= banner.price(count, state.step)
        ],
        "by_tickets": 0 if is_coins and balance >= banner.price(1) else tickets,
        "pulls": balance // banner.price(1) if banner.price(1) else 0,
        "exchanges": any(each["kind"] == "points_reach" for each in standing),
    }
