"""Whether a new card is a known one under another name, as an edit of the draft."""

from __future__ import annotations

from commands.asked import Asked
from commands.drafts import Given
from gacha.making.edits import Answer, Edit
from gacha.making.problems import Refusal


def edit(asked: Asked, _given: Given) -> Edit | Refusal:
    return Answer(int(asked.text("number")), asked.text("card") == "same")
