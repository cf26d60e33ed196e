"""What a player has beside their cards: currency, shards and tickets; and what may be given at
once. Decides; writes nothing.

How it lies in rows and events is docs/decisions/0044-what-a-player-has.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from gacha import snowflake
from gacha.errors import GachaError

if TYPE_CHECKING:
    from gacha.player import Player

ANY: Final = ""
"""The banner of a ticket that is good for each of the server's."""

COINS_FIRST: Final = "coins"
"""A player's `spending` where tickets wait until the currency is gone; empty, they come first."""

MOST_LOTS: Final = 20
"""Lots of tickets that a player can have: at these they take about 500 bytes of the row."""

MOST_GIVEN: Final = 1_000_000
"""The most of the currency, or of shards, that is given at once."""

MOST_TICKETS: Final = 1_000
"""The most tickets that are given at once."""

_DROPPED_AFTER_MS: Final = snowflake.TOKEN_LIFE_S * 1000
"""How long after its end a lot is still there: until nothing that was made before can come."""


class TooManyLotsError(GachaError):
    """A player would have tickets of more ends and banners than a row has room for."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """A lot: `count` tickets for pulls of `banner` (its id, or ANY), good before `ends_ms`, in Unix
    milliseconds. What an event spends of it has a negative count."""

    count: int
    ends_ms: int
    banner: str = ANY

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["n"], stored["e"], stored.get("b", ANY))

    def written(self) -> dict[str, Any]:
        """Under short names: twenty of them share a row with the rest of a player."""
        return {"n": self.count, "e": self.ends_ms, **({"b": self.banner} if self.banner else {})}

    def is_good(self, banner_id: str, at_ms: int) -> bool:
        """Whether one of it pays a pull of this banner, made at `at_ms`."""
        return self.banner in (ANY, banner_id) and at_ms < self.ends_ms


@dataclass(frozen=True, slots=True)
class Copies:
    """`count` copies of a card, by its id and its number, which is where the collection has it."""

    card: str
    number: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Reward:
    """What is given at once: by a day, a present, a code. No part of it is below zero."""

    coins: int = 0
    shards: int = 0
    tickets: tuple[Tickets, ...] = ()
    cards: tuple[Copies, ...] = ()

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> Self:
        """What an event says that was given."""
        lots = tuple(map(Tickets.read, event.get("tickets", ())))
        return cls(event["amount"], event.get("shards", 0), lots, tuple(given(event)))

    def event(self) -> dict[str, Any]:
        """How an event of the ledger says it."""
        return moved(self.coins, self.shards, self.tickets, self.cards)

    @property
    def is_gift(self) -> bool:
        """Whether nothing of it is taken."""
        counts = [each.count for each in self.tickets] + [each.count for each in self.cards]
        return self.coins >= 0 and self.shards >= 0 and all(count > 0 for count in counts)

    def __bool__(self) -> bool:
        return bool(self.coins or self.shards or self.tickets or self.cards)


def moved(
    coins: int = 0,
    shards: int = 0,
    tickets: Iterable[Tickets] = (),
    cards: Iterable[Copies] = (),
) -> dict[str, Any]:
    """What an event moves, as its row says it: `amount` always, the rest where it is not nothing.
    All of it is signed."""
    said: dict[str, Any] = {"amount": coins}
    if shards:
        said["shards"] = shards
    if lots := [each.written() for each in tickets]:
        said["tickets"] = lots
    if given := {each.card: {"number": each.number, "copies": each.count} for each in cards}:
        said["given"] = given
    return said


def given(event: Mapping[str, Any]) -> list[Copies]:
    """The cards that an event gives or takes."""
    of_cards = event.get("given", {}).items()
    return [Copies(card, each["number"], each["copies"]) for card, each in of_cards]


def total(rewards: Iterable[Reward]) -> Reward:
    """All of them as one."""
    coins = gained = 0
    lots: dict[tuple[int, str], int] = {}
    cards: dict[tuple[str, int], int] = {}
    for each in rewards:
        coins, gained = coins + each.coins, gained + each.shards
        for lot in each.tickets:
            key = (lot.ends_ms, lot.banner)
            lots[key] = lots.get(key, 0) + lot.count
        for copies in each.cards:
            of = (copies.card, copies.number)
            cards[of] = cards.get(of, 0) + copies.count
    return Reward(
        coins,
        gained,
        tuple(Tickets(count, ends_ms, banner) for (ends_ms, banner), count in lots.items()),
        tuple(Copies(card, number, count) for (card, number), count in cards.items()),
    )


def receive(player: Player, reward: Reward, interaction_id: str) -> Player:
    """The player with what they are given, in the same version. Cards lie elsewhere.

    Raises TooManyLotsError, and then nothing of it may be given.
    """
    tickets = player.tickets
    if reward.tickets:
        tickets = after(tickets, reward.tickets, snowflake.created_ms(interaction_id))
        if len(tickets) > MOST_LOTS:
            raise TooManyLotsError(f"{player.key} would have {len(tickets)} lots of tickets")
    return replace(
        player,
        balance=player.balance + reward.coins,
        shards=player.shards + reward.shards,
        tickets=tickets,
    )


def after(lots: Sequence[Tickets], moved: Iterable[Tickets], at_ms: int) -> tuple[Tickets, ...]:
    """The lots once an event made at `at_ms` moved some of them: those that end first come first,
    and what is over is gone."""
    counts: dict[tuple[int, str], int] = {}
    for each in (*lots, *moved):
        key = (each.ends_ms, each.banner)
        counts[key] = counts.get(key, 0) + each.count
    return tuple(
        Tickets(count, ends_ms, banner)
        for (ends_ms, banner), count in sorted(counts.items())
        if count and at_ms < ends_ms + _DROPPED_AFTER_MS
    )


def good(player: Player, banner_id: str, at_ms: int) -> int:
    """How many tickets could pay pulls of a banner, made at `at_ms`."""
    return sum(each.count for each in player.tickets if each.is_good(banner_id, at_ms))


def spent(player: Player, banner_id: str, count: int, at_ms: int) -> tuple[Tickets, ...] | None:
    """The lots that `count` pulls of a banner take, as an event moves them: those that end first,
    and of two that end together that of the banner alone. None if there are not enough."""
    usable = [each for each in player.tickets if each.is_good(banner_id, at_ms)]
    taken = list[Tickets]()
    for lot in sorted(usable, key=lambda each: (each.ends_ms, each.banner == ANY)):
        if count:
            number = min(count, lot.count)
            taken.append(replace(lot, count=-number))
            count -= number
    return None if count else tuple(taken)


def pays(player: Player, banner_id: str, count: int, price: int, at_ms: int) -> tuple[Tickets, ...]:
    """The lots that pay `count` pulls of a banner, which cost `price` in coins, or none where the
    currency pays: by the player's own order, and always where there is nothing to pay."""
    lots = spent(player, banner_id, count, at_ms)
    by_coins = player.spending == COINS_FIRST and player.balance >= price
    return () if lots is None or not price or by_coins else lots
