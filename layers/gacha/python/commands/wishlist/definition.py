"""`/gacha wishlist`: the cards that a player wishes for; naming one adds it, or takes it off."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, STRING, Command, Control, Option

_NUMBER: Final = Option(
    name=("番号", "number"),
    description=("どのカードか", "Which card"),
    type=STRING,
    required=True,
    pattern="[0-9]{1,5}",
)
COMMAND: Final = Command(
    name=("ほしいもの", "wishlist"),
    description=(
        "ほしいカードを 10 種類まで登録する・外す・見る",
        "Up to ten cards that you wish for: add, take off, see",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("カード", "card"),
            description=(
                "登録するカードの番号か、名前の一部（登録済みなら外す）",
                "A card’s number, or a part of its name; one on the list is taken off",
            ),
            type=STRING,
            low=1,
            high=40,
        ),
    ),
    controls=(
        # Says what it does: a second press of the same changes nothing.
        Control("(?P<way>drop)", fields=(_NUMBER,)),
        # Below a card's page, which stays as it is.
        Control(r"(?P<way>add|drop):(?P<number>[0-9]{1,5})", is_apart=True),
    ),
)
