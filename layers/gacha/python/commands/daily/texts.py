"""What `/gacha daily` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("デイリーを受け取りました", "Daily collected"),
    "coins": (
        "{currency} **{amount:+,}**（現在 {balance:,}）",
        "**{amount:+coins}** (you now have {balance:,})",
    ),
    "tickets": (
        "チケット **+{count:,}**（<t:{ends}:f> まで）",
        "**+{count:,}** {count:ticket|tickets} (until <t:{ends}:f>)",
    ),
    "bonus": (
        "🎁 連続ボーナス：{currency} **{bonus:+,}**",
        "🎁 Streak bonus: **{bonus:+coins}**",
    ),
    "forgiven": (
        "1 日あきましたが、連続日数は途切れていません（7 日に 1 日まで休めます）。",
        "You missed a day, and your streak goes on: you may miss one in seven.",
    ),
    "streak": (
        "🔥 連続 **{streak:,}** 日（7 日に 1 日までは休んでも続きます）",
        "🔥 **{streak:,}**-day streak (you may miss one day in seven)",
    ),
    "coming": (
        "次の連続ボーナス：あと {days:,} 日で{currency} {coins:,}",
        "Next streak bonus: {coins:coins} in {days:,} {days:day|days}",
    ),
    "next": (
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）",
        "Next daily: <t:{next}:R>, at <t:{next}:t>",
    ),
    "now": ("いまできること", "What I can do now"),
    "already_claimed": (
        "今日の分は受け取り済みです。\n"
        "🔥 連続 **{streak:,}** 日\n"
        "次の連続ボーナス：あと {days:,} 日で{currency} {coins:,}\n"
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）\n"
        "ほかにできることは {/now} で確認できます。",
        "You have already collected today’s.\n"
        "🔥 **{streak:,}**-day streak\n"
        "Next streak bonus: {coins:coins} in {days:,} {days:day|days}\n"
        "Next daily: <t:{next}:R>, at <t:{next}:t>\n"
        "{/now} shows what else you can do.",
    ),
    "already_claimed_alone": (
        "今日の分は受け取り済みです。\n"
        "🔥 連続 **{streak:,}** 日\n"
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）\n"
        "ほかにできることは {/now} で確認できます。",
        "You have already collected today’s.\n"
        "🔥 **{streak:,}**-day streak\n"
        "Next daily: <t:{next}:R>, at <t:{next}:t>\n"
        "{/now} shows what else you can do.",
    ),
    "clock_changed": (
        "このサーバーで日付が変わる時刻が変更されたため、今回だけ、"
        "前回の受け取りから 20 時間の間隔をあけています。連続日数は途切れません。\n"
        "🔥 連続 **{streak:,}** 日\n"
        "次に受け取れる時刻：<t:{next}:R>（<t:{next}:t>）",
        "This server has changed when its day begins. Just this once, your next daily comes "
        "20 hours after the last one. Your streak goes on.\n"
        "🔥 **{streak:,}**-day streak\n"
        "Next daily: <t:{next}:R>, at <t:{next}:t>",
    ),
    "too_many_lots": (
        "期限の違うチケットが多すぎて、今日の分を受け取れません。"
        "{/pull} で何枚か使ってから、もう一度お試しください（{/settings} の支払いの順番が"
        "「チケットを先に使う」のとき、引くとチケットから減ります）。今日の分はまだ残っています。",
        "You have tickets of too many different dates, so today’s could not be added. Please use "
        "some with {/pull} and try again; {/settings} has whether they are spent first. Today’s "
        "can still be collected.",
    ),
    "unchanged": (
        "今日の分を受け取れませんでした。今日の分はまだ残っています。もう一度お試しください。"
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
    "line": (
        "デイリー（{day} の分、連続 {streak:,} 日）",
        "Daily of {day}, {streak:,}-day streak:",
    ),
    "void": (
        "デイリーの受け取りに失敗（何も変わっていません）",
        "Failed daily claim (nothing was changed)",
    ),
}

say: Final = speaking(SENTENCES)
