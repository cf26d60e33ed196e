"""`/gacha help`: every command that works where it is asked, and what a pull costs."""

from __future__ import annotations

from typing import Final

from commands.command import Command

COMMAND: Final = Command(
    name=("ヘルプ", "help"),
    description=(
        "コマンドの説明と、引くときの値段を見る",
        "What the commands do and what a pull costs",
    ),
    is_anywhere=True,
)
