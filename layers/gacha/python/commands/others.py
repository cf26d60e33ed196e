"""What is said to a person of rows that are about them: without whom else these name.

Ids of others go wherever they stand, under names that nobody thought of, too. Those of nobody's, by
their fields, stay: receipt numbers, roles, and what a player chose as their seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from gacha import kinds, player, presents

ADMIN: Final = "an admin"
MEMBER: Final = "a member"

_ID: Final = re.compile(r"(?<![\w.])[1-9][0-9]{16,19}(?![\w.])")
"""As Discord makes them; a key of the ledger and a hash are none."""

_NOBODYS: Final = frozenset(
    {
        *("interaction_id", "pull", "compensates", "missed", "undelivered", "made"),
        *("receipt", "client_seed", "before", "editors", "managers"),
    }
)


class Others:
    """`user_id` is who is told, of a server."""

    def __init__(self, user_id: str, guild_id: str) -> None:
        self._user_id: Final = user_id
        self._key: Final = player.key(user_id, guild_id)
        self._known: Final = frozenset({user_id, guild_id})

    def without(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row without them."""
        said = {
            name: each if name in _NOBODYS else self._value(name, each)
            for name, each in row.items()
        }
        if row.get("user_id") not in (self._key, None):
            said["user_id"] = "a member, or the server"
        return said

    def _mapping(self, of: Mapping[str, Any]) -> dict[str, Any]:
        """What a field holds by name, or by id: without entries that are of others alone."""
        return {
            name: each if name in _NOBODYS else self._value(name, each)
            for name, each in of.items()
            if not self._is_anothers(name, each)
        }

    def _value(self, name: str, value: Any) -> Any:
        match value:
            case str():
                return _ID.sub(lambda found: self._named(found[0], name), value)
            case Mapping():
                return self._mapping(value)
            case [presents.ROLE, str()]:
                return value
            case list():
                return [self._value(name, each) for each in value]
        return value

    def _named(self, id_: str, name: str) -> str:
        if id_ in self._known:
            return id_
        return ADMIN if name in kinds.BY else MEMBER

    def _is_anothers(self, name: str, value: Any) -> bool:
        """Whether this entry of a list, such as of wishes or presents, is of another's alone."""
        if _ID.fullmatch(name):
            return name not in self._known
        if not isinstance(value, Mapping) or name in _NOBODYS:
            return False
        named = {*_ID.findall(repr(value))}
        return bool(named - self._known) and self._user_id not in named
