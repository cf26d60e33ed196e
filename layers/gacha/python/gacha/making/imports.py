"""Parts of an export (`gacha.making.exports`), read in another server or in the same one.

A part is a file that anybody can have written: what it says is judged as if it were typed. The
first one that comes makes the banner; each later one brings its pictures, so that what the owner
did in between stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from gacha import banner, shards
from gacha.banner import Banner
from gacha.errors import BannerError
from gacha.making import edits, values
from gacha.making.cards import Cards, Index, key, name_problem
from gacha.making.draft import Draft, DraftCard, DraftRarity, Parts, Question
from gacha.making.forms import MOST_DESCRIPTION
from gacha.making.problems import FILE, Names, Note, Place, Problem, Refusal
from gacha.making.sheets import Row, Setting, Sheet
from gacha.names import is_name

FORMAT: Final = "gacha-export-1"
MOST_EMOJI: Final = 64
"""Characters; drafts of before had words in its place, too."""
FILE_NAME: Final = "export.json"
"""What says that a ZIP is a part of an export."""

MOST_BYTES: Final = 256 * 1024
MOST_PICTURES: Final = banner.MAX_CARDS + 1
MOST_TIME_MS: Final = 253_402_300_799_999
"""The end of the year 9999."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a part says: which export it is of (16 hex digits); that it has the pictures from
    `first` to `last` of `of`, counted from 1; and of the banner what the sheet does not say.
    `rarities` are the highest first. `cards` are the pictures' names by the cards' numbers, where a
    banner file says the rest, which names no pictures."""

    export: str
    first: int
    last: int
    of: int
    name: Names
    description: str
    picture: str
    rarities: tuple[DraftRarity, ...]
    starts_ms: int | None
    ends_ms: int | None
    cards: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Import:
    """A part with its pictures, by their files' names, and its `sheet`, or the file `toml`. Times
    are Unix milliseconds."""

    part: Part
    pictures: Mapping[str, str]
    sheet: Sheet | None = None
    toml: bytes = b""
    now_ms: int = 0


def read(data: bytes) -> Part | Refusal:
    """What a part says of itself, or that it is none of ours."""
    try:
        said = json.loads(data) if len(data) <= MOST_BYTES else None
        if isinstance(said, dict) and said.get("format") == FORMAT:
            return _part(said)
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        pass
    return _damaged()


def is_part(data: bytes) -> bool:
    """Whether it says that it is one, of this format or of another."""
    return re.search(rb'"format"\s*:\s*"gacha-export-', data) is not None


def imported(draft: Draft, cards: Cards, edit: Import) -> edits.Merged | Refusal:
    """The draft with this part."""
    came = draft.parts
    rows = _rows(edit)
    if isinstance(rows, Refusal):
        return rows
    if came is None or came.export != edit.part.export:
        came = Parts(edit.part.export, edit.part.of)
        merged = _whole(draft, cards, edit)
    else:
        merged = _pictured(draft, cards, edit, rows)
    if isinstance(merged, Refusal):
        return merged
    came = came.with_part(edit.part.first, edit.part.last)
    picture = edit.pictures.get(_file(edit.pictures, edit.part.picture), merged.draft.picture)
    made = replace(merged.draft, parts=came, picture=picture)
    return replace(merged, draft=made, notes=(*merged.notes, *_said(came, edit.part)))


# --- the first part -------------------------------------------------------------------------------


def _whole(draft: Draft, cards: Cards, edit: Import) -> edits.Merged | Refusal:
    part, notes = edit.part, list[Note]()
    draft = replace(draft, name=part.name, description=part.description)
    if part.ends_ms is not None and part.ends_ms <= edit.now_ms:
        notes.append(Note("import_over"))
    else:
        draft = replace(draft, starts_ms=part.starts_ms, ends_ms=part.ends_ms)
    if edit.sheet is None:
        file = edits.File(edit.toml, "banner.toml")

        def listed(draft: Draft, cards: Cards, parsed: Banner, source: str) -> edits.Listed:
            return _OfFile(draft, cards, parsed, source, edit)

        merged = edits.filed(draft, cards, file, listed)
        if isinstance(merged, Refusal):
            return merged
        return replace(
            merged,
            draft=_looking(replace(merged.draft, name=part.name), part),
            notes=(*notes, *merged.notes),
        )
    ruled = edits.ruled(draft, replace(edit.sheet, settings=_without_name(edit.sheet, part.name)))
    upload = edits.Upload(edit.sheet, edit.pictures)
    filled = ruled._replace(draft=_looking(ruled.draft, part), notes=(*notes, *ruled.notes))
    return _Numbered(filled, cards, upload).merged()


def _without_name(sheet: Sheet, name: Names) -> tuple[Setting, ...]:
    """The part says the name in both languages; unless somebody wrote another into the sheet."""
    return tuple(
        each for each in sheet.settings if each.field != "name" or each.value not in name.values()
    )


def _looking(draft: Draft, part: Part) -> Draft:
    """With the names of the rarities in both languages, and how they look: by their order, or by
    their names, where somebody changed the sheet."""
    if len(draft.rarities) == len(part.rarities):
        pairs = list(zip(draft.rarities, part.rarities, strict=True))
    else:
        known = {key(name): each for each in part.rarities for name in each.name.values()}
        pairs = [(each, known.get(key(each.shown), each)) for each in draft.rarities]
    rarities = tuple(replace(there, id=here.id, rate=here.rate) for here, there in pairs)
    return replace(draft, rarities=rarities)


class _Numbered(edits.Rows):
    """Rows of an export: a card is known by its name. A new one has the number that it had, where
    this server never gave it."""

    _renumbered = 0

    def _wanted(self, row: Row) -> int | None:
        """The number that the card had."""
        return values.number(row.number)

    @cached_property
    def _free(self) -> set[int]:
        """The numbers that are kept."""
        first = self._cards.next_number
        wanted = {self._wanted(row) for row in self._rows}
        return {each for each in wanted if each and first <= each < first + _MOST_SKIPPED}

    def _number(self, row: Row) -> int | None:
        return self._by_names(row)

    def _new_number(self, row: Row) -> int:
        wanted = self._wanted(row)
        if wanted in self._free and wanted is not None and wanted not in self._registered:
            return wanted
        self._next = max([self._next, *(number + 1 for number in self._free)])
        self._renumbered += wanted is not None
        return super()._new_number(row)

    def _next_number(self) -> int:
        return max([self._cards.next_number, *(number + 1 for number in self._registered)])

    def _before(self, number: int) -> DraftCard:
        return DraftCard(number, "")

    def _art(self, row: Row) -> str:
        return _picture(self._pictures, row.picture)

    def _without_art(self, number: int, row: Row) -> None:
        """Of an export the parts are counted, and not their pictures."""

    def _all_notes(self, questions: Sequence[Question]) -> list[Note]:
        notes = super()._all_notes(questions)
        if self._renumbered:
            notes.append(Note("import_renumbered", {"count": self._renumbered}))
        return [each for each in notes if each.key != "pictures_unused"]


_MOST_SKIPPED: Final = 4_000
"""A number that leaves out more than these is not kept: a server has no more than 9,999."""


class _OfFile(_Numbered, edits.Listed):
    """The same of a banner file."""

    def __init__(self, draft: Draft, cards: Cards, parsed: Banner, source: str, of: Import) -> None:
        super().__init__(draft, cards, parsed, source)
        self._pictures = edits.Files(of.pictures)
        self._named = of.part.cards

    def _wanted(self, row: Row) -> int | None:
        return self._of_row[row.place.row].number

    def _art(self, row: Row) -> str:
        return _picture(self._pictures, self._named.get(str(self._wanted(row)), ""))

    def _also_maybe(self, row: Row) -> list[int]:
        """The numbers of another server are no reason to ask."""
        return []


def _picture(files: edits.Files | None, name: str) -> str:
    found = files.named(name) if files is not None and name else ""
    return found if isinstance(found, str) else ""


# --- later parts ----------------------------------------------------------------------------------


def _pictured(
    draft: Draft, cards: Cards, edit: Import, rows: tuple[Row, ...]
) -> edits.Merged | Refusal:
    index, files = Index(cards), edits.Files(edit.pictures)
    arts: dict[int, str] = {}
    for row in rows:
        number = next(filter(None, map(index.named, row.names.values())), None)
        if number is not None and (art := _picture(files, row.picture)):
            arts[number] = art
    return edits.merge(draft, cards, edits.Pictures(arts))


def _said(came: Parts, part: Part) -> list[Note]:
    notes = []
    if part.of:
        numbers = {"first": part.first, "last": part.last, "of": part.of}
        notes.append(Note("import_part", numbers))
    if missing := came.missing:
        notes.append(Note("import_missing", {"ranges": _ranges(missing)}))
    return notes


def _ranges(missing: Sequence[tuple[int, int]]) -> list[str]:
    return [str(first) if first == last else f"{first}–{last}" for first, last in missing]


# --- what a part says -----------------------------------------------------------------------------


def _rows(edit: Import) -> tuple[Row, ...] | Refusal:
    """A row for each card, whichever way the part has them."""
    if edit.sheet is not None:
        return edit.sheet.rows
    try:
        parsed = banner.parse(edit.toml, "banner.toml")
    except BannerError:
        return _damaged()
    return tuple(
        Row(
            Place(FILE, row=at, sheet="banner.toml"),
            number=str(card.number),
            name_ja=card.name["ja"],
            name_en=card.name["en"],
            picture=edit.part.cards.get(str(card.number), ""),
        )
        for at, card in enumerate(parsed.cards, start=1)
    )


def _file(pictures: Mapping[str, str], name: str) -> str:
    """The picture of this name, in whichever folder."""
    return next((each for each in pictures if name and each.rpartition("/")[2] == name), "")


def _part(said: Mapping[str, Any]) -> Part:
    """Raises ValueError, and what Python raises for values of other types."""
    first, last, of = map(_whole_number, said["part"])
    export = _text(said["export"], 16)
    starts_ms, ends_ms = (None if at is None else _whole_number(at) for at in said["period"])
    made = Part(
        export=export,
        first=first,
        last=last,
        of=of,
        name=_names(said["name"]),
        description=_text(said["description"], MOST_DESCRIPTION),
        picture=_text(said["picture"], 100),
        rarities=tuple(map(_rarity, said["rarities"])),
        starts_ms=starts_ms,
        ends_ms=ends_ms,
        cards={
            _text(number, 6): _text(file, 100) for number, file in said.get("cards", {}).items()
        },
    )
    is_range = (0 < first <= last <= of) if of else first == last == 0
    is_period = None in (starts_ms, ends_ms) or (starts_ms or 0) < (ends_ms or 0)
    is_few = of <= MOST_PICTURES and len(made.rarities) <= banner.MAX_RARITIES
    if not (re.fullmatch("[0-9a-f]{16}", export) and is_range and is_period and is_few):
        raise ValueError("a part that says what none of ours does")
    return made


def _rarity(said: Mapping[str, Any]) -> DraftRarity:
    emoji, colour = _text(said["emoji"], MOST_EMOJI), said["colour"]
    is_sign = not emoji or (is_name(emoji) and not re.search(r"\s|^#", emoji))
    if not is_sign or not (colour is None or 0 <= _whole_number(colour) <= 0xFFFFFF):
        raise ValueError("no emoji, or no colour")
    amounts = [_amount(said, "shards", 0), _amount(said, "price", 1)]
    return DraftRarity("", _names(said["name"]), None, emoji, colour, *amounts)


def _amount(said: Mapping[str, Any], name: str, least: int) -> int | None:
    """Of shards; None where the part says none."""
    if name not in said:
        return None
    amount = _whole_number(said[name])
    if not least <= amount <= shards.MOST:
        raise ValueError(f"no amount of shards: {amount}")
    return amount


def _names(said: Mapping[str, Any]) -> dict[str, str]:
    if not said or said.keys() - {"ja", "en"}:
        raise ValueError("a name has two languages at most")
    if any(name_problem(_text(name, 1_000)) for name in said.values()):
        raise ValueError("no name")
    return dict(said)


def _text(said: object, most: int) -> str:
    if not isinstance(said, str) or len(said) > most or values.clean(said) != said:
        raise ValueError("no text, or a long one")
    return said


def _whole_number(said: object) -> int:
    if type(said) is not int or not 0 <= said <= MOST_TIME_MS:
        raise ValueError("no number")
    return said


def _damaged() -> Refusal:
    return Refusal((Problem("export_damaged", Place(FILE)),))
