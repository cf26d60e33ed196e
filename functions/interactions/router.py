"""Reads what somebody asked for out of an interaction, against the one definition that it names.

Commands, buttons, selects, forms and what is typed so far all come to a room and its options. A
custom id begins with its room's name, and nothing is looked up but names of the registry.
"""

# See commands/command.py on annotations.

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from commands import registry, sentences
from commands.asked import SERVER, Asked, Value
from commands.command import (
    ADMINISTRATOR,
    ANYBODY,
    ATTACHMENT,
    INTEGER,
    MANAGE_GUILD,
    NAMED,
    REPLY,
    ROLE,
    STRING,
    SUBCOMMAND,
    USER,
    WORKSHOP,
    Command,
    Control,
    Option,
)
from gacha import names
from gacha.names import is_seen
from gacha.snowflake import canonical, is_snowflake

COMMAND: Final = 2
COMPONENT: Final = 3
AUTOCOMPLETE: Final = 4
FORM: Final = 5
LAID_OUT: Final = 1 << 15
"""Discord's flag of components V2."""
EPHEMERAL: Final = 1 << 6
"""Discord's flag of a message that only one person sees."""

_PERMISSIONS: Final = re.compile("[0-9]{1,40}")  # a set of bits, in decimal
_HALF_A_PAIR: Final = re.compile("[\ud800-\udfff]")  # JSON can hold it, UTF-8 cannot
_TOKEN: Final = re.compile(r"(?!\.{1,2}\Z)[!-~]{1,2000}")
"""Discord's are letters, digits and a few signs, about 200 of them; it becomes a segment of a URL's
path, and `.` and `..` would leave it (RFC 3986, 5.2.4), quoted or not."""

_MAX_NAME_SHOWN: Final = 32
MOST_IN_A_FIELD: Final = 4_000
"""Characters of a form's text, where it says no other bound: Discord's own."""
_MOST_ROLES: Final = 250
_SERVER: Final = "server"
"""The option by which somebody says in a direct message which server they mean
(`commands.personal`)."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""As Discord writes a time (ISO 8601)."""
_ADDRESS: Final = re.compile("[!-~]{1,2000}")
_MOST_TYPED: Final = 4_000  # characters that Discord lets a field have
_UPLOAD: Final = 19  # Discord's type of a form's field for files
_NOTHING: Final[Mapping[str | None, Any]] = MappingProxyType({})

Interaction = Mapping[str, Any]


class Problem(NamedTuple):
    """Why nothing is started. With a `sentence`, the player is told, in the words of `room` if it
    has its own; without one the request is not something Discord sends, and `reason` goes back to
    the caller."""

    reason: str = ""
    sentence: str | None = None
    values: Mapping[str, object] = MappingProxyType({})
    room: str | None = None

    def said(self, language: str) -> str:
        say = registry.texts(self.room).say if self.room else sentences.say
        return say(language, self.sentence or "", **self.values)


class Request(NamedTuple):
    """What somebody asked for, and of what it came: `is_control` is a button, a select or a form
    in whose message's place the answer comes.
    `opens`: the room answers it at once, with a form. `focus`: the option that is being typed.
    `workflow`: which one it starts; empty, the command's. `may_redraw`: who asked may
    manage the server, by Discord's permissions, and the message that they pressed is not theirs
    alone, as a panel never is. `is_update`: what comes of it takes the place of the message
    that was pressed, although that is public. `is_for_all`: all may see what comes of it, although
    its command's own answers are private."""

    room: str
    command: Command
    options: Mapping[str, Value]
    is_control: bool
    opens: bool
    focus: str | None
    workflow: str
    is_for_all: bool
    interaction_id: str
    application_id: str
    token: str
    guild_id: str | None
    actor_id: str
    language: str
    roles: Sequence[str] | None
    joined_at: str
    may_redraw: bool = False
    is_update: bool = False

    @property
    def panel(self) -> str:
        """The banner of a panel that an admin pressed; else empty."""
        is_panel = self.options.get("private") == "panel"
        is_panel |= self.room == "rates" and "drawn" in self.options
        return str(self.options["banner"]) if is_panel and self.may_redraw else ""

    def redrawing(self) -> "Request":
        """The same press as one that draws its panel anew."""
        return self._replace(
            room="admin panel",
            command=registry.definition("admin panel"),
            options={"banner": self.panel, "drawn": self.options.get("drawn", "")},
            roles=None,
            is_update=True,
        )

    @property
    def has_files(self) -> bool:
        """Whether files were sent with it."""
        fields = [each for control in self.command.controls for each in control.fields]
        return any(
            option.type == ATTACHMENT and self.options.get(option.id)
            for option in (*self.command.options, *fields)
        )

    @property
    def button_that_counts_once(self) -> str:
        """Of whom and what, where it is a button of a public command that is good for one place
        (`at`) only, or stays for good (a panel's, `private`), or one that `is_for_all`; else
        empty."""
        counts_once = self.command.is_public and {"at", "private"} & self.options.keys()
        if not (self.is_control and (counts_once or self.is_for_all)):
            return ""
        values = (str(each) for each in self.options.values())
        return " ".join((self.actor_id, self.guild_id or "", self.room, *values))

    @property
    def is_public(self) -> bool:
        """Whether all may see the answer, which Discord takes in the first answer only."""
        return (self.command.is_public or self.is_for_all) and "private" not in self.options

    @property
    def is_open(self) -> bool:
        """Whether it is public, unless what is stored says otherwise."""
        is_stored = self.command.may_be_private or self.posted or self.is_first_panel
        return self.is_public and bool(is_stored)

    @property
    def posted(self) -> str:
        """The receipt number of the result that it asks to show to all; else empty."""
        return str(self.options["number"]) if self.room == "post" else ""

    @property
    def is_first_panel(self) -> bool:
        """Whether it asks for a panel, before whose server's first an admin confirms something
        alone; or confirms that, with which the panel is posted."""
        is_new = self.room == "admin panel" and not self.is_update
        return is_new or self.is_for_all

    @property
    def _reads_joined_at(self) -> bool:
        """Whether a server's least ages hold for it, or it says so (`commands.admission`)."""
        is_admins = self.command.of_server or bool(self.command.subject)
        is_admins = is_admins and registry.permissions(self.room) != 0
        return self.command.reads_joined_at or not (is_admins or self.command.workflow == REPLY)

    def sealed(self, seal: Callable[[str], str]) -> Self:
        """The same with its secret options as a workflow's input may show them."""
        secret = {each.id for each in self.command.options if each.is_secret}
        options = {
            name: seal(str(value)) if name in secret else value
            for name, value in self.options.items()
        }
        return self._replace(options=options)

    def asked(self, sealed_token: str, received_at: int | None = None) -> Asked:
        """As the workers get it. Who acts on a ledger that is not their own is its admin."""
        options, user_id, admin_id = dict(self.options), self.actor_id, None
        if self.command.of_server:
            user_id, admin_id = SERVER, self.actor_id
        if self.command.subject:
            user_id, admin_id = str(options.pop(self.command.subject)), self.actor_id
        return Asked(
            interaction_id=self.interaction_id,
            application_id=self.application_id,
            sealed_token=sealed_token,
            guild_id=self.guild_id,
            user_id=user_id,
            language=self.language,
            command=self.room,
            options=options,
            received_at=received_at,
            admin_id=admin_id,
            roles=self.roles if admin_id or self.command.reads_roles else None,
            joined_at=self.joined_at if self._reads_joined_at else "",
        )


class _Wanted(NamedTuple):
    """A room and its options, before who asks is known."""

    room: str
    command: Command
    options: Mapping[str, Value]
    is_control: bool = False
    opens: bool = False
    focus: str | None = None
    workflow: str = ""
    is_for_all: bool = False


def read(interaction: Interaction) -> Request | Problem:
    """The request in an interaction that is a command, a component, a form or being typed."""
    data = interaction.get("data")
    if not isinstance(data, dict):
        return Problem("the interaction has no data")
    is_control = interaction.get("type") in (COMPONENT, FORM)
    wanted = (_read_control if is_control else _read_command)(interaction, data)
    if isinstance(wanted, Problem):
        return wanted
    if wanted.command.is_right:
        wanted = _of_a_person(wanted, interaction)
        if isinstance(wanted, Problem):
            return wanted
    elif not _is_installed(interaction):
        return Problem(sentence="not_installed")
    if wanted.command.reads_permissions and _holds(interaction, MANAGE_GUILD | ADMINISTRATOR):
        wanted = wanted._replace(options={**wanted.options, "manages": "yes"})

    sent = {name: interaction.get(name) for name in ("id", "application_id", "guild_id")}
    sent["user id"] = _user_id(interaction)
    if wanted.command.is_right:
        sent["guild_id"] = wanted.options.get(_SERVER, sent["guild_id"])
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
    return Request(
        *wanted,
        interaction_id=ids["id"],
        application_id=ids["application_id"],
        token=token,
        guild_id=ids.get("guild_id"),
        actor_id=ids["user id"],
        language=_language(interaction),
        roles=_roles_needed(interaction, wanted),
        joined_at=_joined_at(interaction),
        may_redraw=_holds(interaction, MANAGE_GUILD | ADMINISTRATOR)
        and not _is_private(interaction),
    )


def _is_installed(interaction: Interaction) -> bool:
    """Whether the server has the bot. Who has added it to their account has its commands in every
    server, and one that has not asked for it has no economy."""
    match interaction:
        case {"guild_id": str(), "authorizing_integration_owners": {"1": _, **others}}:
            return "0" in others
    return True


def _of_a_person(wanted: _Wanted, interaction: Interaction) -> _Wanted | Problem:
    """What is about somebody's own data, in the server that they chose in a direct message; within
    a server it is about that one, whatever a button says. Nobody can choose others' data: a player
    is whoever Discord says has pressed, in that server."""
    if interaction.get("guild_id") is None:
        if wanted.command.is_anywhere or _SERVER in wanted.options:
            return wanted
        return Problem(sentence="guild_only")
    return wanted._replace(
        options={name: value for name, value in wanted.options.items() if name != _SERVER}
    )


# --- commands -------------------------------------------------------------------------------------


def _read_command(interaction: Interaction, data: Mapping[str, Any]) -> _Wanted | Problem:
    root = next((each for each in registry.ROOTS if each.name[1] == data.get("name")), None)
    if root is None:
        return _unknown("unknown_command", [data.get("name")])
    level, path = data, [data.get("name")]
    # A command leads to a subcommand, perhaps by way of a group; only the last has values.
    while True:
        below = level.get("options")
        if not isinstance(below, list) or len(below) != 1 or not isinstance(below[0], dict):
            return _unknown("unknown_command", path)
        level = below[0]
        path.append(level.get("name"))
        words = path[1:]
        if not all(isinstance(word, str) and " " not in word for word in words):
            return _unknown("unknown_command", path)
        room = root.room([str(word) for word in words])
        if room in root.rooms:
            break
        if not any(each.startswith(f"{room} ") for each in root.rooms):
            return _unknown("unknown_command", path)
    if level.get("type", SUBCOMMAND) != SUBCOMMAND:
        return _unknown("unknown_command", path)
    command = registry.definition(room)
    if command.outside and interaction.get("guild_id") is None:
        room = command.outside
        return _Wanted(room, registry.definition(room), {})
    problem = _refused(interaction, room, command)
    if problem is not None:
        return problem
    if interaction.get("type") == AUTOCOMPLETE:
        return _read_typed(room, command, level.get("options"))
    options = _read_options(
        command.options,
        level.get("options") or [],
        _language(interaction),
        sent=_sent(data),
    )
    if isinstance(options, Problem):
        return options
    for each in command.options:
        if each.type == USER and each.id in options:
            problem = _no_member(room, str(options[each.id]), data.get("resolved"))
            if problem is not None:
                return problem
    return _Wanted(room, command, {**command.defaults, **options}, opens=command.opens)


def _refused(interaction: Interaction, room: str, command: Command) -> Problem | None:
    """Why it cannot be done here, or not by this member. What Discord shows to whom is not enough:
    a server can open a command to everybody."""
    if interaction.get("guild_id") is None and not (command.is_anywhere or command.outside):
        return Problem(sentence="guild_only")
    if not _is_permitted(interaction, room) and not (command.role and _roles(interaction)):
        return Problem(sentence="not_allowed", room=room)
    return None


def _is_permitted(interaction: Interaction, room: str) -> bool:
    needed = registry.permissions(room)
    return not needed or _holds(interaction, needed | ADMINISTRATOR)


def _roles_needed(interaction: Interaction, wanted: _Wanted) -> list[str] | None:
    """The roles of a member whom a role alone can allow this, or whose roles decide what comes of
    it: which one, the workers read."""
    if wanted.command.reads_roles or not _is_permitted(interaction, wanted.room):
        return _roles(interaction)
    return None


def _roles(interaction: Interaction) -> list[str]:
    """The member's roles, as Discord signed them: at most the 250 that a server has."""
    match interaction.get("member"):
        case {"roles": [*roles]}:
            return [role for role in map(canonical, roles) if role is not None][:_MOST_ROLES]
    return []


def _joined_at(interaction: Interaction) -> str:
    match interaction.get("member"):
        case {"joined_at": str(joined_at)} if _TIME.fullmatch(joined_at):
            return joined_at
    return ""


def _read_typed(room: str, command: Command, values: object) -> _Wanted | Problem:
    """What is typed so far: values are checked when the command is sent."""
    options: dict[str, Value] = {}
    focus = None
    for each in values if isinstance(values, list) else []:
        match each:
            case {"name": str(name), "value": str() | int() as value}:
                options[name] = value
                if each.get("focused") is True:
                    focus = name
    known = {each.id for each in command.options if each.completes}
    if focus not in known:
        return Problem("nothing is completed here")
    return _Wanted(room, command, options, focus=focus)


def _no_member(room: str, user_id: str, resolved: object) -> Problem | None:
    """Why this somebody cannot have a purse here, if so. With every option that names somebody,
    Discord sends who that is, and as a member whoever is one of the server."""
    match resolved:
        case {"users": {**users}}:
            match _by_id(users).get(user_id):
                case {"bot": True}:
                    return Problem(sentence="to_a_bot", room=room)
    match resolved:
        case {"users": {**users}, "members": {**members}}:
            if user_id in _by_id(users) and user_id in _by_id(members) and int(user_id):
                return None
    return Problem(sentence="to_no_member", room=room)


def _by_id(resolved: Mapping[Any, Any]) -> dict[str | None, Any]:
    return {canonical(id_): each for id_, each in resolved.items()}


def _holds(interaction: Interaction, permissions: int) -> bool:
    """Whether the member who did it has one of these permissions, as Discord signed them."""
    match interaction.get("member"):
        case {"permissions": str(held)} if _PERMISSIONS.fullmatch(held):
            return int(held) & permissions != 0
    return False


# --- options --------------------------------------------------------------------------------------


def _read_options(
    options: Sequence[Option],
    values: object,
    language: str,
    *,
    is_form: bool = False,
    sent: Mapping[str | None, Any] = _NOTHING,
) -> dict[str, Value] | Problem:
    """`sent` are the files that came along, by their ids."""
    if not isinstance(values, list):
        return Problem("the command's options are not a list")
    read: dict[str, Value] = {}
    for entry in values:
        name = entry.get("name") if isinstance(entry, dict) else None
        option = next((option for option in options if option.id == name), None)
        if option is None:
            return _unknown("unknown_option", [name])
        value = entry.get("value")
        if option.type == ATTACHMENT:
            files = _files(value, sent)
            if isinstance(files, Problem):
                return files
            if files or not option.required:
                read[option.id] = files
            continue
        if is_form and _is_left_empty(value, option):
            read[option.id] = ""
            continue
        if not _is_allowed(value, option):
            return _not_allowed(option, language)
        if option.pattern and not re.fullmatch(option.pattern, str(value)):
            return Problem(sentence="stale_button")
        is_id = option.type in (USER, ROLE)
        read[option.id] = canonical(value) or "" if is_id else value
    for option in options:
        if option.required and option.id not in read:
            name = sentences.word(option.name, language)
            return Problem(sentence="missing_option", values={"name": name})
    # In one order, whatever the order in which they were sent: the same request is the same input.
    return {option.id: read[option.id] for option in options if option.id in read}


def _sent(data: Mapping[str, Any]) -> Mapping[str | None, Any]:
    match data.get("resolved"):
        case {"attachments": {**attachments}}:
            return _by_id(attachments)
    return _NOTHING


def _files(value: object, sent: Mapping[str | None, Any]) -> str | Problem:
    """The files of a command's option, or of a form's field, whose values are several. How large
    they are is Discord's figure; who fetches them does not rely on it."""
    from commands import attachments  # other first answers need none of it

    ids = value if isinstance(value, list) else [value] if value else []
    files = []
    for each in ids[: attachments.MOST + 1]:
        match sent.get(canonical(each)):
            case {"url": str(address), "filename": str(name), "size": int(size)} if (
                _ADDRESS.fullmatch(address) and name and size >= 0
            ):
                named = attachments.name(name, sent[canonical(each)].get("title"))
                shown = names.one_line(named)[: attachments.MOST_NAME].encode(errors="replace")
                files.append(attachments.Attachment(int(size), address, shown.decode()))
            case _:
                return Problem("a file that was sent is not described")
    if len(files) > attachments.MOST:
        return Problem("too many files were sent")
    if any(each.size > attachments.MOST_BYTES for each in files):
        most = attachments.MOST_BYTES // 2**20
        return Problem(sentence="file_too_large", values={"most": most})
    return attachments.written(files)


def _is_left_empty(value: object, option: Option) -> bool:
    """A field of no least length in which nothing can be seen. One that is required is the room's
    to refuse, too: it keeps what was typed, and tells all that is wrong at once."""
    may_be = option.low is None and (not option.required or not option.choices)
    return may_be and isinstance(value, str) and not is_seen(value)


def _is_allowed(value: object, option: Option) -> bool:
    choices = [each.value for each in option.choices]
    # bool is an int to Python and never to Discord, hence the exact type.
    if option.type == INTEGER and type(value) is int:
        low = value if option.low is None else option.low
        high = value if option.high is None else option.high
        return value in (choices or [value]) and low <= value <= high
    if option.type == STRING and type(value) is str:
        shortest = 0 if option.low is None else option.low
        longest = 6000 if option.high is None else option.high
        fits = shortest <= len(value) <= longest and not _HALF_A_PAIR.search(value)
        return fits and is_seen(value) and value in (choices or [value])
    return option.type in (USER, ROLE) and is_snowflake(value)


def _not_allowed(option: Option, language: str) -> Problem:
    """What the option takes instead of the value that it was given."""
    name = sentences.word(option.name, language)
    if option.choices:
        choices = sentences.say(language, "or").join(
            sentences.say(language, "one_of", name=sentences.word(each.name, language))
            for each in option.choices
        )
        return Problem(sentence="bad_choice", values={"name": name, "choices": choices})
    if option.type == USER:
        return Problem(sentence="bad_member", values={"name": name})
    if option.type == INTEGER:
        values = {"name": name, "low": option.low, "high": option.high}
        return Problem(sentence="bad_integer", values=values)
    # A field of a form has bounds only where they are not Discord's own.
    values = {"name": name, "low": option.low or 1, "high": option.high or MOST_IN_A_FIELD}
    return Problem(sentence="bad_string", values=values)


# --- buttons, selects, forms ----------------------------------------------------------------------


def _read_control(interaction: Interaction, data: Mapping[str, Any]) -> _Wanted | Problem:
    custom_id = data.get("custom_id")
    if not isinstance(custom_id, str):
        return Problem(sentence="stale_button")
    room, _, rest = custom_id.partition(":")
    if not registry.is_room(room):
        return Problem(sentence="stale_button")
    command = registry.definition(room)
    is_form = interaction.get("type") == FORM
    for control in command.controls:
        # Each in its own way, or it would lack what the room reads of it.
        if control.is_form == is_form and (match := re.fullmatch(control.pattern, rest)):
            break
    else:
        return Problem(sentence="stale_button")
    groups = match.groupdict()
    if control.of_owner and not _is_owner(interaction):
        del groups[control.of_owner]
    options = _of_custom_id(command, groups)
    if options is None:
        return Problem(sentence="stale_button")
    problem = _refused(interaction, room, command)
    if problem is not None:
        return problem
    if not _may_press(interaction, control, groups):
        return Problem(sentence="not_your_button")
    if room == "post" and not _is_private(interaction):
        return Problem(sentence="seen_by_all", room=room)
    filled_in = _read_options(
        control.fields,
        _filled_in(control, data),
        _language(interaction),
        is_form=is_form,
        sent=_sent(data),
    )
    if isinstance(filled_in, Problem):
        return filled_in
    is_beside = control.is_form and command.workflow == WORKSHOP and _is_laid_out(interaction)
    # A form that a command opened stands on no message that could be updated.
    on_message = interaction.get("type") == COMPONENT or isinstance(
        interaction.get("message"), dict
    )
    return _Wanted(
        room,
        command,
        {**options, **filled_in},
        is_control=on_message and not control.is_apart and not is_beside,
        opens=control.opens,
        workflow=control.workflow,
        is_for_all=control.is_for_all,
    )


def _of_custom_id(command: Command, groups: Mapping[str, str | None]) -> dict[str, Value] | None:
    """What a custom id says: a value of the command's options as the definition allows it, or what
    only this control says, as text."""
    options: dict[str, Value] = {}
    known = {each.id: each for each in command.options}
    for name, text in groups.items():
        if text is None:
            continue
        value: Value = text
        if name in known:
            if known[name].type == INTEGER and text.isdecimal():
                value = int(text)
            if not _is_allowed(value, known[name]):
                return None
        options[name] = value
    return options


def _may_press(
    interaction: Interaction, control: Control, groups: Mapping[str, str | None]
) -> bool:
    if control.who == ANYBODY:
        return True
    if control.who == NAMED:
        return _is_same(groups.get("user"), _user_id(interaction))
    if control.is_form:
        return True  # only who opened it can send it
    return _is_owner(interaction)


def _is_owner(interaction: Interaction) -> bool:
    """Whether they used the command that the message answers."""
    match interaction.get("message"):
        case {"interaction_metadata": {"user": {"id": owner}}}:
            return _is_same(owner, _user_id(interaction))
    return False


def _is_laid_out(interaction: Interaction) -> bool:
    """Whether the message below which a form was opened never goes back to embeds. What becomes of
    a draft is one, and has a message of its own there."""
    match interaction.get("message"):
        case {"flags": int(flags)}:
            return bool(flags & LAID_OUT)
    return False


def _is_private(interaction: Interaction) -> bool:
    """Whether only who pressed sees the message that they pressed on."""
    match interaction.get("message"):
        case {"flags": int(flags)}:
            return bool(flags & EPHEMERAL)
    return False


def _filled_in(control: Control, data: Mapping[str, Any]) -> object:
    """What was chosen in a select or typed into a form, as options of a command come."""
    match data:
        case {"values": [value]} if control.fields and not control.is_form:
            return [{"name": control.fields[0].id, "value": value}]
        case {"components": [*components]} if control.is_form:
            return [
                {"name": field.get("custom_id"), "value": _value(field)}
                for each in components
                for field in _fields(each)
            ]
    return []


def _value(field: Mapping[str, Any]) -> object:
    """What was typed, or chosen: at most one of a select's, and "" is none; or the files."""
    if field.get("type") == _UPLOAD:
        return field.get("values")
    match field.get("values"):
        case []:
            return ""
        case [value]:
            return value
    return field.get("value")


def _fields(component: object) -> list[dict[str, Any]]:
    """A form's inputs, each of them in a label of its own (or in a row, as older forms have it)."""
    match component:
        case {"component": dict() as field}:
            return [field]
        case {"components": [*fields]}:
            return [field for field in fields if isinstance(field, dict)]
    return []


def typed(interaction: Interaction, language: str) -> list[tuple[str, str]]:
    """What was typed or chosen in a form, each below its field's label. Whoever is refused before a
    worker could keep it gets it back."""
    match interaction.get("data"):
        case {"custom_id": str(custom_id), "components": [*components]}:
            room = custom_id.partition(":")[0]
        case _:
            return []
    controls = registry.definition(room).controls if registry.is_room(room) else ()
    options = {option.id: option for control in controls for option in control.fields}
    found = []
    for field in (each for component in components for each in _fields(component)):
        option, value = options.get(str(field.get("custom_id"))), _value(field)
        if option is None or option.type in (ATTACHMENT, ROLE, USER):
            continue
        chosen = {str(each.value): sentences.word(each.name, language) for each in option.choices}
        if isinstance(value, str) and 0 < len(value.strip()) <= _MOST_TYPED:
            text = value.encode("utf-8", "replace").decode()  # JSON can spell half a character
            found.append((sentences.word(option.description, language), chosen.get(text, text)))
    return found


def _is_same(one: object, other: object) -> bool:
    return canonical(one) == canonical(other) is not None


def _user_id(interaction: Interaction) -> object:
    """Who did it: `member.user` in a server, `user` elsewhere."""
    match interaction:
        case {"member": {"user": {"id": user_id}}} | {"user": {"id": user_id}}:
            return user_id
    return None


def _language(interaction: Interaction) -> str:
    return sentences.language(interaction.get("locale"))


def _unknown(sentence: str, path: list[Any]) -> Problem:
    # Discord limits names to 32 characters; what is longer, or half a surrogate pair that no UTF-8
    # can hold, did not come from its clients.
    name = " ".join(str(each)[:_MAX_NAME_SHOWN] for each in path)
    return Problem(sentence=sentence, values={"name": name.encode(errors="replace").decode()})
