"""Forms as Discord's client has them: they open filled in, and what is sent back is bounded by what
was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from local.client import new_token, snowflake
from local.players import Player, Sent

MODAL: Final = 9
_SUBMITTED: Final = 5
_SELECT, _LINE, _ROLE, _FILES = 3, 4, 6, 19
_LABEL: Final = 18

File = Mapping[str, Any]


def fields(opened: Sent) -> dict[str, dict[str, Any]]:
    """The inputs of the form that was opened, by their custom ids."""
    form = opened.answer.json
    assert form["type"] == MODAL, form
    inputs = [each["component"] for each in form["data"]["components"]]
    return {each["custom_id"]: each for each in inputs}


def shown(opened: Sent) -> dict[str, str]:
    """What is filled in when it opens; of files nothing is."""
    return {
        name: _filled(field) for name, field in fields(opened).items() if field["type"] != _FILES
    }


def fill(who: Player, opened: Sent, /, *files: File, **values: str) -> Sent:
    """Change these values, add these files, and send it. Whoever opened it sends it, with the
    rights that they have by then."""
    inputs = fields(opened)
    assert values.keys() <= inputs.keys(), (values.keys(), inputs.keys())
    sent = [
        {"type": _LABEL, "component": _sent(field, values.get(name, _filled(field)), files)}
        for name, field in inputs.items()
    ]
    opener = opened.interaction
    form: dict[str, Any] = {
        **opener,
        "id": (interaction_id := snowflake()),
        "token": new_token(interaction_id),
        "type": _SUBMITTED,
        "locale": who.locale,
        "data": {
            "custom_id": opened.answer.json["data"]["custom_id"],
            "components": sent,
            "resolved": {"attachments": {each["id"]: dict(each) for each in files}},
        },
    }
    return who.world.send(form)


def _sent(field: Mapping[str, Any], value: str, files: Sequence[File]) -> dict[str, Any]:
    kind = field["type"]
    given: dict[str, Any] = {"type": kind, "custom_id": field["custom_id"]}
    if kind == _LINE:
        assert len(value) <= field["max_length"] and (value or not field["required"]), field
        return given | {"value": value}
    if kind == _FILES:
        assert len(files) <= field["max_values"], field
        return given | {"values": [each["id"] for each in files]}
    if kind == _SELECT and value:
        assert value in [each["value"] for each in field["options"]], (value, field)
    return given | {"values": [value] if value else []}


def _filled(field: Mapping[str, Any]) -> str:
    if field["type"] == _LINE:
        return str(field.get("value", ""))
    chosen = [each["value"] for each in field.get("options", ()) if each.get("default")]
    chosen += [each["id"] for each in field.get("default_values", ())]
    return str(chosen[0]) if chosen else ""
