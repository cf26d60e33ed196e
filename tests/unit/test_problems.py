"""What is said of drafts and uploads: every key has a sentence in both languages, and each blank a
value."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from commands import problems
from commands.sentences import LANGUAGES
from gacha.making import problems as making
from gacha.making import sheets, uploads
from gacha.making.problems import DRAFT, FILE, FORM, PASTE, SHEET, Place

BLANK: Final = re.compile(r"\{(\w+)")
PROBLEMS: Final = {**making.PROBLEMS, **uploads.PROBLEMS}
NOTES: Final = {**making.NOTES, **uploads.NOTES}
SAMPLES: Final[dict[str, Any]] = {
    **dict.fromkeys(("found", "name", "before", "after", "lowest", "range", "kind"), "*x*"),
    **dict.fromkeys(("least", "count", "cards", "seconds", "megabytes", "width", "height"), 12345),
    **dict.fromkeys(("most", "other", "number", "maybe", "one", "two", "row", "status"), 7),
    **{name: ["a", "b_c", *"defghijk"] for name in ("names", "columns", "rarities", "known")},
    **{"rarity": {"ja": "星", "en": "Star"}, "rate": "1/3", "sum": "0.97", "rest": ""},
    **{name: [f"{number} *x*" for number in range(101, 110)] for name in ("of_cards", "rated")},
    **{"rows": [3, 4], "pictures": 2, "lines": 3, "allowed": "a, b", "encoding": "cp1252"},
    **{
        "price": 1600,
        "size": 5,
        "below": 10,
        "above": 15,
        "ranges": ["1–40", "81"],
        "first": 41,
        "last": 80,
        "of": 96,
    },
    **{"date": "2027/11/28", "starts": "2026/12/31", "ends": "2026/12/24"},
    **{"field": "starts", "at_ms": 0, "key": "picture_damaged", "values": {"kind": "png"}},
}


@pytest.mark.parametrize(
    ("sentences", "keys"), [(problems.PROBLEMS, PROBLEMS), (problems.NOTES, NOTES)]
)
def test_each_key_has_a_sentence_whose_blanks_are_filled(sentences: Any, keys: Any) -> None:
    assert sentences.keys() == keys.keys()
    for key, words in sentences.items():
        for text in words:
            blanks = set(BLANK.findall(text)) - {"reason"}
            assert blanks <= keys[key], key
        assert set(BLANK.findall(words[0])) == set(BLANK.findall(words[1])), key
    assert not making.PROBLEMS.keys() & uploads.PROBLEMS.keys()
    assert not making.NOTES.keys() & uploads.NOTES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_problem_is_said_with_its_place(language: str) -> None:
    for key, values in PROBLEMS.items():
        given = {name: SAMPLES[name] for name in values}
        if "{found:," in problems.PROBLEMS[key][0]:
            given["found"] = 12345
        place = Place(SHEET, "weight", 14, "カード").written()
        said = problems.problem({"key": key, "place": place, "values": given}, language)
        assert said.startswith(
            "**カード・14 行目・重み**：" if language == "ja" else "**カード, row 14, weight**: "
        )
        assert "{" not in said and len(said) < 500
    for key, values in NOTES.items():
        given = {name: SAMPLES[name] for name in values}
        said = problems.note({"key": key, "values": given}, language)
        assert said and "{" not in said and len(said) < 500


def test_what_an_owner_wrote_is_shown_sign_for_sign() -> None:
    of = {"key": "not_whole", "place": Place(SHEET, "weight", 2).written()}
    said = problems.problem({**of, "values": {"found": "**bold** <@1> `x`\n# y"}}, "en")
    assert "\\*\\*bold" in said and "\\<\\@1\\>" in said and "\n" not in said


@pytest.mark.parametrize(
    ("place", "japanese", "english"),
    [
        (Place(SHEET, "rate", 3), "3 行目・確率", "row 3, rate"),
        (Place(PASTE, "", 3), "3 行目", "line 3"),
        (Place(FORM, "rarities", 2), "2 行目・レアリティ", "line 2, rarities"),
        (Place(DRAFT, "cards"), "カード", "cards"),
        (Place(FILE, "rarity[2].rate"), "`rarity[2].rate`", "`rarity[2].rate`"),
        (Place(FILE), "", ""),
    ],
)
def test_a_place_is_named_as_its_program_shows_it(
    place: Place, japanese: str, english: str
) -> None:
    assert problems.place(place.written(), "ja") == japanese
    assert problems.place(place.written(), "en") == english


def test_rates_are_said_as_percentages() -> None:
    of = {"key": "rates_sum", "place": Place(DRAFT, "rarities").written()}
    values = {"sum": "0.97", "lowest": "R", "rest": "1/3"}
    said = problems.problem({**of, "values": values}, "en")
    assert "97" in said and "33.33" in said and "1/3" not in said


def test_every_column_has_a_name() -> None:
    assert sheets.COLUMNS.keys() <= problems.FIELDS.keys()
