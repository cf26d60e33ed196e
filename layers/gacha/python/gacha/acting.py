"""What changes a player besides a pull: the client seed, and the epoch. Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import snowflake
from .player import Player


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a player that is not yet recorded.

    `event` is what the ledger notes of it, beside who and when; it moves no money.
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
