"""`/gacha fair receipts`: a closed epoch's seed and receipts, as the file that verify.py reads."""

from __future__ import annotations

from typing import Final

from commands.command import INTEGER, Command, Option

COMMAND: Final = Command(
    name=("記録", "receipts"),
    description=(
        "閉じた期間のシードと記録をファイルで受け取る",
        "A closed epoch’s seed and receipts, as a file to check",
    ),
    options=(
        Option(
            name=("期間", "epoch"),
            description=(
                "閉じた期間の番号（省略すると、最後に閉じた期間）",
                "Which closed epoch; the last one if left out",
            ),
            type=INTEGER,
            low=0,
            high=10_000_000_000,  # Unix seconds after a restore
        ),
        Option(
            name=("部", "part"),
            description=(
                "前のファイルのメッセージにある番号（省略すると最初から）",
                "The number that the last file’s message names",
            ),
            type=INTEGER,
            low=1,
            high=9_007_199_254_740_991,  # the highest that Discord takes
            default=1,
        ),
    ),
    has_file=True,
)
