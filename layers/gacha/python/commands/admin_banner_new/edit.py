"""What was typed into one of the two forms, or the button that gives the rest to the lowest."""

from __future__ import annotations

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import Edit, RestOnLowest
from gacha.making.forms import FIELDS, Typed
from gacha.making.problems import Refusal


def edit(asked: Asked, given: Given) -> Edit | Refusal:
    if "rest" in asked.options:
        return RestOnLowest()
    typed = {field: str(text) for field, text in asked.options.items() if field in FIELDS}
    return Typed(typed, asked.language, given.now_ms, given.zone)
