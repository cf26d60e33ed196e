"""What the player has, and each banner's rules as they stand: those that are open come first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters import banners
from adapters.tables import boxes, collection, items, players, settings
from commands import fortune, offers, sold
from commands.album import Place, album
from commands.asked import Asked
from commands.cards import card as card_of
from commands.message import Names, Text, text
from commands.profile.show import Best, Lot, OfLuck, Profile, Standing
from gacha import engine, preferences, pulling, rules, snowflake
from gacha import player as players_of
from gacha.book import Possession
from gacha.game import Game
from gacha.player import Player
from gacha.purse import ANY

MOST_OF_A_STATE: Final = 128 * 1024
"""Bytes that a profile's banners may take of the 256 KB that a workflow's state may hold."""


def answer(asked: Asked) -> Profile | Text:
    """One's own, or of another member what they let others see: their cards and their luck, and
    not their purse. It reads the game, the player, their cards and their latest pulls, and for its
    owner the boxes that the server shares."""
    owner = str(asked.options.get("member") or asked.user_id)
    current = players.load(players_of.key(owner, asked.guild))
    game = banners.game(asked.guild)
    known = album(asked, game)
    has = collection.all_of(current.key) if current else Possession({})
    cards = {place.card.id for places in known.values() for place in places}
    shown: Profile = {
        "kind": "profile",
        "owned": len(has.copies),
        "cards": len(cards | has.copies.keys()),  # what no banner has any more stays the player's
        "copies": sum(has.copies.values()),
        "balance": None,
        "banners": [],
        "more": 0,
    }
    if best := _best(known.values(), has):
        shown["best"] = best
    if owner != asked.user_id:
        if current and not preferences.shows_book(current):
            return text("closed_book", user=owner)
        shown["member"] = owner
    if current and (luck := _luck(asked, game, current)):
        shown["luck"] = luck
    if owner != asked.user_id:
        return shown
    if current is None and players.erased_ms(asked.player_key):  # who begins again with nothing
        game = replace(game, start_balance=0)
    shown["balance"] = current.balance if current else game.start_balance
    if current and current.shards:
        shown["shards"] = current.shards
    if current and current.tickets:
        shown["tickets"] = _lots(asked, game, current)
    shown["banners"], shown["more"] = _standings(asked, game, current)
    return shown


def _luck(asked: Asked, game: Game, current: Player) -> OfLuck | None:
    """With the banner that is pulled where none is named. What `/gacha luck` takes longest for,
    what was to be expected of each draw, is not said here."""
    offer = game.default_at(snowflake.created_ms(asked.interaction_id))
    if offer is None:
        return None
    banner = banners.offered(asked.guild, offer)
    standing = fortune.standing_of(current.key, banner)
    return {"banner": dict(banner.name), "standing": standing} if standing else None


def _best(cards: Iterable[Sequence[Place]], has: Possession) -> Best | None:
    """Of the highest rarity that the player has, a featured card before others, and one with a
    picture before all."""
    found: list[tuple[int, bool, bool, int, Best]] = []
    for places in cards:
        first = places[0]
        if has.copies.get(first.card.id):
            card = card_of(first.banner, first.card.id, banners.look(first.offer))
            best: Best = {"card": card, "number": first.card.number}
            order = first.rank, "art" not in card, not card["featured"], first.card.number
            found.append((*order, best))
    return min(found, key=lambda each: each[:4])[4] if found else None


def _lots(asked: Asked, game: Game, current: Player) -> list[Lot]:
    """Those that are still good, those that end first before others."""
    now = snowflake.created_ms(asked.interaction_id)
    lots = list[Lot]()
    names: Mapping[str, Names] = offers.called(game)
    for each in current.tickets:
        if now < each.ends_ms:
            lot: Lot = {"count": each.count, "ends": each.ends_ms // 1000}
            if each.banner != ANY:
                offer = game.offer(each.banner)
                lot["banner"] = dict(
                    names.get(each.banner, dict.fromkeys(("ja", "en"), each.banner))
                )
                lot["is_open"] = offer is not None and offer.is_open(now)
            lots.append(lot)
    return lots


def _standings(asked: Asked, game: Game, current: Player | None) -> tuple[list[Standing], int]:
    """How each banner stands, and of how many there was no room to say."""
    states = current.states if current else {}
    now = snowflake.created_ms(asked.interaction_id)
    visible = [each for each in game.offered if not each.is_hidden]
    visible.sort(key=lambda offer: not offer.is_open(now))  # stable: the server's order within each
    every = [(offer, banners.offered(asked.guild, offer)) for offer in visible]
    of_boxes = (boxes.place(game.guild_id, offer.id) for offer, banner in every if banner.shared)
    items.look_ahead(*of_boxes)
    day = None
    if any(pulling.has_days(banner) for _, banner in every):
        day = settings.economy(asked.guild).clock(game, now).number_of(now)
    standings: list[Standing] = []
    size = 0
    for offer, banner in every:
        state = engine.State.from_dict(banner, states.get(banner.state_key, {}))
        if day is not None and pulling.has_days(banner):
            state = engine.on_day(banner, state, day)
        state, of_box = sold.seen(game, offer, banner, state, now)
        is_over = any(each["kind"] == sold.OVER for each in of_box)
        standing: Standing = {
            "banner": dict(banner.name),
            "is_open": offer.is_open(now),
            # Of what is sold out, nothing is left of a day.
            "standing": of_box if is_over else [*of_box, *rules.standing(banner, state)],
        }
        size += len(json.dumps(standing))
        if size > MOST_OF_A_STATE:
            break
        standings.append(standing)
    return standings, len(every) - len(standings)
