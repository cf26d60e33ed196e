"""`/gacha-admin card edit`: a card of a draft, or pictures for several known cards."""

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
)
from commands.command import EDITORS, STRING, WORKSHOP, Command, Control, Option
from commands.draft_forms import BANNER, ID

CARDS: Final = Option(
    name=("cards", "cards"),
    description=("カードの番号か名前（1 行に 1 枚）", "Cards by number or name, one a line"),
    type=STRING,
    required=True,
)

_CARD: Final = Option(
    name=("カード", "card"),
    description=(
        "カードの番号か名前の一部（空欄なら、何枚かの画像をまとめて変える）",
        "Its number, or a part of its name; left empty, pictures for several cards",
    ),
    type=STRING,
    low=1,
    high=100,
    completes=True,
)
_KEPT: Final = r"(?P<kept>:kept)?"

COMMAND: Final = Command(
    name=("編集", "edit"),
    description=(
        "下書きのカードの名前・レアリティ・出やすさ・画像を変える",
        "Change a card’s name, rarity, weight or picture in a draft",
    ),
    workflow=WORKSHOP,
    options=(_CARD, BANNER),
    controls=(
        Control(rf"open(?::(?P<banner>{ID}))?(?::(?P<card>[0-9]{{1,5}}))?", opens=True),
        Control("(?P<again>again)", opens=True),
        # `was`: the card as the form began with it.
        Control(
            rf"form:(?P<banner>{ID}):(?P<number>[0-9]{{1,5}}):(?P<was>[0-9a-f]{{8}}){_KEPT}",
            fields=(NAME, RARITY, WEIGHT, STOCK, FEATURED, PICTURE),
            is_form=True,
        ),
        Control(rf"form:(?P<banner>{ID}){_KEPT}", fields=(CARDS, PICTURES), is_form=True),
    ),
    of_server=True,
    opens=True,
    role=EDITORS,
)
