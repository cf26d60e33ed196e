"""What was typed into the form of one card, or into that of several."""

from __future__ import annotations

import re

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import Edit, Upload
from gacha.making.problems import FORM, Place, Refusal
from gacha.making.sheets import Row, Sheet, typed


def edit(asked: Asked, given: Given) -> Edit | Refusal:
    if "cards" in asked.options:
        sheet = typed(asked.text("cards"), given.arts)
        return sheet if isinstance(sheet, Refusal) else Upload(sheet)
    said = {name: str(value).strip() for name, value in asked.options.items()}
    number = said.get("weight", "")
    is_rate = re.search(r"[%％/／.]", number) is not None
    name = {"name_ja" if asked.language == "ja" else "name_en": said["name"]}
    row = Row(
        Place(FORM),
        rarity=said["rarity"],
        weight="" if is_rate else number,
        rate=number if is_rate else "",
        featured=said["featured"],
        stock=said.get("stock", ""),
        art=given.arts[0] if given.arts else "",
        **name,
    )
    return Upload(Sheet((row,)))
