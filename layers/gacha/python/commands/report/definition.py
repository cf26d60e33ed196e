"""通報, below a card: a member says that its picture should be looked at. No command of its own: a
button of the card's leads here."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, STRING, WORKSHOP, Command, Control, Option

MOST: Final = 200

REASON: Final = Option(
    name=("理由", "reason"),
    description=(
        "理由（書かなくても送れます）",
        "What is wrong with it (optional)",
    ),
    type=STRING,
    high=MOST,
)

_PICTURE: Final = "(?P<number>[0-9]{1,5}):(?P<art>[0-9a-f]{32})"

COMMAND: Final = Command(
    name=("通報", "report"),
    description=("カードの画像を通報する", "Report a card’s picture"),
    workflow=WORKSHOP,
    controls=(
        Control(f"open:{_PICTURE}", who=ANYBODY, opens=True, is_apart=True),
        Control(f"send:{_PICTURE}", who=ANYBODY, fields=(REASON,), is_apart=True, is_form=True),
    ),
    of_server=True,
)
