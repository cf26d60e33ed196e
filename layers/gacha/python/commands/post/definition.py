"""A private result is shown to all, once: the button below it leads here, and no command does."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, Command, Control

COMMAND: Final = Command(
    name=("見せる", "post"),
    description=(
        "自分だけに見える結果を、全員に見せる",
        "Show everyone a result that only you see",
    ),
    workflow=CHANGE,
    controls=(Control(r"(?P<number>[0-9]{17,20})"),),
    is_public=True,
)
