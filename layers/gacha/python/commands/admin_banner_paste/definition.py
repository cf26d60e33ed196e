"""`/gacha-admin banner paste`: rows copied from a spreadsheet, into one long field."""

from __future__ import annotations

from typing import Final

from commands.command import EDITORS, STRING, WORKSHOP, Command, Control, Option
from commands.draft_forms import BANNER, ID

ROWS: Final = Option(
    name=("rows", "rows"),
    description=("コピーした行", "The rows"),
    type=STRING,
    required=True,
)

COMMAND: Final = Command(
    name=("貼り付け", "paste"),
    description=(
        "表計算ソフトからコピーした行を、ガチャの下書きに追加する",
        "Add rows that you copied from a spreadsheet to a draft",
    ),
    workflow=WORKSHOP,
    options=(BANNER,),
    controls=(
        Control(rf"open(?::(?P<banner>{ID}))?", opens=True),
        Control("(?P<again>again)", opens=True),
        Control(rf"form:(?P<banner>{ID})", fields=(ROWS,), is_form=True),
    ),
    of_server=True,
    opens=True,
    role=EDITORS,
)
