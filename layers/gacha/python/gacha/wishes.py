"""The cards that a player wishes for. They are marked in results and in the book; nobody is pinged,
and no draw depends on them. Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from . import kinds
from .changes import Change
from .player import Player

MOST: Final = 10
"""Cards that a player can wish for at once."""


MOST_LISTED: Final = 25
"""Names that are kept of a card: the latest. They take less than a kilobyte."""

LISTED_MS: Final = 90 * 24 * 60 * 60 * 1000
"""How long a name is listed: whoever left the server, of which nobody tells us, is not for ever."""


@dataclass(frozen=True, slots=True)
class Wishers:
    """Who wishes for a card and lets others know, by user's id, since when they do, in Unix
    milliseconds, the latest last. `changes` counts them; 0 means that nothing is stored."""

    since: Mapping[str, int] = field(default_factory=dict)
    changes: int = 0

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        if row is None:
            return cls()
        names = sorted(row["names"].items(), key=lambda each: int(each[1]))
        return cls(dict(names), row["changes"])

    def content(self) -> dict[str, Any]:
        return {"names": dict(self.since), "changes": self.changes}

    def others(self, user_id: str, at_ms: int) -> list[str]:
        """Who else does, at a time: the latest first."""
        names = [name for name, since in self.since.items() if at_ms < since + LISTED_MS]
        return [name for name in reversed(names) if name != user_id]

    def changed(self, user_id: str, at_ms: int, *, is_listed: bool) -> Self:
        """With this user, or without them, and without those whose time is over."""
        kept = {name: self.since[name] for name in reversed(self.others(user_id, at_ms))}
        if is_listed:
            kept = dict([*kept.items(), (user_id, at_ms)][-MOST_LISTED:])
        return replace(self, since=kept, changes=self.changes + 1)


def wish(player: Player, card: str, number: int, *, is_wished: bool) -> Change:
    """Begin or cease to wish for a card, which has this number."""
    event = {"kind": kinds.WISH, "card": card, "number": number, "wished": int(is_wished)}
    return Change(event, player, replace(player, version=player.version + 1))
