"""A card as messages hand it over and show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

from commands.kit import COLOURS, by_rank, in_language
from commands.message import Names
from commands.sentences import LANGUAGES

if TYPE_CHECKING:
    from gacha.banner import Banner
    from gacha.banner import Card as CardOfBanner


STARS: Final = ("🌟", "🟣", "🔵", "⚪")
"""The signs of rarities that have none of their own, from the highest down; further ones have the
last."""
WISHED: Final = "💫"
LOCKED: Final = "🔒"
"""The marks of a card that its player wishes for, or locked."""


class Look(TypedDict, total=False):
    """What a banner's owner chose: `art` names the card's picture, `emoji` and `colour` (24 bits of
    RGB) are its rarity's."""

    art: str
    emoji: str
    colour: int


class Card(Look):
    """`rarity` is that one's name, and `rank` its place in the banner, 0 the highest."""

    id: str
    name: Names
    rarity: Names
    rank: int
    featured: bool


def star(of: Mapping[str, Any]) -> str:
    """The sign of a rarity, or of a card's: what its owner chose (`emoji`), else by its `rank`. All
    messages have it from here."""
    return of.get("emoji") or bare_star(of)


def bare_star(of: Mapping[str, Any]) -> str:
    """The same where there is no room for an owner's own, or no Markdown."""
    return by_rank(STARS, of["rank"])


def emojis(of: Banner, look: Mapping[str, Any]) -> list[str]:
    """Those that the banner's owner chose, by rank; empty where none was."""
    own = look.get("rarities", {})
    return [str(own.get(rarity.id, {}).get("emoji", "")) for rarity in of.rarities]


def colour(of: Card) -> int:
    return of.get("colour", by_rank(COLOURS, of["rank"]))


def card(of: Banner, card_id: str, look: Mapping[str, Any] = MappingProxyType({})) -> Card:
    """A card of a banner, with its part of the banner's `look` (`adapters.banners.look`). One that
    this version no longer has goes by its id."""
    ranks = {rarity.id: rank for rank, rarity in enumerate(of.rarities)}
    for candidate in of.cards:
        if candidate.id == card_id:
            rank = ranks[candidate.rarity]
            return {
                "id": candidate.id,
                "name": dict(candidate.name),
                "rarity": dict(of.rarities[rank].name),
                "rank": rank,
                "featured": candidate.featured,
                **_look(candidate, look),
            }
    return gone(card_id, len(ranks))


def gone(card_id: str, rank: int) -> Card:
    """A card that no version at hand has: it goes by its id."""
    return {
        "id": card_id,
        "name": dict.fromkeys(LANGUAGES, card_id),
        "rarity": dict.fromkeys(LANGUAGES, ""),
        "rank": rank,
        "featured": False,
    }


def _look(of: CardOfBanner, look: Mapping[str, Any]) -> Look:
    own: dict[str, Any] = dict(look.get("rarities", {}).get(of.rarity, {}))
    if art := look.get("cards", {}).get(of.id):
        own["art"] = art
    return cast(Look, own)


def counted(cards: Sequence[Card], lang: str) -> str:
    """Cards in one line, the highest rarity first, copies counted."""
    copies: dict[tuple[int, str, str, str], int] = {}
    for each in cards:
        rarity, name = in_language(each["rarity"], lang), in_language(each["name"], lang)
        of = (each["rank"], rarity, name, star(each))
        copies[of] = copies.get(of, 0) + 1
    return ("、" if lang == "ja" else ", ").join(
        f"{sign} {name}" + (f" ×{number}" if number > 1 else "")
        for (_, _, name, sign), number in sorted(copies.items())
    )
