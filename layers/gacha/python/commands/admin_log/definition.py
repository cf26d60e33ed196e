"""`/gacha-admin log`: what the server's admins did, newest first, page by page."""

from __future__ import annotations

from typing import Final

from commands.command import Command, Control

COMMAND: Final = Command(
    name=("操作記録", "log"),
    description=(
        "管理者や係が行った操作を新しい順に見る",
        "What admins and role holders did, newest first",
    ),
    controls=(
        Control(r"older:(?P<older>[0-9]{1,16}\.[0-9]{7})"),
        Control(r"newer:(?P<newer>[0-9]{1,16}\.[0-9]{7})"),
    ),
    of_server=True,
)
