"""`/gacha privacy delete`: has all that is kept of a player in a server erased, a week later."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, CHANGE, SURE, Command, Control
from commands.personal import IN_SERVER

COMMAND: Final = Command(
    name=("削除", "delete"),
    description=(
        "自分のデータをすべて削除する（7 日間は取り消せる）",
        "Delete everything that is kept about you; for 7 days you can undo it",
    ),
    workflow=CHANGE,
    controls=(
        Control(f"ask{IN_SERVER}", is_apart=True),
        Control(f"go{IN_SERVER}{SURE.removesuffix('?')}"),
        Control(f"(?P<do>undo){IN_SERVER}"),
        # Below a refusal, which all may see: whoever presses it undoes their own.
        Control("(?P<do>undo):here", who=ANYBODY, is_apart=True),
    ),
    is_right=True,
    outside="privacy show",
)
