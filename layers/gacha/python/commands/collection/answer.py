"""A page of the book. One in the order of numbers costs one read of what the player has on it; what
depends on all that they have costs one query of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from adapters import banners
from adapters.tables import collection, ledger, players
from commands import offers
from commands.album import Album, Place, album, entry
from commands.asked import Asked
from commands.cards import card as card_of
from commands.collection.show import PAGES, Book, Group, Line, Summary
from commands.message import Text, text
from gacha import book, kinds, player, preferences, purse, snowflake
from gacha.book import Entry, Filter, Possession
from gacha.pulling import Refusal

DAY_MS: Final = 24 * 60 * 60 * 1000
MOST_EVENTS: Final = 100
"""Rows of the ledger in which new cards are looked for."""


def answer(asked: Asked) -> Book | Text:
    game = banners.game(asked.guild)
    known = album(asked, game)
    wanted = _filter(asked)
    if wanted.banner:
        offer = offers.to_show(asked, game)
        if isinstance(offer, Refusal):
            return offers.sentence(offer)
        wanted = replace(wanted, banner=offer.id)
    owner = str(asked.options.get("member") or asked.user_id)
    key = player.key(owner, asked.guild)
    if owner != asked.user_id:
        them = players.load(key)
        if them and not preferences.shows_book(them):
            return text("closed_book", user=owner)
    entries = [entry(places) for places in known.values()]
    view = str(asked.options.get("view", "p"))
    page = int(str(asked.options.get("page", 0)))
    summary: Summary | None = None
    has: Possession | None
    if page == 0 or wanted.by_possession:
        has = _all_of(asked, key, wanted)
        found = book.listed(wanted, entries, has)
        if page == 0:
            summary = _summary(entries, known, has)
    else:
        has = None
        found = book.listed(wanted, entries, Possession({}))
    pages = max(1, -(-len(found) // PAGES[view]))
    page = min(page, pages - 1)
    here = found[page * PAGES[view] :][: PAGES[view]]
    if has is None:
        has = collection.of_cards(key, [each.number for each in here])
    shown: Book = {
        "kind": "collection",
        "owner": owner,
        "is_own": owner == asked.user_id,
        "view": view,
        "filter": {"show": wanted.show, "sort": wanted.sort, "state": wanted.written()},
        "member": "" if owner == asked.user_id else owner,
        "found": len(found),
        "page": page,
        "pages": pages,
        "lines": [_line(each, known, has) for each in here],
    }
    if wanted.banner:
        shown["banner"] = dict(offers.called(game)[wanted.banner])
    if summary:
        shown["summary"] = summary
    return shown


def _filter(asked: Asked) -> Filter:
    """What the options or the custom id say."""
    said = {name: str(value) for name, value in asked.options.items()}
    if "filter" in said:
        before = Filter.read(said["filter"], said.get("rarity", ""), said.get("banner", ""))
        return replace(before, show=said.get("show", before.show))
    rarity = book.rarity_key(said["rarity"]) if "rarity" in said else ""
    return Filter(
        said.get("show", book.ALL), said.get("sort", book.NUMBER), said.get("banner", ""), rarity
    )


def _all_of(asked: Asked, key: str, wanted: Filter) -> Possession:
    has = collection.all_of(key)
    if wanted.show == book.NEW or wanted.sort == book.DATE:
        return replace(has, came=_came(asked, key))
    return has


def _came(asked: Asked, key: str) -> Mapping[str, int]:
    """By card's id: when the first copy came, in Unix milliseconds, of the last days' new cards."""
    since = Decimal(snowflake.created_ms(asked.interaction_id) - book.NEW_DAYS * DAY_MS)
    came: dict[str, int] = {}
    for row in ledger.page(key, MOST_EVENTS).rows:
        if row["timestamp"] < since:
            break
        new = row["new"] if row["kind"] in kinds.DRAWN else [c.card for c in purse.given(row)]
        for card in new:
            came[card] = int(row["timestamp"])  # rows come newest first: the oldest stays
    return came


def _line(of: Entry, known: Album, has: Possession) -> Line:
    first: Place = known[of.number][0]
    return {
        "card": card_of(first.banner, of.id, banners.look(first.offer)),
        "number": of.number,
        "copies": has.copies.get(of.id, 0),
        "is_locked": of.id in has.locked,
        "is_wished": of.id in has.wished,
    }


def _summary(entries: list[Entry], known: Album, has: Possession) -> Summary:
    """How far the book is filled, in all, by rarity and by banner."""
    rarities: dict[str, list[Entry]] = {}
    names: dict[str, Mapping[str, str]] = {}
    of_banners: dict[str, list[Entry]] = {}
    for each in sorted(entries, key=lambda each: (each.rank, each.number)):
        places = known[each.number]
        rarities.setdefault(book.rarity_key(each.rarity), []).append(each)
        names.setdefault(book.rarity_key(each.rarity), places[0].banner.rarities[each.rank].name)
        for place in places:
            of_banners.setdefault(place.offer.id, []).append(each)
            names.setdefault(place.offer.id, place.banner.name)
    return {
        "all": _group({"ja": "", "en": ""}, entries, has),
        "rarities": [_group(names[key], cards, has) for key, cards in rarities.items()],
        "banners": [_group(names[key], cards, has) for key, cards in of_banners.items()],
    }


def _group(name: Mapping[str, str], cards: Iterable[Entry], has: Possession) -> Group:
    of = book.completion([*cards], has)
    return {"name": dict(name), "owned": of.owned, "of": of.of}
