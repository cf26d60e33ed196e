"""`/gacha-admin present new`: a present that players take themselves, each once."""

from __future__ import annotations

from typing import Final

from commands.command import (
    CHANGE,
    INTEGER,
    MANAGERS,
    ROLE,
    STRING,
    SURE,
    USER,
    Command,
    Control,
    Option,
)
from commands.given_options import GIFT

COMMAND: Final = Command(
    name=("作成", "new"),
    description=(
        "プレゼントを作る（送る前に内容を確認できます）",
        "Make a present; you see it before it is sent",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("メッセージ", "message"),
            description=("プレゼントに添える一言", "What is said with the present"),
            type=STRING,
            required=True,
            low=1,
            high=200,
        ),
        *GIFT,
        Option(
            name=("期限", "days"),
            description=(
                "受け取れる日数（省略時は 14 日）",
                "For how many days it can be taken (14 if left out)",
            ),
            type=INTEGER,
            low=1,
            high=90,
            default=14,
        ),
        Option(
            name=("メンバー", "user"),
            description=("この人だけに渡す", "Only for this member"),
            type=USER,
        ),
        Option(
            name=("ロール", "role"),
            description=("このロールの人だけに渡す", "Only for those who have this role"),
            type=ROLE,
        ),
        Option(
            name=("プレイ開始日", "before"),
            description=(
                "この日より前から遊んでいる人だけに渡す（例：2026-11-01）",
                "Only for those who had played before this date, such as 2026-11-01",
            ),
            type=STRING,
            low=1,
            high=40,
        ),
    ),
    controls=(
        Control("send:(?P<seen>[0-9a-f]{8})"),
        Control(r"(?P<do>withdraw):(?P<present>p[0-9]{1,9})" + SURE),
        # Below what the first panel asks before it is posted; it is posted with that.
        Control("(?P<do>pledge):(?P<banner>[a-z0-9-]{1,40})", is_for_all=True),
    ),
    of_server=True,
    is_followed=True,
    role=MANAGERS,
)
