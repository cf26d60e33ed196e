"""`/gacha help`: what one can do next, and what a pull costs."""

from __future__ import annotations

from typing import Final

from commands.command import Command

COMMAND: Final = Command(
    name=("ヘルプ", "help"),
    description=(
        "次にできることと、引くときの値段を見る",
        "What you can do next, and what a pull costs",
    ),
    is_anywhere=True,
    reads_joined_at=True,
    reads_permissions=True,  # it says what else there is for who manages the server
)
