"""`/gacha-admin code list`: the codes that can be used now, how often they were, and their end."""

from __future__ import annotations

from typing import Final

from commands.command import MANAGERS, STRING, Command, Control, Option

CAMPAIGN: Final = Option(
    name=("コード", "campaign"),
    description=("見るコード", "The code to look at"),
    type=STRING,
    required=True,
    low=2,
    high=10,
)

COMMAND: Final = Command(
    name=("一覧", "list"),
    description=(
        "使用期間中のコードと、使われた数を見る・終了する",
        "See your codes and how often they were used, and end one",
    ),
    controls=(Control("pick", fields=(CAMPAIGN,)), Control("all")),
    of_server=True,
    role=MANAGERS,
)
"""What ends one is a button of `code new`, which records it."""
