"""What somebody can pull now from a banner that is open, and what pays for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from adapters import aws, banners, files
from adapters.logs import log
from adapters.tables import players, settings
from commands import sold
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
    `prices`: what each size costs now; `counts` are the sizes that can be paid, `ticketed` those
    for which tickets would, `free` those that cost nothing."""

    banner: Banner
    state: engine.State
    of_box: Sequence[Mapping[str, Any]]
    left: int | None
    prices: Mapping[int, int]
    counts: Sequence[int]
    ticketed: Sequence[int]
    free: Sequence[int]

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
    game: Game, offer: Offer, owner: Player, clock: Callable[[], Clock], now_ms: int
) -> Pullable:
    """For `owner`, as of now. The `clock` is asked for where a limit goes by the server's days. One
    read where the server shares a box."""
    banner = banners.offered(game.guild_id, offer)
    state = engine.State.from_dict(banner, owner.states.get(banner.state_key, {}))
    if pulling.has_days(banner):
        state = engine.on_day(banner, state, clock().number_of(now_ms))
    left = engine.left(banner, state)
    state, of_box = sold.seen(game, offer, banner, state, now_ms)
    sizes = shared_box.at_once(banner)
    if of_box:  # no more than are there for everybody, and as many as there are
        left = min(left or 0, sum(each.get("left", 0) for each in of_box))
        sizes = tuple(dict.fromkeys(min(size, left) for size in sizes if left))
    prices = {size: shared_box.price(banner, state, size) for size in sizes}
    tickets = purse.good(owner, banner.id, now_ms)
    counts = [
        size
        for size, price in prices.items()
        if (left is None or size <= left) and (tickets >= size or owner.balance >= price)
    ]
    paid = [n for n in counts if purse.pays(owner, banner.id, n, prices[n], now_ms)]
    free = [n for n in counts if not prices[n]]
    return Pullable(banner, state, of_box, left, prices, counts, paid, free)


class Leading(TypedDict, total=False):
    """`pulls`: what can be pulled with what was given."""

    pulls: Pulls


def once_given(asked: Asked, game: Game, change: Change) -> Leading:
    """What can be pulled once a change gave something."""
    tickets = Reward.read(change.event).tickets
    return _leading(banners.with_sample(game), change.after, asked.interaction_id, tickets)


def since_given(row: Row) -> Leading:
    """The same of what the ledger has, by what the player has now."""
    owner = players.load(row["user_id"])
    if owner is None:
        return {}
    tickets = Reward.read(row).tickets
    return _leading(banners.game(row["guild_id"]), owner, row["interaction_id"], tickets)


def _leading(game: Game, owner: Player, interaction_id: str, tickets: Sequence[Tickets]) -> Leading:
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
        can = pullable(game, offer, owner, clock, now_ms)
    except (LookupError, files.DamagedError, aws.AwsError) as error:
        log("a banner could not be read", level="ERROR", error=type(error).__name__)
        return {}
    pulls = can.pulls
    if default is not None and offer.id != default.id:
        pulls["is_other"] = True
    return {"pulls": pulls} if can.counts else {}
