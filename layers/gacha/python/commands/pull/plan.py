"""Draws: rolls the cards, and decides what is to be recorded of them.

Drawing again gives the same cards (see `gacha.pulling`). The notes show an operator, in the Step
Functions console, what was random, which odds held and what the player had before and after.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters import banners, seeds
from adapters.tables import collection, items, ledger, players, settings, transactions
from commands import decisions, offers, sold
from commands.asked import Asked
from commands.cards import card
from commands.decisions import Decided, Recording
from commands.events import Row
from commands.message import Named
from commands.pull.show import Beside, Drawn, Result, Sold
from gacha import engine, kinds, points, pulling, purse, rules, shards, shared_box, snowflake
from gacha.banner import Banner
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal
from gacha.purse import Tickets
from gacha.shared_box import Box

Look = Mapping[str, Any]
"""`adapters.banners.look`."""


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    if instead := decisions.instead_in_epoch(asked, current):
        return instead
    if "at" in asked.options and (stale := pulling.refused_at(current, asked.text("at"))):
        return stale
    made_ms = snowflake.created_ms(asked.interaction_id)
    game = offers.as_out(banners.with_sample(game), made_ms)
    offer = offers.to_pull(asked, game)
    if isinstance(offer, Refusal):
        return offer
    banner = banners.offered(asked.guild, offer)
    if banner.shared is not None:
        return _tickets(asked, current, game, offer, banner)
    drawn = pulling.pull(
        current,
        banner,
        offer,
        asked.number("count") if "count" in asked.options else banner.sizes[0],
        asked.interaction_id,
        seeds.server_seed(current.key, current.epoch),
        pulling.client_seed_at(
            current, asked.interaction_id, partial(ledger.event_at, current.key)
        ),
        settings.economy(asked.guild).clock(game, made_ms) if pulling.has_days(banner) else None,
    )
    if isinstance(drawn, Refusal):
        return drawn
    look = banners.look(offer)
    rolled = [roll.card for roll in drawn.rolls]
    held = collection.held(asked.player_key, rolled) if drawn.before.version else {}
    owned = {card for card, of in held.items() if of.copies}
    wished = {card for card, of in held.items() if of.is_wished}
    drawn = drawn.with_duplicates(owned, shards.of_duplicates(banner, look))
    new = sorted({each.id for each in rolled} - owned)
    beside = _beside(game, offers.open_beside(asked, game, offer, drawn.receipt["count"]))
    if "private" in asked.options or current.preferences.get("results") == "private":
        beside["is_private"] = True
    if wished:
        beside["wished"] = sorted(wished)
    beside |= _of_purse(asked, drawn, banner)
    recording = _recording(banner, drawn, new, look, beside)
    at_ms, left = snowflake.created_ms(asked.interaction_id), drawn.receipt["after"]["points"]
    if warning := points.warning(banner, offer, left, at_ms):
        standing = [*recording.content["standing"], warning]
        return recording._replace(content={**recording.content, "standing": standing})
    return recording


def _recording(
    banner: Banner, drawn: pulling.Pull, new: Sequence[str], look: Look, beside: Beside
) -> Recording:
    transaction = transactions.of_pull(drawn, new)
    amount = drawn.after.balance - drawn.before.balance
    result = _result(banner, drawn.receipt, new, drawn.after.balance, look, drawn.duplicates)
    if drawn.whole:
        beside = {**beside, "whole": rules.whole(banner, drawn.receipt["count"], drawn.whole)}
    return Recording(
        outcome="drawn",
        content={**result, **_paid_by(drawn.tickets), **beside},
        transaction=transaction,
        event={"kind": kinds.PULL, "amount": amount, "count": drawn.receipt["count"]},
        notes={
            "receipt": dict(drawn.receipt),
            "receipt_hash": drawn.receipt_hash,
            "rolls": [_noted(roll, drawn.before.nonce + at) for at, roll in enumerate(drawn.rolls)],
            "balance": {"before": drawn.before.balance, "after": drawn.after.balance},
        },
    )


def _tickets(asked: Asked, current: Player, game: Game, offer: Offer, banner: Banner) -> Decided:
    """The same of tickets of a box that the server shares."""
    drawn = sold.draw(asked, current, game, offer, banner, time.time_ns() // 1_000_000)
    if not isinstance(drawn, shared_box.Drawn):
        return drawn
    look = banners.look(offer)
    held = collection.held(asked.player_key, drawn.cards) if drawn.before.version else {}
    owned = {card for card, of in held.items() if of.copies}
    drawn = drawn.with_duplicates(owned, shards.of_duplicates(banner, look))
    new = sorted({each.id for each in drawn.cards} - owned)
    beside = _beside(game, offers.open_beside(asked, game, offer, drawn.receipt["count"]))
    if "private" in asked.options or current.preferences.get("results") == "private":
        beside["is_private"] = True
    if wished := sorted(card for card, of in held.items() if of.is_wished):
        beside["wished"] = wished
    beside |= _of_purse(asked, drawn, banner)
    transaction = transactions.of_tickets(drawn, new)
    row = items.from_item(transaction[0]["Put"]["Item"])
    following = drawn.stored if drawn.stored.number > drawn.box.number else None
    result = _result_of_tickets(banner, row, look, drawn.after, following)
    asked_for = asked.number("count") if "count" in asked.options else 1
    if (count := drawn.receipt["count"]) < asked_for:
        kind = "fewer_allowed" if drawn.left else "fewer_in_box"
        fewer = {"kind": kind, "asked": asked_for, "count": count}
        result["standing"] = [fewer, *result["standing"]]
    bought = engine.State.from_dict(banner, drawn.after.states[banner.state_key])
    most = min(result["box"]["most"], engine.left(banner, bought) or 0)
    result["box"]["most"] = most if following else min(most, drawn.left)
    if not drawn.left and following is None:
        result["standing"] = [*result["standing"], {"kind": sold.OVER}]
    return Recording(
        outcome="drawn",
        content={**result, **_paid_by(drawn.tickets), **beside},
        transaction=transaction,
        event={"kind": kinds.TICKET, "amount": row["amount"], "count": count},
        notes={
            "receipt": dict(drawn.receipt),
            "receipt_hash": drawn.receipt_hash,
            "rolls": [
                {"position": drawn.box.sold + at, **_noted_of(roll)}
                for at, roll in enumerate(drawn.rolls)
            ],
            "balance": {"before": drawn.before.balance, "after": drawn.after.balance},
        },
    )


def recorded(row: Row) -> Result:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    game = banners.game(row["guild_id"])
    offer = game.offer(row["banner"])  # the look of now: a picture may have been taken away
    look = banners.look(offer) if offer else {}
    if row["kind"] == kinds.TICKET:
        current = players.load(row["user_id"])
        result = _result_of_tickets(banner, row, look, current, None)
        lots = [*map(Tickets.read, row.get("tickets", ()))]
        return {**result, **_paid_by(lots), **_beside(game)}
    receipt, gives = pulling.parse(row["receipt"]), row.get("duplicates", {})
    result = _result(banner, receipt, row["new"], row["balance"], look, gives)
    tickets = [*map(Tickets.read, row.get("tickets", ()))]
    beside = _beside(game)
    if "whole" in row:
        beside["whole"] = rules.whole(banner, row["count"], row["whole"])
    return {**result, **_paid_by(tickets), **beside}


def _paid_by(tickets: Sequence[Tickets]) -> Beside:
    """How many tickets paid, where the currency did not."""
    return {"tickets": -sum(each.count for each in tickets)} if tickets else {}


def _of_purse(asked: Asked, drawn: pulling.Pull | shared_box.Drawn, banner: Banner) -> Beside:
    """Tickets that stay: beside those that paid, or where they go first and were too few."""
    good = purse.good(drawn.after, banner.id, snowflake.created_ms(asked.interaction_id))
    if drawn.tickets:
        return {"tickets_left": good}
    by_coins = drawn.receipt["price"] and drawn.before.spending != purse.COINS_FIRST
    return {"tickets_short": good} if good and by_coins else {}


def _beside(game: Game, others: Sequence[Named] = ()) -> Beside:
    """What a result has of its server, where that is not as in a new one."""
    beside: Beside = {}
    if others:
        beside["others"] = others
    if game.is_compact:
        beside["is_compact"] = True
    if not game.is_public:
        beside["is_private"] = True
    return beside


def _result(
    banner: Banner,
    receipt: Mapping[str, Any],
    new: Sequence[str],
    balance: int,
    look: Look,
    gives: Mapping[str, int],
) -> Result:
    """`gives`: by rarity, what a duplicate gave in shards; nothing where none did."""
    apart: Beside = {"is_uncounted": True} if "counts" in receipt else {}
    if banner.limit is not None:
        left = engine.left(banner, engine.State.from_dict(banner, receipt["after"]))
        apart["counts"] = [each for each in banner.sizes if left is None or each <= left]
    return {
        **apart,
        "kind": "pull",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "user": receipt["user_id"].partition("@")[0],
        "next_draw": pulling.next_draw_after(receipt),
        "cards": _cards(banner, receipt["cards"], new, look, gives),
        "sizes": list(banner.sizes),
        "price": receipt["price"],
        "balance": balance,
        "standing": rules.standing(banner, engine.State.from_dict(banner, receipt["after"])),
    }


def _cards(
    banner: Banner, drawn: Sequence[str], new: Sequence[str], look: Look, gives: Mapping[str, int]
) -> list[Drawn]:
    rarity_of = {each.id: each.rarity for each in banner.cards}
    cards = list[Drawn]()
    for at, id_ in enumerate(drawn):
        is_new = id_ in new and id_ not in drawn[:at]
        gained = 0 if is_new else gives.get(rarity_of.get(id_, ""), 0)
        cards.append(Drawn(**card(banner, id_, look), new=is_new, shards=gained))
    return cards


def _result_of_tickets(
    banner: Banner, row: Row, look: Look, buyer: Player | None, following: Box | None
) -> Result:
    """`buyer`: as they are since. `following`: the box that begins after this one, where that is
    known."""
    standing = shared_box.standing(banner, row["box"], row["left"])
    if following is not None:
        coming = {"number": following.number, "from": following.opens}
        standing += [{"kind": "shared_next", **coming}]
    if buyer is not None:  # what is left of their day, and in all
        state = engine.State.from_dict(banner, buyer.states[banner.state_key])
        standing += rules.standing(banner, state)
    gives, names = row.get("duplicates", {}), [*row["cards"]]
    box: Sold = {
        "number": row["box"],
        "first": row["position"] + 1,
        "count": row["count"],
        "bought": row["bought"],
        "most": shared_box.at_once(banner)[-1],
    }
    return {
        "kind": "pull",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "user": row["user_id"].partition("@")[0],
        "next_draw": pulling.next_draw(buyer) if buyer else "0.0",
        "cards": _cards(banner, names, row["new"], look, gives),
        "price": row["price"],
        "balance": row["balance"],
        "standing": standing,
        "box": box,
    }


def _noted(roll: engine.Roll, nonce: int) -> dict[str, Any]:
    """One draw for the operator: the word is written in hexadecimal because JSON numbers end at
    2**53, the odds are exact."""
    return {
        "nonce": nonce,
        **_noted_of(roll),
        "before": roll.before.to_dict(),
        "after": roll.after.to_dict(),
    }


def _noted_of(roll: engine.Roll) -> dict[str, Any]:
    return {
        "word": f"{roll.word:016x}",
        "rates": {rarity: str(rate) for rarity, rate in roll.rates.items()},
        "card": roll.card.id,
        "rarity": roll.card.rarity,
    }
