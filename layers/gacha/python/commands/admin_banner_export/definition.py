"""`/gacha-admin banner export`: a banner as files, from which another server makes it again."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, EDITORS, WORKSHOP, Command, Control
from commands.draft_forms import BANNER

COMMAND: Final = Command(
    name=("書き出し", "export"),
    description=(
        "ガチャをファイルに書き出す（カード・画像・ルール）。別のサーバーでも使える",
        "Save a banner as files: cards, pictures, rules. Another server can take them in",
    ),
    workflow=WORKSHOP,
    options=(BANNER,),
    controls=(
        # Another part of the export that this interaction made.
        Control(
            r"part:(?P<export>[0-9]{1,20}):(?P<part>[1-9][0-9]{0,2})",
            is_apart=True,
            workflow=CHANGE,
        ),
    ),
    of_server=True,
    has_file=True,
    role=EDITORS,
)
