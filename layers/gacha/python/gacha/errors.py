"""The one tree of errors the domain raises."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, time
from typing import Final


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
        allowed: str,
        place: tuple[int, int] | None = None,
    ) -> None:
        found = shown(value)
        is_missing = value is None
        where = source if place is None else f"{source}:{place[0]}:{place[1]}"
        super().__init__(
            f"{where}: {field} is missing; allowed: {allowed}"
            if is_missing
            else f"{where}: {field}: {found} is not allowed; allowed: {allowed}"
        )
        self.place = place
        self.source = source
        self.field = field
        self.value = value
        self.allowed = allowed


class GameError(GachaError):
    """A server's game cannot be so: it would have too many banners, or take too much room."""


class Words(str):
    """What was found, in words of ours, where that is no value of the file: shown unquoted."""

    __slots__ = ()


MOST_SHOWN: Final = 80  # characters of a value that an error repeats


def shown(value: object) -> str:
    """A value as its reader wrote it, on one line: not as Python would."""
    match value:
        case None:
            text = "nothing"
        case bool():
            text = str(value).lower()
        case int() if value.bit_length() > 64:  # too long to print, and for long to count
            text = f"an integer of {value.bit_length()} bits"
        case int() | float():
            text = str(value)
        case Words():
            text = value
        case str():
            text = json.dumps(value[: 2 * MOST_SHOWN], ensure_ascii=False)
        case list() | tuple():
            text = f"[{', '.join(shown(item) for item in value[:MOST_SHOWN])}]"
        case dict():
            text = "a table"
        case date() | time():
            text = value.isoformat()
        case _:
            text = str(value)
    text = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "…"


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as an error lists what is allowed."""
    return ", ".join(words)


class SeedMismatchError(GachaError):
    """The secret at hand does not give the seed that the player was promised; nothing is drawn."""


class OddsError(GachaError):
    """A question about odds has no answer: no such card, or more states than can be walked."""
