"""What the button below a private result says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "no_result": (
        "この結果は見つからないため、表示できません。これまでの結果は {/history} で確認できます。",
        "This result cannot be found, so it cannot be shown. {/history} has your results.",
    ),
    "lost_result": (
        "ボットのデータを <t:{restored}:f> の時点に戻したため、この結果は記録に残っていません。"
        "今の状態は {/profile} と {/history} で確認できます。",
        "The bot’s data was put back to <t:{restored}:f>, so this result is no longer on record. "
        "{/profile} and {/history} show what holds now.",
    ),
    "posted_before": (
        "この結果は、すでに全員に表示しました。表示できるのは 1 回だけです。",
        "Everyone has been shown this result already. That can be done once.",
    ),
    "seen_by_all": (
        "この結果は、もう全員に見えています。",
        "Everyone sees this result already.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。結果が表示されなければ、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If the result does not appear, please try again. "
        "Receipt number {receipt_number}",
    ),
    "unchanged": (
        "この結果を全員に見せられませんでした。もう一度お試しください。受付番号 {receipt_number}",
        "The result could not be shown. Please try again. Receipt number {receipt_number}",
    ),
    "changed": (
        "この結果は {/history} で確認できます。受付番号 {receipt_number}",
        "{/history} has this result. Receipt number {receipt_number}",
    ),
    "line": ("結果を全員に表示（受付番号 `{pull}`）", "Showed everyone the result `{pull}`"),
    "void": ("結果を表示できませんでした", "A result that could not be shown"),
}

say: Final = speaking(SENTENCES)
