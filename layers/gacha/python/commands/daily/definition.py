"""`/gacha daily`: the currency that every player may collect once a day."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, Command

COMMAND: Final = Command(
    name=("デイリー", "daily"),
    description=(
        "1 日 1 回、通貨を受け取る",
        "Collect your daily currency, once a day",
    ),
    workflow=CHANGE,
)
