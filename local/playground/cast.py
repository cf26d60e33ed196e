"""Who plays, and where: read by the start page and by the simulated Discord.

The standard library only. Ids are fixed, so that a player who comes back after another start is
the same player.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Person(NamedTuple):
    """Somebody in a conversation. `locale` is what their client is set to."""

    id: int
    name: str
    locale: str
    is_owner: bool = False


class Conversation(NamedTuple):
    """One channel: of a server, or with the bot alone (`guild_id` 0)."""

    name: str
    guild_id: int
    guild: str
    locale: str
    people: tuple[Person, ...]
    is_allowed: bool = True


OWNER: Final = Person(1290000000000000111, "スターレイ", "ja", is_owner=True)
JAPANESE: Final = Person(1290000000000000112, "みなと", "ja")
ENGLISH: Final = Person(1290000000000000113, "Robin", "en-US")
STRANGER: Final = Person(1290000000000000121, "Stranger", "en-US")
ALONE: Final = Person(1290000000000000131, "あおい", "ja")
ALONE_IN_ENGLISH: Final = Person(1290000000000000132, "Morgan", "en-US")

CAST: Final = (
    Conversation("server", 1290000000000000102, "星見サーバー", "ja", (JAPANESE, ENGLISH, OWNER)),
    Conversation(
        "elsewhere", 1290000000000000202, "Elsewhere", "en-US", (STRANGER,), is_allowed=False
    ),
    Conversation("dm", 0, "", "ja", (ALONE,)),
    Conversation("dm-en", 0, "", "en-US", (ALONE_IN_ENGLISH,)),
)


def conversation(name: str) -> Conversation:
    """Raises KeyError for a name that none has."""
    return {each.name: each for each in CAST}[name]
