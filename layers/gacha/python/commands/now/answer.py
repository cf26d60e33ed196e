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
from commands.pullable import pullable
from gacha import days, engine, player, presents, rules, snowflake
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
    owner = current or _fresh(asked, economy, game, now_ms)
    every = [_open(asked, each, owner, economy, game) for each in there]
    over = (_closing(asked, each, owner) for each in _over(game, owner, now_ms))
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
    return 4 if of["is_used_up"] else 3


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


def _over(game: Game, owner: Player, now_ms: int) -> list[Offer]:
    """What cannot be pulled, and still takes the player's points, which stay nowhere else."""
    states, there = owner.states, game.open_at(now_ms)
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


def _open(asked: Asked, offer: Offer, owner: Player, economy: Economy, game: Game) -> Open:
    now_ms = snowflake.created_ms(asked.interaction_id)
    can = pullable(game, offer, owner, lambda: economy.clock(game, now_ms), now_ms, asked)
    holds = rules.standing(can.banner, can.state)
    certain = [each for each in holds if each["kind"] in _CERTAIN]
    is_over = any(each["kind"] == sold.OVER for each in can.of_box)
    # That a banner has no such rules is said only where it has none at all.
    standing = can.of_box if is_over else [*can.of_box, *certain] or holds
    reached = [each for each in standing if each["kind"] == _REACHED]
    least, price = next(iter(can.prices.items()), (0, 0))
    pulls = owner.balance // price * least if price and can.counts else 0
    ends = offer.ends_ms
    return {
        **can.pulls,
        "is_open": True,
        "is_used_up": can.is_used_up,
        "ends": ends // 1000 if ends is not None and ends - now_ms < SOON_MS else 0,
        "certain": [*reached, *(each for each in standing if each not in reached)][:MOST_RULES],
        "alone": can.alone,
        "pulls": pulls if can.left is None else min(pulls, can.left),
        "exchanges": bool(reached),
        "exchange_ends": (offer.exchange_ends_ms or 0) // 1000,
    }


def _closing(asked: Asked, offer: Offer, owner: Player) -> Open:
    """Of its rules only whether the points reach a card: there is no next pull any more."""
    banner = banners.offered(asked.guild, offer)
    state = engine.State.from_dict(banner, owner.states.get(banner.state_key, {}))
    reached = [each for each in rules.standing(banner, state) if each["kind"] == _REACHED]
    return {
        "id": banner.id,
        "name": dict(banner.name),
        "counts": [],
        "ticketed": [],
        "free": [],
        "is_open": False,
        "is_used_up": True,
        "ends": 0,
        "certain": reached,
        "alone": 0,
        "pulls": 0,
        "exchanges": bool(reached),
        "exchange_ends": (offer.exchange_ends_ms or 0) // 1000,
    }


def _fresh(asked: Asked, economy: Economy, game: Game, now_ms: int) -> Player:
    """What a player has of whom nothing is recorded yet."""
    fresh = player.newcomer(
        asked.player_key, asked.guild, now_ms, commitment="", balance=game.start_balance
    )
    return replace(fresh, tickets=economy.starter(now_ms))
