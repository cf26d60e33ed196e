"""`/gacha privacy export`: all that is kept of a player in a server, as files."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control
from commands.personal import IN_SERVER

_CURSOR: Final = r"[el][0-9]{1,15}(?:\.[0-9]{1,7})?"
"""After which event of the ledger, or entry of the server's log, the next file begins."""

COMMAND: Final = Command(
    name=("受け取り", "export"),
    description=(
        "自分のデータをすべてファイルで受け取る",
        "Get everything that is kept about you as a file",
    ),
    controls=(
        Control(f"get{IN_SERVER}", is_apart=True),
        Control(f"more:(?P<part>[1-9][0-9]{{0,5}}):(?P<after>{_CURSOR}){IN_SERVER}", is_apart=True),
    ),
    is_right=True,
    outside="privacy show",
    has_file=True,
)
