"""A player of one server: what their purse and their ceilings hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

START_BALANCE: Final = 3_200
"""What a new player has: two ten-pulls' worth, in the server's currency."""


def key(discord_user_id: str, guild_id: str) -> str:
    """The player's id everywhere in the data: economies are per server."""
    return f"{discord_user_id}@{guild_id}"


@dataclass(frozen=True, slots=True)
class Player:
    """One player's row, as read.

    `version` counts the changes so far; 0 means that nothing is stored yet. `states` maps a
    banner's state key to the engine's state as a plain mapping. `last_receipt` is the hash of the
    player's latest receipt, empty before the first. `rotated` is the ledger key, as text, of the
    rotation that began this epoch, empty in the first. `other` keeps attributes that a newer
    version of the code wrote, so that an older one does not drop them.
    """

    user_id: str
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
    other: Mapping[str, Any] = field(default_factory=dict)


def newcomer(user_id: str, guild_id: str, joined_at: int, commitment: str) -> Player:
    """A player before their first pull; `joined_at` in Unix milliseconds."""
    return Player(
        user_id=user_id,
        guild_id=guild_id,
        joined_at=joined_at,
        balance=START_BALANCE,
        version=0,
        epoch=0,
        commitment=commitment,
        # Replaced by the player's own choice; until then any public text serves, since the
        # commitment was fixed by the stack's secret before this player existed.
        client_seed=user_id,
        nonce=0,
        last_receipt="",
        rotated="",
        states={},
    )
