"""`/gacha code`: a code that the server gave out, for what it gives."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, STRING, Command, Option

COMMAND: Final = Command(
    name=("コード", "code"),
    description=(
        "シリアルコードを入力して特典を受け取る",
        "Enter a code and get what it gives",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("コード", "text"),
            description=(
                "コード（大文字・小文字、全角・半角、ハイフンはどちらでも）",
                "The code; capitals, spaces and hyphens make no difference",
            ),
            type=STRING,
            required=True,
            low=1,
            high=100,
            is_secret=True,
        ),
    ),
)
