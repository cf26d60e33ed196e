"""Exact odds of a banner.

Everything here is computed from the engine's rows and steps, the functions that also draw, so
published odds cannot differ from drawn ones. No simulation and no floats: `gacha.chains` builds
the states that draws can lead to, `gacha.solving` gets the figures out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import mul

from gacha import chains, engine, solving
from gacha.banner import Banner, Card
from gacha.chains import Work, members
from gacha.engine import State
from gacha.errors import OddsError, listed


@dataclass(frozen=True)
class First:
    """How many pulls it takes to the first of some cards.

    `chances[n - 1]` is the probability that it is pull n; they sum to 1 when the card is certain
    by then, and end at a horizon when it never is. `expected` is the mean number of pulls, and
    `expected_cost` the mean price in coins until then; both may be Rounded, and are None where
    with the probability `never` there is none for ever. `cut` is the whole distribution where
    `chances` end before it does.
    """

    chances: tuple[Fraction, ...]
    expected: Fraction | None
    expected_cost: Fraction | None
    never: Fraction = Fraction(0)
    cut: solving.Distribution | None = None

    @cached_property
    def within(self) -> tuple[Fraction, ...]:
        """`within[n - 1]`: the probability that n pulls are enough."""
        return tuple(accumulate(self.chances)) if self.cut is None else self.cut.within

    @property
    def certain(self) -> int | None:
        """The number of pulls that are always enough, None when no number is."""
        if self.cut is not None:
            return self.cut.certain
        return len(self.chances) if self.chances and self.within[-1] == 1 else None

    def quantile(self, chance: Fraction) -> int | None:
        """The fewest pulls that are enough with this probability, None beyond the horizon."""
        return next((n for n, p in enumerate(self.within, start=1) if p >= chance), None)

    @property
    def median(self) -> int | None:
        return self.quantile(Fraction(1, 2)) if self.cut is None else self.cut.median

    def without(self, pulls: int) -> Fraction:
        """The probability that `pulls`, the horizon or fewer, are not enough; may be Rounded."""
        if not pulls:
            return Fraction(1)
        if pulls > len(self.within) and self.cut is not None and self.cut.by_horizon is not None:
            left = 1 - self.cut.by_horizon
            return (
                solving.Rounded(left) if isinstance(self.cut.by_horizon, solving.Rounded) else left
            )
        return 1 - self.within[min(pulls, len(self.within)) - 1] if self.within else Fraction(1)


def points_of(banner: Banner, cards: frozenset[str]) -> int | None:
    """What one of the cards costs in points at least; where none is offered, what any does."""
    if banner.exchange is None:
        return None
    return banner.exchange.price_of(cards) or banner.exchange.price


def featured(banner: Banner) -> frozenset[str]:
    """The featured cards of the highest rarity that has some; empty when none has."""
    for rarity in banner.rarities:
        if found := frozenset(card.id for card in rarity.cards if card.featured):
            return found
    return frozenset()


def long_run(
    banner: Banner, cards: frozenset[str], count: int = 1, work: Work | None = None
) -> Fraction:
    """The consolidated rate: what part of very many pulls are `cards`.

    With a `count` above 1, of very many multi-pulls of so many cards. May be Rounded. Raises
    OddsError, with what to reduce, where it would take more than `work` has left.
    """
    work = Work() if work is None else work
    stock = {card.id: card.stock or 0 for card in banner.cards}
    if banner.box == stock.keys() and cards and cards <= stock.keys():
        # Every box is drawn to its last copy, whatever the order: no state has to be walked.
        return Fraction(sum(stock[card] for card in cards), sum(stock.values()))
    with naming(banner, cards, count):
        settled = chains.settled(banner)
        start = engine.start(settled)
        return solving.long_run(chains.build(settled, cards, start, count, work=work), work)


def in_one(
    banner: Banner, cards: frozenset[str], count: int, work: Work, state: State | None = None
) -> Fraction:
    """The chance that the next pull of `count` cards has one of `cards`, from `state` (default: a
    new player). Raises OddsError as `first` does."""
    with naming(banner, cards, count):
        start = engine.start(banner) if state is None else state
        chain = chains.build(banner, cards, start, count, until_hit=True, work=work)
        found = solving.distribution(chain, count, work)
    assert found.by_horizon is not None
    return found.by_horizon


def card_shares(banner: Banner, count: int, work: Work) -> dict[str, Fraction]:
    """What part of very many pulls of `count` cards each card is. Raises OddsError as `long_run`
    does."""
    alike: dict[object, list[Card]] = {}
    for rarity in banner.rarities:
        for card in rarity.cards:
            promised = frozenset(p.id for p in banner.promises if card.id in p.cards)
            leaves = rarity.no_repeats or banner.box is not None
            of = (card.weight, card.stock) if leaves else None
            alike.setdefault((rarity.id, card.featured, promised, of), []).append(card)
    shares, left = dict[str, Fraction](), Fraction(1)
    *first_ones, last = alike.values()
    for cards in first_ones:
        part = long_run(banner, frozenset(card.id for card in cards), count, work)
        shares |= _by_weight(cards, part)
        left -= part
    return shares | _by_weight(last, left)  # whose own walk would be the longest


def _by_weight(cards: list[Card], part: Fraction) -> dict[str, Fraction]:
    """Of cards that no rule tells apart, by which they share in every draw."""
    whole = sum(card.weight for card in cards)
    return {card.id: part * card.weight / whole for card in cards}


def first(
    banner: Banner,
    cards: frozenset[str],
    state: State | None = None,
    count: int = 1,
    horizon: int | None = None,
    work: Work | None = None,
) -> First:
    """How many pulls it takes from `state` (default: a new player) to the first of `cards`.

    In multi-pulls of `count` cards, pulls are still counted one by one, but paid together. Where
    the cards never become certain, the distribution ends after `horizon` pulls (default: when 99 %
    of players have one). Raises OddsError, with what to reduce, where it would take more than
    `work` has left.
    """
    state = engine.start(banner) if state is None else state
    work = Work() if work is None else work
    with naming(banner, cards, count):
        return _first(banner, cards, state, count, horizon, work)


def _first(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    count: int,
    horizon: int | None,
    work: Work,
) -> First:
    def build(slots: bool) -> chains.Chain:
        return chains.build(banner, cards, state, count, until_hit=True, slots=slots, work=work)

    left = engine.left_in_all(banner, state)
    horizon = left or 1 if horizon is None and left is not None else horizon
    found = solving.distribution(build(slots=False), horizon, work)
    return until(banner, state, count, found, build, work)


def until(
    banner: Banner,
    state: State,
    count: int,
    found: solving.Distribution,
    build: Callable[[bool], chains.Chain],
    work: Work,
) -> First:
    """What was found of a chain, with its means. `build` makes it, with True so that the slots of
    multi-pulls are told apart, which only their price may need."""
    cut = found if found.is_cut else None
    if found.never:
        return First(found.chances, None, None, found.never, cut)
    chain = build(False)
    pulls = solving.expected(chain, _per_state(chain), work)
    multi = banner.multi(count)
    if multi is None:
        cost = pulls * banner.price(1) + _in_turn(banner, state, found)
    elif found.certain is not None and not found.is_cut:
        times = range(1, len(found.chances) // count + 2)
        paid = [cost for n in times for cost in [multi.cost(n, state.step)] * count]
        return First(found.chances, pulls, sum(map(mul, found.chances, paid), Fraction(0)))
    else:
        chain = build(True)
        cost = solving.expected(chain, list(map(mul, _per_state(chain), chain.prices)), work)
    if isinstance(pulls, solving.Rounded):
        cost = solving.Rounded(cost)
    return First(found.chances, pulls, cost, cut=cut)


def _in_turn(banner: Banner, state: State, found: solving.Distribution) -> Fraction:
    """What a limit's prices of single pulls add to their mean price: each by the chance that it is
    paid."""
    limit, extra, turn = banner.limit, Fraction(0), state.used.all
    if limit is None or limit.per_day is not None:
        return extra
    for pull, price in enumerate(limit.prices[turn:]):
        if pull > len(found.within):
            break  # certain by then, or beyond what a distribution can hold
        unmet = 1 - found.within[pull - 1] if pull else Fraction(1)
        extra += (price - banner.price(1)) * unmet
    return extra


def _per_state(chain: chains.Chain) -> list[int]:
    return [chain.totals[row] for row in chain.rows]


@contextmanager
def naming(banner: Banner, cards: frozenset[str], count: int) -> Iterator[None]:
    """Says whose figure is too much, and what to reduce."""
    try:
        yield
    except chains.TooMuchError as error:
        several = [error.cause] if error.cause else []
        several += chains.factors(banner, cards, count)
        names = [rarity.id for rarity in banner.rarities if members(rarity) == cards]
        whose = "the featured cards"
        if names or cards != featured(banner):
            whose = f"rarity {names[0]}" if names else listed(sorted(cards)[:3])
        pulls = f" for {chains.called(count)}s" if count > 1 else ""
        raise OddsError(
            f"{banner.id}: the odds of {whose} depend on too many things at once to be computed"
            f"{pulls}: {'; '.join(several)}. These multiply: make the "
            "first ones smaller, or have fewer of them"
        ) from None


@dataclass(frozen=True, slots=True)
class Figures:
    """The odds of some cards: on the next pull, in the long run, and until the first. `in_limit` is
    the chance to have one within what a limit leaves in all; None where it has no such end."""

    next: Fraction
    rate: Fraction
    first: First
    in_limit: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures per rarity, highest first, and of the featured cards; in pulls of one size. A limit
    leaves `left` of them in all, None where it has no such end."""

    rarities: Mapping[str, Figures]
    featured: Figures | None
    left: int | None = None


def report(
    banner: Banner, state: State | None = None, count: int = 1, work: Work | None = None
) -> Report:
    """All figures of a banner, from `state` (default: a new player) on.

    Raises OddsError, with what to reduce, where they would take more than `work` has left.
    """
    state = engine.start(banner) if state is None else state
    work = Work() if work is None else work
    rates = shares(banner, count, work)
    left = engine.left_in_all(banner, state)
    left = None if left is None else left - left % count

    def figures(cards: frozenset[str], rate: Fraction, horizon: int | None) -> Figures:
        until = first(banner, cards, state, count, horizon, work)
        next_one = until.chances[0] if until.chances else Fraction(0)
        return Figures(next_one, rate, until, None if left is None else 1 - until.without(left))

    wanted = featured(banner)
    horizon = points_of(banner, wanted)
    if horizon is not None and left is not None:
        horizon = max(horizon, left)
    return Report(
        rarities={
            rarity.id: figures(members(rarity), rates[rarity.id], None)
            for rarity in banner.rarities
        },
        featured=figures(wanted, long_run(banner, wanted, count, work), horizon)
        if wanted
        else None,
        left=left,
    )


def shares(banner: Banner, count: int, work: Work) -> dict[str, Fraction]:
    """The consolidated rate of each rarity. Of the lowest nothing is walked: it has what the
    others leave, and its own walk would be the longest."""
    *higher, lowest = banner.rarities
    rates = {rarity.id: long_run(banner, members(rarity), count, work) for rarity in higher}
    left = 1 - sum(rates.values(), Fraction(0))
    if any(isinstance(rate, solving.Rounded) for rate in rates.values()):
        left = solving.Rounded(left)
    return {**rates, lowest.id: left}
