"""The cards of the banners that the server shows, by number or name. Those of drafts and of hidden
banners are nobody's to see."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adapters import banners
from adapters.tables import collection, players
from commands import sold
from commands.album import Place, album, named
from commands.asked import Asked
from commands.card.show import PAGE, Found, Hit, InBox, InPack, Rate, Shown
from commands.cards import card as card_of
from commands.message import Text, text
from gacha import engine, names, rates, snowflake
from gacha.game import Game
from gacha.player import Player


def answer(asked: Asked) -> Found | Text:
    game = banners.game(asked.guild)
    known = album(asked, game)
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
        "shown": None if chosen is None else _shown(asked, game, known[chosen]),
    }


def _hit(of: Place) -> Hit:
    return {"number": of.card.number, "name": dict(of.card.name)}


def _shown(asked: Asked, game: Game, places: Sequence[Place]) -> Shown:
    first, player = places[0], players.load(asked.player_key)
    at_ms = snowflake.created_ms(asked.interaction_id)
    held = collection.held(player.key, [first.card])[first.card.id] if player else collection.NONE
    return {
        "card": card_of(first.banner, first.card.id, banners.look(first.offer)),
        "number": first.card.number,
        "copies": held.copies,
        "is_wished": held.is_wished,
        "is_locked": held.is_locked,
        "rates": [_rate(game, each, player, at_ms) for each in places if each.is_open],
    }


def _rate(game: Game, of: Place, player: Player | None, at_ms: int) -> Rate:
    """Costs a read where the server shares a box, from what is left in which the rate follows."""
    stored = player.states.get(of.banner.state_key, {}) if player else {}
    own = engine.State.from_dict(of.banner, stored)
    if not of.banner.sells(1):
        part, has = rates.of_card(of.banner, of.card.id, own)
        in_pack: InPack = {"size": of.banner.sizes[0], "part": part, "next": has}
        return {"banner": dict(of.banner.name), "rate": "", "next": "", "pack": in_pack}
    own, of_box = sold.seen(game, of.offer, of.banner, own, at_ms)
    first, following = (_chance(of, each) for each in (engine.start(of.banner), own))
    rate: Rate = {"banner": dict(of.banner.name), "rate": first, "next": following}
    if of.banner.shared is not None:
        is_over = {"kind": "shared_over"} in of_box
        rate["box"] = _in_box(of, own, is_over=is_over)
    return rate


def _in_box(of: Place, box: engine.State, *, is_over: bool) -> InBox:
    assert of.banner.shared is not None
    left = (of.card.stock or 0) - dict(box.drawn)[of.card.id]
    return {
        "left": 0 if is_over else left,
        "tickets": 0 if is_over else engine.in_box(of.banner, box),
        "is_last": of.banner.shared.last == of.card.id,
    }


def _chance(of: Place, state: engine.State) -> str:
    row = engine.row(of.banner, engine.position(of.banner, state))
    return rates.percent(next((rate for card, rate in row if card.id == of.card.id), Fraction(0)))
