"""A banner as files that make it again in another server.

What decides its odds is a sheet, as its owner would fill it in; a banner file where a sheet cannot
say it, which is found out by reading the sheet back. Beside it stands what a sheet has no place
for. A banner with many pictures comes in parts: each has all of that, and some of the pictures, so
that they may be read in any order (`gacha.making.imports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from gacha.banner import Banner
from gacha.making import compiling, forms, imports, sheets, values
from gacha.making.cards import Cards, canonical
from gacha.making.draft import OF_COPIES, OF_FILE, Draft, DraftCard, DraftRarity
from gacha.making.imports import FORMAT, Import
from gacha.making.problems import SHEET, Refusal

PICTURE: Final = "webp"
"""What all pictures of ours are."""

_BANNERS: Final = "banner"
"""What the banner's own picture is called."""


@dataclass(frozen=True, slots=True)
class Export:
    """`table` is the sheet as `sheets.rows` takes it, in the language (`lang`) of the banner's
    name; None where it is the file `toml`. `beside` is what neither says. `pictures` are what its
    pictures are stored under, by the names of their files, in the cards' order. `id` is the same
    for the same banner."""

    table: list[list[str]] | None
    toml: bytes
    beside: Mapping[str, Any]
    pictures: Mapping[str, str]
    lang: str

    @property
    def id(self) -> str:
        of = [self.table, self.toml.decode(), self.beside, dict(self.pictures)]
        return sha256(canonical(of)).hexdigest()[:16]

    def part(self, first: int, last: int) -> bytes:
        """What a part says of itself, which has the pictures from `first` to `last`, counted from
        1; 0 and 0 where the banner has none."""
        numbers = [first, last, len(self.pictures)]
        return canonical({"format": FORMAT, "export": self.id, "part": numbers, **self.beside})


def exported(draft: Draft, cards: Cards) -> Export | Refusal:
    """The banner of a draft that compiles, or why it does not."""
    draft = _plain(draft)
    made = compiling.compiled(draft, cards)
    if isinstance(made, Refusal):
        return made
    named = _named(draft, cards)
    lang = "ja" if "ja" in draft.name else "en"
    beside = _beside(draft, named)
    pictures = {file: art for art, file in named.items()}
    if draft.rule.kind != OF_FILE:
        of_sheet = _table(draft, cards, made.banner, named, lang)
        found = Export(of_sheet, b"", beside, pictures, lang)
        if _read_back(found, draft, cards) == made:
            return found
    beside |= {
        "cards": {
            str(card.number): named[art]
            for card in draft.cards
            if (art := cards.by_number[card.number].art)
        }
    }
    found = Export(None, made.rules, beside, pictures, lang)
    again = _read_back(
        found, draft, cards
    )  # its fields are then in the order that they come back in
    return found if again is None else replace(found, toml=again.rules)


def part_name(number: int) -> str:
    """Under which name the workshop leaves a part of an export, counted from 1."""
    return f"export-{number:02}.zip"


def _plain(draft: Draft) -> Draft:
    """The draft without what is of its server: its own id, and the order in which its rarities
    were made."""
    ids = {each.id: f"r{number}" for number, each in enumerate(draft.rarities, start=1)}
    file = draft.file
    if file is not None:  # its rules name its rarities
        ids = {}
        file = {**file, "kind": "b1"} if file.get("kind") == draft.id else file
    return replace(
        draft,
        id="b1",
        rarities=tuple(replace(each, id=ids.get(each.id, each.id)) for each in draft.rarities),
        rule=replace(
            draft.rule,
            of=ids.get(draft.rule.of, draft.rule.of),
            least=ids.get(draft.rule.least, draft.rule.least),
        ),
        cards=tuple(
            replace(each, rarity=ids.get(each.rarity, each.rarity)) for each in draft.cards
        ),
        questions=(),
        file=file,
    )


def _named(draft: Draft, cards: Cards) -> dict[str, str]:
    """What each picture's file is called, by what it is stored under: after the first card that has
    it."""
    named: dict[str, str] = {}
    for card in draft.cards:
        if art := cards.by_number[card.number].art:
            named.setdefault(art, f"{card.number}.{PICTURE}")
    if draft.picture:
        named.setdefault(draft.picture, f"{_BANNERS}.{PICTURE}")
    return named


def _beside(draft: Draft, named: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": dict(draft.name),
        "description": draft.description,
        "picture": named.get(draft.picture, ""),
        "rarities": [
            {"name": dict(each.name), "emoji": each.emoji, "colour": each.colour, **_amounts(each)}
            for each in draft.rarities
        ],
        "period": [draft.starts_ms, draft.ends_ms],
    }


def _amounts(of: DraftRarity) -> dict[str, int]:
    """Of shards, where they are settled."""
    amounts = {"shards": of.shards, "price": of.price}
    return {name: amount for name, amount in amounts.items() if amount is not None}


# --- the sheet ------------------------------------------------------------------------------------


def _table(
    draft: Draft, cards: Cards, made: Banner, named: Mapping[str, str], lang: str
) -> list[list[str]]:
    known = [cards.by_number[each.number] for each in draft.cards]
    has = {
        "name_ja": any("ja" in each.name for each in known),
        "name_en": any("en" in each.name for each in known),
        "weight": draft.rule.kind not in OF_COPIES or any(each.weight != 1 for each in draft.cards),
        "rate": any(each.rate is not None for each in draft.cards),
        "featured": any(each.featured for each in draft.cards),
        "stock": draft.rule.kind in OF_COPIES,
        "picture": any(each.art for each in known),
    }
    columns = [column for column in _COLUMNS if has.get(column, True)]
    lines = [
        [_cell(column, each, card.name, named.get(card.art, ""), draft, lang) for column in columns]
        for each, card in zip(draft.cards, known, strict=True)
    ]
    fields = {
        "name": next(iter(draft.name.values())),
        "kind": draft.rule.kind,
        "rarities": "\n".join(_rarities(draft, made)),
        "prices": forms.prices_as_typed(draft),
        **forms.rule_fields(draft),
    }
    return sheets.beside(lines, columns, fields, lang)


_COLUMNS: Final = (
    *("number", "name_ja", "name_en", "rarity", "weight", "rate"),
    *("featured", "stock", "picture"),
)
_YES: Final = {"ja": "○", "en": "yes"}


def _cell(
    column: str, part: DraftCard, name: Mapping[str, str], picture: str, draft: Draft, lang: str
) -> str:
    rarity = next(each.shown for each in draft.rarities if each.id == part.rarity)
    cells = {
        "number": str(part.number),
        "name_ja": name.get("ja", ""),
        "name_en": name.get("en", ""),
        "rarity": rarity,
        "weight": str(part.weight) if part.rate is None else "",
        "rate": "" if part.rate is None else values.percent(part.rate),
        "featured": _YES[lang] if part.featured else "",
        "stock": str(part.stock),
        "picture": picture,
    }
    return cells[column]


def _rarities(draft: Draft, made: Banner) -> list[str]:
    """Each with the rate that it has, also where it took the rest, or its cards' rates made it."""
    if draft.rule.kind in OF_COPIES:
        return [forms.rarity_line(each.shown) for each in draft.rarities]
    rates = {each.id: each.rate for each in made.rarities}
    return [f"{each.shown} {values.percent(rates[each.id])}" for each in draft.rarities]


def _read_back(of: Export, draft: Draft, cards: Cards) -> compiling.Compiled | None:
    """What an empty server would make of it, if it would be the same cards."""
    part = imports.read(of.part(min(1, len(of.pictures)), len(of.pictures)))
    rows = None if of.table is None else sheets.rows(of.table, SHEET)
    if isinstance(part, Refusal) or isinstance(rows, Refusal):
        return None
    empty = Cards({}, min(each.number for each in draft.cards))
    given = Import(part, of.pictures, sheet=rows, toml=of.toml)
    merged = imports.imported(Draft.new(1), empty, given)
    if isinstance(merged, Refusal):
        return None
    made = merged.cards.by_number
    is_same = of.table is None or all(cards.by_number.get(n) == card for n, card in made.items())
    again = compiling.compiled(merged.draft, merged.cards)
    return again if is_same and isinstance(again, compiling.Compiled) else None
