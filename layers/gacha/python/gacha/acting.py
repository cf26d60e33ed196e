"""What changes a player besides a pull: client seed, epoch, grants. Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from . import snowflake
from .player import Player, unseen_after

MOST_GRANTED: Final = 1_000_000
"""The most that one grant can give, in the server's currency; the least is 1."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a player that is not yet recorded.

    `event` is what the ledger notes of it, beside who and when. It moves no money, unless it has
    an `amount`.
    """

    event: Mapping[str, Any]
    before: Player
    after: Player


def choose_seed(player: Player, client_seed: str) -> Change:
    """Every later draw depends on `client_seed`, whose words nobody knew when the commitment to
    this epoch's server seed was published. The nonce goes on."""
    return Change(
        {"kind": "seed", "client_seed": client_seed},
        player,
        replace(player, client_seed=client_seed, version=player.version + 1),
    )


def rotate(player: Player, interaction_id: str, commitment: str) -> Change:
    """Close the player's epoch, and with it allow its seed to be revealed; open the next.

    `commitment` is the next epoch's, which was shown to the player before.
    """
    after = replace(
        player,
        epoch=player.epoch + 1,
        commitment=commitment,
        nonce=0,
        rotated=str(snowflake.sort_key(interaction_id)),
        version=player.version + 1,
    )
    event = {
        "kind": "rotate",
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
    pulls. A grant never takes: whoever was given too much keeps it, so that no purse can be emptied
    by a hand. The event is the player's, who is told with their next command.

    Raises ValueError for an amount out of bounds.
    """
    if not 1 <= amount <= MOST_GRANTED:
        raise ValueError(f"a grant of {amount}; 1 to {MOST_GRANTED} are allowed")
    after = replace(
        player,
        balance=player.balance + amount,
        unseen=unseen_after(player, interaction_id),
        version=player.version + 1,
    )
    event = {"kind": "grant", "amount": amount, "granted_by": granted_by, **note}
    return Change(event, player, after)
