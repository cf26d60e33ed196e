"""The form of one card, or of several; empty, or as it was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from commands import attachments, draft_forms, forms
from commands.admin_card_add.definition import CARDS
from commands.admin_card_add.texts import HINTS, say
from commands.asked import Asked
from commands.card_fields import (
    FEATURED,
    NAME,
    PICTURE,
    PICTURES,
    RARITY,
    STOCK,
    WEIGHT,
)
from commands.command import NoFormError, Words
from commands.sentences import word

_MOST_NAME: Final = 80
_MOST_NUMBER: Final = 20
_MOST_LINES: Final = 4_000
_OF_COPIES: Final = ("box", "shared")


def choices(asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    return draft_forms.choices(asked)


def form(asked: Asked) -> Mapping[str, Any]:
    if "again" in asked.options:
        kept = draft_forms.kept(asked)
        opened = _Opened(kept.values["banner"], kept.values["called"], kept.rarities, "")
        is_many, is_box = kept.values.get("count") == "many", "stock" in kept.values
        return _form(asked.language, opened, kept.values, is_many, is_box, kept.has_pictures)
    is_many = asked.options.get("count") == "many"
    draft = draft_forms.begun(asked, "open:many" if is_many else "open")
    if not draft.rarities:
        raise NoFormError("no_rarities")
    kind = draft.form["kind"]
    opened = _Opened(draft.banner, draft.called(asked.language), draft.rarities, kind)
    is_box = kind in _OF_COPIES
    return _form(asked.language, opened, {"featured": "no"}, is_many, is_box)


class _Opened(NamedTuple):
    """The draft that the form is about. Of a form as it was typed, its kind is not known."""

    banner: str
    name: str
    rarities: Sequence[str]
    kind: str

    @property
    def hint(self) -> Words:
        """How cards are typed, several at once."""
        key = "of_copies" if self.kind in _OF_COPIES else self.kind
        return HINTS.get(f"cards_{key}", HINTS["cards"])


def _form(
    lang: str,
    draft: _Opened,
    values: Mapping[str, str],
    is_many: bool,
    is_box: bool,
    has_pictures: bool = False,
) -> Mapping[str, Any]:
    """`has_pictures`: those that came with it before are kept."""
    custom_id = f"admin card add:form{':many' if is_many else ''}:{draft.banner}"
    custom_id += ":kept" if has_pictures else ""
    title = say(lang, "title_form", name=draft.name)
    hint = say(lang, "kept_pictures") if has_pictures else ""
    if is_many:
        lines = forms.Field(CARDS, _MOST_LINES, word(draft.hint, lang), is_long=True)
        hint = hint or word(HINTS["pictures"], lang)
        fields = [lines, forms.Field(PICTURES, attachments.MOST, hint)]
        return forms.modal(custom_id, title, fields, values, lang)
    number = STOCK if is_box else WEIGHT
    fields = [
        forms.Field(NAME, _MOST_NAME),
        forms.Field(draft_forms.one_of(RARITY, draft.rarities)),
        forms.Field(number, _MOST_NUMBER, word(HINTS[number.id], lang)),
        forms.Field(FEATURED),
        forms.Field(PICTURE, 1, hint or word(HINTS["picture"], lang)),
    ]
    return forms.modal(custom_id, title, fields, values, lang)
