"""`/gacha-admin take`: takes back currency that a member should not have."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, INTEGER, MANAGERS, STRING, USER, Command, Option

COMMAND: Final = Command(
    name=("回収", "take"),
    description=(
        "渡しすぎた通貨などをメンバーから回収する",
        "Take back currency that a member should not have",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("メンバー", "user"),
            description=("回収する相手", "From whom"),
            type=USER,
            required=True,
        ),
        Option(
            name=("額", "amount"),
            description=("回収する額（所持通貨まで）", "How much, at most what they have"),
            type=INTEGER,
            required=True,
            low=1,
            high=1_000_000,  # `gacha.changes.MOST_GRANTED`
        ),
        Option(
            name=("理由", "reason"),
            description=(
                "理由（相手の履歴に表示）",
                "Why; shown in the member’s history",
            ),
            type=STRING,
            required=True,
            low=1,
            high=200,
        ),
    ),
    subject="user",
    role=MANAGERS,
)
