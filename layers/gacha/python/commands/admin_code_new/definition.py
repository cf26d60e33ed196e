"""`/gacha-admin code new`: one code for many, or many codes for one each."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, INTEGER, MANAGERS, STRING, SURE, Command, Control, Option
from commands.given_options import GIFT

COMMAND: Final = Command(
    name=("作成", "new"),
    description=(
        "シリアルコードを作る（作る前に内容を確認できます）",
        "Make codes; you see what they give before they are made",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("メモ", "note"),
            description=(
                "コードの名目（使った人にも表示されます）",
                "What it is for; shown to who uses it",
            ),
            type=STRING,
            required=True,
            low=1,
            high=80,
        ),
        *GIFT,
        Option(
            name=("期限", "days"),
            description=(
                "コードを使える日数（省略時は 30 日）",
                "For how many days it can be used (30 if left out)",
            ),
            type=INTEGER,
            low=1,
            high=365,
            default=30,
        ),
        Option(
            name=("先着", "claims"),
            description=(
                "共通コード：使える人数の上限（省略時は 1,000）",
                "One code for all: how many can use it (1,000 if left out)",
            ),
            type=INTEGER,
            low=1,
            high=1_000_000,
        ),
        Option(
            name=("言葉", "word"),
            description=(
                "共通コード：自分で決めた言葉（6 文字以上。省略時は自動で作成）",
                "One code for all: a word of your own, from 6 letters (else one is made)",
            ),
            type=STRING,
            low=1,
            high=60,
            is_secret=True,
        ),
        Option(
            name=("個数", "singles"),
            description=(
                "1 人用コードを作る個数（ファイルで届きます）",
                "How many codes for one person each; they come as a file",
            ),
            type=INTEGER,
            low=1,
            high=1_000,
        ),
    ),
    controls=(
        Control("make:(?P<seen>[0-9a-f]{8})"),
        Control(r"(?P<do>end):(?P<campaign>c[0-9]{1,5})" + SURE),
        Control("(?P<do>show):(?P<campaign>c[0-9]{1,5})"),
    ),
    of_server=True,
    has_file=True,
    role=MANAGERS,
)
