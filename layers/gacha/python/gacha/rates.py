"""What a banner publishes: every rate, exactly as it is drawn, and the player's own next pull."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from typing import Any

from . import engine, odds, pulling
from .banner import Banner

PLACES = 4
"""Decimal places of a published percentage; more are cut into a rounded last one."""


def table(banner: Banner, state: engine.State) -> dict[str, Any]:
    """The published table of `banner`, beside what holds for the next pull from `state`.

    `base` is the rate of a first pull, `consolidated` the long-run share with ramps, ceilings and
    guarantees, `next` that of the player's next single pull; all in percent, as text. Publishing
    every item's rate, and how earlier pulls change later ones, is what Japan's (CESA 2016) and
    Korea's (2024) rules ask for.
    """
    start = engine.start(banner)
    base, own = engine.rates(banner, start), engine.rates(banner, state)
    certain = {each["rarity"]: each for each in pulling.certain_within(banner, state)}
    card_rates: dict[str, Fraction] = defaultdict(Fraction)
    for card, rate in engine.row(banner, engine.position(banner, start)):
        card_rates[card.id] = rate
    return {
        "rarities": [
            {
                "rarity": rarity.id,
                "base": percent(base[rarity.id]),
                "consolidated": percent(_consolidated(banner, rarity.id)),
                "next": percent(own[rarity.id]),
                "certain_within": certain.get(rarity.id),
            }
            for rarity in banner.rarities
        ],
        "cards": [
            {
                "name": dict(card.name),
                "rarity": card.rarity,
                "rank": rank,
                "rate": percent(card_rates[card.id]),
            }
            for rank, rarity in enumerate(banner.rarities)
            for card in rarity.cards
        ],
    }


def percent(rate: Fraction) -> str:
    """A rate as text in percent, rounded to four places, without trailing zeros."""
    units = round(rate * 100 * 10**PLACES)
    whole, part = divmod(units, 10**PLACES)
    return f"{whole}.{part:0{PLACES}d}".rstrip("0").rstrip(".") + " %"


@cache
def _consolidated(banner: Banner, rarity: str) -> Fraction:
    members = next(each for each in banner.rarities if each.id == rarity)
    return odds.long_run(banner, odds.members(members))
