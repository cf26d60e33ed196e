"""What can be a name, a client seed or a reason: anything that a reader can see, on one line."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import kit, sentences
from commands.sentences import literal
from gacha import errors, names
from gacha.making import values
from gacha.names import one_line

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


# --- where a text is cut --------------------------------------------------------------------------

WHOLE: Final = (
    *("a", "か", "　", "\n", "ｶ", "🌟", "𠮷", "`", "-"),
    *("か\u3099", "ｶﾞ", "e\u0301\u0323", "각"),
    *(
        "👍🏽",
        "☺️",
        "1️⃣",
        "👨‍👩‍👧‍👦",
        "👩🏻‍❤️‍💋‍👨🏾",
        "🏳️‍🌈",
        "🇯🇵",
        "🇺🇸",
        "🏴\U000e0067\U000e0062\U000e007f",
    ),
    *(r"\*", r"\_", r"\\", r"\<", r"\@", r"\:"),
    *("<t:1795509792:R>", "<:star:1290000000000000002>", "<a:x:12>", "<@1290000000000000002>"),
)
"""What a reader takes for one sign; by code points and by 16 bits it is up to thirty."""


@settings(max_examples=500)
@given(st.lists(st.sampled_from(WHOLE), max_size=40), st.integers(1, 120))
def test_no_cut_is_within_what_a_reader_takes_for_one_sign(signs: list[str], space: int) -> None:
    text = "".join(signs)
    shown = kit.cut(text, space)
    assert kit.length(shown) <= space
    if shown == text:
        return
    starts = list(accumulate(signs, initial=""))
    assert shown.endswith("…") and shown[:-1] in starts
    longer = starts[starts.index(shown[:-1]) + 1]
    assert kit.length(longer) + 1 > space  # as much as fits


@settings(max_examples=300)
@given(st.text(), st.integers(1, 60))
def test_what_is_shown_sign_for_sign_stays_so_when_it_is_cut(name: str, space: int) -> None:
    """Taking the escapes away again gives the beginning of the name."""
    name = name.encode("utf-8", "ignore").decode()
    shown = kit.cut(literal(name), space)
    plain = re.sub(r"\\(.)", r"\1", shown.removesuffix("…") if shown != literal(name) else shown)
    assert one_line(name).startswith(plain)
    assert not re.search(r"(?<!\\)(?:\\\\)*\\$", shown.removesuffix("…"))


@pytest.mark.parametrize("sign", [each for each in WHOLE if each.strip()])
def test_what_a_sentence_repeats_is_cut_between_signs(sign: str) -> None:
    for before in range(20, 41):
        text = "x" * before + sign + "y" * 60
        assert values.cut(text)[before:].rstrip("y…") in ("", sign)
        if sign.isprintable():  # others are spelled as TOML escapes them
            found = errors.shown(errors.Words("", "z" * 38 + text))[38 + before :]
            assert found.rstrip("y…") in ("", sign)


def test_a_text_that_is_one_sign_is_cut_to_nothing_and_no_space_is_no_fault() -> None:
    assert kit.cut("e" + "\u0301" * 90, 40) == "…"
    assert kit.cut("abc", 1) == "…" and kit.cut("abc", 0) == "…"
