"""A player's own box is filled again by choice: buttons below results and rates lead here, and no
command does."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, CHANGE, Command, Control

_BANNER: Final = "(?P<banner>[a-z0-9-]{1,40})"

COMMAND: Final = Command(
    name=("ボックス", "box"),
    description=(
        "自分のボックスを新しくする",
        "Begin a new box of your own",
    ),
    workflow=CHANGE,
    controls=(
        # Below what others may see, too; whoever presses means their own box.
        Control(f"ask:{_BANNER}", who=ANYBODY, is_apart=True),
        # The question was about what was left then: it holds for as long as that does.
        Control(f"begin:{_BANNER}:(?P<left>[0-9]{{1,6}}):(?P<sure>yes)"),
    ),
)
