"""`/gacha banners`: what is open in the server, and what comes next."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control
from commands.options import BANNER

COMMAND: Final = Command(
    name=("開催中", "banners"),
    description=(
        "開催中のガチャと、その期間・値段・ルールを見る",
        "What is open: until when, at what price, by what kind of rules",
    ),
    controls=(Control("choose", fields=(BANNER._replace(required=True),)),),
)
