"""The stack's fairness secret, and what follows from it: seeds, commitments, new players."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from adapters import secrets, tables
from gacha import fairness, player, snowflake


def server_seed(user_id: str, epoch: int) -> bytes:
    """The seed of a player's epoch. To be shown for closed epochs only."""
    return fairness.server_seed(_secret(), user_id, epoch)


def commitment(user_id: str, epoch: int) -> str:
    """What may be published of that seed at any time."""
    return fairness.commitment(server_seed(user_id, epoch))


def load_player(interaction: Mapping[str, Any]) -> player.Player:
    """The player of a workflow's input, as of now; one who was never here gets their start."""
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    joined_at = snowflake.created_ms(interaction["interaction_id"])
    return tables.load_player(user_id) or player.newcomer(
        user_id, interaction["guild_id"], joined_at, commitment(user_id, 0)
    )


@cache
def _secret() -> bytes:
    return secrets.read(os.environ["FAIRNESS_SECRET_ARN"]).encode()
