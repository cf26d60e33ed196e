"""What somebody can pull now from a banner that is open, and what pays for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from adapters import aws, banners, files
from adapters.logs import log
from adapters.tables import players, settings
from commands import admission, sold
from commands.asked import Asked
from commands.events import Row
from commands.pull_buttons import Pulls
from gacha import engine, pulling, purse, shared_box, snowflake
from gacha.banner import Banner
from gacha.changes import Change
from gacha.days import Clock
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.purse import Reward, Tickets


@dataclass(frozen=True, slots=True)
class Pullable:
    """`state`: the player's, today, with what is in a box that the server shares, of which `of_box`
    says how it stands. `left`: how many cards a limit or such a box leaves, None for any number.
    `prices`: what each size costs now; `counts` are the sizes that can be had and paid, `ticketed`
    those for which tickets would, `alone` the most of these that tickets for this banner alone pay,
    else 0, `free` those that cost nothing. `is_used_up`: there will be nothing more of it for the
    player."""

    banner: Banner
    state: engine.State
    of_box: Sequence[Mapping[str, Any]]
    left: int | None
    prices: Mapping[int, int]
    counts: Sequence[int]
    ticketed: Sequence[int]
    alone: int
    free: Sequence[int]
    is_used_up: bool

    @property
    def pulls(self) -> Pulls:
        """As the buttons have it."""
        made: Pulls = {
            "id": self.banner.id,
            "name": dict(self.banner.name),
            "counts": self.counts,
            "ticketed": self.ticketed,
            "free": self.free,
        }
        if self.banner.shared is not None:
            made["is_shared"] = True
        return made


def pullable(
    game: Game,
    offer: Offer,
    owner: Player,
    clock: Callable[[], Clock],
    now_ms: int,
    asked: Asked | None = None,
) -> Pullable:
    """For `owner`, as of now. The `clock` is asked for where a limit goes by the server's days. One
    read where the server shares a box; from one of a least age nothing can be pulled where nobody
    `asked`, of whom alone it is known since when they are there."""
    banner = banners.offered(game.guild_id, offer)
    state = engine.State.from_dict(banner, owner.states.get(banner.state_key, {}))
    if pulling.has_days(banner):
        state = engine.on_day(banner, state, clock().number_of(now_ms))
    left, is_used_up = engine.left(banner, state), engine.left_in_all(banner, state) == 0
    state, of_box = sold.seen(game, offer, banner, state, now_ms)
    sizes = shared_box.at_once(banner)
    if of_box:  # no more than are there for everybody, and as many as there are
        left = min(left or 0, sum(each.get("left", 0) for each in of_box))
        sizes = tuple(dict.fromkeys(min(size, left) for size in sizes if left))
        is_used_up = is_used_up or any(each["kind"] == sold.OVER for each in of_box)
    prices = {size: shared_box.price(banner, state, size) for size in sizes}
    tickets = purse.good(owner, banner.id, now_ms)
    counts = [
        size
        for size, price in prices.items()
        if (left is None or size <= left) and (tickets >= size or owner.balance >= price)
    ]
    if _is_too_young(asked, banner):
        counts = []
    paid = [n for n in counts if purse.pays(owner, banner.id, n, prices[n], now_ms)]
    own = (lot.count for lot in owner.tickets if lot.banner and lot.is_good(banner.id, now_ms))
    bound = sum(own)
    return Pullable(
        banner,
        state,
        of_box,
        left,
        prices,
        counts,
        ticketed=paid,
        alone=max((n for n in paid if n <= bound), default=0),
        free=[n for n in counts if not prices[n]],
        is_used_up=is_used_up,
    )


def _is_too_young(asked: Asked | None, banner: Banner) -> bool:
    of = banner.shared
    if of is None or not (of.account_days or of.member_days):
        return False
    return asked is None or admission.too_young(asked, of.account_days, of.member_days) is not None


class Leading(TypedDict, total=False):
    """`pulls`: what can be pulled with what was given."""

    pulls: Pulls


def once_given(asked: Asked, game: Game, change: Change) -> Leading:
    """What can be pulled once a change gave something."""
    tickets = Reward.read(change.event).tickets
    game = banners.with_sample(game)
    return _leading(game, change.after, asked.interaction_id, tickets, asked)


def since_given(row: Row) -> Leading:
    """The same of what the ledger has, by what the player has now."""
    owner = players.load(row["user_id"])
    if owner is None:
        return {}
    tickets = Reward.read(row).tickets
    return _leading(banners.game(row["guild_id"]), owner, row["interaction_id"], tickets)


def _leading(
    game: Game,
    owner: Player,
    interaction_id: str,
    tickets: Sequence[Tickets],
    asked: Asked | None = None,
) -> Leading:
    """With the `tickets` that were given from the banner that they are for, else from the default;
    nothing where neither can be pulled. What cannot be read takes nobody what they are given."""
    now_ms = snowflake.created_ms(interaction_id)
    default, there = game.default_at(now_ms), game.open_at(now_ms)
    own = [each.banner for each in tickets if each.banner]
    offer = next((each for each in there if each.id in own), default)
    if offer is None:
        return {}

    def clock() -> Clock:
        return settings.economy(game.guild_id).clock(game, now_ms)

    try:
        can = pullable(game, offer, owner, clock, now_ms, asked)
    except (LookupError, files.DamagedError, aws.AwsError) as error:
        log("a banner could not be read", level="ERROR", error=type(error).__name__)
        return {}
    pulls = can.pulls
    if default is not None and offer.id != default.id:
        pulls["is_other"] = True
    return {"pulls": pulls} if can.counts else {}
