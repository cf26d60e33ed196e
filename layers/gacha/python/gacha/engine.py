"""Draws from a banner: (banner, state, count, random words) → (cards, new state).

Pure: no clock, no source of randomness, no floats. What a state offers is its *row*, the cards
and their exact probabilities; `row` and `after` define the whole game, and `draw`, `trace` and the
published odds (`gacha.odds`) all read the same two functions.

The sampling rule, which independent verifiers repeat: the row is in canonical order (rarities in
the file's order, within one the featured cards first, then the others, each in the file's order)
without cards of probability zero. T is the least common denominator of its reduced probabilities,
the weights are the integers p·T. For a 64-bit word w: q = 2^64 // T, v = w // q; if v ≥ T the word
is rejected and the next one taken; otherwise the card is the first whose cumulative weight exceeds
v. One draw uses one accepted word. Where a multi-pull has whole-pack tables, one word before
its first draw chooses in the same way: between them in the file's order, and none of them last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, islice
from math import lcm
from typing import Any, Final, NamedTuple

from gacha.banner import MAX_DENOMINATOR, Banner, Card, Promise, Rarity, Step
from gacha.errors import GachaError, shown

WORD: Final = 2**64
KEPT: Final = -1  # the count of a one-off promise that is behind the player
UNDECIDED: Final = -1  # the whole of a multi-pull before a word has chosen it
WHOLE: Final = -1  # in place of a draw's number: the words that choose the whole
MOST_ELSEWHERE: Final = 8  # promises of other banners that a state keeps

BEGUN: Final = "begun"
"""In a stored state, and in the next receipt on it: the hash of the version by which the player has
begun their box anew since the last pull. It is no part of the state itself."""

_SECTIONS: Final = ("since", "lost", "contested", "drawn")  # of a state, that only count
_FIELDS: Final = {*_SECTIONS, "promises", "step", "limit", "exchanged", "points", BEGUN}

Counts = tuple[tuple[str, int], ...]


class Used(NamedTuple):
    """What a player has drawn of a banner with a limit: cards in `all`, and those of `today`, which
    is the latest `day`, counted from 1970-01-01, in which there was a pull."""

    all: int = 0
    day: int = 0
    today: int = 0


_UNUSED: Final = Used()


class StateError(GachaError):
    """A stored state is refused: it does not have the shape that `State.to_dict` gives."""


class DrawError(GachaError):
    """A draw or exchange is refused: the request itself cannot be met."""


class State(NamedTuple):
    """What a player has behind them on a banner, or on all banners of a kind that carries over.

    `since`: pulls since the last card, per rarity with a ramp, table or ceiling, no further than
    its rate still changes. `lost`: losses in a row, per rarity with a guarantee. `contested`:
    losses that no guarantee decided, since one was won, per rarity with several shares. `promises`:
    what a promise has counted, KEPT after a one-off one. `drawn`: copies out of the present box, or
    that came of a rarity without repeats, per card. `step`: which of a step-up's multi-pulls is
    next, counted from 0. `points`: exchange points. `elsewhere`: promises of other banners of the
    kind. `used`: what a limit counts.
    `exchanged`: copies taken for points, per card of which only so many can be.
    """

    since: Counts
    lost: Counts
    contested: Counts
    promises: Counts
    drawn: Counts
    step: int
    points: int
    elsewhere: Counts
    used: Used = _UNUSED
    exchanged: Counts = ()

    def to_dict(self) -> dict[str, object]:
        """Plain integers and booleans under readable names, for JSON.

        For example {"since": {"ssr": 12, "sr": 3}, "lost": {"ssr": 1}, "points": 12}; a one-off
        promise that was kept is true.
        """
        fields: dict[str, object] = {}
        if self.since:
            fields["since"] = dict(self.since)
        if self.lost:
            fields["lost"] = dict(self.lost)
        if self.contested:
            fields["contested"] = dict(self.contested)
        if promises := self.promises + self.elsewhere:
            fields["promises"] = {key: True if n == KEPT else n for key, n in sorted(promises)}
        if drawn := {card: n for card, n in self.drawn if n}:
            fields["drawn"] = drawn
        if self.step:
            fields["step"] = self.step
        if used := {key: n for key, n in self.used._asdict().items() if n}:
            fields["limit"] = used
        if exchanged := {card: n for card, n in self.exchanged if n}:
            fields["exchanged"] = exchanged
        fields["points"] = self.points
        return fields

    @classmethod
    def from_dict(cls, banner: Banner, mapping: Mapping[str, object]) -> State:
        """The state that `to_dict` wrote, perhaps on another version or banner of the kind.

        What is missing starts at zero, what this banner does not count is dropped, and counts end
        where this banner's rules end. Only promises of other banners are kept for the way back,
        the furthest eight of them, so that a state stays small.
        Raises StateError for anything that `to_dict` never writes.
        """
        for key in mapping:
            if key not in _FIELDS:
                raise StateError(f"state: unknown field {shown(key)}")
        since, lost, contested, drawn = (_section(mapping, key) for key in _SECTIONS)
        promises = _section(mapping, "promises", kept=True)
        exchanged = _section(mapping, "exchanged")
        fresh = start(banner)
        own = {promise.id: promise for promise in banner.promises}
        longest = {rarity.id: len(rarity.schedule) - 1 for rarity in banner.rarities}
        guarantee = {rarity.id: rarity.guarantee for rarity in banner.rarities}
        remembered = {rarity.id: len(rarity.shares) - 1 for rarity in banner.rarities}
        stock = {card.id: card.stock or 0 for card in banner.cards}
        elsewhere = {key: n for key, n in promises.items() if key not in own}
        return cls(
            since=_capped(fresh.since, since, longest),
            lost=_capped(fresh.lost, lost, guarantee),
            contested=_capped(fresh.contested, contested, remembered),
            promises=tuple(
                (key, _promised(own[key], promises.get(key, 0))) for key, _ in fresh.promises
            ),
            drawn=_refilled(banner, _capped(fresh.drawn, drawn, stock)),
            step=min(_integer(mapping.get("step", 0), "step"), banner.steps - 1),
            points=_integer(mapping.get("points", 0), "points"),
            elsewhere=_furthest(elsewhere) if banner.carry_over else (),
            used=_used(banner, _section(mapping, "limit")),
            exchanged=tuple((card, exchanged.get(card, 0)) for card, _ in fresh.exchanged),
        )


class Roll(NamedTuple):
    """One draw, with all that decided it. `rates` are per rarity, for this very pull. `whole` is
    the whole-pack table that holds in the multi-pull, counted from 1, and 0 for none."""

    word: int
    before: State
    rates: Mapping[str, Fraction]
    card: Card
    after: State
    whole: int = 0


class Position(NamedTuple):
    """A state without its points, and the `slot` of a multi-pull of `size` (both 0 outside one).

    `needs` is what is still missing to each minimum of the multi-pull. `whole` is that which holds
    in it, counted from 1: 0 for none, and UNDECIDED before it was chosen. `frozen` are the counts
    by which it has its rates, where these are not `since`.
    """

    since: Counts
    lost: Counts
    contested: Counts
    promises: Counts
    drawn: Counts
    step: int
    size: int
    slot: int
    needs: tuple[int, ...]
    whole: int = 0
    frozen: Counts = ()


class Demands(NamedTuple):
    """What of a position decides its row: positions with equal demands have equal rows.

    `since` are the counts by which it has its rates, `guaranteed` the rarities whose next card is
    featured, `due` the promises to be kept now; the rest is the position's.
    """

    since: Counts
    guaranteed: tuple[str, ...]
    contested: Counts
    due: tuple[Promise, ...]
    drawn: Counts
    step: int
    size: int
    slot: int
    needs: tuple[int, ...]
    whole: int


Row = tuple[tuple[Card, Fraction], ...]


def start(banner: Banner) -> State:
    """The state of a player who never pulled."""
    counted = {
        card.id
        for rarity in banner.rarities
        if rarity.no_repeats or banner.box is not None
        for card in rarity.cards
    }
    return State(
        since=tuple((rarity.id, 0) for rarity in banner.rarities if rarity.counts),
        lost=tuple((rarity.id, 0) for rarity in banner.rarities if rarity.guarantee),
        contested=tuple((rarity.id, 0) for rarity in banner.rarities if rarity.remembers),
        promises=tuple((promise.id, 0) for promise in banner.promises),
        drawn=tuple((card.id, 0) for card in banner.cards if card.id in counted),
        step=0,
        points=0,
        elsewhere=(),
        exchanged=_none_exchanged(banner),
    )


def _none_exchanged(banner: Banner) -> Counts:
    limited = frozenset[str]() if banner.exchange is None else banner.exchange.limited
    return tuple((card.id, 0) for card in banner.cards if card.id in limited) if limited else ()


def draw(
    banner: Banner, state: State, count: int, words: Iterator[int]
) -> tuple[list[Card], State]:
    """Draw `count` ≥ 1 cards. As many as a multi-pull has are one, under its rules.

    `words` gives uniform integers of 64 bits; where a word chooses a whole, that comes first.
    Raises DrawError when they run out.
    """
    machine = _machine(banner)
    node = machine.enter(state, count)
    if node.wholes is not None:
        node = _chosen(node.wholes, words)
    cards: list[Card] = []
    while missing := count - len(cards):
        used = len(cards)
        rejected = 0
        for word in islice(words, missing):
            index = bisect_right(node.cuts, word)
            card = node.cards[index]
            if card is None:
                _check_word(word)
                rejected += 1
                continue
            cards.append(card)
            node = node.links[index] or machine.follow(node, index, card)
        used = len(cards) - used + rejected
        if used < missing:
            raise DrawError(f"the random words ran out after {len(cards)} of {count} draws")
    return cards, _state(banner, state, node.position, count)


def trace(
    banner: Banner, state: State, count: int, words: Callable[[int], Iterator[int]]
) -> tuple[list[Roll], State]:
    """The same draws as `draw`, each with its word, its rates and the states around it.

    `words(n)` gives the words of the nth draw, counted from 0: the first that is not rejected
    decides it, so that what one draw uses up never shifts the next. `words(WHOLE)` are those that
    choose a whole, and asked for only where the multi-pull has some.
    """
    machine = _machine(banner)
    node = machine.enter(state, count)
    if node.wholes is not None:
        node = _chosen(node.wholes, words(WHOLE))
    whole = node.position.whole
    rolls: list[Roll] = []
    for number in range(count):
        for word in words(number):
            index = bisect_right(node.cuts, word)
            card = node.cards[index]
            if card is not None:
                break
            _check_word(word)
        else:
            raise DrawError(f"the random words ran out after {number} of {count} draws")
        rates = _by_rarity(banner, row(banner, node.position))
        node = node.links[index] or machine.follow(node, index, card)
        after = _state(banner, state, node.position, 1)
        rolls.append(Roll(word, state, rates, card, after, whole))
        state = after
    return rolls, state


def replay(banner: Banner, before: State, cards: Sequence[str]) -> State:
    """The state after a pull that gave these cards, whatever its random words were. As many as a
    multi-pull has are one.

    Raises DrawError for a card that could not come where it did.
    """
    return _state(banner, before, next(iter(_ways(banner, before, cards).values())), len(cards))


def possible_wholes(banner: Banner, before: State, cards: Sequence[str]) -> frozenset[int]:
    """Which whole-pack tables may have held in a pull that gave these cards, counted from 1; 0 is
    none. Raises DrawError as `replay`."""
    return frozenset(_ways(banner, before, cards))


def _ways(banner: Banner, before: State, cards: Sequence[str]) -> dict[int, Position]:
    """Where a pull that gave these cards may have led, by the whole-pack table that held in it."""
    by_id = {card.id: card for card in banner.cards}
    opened = openings(banner, position(banner, before, len(cards)))
    ways = {max(at.whole, 0): at for at, _ in opened}
    for number, card_id in enumerate(cards, 1):
        possible = {
            whole: at
            for whole, at in ways.items()
            if card_id in _possible(banner, demands(banner, at))
        }
        if not possible:
            raise DrawError(f"draw {number}: {card_id} has no chance here")
        ways = {whole: after(banner, at, by_id[card_id]) for whole, at in possible.items()}
    return ways


def on_day(banner: Banner, state: State, day: int) -> State:
    """The state for a pull that is made in this day, counted from 1970-01-01. Days only go on: a
    pull of an earlier day than the player's last one counts for that."""
    limit = banner.limit
    if limit is None or limit.per_day is None or day <= state.used.day:
        return state
    return state._replace(used=Used(state.used.all, day))


def left(banner: Banner, state: State) -> int | None:
    """How many cards the limit leaves, of the day and in all; None without a limit."""
    limit = banner.limit
    if limit is None:
        return None
    bounds = (limit.total, state.used.all), (limit.per_day, state.used.today)
    return max(0, min(most - used for most, used in bounds if most is not None))


def left_in_all(banner: Banner, state: State) -> int | None:
    """How many cards the limit leaves whatever the days; None if there is no end."""
    total = None if banner.limit is None else banner.limit.total
    return None if total is None else max(0, total - state.used.all)


def price(banner: Banner, state: State, count: int) -> int:
    """What the next pull of `count` cards costs, in coins. Raises ValueError for a count that the
    banner does not sell."""
    limit = banner.limit
    turn = state.used.all if limit is None or limit.per_day is None else state.used.today
    return banner.price(count, state.step, turn)


def uncounted(banner: Banner, before: State, count: int) -> State:
    """The state after a pull of which only a limit knows: one that does not count, or of a box that
    the server shares."""
    return before._replace(used=_drawn(banner, before.used, count))


def rates(banner: Banner, state: State) -> Mapping[str, Fraction]:
    """The rate of every rarity on the next single pull. They sum to 1."""
    return rates_at(banner, position(banner, state))


def exchange(banner: Banner, state: State, card_id: str) -> tuple[Card, State]:
    """Take a card for points. Counts and guarantees stay as they are.

    Raises DrawError when the banner has no exchange or does not offer the card, when the player has
    had all copies that they may, or points lack.
    """
    offer = None if banner.exchange is None else banner.exchange.of(card_id)
    if offer is None:
        raise DrawError(f"{banner.id} does not offer {card_id!r} for points")
    if to_take(banner, state, card_id) == 0:
        raise DrawError(f"{card_id} was taken {offer.limit} times, and no more can be")
    if state.points < offer.price:
        raise DrawError(f"{state.points} points, but {card_id} costs {offer.price}")
    card = next(card for card in banner.cards if card.id == card_id)
    exchanged = tuple((key, n + (key == card_id)) for key, n in state.exchanged)
    return card, state._replace(points=state.points - offer.price, exchanged=exchanged)


def to_take(banner: Banner, state: State, card_id: str) -> int | None:
    """How many copies of a card the player may still take for points; None for any number."""
    offer = None if banner.exchange is None else banner.exchange.of(card_id)
    if offer is None or offer.limit is None:
        return None
    return max(0, offer.limit - dict(state.exchanged)[card_id])


def in_box(banner: Banner, state: State) -> int:
    """How many copies are left in the player's box."""
    drawn = dict(state.drawn)
    return sum((card.stock or 0) - drawn[card.id] for card in banner.cards)


def may_reset(banner: Banner, state: State) -> bool:
    """Whether the player may fill their box again now: something has left it, and the last copy of
    each card for which they have to wait."""
    if banner.reset is None:
        return False
    drawn = dict(state.drawn)
    waits = (card for card in banner.cards if card.id in banner.reset)
    return any(drawn.values()) and all(drawn[card.id] == card.stock for card in waits)


def reset(banner: Banner, state: State) -> State:
    """Fill the player's box again by choice. Points stay as they are.

    Raises DrawError where the banner or the state does not allow it.
    """
    if not may_reset(banner, state):
        raise DrawError(f"{banner.id}: this box cannot be filled again now")
    return state._replace(drawn=tuple((card, 0) for card, _ in state.drawn))


# Between two pulls a version may come and go that nothing was drawn by, and no receipt tells of it.
# So what happens between them changes only its own part of a state, as it is stored: brought to
# that version, the state would lose what that one does not count.


def exchanged(stored: Mapping[str, Any], after: State) -> dict[str, Any]:
    """A stored state with what `exchange` has changed of it."""
    copies = {**stored.get("exchanged", {}), **dict(after.exchanged)}
    kept = {card: n for card, n in copies.items() if n}
    return {**stored, **({"exchanged": kept} if kept else {}), "points": after.points}


def begun(stored: Mapping[str, Any], banner: Banner) -> dict[str, Any]:
    """A stored state after `reset` by this version."""
    return {**{key: n for key, n in stored.items() if key != "drawn"}, BEGUN: banner.hash}


def position(banner: Banner, state: State, count: int = 1) -> Position:
    """Where the next pull of `count` cards is decided: a single one, or the first slot of the
    multi-pull that has so many.

    Raises StateError when the state is another banner's.
    """
    fresh = start(banner)
    for mine, given in (
        (fresh.since, state.since),
        (fresh.lost, state.lost),
        (fresh.contested, state.contested),
        (fresh.promises, state.promises),
        (fresh.drawn, state.drawn),
    ):
        if [key for key, _ in mine] != [key for key, _ in given]:
            raise StateError(f"state: not one of {banner.id}; read it with State.from_dict")
    if state.step >= banner.steps:
        raise StateError(f"state.step: {state.step} of {banner.steps} steps")
    here = Position(
        state.since,
        state.lost,
        state.contested,
        state.promises,
        state.drawn,
        state.step,
        size=0,
        slot=0,
        needs=(),
    )
    return here if count == 1 else open_multi(banner, here, count)


def open_multi(banner: Banner, position: Position, count: int) -> Position:
    """The same, in the first slot of a multi-pull of `count` cards. Where there is none, or none
    with rules of its own, so many single pulls begin."""
    multi = banner.multi(count)
    if multi is None or not multi.differs:
        return position
    minima = multi.step(position.step).minima
    return position._replace(
        size=count,
        slot=1,
        needs=tuple(each.count for each in minima),
        whole=UNDECIDED if multi.wholes else 0,
        frozen=position.since if multi.is_frozen else (),
    )


def openings(banner: Banner, position: Position) -> tuple[tuple[Position, Fraction], ...]:
    """Where the draws go on from here, with the probability of each: of a multi-pull whose whole is
    undecided, with each of its wholes in their order, and last without one."""
    multi = banner.multi(position.size)
    if position.whole != UNDECIDED or multi is None:
        return ((position, Fraction(1)),)
    chances = [whole.chance for whole in multi.wholes]
    found = [(position._replace(whole=at), part) for at, part in enumerate(chances, start=1)]
    if left := 1 - sum(chances, Fraction(0)):
        found.append((position._replace(whole=0), left))
    return tuple(found)


def row(banner: Banner, position: Position) -> Row:
    """The cards that can come here and their probabilities, in canonical order; they sum to 1.

    While a whole is undecided, it is a mixture, from which nothing is drawn.
    """
    ways = openings(banner, position)
    if len(ways) == 1:
        return row_of(banner, demands(banner, ways[0][0]))
    parts: dict[Card, Fraction] = {}
    for at, chance in ways:
        for card, part in row_of(banner, demands(banner, at)):
            parts[card] = parts.get(card, Fraction(0)) + chance * part
    every = (card for rarity in banner.rarities for card in rarity.cards)
    return tuple((card, parts[card]) for card in every if card in parts)


def demands(banner: Banner, position: Position) -> Demands:
    """What of a position decides its row."""
    counted = dict(position.promises)
    return Demands(
        since=position.frozen or position.since,
        guaranteed=guaranteed(banner, position),
        contested=position.contested,
        due=tuple(
            promise
            for promise in banner.promises
            if counted[promise.id] != KEPT and counted[promise.id] >= promise.within - 1
        ),
        drawn=position.drawn,
        step=position.step if position.slot else 0,
        size=position.size,
        slot=position.slot,
        needs=position.needs,
        whole=position.whole,
    )


def guaranteed(banner: Banner, position: Position | State) -> tuple[str, ...]:
    """The rarities whose next card is featured, since their guarantee is due."""
    lost = dict(position.lost)
    return tuple(r.id for r in banner.rarities if 0 < r.guarantee <= lost[r.id])


def row_of(banner: Banner, demands: Demands) -> Row:
    """The row of all positions with these demands."""
    if banner.box is not None:
        return _box_row(banner, dict(demands.drawn))
    only, contested = _kept_for(banner, demands), dict(demands.contested)
    drawn = dict(demands.drawn)
    parts: list[tuple[Card, Fraction]] = []
    for rarity, rate in zip(banner.rarities, _rarity_rates(banner, demands, only), strict=True):
        if not rate:
            continue
        within = only
        for promise in demands.due:
            if promise.at == rarity.id:
                within = promise.cards if within is None else within & promise.cards
        share = rarity.share_at(contested.get(rarity.id, 0))
        if rarity.id in demands.guaranteed:
            share = Fraction(1)
        picks = rarity.picks(share, within, drawn)
        parts += ((card, rate * part) for card, part in picks)
    return tuple(parts)


def rates_at(banner: Banner, position: Position) -> Mapping[str, Fraction]:
    """The rate of every rarity in this position, which sum to 1: of a thousand cards in a hundredth
    of the time that their row takes."""
    if position.whole == UNDECIDED:
        return _by_rarity(banner, row(banner, position))
    return _rates_of(banner, demands(banner, position))


@lru_cache(maxsize=2_000)
def _rates_of(banner: Banner, demands: Demands) -> Mapping[str, Fraction]:
    if banner.box is not None:
        return _by_rarity(banner, _box_row(banner, dict(demands.drawn)))
    rates = _rarity_rates(banner, demands, _kept_for(banner, demands))
    return {rarity.id: rate for rarity, rate in zip(banner.rarities, rates, strict=True)}


def after(banner: Banner, position: Position, card: Card) -> Position:
    """Where the pull after `card` is decided."""
    by_id = {rarity.id: rarity for rarity in banner.rarities}
    step, size, slot, needs = position.step, position.size, position.slot, position.needs
    whole, frozen = position.whole, position.frozen
    multi = banner.multi(size) if slot else None
    if multi is not None and slot == size:
        step, size, slot, needs, whole, frozen = multi.next_step(step), 0, 0, (), 0, ()
    elif multi is not None:
        slot += 1
        needs = tuple(
            max(need - (card.id in minimum.cards), 0)
            for minimum, need in zip(multi.step(step).minima, needs, strict=True)
        )
    promises = []
    for promise, (_, counted) in zip(banner.promises, position.promises, strict=True):
        is_due = counted == promise.within - 1
        if card.id in promise.cards and counted != KEPT and (is_due or not promise.fixed):
            counted = KEPT if promise.once else 0
        elif counted != KEPT and promise.counts in (None, card.rarity):
            counted = min(counted + 1, promise.within - 1)
        promises.append((promise.id, counted))
    return Position(
        since=tuple(
            (key, _since_after(by_id[key], since, card.rarity)) for key, since in position.since
        ),
        lost=tuple(
            (key, lost if key != card.rarity else _lost_after(by_id[key], lost, card))
            for key, lost in position.lost
        ),
        contested=_contested_after(banner, position, card),
        promises=tuple(promises),
        drawn=_drawn_after(banner, position.drawn, card),
        step=step,
        size=size,
        slot=slot,
        needs=needs,
        whole=whole,
        frozen=frozen,
    )


@lru_cache(maxsize=20_000)
def _possible(banner: Banner, demands: Demands) -> frozenset[str]:
    """The cards that can come where this is demanded."""
    return frozenset(card.id for card, probability in row_of(banner, demands) if probability)


def _by_rarity(banner: Banner, row: Row) -> dict[str, Fraction]:
    total = dict.fromkeys((rarity.id for rarity in banner.rarities), Fraction(0))
    for card, probability in row:
        total[card.rarity] += probability
    return total


def _capped(fresh: Counts, stored: Mapping[str, int], most: Mapping[str, int]) -> Counts:
    return tuple((key, min(stored.get(key, 0), most[key])) for key, _ in fresh)


def _furthest(promises: Mapping[str, int]) -> Counts:
    """The promises of other banners worth keeping: kept ones first, then those nearest to due."""
    ranked = sorted(promises.items(), key=lambda item: (item[1] != KEPT, -item[1], item[0]))
    return tuple(sorted(ranked[:MOST_ELSEWHERE]))


def _promised(promise: Promise, counted: int) -> int:
    if counted == KEPT:
        return KEPT if promise.once else 0
    return min(counted, promise.within - 1)


def _since_after(rarity: Rarity, since: int, drawn: str) -> int:
    if drawn == rarity.id or drawn in rarity.reset_by:
        return 0
    return min(since + 1, len(rarity.schedule) - 1)


def _lost_after(rarity: Rarity, lost: int, card: Card) -> int:
    return 0 if card.featured else min(lost + 1, rarity.guarantee)


def _contested_after(banner: Banner, position: Position, card: Card) -> Counts:
    """A card that a guarantee decided leaves the count of its rarity as it is."""
    if not position.contested or card.rarity in guaranteed(banner, position):
        return position.contested
    most = {rarity.id: len(rarity.shares) - 1 for rarity in banner.rarities}
    return tuple(
        (key, count if key != card.rarity else 0 if card.featured else min(count + 1, most[key]))
        for key, count in position.contested
    )


def _drawn_after(banner: Banner, drawn: Counts, card: Card) -> Counts:
    """A promise may bring a card again that its rarity does not have any more."""
    if not drawn or card.stock is None:
        return drawn
    return _refilled(
        banner, tuple((key, min(n + 1, card.stock) if key == card.id else n) for key, n in drawn)
    )


def _refilled(banner: Banner, drawn: Counts) -> Counts:
    """The box, filled again if the last copy that matters has left it; or each rarity without
    repeats of which all cards have come."""
    if banner.box is not None:
        out = dict(drawn)
        every = all(out[card.id] == card.stock for card in banner.cards)
        if every or all(out[c.id] == c.stock for c in banner.cards if c.id in banner.box):
            return tuple((key, 0) for key, _ in drawn)
        return drawn
    out, begun = dict(drawn), set[str]()
    for rarity in banner.rarities:
        if rarity.no_repeats and all(out[card.id] == card.stock for card in rarity.cards):
            begun.update(card.id for card in rarity.cards)
    return tuple((key, 0 if key in begun else n) for key, n in drawn) if begun else drawn


def _box_row(banner: Banner, drawn: Mapping[str, int]) -> Row:
    left = [
        (card, card.weight * ((card.stock or 0) - drawn[card.id]))
        for rarity in banner.rarities
        for card in rarity.cards
    ]
    whole = sum(weight for _, weight in left)
    return tuple((card, Fraction(weight, whole)) for card, weight in left if weight)


def _reserved(banner: Banner, demands: Demands) -> frozenset[str] | None:
    """The cards this slot of a multi-pull must come from, so that its minima are still met.

    Each missing card keeps one of the last slots for itself; the file's first minimum comes first.
    """
    step = _step(banner, demands)
    if step is None or sum(demands.needs) < demands.size + 1 - demands.slot:
        return None
    return next(m.cards for m, need in zip(step.minima, demands.needs, strict=True) if need)


def _own_rates(banner: Banner, demands: Demands) -> tuple[Fraction, ...] | None:
    """The base rates that a slot has instead of the rarities', if it has some."""
    multi = banner.multi(demands.size)
    if multi is None:
        return None
    if demands.whole > 0:
        return multi.wholes[demands.whole - 1].rates
    return multi.step(demands.step).slots.get(demands.slot)


def _step(banner: Banner, demands: Demands) -> Step | None:
    """The rules of the multi-pull whose slot this is."""
    multi = banner.multi(demands.size)
    return None if multi is None else multi.step(demands.step)


def _kept_for(banner: Banner, demands: Demands) -> frozenset[str] | None:
    """The cards from which this pull must come, if it is kept for some."""
    only = _reserved(banner, demands)
    for promise in demands.due:
        if promise.at is None:
            only = promise.cards if only is None else only & promise.cards
    return only


def _rarity_rates(
    banner: Banner, demands: Demands, only: frozenset[str] | None
) -> tuple[Fraction, ...]:
    """Each rarity takes its rate from what the higher ones left; the last takes the rest.

    In a slot with rates of its own, a rate raised by a ramp, table or ceiling holds if higher.
    Where a raised rate dilutes the lower ones, each of these that is not changed itself keeps its
    part of what is left. A pull kept for `only` gives the rates of all other rarities to the
    lowest of its own.
    """
    since = dict(demands.since)
    own = _own_rates(banner, demands)
    left = undiluted = Fraction(1)
    rates = []
    for index, rarity in enumerate(banner.rarities):
        now = rarity.rate_at(since.get(rarity.id, 0))
        base = rarity.rate if own is None else own[index]
        is_changed = now != base if own is None else now > max(rarity.rate, base)
        rate = now if is_changed else base
        if banner.dilutes and not is_changed and undiluted:
            rate = base * left / undiluted
        rates.append(min(rate, left))
        left -= rates[-1]
        undiluted -= base
    rates[-1] += left
    if only is not None:
        served = [any(card.id in only for card in rarity.cards) for rarity in banner.rarities]
        rates = [
            rate if serves else Fraction(0) for rate, serves in zip(rates, served, strict=True)
        ]
        lowest = max(index for index, serves in enumerate(served) if serves)
        rates[lowest] += 1 - sum(rates)
    return tuple(rates)


class _Node:
    """A position made ready: a draw here is one bisection and two look-ups.

    `cuts` are the words at which each card begins, and where the last one ends. `cards` has None
    at both ends, the places of words below 0 and of rejected ones. Where a word has to choose a
    whole first, there is nothing but `wholes`.
    """

    __slots__ = ("cards", "cuts", "links", "position", "wholes")

    def __init__(self, position: Position, cuts: list[int], cards: tuple[Card | None, ...]) -> None:
        self.position = position
        self.cuts = cuts
        self.cards = cards
        self.links: list[_Node | None] = [None] * len(cards)
        self.wholes: tuple[list[int], tuple[_Node | None, ...]] | None = None


class _Machine:
    """The banner as an automaton that grows as it is walked.

    A box has more states than memory, so the memos are emptied when full.
    """

    _MOST: Final = 20_000

    def __init__(self, banner: Banner) -> None:
        self._banner = banner
        self._sizes = {multi.size for multi in banner.multis if multi.differs}
        self._entries: dict[tuple[object, ...], _Node] = {}
        self._nodes: dict[Position, _Node] = {}
        self._rows: dict[Row, tuple[list[int], tuple[Card | None, ...]]] = {}

    def enter(self, state: State, count: int) -> _Node:
        if count < 1:
            raise DrawError(f"{count} draws, allowed: 1 or more")
        size = count if count in self._sizes else 1
        # Most states come again and again, and checking one costs as much as ten draws.
        key = (
            size,
            state.since,
            state.lost,
            state.contested,
            state.promises,
            state.drawn,
            state.step,
        )
        node = self._entries.get(key)
        if node is None:
            node = self._node(position(self._banner, state, size))
            self._entries[key] = node
        return node

    def follow(self, node: _Node, index: int, card: Card) -> _Node:
        node.links[index] = following = self._node(after(self._banner, node.position, card))
        return following

    def _node(self, position: Position) -> _Node:
        node = self._nodes.get(position)
        if node is None:
            if len(self._nodes) >= self._MOST:
                self._entries.clear()
                self._nodes.clear()
                self._rows.clear()
            if position.whole == UNDECIDED:
                node = self._opening(position)
            else:
                node = _Node(position, *self._ready(row(self._banner, position)))
            self._nodes[position] = node
        return node

    def _opening(self, position: Position) -> _Node:
        ways = openings(self._banner, position)
        node = _Node(position, [], ())
        cuts = _cuts([chance for _, chance in ways])
        node.wholes = cuts, (None, *(self._node(at) for at, _ in ways), None)
        return node

    def _ready(self, row: Row) -> tuple[list[int], tuple[Card | None, ...]]:
        ready = self._rows.get(row)
        if ready is None:
            cuts = _cuts([probability for _, probability in row])
            ready = self._rows[row] = cuts, (None, *(card for card, _ in row), None)
        return ready


def _cuts(parts: Sequence[Fraction]) -> list[int]:
    """The words at which each of these parts begins, and where the last one ends."""
    whole = lcm(*(part.denominator for part in parts))
    assert whole < MAX_DENOMINATOR  # `banner.parse` has seen to it
    unit = WORD // whole
    weights = (int(part * whole) for part in parts)
    return [cumulative * unit for cumulative in accumulate(weights, initial=0)]


def _chosen(wholes: tuple[list[int], tuple[_Node | None, ...]], words: Iterator[int]) -> _Node:
    """The first slot of a multi-pull, once a word has chosen its whole."""
    cuts, nodes = wholes
    for word in words:
        node = nodes[bisect_right(cuts, word)]
        if node is not None:
            return node
        _check_word(word)
    raise DrawError("the random words ran out before the first draw")


def _check_word(word: int) -> None:
    """Words out of range land where rejected ones do, so that only those pay for the check."""
    if not 0 <= word < WORD:
        raise DrawError(f"the random word {word} is not one of 64 unsigned bits")


@lru_cache(maxsize=32)
def _machine(banner: Banner) -> _Machine:
    return _Machine(banner)


def _used(banner: Banner, stored: Mapping[str, int]) -> Used:
    if banner.limit is None:
        return Used()
    kept = Used._fields if banner.limit.per_day is not None else ("all",)
    return Used(**{key: stored.get(key, 0) for key in kept})


def _drawn(banner: Banner, used: Used, count: int) -> Used:
    if banner.limit is None:
        return used
    today = 0 if banner.limit.per_day is None else used.today + count
    return Used(used.all + count, used.day, today)


def _state(banner: Banner, before: State, position: Position, count: int) -> State:
    return State(
        position.since,
        position.lost,
        position.contested,
        position.promises,
        position.drawn,
        position.step,
        before.points + (count if banner.exchange is not None else 0),
        before.elsewhere,
        before.used if banner.limit is None else _drawn(banner, before.used, count),
        before.exchanged,
    )


def _section(mapping: Mapping[str, object], key: str, kept: bool = False) -> dict[str, int]:
    section = mapping.get(key, {})
    if not isinstance(section, Mapping):
        raise StateError(f"state.{key}: {shown(section)} is no table of counts")
    counts = {}
    for name, value in section.items():
        if not isinstance(name, str):
            raise StateError(f"state.{key}: {shown(name)} is no name")
        is_kept = kept and value is True
        counts[name] = KEPT if is_kept else _integer(value, f"{key}.{name}")
    return counts


def _integer(value: object, where: str) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise StateError(f"state.{where}: {shown(value)} is no integer from 0 to 2^53 - 1")
    return value
