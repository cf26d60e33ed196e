"""What people type into cells and fields, as values. None where it is no such value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gacha.making.cards import key
from gacha.names import boundary, one_line

_MOST_DIGITS: Final = 18  # more are read as the largest number, which is out of every range
UNITS: Final = "連|回|枚|個|点|コイン|pt|coins?|pulls?|points?|copies"
_WHOLE: Final = re.compile(
    rf"([+-]?)([0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.0*)?\s*(?:{UNITS})?", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?:c|#|no\.?\s*)?([0-9]{1,6})(?:\.0*)?", re.IGNORECASE)
_DECIMAL: Final = r"(?:[0-9]{1,12}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})"
_PERCENT: Final = re.compile(rf"({_DECIMAL})\s*(?:%|パーセント|percent)", re.IGNORECASE)
_RATIO: Final = re.compile(r"([0-9]{1,12})\s*/\s*([0-9]{1,12})")
_BARE: Final = re.compile(_DECIMAL)
_REST: Final = {"残り", "のこり", "残り全部", "それ以外", "rest", "the rest", "remaining", "other"}
_YES: Final = {
    *("○", "◯", "〇", "o", "◎", "●", "✓", "✔", "☑", "✅", "⭕", "1", "yes", "y", "true", "on"),
    *("はい", "有", "あり", "ピックアップ", "pu", "pickup", "featured"),
}
_NO: Final = {
    *("", "×", "✕", "✗", "✘", "❌", "-", "ー", "0", "no", "n", "false", "off", "いいえ", "無"),
    *("なし", "none"),
}


_NONE: Final = {"なし", "無し", "無", "none", "-", "ー"}

MOST_RATE_TEXT: Final = 24
"""Characters of a rate in the banner format."""
MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as somebody wrote it. `is_bare`: without a percent sign or a fraction bar, so that
    only the others beside it tell whether 3 or 0.03 is meant by 3 %; `part` is the number then."""

    part: Fraction
    is_bare: bool = False


def clean(text: str) -> str:
    """Without halves of characters, which JSON can spell and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def cut(text: str) -> str:
    """What was typed, as a sentence repeats it: on one line, and not all of a long one."""
    text = one_line(clean(text)).strip()
    return text if len(text) <= MOST_SHOWN else text[: boundary(text, MOST_SHOWN - 1)] + "…"


def plain(text: str) -> str:
    """One width for digits, letters and signs, without blanks around it."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def whole(text: str) -> int | None:
    """A whole number: "１,６００", "10 枚", "10.0" as spreadsheets have it."""
    match = _WHOLE.fullmatch(plain(text))
    if match is None:
        return None
    digits = match[2].replace(",", "")
    value = 10**_MOST_DIGITS if len(digits) > _MOST_DIGITS else int(digits)
    return -value if match[1] == "-" else value


def number(text: str) -> int | None:
    """A card's number: "101", "c101", "No.101"."""
    match = _NUMBER.fullmatch(plain(text))
    return None if match is None else int(match[1])


def rate(text: str) -> Rate | None:
    """A rate: "3%", "３％", "1/33", or a bare "3"."""
    text = plain(text)
    if match := _PERCENT.fullmatch(text):
        return Rate(Fraction(_padded(match[1])) / 100)
    if (match := _RATIO.fullmatch(text)) and int(match[2]):
        return Rate(Fraction(int(match[1]), int(match[2])))
    if _BARE.fullmatch(text):
        return Rate(Fraction(_padded(text)), is_bare=True)
    return None


def _padded(digits: str) -> str:
    return f"0{digits}" if digits.startswith(".") else digits.rstrip(".")


def is_rest(text: str) -> bool:
    """Whether it says that this one takes what the others leave."""
    return key(text) in _REST


def yes_or_no(text: str) -> bool | None:
    text = key(text)
    return True if text in _YES else False if text in _NO else None


def is_none(text: str) -> bool:
    """Whether it takes back what was there, which an empty cell or field keeps."""
    return key(text) in _NONE


def resolved(rates: list[Rate]) -> tuple[list[Fraction], bool]:
    """Rates that stand together, and whether bare ones were read as percent: they are, unless
    all together are 1."""
    bare = [each.part for each in rates if each.is_bare]
    is_percent = bool(bare) and sum((each.part for each in rates), Fraction(0)) != 1
    return [each.part / 100 if each.is_bare and is_percent else each.part for each in rates], (
        is_percent
    )


def rate_text(part: Fraction) -> str:
    """A rate as the banner format writes it, exactly: a decimal where it ends, else a fraction."""
    denominator, places = part.denominator, 0
    while denominator % 2 == 0 or denominator % 5 == 0:
        denominator //= 10 if denominator % 10 == 0 else 2 if denominator % 2 == 0 else 5
        places += 1
    if denominator != 1:
        return f"{part.numerator}/{part.denominator}"
    places = next(n for n in range(places + 1) if (part * 10**n).denominator == 1)
    if places == 0:
        return str(part.numerator)
    digits = f"{int(part * 10**places):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}"


def percent(part: Fraction) -> str:
    """A rate as people write it, exactly: per cent, or a fraction where that does not end."""
    text = rate_text(part * 100)
    return rate_text(part) if "/" in text else f"{text}%"
