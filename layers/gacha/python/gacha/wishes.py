"""The cards that a player wishes for. They are marked in results and in the book; nobody is pinged,
and no draw depends on them. Decides; writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from . import kinds
from .changes import Change
from .player import Player

MOST: Final = 10
"""Cards that a player can wish for at once."""


def wish(player: Player, card: str, number: int, *, is_wished: bool) -> Change:
    """Begin or cease to wish for a card, which has this number."""
    event = {"kind": kinds.WISH, "card": card, "number": number, "wished": int(is_wished)}
    return Change(event, player, replace(player, version=player.version + 1))
