"""The cards that a server shows: those of its banners that are not hidden, whether open or not.
Those of drafts are nobody's to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adapters import banners
from commands.asked import Asked
from gacha import names, snowflake
from gacha.banner import Banner, Card
from gacha.book import Entry
from gacha.game import Game, Offer
from gacha.pulling import Refusal


class Place(NamedTuple):
    """A card as a banner has it."""

    card: Card
    banner: Banner
    offer: Offer
    is_open: bool

    @property
    def rank(self) -> int:
        """The place of its rarity in the banner, 0 the highest."""
        ids = [rarity.id for rarity in self.banner.rarities]
        return ids.index(self.card.rarity)


Album = Mapping[int, Sequence[Place]]
"""By number: where a card is, in open banners first."""


def album(asked: Asked, game: Game) -> Album:
    now = snowflake.created_ms(asked.interaction_id)
    visible = [each for each in game.offered if not each.is_hidden]
    visible.sort(key=lambda offer: not offer.is_open(now))  # stable: the server's order within each
    known: dict[int, list[Place]] = {}
    for offer in visible:
        banner = banners.offered(asked.guild, offer)
        for card in banner.cards:
            place = Place(card, banner, offer, offer.is_open(now))
            known.setdefault(card.number, []).append(place)
    return known


def entry(places: Sequence[Place]) -> Entry:
    """A card, as the banner says that has it first."""
    first = places[0]
    return Entry(
        id=first.card.id,
        number=first.card.number,
        rank=first.rank,
        rarity=first.banner.rarities[first.rank].name["en"],
        banners=frozenset(each.offer.id for each in places),
    )


def named(typed: str, known: Album) -> list[int]:
    """The numbers of the cards that it fits."""
    return names.numbered(typed, {each: of[0].card.name for each, of in known.items()})


def wanted(asked: Asked, known: Album, marked: Mapping[str, int]) -> int | Refusal | None:
    """The number of the card that is to be marked, or to lose its mark; None where neither `number`
    nor `card` names one. Of those that are `marked`, by their ids, one that no banner has any more
    can still lose it."""
    if "number" in asked.options:
        number = int(asked.text("number"))
        if number in known or number in marked.values():
            return number
        return Refusal("no_card", {"name": str(number)})
    if "card" not in asked.options:
        return None
    typed = asked.text("card")
    found = named(typed, known)
    if len(found) == 1:
        return found[0]
    if not found:
        return Refusal("no_card", {"name": typed})
    return Refusal("several", {"name": typed, "found": len(found)})
