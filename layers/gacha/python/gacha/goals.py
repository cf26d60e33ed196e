"""What may be wanted of a banner: its cards and rarities, by name. Whoever types one waits for it,
so that this needs nothing that counts odds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gacha import names
from gacha.banner import Banner

MOST_OFFERED: Final = 25
"""Goals that a select has."""


class Goal(NamedTuple):
    """`of` is as `gacha.odds.copies.goal` reads it; the `name` is the rarity's or the card's."""

    of: str
    name: Mapping[str, str]
    is_featured: bool = False


def of(banner: Banner) -> Mapping[str, Goal]:
    """All that may be wanted: the featured cards of each rarity, rarities, and cards."""
    found = [
        Goal(f"{rarity.id}.featured", rarity.name, is_featured=True)
        for rarity in banner.rarities
        if 0 < sum(card.featured for card in rarity.cards) < len(rarity.cards)
    ]
    found += [Goal(rarity.id, rarity.name) for rarity in banner.rarities]
    found += [Goal(card.id, card.name) for rarity in banner.rarities for card in rarity.cards]
    return {each.of: each for each in found}


def offered(banner: Banner) -> list[Goal]:
    """The first of them in a select: of rarities all but the lowest, of cards those that are
    featured, promised or sold for points, then those of the highest rarities."""
    lowest = banner.rarities[-1]
    marked = {card.id for card in banner.cards if card.featured}
    marked |= {card for promise in banner.promises for card in promise.cards}
    if banner.exchange is not None:
        marked |= banner.exchange.cards
    passed = {lowest.id, f"{lowest.id}.featured"} if len(banner.rarities) > 1 else set()
    low = {card.id for card in lowest.cards}
    known = [each for each in of(banner).values() if each.of not in passed]
    cards = {card.id for card in banner.cards}
    first = [each for each in known if each.of not in cards]
    first += [each for each in known if each.of in marked - low]
    rest = [each for each in known if each.of in cards - marked - low]
    return [*first, *rest][:MOST_OFFERED]


def looked_for(typed: str, banner: Banner) -> list[Goal]:
    """Those that are called so, or have it in their names; a card of this number first."""
    known = of(banner)
    ids = {card.number: card.id for card in banner.cards}
    numbered = names.numbered(typed, {card.number: card.name for card in banner.cards})
    by_number = [ids[each] for each in numbered if len(numbered) == 1]
    found = names.matching(typed, {goal: each.name for goal, each in known.items()})
    return [known[each] for each in dict.fromkeys([*by_number, *found])]


def named(goal: Goal, banner: Banner) -> dict[str, Any]:
    """As messages have it: `commands.rates.show.Goal`. Of what a card and a rarity are both called,
    `kind` says which it is."""
    shown = {"of": goal.of, "name": dict(goal.name), "featured": goal.is_featured}
    cards = {card.id for card in banner.cards}
    called_so = {names.folded(each) for each in goal.name.values()}
    are_cards = {
        each.of in cards
        for each in of(banner).values()
        if not each.is_featured and called_so & {names.folded(name) for name in each.name.values()}
    }
    if len(are_cards) > 1 and not goal.is_featured:
        shown["kind"] = "card" if goal.of in cards else "rarity"
    return shown
