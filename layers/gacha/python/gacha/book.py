"""A player's book: which of a server's cards are listed, in which order. Decides; reads
nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gacha import names

ALL, OWNED, MISSING, DUPLICATES, LOCKED, WISHED, NEW = (
    "all",
    "owned",
    "missing",
    "duplicates",
    "locked",
    "wished",
    "new",
)
SHOWN: Final = (ALL, OWNED, MISSING, DUPLICATES, LOCKED, WISHED, NEW)
"""Which cards of a player are listed. NEW are those of the last `NEW_DAYS` days."""

NEW_DAYS: Final = 7

NUMBER, RARITY, COUNT, DATE = "number", "rarity", "count", "date"
SORTS: Final = (NUMBER, RARITY, COUNT, DATE)
"""In which order: from the lowest number, the highest rarity, the most copies, the latest day on
which a card came (known of NEW ones; others come after them, by their number)."""

KEY: Final = 4
"""Hex digits of what stands for a rarity's name where there is no room for the name."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed: `show` and `sort`, and of which banner (its id) and rarity (`rarity_key`);
    empty is every one."""

    show: str = ALL
    sort: str = NUMBER
    banner: str = ""
    rarity: str = ""

    @property
    def by_possession(self) -> bool:
        """Whether a page can be found only by looking at all that the player has."""
        return self.show != ALL or self.sort in (COUNT, DATE)

    def written(self) -> str:
        """In at most 48 characters, for a custom id: `read` of them gives it back."""
        letters = f"{SHOWN.index(self.show)}{SORTS.index(self.sort)}"
        return f"{letters}:{self.rarity}:{self.banner}"

    @classmethod
    def read(cls, letters: str, rarity: str, banner: str) -> Filter:
        """Raises IndexError or ValueError for what `written` never gives."""
        show, sort = (int(each) for each in letters)
        return cls(SHOWN[show], SORTS[sort], banner, rarity)


PATTERN: Final = r"(?P<filter>[0-6][0-3]):(?P<rarity>[0-9a-f]{4})?:(?P<banner>[a-z0-9-]{1,40})?"
"""What `Filter.written` gives, in a control's pattern."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A card of the server's: `rank` is its rarity's place, 0 the highest, in the banner that shows
    it first; `banners` are the ids of all that do."""

    id: str
    number: int
    rank: int
    rarity: str
    banners: frozenset[str]


@dataclass(frozen=True, slots=True)
class Possession:
    """What a player has: by card's id how many copies, the latest day that is known, and marks."""

    copies: Mapping[str, int]
    locked: frozenset[str] = frozenset()
    wished: frozenset[str] = frozenset()
    came: Mapping[str, int] | None = None


def rarity_key(name: str) -> str:
    """Stands for a rarity's name, whatever its width and case."""
    return hashlib.sha256(names.folded(name).encode()).hexdigest()[:KEY]


def listed(of: Filter, cards: Iterable[Entry], has: Possession) -> list[Entry]:
    """The cards that the filter lets through, in its order."""
    came = has.came or {}
    shown: Mapping[str, Callable[[str], Any]] = {
        ALL: lambda _: True,
        OWNED: lambda card: has.copies.get(card, 0) > 0,
        MISSING: lambda card: not has.copies.get(card),
        DUPLICATES: lambda card: has.copies.get(card, 0) > 1,
        LOCKED: has.locked.__contains__,
        WISHED: has.wished.__contains__,
        NEW: came.__contains__,
    }
    sorts: Mapping[str, Callable[[Entry], Any]] = {
        NUMBER: lambda card: 0,
        RARITY: lambda card: card.rank,
        COUNT: lambda card: -has.copies.get(card.id, 0),
        DATE: lambda card: -came.get(card.id, 0),
    }
    kept = [
        card
        for card in cards
        if of.banner in ("", *card.banners)
        and of.rarity in ("", rarity_key(card.rarity))
        and shown[of.show](card.id)
    ]
    return sorted(kept, key=lambda card: (sorts[of.sort](card), card.number))


@dataclass(frozen=True, slots=True)
class Completion:
    """How many of a group of cards a player has."""

    owned: int
    of: int


def completion(cards: Sequence[Entry], has: Possession) -> Completion:
    return Completion(sum(1 for card in cards if has.copies.get(card.id)), len(cards))
