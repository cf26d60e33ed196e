#!/usr/bin/env python3
"""Checks that a file of gacha receipts shows fair draws: every one of them, to the last bit.

    python verify.py RECEIPTS.json
    python verify.py PART-1.json PART-2.json NEXT-EPOCH.json        in any order

Several files of one player are joined, and nothing may be missing between them. It needs Python
3.11 or later and nothing else: no network, no other file. Exit code 0: every draw that was given
replays. 1: not so, and the first receipt that does not verify is named. 2: wrong usage. 3: not
verified, because something in it is newer than this program; of what is known, nothing is wrong.

The idea: a fair pull leaves no choice. Each receipt follows, letter by letter, from the revealed
seed, the banner file's rules and the receipts before it. So this program writes the receipt that
must be there and compares it with the one that is. Read it from the top: 1. random words, 2. banner
files, 3. a player's state, 4. the odds, 5. a pull, 6. the file, 7. the command. Its sources are
docs/receipt-format.md and docs/banner-format.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from itertools import count as counting
from math import ceil, gcd
from typing import Any, NamedTuple, TextIO

try:
    import tomllib
    from math import lcm
except ImportError:
    print("verify.py needs Python 3.11 or later; or open verify.html in a browser instead.")
    sys.exit(2)

# As docs/receipt-format.md has them, so that two verifiers judge a file alike.
MOST_BYTES = 32 * 2**20
MOST_BANNER = 256 * 2**10
MOST_RECEIPT = 64 * 2**10
MOST_RECEIPTS = 1000
MOST_LEVELS = 12
MOST_VALUES = 100_000
MOST_TICKETS = 10
UNREADABLE = (TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Wrong(ValueError):
    """Something does not verify. The text says what."""


class Newer(Exception):
    """Something is of a later version of the format than this program. The text says what."""


def need(condition: object, otherwise: str) -> None:
    if not condition:
        raise Wrong(otherwise)


# --- 1. Random words ------------------------------------------------------------------------------
# The seed was fixed, and its SHA-256 shown to you, before you chose your client seed; and you chose
# without knowing the seed. So neither side could steer the words.


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def random_word(
    server_seed: bytes, client_seed: str, nonce: int | str, cursor: int, version: str = "v1"
) -> int:
    message = f"{version}|{client_seed}|{nonce}|{cursor}".encode()
    return int.from_bytes(hmac.digest(server_seed, message, "sha256")[:8], "big")


# --- 2. Banner files ------------------------------------------------------------------------------
# Only what decides draws is kept. The bot never draws from a faulty file, so here faults are not
# explained with care: what cannot be read plainly, or is more than docs/banner-format.md allows, is
# refused. A file with a field that this program does not know is not read at all: that could change
# what the others mean. A set of cards is an integer with one bit for each card.

FIELDS = {  # of each table of a banner file, by its path
    "": "id kind name carry_over raise_from starts ends price rarity card promise ten multi limit"
    " ticket exchange box shared",
    "name": "ja en",
    "price": "one ten",
    "rarity": "id name rate ramp table ceiling reset_by featured no_repeats",
    "rarity.name": "ja en",
    "rarity.ramp": "from step",
    "rarity.featured": "share guarantee",
    "card": "id name number rarity weight featured stock",
    "card.name": "ja en",
    "promise": "id of within once fixed counts at",
    "ten": "minimum slot repeat",
    "ten.minimum": "of count steps",
    "ten.slot": "number rates steps",
    "multi": "size price repeat frozen minimum slot whole",
    "multi.minimum": "of count steps",
    "multi.slot": "number rates steps",
    "multi.whole": "chance rates",
    "limit": "total per_day prices",
    "ticket": "counts",
    "exchange": "price of offer",
    "exchange.offer": "of price limit",
    "box": "refill_after reset_after",
    "shared": "boxes last account_days member_days",
}


class Card(NamedTuple):
    id: str
    bit: int
    rarity: str
    weight: int
    featured: bool
    stock: int  # copies in a full box; 1 where none comes again until all have come


class Rates(NamedTuple):
    """The rate of each pull after the last card of a rarity. From pull `length` on it holds."""

    length: int
    base: Fraction
    raised_from: int  # a ramp: from this pull on, each pull adds `step`
    step: Fraction
    rows: list[tuple[int, Fraction]]  # or a table: from which pull on, which rate
    is_certain: bool  # at `length`

    def after(self, since: int) -> Fraction:
        """The rate `since` pulls after the last card."""
        pull = min(since + 1, self.length)
        if pull == self.length and self.is_certain:
            return Fraction(1)
        if self.step and pull >= self.raised_from:
            return min(self.base + self.step * (pull - self.raised_from + 1), Fraction(1))
        place = bisect_right(self.rows, pull, key=lambda row: row[0])
        return self.rows[place - 1][1] if place else self.base


class Rarity(NamedTuple):
    id: str
    rates: Rates
    reset_by: list[str]
    shares: list[Fraction]  # the featured cards' part, by `contested`; none: weights alone decide
    guarantee: int
    no_repeats: bool  # a card that came is out until all have come
    cards: list[Card]  # featured first, else in the file's order


class Promise(NamedTuple):
    id: str
    cards: int
    within: int
    once: bool
    fixed: bool  # a card that luck brings does not begin the count anew
    counts: str | None
    at: str | None


class Multi(NamedTuple):
    """A pull of several cards at once. A step-up has several steps, any other one."""

    prices: list[int]  # of each step
    repeats_last: bool  # after the last step: that one again, not the first
    minima: list[list[tuple[int, int]]]  # for each step: from which cards, how many
    slots: list[dict[int, list[Fraction]]]  # for each step: the place's own rates
    wholes: list[tuple[Fraction, list[Fraction]]]  # with which chance all places have which rates
    frozen: bool  # the rates of the first place's counts hold in all


@dataclass(frozen=True, eq=False)
class Banner:
    id: str
    state_key: str  # banners with the same key share a player's state
    carry_over: bool
    dilutes: bool  # a raised rate is taken from all lower rarities, not from the last alone
    price_one: int | None  # None: no single pulls
    multis: dict[int, Multi]  # by how many cards
    points: int  # for each draw
    tickets_count: bool  # else a pull that tickets pay is apart
    limited: int  # the cards of which a player may take only so many for points
    total: int | None  # draws that a player has, in all
    per_day: int | None  # and in a day
    prices_in_turn: list[int]  # of single pulls, by what was drawn before: of the day, or in all
    rarities: list[Rarity]  # highest first
    cards: list[Card]
    promises: list[Promise]
    refill_after: int  # 0: no box
    reset_after: int | None  # by choice, once these are out, 0 at any time; None: never
    last: str | None  # of a box that a server shares: the last ticket's prize, or ""; else None

    @property
    def steps(self) -> int:
        return max([1, *(len(multi.prices) for multi in self.multis.values())])

    @property
    def sizes(self) -> list[int]:
        """How many cards at once are sold."""
        return [1] * (self.price_one is not None) + sorted(self.multis)


def unknown_fields(value: Any, path: str) -> Iterator[str]:
    """The paths of fields of which this program does not know that there are any."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and path in FIELDS:
            for key, inner in each.items():
                place = f"{path}.{key}".removeprefix(".")
                if key in FIELDS[path].split():
                    yield from unknown_fields(inner, place)
                else:
                    yield place


def table(value: Any, path: str, but: str = "") -> dict[str, Any]:
    """A table with the fields of its path only; some of them have no place beside a box."""
    return table_of(value, [*{*FIELDS[path].split()} - {*but.split()}])


def table_of(value: Any, allowed: list[str]) -> dict[str, Any]:
    need(isinstance(value, dict), "banner: no table where one belongs")
    beside = value.keys() - allowed
    need(not beside, f"banner: a field out of place: {sorted(beside)[:1]!r:.100}")
    return dict(value)


def entries(value: Any, least: int, most: int) -> list[Any]:
    fits = isinstance(value, list) and least <= len(value) <= most
    need(fits, f"banner: no list of {least} to {most}")
    return list(value)


def integer(value: Any, least: int, most: int) -> int:
    need(type(value) is int and least <= value <= most, "banner: a number out of bounds")
    return int(value)


def flag(value: Any) -> bool:
    need(value is None or isinstance(value, bool), "banner: neither true nor false")
    return value is True


def slug(value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= 40
    need(fits and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", value), "banner: an id that is none")
    return str(value)


def rate(value: Any) -> Fraction:
    fits = isinstance(value, str) and len(value) <= 24
    need(fits and re.fullmatch(r"[0-9]+(\.[0-9]+)?|[0-9]+/0*[1-9][0-9]*", value), "banner: no rate")
    need(Fraction(value) <= 1, "banner: a rate above 1")
    return Fraction(value)


def check_name(value: Any) -> None:
    """Names decide nothing, but a file that has none is none that the bot draws from."""
    both = table(value, "name")
    for language in ("ja", "en"):
        need(isinstance(both.get(language), str) and both[language], "banner: no name")


def check_unique(values: list[Any]) -> None:
    need(len(set(values)) == len(values), "banner: an id or a number is there twice")


def read_banner(text: str) -> Banner:
    text = text.removeprefix("\ufeff")  # a byte order mark, which counts in the hash only
    check_keys(text)
    whole = tomllib.loads(text)
    for place in unknown_fields(whole, ""):
        raise Newer(f"banner: unknown field {place!r:.100}")
    top = table(whole, "")
    check_name(top.get("name"))
    kind = slug(top.get("kind"))
    for key in ("starts", "ends"):
        known = key not in top or (isinstance(top[key], datetime) and top[key].tzinfo)
        need(known, "banner: no date and time with offset")
    raise_from = top.get("raise_from", "last")
    need(raise_from in ("last", "all"), "banner: raise_from is neither last nor all")
    is_shared, carries = "shared" in top, flag(top.get("carry_over"))
    boxed = "box" in top or is_shared
    cards = []
    for index, each in enumerate(entries(top.get("card"), 1, 64 if boxed else 1000)):
        # In a box for all each ticket is alike.
        entry = table(each, "card", but="weight featured" * is_shared + "stock" * (not boxed))
        check_name(entry.get("name"))
        weight, featured = integer(entry.get("weight", 1), 1, 10**6), flag(entry.get("featured"))
        stock = integer(entry.get("stock"), not is_shared, 10**4) if boxed else 0
        rarity_id = slug(entry.get("rarity"))
        cards.append(Card(slug(entry.get("id")), 1 << index, rarity_id, weight, featured, stock))
    check_unique([integer(each.get("number"), 0, 9999) for each in top["card"]])
    given = entries(top.get("rarity"), 1, 16)
    ids = [slug(table(each, "rarity").get("id")) for each in given]
    check_unique([*ids, *(card.id for card in cards)])
    need(all(card.rarity in ids for card in cards), "banner: a card of no rarity")
    rarities = [read_rarity(each, cards, ids, boxed) for each in given]
    bases = sum(each.rates.base for each in rarities)
    need(boxed or bases == 1, "banner: rates must sum to 1")
    once = sum(len(each.cards) for each in rarities if each.no_repeats)
    need(once <= 64, "banner: more than 64 cards that do not come again")

    # What `of` can name: a card, a rarity, the featured cards of a rarity.
    groups = {card.id: card.bit for card in cards}
    for rarity in rarities:
        groups[rarity.id] = sum(card.bit for card in rarity.cards)
        groups[f"{rarity.id}.featured"] = sum(card.bit for card in rarity.cards if card.featured)

    def chosen(names: Any, most: int = 1000) -> int:
        found = 0
        for name in entries(names, 1, most):
            need(isinstance(name, str) and groups.get(name), "banner: it names no card")
            found |= groups[name]
        return found

    def of_one_rarity(name: Any, of: int) -> str | None:
        known = name is None or (slug(name) in ids and not of & ~groups[name])
        need(known, "banner: counts or at is not the one rarity of the cards")
        return None if name is None else str(name)

    promises = []
    for each in entries(top.get("promise", []), 0, 8):
        entry = table(each, "promise")
        of, within = chosen(entry.get("of")), integer(entry.get("within"), 2, 1000)
        counts = of_one_rarity(entry.get("counts"), of)
        once, at = flag(entry.get("once")), of_one_rarity(entry.get("at", counts), of)
        fixed = flag(entry.get("fixed"))
        promises.append(Promise(slug(entry.get("id")), of, within, once, fixed, counts, at))
    check_unique([promise.id for promise in promises])
    price = table(top.get("price", {}), "price")
    price_one = integer(price["one"], 0, 10**9) if "one" in price else None
    need(not is_shared or price.keys() == {"one"}, "banner: tickets have one price, each")
    multis = {}
    if "ten" in price:
        entry = {**table(top.get("ten", {}), "ten"), "price": price["ten"]}
        multis[10] = read_multi(entry, 10, ids, chosen)
    need("ten" not in top or multis, "banner: rules of ten-pulls without a price of theirs")
    for each in entries(top.get("multi", []), 0, 5):
        entry = table(each, "multi")
        size = integer(entry.get("size"), 2, 20)
        need(size not in multis, "banner: a size is there twice")
        multis[size] = read_multi(entry, size, ids, chosen)
        counting = any(rarity.rates.length > 1 for rarity in rarities)
        need(counting or not multis[size].frozen, "banner: nothing to freeze")
    need(multis or price_one is not None, "banner: no way to pull")
    need(len(multis) <= 5, "banner: too many multi-pulls")
    step_ups = sum(len(multi.prices) > 1 for multi in multis.values())
    need(step_ups <= 1, "banner: more than one step-up")
    limit = table(top.get("limit", {}), "limit")
    total = integer(limit["total"], 1, 10**4) if "total" in limit else None
    per_day = integer(limit["per_day"], 1, min(total or 100, 100)) if "per_day" in limit else None
    need("limit" not in top or total or per_day, "banner: a limit of nothing")
    in_turn = []
    if "prices" in limit:
        turns = entries(limit["prices"], 1, min(total or 100, per_day or 100))
        in_turn = [integer(each, 0, 10**9) for each in turns]
    kept = all(promise.within <= total for promise in promises) if total else True
    need(kept, "banner: a promise that the limit never reaches")
    need("limit" not in top or not carries, "banner: a limit does not carry over")
    if price_one is None:
        need(not in_turn, "banner: prices of single pulls, which are not sold")
        need(min(multis) <= min(total or 100, per_day or 100), "banner: a limit below every pull")
    tickets_count = True
    if "ticket" in top:
        counts = table(top["ticket"], "ticket").get("counts")
        need(isinstance(counts, bool), "banner: ticket.counts is neither true nor false")
        tickets_count = counts is True
    need(tickets_count or not boxed, "banner: what a ticket draws leaves the box")
    exchanged = limited = 0
    if "exchange" in top:
        exchange = table(top["exchange"], "exchange")
        if "offer" in exchange:
            need(len(exchange) == 1, "banner: offers beside a price or cards of the exchange")
            for each in entries(exchange["offer"], 1, 16):
                offer = table(each, "exchange.offer")
                integer(offer.get("price"), 1, 10**4)
                of = chosen(offer.get("of"))
                need(not of & exchanged, "banner: a card that is offered twice")
                exchanged |= of
                if "limit" in offer:
                    integer(offer["limit"], 1, 100)
                    limited |= of
            need(not (limited and carries), "banner: a limit of an offer does not carry over")
        else:
            integer(exchange.get("price"), 1, 10**4)
            offered = chosen(exchange["of"]) if "of" in exchange else sum(c.featured for c in cards)
            need(offered, "banner: nothing to exchange points for")
    every_card = (1 << len(cards)) - 1
    box = table(top.get("box", {}), "box")
    ruled = any(any((*m.minima, *m.slots, m.wholes, m.frozen)) for m in multis.values())
    beside = carries or promises or step_ups or ruled
    need(not boxed or not beside, "banner: rules that do not go with a box")
    refill_after = chosen(box["refill_after"]) if "refill_after" in box else every_card
    reset_after = None
    if "reset_after" in box:
        reset_after = 0 if box["reset_after"] == [] else chosen(box["reset_after"])
        need(refill_after & ~reset_after, "banner: a box that is filled before it may be")
    last = read_shared(top, cards) if is_shared else None
    if is_shared:
        need("prices" not in limit, "banner: prices in turn for tickets")
        per_day = per_day or min(5, total or 5)
    return Banner(
        id=slug(top.get("id")),
        state_key=kind if carries else slug(top["id"]),
        carry_over=carries,
        dilutes=raise_from == "all",
        price_one=price_one,
        multis=multis,
        points=1 if "exchange" in top else 0,
        tickets_count=tickets_count,
        limited=limited,
        total=total,
        per_day=per_day,
        prices_in_turn=in_turn,
        rarities=rarities,
        cards=[card for rarity in rarities for card in rarity.cards],
        promises=promises,
        refill_after=refill_after if boxed else 0,
        reset_after=reset_after,
        last=last,
    )


def read_multi(
    entry: dict[str, Any], size: int, ids: list[str], chosen: Callable[..., int]
) -> Multi:
    """`entry`: the table of a multi-pull, and its price or prices."""
    is_step_up = isinstance(entry.get("price"), list)
    prices = entries(entry["price"], 2, 20) if is_step_up else [entry.get("price")]
    need("repeat" not in entry or is_step_up, "banner: repeat without steps")
    need(entry.get("repeat", "all") in ("all", "last"), "banner: repeat is neither all nor last")
    every = range(1, len(prices) + 1)

    def steps(of: dict[str, Any]) -> list[int]:
        """The places of the steps that an entry is for: all, if it names none."""
        given = entries(of["steps"], 1, len(prices)) if "steps" in of else list(every)
        check_unique([integer(step, 1, len(prices)) for step in given])
        return [step - 1 for step in given]

    def own_rates(of: dict[str, Any]) -> list[Fraction]:
        its_rates = table_of(of.get("rates"), ids)
        own = [rate(its_rates.get(rarity_id, "0")) for rarity_id in ids]
        need(sum(own) == 1, "banner: a slot's rates must sum to 1")
        return own

    minima: list[list[tuple[int, int]]] = [[] for _ in prices]
    slots: list[dict[int, list[Fraction]]] = [{} for _ in prices]
    for each in entries(entry.get("minimum", []), 0, size * len(prices)):
        of = table(each, "multi.minimum")
        need(set(map(str, entries(of.get("of"), 1, 16))) <= set(ids), "banner: no rarity")
        minimum = chosen(of["of"]), integer(of.get("count", 1), 1, size)
        for step in steps(of):
            minima[step].append(minimum)
    for of_step in minima:
        need(sum(count for _, count in of_step) <= size, "banner: minima of more than it holds")
    for each in entries(entry.get("slot", []), 0, size * len(prices)):
        of = table(each, "multi.slot")
        own, number = own_rates(of), integer(of.get("number"), 1, size)
        for step in steps(of):
            need(number not in slots[step], "banner: a slot is there twice")
            slots[step][number] = own
    wholes = []
    for each in entries(entry.get("whole", []), 0, 4):
        of = table(each, "multi.whole")
        chance = rate(of.get("chance"))
        need(chance, "banner: a whole table without a chance")
        wholes.append((chance, own_rates(of)))
    need(sum(chance for chance, _ in wholes) <= 1, "banner: chances of more than 1")
    return Multi(
        prices=[integer(each, 0, 10**9) for each in prices],
        repeats_last=entry.get("repeat") == "last",
        minima=minima,
        slots=slots,
        wholes=wholes,
        frozen=flag(entry.get("frozen")),
    )


def read_shared(top: dict[str, Any], cards: list[Card]) -> str:
    """The prize of the last ticket of a box that a server shares, or "" where there is none."""
    shared = table(top["shared"], "shared")
    beside = {"box", "ten", "multi", "ticket", "exchange", "promise", "raise_from"} & top.keys()
    need(not beside, "banner: rules that do not go with a shared box")
    integer(shared.get("boxes", 1), 1, 100)
    for key in ("account_days", "member_days"):
        integer(shared.get(key, 7), 0, 365)
    last = slug(shared["last"]) if "last" in shared else ""
    need(not last or last in [card.id for card in cards], "banner: a last prize that is no card")
    need(all(card.stock or card.id == last for card in cards), "banner: a card without tickets")
    need(1 <= sum(card.stock for card in cards) <= 1000, "banner: too few or too many tickets")
    return last


BESIDE_A_BOX = "rate ramp table ceiling reset_by featured no_repeats"
"""What rarities do not have there."""


def read_rarity(each: Any, cards: list[Card], ids: list[str], boxed: bool) -> Rarity:
    entry = table(each, "rarity", but=BESIDE_A_BOX if boxed else "")
    check_name(entry.get("name"))
    mine = [card for card in cards if card.rarity == entry["id"]]
    mine.sort(key=lambda card: not card.featured)
    need(mine, "banner: a rarity without cards")
    rates = Rates(1, Fraction(0), 0, Fraction(0), [], False) if boxed else read_rates(entry)
    need(rates.length == 1 or entry["id"] != ids[-1], "banner: the last rarity takes the rest")
    reset_by = [slug(other) for other in entries(entry.get("reset_by", []), 0, 16)]
    others = {*ids} - {entry["id"]} if rates.length > 1 else set()
    need(set(reset_by) <= others, "banner: reset_by names no other rarity")
    shares, guarantee = list[Fraction](), 0
    if "featured" in entry:
        featured = table(entry["featured"], "rarity.featured")
        given, guarantee = featured.get("share"), integer(featured.get("guarantee", 1), 0, 10)
        several = entries(given, 2, 10) if isinstance(given, list) else [given]
        shares = [rate(each) for each in several]
        need(all(shares) and mine[0].featured, "banner: a share of nothing")
        whole = all(share == 1 for share in shares)
        need(whole or not mine[-1].featured, "banner: a share beside nothing")
    no_repeats = flag(entry.get("no_repeats"))
    need(not (no_repeats and shares), "banner: a share where no card comes again")
    mine = [card._replace(stock=1) for card in mine] if no_repeats else mine
    return Rarity(entry["id"], rates, reset_by, shares, guarantee, no_repeats, mine)


def read_rates(entry: dict[str, Any]) -> Rates:
    """The rate of the first pull after a card of the rarity, of the second, and so on."""
    base, length, certain = rate(entry.get("rate")), 1, False
    raised_from, step, rows, raised = 1, Fraction(0), list[tuple[int, Fraction]](), 1
    need(not ("ramp" in entry and "table" in entry), "banner: a ramp and a table")
    if "ramp" in entry:
        ramp = table(entry["ramp"], "rarity.ramp")
        raised_from = raised = integer(ramp.get("from"), 2, 1000)
        step = rate(ramp.get("step"))
        need(step, "banner: a ramp without a step")
        reaches = raised_from - 1 + ceil((1 - base) / step)
        length, certain = min(reaches, 1000), reaches <= 1000
        need(certain or "ceiling" in entry, "banner: a ramp that ends nowhere")
    for pair in entries(entry["table"], 1, 1000) if "table" in entry else []:
        pull, its_rate = entries(pair, 2, 2)
        raised = integer(pull, raised + 1, 1000)
        rows.append((raised, rate(its_rate)))
        length, certain = (length, True) if certain else (raised, rows[-1][1] == 1)
    if "ceiling" in entry:
        ceiling = integer(entry["ceiling"], max(raised, 2), 1000)
        length, certain = min(length, ceiling) if certain else ceiling, True
    if base == 1:
        length, certain = 1, False
    return Rates(length, base, raised_from, step, rows, certain)


# What may be a key of many parts: not what stands in a comment or in a string.
PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
TOKENS = re.compile(
    rf"""\#[^\n]*+ | ["]{{3}}(?:[^"\\]|\\.|"(?!""))*+(?:"{{3,5}}|\Z) | '{{3}}.*?(?:'{{3,5}}|\Z)
    | (?P<long>{PART}(?:[ \t]*+\.[ \t]*+{PART}){{12}}) | {PART}""",
    re.DOTALL | re.VERBOSE,
)


def check_keys(text: str) -> None:
    """Python's reader takes minutes for a key of 100,000 parts, as in a.a.a.a."""
    need(all(not each["long"] for each in TOKENS.finditer(text)), "banner: a key of many parts")


# --- 3. A player's state --------------------------------------------------------------------------
# As receipts write it, but with every section there: `since`, `lost`, `contested` (losses that no
# guarantee decided), `promises` and `drawn` map names to counts (True: a one-off promise that was
# kept), `points` is a number, `step` the place in a step-up.

State = dict[str, Any]


def natural(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def bring(banner: Banner, stored: Any) -> State:
    """A state, perhaps from another version or banner of the kind, as this banner reads it.

    What is missing starts at 0, counts end where the rules stop caring, and what this banner does
    not count is dropped. Only promises of other banners wait for the way back.
    """
    sections = ("since", "lost", "contested", "promises", "drawn")
    need(isinstance(stored, dict), "before: not an object")
    need(
        stored.keys() <= {*sections, "limit", "exchanged", "step", "points"},
        "before: not the fields of a state",
    )
    for section in sections:
        part = stored.get(section, {})
        need(isinstance(part, dict), f"before.{section}: not an object")
        for n in part.values():
            need(natural(n) or (n is True and section == "promises"), f"before.{section}: no count")
    limit, exchanged = stored.get("limit", {}), stored.get("exchanged", {})
    for part in (limit, exchanged):
        counts = isinstance(part, dict) and all(map(natural, part.values()))
        need(counts, "before.limit or before.exchanged: no counts")
    need(natural(stored.get("points", 0)), "before.points: not a number")
    need(natural(stored.get("step", 0)), "before.step: not a number")

    promises = stored.get("promises", {})
    kept: dict[str, Any] = {}
    for promise in banner.promises:
        n = promises.get(promise.id, 0)
        kept[promise.id] = (promise.once or 0) if n is True else min(n, promise.within - 1)
    if banner.carry_over:  # of other promises the eight that came furthest, kept ones first
        others = [(name, n) for name, n in promises.items() if name not in kept]
        others.sort(key=lambda item: (item[1] is not True, -item[1], item[0]))
        kept.update(others[:8])
    longest = {each.id: each.rates.length - 1 for each in banner.rarities if each.rates.length > 1}
    guarantees = {each.id: each.guarantee for each in banner.rarities if each.guarantee}
    losses = {each.id: len(each.shares) - 1 for each in banner.rarities if len(each.shares) > 1}
    finite = [each for each in banner.rarities if banner.refill_after or each.no_repeats]
    stock = {card.id: card.stock for rarity in finite for card in rarity.cards}
    step = min(stored.get("step", 0), banner.steps - 1)
    state = {"promises": kept, "step": step, "points": stored.get("points", 0)}
    bounds = {"since": longest, "lost": guarantees, "contested": losses, "drawn": stock}
    for section, most in bounds.items():
        given = stored.get(section, {})
        state[section] = {key: min(given.get(key, 0), most[key]) for key in most}
    counted = [*["all"] * bool(banner.total or banner.per_day)]
    counted += ["day", "today"] if banner.per_day else []
    state["limit"] = {key: limit.get(key, 0) for key in counted}
    some = [card.id for card in banner.cards if card.bit & banner.limited]
    state["exchanged"] = {key: exchanged.get(key, 0) for key in some}
    return refilled(banner, state)


def may_reset(banner: Banner, state: State) -> bool:
    """Whether the player may fill their box again: it is not full, and the last copy of each card
    that they have to wait for has left it."""
    waits = [card for card in banner.cards if card.bit & (banner.reset_after or 0)]
    out = all(state["drawn"][card.id] == card.stock for card in waits)
    return banner.reset_after is not None and out and any(state["drawn"].values())


def refilled(banner: Banner, state: State) -> State:
    """A box is full again when the last copy of the cards that matter has left it, and a rarity
    without repeats when all its cards have come."""
    drawn = dict(state["drawn"])
    watched = [card for card in banner.cards if card.bit & banner.refill_after]
    if watched and all(drawn[card.id] == card.stock for card in watched):
        drawn = dict.fromkeys(drawn, 0)
    for rarity in banner.rarities:
        if rarity.no_repeats and all(drawn[card.id] for card in rarity.cards):
            drawn.update((card.id, 0) for card in rarity.cards)
    return {**state, "drawn": drawn}


def shown(state: State) -> State:
    """The state as a receipt writes it: no empty sections, and of a box only what is out."""
    drawn = {card: n for card, n in state["drawn"].items() if n}
    limit = {key: n for key, n in state["limit"].items() if n}
    exchanged = {key: n for key, n in state["exchanged"].items() if n}
    whole = {**state, "drawn": drawn, "limit": limit, "exchanged": exchanged}
    return {k: v for k, v in whole.items() if v or k == "points"}


def after(banner: Banner, state: State, card: Card) -> State:
    """The state that a card leaves behind."""
    since, lost, kept = dict(state["since"]), dict(state["lost"]), dict(state["promises"])
    contested = dict(state["contested"])
    for rarity in banner.rarities:
        if rarity.id in since:
            resets = card.rarity in (rarity.id, *rarity.reset_by)
            since[rarity.id] = 0 if resets else min(since[rarity.id] + 1, rarity.rates.length - 1)
        if rarity.id in contested and rarity.id == card.rarity and not is_due(rarity, state):
            further = min(contested[rarity.id] + 1, len(rarity.shares) - 1)
            contested[rarity.id] = 0 if card.featured else further
        if rarity.id in lost and rarity.id == card.rarity:
            lost[rarity.id] = 0 if card.featured else min(lost[rarity.id] + 1, rarity.guarantee)
    for promise in banner.promises:
        n = kept[promise.id]
        is_kept = card.bit & promise.cards and (n == promise.within - 1 or not promise.fixed)
        if n is not True and is_kept:
            kept[promise.id] = promise.once or 0
        elif n is not True and promise.counts in (None, card.rarity):
            kept[promise.id] = min(n + 1, promise.within - 1)
    drawn = dict(state["drawn"])
    if card.id in drawn:  # a promise may bring a card that has come already
        drawn[card.id] = min(drawn[card.id] + 1, card.stock)
    points = state["points"] + banner.points
    counts = {"since": since, "lost": lost, "contested": contested}
    counts |= {"promises": kept, "drawn": drawn}
    counts["limit"] = {key: n + (key != "day") for key, n in state["limit"].items()}
    return refilled(banner, {**state, **counts, "points": points})


DAY_MS = 24 * 60 * 60 * 1000


def on_day(banner: Banner, state: State, found: Any, receipt_number: str, is_seen: bool) -> State:
    """The state in the day that the receipt names: that of the last pull, or a later one, in which
    nothing is drawn yet. This program does not know by which timezone and hour the server's days
    begin; but it must be that day somewhere, with a day that begins between 0 and 6 o'clock."""
    if not banner.per_day:
        return state
    limit = found.get("limit") if isinstance(found, dict) else None
    day = limit.get("day", 0) if isinstance(limit, dict) else 0
    need(natural(day), "before.limit.day: no day")
    made = (int(receipt_number) >> 22) + 1_420_070_400_000  # Unix milliseconds
    first, last = (made - 18 * DAY_MS // 24) // DAY_MS, (made + 14 * DAY_MS // 24) // DAY_MS
    before = state["limit"]["day"]
    need(day >= first, f"before.limit.day: {day}, but it was {first} or later everywhere")
    if day > before and is_seen:
        need(day <= last, f"before.limit.day: {day}, but it was {last} or earlier everywhere")
        return {**state, "limit": {**state["limit"], "day": day, "today": 0}}
    return state


def left(banner: Banner, state: State) -> int | None:
    """How many draws the limit leaves."""
    limit = state["limit"]
    bounds = [banner.total - limit["all"]] if banner.total else []
    bounds += [banner.per_day - limit["today"]] if banner.per_day else []
    return min(bounds, default=None)


def price(banner: Banner, state: State, count: int) -> int:
    if multi := banner.multis.get(count):
        return int(multi.prices[state["step"] % len(multi.prices)])
    turn = state["limit"].get("today" if banner.per_day else "all", 0)
    return int([*banner.prices_in_turn[turn:], banner.price_one or 0][0])


def is_due(rarity: Rarity, state: State) -> bool:
    """Whether the guarantee decides the next card of the rarity: it is featured."""
    return bool(0 < rarity.guarantee <= state["lost"].get(rarity.id, 0))


# --- 4. The odds ----------------------------------------------------------------------------------


class Group(NamedTuple):
    """Cards that share a rate by whole weights, which have no common divisor."""

    cards: list[Card]
    ends: list[int]  # cumulative weights


Row = list[tuple[Group, Fraction]]  # in canonical order, each group with its exact probability


def group(weights: list[tuple[Card, Fraction]]) -> Group:
    """Those whose weight is not 0."""
    cards = [card for card, weight in weights if weight]
    whole = lcm(*(weight.denominator for _, weight in weights))
    numbers = [int(weight * whole) for _, weight in weights if weight]
    divisor = gcd(*numbers)
    return Group(cards, list(accumulate(number // divisor for number in numbers)))


class Place(NamedTuple):
    """Where in a multi-pull a draw is."""

    left: int  # draws, this one too
    minima: list[tuple[int, int]]
    missing: list[int]  # of each minimum
    rates: list[Fraction] | None  # base rates of its own
    since: dict[str, int]  # the counts that decide its rates


def odds(banner: Banner, state: State, place: Place | None) -> Row:
    """The cards that can come now, each with its exact probability; single pulls have no place."""
    if banner.refill_after:
        left = [card.weight * (card.stock - state["drawn"][card.id]) for card in banner.cards]
        weights = [(card, Fraction(n)) for card, n in zip(banner.cards, left, strict=True)]
        return [(group(weights), Fraction(1))]

    # Does a promise, or a minimum that needs every slot left, limit the cards of this pull?
    due = []
    for promise in banner.promises:
        n = state["promises"][promise.id]
        if n is not True and n >= promise.within - 1:
            due.append(promise)
    limit = -1  # every card
    for promise in due:
        limit &= promise.cards if promise.at is None else -1
    if place and sum(place.missing) >= place.left:
        limit &= next(of for (of, _), n in zip(place.minima, place.missing, strict=True) if n)

    # Each rarity takes its rate from what the higher ones left, the last one takes the rest. If
    # raised rates dilute the lower ones, those keep their parts of what is left.
    rates, bases = list[Fraction](), list[Fraction]()
    since = place.since if place else state["since"]
    for index, rarity in enumerate(banner.rarities):
        base = rarity.rates.base
        now = rarity.rates.after(int(since.get(rarity.id, 0)))
        changed = now != base
        if place and place.rates:  # base rates of its own; a raised rate holds if higher
            own = place.rates[index]
            changed = now > base and now > own
            base = own
        rest = Fraction(1) - sum(rates)
        if changed:
            rates.append(min(now, rest))
        elif banner.dilutes and sum(bases) < 1:
            rates.append(base * rest / (1 - sum(bases)))
        else:
            rates.append(min(base, rest))
        bases.append(base)
    rates[-1] += 1 - sum(rates)
    # If limits exclude rarities, the lowest of the others gets the rates of the excluded.
    serving = [
        index
        for index, rarity in enumerate(banner.rarities)
        if any(card.bit & limit for card in rarity.cards)
    ]
    need(serving, "banner: its promises and minima exclude each other")
    rates = [each if index in serving else Fraction(0) for index, each in enumerate(rates)]
    rates[serving[-1]] += 1 - sum(rates)

    # Each card takes its part of its rarity's rate.
    row = []
    for rarity, its_rate in zip(banner.rarities, rates, strict=True):
        if its_rate:
            of = limit
            for promise in due:
                of &= promise.cards if promise.at == rarity.id else -1
            if rarity.no_repeats:
                row.append((still_to_come(rarity, of, state["drawn"]), its_rate))
                continue
            losses = -1 if is_due(rarity, state) else state["contested"].get(rarity.id, 0)
            row.append((parts(banner, rarity.id, of, losses), its_rate))
    return row


def still_to_come(rarity: Rarity, of: int, drawn: dict[str, int]) -> Group:
    """Cards of a rarity without repeats: those that have not come, or, where a promise leaves none
    of these, those that it leaves."""
    mine = [card for card in rarity.cards if card.bit & of]
    fresh = [card for card in mine if not drawn[card.id]]
    need(mine, "banner: its promises exclude each other")
    return group([(card, Fraction(card.weight)) for card in fresh or mine])


@lru_cache(maxsize=256)
def parts(banner: Banner, rarity_id: str, of: int, losses: int) -> Group:
    """Cards of a rarity and their parts: by weight, among all or beside those of the same kind.

    `losses` are those that count for the share, or -1 where the next card is sure to be featured.
    """
    rarity = next(each for each in banner.rarities if each.id == rarity_id)
    share = Fraction(1) if losses < 0 else rarity.shares[losses] if rarity.shares else None
    weights = {True: 0, False: 0}
    for card in rarity.cards:
        weights[card.featured] += card.weight
    kinds = {True: Fraction(1), False: Fraction(1)}
    if share is not None:
        kinds = {
            kind: part / (weights[kind] or 1) for kind, part in ((True, share), (False, 1 - share))
        }
    found = [(card, kinds[card.featured] * card.weight) for card in rarity.cards if card.bit & of]
    need(any(weight for _, weight in found), "banner: promises and guarantees exclude each other")
    return group(found)


# --- 5. A pull ------------------------------------------------------------------------------------


def draw(row: Row, server_seed: bytes, client_seed: str, nonce: int, version: str = "v1") -> Card:
    """Cut the 2^64 possible words into T equal parts and give each card its number of parts.

    The few words beyond the last part are rejected, since they would favour somebody.
    """
    # As a group's weights have no common divisor, T is the denominator of the weight of 1.
    units = [rate / cards.ends[-1] for cards, rate in row]
    whole = lcm(*(unit.denominator for unit in units))  # T
    need(sum(rate for _, rate in row) == 1, "banner: probabilities that do not sum to 1")
    value = part_of(whole, server_seed, client_seed, nonce, version)
    for ((cards, ends), _), unit in zip(row, units, strict=True):
        words = unit.numerator * (whole // unit.denominator)  # parts of T for the weight of 1
        if value < ends[-1] * words:
            return cards[bisect_right(ends, value // words)]
        value -= ends[-1] * words
    raise AssertionError


def part_of(
    whole: int, server_seed: bytes, client_seed: str, nonce: int | str, version: str = "v1"
) -> int:
    """The part of `whole` equal ones, from 0, into which the first word falls that is in one."""
    need(whole < 2**56, "banner: the common denominator is too large")
    for cursor in counting():
        value = random_word(server_seed, client_seed, nonce, cursor, version) // (2**64 // whole)
        if value < whole:
            break
    return value


def whole_rates(
    multi: Multi, server_seed: bytes, client_seed: str, nonce: int
) -> list[Fraction] | None:
    """Does a table for all places hold this time? Words of their own decide that, before all."""
    if not multi.wholes:
        return None
    whole = lcm(*(chance.denominator for chance, _ in multi.wholes))
    value = part_of(whole, server_seed, client_seed, f"{nonce}|pack")
    for chance, rates in multi.wholes:
        value -= int(chance * whole)
        if value < 0:
            return rates
    return None


def pull(
    banner: Banner, state: State, count: int, server_seed: bytes, client_seed: str, nonce: int
) -> tuple[list[str], State]:
    """The cards of a pull, and the state after it."""
    step, since, multi = state["step"], state["since"], banner.multis.get(count)
    if multi is None:
        card = draw(odds(banner, state, None), server_seed, client_seed, nonce)
        return [card.id], after(banner, state, card)
    own = step % len(multi.prices)  # of several steps `step` is one of theirs, else there is one
    whole = whole_rates(multi, server_seed, client_seed, nonce)
    missing = [number for _, number in multi.minima[own]]
    cards: list[str] = []
    for number in range(count):
        rates = whole or multi.slots[own].get(number + 1)
        counts = since if multi.frozen else state["since"]
        place = Place(count - number, multi.minima[own], missing, rates, counts)
        card = draw(odds(banner, state, place), server_seed, client_seed, nonce + number)
        state = after(banner, state, card)
        for index, (of, _) in enumerate(multi.minima[own]):
            missing[index] -= 1 if card.bit & of and missing[index] else 0
        cards.append(card.id)
    if len(multi.prices) > 1:
        following = step + 1 if step + 1 < len(multi.prices) else step if multi.repeats_last else 0
        state = {**state, "step": following}
    return cards, state


# --- 6. The file ----------------------------------------------------------------------------------


MARKS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[][{},]|[^][{},"\s]++', re.DOTALL)
# The escape of half of a character, perhaps of a whole one.
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str) -> Any:
    """JSON as the format has it: no number but integers below 2^53, no half of a character, no
    object that names a key twice (two programs could read two things in it), neither deep nor of
    very many values."""
    depth = values = 0
    opened = True  # whether a list or an object has just begun, or the text
    for mark in MARKS.finditer(text):
        sign = mark[0]
        values += sign == "," or (opened and sign not in "]}")
        opened = sign in "[{"
        depth += opened - (sign in "]}")
        if depth > MOST_LEVELS or values > MOST_VALUES:
            most = f"{MOST_LEVELS} levels" if depth > MOST_LEVELS else f"{MOST_VALUES} values"
            raise json.JSONDecodeError(f"more than {most}", text, mark.start())

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(pairs) == len(dict(pairs)), "an object names a key twice")
        return dict(pairs)

    def number(digits: str) -> int:
        fits = len(digits) <= 17 and abs(int(digits)) < 2**53
        need(fits, "a number that is no integer below 2^53")
        return int(digits)

    def refuse(digits: str) -> None:
        need(False, "a number that is no integer below 2^53")

    found = json.loads(
        text, object_pairs_hook=once, parse_int=number, parse_float=refuse, parse_constant=refuse
    )
    half = SURROGATE.search(text) and re.search("[\ud800-\udfff]", canonical(found))
    need(not half, "half of a pair of surrogates")
    return found


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def brief(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 300 else f"{text[:300]}..."


class Run(NamedTuple):
    """Receipts in a row that have something in common, by their places from 1."""

    of: Any
    first: int
    last: int


def extend(runs: list[Run], of: Any, place: int) -> None:
    if runs and runs[-1].of == of:
        runs[-1] = runs[-1]._replace(last=place)
    else:
        runs.append(Run(of, place, place))


RECEIPT = (
    "v interaction_id user_id banner banner_hash count price epoch commitment client_seed nonce"
    " before after cards previous"
)


def check_form(found: dict[str, Any]) -> None:
    """A receipt of this version in its form, whatever it may have beside that."""
    need(found.keys() >= {*RECEIPT.split()}, f"it has not the fields {RECEIPT}")
    need(found["v"] == 1 and type(found["v"]) is int, f"v: expected 1, found {brief(found['v'])}")
    need(
        isinstance(found["banner"], str) and natural(found["price"]),
        "banner or price: not of the format",
    )
    states = isinstance(found["before"], dict) and isinstance(found["after"], dict)
    need(states, "before or after: not an object")
    cards = found["cards"]
    need(
        isinstance(cards, list) and all(isinstance(card, str) for card in cards),
        "cards: no list of strings",
    )
    need(found.get("counts", False) is False, f"counts: {brief(found.get('counts'))}")


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for key, value in expected.items():
        same = canonical(found[key]) == canonical(value)
        need(same, f"{key}: expected {brief(value)}, found {brief(found[key])}")


def opened(entry: Any) -> tuple[str, Any, str]:
    """The text of an entry, the receipt in it, and its hash."""
    fits = isinstance(entry, dict) and entry.keys() == {"text", "hash"}
    need(fits and isinstance(entry["text"], str), "it is not a text and a hash")
    text, data = entry["text"], entry["text"].encode()
    need(len(data) <= MOST_RECEIPT, f"text: more than {MOST_RECEIPT} bytes")
    made = sha256(data)
    need(entry["hash"] == made, f"hash: expected {made}, found {brief(entry['hash'])}")
    found = read_json(text)
    need(isinstance(found, dict), "text: no JSON object")
    return text, found, made


class Verifier:
    """The file's seeds and banners, and what the receipts so far say of the player."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.user_id = content["user_id"]
        self.texts, self.banners = dict[str, Any](), dict[str, Banner]()
        self.seeds: dict[int, dict[str, Any]] = {}
        self.take(content)
        self.receipts = self.draws = self.states_unseen = self.points_spent = 0
        self.begun_by: list[str] = []  # the versions by which boxes were begun anew
        self.from_first = True  # whether what was given begins with the player's first receipt
        self.unseen = 0  # draws of the first epoch here that came before the first receipt here
        self.previous, self.epoch, self.nonce = "", -1, 0
        self.epochs: list[int] = []  # those with pulls
        self.client_seeds: list[Run] = []  # of (epoch, client seed), in the order of the draws
        self.versions: dict[str, list[Run]] = {}  # of each banner: of its versions, likewise
        self.states: dict[str, State] = {}
        self.newer = ""  # the first receipt that is newer than this program, and why
        self.newer_receipts = 0
        self.skips_nonces = False  # whether the receipt before used nonces that are not known

    def take(self, content: dict[str, Any]) -> None:
        """The seeds and banners of a file; what another file has, too, must be the same there."""
        need(content["user_id"] == self.user_id, "user_id: the files are not of one player")
        seeds: dict[int, dict[str, Any]] = {}
        for each in content["epochs"]:
            fits = isinstance(each, dict) and each.keys() == {"epoch", "commitment", "server_seed"}
            fits = (
                fits
                and isinstance(each["commitment"], str)
                and isinstance(each["server_seed"], str)
            )
            need(fits and natural(each["epoch"]), "epochs: an entry is not of the format")
            need(each["epoch"] not in seeds, f"epochs: {each['epoch']} is there twice")
            seeds[each["epoch"]] = each
        for epoch, entry in seeds.items():
            same = self.seeds.setdefault(epoch, entry) == entry
            need(same, f"epochs: two files differ in epoch {epoch}")
        for key, text in content["banners"].items():
            same = self.texts.setdefault(key, text) == text
            need(same, f"banners: two files differ in {brief(key)}")

    def seed(self, epoch: int) -> bytes:
        need(epoch in self.seeds, f"epoch: the file has no seed for epoch {epoch}")
        text, promised = self.seeds[epoch]["server_seed"], self.seeds[epoch]["commitment"]
        fits = isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text)
        need(fits, f"the seed of epoch {epoch} is not 64 hexadecimal digits")
        seed = bytes.fromhex(text)
        kept = f"the seed of epoch {epoch} is not the promised one: its SHA-256 is {sha256(seed)}"
        need(sha256(seed) == promised, f"{kept}, its commitment {brief(promised)}")
        return seed

    def banner_text(self, key: str) -> str:
        text: Any = self.texts.get(key)
        need(isinstance(text, str), f"banner_hash: the file has no banner {brief(key)}")
        need(len(text.encode()) <= MOST_BANNER, f"banner: a text of more than {MOST_BANNER} bytes")
        made = sha256(text.encode())
        need(made == key, f"banner_hash: the banner's text has {made}, the receipt {brief(key)}")
        return str(text)

    def banner(self, key: str) -> Banner:
        if key not in self.banners:
            try:
                self.banners[key] = read_banner(self.banner_text(key))
            except (tomllib.TOMLDecodeError, *UNREADABLE) as error:
                raise Wrong(f"banner: it cannot be read: {error!r:.200}") from None
        return self.banners[key]

    def before(
        self, banner: Banner, found: Any, receipt_number: str, began: Banner | None
    ) -> State:
        """The state that a pull must start from. `began` is the version by which the player has
        begun their box anew since the last pull."""
        stored = self.states.get(banner.state_key, {} if self.from_first else None)
        if began:
            same_box = began.state_key == banner.state_key and began.reset_after is not None
            may = same_box and (stored is None or may_reset(began, bring(began, stored)))
            need(may, "begun: a box that could not be begun anew")
            stored = stored and {key: part for key, part in stored.items() if key != "drawn"}
        if banner.state_key in self.states:
            state = bring(banner, stored)
            points = found.get("points") if isinstance(found, dict) else None
            if type(points) is int and 0 <= points < state["points"]:
                # Taking a card for points is no draw and leaves no receipt. No draw depends on it.
                spent = state["points"] - points
                self.points_spent += spent
                state["points"] = points
                self.take_for(banner, state, found, spent)
            return on_day(banner, state, found, receipt_number, True)
        if self.from_first:
            return on_day(banner, bring(banner, {}), found, receipt_number, True)
        self.states_unseen += not self.newer
        is_full = isinstance(found, dict) and "drawn" not in found
        need(is_full or not began, "before.drawn: a box that was begun anew is full")
        return on_day(banner, bring(banner, found), found, receipt_number, False)

    def take_for(self, banner: Banner, state: State, found: Any, spent: int) -> None:
        """Copies that were taken for points since: of a card more than before, perhaps, never
        fewer, and not more than there are points for. Which version's price they had is unknown."""
        given = found.get("exchanged", {})
        need(isinstance(given, dict), "before.exchanged: no counts")
        for card, before in state["exchanged"].items():
            now = given.get(card, 0)
            need(natural(now) and now >= before, f"before.exchanged: fewer of {brief(card)}")
            spent -= now - before
            state["exchanged"][card] = now
        need(spent >= 0, "before.exchanged: more than the points that were spent pay")

    def check(self, entry: Any) -> None:
        """Write the receipt that must be here, and compare it with the one that is.

        Raises Newer for one that cannot be written, if nothing that is known of it is wrong.
        """
        text, found, made = opened(entry)
        version = found.get("v")
        if type(version) is int and version > 1:
            need(text == canonical(found), "text: not in canonical form")
            self.pass_over(made, None)
            raise Newer(f"v: {version} is unknown to this program")

        # What the player or the moment chose.
        receipt_number, client_seed = found.get("interaction_id"), found.get("client_seed")
        banner_hash, count, epoch = found.get("banner_hash"), found.get("count"), found.get("epoch")
        digits = isinstance(receipt_number, str) and re.fullmatch(
            "0|[1-9][0-9]{0,19}", receipt_number
        )
        need(digits, "interaction_id: no decimal string")
        need(isinstance(client_seed, str), "client_seed: no string")
        need(isinstance(banner_hash, str), "banner_hash: no string")
        need(natural(count) and count, f"count: {brief(count)}")
        need(natural(epoch) and epoch >= self.epoch, f"epoch: {brief(epoch)} after {self.epoch}")

        # What the receipts before demand. If they are out of sight, the first one is believed.
        if epoch > self.epoch:
            self.epoch, self.nonce = epoch, 0
        if not self.receipts and found.get("previous") != "":
            self.from_first = False
            self.previous, self.nonce = found.get("previous"), found.get("nonce")
            is_hash = isinstance(self.previous, str) and re.fullmatch("[0-9a-f]{64}", self.previous)
            need(is_hash, "previous: neither a hash nor empty")
            need(natural(self.nonce), "nonce: no number")
            self.unseen = found["nonce"]
        if self.skips_nonces:
            need(natural(found.get("nonce")), "nonce: no number")
            self.nonce = found["nonce"]
        need(natural(self.nonce + count), "nonce: too large")
        seed = self.seed(epoch)
        known = {
            "user_id": self.user_id,
            "previous": self.previous,
            "commitment": sha256(seed),
            "nonce": self.nonce,
        }
        begun = found.get("begun", banner_hash)
        need(isinstance(begun, str), "begun: no string")
        try:
            for key in {banner_hash, begun} - self.banners.keys():
                self.banner_text(key)
            for field in sorted(found.keys() - {*RECEIPT.split(), "counts", "begun"}):
                raise Newer(f"unknown field {field!r:.100}")
            banner = self.banner(banner_hash)
            began = self.banner(begun) if "begun" in found else None
        except Newer:
            check_form(found)
            compare(found, known)
            need(text == canonical(found), "text: not in canonical form")
            self.pass_over(made, self.nonce + count)
            raise
        need(banner.last is None, "banner: a box that a server shares has receipts of its own")
        sizes = " or ".join(map(str, banner.sizes))
        need(count in banner.sizes, f"count: {sizes}, not {brief(count)}")
        before = self.before(banner, found.get("before"), receipt_number, began)
        most = left(banner, before)
        need(most is None or count <= most, f"count: {count}, but the limit leaves {most}")
        start = bring(banner, {}) if "counts" in found else before
        cards, after_it = pull(banner, start, count, seed, client_seed, self.nonce)
        if "counts" in found:  # tickets paid, so it was a pull apart: only a limit knows of it
            need(not banner.tickets_count, "counts: the banner knows no pulls that do not count")
            used = {key: n + count * (key != "day") for key, n in before["limit"].items()}
            after_it = {**before, "limit": used}

        expected = {
            "v": 1,
            **known,
            "banner": banner.id,
            "price": price(banner, before, count),
            "before": shown(before),
            "cards": cards,
            "after": shown(after_it),
            "interaction_id": receipt_number,
            "banner_hash": banner_hash,
            "count": count,
            "epoch": epoch,
            "client_seed": client_seed,
            **({"counts": False} if "counts" in found else {}),
            **({"begun": begun} if began else {}),
        }
        need(found.keys() == expected.keys(), f"it has not the fields {', '.join(expected)}")
        compare(found, expected)
        need(text == canonical(expected), "text: right, but not in canonical form")

        self.previous, self.nonce, self.states[banner.state_key] = (
            made,
            self.nonce + count,
            after_it,
        )
        self.begun_by += [begun] if began else []
        self.skips_nonces = False
        self.receipts, self.draws = self.receipts + 1, self.draws + count
        self.epochs += [epoch] if epoch not in self.epochs[-1:] else []
        extend(self.client_seeds, (epoch, client_seed), self.receipts)
        extend(self.versions.setdefault(banner.id, []), banner_hash, self.receipts)

    def pass_over(self, made: str, nonce: int | None) -> None:
        """Go on after a receipt that is newer than this program. What it did to the player's states
        is not known, so they are believed anew, and of another `v` what nonces it used, too."""
        self.previous, self.from_first = made, False
        self.skips_nonces = nonce is None
        self.nonce = self.nonce if nonce is None else nonce
        self.states.clear()
        self.receipts, self.newer_receipts = self.receipts + 1, self.newer_receipts + 1


TICKETS = """v box banner_hash position count price buyer client day epoch commitment cards last
previous"""  # the fields of a receipt of a box


class Seller:
    """A box that a server shares, and what the receipts so far have drawn from it."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.box = content["box"]
        # The seeds and the banner are read as a player's are.
        self.file = Verifier({**content, "user_id": content["box"]})
        self.banner_hash = ""
        self.banner: Banner | None = None  # that of the first receipt
        self.previous, self.epoch = "", -1
        self.receipts = self.position = 0
        self.drawn: dict[str, int] = {}
        self.buyers: dict[str, list[tuple[int, int, str]]] = {}  # first ticket, count, client
        self.days: dict[str, tuple[int, int]] = {}  # of each buyer: the last day, tickets in it
        self.epochs: list[Run] = []

    @property
    def total(self) -> int:
        return sum(card.stock for card in self.banner.cards) if self.banner else 0

    def open(self, banner_hash: Any) -> Banner:
        """The banner of the first receipt, which is that of the box."""
        need(isinstance(banner_hash, str), "banner_hash: no string")
        if self.banner is None:
            banner = self.file.banner(banner_hash)
            need(banner.last is not None, "banner: it has no box that a server shares")
            parts = re.fullmatch("(.+)#([1-9][0-9]{0,8})@([0-9]{1,20})", self.box)
            need(parts and parts[1] == banner.id, f"box: {brief(self.box)} is none of {banner.id}")
            self.banner_hash, self.banner = banner_hash, banner
            self.drawn = dict.fromkeys((card.id for card in banner.cards), 0)
        need(banner_hash == self.banner_hash, "banner_hash: a box has one version of its banner")
        return self.banner

    def check(self, entry: Any) -> None:
        """Write the receipt that must be here, and compare it with the one that is."""
        text, found, made = opened(entry)
        version, more = found.get("v"), sorted(found.keys() - TICKETS.split())
        is_later = type(version) is int and version > 2
        if is_later or (more and version == 2 and found.keys() > set(TICKETS.split())):
            need(text == canonical(found), "text: not in canonical form")
            need(is_later or found["previous"] == self.previous, f"previous: not {self.previous}")
            raise Newer(
                f"v: {version} is unknown" if is_later else f"unknown field {more[0]!r:.100}"
            )
        values = (found.get(key) for key in ("buyer", "client", "count", "epoch", "day"))
        buyer, client, count, epoch, day = values
        is_id = isinstance(buyer, str) and re.fullmatch("[0-9a-f]{32}", buyer)
        need(is_id, "buyer: not 32 hexadecimal digits")
        is_hash = isinstance(client, str) and re.fullmatch("[0-9a-f]{64}", client)
        need(is_hash, "client: not 64 hexadecimal digits")
        need(
            type(count) is int and 1 <= count <= MOST_TICKETS, f"count: 1 to 10, not {brief(count)}"
        )
        need(natural(epoch) and epoch >= self.epoch, f"epoch: {brief(epoch)} after {self.epoch}")
        need(natural(day), "day: no number")
        seed, banner = self.file.seed(epoch), self.open(found.get("banner_hash"))
        left = self.total - self.position
        need(count <= left, f"count: {count} tickets, of which {left} are left")
        last_day, bought = self.days.get(buyer, (0, 0))
        need(day >= last_day, f"day: {day} after {last_day} of the same buyer")
        bought = count + (bought if day == last_day else 0)
        had = sum(each[1] for each in self.buyers.get(buyer, []))
        most = min(
            banner.per_day or MOST_TICKETS,
            (banner.total or had + MOST_TICKETS) - had + bought - count,
        )
        need(bought <= most, f"count: {count} tickets are more than the buyer's limit leaves")

        cards, drawn = [], dict(self.drawn)
        for place in range(self.position, self.position + count):
            row = odds(banner, {"drawn": drawn}, None)
            card = draw(row, seed, client, place, "v2")
            drawn[card.id] += 1
            cards.append(card.id)
        expected = {
            "v": 2,
            "box": self.box,
            "previous": self.previous,
            "position": self.position,
            "price": banner.price_one * count,
            "commitment": sha256(seed),
            "cards": cards,
            "last": banner.last if count == left else "",
            "banner_hash": self.banner_hash,
            "buyer": buyer,
            "client": client,
            "count": count,
            "day": day,
            "epoch": epoch,
        }
        need(found.keys() == expected.keys(), f"it has not the fields {', '.join(expected)}")
        compare(found, expected)
        need(text == canonical(expected), "text: right, but not in canonical form")

        self.buyers.setdefault(buyer, []).append((self.position, count, client))
        self.days[buyer] = day, bought
        self.previous, self.drawn, self.epoch = made, drawn, epoch
        self.position, self.receipts = self.position + count, self.receipts + 1
        extend(self.epochs, epoch, self.position)


def verify_box(data: bytes, content: dict[str, Any]) -> Seller:
    """Raises Wrong at the first receipt of a box that does not verify, else Newer at the first that
    this program does not know: what a later version drew from the box is not known."""
    seller = Seller(content)
    newer = None
    try:
        for place, entry in enumerate(content["receipts"], 1):
            try:
                seller.check(entry)
            except Newer as unknown:
                sold = some(seller.position, "ticket")
                newer = Newer(f"Receipt {place} of the box: {unknown}. Before it, {sold}.")
                break
            except (ValueError, RecursionError) as wrong:
                raise Wrong(f"Receipt {place} of the box does not verify. {wrong!s:.900}") from None
        for each in content["epochs"]:
            seller.file.seed(each["epoch"])
        for key in content["banners"]:
            seller.file.banner_text(key)
        data.decode("utf-8")
    except (ValueError, RecursionError) as wrong:
        raise Wrong(f"{wrong!s:.1200}") from None
    if newer:
        raise newer
    return seller


def verify(*files: bytes, names: Sequence[str] = ()) -> Verifier:
    """Raises Wrong at the first receipt that does not verify, else Newer if there is anything that
    this program does not know. Files of one player are joined, in the order of their draws."""
    size = sum(map(len, files))
    need(size <= MOST_BYTES, f"the file is larger than {MOST_BYTES} bytes")
    read = []
    newer = ""
    for place, data in enumerate(dict.fromkeys(files)):
        name = f"{names[place] if names else f'file {place + 1}'}: " if len(files) > 1 else ""
        try:
            read.append((name, data, content_of(data)))
        except Newer as unknown:
            newer = newer or f"{name}{unknown} Nothing was checked."
        except ValueError as wrong:
            raise Wrong(f"{name}{wrong}") from None
    if newer:
        raise Newer(newer)
    for name, _, content in read:
        need("box" not in content, f"{name}the file of a box is checked alone")
    read.sort(key=lambda each: beginning(each[2]))
    verifier = Verifier(read[0][2])
    for name, data, content in read:
        try:
            verifier.take(content)
            check_file(verifier, content)
            data.decode("utf-8")
        except (ValueError, RecursionError) as wrong:
            raise Wrong(f"{name}{wrong!s:.1200}") from None
    if verifier.newer:
        pulls = verifier.receipts - verifier.newer_receipts
        others = f"Of the others, {some(pulls, 'pull')} with {some(verifier.draws, 'draw')}"
        raise Newer(f"{verifier.newer} {others} {'replays' if pulls == 1 else 'replay'}.")
    return verifier


def judged(*files: bytes, names: Sequence[str] = ()) -> Verifier | Seller:
    """The same, or of the one file of a box."""
    if len(files) == 1 and b'"gacha-box-' in files[0][:MOST_BYTES]:
        need(len(files[0]) <= MOST_BYTES, f"the file is larger than {MOST_BYTES} bytes")
        content = content_of(files[0])
        if "box" in content:
            return verify_box(files[0], content)
    return verify(*files, names=names)


def beginning(content: dict[str, Any]) -> tuple[int, int]:
    """The epoch and the nonce that a file begins with, before anything of it is checked."""
    try:
        first = read_json(content["receipts"][0]["text"])
        epoch, nonce = first["epoch"], first["nonce"]
    except (*UNREADABLE, ValueError):
        return 0, 0
    return (epoch, nonce) if natural(epoch) and natural(nonce) else (0, 0)


KINDS = re.compile("gacha-[a-z-]{1,40}-[1-9][0-9]{0,8}")
"""Of files, in `format`: the kind and its version. Later ones are named in this way, too."""


def content_of(data: bytes) -> dict[str, Any]:
    """The file, if it has the format's fields."""
    # Where bytes are no UTF-8 another sign stands, so that the receipt that has them is found.
    text = data.decode("utf-8", "replace")
    try:
        content = read_json(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(damage(text, error)) from None
    need(isinstance(content, dict), "the file is no JSON object")
    kind = content.get("format")
    unknown = f"format: {brief(kind)} is unknown to this program"
    whose = {"gacha-receipts-1": "user_id", "gacha-box-1": "box"}.get(str(kind), "")
    if not whose and isinstance(kind, str) and KINDS.fullmatch(kind):
        raise Newer(f"{unknown}.")
    need(whose, unknown)
    parts = {"format": str, whose: str, "epochs": list, "banners": dict, "receipts": list}
    need(content.keys() == parts.keys(), f"the file has not the fields {', '.join(parts)}")
    for key, kind in parts.items():
        need(isinstance(content[key], kind), f"{key}: not of the format")
    need(isinstance(content[whose], str), f"{whose}: not of the format")
    receipts = content["receipts"]
    need(len(receipts) <= MOST_RECEIPTS, f"receipts: {len(receipts)}, allowed: {MOST_RECEIPTS}")
    return dict(content)


def check_file(verifier: Verifier, content: dict[str, Any]) -> None:
    before = verifier.receipts
    for place, entry in enumerate(content["receipts"], 1):
        try:
            if before and place == 1:
                check_border(verifier, content)
            verifier.check(entry)
        except Newer as unknown:
            if not verifier.newer:
                verifier.newer = f"{named(place, text_in(entry))} {unknown}."
        except (ValueError, RecursionError) as wrong:  # also what is no JSON, or no Unicode
            name = named(place, text_in(entry))
            raise Wrong(f"{name} does not verify. {wrong!s:.900}") from None
    for each in content["epochs"]:  # also those that no receipt needed
        verifier.seed(each["epoch"])
    for key in content["banners"]:
        verifier.banner_text(key)


def check_border(verifier: Verifier, content: dict[str, Any]) -> None:
    """Does a file follow the one before it? If not, a part or an epoch may not have been given."""
    first = read_json(content["receipts"][0]["text"])
    follows = isinstance(first, dict) and first.get("previous") == verifier.previous
    epoch, nonce = beginning(content)
    last = f"the file before it ends with draw {verifier.nonce - 1} of epoch {verifier.epoch}"
    here = f"this one begins with draw {nonce} of epoch {epoch}"
    need(follows, f"previous: {last}, {here}: what lies between was not given, or is not there")


def text_in(entry: Any) -> str:
    """The receipt's text as it stands there, to name it even if it is damaged."""
    text = entry.get("text") if isinstance(entry, dict) else None
    return text if isinstance(text, str) else ""


def named(place: int, text: str, quote: str = '"') -> str:
    """`quote` is how quotes are written: with an escape in a line of the file."""
    mark = re.escape(quote)
    found = re.search(f"{mark}interaction_id{mark}:{mark}([0-9]{{1,20}}){mark}", text)
    return f"Receipt {place}, interaction_id {found[1] if found else 'unreadable'},"


ENTRY = re.compile(r'^\{"text":|"hash":"[0-9a-f]{64}"\},?$')
"""A receipt's line, damaged at its end or at its beginning."""


def damage(text: str, error: Exception) -> str:
    """What is broken in a file that is no JSON. It has one receipt to a line, as the bot writes it,
    so the first line of these that is no JSON, or lacks its comma, can be named. In a file that
    somebody has written anew nobody can tell where a receipt ends."""
    lines = [line.rstrip(" \t\r") for line in text.split("\n")]
    entries = [number for number, line in enumerate(lines) if ENTRY.search(line)]
    places = {number: place for place, number in enumerate(entries, 1)}

    for number, place in places.items():
        try:
            read_json(lines[number].removesuffix(","))
            has_comma = lines[number].endswith(",") or number + 1 not in places
            need(has_comma, "no comma after it")
        except (ValueError, RecursionError) as fault:
            receipt = named(place, lines[number], '\\"')
            return f"{receipt} does not verify. Line {number + 1}: {fault!s:.100}"
    return f"The file is no JSON of the format: {error!s:.100}"


# --- 7. The command -------------------------------------------------------------------------------


def report(verifier: Verifier | Seller) -> str:
    """What was checked, what only you can check, and what this file could not show."""
    if isinstance(verifier, Seller):
        return report_of_box(verifier)
    draws, epochs = verifier.draws, verifier.epochs
    counts = ((verifier.receipts, "pull"), (draws, "draw"), (len(epochs), "epoch"))
    counted = ", ".join(some(n, noun) for n, noun in counts)
    lines = [f"Every draw replays: {counted}."]
    if verifier.unseen:
        last = verifier.unseen - 1
        missing = "draw 0" if not last else f"draws 0 to {last}"
        lines = [
            f"NOT WHOLE: {missing} of epoch {epochs[0]} "
            f"{'is' if not last else 'are'} not in what was given.",
            "Only with all of an epoch's parts, given at once, is it proved that none was skipped.",
            f"What was given replays: {counted}.",
        ]
    if epochs:
        lines += ["Compare with what you noted when /gacha fair showed and took it:"]
    shown = None
    for (epoch, client_seed), first, last in verifier.client_seeds:
        if epoch != shown:
            lines += [f"  epoch {epoch}: commitment {verifier.seeds[epoch]['commitment']}"]
            shown = epoch
        lines += [f"  {receipts_of(first, last)}: your client seed {quoted(client_seed)}"]
    if returns([run._replace(of=run.of[1]) for run in verifier.client_seeds]):
        lines += ["  CLIENT SEEDS ALTERNATE: one is used again after another. Did you choose that?"]
    if epochs:
        lines += ["Drawn from these versions of banners; compare with what /gacha rates showed:"]
    for banner, runs in verifier.versions.items():
        for key in dict.fromkeys(run.of for run in runs):
            where = ", ".join(receipts_of(first, last) for of, first, last in runs if of == key)
            lines += [f"  {banner}, version {key[:SHORT]}: {where}"]
        if returns(runs):
            lines += [f"  VERSIONS ALTERNATE: {banner} went back to one after another. Ask why."]
    if not verifier.from_first:
        lines += ["Not seen: what came before. The file begins after the player's first pull."]
    if believed := verifier.states_unseen:
        lines += [f"Believed, not checked: the counts that {believed} banners began with here."]
    if spent := verifier.points_spent:
        lines += [f"Not seen: what {spent} points were spent on (/gacha history shows it)."]
    if begun := verifier.begun_by:
        times = some(len(begun), "time")
        by = ", ".join(key[:SHORT] for key in dict.fromkeys(begun))
        lines += [
            f"A new box was begun by choice, {times}, by version {by} (/gacha history shows it)."
        ]
    lines += ["Not seen: pulls after the last one here, such as those of an open epoch."]
    return "\n".join(lines)


def some(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def report_of_box(seller: Seller) -> str:
    sold, total = seller.position, seller.total
    if not sold:
        return (
            "Its seed is the promised one. The file has no receipt of this box; "
            "compare with what /gacha fair box shows."
        )
    ended = ", sold out" if sold == total else ""
    lines = [f"Every ticket replays: {sold} of box {seller.box}{ended}."]
    if sold < total:  # whether it was closed here, or the file cut, no chain can say
        lines += [
            f"The file ends here: {some(sold, 'ticket')} of {total}, the last receipt's hash is "
            f"{seller.previous}; compare with what /gacha fair box shows."
        ]
    lines += ["Compare with what you noted of /gacha fair box:"]
    for epoch, _, last in seller.epochs:
        commitment = seller.file.seeds[epoch]["commitment"]
        lines += [f"  up to ticket {last}: commitment {commitment}"]
    lines += [f"  version of the banner {seller.banner_hash[:SHORT]}"]
    if seller.banner and seller.banner.last and sold == total:
        lines += [f"The last prize, {seller.banner.last}, went with ticket {total}."]
    lines += ["Find your own id and client seed, as /gacha fair box shows them:"]
    for buyer, bought in seller.buyers.items():
        lines += [f"  buyer {buyer}:"]
        for client in dict.fromkeys(client for _, _, client in bought):
            places = [
                f"{first + 1}" if count == 1 else f"{first + 1}-{first + count}"
                for first, count, own in bought
                if own == client
            ]
            lines += [f"    client {client}: tickets {', '.join(places)}"]
    if len(seller.epochs) > 1:
        lines += ["The seed changed within the box, as after a restore. Ask when that was."]
    lines += ["Not seen: who the buyers are, and whether the operator is one of them."]
    return "\n".join(lines)


SHORT = 16
"""Digits of a banner version's hash that the bot shows, and this: too many to find another for."""


def receipts_of(first: int, last: int) -> str:
    return f"receipt {first}" if first == last else f"receipts {first}-{last}"


def returns(runs: list[Run]) -> bool:
    """Whether something comes back after another took its place."""
    kinds = [run.of for index, run in enumerate(runs) if not index or runs[index - 1].of != run.of]
    return len(set(kinds)) < len(kinds)


def quoted(client_seed: str) -> str:
    """A client seed such that two that differ look different. Letters that look alike, signs that
    nobody sees and long texts can hide another seed, so of those the SHA-256 is shown, too."""
    if len(client_seed) <= 100 and re.fullmatch(r"[!-~]+( [!-~]+)*", client_seed):
        return f'"{client_seed}"'
    cut = f"{client_seed[:100]}..." if len(client_seed) > 100 else client_seed
    return f"{json.dumps(cut, ensure_ascii=False)}, SHA-256 {sha256(client_seed.encode())}"


def plain(text: str) -> str:
    """With escapes for what commands a terminal, turns its direction or cannot be seen."""
    return "".join(
        each if each == "\n" or (each.isprintable() and each not in UNSEEN) else escape(each)
        for each in text
    )


def escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


# Letters and marks that show nothing: Python calls them printable.
UNSEEN = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
) | frozenset(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))


def say(text: str, file: TextIO | None = None) -> None:
    """Print, with escapes for what this terminal cannot show, or had better not."""
    file = file or sys.stdout
    encoding = file.encoding or "utf-8"
    print(plain(text).encode(encoding, "backslashreplace").decode(encoding), file=file)


# A file that has none of them is something else, and accuses nobody; a damaged one keeps some.
SIGNS = re.compile(rb'"gacha-[a-z-]{1,40}-[0-9]|"server_seed":|interaction_id\\":')


HOW_TO_GET_IT = (
    "Download the file that /gacha fair receipts answers with, and give its path, unchanged.",
    "「/ガチャ 検証 記録」の返事についているファイルを保存し、手を加えずにパスを指定してください。",
)
HOW_TO_GET_A_NEWER_ONE = (
    "It can be right, and it can be made up: this part is NOT VERIFIED. Take the newest verify.py"
    " from the project's repository and check again. If that does not know it either, no version"
    " has it: show it to the operator, and ask what it is.",
    "正しい記録か、作りものかは、まだわかりません。この部分は「検証できていません」。プロジェクトの"
    "リポジトリから最新の verify.py を手に入れて、もう一度確かめてください。最新のものも知らない"
    "なら、どの版にもない種類や項目です。運営者に見せて、何なのかを聞いてください。",
)
LINK = re.compile(r"https?://\S+")


def kind(data: bytes, wrong: Exception) -> str:
    """What a file is that is no receipts file; `wrong` is why it could not be read as one."""
    text = data.decode(errors="replace").strip("\ufeff \t\r\n")
    if not text:
        return "it is empty"
    return "it holds a link, and not the file" if LINK.fullmatch(text) else str(wrong)


def say_both(lines: Sequence[str], file: TextIO) -> None:
    """In Japanese, too, where this terminal has its letters."""
    for line in lines:
        try:
            line.encode(file.encoding or "utf-8")
        except UnicodeEncodeError:
            continue
        say(line, file)


def main(arguments: list[str]) -> int:
    if not arguments or any(argument.startswith("-") for argument in arguments):
        print("usage: python verify.py RECEIPTS.json [MORE.json ...]", file=sys.stderr)
        return 2
    files: dict[bytes, str] = {}
    for argument in arguments:
        try:
            with open(argument, "rb") as file:
                files.setdefault(file.read(MOST_BYTES + 1), argument)
        except OSError as error:
            if LINK.fullmatch(argument):
                say("This is a link, and not a file.", sys.stderr)
                say_both(HOW_TO_GET_IT, sys.stderr)
            else:
                say(f"cannot read the file: {error}", sys.stderr)
            return 2
        if sum(map(len, files)) > MOST_BYTES:
            break
    for data, name in files.items():
        if not SIGNS.search(data):
            return say_it_is_another(data, f"{name}: " if len(files) > 1 else "")
    try:
        say(report(judged(*files, names=list(files.values()))))
    except (ValueError, RecursionError) as wrong:
        say(f"DOES NOT VERIFY: {wrong}")
        return 1
    except Newer as unknown:
        return say_it_is_newer(unknown)
    return 0


def say_it_is_newer(unknown: Newer) -> int:
    """The third outcome; the exit code."""
    say(f"NOT VERIFIED, newer than this program: {unknown}")
    say_both(HOW_TO_GET_A_NEWER_ONE, sys.stdout)
    return 3


def say_it_is_another(data: bytes, name: str) -> int:
    """What is said of a file that accuses nobody; the exit code."""
    try:
        say(report(judged(data)))
    except (ValueError, RecursionError) as wrong:
        say(f"{name}This is not a receipts file: {kind(data, wrong)}")
        say_both(HOW_TO_GET_IT, sys.stdout)
        return 1
    except Newer as unknown:
        return say_it_is_newer(unknown)
    return 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
