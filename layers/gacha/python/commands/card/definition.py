"""`/gacha card`: one card: its picture and rarity, its rate in what is open, whether one has it."""

from __future__ import annotations

from typing import Final

from commands.command import STRING, Command, Control, Option

NAME: Final = Option(
    name=("名前", "name"),
    description=("カードの番号か、名前の一部", "Its number, or a part of its name"),
    type=STRING,
    required=True,
    low=1,
    high=40,  # a custom id carries it beside its page, also of emoji
)
COMMAND: Final = Command(
    name=("カード", "card"),
    description=(
        "カードの画像・レアリティ・確率と、持っているかどうかを見る",
        "A card’s picture, rarity and rate, and whether you own it",
    ),
    options=(NAME,),
    controls=(
        Control(r"(?P<page>[0-9]{1,3}):(?P<name>.{1,40})"),
        Control(
            r"choose:(?P<page>[0-9]{1,3}):(?P<name>.{1,40})",
            fields=(
                Option(
                    name=("番号", "number"),
                    description=("どのカードか", "Which card"),
                    type=STRING,
                    required=True,
                    low=1,
                    high=5,
                ),
            ),
        ),
    ),
)
