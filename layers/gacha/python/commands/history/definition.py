"""`/gacha history`: the player's ledger, newest first, page by page."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control

COMMAND: Final = Command(
    name=("履歴", "history"),
    description=(
        "これまでの結果やプレゼントを新しい順に見る",
        "Your pulls, presents and other changes, newest first",
    ),
    controls=(
        Control(r"older:(?P<older>[0-9]{1,16}(?:\.[0-9]{1,7})?)"),
        Control(r"newer:(?P<newer>[0-9]{1,16}(?:\.[0-9]{1,7})?)"),
    ),
)
