"""`/gacha-admin stats`: the server's week, from the last export and no table."""

from __future__ import annotations

from typing import Final

from commands.command import Command

COMMAND: Final = Command(
    name=("統計", "stats"),
    description=(
        "このサーバーの 1 週間を見る：プレイヤー・ガチャ・通貨・排出のかたより",
        "This server’s week: players, pulls, currency, and how banners kept their odds",
    ),
    of_server=True,
)
