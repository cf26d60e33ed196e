"""What `/gacha code` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "used": ("コードの特典を受け取りました", "Your code was accepted"),
    "balance": ("所持：{currency} {balance:,}", "You now have {balance:coins}."),
    "no_such_code": (
        "このコードは使えません。文字が違うか、期限が過ぎています。もう一度確かめてください。"
        "（10 分のあいだに、あと {left:,} 回まで試せます）",
        "This code cannot be used: it is mistyped, or its time is over. Please check it. "
        "({left:,} more {left:try|tries} within ten minutes)",
    ),
    "no_such_code_last": (
        "このコードは使えません。文字が違うか、期限が過ぎています。"
        "続けて試せる回数を使い切ったので、10 分ほど待ってから、もう一度お試しください。",
        "This code cannot be used: it is mistyped, or its time is over. That was the last try for "
        "now; please wait ten minutes before the next.",
    ),
    "too_many_tries": (
        "使えないコードの入力が続いたため、いまは受け付けていません。"
        "<t:{again}:R>、もう一度お試しください。",
        "Too many codes were wrong, so none is taken right now. Please try again <t:{again}:R>.",
    ),
    "already_used": (
        "このコードは使用済みです。記録は {/history} で確認できます。",
        "You have used this code already; {/history} shows when.",
    ),
    "used_by_another": (
        "このコードは、ほかの人が使用済みです。1 つのコードを使えるのは 1 人だけです。",
        "Somebody else has used this code. It is good for one person only.",
    ),
    "all_claimed": (
        "このコードは、先着 {most:,} 名に達したため終了しました。",
        "This code was for the first {most:,} {most:person|people}, and all of it is claimed.",
    ),
    "no_room": (
        "チケットの種類が上限（{most:,}）に達しているため、受け取れませんでした。"
        "コードは使っていません。チケットを使うか期限が切れると、受け取れます。",
        "You have tickets of {most:,} {most:kind|kinds}, which is the most, so the code was not "
        "used. Use some tickets, or let some run out, and enter it again then.",
    ),
    "unchanged": (
        "コードを確認できませんでした。コードは使われていません。もう一度お試しください。"
        "受付番号 {receipt_number}",
        "Your code could not be checked, and was not used. Please try again. "
        "Receipt number {receipt_number}",
    ),
    "line": ("コード「{note}」：{goods}", "Code “{note}”: {goods}"),
    "void": (
        "コードの確認に失敗（何も変わっていません）",
        "Failed to check a code (nothing was changed)",
    ),
}

say: Final = speaking(SENTENCES)
