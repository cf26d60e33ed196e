"""What a duplicate gives, and what a card costs in the shop: shards, by rarity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from gacha.banner import Banner

KNOWN: Final[Mapping[str, int]] = {"N": 1, "R": 2, "SR": 4, "SSR": 30}
"""What a duplicate gives of the rarities that most banners have, by their English names."""

SHOP: Final = 10
"""How many duplicates of its own rarity a card costs, where nobody settled a price."""

MOST: Final = 100_000
"""The most that a duplicate gives, or a card costs, in shards; the least are 0 and 1."""


def of_duplicates(banner: Banner, look: Mapping[str, Any]) -> dict[str, int]:
    """By rarity's id: what a duplicate gives. `look` says what the owner settled."""
    settled = look.get("shards", {})
    return {
        each.id: settled.get(each.id, default(each.name["en"], each.rate))
        for each in banner.rarities
    }


def prices(banner: Banner, look: Mapping[str, Any]) -> dict[str, int]:
    """By rarity's id: what a card costs."""
    settled, gives = look.get("shop", {}), of_duplicates(banner, look)
    return {id_: settled.get(id_, max(1, SHOP * each)) for id_, each in gives.items()}


def amounts(look: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What of a look the amounts of both follow from."""
    return {name: dict(look.get(name, {})) for name in ("shards", "shop")}


def is_known(rarity: str) -> bool:
    """Whether the rarity's name alone says what a duplicate gives."""
    return _key(rarity) in KNOWN


def default(rarity: str, rate: Fraction) -> int:
    """By the rarity's name, else by its rate: half of the pulls that one takes on average."""
    known = KNOWN.get(_key(rarity))
    if known is not None or not rate:
        return known or 1
    return min(MOST, max(1, round(Fraction(1, 2) / rate)))


def _key(rarity: str) -> str:
    return rarity.strip().upper()


def gained(
    cards: Iterable[tuple[str, str]], owned: set[str], each: Mapping[str, int]
) -> dict[str, int]:
    """What drawn cards give, by rarity: they are pairs of a card's and its rarity's id, in their
    order. `owned` are those that the player had before; the second copy of a new one counts, too.
    """
    seen, shards = set(owned), dict[str, int]()
    for card, rarity in cards:
        if card in seen and each.get(rarity):
            shards[rarity] = shards.get(rarity, 0) + each[rarity]
        seen.add(card)
    return shards
