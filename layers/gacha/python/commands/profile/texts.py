"""What `/gacha profile` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("プロフィール", "Your profile"),
    "balance": ("所持通貨", "Balance"),
    "coins": ("{balance:coins}", "{balance:coins}"),
    "title_of": ("プロフィール", "Profile"),
    "shards": ("かけら {shards:,}", "{shards:,} {shards:shard|shards}"),
    "tickets": (
        "チケット {count:,} 枚（<t:{ends}:f> まで）",
        "{count:,} {count:ticket|tickets}, until <t:{ends}:f>",
    ),
    "tickets_for": (
        "「{banner}」のチケット {count:,} 枚（<t:{ends}:f> まで）",
        "{count:,} {count:ticket|tickets} for {banner}, until <t:{ends}:f>",
    ),
    "tickets_closed": (
        "「{banner}」のチケット {count:,} 枚（開催していないため、いまは使えません）",
        "{count:,} {count:ticket|tickets} for {banner}, which is not open right now",
    ),
    "lots_left": ("ほか {left:,} 件", "and {left:,} more"),
    "best": ("いちばんのカード", "Best card"),
    "luck_with": ("運（{banner}）", "Luck ({banner})"),
    "luck": (
        "同じルールで同じ回数（{draws:,} 回）を引く人が 100 人いたら、"
        "{rarity} がこれより少ない人は約 **{percent} 人** です"
        "（同じ枚数の人は半分だけ数えます）。",
        "Of 100 players who pull just as often ({draws:,} {draws:time|times}) by the same rules, "
        "about **{percent}** would have fewer cards of {rarity}. Of those with just as many, half "
        "are counted.",
    ),
    "luck_early": (
        "運を判断するには、まだ早いようです。{least:,} 回から表示します（いま {draws:,} 回）。",
        "It is too early to speak of luck. It is shown from {least:,} {least:pull|pulls} on (so "
        "far: {draws:,}).",
    ),
    "copies": ("合計 {copies:,} 枚", "{copies:,} {copies:copy|copies} in all"),
    "to_collection": ("図鑑", "Collection"),
    "to_luck": ("運の詳細", "More on luck"),
    "to_a_bot": (
        "ボットはプレイヤーではありません。「{/profile:member}」には人を選んでください。",
        "A bot is no player. Please choose a person as “{/profile:member}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/profile:member}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server. "
        "Please choose a member of the server as “{/profile:member}”.",
    ),
    "closed_book": (
        "<@{user}> はプロフィールを公開していません。自分のものは {/profile} で見られます。",
        "<@{user}> keeps their profile to themselves. {/profile} shows yours.",
    ),
    "collection": ("集めたカード", "Cards you have"),
    "cards": (
        "{owned:,}／{total:,} 種類",
        "{owned:,} of {total:,} {total:card|cards}",
    ),
    "closed": ("{banner}（現在引けません）", "{banner} (not open)"),
    "more": (
        "ほか {count:,} 件のガチャがあります。",
        "and {count:,} more {count:banner|banners}",
    ),
}

say: Final = speaking(SENTENCES)
