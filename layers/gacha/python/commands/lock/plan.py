"""A lock, or the list of them. It touches no seed, whatever became of the player's epoch."""

from __future__ import annotations

from dataclasses import replace

from adapters import banners
from adapters.tables import collection
from commands import decisions, kit
from commands.album import Album, album, wanted
from commands.asked import Asked
from commands.cards import STARS, gone
from commands.cards import card as card_of
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.lock.show import Locked, Locks
from commands.message import Text, text
from gacha import changes
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    known = album(asked, banners.with_sample(game))
    locked = collection.locks(current.key) if current.version else {}
    number = wanted(asked, known, locked)
    if isinstance(number, Refusal):
        return number
    if number is None:
        return Shown(_listed(asked, known, locked))
    ids = {of: card for card, of in locked.items()}
    locks = number not in ids
    if "way" in asked.options and (asked.text("way") == "lock") is not locks:
        return Shown(_listed(asked, known, locked))  # pressed twice, or already so
    card = ids.get(number) or known[number][0].card.id
    name = known[number][0].card.name if number in known else gone(card, 0)["name"]
    if locks and not _copies(asked, current, card, number):
        return Refusal("not_owned", {"name": dict(name), "number": number})
    change = changes.lock(current, card, number, is_locked=locks)
    event = {**change.event, "name": dict(name)}
    decided = decisions.recording(asked, replace(change, event=event), recorded)
    mark = collection.lock(current.key, card, number, is_locked=locks)
    return decided._replace(transaction=[*decided.transaction, mark])


def recorded(row: Row) -> Text:
    values = {"number": row["number"], "name": row["name"]}
    return text("locked" if row["locked"] else "opened", **values)


def _copies(asked: Asked, current: Player, card: str, number: int) -> int:
    if not current.version:
        return 0
    return collection.of_cards(asked.player_key, [number]).copies.get(card, 0)


def _listed(asked: Asked, known: Album, locked: dict[str, int]) -> Locks:
    """Those of which copies are left come with how many."""
    numbers = sorted(locked.items(), key=lambda each: each[1])
    has = collection.of_cards(asked.player_key, locked.values()).copies if locked else {}
    listed: list[Locked] = []
    for card, number in numbers[: kit.MAX_OPTIONS]:
        places = known.get(number)
        shown = gone(card, len(STARS))
        if places:
            shown = card_of(places[0].banner, card, banners.look(places[0].offer))
        listed.append({"card": shown, "number": number, "copies": has.get(card, 0)})
    return {"kind": "lock", "locks": listed, "more": len(numbers) - len(listed)}
