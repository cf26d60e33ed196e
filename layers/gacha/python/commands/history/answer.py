"""A page of the ledger: of all events, or of the pulls of a banner or a rarity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from adapters import banners
from adapters.tables import claims, ledger
from commands import events, offers
from commands.asked import Asked
from commands.cards import Card
from commands.events import Event
from commands.history.show import Filtered, History
from commands.message import Text
from commands.took import Took
from commands.took import told as told_of
from gacha import book, kinds, presents
from gacha.presents import Present
from gacha.pulling import Refusal

PAGE_SIZE: Final = 10
"""Ledger rows to a page of the history."""

LOOKED_THROUGH: Final = 50
"""Rows that are read for a page of some of them: a page may so be short, and still not the last."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`banner` is an id, `rarity` a `book.rarity_key`; empty is every one."""

    banner: str = ""
    rarity: str = ""

    def __bool__(self) -> bool:
        return bool(self.banner or self.rarity)

    def fits(self, event: Event, row: Mapping[str, Any]) -> bool:
        if not self:
            return True
        if event["kind"] not in kinds.DRAWN or self.banner not in ("", row["banner"]):
            return False
        keys = {book.rarity_key(card["rarity"]["en"]) for card in _cards(event)}
        return self.rarity in ("", *keys)


def _with_givers(told: Sequence[Event], guild_id: str) -> list[Event]:
    """Presents with what was said with them: one more read, where there are any."""
    took = [cast(Took, each) for each in told if each["kind"] == kinds.PRESENT]
    names = [presents.setting(id_) for each in took for id_ in each["ids"]]
    found = claims.settings(guild_id, names) if names else {}
    known = {of.id: of for of in map(Present.read, found.values())}
    return [
        told_of(cast(Took, each), known) if each["kind"] == kinds.PRESENT else each for each in told
    ]


def _cards(pull: Event) -> Sequence[Card]:
    """Those of a pull's event, which is more than what every event has."""
    cards: Sequence[Card] = cast(Mapping[str, Any], pull)["cards"]
    return cards


def answer(asked: Asked) -> History | Text:
    named: Filtered = {"state": ""}
    wanted = _Wanted(
        str(asked.options.get("of_banner", "")), str(asked.options.get("of_rarity", ""))
    )
    if "rarity" in asked.options:
        wanted = _Wanted(wanted.banner, book.rarity_key(asked.text("rarity")))
    if "banner" in asked.options:
        offer = offers.to_show(asked, banners.game(asked.guild))
        if isinstance(offer, Refusal):
            return offers.sentence(offer)
        wanted = _Wanted(offer.id, wanted.rarity)
    if wanted:
        named["state"] = f":{wanted.rarity}:{wanted.banner}"
    if wanted.banner:
        known = offers.called(banners.game(asked.guild))
        if wanted.banner in known:
            named["banner"] = dict(known[wanted.banner])
    page = ledger.page(
        asked.player_key,
        LOOKED_THROUGH if wanted else PAGE_SIZE,
        older=Decimal(asked.text("older")) if "older" in asked.options else None,
        newer=Decimal(asked.text("newer")) if "newer" in asked.options else None,
    )
    told = [(events.event(row), row) for row in page.rows]
    kept = [(event, row) for event, row in told if wanted.fits(event, row)]
    if wanted.rarity:
        cards = (card for event, _ in kept for card in _cards(event))
        names = {book.rarity_key(card["rarity"]["en"]): card["rarity"] for card in cards}
        if wanted.rarity in names:
            named["rarity"] = dict(names[wanted.rarity])
    # Turning back, the page ends at the key that it was turned from.
    cut = kept[-PAGE_SIZE:] if "newer" in asked.options else kept[:PAGE_SIZE]
    is_cut = len(cut) < len(kept)
    rows = [row for _, row in cut] if is_cut else page.rows
    has_newer = page.has_newer or (is_cut and "newer" in asked.options)
    has_older = page.has_older or (is_cut and "newer" not in asked.options)
    shown: History = {
        "kind": "history",
        "rows": _with_givers([event for event, _ in cut], asked.guild),
        "newer": str(rows[0]["timestamp"]) if has_newer and rows else None,
        "older": str(rows[-1]["timestamp"]) if has_older and rows else None,
    }
    if wanted:
        shown["filter"] = named
    return shown
