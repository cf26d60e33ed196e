"""`/gacha-admin panel`: a message that stays, by whose buttons anybody pulls for themselves."""

from __future__ import annotations

from typing import Final

from commands.command import MANAGERS, Command
from commands.options import BANNER

COMMAND: Final = Command(
    name=("パネル", "panel"),
    description=(
        "誰でも押して引けるボタン付きの案内を、このチャンネルに出す",
        "Post a message in this channel whose buttons anybody can press to pull",
    ),
    options=(BANNER,),
    is_public=True,
    of_server=True,
    is_followed=True,
    role=MANAGERS,
)
