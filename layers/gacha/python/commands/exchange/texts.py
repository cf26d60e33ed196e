"""What `/gacha exchange` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "book": ("図鑑", "Collection"),
    "now": ("いまできること", "What I can do now"),
    "title": ("天井交換", "Exchange"),
    "has": ("交換ポイント：**{has:,}**", "Exchange points: **{has:,}**"),
    "price": (
        "カード 1 枚につき {price:,} ポイント",
        "A card costs {price:,} {price:point|points}.",
    ),
    "price_from": (
        "カード 1 枚につき {price:,} ポイントから（カードごとに違います）",
        "Cards cost {price:,} {price:point|points} or more, each its own.",
    ),
    "short": (
        "あと {short:,} 回引くと交換できます。",
        "{short:,} more {short:pull|pulls} to go.",
    ),
    "short_over": (
        "交換にはあと {short:,} ポイント必要ですが、いまは開催していないため引けません。",
        "It takes {short:,} more {short:point|points}, and the banner is no longer open to pull.",
    ),
    "rest_carries_on": (
        "-# 交換は <t:{until}:f> まで。残ったポイントは、同じ種類の次のガチャに引き継がれます。",
        "-# You can exchange until <t:{until}:f>. Points that are left carry over to the next "
        "banner of this kind.",
    ),
    "rest_carries": (
        "-# 残ったポイントは、同じ種類の次のガチャに引き継がれます。",
        "-# Points that are left carry over to the next banner of this kind.",
    ),
    "rest_stays": (
        "-# 残ったポイントは、ガチャの終了から 7 日を過ぎるまで使えます（終了日は未定です）。"
        "そのあとはかけらに変わります。",
        "-# Points that are left are good until 7 days after the banner’s end, of which no date is "
        "set; then they become shards.",
    ),
    "rest_until": (
        "-# 交換は <t:{until}:f> まで。そのあと、残ったポイントは 1 ポイントにつき"
        "かけら {shards:,} 個に変わります。",
        "-# You can exchange until <t:{until}:f>. After that, each point left becomes "
        "{shards:,} {shards:shard|shards}.",
    ),
    "choose": (
        "交換するカードを選択（{page}／{pages} ページ）",
        "Choose a card (page {page} of {pages})",
    ),
    "other": ("ほかのガチャのポイント", "Points of another banner"),
    "other_taken": ("すべて交換済み", "Nothing left to take"),
    "line": ("{has}", "{has}"),
    "line_price": (
        "{price:,} ポイント・{has}",
        "{price:,} {price:point|points}, {has}",
    ),
    "line_left": ("{line}・あと {left:,} 枚", "{line}, {left:,} more allowed"),
    "line_none_left": ("{line}・上限まで交換済み", "{line}, limit reached"),
    "left": (
        "交換できるのは、あと {left:,} 枚です。",
        "You can take {left:,} more {left:copy|copies}.",
    ),
    "none_left": (
        "このカードは、交換できる枚数をすべて交換済みです。",
        "You have taken as many copies of this card as a player can.",
    ),
    "all_taken_here": (
        "どのカードも、交換できる枚数をすべて交換済みです。",
        "You have taken as many copies of each card as a player can.",
    ),
    "all_taken": (
        "このカードは、交換できる枚数をすべて交換済みです。何も使っていません"
        "（いま {has:,} ポイント）。{/exchange} でほかのカードを選べます。",
        "You have taken as many copies of this card as a player can. Nothing was spent; you have "
        "{has:,} {has:point|points}. {/exchange} shows the other cards.",
    ),
    "owned": ("所持 {copies:,} 枚", "You own {copies:,}"),
    "not_owned": ("未所持", "Not owned"),
    "previous": ("前のページ", "Previous"),
    "next": ("次のページ", "Next"),
    "ask": ("{card} と交換しますか？", "Exchange points for {card}?"),
    "pays": (
        "{price:,} ポイントを使います（{has:,} → **{left:,}**）。",
        "This takes {price:,} {price:point|points}: {has:,} → **{left:,}**.",
    ),
    "too_few": (
        "{price:,} ポイント必要ですが、いまは {has:,} ポイントです。"
        "あと {short:,} 回引くと交換できます。何も使っていません。",
        "This takes {price:,} {price:point|points}, and you have {has:,}: "
        "{short:,} more {short:pull|pulls} to go. Nothing was spent.",
    ),
    "too_few_over": (
        "{price:,} ポイント必要ですが、いまは {has:,} ポイントです。"
        "いまは開催していないため、引いて増やすことはできません。何も使っていません。",
        "This takes {price:,} {price:point|points}, and you have {has:,}. The banner is no longer "
        "open to pull for more. Nothing was spent.",
    ),
    "has_already": (
        "すでに {copies:,} 枚持っているカードです。交換すると枚数が増えます。",
        "You already own {copies:,} of this card. An exchange adds a copy.",
    ),
    "has_none": ("まだ持っていないカードです。", "You do not own this card yet."),
    "gives_nothing": (
        "交換したカードからは、かけらもポイントももらえません。",
        "An exchanged card gives neither shards nor points.",
    ),
    "take": ("{price:,} ポイントで交換", "Exchange {price:,} {price:point|points}"),
    "back": ("ほかのカードを選択", "Choose another card"),
    "again": ("天井交換へ", "Back to the exchange"),
    "done": (
        "**{card}** を受け取りました（{price:,} ポイント使用、残り {left:,}）。",
        "**{card}** is yours for {price:,} {price:point|points}; {left:,} left.",
    ),
    "nowhere": (
        "いまポイントを交換できるガチャはありません。開催中のガチャは {/banners} で確認できます。\n"
        "サーバーの管理者は、{/admin banner list} でガチャを選び、"
        "「天井・交換」などのボタンで交換に必要なポイントを決めてから公開すると、交換を始められます。",
        "No banner takes exchange points right now. {/banners} shows what is open.\n"
        "If you manage this server: choose a banner in {/admin banner list}, say how many "
        "points a card takes (with “Pity, exchange” or the button in its place), and publish it.",
    ),
    "not_here": (
        "「{banner}」に天井交換はないか、期限を過ぎています。"
        "交換できるガチャは {/exchange} で確認できます。",
        "“{banner}” has no exchange, or its time is over. "
        "{/exchange} shows the banners that have one.",
    ),
    "not_offered": (
        "そのカードは「{banner}」の交換対象ではなくなりました。何も使っていません。"
        "{/exchange} で選び直してください。",
        "“{banner}” no longer offers that card for points. Nothing was spent. "
        "Choose again with {/exchange}.",
    ),
    "already_done": (
        "同じ交換は <t:{at}:R> に完了しています（受付番号 {done}）。今回は何も交換していません。"
        "もう 1 枚交換する場合は、{/exchange} をお使いください。",
        "The same exchange was made <t:{at}:R> (receipt number {done}). Nothing was exchanged this "
        "time. To exchange for one more, use {/exchange}.",
    ),
    "stale_offer": (
        "確認のあとにポイントか必要数が変わったため、今回は交換していません"
        "（いま {has:,} ポイント）。"
        "先に {/history} を確認してから、{/exchange} で選び直してください。",
        "Your points or the price have changed since you were asked, so nothing was exchanged this "
        "time. You have {has:,} {has:point|points}. Look in {/history} before you choose again "
        "with {/exchange}.",
    ),
    "history": (
        "天井交換：{card}（{banner}、-{paid:,} ポイント）",
        "Exchange: {card} ({banner}, -{paid:,} {paid:point|points})",
    ),
    "void": ("交換できませんでした（ポイントは減っていません）", "Failed exchange (nothing spent)"),
}

say: Final = speaking(SENTENCES)
