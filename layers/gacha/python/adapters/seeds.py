"""The stack's fairness secret, and what follows from it: seeds, commitments, new players."""

from __future__ import annotations

import os
from functools import cache

from adapters import secrets
from adapters.tables import players
from commands.asked import Asked
from gacha import changes, fairness, player, shared_box, snowflake


def server_seed(player_key: str, epoch: int) -> bytes:
    """The seed of a player's epoch. To be shown for closed epochs only."""
    return fairness.server_seed(secret(), player_key, epoch)


def commitment(player_key: str, epoch: int) -> str:
    """What may be published of that seed at any time."""
    return fairness.commitment(server_seed(player_key, epoch))


def load_player(asked: Asked, balance: int = player.START_BALANCE) -> player.Player:
    """The player whom somebody asked about, as of now; one who was never here gets their start,
    with the `balance` that their server gives."""
    joined_at = snowflake.created_ms(asked.interaction_id)
    found = players.load(asked.player_key)
    return found or newcomer(asked.player_key, asked.guild, joined_at, balance)


def newcomer(
    player_key: str, guild_id: str, joined_at: int, balance: int = player.START_BALANCE
) -> player.Player:
    """A player before their first pull, in the first epoch that may be opened for them;
    `joined_at` in Unix milliseconds. Whoever had their data erased begins with nothing."""
    left = players.tombstone(player_key)
    of_epoch = commitment(player_key, left.epoch)
    return player.new_life(left, guild_id, joined_at, of_epoch, left.epoch, balance)


def lapse(of: player.Player, interaction_id: str) -> changes.Change | None:
    """What closes the player's epoch if it may not be drawn from since a restore, and publishes
    the commitment of the one that is opened instead; None if it may."""
    lowest = players.lowest_epoch()
    if of.epoch >= lowest:
        return None
    return changes.lapse(of, interaction_id, lowest, commitment(of.key, lowest))


def box_seed(box: str, epoch: int) -> bytes:
    """The seed of a box that a server shares. To be shown of closed ones only."""
    return shared_box.server_seed(secret(), box, epoch)


def commit_box(box: str) -> tuple[int, str]:
    """The epoch that may be opened for a box now, and what may be published of its seed in it."""
    epoch = players.lowest_epoch()
    return epoch, fairness.commitment(box_seed(box, epoch))


def buyer_key(box: str, discord_user_id: str) -> bytes:
    """By which somebody finds themselves in a box's chain; for their eyes alone."""
    return shared_box.own_key(secret(), box, discord_user_id)


@cache
def secret() -> bytes:
    """What all seeds follow from; read once by a running function."""
    return secrets.read(os.environ["FAIRNESS_SECRET_ARN"]).encode()
