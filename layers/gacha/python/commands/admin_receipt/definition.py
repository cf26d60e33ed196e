"""`/gacha-admin receipt`: what became of one receipt number."""

from __future__ import annotations

from typing import Final

from commands.command import MANAGERS, STRING, USER, Command, Option

COMMAND: Final = Command(
    name=("受付番号", "receipt"),
    description=(
        "受付番号から、抽選・支払い・表示がどうなったかを調べる",
        "What became of a receipt number: drawn, charged, delivered",
    ),
    options=(
        Option(
            name=("番号", "number"),
            description=(
                "結果や履歴にある受付番号",
                "The receipt number, from a result or history",
            ),
            type=STRING,
            required=True,
            low=1,
            high=300,  # a line of a message: `gacha.snowflake.read_receipt_number`
        ),
        Option(
            name=("メンバー", "user"),
            description=("その番号を受け取った人", "Whose it is"),
            type=USER,
            required=True,
        ),
    ),
    subject="user",
    role=MANAGERS,
)
