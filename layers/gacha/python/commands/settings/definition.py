"""`/gacha settings`: what a player settles for themselves."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, STRING, Choice, Command, Control, Option

RESULTS: Final = Option(
    name=("結果の表示", "results"),
    description=("自分の結果を誰に見せるか", "Who sees your results"),
    type=STRING,
    required=True,
    choices=(
        Choice(("全員に見せる", "Everyone"), "server"),
        Choice(("自分だけに表示", "Only me"), "private"),
    ),
)
BOOK: Final = Option(
    name=("図鑑とプロフィール", "book"),
    description=(
        "自分の図鑑とプロフィールを誰に見せるか",
        "Who sees your cards and your profile",
    ),
    type=STRING,
    required=True,
    choices=(
        Choice(("このサーバーのメンバー", "Members of this server"), "members"),
        Choice(("自分だけ", "Only me"), "private"),
    ),
)
SPENDING: Final = Option(
    name=("支払いの順番", "spending"),
    description=("ガチャを引くとき、先に使うもの", "What pays for a pull first"),
    type=STRING,
    required=True,
    choices=(
        Choice(("チケットを先に使う", "Tickets first"), "tickets"),
        Choice(("チケットをあとに使う", "Tickets last"), "coins"),
    ),
)
WISHES: Final = Option(
    name=("ほしいもの", "wishes"),
    description=(
        "同じカードがほしい人に、自分の名前を見せるか",
        "Whether those who wish for the same card see your name",
    ),
    type=STRING,
    required=True,
    choices=(
        Choice(("名前を見せない", "Do not show my name"), "private"),
        Choice(("名前を見せる", "Show my name"), "listed"),
    ),
)

COMMAND: Final = Command(
    name=("設定", "settings"),
    description=(
        "結果や図鑑を誰に見せるか、チケットと通貨のどちらを先に使うかを決める",
        "Choose who sees your results and cards, and what pays first",
    ),
    workflow=CHANGE,
    controls=(
        Control("results", fields=(RESULTS,)),
        Control("book", fields=(BOOK,)),
        Control("spending", fields=(SPENDING,)),
        Control("wishes", fields=(WISHES,)),
        # Stands under the wishlist, which stays as it is.
        Control("open", is_apart=True),
    ),
)
