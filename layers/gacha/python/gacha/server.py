"""A change of a server: of its game, or of another of its settings. Decides; writes nothing.

A server has a ledger of its own beside its players': a row for each change that an admin made,
under the key of the interaction. It moves no money, and it is nobody's purse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .game import Game

ID: Final = "server"
"""What stands in a workflow's input for the player whose ledger it goes to. No id of Discord's."""


def key(guild_id: str) -> str:
    """The `user_id` of the server's rows in the ledger."""
    return f"{ID}@{guild_id}"


def is_key(user_id: str) -> bool:
    """Whether a row of the ledger is a server's, and no player's."""
    return user_id.startswith(f"{ID}@")


@dataclass(frozen=True, slots=True)
class Setting:
    """One of a server's settings as it is to be stored: `content` holds numbers, texts, lists and
    mappings. `version` is the one that it has then, and counts its changes: 1 is its first."""

    name: str
    version: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a server that is not yet recorded.

    `event` is what its ledger notes of it, beside who and when. `game` is the game after it
    (`Game.changed`), None where it stays as it is. It is written together with the `settings`, or
    not at all: each only if it is still at the version before.
    """

    guild_id: str
    event: Mapping[str, Any]
    game: Game | None = None
    settings: tuple[Setting, ...] = ()

    @property
    def versions(self) -> dict[str, Any]:
        """What the ledger's row says of it: `version` is the game's, `versions` those of the other
        settings by name."""
        of_settings = {each.name: each.version for each in self.settings}
        return {
            **({"version": self.game.version} if self.game else {}),
            **({"versions": of_settings} if of_settings else {}),
        }
