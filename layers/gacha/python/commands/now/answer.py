"""What there is to do now. By itself it reads twice at most, beside the game, which every command
reads: what the server gives with the player's row, and which presents the player took, where some
may wait. Files of banners are read once by a running function."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters import banners
from adapters.tables import claims, items, players, settings
from commands import admission, sold
from commands.asked import Asked
from commands.message import text
from commands.now.show import Day, Now, Open
from gacha import days, engine, player, presents, pulling, purse, rules, shared_box, snowflake
from gacha.economy import Economy
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.presents import Index

MOST_BANNERS: Final = 5
"""Banners that are listed: the rest is for `/gacha banners`."""

MOST_RULES: Final = 3
"""What is certain soon, of one banner."""

SOON_MS: Final = 3 * 24 * 60 * 60 * 1000
"""A banner that ends within three days ends soon."""

_REACHED: Final = "points_reach"
_CERTAIN: Final = {
    *("limit_today", "limit", "next_price"),
    *("featured_next", "ceiling", "promise", "promise_next", "promise_among", _REACHED),
    *("step", "minimum", "slots"),
}
"""Of a banner's rules as they stand, those that say what is left, is certain or can be had."""


def answer(asked: Asked) -> Now:
    now_ms = snowflake.created_ms(asked.interaction_id)
    given = (settings.ECONOMY, presents.INDEX)
    items.look_ahead(
        players.place(asked.player_key), *(settings.place(asked.guild, each) for each in given)
    )
    game = banners.game(asked.guild)
    economy = settings.economy(asked.guild)
    current = players.load(asked.player_key)
    is_erased = current is None and players.erased_ms(asked.player_key) > 0
    if is_erased:  # who begins again with nothing
        game, economy = replace(game, start_balance=0), replace(economy, starter_tickets=0)
    lots = current.tickets if current else economy.starter(now_ms)
    good = [lot for lot in lots if now_ms < lot.ends_ms]
    there = _in_order(game, now_ms)
    open_now = {each.id for each in there}
    usable = [lot for lot in good if (lot.banner in open_now if lot.banner else open_now)]
    over = (_open(asked, each, current, economy, game) for each in _over(game, current, now_ms))
    reached = [each for each in over if each["exchanges"]][: MOST_BANNERS - 1]
    room = MOST_BANNERS - len(reached)
    shown = [_open(asked, each, current, economy, game) for each in there[:room]]
    found: Now = {
        "kind": "now",
        "is_new": current is None and not is_erased,
        "balance": current.balance if current else game.start_balance,
        "tickets": sum(lot.count for lot in usable),
        "first_ends": usable[0].ends_ms // 1000 if usable else 0,
        "day": _day(current, economy, game, now_ms),
        "presents": _presents(asked, current, now_ms),
        "banners": [*shown[:1], *reached, *shown[1:]],
        "more": max(0, len(there) - room),
    }
    if idle := sum(lot.count for lot in good) - found["tickets"]:
        found["idle_tickets"] = idle
    if refusal := admission.hindrance(asked, game):
        found["hindrance"] = text(refusal.sentence, **refusal.values)
    if current and current.leaving:
        found["hindrance"] = text("to_be_deleted", until=current.leaving // 1000)
    return found


def _in_order(game: Game, now_ms: int) -> list[Offer]:
    """What is open: first what is pulled where no banner is named, then what ends first."""
    default = game.default_at(now_ms)

    def order(offer: Offer) -> tuple[bool, float]:
        is_other = default is None or offer.id != default.id
        return is_other, float("inf") if offer.ends_ms is None else offer.ends_ms

    return sorted(game.open_at(now_ms), key=order)


def _over(game: Game, current: Player | None, now_ms: int) -> list[Offer]:
    """What cannot be pulled, and still takes the player's points, which stay nowhere else."""
    states, there = current.states if current else {}, game.open_at(now_ms)
    return [
        each
        for each in game.offered
        if each.takes_points(now_ms)
        and each not in there
        and states.get(each.id, {}).get("points", 0)
    ]


def _presents(asked: Asked, current: Player | None, now_ms: int) -> int:
    """How many wait for the player. Costs a read where there are any that are for them."""
    index = Index.read(settings.setting(asked.guild, presents.INDEX))
    who = current or player.newcomer(asked.player_key, asked.guild, now_ms, commitment="")
    ids = index.for_(who, asked.roles or (), now_ms)
    return len(ids) - len(claims.taken(asked.guild, asked.user_id, ids)) if ids else 0


def _day(current: Player | None, economy: Economy, game: Game, now_ms: int) -> Day:
    """Whether today's can be had, or when the next one can."""
    claimed = current.claimed if current else ()
    clock = economy.clock(game, now_ms)
    if days.place(claimed, clock, now_ms) is not None:
        return {"can": True, "streak": claimed[-1].streak if claimed else 0, "next": 0}
    next_s = days.next_ms(claimed[-1], clock) // 1000
    return {"can": False, "streak": claimed[-1].streak, "next": next_s}


def _open(asked: Asked, offer: Offer, current: Player | None, economy: Economy, game: Game) -> Open:
    now_ms = snowflake.created_ms(asked.interaction_id)
    banner = banners.offered(asked.guild, offer)
    states = current.states if current else {}
    state = engine.State.from_dict(banner, states.get(banner.state_key, {}))
    if pulling.has_days(banner):
        state = engine.on_day(banner, state, economy.clock(game, now_ms).number_of(now_ms))
    left = engine.left(banner, state)
    state, of_box = sold.seen(game, offer, banner, state, now_ms)
    if of_box:  # no more than are there for everybody
        left = min(left or 0, sum(each.get("left", 0) for each in of_box))
    holds = rules.standing(banner, state)
    certain = [each for each in holds if each["kind"] in _CERTAIN]
    # That a banner has no such rules is said only where it has none at all.
    standing = [*of_box, *certain] or holds
    reached = [each for each in standing if each["kind"] == _REACHED]
    ends = offer.ends_ms
    is_open = offer in game.open_at(now_ms)
    owner = current or _fresh(asked, economy, game, now_ms)
    tickets = purse.good(owner, banner.id, now_ms)
    prices = {n: shared_box.price(banner, state, n) for n in shared_box.at_once(banner)}
    least, price = next(iter(prices.items()))
    pulls = owner.balance // price * least if price else 0
    counts = [
        count
        for count, price in prices.items()
        if is_open
        and (left is None or count <= left)
        and (tickets >= count or owner.balance >= price)
    ]
    return {
        "id": banner.id,
        "name": dict(banner.name),
        "is_open": is_open,
        "ends": ends // 1000 if ends is not None and ends - now_ms < SOON_MS else 0,
        # What is certain of the next pull is of none where there is no pull any more.
        "certain": [*reached, *(each for each in standing if each not in reached)][:MOST_RULES]
        if is_open
        else reached,
        "counts": counts,
        "ticketed": [n for n in counts if purse.pays(owner, banner.id, n, prices[n], now_ms)],
        "free": [count for count in counts if not prices[count]],
        "pulls": (pulls if left is None else min(pulls, left)) if is_open else 0,
        "exchanges": bool(reached),
        "exchange_ends": (offer.exchange_ends_ms or 0) // 1000,
    }


def _fresh(asked: Asked, economy: Economy, game: Game, now_ms: int) -> Player:
    """What a player has of whom nothing is recorded yet."""
    fresh = player.newcomer(
        asked.player_key, asked.guild, now_ms, commitment="", balance=game.start_balance
    )
    return replace(fresh, tickets=economy.starter(now_ms))
