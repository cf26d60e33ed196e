"""`/gacha luck`: how a player's pulls compare with the odds that they had."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control
from commands.options import BANNER

COMMAND: Final = Command(
    name=("運", "luck"),
    description=(
        "引いた結果を、そのときの確率と比べる",
        "How your pulls compare with the odds that they had",
    ),
    options=(BANNER,),
    controls=(Control(r"(?P<banner>[a-z0-9-]{1,40})?"),),
)
