"""The one tree of errors the domain raises."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from gacha.names import boundary


class GachaError(Exception):
    """Base of every error that the domain raises on purpose."""


class BannerError(GachaError):
    """A banner file is refused; nothing of it was loaded.

    The text names the file, the field, the value found and what is allowed. `place` is where in
    the file it stands: line and column, from 1, or where what is missing belongs; None where that
    is not known. The text has it as editors and terminals read it: `FILE:LINE:COLUMN`.
    """

    def __init__(
        self,
        source: str,
        field: str,
        value: object,
        allowed: Words,
        place: tuple[int, int] | None = None,
    ) -> None:
        found = shown(value)
        is_missing = value is None
        where = source if place is None else f"{source}:{place[0]}:{place[1]}"
        super().__init__(
            f"{where}: {field} is missing; allowed: {allowed.en}"
            if is_missing
            else f"{where}: {field}: {found} is not allowed; allowed: {allowed.en}"
        )
        self.place = place
        self.source = source
        self.field = field
        self.value = value
        self.allowed = allowed


class GameError(GachaError):
    """A server's game cannot be so: it would have too many banners, or take too much room."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a file, in both languages. In English it is a phrase, as the tools for
    developers read it. In Japanese, which owners read with it: of what was found, a sentence
    without its full stop; of what is allowed, whole sentences that say what to do."""

    ja: str
    en: str

    def __add__(self, further: Words) -> Words:
        return Words(self.ja + further.ja, self.en + further.en)


MOST_SHOWN: Final = 80  # characters of a value that an error repeats


def shown(value: object, lang: str = "en") -> str:
    """A value as its reader wrote it, on one line: not as Python would."""
    is_japanese = lang == "ja"
    match value:
        case None:
            text = "何もない状態" if is_japanese else "nothing"
        case bool():
            text = str(value).lower()
        case int() if value.bit_length() > 64:  # too long to print, and for long to count
            bits = value.bit_length()
            text = "桁の多すぎる整数" if is_japanese else f"an integer of {bits} bits"
        case int() | float():
            text = str(value)
        case Words():
            text = value.ja if is_japanese else value.en
        case str():
            text = json.dumps(value[: 2 * MOST_SHOWN], ensure_ascii=False)
        case list() | tuple():
            text = f"[{', '.join(shown(item, lang) for item in value[:MOST_SHOWN])}]"
        case dict():
            text = "表" if is_japanese else "a table"
        case date() | time():
            text = value.isoformat()
        case _:
            text = str(value)
    text = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    return text if len(text) <= MOST_SHOWN else text[: boundary(text, MOST_SHOWN - 3)] + "…"


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as an error lists what is allowed."""
    return ", ".join(words)


class SeedMismatchError(GachaError):
    """The secret at hand does not give the seed that the player was promised; nothing is drawn."""


class OddsError(GachaError):
    """A question about odds has no answer: no such card, or more states than can be walked."""
