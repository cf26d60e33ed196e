"""The form with its one field; empty, or as it was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commands import draft_forms, forms
from commands.admin_banner_paste.definition import ROWS
from commands.admin_banner_paste.texts import HINT, say
from commands.asked import Asked
from commands.sentences import word

_MOST: Final = 4_000


def choices(asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    return draft_forms.choices(asked)


def form(asked: Asked) -> Mapping[str, Any]:
    lang = asked.language
    values: Mapping[str, str] = {}
    if "again" in asked.options:
        values = draft_forms.kept(asked).values
        banner, name = values["banner"], values["called"]
    else:
        draft = draft_forms.begun(asked, "open")
        banner, name = draft.banner, draft.called(lang)
    title = say(lang, "title_form", name=name)
    field = forms.Field(ROWS, _MOST, word(HINT, lang), is_long=True)
    return forms.modal(f"admin banner paste:form:{banner}", title, [field], values, lang)
