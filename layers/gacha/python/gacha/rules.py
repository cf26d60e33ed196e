"""A banner's rules beside its rates, as plain data for messages: what they are, and how they stand.

Each rule is a mapping with a `kind`, for which `commands.rules` has a sentence. Names are mappings
from language to text. A set of cards is `cards`: {"names": [{"name": …, "featured": whether only
the featured ones of that rarity}], "or_better": whether higher rarities count, too, "more": how
many it names no more}.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from gacha import engine, shared_box
from gacha.banner import Banner, Multi, Promise, Rarity, Step, Whole

MOST_NAMED: Final = 3
"""Rarities and cards of a set that a message names."""

MOST_SHOWN: Final = 16
"""Rules of `standing`: as many as the smallest room for them has lines."""

PLACES: Final = 4
"""Decimal places of a published percentage; more are cut into a rounded last one."""

Rule = dict[str, Any]


def standing(banner: Banner, state: engine.State) -> list[Rule]:
    """What the rules hold for a player whose state this is: what changes with every pull first.

    At most MOST_SHOWN, and then one of kind "rules_elsewhere".
    """
    if banner.shared is not None:  # what is in the box is not the player's
        return [*_limits(banner, state)]
    if engine.left_in_all(banner, state) == 0:  # nothing is certain where there is no next pull
        return [*_limits(banner, state), *_points(banner, state)]
    all_of_it = [
        *_limits(banner, state),
        *featured_next(banner, state).values(),
        *ceilings(banner, state).values(),
        *_promises(banner, state),
        *_next_step(banner, state),
        *_box(banner, state),
        *_not_yet(banner, state),
        *_points(banner, state),
        *_multis(banner, state),
    ]
    if len(all_of_it) > MOST_SHOWN:
        return [*all_of_it[:MOST_SHOWN], {"kind": "rules_elsewhere"}]
    return all_of_it


def ceilings(banner: Banner, state: engine.State) -> dict[str, Rule]:
    """By rarity, within how many `pulls`, from 1 up, it is certain. A higher rarity takes
    precedence even then, so below the highest it is that rarity or better."""
    since = dict(state.since)
    return {
        rarity.id: {
            "kind": "ceiling_or_better" if rank else "ceiling",
            "rarity": dict(rarity.name),
            "pulls": rarity.ceiling - since.get(rarity.id, 0),
        }
        for rank, rarity in enumerate(banner.rarities)
        if rarity.ceiling is not None
    }


def rules(banner: Banner) -> list[Rule]:
    """The banner's rules as they are for everybody; those of the rarities are with their rates."""
    if banner.shared is not None:
        return shared_box.rules(banner)
    return [
        *_limit_rules(banner),
        *_step_prices(banner),
        *(rule for multi in _sold(banner) for rule in _by_steps(banner, multi)),
        *(_promise(banner, promise) for promise in banner.promises),
        *_box_rules(banner),
        *_reset(banner),
        *_no_repeats(banner),
        *([{"kind": "rule_dilutes"}] if banner.dilutes and _counts(banner) else []),
        *_exchange(banner),
        *([{"kind": "rule_counts_carry"}] if banner.carry_over and _has_state(banner) else []),
        *([] if banner.tickets_count else [{"kind": "rule_tickets"}]),
    ]


# --- how they stand -------------------------------------------------------------------------------


def _limits(banner: Banner, state: engine.State) -> Iterator[Rule]:
    """What is left of the day and in all, in cards; and what the next single pull costs where that
    is not as ever."""
    limit, left = banner.limit, engine.left(banner, state)
    if limit is None or left is None:
        return
    if limit.per_day is not None:
        yield {"kind": "limit_today", "left": left, "per_day": limit.per_day}
    if limit.total is not None:
        in_all = max(0, limit.total - state.used.all)
        yield {"kind": "limit", "left": in_all, "total": limit.total, **packs(banner)}
    if left and banner.sells(1):
        price = engine.price(banner, state, 1)
        if price != banner.price_one:
            yield {"kind": "next_price", "price": price}


def featured_next(banner: Banner, state: engine.State) -> dict[str, Rule]:
    """By rarity, that its next card is featured, or the chance of it, where that is not as ever."""
    due, contested = engine.guaranteed(banner, state), dict(state.contested)
    found = dict[str, Rule]()
    for rarity in banner.rarities:
        share = rarity.share_at(contested.get(rarity.id, 0))
        of = {"rarity": dict(rarity.name)}
        if rarity.id in due or (rarity.remembers and share == 1):
            found[rarity.id] = {"kind": "featured_next", **of}
        elif share is not None and share != rarity.shares[0]:
            found[rarity.id] = {"kind": "share_next", **of, "share": percent(share)}
    return found


def _promises(banner: Banner, state: engine.State) -> Iterator[Rule]:
    counted = dict(state.promises)
    for promise in banner.promises:
        if counted[promise.id] == engine.KEPT:
            continue
        left = promise.within - counted[promise.id]  # this one included, at which it is due
        cards = cards_of(banner, promise.cards)
        only = promise.counts or promise.at
        if only is None:
            yield {"kind": "promise", "cards": cards, "pulls": left}
        elif left == 1:
            yield {"kind": "promise_next", "cards": cards, "next": _name(banner, only)}
        elif promise.counts is not None:
            counts = _name(banner, promise.counts)
            yield {"kind": "promise_among", "cards": cards, "counts": counts, "left": left}
        else:
            yield {
                "kind": "promise_later" if promise.fixed else "promise_after",
                "cards": cards,
                "next": _name(banner, only),
                "without": left - 1,
            }


def _next_step(banner: Banner, state: engine.State) -> Iterator[Rule]:
    if (multi := banner.step_up) is not None and multi in _sold(banner, state):
        price = multi.step(state.step).price
        steps = {"step": state.step + 1, "steps": banner.steps, "price": price}
        yield {"kind": "step", **steps, **_size(multi)}


def _multis(banner: Banner, state: engine.State) -> Iterator[Rule]:
    for multi in _sold(banner, state):
        step = multi.step(state.step)
        yield from ({"kind": "minimum", **each, **_size(multi)} for each in _minima(banner, step))
        yield from ({**each, **_size(multi)} for each in _sure_slots(banner, multi, step))


def is_sure(banner: Banner, multi: Multi) -> bool:
    """Whether some cards are certain in a multi-pull, at any of its steps."""
    return any(
        step.minima or next(_sure_slots(banner, multi, step), None) is not None
        for step in multi.steps
    )


def _sold(banner: Banner, state: engine.State | None = None) -> list[Multi]:
    """The multi-pulls for which a limit ever leaves enough, to a player in this `state`."""
    left = None if state is None else engine.left_in_all(banner, state)
    sold = (multi for multi in banner.multis if multi.size in banner.sizes)
    return [multi for multi in sold if left is None or multi.size <= left]


def _size(multi: Multi) -> Rule:
    return {"size": multi.size}


def _minima(banner: Banner, step: Step) -> Iterator[Rule]:
    for minimum in dict.fromkeys(step.minima):  # one card counts for each that it is of
        yield {"cards": cards_of(banner, minimum.cards), "count": minimum.count}


def _sure_slots(banner: Banner, multi: Multi, step: Step) -> Iterator[Rule]:
    """The slots in which some rarities cannot come, those with the same ones together. A whole may
    take their place."""
    numbers: dict[frozenset[str], list[int]] = {}
    for number, rates in sorted(step.slots.items()):
        of_wholes = (each.rates for each in multi.wholes if each.chance)
        # A rate that a ramp or a ceiling has raised holds in a slot, too.
        there = [
            rarity
            for rarity, *some in zip(banner.rarities, rates, *of_wholes, strict=True)
            if any(some) or rarity.counts
        ]
        cards = frozenset(card.id for rarity in there for card in rarity.cards)
        if len(cards) < len(banner.cards):
            numbers.setdefault(cards, []).append(number)
    for cards, slots in numbers.items():
        yield {"kind": "slots", "cards": cards_of(banner, cards), "numbers": slots}


def _box(banner: Banner, state: engine.State) -> Iterator[Rule]:
    if banner.box is None:
        return
    drawn = dict(state.drawn)
    left = {card.id: (card.stock or 0) - drawn[card.id] for card in banner.cards}
    yield {"kind": "box", "left": sum(left.values()), "stock": _stock(banner)}
    if engine.may_reset(banner, state):
        yield {"kind": "box_reset"}
    elif banner.reset:
        waits = sum(left[card] for card in banner.reset)
        yield {"kind": "box_reset_after", "cards": cards_of(banner, banner.reset), "left": waits}
    if len(banner.box) < len(banner.cards):
        yield {
            "kind": "box_refill",
            "cards": cards_of(banner, banner.box),
            "left": sum(left[card] for card in banner.box),
        }


def _not_yet(banner: Banner, state: engine.State) -> Iterator[Rule]:
    drawn = dict(state.drawn)
    for rarity in banner.rarities:
        if rarity.no_repeats:
            cards = len(rarity.cards)
            left = cards - sum(drawn[card.id] for card in rarity.cards)
            yield {"kind": "not_yet", "rarity": dict(rarity.name), "left": left, "cards_in": cards}


def _points(banner: Banner, state: engine.State) -> Iterator[Rule]:
    if banner.exchange is None:
        return
    open_ = [
        offer.price
        for offer in banner.exchange.offers
        if any(engine.to_take(banner, state, card) != 0 for card in offer.cards)
    ]
    if not open_:
        yield {"kind": "points_all_taken", "points": state.points}
        return
    price = min(open_)
    kind = "points_reach" if state.points >= price else "points"
    yield {"kind": kind, "points": state.points, "price": price}


# --- what they are --------------------------------------------------------------------------------


def packs(banner: Banner) -> Mapping[str, int]:
    """How many pulls a limit in all is, where all pulls bring as many cards: whoever reads “10” of
    packs of five takes it for ten packs."""
    if banner.limit is None or banner.limit.total is None or len(banner.sizes) != 1:
        return {}
    [size] = banner.sizes
    return {"packs": banner.limit.total // size} if size > 1 else {}


def _limit_rules(banner: Banner) -> Iterator[Rule]:
    limit = banner.limit
    if limit is None:
        return
    if limit.total is not None:
        yield {"kind": "rule_limit", "total": limit.total, **packs(banner)}
    if limit.per_day is not None:
        yield {"kind": "rule_limit_day", "per_day": limit.per_day}
    if limit.prices:
        kind = "rule_prices" if limit.per_day is None else "rule_prices_day"
        prices = list(limit.prices)
        if len(prices) < limit.most:
            kind, prices = f"{kind}_last", [*prices, banner.price(1)]
        yield {"kind": kind, "prices": prices}


def _step_prices(banner: Banner) -> Iterator[Rule]:
    if (multi := banner.step_up) is not None and multi in _sold(banner):
        kind = "rule_steps_last" if multi.repeats_last else "rule_steps_again"
        yield {"kind": kind, "prices": [step.price for step in multi.steps], **_size(multi)}


def _by_steps(banner: Banner, multi: Multi) -> Iterator[Rule]:
    """Minima and slots, each once, with the numbers of its steps where not all have it."""
    rules: list[tuple[Rule, list[int]]] = []
    for number, step in enumerate(multi.steps, start=1):
        for rule in (
            *({"kind": "rule_minimum", **each} for each in _minima(banner, step)),
            *_slots(banner, step),
        ):
            known = next((steps for other, steps in rules if other == rule), None)
            if known is None:
                rules.append((rule, [number]))
            else:
                known.append(number)
    if banner.price_one is None:  # else each rarity's rate is told, of single pulls
        yield {**_base_of_slots(banner, multi), **_size(multi)}
    for rule, steps in rules:
        sized = {**rule, **_size(multi)}
        yield sized if len(steps) == len(multi.steps) else {**sized, "steps": steps}
    yield from ({"kind": "rule_whole", **_whole_pack(banner, multi, each)} for each in multi.wholes)
    if multi.is_frozen:
        yield {"kind": "rule_frozen", **_size(multi)}


def _whole_pack(banner: Banner, multi: Multi, pack: Whole) -> Rule:
    return {"chance": pack.chance, "rates": _rates(banner, pack.rates), **_size(multi)}


def _base_of_slots(banner: Banner, multi: Multi) -> Rule:
    """The rates of cards that no slot has rates for."""
    kind = "rule_other_cards" if any(step.slots for step in multi.steps) else "rule_each_card"
    return {"kind": kind, "rates": _rates(banner, [each.rate for each in banner.rarities])}


def _slots(banner: Banner, step: Step) -> Iterator[Rule]:
    numbers: dict[tuple[Any, ...], list[int]] = {}
    for number, rates in sorted(step.slots.items()):
        numbers.setdefault(rates, []).append(number)
    for rates, slots in numbers.items():
        yield {"kind": "rule_slots", "numbers": slots, "rates": _rates(banner, rates)}


def _rates(banner: Banner, rates: Iterable[Fraction]) -> list[Rule]:
    return [
        {"rarity": dict(rarity.name), "rate": rate}
        for rarity, rate in zip(banner.rarities, rates, strict=True)
        if rate
    ]


def _promise(banner: Banner, promise: Promise) -> Rule:
    rule: Rule = {"cards": cards_of(banner, promise.cards), "once": promise.once}
    kind = "rule_promise_fixed" if promise.fixed else "rule_promise"
    if promise.counts is not None:
        counts = _name(banner, promise.counts)
        return {"kind": f"{kind}_among", **rule, "counts": counts, "within": promise.within}
    if promise.at is not None:
        without = promise.within - 1
        next_one = _name(banner, promise.at)
        return {"kind": f"{kind}_next", **rule, "next": next_one, "without": without}
    return {"kind": kind, **rule, "within": promise.within}


def _box_rules(banner: Banner) -> Iterator[Rule]:
    if banner.box is None:
        return
    yield {"kind": "rule_box", "stock": _stock(banner)}
    if len(banner.box) == len(banner.cards):
        yield {"kind": "rule_box_empty"}
    else:
        yield {"kind": "rule_box_refill", "cards": cards_of(banner, banner.box)}


def _reset(banner: Banner) -> Iterator[Rule]:
    if banner.reset is not None:
        cards = {"cards": cards_of(banner, banner.reset)} if banner.reset else {}
        yield {"kind": "rule_box_reset" if cards else "rule_box_reset_any", **cards}
        yield {"kind": "rule_box_never_reset"}


def _no_repeats(banner: Banner) -> Iterator[Rule]:
    for rarity in banner.rarities:
        if rarity.no_repeats:
            yield {"kind": "rule_no_repeats", "rarity": dict(rarity.name)}


def _counts(banner: Banner) -> bool:
    return any(rarity.counts for rarity in banner.rarities)


def _has_state(banner: Banner) -> bool:
    """Whether anything but points is kept of a player."""
    of_rarities = (each.guarantee or each.remembers or each.no_repeats for each in banner.rarities)
    return _counts(banner) or any(of_rarities) or bool(banner.promises) or banner.steps > 1


def _exchange(banner: Banner) -> Iterator[Rule]:
    if banner.exchange is not None:
        offers = banner.exchange.offers
        if len(offers) == 1 and offers[0].limit is None:
            yield {"kind": "rule_exchange", "price": offers[0].price}
        for offer in offers if len(offers) > 1 or banner.exchange.limited else ():
            rule = {"cards": cards_of(banner, offer.cards), "price": offer.price}
            if offer.limit is None:
                yield {"kind": "rule_exchange_offer", **rule}
            else:
                yield {"kind": "rule_exchange_offer_limit", **rule, "limit": offer.limit}
        yield {"kind": "rule_points_carry" if banner.carry_over else "rule_points_end"}


def whole(banner: Banner, size: int, number: int) -> Rule:
    """That a whole-pack table held in a multi-pull of so many cards; the first has number 1."""
    multi = banner.multi(size)
    assert multi is not None
    found = {"kind": "whole", **_whole_pack(banner, multi, multi.wholes[number - 1])}
    return in_percent(found)


def in_percent(rule: Rule) -> Rule:
    """The same with its rates and chances in percent, as text."""
    told = dict(rule)
    if "rates" in rule:
        told["rates"] = [{**one, "rate": percent(one["rate"])} for one in rule["rates"]]
    if "chance" in rule:
        told["chance"] = percent(rule["chance"])
    return told


def percent(rate: Fraction) -> str:
    """A rate as text in percent, rounded to four places, without trailing zeros; no line breaks
    before its sign.

    A rare card gets as many places as its first two digits need, and a rate short of 1 as many as
    tell it from 1: neither 0 nor 100 is ever the result of rounding.
    """
    places = PLACES
    while 0 < rate < 1 and not 10 <= round(rate * 100 * 10**places) < 100 * 10**places:
        places += 1
    whole, part = divmod(round(rate * 100 * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".") + "\u00a0%"


# --- sets of cards --------------------------------------------------------------------------------


def cards_of(banner: Banner, ids: Iterable[str]) -> dict[str, Any]:
    """A set of cards in as few names as say it: whole rarities, featured ones, single cards."""
    cards = frozenset(ids)
    highest: set[str] = set()
    for rank, rarity in enumerate(banner.rarities):
        highest |= {card.id for card in rarity.cards}
        if cards == highest and rank:
            return {"names": [_whole(rarity)], "or_better": True, "more": 0}
    names = [name for rarity in banner.rarities for name in _named(rarity, cards)]
    return {
        "names": names[:MOST_NAMED],
        "or_better": False,
        "more": len(names) - len(names[:MOST_NAMED]),
    }


def _named(rarity: Rarity, cards: frozenset[str]) -> list[dict[str, Any]]:
    mine = [card for card in rarity.cards if card.id in cards]
    if len(mine) == len(rarity.cards):
        return [_whole(rarity)]
    if len(mine) > 1 and mine == [card for card in rarity.cards if card.featured]:
        return [{"name": dict(rarity.name), "featured": True}]
    return [{"name": dict(card.name), "featured": False} for card in mine]


def _whole(rarity: Rarity) -> dict[str, Any]:
    return {"name": dict(rarity.name), "featured": False}


def _name(banner: Banner, rarity_id: str) -> Mapping[str, str]:
    return next(dict(rarity.name) for rarity in banner.rarities if rarity.id == rarity_id)


def _stock(banner: Banner) -> int:
    return sum(card.stock or 0 for card in banner.cards)
