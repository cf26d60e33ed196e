"""How many workflows one player may start: forty at once, of which twenty may change something,
then one every 90 seconds (0028).

Best effort, in this process's memory: Lambda runs one process as long as one can serve the
requests, and another process begins with full buckets. What passes all of them meets the brake.
"""

from __future__ import annotations

from math import ceil
from typing import Final

CAPACITY: Final = 40
"""Workflows that a player may start at once: an evening with the day, its pulls and the book."""

CHANGES: Final = 20
"""Of these may change something. Such workflows can meet each other and begin anew, so each costs
up to as much as ten that only read; `scripts.cost` holds both against the brake's numbers."""

REFILL_S: Final = 90
"""Seconds after which one more is free, of either."""

MAX_PLAYERS: Final = 10_000
MAX_INTERACTIONS: Final = 10_000
"""What is remembered at most, about 4 MB together; who was longest away is forgotten first."""


class Buckets:
    """Two for every player who was here lately: one that each workflow is taken from, and one
    within it for those that change something."""

    def __init__(self) -> None:
        self._full_at: dict[str, tuple[float, float]] = {}
        """When both of a player's buckets will be full again, in Unix seconds."""
        self._decided: dict[str, bool] = {}
        """What each interaction was told: Discord may deliver one twice, and that counts once."""

    def take(self, user_id: str, interaction_id: str, now: float, *, changes: bool) -> int:
        """Take the start of the interaction's workflow out of this player's buckets. Returns 0 if
        there is one at `now` (Unix seconds), else how many whole seconds until there will be."""
        may = self._decided.get(interaction_id)
        if may is None:
            may = self._decided[interaction_id] = self._is_taken(user_id, now, changes)
            _shorten(self._full_at, MAX_PLAYERS)
            _shorten(self._decided, MAX_INTERACTIONS)
        if may:
            return 0
        of_all, of_changes = self._full_at.get(user_id, (now, now))
        empty_s = of_all - now - (CAPACITY - 1) * REFILL_S
        if changes:
            empty_s = max(empty_s, of_changes - now - (CHANGES - 1) * REFILL_S)
        return max(1, ceil(empty_s))

    def _is_taken(self, user_id: str, now: float, changes: bool) -> bool:
        known = self._full_at.pop(user_id, (now, now))
        # A clock that was set back must not lock anybody out for longer than an empty bucket does.
        of_all, of_changes = (
            min(max(full_at, now), now + capacity * REFILL_S)
            for full_at, capacity in zip(known, (CAPACITY, CHANGES), strict=True)
        )
        may = of_all + REFILL_S <= now + CAPACITY * REFILL_S
        if changes:
            may = may and of_changes + REFILL_S <= now + CHANGES * REFILL_S
        if may:
            of_all += REFILL_S
            of_changes += REFILL_S * changes
        self._full_at[user_id] = of_all, of_changes
        return may


def _shorten(entries: dict[str, tuple[float, float]] | dict[str, bool], most: int) -> None:
    """Forget the oldest: dictionaries keep the order in which their keys came."""
    while len(entries) > most:
        del entries[next(iter(entries))]
