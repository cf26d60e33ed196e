"""One pull, from a player and a banner to the receipt that proves it. Decides; writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count as counting
from typing import Any

from . import days, engine, fairness, purse, shards, snowflake
from .banner import Banner
from .days import Clock
from .errors import SeedMismatchError
from .game import Offer
from .player import Player, undelivered_after


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is not done: the sentence of the command that says why, and what fills its blanks.
    `is_stale`: a button of an older result asked for it."""

    sentence: str
    values: Mapping[str, Any]
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull that was drawn and not yet recorded.

    `tickets` are the lots that paid it, with negative counts; none where the currency did.
    `duplicates`: by rarity, what each card gave in shards that the player had already. `clock`: by
    what its day begins, where the banner has a limit for a day.
    """

    receipt: Mapping[str, Any]
    receipt_hash: str
    rolls: tuple[engine.Roll, ...]
    before: Player
    after: Player
    tickets: tuple[purse.Tickets, ...] = ()
    duplicates: Mapping[str, int] = field(default_factory=dict)
    clock: Clock | None = None

    @property
    def whole(self) -> int:
        """The whole-pack table that held in it, counted from 1; 0 for none."""
        return self.rolls[0].whole

    def with_duplicates(self, owned: set[str], each: Mapping[str, int]) -> Pull:
        """The pull with what its duplicates give: `owned` are the ids of those of its cards that
        the player had before, `each` what a card gives by its rarity (`gacha.shards`)."""
        drawn = ((roll.card.id, roll.card.rarity) for roll in self.rolls)
        gained = shards.gained(drawn, owned, each)
        after = replace(self.after, shards=self.after.shards + sum(gained.values()))
        return replace(self, after=after, duplicates={rarity: each[rarity] for rarity in gained})


EventAt = Callable[[str], Mapping[str, Any]]
"""The event at a key of the player's ledger, given as text."""


def client_seed_at(player: Player, interaction_id: str, event_at: EventAt) -> str:
    """The player's client seed as of an interaction, whatever was recorded since.

    Somebody who may read executions sees what a pull drew before it is recorded. If a redraw took a
    seed that was chosen later, they could keep the result or change it. So a change counts from its
    own interaction on, and `event_at` is asked for those that are too late, latest first: none in
    ordinary times.
    """
    key = snowflake.sort_key(interaction_id)
    client_seed, began = player.client_seed, player.seeded
    while key < Decimal(began or 0):
        event = event_at(began)
        client_seed, began = event["before"], event["began"]
    return client_seed


def pull(
    player: Player,
    banner: Banner,
    offer: Offer,
    count: int,
    interaction_id: str,
    seed: bytes,
    client_seed: str,
    clock: Clock | None = None,
) -> Pull | Refusal:
    """Draw `count` cards at once from `banner` for `player`: 1, or the size of a multi-pull.

    The result depends on the seed, the `client_seed` as of the interaction, and the player's nonce
    and state alone: drawing again gives the same cards, unless another pull was recorded meanwhile.
    Whether the banner is open is judged at the interaction's own time, so that waiting in a queue
    closes nothing: by the server's offer, and by the file where that has a period, too. The
    `clock` is the server's as of the interaction; only a limit for a day needs it.

    Raises SeedMismatchError if `seed` is not the one the player holds a commitment to.
    """
    if fairness.commitment(seed) != player.commitment:
        raise SeedMismatchError(
            f"the seed of epoch {player.epoch} of {player.key} does not match its commitment"
        )
    assert banner.shared is None, "a box that a server shares is drawn from by gacha.shared_box"
    made_ms = snowflake.created_ms(interaction_id)
    if not (offer.is_open(made_ms) and banner.is_open(made_ms)):
        return Refusal("banner_closed", {"banner": dict(banner.name)})
    if not banner.sells(count):
        return Refusal(
            "size_not_sold",
            {"banner": dict(banner.name), "sizes": _listed(banner.sizes), "asked": count},
        )
    stored = player.states.get(banner.state_key)
    before = engine.start(banner) if stored is None else engine.State.from_dict(banner, stored)
    if has_days(banner):
        assert clock is not None, "a limit for a day goes by the server's clock"
        before = engine.on_day(banner, before, clock.number_of(made_ms))
    left = engine.left(banner, before)
    if left is not None and count > left:
        return limited(banner, before, count, left, clock)
    price = engine.price(banner, before, count)
    tickets = purse.pays(player, banner.id, count, price, made_ms)
    if not tickets and player.balance < price:
        values = {
            "count": count,
            "price": price,
            "balance": player.balance,
            "missing": price - player.balance,
        }
        if has := purse.good(player, banner.id, made_ms):  # of a ten-pull: one pays a single one
            sentence = "cannot_pay_tickets" if banner.sells(1) else "cannot_pay_pack"
            return Refusal(sentence, {**values, "tickets": has})
        one = None if banner.price_one is None else engine.price(banner, before, 1)
        if count > 1 and one is not None and player.balance >= one:
            return Refusal("cannot_pay_ten", {**values, "one": one})
        return Refusal("cannot_pay", values)

    def words(draw: int) -> Iterator[int]:
        at = f"{player.nonce}|pack" if draw == engine.WHOLE else player.nonce + draw
        return (fairness.word(seed, client_seed, at, cursor) for cursor in counting())

    counts = not tickets or banner.tickets_count
    rolls, after = engine.trace(banner, before if counts else engine.start(banner), count, words)
    if not counts:
        after = engine.uncounted(banner, before, count)
    begun = (stored or {}).get(engine.BEGUN)
    receipt = {
        **({} if counts else {"counts": False}),
        **({engine.BEGUN: begun} if begun else {}),
        "v": 1,
        "interaction_id": interaction_id,
        "user_id": player.key,
        "banner": banner.id,
        "banner_hash": banner.hash,
        "count": count,
        "price": price,
        "epoch": player.epoch,
        "commitment": player.commitment,
        "client_seed": client_seed,
        "nonce": player.nonce,
        "before": before.to_dict(),
        "after": after.to_dict(),
        "cards": [roll.card.id for roll in rolls],
        "previous": player.last_receipt,
    }
    receipt_hash = hash_of(canonical(receipt).decode())
    return Pull(
        receipt=receipt,
        receipt_hash=receipt_hash,
        rolls=tuple(rolls),
        tickets=tickets,
        clock=clock if has_days(banner) else None,
        before=player,
        after=replace(
            player,
            balance=player.balance - (0 if tickets else price),
            tickets=purse.after(player.tickets, tickets, made_ms) if tickets else player.tickets,
            version=player.version + 1,
            nonce=player.nonce + count,
            last_receipt=receipt_hash,
            states={**player.states, banner.state_key: after.to_dict()},
            undelivered=undelivered_after(player, interaction_id),
        ),
    )


def _listed(sizes: Iterable[int]) -> dict[str, str]:
    """Numbers as each language lists them."""
    of = [*map(str, sizes)]
    return {"ja": "、".join(of), "en": ", ".join(of)}


def has_days(banner: Banner) -> bool:
    """Whether a pull from it depends on the server's day."""
    return banner.limit is not None and banner.limit.per_day is not None


def limited(
    banner: Banner, state: engine.State, count: int, left: int, clock: Clock | None
) -> Refusal:
    """What is left of a limit, and when there is more, in Unix seconds."""
    limit = banner.limit
    assert limit is not None
    values = {"banner": dict(banner.name), "count": count, "left": left}
    if limit.total is not None and limit.total - state.used.all < count:
        values["total"] = limit.total
        return Refusal("limit_left" if left else "limit_reached", values)
    assert clock is not None and limit.per_day is not None
    values["per_day"] = limit.per_day
    if count > limit.per_day:
        return Refusal("limit_of_day", values)
    values["next"] = clock.begins_ms(days.dated(state.used.day + 1)) // 1000
    return Refusal("limit_left_today" if left else "limit_reached_today", values)


def next_draw(player: Player) -> str:
    """The epoch and nonce of the player's next draw, which a button of a result carries: it is
    good until the player draws again or closes the epoch, and never again after."""
    return f"{player.epoch}.{player.nonce}"


def refused_at(player: Player, at: str) -> Refusal | None:
    """Why a button that was made when the next draw was `at` is good no more, if it is not."""
    if at == next_draw(player):
        return None
    epoch, _, nonce = at.partition(".")
    if int(epoch) < player.epoch:
        return Refusal("stale_epoch", {}, is_stale=True)
    # A draw ahead of the player's next is one that a restored table has forgotten.
    is_behind = int(epoch) == player.epoch and int(nonce) < player.nonce
    return Refusal("stale_pull" if is_behind else "stale_button", {}, is_stale=True)


def next_draw_after(receipt: Mapping[str, Any]) -> str:
    """The same, once this pull was drawn."""
    return f"{receipt['epoch']}.{receipt['nonce'] + receipt['count']}"


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """A receipt's bytes, over which the hash chain runs: JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(stored: str) -> str:
    """A receipt's hash, which the next one names: SHA-256 in hex. Rows do not repeat it: with it, a
    single pull's row would take a kilobyte more."""
    return hashlib.sha256(stored.encode()).hexdigest()


def parse(stored: str) -> dict[str, Any]:
    """The receipt in a ledger row, which holds its canonical bytes as text."""
    receipt: dict[str, Any] = json.loads(stored)
    return receipt
