"""`/gacha-admin banner upload`: a sheet, a ZIP of it and its pictures, or a banner file."""

from __future__ import annotations

from typing import Final

from commands.command import ATTACHMENT, EDITORS, STRING, WORKSHOP, Command, Option

COMMAND: Final = Command(
    name=("アップロード", "upload"),
    description=(
        "表（.xlsx・CSV）や画像入りの ZIP から、ガチャの下書きを作る・追加する",
        "Make a draft of a banner, or add to one, from a sheet or a ZIP with pictures",
    ),
    workflow=WORKSHOP,
    options=(
        Option(
            name=("ファイル", "file"),
            description=(
                ".xlsx、CSV、それと画像を入れた ZIP、または TOML（25 MB まで）",
                ".xlsx, CSV, a ZIP of it with pictures, or TOML (up to 25 MB)",
            ),
            type=ATTACHMENT,
            required=True,
        ),
        Option(
            name=("下書き", "banner"),
            description=(
                "追加先の下書き（空欄なら新しい下書き）",
                "The draft to add to; left empty, a new one",
            ),
            type=STRING,
            low=1,
            high=100,
            completes=True,
        ),
    ),
    of_server=True,
    role=EDITORS,
)
