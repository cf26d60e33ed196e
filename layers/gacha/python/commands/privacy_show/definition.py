"""`/gacha privacy show`: what is kept of a player, and how long."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control
from commands.personal import IN_SERVER, SERVER

COMMAND: Final = Command(
    name=("表示", "show"),
    description=(
        "自分のどのデータが、いつまで保存されるかを見る",
        "What is kept about you, and for how long",
    ),
    controls=(
        Control("page:(?P<page>[0-9]{1,4})"),
        Control("choose", fields=(SERVER,)),
        Control(f"open{IN_SERVER}"),
    ),
    is_anywhere=True,
    is_right=True,
)
