"""The form of a group, with what holds now, or with what was typed and refused."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from adapters import inline
from commands import forms
from commands.admin_settings.definition import FIELDS, GROUP
from commands.admin_settings.texts import HINTS
from commands.asked import Asked
from commands.command import NotReadyError
from commands.sentences import word
from gacha import settings
from gacha.economy import Economy
from gacha.game import MAX_CURRENCY, MAX_PAUSE, Game

_MOST: Final = {"currency": MAX_CURRENCY, "pause": MAX_PAUSE}
_MOST_OF_A_LINE: Final = 60


def choices(_asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    """No option of this command is completed."""
    return []


def form(asked: Asked) -> Mapping[str, Any]:
    group, lang = asked.text("group"), asked.language
    seen, values = _refused(asked) if "seen" in asked.options else _present(asked)
    title = next(word(each.name, lang) for each in GROUP.choices if each.value == group)
    fields = [
        forms.Field(
            option,
            most=_MOST.get(option.id, _MOST_OF_A_LINE),
            hint=word(HINTS[option.id], lang) if option.id in HINTS else "",
            is_long=option.id == "pause",
        )
        for option in FIELDS[group]
    ]
    return forms.modal(f"admin settings:form:{group}:{seen}", title, fields, values, lang)


def _present(asked: Asked) -> tuple[str, Mapping[str, str]]:
    group = asked.text("group")
    kind: type[Game] | type[Economy] = Economy if group in settings.OF_ECONOMY else Game
    name = "economy" if group in settings.OF_ECONOMY else "game"
    row = inline.setting(asked.guild, name, again=_open(asked)) or {}
    of = kind.read(asked.guild, {name: row[name] for name in row.keys() - _KEY})
    return settings.seen(of, group), settings.typed(of, group)


def _refused(asked: Asked) -> tuple[str, Mapping[str, str]]:
    """What this admin typed last, if it was in this group and is not a day old. Another read would
    be too late for a form, so else a button opens one that begins with what holds now."""
    group, seen = asked.text("group"), asked.text("seen")
    name = forms.setting(asked.command, asked.admin)
    kept = inline.setting(asked.guild, name, again=f"admin settings:again:{group}:{seen}")
    if kept is None or kept["expires_at"] < time.time() or kept["values"]["group"] != group:
        raise NotReadyError(_open(asked))
    return seen, kept["values"]


def _open(asked: Asked) -> str:
    return f"admin settings:open:{asked.text('group')}"


_KEY: Final = {"server_id", "setting"}
