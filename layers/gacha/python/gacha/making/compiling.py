"""A draft as a banner file, and its look: the same bytes for the same draft and cards.

The file has what decides odds, and nothing else: pictures, colours and the period stand beside it,
so that none of them makes a new version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import gcd, lcm
from typing import Any, Final

from gacha import banner
from gacha.banner import Banner
from gacha.errors import BannerError
from gacha.making import values
from gacha.making.cards import Cards, ServerCard, both, canonical
from gacha.making.draft import (
    ALL_CARDS,
    BOX,
    CEILING,
    DAILY,
    MULTI,
    OF_COPIES,
    OF_FILE,
    OF_SINGLES,
    RATE_UP,
    SHARED,
    SIMPLE,
    STAMPS,
    STEP_UP,
    Draft,
    DraftCard,
    DraftRarity,
)
from gacha.making.problems import (
    DRAFT,
    FILE,
    MOST_OF_CARDS,
    SHEET,
    Place,
    Problem,
    Refusal,
    card_named,
    of_file,
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """`rules` is the banner's file, which `banner` is read from; `look` is JSON. Both are stored
    under their hashes, SHA-256 in hex."""

    rules: bytes
    look: bytes
    banner: Banner

    @property
    def rules_hash(self) -> str:
        return self.banner.hash

    @property
    def look_hash(self) -> str:
        return sha256(self.look).hexdigest()


def compiled(draft: Draft, cards: Cards) -> Compiled | Refusal:
    """The draft as members will be able to pull it, or what is still missing."""
    problems = list(_problems(draft, cards))
    rates: Mapping[str, Fraction] = {}
    if not problems and draft.rule.kind not in (*OF_COPIES, OF_FILE):
        rates, problems = _rates(draft, cards)
    if problems:
        return Refusal.of(problems)
    tree = _file_tree(draft) if draft.rule.kind == OF_FILE else _tree(draft, rates)
    rules = _toml({**tree, "card": [_card(draft, each, cards) for each in _weighted(draft)]})
    if len(rules) > banner.MAX_FILE_BYTES:
        found, most = len(rules), banner.MAX_FILE_BYTES
        return _refused("file_too_large", "cards", found=found, most=most)
    try:
        return Compiled(rules, look(draft, cards), banner.parse(rules, draft.id))
    except BannerError as error:
        if "common denominator" in error.allowed.en:
            return _refused("fractions_too_fine", "rarities")
        return Refusal.of([of_file(error, Place(FILE, error.field))])


def look(draft: Draft, cards: Cards) -> bytes:
    """What a banner looks like: JSON, without what is not there.

    `picture` and `description` of the banner; `cards`: card id → art; `rarities`: rarity id →
    `emoji`, `colour` (0xRRGGBB); `shards` and `shop`: rarity id → what a duplicate gives, and what
    a card costs, where that is settled.
    """
    arts = {f"c{each.number}": _art(cards, each.number) for each in draft.cards}
    rarities = {
        each.id: {
            name: value
            for name, value in (("emoji", each.emoji), ("colour", each.colour))
            if value not in ("", None)
        }
        for each in draft.rarities
    }
    given = {
        "picture": draft.picture,
        "description": draft.description,
        "cards": {card: art for card, art in arts.items() if art},
        "rarities": {rarity: parts for rarity, parts in rarities.items() if parts},
        "shards": {each.id: each.shards for each in draft.rarities if each.shards is not None},
        "shop": {each.id: each.price for each in draft.rarities if each.price is not None},
    }
    return canonical({"v": 1, **{name: value for name, value in given.items() if value}})


def with_shards(of: Compiled, given: Mapping[str, int]) -> Compiled:
    """The same with what duplicates give of rarities of which nobody settled it."""
    look = json.loads(of.look)
    settled = {**given, **look.get("shards", {})}
    return replace(of, look=canonical({**look, **({"shards": settled} if settled else {})}))


# --- what is missing ------------------------------------------------------------------------------


def _problems(draft: Draft, cards: Cards) -> Iterator[Problem]:
    rule, here = draft.rule, Place(DRAFT)
    if not any(draft.name.values()):
        yield Problem("banner_name_missing", here.at("name"))
    if not draft.cards:
        yield Problem("no_cards", here.at("cards"))
    if not draft.rarities:
        yield Problem("rarities_missing", here.at("rarities"))
    for card in draft.cards:
        if card.number not in cards.by_number:
            yield Problem("card_gone", card.place.at("number"), {"number": card.number})
    most = banner.MAX_BOX_CARDS if _is_box(draft) else banner.MAX_CARDS
    if len(draft.cards) > most:
        found = {"found": len(draft.cards), "most": most}
        yield Problem("too_many_cards", here.at("cards"), found)
    used = {card.rarity for card in draft.cards}
    for rarity in draft.rarities:
        if draft.cards and rarity.id not in used:
            yield Problem("rarity_without_card", here.at("rarities"), {"rarity": rarity.shown})
    if rule.kind in OF_COPIES:
        yield from _wrong_copies(draft, cards)
    if rule.kind == DAILY and rule.per_day is not None and len(rule.turns) > rule.per_day:
        given = {"found": len(rule.turns), "most": rule.per_day}
        yield Problem("too_many_turns", here.at("turns"), given)
    if rule.kind == MULTI and rule.is_alone and rule.total is not None and rule.total % rule.size:
        below = max(1, rule.total // rule.size) * rule.size
        given = {"found": rule.total, "size": rule.size, "below": below, "above": below + rule.size}
        yield Problem("total_leaves_some", here.at("total"), given)
    if rule.kind in (*OF_COPIES, OF_FILE) or not draft.rarities:
        return
    lowest = draft.rarities[-1]
    is_sure = _ceiling(draft) is not None or rule.kind == STAMPS
    asked = {"of": _of(draft)} if is_sure else {}
    asked |= {"least": _by_id(draft, rule.least)} if _least(draft) else {}
    for field, rarity in asked.items():
        if len(draft.rarities) == 1:
            yield Problem("one_rarity", here.at(field))
        elif rarity.id == lowest.id:
            yield Problem("last_rarity", here.at(field), {"rarity": rarity.shown})
    if rule.kind == RATE_UP and draft.cards:
        rarity = _of(draft)
        mine = [card for card in draft.cards if card.rarity == rarity.id]
        those = {"rarity": rarity.shown, "of_cards": _named(mine, cards)}
        if mine and not any(card.featured for card in mine):
            yield Problem("featured_missing", here.at("cards"), those)
        elif all(card.featured for card in mine) and not _is_rated(mine) and rule.share < 1:
            key = "featured_alone" if len(mine) == 1 else "featured_only"
            yield Problem(key, here.at("share"), those)


def _wrong_copies(draft: Draft, cards: Cards) -> Iterator[Problem]:
    """Copies of a box, or of one that the server shares, where a card without any is the prize of
    whoever draws the last ticket."""
    without = [card for card in draft.cards if not card.stock]
    if draft.rule.kind == BOX:
        if without:
            given = {"most": banner.MAX_STOCK, "of_cards": _named(without, cards)}
            yield Problem("no_copies", _at(without[0], "stock"), given)
        return
    if len(without) > 1:
        given = {"of_cards": _named(without, cards)}
        yield Problem("last_twice", _at(without[1], "stock"), given)
    tickets = sum(card.stock for card in draft.cards)
    if draft.cards and not 1 <= tickets <= banner.MAX_TICKETS:
        given = {"found": str(tickets), "most": banner.MAX_TICKETS}
        yield Problem("tickets_in_all", Place(DRAFT, "stock"), given)
    weighted = [card for card in draft.cards if card.weight != 1 or card.rate is not None]
    featured = [card for card in draft.cards if card.featured]
    if weighted:
        given = {"of_cards": _named(weighted, cards)}
        yield Problem("only_copies", _at(weighted[0], "weight"), given)
    if featured:
        given = {"of_cards": _named(featured, cards)}
        yield Problem("copies_featured", _at(featured[0], "featured"), given)


def _named(parts: Sequence[DraftCard], cards: Cards) -> list[str]:
    """Cards as a problem lists them."""
    known = (cards.by_number.get(each.number) or ServerCard(each.number, {}) for each in parts)
    named = [card_named(each.number, values.cut(each.names["ja"])) for each in known]
    return named[:MOST_OF_CARDS]


def _at(card: DraftCard, field: str) -> Place:
    """Where a card was typed. Nobody finds a line again of a form or a paste that is gone."""
    return card.place.at(field) if card.place.source == SHEET else Place(DRAFT, field)


def _rates(draft: Draft, cards: Cards) -> tuple[dict[str, Fraction], list[Problem]]:
    """The rate of each rarity, the rest given to the one that has none."""
    here = Place(DRAFT, "rarities")
    problems: list[Problem] = []
    rates: dict[str, Fraction | None] = {}
    for rarity in draft.rarities:
        mine = [card for card in draft.cards if card.rarity == rarity.id]
        rated = [card.rate for card in mine if card.rate is not None]
        rates[rarity.id] = rarity.rate
        if not rated:
            continue
        whole = sum(rated, Fraction(0))
        if len(rated) < len(mine):
            without = [card for card in mine if card.rate is None]
            given: dict[str, Any] = {
                "rarity": rarity.shown,
                "rated": _named([card for card in mine if card.rate is not None], cards),
                "of_cards": _named(without, cards),
            }
            problems.append(Problem("rates_of_some_cards", _at(without[0], "rate"), given))
        elif rarity.rate not in (None, whole):
            of_rarity = values.rate_text(rarity.rate or Fraction(0))
            given = {"rarity": rarity.shown, "sum": values.rate_text(whole), "rate": of_rarity}
            problems.append(Problem("card_rates_sum", here, given))
        elif max(_whole_numbers(rated)) > banner.MAX_WEIGHT:
            problems.append(Problem("weights_too_fine", here, {"rarity": rarity.shown}))
        rates[rarity.id] = whole
    if problems:
        return {}, problems
    known = {rarity: rate for rarity, rate in rates.items() if rate is not None}
    missing = [each for each in draft.rarities if each.id not in known]
    total = sum(known.values(), Fraction(0))
    if len(missing) > 1:
        shown_names = [each.shown for each in missing]
        return {}, [Problem("rate_missing", here, {"rarities": shown_names})]
    if total > 1:
        return {}, [Problem("rates_exceed", here, {"sum": values.rate_text(total)})]
    if missing:
        known[missing[0].id] = 1 - total
    elif total != 1:
        return {}, [_offer(draft, known, total)]
    for rate in known.values():
        if len(values.rate_text(rate)) > values.MOST_RATE_TEXT:
            found = values.cut(values.rate_text(rate))
            problems.append(Problem("rate_too_fine", here, {"found": found}))
    return known, problems


def _offer(draft: Draft, rates: Mapping[str, Fraction], total: Fraction) -> Problem:
    """What the lowest rarity would have if it took the rest; not where its cards have rates."""
    here = Place(DRAFT, "rarities")
    lowest = draft.rarities[-1]
    is_rated = any(card.rate is not None for card in draft.cards if card.rarity == lowest.id)
    given = {"sum": values.rate_text(total)}
    if is_rated:
        return Problem("rates_sum_apart", here, given)
    rest = values.rate_text(rates[lowest.id] + 1 - total)
    return Problem("rates_sum", here, {**given, "lowest": lowest.shown, "rest": rest})


def _refused(key: str, field: str, **given: Any) -> Refusal:
    return Refusal.of([Problem(key, Place(DRAFT, field), given)])


# --- what the rule means --------------------------------------------------------------------------


def _by_id(draft: Draft, rarity_id: str) -> DraftRarity:
    return next((each for each in draft.rarities if each.id == rarity_id), draft.rarities[0])


def _of(draft: Draft) -> DraftRarity:
    """The rarity that the rule is about."""
    return _by_id(draft, draft.rule.of)


def _is_box(draft: Draft) -> bool:
    return draft.rule.kind in OF_COPIES or not (draft.file or {}).keys().isdisjoint(
        ("box", "shared")
    )


def _ceiling(draft: Draft) -> int | None:
    return draft.rule.ceiling if draft.rule.kind in (CEILING, RATE_UP) else None


def _least(draft: Draft) -> str:
    is_known = any(each.id == draft.rule.least for each in draft.rarities)
    has_one = draft.rule.kind in (SIMPLE, CEILING, RATE_UP, MULTI)
    return draft.rule.least if is_known and has_one else ""


def _is_rated(cards: Sequence[DraftCard]) -> bool:
    return bool(cards) and all(card.rate is not None for card in cards)


# --- the file -------------------------------------------------------------------------------------


def _tree(draft: Draft, rates: Mapping[str, Fraction]) -> dict[str, Any]:
    rule = draft.rule
    tree: dict[str, Any] = {"id": draft.id, "kind": draft.id, "name": both(draft.name)}
    ten: Any = list(rule.steps) if rule.kind == STEP_UP else draft.price_ten
    has_ten = rule.kind not in (*OF_SINGLES, MULTI)
    if rule.sells_singles:
        tree["price"] = {"one": draft.price_one, **({"ten": ten} if has_ten else {})}
    if rule.kind in OF_COPIES:
        rarities = [{"id": each.id, "name": both(each.name)} for each in draft.rarities]
        return {
            **tree,
            **(_shared(draft) if rule.kind == SHARED else _box(draft)),
            "rarity": rarities,
        }
    minimum: dict[str, Any] = {}
    if least := _least(draft):
        minimum = {"minimum": [{"of": _or_better(draft, least)}]}
    if rule.kind == STEP_UP:
        last = len(rule.steps)
        slot = {"number": 10, "rates": {_of(draft).id: "1"}, "steps": [last]}
        repeat = {"repeat": "last"} if rule.repeats_last else {}
        tree["ten"] = {"slot": [slot], **repeat}
    elif rule.kind == MULTI:
        tree["multi"] = [{"size": rule.size, "price": draft.price_ten, **minimum}]
        if rule.total is not None:
            tree["limit"] = {"total": rule.total}
    elif minimum:
        tree["ten"] = minimum
    if rule.kind == DAILY:
        turns = {"prices": list(rule.turns)} if rule.turns else {}
        tree["limit"] = {"per_day": rule.per_day, **turns}
    if rule.kind == STAMPS:
        sure = _or_better(draft, _of(draft).id)
        tree["promise"] = [{"id": "stamps", "of": sure, "within": rule.every, "fixed": True}]
    if rule.exchange is not None and rule.kind != DAILY:
        is_featured = any(card.featured for card in draft.cards)
        of = {} if is_featured else {"of": [draft.rarities[0].id]}
        tree["exchange"] = {"price": rule.exchange, **of}
    tree["rarity"] = [_rarity(draft, each, rates[each.id]) for each in draft.rarities]
    return tree


def _box(draft: Draft) -> dict[str, Any]:
    is_all = draft.rule.refill == ALL_CARDS
    return {"box": {} if is_all else {"refill_after": [draft.rarities[0].id]}}


def _shared(draft: Draft) -> dict[str, Any]:
    rule, last = draft.rule, [f"c{each.number}" for each in draft.cards if not each.stock]
    prize = {"last": last[0]} if last else {}
    ages = {"account_days": rule.age, "member_days": rule.age}
    shared = {"boxes": rule.boxes, **prize, **ages}
    return {"shared": shared, "limit": {"per_day": rule.per_day}}


def _or_better(draft: Draft, rarity_id: str) -> list[str]:
    ids = [each.id for each in draft.rarities]
    return ids[: ids.index(rarity_id) + 1]


def _rarity(draft: Draft, rarity: DraftRarity, rate: Fraction) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": rarity.id,
        "name": both(rarity.name),
        "rate": values.rate_text(rate),
    }
    if rarity.id != _of(draft).id:
        return made
    if (ceiling := _ceiling(draft)) is not None:
        made["ceiling"] = ceiling
    if draft.rule.kind == RATE_UP:
        share = values.rate_text(_share(draft, rarity))
        made["featured"] = {"share": share, "guarantee": draft.rule.guarantee}
    return made


def _share(draft: Draft, rarity: DraftRarity) -> Fraction:
    """The featured cards' part: as the cards' own rates have it, where there are some."""
    mine = [card for card in draft.cards if card.rarity == rarity.id]
    if not _is_rated(mine):
        return draft.rule.share
    rates = {card.number: card.rate or Fraction(0) for card in mine}
    featured = sum((rates[card.number] for card in mine if card.featured), Fraction(0))
    return featured / sum(rates.values())


def _weighted(draft: Draft) -> list[DraftCard]:
    """The draft's cards, with weights in the place of rates of their own."""
    weights: dict[int, int] = {}
    for rarity in draft.rarities:
        mine = [card for card in draft.cards if card.rarity == rarity.id]
        if not _is_rated(mine):
            continue
        whole = _whole_numbers([card.rate for card in mine if card.rate is not None])
        weights.update(zip((card.number for card in mine), whole, strict=True))
    return [replace(card, weight=weights.get(card.number, card.weight)) for card in draft.cards]


def _whole_numbers(rates: Sequence[Fraction]) -> list[int]:
    """The smallest whole numbers that stand to one another as these do."""
    unit = lcm(*(rate.denominator for rate in rates))
    numbers = [int(rate * unit) for rate in rates]
    common = gcd(*numbers)
    return [number // common for number in numbers]


def _card(draft: Draft, part: DraftCard, cards: Cards) -> dict[str, Any]:
    card = cards.by_number[part.number]
    made: dict[str, Any] = {
        "id": card.id,
        "number": card.number,
        "rarity": part.rarity,
        "name": card.names,
    }
    if part.weight != 1 and draft.rule.kind != SHARED:
        made["weight"] = part.weight
    if part.featured:
        made["featured"] = True
    if _is_box(draft):
        made["stock"] = part.stock
    return made


def _file_tree(draft: Draft) -> dict[str, Any]:
    """The uploaded file's rules, under our ids, in the order in which a stored draft has them: else
    the next edit of a picture would be another version of the rules."""
    file = json.loads(canonical(draft.file or {}))
    return {"id": draft.id, **file, "name": both(draft.name)}


def _art(cards: Cards, number: int) -> str:
    return cards.by_number.get(number, ServerCard(number, {})).art


# --- TOML -----------------------------------------------------------------------------------------

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def _toml(tree: Mapping[str, Any]) -> bytes:
    """A banner file: one line for each field, one table for each rarity, card and promise."""
    lines = []
    tables = [key for key, value in tree.items() if key in ("rarity", "promise", "card")]
    for key, value in tree.items():
        if key not in tables:
            lines.append(f"{key} = {_value(value)}")
    for key in tables:
        for each in tree[key]:
            lines += ["", f"[[{key}]]", *(f"{_key(k)} = {_value(v)}" for k, v in each.items())]
    return ("\n".join(lines) + "\n").encode()


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            pairs = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    raise TypeError(f"{type(value)} is nothing that a banner file holds")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
