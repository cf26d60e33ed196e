"""`/gacha-admin present list`: what players can take now, and the way to withdraw it."""

from __future__ import annotations

from typing import Final

from commands.command import MANAGERS, STRING, Command, Control, Option

PRESENT: Final = Option(
    name=("プレゼント", "present"),
    description=("見るプレゼント", "The present to look at"),
    type=STRING,
    required=True,
    low=2,
    high=10,
)

COMMAND: Final = Command(
    name=("一覧", "list"),
    description=(
        "受け取り期間中のプレゼントを見る・取り下げる",
        "See the presents that can be taken now, and withdraw one",
    ),
    controls=(Control("pick", fields=(PRESENT,)), Control("all")),
    of_server=True,
    role=MANAGERS,
)
"""What withdraws one is a button of `present new`, which records it."""
