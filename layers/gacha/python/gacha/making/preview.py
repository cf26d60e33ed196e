"""What an owner sees before publishing: what a draft means for those who will pull from it.

Exact, by the functions that also draw, and bounded: where a figure would take more work than a
function has time for, it says so in its place. All of it is JSON, stored under its own hash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Final

from gacha import engine, odds, rates, shards, shared_box
from gacha.banner import TEN, Banner, Card, Rarity
from gacha.chains import Work, members
from gacha.errors import OddsError
from gacha.making.cards import Cards, ServerCard, likeness
from gacha.making.compiling import Compiled
from gacha.making.draft import OF_COPIES, Draft
from gacha.odds import copies
from gacha.rates import percent

MOST_WORK: Final = 1_500_000
MOST_STATES: Final = 60_000
"""What all figures of a preview may cost (`gacha.chains.Work`): under two seconds on one core."""

LOW: Final = Fraction(1, 1000)
"""A rate below it is pointed out."""

MOST_NAMED: Final = 10
"""Cards that one remark lists."""

MOST_OF_RULES: Final = 12_000
"""Characters of them as data: more than a message takes in either language. Twenty steps with
twenty slots each are a megabyte."""

_DAY_MS: Final = 86_400_000

ODD: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        "rarity_never": "rarity",  # a rate of 0, and nothing else gives it
        "rarity_rare": "rarity rate",  # below 0.1 %
        "cards_rare": "count number rate",  # the rarest of them
        "cards_without_picture": "count numbers",
        "pictures_awaited": "count names",  # that a sheet named
        "parts_missing": "count",  # pictures of the export that it is made of
        "ceiling_outlasts": "rarity pulls coins days open_days",
        "ceiling_outlasts_limit": "rarity pulls a_day days open_days",
        "exchange_outlasts": "points coins days open_days",
        "exchange_outlasts_limit": "points a_day days open_days",
        "copies_one": "tickets",  # of each card in the box
        "free": "",
        "ten_dearer": "ten ones",  # a ten-pull costs more than ten single ones
        "multi_dearer": "size price ones",  # the same of a multi-pull of another size
        "multi_forfeited": "size total",  # once smaller pulls leave less
        "over": "ends_ms",
        "too_much": "rarities",  # whose figures would take too long
    }.items()
}
"""What is odd, and may well be meant."""

RESETS: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        "everything": "",
        "count": "rarity",
        "count_nearer": "rarity before after",  # who counted further is at the new ceiling now
        "guarantee": "rarity",
        "guarantee_nearer": "rarity before after",  # losses in a row
        "no_repeats": "rarity",  # which cards of it have come
        "contested": "rarity",  # losses that no guarantee decided
        "contested_nearer": "rarity before after",
        "promise": "id",
        "promise_nearer": "id before after",
        "points": "",  # they are kept, and nothing takes them
        "box": "",
        "reset": "",  # they can no longer begin their box anew by choice
        "shared": "",  # the open one is closed, and a full one begins
        "box_refilled": "",  # for who has drawn all that the new box ends with
        "step": "",
        "steps_fewer": "before after",
    }.items()
}
"""What players lose, or find changed, when this version replaces the published one."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a preview needs of the server: coins that it gives a player a day, on average, and the
    time (Unix milliseconds)."""

    income: Fraction
    now_ms: int


def preview(
    draft: Draft,
    cards: Cards,
    made: Compiled,
    server: Server,
    words: Iterator[int],
    published: Banner | None = None,
    look: bytes | None = None,
) -> dict[str, Any]:
    """All that is shown, as JSON. `words` are random ones, for a sample pull; `published` and
    `look` are those of the version that members pull now, None where there is none.

    Rates are percent as text, as members see them; pulls, coins and days are whole numbers, `days`
    None where the income never pays it, and the expected pulls are text of one decimal. Where a
    limit leaves a day no more than `a_day` cards, days and coins are those of who has them soonest,
    paying with what the days so far gave, and the expected pulls have no coins. In `figures`, a
    line's `pulls` are None where they would take too long, and one of `half`, `ninety` and
    `certain` where no number of pulls is enough, or none that can be shown; `expected` is left out
    where the cards may `never` come. Points are spent when they suffice: `by_points` is the chance
    that they are. A line of multi-pulls has `one_in`, the chance that a player's first one has such
    a card, left out where it would take too long, and `is_first` where later ones differ; its
    `rate` is not that of any slot.
    """
    new = made.banner
    work = Work(MOST_WORK, MOST_STATES)
    own = json.loads(made.look).get("rarities", {})
    emojis = {id_: {"emoji": each["emoji"]} for id_, each in own.items() if each.get("emoji")}
    modes = {
        _mode(count): [
            line | emojis.get(line["rarity"], {}) for line in _figures(new, server, count, work)
        ]
        for count in new.ways
    }
    for count in new.ways:  # after all other figures, which say more
        if count > 1:
            _add_one_in(new, count, modes[_mode(count)], work)
    return {
        "v": 1,
        "banner": {
            "id": new.id,
            "name": dict(new.name),
            "rules": made.rules_hash,
            "look": made.look_hash,
            "starts_ms": draft.starts_ms,
            "ends_ms": draft.ends_ms,
            "prices": _prices(new),
            **({"shared": _shared(new)} if new.shared else {}),
            "cards": len(new.cards),
        },
        "income": str(server.income),
        "figures": modes,
        "rules": _rules(new),
        "shards": _shards(new, made),
        "sample": _sample(new, words),
        "sample_price": new.price(_sample_size(new)),
        "odd": [*_odd(draft, cards, new, server, modes, work)],
        **beside(published, new),
        "questions": [
            {
                "number": each.number,
                "name": _name(cards, each.number),
                "maybe": each.maybe,
                "maybe_name": _name(cards, each.maybe),
                "why": likeness(_card(cards, each.number), _card(cards, each.maybe)),
            }
            for each in draft.questions
        ],
        "new_pictures": _new_pictures(made.look, look),
    }


def default_shards(banner: Banner) -> dict[str, int]:
    """By rarity's id: what a duplicate gives of rarities whose name says nothing, by how often they
    come in the long run. Left out where that would take too long: `gacha.shards` then goes by the
    rate of a first pull, as in files that no preview was made of."""
    work = Work(MOST_WORK, MOST_STATES)
    given = {}
    for rarity in banner.rarities:
        if shards.is_known(rarity.name["en"]):
            continue
        try:
            rate = odds.long_run(banner, members(rarity), 1, work)
        except OddsError:
            continue
        given[rarity.id] = shards.default(rarity.name["en"], rate)
    return given


def _shards(banner: Banner, made: Compiled) -> list[dict[str, Any]]:
    """What a duplicate of each rarity gives, and what a card costs in the shop, which sells none of
    a box that the server shares."""
    look = json.loads(made.look)
    gives, prices = shards.of_duplicates(banner, look), shards.prices(banner, look)
    return [
        {
            "name": dict(each.name),
            "gives": gives[each.id],
            **({} if banner.shared else {"price": prices[each.id]}),
        }
        for each in banner.rarities
    ]


def _rules(banner: Banner) -> list[dict[str, Any]]:
    """The rules in words to come, as far as a message can have room for them. Here each rarity's
    are among them: its rates stand in a line of their own."""
    left, told = MOST_OF_RULES, list[dict[str, Any]]()
    for each in (*rates.rules_of_rarities(banner), *rates.rules(banner)):
        left -= len(json.dumps(each, ensure_ascii=False))
        if left < 0:
            return [*told, {"kind": "rules_elsewhere"}]
        told.append(each)
    return told


# --- figures --------------------------------------------------------------------------------------


def _mode(count: int) -> str:
    """What pulls of so many cards are called in `figures`."""
    return {1: "single", TEN: "ten"}.get(count, str(count))


def _figures(banner: Banner, server: Server, count: int, work: Work) -> list[dict[str, Any]]:
    base = engine.rates(banner, engine.start(banner))
    lines = [
        _line(banner, members(rarity), server, count, work)
        | {"rarity": rarity.id, "name": dict(rarity.name), "rate": percent(base[rarity.id])}
        for rarity in banner.rarities
    ]
    featured = odds.featured(banner)
    rarity = next((each for each in banner.rarities if featured & members(each)), None)
    if rarity is not None and featured < members(rarity):
        first = engine.row(banner, engine.position(banner, engine.start(banner)))
        rate = sum((part for card, part in first if card.id in featured), Fraction(0))
        lines.append(
            _line(banner, featured, server, count, work)
            | {"rarity": rarity.id, "name": dict(rarity.name), "rate": percent(rate)}
            | {"featured": sorted(_numbers(banner, featured))}
        )
    return lines


def _add_one_in(banner: Banner, count: int, lines: list[dict[str, Any]], work: Work) -> None:
    """To the lines of multi-pulls, what a player's first one gives."""
    is_first = {} if _is_alike(banner, count) else {"is_first": True}
    cards = [*map(members, banner.rarities), odds.featured(banner)]
    for line, of in zip(lines, cards, strict=False):
        with suppress(OddsError):
            line |= {"one_in": percent(odds.in_one(banner, of, count, work)), **is_first}


def _is_alike(banner: Banner, count: int) -> bool:
    """Whether every multi-pull of so many cards has the same odds, whatever came before."""
    multi = banner.multi(count)
    return (
        (multi is None or len(multi.steps) == 1)
        and not banner.promises
        and banner.box is None
        and not any(
            each.counts or each.guarantee or each.remembers or each.no_repeats
            for each in banner.rarities
        )
    )


def _line(
    banner: Banner, cards: frozenset[str], server: Server, count: int, work: Work
) -> dict[str, Any]:
    """How often some cards come, and how many pulls the first of them takes."""
    goal = copies.Goal("", cards, 1)
    try:
        long_run = percent(odds.long_run(banner, cards, count, work))
    except OddsError:
        return {"long_run": None, "pulls": None}
    try:
        found = copies.reach(banner, goal, count=count, work=work)
    except OddsError:
        return {"long_run": long_run, "pulls": None}
    first = found.until
    pulls = {"half": found.median, "ninety": found.ninety, "certain": found.certain}
    shown: dict[str, Any] = {
        name: None if needed is None else _cost(banner, needed, server, count)
        for name, needed in pulls.items()
    }
    if first.expected is not None and first.expected_cost is not None:
        tenths = round(first.expected * 10)
        coins = ceil(first.expected_cost)
        cost = {"coins": coins, "days": _days(coins, server)}
        if _per_day(banner) is not None:  # a mean of pulls is no price of days
            cost = _cost(banner, ceil(first.expected), server, count) | {"coins": None}
        shown["expected"] = cost | {"pulls": f"{tenths // 10}.{tenths % 10}"}
    if first.never:
        shown["never"] = percent(first.never)
    if found.by_points is not None:
        shown["by_points"] = percent(found.by_points)
    return {"long_run": long_run, "pulls": shown}


def _cost(banner: Banner, pulls: int, server: Server, count: int) -> dict[str, Any]:
    """What so many pulls cost, `count` at once; of single ones several at once as often as that is
    no loss."""
    per_day = _per_day(banner)
    if per_day is not None:
        return {"pulls": pulls, "a_day": per_day, **_by_day(banner, pulls, server, count, per_day)}
    multi = banner.multi(count)
    if multi is not None:
        coins = multi.cost(-(-pulls // count))
    else:
        turns = 0 if banner.limit is None else min(pulls, len(banner.limit.prices))
        first, left, one = banner.singles(turns, 0), pulls - turns, banner.price(1)
        flat = (each for each in banner.multis if len(each.steps) == 1)
        at_once = (each.cost(left // each.size) + left % each.size * one for each in flat)
        coins = first + min([left * one, *at_once])
    return {"pulls": pulls, "coins": coins, "days": _days(coins, server)}


def _per_day(banner: Banner) -> int | None:
    return None if banner.limit is None else banner.limit.per_day


def _by_day(
    banner: Banner, pulls: int, server: Server, count: int, per_day: int
) -> dict[str, int | None]:
    """The fewest days for so many pulls, each day paid with what the income of the days so far has
    left, and what the pulls cost: as many as a day has for some days, or as few as possible on each
    of them, whichever is sooner. What costs nothing takes days, too."""
    multi = banner.multi(count)
    if multi is not None:
        times = -(-pulls // count)
        coins, fewest = multi.cost(times), -(-times // max(1, per_day // count))
        days = _days(coins, server)
        return {"coins": coins, "days": None if days is None else max(fewest, days)}
    of_a_day = _cheapest(banner, per_day)
    whole, rest = divmod(pulls, per_day)
    full, fewest = whole * of_a_day[per_day] + of_a_day[rest], -(-pulls // per_day)

    def even(days: int) -> int:
        each, more = divmod(pulls, days)
        return (
            more * of_a_day[each + 1] + (days - more) * of_a_day[each]
            if more
            else (days * of_a_day[each])
        )

    def soonest(cost: Callable[[int], int], most: int | None) -> tuple[int, int] | None:
        if most is None or cost(most) > server.income * most:
            return None
        least = fewest  # what is paid falls with the days, and what they give rises
        while least < most:
            middle = (least + most) // 2
            if cost(middle) <= server.income * middle:
                most = middle
            else:
                least = middle + 1
        return most, cost(most)

    in_full, spread = _days(full, server), _days(pulls * of_a_day[1], server)
    found = [
        soonest(lambda days: full, None if in_full is None else max(fewest, in_full)),
        soonest(even, None if spread is None else max(pulls, spread)),
    ]
    days, coins = min((each for each in found if each is not None), default=(None, full))
    return {"coins": coins, "days": days}


def _cheapest(banner: Banner, per_day: int) -> list[int]:
    """What 0, 1, … cards of a day cost at least, several at once where that is no loss."""
    flat = [each for each in banner.multis if len(each.steps) == 1]
    coins = [0]
    for cards in range(1, per_day + 1):
        several = (coins[cards - m.size] + m.cost(1) for m in flat if m.size <= cards)
        coins.append(min([coins[-1] + banner.price(1, turn=cards - 1), *several]))
    return coins


def _days(coins: int, server: Server) -> int | None:
    """On how many days the income is as much; None where it never is."""
    if not coins:
        return 0
    return ceil(coins / server.income) if server.income else None


def _sample(banner: Banner, words: Iterator[int]) -> list[dict[str, Any]]:
    drawn, _ = engine.draw(banner, engine.start(banner), _sample_size(banner), words)
    return [
        {"number": card.number, "name": dict(card.name), "rarity": card.rarity, "featured": True}
        if card.featured
        else {"number": card.number, "name": dict(card.name), "rarity": card.rarity}
        for card in drawn
    ]


def _sample_size(banner: Banner) -> int:
    """Ten, or else the most cards that a pull brings."""
    return TEN if TEN in banner.sizes else banner.sizes[-1]


# --- what is odd ----------------------------------------------------------------------------------


def _odd(
    draft: Draft,
    cards: Cards,
    banner: Banner,
    server: Server,
    modes: Mapping[str, Sequence[Mapping[str, Any]]],
    work: Work,
) -> Iterator[dict[str, Any]]:
    rates = _drawn_rates(banner, work)
    for rarity in banner.rarities:
        rate = rates.get(rarity.id)
        never = [mode[banner.rarities.index(rarity)]["pulls"] for mode in modes.values()]
        if banner.shared and not rate:
            continue  # of the last ticket's prize
        if rate == 0 and all(pulls is not None and "expected" not in pulls for pulls in never):
            yield _remark("rarity_never", rarity=dict(rarity.name))
        elif rate is not None and 0 < rate < LOW:
            yield _remark("rarity_rare", rarity=dict(rarity.name), rate=percent(rate))
    if rare := sorted(
        (part, card.number) for card, part in _drawn_cards(banner, rates) if part < LOW
    ):
        rate, number = rare[0]
        yield _remark("cards_rare", count=len(rare), number=number, rate=percent(rate))
    bare = [
        each.number
        for each in draft.cards
        if not cards.by_number[each.number].art and each.number not in draft.awaited
    ]
    if draft.awaited:
        names = [{"ja": each, "en": each} for each in draft.awaited.values()]
        yield _remark("pictures_awaited", count=len(names), names=names[:MOST_NAMED])
    if bare:
        yield _remark("cards_without_picture", count=len(bare), numbers=bare[:MOST_NAMED])
    if draft.parts and (gaps := draft.parts.missing):
        yield _remark("parts_missing", count=sum(last - first + 1 for first, last in gaps))
    tickets = sum(each.stock for each in draft.cards)
    if draft.rule.kind in OF_COPIES and max(each.stock for each in draft.cards) == 1 < tickets:
        yield _remark("copies_one", tickets=tickets)
    yield from _outlasting(draft, banner, server)
    steps = (step.price for multi in banner.multis for step in multi.steps)
    if 0 in (banner.price_one, *steps):  # the first of a day is free by a rule
        yield _remark("free")
    for multi in banner.multis if banner.price_one is not None else ():
        dearest, ones = max(step.price for step in multi.steps), multi.size * banner.price(1)
        if dearest > ones and multi.size == TEN:
            yield _remark("ten_dearer", ten=dearest, ones=ones)
        elif dearest > ones:
            yield _remark("multi_dearer", size=multi.size, price=dearest, ones=ones)
    if banner.limit is not None and (total := banner.limit.total) is not None:
        for size in banner.sizes[1:]:
            if total < 2 * size:
                yield _remark("multi_forfeited", size=size, total=total)
    if draft.ends_ms is not None and draft.ends_ms <= server.now_ms:
        yield _remark("over", ends_ms=draft.ends_ms)
    unknown = {
        line["rarity"]: line["name"]
        for mode in modes.values()
        for line in mode
        if line["pulls"] is None
    }
    if unknown:
        yield _remark("too_much", rarities=list(unknown.values()))


def _drawn_rates(banner: Banner, work: Work) -> Mapping[str, Fraction]:
    """Each rarity's rate on a first pull; where only multi-pulls are sold, which may have rates of
    their own in every slot, its part of what these give. Empty where that takes too long."""
    if banner.price_one is not None:
        return {rarity.id: rarity.rate for rarity in banner.rarities}
    try:
        return odds.shares(banner, banner.sizes[0], work)
    except OddsError:
        return {}


def _drawn_cards(banner: Banner, rates: Mapping[str, Fraction]) -> Iterator[tuple[Card, Fraction]]:
    """The same of cards, as far as their part of a rarity is always the same."""
    if banner.price_one is not None or banner.box is not None:
        yield from engine.row(banner, engine.position(banner, engine.start(banner)))
        return
    for rarity in banner.rarities:
        if rarity.id not in rates or rarity.guarantee or rarity.remembers or rarity.no_repeats:
            continue
        for card, part in rarity.picks(rarity.share_at(0), None) if rates[rarity.id] else ():
            yield card, rates[rarity.id] * part


def _outlasting(draft: Draft, banner: Banner, server: Server) -> Iterator[dict[str, Any]]:
    """Ceilings and exchanges that nobody reaches by what the server gives, while it is open."""
    if draft.ends_ms is None:
        return
    begins = max(server.now_ms, draft.starts_ms or 0)
    open_ms = max(0, draft.ends_ms - begins)

    def remark(key: str, pulls: int, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        step_up = banner.step_up
        size = banner.sizes[0]
        if step_up is not None and step_up.size in banner.sizes:  # a day may be too short for it
            size = step_up.size
        cost = _cost(banner, pulls, server, size)
        days, a_day = cost["days"], cost.get("a_day")
        fewest = 0 if a_day is None else -(-pulls // max(1, a_day // size * size))
        if fewest * _DAY_MS > open_ms:
            given = {"a_day": a_day, "days": fewest, "open_days": open_ms // _DAY_MS}
            yield _remark(f"{key}_limit", **values, **given)
        elif days is None or days * _DAY_MS > open_ms:
            given = {"coins": cost["coins"], "days": days, "open_days": open_ms // _DAY_MS}
            yield _remark(key, **values, **given)

    for rarity in banner.rarities:
        if (ceiling := rarity.ceiling) is not None:
            values = {"rarity": dict(rarity.name), "pulls": ceiling}
            yield from remark("ceiling_outlasts", ceiling, values)
    if banner.exchange is not None:
        points = banner.exchange.price
        yield from remark("exchange_outlasts", points, {"points": points})


# --- beside the published version -----------------------------------------------------------------


def beside(published: Banner | None, new: Banner) -> dict[str, Any]:
    """What is different beside the version that members pull now, by its hash in `published`. It is
    little work, for who looks at a preview when another version is out already."""
    if published is None:
        return {"published": None, "resets": [], "changes": None}
    return {
        "published": published.hash,
        "resets": [*resets(published, new)],
        "changes": _changes(published, new),
    }


def resets(old: Banner, new: Banner) -> Iterator[dict[str, Any]]:
    """As `State.from_dict` of the new version reads a state of the old one."""
    if old.state_key != new.state_key:
        yield _remark("everything")
        return
    rarities = {rarity.id: rarity for rarity in new.rarities}
    for rarity in old.rarities:
        yield from _rarity_resets(rarity, rarities.get(rarity.id))
    promises = {promise.id: promise for promise in new.promises}
    for promise in old.promises:
        there = promises.get(promise.id)
        if there is None or (promise.once and not there.once):  # that it was kept is forgotten
            yield _remark("promise", id=promise.id)
        elif (after := there.within) < promise.within:
            yield _remark("promise_nearer", id=promise.id, before=promise.within, after=after)
    if old.exchange is not None and new.exchange is None:
        yield _remark("points")
    if new.steps < old.steps:
        if new.steps == 1:
            yield _remark("step")
        else:
            yield _remark("steps_fewer", before=old.steps, after=new.steps)
    if old.shared is not None and old.hash != new.hash:
        yield _remark("shared")
    elif old.box is not None:
        stock = {card.id: card.stock or 0 for card in new.cards}
        if new.box is None or any((c.stock or 0) > stock.get(c.id, 0) for c in old.cards):
            yield _remark("box")
        if new.box is not None and new.box != old.box:
            yield _remark("box_refilled")
        if new.box is not None and old.reset is not None and new.reset is None:
            yield _remark("reset")


def _rarity_resets(old: Rarity, new: Rarity | None) -> Iterator[dict[str, Any]]:
    name = dict(old.name)
    if old.counts and (new is None or not new.counts):
        yield _remark("count", rarity=name)
    elif old.counts and new is not None and len(new.schedule) < len(old.schedule):
        before, after = len(old.schedule), len(new.schedule)
        yield _remark("count_nearer", rarity=name, before=before, after=after)
    if old.guarantee and (new is None or not new.guarantee):
        yield _remark("guarantee", rarity=name)
    elif new is not None and new.guarantee < old.guarantee:
        before, after = old.guarantee, new.guarantee
        yield _remark("guarantee_nearer", rarity=name, before=before, after=after)
    if old.no_repeats:
        there = set() if new is None or not new.no_repeats else {card.id for card in new.cards}
        if any(card.id not in there for card in old.cards):
            yield _remark("no_repeats", rarity=name)
    if old.remembers and (new is None or not new.remembers):
        yield _remark("contested", rarity=name)
    elif old.remembers and new is not None and len(new.shares) < len(old.shares):
        before, after = len(old.shares) - 1, len(new.shares) - 1
        yield _remark("contested_nearer", rarity=name, before=before, after=after)


def _changes(old: Banner, new: Banner) -> dict[str, Any]:
    """What is different. Rates are percent, None for a rarity that is not there. `stock` are the
    copies in a box. Of the rules, as a message has room for them, those that only one has."""
    before = {card.id: card for card in old.cards}
    after = {card.id: card for card in new.cards}
    rates = [
        {rarity.id: percent(rate[rarity.id]) for rarity in banner.rarities}
        for banner in (old, new)
        for rate in [engine.rates(banner, engine.start(banner))]
    ]
    names = {rarity.id: dict(rarity.name) for rarity in (*old.rarities, *new.rarities)}
    stay = [card for card in old.cards if card.id in after]
    rules_of = [_rules(banner) for banner in (old, new)]
    boxed = old.box is not None and new.box is not None
    return {
        "cards_in": [_entry(card) for card in new.cards if card.id not in before],
        "cards_out": [_entry(card) for card in old.cards if card.id not in after],
        "cards_renamed": [
            {
                "number": card.number,
                "before": dict(card.name),
                "after": dict(after[card.id].name),
            }
            for card in stay
            if dict(card.name) != dict(after[card.id].name)
        ],
        "cards_moved": [
            {
                **_entry(after[card.id]),
                "before": names[card.rarity],
                "after": names[after[card.id].rarity],
            }
            for card in stay
            if card.rarity != after[card.id].rarity
        ],
        "rates": [
            {"rarity": names[rarity], "before": rates[0].get(rarity), "after": rates[1].get(rarity)}
            for rarity in names
            if rates[0].get(rarity) != rates[1].get(rarity)
        ],
        "stock": [
            {**_entry(after[card.id]), "before": card.stock, "after": after[card.id].stock}
            for card in stay
            if boxed and card.stock != after[card.id].stock
        ],
        "rules_out": [each for each in rules_of[0] if each not in rules_of[1]],
        "rules_in": [each for each in rules_of[1] if each not in rules_of[0]],
        "prices": None
        if _prices(old) == _prices(new)
        else {"before": _prices(old), "after": _prices(new)},
        "is_same": old.hash == new.hash,
    }


def _prices(banner: Banner) -> list[list[Any]]:
    """Of each size that is sold: the price, or those of a day or a step-up in turn. Tickets of a
    shared box cost the same, however many are bought."""
    if banner.shared is not None:
        return [[size, [size * banner.price(1)]] for size in shared_box.at_once(banner)]
    single: list[list[Any]] = [] if banner.price_one is None else [[1, [*banner.prices(1)]]]
    multis = (multi for multi in banner.multis if multi.size in banner.sizes)
    return single + [[multi.size, [step.price for step in multi.steps]] for multi in multis]


def _shared(banner: Banner) -> dict[str, Any]:
    """Of a box that the server shares: its tickets, what all of it costs, and the last prize."""
    assert banner.shared is not None
    tickets = sum(card.stock or 0 for card in banner.cards)
    last = next((dict(c.name) for c in banner.cards if c.id == banner.shared.last), None)
    return {
        "tickets": tickets,
        "boxes": banner.shared.boxes,
        "cost": tickets * banner.price(1),
        **({"last": last} if last else {}),
    }


def _entry(card: Any) -> dict[str, Any]:
    return {"number": card.number, "name": dict(card.name)}


def _new_pictures(look: bytes, before: bytes | None) -> list[str]:
    """Pictures that the published version does not have, the banner's own first."""
    known = set() if before is None else set(_arts(before))
    return [art for art in dict.fromkeys(_arts(look)) if art not in known]


def _arts(look: bytes) -> list[str]:
    read = json.loads(look)
    own = [read["picture"]] if "picture" in read else []
    return own + list(read.get("cards", {}).values())


def _numbers(banner: Banner, ids: frozenset[str]) -> list[int]:
    return [card.number for card in banner.cards if card.id in ids]


def _name(cards: Cards, number: int) -> dict[str, str]:
    card = cards.by_number.get(number)
    return {} if card is None else card.names


def _card(cards: Cards, number: int) -> ServerCard:
    return cards.by_number.get(number) or ServerCard(number, {})


def _remark(key: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "values": values}
