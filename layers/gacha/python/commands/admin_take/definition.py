"""`/gacha-admin take`: takes back currency, or a copy of a card, that a member should not have."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, INTEGER, MANAGERS, STRING, USER, Command, Control, Option

COMMAND: Final = Command(
    name=("回収", "take"),
    description=(
        "渡しすぎた通貨やカードをメンバーから回収する",
        "Take back currency, or a card, that a member should not have",
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
        Option(
            name=("額", "amount"),
            description=(
                "回収する通貨の額（所持通貨まで）",
                "How much currency, at most what they have",
            ),
            type=INTEGER,
            low=1,
            high=1_000_000,  # `gacha.changes.MOST_GRANTED`
        ),
        Option(
            name=("カード", "card"),
            description=(
                "1 枚回収するカードの番号か、名前の一部",
                "A card of which to take one copy: its number, or a part of its name",
            ),
            type=STRING,
            low=1,
            high=40,
        ),
    ),
    controls=(Control("sure:(?P<user>[0-9]{17,20}):(?P<seen>[0-9a-f]{8})"),),
    subject="user",
    role=MANAGERS,
)
