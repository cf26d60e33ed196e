"""What a command's definition says, in types. `functions/interactions` loads this and the one
definition that was asked for while a player waits, so there is nothing here but types."""

# Annotations of a NamedTuple that are text are compiled one by one: a millisecond in all, which a
# first answer would wait for. So this module has no `from __future__ import annotations`.

from typing import Any, Final, NamedTuple

Words = tuple[str, str]
"""The same in Japanese and in English."""

SUBCOMMAND: Final = 1
SUBCOMMAND_GROUP: Final = 2
STRING: Final = 3
INTEGER: Final = 4
USER: Final = 6
ROLE: Final = 8
ATTACHMENT: Final = 11
"""Discord's types of options. Of an attachment the workflow's input has what `commands.attachments`
writes: a form's field may hold several."""

PULL: Final = "PULL_STATE_MACHINE_ARN"
CHANGE: Final = "CHANGE_STATE_MACHINE_ARN"
REPLY: Final = "REPLY_STATE_MACHINE_ARN"
WORKSHOP: Final = "WORKSHOP_STATE_MACHINE_ARN"
"""The workflows, by the environment variable that names each: a pull, every other change of a
player, what only reads, and what takes in files before it becomes a change."""

OWNER: Final = "owner"
ANYBODY: Final = "anybody"
NAMED: Final = "named"
"""Who may press: who used the command that the message answers, everybody who sees it, or whom the
custom id names as `user`."""


SURE: Final = "(?::(?P<sure>yes))?"
"""The end of a custom id by which a question's own button differs from the one that leads to it
(`commands.sure`)."""

MANAGE_GUILD: Final = 1 << 5
ADMINISTRATOR: Final = 1 << 3
"""Bits of Discord's permissions. A server shows a command to those who hold its root's, and may
change that, so `functions/interactions` checks the member's own, as Discord signed them."""


EDITORS: Final = "editors"
MANAGERS: Final = "managers"
"""Roles to which a server can give a part of its admins' work, by the fields of its `Game`. The
workers, which read that, decide who holds one (`commands.admission`)."""


class Choice(NamedTuple):
    name: Words
    value: str | int


class Option(NamedTuple):
    """An option of a command, or a field of a select or form.

    `low` and `high` bound a number, or a text's length. `default` is what an option stands for that
    is left out. `pattern`: what the text of a select matches as a whole, since our own message
    offered it. The choices of an option that `completes` come from the room's `inline.py`. What
    `is_secret` stands in a workflow's input as a token does: sealed (`adapters.sealing`).
    """

    name: Words
    description: Words
    type: int
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: int | None = None
    high: int | None = None
    default: str | int | None = None
    pattern: str = ""
    completes: bool = False
    is_secret: bool = False

    @property
    def id(self) -> str:
        """Its name in what Discord sends, and in a workflow's input."""
        return self.name[1]

    def discord(self) -> dict[str, Any]:
        bounds = ("min_length", "max_length") if self.type == STRING else ("min_value", "max_value")
        definition = {
            **named(self.name),
            **described(self.description),
            "type": self.type,
            "required": self.required or None,
            "choices": [{**named(each.name), "value": each.value} for each in self.choices] or None,
            bounds[0]: self.low,
            bounds[1]: self.high,
            "autocomplete": self.completes or None,
        }
        return {name: value for name, value in definition.items() if value is not None}


class Control(NamedTuple):
    """What a button, a select or a form of the command's messages asks for.

    Its custom id is the command's name, a colon, and what `pattern` matches as a whole. The
    pattern's groups are options, beside `fields`: those of a form, or the one of a select. The
    group `of_owner` holds for who used the command alone, and is left out where somebody else
    presses. Where the group `private` matches, only who presses sees the answer of a public
    command. One that `opens` is answered by the room's `inline.py` instead of a workflow. What
    comes of one that `is_apart` is a message of its own: others see the one that it is on.
    One that `is_form` is read from a form that was sent, and from nothing else; every other one is
    pressed. `workflow`: which one it starts, where that is not the command's. What comes of one
    that `is_for_all` is a message that all see, of a command whose answers are private.
    """

    pattern: str
    who: str = OWNER
    of_owner: str = ""
    fields: tuple[Option, ...] = ()
    opens: bool = False
    is_apart: bool = False
    is_form: bool = False
    workflow: str = ""
    is_for_all: bool = False


class Command(NamedTuple):
    """A subcommand. Its folder is named after its words, and so are its custom ids.

    `workflow`: what it reads or changes. `is_public`: all may see its answer; Discord takes that
    choice in the first answer and never again. `may_be_private`: unless the server, or who asks,
    wants that only they see it. `is_anywhere`: it also answers outside a server, where there is no
    economy. `outside`: the room that answers there in its place, until somebody has said which
    server they mean. `is_right`: nothing that a server settled, nor that the player's data is to be
    erased, holds anybody back from it. `subject`: the option that names whose ledger it goes to,
    where that is not the ledger of who gives the command. `of_server`: it goes to the server's own.
    `has_file`: its message comes with a file. `is_followed`: private messages may follow its own.
    `opens`: its `inline.py` answers it with a form. `permissions`: bits of Discord's permissions,
    of which a member needs one; 0 leaves that to its root (`registry.Root`). `role`: the server's
    role that may use it, too, `EDITORS` or `MANAGERS`. `reads_roles`: what comes of it depends on
    the player's own roles, which are handed over; `reads_joined_at`: on when they came to the
    server, which only changes need else; `reads_permissions`: on whether they may manage it, which
    is handed over as the option `manages`.
    """

    name: Words
    description: Words
    workflow: str = REPLY
    options: tuple[Option, ...] = ()
    controls: tuple[Control, ...] = ()
    is_public: bool = False
    may_be_private: bool = False
    is_anywhere: bool = False
    outside: str = ""
    is_right: bool = False
    subject: str = ""
    of_server: bool = False
    has_file: bool = False
    is_followed: bool = False
    opens: bool = False
    permissions: int = 0
    role: str = ""
    reads_roles: bool = False
    reads_joined_at: bool = False
    reads_permissions: bool = False

    @property
    def defaults(self) -> dict[str, str | int]:
        return {each.id: each.default for each in self.options if each.default is not None}

    def option(self, id_: str) -> Option:
        """Raises KeyError for a name that no option has."""
        for option in self.options:
            if option.id == id_:
                return option
        raise KeyError(id_)

    def discord(self) -> dict[str, Any]:
        """The subcommand as Discord's bulk overwrite takes it."""
        definition = {**named(self.name), **described(self.description), "type": SUBCOMMAND}
        if self.options:
            definition["options"] = [each.discord() for each in self.options]
        return definition


class NotReadyError(Exception):
    """What a form or a list of choices is made of was not there within two seconds. `custom_id`:
    the control that opens the form then; a list of choices has none, and is empty."""

    def __init__(self, custom_id: str = "") -> None:
        super().__init__(custom_id)
        self.custom_id = custom_id


class NoFormError(Exception):
    """There is nothing that a form could be about; `sentence`, one of the room's, says what to do
    instead."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


def named(words: Words) -> dict[str, Any]:
    """What arrives has the default (English) names whatever language a client shows."""
    return {"name": words[1], "name_localizations": {"ja": words[0]}}


def described(words: Words) -> dict[str, Any]:
    return {"description": words[1], "description_localizations": {"ja": words[0]}}
