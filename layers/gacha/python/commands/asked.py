"""What somebody asked for: read once out of Discord's interaction, by `functions/interactions`, and
once out of a workflow's input, by each worker."""

# See commands/command.py on annotations.

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from gacha import snowflake

Value = str | int

SERVER: Final = "server"
"""Who a command of the server's own is about: `gacha.server.ID`, which a first answer does without.
"""


class InputError(ValueError):
    """A workflow's input is not what `functions/interactions` writes."""


class Asked(NamedTuple):
    """A command that holds up against its definition, or a control of its message.

    `user_id` is the player whose ledger it goes to, or `SERVER`. `admin_id` is who asked, where an
    admin acts on that player (`Command.subject`) or on the server (`Command.of_server`), and None
    where players act for themselves. `guild_id` is None outside a server. `received_at` is in Unix
    seconds, by our own clock; None was pasted by hand. `sweep` is the number of the sweeper's try,
    0 for the player's own. `roles` are those of who acts as an admin by a role, if at all, and None
    where Discord's own permissions allow it; of a player those for a command that `reads_roles`.
    `joined_at` is when a player who asks for a change, or for a command that `reads_joined_at`,
    came to the server, as Discord writes it.
    """

    interaction_id: str
    application_id: str
    sealed_token: str
    guild_id: str | None
    user_id: str
    language: str
    command: str
    options: Mapping[str, Value]
    received_at: float | None = None
    admin_id: str | None = None
    sweep: int = 0
    roles: Sequence[str] | None = None
    joined_at: str = ""

    @classmethod
    def read(cls, workflow_input: object) -> Self:
        """Raises InputError, which names what is missing, unknown or of another type."""
        if not isinstance(workflow_input, dict):
            raise InputError("it is not an object")
        fields: dict[str, Any] = dict(workflow_input)
        key = fields.pop("ledger_key", None)
        for name in fields.keys() - _TYPES.keys():
            raise InputError(f"{name} is unknown")
        for name, types in _TYPES.items():
            if name not in fields and name not in cls._field_defaults:
                raise InputError(f"{name} is missing")
            if name in fields and type(fields[name]) not in types:
                raise InputError(f"{name} is {type(fields[name]).__name__}")
        for name, value in fields["options"].items():
            if type(value) not in (str, int):
                raise InputError(f"the option {name} is {type(value).__name__}")
        if not all(type(role) is str for role in fields.get("roles") or ()):
            raise InputError("a role is no text")
        asked = cls(**fields)
        if snowflake.canonical(asked.interaction_id) != asked.interaction_id:
            raise InputError("interaction_id is no snowflake")
        if key != snowflake.key_text(asked.interaction_id):
            raise InputError("ledger_key is not the interaction's")
        return asked

    def written(self) -> str:
        """As a workflow's input, which people may read: it holds the token sealed only. What is as
        if it were not said is left out."""
        said = {
            name: value
            for name, value in self._asdict().items()
            if name not in self._field_defaults or value != self._field_defaults[name]
        }
        key = snowflake.key_text(self.interaction_id)  # the workflow reckons with no ids
        return json.dumps({**said, "ledger_key": key}, ensure_ascii=False)

    @property
    def player_key(self) -> str:
        """The key of the player's row. Raises ValueError outside a server, where nobody has any."""
        if self.guild_id is None:
            raise ValueError("there are no players outside a server")
        from gacha.player import key  # `interactions`, whose start a player waits for, needs none

        return key(self.user_id, self.guild_id)

    @property
    def guild(self) -> str:
        """The server. Raises ValueError outside one."""
        if self.guild_id is None:
            raise ValueError("this is outside a server")
        return self.guild_id

    @property
    def admin(self) -> str:
        """The admin who acts on the player. Raises ValueError where none does."""
        if self.admin_id is None:
            raise ValueError("no admin asked for this")
        return self.admin_id

    def text(self, option: str) -> str:
        """An option that is a text. Raises KeyError, or TypeError for a number."""
        value = self.options[option]
        if not isinstance(value, str):
            raise TypeError(f"the option {option} is no text")
        return value

    def number(self, option: str) -> int:
        """An option that is a number. Raises KeyError, or TypeError for a text."""
        value = self.options[option]
        if not isinstance(value, int):
            raise TypeError(f"the option {option} is no number")
        return value


_TEXT: Final = (str,)
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "interaction_id": _TEXT,
    "application_id": _TEXT,
    "sealed_token": _TEXT,
    "guild_id": (str, type(None)),
    "user_id": _TEXT,
    "language": _TEXT,
    "command": _TEXT,
    "options": (dict,),
    "received_at": (int, float),
    "admin_id": _TEXT,
    "sweep": (int,),
    "roles": (list, type(None)),
    "joined_at": _TEXT,
}
