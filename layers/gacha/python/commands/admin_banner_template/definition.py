"""`/gacha-admin banner template`: the sheet to fill in, by the kind of rules."""

from __future__ import annotations

from typing import Final

from commands.command import EDITORS, STRING, Choice, Command, Option

RULES: Final = Option(
    name=("ルール", "rules"),
    description=("どんなルールのガチャか", "What kind of rules the banner has"),
    type=STRING,
    required=True,
    choices=(
        Choice(("確率のみ", "Rates only"), "simple"),
        Choice(("天井あり", "With pity"), "ceiling"),
        Choice(("ピックアップ（確定・交換あり）", "Featured cards, with a guarantee"), "rate-up"),
        Choice(("ボックス（引いた分だけ箱から減る）", "Box: what is drawn leaves it"), "box"),
        Choice(
            ("ステップアップ（10 連の値段が変わる）", "Step-up: ten-pulls change price"), "step-up"
        ),
        Choice(
            ("まとめ引き（11 連・5 枚パックなど）", "Multi-pull: 11 for 10, packs of 5"), "multi"
        ),
        Choice(("毎日のくじ（おみくじ・1 日 1 回無料）", "Daily draw: one free a day"), "daily"),
        Choice(
            ("スタンプカード（決まった回数ごとに確定）", "Stamp card: guaranteed every N"), "stamps"
        ),
        Choice(
            ("数量限定くじ（1 つの箱を全員で引く）", "Limited stock: one box for all"), "shared"
        ),
    ),
)

COMMAND: Final = Command(
    name=("ひな形", "template"),
    description=(
        "Excel などで記入する表（.xlsx）を受け取る",
        "Get the sheet to fill in, for Excel or another spreadsheet",
    ),
    options=(RULES,),
    of_server=True,
    has_file=True,
    role=EDITORS,
)
