"""`/gacha-admin player`: a member's profile and history, as they see them."""

from __future__ import annotations

from typing import Final

from commands.command import MANAGERS, USER, Command, Control, Option

COMMAND: Final = Command(
    name=("プレイヤー", "player"),
    description=(
        "メンバーのプロフィールと履歴を、本人と同じように見る",
        "A member’s profile and history, as they see them",
    ),
    options=(
        Option(
            name=("メンバー", "user"),
            description=("見る相手", "Whose"),
            type=USER,
            required=True,
        ),
    ),
    controls=(
        Control(r"older:(?P<user>[0-9]{1,20}):(?P<older>[0-9]{1,16}(?:\.[0-9]{1,7})?)"),
        Control(r"newer:(?P<user>[0-9]{1,20}):(?P<newer>[0-9]{1,16}(?:\.[0-9]{1,7})?)"),
    ),
    subject="user",
    role=MANAGERS,
)
