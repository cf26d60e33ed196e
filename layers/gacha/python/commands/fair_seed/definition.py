"""`/gacha fair seed`: the player's own part of what decides their draws."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, STRING, Command, Option

COMMAND: Final = Command(
    name=("シード", "seed"),
    description=(
        "以後の抽選に使うクライアントシードを決める",
        "Choose your client seed, which every later draw depends on",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("文字列", "text"),
            description=("好きな文字列", "Any text you like"),
            type=STRING,
            required=True,
            low=1,
            high=64,
        ),
    ),
)
