"""Reads what a player asked for out of an interaction, against the definitions of the commands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from adapters import texts
from adapters.commands import (
    ADMINISTRATOR,
    ANYWHERE,
    COMMANDS,
    DEFAULTS,
    INTEGER,
    PUBLIC,
    STRING,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
    USER,
    WORKFLOWS,
)
from gacha.names import is_seen
from gacha.snowflake import canonical, is_snowflake, key_text

COMMAND: Final = 2
_TURN_PAGE: Final = re.compile(r"history:(older|newer):([0-9]{1,16}(?:\.[0-9]{1,7})?)")
_PULL_AGAIN: Final = re.compile(r"pull:([a-z0-9-]{1,40}):(1|10):([0-9]{1,16}\.[0-9]{1,16})")
_PERMISSIONS: Final = re.compile("[0-9]{1,40}")  # a set of bits, in decimal
_HALF_A_PAIR: Final = re.compile("[\ud800-\udfff]")  # JSON can hold it, UTF-8 cannot
_TOKEN: Final = re.compile(r"(?!\.{1,2}\Z)[!-~]{1,2000}")
"""Discord's are letters, digits and a few signs, about 200 of them; it becomes a segment of a URL's
path, and `.` and `..` would leave it (RFC 3986, 5.2.4), quoted or not."""

_MAX_NAME_SHOWN: Final = 32


class Problem(NamedTuple):
    """Why nothing is started. With a `sentence` (of `adapters.texts`), the player is told; without
    one the request is not something Discord sends, and `reason` goes back to the caller."""

    reason: str = ""
    sentence: str | None = None
    values: Mapping[str, object] = MappingProxyType({})


class Request(NamedTuple):
    """A command, or a button of its answer, that holds up against the definitions.

    `user_id` is whose ledger it goes to: the player's own, but for a grant, whose `options` name
    the `admin` instead. `actor_id` is who gave the command.
    """

    command: str
    options: Mapping[str, Any]
    is_button: bool
    interaction_id: str
    application_id: str
    token: str
    guild_id: str | None
    user_id: str
    actor_id: str

    @property
    def is_private(self) -> bool:
        return self.command not in PUBLIC

    @property
    def workflow(self) -> str:
        """The environment variable that names the workflow: what only reads has one of its own."""
        return WORKFLOWS.get(self.command, "REPLY_STATE_MACHINE_ARN")

    def workflow_input(self, language: str, sealed_token: str, received_at: int) -> str:
        """The execution's input, which people may read: it holds the token sealed only.
        `received_at` is in Unix seconds, by our own clock."""
        return json.dumps(
            {
                "interaction_id": self.interaction_id,
                "ledger_key": key_text(self.interaction_id),
                "application_id": self.application_id,
                "sealed_token": sealed_token,
                "guild_id": self.guild_id,
                "user_id": self.user_id,
                "language": language,
                "command": self.command,
                "options": self.options,
                "received_at": received_at,
            },
            ensure_ascii=False,
        )


def read(interaction: Mapping[str, Any]) -> Request | Problem:
    """The request in a command (type 2) or component (type 3) interaction."""
    data = interaction.get("data")
    if not isinstance(data, dict):
        return Problem("the interaction has no data")
    is_button = interaction.get("type") != COMMAND
    asked = _read_button(interaction, data) if is_button else _read_command(interaction, data)
    if isinstance(asked, Problem):
        return asked
    command, options = asked

    sent = {name: interaction.get(name) for name in ("id", "application_id", "guild_id")}
    sent["user id"] = _user_id(interaction)
    if sent["guild_id"] is None:
        del sent["guild_id"]
    ids: dict[str, str] = {}
    for name, value in sent.items():
        id_ = canonical(value)
        if id_ is None:
            return Problem(f"the interaction's {name} is not a snowflake")
        ids[name] = id_
    token = interaction.get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return Problem("the interaction has no token")
    user_id = actor_id = ids["user id"]
    if command == "grant":
        options = {**options, "admin": user_id}
        user_id = options.pop("user")
    return Request(
        command=command,
        options=options,
        is_button=is_button,
        interaction_id=ids["id"],
        application_id=ids["application_id"],
        token=token,
        guild_id=ids.get("guild_id"),
        user_id=user_id,
        actor_id=actor_id,
    )


def _read_command(
    interaction: Mapping[str, Any], data: Mapping[str, Any]
) -> tuple[str, dict[str, Any]] | Problem:
    """The subcommand's name, below the command's own, and its options."""
    definition, given, path = _named(COMMANDS, data.get("name")), data, [data.get("name")]
    needed = int((definition or {}).get("default_member_permissions", 0))
    # A command leads to a subcommand, perhaps by way of a group; only the last has values.
    while definition and _is_branch(definition):
        below = given.get("options")
        if not isinstance(below, list) or len(below) != 1 or not isinstance(below[0], dict):
            return _unknown("unknown_command", path)
        given = below[0]
        path.append(given.get("name"))
        definition = _named(definition["options"], given.get("name"))
    if definition is None or given.get("type", SUBCOMMAND) != SUBCOMMAND:
        return _unknown("unknown_command", path)
    command = " ".join(str(name) for name in path[1:])
    if interaction.get("guild_id") is None and command not in ANYWHERE:
        return Problem(sentence="guild_only")
    if needed and not _holds(interaction, needed | ADMINISTRATOR):
        return Problem(sentence="not_allowed")
    options = _read_options(
        definition.get("options", []),
        given.get("options") or [],
        texts.language(interaction.get("locale")),
    )
    if isinstance(options, Problem):
        return options
    for each in definition.get("options", []):
        if each["type"] == USER and each["name"] in options:
            problem = _refused(options[each["name"]], data.get("resolved"))
            if problem is not None:
                return problem
    return command, {**DEFAULTS.get(command, {}), **options}


def _refused(user_id: str, resolved: object) -> Problem | None:
    """Why this somebody cannot have a purse here, if so. With every option that names somebody,
    Discord sends who that is, and as a member whoever is one of the server."""
    match resolved:
        case {"users": {**users}}:
            match _by_id(users).get(user_id):
                case {"bot": True}:
                    return Problem(sentence="to_a_bot")
    match resolved:
        case {"users": {**users}, "members": {**members}}:
            if user_id in _by_id(users) and user_id in _by_id(members) and int(user_id):
                return None
    return Problem(sentence="to_no_member")


def _by_id(resolved: Mapping[Any, Any]) -> dict[str | None, Any]:
    return {canonical(id_): each for id_, each in resolved.items()}


def _holds(interaction: Mapping[str, Any], permissions: int) -> bool:
    """Whether the member who did it has one of these permissions, as Discord signed them. What
    Discord shows to whom is not enough: a server can open a command to everybody."""
    match interaction.get("member"):
        case {"permissions": str(held)} if _PERMISSIONS.fullmatch(held):
            return int(held) & permissions != 0
    return False


def _is_branch(definition: Mapping[str, Any]) -> bool:
    below = {option["type"] for option in definition.get("options", [])}
    return bool(below & {SUBCOMMAND, SUBCOMMAND_GROUP})


def _read_options(
    definitions: list[dict[str, Any]], given: object, language: str
) -> dict[str, Any] | Problem:
    if not isinstance(given, list):
        return Problem("the command's options are not a list")
    options: dict[str, Any] = {}
    for option in given:
        name = option.get("name") if isinstance(option, dict) else None
        definition = _named(definitions, name)
        if definition is None:
            return _unknown("unknown_option", [name])
        value = option.get("value")
        if not _is_allowed(value, definition):
            return _not_allowed(definition, language)
        options[definition["name"]] = canonical(value) if definition["type"] == USER else value
    for definition in definitions:
        if definition.get("required") and definition["name"] not in options:
            shown = texts.localised(definition, "name", language)
            return Problem(sentence="missing_option", values={"name": shown})
    return options


def _is_allowed(value: object, definition: Mapping[str, Any]) -> bool:
    # bool is an int to Python and never to Discord, hence the exact type.
    if definition["type"] == INTEGER and type(value) is int:
        low, high = definition.get("min_value", value), definition.get("max_value", value)
        return value in _choices(definition, value) and low <= value <= high
    if definition["type"] == STRING and type(value) is str:
        shortest, longest = definition.get("min_length", 0), definition.get("max_length", 6000)
        fits = shortest <= len(value) <= longest and not _HALF_A_PAIR.search(value)
        return fits and is_seen(value) and value in _choices(definition, value)
    return definition["type"] == USER and is_snowflake(value)


def _choices(definition: Mapping[str, Any], default: object) -> list[object]:
    return [choice["value"] for choice in definition.get("choices", [])] or [default]


def _not_allowed(definition: Mapping[str, Any], language: str) -> Problem:
    """What the option takes instead of the value that it was given."""
    name = texts.localised(definition, "name", language)
    if "choices" in definition:
        choices = texts.say(language, "or").join(
            texts.say(language, "one_of", name=texts.localised(choice, "name", language))
            for choice in definition["choices"]
        )
        return Problem(sentence="bad_choice", values={"name": name, "choices": choices})
    if definition["type"] == USER:
        return Problem(sentence="bad_member", values={"name": name})
    if definition["type"] == INTEGER:
        sentence, low, high = "bad_integer", definition["min_value"], definition["max_value"]
    else:
        sentence, low, high = "bad_string", definition["min_length"], definition["max_length"]
    return Problem(sentence=sentence, values={"name": name, "low": low, "high": high})


def _read_button(
    interaction: Mapping[str, Any], data: Mapping[str, Any]
) -> tuple[str, dict[str, Any]] | Problem:
    """What a button of a history or of a pull asks for. Only who used the command may press it."""
    custom_id = data.get("custom_id")
    asked = _of_button(custom_id) if isinstance(custom_id, str) else None
    if asked is None:
        return Problem(sentence="stale_button")
    if interaction.get("guild_id") is None:
        return Problem(sentence="guild_only")
    match interaction.get("message"):
        case {"interaction_metadata": {"user": {"id": owner}}} if _is_same(
            owner, _user_id(interaction)
        ):
            return asked
    return Problem(sentence="not_your_button")


def _is_same(one: object, other: object) -> bool:
    return canonical(one) == canonical(other) is not None


def _of_button(custom_id: str) -> tuple[str, dict[str, Any]] | None:
    """A page of the history, or another pull by somebody whose draws stand `at` that place still;
    prices and results are not in a button."""
    if turn := _TURN_PAGE.fullmatch(custom_id):
        return "history", {turn[1]: turn[2]}
    if pull := _PULL_AGAIN.fullmatch(custom_id):
        options = {"banner": pull[1], "count": int(pull[2])}
        [gacha] = [each for each in COMMANDS if each["name"] == "gacha"]
        definitions = _named(gacha["options"], "pull")
        assert definitions is not None
        if all(_is_allowed(options[each["name"]], each) for each in definitions["options"]):
            return "pull", {**options, "at": pull[3]}
    return None


def _user_id(interaction: Mapping[str, Any]) -> object:
    """Who did it: `member.user` in a server, `user` elsewhere."""
    match interaction:
        case {"member": {"user": {"id": user_id}}} | {"user": {"id": user_id}}:
            return user_id
    return None


def _named(definitions: list[dict[str, Any]], name: object) -> dict[str, Any] | None:
    return next((each for each in definitions if each["name"] == name), None)


def _unknown(sentence: str, path: list[Any]) -> Problem:
    # Discord limits names to 32 characters; what is longer, or half a surrogate pair that no UTF-8
    # can hold, did not come from its clients.
    name = " ".join(str(each)[:_MAX_NAME_SHOWN] for each in path)
    return Problem(sentence=sentence, values={"name": name.encode(errors="replace").decode()})
