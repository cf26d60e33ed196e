"""What is said to an owner about a draft, as data: a key, a place and values.

The sentences, in both languages, live with the commands; `PROBLEMS` and `NOTES` say which keys
there are, and which values each has. A value is text, a whole number, a list of either, or a
mapping from language to text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gacha.errors import BannerError, Words, shown

Names = Mapping[str, str]
"""A text by language: "ja", "en", or both. Where one is missing, the other serves both."""

SHEET: Final = "sheet"
"""A row of a spreadsheet."""
PASTE: Final = "paste"
"""A line of pasted rows, or of lines `name, rarity`."""
FORM: Final = "form"
"""A field of a form; `row` is its line, 0 where it has one only."""
FILE: Final = "file"
"""A field of a TOML file, as its errors name it: `rarity[2].rate`."""
DRAFT: Final = "draft"
"""The draft as a whole, or one of its parts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. `row` is counted from 1 as the spreadsheet, form or paste shows it;
    0 is none. `field` is a key of `sheets.COLUMNS` or of `edits.FIELDS`, or a path in a file.
    `sheet` names the file or worksheet where there may be several. Of a TOML file, `row` and
    `column` are where the value stands; 0 is nowhere."""

    source: str
    field: str = ""
    row: int = 0
    sheet: str = ""
    column: int = 0

    def at(self, field_name: str) -> Place:
        """The same row, in another field."""
        return Place(self.source, field_name, self.row, self.sheet)

    def written(self) -> list[Any]:
        place = [self.source, self.field, self.row, self.sheet]
        return [*place, self.column] if self.column else place


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an edit is refused, or a draft does not compile: one of PROBLEMS."""

    key: str
    place: Place
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Problem:
        return cls(written["key"], Place(*written["place"]), written["values"])

    def written(self) -> dict[str, Any]:
        return {"key": self.key, "place": self.place.written(), "values": dict(self.values)}


MOST_OF_CARDS: Final = 9
"""Cards that a problem lists: one more than a sentence names, so that it says that there are more.
"""


def card_named(number: int, name: str) -> str:
    """A card in the list `of_cards`, or `rated`, of a problem's values."""
    return f"{number} {name}"


def numbers_of(problems: Iterable[Mapping[str, Any]]) -> list[int]:
    """The cards that written problems name, each once."""
    named = (each for of in problems for key in _LISTS for each in of["values"].get(key, ()))
    return list(dict.fromkeys(int(each.partition(" ")[0]) for each in named))


_LISTS: Final = ("rated", "of_cards")


@dataclass(frozen=True, slots=True)
class Note:
    """What an edit did beside what was asked, or how something was understood: one of NOTES."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        return {"key": self.key, "values": dict(self.values)}


MOST_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was changed, for these reasons: at least one. Of more than MOST_PROBLEMS the first
    ones, and how many `more`."""

    problems: tuple[Problem, ...]
    more: int = 0

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Refusal:
        return cls(tuple(problems[:MOST_PROBLEMS]), max(0, len(problems) - MOST_PROBLEMS))

    def written(self) -> dict[str, Any]:
        return {"problems": [each.written() for each in self.problems], "more": self.more}


def of_file(error: BannerError, place: Place) -> Problem:
    """Why a banner file is refused."""
    allowed = {"ja": error.allowed.ja, "en": error.allowed.en}
    if error.value is None:
        return Problem("file_lacks", place, {"allowed": allowed})
    key = "file_wrong" if isinstance(error.value, Words) else "file_refused"
    found = {lang: shown(error.value, lang) for lang in ("ja", "en")}
    return Problem(key, place, {"found": found, "allowed": allowed})


PROBLEMS: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        # cells and fields
        "not_whole": "found",  # no whole number
        "out_of_range": "found least most",
        "not_rate": "found",
        "rate_zero": "",  # of a card
        "rate_above_one": "found",
        "not_yes_or_no": "found",
        "formula": "found",  # a cell that begins with =
        "name_missing": "",
        "name_unusable": "found",  # several lines, or nothing that is seen
        "name_too_long": "found most",  # characters
        "rarity_missing": "",
        "rarity_unknown": "found known",
        "weight_and_rate": "",
        # tables
        "empty": "",  # no row at all
        "too_many_rows": "found most",
        "too_long": "found most",  # characters of a field
        "no_name_column": "",
        "column_twice": "found",
        "cell_without_column": "found",
        "setting_unknown": "found",
        "too_many_columns": "found most",
        "pictures_and_lines": "pictures lines",
        "picture_ambiguous": "found",
        # cards
        "number_unknown": "found",
        "row_twice": "other",  # the row of the same card
        "names_disagree": "one two",  # numbers of the two cards that the names belong to
        "name_taken": "number",
        "too_many_cards": "found most",
        "server_full": "most",
        "card_not_here": "number",
        "card_unknown": "found",
        "question_gone": "number",
        # forms
        "kind_unknown": "found",
        "price_form": "found",  # not "160, 1600"
        "rarities_missing": "",
        "too_many_rarities": "found most",
        "rarity_twice": "found other",  # the other line
        "rarity_has_cards": "rarity cards",
        "rest_twice": "",
        "not_date": "found",
        "no_such_date": "found",
        "date_missing": "found",
        "year_missing": "found date",  # the next such date is so far that nobody may mean it
        "ends_before_start": "starts ends",
        "ends_in_the_past": "",
        "not_colour": "found",
        "not_emoji": "found",
        "shards_form": "found",  # not "SSR 30 300"
        "no_shop_price": "found",  # of stock that the server shares
        "rate_of_copies": "found",  # a share where copies decide
        "only_by_file": "",  # a banner made of a file is changed by its file
        # files
        "file_refused": "found allowed",  # both by language, as gacha.errors.Words has them
        "file_wrong": "found allowed",  # of what is no one value: a sum, a file's syntax
        "file_lacks": "allowed",
        "file_too_large": "found most",  # bytes
        "export_damaged": "",
        # compiling
        "no_cards": "",
        "rarity_without_card": "rarity",
        "rate_missing": "rarities",
        "rates_sum": "sum lowest rest",  # `rest` is what the lowest would have
        "rates_sum_apart": "sum",  # whose cards have rates of their own
        "rates_exceed": "sum",
        "rates_of_some_cards": "rarity rated of_cards",  # those with a rate, and without
        "card_rates_sum": "rarity sum rate",
        "rate_too_fine": "found",
        "weights_too_fine": "rarity",
        "featured_missing": "rarity of_cards",  # all of it
        "featured_only": "rarity of_cards",  # all of it
        "featured_alone": "rarity of_cards",  # the one that it has
        "last_rarity": "rarity",  # the lowest cannot have a ceiling or be the least
        "one_rarity": "",
        "fractions_too_fine": "",
        "card_gone": "number",
        "total_leaves_some": "found size below above",  # cards that no multi-pull takes
        "too_many_turns": "found most",  # prices of a day that has fewer pulls
        "last_twice": "of_cards",  # without copies
        "no_copies": "most of_cards",  # in a box of each player's own
        "tickets_in_all": "found most",
        "only_copies": "of_cards",  # with a weight or rate where the copies decide
        "copies_featured": "of_cards",  # where the copies decide
        "banner_name_missing": "",
    }.items()
}

NOTES: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        "cards_added": "count",
        "cards_changed": "count",
        "cards_out": "count",
        "card_renamed": "number before after",
        "rename_asked": "number maybe",
        "column_ignored": "columns",
        "pictures_not_sent": "count names",  # that a sheet names
        "pictures_kept": "count names",  # the same, of cards that have a picture
        "pictures_unused": "names",
        "rarity_renamed": "before after",
        "rarities_ordered": "rarities",  # found in a sheet, highest first
        "rates_as_percent": "",
        "price_of_several_unused": "price",
        "price_of_ten_unused": "price",  # of a step-up, whose steps have prices
        "copies_unused": "count",  # of rules that have no box
        "time_skipped": "field at_ms",  # no such local time that night; moved on
        "time_doubled": "field at_ms",  # comes twice that night; the first is meant
        "year_added": "field at_ms",
        "end_of_day": "at_ms",
        "rest_on": "rarity rate",
        "banner_pictured": "",  # the banner's own
        "banner_unpictured": "",
        # exports
        "import_part": "first last of",  # numbers of pictures
        "import_missing": "ranges",
        "import_renumbered": "count",
        "import_over": "",  # its dates are in the past, and left out
    }.items()
}
