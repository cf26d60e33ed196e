"""A server's cards: a number for life, names, a picture.

A banner lists cards; it does not own them. What leaves a banner stays here, and a number is never
given twice, because copies in collections are counted under it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Self

from gacha.making.problems import Names
from gacha.names import UNSEEN, is_name

FIRST_NUMBER: Final = 101
"""Numbers below are those of the sample banner."""

MOST_CARDS: Final = 2_000
MOST_NAME: Final = 80
"""Characters, as in the banner format."""

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ServerCard:
    """A card of a server. `art` names its picture: the first 32 hex digits of the SHA-256; empty
    where it has none."""

    number: int
    name: Names
    art: str = ""

    @property
    def id(self) -> str:
        return f"c{self.number}"

    @property
    def names(self) -> dict[str, str]:
        """Its name in both languages."""
        return both(self.name)


@dataclass(frozen=True, slots=True)
class Cards:
    """All cards of a server, by number. `next_number` is that of the next new one."""

    by_number: Mapping[int, ServerCard]
    next_number: int = FIRST_NUMBER

    @classmethod
    def none(cls) -> Self:
        return cls({})

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The cards of a file that `written` gave. Raises ValueError for any other."""
        stored = json.loads(data)
        if stored["v"] != _VERSION:
            raise ValueError(f"cards of version {stored['v']}, known: {_VERSION}")
        cards = (ServerCard(number, name, art) for number, name, art in stored["cards"])
        return cls({card.number: card for card in cards}, stored["next"])

    def written(self) -> bytes:
        """JSON, the same for the same cards."""
        cards = [
            [card.number, dict(sorted(card.name.items())), card.art]
            for _, card in sorted(self.by_number.items())
        ]
        return canonical({"v": _VERSION, "next": self.next_number, "cards": cards})

    @property
    def hash(self) -> str:
        return sha256(self.written()).hexdigest()

    def with_cards(self, changed: Iterable[ServerCard]) -> Self:
        """With these in the place of those that had their numbers."""
        by_number = {**self.by_number, **{card.number: card for card in changed}}
        highest = max(by_number, default=0)
        return replace(self, by_number=by_number, next_number=max(self.next_number, highest + 1))

    def without(self, number: int) -> Self:
        """Without a card that was never published; its number stays used."""
        rest = {key: card for key, card in self.by_number.items() if key != number}
        return replace(self, by_number=rest)


class Index:
    """Finds cards by their names and pictures. Of several, the one with the lowest number."""

    def __init__(self, cards: Cards) -> None:
        self._by_key: dict[str, int] = {}
        self._by_sound: dict[str, int] = {}
        self._by_art: dict[str, int] = {}
        for _, card in sorted(cards.by_number.items()):
            self.add(card)

    def add(self, card: ServerCard) -> None:
        for name in card.name.values():
            self._by_key.setdefault(key(name), card.number)
            self._by_sound.setdefault(sound(name), card.number)
        if card.art:
            self._by_art.setdefault(card.art, card.number)

    def named(self, name: str) -> int | None:
        """The card of this name, folded: no two cards of a server have one."""
        return self._by_key.get(key(name))

    def alike(self, names: Iterable[str], art: str) -> Iterator[int]:
        """Cards that may be the same under another name: the same in kana, or in the picture."""
        for name in names:
            if (found := self._by_sound.get(sound(name))) is not None:
                yield found
        if art and (found := self._by_art.get(art)) is not None:
            yield found


def name_problem(name: str) -> str:
    """Why it can name nothing: a key of PROBLEMS, or empty."""
    if len(name) > MOST_NAME:
        return "name_too_long"
    return "" if is_name(name) else "name_unusable"


def both(name: Names) -> dict[str, str]:
    """A name in both languages, where one may have to serve for the other."""
    ja, en = name.get("ja", ""), name.get("en", "")
    return {"ja": ja or en, "en": en or ja}


def key(text: str) -> str:
    """Text as it is compared: width, case, blanks and invisible signs make no difference."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(UNSEEN.sub("", folded).split())


_KANA: Final = {
    **{katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)},
    **{0x30FD: 0x309D, 0x30FE: 0x309E},
}


def sound(text: str) -> str:
    """As `key`, and katakana are hiragana."""
    return key(text).translate(_KANA)


def likeness(one: ServerCard, two: ServerCard) -> str:
    """Why both may be one card: "picture", "sound" or "name"; empty where neither tells."""
    if one.art and one.art == two.art:
        return "picture"
    pairs = [(first, second) for first in one.name.values() for second in two.name.values()]
    if any(sound(first) == sound(second) for first, second in pairs):
        return "sound"
    return "name" if any(is_near(first, second) for first, second in pairs) else ""


def is_near(one: str, two: str) -> bool:
    """Whether one name is likely a correction of the other: one sign of four or more is different,
    or two of eight. Of shorter names, such as アリス and アリサ, both are as good.
    Names that differ in their digits alone are those of a series, and not near."""
    one, two = sound(one), sound(two)
    if one == two:
        return True
    if _without_digits(one) == _without_digits(two):
        return False
    shorter = min(len(one), len(two))
    most = 2 if shorter >= 8 else 1 if shorter >= 4 else 0
    return _distance_within(one, two, most)


def _without_digits(text: str) -> str:
    return "".join(sign for sign in text if not sign.isdigit())


def _distance_within(one: str, two: str, most: int) -> bool:
    """Whether at most so many signs have to be put in, left out or replaced (Levenshtein)."""
    if abs(len(one) - len(two)) > most:
        return False
    above = list(range(len(two) + 1))
    for row, sign in enumerate(one, start=1):
        here = [row]
        for column, other in enumerate(two, start=1):
            here.append(min(above[column] + 1, here[-1] + 1, above[column - 1] + (sign != other)))
        if min(here) > most:
            return False
        above = here
    return above[-1] <= most


def canonical(value: Any) -> bytes:
    """JSON that is the same, byte for byte, for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
