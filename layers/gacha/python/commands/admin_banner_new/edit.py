"""What was typed into one of the two forms, or the button that gives the rest to the lowest."""

from __future__ import annotations

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import KEEP, Edit, Look, RestOnLowest
from gacha.making.forms import FIELDS, Typed
from gacha.making.problems import Refusal


def edit(asked: Asked, given: Given) -> Edit | Refusal:
    if "rest" in asked.options:
        return RestOnLowest()
    typed = {field: str(text) for field, text in asked.options.items() if field in FIELDS}
    fields = Typed(typed, asked.language, given.now_ms, given.zone)
    if asked.options.get("numbers") != "look":
        return fields
    return Look(fields, given.arts[0] if given.arts else str(asked.options.get("now", KEEP)))
