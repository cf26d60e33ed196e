"""`/gacha-admin card add`: one card with its picture, or up to ten at once."""

from __future__ import annotations

from typing import Final

from commands.card_fields import (
    FEATURED,
    NAME,
    PICTURE,
    PICTURES,
    RARITY,
    STOCK,
    WEIGHT,
    typed,
)
from commands.command import EDITORS, STRING, WORKSHOP, Choice, Command, Control, Option
from commands.draft_forms import BANNER, ID

CARDS: Final = typed(
    "cards",
    ("カード（1 行に「名前, レアリティ」）", "Cards, each on a line: name, rarity"),
    required=True,
)
_COUNT: Final = Option(
    name=("枚数", "count"),
    description=("1 枚ずつか、まとめてか", "One card, or several at once"),
    type=STRING,
    choices=(
        Choice(("1 枚", "One"), "one"),
        Choice(("まとめて（画像は 10 枚まで）", "Several, with up to ten pictures"), "many"),
    ),
    default="one",
)
_KEPT: Final = r"(?P<kept>:kept)?"

COMMAND: Final = Command(
    name=("追加", "add"),
    description=(
        "フォームに入力して、ガチャの下書きにカードを追加する",
        "Add cards to a draft by filling in a form",
    ),
    workflow=WORKSHOP,
    options=(_COUNT, BANNER),
    controls=(
        Control(rf"open(?::(?P<count>many))?(?::(?P<banner>{ID}))?", opens=True),
        Control("(?P<again>again)", opens=True),
        Control(
            rf"form:(?P<banner>{ID}){_KEPT}",
            fields=(NAME, RARITY, WEIGHT, STOCK, FEATURED, PICTURE),
            is_form=True,
        ),
        Control(
            rf"form:(?P<count>many):(?P<banner>{ID}){_KEPT}",
            fields=(CARDS, PICTURES),
            is_form=True,
        ),
    ),
    of_server=True,
    opens=True,
    role=EDITORS,
)
