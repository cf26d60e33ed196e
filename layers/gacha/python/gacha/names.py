"""Which text somebody may choose: a name, a client seed, the reason of a present."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_JOINERS: Final = "\u200c\u200d"
"""They join the letters of some scripts, and emoji to one picture. `str.isprintable` refuses them
and the Japanese space."""

_FLAG: Final = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)")
"""A flag that is spelled in tags, which mean nothing elsewhere: England, Scotland, Wales."""

_JOINING: Final = re.compile("[\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""What belongs to the sign before it, beside marks: joiners, the marks of half-width kana, colours
of skin, and tags."""

_FLAG_LETTER: Final = re.compile("[\U0001f1e6-\U0001f1ff]")
"""Two of them are a flag."""

_TOKEN: Final = re.compile(r"<(?:a?:\w{1,32}:\d{1,20}|t:-?\d{1,13}(?::\w)?|[@#][!&]?\d{1,20})>")
"""What Discord shows something else for."""
_MOST_OF_A_TOKEN: Final = 60

_TO_HIRAGANA: Final = ord("ァ") - ord("ぁ")

_CARD: Final = re.compile(r"(?:#|no\.? ?)?([0-9]{1,5})", re.ASCII)
"""A card's number, of what is folded."""

UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Signs that take no ink (Unicode, Default_Ignorable_Code_Point) and the blank of Braille."""


def one_line(text: str) -> str:
    """`text` with a space for every sign that would break its line or turn its direction."""
    if text.isprintable():
        return text
    pieces = _FLAG.split(text)  # every second one is a flag
    return "".join(
        piece if at % 2 else "".join(sign if _stays(sign) else " " for sign in piece)
        for at, piece in enumerate(pieces)
    )


def boundary(text: str, most: int) -> int:
    """The last place, `most` at the latest, at which `text` can be cut: within no sign that is
    escaped for Discord, no timestamp or emoji of Discord's, no emoji that is several signs, and no
    letter with its marks. 0 where there is none before."""
    at = min(most, len(text))
    if at == len(text):
        return at
    for token in _TOKEN.finditer(text, max(0, at - _MOST_OF_A_TOKEN), at + _MOST_OF_A_TOKEN):
        if token.start() < at < token.end() and _is_between(text, token.start()):
            at = token.start()
    while at > 0 and not _is_between(text, at):
        at -= 1
    return at


def _is_between(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M" or _JOINING.match(after) or before == "\u200d":
        return False
    if before == "\\":
        return (at - len(text[:at].rstrip("\\"))) % 2 == 0
    if _FLAG_LETTER.match(before) and _FLAG_LETTER.match(after):
        start = at
        while start and _FLAG_LETTER.match(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 0
    return True


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of it: not blanks and invisible signs alone."""
    return any(
        sign.isprintable() and not sign.isspace() and not UNSEEN.match(sign) for sign in text
    )


def folded(text: str) -> str:
    """`text` as it is looked for: width, case, kana and blanks make no difference."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    hiragana = "".join(
        chr(ord(sign) - _TO_HIRAGANA) if "ァ" <= sign <= "ヶ" or sign in "ヽヾ" else sign
        for sign in unicodedata.normalize("NFKC", wide)
    )
    return " ".join(hiragana.split())


def matching(typed: str, known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The keys of what is called so in any language, however it is written; of what begins so,
    where nothing is; else of what has it in its name."""
    wanted = folded(typed)
    called = {key: [folded(each) for each in of.values()] for key, of in known.items()}
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = [key for key, of in called.items() if any(fits(name, wanted) for name in of)]
        if found:
            return found
    return []


def numbered(typed: str, called: Mapping[int, Mapping[str, str]]) -> list[int]:
    """The numbers of the cards that somebody means, of those that are called so. A number goes
    before a name that has it."""
    number = _CARD.fullmatch(folded(typed))
    if number and int(number[1]) in called:
        return [int(number[1])]
    found = matching(typed, {str(each): of for each, of in called.items()})
    return [int(each) for each in found]


def is_name(text: str) -> bool:
    """Whether it can name something: seen, and on one line."""
    return is_seen(text) and one_line(text) == text


def _stays(sign: str) -> bool:
    return sign.isprintable() or sign == "\u3000" or sign in _JOINERS
