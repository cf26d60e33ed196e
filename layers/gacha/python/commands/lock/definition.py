"""`/gacha lock`: locks a card, so that nothing spends it; naming a locked one unlocks it."""

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
    name=("ロック", "lock"),
    description=(
        "カードをロックして、使われないようにする・外す・見る",
        "Lock cards so that nothing spends them: lock, unlock, see",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("カード", "card"),
            description=(
                "ロックするカードの番号か、名前の一部（ロック済みなら外す）",
                "A card’s number, or a part of its name; a locked one is unlocked",
            ),
            type=STRING,
            low=1,
            high=40,
        ),
    ),
    controls=(
        # Says what it does: a second press of the same changes nothing.
        Control("(?P<way>open)", fields=(_NUMBER,)),
        # Below a card's page, which stays as it is.
        Control(r"(?P<way>lock|open):(?P<number>[0-9]{1,5})", is_apart=True),
    ),
)
