"""How lucky a player is: of a hundred who pulled by the same rules, how many would have fewer cards
of the highest rarity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypedDict

from adapters.tables import ledger
from commands.events import Row
from commands.message import Names
from gacha import engine, kinds, luck, pulling
from gacha.banner import Banner
from gacha.errors import OddsError

MOST: Final = 100
"""Rows of the ledger that are read, in one query: a thousand draws, if all are ten-pulls."""


class Known(TypedDict, total=False):
    """Of a hundred players, so many would have fewer. It is too early to say without."""

    percent: int


class Standing(Known):
    """The luck of the latest `draws` that the same rules decided, with the highest `rarity`."""

    rarity: Names
    draws: int


def standing_of(player_key: str, banner: Banner) -> Standing | None:
    """How lucky a player is with a banner; None where that cannot be said. One query."""
    return standing(banner, of_banner(ledger.page(player_key, MOST).rows, banner))


def of_banner(rows: Sequence[Row], banner: Banner) -> list[Row]:
    return [row for row in rows if row["kind"] == kinds.PULL and row["banner"] == banner.id]


def standing(banner: Banner, pulls: Sequence[Row]) -> Standing | None:
    """How lucky the latest of these pulls were that came one after the other by the banner's rules
    of now; None where that cannot be said. Others of its kind may have moved its state between."""
    run = list[Mapping[str, Any]]()
    in_order = sorted(pulls, key=lambda row: int(row["version"]))
    for receipt in (pulling.parse(row["receipt"]) for row in in_order):
        if "counts" in receipt:
            continue  # it was drawn as a first pull is, and moved nothing
        if receipt["banner_hash"] != banner.hash:
            run.clear()
            continue
        if run and _counts(run[-1]["after"]) != _counts(receipt["before"]):
            run.clear()
        run.append(receipt)
    if not run:
        return None
    top = banner.rarities[0]
    cards = frozenset(card.id for card in banner.cards if card.rarity == top.id)
    drawn = [card for receipt in run for card in receipt["cards"]]
    said: Standing = {"rarity": dict(top.name), "draws": len(drawn)}
    if len(drawn) < luck.LEAST_DRAWS:
        return said
    before = engine.State.from_dict(banner, run[0]["before"])
    try:
        found = luck.luck(
            banner, cards, before, [each["count"] for each in run], sum(c in cards for c in drawn)
        )
    except OddsError:
        return None
    return {**said, "percent": found.percent}


def _counts(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A state without what decides no draw and moves between two pulls: points, what was taken for
    them, and what a limit counts by the day."""
    apart = ("points", "exchanged", "limit")
    return {name: value for name, value in state.items() if name not in apart}


def decimal(number: Fraction) -> str:
    """As text, rounded to two places, or to as many as its first two digits need."""
    places = 2
    while number > 0 and round(number * 10**places) < 10:
        places += 1
    whole, part = divmod(round(number * 10**places), 10**places)
    return f"{whole:,}.{part:0{places}d}".rstrip("0").rstrip(".")
