"""What there is of a player in a server, and how long it is kept; in a direct message, first in
which servers there is something of theirs."""

from __future__ import annotations

from typing import Final

from adapters import kept
from adapters.tables import collection, ledger, persons, players, settings
from commands import personal
from commands.asked import Asked
from commands.privacy_show.show import Held, Listed, Personal, Place
from gacha import snowflake

PAGE: Final = 25
"""Servers to a page: Discord's selects have as many lines."""


def answer(asked: Asked) -> Personal | Listed:
    return _listed(asked) if asked.guild_id is None else _of_server(asked)


def _listed(asked: Asked) -> Listed:
    """What such a server calls its banners is all that anybody knows it by beside its id."""
    places = persons.places(asked.user_id)
    pages = max(1, -(-len(places) // PAGE))
    page = min(int(asked.options.get("page", 1)) or 1, pages)
    shown: list[Place] = []
    for each in places[(page - 1) * PAGE : page * PAGE]:
        names = [*settings.names(each.guild_id).values()]
        place: Place = {"server": each.guild_id, "since": each.since // 1000}
        shown.append({**place, "banner": dict(names[0])} if names else place)
    return {"kind": "privacy list", "places": shown, "page": page, "pages": pages}


def _of_server(asked: Asked) -> Personal:
    current = players.load(asked.player_key)
    found: Personal = {
        "kind": "privacy show",
        "server": personal.server(asked),
        "kept": kept.facts(),
        "erased": 0,
        "is_going": False,
    }
    if leaving_ms := settings.game(asked.guild).leaving:
        found["server_leaves"] = leaving_ms // 1000
    if current is None:
        erased_ms = players.tombstone(asked.player_key).erased
        if snowflake.created_ms(asked.interaction_id) <= erased_ms:
            return {**found, "is_going": True}
        found["erased"] = erased_ms // 1000
        if ledger.has_any(asked.player_key):
            found["failed"] = True
        if persons.place(asked.user_id, asked.guild) is not None:
            found["noted"] = True
        return found
    held: Held = {
        "balance": current.balance,
        "cards": len(collection.all_of(current.key).copies),
        "events": current.version - current.began,
        "since": current.joined_at // 1000,
        "leaving": current.leaving // 1000,
    }
    return {**found, "held": held}
