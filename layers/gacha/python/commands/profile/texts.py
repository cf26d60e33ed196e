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
    "copies": ("合計 {copies:,} 枚", "{copies:,} {copies:copy|copies} in all"),
    "to_collection": ("図鑑", "Collection"),
    "to_luck": ("運", "Luck"),
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
