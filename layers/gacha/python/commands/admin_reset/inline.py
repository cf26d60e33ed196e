"""The form into which an admin types the words that confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commands import forms
from commands.admin_reset.definition import WORD
from commands.admin_reset.texts import confirmation, say
from commands.asked import Asked

_MOST: Final = 40
"""Characters that can be typed."""


def choices(_asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    """No option of this command is completed."""
    return []


def form(asked: Asked) -> Mapping[str, Any]:
    lang = asked.language
    hint = say(lang, "hint", words=confirmation(asked.guild, lang))
    field = forms.Field(WORD, _MOST, hint)
    return forms.modal("admin reset:form", say(lang, "title_form"), [field], {}, lang)
