"""Forms as Discord opens them, and where one lies that was refused. `functions/interactions` loads
this with the room whose form it is, so there is no more here than a form needs."""

# See commands/command.py on annotations.

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from commands.command import ATTACHMENT, ROLE, Option
from commands.sentences import word
from gacha.names import boundary

FORM: Final = "form#"
"""What the settings begin with that keep a refused form; then come its room, and whose it is."""

KEPT_S: Final = 24 * 3600
"""How long a refused form is kept, in seconds."""

MAX_TITLE: Final = 45

_LABEL: Final = 18
_TEXT: Final = 4
_SELECT: Final = 3
_ROLES: Final = 6
_FILES: Final = 19
_LINE, _LINES = 1, 2


class Field(NamedTuple):
    """A field of a form. Its `option` is what the router reads of it: the option's description is
    the label, its choices make a select, and a role is chosen from the server's. `most`: characters
    that can be typed, or files that can be sent. `is_long`: over several lines."""

    option: Option
    most: int = 0
    hint: str = ""
    is_long: bool = False


def setting(room: str, admin_id: str) -> str:
    """The setting in which a refused form of the room's is kept for this admin."""
    return f"{FORM}{room}#{admin_id}"


def modal(
    custom_id: str, title: str, fields: Sequence[Field], values: Mapping[str, str], lang: str
) -> dict[str, Any]:
    """Discord's modal, with these `values` filled in, by the options' ids."""
    return {
        "custom_id": custom_id,
        "title": title
        if len(title) <= MAX_TITLE
        else f"{title[: boundary(title, MAX_TITLE - 1)]}…",
        "components": [_labelled(each, values.get(each.option.id, ""), lang) for each in fields],
    }


def _labelled(field: Field, value: str, lang: str) -> dict[str, Any]:
    label: dict[str, Any] = {
        "type": _LABEL,
        "label": word(field.option.description, lang),
        "component": _component(field, value, lang),
    }
    return {**label, "description": field.hint} if field.hint else label


def _component(field: Field, value: str, lang: str) -> dict[str, Any]:
    option = field.option
    common = {"custom_id": option.id, "required": option.required}
    if option.choices:
        choices = [
            {
                "label": word(each.name, lang),
                "value": str(each.value),
                "default": str(each.value) == value,
            }
            for each in option.choices
        ]
        return {"type": _SELECT, **common, "options": choices}
    if option.type == ROLE:
        chosen = [{"id": value, "type": "role"}] if value else []
        return {"type": _ROLES, **common, "min_values": 0, "default_values": chosen}
    if option.type == ATTACHMENT:
        return {"type": _FILES, **common, "min_values": 0, "max_values": field.most}
    style = _LINES if field.is_long else _LINE
    text: dict[str, Any] = {"type": _TEXT, **common, "style": style, "max_length": field.most}
    return {**text, "value": value[: boundary(value, field.most)]} if value else text
