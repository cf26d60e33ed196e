"""`/gacha presents`: what the server's admins give, to be taken, each once."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, CHANGE, STRING, Command, Control, Option

PRESENT: Final = Option(
    name=("プレゼント", "present"),
    description=("受け取るプレゼント", "The present to take"),
    type=STRING,
    required=True,
    low=2,
    high=10,
)

COMMAND: Final = Command(
    name=("プレゼント", "presents"),
    description=(
        "届いているプレゼントを見る・受け取る",
        "See the presents that wait for you, and take them",
    ),
    workflow=CHANGE,
    controls=(
        # Stands under messages of other commands, too, which stay as they are.
        Control("open", who=ANYBODY, is_apart=True),
        Control("(?P<take>all)"),
        Control("pick", fields=(PRESENT,)),
        Control("take:(?P<present>p[0-9]{1,9})"),
    ),
    reads_roles=True,
)
