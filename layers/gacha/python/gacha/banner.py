"""A banner: what can be drawn, by which published rules, at which price, and when.

One TOML file is one banner; `docs/banner-format.md` lists every field with its unit and bounds.
`parse` accepts a file whole or refuses it whole, so nothing after it has to doubt a banner.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, combinations
from math import gcd, lcm, prod
from typing import Final

from gacha.errors import BannerError, Words, listed, shown
from gacha.fields import Fields

MAX_FILE_BYTES: Final = 256 * 1024
MAX_CARDS: Final = 1000
MAX_RARITIES: Final = 16
MAX_PROMISES: Final = 8
MAX_MULTIS: Final = 5  # of `price.ten` and `[[multi]]` together: a row of buttons has five
MAX_SIZE: Final = 20  # of a multi-pull
MAX_WHOLES: Final = 4
MAX_STEPS: Final = 20
MAX_SHARES: Final = 10
MAX_PULLS: Final = 1000  # the highest pull number a ramp, table, ceiling or promise may name
MAX_BOX_CARDS: Final = 64
MAX_WEIGHT: Final = 1_000_000
MAX_STOCK: Final = 10_000
MAX_TICKETS: Final = 1_000  # in a box that a server shares: a file of receipts holds as many
MAX_BOXES: Final = 100
SHARED_PER_DAY: Final = 5  # tickets of a player in a day, where the file says nothing
MAX_AGE_DAYS: Final = 365
MAX_NUMBER: Final = 9_999
MAX_PRICE: Final = 1_000_000_000
MAX_KEY_PARTS: Final = 12  # of a dotted key, as verifiers have it; the format needs three
MAX_POINTS: Final = 10_000
MAX_OFFERS: Final = 16
MAX_COPIES: Final = 100  # of a card that one player may take for points
MAX_TOTAL: Final = 10_000  # draws that a limit may leave a player
MAX_PER_DAY: Final = 100
TEN: Final = 10  # the size of the multi-pull that `price.ten` and `[ten]` are

# One 64-bit word decides a draw. Below this common denominator fewer than one word in 256 is
# rejected, and every product in a draw stays exact in 64 bits.
MAX_DENOMINATOR: Final = 2**56


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that can be drawn.

    `number` is its place in a player's collection (64 to a page). `weight` is its share among the
    cards beside it. `stock` is how many copies a box holds; one in a rarity without repeats, None
    elsewhere.
    """

    id: str
    number: int
    rarity: str
    name: Mapping[str, str] = field(hash=False)
    weight: int
    featured: bool
    stock: int | None


@dataclass(frozen=True, slots=True)
class Rarity:
    """A tier of cards.

    `schedule[n - 1]` is the rate of the nth pull since the last card of this rarity; the last
    entry holds for every later pull. `ceiling` is the first pull whose rate is 1, or None.
    `shares` are the featured cards' part of this rarity: `shares[n]` after n losses that no
    guarantee decided, since one was won; the last holds on, and there is none when the weights
    alone decide. After `guarantee` losses in a row the next card is featured (0: never).
    `reset_by` names the other rarities that restart this one's count. With `no_repeats` a card that
    came is left out until all of the rarity have come. `cards` are in canonical
    order: the featured first, then the others, each in the file's order.
    """

    id: str
    name: Mapping[str, str] = field(hash=False)
    schedule: tuple[Fraction, ...]
    reset_by: frozenset[str]
    shares: tuple[Fraction, ...]
    guarantee: int
    no_repeats: bool
    cards: tuple[Card, ...]

    @property
    def rate(self) -> Fraction:
        """The base rate: that of the first pull."""
        return self.schedule[0]

    @property
    def counts(self) -> bool:
        """Whether the rate depends on the pulls since the last card of this rarity."""
        return len(self.schedule) > 1

    @property
    def ceiling(self) -> int | None:
        """The number of the pull that is certain, counted from 1 after the last of this rarity."""
        return len(self.schedule) if self.schedule[-1] == 1 else None

    @property
    def remembers(self) -> bool:
        """Whether the featured cards' part depends on the losses that no guarantee decided."""
        return len(self.shares) > 1

    def rate_at(self, since: int) -> Fraction:
        """The rate of the next pull, `since` pulls after the last card of this rarity."""
        return self.schedule[min(since, len(self.schedule) - 1)]

    def share_at(self, contested: int) -> Fraction | None:
        """The featured cards' part after so many losses that no guarantee decided."""
        return self.shares[min(contested, len(self.shares) - 1)] if self.shares else None

    def picks(
        self,
        share: Fraction | None,
        only: frozenset[str] | None,
        drawn: Mapping[str, int] = {},
    ) -> tuple[tuple[Card, Fraction], ...]:
        """The cards of this rarity and their parts of it, which sum to 1, in canonical order.

        `share` is the featured cards' part: 1 when the guarantee is due, None when the weights
        alone decide. `only` (card ids) when a promise is due. `drawn` are the copies that came,
        where none comes again; if no other is left of `only`, one of these comes all the same.
        """
        if self.no_repeats:
            return self._picks_of_left(only, drawn)
        weights = {
            kind: sum(card.weight for card in self.cards if card.featured is kind)
            for kind in (True, False)
        }
        parts = []
        for card in self.cards:
            if only is not None and card.id not in only:
                continue
            if share is None:
                part = Fraction(card.weight, weights[True] + weights[False])
            else:
                part = (
                    (share if card.featured else 1 - share) * card.weight / weights[card.featured]
                )
            if part:
                parts.append((card, part))
        whole = sum(part for _, part in parts)
        return tuple((card, part / whole) for card, part in parts)

    def _picks_of_left(
        self, only: frozenset[str] | None, drawn: Mapping[str, int]
    ) -> tuple[tuple[Card, Fraction], ...]:
        mine = [card for card in self.cards if only is None or card.id in only]
        left = [card.weight * ((card.stock or 0) - drawn.get(card.id, 0)) for card in mine]
        if not any(left):
            left = [card.weight * (card.stock or 0) for card in mine]
        return tuple(
            (card, Fraction(weight, sum(left)))
            for card, weight in zip(mine, left, strict=True)
            if weight
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """One of `cards` is certain by pull `within`, once or again and again.

    It counts pulls, or with `counts` the cards of that rarity. When due it decides the next pull,
    or with `at` only which card the next one of that rarity is. Luck begins the count anew, unless
    it is `fixed`: then every `within`th pull is one of `cards`, whatever came before.
    """

    id: str
    cards: frozenset[str]
    within: int
    once: bool
    fixed: bool
    counts: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Minimum:
    """A multi-pull holds at least `count` of `cards`."""

    cards: frozenset[str]
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a multi-pull costs, in coins, and the rules of its own that it has.

    `slots` gives the rates, in the order of the rarities, of the slots that have rates of their
    own. A step-up has several steps, one for each multi-pull in turn; any other has one.
    """

    price: int
    minima: tuple[Minimum, ...]
    slots: Mapping[int, tuple[Fraction, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """With this chance all slots of a multi-pull have these rates, in the order of the rarities."""

    chance: Fraction
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Multi:
    """A pull of `size` cards at once, under rules and at a price of its own.

    After the last of its `steps` comes the first again, or with `repeats_last` the last. One of its
    `wholes` may take the place of its steps' slots; their chances sum to 1 or less. `is_frozen`:
    ramps, tables and ceilings count as they did before its first slot.
    """

    size: int
    steps: tuple[Step, ...]
    repeats_last: bool
    wholes: tuple[Whole, ...] = ()
    is_frozen: bool = False

    @property
    def differs(self) -> bool:
        """Whether it has rules of its own, and is more than so many single pulls."""
        of_steps = len(self.steps) > 1 or any(step.minima or step.slots for step in self.steps)
        return of_steps or bool(self.wholes) or self.is_frozen

    def step(self, step: int) -> Step:
        """The step at a state's `step`, which is that of the banner's step-up."""
        return self.steps[step] if len(self.steps) > 1 else self.steps[0]

    def next_step(self, step: int) -> int:
        """A state's `step` after this multi-pull, made at `step`."""
        if len(self.steps) == 1:
            return step
        return step + 1 if step + 1 < len(self.steps) else step if self.repeats_last else 0

    def cost(self, times: int, step: int = 0) -> int:
        """What so many of it cost one after the other, in coins, from `step` on."""
        prices = [each.price for each in self.steps]
        if self.repeats_last:
            coming = prices[step : step + times]
            return sum(coming) + (times - len(coming)) * prices[-1]
        rounds, further = divmod(times, len(prices))
        return rounds * sum(prices) + sum((prices * 2)[step : step + further])


@dataclass(frozen=True, slots=True)
class Limit:
    """How many cards a player may draw: `total` in all, `per_day` in a day of the server; None
    where only the other one bounds them.

    `prices`, in coins, are those of single pulls in turn: `prices[n]` where n cards were drawn
    before, of the same day if there is `per_day`. After them comes the banner's own.
    """

    total: int | None
    per_day: int | None
    prices: tuple[int, ...]

    @property
    def most(self) -> int:
        """The cards that a pull may bring at most."""
        return min(n for n in (self.total, self.per_day) if n is not None)


@dataclass(frozen=True, slots=True)
class ForPoints:
    """For `price` points, one point a pull, the player may take one of `cards`: of each `limit`
    copies in all, or with None any number."""

    cards: frozenset[str]
    price: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What points can be spent on. No card is in two `offers`."""

    offers: tuple[ForPoints, ...]

    @property
    def cards(self) -> frozenset[str]:
        return frozenset(card for offer in self.offers for card in offer.cards)

    @property
    def limited(self) -> frozenset[str]:
        """Those of which a player can take only so many."""
        some = (offer.cards for offer in self.offers if offer.limit is not None)
        return frozenset(chain.from_iterable(some))

    @property
    def price(self) -> int:
        """The lowest price of any card, in points."""
        return min(offer.price for offer in self.offers)

    def of(self, card: str) -> ForPoints | None:
        """The offer of a card, None where there is none."""
        return next((offer for offer in self.offers if card in offer.cards), None)

    def price_of(self, cards: frozenset[str]) -> int | None:
        """The lowest price of one of these cards, in points; None where none is offered."""
        return min((each.price for each in self.offers if each.cards & cards), default=None)


@dataclass(frozen=True, slots=True)
class Shared:
    """One box for all players of a server, and after it the next, `boxes` in turn.

    Whoever draws the last ticket of a box gets the card `last`, too; empty: nobody does. An account
    and a membership must be so many days old.
    """

    boxes: int
    last: str
    account_days: int
    member_days: int


@dataclass(frozen=True, slots=True, eq=False)
class Banner:
    """A whole banner. Two banners are equal when their files are, byte for byte.

    `starts_ms` and `ends_ms` are Unix milliseconds, None when open on that side. `hash` is the
    SHA-256 of the file in hex. `price_one` is that of a single pull, None where it sells none;
    `multis` are the multi-pulls that it sells, the smallest first. `dilutes`: a raised rate is
    taken from all lower rarities in proportion, not from the last alone. `tickets_count`: a pull
    that tickets pay is one like any other; else it is drawn as a first pull is and counts for
    nothing but the limit. `box` names the cards after whose last copy the player's box is filled
    again, None for a banner without a box. With `shared` there is one box for all, `box` names
    every card, and `drawn` of a state is what has left that box. `reset` names the cards after
    whose last copy a player may fill their box again, whenever they like; with no card at any time,
    with None never.
    """

    id: str
    kind: str
    hash: str
    name: Mapping[str, str]
    carry_over: bool
    dilutes: bool
    starts_ms: int | None
    ends_ms: int | None
    price_one: int | None
    multis: tuple[Multi, ...]
    rarities: tuple[Rarity, ...]
    cards: tuple[Card, ...]
    promises: tuple[Promise, ...]
    limit: Limit | None
    tickets_count: bool
    exchange: Exchange | None
    box: frozenset[str] | None
    shared: Shared | None = None
    reset: frozenset[str] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Banner) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def state_key(self) -> str:
        """The key a player's state is kept under: the kind when it carries over, else the id. What
        they bought of a box that the server shares is apart: no receipt of theirs tells of it."""
        if self.shared is not None:
            return f"box:{self.id}"
        return self.kind if self.carry_over else self.id

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many cards a pull may bring, the fewest first. A limit that never leaves enough for a
        multi-pull takes it away."""
        single = () if self.price_one is None else (1,)
        sizes = (*single, *(multi.size for multi in self.multis))
        return sizes if self.limit is None else tuple(n for n in sizes if n <= self.limit.most)

    @property
    def ways(self) -> tuple[int, ...]:
        """Of these, the ways to pull whose odds differ: a single pull, or else the smallest
        multi-pull, and each multi-pull with rules of its own."""
        others = (size for size in self.sizes if self.differs(size))
        return tuple(dict.fromkeys((self.sizes[0], *others)))

    @property
    def price_each(self) -> int:
        """What a card costs in the smallest pull, in coins, rounded down."""
        return self.price(self.sizes[0]) // self.sizes[0]

    @property
    def step_up(self) -> Multi | None:
        """The one multi-pull that has steps."""
        return next((multi for multi in self.multis if len(multi.steps) > 1), None)

    @property
    def steps(self) -> int:
        """How many places a state's `step` can have."""
        return 1 if self.step_up is None else len(self.step_up.steps)

    def multi(self, size: int) -> Multi | None:
        """The multi-pull of so many cards, None where the banner sells none."""
        return next((multi for multi in self.multis if multi.size == size), None)

    def sells(self, count: int) -> bool:
        """Whether it has a price for so many cards at once."""
        return (count == 1 and self.price_one is not None) or self.multi(count) is not None

    def differs(self, count: int) -> bool:
        """Whether a pull of `count` cards has rules of its own."""
        multi = self.multi(count)
        return multi is not None and multi.differs

    def price(self, count: int, step: int = 0, turn: int | None = None) -> int:
        """What one pull of `count` cards costs, in coins: 1, or a multi-pull's size, at `step`.
        `turn` is the place among a limit's prices; without it, a single pull costs what it does
        after them.

        Raises ValueError for a count that the banner does not sell.
        """
        if count == 1 and self.price_one is not None:
            prices = () if self.limit is None or turn is None else self.limit.prices[turn:]
            return prices[0] if prices else self.price_one
        multi = self.multi(count)
        if multi is None:
            raise ValueError(f"count is {count}, allowed: {listed(map(str, self.sizes))}")
        return multi.step(step).price

    def prices(self, count: int) -> tuple[int, ...]:
        """All that a pull of `count` cards may cost, in coins, in turn: by a limit's prices, as far
        as it lets anybody come, or by the steps of a step-up."""
        if count == 1 and self.price_one is not None:
            turns = 1 if self.limit is None else min(len(self.limit.prices) + 1, self.limit.most)
            return tuple(self.price(1, turn=turn) for turn in range(turns))
        multi = self.multi(count)
        steps = () if multi is None else multi.steps
        return tuple(each.price for each in steps) or (self.price(count),)

    def singles(self, pulls: int, turn: int) -> int:
        """What so many single pulls cost, in coins, after `turn` cards were drawn. What a day's
        prices make of it depends on the days, so that they are left out."""
        prices = () if self.limit is None or self.limit.per_day else self.limit.prices[turn:]
        coming = prices[:pulls]
        return sum(coming) + (pulls - len(coming)) * self.price(1)

    def is_open(self, now_ms: int) -> bool:
        """Whether it can be drawn from at `now_ms`: from its start on, until before its end."""
        return (self.starts_ms is None or self.starts_ms <= now_ms) and (
            self.ends_ms is None or now_ms < self.ends_ms
        )


def parse(data: bytes, source: str) -> Banner:
    """Read a banner file; `source` names it in errors.

    Raises BannerError, which names file, line, column, field, value and what is allowed.
    """
    try:
        return _parse(data, source)
    except BannerError as error:
        raise located(error, data) from error.__cause__


def located(error: BannerError, data: bytes) -> BannerError:
    """The same error, with the place of its value in the file. Only a refused file is read for it
    once more."""
    from gacha import positions

    if error.field == "file":  # which has it already, as far as there is one
        return error
    place = positions.place_of(data, error.field, error.value)
    return BannerError(error.source, error.field, error.value, error.allowed, place)


def _parse(data: bytes, source: str) -> Banner:
    top = Fields(source, "", _load(data, source))
    banner_id, kind, name = top.slug("id"), top.slug("kind"), top.names("name")
    carry_over = top.flag("carry_over")
    if carry_over and kind == banner_id:
        raise top.error(
            "kind",
            kind,
            Words(
                "carry_over が true のときは、このガチャの id と違う名前にしてください。",
                "not this banner's own id, where carry_over is true",
            ),
        )
    dilutes = top.choice("raise_from", "last", "all") == "all"
    starts_ms, ends_ms = top.time("starts"), top.time("ends")
    if starts_ms is not None and ends_ms is not None and ends_ms <= starts_ms:
        raise top.error(
            "ends",
            top.raw("ends"),
            Words("starts より後の日時にしてください。", "a time after starts"),
        )
    shared_fields = top.optional_table("shared")
    if shared_fields is not None:
        _check_beside_shared(top)
    has_none = "price" not in top and "multi" in top
    price = Fields(source, "price", {}) if has_none else top.table("price")
    price_one, prices_ten = price.optional_integer("one", 0, MAX_PRICE), None
    if shared_fields is not None:
        # A ticket of a shared box costs the same, however many are bought at once.
        price_one = price.integer("one", 0, MAX_PRICE)
    elif price.raw("ten") is not None:
        prices_ten = _prices(price, "ten")
    price.end()

    box_fields = top.optional_table("box")
    boxed = box_fields is not None or shared_fields is not None
    cards = _cards(top, boxed, least=1 if shared_fields is None else 0)
    shared = None if shared_fields is None else _shared(shared_fields, cards)
    rarities = _rarities(top, cards, boxed)
    counted = {card.id: card for rarity in rarities for card in rarity.cards}
    cards = tuple(counted[card.id] for card in cards)
    select = _selector(rarities)
    entries = top.tables("promise", 0, MAX_PROMISES)
    promises = tuple(_promise(entry, rarities, select) for entry in entries)
    multis = _multis(top, rarities, prices_ten)
    if price_one is None and not multis:
        raise price.error(
            "one",
            None,
            Words(
                "ここか price.ten に値段を書くか、[[multi]] を書いてください。",
                "a price here, one in price.ten, or a [[multi]]",
            ),
        )
    limit = _limit(top, multis, promises)
    if shared is not None:
        limit = _limit_of_shared(top, limit)
    if limit is not None and carry_over:
        raise top.error(
            "limit",
            _RULE,
            Words(
                "carry_over = true と一緒には使えません。どちらかを消してください。",
                "no such field beside carry_over = true",
            ),
        )
    tickets_count = _tickets_count(top)
    if limit is not None and price_one is None and limit.most < multis[0].size:
        found = Words(f"引けるのが {limit.most} 枚までです", f"a limit of {limit.most}")
        allowed = Words(
            f"いちばん少ない引き方の {multis[0].size} 枚以上にしてください。",
            f"at least {multis[0].size}, as many as the smallest pull has",
        )
        raise top.error("limit", found, allowed)
    if limit is not None and price_one is None and limit.prices:
        raise top.error(
            "limit.prices",
            list(limit.prices),
            Words(
                "price.one がないと使えません。消すか、price.one を書いてください。",
                "no such field without price.one",
            ),
        )
    exchange = _exchange(top, cards, select)
    limited = exchange is not None and any(offer.limit is not None for offer in exchange.offers)
    if limited and carry_over:
        allowed = Words(
            "交換した枚数はガチャごとに数えるので、carry_over = true と一緒には使えません。",
            "no limit beside carry_over = true: what was taken is one banner's",
        )
        raise top.error("exchange.offer", Words("枚数の上限があります", "a limit"), allowed)
    box, reset = (None, None) if box_fields is None else _box(box_fields, cards, select)
    if shared is not None:
        box = frozenset(card.id for card in cards)
    if box is not None:
        if prices_ten is not None and len(prices_ten) > 1:
            raise top.error(
                "price.ten",
                list(prices_ten),
                Words("箱（box）があるときは、値段を 1 つにしてください。", "one price beside box"),
            )
        ten = any(multi.differs for multi in multis if multi.size == TEN and "ten" in top)
        differ = any(multi.differs for multi in multis)
        for field_name, present in (("promise", promises), ("ten", ten), ("multi", differ)):
            if present:
                allowed = Words(
                    "箱（box）と一緒には使えません。どちらかを消してください。",
                    "no such field beside box",
                )
                if field_name == "multi":
                    allowed = Words(
                        "箱（box）があるときは、枚数（size）と値段 1 つだけにしてください。",
                        "no rules but size and one price beside box",
                    )
                raise top.error(field_name, _RULE, allowed)
        if not tickets_count:
            raise top.error(
                "ticket.counts",
                False,
                Words(
                    "引いたカードは箱から減るので、箱（box）があるときは true にしてください。",
                    "true beside box: what is drawn leaves it",
                ),
            )
        if carry_over:
            raise top.error(
                "carry_over",
                True,
                Words(
                    "箱（box）は 1 つのガチャのものなので、false にしてください。",
                    "false beside box: a box belongs to one banner",
                ),
            )
    top.end()
    _check_promises(top, rarities, promises, multis)
    _check_denominator(top, rarities, promises, multis, dilutes)
    return Banner(
        id=banner_id,
        kind=kind,
        hash=hashlib.sha256(data).hexdigest(),
        name=name,
        carry_over=carry_over,
        dilutes=dilutes,
        starts_ms=starts_ms,
        ends_ms=ends_ms,
        price_one=price_one,
        multis=multis,
        rarities=rarities,
        cards=cards,
        promises=promises,
        limit=limit,
        tickets_count=tickets_count,
        exchange=exchange,
        box=box,
        shared=shared,
        reset=reset,
    )


def check_together(banners: Mapping[str, Banner]) -> None:
    """Refuse banners, by their sources, that cannot be offered side by side.

    A player's collection has one place for each card number and one count for each card id, so in
    every file a number has the same id, and an id the same number and names. A kind that carries
    over keeps its state under its name, which no banner may then have for an id.

    Raises BannerError, which names both files.
    """
    by_id: dict[str, tuple[str, Card]] = {}
    by_number: dict[int, tuple[str, Card]] = {}
    carrying = {one.kind: source for source, one in banners.items() if one.carry_over}
    sources: dict[str, str] = {}
    for source, one in banners.items():
        if one.id in sources:
            allowed = Words(
                f"ほかのガチャにない id にしてください（{sources[one.id]} にもあります）。",
                f"an id no other banner has; {sources[one.id]} has it, too",
            )
            raise BannerError(source, "id", one.id, allowed)
        sources[one.id] = source
        if one.id in carrying:
            allowed = Words(
                f"carry_over のあるガチャ（{carrying[one.id]}）の kind と違う id にしてください。",
                f"no id that is the kind of a banner with carry_over, as in {carrying[one.id]}",
            )
            raise BannerError(source, "id", one.id, allowed)
        for index, card in enumerate(one.cards):
            where = f"card[{index + 1}]"
            other, same = by_id.setdefault(card.id, (source, card))
            if same.number != card.number:
                allowed = Words(
                    f"{other} の {card.id} と同じ {same.number} にしてください。",
                    f"{same.number}, which {card.id} has in {other}",
                )
                raise BannerError(source, f"{where}.number", card.number, allowed)
            for language, name in card.name.items():
                if same.name[language] != name:
                    called = shown(same.name[language])
                    allowed = Words(
                        f"{other} の {card.id} と同じ {called} にしてください。",
                        f"{called}, as {card.id} is called in {other}",
                    )
                    raise BannerError(source, f"{where}.name.{language}", name, allowed)
            other, same = by_number.setdefault(card.number, (source, card))
            if same.id != card.id:
                allowed = Words(
                    f"ほかのカードにない番号にしてください（{other} の {same.id} の番号です）。",
                    f"a number no other card has; it is that of {same.id} in {other}",
                )
                raise BannerError(source, f"{where}.number", card.number, allowed)


_Select = Callable[[Fields, str], frozenset[str]]


def _load(data: bytes, source: str) -> object:
    if len(data) > MAX_FILE_BYTES:
        found = Words(f"{len(data)} バイトあります", f"{len(data)} bytes")
        allowed = Words(
            f"{MAX_FILE_BYTES} バイトまでにしてください。", f"at most {MAX_FILE_BYTES} bytes"
        )
        raise BannerError(source, "file", found, allowed)
    try:
        text = data.decode("utf-8-sig")  # some editors put a byte order mark before UTF-8
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        at = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = Words("文字コードが UTF-8 ではありません", f"byte {error.start + 1}")
        allowed = Words("文字コードを UTF-8 にして保存し直してください。", "UTF-8 text")
        raise BannerError(source, "file", found, allowed, at) from error
    if (depth := _longest_key(text)) > MAX_KEY_PARTS:
        found = Words(f"「.」でつないだ名前が {depth} 段あります", f"a key of {depth} parts")
        allowed = Words(
            f"{MAX_KEY_PARTS} 段までにしてください。", f"keys of at most {MAX_KEY_PARTS} parts"
        )
        raise BannerError(source, "file", found, allowed, _where(_DEEP_KEY, text))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        from gacha import syntax

        said, place = syntax.said(error, text)
        allowed = Words(
            "その行と前の行を、サンプルのファイルと見比べて直してください。", "TOML 1.0"
        )
        raise BannerError(source, "file", said, allowed, place) from error
    except RecursionError as error:
        found = Words("かっこの中のかっこが深すぎます", "brackets within brackets within brackets")
        place = _where(_BRACKETS, text)
        raise BannerError(
            source,
            "file",
            found,
            Words("かっこの入れ子を減らしてください。", "TOML 1.0, few levels deep"),
            place,
        ) from error
    except ValueError as error:  # of Python's own limit
        found = Words("整数の桁が多すぎます", "an integer of thousands of digits")
        place = _where(_DIGITS, text)
        raise BannerError(
            source,
            "file",
            found,
            Words("桁を減らしてください。", "TOML 1.0, integers of 64 bits"),
            place,
        ) from error


_DEEP_KEY: Final = re.compile(r"[^\s\[\]{},=.](?:[^\[\]{},=\n.]*\.){16,}")
_RULE: Final = Words("この項目があります", "a rule")
_NEVER: Final = Words("どの表でも出ません", "tables that never give one")
_WHOLE: Final = Words("合計をちょうど 1 にしてください。", "rates that sum to exactly 1")
_ABOVE_0: Final = Words("0 より大きくしてください。", "above 0")


def _sum(parts: Fraction) -> Words:
    return Words(f"合計が {shown(parts)} です", f"sum {shown(parts)}")


def _denominator(of: int) -> Words:
    about = of.bit_length()
    return Words(
        f"分数にそろえると、分母が約 2^{about} になります",
        f"a common denominator of about 2^{about}",
    )


_BRACKETS: Final = re.compile(r"(?:[\[{][^\[\]{}\n]*){20,}")
_DIGITS: Final = re.compile(r"\d[\d_]{4000,}")


def _where(what: re.Pattern[str], text: str) -> tuple[int, int] | None:
    """The place of what made a file too much to read, outside of strings and comments."""
    bare = _STRING_OR_COMMENT.sub(lambda match: " " * len(match[0]), text)
    found = what.search(bare)
    if found is None:
        return None
    at = found.start()
    return bare.count("\n", 0, at) + 1, at - bare.rfind("\n", 0, at)


_STRING_OR_COMMENT: Final = re.compile(r'"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|#[^\n]*')


def _longest_key(text: str) -> int:
    """The most parts of a dotted key: `tomllib` takes time with their square.

    No exact reading, but one pass: what stands between brackets, commas and signs of equality.
    """
    bare = _STRING_OR_COMMENT.sub("", text)
    if "." not in bare:
        return 1
    return max(piece.count(".") for piece in re.split(r"[\[\]{},=\n]", bare)) + 1


def _cards(top: Fields, boxed: bool, least: int) -> tuple[Card, ...]:
    """`least`: the fewest copies that a box may hold of a card."""
    cards = []
    ids: set[str] = set()
    numbers: set[int] = set()
    for entry in top.tables("card", 1, MAX_BOX_CARDS if boxed else MAX_CARDS):
        card = Card(
            id=entry.slug("id"),
            number=entry.integer("number", 0, MAX_NUMBER),
            rarity=entry.slug("rarity"),
            name=entry.names("name"),
            weight=entry.integer("weight", 1, MAX_WEIGHT, default=1),
            featured=entry.flag("featured"),
            stock=entry.integer("stock", least, MAX_STOCK) if boxed else None,
        )
        entry.end()
        if card.id in ids:
            raise entry.error(
                "id",
                card.id,
                Words("ほかのカードと違う id にしてください。", "an id no other card has"),
            )
        if card.number in numbers:
            raise entry.error(
                "number",
                card.number,
                Words("ほかのカードと違う番号にしてください。", "a number no other card has"),
            )
        ids.add(card.id)
        numbers.add(card.number)
        cards.append(card)
    return tuple(cards)


def _rarities(top: Fields, cards: tuple[Card, ...], boxed: bool) -> tuple[Rarity, ...]:
    entries = top.tables("rarity", 1, MAX_RARITIES)
    ids = [entry.slug("id") for entry in entries]
    for index, entry in enumerate(entries):
        if ids[index] in ids[:index]:
            raise entry.error(
                "id",
                ids[index],
                Words("ほかのレアリティと違う id にしてください。", "an id no other rarity has"),
            )
        if any(card.id == ids[index] for card in cards):
            raise entry.error(
                "id",
                ids[index],
                Words("カードの id と違う id にしてください。", "an id no card has"),
            )
    for index, card in enumerate(cards):
        if card.rarity not in ids:
            raise top.error(
                f"card[{index + 1}].rarity",
                card.rarity,
                Words(f"{'・'.join(ids)} のどれかにしてください。", f"one of {listed(ids)}"),
            )
    whole = sum(card.weight * card.stock for card in cards if card.stock is not None)
    rarities = []
    for entry, rarity_id in zip(entries, ids, strict=True):
        mine = [card for card in cards if card.rarity == rarity_id]
        mine.sort(key=lambda card: not card.featured)  # stable: the file's order within each
        if not mine:
            raise entry.error(
                "id",
                rarity_id,
                Words(
                    "このレアリティのカードがありません。カードを足すか、レアリティを消してください。",
                    "a rarity that at least one card names",
                ),
            )
        name = entry.names("name")
        if boxed:  # what is left in the box decides; this is the rate of a full one
            held = sum(card.weight * card.stock for card in mine if card.stock is not None)
            schedule: tuple[Fraction, ...] = (Fraction(held, whole),)
            reset_by, shares, guarantee = frozenset[str](), tuple[Fraction, ...](), 0
        else:
            schedule = _schedule(entry, is_last=rarity_id == ids[-1])
            reset_by = _reset_by(entry, rarity_id, ids, counts=len(schedule) > 1)
            shares, guarantee = _featured(entry, mine)
        no_repeats = not boxed and _no_repeats(entry)
        entry.end()
        if no_repeats:
            mine = [replace(card, stock=1) for card in mine]
        rarities.append(
            Rarity(
                id=rarity_id,
                name=name,
                schedule=schedule,
                reset_by=reset_by,
                shares=shares,
                guarantee=guarantee,
                no_repeats=no_repeats,
                cards=tuple(mine),
            )
        )
        held = sum(len(rarity.cards) for rarity in rarities if rarity.no_repeats)
        if no_repeats and held > MAX_BOX_CARDS:
            found = Words(f"対象のカードが {held} 枚あります", f"one for {held} cards")
            allowed = Words(
                f"全部で {MAX_BOX_CARDS} 枚までにしてください。", f"at most {MAX_BOX_CARDS} in all"
            )
            raise entry.error("no_repeats", found, allowed)
    total = sum((rarity.rate for rarity in rarities), Fraction(0))
    if total != 1:
        raise top.error("rarity.rate", _sum(total), _WHOLE)
    return tuple(rarities)


def _schedule(entry: Fields, is_last: bool) -> tuple[Fraction, ...]:
    base = entry.rate("rate")
    rates = [base]  # rates[n - 1] is that of pull n; the last holds on
    if "ramp" in entry and "table" in entry:
        found = Words("ramp もあります", "one beside a ramp")
        allowed = Words("ramp と table は、どちらか 1 つにしてください。", "either ramp or table")
        raise entry.error("table", found, allowed)
    first = 1  # the pull at which the rate first differs
    if "ramp" in entry:
        ramp = entry.table("ramp")
        first, step = ramp.integer("from", 2, MAX_PULLS), ramp.rate("step")
        if not step:
            raise ramp.error("step", ramp.raw("step"), _ABOVE_0)
        ramp.end()
        rates = [base] * (first - 1)
        while rates[-1] < 1 and len(rates) < MAX_PULLS:
            rates.append(min(rates[-1] + step, Fraction(1)))
    elif "table" in entry:
        for pull, rate in entry.pairs("table", MAX_PULLS):
            rates += [rates[-1]] * (pull - 1 - len(rates)) + [rate]
            first = pull
    ceiling = entry.optional_integer("ceiling", 2, MAX_PULLS)
    if ceiling is not None:
        if ceiling < first:
            raise entry.error(
                "ceiling",
                ceiling,
                Words(
                    f"確率の変化が終わる {first} 回目か、それより後にしてください。",
                    f"a pull from {first} on, where the rates end",
                ),
            )
        rates += [rates[-1]] * (ceiling - len(rates))
        rates[ceiling - 1 :] = [Fraction(1)]
    elif "ramp" in entry and rates[-1] < 1:
        raise entry.error(
            "ramp",
            Words("確率の上昇に終わりがありません", "one without an end"),
            Words(
                f"{MAX_PULLS} 回目までに 1 になるようにしてください。",
                f"a rate that reaches 1 by pull {MAX_PULLS}",
            ),
        )
    if Fraction(1) in rates:
        del rates[rates.index(Fraction(1)) + 1 :]
    if is_last and len(rates) > 1:
        raise entry.error(
            "rate",
            Words("ramp・table・ceiling のどれかがあります", "a ramp, table or ceiling"),
            Words(
                "最後のレアリティは残りを受け取るので、確率は 1 つだけにしてください。",
                "a fixed rate: the last takes the rest",
            ),
        )
    return tuple(rates)


def _reset_by(entry: Fields, own: str, ids: list[str], counts: bool) -> frozenset[str]:
    others = entry.slugs("reset_by", MAX_RARITIES)
    for other in others:
        if other == own or other not in ids or not counts:
            allowed = Words(
                f"ほかのレアリティ（{'・'.join(ids)}）にしてください。使えるのは、"
                "このレアリティに ramp・table・ceiling のどれかがあるときだけです。",
                f"other rarities ({listed(ids)}), where this one has a ramp, table or ceiling",
            )
            raise entry.error("reset_by", other, allowed)
    return frozenset(others)


def _no_repeats(entry: Fields) -> bool:
    no_repeats = entry.flag("no_repeats")
    if no_repeats and "featured" in entry:
        allowed = Words(
            "no_repeats では残っているカードで決まるので、featured を消してください。",
            "no such table beside no_repeats, where the cards that are left decide",
        )
        raise entry.error("featured", Words("ピックアップの割合があります", "a share"), allowed)
    return no_repeats


def _featured(entry: Fields, cards: list[Card]) -> tuple[tuple[Fraction, ...], int]:
    featured = entry.optional_table("featured")
    if featured is None:
        return (), 0
    shares = featured.rates("share", 2, MAX_SHARES)
    guarantee = featured.integer("guarantee", 0, 10, default=1)
    featured.end()
    if not all(shares) or not cards[0].featured:
        raise featured.error(
            "share",
            featured.raw("share"),
            Words(
                "0 より大きくして、ピックアップ（featured）のカードを 1 枚以上にしてください。",
                "above 0, for at least one featured card",
            ),
        )
    if min(shares) < 1 and cards[-1].featured:
        raise featured.error(
            "share",
            featured.raw("share"),
            Words(
                "このレアリティのカードがすべてピックアップなので、1 にしてください。",
                "1 where every card of the rarity is featured",
            ),
        )
    return shares, guarantee


def _selector(rarities: tuple[Rarity, ...]) -> _Select:
    """How `of` is read: a rarity, `<rarity>.featured`, or a card."""
    classes: dict[str, frozenset[str]] = {}
    for rarity in rarities:
        classes[rarity.id] = frozenset(card.id for card in rarity.cards)
        classes[f"{rarity.id}.featured"] = frozenset(c.id for c in rarity.cards if c.featured)
        classes.update((card.id, frozenset({card.id})) for card in rarity.cards)

    def select(entry: Fields, key: str) -> frozenset[str]:
        words = entry.strings(key, 1, MAX_CARDS)
        for word in words:
            if not classes.get(word):
                allowed = Words(
                    "レアリティかカードの id にしてください。ピックアップのカードがあれば、"
                    "<レアリティ>.featured も使えます。",
                    "a rarity, a card, or <rarity>.featured where it has featured cards",
                )
                raise entry.error(key, word, allowed)
        return frozenset(chain.from_iterable(classes[word] for word in words))

    return select


def _promise(entry: Fields, rarities: tuple[Rarity, ...], select: _Select) -> Promise:
    counts, at = entry.optional_slug("counts"), entry.optional_slug("at")
    promise = Promise(
        id=entry.slug("id"),
        cards=select(entry, "of"),
        within=entry.integer("within", 2, MAX_PULLS),
        once=entry.flag("once"),
        fixed=entry.flag("fixed"),
        counts=counts,
        at=counts if at is None else at,
    )
    entry.end()
    by_id = {rarity.id: {card.id for card in rarity.cards} for rarity in rarities}
    for key, value in (("counts", counts), ("at", promise.at)):
        if value is not None and not (value in by_id and promise.cards <= by_id[value]):
            raise entry.error(
                key,
                value,
                Words(
                    "この promise のカード全部が入っている、1 つのレアリティにしてください。",
                    "the one rarity that all cards of the promise have",
                ),
            )
    return promise


def _prices(entry: Fields, key: str) -> tuple[int, ...]:
    """The price of a multi-pull, or of each of a step-up."""
    if not isinstance(entry.raw(key), list):
        return (entry.integer(key, 0, MAX_PRICE),)
    return entry.integers(key, 2, MAX_STEPS, 0, MAX_PRICE)


def _multis(
    top: Fields, rarities: tuple[Rarity, ...], prices_ten: tuple[int, ...] | None
) -> tuple[Multi, ...]:
    """Those of `price.ten` with `[ten]`, and of `[[multi]]`, the smallest first."""
    multis: dict[int, Multi] = {}
    ten = top.optional_table("ten")
    if prices_ten is not None:
        multis[TEN] = _multi(
            Fields(top.source, "ten", {}) if ten is None else ten, TEN, prices_ten, rarities
        )
    elif ten is not None:
        found = Words("10 連のルールがあります", "rules of ten-pulls")
        allowed = Words(
            "price.ten がないと使えません。消すか、price.ten を書いてください。",
            "no such field without price.ten",
        )
        raise top.error("ten", found, allowed)
    most = MAX_MULTIS - len(multis)
    for entry in top.tables("multi", 0, most):
        size, prices = entry.integer("size", 2, MAX_SIZE), _prices(entry, "price")
        if size in multis:
            allowed = Words(
                "ほかの [[multi]] や price.ten と違う枚数にしてください。",
                "a size that no other [[multi]] has, nor price.ten",
            )
            raise entry.error("size", size, allowed)
        if len(prices) > 1 and any(len(each.steps) > 1 for each in multis.values()):
            allowed = Words(
                "ステップアップは 1 つまでなので、値段を 1 つにしてください。",
                "one price: a banner has one step-up at most",
            )
            raise entry.error("price", list(prices), allowed)
        multis[size] = _multi(entry, size, prices, rarities)
        _check_tables(entry, multis[size], rarities)
    return tuple(sorted(multis.values(), key=lambda each: each.size))


def _multi(
    entry: Fields, size: int, prices: tuple[int, ...], rarities: tuple[Rarity, ...]
) -> Multi:
    is_ten = entry.path == "ten"
    minima: list[list[Minimum]] = [[] for _ in prices]
    slots: list[dict[int, tuple[Fraction, ...]]] = [{} for _ in prices]
    members = {rarity.id: frozenset(card.id for card in rarity.cards) for rarity in rarities}
    for each in entry.tables("minimum", 0, size * len(prices)):
        minimum, steps = _minimum(each, members, size), _steps(each, len(prices))
        each.end()
        _check_ceilings(each, rarities, minimum.cards)
        for step in steps:
            minima[step].append(minimum)
    if any(sum(minimum.count for minimum in each) > size for each in minima):
        words = "ten" if size == TEN else str(size)
        found = Words(f"合わせて {size} 枚を超えています", f"more than {words} cards")
        allowed = Words(f"全部で {size} 枚までにしてください。", f"at most {words} in all")
        raise entry.error("minimum", found, allowed)
    for each in entry.tables("slot", 0, size * len(prices)):
        number, rates = each.integer("number", 1, size), _slot_rates(each, members)
        steps = _steps(each, len(prices))
        each.end()
        for step in steps:
            if number in slots[step]:
                raise each.error(
                    "number",
                    number,
                    Words("ほかと違う枠の番号にしてください。", "a slot no other entry has"),
                )
            slots[step][number] = rates
    repeats_last = entry.choice("repeat", "all", "last") == "last"
    if "repeat" in entry and len(prices) == 1:
        field = "price.ten" if is_ten else "price"
        allowed = Words(
            f"{field} に値段が 2 つ以上ある（ステップアップの）ときだけ使えます。",
            f"no such field without steps in {field}",
        )
        raise entry.error("repeat", entry.raw("repeat"), allowed)
    wholes = () if is_ten else tuple(_wholes(entry, members))
    is_frozen = not is_ten and entry.flag("frozen")
    if is_frozen and not any(rarity.counts for rarity in rarities):
        allowed = Words(
            "ramp・table・ceiling のあるレアリティがないので、false にしてください。",
            "false where no rarity has a ramp, table or ceiling",
        )
        raise entry.error("frozen", True, allowed)
    entry.end()
    made = zip(prices, minima, slots, strict=True)
    steps_made = tuple(Step(price, tuple(mins), own) for price, mins, own in made)
    return Multi(size, steps_made, repeats_last, wholes, is_frozen)


def _wholes(entry: Fields, members: Mapping[str, frozenset[str]]) -> Iterator[Whole]:
    chances = Fraction(0)
    for each in entry.tables("whole", 0, MAX_WHOLES):
        whole = Whole(each.rate("chance"), _slot_rates(each, members))
        each.end()
        chances += whole.chance
        if not whole.chance:
            raise each.error("chance", each.raw("chance"), _ABOVE_0)
        if chances > 1:
            allowed = Words("合計を 1 以下にしてください。", "chances that sum to at most 1")
            raise each.error("chance", _sum(chances), allowed)
        if chances.denominator >= MAX_DENOMINATOR:
            allowed = Words(
                "桁を減らして、きりのよい値にしてください（共通の分母が 2^56 未満）。",
                "chances with a common denominator below 2^56",
            )
            raise each.error("chance", _denominator(chances.denominator), allowed)
        yield whole


def _check_tables(entry: Fields, multi: Multi, rarities: tuple[Rarity, ...]) -> None:
    """A minimum must not ask for what the tables of slots, or of a whole pull, never give."""
    for step in multi.steps:
        for minimum in step.minima:
            serving = [
                index
                for index, rarity in enumerate(rarities)
                if any(card.id in minimum.cards for card in rarity.cards)
            ]
            for number, whole in enumerate(multi.wholes, start=1):
                if not any(whole.rates[index] for index in serving):
                    names = listed([rarities[index].id for index in serving])
                    allowed = Words(
                        f"minimum のために、{names} が出る確率にしてください。",
                        f"rates that give {names}, as a minimum needs",
                    )
                    raise entry.error(f"whole[{number}].rates", _NEVER, allowed)
            giving = sum(
                number not in step.slots or any(step.slots[number][index] for index in serving)
                for number in range(1, multi.size + 1)
            )
            if giving < minimum.count:
                names = listed([rarities[index].id for index in serving])
                allowed = Words(
                    f"minimum のために、{names} の出る枠を {minimum.count} つ以上にしてください。",
                    f"at least {minimum.count} slots that can give {names}, as a minimum needs",
                )
                raise entry.error("slot", _NEVER, allowed)


def _minimum(entry: Fields, members: Mapping[str, frozenset[str]], size: int) -> Minimum:
    of = entry.strings("of", 1, MAX_RARITIES)
    for rarity in of:
        if rarity not in members:
            raise entry.error(
                "of",
                rarity,
                Words(
                    f"{'・'.join(members)} のどれかにしてください。", f"some of {listed(members)}"
                ),
            )
    cards = frozenset(chain.from_iterable(members[rarity] for rarity in of))
    return Minimum(cards, entry.integer("count", 1, size, default=1))


def _slot_rates(entry: Fields, members: Mapping[str, frozenset[str]]) -> tuple[Fraction, ...]:
    rates = entry.table("rates")
    shares = tuple(rates.rate(rarity, default=Fraction(0)) for rarity in members)
    rates.end()
    if sum(shares) != 1:
        raise entry.error("rates", _sum(sum(shares, Fraction(0))), _WHOLE)
    return shares


def _steps(entry: Fields, count: int) -> list[int]:
    """The places of the steps that an entry is for; all of them if it names none."""
    if entry.raw("steps") is None:
        return list(range(count))
    numbers = entry.integers("steps", 1, count, 1, count)
    if len(set(numbers)) < len(numbers):
        raise entry.error(
            "steps",
            list(numbers),
            Words("同じステップを 2 回書かないでください。", "each step once"),
        )
    return [number - 1 for number in numbers]


def _limit(top: Fields, multis: tuple[Multi, ...], promises: tuple[Promise, ...]) -> Limit | None:
    """A limit, and what of the banner goes on beside it. A ceiling may lie behind it, as a
    beginner's banner often has that of its game; a promise may not: nobody could be given it."""
    entry = top.optional_table("limit")
    if entry is None:
        return None
    total = entry.optional_integer("total", 1, MAX_TOTAL)
    most = MAX_PER_DAY if total is None else min(total, MAX_PER_DAY)
    per_day = entry.optional_integer("per_day", 1, most)
    if total is None and per_day is None:
        raise entry.error(
            "total",
            None,
            Words(
                f"total（1〜{MAX_TOTAL}）か per_day か、その両方を書いてください。",
                f"total (1 to {MAX_TOTAL}), per_day, or both",
            ),
        )
    prices: tuple[int, ...] = ()
    if "prices" in entry:
        turns = min(total or MAX_PER_DAY, per_day or MAX_PER_DAY)
        prices = entry.integers("prices", 1, turns, 0, MAX_PRICE)
    entry.end()
    for index, promise in enumerate(promises):
        if total is not None and promise.within > total:
            allowed = Words(
                f"誰ももらえないので、limit.total の {total} 以下にしてください。",
                f"at most {total}, the limit's total: nobody could be given it",
            )
            raise top.error(f"promise[{index + 1}].within", promise.within, allowed)
    return Limit(total, per_day, prices)


def _limit_of_shared(top: Fields, limit: Limit | None) -> Limit:
    """So many tickets of a box for each player: of a day, too, since one could else take it all."""
    if limit is None:
        return Limit(None, SHARED_PER_DAY, ())
    if limit.prices:
        raise top.error(
            "limit.prices",
            list(limit.prices),
            Words(
                "数量限定くじ（shared）と一緒には使えません。消してください。",
                "no such field beside shared",
            ),
        )
    most = min(SHARED_PER_DAY, limit.total or SHARED_PER_DAY)
    return replace(limit, per_day=most if limit.per_day is None else limit.per_day)


def _tickets_count(top: Fields) -> bool:
    ticket = top.optional_table("ticket")
    if ticket is None:
        return True
    counts = ticket.flag("counts", is_required=True)
    ticket.end()
    return counts


def _exchange(top: Fields, cards: tuple[Card, ...], select: _Select) -> Exchange | None:
    exchange = top.optional_table("exchange")
    if exchange is None:
        return None
    if "offer" in exchange:
        return _offers(exchange, select)
    price = exchange.integer("price", 1, MAX_POINTS)
    featured = frozenset(card.id for card in cards if card.featured)
    offered = select(exchange, "of") if "of" in exchange else featured
    exchange.end()
    if not offered:
        raise exchange.error(
            "of",
            None,
            Words(
                "ピックアップのカードがないので、交換できるカードを書いてください。",
                "some cards where no card is featured",
            ),
        )
    return Exchange((ForPoints(offered, price, None),))


def _offers(exchange: Fields, select: _Select) -> Exchange:
    """Several offers, instead of one price for all."""
    for key in ("price", "of"):
        if key in exchange:
            allowed = Words(
                f"[[exchange.offer]] に書くので、ここの {key} は消してください。",
                f"no {key} beside [[exchange.offer]], which has its own",
            )
            raise exchange.error(key, exchange.raw(key), allowed)
    offers = list[ForPoints]()
    for entry in exchange.tables("offer", 1, MAX_OFFERS):
        offer = ForPoints(
            cards=select(entry, "of"),
            price=entry.integer("price", 1, MAX_POINTS),
            limit=entry.optional_integer("limit", 1, MAX_COPIES),
        )
        entry.end()
        twice = {card for each in offers for card in each.cards & offer.cards}
        if twice:
            raise entry.error(
                "of",
                sorted(twice)[0],
                Words(
                    "ほかの offer にないカードにしてください。", "a card that no other offer has"
                ),
            )
        offers.append(offer)
    exchange.end()
    return Exchange(tuple(offers))


def _box(
    box: Fields, cards: tuple[Card, ...], select: _Select
) -> tuple[frozenset[str], frozenset[str] | None]:
    """After whose last copy the box is filled again by itself, and after whose by choice."""
    every = frozenset(card.id for card in cards)
    refilled_after = select(box, "refill_after") if "refill_after" in box else every
    reset_after: frozenset[str] | None = None
    if "reset_after" in box:
        is_any_time = box.raw("reset_after") == []
        reset_after = frozenset() if is_any_time else select(box, "reset_after")
        if refilled_after <= reset_after:
            allowed = Words(
                "refill_after のカードが全部出ると箱は自動で元に戻ります。"
                "それより少なくしてください。",
                "not all cards of refill_after, when the box is filled again by itself",
            )
            raise box.error("reset_after", sorted(reset_after), allowed)
    box.end()
    return refilled_after, reset_after


_NOT_BESIDE_SHARED: Final = ("box", "promise", "ten", "multi", "ticket", "exchange", "raise_from")


def _check_beside_shared(top: Fields) -> None:
    """What is a player's own, or makes one ticket likelier than another, has no place there."""
    allowed = Words("数量限定くじ（shared）では使えません：", "no such field beside shared: ")
    for key in _NOT_BESIDE_SHARED:
        if key in top:
            why = Words("箱はみんなのものです。消してください。", "the box is everybody's")
            raise top.error(key, _RULE, allowed + why)
    if top.flag("carry_over"):
        raise top.error(
            "carry_over",
            True,
            Words(
                "数量限定くじ（shared）の箱は 1 つのガチャのものなので、false にしてください。",
                "false beside shared: a box belongs to one banner",
            ),
        )
    price = top.raw("price")
    if isinstance(price, dict) and "ten" in price:
        why = Words(
            "何枚買っても 1 枚 price.one です。消してください。",
            "each ticket costs price.one, however many are bought",
        )
        raise top.error("price.ten", price["ten"], allowed + why)
    entries = top.raw("card")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        for key in ("weight", "featured"):
            if isinstance(entry, dict) and key in entry:
                why = Words(
                    "どの 1 枚も同じ確率で出ます。消してください。",
                    "every ticket is as likely as any other",
                )
                raise top.error(f"card[{index + 1}].{key}", entry[key], allowed + why)


def _shared(shared: Fields, cards: tuple[Card, ...]) -> Shared:
    found = Shared(
        boxes=shared.integer("boxes", 1, MAX_BOXES, default=1),
        last=shared.optional_slug("last") or "",
        account_days=shared.integer("account_days", 0, MAX_AGE_DAYS, default=7),
        member_days=shared.integer("member_days", 0, MAX_AGE_DAYS, default=7),
    )
    shared.end()
    if found.last and all(card.id != found.last for card in cards):
        raise shared.error(
            "last",
            found.last,
            Words("このファイルのカードの id にしてください。", "a card of this file"),
        )
    for index, card in enumerate(cards):
        if not card.stock and card.id != found.last:
            where = f"card[{index + 1}].stock"
            allowed = Words(
                "1 以上にしてください。0 にできるのは shared.last のカードだけです。",
                "1 or more; 0 for the card that shared.last names, and for no other",
            )
            raise BannerError(shared.source, where, card.stock, allowed)
    tickets = sum(card.stock or 0 for card in cards)
    if not 1 <= tickets <= MAX_TICKETS:
        raise BannerError(
            shared.source,
            "card.stock",
            Words(f"全部で {tickets} 枚あります", f"{tickets} tickets in all"),
            Words(
                f"1〜{MAX_TICKETS} 枚にしてください。",
                f"1 to {MAX_TICKETS} tickets in a box that a server shares",
            ),
        )
    return found


def _check_promises(
    top: Fields,
    rarities: tuple[Rarity, ...],
    promises: tuple[Promise, ...],
    multis: tuple[Multi, ...],
) -> None:
    """Promises due at the same time must all be kept by one card; that is settled here."""
    for index, promise in enumerate(promises):
        where = f"promise[{index + 1}]"
        if any(promise.id == other.id for other in promises[:index]):
            raise top.error(
                f"{where}.id",
                promise.id,
                Words("ほかの promise と違う id にしてください。", "an id no other promise has"),
            )
        if promise.at is None:
            _check_ceilings(top, rarities, promise.cards, where)
            for multi in multis:
                minima = [each for step in multi.steps for each in step.minima]
                if not all(promise.cards & each.cards for each in minima):
                    name = "ten" if multi.size == TEN and "ten" in top else "multi"
                    allowed = Words(
                        f"どの {name}.minimum にも数えられるカードを 1 枚以上入れてください。",
                        f"cards of which each {name}.minimum counts at least one",
                    )
                    raise top.error(f"{where}.of", sorted(promise.cards), allowed)
        for rarity in rarities:
            touched = [card for card in rarity.cards if card.id in promise.cards]
            must_be_featured = rarity.guarantee > 0 or Fraction(1) in rarity.shares
            if touched and must_be_featured and not any(card.featured for card in touched):
                allowed = Words(
                    f"{rarity.id} の確定に備えて、そのピックアップのカードも入れてください。",
                    f"a featured card of {rarity.id}, which its guarantee may demand",
                )
                raise top.error(f"{where}.of", sorted(promise.cards), allowed)
    for one, two in combinations(promises, 2):
        if not (one.cards <= two.cards or two.cards <= one.cards):
            allowed = Words(
                f"promise「{one.id}」のカードの一部だけにするか、そのカードを全部含めてください。",
                f"cards within those of promise {one.id}, or around them",
            )
            where = f"promise[{promises.index(two) + 1}].of"
            raise top.error(where, sorted(two.cards), allowed)


def _check_ceilings(
    entry: Fields, rarities: tuple[Rarity, ...], cards: frozenset[str], where: str = ""
) -> None:
    """A pull kept for `cards` must not take the place of a higher rarity's certain one."""
    touched = [not cards.isdisjoint(card.id for card in rarity.cards) for rarity in rarities]
    lowest = max(index for index, is_touched in enumerate(touched) if is_touched)
    for rarity, is_touched in zip(rarities[:lowest], touched, strict=False):
        if rarity.ceiling is not None and not is_touched:
            allowed = Words(
                f"{rarity.id} の天井と同じ回に当たることがあるので、"
                f"{rarity.id} のカードも入れてください。",
                f"also cards of {rarity.id}, whose ceiling may fall on the same pull",
            )
            raise entry.error(f"{where}.of" if where else "of", sorted(cards), allowed)


def _check_denominator(
    top: Fields,
    rarities: tuple[Rarity, ...],
    promises: tuple[Promise, ...],
    multis: tuple[Multi, ...],
    dilutes: bool,
) -> None:
    """No state's row may need a common denominator of 2^56 or more.

    Rates in any state are sums and differences of the rates written in the file, so the product
    of both least common multiples bounds every row's. Where a raised rate dilutes the lower ones,
    each of these is what was left, times its part of that.
    """
    slots = [r for multi in multis for step in multi.steps for r in step.slots.values()]
    slots += [whole.rates for multi in multis for whole in multi.wholes]
    written = chain(*(rarity.schedule for rarity in rarities), *slots)
    denominators = [lcm(*(rate.denominator for rate in written))]
    if dilutes:
        for rates in {tuple(rarity.rate for rarity in rarities), *slots}:
            parts = (rate / sum(rates[i:]) for i, rate in enumerate(rates) if rate)
            denominators[0] *= prod(part.denominator for part in parts)
    for rarity in rarities:
        if rarity.no_repeats:  # whichever cards are left, their weights sum to no more than all
            unit = gcd(*(card.weight for card in rarity.cards))
            denominators[0] *= sum(card.weight for card in rarity.cards) // unit
            continue
        members = {card.id for card in rarity.cards}
        classes = [None, *(p.cards for p in promises if not p.cards.isdisjoint(members))]
        shares: set[Fraction | None] = {*rarity.shares} if rarity.shares else {None}
        for share in shares | {Fraction(1)} if rarity.guarantee else shares:
            for only in classes:
                picks = rarity.picks(share, only)
                denominators.append(lcm(*(part.denominator for _, part in picks)))
    bound = denominators[0] * lcm(*denominators[1:])
    if bound >= MAX_DENOMINATOR:
        allowed = Words(
            "確率や割合、重みの合計を、きりのよい値にしてください（共通の分母が 2^56 未満）。",
            "rates, shares and sums of weights with a common denominator below 2^56",
        )
        raise top.error("rarity", _denominator(bound), allowed)
