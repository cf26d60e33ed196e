"""What `/gacha pull` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "cannot_pay": (
        "{currency}が足りません（必要 {price:,}）。いまの所持数は {/profile} で、"
        "もらう方法は {/help} で確認できます。",
        "You do not have enough {currency}: this costs {price:,}. "
        "{/profile} shows your balance, and {/help} says how to get more.",
    ),
    "size_not_sold": (
        "「{banner}」では {asked:,} 枚まとめては引けません。引けるのは {sizes} 枚です。"
        "{currency}もチケットも減っていません。",
        "“{banner}” does not sell {asked:,} at once, only {sizes}. Nothing was charged.",
    ),
    "cannot_pay_ten": (
        "{count:,} 連には{currency}が {price:,} 必要ですが、足りません。"
        "1 回なら {one:,} で引けます。"
        "いまの所持数は {/profile} で、もらう方法は {/help} で確認できます。",
        "You need {price:coins} to pull {count:,} at once, and have less. One pull costs {one:,}. "
        "{/profile} shows your balance, and {/help} says how to get more.",
    ),
    "cannot_pay_tickets": (
        "{count:,} 連には{currency} {price:,} か、チケット {count:,} 枚が必要です"
        "（いまは {tickets:,} 枚）。1 回なら、チケットで {/pull} を使えます。",
        "You need {price:coins} or {count:,} {count:ticket|tickets} to pull {count:,} at once, and "
        "have {tickets:,} {tickets:ticket|tickets}. "
        "A ticket still pays one {/pull}.",
    ),
    "limit_reached": (
        "「{banner}」を引けるのは 1 人 {total:,} 回までで、もう全部引いています。"
        "{currency}もチケットも減っていません。開催中のガチャは {/banners} で選べます。",
        "Each player can pull {total:,} {total:time|times} from “{banner}”, and you have used "
        "them all. Nothing was charged. {/banners} shows what is open.",
    ),
    "limit_left": (
        "「{banner}」を引けるのは 1 人 {total:,} 回までで、残りは {left:,} 回です。"
        "{count:,} 回はまとめて引けません。{currency}もチケットも減っていません。",
        "You have {left:,} of {total:,} {total:pull|pulls} from “{banner}” left, not {count:,}. "
        "Nothing was charged.",
    ),
    "limit_reached_today": (
        "「{banner}」の今日の分（{per_day:,} 回）は引き終えました。"
        "次に引けるのは <t:{next}:R> です。{currency}もチケットも減っていません。",
        "You have used today’s {per_day:,} {per_day:pull|pulls} from “{banner}”. You can pull "
        "again <t:{next}:R>. Nothing was charged.",
    ),
    "limit_left_today": (
        "「{banner}」の今日の残りは {left:,} 回です。{count:,} 回はまとめて引けません。"
        "<t:{next}:R> に、また {per_day:,} 回引けるようになります。"
        "{currency}もチケットも減っていません。",
        "You have {left:,} of today’s {per_day:,} {per_day:pull|pulls} from “{banner}” left, not "
        "{count:,}. There are more <t:{next}:R>. Nothing was charged.",
    ),
    "limit_of_day": (
        "「{banner}」は 1 日 {per_day:,} 回までなので、{count:,} 回はまとめて引けません。"
        "今日の残りは {left:,} 回です。{currency}もチケットも減っていません。",
        "“{banner}” allows {per_day:,} {per_day:pull|pulls} a day, so you cannot pull {count:,} "
        "at once. You have {left:,} left today. Nothing was charged.",
    ),
    "cannot_pay_count": (
        "{count:,} 枚には{currency}が {price:,} 必要ですが、足りません。"
        "1 枚なら {one:,} で引けます。"
        "いまの所持数は {/profile} で、もらう方法は {/help} で確認できます。",
        "{count:,} {count:ticket costs|tickets cost} {price:coins}, and you have less. "
        "One costs {one:,}. "
        "{/profile} shows your balance, and {/help} says how to get more.",
    ),
    "box_sold_out": (
        "「{banner}」は完売しました。{currency}は減っていません。"
        "開催中のガチャは {/banners} で選べます。",
        "“{banner}” is sold out. Nothing was charged. {/banners} shows what is open.",
    ),
    "box_gone": (
        "「{banner}」のその箱は、ほかの人が引いて終わりました。{currency}は減っていません。"
        "いまの残りは {/rates} で確認できます。次の箱があれば、{/pull} で引けます。",
        "That box of “{banner}” ended before your turn. Nothing was charged. {/rates} shows what "
        "is left now; if there is a next box, {/pull} draws from it.",
    ),
    "box_next": (
        "「{banner}」の前の箱は完売し、次の箱（{number:,}）を引けるのは <t:{from}:T> からです。"
        "{currency}は減っていません。",
        "That box of “{banner}” is sold out. The next one ({number:,}) opens at <t:{from}:T>. "
        "Nothing was charged.",
    ),
    "box_begun_anew": (
        "データが復元されたため、「{banner}」の箱 {number} は新しいシードで続きます。"
        "残りの枚数は変わりません。コミットメント：`{commitment}`\n"
        "{currency}は減っていません。{/pull} でもう一度引いてください。",
        "After a restore, box {number} of “{banner}” goes on with a new seed; what is left stays. "
        "Its commitment is `{commitment}`.\nNothing was charged. Please use {/pull} again.",
    ),
    "ticket_numbers": ("箱の {numbers} 枚目", "{count:Ticket|Tickets} {numbers}"),
    "last_ticket": ("🏁 **最後の1枚賞**", "🏁 **Last-ticket prize**"),
    "cannot_pay_pack": (
        "{count:,} 連には{currency} {price:,} か、チケット {count:,} 枚が必要です"
        "（いまは {tickets:,} 枚）。もらう方法は {/help} で確認できます。",
        "You need {price:coins} or {count:,} {count:ticket|tickets} to pull {count:,} at once, and "
        "have {tickets:,} {tickets:ticket|tickets}. {/help} says how to get more.",
    ),
    "stale_pull": (
        "この結果のあとにも引いているため、このボタンはもう使えません。"
        "最新の結果のボタンか {/pull} をお使いください。",
        "You have pulled since, so this button no longer works. "
        "Use the buttons of your latest result, or {/pull}.",
    ),
    "stale_epoch": (
        "この結果が出た期間は閉じているため、このボタンはもう使えません。"
        "{/pull} をお使いください。",
        "The epoch of this result is closed, so this button no longer works. Use {/pull}.",
    ),
    "banner_closed": (
        "「{banner}」は現在開催していません。{currency}は減っていません。"
        "開催中のガチャは {/banners} で選べます。",
        "“{banner}” is not open right now. Nothing was charged. {/banners} shows what is.",
    ),
    "nothing_open": (
        "現在開催中のガチャはありません。{currency}は減っていません。"
        "予定は {/banners} で確認できます。",
        "No banner is open right now. Nothing was charged. {/banners} shows what comes next.",
    ),
    "voided": (
        "引けませんでした。{currency}は減っていません。受付番号 {receipt_number}",
        "The pull failed. Nothing was charged. Receipt number {receipt_number}",
    ),
    "overtaken": (
        "引く前に期間が閉じられたため、この回は無効になりました。{currency}は減っていません。"
        "{/pull} でもう一度お試しください。受付番号 {receipt_number}",
        "Your epoch was closed before this pull could be recorded, so the pull is void. "
        "Nothing was charged. Please use {/pull} again. Receipt number {receipt_number}",
    ),
    "unclear": (
        "処理を確認できませんでした。結果があれば、{/history} に表示されます。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. {/history} shows the result if there is one. "
        "Receipt number {receipt_number}",
    ),
    "drawn_at": ("<t:{at}:f> に引いた結果です", "Pulled <t:{at}:f>"),
    "pulled_by": ("<@{user}> の結果", "Pulled by <@{user}>"),
    "pull_other_1": ("ほかのガチャ（1 回）", "Pull ×1 on another banner"),
    "pull_other": ("ほかのガチャ（{count:,} 連）", "Pull ×{count:,} on another banner"),
    "rates": ("提供割合", "Rates"),
    "post": ("見せる", "Show everyone"),
    "box": ("新しいボックス", "New box"),
    "new": ("NEW", "NEW"),
    "featured": ("ピックアップ", "featured"),
    "paid": (
        "{currency}を {price:,} 使いました（残り {balance:,}）",
        "Paid {price:coins}. You have {balance:,} left.",
    ),
    "paid_nothing": (
        "無料で引きました（{currency}は {balance:,} のまま）",
        "This pull was free. You have {balance:coins}.",
    ),
    "paid_by_tickets": (
        "チケットを {tickets:,} 枚使いました（{currency}は {balance:,} のまま）",
        "Paid with {tickets:,} {tickets:ticket|tickets}. You have {balance:coins}.",
    ),
    "paid_by_tickets_of": (
        "チケットを {tickets:,} 枚使いました（残り {left:,} 枚、{currency}は {balance:,} のまま）",
        "Paid with {tickets:,} {tickets:ticket|tickets}, {left:,} left. You have {balance:coins}.",
    ),
    "tickets_short": (
        "-# チケット {tickets:,} 枚は残っています（{count:,} 連には {count:,} 枚必要）",
        "-# {tickets:,} {tickets:ticket|tickets} kept: {count:,} at once take {count:,}",
    ),
    "uncounted": (
        "チケットで引いた分は、天井や交換ポイントに数えません。",
        "Pulls paid with tickets count toward neither pity nor exchange points.",
    ),
    "shards": ("かけら+{shards:,}", "+{shards:,} {shards:shard|shards}"),
    "void": ("引けませんでした（{currency}は減っていません）", "Failed pull (nothing charged)"),
}

say: Final = speaking(SENTENCES)
