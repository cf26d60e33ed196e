"""`/gacha fair rotate`: closes the player's epoch, so that its seed may be revealed."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, Command

COMMAND: Final = Command(
    name=("更新", "rotate"),
    description=(
        "今の期間を閉じ、そのシードを公開できるようにする",
        "Close this epoch, so that its seed can be revealed",
    ),
    workflow=CHANGE,
)
