"""A page of one's own book, as a message that all see: a button below it leads here."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control
from gacha import book

COMMAND: Final = Command(
    name=("図鑑を見せる", "share"),
    description=(
        "図鑑のページを、全員に見せる",
        "Show everyone a page of your collection",
    ),
    controls=(Control(rf"(?P<view>[pl]):{book.PATTERN}:(?P<page>[0-9]{{1,3}})", is_apart=True),),
    is_public=True,
)
