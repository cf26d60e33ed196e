"""What can be done to a draft: each edit makes another draft, or changes nothing and says why.

Nothing is ever chosen for the owner in silence: what was understood of an edit is in its notes, and
a card that may be a known one under another name is a question of the draft.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from fractions import Fraction
from typing import Any, Final

from gacha import banner
from gacha.banner import TEN, Banner
from gacha.errors import BannerError
from gacha.making import cards as server_cards
from gacha.making import values
from gacha.making.cards import Cards, Index, ServerCard, key, name_problem
from gacha.making.draft import (
    OF_COPIES,
    OF_FILE,
    SHARED,
    Draft,
    DraftCard,
    DraftRarity,
    Question,
    Rule,
)
from gacha.making.forms import RARITY_UNKNOWN, Filled, Typed, fill, fill_what_can_be
from gacha.making.problems import DRAFT, FILE, Note, Place, Problem, Refusal, of_file
from gacha.making.sheets import NO_NAME_COLUMN, Row, Setting, Sheet

MOST_COMPARED: Final = 20_000
"""Pairs of names that one upload compares to find renamed cards; of more, only those are found
that sound the same, have the same picture, or stand in the same row."""


MOST_PICTURE: Final = 200
"""Characters of a picture's name in a sheet."""

MOST_NAMED: Final = 20
"""Pictures that a note lists."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Rows of a sheet, pasted or typed. `pictures` maps the names of the files that came with them
    to what these are stored under; None where none came."""

    sheet: Sheet
    pictures: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RestOnLowest:
    """The lowest rarity takes what the others leave: what is offered where rates are not 1."""


@dataclass(frozen=True, slots=True)
class Removal:
    """These cards leave the draft; the server keeps them."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """To the question about the card `number`: whether it is the known card, renamed."""

    number: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures by card number, and the banner's own; an empty one is taken away."""

    arts: Mapping[int, str] = field(default_factory=dict)
    banner: str | None = None


KEEP: Final = "keep"
NO_PICTURE: Final = "none"


@dataclass(frozen=True, slots=True)
class Look:
    """How a banner looks: `typed` are its description, colours and emoji. `picture` is its own, by
    its art; KEEP is the one that it has, and NO_PICTURE none."""

    typed: Typed
    picture: str = KEEP


@dataclass(frozen=True, slots=True)
class Change:
    """A row about a card of the draft, by its number, from a form that began with it as it `was`
    (`Draft.state`): who takes it looks whether it still is."""

    row: Row
    was: str


@dataclass(frozen=True, slots=True)
class Repicture:
    """Pictures for known cards, by the rows that name them."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class File:
    """A banner file with every rule of the format, in the place of all cards and rules that the
    draft had. `source` is its name."""

    data: bytes
    source: str


Edit = (
    Upload | File | Typed | RestOnLowest | Removal | Answer | Pictures | Look | Change | Repicture
)


@dataclass(frozen=True, slots=True)
class Merged:
    """The draft and the server's cards after an edit, and what is to be said of it."""

    draft: Draft
    cards: Cards
    notes: tuple[Note, ...] = ()


def merge(draft: Draft, cards: Cards, edit: Edit) -> Merged | Refusal:
    """The draft after `edit`: whole, or not at all."""
    merged = _merged(draft, cards, edit)
    if isinstance(merged, Refusal) or not merged.draft.awaited:
        return merged
    here = {card.number for card in merged.draft.cards}
    awaited = {
        number: name
        for number, name in merged.draft.awaited.items()
        if number in here and not merged.cards.by_number[number].art
    }
    return replace(merged, draft=replace(merged.draft, awaited=awaited))


def _merged(draft: Draft, cards: Cards, edit: Edit) -> Merged | Refusal:
    match edit:
        case Upload():
            return Rows(ruled(draft, edit.sheet), cards, edit).merged()
        case File():
            return filed(draft, cards, edit)
        case Typed():
            filled = fill(draft, edit)
            return filled if isinstance(filled, Refusal) else Merged(filled[0], cards, filled[1])
        case RestOnLowest():
            return _rest_on_lowest(draft, cards)
        case Removal():
            return _removed(draft, cards, edit)
        case Answer():
            return _answered(draft, cards, edit)
        case Pictures():
            return _pictured(draft, cards, edit)
        case Look():
            return _looking(draft, cards, edit)
        case Change():
            return Rows(Filled(draft, (), ()), cards, Upload(Sheet((edit.row,)))).merged()
        case Repicture():
            return _repictured(draft, cards, edit)


# --- rows -----------------------------------------------------------------------------------------


def of_awaited(draft: Draft, sheet: Sheet) -> Sheet:
    """Rows of pictures that came alone: those that a sheet has named before are of its cards."""
    files = Files({row.picture: row.picture for row in sheet.rows})
    numbers: dict[str, list[int]] = {}
    for number, name in draft.awaited.items():
        if isinstance(found := files.named(name), str):
            numbers.setdefault(found, []).append(number)
    rows = [
        replace(row, number=number, name_ja="") if number else row
        for row in sheet.rows
        for number in map(str, numbers.get(row.picture, [""]))
    ]
    return replace(sheet, rows=tuple(rows))


def ruled(draft: Draft, sheet: Sheet) -> Filled:
    """The draft with the rules that stand beside the cards, as a form would take them, and what is
    to be said of them, each in its own row."""
    lines: dict[str, list[Setting]] = {}
    for each in sheet.settings:
        lines.setdefault(each.field, []).append(each)
    fields = {field: "\n".join(each.value for each in mine) for field, mine in lines.items()}
    if not fields.get("name"):  # a sheet need not say it: its draft is called after the file
        fields.pop("name", None)
    typed = Typed(fields, "ja", now_ms=0, zone=UTC)  # no field of a sheet is a date
    filled = fill_what_can_be(draft, typed)
    moved = []
    for problem in filled.problems:
        mine = lines[problem.place.field]
        at = min(max(problem.place.row, 1), len(mine)) - 1  # a cell may hold several lines
        moved.append(replace(problem, place=mine[at].place))
    return filled._replace(problems=tuple(moved))


class Rows:
    """One upload, row by row. All rows are judged, beside what is wrong with the table and its
    rules, so that all mistakes come at once; of a cell only the first that was found."""

    def __init__(self, filled: Filled, cards: Cards, edit: Upload) -> None:
        self._draft = draft = filled.draft
        self._cards = cards
        self._sheet = edit.sheet
        self._rows = edit.sheet.rows
        self._filled = filled
        self._notes = [*edit.sheet.notes, *filled.notes]
        self._problems: list[Problem] = []
        self._index = Index(cards)
        self._pictures = None if edit.pictures is None else Files(edit.pictures)
        self._parts = {card.number: card for card in draft.cards}
        self._registered = dict(cards.by_number)
        self._next = cards.next_number
        self._seen: dict[int, Row] = {}
        self._new: dict[int, Row] = {}
        self._renamed: dict[int, tuple[str, str]] = {}
        self._rarities = list(draft.rarities)
        self._next_rarity = draft.next_rarity
        self._awaited = dict(draft.awaited)
        self._not_sent: list[str] = []
        self._kept: list[str] = []
        rated = {row: rate for row in self._rows if (rate := values.rate(row.rate)) is not None}
        parts, self._is_percent = values.resolved(list(rated.values()))
        self._rate_of = dict(zip(rated, parts, strict=True))

    def merged(self) -> Merged | Refusal:
        for row in self._rows:
            self._take(row)
        self._check_totals()
        if problems := self._all_problems():
            return Refusal.of(problems)
        cards = replace(self._cards, by_number=self._registered, next_number=self._next_number())
        questions = (*self._draft.questions, *self._questions())
        draft = replace(
            self._draft,
            cards=tuple(self._parts.values()),
            questions=questions,
            rarities=tuple(self._rarities),
            next_rarity=self._next_rarity,
            awaited=self._awaited,
        )
        if len(draft.rarities) > len(self._draft.rarities):
            draft = replace(draft, rarities=_ordered(draft))
            shown = [each.shown for each in draft.rarities]
            self._notes.append(Note("rarities_ordered", {"rarities": shown}))
        return Merged(draft, cards, tuple(self._all_notes(questions)))

    def _all_problems(self) -> list[Problem]:
        """Row by row; then what is about none."""
        table = self._sheet.problems
        told = {_cell(each.place) for each in table if each.place.field}
        follows = set() if self._filled.knows_rarities else {RARITY_UNKNOWN}
        if any(each.key == NO_NAME_COLUMN for each in table):
            follows.add("name_missing")
        merged = {row for each in table if each.key == "cells_merged" for row in _rows_of(each)}
        judged = [
            each
            for each in (*self._filled.problems, *self._problems)
            if _cell(each.place) not in told
            and each.key not in follows
            and not (each.place.row in merged and each.key in ("name_missing", "rarity_missing"))
        ]
        return sorted((*table, *judged), key=lambda each: each.place.row or sys.maxsize)

    def _take(self, row: Row) -> None:
        before = len(self._problems)
        self._check_cells(row)
        number = self._number(row) if len(self._problems) == before else None
        if number is None:
            if row.rarity or not row.number:  # of a card that is none the other cells are told, too
                self._part(0, row)
            return
        if (other := self._seen.get(number)) is not None:
            self._refuse("row_twice", row, "name_ja", other=other.place.row)
            return
        self._seen[number] = row
        part = self._part(number, row)
        art = self._art(row)
        if part is not None and len(self._problems) == before:
            self._parts[number] = part
            self._register(number, row, art)
            if row.picture and not art:
                self._without_art(number, row)

    def _check_cells(self, row: Row) -> None:
        for language, name in row.names.items():
            if problem := name_problem(name):
                found, most = values.cut(name), server_cards.MOST_NAME
                given = {"found": found} | ({"most": most} if problem == "name_too_long" else {})
                self._refuse(problem, row, f"name_{language}", **given)

    def _number(self, row: Row) -> int | None:
        """The card that the row is about; a new one's number where it is none that is known."""
        if row.number:
            number = values.number(row.number)
            if number is None or number not in self._cards.by_number:
                self._refuse("number_unknown", row, "number", found=values.cut(row.number))
                return None
            for language, name in row.names.items():
                other = self._index.named(name)
                if other not in (None, number):
                    self._refuse("name_taken", row, f"name_{language}", number=other)
            return number
        return self._by_names(row)

    def _by_names(self, row: Row) -> int | None:
        """The card of the row's names, or a new one."""
        if not row.names:
            self._refuse("name_missing", row, "name_ja")
            return None
        found = {self._index.named(name) for name in row.names.values()} - {None}
        if len(found) > 1:
            one, two = sorted(number for number in found if number is not None)[:2]
            self._refuse("names_disagree", row, "name_ja", one=one, two=two)
            return None
        if found:
            return found.pop()
        number = self._new_number(row)
        self._new[number] = row
        self._index.add(ServerCard(number, row.names))
        return number

    def _new_number(self, _row: Row) -> int:
        number, self._next = self._next, self._next + 1
        return number

    def _next_number(self) -> int:
        """Of the next new card, after all rows."""
        return self._next

    def _register(self, number: int, row: Row, art: str) -> None:
        known = self._registered.get(number)
        if known is None:
            self._registered[number] = ServerCard(number, row.names, art)
            return
        name = dict(known.name)
        for language, given in row.names.items():
            if given not in known.name.values():
                name[language] = given
        if name != known.name:
            old, new = known.names, server_cards.both(name)
            changed = next(each for each in ("ja", "en") if old[each] != new[each])
            self._renamed[number] = old[changed], new[changed]
        self._registered[number] = ServerCard(number, name, art or known.art)

    def _part(self, number: int, row: Row) -> DraftCard | None:
        rarity = self._rarity(number, row)
        part = replace(self._before(number), rarity=rarity or "", place=row.place)
        has_weight, has_rate = (bool(x) and not values.is_none(x) for x in (row.weight, row.rate))
        is_taken_back = values.is_none(row.weight) or values.is_none(row.rate)
        if has_weight and has_rate:
            self._refuse("weight_and_rate", row, "weight")
        elif has_weight:
            weight = self._whole(row, "weight", 1, banner.MAX_WEIGHT)
            part = replace(part, weight=weight, rate=None)
        elif has_rate and self._draft.rule.kind == OF_FILE:
            self._refuse("only_by_file", row, "rate")
        elif is_taken_back or (row.stock and self._draft.rule.kind == SHARED and not has_rate):
            # Who gives the copies of limited stock has no field any more that empties a weight.
            part = replace(part, weight=1, rate=None)
        elif has_rate:
            part = replace(part, rate=self._rate(row), weight=1)
        if row.featured:
            featured = values.yes_or_no(row.featured)
            if featured is None:
                self._refuse("not_yes_or_no", row, "featured", found=values.cut(row.featured))
            part = replace(part, featured=bool(featured))
        if row.stock:
            least = 0 if self._draft.rule.kind == SHARED else 1
            part = replace(part, stock=self._whole(row, "stock", least, banner.MAX_STOCK))
        return None if rarity is None else part

    def _before(self, number: int) -> DraftCard:
        """What empty cells keep."""
        return self._parts.get(number) or DraftCard(number, "")

    def _rarity(self, number: int, row: Row) -> str | None:
        if not row.rarity:
            known = self._parts.get(number)
            if known is None:
                self._refuse("rarity_missing", row, "rarity")
            return None if known is None else known.rarity
        draft = replace(self._draft, rarities=tuple(self._rarities))
        if (rarity := draft.rarity(row.rarity)) is not None:
            return rarity.id
        is_closed = self._draft.is_typed or self._draft.rule.kind == OF_FILE
        if is_closed or len(self._rarities) == banner.MAX_RARITIES:
            known_names = [each.shown for each in self._rarities]
            self._refuse(
                RARITY_UNKNOWN, row, "rarity", found=values.cut(row.rarity), known=known_names
            )
            return None
        if problem := name_problem(row.rarity):
            given = {"most": server_cards.MOST_NAME} if problem == "name_too_long" else {}
            self._refuse(problem, row, "rarity", found=values.cut(row.rarity), **given)
            return None
        made = DraftRarity(f"r{self._next_rarity}", {"ja": row.rarity})
        self._rarities.append(made)
        self._next_rarity += 1
        return made.id

    def _whole(self, row: Row, column: str, least: int, most: int) -> int:
        text = getattr(row, column)
        value = values.whole(text)
        if value is None:
            self._refuse("not_whole", row, column, found=values.cut(text))
        elif not least <= value <= most:
            found = values.cut(text)
            self._refuse("out_of_range", row, column, found=found, least=least, most=most)
        else:
            return value
        return least

    def _rate(self, row: Row) -> Fraction | None:
        rate = self._rate_of.get(row)
        if rate is None:
            self._refuse("not_rate", row, "rate", found=values.cut(row.rate))
        elif not rate:
            self._refuse("rate_zero", row, "rate")
        elif rate > 1:
            self._refuse("rate_above_one", row, "rate", found=values.cut(row.rate))
        elif len(values.rate_text(rate)) > values.MOST_RATE_TEXT:
            self._refuse("rate_too_fine", row, "rate", found=values.cut(row.rate))
        return rate

    def _art(self, row: Row) -> str:
        """What the row's picture is stored under; empty where it has none, or none was sent yet."""
        if not row.picture or row.art:
            return row.art
        if len(row.picture) > MOST_PICTURE:
            found, most = len(row.picture), MOST_PICTURE
            self._refuse("too_long", row, "picture", found=found, most=most)
            return ""
        art = "" if self._pictures is None else self._pictures.named(row.picture)
        if isinstance(art, str):
            return art
        if art:
            self._refuse("picture_ambiguous", row, "picture", found=values.cut(row.picture))
        return ""

    def _without_art(self, number: int, row: Row) -> None:
        """A gallery may be too large for one upload: the picture may come with another one. A card
        that has one already keeps it."""
        has_come = self._pictures is not None and self._pictures.named(row.picture) == ""
        if not self._registered[number].art:
            self._awaited[number] = row.picture
            if not has_come:  # what came and cannot be used is said apart
                self._not_sent.append(values.cut(row.picture))
        elif self._pictures is not None and not has_come:
            self._kept.append(values.cut(row.picture))

    def _check_totals(self) -> None:
        here = Place(DRAFT, "cards")
        if len(self._parts) > banner.MAX_CARDS:
            found, most = len(self._parts), banner.MAX_CARDS
            self._problems.append(Problem("too_many_cards", here, {"found": found, "most": most}))
        is_full = len(self._registered) > server_cards.MOST_CARDS
        if is_full or self._next_number() > banner.MAX_NUMBER + 1:
            most = server_cards.MOST_CARDS
            self._problems.append(Problem("server_full", here, {"most": most}))

    def _questions(self) -> list[Question]:
        """New cards that are likely known ones under another name, which no row is about."""
        known = Index(self._cards)
        left = {card.number: card for card in self._draft.cards if card.number not in self._seen}
        by_row = {
            (card.place.sheet, card.place.row): card.number
            for card in left.values()
            if card.place.row
        }
        is_few = len(self._new) * len(left) <= MOST_COMPARED
        asked = {each.maybe for each in self._draft.questions}
        found = []
        for number, row in self._new.items():
            card = self._registered[number]
            in_row = by_row.get((row.place.sheet, row.place.row))
            near = left if is_few else [] if in_row is None else [in_row]
            candidates = [
                *self._also_maybe(row),
                *known.alike(card.name.values(), card.art),
                *(each for each in near if self._is_near(number, each, left)),
            ]
            maybe = next((n for n in candidates if n not in self._seen and n not in asked), None)
            if maybe is not None:
                asked.add(maybe)
                # Empty cells keep what the known card has, so its part is another one.
                found.append(Question(number, maybe, self._part(maybe, row) or self._parts[number]))
        return found

    def _also_maybe(self, row: Row) -> list[int]:
        """Cards that the row may be about for a reason of its own."""
        return []

    def _is_near(self, number: int, other: int, left: Mapping[int, DraftCard]) -> bool:
        return left[other].rarity == self._parts[number].rarity and any(
            server_cards.is_near(one, two)
            for one in self._registered[number].name.values()
            for two in self._cards.by_number[other].name.values()
        )

    def _all_notes(self, questions: Sequence[Question]) -> list[Note]:
        notes = list(self._notes)
        there = {each.number for each in self._draft.cards}
        # Another banner's card, too, is added to this draft.
        if added := len([each for each in self._seen if each not in there]):
            notes.append(Note("cards_added", {"count": added}))
        if changed := len(self._seen) - added:
            notes.append(Note("cards_changed", {"count": changed}))
        for number, (before, after) in self._renamed.items():
            values_of = {"number": number, "before": before, "after": after}
            notes.append(Note("card_renamed", values_of))
        for each in questions[len(self._draft.questions) :]:
            notes.append(Note("rename_asked", {"number": each.number, "maybe": each.maybe}))
        if self._is_percent:
            notes.append(Note("rates_as_percent"))
        copies = sum(bool(row.stock) for row in self._seen.values())
        if copies and self._draft.rule.kind not in (*OF_COPIES, OF_FILE):
            notes.append(Note("copies_unused", {"count": copies}))
        for note, names in (("pictures_not_sent", self._not_sent), ("pictures_kept", self._kept)):
            if names:
                first = names[:MOST_NAMED]
                notes.append(Note(note, {"count": len(names), "names": first}))
        if self._pictures is not None and (unused := self._pictures.unused()):
            notes.append(Note("pictures_unused", {"names": unused}))
        return notes

    def _refuse(self, problem: str, row: Row, column: str, **given: Any) -> None:
        self._problems.append(Problem(problem, row.place.at(column), given))


def _rows_of(merged: Problem) -> range:
    """The rows of "A2:B3"."""
    top, bottom = map(int, re.findall("[0-9]+", merged.values["range"]))
    return range(top, bottom + 1)


def _cell(place: Place) -> tuple[str, int, str]:
    """A card's two names are one to whoever looks for what is wrong with it."""
    return place.sheet, place.row, "name_ja" if place.field == "name_en" else place.field


class Files:
    """Pictures by the names of their files, with or without what follows the last point."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self._arts: dict[str, set[str]] = {}
        self._names: dict[str, str] = {}
        self._used: set[str] = set()
        for name, art in pictures.items():
            self._names[name] = art
            base = key(name.replace("\\", "/").rpartition("/")[2])
            stem = base.rpartition(".")[0]
            for each in {base, stem, key(name)} - {""}:
                self._arts.setdefault(each, set()).add(art)

    def named(self, name: str) -> str | set[str]:
        """The one picture of that name; else those that it may be."""
        wanted = key(name)
        found = self._arts.get(wanted) or self._arts.get(wanted.rpartition("/")[2], set())
        if len(found) != 1:
            return found
        (art,) = found
        self._used.add(art)
        return art

    def unused(self) -> list[str]:
        return [name for name, art in self._names.items() if art not in self._used]


_RANKS: Final = ("lr", "ur", "ssr", "sr", "hr", "r", "hn", "n", "c")


def _ordered(draft: Draft) -> tuple[DraftRarity, ...]:
    """Rarities of a sheet, the highest first: as their names are commonly ranked; else the rarest
    first, where all cards have rates; else as they came."""
    ranks: dict[str, Any] = {each.id: _rank(each.shown) for each in draft.rarities}
    if None in ranks.values() or len({type(rank) for rank in ranks.values()}) > 1:
        rates: dict[str, list[Fraction | None]] = {each.id: [] for each in draft.rarities}
        for card in draft.cards:
            rates[card.rarity].append(card.rate)
        if not all(each and None not in each for each in rates.values()):
            return draft.rarities
        ranks = {
            each: sum((rate for rate in mine if rate is not None), Fraction(0))
            for each, mine in rates.items()
        }
    return tuple(sorted(draft.rarities, key=lambda each: ranks[each.id]))


def _rank(name: str) -> int | None:
    """Below 0 for stars, from 0 on for letters."""
    name = key(name)
    if name in _RANKS:
        return _RANKS.index(name)
    for stars in ("★", "☆", "星"):
        digits = name.replace(stars, "", 1)
        if stars in name and digits.isdecimal() and len(digits) == 1:
            return -int(digits)
        if name and name == stars * len(name):
            return -len(name)
    return None


# --- a whole file ---------------------------------------------------------------------------------


def filed(
    draft: Draft, cards: Cards, edit: File, listing: Listing | None = None
) -> Merged | Refusal:
    try:
        parsed = banner.parse(edit.data, edit.source)
    except BannerError as error:
        row, column = error.place or (0, 0)
        place = Place(FILE, error.field, row, edit.source, column)
        return Refusal.of([of_file(error, place)])
    tree = tomllib.loads(edit.data.decode("utf-8-sig"))
    looks = {each.id: each for each in draft.rarities}
    rarities = tuple(
        DraftRarity(each.id, dict(each.name))
        if each.id not in looks
        else replace(looks[each.id], name=dict(each.name), rate=None)
        for each in parsed.rarities
    )
    emptied = replace(
        draft,
        name=dict(parsed.name),
        rarities=rarities,
        is_typed=True,
        rule=Rule(OF_FILE),
        price_one=draft.price_one if parsed.price_one is None else parsed.price_one,
        price_ten=parsed.price(1) * TEN
        if parsed.shared
        else parsed.price(TEN)
        if TEN in parsed.sizes
        else draft.price_ten,
        starts_ms=draft.starts_ms if parsed.starts_ms is None else parsed.starts_ms,
        ends_ms=draft.ends_ms if parsed.ends_ms is None else parsed.ends_ms,
        cards=(),
        questions=(),
        awaited={},
    )
    listed = (listing or Listed)(emptied, cards, parsed, edit.source)
    merged = listed.merged()
    if isinstance(merged, Refusal):
        return merged
    out = len({card.number for card in draft.cards} - {card.number for card in merged.draft.cards})
    notes = (*merged.notes, *([Note("cards_out", {"count": out})] if out else []))
    kept = {key: value for key, value in tree.items() if key not in _BESIDE_RULES}
    if parsed.carry_over:  # apart from the kinds of other servers' files and of the built-in banner
        is_apart = parsed.kind.startswith("k-")  # as a file is that was compiled here
        kept["kind"] = parsed.kind if is_apart else f"k-{parsed.kind}"[:40].rstrip("-")
    else:
        kept["kind"] = draft.id
    numbers = {card: f"c{number}" for card, number in listed.numbers.items()}
    return replace(
        merged, draft=replace(merged.draft, file=_renumbered(kept, numbers)), notes=notes
    )


_BESIDE_RULES: Final = ("id", "name", "starts", "ends", "card")
"""What of a file stands in other fields of a draft."""


class Listed(Rows):
    """The cards of a file, matched like rows: by their names. The number in a file is another
    server's, perhaps; an id of ours, as an export has it, is a reason to ask."""

    def __init__(self, draft: Draft, cards: Cards, parsed: Banner, source: str) -> None:
        self._of_row: dict[int, banner.Card] = dict(enumerate(parsed.cards, start=1))
        rows = [
            Row(Place(FILE, row=at, sheet=source), name_ja=card.name["ja"], name_en=card.name["en"])
            for at, card in self._of_row.items()
        ]
        super().__init__(Filled(draft, (), ()), cards, Upload(Sheet(tuple(rows))))

    @property
    def numbers(self) -> dict[str, int]:
        """The cards' numbers by their ids in the file."""
        return {self._of_row[row.place.row].id: number for number, row in self._seen.items()}

    def _check_cells(self, row: Row) -> None:
        """The format has judged them."""

    def _part(self, number: int, row: Row) -> DraftCard | None:
        card = self._of_row[row.place.row]
        return DraftCard(
            *(number, card.rarity, card.weight, None, card.featured),
            *(1 if card.stock is None else card.stock, row.place),
        )

    def _also_maybe(self, row: Row) -> list[int]:
        match = re.fullmatch(r"c([0-9]{1,4})", self._of_row[row.place.row].id)
        return [int(match[1])] if match and int(match[1]) in self._cards.by_number else []


Listing = Callable[[Draft, Cards, Banner, str], Listed]
"""What lists a file's cards, in place of `Listed` itself."""


def _renumbered(tree: Mapping[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
    """The rules of a file with other ids in the place of the cards'."""
    changed = dict(tree)
    if "last" in (shared := tree.get("shared", {})):
        changed["shared"] = {**shared, "last": numbers.get(shared["last"], shared["last"])}
    if offers := tree.get("exchange", {}).get("offer"):
        made = [{**each, "of": [numbers.get(x, x) for x in each["of"]]} for each in offers]
        changed["exchange"] = {"offer": made}
    for table, list_of in (("exchange", "of"), ("box", "refill_after"), ("box", "reset_after")):
        if list_of in (entry := changed.get(table, {})):
            changed[table] = {**entry, list_of: [numbers.get(x, x) for x in entry[list_of]]}
    if "promise" in tree:
        changed["promise"] = [
            {**each, "of": [numbers.get(x, x) for x in each["of"]]} for each in tree["promise"]
        ]
    return changed


# --- single steps ---------------------------------------------------------------------------------


def _rest_on_lowest(draft: Draft, cards: Cards) -> Merged | Refusal:
    if draft.rule.kind == OF_FILE:
        return Refusal.of([Problem("only_by_file", Place(DRAFT, "rarities"))])
    if not draft.rarities:
        return Refusal.of([Problem("rarities_missing", Place(DRAFT, "rarities"))])
    *higher, lowest = draft.rarities
    changed = replace(draft, rarities=(*higher, replace(lowest, rate=None)))
    return Merged(changed, cards)


def _removed(draft: Draft, cards: Cards, edit: Removal) -> Merged | Refusal:
    gone = set(edit.numbers)
    here = {card.number for card in draft.cards}
    if unknown := sorted(gone - here):
        return _card_not_here(unknown)
    kept = tuple(card for card in draft.cards if card.number not in gone)
    questions = tuple(each for each in draft.questions if each.number not in gone)
    changed = replace(draft, cards=kept, questions=questions)
    return Merged(changed, cards, (Note("cards_out", {"count": len(gone)}),))


def _answered(draft: Draft, cards: Cards, edit: Answer) -> Merged | Refusal:
    asked = next((each for each in draft.questions if each.number == edit.number), None)
    known = None if asked is None else cards.by_number.get(asked.maybe)
    new = cards.by_number.get(edit.number)
    part = draft.card(edit.number)
    if asked is None or known is None or new is None or part is None:
        values_of = {"number": edit.number}
        return Refusal.of([Problem("question_gone", Place(DRAFT, "questions"), values_of)])
    questions = tuple(each for each in draft.questions if each is not asked)
    if not edit.is_same:
        return Merged(replace(draft, questions=questions), cards)
    renamed = ServerCard(known.number, {**known.name, **new.name}, new.art or known.art)
    kept = tuple(
        replace(asked.part, number=known.number) if card is part else card
        for card in draft.cards
        if card.number != known.number
    )
    file = draft.file and _renumbered(draft.file, {new.id: known.id})
    awaited = {known.number if n == new.number else n: name for n, name in draft.awaited.items()}
    note = {"number": known.number, "before": known.names["ja"], "after": renamed.names["ja"]}
    return Merged(
        replace(draft, cards=kept, questions=questions, file=file, awaited=awaited),
        cards.without(new.number).with_cards([renamed]),
        (Note("card_renamed", note),),
    )


def _pictured(draft: Draft, cards: Cards, edit: Pictures) -> Merged | Refusal:
    if unknown := sorted(number for number in edit.arts if number not in cards.by_number):
        return _card_not_here(unknown)
    pictured = [replace(cards.by_number[number], art=art) for number, art in edit.arts.items()]
    picture = draft.picture if edit.banner is None else edit.banner
    return Merged(replace(draft, picture=picture), cards.with_cards(pictured))


def _looking(draft: Draft, cards: Cards, edit: Look) -> Merged | Refusal:
    filled = fill(draft, edit.typed)
    if isinstance(filled, Refusal):
        return filled
    made, notes = filled
    if edit.picture == KEEP:
        return Merged(made, cards, notes)
    art = "" if edit.picture == NO_PICTURE else edit.picture
    note = Note("banner_pictured" if art else "banner_unpictured")
    return Merged(replace(made, picture=art), cards, (*notes, note))


def _repictured(draft: Draft, cards: Cards, edit: Repicture) -> Merged | Refusal:
    index, arts, problems = Index(cards), dict[int, str](), list[Problem]()
    row_of: dict[int, int] = {}
    for row in edit.sheet.rows:
        number = index.named(row.name_ja) if row.name_ja else values.number(row.number)
        if number not in cards.by_number or number is None:
            given = {"found": values.cut(row.name_ja or row.number)}
            problems.append(Problem("card_unknown", row.place.at("cards"), given))
        elif number in arts:
            problems.append(Problem("row_twice", row.place.at("cards"), {"other": row_of[number]}))
        else:
            arts[number], row_of[number] = row.art, row.place.row
    problems += edit.sheet.problems
    if problems:
        return Refusal.of(problems)
    merged = _pictured(draft, cards, Pictures(arts))
    if isinstance(merged, Refusal):
        return merged
    return replace(merged, notes=(Note("cards_changed", {"count": len(arts)}),))


def _card_not_here(numbers: Sequence[int]) -> Refusal:
    here = Place(DRAFT, "cards")
    return Refusal.of([Problem("card_not_here", here, {"number": each}) for each in numbers])
