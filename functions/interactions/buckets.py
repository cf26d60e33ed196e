"""How many workflows one player may start: twenty at once, then one every 90 seconds (0028).

Best effort, in this process's memory: Lambda runs one process as long as one can serve the
requests, and another process begins with full buckets. What passes all of them meets the brake.
"""

from __future__ import annotations

from math import ceil
from typing import Final

CAPACITY: Final = 20
"""Workflows that a player may start at once."""

REFILL_S: Final = 90
"""Seconds after which one more is free. `scripts.cost` holds this against the brake's numbers."""

MAX_PLAYERS: Final = 10_000
MAX_INTERACTIONS: Final = 10_000
"""What is remembered at most, about 3 MB together; who was longest away is forgotten first."""


class Buckets:
    """A bucket for every player who was here lately."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        """When each player's bucket will be full again, in Unix seconds."""
        self._decided: dict[str, bool] = {}
        """What each interaction was told: Discord may deliver one twice, and that counts once."""

    def take(self, user_id: str, interaction_id: str, now: float) -> int:
        """Take the start of the interaction's workflow out of this player's bucket. Returns 0 if
        there is one at `now` (Unix seconds), else how many whole seconds until there will be."""
        may = self._decided.get(interaction_id)
        if may is None:
            may = self._decided[interaction_id] = self._is_taken(user_id, now)
            _shorten(self._full_at, MAX_PLAYERS)
            _shorten(self._decided, MAX_INTERACTIONS)
        if may:
            return 0
        full_at = self._full_at.get(user_id, now)
        return max(1, ceil(full_at - now - (CAPACITY - 1) * REFILL_S))

    def _is_taken(self, user_id: str, now: float) -> bool:
        full_at = max(self._full_at.pop(user_id, now), now)
        # A clock that was set back must not lock anybody out for longer than an empty bucket does.
        full_at = min(full_at, now + CAPACITY * REFILL_S)
        may = full_at + REFILL_S <= now + CAPACITY * REFILL_S
        self._full_at[user_id] = full_at + REFILL_S if may else full_at
        return may


def _shorten(entries: dict[str, float] | dict[str, bool], most: int) -> None:
    """Forget the oldest: dictionaries keep the order in which their keys came."""
    while len(entries) > most:
        del entries[next(iter(entries))]
