"""How a box that the server shares stands, and what of it may be revealed.

A seed is revealed when nothing can be drawn from it any more. That is written into the box before:
by whoever drew the last ticket, or here, where its banner is over or has other rules by now. A pull
that still waits finds it closed, and is refused.
"""

from __future__ import annotations

from typing import NamedTuple

from adapters import banners, seeds
from adapters.tables import boxes
from commands import decisions, offers, sold
from commands.asked import Asked
from commands.decisions import Decided, Recording, Shown
from commands.events import Row
from commands.fair_box.show import Told
from commands.message import Content, text
from gacha import changes, kinds, pulling, shared_box, snowflake
from gacha.banner import Banner
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal
from gacha.shared_box import Box


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    game = banners.with_sample(game)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return offer
    banner = banners.offered(asked.guild, offer)
    if banner.shared is None:
        return Refusal("not_shared", {"banner": dict(banner.name)})
    at_ms = snowflake.created_ms(asked.interaction_id)
    stored = boxes.load(asked.guild, offer.id)
    is_over = offer.ends_ms is not None and offer.ends_ms <= at_ms
    if stored and not stored.closed_ms and (is_over or stored.rules != banner.hash):
        return _closing(asked, current, game, offer, banner, stored.closed(at_ms))
    return Shown(_told(asked, current, game, offer, banner, stored))


def _closing(
    asked: Asked, current: Player, game: Game, offer: Offer, banner: Banner, closed: Box
) -> Recording:
    """The box is closed and its seed revealed, in this order."""
    event = {
        "kind": kinds.REVEAL,
        "banner": offer.id,
        "name": dict(banner.name),
        "box": closed.number,
    }
    change = changes.noted(current, event)
    told = _told(asked, current, game, offer, banner, closed)
    recording = decisions.recording(asked, change, lambda _: told)
    return recording._replace(transaction=[*recording.transaction, boxes.put(closed)])


def recorded(row: Row) -> Content:
    return text("revealed", banner=row["name"], number=row["box"])


def _told(
    asked: Asked, current: Player, game: Game, offer: Offer, banner: Banner, stored: Box | None
) -> Content:
    """`stored` is the box as it is from now on."""
    at_ms = snowflake.created_ms(asked.interaction_id)
    since_ms = min(game.published_ms, at_ms)
    there = shared_box.now(stored, banner, asked.guild, at_ms, since_ms, seeds.commit_box)
    present = stored if isinstance(there, str) else there
    assert present is not None
    last = present.number - (not present.closed_ms)  # the last one that has ended
    number = asked.number("number") or last
    if not 0 <= number <= present.number:
        return text("no_such_box", banner=dict(banner.name), number=number, last=present.number)
    name = shared_box.name(offer.id, number, asked.guild)
    shown = _of(present)
    if asked.number("number") and number < present.number:
        if (receipt := boxes.last_receipt(name)) is None:
            return text("file_of_none", number=number)
        shown = _of_receipt(name, number, receipt)
    key = seeds.buyer_key(shown.name, asked.user_id)
    who = shared_box.who(current, asked.user_id, shown.name, key, current.client_seed)
    told: Told = {
        "kind": "fair box",
        "banner": dict(banner.name),
        "banner_hash": shown.rules,
        "number": shown.number,
        "sold": shown.sold,
        "tickets": sold.tickets(banners.load_version(asked.guild, offer.id, shown.rules)),
        "is_over": shown.is_over,
        "commitment": shown.commitment,
        "head": shown.head,
        "buyer": who.id,
        "key": key.hex(),
        "client": who.client,
    }
    if number and number <= last:
        own = seeds.buyer_key(name, asked.user_id)
        told["ended"] = {
            "box": name,
            "number": number,
            "buyer": shared_box.buyer(own, asked.user_id),
            "key": own.hex(),
            "epochs": [
                {"epoch": each, "server_seed": seeds.box_seed(name, each).hex()}
                for each in boxes.epochs(name)
            ],
        }
    return told


class _Seen(NamedTuple):
    """What is shown of a box."""

    name: str
    number: int
    rules: str
    sold: int
    is_over: bool
    commitment: str
    head: str


def _of(box: Box) -> _Seen:
    is_over = bool(box.closed_ms)
    return _Seen(box.name, box.number, box.rules, box.sold, is_over, box.commitment, box.head)


def _of_receipt(name: str, number: int, text: str) -> _Seen:
    """The same of one that has ended, by its last receipt."""
    last = pulling.parse(text)
    count = last["position"] + last["count"]
    head = pulling.hash_of(text)
    return _Seen(name, number, last["banner_hash"], count, True, last["commitment"], head)
