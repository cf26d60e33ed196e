#!/usr/bin/env python3
"""Checks that a file of gacha receipts shows fair draws: every one of them, to the last bit.

    python verify.py RECEIPTS.json

It needs Python 3.11 or later and nothing else: no network, no other file. Exit code 0: every draw
replays. 1: not so, and the first receipt that does not verify is named. 2: wrong usage.

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
import re
import sys
from fractions import Fraction
from itertools import count as counting
from typing import Any, NamedTuple

try:
    import tomllib
    from math import lcm
except ImportError:
    print("verify.py needs Python 3.11 or later; or open verify.html in a browser instead.")
    sys.exit(2)

MOST_BYTES = 16 * 2**20  # a genuine file is an attachment in Discord, and so smaller
MOST_RECEIPTS = 1000
TEN = 10
UNREADABLE = (TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Wrong(ValueError):
    """Something does not verify. The text says what."""


def need(condition: object, otherwise: str) -> None:
    if not condition:
        raise Wrong(otherwise)


# --- 1. Random words ------------------------------------------------------------------------------
# The seed was fixed, and its SHA-256 shown to you, before you chose your client seed; and you chose
# without knowing the seed. So neither side could steer the words.


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def random_word(server_seed: bytes, client_seed: str, nonce: int, cursor: int) -> int:
    message = f"v1|{client_seed}|{nonce}|{cursor}".encode()
    return int.from_bytes(hmac.digest(server_seed, message, "sha256")[:8], "big")


# --- 2. Banner files ------------------------------------------------------------------------------
# Only what decides draws is kept. The bot never draws from a faulty file, so here faults are not
# explained with care: what cannot be read plainly, or is not known to this program, is refused.


class Card(NamedTuple):
    id: str
    rarity: str
    weight: int
    featured: bool
    stock: int  # copies in a full box


class Rarity(NamedTuple):
    id: str
    rates: list[Fraction]  # rates[n] holds n pulls after the last card of it, the last one for ever
    reset_by: list[str]
    share: Fraction | None  # the featured cards' part; None: weights alone decide
    guarantee: int
    cards: list[Card]  # featured first, else in the file's order


class Promise(NamedTuple):
    id: str
    cards: frozenset[str]
    within: int
    once: bool
    counts: str | None
    at: str | None


class Banner(NamedTuple):
    id: str
    state_key: str  # banners with the same key share a player's state
    carry_over: bool
    dilutes: bool  # a raised rate is taken from all lower rarities, not from the last alone
    price_one: int
    prices_ten: list[int]  # of a step-up each in turn, else one
    repeats_last: bool  # after the last step: that one again, not the first
    points: int  # for each draw
    rarities: list[Rarity]  # highest first
    cards: list[Card]
    promises: list[Promise]
    minima: list[list[tuple[frozenset[str], int]]]  # for each step: from which cards, how many
    slots: list[dict[int, list[Fraction]]]  # for each step: the place's own rates
    refill_after: frozenset[str]  # empty: no box


def table(value: Any, allowed: str) -> dict[str, Any]:
    """A table with these fields only: any other could be a rule that this program does not know."""
    unknown = value.keys() - allowed.split()
    need(not unknown, f"banner: unknown field {sorted(unknown)[:1]}")
    return dict(value)


def integer(value: Any, least: int, most: int) -> int:
    need(type(value) is int and least <= value <= most, "banner: a number out of bounds")
    return int(value)


def name(value: Any) -> str:
    need(isinstance(value, str), "banner: an id that is no string")
    return str(value)


def rate(value: Any) -> Fraction:
    need(len(value) <= 24 and re.fullmatch(r"[0-9]+([./][0-9]+)?", value), "banner: no rate")
    need(Fraction(value) <= 1, "banner: a rate above 1")
    return Fraction(value)


def read_banner(text: str) -> Banner:
    fields = "id kind name carry_over raise_from starts ends price rarity card promise ten"
    top = table(tomllib.loads(text), f"{fields} exchange box")
    raise_from = top.get("raise_from", "last")
    need(raise_from in ("last", "all"), "banner: raise_from is neither last nor all")
    boxed, carries = "box" in top, top.get("carry_over") is True
    cards = []
    for each in top["card"]:
        entry = table(each, "id name number rarity weight featured" + " stock" * boxed)
        weight, featured = integer(entry.get("weight", 1), 1, 10**6), entry.get("featured") is True
        stock = integer(entry["stock"], 1, 10**4) if boxed else 0
        cards.append(Card(name(entry["id"]), name(entry["rarity"]), weight, featured, stock))
    rarities = [read_rarity(each, cards, boxed) for each in top["rarity"]]
    need(len(cards) <= 1000 and len(rarities) <= 16, "banner: too many cards or rarities")
    need(boxed or sum(each.rates[0] for each in rarities) == 1, "banner: rates must sum to 1")

    # What `of` can name: a card, a rarity, the featured cards of a rarity.
    groups = {card.id: [card.id] for card in cards}
    for rarity in rarities:
        groups[rarity.id] = [card.id for card in rarity.cards]
        groups[f"{rarity.id}.featured"] = [card.id for card in rarity.cards if card.featured]

    def chosen(names: list[str]) -> frozenset[str]:
        return frozenset(card for name in names for card in groups[name])

    promises = []
    for each in top.get("promise", []):
        entry = table(each, "id of within once counts at")
        of, within = chosen(entry["of"]), integer(entry["within"], 2, 1000)
        counts = entry.get("counts")
        once, at = entry.get("once") is True, entry.get("at", counts)
        promises.append(Promise(name(entry["id"]), of, within, once, counts, at))
    price = table(top["price"], "one ten")
    is_step_up = isinstance(price["ten"], list)
    prices = price["ten"] if is_step_up else [price["ten"]]
    need(not is_step_up or 2 <= len(prices) <= 20, "banner: a step-up has 2 to 20 prices")
    ten = table(top.get("ten", {}), "minimum slot repeat")
    need(ten.get("repeat", "all") in ("all", "last"), "banner: repeat is neither all nor last")
    minima: list[list[tuple[frozenset[str], int]]] = [[] for _ in prices]
    slots: list[dict[int, list[Fraction]]] = [{} for _ in prices]
    every = range(1, len(prices) + 1)
    for each in ten.get("minimum", []):
        entry = table(each, "of count steps")
        for step in entry.get("steps", every):
            minimum = chosen(entry["of"]), integer(entry.get("count", 1), 1, TEN)
            minima[integer(step, 1, len(prices)) - 1].append(minimum)
    for each in ten.get("slot", []):
        entry = table(each, "number rates steps")
        given = table(entry["rates"], " ".join(rarity.id for rarity in rarities))
        own = [rate(given.get(rarity.id, "0")) for rarity in rarities]
        need(sum(own) == 1, "banner: a slot's rates must sum to 1")
        for step in entry.get("steps", every):
            slots[integer(step, 1, len(prices)) - 1][integer(entry["number"], 1, TEN)] = own
    box = table(top.get("box", {}), "refill_after")
    return Banner(
        id=name(top["id"]),
        state_key=name(top["kind"] if carries else top["id"]),
        carry_over=carries,
        dilutes=raise_from == "all",
        price_one=integer(price["one"], 0, 10**9),
        prices_ten=[integer(each, 0, 10**9) for each in prices],
        repeats_last=ten.get("repeat") == "last",
        points=1 if table(top.get("exchange", {}), "price of") else 0,
        rarities=rarities,
        cards=[card for rarity in rarities for card in rarity.cards],
        promises=promises,
        minima=minima,
        slots=slots,
        refill_after=chosen(box.get("refill_after", [card.id for card in cards] * boxed)),
    )


def read_rarity(each: Any, cards: list[Card], boxed: bool) -> Rarity:
    more = " rate ramp table ceiling reset_by featured"
    entry = table(each, "id name" + ("" if boxed else more))
    mine = [card for card in cards if card.rarity == entry["id"]]
    mine.sort(key=lambda card: not card.featured)
    need(mine, "banner: a rarity without cards")
    featured = table(entry.get("featured", {}), "share guarantee")
    return Rarity(
        id=name(entry["id"]),
        rates=[Fraction(0)] if boxed else read_rates(entry),
        reset_by=list(entry.get("reset_by", [])),
        share=rate(featured["share"]) if featured else None,
        guarantee=integer(featured.get("guarantee", 1), 0, 10) if featured else 0,
        cards=mine,
    )


def read_rates(entry: dict[str, Any]) -> list[Fraction]:
    """The rate of the first pull after a card of the rarity, of the second, and so on."""
    rates = [rate(entry["rate"])]
    if "ramp" in entry:
        ramp = table(entry["ramp"], "from step")
        rates *= integer(ramp["from"], 2, 1000) - 1
        while rates[-1] < 1 and len(rates) < 1000:
            rates.append(min(rates[-1] + rate(ramp["step"]), Fraction(1)))
    for pull, raised in entry.get("table", []):
        rates += [rates[-1]] * (integer(pull, 2, 1000) - 1 - len(rates)) + [rate(raised)]
    if "ceiling" in entry:
        ceiling = integer(entry["ceiling"], 2, 1000)
        rates += [rates[-1]] * ceiling
        rates[ceiling - 1] = Fraction(1)
    return rates[: rates.index(Fraction(1)) + 1] if 1 in rates else rates


# --- 3. A player's state --------------------------------------------------------------------------
# As receipts write it, but with every section there: `since`, `lost`, `promises` and `drawn` map
# names to counts (True: a one-off promise that was kept), `points` is a number, `step` the place in
# a step-up.

State = dict[str, Any]


def natural(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def bring(banner: Banner, stored: Any) -> State:
    """A state, perhaps from another version or banner of the kind, as this banner reads it.

    What is missing starts at 0, counts end where the rules stop caring, and what this banner does
    not count is dropped. Only promises of other banners wait for the way back.
    """
    sections = ("since", "lost", "promises", "drawn")
    need(isinstance(stored, dict), "before: not an object")
    need(stored.keys() <= {*sections, "step", "points"}, "before: not the fields of a state")
    for section in sections:
        part = stored.get(section, {})
        need(isinstance(part, dict), f"before.{section}: not an object")
        for n in part.values():
            need(natural(n) or (n is True and section == "promises"), f"before.{section}: no count")
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
    longest = {each.id: len(each.rates) - 1 for each in banner.rarities if len(each.rates) > 1}
    guarantees = {each.id: each.guarantee for each in banner.rarities if each.guarantee}
    stock = {card.id: card.stock for card in banner.cards if banner.refill_after}
    step = min(stored.get("step", 0), len(banner.prices_ten) - 1)
    state = {"promises": kept, "step": step, "points": stored.get("points", 0)}
    for section, most in (("since", longest), ("lost", guarantees), ("drawn", stock)):
        given = stored.get(section, {})
        state[section] = {key: min(given.get(key, 0), most[key]) for key in most}
    return refilled(banner, state)


def refilled(banner: Banner, state: State) -> State:
    """A box is full again when the last copy of the cards that matter has left it."""
    stock = {card.id: card.stock for card in banner.cards}
    watched = banner.refill_after
    if watched and all(state["drawn"][card] == stock[card] for card in watched):
        return {**state, "drawn": dict.fromkeys(state["drawn"], 0)}
    return state


def shown(state: State) -> State:
    """The state as a receipt writes it: no empty sections, and of a box only what is out."""
    drawn = {card: n for card, n in state["drawn"].items() if n}
    return {k: v for k, v in {**state, "drawn": drawn}.items() if v or k == "points"}


def after(banner: Banner, state: State, card: Card) -> State:
    """The state that a card leaves behind."""
    since, lost, kept = dict(state["since"]), dict(state["lost"]), dict(state["promises"])
    for rarity in banner.rarities:
        if rarity.id in since:
            resets = card.rarity in (rarity.id, *rarity.reset_by)
            since[rarity.id] = 0 if resets else min(since[rarity.id] + 1, len(rarity.rates) - 1)
        if rarity.id in lost and rarity.id == card.rarity:
            lost[rarity.id] = 0 if card.featured else min(lost[rarity.id] + 1, rarity.guarantee)
    for promise in banner.promises:
        n = kept[promise.id]
        if n is not True and card.id in promise.cards:
            kept[promise.id] = promise.once or 0
        elif n is not True and promise.counts in (None, card.rarity):
            kept[promise.id] = min(n + 1, promise.within - 1)
    drawn = {name: n + (name == card.id) for name, n in state["drawn"].items()}
    points = state["points"] + banner.points
    counts = {"since": since, "lost": lost, "promises": kept, "drawn": drawn}
    return refilled(banner, {**state, **counts, "points": points})


# --- 4. The odds ----------------------------------------------------------------------------------

Row = list[tuple[Card, Fraction]]


def odds(banner: Banner, state: State, slot: int, missing: list[int]) -> Row:
    """The cards that can come now, each with its exact probability, in canonical order.

    `slot` is the place in a ten-pull, from 1, and 0 in a single pull; `missing` is what each
    minimum of the ten-pull still lacks.
    """
    if banner.refill_after:
        left = [card.weight * (card.stock - state["drawn"][card.id]) for card in banner.cards]
        row = [(card, Fraction(n, sum(left))) for card, n in zip(banner.cards, left, strict=True)]
        return [(card, probability) for card, probability in row if probability]

    # Does a promise, or a minimum that needs every slot left, limit the cards of this pull?
    due = []
    for promise in banner.promises:
        n = state["promises"][promise.id]
        if n is not True and n >= promise.within - 1:
            due.append(promise)
    limits = [promise.cards for promise in due if promise.at is None]
    minima, slots = banner.minima[state["step"]], banner.slots[state["step"]]
    if slot and sum(missing) > TEN - slot:
        limits.append(next(of for (of, _), n in zip(minima, missing, strict=True) if n))

    # Each rarity takes its rate from what the higher ones left, the last one takes the rest. If
    # raised rates dilute the lower ones, those keep their parts of what is left.
    rates, bases = list[Fraction](), list[Fraction]()
    for index, rarity in enumerate(banner.rarities):
        base, since = rarity.rates[0], int(state["since"].get(rarity.id, 0))
        now = rarity.rates[since]
        changed = now != base
        if slot in slots:  # it has base rates of its own; a raised rate holds if higher
            own = slots[slot][index]
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
        if any(all(card.id in limit for limit in limits) for card in rarity.cards)
    ]
    need(serving, "banner: its promises and minima exclude each other")
    rates = [each if index in serving else Fraction(0) for index, each in enumerate(rates)]
    rates[serving[-1]] += 1 - sum(rates)

    # Each card takes its part of its rarity's rate.
    row = []
    for rarity, its_rate in zip(banner.rarities, rates, strict=True):
        if its_rate:
            within = limits + [promise.cards for promise in due if promise.at == rarity.id]
            guaranteed = 0 < rarity.guarantee <= state["lost"][rarity.id]
            parts = shares(rarity, Fraction(1) if guaranteed else rarity.share)
            parts = [(card, part) for card, part in parts if all(card.id in of for of in within)]
            together = sum(part for _, part in parts)
            need(together, "banner: promises and guarantees exclude each other")
            scale = its_rate / together
            row += [(card, part * scale) for card, part in parts if part]
    return row


def shares(rarity: Rarity, share: Fraction | None) -> Row:
    """Each card's part of its rarity: by weight, among all or beside those of the same kind."""
    weights = {True: 0, False: 0}
    for card in rarity.cards:
        weights[card.featured] += card.weight
    if share is None:
        return [(card, Fraction(card.weight, sum(weights.values()))) for card in rarity.cards]
    kinds = {True: share, False: 1 - share}
    return [
        (card, kinds[card.featured] * card.weight / weights[card.featured]) for card in rarity.cards
    ]


# --- 5. A pull ------------------------------------------------------------------------------------


def draw(row: Row, server_seed: bytes, client_seed: str, nonce: int) -> Card:
    """Cut the 2^64 possible words into T equal parts and give each card its number of parts.

    The few words beyond the last part are rejected, since they would favour somebody.
    """
    whole = lcm(*(probability.denominator for _, probability in row))  # T
    need(whole < 2**56, "banner: the common denominator is too large")
    for cursor in counting():
        value = random_word(server_seed, client_seed, nonce, cursor) // (2**64 // whole)
        if value < whole:
            break
    for card, probability in row:
        value -= int(probability * whole)
        if value < 0:
            return card
    raise Wrong("banner: probabilities that do not sum to 1")


def pull(
    banner: Banner, state: State, count: int, server_seed: bytes, client_seed: str, nonce: int
) -> tuple[list[str], State]:
    """The cards of a pull, and the state after it."""
    step = state["step"]
    minima = banner.minima[step] if count == TEN else []
    missing = [number for _, number in minima]
    cards: list[str] = []
    for place in range(count):
        row = odds(banner, state, place + 1 if count == TEN else 0, missing)
        card = draw(row, server_seed, client_seed, nonce + place)
        state = after(banner, state, card)
        for index, (of, _) in enumerate(minima):
            missing[index] -= 1 if card.id in of and missing[index] else 0
        cards.append(card.id)
    if count == TEN:
        last = len(banner.prices_ten) - 1
        following = step + 1 if step < last else step if banner.repeats_last else 0
        state = {**state, "step": following}
    return cards, state


# --- 6. The file ----------------------------------------------------------------------------------


def read_json(text: str) -> Any:
    """JSON in which no object names a key twice: two programs could read two things in it."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(pairs) == len(dict(pairs)), "an object names a key twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def brief(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 300 else f"{text[:300]}..."


class Verifier:
    """The file's seeds and banners, and what the receipts so far say of the player."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.user_id = content["user_id"]
        self.texts, self.banners = content["banners"], dict[str, Banner]()
        self.seeds: dict[int, dict[str, Any]] = {}
        for each in content["epochs"]:
            fits = isinstance(each, dict) and each.keys() == {"epoch", "commitment", "server_seed"}
            need(fits and natural(each["epoch"]), "epochs: an entry is not of the format")
            need(each["epoch"] not in self.seeds, f"epochs: {each['epoch']} is there twice")
            self.seeds[each["epoch"]] = each
        self.receipts = self.draws = self.states_unseen = self.points_spent = 0
        self.from_first = True  # whether the file begins with the player's first receipt
        self.previous, self.epoch, self.nonce = "", -1, 0
        self.epochs: dict[int, list[str]] = {}  # those with pulls, and their client seeds
        self.states: dict[str, State] = {}

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
        text = self.texts.get(key)
        need(isinstance(text, str), f"banner_hash: the file has no banner {brief(key)}")
        made = sha256(text.encode())
        need(made == key, f"banner_hash: the banner's text has {made}, the receipt {brief(key)}")
        need(len(text) <= 2**18, "banner: its text is too long")
        # Python's reader takes minutes for a name of 100,000 parts, as in a.a.a.a.
        need(max(line.count(".") for line in text.split("\n")) < 1200, "banner: too many dots")
        return str(text)

    def banner(self, key: str) -> Banner:
        if key not in self.banners:
            try:
                self.banners[key] = read_banner(self.banner_text(key))
            except UNREADABLE as error:
                raise Wrong(f"banner: it cannot be read: {error!r:.200}") from None
        return self.banners[key]

    def before(self, banner: Banner, found: Any) -> State:
        """The state that a pull must start from."""
        if banner.state_key in self.states:
            state = bring(banner, self.states[banner.state_key])
            points = found.get("points") if isinstance(found, dict) else None
            if type(points) is int and 0 <= points < state["points"]:
                # Taking a card for points is no draw and leaves no receipt. No draw depends on it.
                self.points_spent += state["points"] - points
                state["points"] = points
            return state
        if self.from_first:
            return bring(banner, {})
        self.states_unseen += 1
        return bring(banner, found)

    def check(self, entry: Any) -> None:
        """Write the receipt that must be here, and compare it with the one that is."""
        fits = isinstance(entry, dict) and entry.keys() == {"text", "hash"}
        need(fits and isinstance(entry["text"], str), "it is not a text and a hash")
        text, made = entry["text"], sha256(entry["text"].encode())
        need(entry["hash"] == made, f"hash: expected {made}, found {brief(entry['hash'])}")
        found = read_json(text)
        need(isinstance(found, dict), "text: no JSON object")

        # What the player or the moment chose.
        receipt_number, client_seed = found.get("interaction_id"), found.get("client_seed")
        banner_hash, count, epoch = found.get("banner_hash"), found.get("count"), found.get("epoch")
        digits = isinstance(receipt_number, str) and re.fullmatch("[0-9]{1,20}", receipt_number)
        need(digits, "interaction_id: no decimal string")
        need(isinstance(client_seed, str), "client_seed: no string")
        need(isinstance(banner_hash, str), "banner_hash: no string")
        need(type(count) is int and count in (1, TEN), f"count: 1 or 10, not {brief(count)}")
        need(natural(epoch) and epoch >= self.epoch, f"epoch: {brief(epoch)} after {self.epoch}")

        # What the receipts before demand. If they are out of sight, the first one is believed.
        if epoch > self.epoch:
            self.epoch, self.nonce = epoch, 0
        if not self.receipts and found.get("previous") != "":
            self.from_first = False
            self.previous, self.nonce = found.get("previous"), found.get("nonce")
            need(isinstance(self.previous, str), "previous: no string")
            need(natural(self.nonce), "nonce: no number")
        seed, banner = self.seed(epoch), self.banner(banner_hash)
        before = self.before(banner, found.get("before"))
        cards, left = pull(banner, before, count, seed, client_seed, self.nonce)

        expected = {
            "v": 1,
            "user_id": self.user_id,
            "previous": self.previous,
            "banner": banner.id,
            "price": banner.price_one if count == 1 else banner.prices_ten[before["step"]],
            "commitment": sha256(seed),
            "nonce": self.nonce,
            "before": shown(before),
            "cards": cards,
            "after": shown(left),
            "interaction_id": receipt_number,
            "banner_hash": banner_hash,
            "count": count,
            "epoch": epoch,
            "client_seed": client_seed,
        }
        need(found.keys() == expected.keys(), f"it has not the fields {', '.join(expected)}")
        for key, value in expected.items():
            same = canonical(found[key]) == canonical(value)
            need(same, f"{key}: expected {brief(value)}, found {brief(found[key])}")
        need(text == canonical(expected), "text: right, but not in canonical form")

        self.previous, self.nonce, self.states[banner.state_key] = made, self.nonce + count, left
        self.receipts, self.draws = self.receipts + 1, self.draws + count
        if client_seed not in self.epochs.setdefault(epoch, []):
            self.epochs[epoch].append(client_seed)


def verify(data: bytes) -> Verifier:
    """Raises Wrong at the first receipt that does not verify."""
    need(len(data) <= MOST_BYTES, f"the file is larger than {MOST_BYTES} bytes")
    # Bytes that are no UTF-8 become characters that nothing can be hashed with, and so are found.
    text = data.decode("utf-8", "surrogateescape")
    try:
        content = read_json(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(damage(text, error)) from None
    need(isinstance(content, dict), "the file is no JSON object")
    version = content.get("format")
    need(version == "gacha-receipts-1", f"format: {brief(version)} is unknown to this program")
    parts = {"format": str, "user_id": str, "epochs": list, "banners": dict, "receipts": list}
    need(content.keys() == parts.keys(), f"the file has not the fields {', '.join(parts)}")
    for key, kind in parts.items():
        need(isinstance(content[key], kind), f"{key}: not of the format")
    receipts = content["receipts"]
    need(len(receipts) <= MOST_RECEIPTS, f"receipts: {len(receipts)}, allowed: {MOST_RECEIPTS}")

    verifier = Verifier(content)
    for place, entry in enumerate(receipts, 1):
        try:
            verifier.check(entry)
        except (ValueError, RecursionError) as wrong:  # also what is no JSON, or no Unicode
            name = named(place, canonical(entry))
            raise Wrong(f"{name} does not verify. {wrong!s:.900}") from None
    for epoch in verifier.seeds:  # also those that no receipt needed
        verifier.seed(epoch)
    for key in verifier.texts:
        verifier.banner_text(key)
    return verifier


def named(place: int, line: str) -> str:
    """`line` is the receipt as JSON, in which its text is one string with escaped quotes."""
    found = re.search(r'interaction_id\\":\\"([0-9]{1,20})', line)
    return f"Receipt {place}, interaction_id {found[1] if found else 'unreadable'},"


def damage(text: str, error: Exception) -> str:
    """What is broken in a file that is no JSON. With one receipt to a line, often one of these."""
    place, beside = 0, f"The file is no JSON of the format: {error!s:.100}"
    before_error = text[: getattr(error, "pos", 0)].rstrip().count("\n")
    for number, line in enumerate(text.split("\n")):
        if line.startswith('{"text":') or ('"hash":' in line and "interaction_id" in line):
            place += 1
            try:
                read_json(line.strip().removesuffix(","))
            except (ValueError, RecursionError) as fault:
                return f"{named(place, line)} does not verify. Line {number + 1}: {fault!s:.100}"
            if number == before_error:  # its comma, if no line by itself is at fault
                beside = f"{named(place, line)} does not verify. Line {number + 1}: {error!s:.100}"
    return beside


# --- 7. The command -------------------------------------------------------------------------------


def report(verifier: Verifier) -> str:
    """What was checked, what only you can check, and what this file could not show."""
    draws, epochs = verifier.draws, verifier.epochs
    lines = [f"Every draw replays: {verifier.receipts} pulls, {draws} draws, {len(epochs)} epochs."]
    if epochs:
        lines += ["Compare with what you noted when /gacha fair showed and took it:"]
    for epoch, client_seeds in epochs.items():
        lines += [f"  epoch {epoch}: commitment {verifier.seeds[epoch]['commitment']}"]
        # repr, because a client seed may hold anything, such as commands for a terminal
        lines += [f"  epoch {epoch}: your client seed {each!r:.100}" for each in client_seeds[:9]]
    if not verifier.from_first:
        lines += ["Not seen: what came before. The file begins after the player's first pull."]
    if believed := verifier.states_unseen:
        lines += [f"Believed, not checked: the counts that {believed} banners began with here."]
    if spent := verifier.points_spent:
        lines += [f"Not seen: what {spent} points were spent on (/gacha history shows it)."]
    lines += ["Not seen: pulls after the last one here, such as those of an open epoch."]
    return "\n".join(lines)


def say(text: str) -> None:
    """Print, with escapes for what this terminal cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python verify.py RECEIPTS.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        print(f"cannot read the file: {error}", file=sys.stderr)
        return 2
    try:
        say(report(verify(data)))
    except (ValueError, RecursionError) as wrong:
        say(f"DOES NOT VERIFY: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
