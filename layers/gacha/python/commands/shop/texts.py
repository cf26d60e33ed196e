"""What `/gacha shop` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "book": ("図鑑", "Collection"),
    "now": ("いまできること", "What I can do now"),
    "title": ("ショップ", "Shop"),
    "has": ("かけら：**{has:,}** 個", "Shards: **{has:,}**"),
    "about": (
        "-# かけらは、すでに持っているカードが出るともらえます。",
        "-# You get shards when you draw a card that you already own.",
    ),
    "choose": (
        "買うカードを選択（{page}／{pages} ページ）",
        "Choose a card (page {page} of {pages})",
    ),
    "other": ("ほかのガチャのカード", "Cards of another banner"),
    "line": ("かけら {price:,} 個・{has}", "{price:,} {price:shard|shards}, {has}"),
    "owned": ("所持 {copies:,} 枚", "you own {copies:,}"),
    "not_owned": ("未所持", "not owned"),
    "previous": ("前のページ", "Previous"),
    "next": ("次のページ", "Next"),
    "ask": ("{card} を買いますか？", "Buy {card}?"),
    "pays": (
        "かけらを {price:,} 個使います（{has:,} → **{left:,}**）。",
        "This takes {price:,} {price:shard|shards}: {has:,} → **{left:,}**.",
    ),
    "too_few": (
        "かけらが {price:,} 個必要ですが、いまは {has:,} 個です。あと {short:,} 個足りません。"
        "何も使っていません。",
        "This takes {price:,} {price:shard|shards}, and you have {has:,}: {short:,} short. "
        "Nothing was spent.",
    ),
    "has_already": (
        "すでに {copies:,} 枚持っているカードです。買うと枚数が増えます。",
        "You already own {copies:,} of this card. Buying it adds a copy.",
    ),
    "has_none": ("まだ持っていないカードです。", "You do not own this card yet."),
    "gives_nothing": (
        "買ったカードからは、かけらもポイントももらえません。",
        "A bought card gives neither shards nor points.",
    ),
    "take": ("かけら {price:,} 個で購入", "Buy for {price:,} {price:shard|shards}"),
    "back": ("ほかのカードを選択", "Choose another card"),
    "again": ("ショップへ", "Back to the shop"),
    "done": (
        "**{card}** を買いました（かけら {price:,} 個使用、残り {left:,} 個）。",
        "**{card}** is yours for {price:,} {price:shard|shards}; {left:,} left.",
    ),
    "nowhere": (
        "現在開催中のガチャはありません。予定は {/banners} で確認できます。",
        "No banner is open right now. {/banners} shows what comes next.",
    ),
    "not_here": (
        "「{banner}」は現在開催していないため、カードを買えません。"
        "いま買えるカードは {/shop} で確認できます。",
        "“{banner}” is not open, so its cards cannot be bought. "
        "{/shop} shows those that you can buy.",
    ),
    "limited": (
        "「{banner}」は数量限定のため、カードをかけらで買うことはできません。"
        "開催中のほかのガチャは {/banners} で確認できます。",
        "“{banner}” is of limited stock, so its cards cannot be bought for shards. "
        "{/banners} shows what else is open.",
    ),
    "not_offered": (
        "そのカードは「{banner}」からなくなりました。何も使っていません。"
        "{/shop} で選び直してください。",
        "“{banner}” no longer has that card. Nothing was spent. Choose again with {/shop}.",
    ),
    "already_done": (
        "同じ購入は <t:{at}:R> に完了しています（受付番号 {done}）。今回は何も買っていません。"
        "もう 1 枚買う場合は、{/shop} をお使いください。",
        "The same purchase was made <t:{at}:R> (receipt number {done}). Nothing was bought this "
        "time. To buy one more, use {/shop}.",
    ),
    "stale_offer": (
        "確認のあとにかけらの数か値段が変わったため、今回は買っていません（いま {has:,} 個）。"
        "先に {/history} を確認してから、{/shop} で選び直してください。",
        "Your shards or the price have changed since you were asked, so nothing was bought this "
        "time. You have {has:,} {has:shard|shards}. Look in {/history} before you choose again "
        "with {/shop}.",
    ),
    "history": (
        "ショップ：{card}（{banner}、かけら -{paid:,} 個）",
        "Shop: {card} ({banner}, -{paid:,} {paid:shard|shards})",
    ),
    "void": ("買えませんでした（かけらは減っていません）", "Failed purchase (nothing spent)"),
}

say: Final = speaking(SENTENCES)
