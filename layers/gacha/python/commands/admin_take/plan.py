"""What is taken back: an amount, or one copy of a card. It touches no seed, whatever became of the
player's epoch."""

from __future__ import annotations

from dataclasses import replace

from adapters import banners
from adapters.tables import collection
from commands import decisions
from commands.album import album, named
from commands.asked import Asked
from commands.decisions import Decided
from commands.events import Row
from commands.message import Text, text
from gacha import changes, purse
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    if ("amount" in asked.options) is ("card" in asked.options):
        return Refusal("one_of_both", {})
    if "card" in asked.options:
        return _card(asked, current, game)
    amount, reason = asked.number("amount"), asked.text("reason")
    change = changes.take(current, asked.interaction_id, amount, asked.admin, reason)
    if change is None:
        has = {"user": asked.user_id, "amount": amount, "balance": current.balance}
        return Refusal("too_much", has)
    return decisions.recording(asked, change, recorded)


def _card(asked: Asked, current: Player, game: Game) -> Decided:
    """The condition on the collection decides: a card that is locked meanwhile, or spent, comes
    back here and is refused."""
    known = album(asked, banners.with_sample(game))
    typed = asked.text("card")
    found = named(typed, known)
    if len(found) != 1:
        return Refusal("several" if found else "no_card", {"name": typed, "found": len(found)})
    card = known[found[0]][0].card
    named_ = {"user": asked.user_id, "name": dict(card.name), "number": card.number}
    held = collection.held(current.key, [card])[card.id] if current.version else collection.NONE
    if not held.copies:
        return Refusal("not_owned", named_)
    if held.is_locked:
        return Refusal("is_locked", named_)
    copy = purse.Copies(card.id, card.number)
    reason = asked.text("reason")
    change = changes.take_card(current, asked.interaction_id, copy, asked.admin, reason)
    event = {**change.event, "name": dict(card.name), "left": held.copies - 1}
    return decisions.recording(asked, replace(change, event=event), recorded)


def recorded(row: Row) -> Text:
    """What the admin is told; the player is told with their next command."""
    user = row["user_id"].partition("@")[0]
    if "given" in row:
        return text("taken_card", user=user, name=row["name"], left=row["left"])
    return text("taken", user=user, amount=-row["amount"], balance=row["balance"])
