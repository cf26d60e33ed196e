"""`/gacha-admin reset`: erases all that is kept of the server, after a word and seven days."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, STRING, Command, Control, Option

WORD: Final = Option(
    name=("確認の言葉", "word"),
    description=("確認の言葉", "The words that confirm it"),
    type=STRING,
    required=True,
)

COMMAND: Final = Command(
    name=("全消去", "reset"),
    description=(
        "このサーバーのガチャのデータをすべて消す（7 日間は取り消せる）",
        "Erase all gacha data of this server; can be undone for 7 days",
    ),
    workflow=CHANGE,
    controls=(
        Control("open", opens=True),
        Control("form", fields=(WORD,), is_form=True),
        Control("(?P<do>undo)"),
    ),
    of_server=True,  # and of no role: who can add the bot and take it away can do this, nobody else
)
