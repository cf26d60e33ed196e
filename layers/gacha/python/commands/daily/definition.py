"""`/gacha daily`: the currency that every player may collect once a day."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, Command

COMMAND: Final = Command(
    name=("デイリー", "daily"),
    description=(
        "1 日 1 回、通貨を受け取る（日付は日本時間の 0 時に変わる）",
        "Collect your daily currency; a new day begins at midnight Japan time (UTC+9)",
    ),
    workflow=CHANGE,
)
