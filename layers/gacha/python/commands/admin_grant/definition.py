"""`/gacha-admin grant`: gives a member currency, as compensation or as a present."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, INTEGER, MANAGERS, STRING, USER, Command, Option

COMMAND: Final = Command(
    name=("付与", "grant"),
    description=(
        "お詫びやプレゼントとして通貨を渡す",
        "Give a member currency, as compensation or as a present",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("メンバー", "user"),
            description=("渡す相手", "Who gets it"),
            type=USER,
            required=True,
        ),
        Option(
            name=("額", "amount"),
            description=("渡す額", "How much"),
            type=INTEGER,
            required=True,
            low=1,
            high=1_000_000,  # `gacha.changes.MOST_GRANTED`
        ),
        Option(
            name=("受付番号", "receipt"),
            description=(
                "お詫びの対象になった結果の受付番号",
                "Receipt number of the member’s pull that this makes up for",
            ),
            type=STRING,
            low=1,
            high=300,  # a line of a message: `gacha.snowflake.read_receipt_number`
        ),
        Option(
            name=("理由", "reason"),
            description=(
                "理由（プレゼントと一緒に表示。ほかの人にも見えることがあります）",
                "Why; shown with the present, which others may see",
            ),
            type=STRING,
            low=1,
            high=200,
        ),
    ),
    subject="user",
    role=MANAGERS,
)
