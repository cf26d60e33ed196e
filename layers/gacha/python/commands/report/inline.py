"""The form of a report, which is asked for so that nobody reports by a slip of the finger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands import forms
from commands.asked import Asked
from commands.report.definition import MOST, REASON
from commands.report.texts import say


def choices(_asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    """No option of this command is completed."""
    return []


def form(asked: Asked) -> Mapping[str, Any]:
    custom_id = f"report:send:{asked.text('number')}:{asked.text('art')}"
    hint = say(asked.language, "hint")
    field = forms.Field(REASON, most=MOST, hint=hint, is_long=True)
    return forms.modal(custom_id, say(asked.language, "title"), [field], {}, asked.language)
