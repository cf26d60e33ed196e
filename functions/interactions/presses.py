"""Which buttons that count once were pressed just now, so that whoever is impatient is told so
privately, at once and for nothing. Their own message would be public, since Discord takes that
choice in the first answer, when nobody knows yet what the workflow will find.

Best effort, in this process's memory, as the buckets are. Whatever passes is refused by Draw: of
all presses of such a button, one counts.
"""

from __future__ import annotations

from typing import Final, NamedTuple

WITHIN_S: Final = 5
"""How long after a press another one of the same button is impatience. Longer, and somebody who was
refused, claimed the day's currency and came back would be held for it."""

MAX_REMEMBERED: Final = 10_000
"""Presses, and as many refusals: about 3 MB together; the oldest are forgotten first."""


class Press(NamedTuple):
    """The last time that a button was pressed (Unix seconds), and by which interaction first."""

    interaction_id: str
    at: float


class Presses:
    """The buttons that were pressed lately, each by its presser."""

    def __init__(self) -> None:
        self._last: dict[str, Press] = {}
        self._refused: dict[str, bool] = {}
        """Interactions that were told so: one that Discord delivers again is told the same."""

    def is_again(self, button: str, interaction_id: str, now: float) -> bool:
        """Whether it is a press of a button that another interaction pressed just before `now`. One
        that goes on pressing stays impatient."""
        if interaction_id in self._refused:
            return True
        last = self._last.get(button)
        if last is None or last.interaction_id == interaction_id:
            return False
        if not 0 <= now - last.at < WITHIN_S:
            return False
        self._note(button, last._replace(at=now))
        self._refused[interaction_id] = True
        while len(self._refused) > MAX_REMEMBERED:
            del self._refused[next(iter(self._refused))]
        return True

    def took(self, button: str, interaction_id: str, now: float) -> None:
        """A press's workflow was started."""
        self._note(button, Press(interaction_id, now))

    def _note(self, button: str, press: Press) -> None:
        self._last.pop(button, None)  # dictionaries keep the order in which their keys came
        self._last[button] = press
        while len(self._last) > MAX_REMEMBERED:
            del self._last[next(iter(self._last))]
