"""What there is to do now. By itself it reads twice at most, beside the game, which every command
reads: what the server gives with the player's row, and which presents the player took, where some
may wait. Files of banners are read once by a running function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Final

from adapters import banners
from adapters.tables import boxes, claims, items, players, settings
from commands import admission, sold
from commands.asked import Asked
from commands.message import Names, text
from commands.now.show import Bound, Day, Now, Open
from gacha import days, engine, player, presents, pulling, purse, rules, shared_box, snowflake
from gacha.banner import Banner
from gacha.economy import Economy
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.presents import Index
from gacha.purse import Tickets

MOST_BANNERS: Final = 5
"""Banners that are listed: the rest is for `/gacha banners`."""

MOST_RULES: Final = 3
"""What is certain soon, of one banner."""

MOST_BOUND: Final = 3
"""Banners of which it is said how many tickets are for them alone: the profile has all."""

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
    game = banners.game(asked.guild)
    there = game.open_at(now_ms)
    _look_ahead(asked, there)
    economy = settings.economy(asked.guild)
    current = players.load(asked.player_key)
    is_erased = current is None and players.erased_ms(asked.player_key) > 0
    if is_erased:  # who begins again with nothing
        game, economy = replace(game, start_balance=0), replace(economy, starter_tickets=0)
    lots = current.tickets if current else economy.starter(now_ms)
    good = [lot for lot in lots if now_ms < lot.ends_ms]
    open_now = {each.id for each in there}
    usable = [lot for lot in good if (lot.banner in open_now if lot.banner else open_now)]
    over = (_open(asked, each, current, economy, game) for each in _over(game, current, now_ms))
    every = [_open(asked, each, current, economy, game) for each in there]
    every += [each for each in over if each["exchanges"]]
    every.sort(key=_order(game, now_ms))
    can = [each for each in every if each["counts"]][:1]
    shown = [*can, *(each for each in every if each not in can)][:MOST_BANNERS]
    found: Now = {
        "kind": "now",
        "is_new": current is None and not is_erased,
        "balance": current.balance if current else game.start_balance,
        "tickets": sum(lot.count for lot in usable),
        "first_ends": usable[0].ends_ms // 1000 if usable else 0,
        "day": _day(current, economy, game, now_ms),
        "presents": _presents(asked, current, now_ms),
        "banners": shown,
        "more": len(there) - sum(each["is_open"] for each in shown),
    }
    if of := _tickets_of(usable, {each["id"]: each["name"] for each in every}):
        found["tickets_of"] = of
    if idle := sum(lot.count for lot in good) - found["tickets"]:
        found["idle_tickets"] = idle
    if refusal := admission.hindrance(asked, game):
        found["hindrance"] = text(refusal.sentence, **refusal.values)
    if current and current.leaving:
        found["hindrance"] = text("to_be_deleted", until=current.leaving // 1000)
    return found


def _look_ahead(asked: Asked, there: Iterable[Offer]) -> None:
    """All that is read of the player and of what is open, in one read."""
    given = (settings.ECONOMY, presents.INDEX)
    shared = (each.id for each in there if banners.offered(asked.guild, each).shared)
    items.look_ahead(
        players.place(asked.player_key),
        *(settings.place(asked.guild, each) for each in given),
        *(boxes.place(asked.guild, each) for each in shared),
    )


def _order(game: Game, now_ms: int) -> Callable[[Open], tuple[int, bool, float]]:
    """The default where it can be pulled, what presses, what else can be pulled, and what cannot;
    of each the first to end before others. What is sold out, or used up for good, comes last."""
    default = game.default_at(now_ms)
    ends = {each.id: each.ends_ms for each in game.offered}

    def order(of: Open) -> tuple[int, bool, float]:
        is_default = default is not None and of["id"] == default.id
        ends_ms = ends[of["id"]]
        return _place(of, is_default), not is_default, inf if ends_ms is None else ends_ms

    return order


def _place(of: Open, is_default: bool) -> int:
    if of["counts"] and is_default:
        return 0
    if of["exchanges"] or of["free"] or of["alone"]:
        return 1
    if of["counts"]:
        return 2
    return 4 if of["is_sold_out"] else 3


def _tickets_of(usable: Sequence[Tickets], names: Mapping[str, Names]) -> list[Bound]:
    """Of the tickets that something can be pulled with, those for one banner alone: the first to
    end come first, as the lots do."""
    counts: dict[str, int] = {}
    for lot in usable:
        if lot.banner:
            counts[lot.banner] = counts.get(lot.banner, 0) + lot.count
    ends = {lot.banner: lot.ends_ms // 1000 for lot in reversed(usable)}
    found: list[Bound] = [
        {"banner": names[each], "count": count, "ends": ends[each]}
        for each, count in counts.items()
    ]
    return found[:MOST_BOUND]


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
    left, left_in_all = engine.left(banner, state), engine.left_in_all(banner, state)
    ends, is_open = offer.ends_ms, offer in game.open_at(now_ms)
    state, of_box = sold.seen(game, offer, banner, state, now_ms) if is_open else (state, [])
    is_over = any(each["kind"] == sold.OVER for each in of_box)
    if of_box:  # no more than are there for everybody
        left = min(left or 0, sum(each.get("left", 0) for each in of_box))
    holds = rules.standing(banner, state)
    certain = [each for each in holds if each["kind"] in _CERTAIN]
    # That a banner has no such rules is said only where it has none at all.
    standing = of_box if is_over else [*of_box, *certain] or holds
    reached = [each for each in standing if each["kind"] == _REACHED]
    owner = current or _fresh(asked, economy, game, now_ms)
    prices = {n: shared_box.price(banner, state, n) for n in shared_box.at_once(banner)}
    least, price = next(iter(prices.items()))
    pulls = owner.balance // price * least if price else 0
    counts = _counts(owner, banner, prices, left, now_ms)
    if not is_open or _is_too_young(asked, banner):
        counts, pulls = [], 0
    ticketed = [n for n in counts if purse.pays(owner, banner.id, n, prices[n], now_ms)]
    own = (each for each in owner.tickets if each.banner == banner.id)
    alone = sum(each.count for each in own if each.is_good(banner.id, now_ms))
    return {
        "id": banner.id,
        "name": dict(banner.name),
        "is_open": is_open,
        "is_sold_out": is_over or left_in_all == 0,
        "ends": ends // 1000 if ends is not None and ends - now_ms < SOON_MS else 0,
        # What is certain of the next pull is of none where there is no pull any more.
        "certain": [*reached, *(each for each in standing if each not in reached)][:MOST_RULES]
        if is_open
        else reached,
        "counts": counts,
        "ticketed": ticketed,
        "alone": max((n for n in ticketed if n <= alone), default=0),
        "free": [count for count in counts if not prices[count]],
        "pulls": pulls if left is None else min(pulls, left),
        "exchanges": bool(reached),
        "exchange_ends": (offer.exchange_ends_ms or 0) // 1000,
    }


def _counts(
    owner: Player, banner: Banner, prices: Mapping[int, int], left: int | None, now_ms: int
) -> list[int]:
    """How many cards at once the player can have and pay."""
    tickets = purse.good(owner, banner.id, now_ms)
    return [
        count
        for count, price in prices.items()
        if (left is None or count <= left) and (tickets >= count or owner.balance >= price)
    ]


def _is_too_young(asked: Asked, banner: Banner) -> bool:
    of = banner.shared
    young = of and admission.too_young(asked, of.account_days, of.member_days)
    return young is not None


def _fresh(asked: Asked, economy: Economy, game: Game, now_ms: int) -> Player:
    """What a player has of whom nothing is recorded yet."""
    fresh = player.newcomer(
        asked.player_key, asked.guild, now_ms, commitment="", balance=game.start_balance
    )
    return replace(fresh, tickets=economy.starter(now_ms))
