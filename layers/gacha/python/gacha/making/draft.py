"""A banner that is being made: what is settled of it so far, whether or not that is enough.

A draft is stored as JSON under its own hash; an edit makes another one. Nothing of it can be
pulled: `gacha.making.compiling` makes the banner file that can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final, Self

from gacha.banner import SHARED_PER_DAY
from gacha.making.cards import Cards, canonical, key
from gacha.making.problems import DRAFT, Names, Place

SIMPLE: Final = "simple"
CEILING: Final = "ceiling"
RATE_UP: Final = "rate-up"
BOX: Final = "box"
STEP_UP: Final = "step-up"
MULTI: Final = "multi"
DAILY: Final = "daily"
STAMPS: Final = "stamps"
SHARED: Final = "shared"
OF_FILE: Final = "file"
"""Whoever wants every rule of the format uploads a file; no form changes these rules."""

KINDS: Final = (SIMPLE, CEILING, RATE_UP, BOX, STEP_UP, MULTI, DAILY, STAMPS, SHARED)
"""The kinds of rules that an owner chooses from, as the list shows them."""

OF_COPIES: Final = (BOX, SHARED)
"""Those in which a card has copies, and no rarity a rate."""
OF_SINGLES: Final = (DAILY, SHARED)
"""Those that sell one card at one price, and no multi-pull."""

PRICE_ONE: Final = 160
PRICE_TEN: Final = 1_600
"""In the server's currency."""

ALL_CARDS: Final = "all"
TOP_RARITY: Final = "top"

NOWHERE: Final = Place(DRAFT)

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class DraftRarity:
    """`rate` is None where it takes the rest, or where its cards have rates of their own. `colour`
    is 0xRRGGBB. `shards` is what a duplicate gives, and `price` what a card costs in the shop, in
    shards; None as `gacha.shards` has it. The id stays when it is renamed or others come before it,
    since the counts of players are kept under it."""

    id: str
    name: Names
    rate: Fraction | None = None
    emoji: str = ""
    colour: int | None = None
    shards: int | None = None
    price: int | None = None

    @property
    def shown(self) -> str:
        """Its name, where one is enough."""
        return self.name.get("ja") or self.name.get("en") or self.id

    def written(self) -> list[Any]:
        """Without the amounts where none is settled, as drafts of before there were any."""
        own = [self.id, dict(self.name), _text(self.rate), self.emoji, self.colour]
        amounts = [self.shards, self.price]
        return own if amounts == [None, None] else own + amounts

    @classmethod
    def read(cls, stored: Sequence[Any]) -> Self:
        rarity, name, rate, *rest = stored
        return cls(rarity, name, _fraction(rate), *rest)


@dataclass(frozen=True, slots=True)
class Rule:
    """The kind of rules, and its numbers; those that the kind does not use are kept.

    `of` is the rarity that a ceiling, a guarantee and a step's sure card are about; empty, the
    highest. `ceiling`: the pull that is certain to be one, None without. `share`: the featured
    cards' part of it; after `guarantee` losses in a row the next is featured, 0 for never.
    `exchange`: the points for a featured card, None without. `least`: the rarity of which, or
    better, every ten-pull has one; empty without. `steps`: the price of each ten-pull of a step-up,
    of which the last has a card of `of` for sure; then the first comes again, or the last with
    `repeats_last`. `refill`: a box is filled again when ALL_CARDS or those of the TOP_RARITY are
    out. `size`: cards of the one multi-pull, beside which with `is_alone` no single pulls are sold;
    `total`: those of a player in all, None without an end. `per_day`: cards of a player in a day,
    None where the kind proposes it; `turns`: what those of a day cost in turn, before the price of
    one. `every`: so many pulls bring a card of `of` or better, whatever came before. Of stock that
    the server shares: `boxes` in turn, and the days that an account, and a membership, must be old
    (`age`).
    """

    kind: str = SIMPLE
    of: str = ""
    ceiling: int | None = None
    share: Fraction = Fraction(1, 2)
    guarantee: int = 1
    exchange: int | None = None
    least: str = ""
    steps: tuple[int, ...] = ()
    repeats_last: bool = False
    refill: str = ALL_CARDS
    size: int = 11
    per_day: int | None = None
    turns: tuple[int, ...] = (0,)
    every: int = 10
    boxes: int = 1
    age: int = 7
    is_alone: bool = False
    total: int | None = None

    @property
    def sells_singles(self) -> bool:
        return not (self.kind == MULTI and self.is_alone)

    def of_kind(self, kind: str, price_ten: int) -> Rule:
        """Of another kind, with what that proposes where nothing was settled.

        An exchange at 200 takes ten weeks of what a player gets, so templates propose 100.
        """
        rule = replace(self, kind=kind)
        if kind == CEILING and rule.ceiling is None:
            rule = replace(rule, ceiling=100)
        if kind == RATE_UP and rule.exchange is None:
            rule = replace(rule, exchange=100)
        if kind == STEP_UP and not rule.steps:
            rule = replace(rule, steps=proposed_steps(price_ten))
        if kind in OF_SINGLES and rule.per_day is None:
            rule = replace(rule, per_day=1 if kind == DAILY else SHARED_PER_DAY)
        return rule

    def newer(self) -> dict[str, Any]:
        """What drafts of before did not have, where it is another than at first."""
        names = ("size", "per_day", "turns", "every", "boxes", "age", "is_alone", "total")
        return {name: getattr(self, name) for name in names if getattr(self, name) != _FIRST[name]}


def proposed_steps(price_ten: int) -> tuple[int, ...]:
    """The prices of a step-up, where nobody has settled them."""
    return (price_ten // 2, *[price_ten] * 4)


_FIRST: Final = {each.name: each.default for each in fields(Rule)}


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A card's part in the banner. `rate` is its own, None where its `weight` among the others of
    the rarity decides. `stock` is its copies in a box. `place` is where it was typed last."""

    number: int
    rarity: str
    weight: int = 1
    rate: Fraction | None = None
    featured: bool = False
    stock: int = 1
    place: Place = NOWHERE

    def written(self) -> list[Any]:
        return [
            *(self.number, self.rarity, self.weight, _text(self.rate)),
            *(self.featured, self.stock, self.place.written()),
        ]

    @classmethod
    def read(cls, stored: Sequence[Any]) -> Self:
        number, rarity, weight, rate, featured, stock, place = stored
        return cls(number, rarity, weight, _fraction(rate), featured, stock, Place(*place))


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the new card `number` is the known card `maybe` under another name. It is open until
    somebody answers: a draft with questions can be looked at, and not be published. `part` is the
    known card's part in the banner if it is."""

    number: int
    maybe: int
    part: DraftCard


@dataclass(frozen=True, slots=True)
class Parts:
    """Of which export the draft is made (`gacha.making.imports`), how many pictures that has, and
    which of them have come, as ranges counted from 1, in their order."""

    export: str
    of: int
    came: tuple[tuple[int, int], ...] = ()

    def with_part(self, first: int, last: int) -> Self:
        """With these, too; 0 and 0 where there are none."""
        came: list[tuple[int, int]] = []
        for begin, end in sorted([*self.came, (first, last)] if first else self.came):
            if came and begin <= came[-1][1] + 1:
                came[-1] = came[-1][0], max(came[-1][1], end)
            else:
                came.append((begin, end))
        return replace(self, came=tuple(came))

    @property
    def missing(self) -> tuple[tuple[int, int], ...]:
        ends = [0, *(last for _, last in self.came)]
        begins = [*(first for first, _ in self.came), self.of + 1]
        gaps = ((end + 1, begin - 1) for end, begin in zip(ends, begins, strict=True))
        return tuple((first, last) for first, last in gaps if first <= last)


@dataclass(frozen=True, slots=True)
class Draft:
    """`rarities` are the highest first. `is_typed` tells that somebody typed them: only others are
    added to by the rows of a sheet. `file` is an uploaded TOML file as a tree, without what stands
    in the other fields, where the rule's kind is OF_FILE. `parts`: those of the export that it was
    made of, None where it was made here. `awaited`: by card number, the pictures that a sheet named
    and that have not come yet, as it named them. Times are Unix milliseconds, None when open on
    that side.
    """

    id: str
    name: Names = field(default_factory=dict)
    description: str = ""
    picture: str = ""
    rarities: tuple[DraftRarity, ...] = ()
    is_typed: bool = False
    next_rarity: int = 1
    rule: Rule = Rule()
    price_one: int = PRICE_ONE
    price_ten: int = PRICE_TEN
    starts_ms: int | None = None
    ends_ms: int | None = None
    cards: tuple[DraftCard, ...] = ()
    questions: tuple[Question, ...] = ()
    file: Mapping[str, Any] | None = None
    parts: Parts | None = None
    awaited: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def new(cls, number: int) -> Self:
        """The draft of a server's banner of this number."""
        return cls(f"b{number}")

    @property
    def is_shared(self) -> bool:
        """Whether it is of stock that the server shares, which no shop sells."""
        return self.rule.kind == SHARED or "shared" in (self.file or {})

    def rarity(self, text: str) -> DraftRarity | None:
        """The rarity of that name. Never by its id: a rarity may be called R2."""
        wanted = key(text)
        return next((r for r in self.rarities if wanted in map(key, r.name.values())), None)

    def card(self, number: int) -> DraftCard | None:
        return next((each for each in self.cards if each.number == number), None)

    def state(self, cards: Cards, number: int) -> str:
        """Tells whether a card is still as a form of it began: eight hex digits of what it is, here
        and among the server's cards."""
        card, part = cards.by_number.get(number), self.card(number)
        of_card = None if card is None else [dict(card.name), card.art]
        of_part = None if part is None else part.written()[:-1]  # wherever that was typed
        return sha256(canonical([of_card, of_part])).hexdigest()[:8]

    @property
    def hash(self) -> str:
        return sha256(self.written()).hexdigest()

    def written(self) -> bytes:
        """JSON, the same for the same draft."""
        return canonical(
            {
                "v": _VERSION,
                "id": self.id,
                "name": dict(self.name),
                "description": self.description,
                "picture": self.picture,
                "rarities": [each.written() for each in self.rarities],
                "is_typed": self.is_typed,
                "next_rarity": self.next_rarity,
                "rule": {
                    "kind": self.rule.kind,
                    "of": self.rule.of,
                    "ceiling": self.rule.ceiling,
                    "share": _text(self.rule.share),
                    "guarantee": self.rule.guarantee,
                    "exchange": self.rule.exchange,
                    "least": self.rule.least,
                    "steps": list(self.rule.steps),
                    "repeats_last": self.rule.repeats_last,
                    "refill": self.rule.refill,
                    **self.rule.newer(),
                },
                "prices": [self.price_one, self.price_ten],
                "period": [self.starts_ms, self.ends_ms],
                "cards": [each.written() for each in self.cards],
                "questions": [
                    [each.number, each.maybe, each.part.written()] for each in self.questions
                ],
                "file": self.file,
                **({} if self.parts is None else {"parts": _written(self.parts)}),
                **({"awaited": [*map(list, self.awaited.items())]} if self.awaited else {}),
            }
        )

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The draft that `written` gave. Raises ValueError for one of another version."""
        stored = json.loads(data)
        if stored["v"] != _VERSION:
            raise ValueError(f"a draft of version {stored['v']}, known: {_VERSION}")
        return cls(
            id=stored["id"],
            name=stored["name"],
            description=stored["description"],
            picture=stored["picture"],
            rarities=tuple(DraftRarity.read(each) for each in stored["rarities"]),
            is_typed=stored["is_typed"],
            next_rarity=stored["next_rarity"],
            rule=_rule(stored["rule"]),
            price_one=stored["prices"][0],
            price_ten=stored["prices"][1],
            starts_ms=stored["period"][0],
            ends_ms=stored["period"][1],
            cards=tuple(DraftCard.read(each) for each in stored["cards"]),
            questions=tuple(
                Question(number, maybe, DraftCard.read(part))
                for number, maybe, part in stored["questions"]
            ),
            file=stored["file"],
            parts=_parts(stored["parts"]) if "parts" in stored else None,
            awaited=dict(stored.get("awaited", ())),
        )


def _rule(stored: Mapping[str, Any]) -> Rule:
    lists = {name: tuple(stored[name]) for name in ("steps", "turns") if name in stored}
    return Rule(**{**stored, **lists, "share": Fraction(stored["share"])})


def _written(parts: Parts) -> list[Any]:
    return [parts.export, parts.of, *map(list, parts.came)]


def _parts(stored: Sequence[Any]) -> Parts:
    export, of, *came = stored
    return Parts(export, of, tuple((first, last) for first, last in came))


def _text(rate: Fraction | None) -> str | None:
    return None if rate is None else str(rate)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
