"""How many pulls it takes to so many copies of some cards: by luck, by promises and for points.

**The strategy.** Every pull is from this banner, and points are spent on nothing else. As soon as
the copies drawn and those that the points would pay make up what is wanted, the points are spent
and the pulling ends. Nobody who spends them earlier is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from gacha import chains, engine, odds, several, solving
from gacha.banner import Banner, Card
from gacha.chains import Work
from gacha.engine import State
from gacha.errors import OddsError, listed, shown

NINETY: Final = Fraction(9, 10)
ASKED: Final = (solving.HALF, NINETY)
MOST_COPIES: Final = 100


@dataclass(frozen=True, slots=True)
class Goal:
    """So many `copies` of `cards`, which a file names as `of`: a card, a rarity, or the featured
    cards of one."""

    of: str
    cards: frozenset[str]
    copies: int

    def points(self, banner: Banner) -> int | None:
        """What one of the cards costs in points at least; None where they pay none."""
        return None if banner.exchange is None else banner.exchange.price_of(self.cards)

    def costs(self, banner: Banner, state: State) -> list[int]:
        """What the first of the copies costs in points, the first two together, and so on, the
        cheapest first, as far as the player may take them."""
        costs = list[int]()
        offers = () if banner.exchange is None else banner.exchange.offers
        for offer in sorted(offers, key=lambda each: each.price):
            left = [engine.to_take(banner, state, card) for card in offer.cards & self.cards]
            many = self.copies if None in left else sum(n for n in left if n is not None)
            for _ in range(min(many, self.copies - len(costs)) if left else 0):
                costs.append((costs[-1] if costs else 0) + offer.price)
        return costs

    def most(self, banner: Banner, state: State) -> int | None:
        """How many copies may be asked about, where points pay some and a limit of exchanges not
        all of them; None for any number."""
        costs = self.costs(banner, state)
        return len(costs) if 0 < len(costs) < self.copies else None


def goal(banner: Banner, of: str, copies: int) -> Goal:
    """What `of` names. Raises OddsError, with what is allowed."""
    cards: Iterable[Card] = [card for card in banner.cards if card.id == of]
    for rarity in banner.rarities:
        if of == rarity.id:
            cards = rarity.cards
        elif of == f"{rarity.id}.featured":
            cards = [card for card in rarity.cards if card.featured]
    found = frozenset(card.id for card in cards)
    if not found:
        rarities = listed(rarity.id for rarity in banner.rarities)
        raise OddsError(
            f"{banner.id} has no {shown(of)}; allowed: the id of a card, a rarity ({rarities}), or "
            "<rarity>.featured where it has featured cards"
        )
    if banner.shared is not None and found == {banner.shared.last} and not _stock(banner, found):
        raise OddsError(
            f"{banner.id}: {shown(of)} comes with a box's last ticket, to whoever draws that; "
            "allowed: what is in the box"
        )
    if not 1 <= copies <= MOST_COPIES:
        raise OddsError(f"{copies} copies are not allowed; allowed: 1 to {MOST_COPIES}")
    return Goal(of, found, copies)


def _stock(banner: Banner, cards: frozenset[str]) -> int:
    return sum(card.stock or 0 for card in banner.cards if card.id in cards)


@dataclass(frozen=True, slots=True)
class Reach:
    """The pulls until the last of the copies, and what they cost.

    `until` is as for a first card. `ninety` is the pull that is enough for 90 % of players, None
    where there is none, or none that a bound could be put on. `certain` is the pull that is always
    enough, 0 where the points at hand are. `by_points` is the chance that some of the copies come
    for points, None where they cannot. `budget` is None without one. `limit` is None where no limit
    ends the pulls; what lies beyond its end is None.
    """

    until: odds.First
    ninety: int | None
    certain: int | None
    by_points: Fraction | None
    budget: Budget | None
    limit: Limit | None = None

    @property
    def median(self) -> int | None:
        median = 0 if self.certain == 0 else self.until.median
        is_beyond = self.limit is not None and median is not None and median > self.limit.pulls
        return None if is_beyond else median


@dataclass(frozen=True, slots=True)
class Limit:
    """What a limit in all leaves: so many `pulls`, and the chance to have the copies by then."""

    pulls: int
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Budget:
    """What `coins` pay: so many `pulls` (None: any number), and the chance to have the copies by
    then. They may be enough before all of it is spent."""

    coins: int
    pulls: int | None
    chance: Fraction


def reach(
    banner: Banner,
    goal: Goal,
    state: State | None = None,
    count: int = 1,
    budget: int | None = None,
    work: Work | None = None,
) -> Reach:
    """How far it is from `state` (default: a new player) to the goal.

    In multi-pulls of `count` cards, pulls are still counted one by one, but paid together, and
    points are spent between two of them. `budget` is in coins. Raises OddsError, with what to
    reduce, where it would take more than `work` has left.
    """
    state = engine.start(banner) if state is None else state
    work = Work() if work is None else work
    with odds.naming(banner, goal.cards, count):
        return _reach(banner, goal, state, count, budget, work)


def every_way(
    banner: Banner, goal: Goal, state: State, budget: int | None, work: Work
) -> dict[int, Reach]:
    """The same for single pulls, and for each multi-pull that differs: each may take its part of
    what `work` has left."""
    found = {}
    counts = sizes(banner)
    for at, count in enumerate(counts):
        own = Work(work.left // (len(counts) - at), work.most_states)
        most = own.left
        found[count] = reach(banner, goal, state, count, budget, own)
        work.spend(most - own.left)
    return found


def sizes(banner: Banner) -> list[int]:
    """A single pull, or else the smallest multi-pull, and those with rules or prices apart."""
    return [
        size
        for size in banner.sizes
        if size == banner.sizes[0]
        or banner.differs(size)
        or banner.price_one is None
        or banner.price(size) != size * banner.price_one
    ]


def paid(banner: Banner, pulls: int, state: State, count: int) -> int:
    """What so many pulls cost from `state` on, in coins, in whole pulls of `count` cards."""
    times = -(-pulls // count)
    multi = banner.multi(count)
    if multi is None:
        return banner.singles(times, state.used.all)
    return multi.cost(times, state.step)


def over_days(banner: Banner, pulls: int, state: State, count: int) -> tuple[int, int] | None:
    """On how many days so many pulls are made where a day has no more than its limit, in whole
    pulls of `count` cards and all that a day has, and what they cost, in coins, at each day's
    prices in turn. `state` is as of today. None without a limit for a day."""
    limit = banner.limit
    if limit is None or limit.per_day is None:
        return None
    times, a_day = -(-pulls // count), limit.per_day // count
    today = min(times, max(0, limit.per_day - state.used.today) // count)
    days = (today > 0) + -(-(times - today) // max(1, a_day))
    if banner.multi(count) is not None:
        return days, paid(banner, pulls, state, count)

    def coins(turn: int, most: int) -> int:
        return sum(banner.price(1, 0, at) for at in range(turn, turn + most))

    whole, rest = divmod(times - today, a_day)
    return days, coins(state.used.today, today) + whole * coins(0, a_day) + coins(0, rest)


def affordable(banner: Banner, coins: int, state: State, count: int) -> int | None:
    """How many cards so many coins pay, in whole pulls of `count`; None for any number. Raises
    OddsError where prices of a day make that a question of days: who comes each day for what is
    free pays nothing."""
    if count == 1 and banner.limit is not None and banner.limit.per_day and banner.limit.prices:
        raise OddsError(
            f"{banner.id}: what coins pay depends on the days, since limit.prices are a day's; "
            "allowed: no budget"
        )
    most = 1  # what is paid rises with the pulls, so it can be searched
    while paid(banner, count * most, state, count) <= coins:
        turns = 0 if banner.limit is None else len(banner.limit.prices)
        if most > (coins + 1) * 2 * banner.steps + turns:  # none that is to come costs anything
            return None
        most *= 2
    least = 0  # so many can be paid, `most` cannot
    while most - least > 1:
        middle = (least + most) // 2
        if paid(banner, count * middle, state, count) <= coins:
            least = middle
        else:
            most = middle
    return count * least


def _reach(
    banner: Banner, goal: Goal, state: State, count: int, coins: int | None, work: Work
) -> Reach:
    pulls = None if coins is None else affordable(banner, coins, state, count)
    left = engine.left_in_all(banner, state)
    if left is not None:
        left -= left % count
        pulls = left if pulls is None else min(pulls, left)
    enough = _enough(banner, goal, state, count)
    if enough.get(0) == 0:
        budget = None if coins is None else Budget(coins, pulls, Fraction(1))
        limit = None if left is None else Limit(left, Fraction(1))
        return Reach(odds.First((), Fraction(0), Fraction(0)), 0, 0, Fraction(1), budget, limit)
    by_luck = enough.pop(0, goal.copies)

    def build(slots: bool = False) -> chains.Layers:
        return chains.build_layers(banner, goal.cards, state, count, by_luck, slots, work)

    layers = build()
    needed: Fraction | None = None
    if enough:
        price = _price_after(banner, state, count)
        walked = several.by_points(layers, enough, price, pulls, work, ASKED)
        found = walked.distribution
        whole = found
        if left is not None and left != pulls:
            whole = several.by_points(layers, enough, price, left, work, ()).distribution
        cut = found if found.is_cut else None
        until = odds.First(found.chances, walked.pulls, walked.cost, cut=cut)
        needed = Fraction(1) if by_luck < goal.copies else walked.needed
    else:
        found = whole = several.by_luck(layers, pulls, work, ASKED)
        if left is not None and left != pulls:
            whole = several.by_luck(layers, left, work, ())
        until = odds.until(
            banner, state, count, found, lambda slots: build(slots).chain(work)[0], work
        )
    chance = 1 - found.never if pulls is None else found.by_horizon
    ninety, certain, limit = found.quantiles.get(NINETY), found.certain, None
    if left is not None and whole.by_horizon is not None:
        limit = Limit(left, whole.by_horizon)
        ninety = None if ninety is None or ninety > left else ninety
        certain = None if certain is None or certain > left else certain
        if certain is None:  # there is no mean of what may lie beyond the end
            until = replace(until, expected=None, expected_cost=None)
    return Reach(
        until=until,
        ninety=ninety,
        certain=certain,
        by_points=needed,
        budget=None if coins is None or chance is None else Budget(coins, pulls, chance),
        limit=limit,
    )


def _enough(banner: Banner, goal: Goal, state: State, count: int) -> dict[int, int]:
    """After how many pulls the points leave how many copies to luck; empty where they pay none."""
    enough = {}
    if (most := goal.most(banner, state)) is not None:
        raise OddsError(
            f"{banner.id}: points pay only {most} of {goal.copies} copies of {goal.of}; "
            f"allowed beside a limit of exchange.offer: 1 to {most} copies"
        )
    for bought, cost in enumerate(goal.costs(banner, state), start=1):
        pulls = max(0, cost - state.points)
        pulls += -pulls % count
        enough[pulls] = goal.copies - bought  # the last of those that the same pulls pay
    return enough


def _price_after(banner: Banner, state: State, count: int) -> Callable[[int], int]:
    """What is paid, in coins, after so many pulls for the next one."""
    multi = banner.multi(count)
    if multi is None:
        turn = state.used.all
        return lambda pulls: banner.singles(1, turn + pulls)
    places = [state.step]

    def price(pulls: int) -> int:
        times, slot = divmod(pulls, count)
        while len(places) <= times:
            places.append(multi.next_step(places[-1]))
        return 0 if slot else multi.step(places[times]).price

    return price
