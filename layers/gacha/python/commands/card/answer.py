"""The cards of the banners that the server shows, by number or name. Those of drafts and of hidden
banners are nobody's to see."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adapters import banners
from adapters.tables import collection, players
from commands.album import Place, album, named
from commands.asked import Asked
from commands.card.show import PAGE, Found, Hit, Rate, Shown
from commands.cards import card as card_of
from commands.message import Text, text
from gacha import engine, names, rates
from gacha.player import Player


def answer(asked: Asked) -> Found | Text:
    known = album(asked, banners.game(asked.guild))
    typed = names.one_line(asked.text("name"))
    found = named(typed, known)
    if not found:
        return text("no_card", name=typed)
    wanted = asked.options.get("number")
    chosen = next((each for each in found if str(each) == wanted or len(found) == 1), None)
    pages = -(-len(found) // PAGE)
    page = min(int(asked.text("page")), pages - 1) if "page" in asked.options else 0
    return {
        "kind": "card",
        "name": typed,
        "found": len(found),
        "page": page,
        "pages": pages,
        "hits": [_hit(known[each][0]) for each in found[page * PAGE :][:PAGE]],
        "shown": None if chosen is None else _shown(known[chosen], players.load(asked.player_key)),
    }


def _hit(of: Place) -> Hit:
    return {"number": of.card.number, "name": dict(of.card.name)}


def _shown(places: Sequence[Place], player: Player | None) -> Shown:
    first = places[0]
    held = collection.held(player.key, [first.card])[first.card.id] if player else collection.NONE
    return {
        "card": card_of(first.banner, first.card.id, banners.look(first.offer)),
        "number": first.card.number,
        "copies": held.copies,
        "is_wished": held.is_wished,
        "is_locked": held.is_locked,
        "rates": [_rate(each, player) for each in places if each.is_open],
    }


def _rate(of: Place, player: Player | None) -> Rate:
    stored = player.states.get(of.banner.state_key, {}) if player else {}
    states = (engine.start(of.banner), engine.State.from_dict(of.banner, stored))
    first, own = (_chance(of, each) for each in states)
    return {"banner": dict(of.banner.name), "rate": first, "next": own}


def _chance(of: Place, state: engine.State) -> str:
    row = engine.row(of.banner, engine.position(of.banner, state))
    return rates.percent(next((rate for card, rate in row if card.id == of.card.id), Fraction(0)))
