"""The box of tickets that all players of a server share: its draws, and the chain that proves them.

A box has a seed of its own, from the stack's secret, committed to before its first ticket and
revealed when nothing can be drawn from it any more:

    server_seed = HMAC-SHA256(secret, "box|<box>|<epoch>")
    client      = SHA-256("<box>|<client seed>"), in hexadecimal
    word        = the first 8 bytes, big-endian, of
                  HMAC-SHA256(server_seed, "v2|<client>|<position>|<cursor>")
    own key     = HMAC-SHA256(secret, "buyer|<box>|<Discord user id>")
    buyer       = the first 16 bytes of HMAC-SHA256(own key, "<Discord user id>"), in hexadecimal

The position counts the tickets that were drawn before, so it does for a box what the nonce does for
a player. Decides; writes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count as counting
from typing import Any, Final, Self

from . import engine, fairness, purse, shards, snowflake
from .banner import Banner, Card
from .days import Clock
from .errors import SeedMismatchError
from .game import Offer
from .player import Player, undelivered_after
from .pulling import Refusal, canonical, hash_of, limited

MOST_AT_ONCE: Final = 10
"""Tickets that can be bought at once, as far as a player may have so many."""

OPENING_MS: Final = 3_000
"""A pull that was made so soon after a box had begun meant the one before, of which somebody else
drew the last ticket meanwhile: it is refused, and nobody pays for a box that they did not see."""

KEY: Final = "box:"
"""What the `user_id` of a box's rows in the ledger begins with: no player's does."""


# --- words and names ------------------------------------------------------------------------------


def name(banner_id: str, number: int, guild_id: str) -> str:
    """What a box is called in receipts: `number` counts a banner's boxes from 1."""
    return f"{banner_id}#{number}@{guild_id}"


def server_seed(secret: bytes, box: str, epoch: int) -> bytes:
    """The 32-byte seed of a box; another one in each epoch, which begins with a restore."""
    return hmac.digest(secret, f"box|{box}|{epoch}".encode(), "sha256")


def own_key(secret: bytes, box: str, discord_user_id: str) -> bytes:
    """The key by which somebody finds themselves in a box's chain. It is shown to them alone: of
    one key for all, everybody could compute everybody's id."""
    return hmac.digest(secret, f"buyer|{box}|{discord_user_id}".encode(), "sha256")


def buyer(key: bytes, discord_user_id: str) -> str:
    """What stands for a buyer in the chain."""
    return hmac.digest(key, discord_user_id.encode(), "sha256")[:16].hex()


def client(box: str, client_seed: str) -> str:
    """What stands for a client seed there, so that nobody is followed from box to box by it."""
    return hashlib.sha256(f"{box}|{client_seed}".encode()).hexdigest()


def word(seed: bytes, client_: str, position: int, cursor: int) -> int:
    """One unsigned 64-bit random word."""
    block = hmac.digest(seed, f"v2|{client_}|{position}|{cursor}".encode(), "sha256")
    return int.from_bytes(block[:8], "big")


# --- the box --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """The box of a banner from which tickets are drawn now, or were drawn last.

    `turn` is its place among the boxes that the file has in turn, from 1. `rules` is the hash of
    the file that it was filled by. `epoch` is the Unix second of the last restore before its seed
    was committed to, 0 if there was none. `drawn` are the copies that have left it, in the order of
    the file's cards. `head` is the hash of its last receipt, empty before the first. Pulls that
    were made before `from_ms` (Unix milliseconds) meant an earlier box. `closed_ms` is when it was
    closed or sold out, 0 while it is open. `changes` counts what was written of a banner's boxes; 0
    means that nothing is stored yet.
    """

    guild_id: str
    banner_id: str
    number: int
    turn: int
    rules: str
    epoch: int
    commitment: str
    drawn: tuple[int, ...]
    head: str = ""
    from_ms: int = 0
    closed_ms: int = 0
    changes: int = 0

    @classmethod
    def read(cls, guild_id: str, banner_id: str, stored: Mapping[str, Any]) -> Self:
        """The box that `content` gave."""
        known = {key: stored[key] for key in _STORED}
        return cls(guild_id, banner_id, **known, drawn=tuple(stored["drawn"]))

    def content(self) -> dict[str, Any]:
        """As it is stored: numbers, texts and a list."""
        return {**{key: getattr(self, key) for key in _STORED}, "drawn": list(self.drawn)}

    @property
    def name(self) -> str:
        return name(self.banner_id, self.number, self.guild_id)

    @property
    def sold(self) -> int:
        """Tickets that were drawn, which is the position of the next."""
        return sum(self.drawn)

    def left(self, banner: Banner) -> int:
        return tickets(banner) - self.sold

    @property
    def opens(self) -> int:
        """From when tickets are drawn from it, in Unix seconds."""
        return -(-self.from_ms // 1000)

    def is_sold_out(self, banner: Banner) -> bool:
        return not self.left(banner)

    def state(self, banner: Banner) -> engine.State:
        """The box as the engine's state, for rates; a full one where it is sold out."""
        drawn = zip((card.id for card in banner.cards), self.drawn, strict=True)
        is_over = self.is_sold_out(banner)
        return engine.start(banner)._replace(
            drawn=tuple((id_, 0 if is_over else n) for id_, n in drawn)
        )

    def closed(self, now_ms: int) -> Self:
        """Nothing is drawn from it any more, so that its seed may be revealed."""
        return replace(self, closed_ms=now_ms, changes=self.changes + 1)


_STORED: Final = (
    *("number", "turn", "rules", "epoch", "commitment", "head", "from_ms", "closed_ms"),
    "changes",
)

Commit = Callable[[str], tuple[int, str]]
"""By a box's name: the epoch that may be opened now, and the commitment to its seed in it."""

GONE: Final = "box_gone"
SOLD_OUT: Final = "box_sold_out"


def tickets(banner: Banner) -> int:
    """How many a full box of the banner holds."""
    return sum(card.stock or 0 for card in banner.cards)


def at_once(banner: Banner) -> tuple[int, ...]:
    """How many cards at once the banner's buttons and lists name, the fewest first: the sizes that
    it sells, or one ticket of a shared box and as many as somebody can have at once."""
    if banner.shared is None:
        return banner.sizes
    assert banner.limit is not None
    return tuple(dict.fromkeys((1, min(MOST_AT_ONCE, banner.limit.most, tickets(banner)))))


def price(banner: Banner, state: engine.State, count: int) -> int:
    """What so many cards at once cost from this state, in coins; a ticket always the same."""
    return banner.price(1) * count if banner.shared else engine.price(banner, state, count)


def now(
    stored: Box | None, banner: Banner, guild_id: str, made_ms: int, since_ms: int, commit: Commit
) -> Box | str:
    """The box from which something that was made at `made_ms` is drawn, by these rules, which were
    published by `since_ms`; or why there is none: GONE (of what was there then nothing can be drawn
    any more, while there may be something now) or SOLD_OUT. `stored` is what the table has of it.

    A full one takes the place of a box that was closed early, or that is of other rules: of other
    rules, the boxes in turn begin anew.
    """
    if stored is None:
        return _full(banner, guild_id, 1, 1, commit)
    if made_ms < stored.from_ms:
        return GONE
    following, changes = stored.number + 1, stored.changes
    if stored.rules != banner.hash:
        return replace(
            _full(banner, guild_id, following, 1, commit), from_ms=since_ms, changes=changes
        )
    if not stored.closed_ms:
        return stored
    if stored.is_sold_out(banner):
        return SOLD_OUT
    if made_ms <= stored.closed_ms:
        return GONE
    box = _full(banner, guild_id, following, stored.turn, commit)
    return replace(box, from_ms=stored.closed_ms, changes=changes)


def _full(banner: Banner, guild_id: str, number: int, turn: int, commit: Commit) -> Box:
    epoch, commitment = commit(name(banner.id, number, guild_id))
    nothing = tuple(0 for _ in banner.cards)
    return Box(guild_id, banner.id, number, turn, banner.hash, epoch, commitment, nothing)


def after(
    box: Box, banner: Banner, drawn: tuple[int, ...], head: str, now_ms: int, commit: Commit
) -> Box:
    """What is stored once these have left it: the box, or the next one where it is sold out and not
    the last in turn."""
    assert banner.shared is not None
    box = replace(box, drawn=drawn, head=head, changes=box.changes + 1)
    if not box.is_sold_out(banner):
        return box
    if box.turn >= banner.shared.boxes:
        return replace(box, closed_ms=now_ms)
    full = _full(banner, box.guild_id, box.number + 1, box.turn + 1, commit)
    return replace(full, from_ms=now_ms + OPENING_MS, changes=box.changes)


def begun_anew(box: Box, commit: Commit) -> Box:
    """The box with a seed of the epoch that may be opened now: what is left is drawn by that."""
    epoch, commitment = commit(box.name)
    return replace(box, epoch=epoch, commitment=commitment, changes=box.changes + 1)


# --- a draw ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """Tickets that were drawn and not yet recorded.

    `cards` are those of the tickets in the order in which they were drawn, with `last` behind them
    where the last ticket's prize goes with them. `stored` is what the table has of the box then,
    `left` what is in this box. `bought` counts the tickets of the banner that the buyer ever drew.
    `before` and `after` are the buyer. `tickets` are the lots of
    tickets, in the sense of `gacha.purse`, that paid it.
    """

    receipt: Mapping[str, Any]
    receipt_hash: str
    cards: tuple[Card, ...]
    last: Card | None
    box: Box
    stored: Box
    left: int
    rolls: tuple[engine.Roll, ...]
    interaction_id: str
    bought: int
    clock: Clock
    before: Player
    after: Player
    tickets: tuple[purse.Tickets, ...] = ()
    duplicates: Mapping[str, int] = field(default_factory=dict)

    def with_duplicates(self, owned: set[str], each: Mapping[str, int]) -> Drawn:
        """With what its duplicates give, as `gacha.pulling.Pull.with_duplicates`."""
        drawn = ((card.id, card.rarity) for card in self.cards)
        gained = shards.gained(drawn, owned, each)
        bought = replace(self.after, shards=self.after.shards + sum(gained.values()))
        return replace(self, after=bought, duplicates={rarity: each[rarity] for rarity in gained})


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as the chain of a box knows them: `id` (`buyer`) and `client` (`client`)."""

    id: str
    client: str


def who(player: Player, discord_user_id: str, box: str, key: bytes, client_seed: str) -> Buyer:
    """`box` is its name, `key` the buyer's own for it, `client_seed` theirs as of the interaction.
    Whoever never chose one has their player's key, which would name them: here the id takes its
    place."""
    id_ = buyer(key, discord_user_id)
    chosen = id_ if client_seed == player.key else client_seed
    return Buyer(id_, client(box, chosen))


def pull(
    player: Player,
    banner: Banner,
    offer: Offer,
    box: Box,
    count: int,
    interaction_id: str,
    seed: bytes,
    who: Buyer,
    clock: Clock,
    now_ms: int,
    commit: Commit,
) -> Drawn | Refusal:
    """Draw up to `count` tickets (1 to MOST_AT_ONCE) for `player`: as many as are left in the box,
    and in the player's day. Everything but which card comes is as in `gacha.pulling.pull`.

    The result depends on the seed, the buyer's client seed and the box as it was read. Where
    somebody else is recorded first, it is drawn anew from another position: nothing unrecorded is
    ever shown. `now_ms` is when this is decided.

    Raises SeedMismatchError if `seed` is not the one that the box has a commitment to.
    """
    if fairness.commitment(seed) != box.commitment:
        raise SeedMismatchError(f"the seed of {box.name} does not match its commitment")
    made_ms = snowflake.created_ms(interaction_id)
    if not (offer.is_open(made_ms) and banner.is_open(made_ms)):
        return Refusal("banner_closed", {"banner": dict(banner.name)})
    bought = engine.State.from_dict(banner, player.states.get(banner.state_key, {}))
    bought = engine.on_day(banner, bought, clock.number_of(made_ms))
    if not (most := engine.left(banner, bought) or 0):
        return limited(banner, bought, 1, 0, clock)
    count = min(count, most, box.left(banner))
    one = banner.price(1)
    price = one * count
    lots = purse.pays(player, banner.id, count, price, made_ms)
    if not lots and player.balance < price:
        values = {"price": price, "count": count, "one": one}
        is_more = count > 1 and player.balance >= one
        return Refusal("cannot_pay_count" if is_more else "cannot_pay", values)

    rolls, _ = engine.trace(
        banner,
        box.state(banner),
        count,
        lambda draw: (word(seed, who.client, box.sold + draw, cursor) for cursor in counting()),
    )
    out = {card.id: n for card, n in zip(banner.cards, box.drawn, strict=True)}
    for roll in rolls:
        out[roll.card.id] += 1
    drawn = tuple(out.values())
    last = _last(banner) if sum(drawn) == tickets(banner) else None
    receipt = {
        "v": 2,
        "box": box.name,
        "banner_hash": banner.hash,
        "position": box.sold,
        "count": count,
        "price": price,
        "buyer": who.id,
        "client": who.client,
        "day": bought.used.day,
        "epoch": box.epoch,
        "commitment": box.commitment,
        "cards": [roll.card.id for roll in rolls],
        "last": last.id if last else "",
        "previous": box.head,
    }
    receipt_hash = hash_of(canonical(receipt).decode())
    state = engine.uncounted(banner, bought, count)
    return Drawn(
        receipt=receipt,
        receipt_hash=receipt_hash,
        cards=(*(roll.card for roll in rolls), *([last] if last else [])),
        last=last,
        box=box,
        # Clocks are apart; an interaction is never made after it is drawn.
        stored=after(box, banner, drawn, receipt_hash, max(now_ms, made_ms), commit),
        left=box.left(banner) - count,
        rolls=tuple(rolls),
        interaction_id=interaction_id,
        bought=state.used.all,
        clock=clock,
        tickets=lots,
        before=player,
        after=replace(
            player,
            balance=player.balance - (0 if lots else price),
            tickets=purse.after(player.tickets, lots, made_ms) if lots else player.tickets,
            version=player.version + 1,
            states={**player.states, banner.state_key: state.to_dict()},
            undelivered=undelivered_after(player, interaction_id),
        ),
    )


def _last(banner: Banner) -> Card | None:
    """The prize of the last ticket."""
    assert banner.shared is not None
    return next((card for card in banner.cards if card.id == banner.shared.last), None)


# --- in words -----------------------------------------------------------------------------------


def rules(banner: Banner) -> list[dict[str, Any]]:
    """The rules of a banner with a shared box, as `gacha.rules` has those of others."""
    shared = banner.shared
    assert shared is not None
    kind = "rule_shared" if shared.boxes == 1 else "rule_shared_boxes"
    found = [{"kind": kind, "stock": tickets(banner), "boxes": shared.boxes}]
    if last := _last(banner):
        found.append({"kind": "rule_shared_last", "card": dict(last.name)})
    assert banner.limit is not None
    if at_once(banner)[-1] > 1:
        found.append({"kind": "rule_shared_fewer"})
    if banner.limit.total is not None:
        found.append({"kind": "rule_shared_total", "most": banner.limit.total})
    found.append({"kind": "rule_shared_day", "most": banner.limit.per_day})
    ages = ("account", shared.account_days), ("member", shared.member_days)
    return found + [{"kind": f"rule_shared_{of}", "days": days} for of, days in ages if days]


def standing(banner: Banner, number: int, left: int, turn: int = 0) -> list[dict[str, Any]]:
    """How a box stands: what is left in it, and who gets the last ticket's prize. Its number goes
    on for the banner's life; where it is known, its `turn` tells which it is of those that these
    rules have, of which the first is not always number 1."""
    assert banner.shared is not None
    found = [{"kind": "shared_left", "number": number, "left": left, "stock": tickets(banner)}]
    if turn and banner.shared.boxes > 1:
        found[0] |= {"kind": "shared_left_turn", "turn": turn, "boxes": banner.shared.boxes}
    if left and (last := _last(banner)):
        found.append({"kind": "shared_last", "card": dict(last.name)})
    return found


# --- the rows -------------------------------------------------------------------------------------


def key(banner_id: str, guild_id: str) -> str:
    """The `user_id` of the row in the ledger that holds a banner's box."""
    return f"{KEY}{banner_id}@{guild_id}"


def chain_key(box: str) -> str:
    """The same of a box's receipts, whose `timestamp` is the position of their first ticket."""
    return f"{KEY}{box}"


def is_key(user_id: str) -> bool:
    """Whether a row of the ledger is a box's, and no player's."""
    return user_id.startswith(KEY)
