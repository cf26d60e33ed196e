"""`/gacha now`: what a player can do now, with a button for each."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, Command, Control

COMMAND: Final = Command(
    name=("いまできること", "now"),
    description=(
        "デイリー・チケット・確定までの回数など、いまできることを見る",
        "Your daily, tickets, what is guaranteed soon: all that you can do now",
    ),
    # Stands under messages of other commands, too, which stay as they are.
    controls=(Control("open", who=ANYBODY, is_apart=True),),
    reads_roles=True,  # some presents are for who has a role
    reads_joined_at=True,  # it says what nobody may do who came lately
)
