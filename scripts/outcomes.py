"""What is said of each outcome that an execution can end with: in the viewer's list, and of one
interaction in the viewer and in `scripts.inspect`. One table, so that they say the same.

The outcomes are those of Draw and Plan (`commands.decisions.decide`) and of the change workflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

Words = tuple[str, str]
"""Japanese, English."""

GOOD: Final = "good"
"""The player has what they asked for, or had it before."""
WARN: Final = "warn"
"""It is as it should be, and changed nothing."""
BAD: Final = "bad"


_ERASED: Final[Words] = (
    "記録しましたが、台帳の行はその後に消去されています",
    "it was recorded, and its row was erased since",
)


class Outcome(NamedTuple):
    """`badge`: in the list. `came`: what came of it, where the ledger has no row of it but perhaps
    a void. `saw`: which sentence of `summary` tells what the player saw, once it arrived."""

    kind: str
    badge: Words
    came: Words
    saw: str = "saw refusal"

    @property
    def is_recorded(self) -> bool:
        """Whether the ledger got a row that is no void."""
        return self.came is _ERASED


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "drawn": Outcome(GOOD, ("引いた", "drawn"), _ERASED, "saw it"),
    "planned": Outcome(GOOD, ("変更した", "changed"), _ERASED, "saw it"),
    "recorded": Outcome(GOOD, ("記録済み", "recorded before"), _ERASED, "saw it"),
    "lapsed": Outcome(GOOD, ("期間を終了", "epoch closed"), _ERASED, "saw it"),
    "shown": Outcome(
        GOOD,
        ("表示した", "shown"),
        (
            "表示しただけで、何も変わっていません",
            "shown how things are: nothing was charged or changed",
        ),
        "saw message",
    ),
    "asked": Outcome(
        GOOD,
        ("確認を表示", "asked first"),
        (
            "実行する前の確認を表示しただけで、まだ何も変わっていません",
            "asked first whether to go on: nothing was charged or changed yet",
        ),
        "saw question",
    ),
    "refused": Outcome(
        WARN,
        ("受け付けず", "refused"),
        ("受け付けず、何も変わっていません", "refused: nothing was charged or changed"),
    ),
    "paused": Outcome(
        WARN,
        ("お休み中", "paused"),
        (
            "サーバーがお休み中のため受け付けず、何も変わっていません",
            "refused while the server is paused: nothing was charged or changed",
        ),
    ),
    "stale": Outcome(
        WARN,
        ("古いボタン", "old button"),
        (
            "古いボタンだったため受け付けず、何も変わっていません",
            "refused, as it was an old button: nothing was charged or changed",
        ),
    ),
    "leaving": Outcome(
        WARN,
        ("データ削除待ち", "leaving"),
        (
            "データの削除を待っている人だったため受け付けず、何も変わっていません",
            "refused, as the player’s data is to be deleted: nothing was charged or changed",
        ),
    ),
    "overtaken": Outcome(
        WARN,
        ("後の操作が先", "overtaken"),
        (
            "後の操作が先に記録されたため無効になりました。何も変わっていません",
            "overtaken by a later command, and voided: nothing was charged or changed",
        ),
    ),
    "abandoned": Outcome(
        BAD,
        ("打ち切り", "abandoned"),
        (
            "時間がたちすぎたため打ち切り、無効になりました。通貨は引かれていません",
            "abandoned after too long a time, and voided: nothing was charged",
        ),
        "saw apology",
    ),
    "voided": Outcome(
        BAD,
        ("無効", "voided"),
        (
            "記録する前に失敗し、無効になりました。通貨は引かれていません",
            "it failed before it was recorded, and was voided: nothing was charged",
        ),
        "saw apology",
    ),
    "unclear": Outcome(
        BAD,
        ("結果不明", "unclear"),
        (
            "結果が不明のまま終わりましたが、台帳に行はありません。通貨は引かれていません",
            "it ended unclear, but the ledger has no row of it: nothing was charged",
        ),
        "saw unclear",
    ),
}
