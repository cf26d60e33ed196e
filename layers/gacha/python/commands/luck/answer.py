"""Counts what the player drew, and what was to be expected of it.

Each draw is held against the rates that it had itself: after its ramp, at its ceiling, in its slot
of a ten-pull. A long-run rate would call everybody unlucky who has not reached a ceiling yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from adapters import banners
from adapters.tables import ledger
from commands import offers
from commands.asked import Asked
from commands.events import Row
from commands.luck.show import Luck, Rarity, Said, Standing
from commands.message import Text
from gacha import engine, kinds, luck, pulling
from gacha.banner import TEN, Banner
from gacha.errors import OddsError
from gacha.pulling import Refusal

MOST: Final = 100
"""Rows of the ledger that are read, in one query: a thousand draws, if all are ten-pulls."""


def answer(asked: Asked) -> Luck | Text:
    offer = offers.to_show(asked, banners.game(asked.guild))
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    banner = banners.offered(asked.guild, offer)
    page = ledger.page(asked.player_key, MOST)
    pulls = _of_banner(page.rows, banner)
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
            "expected": decimal(expected[id_]),
        }
        for id_ in order
    ]
    standing = _standing(banner, pulls)
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


def standing_of(player_key: str, banner: Banner) -> Standing | None:
    """How lucky a player is with a banner; None where that cannot be said. One query."""
    return _standing(banner, _of_banner(ledger.page(player_key, MOST).rows, banner))


def _of_banner(rows: Sequence[Row], banner: Banner) -> list[Row]:
    return [row for row in rows if row["kind"] == kinds.PULL and row["banner"] == banner.id]


def _standing(banner: Banner, pulls: Sequence[Row]) -> Standing | None:
    """How lucky the latest of these pulls were that came one after the other by the banner's rules
    of now; None where that cannot be said. Others of its kind may have moved its state between."""
    run = list[Mapping[str, Any]]()
    in_order = sorted(pulls, key=lambda row: int(row["version"]))
    for receipt in (pulling.parse(row["receipt"]) for row in in_order):
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
    standing: Standing = {"rarity": dict(top.name), "draws": len(drawn)}
    if len(drawn) < luck.LEAST_DRAWS:
        return standing
    before = engine.State.from_dict(banner, run[0]["before"])
    try:
        found = luck.luck(
            banner, cards, before, [each["count"] for each in run], sum(c in cards for c in drawn)
        )
    except OddsError:
        return None
    return {**standing, "percent": found.percent}


def _counts(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A state without its points: an exchange moves them between two pulls."""
    return {name: value for name, value in state.items() if name != "points"}


def to_be_expected(banner: Banner, receipt: Mapping[str, Any]) -> dict[str, Fraction]:
    """How many cards of each rarity were to be expected of a pull, exactly: a sum of fractions."""
    cards = {card.id: card for card in banner.cards}
    at = engine.position(
        banner,
        engine.State.from_dict(banner, receipt["before"]),
        ten=len(receipt["cards"]) == TEN,
    )
    expected = dict.fromkeys((rarity.id for rarity in banner.rarities), Fraction(0))
    for card_id in receipt["cards"]:
        for rarity, rate in engine.rates_at(banner, at).items():
            expected[rarity] += rate
        at = engine.after(banner, at, cards[card_id])
    return expected


def decimal(number: Fraction) -> str:
    """As text, rounded to two places, or to as many as its first two digits need."""
    places = 2
    while number > 0 and round(number * 10**places) < 10:
        places += 1
    whole, part = divmod(round(number * 10**places), 10**places)
    return f"{whole:,}.{part:0{places}d}".rstrip("0").rstrip(".")
