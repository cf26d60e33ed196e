"""`/gacha fair show`: what the bot has committed itself to."""

from __future__ import annotations

from typing import Final

from commands.command import Command

COMMAND: Final = Command(
    name=("表示", "show"),
    description=("抽選を確かめるための情報を見る", "What you need to check your draws"),
)
