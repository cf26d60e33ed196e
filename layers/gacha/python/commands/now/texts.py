"""What `/gacha now` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import hindrance_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **hindrance_texts.SENTENCES,
    "title": ("いまできること", "What you can do now"),
    "begin": (
        "まだ何もしていません。下のボタンか {/pull} ではじめられます。",
        "You have not begun yet. Begin with a button below, or with {/pull}.",
    ),
    "day": (
        "☀️ 今日のデイリーを受け取れます",
        "☀️ Today’s daily is there for you",
    ),
    "day_streak": (
        "☀️ 今日のデイリーを受け取れます（これまで連続 {streak:,} 日）",
        "☀️ Today’s daily is there for you ({streak:,} {streak:day|days} in a row so far)",
    ),
    "day_taken": (
        "✅ デイリーは受け取り済み（🔥 連続 {streak:,} 日）。次は <t:{next}:R>",
        "✅ Daily collected (🔥 {streak:,}-day streak). Next daily: <t:{next}:R>",
    ),
    "presents": (
        "🎁 プレゼントが **{count:,}** 件届いています",
        "🎁 **{count:,}** {count:present waits|presents wait} for you",
    ),
    "idle_tickets": (
        "-# 開催していないガチャ専用のチケットが {tickets:,} 枚あります"
        "（{/profile} で確認できます）",
        "-# {tickets:,} {tickets:ticket|tickets} {tickets:is|are} for banners that are not open "
        "({/profile} has the list)",
    ),
    "tickets": (
        "🎫 チケット **{tickets:,}** 枚（最初の期限 <t:{ends}:R>）",
        "🎫 **{tickets:,}** {tickets:ticket|tickets} (the first {tickets:ends|end} <t:{ends}:R>)",
    ),
    "tickets_in_part": (
        "-# まとめて引くときは、回数分のチケットがそろっていればチケットで、"
        "足りなければ{currency}だけで払います。",
        "-# A multi-pull takes tickets if there are enough for all of it, "
        "and else only {currency}.",
    ),
    "tickets_of": (
        "-# うち {tickets:,} 枚は「{banner}」専用（最初の期限 <t:{ends}:R>）",
        "-# {tickets:,} of them only for {banner} (the first {tickets:ends|end} <t:{ends}:R>)",
    ),
    "coins": ("👛 {currency} **{balance:,}**", "👛 **{balance:coins}**"),
    "coins_pulls": (
        "👛 {currency} **{balance:,}**（{pulls:,} 回分）",
        "👛 **{balance:coins}**, enough for {pulls:,} {pulls:pull|pulls}",
    ),
    "coins_pulls_of": (
        "👛 {currency} **{balance:,}**（「{banner}」なら {pulls:,} 回分）",
        "👛 **{balance:coins}**, enough for {pulls:,} {pulls:pull|pulls} on {banner}",
    ),
    "nothing_open": (
        "いま開催中のガチャはありません。予定は {/banners} で確認できます。",
        "No banner is open right now. {/banners} shows what comes next.",
    ),
    "ends": ("⏳ <t:{ends}:R> に終了", "⏳ Ends <t:{ends}:R>"),
    "closing": (
        "終了したガチャです。交換できるのは <t:{ends}:f>（<t:{ends}:R>）まで",
        "This banner is over. Points can be exchanged until <t:{ends}:f> (<t:{ends}:R>)",
    ),
    "open_presents": ("プレゼント（{count:,}）", "Presents ({count:,})"),
    "more": (
        "ほか {count:,} 件のガチャが開催中です。",
        "and {count:,} more open {count:banner|banners}",
    ),
    "take": ("デイリー受け取り", "Collect the daily"),
    "exchange": ("ポイント交換", "Exchange points"),
}

say: Final = speaking(SENTENCES)
