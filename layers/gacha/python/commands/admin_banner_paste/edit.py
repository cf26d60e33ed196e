"""The rows that were pasted."""

from __future__ import annotations

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import Edit, Upload
from gacha.making.problems import Refusal
from gacha.making.sheets import pasted


def edit(asked: Asked, _given: Given) -> Edit | Refusal:
    sheet = pasted(asked.text("rows"))
    return sheet if isinstance(sheet, Refusal) else Upload(sheet)
