"""Counts what the player drew, and what was to be expected of it.

Each draw is held against the rates that it had itself: after its ramp, at its ceiling, in its slot
of a ten-pull. A long-run rate would call everybody unlucky who has not reached a ceiling yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from adapters import banners
from adapters.tables import ledger
from commands import fortune, offers
from commands.asked import Asked
from commands.luck.show import Luck, Rarity, Said
from commands.message import Text, text
from gacha import engine, pulling
from gacha.banner import Banner, Card
from gacha.pulling import Refusal


def answer(asked: Asked) -> Luck | Text:
    offer = offers.to_show(asked, banners.game(asked.guild))
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    banner = banners.offered(asked.guild, offer)
    if banner.shared is not None:  # what others drew before decides what was to be expected
        return text("limited", banner=dict(banner.name))
    page = ledger.page(asked.player_key, fortune.MOST)
    pulls = fortune.of_banner(page.rows, banner)
    names = {rarity.id: dict(rarity.name) for rarity in banner.rarities}
    got, expected = Counter[str](), defaultdict[str, Fraction](Fraction)
    for row in pulls:
        version = banners.load_version(asked.guild, banner.id, row["banner_hash"])
        names = {**{each.id: dict(each.name) for each in version.rarities}, **names}
        rarity_of = {card.id: card.rarity for card in version.cards}
        got.update(rarity_of[card] for card in row["cards"])
        for id_, share in to_be_expected(version, pulling.parse(row["receipt"])).items():
            expected[id_] += share
    # The banner's own rarities first; then those that an older version of it had.
    order = [rarity.id for rarity in banner.rarities]
    order += [id_ for id_ in names if id_ not in order]
    rarities: list[Rarity] = [
        {
            "name": names[id_],
            "got": got[id_],
            "expected": fortune.decimal(expected[id_]),
        }
        for id_ in order
    ]
    standing = fortune.standing(banner, pulls)
    said: Said = {"standing": standing} if standing else {}
    return {
        **said,
        "kind": "luck",
        "banner": dict(banner.name),
        "rarities": rarities if pulls else [],
        "draws": got.total(),
        "rows": len(page.rows),
        "has_older": page.has_older,
    }


Ways = tuple[tuple[engine.Position, Fraction], ...]
"""Where a draw may be decided, each with a weight."""


def to_be_expected(banner: Banner, receipt: Mapping[str, Any]) -> dict[str, Fraction]:
    """How many cards of each rarity were to be expected of a pull, exactly: a sum of fractions.

    Which whole a multi-pull has its receipt does not say, so before each card all count, each by
    how probable it is after the cards before.
    """
    cards = {card.id: card for card in banner.cards}
    before = engine.start(banner)
    if "counts" not in receipt:
        before = engine.State.from_dict(banner, receipt["before"])
    at = engine.position(banner, before, len(receipt["cards"]))
    expected = dict.fromkeys((rarity.id for rarity in banner.rarities), Fraction(0))
    ways = engine.openings(banner, at)
    for card_id in receipt["cards"]:
        total = sum((chance for _, chance in ways), Fraction(0))
        for way, chance in ways:
            for rarity, rate in engine.rates_at(banner, way).items():
                expected[rarity] += rate * chance / total
        ways = _after(banner, ways, cards[card_id])
    return expected


def _after(banner: Banner, ways: Ways, card: Card) -> Ways:
    """The ways once the card came; of several, each has the probability that it was this one."""
    if len(ways) == 1:
        return ((engine.after(banner, ways[0][0], card), Fraction(1)),)
    return tuple(
        (engine.after(banner, way, card), chance * rate)
        for way, chance in ways
        if (rate := dict(engine.row(banner, way)).get(card, Fraction(0)))
    )
