"""What a banner publishes: every rate, exactly as it is drawn, and the player's own next pull.

Every item's rate is what Japan asks for (CESA 2016); how earlier pulls change later ones, and any
ceiling, is what Korea does (2024).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Final

from . import chains, engine, odds, pulling
from .banner import Banner, Rarity
from .errors import OddsError

PLACES: Final = 4
"""Decimal places of a published percentage; more are cut into a rounded last one."""

MOST_STATES: Final = 10_000
"""A banner with more states has no consolidated rate here: it would take a function too long.
`python -m gacha.odds` knows it."""


def table(banner: Banner, state: engine.State) -> dict[str, Any]:
    """The published table of `banner`, beside what holds for the next pull from `state`.

    `base` is the rate of a first pull, `consolidated` the long-run share with ramps, ceilings and
    guarantees, `ten` that of ten-pulls where they have rules of their own, `next` that of the
    player's next single pull; all in percent, as text, or None. `changes` are the pulls since the
    last of the rarity from which its rate is another, the last of them the ceiling if it has one; a
    long ramp's middle is None. `featured` is the featured cards' part, `guarantee` the losses in a
    row after which it is all.
    """
    start = engine.start(banner)
    base, own = engine.rates(banner, start), engine.rates(banner, state)
    certain = {each["rarity"]: each for each in pulling.certain_within(banner, state)}
    single = _consolidated(banner, ten=False)
    ten = _consolidated(banner, ten=True) if banner.ten_differs else dict.fromkeys(single)
    return {
        "rarities": [
            {
                "rarity": rarity.id,
                "name": dict(rarity.name),
                "base": percent(base[rarity.id]),
                "consolidated": single[rarity.id],
                "ten": ten[rarity.id],
                "next": percent(own[rarity.id]),
                "certain_within": certain.get(rarity.id),
                "changes": _changes(rarity),
                "featured": None if rarity.share is None else percent(rarity.share),
                "guarantee": rarity.guarantee,
            }
            for rarity in banner.rarities
        ],
        "steps": [step.price for step in banner.steps],
        "next_step": state.step + 1,
        "exchange": None if banner.exchange is None else banner.exchange.price,
    }


def cards(banner: Banner) -> list[dict[str, Any]]:
    """Each card's rate on a first pull, in percent, as text; the highest rarity first."""
    start = engine.position(banner, engine.start(banner))
    rates = {card.id: rate for card, rate in engine.row(banner, start)}
    return [
        {
            "name": dict(card.name),
            "rarity": rarity.id,
            "rank": rank,
            "rate": percent(rates.get(card.id, Fraction(0))),
        }
        for rank, rarity in enumerate(banner.rarities)
        for card in rarity.cards
    ]


def percent(rate: Fraction) -> str:
    """A rate as text in percent, rounded to four places, without trailing zeros.

    A rare card gets as many places as its first two digits need, and a rate short of 1 as many as
    tell it from 1: neither 0 nor 100 is ever the result of rounding.
    """
    places = PLACES
    while 0 < rate < 1 and not 10 <= round(rate * 100 * 10**places) < 100 * 10**places:
        places += 1
    whole, part = divmod(round(rate * 100 * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".") + " %"


def _changes(rarity: Rarity) -> list[tuple[int, str] | None]:
    changes: list[tuple[int, str] | None] = [
        (pull, percent(rate))
        for pull, (before, rate) in enumerate(pairwise(rarity.schedule), start=2)
        if rate != before
    ]
    return changes if len(changes) <= 4 else [*changes[:2], None, changes[-1]]


@cache
def _consolidated(banner: Banner, ten: bool) -> dict[str, str | None]:
    rates: dict[str, str | None] = dict.fromkeys(rarity.id for rarity in banner.rarities)
    for rarity in banner.rarities:
        try:
            rate = odds.long_run(banner, chains.members(rarity), ten, most_states=MOST_STATES)
        except OddsError:
            break  # a lower rarity depends on the counts of this one, too
        rates[rarity.id] = percent(rate)
    return rates
