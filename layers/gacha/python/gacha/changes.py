"""What changes a player besides a pull: client seed, epoch, grants, cards for points or shards.
Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from . import engine, kinds, purse, snowflake
from .banner import Banner, Card
from .game import Offer
from .player import LEAVING_MS, Player, undelivered_after

MOST_GRANTED: Final = 1_000_000
"""The most that one grant can give, in the server's currency; the least is 1."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a player that is not yet recorded.

    `event` is what the ledger notes of it, beside who and when. It moves no money, unless it has
    an `amount`. `others` are the changes of other players that come about with it, or not at all:
    each has an event in its own player's ledger.
    """

    event: Mapping[str, Any]
    before: Player
    after: Player
    others: tuple[Change, ...] = ()


def is_overtaken(player: Player, interaction_id: str) -> bool:
    """Whether the player's epoch was closed, and the next begun, by an interaction that was made
    later and recorded first.

    What a pull draws in the next epoch is another thing than what it drew before, and somebody who
    may read executions has seen that: they could close the epoch to be rid of it. So such a pull
    is voided, and such a change is not made.
    """
    return snowflake.sort_key(interaction_id) < Decimal(player.rotated or 0)


def choose_seed(player: Player, interaction_id: str, client_seed: str) -> Change | None:
    """Every later draw depends on `client_seed`, whose words nobody knew when the commitment to
    this epoch's server seed was published. The nonce goes on.

    The event keeps the seed before it, and when that began, for the pulls that were made before
    this change and are recorded after it (`gacha.pulling.client_seed_at`). None if a seed that was
    chosen later was recorded first: it stays.
    """
    key = snowflake.sort_key(interaction_id)
    if key < Decimal(player.seeded or 0):
        return None
    event = {
        "kind": kinds.SEED,
        "client_seed": client_seed,
        "before": player.client_seed,
        "began": player.seeded,
    }
    after = replace(player, client_seed=client_seed, seeded=str(key), version=player.version + 1)
    return Change(event, player, after)


def rotate(player: Player, interaction_id: str, commitment: str) -> Change:
    """Close the player's epoch, and with it allow its seed to be revealed; open the next.

    `commitment` is the next epoch's, which was shown to the player before.
    """
    return _close(kinds.ROTATE, player, interaction_id, player.epoch + 1, commitment)


def lapse(player: Player, interaction_id: str, epoch: int, commitment: str) -> Change:
    """Close the player's epoch without their asking, and open `epoch` instead of the next one.

    After a restore the epoch that is stored as open may have been closed before, and its seed
    revealed; and so may those after it. `epoch` is above any that can have been open. Its
    `commitment` is published by this event, which the player is told of: nothing is drawn from it
    before, so a client seed can be chosen against it.

    Raises ValueError for an epoch that may have been open.
    """
    if epoch <= player.epoch:
        raise ValueError(f"epoch {epoch} is not above the player's {player.epoch}")
    change = _close(kinds.LAPSE, player, interaction_id, epoch, commitment)
    event = {**change.event, "next_epoch": epoch, "next_commitment": commitment}
    after = replace(change.after, undelivered=undelivered_after(player, interaction_id))
    return replace(change, event=event, after=after)


def _close(kind: str, player: Player, interaction_id: str, epoch: int, commitment: str) -> Change:
    after = replace(
        player,
        epoch=epoch,
        commitment=commitment,
        nonce=0,
        rotated=str(snowflake.sort_key(interaction_id)),
        version=player.version + 1,
    )
    event = {
        "kind": kind,
        "epoch": player.epoch,
        "commitment": player.commitment,
        "draws": player.nonce,
        "began": player.rotated,
    }
    return Change(event, player, after)


def grant(
    player: Player, interaction_id: str, amount: int, granted_by: str, note: Mapping[str, str]
) -> Change:
    """Give the player `amount` (1 to MOST_GRANTED) on behalf of the admin `granted_by`.

    `note` may hold a `reason`, and as `compensates` the receipt number of one of the player's own
    pulls. The event is the player's, who is told with their next command.

    Raises ValueError for an amount out of bounds.
    """
    if not 1 <= amount <= MOST_GRANTED:
        raise ValueError(f"a grant of {amount}; 1 to {MOST_GRANTED} are allowed")
    after = replace(
        player,
        balance=player.balance + amount,
        undelivered=undelivered_after(player, interaction_id),
        version=player.version + 1,
    )
    event = {"kind": kinds.GRANT, "amount": amount, "granted_by": granted_by, **note}
    return Change(event, player, after)


def take(
    player: Player, interaction_id: str, amount: int, taken_by: str, reason: str
) -> Change | None:
    """Take `amount` (1 to MOST_GRANTED) back on behalf of the admin `taken_by`, who says why. None
    if the player has less: a purse never goes below zero, and nothing of it is taken in part.

    The event is the player's, who is told with their next command.

    Raises ValueError for an amount out of bounds.
    """
    if not 1 <= amount <= MOST_GRANTED:
        raise ValueError(f"{amount} to take; 1 to {MOST_GRANTED} are allowed")
    if amount > player.balance:
        return None
    after = replace(
        player,
        balance=player.balance - amount,
        undelivered=undelivered_after(player, interaction_id),
        version=player.version + 1,
    )
    event = {"kind": kinds.TAKE, "amount": -amount, "taken_by": taken_by, "reason": reason}
    return Change(event, player, after)


def take_card(
    player: Player, interaction_id: str, card: purse.Copies, taken_by: str, reason: str
) -> Change:
    """Take back the copies of `card` that it counts, on behalf of the admin `taken_by`. That they
    are there, and not locked, is the condition under which it is recorded."""
    after = replace(
        player,
        undelivered=undelivered_after(player, interaction_id),
        version=player.version + 1,
    )
    taken = replace(card, count=-card.count)
    event = {"kind": kinds.TAKE, "taken_by": taken_by, "reason": reason}
    return Change({**event, **purse.moved(cards=[taken])}, player, after)


def noted(player: Player, event: Mapping[str, Any]) -> Change:
    """Something that the player brought about, and that changes nothing of theirs."""
    return Change(event, player, replace(player, version=player.version + 1))


def lock(player: Player, card: str, number: int, *, is_locked: bool) -> Change:
    """Lock a card, of which nothing is spent then, or unlock it."""
    event = {"kind": kinds.LOCK, "card": card, "number": number, "locked": int(is_locked)}
    return Change(event, player, replace(player, version=player.version + 1))


def leave(player: Player, interaction_id: str) -> Change:
    """Have all that is kept of the player erased, in a while; until then nothing of it changes."""
    until = snowflake.created_ms(interaction_id) + LEAVING_MS
    after = replace(player, leaving=until, version=player.version + 1)
    return Change({"kind": kinds.LEAVE, "until": until}, player, after)


def stay(player: Player) -> Change:
    """Undo that."""
    event = {"kind": kinds.STAY, "until": player.leaving}
    return Change(event, player, replace(player, leaving=0, version=player.version + 1))


def exchange(player: Player, banner: Banner, offer: Offer, card_id: str) -> Change:
    """Take a card for points, of which the banner's file says how many. It gives neither shards nor
    points.

    Raises DrawError where the banner does not offer the card, or points lack.
    """
    before = engine.State.from_dict(banner, _stored(player, banner))
    card, after = engine.exchange(banner, before, card_id)
    event = {
        **_taken(kinds.EXCHANGE, banner, offer, card),
        "points": after.points - before.points,
        "left": after.points,
    }
    return _with_state(event, player, banner, engine.exchanged(_stored(player, banner), after))


def buy(player: Player, banner: Banner, offer: Offer, card: Card, price: int) -> Change:
    """Buy a card of a banner for so many shards. It gives neither shards nor points.

    Raises DrawError where shards lack, ValueError for a price below 1.
    """
    if price < 1:
        raise ValueError(f"a card for {price} shards")
    if player.shards < price:
        raise engine.DrawError(f"{player.shards} shards, but {card.id} costs {price}")
    left = player.shards - price
    event = {
        **_taken(kinds.SHOP, banner, offer, card),
        "shards": -price,
        "left": left,
        "rarity": card.rarity,
    }
    return Change(event, player, replace(player, shards=left, version=player.version + 1))


def begin_box(player: Player, banner: Banner, offer: Offer) -> Change:
    """Fill the player's own box of a banner again. What was left in it is `lost`; it costs nothing
    and gives nothing.

    Raises DrawError where the banner, or what has left the box, does not allow it.
    """
    before = engine.State.from_dict(banner, _stored(player, banner))
    after = engine.reset(banner, before)
    event = {
        "kind": kinds.BOX,
        "banner": banner.id,
        "banner_hash": banner.hash,
        **({} if offer.ends_ms is None else {"ends": offer.ends_ms}),
        "lost": engine.in_box(banner, before),
        "left": engine.in_box(banner, after),
    }
    return _with_state(event, player, banner, engine.begun(_stored(player, banner), banner))


def _stored(player: Player, banner: Banner) -> Mapping[str, Any]:
    return player.states.get(banner.state_key, {})


def _with_state(
    event: Mapping[str, Any], player: Player, banner: Banner, state: Mapping[str, Any]
) -> Change:
    states = {**player.states, banner.state_key: state}
    return Change(event, player, replace(player, states=states, version=player.version + 1))


def _taken(kind: str, banner: Banner, offer: Offer, card: Card) -> dict[str, Any]:
    """A copy that a player chose. `ends` is when the banner's time is over, as it was planned then:
    by this the audit says whether it was in time."""
    ends = {} if offer.ends_ms is None else {"ends": offer.ends_ms}
    return {
        "kind": kind,
        "banner": banner.id,
        "banner_hash": banner.hash,
        **ends,
        **purse.moved(cards=[purse.Copies(card.id, card.number)]),
    }
