"""What was typed into the form of a card, or of several cards' pictures."""

from __future__ import annotations

import re

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import Change, Edit, Repicture
from gacha.making.problems import FORM, Place
from gacha.making.sheets import Row, named


def edit(asked: Asked, given: Given) -> Edit:
    if "cards" in asked.options:
        return Repicture(named(asked.text("cards"), given.arts))
    said = {name: str(value).strip() for name, value in asked.options.items()}
    number = said.get("weight", "")
    is_rate = re.search(r"[%％/／.]", number) is not None
    row = Row(
        Place(FORM),
        number=said["number"],
        rarity=said["rarity"],
        weight="" if is_rate else number,
        rate=number if is_rate else "",
        featured=said["featured"],
        stock=said.get("stock", ""),
        art=given.arts[0] if given.arts else "",
        **{"name_ja" if asked.language == "ja" else "name_en": said["name"]},
    )
    return Change(row, said["was"])
