"""A player of one server: what their purse and their ceilings hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from . import snowflake
from .days import Claim
from .purse import Tickets

START_BALANCE: Final = 3_200
"""What a new player has: two ten-pulls' worth, in the server's currency."""


MOST_UNDELIVERED: Final = 20
"""How many events a player's row keeps as `undelivered`; /gacha history shows all of them."""

LEAVING_MS: Final = 7 * 24 * 60 * 60 * 1000
"""How long after they asked for it a player's data is erased; until then they can undo it."""

ERASING: Final = 9_999_999_999_999
"""In the place of the time at which a player was erased, while that is being done: everything that
anybody asks for was made before it."""

NOBODY: Final = "0"
"""In the place of the id of a user who was erased, in the rows of others. Discord shows `<@0>` as
an unknown user, in each member's language."""

MISSED_AFTER_MS: Final = 1_000
"""How long before a command an event has to be made to count as missed: two commands in the same
second are one impatience, and the first one's message is still on its way."""


def key(discord_user_id: str, guild_id: str) -> str:
    """The key of the player's row in every table, where it is called `user_id`: economies are per
    server, and one person is a player in each."""
    return f"{discord_user_id}@{guild_id}"


@dataclass(frozen=True, slots=True)
class Player:
    """One player's row, as read.

    `key` is the row's `user_id`, which Discord's user id is a part of (`gacha.player.key`).
    `version` counts the changes so far; 0 means that nothing is stored yet. `states` maps a
    banner's state key to the engine's state as a plain mapping. `last_receipt` is the hash of the
    player's latest receipt, empty before the first. `rotated` is the ledger key, as text, of the
    rotation or lapse that began this epoch, empty in the first; `seeded` that of the change that
    chose `client_seed`, empty before the first. `undelivered` holds the ledger keys, as text and
    oldest first, of the latest events whose message was not known to have arrived. `claimed` holds
    the latest days that were taken (`gacha.days`), in the order in which they were asked for.
    `shards`, `tickets` and `spending` are of `gacha.purse`. `converted` is of `gacha.points`, for
    the next event's row; it is not stored with the player. `preferences` has what the player
    settled other than usual (`gacha.preferences`). `leaving` is when all of it is erased, in Unix
    milliseconds, 0 if they did not ask for that. Of somebody whose data was erased before, `erased`
    is when that was, in Unix milliseconds, and `began` the version that this life began with.
    `other` keeps attributes that a newer version of the code wrote, so that an older one does not
    drop them.
    """

    key: str
    guild_id: str
    joined_at: int
    balance: int
    version: int
    epoch: int
    commitment: str
    client_seed: str
    nonce: int
    last_receipt: str
    rotated: str
    states: Mapping[str, Mapping[str, Any]]
    seeded: str = ""
    undelivered: tuple[str, ...] = ()
    claimed: tuple[Claim, ...] = ()
    shards: int = 0
    tickets: tuple[Tickets, ...] = ()
    spending: str = ""
    converted: Mapping[str, Any] = field(default_factory=dict)
    preferences: Mapping[str, str] = field(default_factory=dict)
    leaving: int = 0
    erased: int = 0
    began: int = 0
    other: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether nothing of them is stored yet: their next event is the first one."""
        return self.version == self.began

    @property
    def discord_user_id(self) -> str:
        return self.key.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a player whose data was erased, in the place of their row.

    `epoch` is the first that may be opened for them: a seed follows from user and epoch, and those
    of earlier epochs may be known. `version` goes on from the player's, so that nothing which was
    decided about that player can be recorded any more. `erased` is when it was, in Unix
    milliseconds; what was asked for before is not done. One that an operator's deletion by hand
    left (docs/recovery.md) has neither.
    """

    key: str
    epoch: int
    version: int = 0
    erased: int = 0


def buried(of: Player, erased_ms: int) -> Tombstone:
    """What takes the place of a player's row once all else of theirs is erased."""
    return Tombstone(of.key, of.epoch + 1, of.version + 1, erased_ms)


def new_life(
    of: Tombstone, guild_id: str, joined_at: int, commitment: str, epoch: int, balance: int
) -> Player:
    """Somebody of whom a tombstone is left, before their next first event, in an `epoch` that is
    not below its own. They begin with `balance` only where nobody erased them by their own wish:
    to have one's data deleted is no way to another start."""
    fresh = newcomer(of.key, guild_id, joined_at, commitment, epoch, 0 if of.erased else balance)
    return replace(fresh, version=of.version, began=of.version, erased=of.erased)


def newcomer(
    player_key: str,
    guild_id: str,
    joined_at: int,
    commitment: str,
    epoch: int = 0,
    balance: int = START_BALANCE,
) -> Player:
    """A player before their first pull; `joined_at` in Unix milliseconds. `epoch` is above 0 where
    earlier ones may have been played and revealed: after a restore, or a deletion of this player.
    """
    return Player(
        key=player_key,
        guild_id=guild_id,
        joined_at=joined_at,
        balance=balance,
        version=0,
        epoch=epoch,
        commitment=commitment,
        # Replaced by the player's own choice; until then any public text serves, since the
        # commitment was fixed by the stack's secret before this player existed.
        client_seed=player_key,
        nonce=0,
        last_receipt="",
        rotated="",
        states={},
    )


_KEPT: Final = "kept"


def stored(states: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """A player's states as they are stored: text, numbers and mappings only. A promise that was
    kept is true in a receipt, and a word here."""
    return _promises(states, lambda n: _KEPT if n is True else n)


def read(states: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The states that `stored` made."""
    return _promises(states, lambda n: True if n == _KEPT else n)


def _promises(
    states: Mapping[str, Mapping[str, Any]], change: Callable[[Any], Any]
) -> dict[str, dict[str, Any]]:
    changed = {}
    for kind, state in states.items():
        promises = {key: change(n) for key, n in state.get("promises", {}).items()}
        changed[kind] = {**state, **({"promises": promises} if promises else {})}
    return changed


def undelivered_after(player: Player, interaction_id: str) -> tuple[str, ...]:
    """The player's `undelivered` once this interaction's event is recorded, whose message is to
    come."""
    return (*player.undelivered, str(snowflake.sort_key(interaction_id)))[-MOST_UNDELIVERED:]


def missed(player: Player, interaction_id: str) -> list[str]:
    """The ledger keys of what the player missed, which this later interaction's message shows."""
    now = snowflake.created_ms(interaction_id)
    return [
        each for each in player.undelivered if now - int(each.partition(".")[0]) >= MISSED_AFTER_MS
    ]
