"""A wish, or the list of them. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from dataclasses import replace

from adapters import banners
from adapters.tables import collection, wishers
from commands import decisions
from commands.album import Album, album, wanted
from commands.asked import Asked
from commands.cards import STARS, gone
from commands.cards import card as card_of
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import Text, text
from commands.wishlist.show import MOST_NAMED, Wish, Wishes
from gacha import preferences, snowflake, wishes
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    game = banners.with_sample(game)
    known = album(asked, game)
    wished = collection.wishes(current.key) if current.version else {}
    number = wanted(asked, known, wished)
    if isinstance(number, Refusal):
        return number
    if number is None:
        return Shown(_listed(known, wished, asked, current))
    ids = {of: card for card, of in wished.items()}
    adds = number not in ids
    if "way" in asked.options and (asked.text("way") == "add") is not adds:
        return Shown(_listed(known, wished, asked, current))  # pressed twice, or already so
    if adds and len(wished) >= wishes.MOST:
        return Refusal("full", {"most": wishes.MOST})
    card = ids.get(number) or known[number][0].card.id
    change = wishes.wish(current, card, number, is_wished=adds)
    name = known[number][0].card.name[asked.language] if number in known else card
    event = {**change.event, "name": name}
    decided = decisions.recording(asked, replace(change, event=event), recorded)
    mark = collection.wish(current.key, card, number, is_wished=adds)
    also = []
    if preferences.lists_wishes(current):
        made_ms = snowflake.created_ms(asked.interaction_id)
        also = wishers.listed(asked.guild, asked.user_id, [number], made_ms, is_listed=adds)
    return decided._replace(transaction=[*decided.transaction, mark, *also])


def recorded(row: Row) -> Text:
    values = {"number": row["number"], "name": row["name"]}
    return text("added" if row["wished"] else "dropped", **values)


def _listed(known: Album, wished: dict[str, int], asked: Asked, current: Player) -> Wishes:
    now = snowflake.created_ms(asked.interaction_id)
    also = wishers.load(asked.guild, wished.values())
    has = collection.of_cards(asked.player_key, wished.values()).copies if wished else {}
    listed: list[Wish] = []
    for card, number in sorted(wished.items(), key=lambda each: each[1]):
        places = known.get(number)
        if places:
            look = banners.look(places[0].offer)
            shown = card_of(places[0].banner, card, look)
            is_open = any(place.is_open for place in places)
        else:
            shown, is_open = gone(card, len(STARS)), False
        others = also[number].others(asked.user_id, now)
        listed.append(
            {
                "card": shown,
                "number": number,
                "copies": has.get(card, 0),
                "is_open": is_open,
                "others": others[:MOST_NAMED],
                "more": max(0, len(others) - MOST_NAMED),
            }
        )
    is_listed = preferences.lists_wishes(current)
    return {"kind": "wishlist", "wishes": listed, "is_listed": is_listed}
