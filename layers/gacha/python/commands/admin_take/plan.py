"""What is taken back, once an admin is sure: an amount, or one copy of a card. It touches no seed,
whatever became of the player's epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters import banners
from adapters.tables import collection
from commands import decisions, sure
from commands.admin_take.show import Asking
from commands.album import album, named
from commands.asked import Asked
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import Text, text
from gacha import changes, purse
from gacha.changes import Change
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    """What was typed is read twice, as of then: the question changes nothing."""
    if "seen" not in asked.options:
        typed = {name: asked.options.get(name, "") for name in ("amount", "card", "reason")}
        taken = _taken(asked, current, game, typed)
        return taken if isinstance(taken, Refusal) else _ask(asked, current, taken)
    kept = sure.kept(asked)
    if isinstance(kept, Refusal):
        return kept
    if kept["user"] != asked.user_id:
        return Refusal("forgotten", {}, is_stale=True)
    taken = _taken(asked, current, game, kept)
    if isinstance(taken, Refusal):
        return taken
    recording = decisions.recording(asked, taken, recorded)
    return recording._replace(transaction=[*recording.transaction, sure.done(asked)])


def _ask(asked: Asked, current: Player, taken: Change) -> Shown:
    """A card by its number, so that the button is about the one that the question names."""
    event = taken.event
    values = {"user": asked.user_id, "reason": event["reason"]}
    if "given" in event:
        [copy] = event["given"].values()
        form, seen = sure.form(values | {"card": str(copy["number"]), "amount": ""})
        said = {"name": event["name"], "left": event["left"]}
    else:
        amount = -event["amount"]
        form, seen = sure.form(values | {"card": "", "amount": amount})
        said = {"amount": amount, "left": current.balance - amount}
    asking: Asking = {
        "kind": "admin take",
        "user": asked.user_id,
        "reason": event["reason"],
        "said": said,
        "again": f"sure:{asked.user_id}:{seen}",
    }
    return Shown(asking, "asked", form)


def _taken(asked: Asked, current: Player, game: Game, typed: Mapping[str, Any]) -> Change | Refusal:
    if bool(typed["amount"]) is bool(typed["card"]):
        return Refusal("one_of_both", {})
    if typed["card"]:
        return _card(asked, current, game, typed)
    amount, reason = int(typed["amount"]), str(typed["reason"])
    change = changes.take(current, asked.interaction_id, amount, asked.admin, reason)
    if change is None:
        has = {"user": asked.user_id, "amount": amount, "balance": current.balance}
        return Refusal("too_much", has)
    return change


def _card(asked: Asked, current: Player, game: Game, typed: Mapping[str, Any]) -> Change | Refusal:
    """The condition on the collection decides: a card that is locked meanwhile, or spent, comes
    back here and is refused."""
    known = album(asked, banners.with_sample(game))
    found = named(typed["card"], known)
    if len(found) != 1:
        return Refusal(
            "several" if found else "no_card", {"name": typed["card"], "found": len(found)}
        )
    card = known[found[0]][0].card
    named_ = {"user": asked.user_id, "name": dict(card.name), "number": card.number}
    held = collection.held(current.key, [card])[card.id] if current.version else collection.NONE
    if not held.copies:
        return Refusal("not_owned", named_)
    if held.is_locked:
        return Refusal("is_locked", named_)
    copy = purse.Copies(card.id, card.number)
    change = changes.take_card(current, asked.interaction_id, copy, asked.admin, typed["reason"])
    event = {**change.event, "name": dict(card.name), "left": held.copies - 1}
    return replace(change, event=event)


def recorded(row: Row) -> Text:
    """What the admin is told; the player is told with their next command."""
    user = row["user_id"].partition("@")[0]
    if "given" in row:
        return text("taken_card", user=user, name=row["name"], left=row["left"])
    return text("taken", user=user, amount=-row["amount"], balance=row["balance"])
