"""What can be a name, a client seed or a reason: anything that a reader can see, on one line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import sentences
from gacha import names

GOOD = {
    "a Japanese space": "星\u3000月",
    "joined emoji": "👩‍👩‍👧‍👦 の家",
    "an emoji with a colour": "👩🏽‍🎤",
    "a picture that was a letter": "❤️",
    "a flag in tags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "a flag in letters": "🇯🇵",
    "Persian": "می‌خواهم",
    "Hindi": "क्‍ष",
    "Markdown": ":star: *x*",
}
UNSEEN = {
    "nothing": "",
    "a space": " ",
    "Japanese spaces": "\u3000\u3000",
    "no-break space": "\u00a0",
    "joiners": "\u200d\u200c",
    "zero width": "\u200b\ufeff\u2060",
    "a filler that counts as a letter": "\u3164\u115f\uffa0",
    "Braille's blank": "\u2800",
    "variation selectors": "\ufe0f\U000e0101",
    "tags without a flag": "\U000e0067\U000e007f",
    "soft hyphen": "\u00ad",
}
BROKEN = {
    "line break": "a\nb",
    "turned": "a\u202eb",
    "zero width inside": "a\u200bb",
    "tag without a flag": "a\U000e0067",
    "bell": "a\x07",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_it_is_a_name_and_is_shown_as_written(text: str) -> None:
    assert names.is_name(text)
    assert names.one_line(text) == text
    assert sentences.code(text) == f"`{text}`"


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_sees_is_neither_name_nor_reason(text: str) -> None:
    assert not names.is_seen(text)
    assert not names.is_name(text)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_leaves_its_line_is_seen_but_no_name(text: str) -> None:
    assert names.is_seen(text)
    assert not names.is_name(text)


@given(st.text(st.characters(categories=["Zs", "Cc", "Cf", "Zl", "Zp"]), max_size=5))
def test_blanks_and_signs_of_control_alone_are_never_seen(text: str) -> None:
    # Cf has six signs that take ink: numbers' and prayers' marks in Arabic and Syriac, and so on.
    if not any(unicodedata.name(sign, "").startswith(INKED) for sign in text):
        assert not names.is_seen(text)


INKED = ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN")


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=5))
def test_letters_and_signs_are_seen_unless_they_are_blanks(text: str) -> None:
    assert names.is_seen(text) == (set(text) - set("\u3164\u115f\u1160\uffa0\u2800") != set())


@given(st.text(max_size=20))
def test_a_line_stays_one_and_as_long(text: str) -> None:
    line = names.one_line(text)
    assert len(line) == len(text)
    assert names.one_line(line) == line
    assert not set(line) & set("\n\r\u2028\u2029\u202e\u2066")
