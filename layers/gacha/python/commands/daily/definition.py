"""`/gacha daily`: the currency that every player may collect once a day."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, CHANGE, Command, Control

COMMAND: Final = Command(
    name=("デイリー", "daily"),
    description=(
        "1 日 1 回、通貨やチケットを受け取る",
        "Collect your daily currency and tickets, once a day",
    ),
    workflow=CHANGE,
    # Stands under messages of other commands, which stay as they are.
    controls=(Control("take", who=ANYBODY, is_apart=True),),
)
