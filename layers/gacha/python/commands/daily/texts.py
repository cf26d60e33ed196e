"""What `/gacha daily` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "claimed": (
        "今日の{currency}を **{amount:,}** 受け取りました（現在 {balance:,}）。\n"
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）",
        "You collected today’s **{amount:coins}** and now have {balance:,}.\n"
        "Next: <t:{next}:R>, at <t:{next}:t>.",
    ),
    "already_claimed": (
        "今日の{currency}（{amount:,}）は受け取り済みです。"
        "受け取った記録は {/history} で確認できます。\n"
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）",
        "You have already collected today’s {amount:coins}; {/history} shows when.\n"
        "Next: <t:{next}:R>, at <t:{next}:t>.",
    ),
    "unchanged": (
        "今日の{currency}を受け取れませんでした。今日の分はまだ残っています。もう一度お試しください。"
        "受付番号 {receipt_number}",
        "The command failed. Today’s is still there for you: please try again. "
        "Receipt number {receipt_number}",
    ),
    "overtaken_change": (
        "これより後の日の分が先に記録されたため、この日の分は受け取れませんでした。"
        "今日の分は {/daily} で受け取れます。受付番号 {receipt_number}",
        "Later days were recorded first, so this day’s could not be given. "
        "For today’s, use {/daily}. Receipt number {receipt_number}",
    ),
    "line": ("デイリー（{day} の分）", "Daily {currency} of {day}"),
    "void": (
        "デイリーの受け取りに失敗（何も変わっていません）",
        "Failed daily claim (nothing was changed)",
    ),
}

say: Final = speaking(SENTENCES)
