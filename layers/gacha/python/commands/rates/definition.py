"""`/gacha rates`: a banner's exact odds and rules, and what the player's next pull has."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, Command, Control
from commands.options import BANNER

COMMAND: Final = Command(
    name=("提供割合", "rates"),
    description=(
        "全カードの確率とルール、次の 1 回の確率を見る",
        "Every card’s exact rate, the rules, and your next pull’s rates",
    ),
    options=(BANNER,),
    controls=(Control(r"(?P<banner>[a-z0-9-]{1,40})", who=ANYBODY, is_apart=True),),
    has_file=True,
)
