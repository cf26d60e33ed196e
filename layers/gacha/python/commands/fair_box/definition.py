"""`/gacha fair box`: what a box that the server shares is committed to; and once nothing can be
drawn from it any more, its seed and all its receipts as a file for anybody."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, INTEGER, Command, Option
from commands.options import BANNER

COMMAND: Final = Command(
    name=("箱", "box"),
    description=(
        "数量限定の箱のコミットメントと、終わった箱の記録",
        "What a shared box is committed to, and the receipts of one that has ended",
    ),
    workflow=CHANGE,
    options=(
        BANNER,
        Option(
            name=("番号", "number"),
            description=(
                "箱の番号（省略すると、最後に終わった箱）",
                "The box’s number; the last one that has ended if left out",
            ),
            type=INTEGER,
            low=0,
            high=1_000_000,
            default=0,
        ),
    ),
    has_file=True,
)
