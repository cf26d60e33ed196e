"""What `/gacha presents` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "box": ("プレゼントボックス（{count:,}）", "Your presents ({count:,})"),
    "empty": (
        "いま受け取れるプレゼントはありません。届いたら、ここに表示されます。",
        "No present waits for you now. When there is one, it shows up here.",
    ),
    "waiting": (
        "**{goods}**\n{message}\n-# <@{by}> より・<t:{ends}:f> まで受け取れます",
        "**{goods}**\n{message}\n-# From <@{by}>; can be taken until <t:{ends}:f>",
    ),
    "more": (
        "ほか {count:,} 件は、下の一覧にあります。",
        "In the list below: {count:,} more.",
    ),
    "take": ("受取", "Take it"),
    "take_all": ("まとめて受取（{count:,}）", "Take all {count:,}"),
    "pick": ("1 つだけ受取", "Take only one"),
    "others": ("プレゼントボックス", "My presents"),
    "took": (
        "プレゼントを {count:,} 件受け取りました",
        "You took {count:,} {count:present|presents}",
    ),
    "balance": ("所持：{currency} {balance:,}", "You now have {balance:coins}."),
    "left": (
        "チケットの種類が上限に達しているため、{count:,} 件は受け取らずに残しました。"
        "チケットを使うか期限が切れると、受け取れます。",
        "{count:,} {count:present is|presents are} still waiting: you have too many kinds of "
        "tickets. Use some, or let some run out, and take {count:it|them} then.",
    ),
    "no_room": (
        "チケットの種類が上限（{most:,}）に達しているため、受け取れませんでした。"
        "プレゼントは残っています。チケットを使うか期限が切れると、受け取れます。",
        "You have tickets of {most:,} {most:kind|kinds}, which is the most, so nothing was taken. "
        "The present is still waiting: use some tickets, or let some run out, and take it then.",
    ),
    "already_taken": (
        "このプレゼントは受け取り済みです。記録は {/history} で確認できます。",
        "You have taken this present already; {/history} shows when.",
    ),
    "gone": (
        "このプレゼントは、もう受け取れません（期限が過ぎたか、取り下げられました）。"
        "いま受け取れるものは {/presents} で確認できます。",
        "This present can no longer be taken: its time is over, or it was withdrawn. "
        "{/presents} shows what waits for you.",
    ),
    "nothing": (
        "いま受け取れるプレゼントはありません。ほかにできることは {/now} で確認できます。",
        "No present waits for you now. {/now} shows what else you can do.",
    ),
    "unchanged": (
        "プレゼントを受け取れませんでした。プレゼントは残っています。もう一度お試しください。"
        "受付番号 {receipt_number}",
        "Nothing was taken, and your presents are still waiting. Please try again. "
        "Receipt number {receipt_number}",
    ),
    "line": (
        "プレゼント {count:,} 件：{goods}",
        "Took {count:,} {count:present|presents}: {goods}",
    ),
    "giving": ("-# 「{message}」（<@{by}> より）", "-# “{message}”, from <@{by}>"),
    "givings_left": ("-# ほか {count:,} 件", "-# and {count:,} more"),
    "void": (
        "プレゼントの受け取りに失敗（何も変わっていません）",
        "Failed to take presents (nothing was changed)",
    ),
}

say: Final = speaking(SENTENCES)
