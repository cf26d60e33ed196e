"""What `/gacha help` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import hindrance_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **hindrance_texts.SENTENCES,
    "title": ("次にできること", "What you can do next"),
    "step_first": (
        "はじめに{currency}を {start:,} 持っています。まずは {/pull} で引いてみてください。",
        "Draw your first cards with {/pull}. You begin with {start:coins}.",
    ),
    "step_pull": (
        "{/pull} で、いまの{currency}なら {pulls:,} 回引けます。",
        "Use {/pull}: what you have is enough for {pulls:,} {pulls:pull|pulls}.",
    ),
    "step_tickets": (
        "{/pull} で引けます。チケットが {tickets:,} 枚あり、{currency}より先に使われます"
        "（まとめて引くときは、回数分そろっていれば）。",
        "Use {/pull}: you have {tickets:,} {tickets:ticket|tickets}, spent before {currency} "
        "(on a multi-pull, if there are enough for all of it).",
    ),
    "step_free": (
        "{/pull} で、いま無料で引けます。",
        "Use {/pull}: right now it is free.",
    ),
    "step_free_of": (
        "{/pull} で「{banner}」を選ぶと、いま無料で引けます。",
        "Use {/pull} and choose {banner}: right now it is free.",
    ),
    "step_pull_of": (
        "{/pull} で「{banner}」を選ぶと、いまの{currency}なら {pulls:,} 回引けます。",
        "Use {/pull} and choose {banner}: what you have is enough for {pulls:,} "
        "{pulls:pull|pulls}.",
    ),
    "step_tickets_of": (
        "{/pull} で「{banner}」を選ぶと引けます。"
        "チケットが {tickets:,} 枚あり、{currency}より先に使われます"
        "（まとめて引くときは、回数分そろっていれば）。",
        "Use {/pull} and choose {banner}: you have {tickets:,} {tickets:ticket|tickets}, "
        "spent before {currency} (on a multi-pull, if there are enough for all of it).",
    ),
    "step_none_open": (
        "いま開催中のガチャはありません。予定は {/banners} で確認できます。",
        "No banner is open right now. {/banners} shows what comes next.",
    ),
    "step_presents": (
        "{/presents} で、届いているプレゼント {count:,} 件を受け取れます。",
        "Take {count:,} {count:present|presents} that {count:waits|wait} for you: {/presents}.",
    ),
    "step_day": (
        "{/daily} で今日の分を受け取れます。続けると連続ボーナスが付きます。",
        "Collect today’s {/daily}: days in a row bring bonuses.",
    ),
    "step_wait": (
        "次の {/daily} は <t:{next}:R> に受け取れます。",
        "Your next {/daily} can be collected <t:{next}:R>.",
    ),
    "step_cards": (
        "集めたカードは {/collection} で、ほしいカードは {/wishlist} で見られます。",
        "Look at your cards with {/collection}, and wish for more with {/wishlist}.",
    ),
    "step_look": (
        "それまでも、カードは {/collection} で、提供割合は {/rates} で見られます。",
        "Meanwhile you can look at cards with {/collection}, and at the odds with {/rates}.",
    ),
    "step_now": (
        "迷ったら {/now} をお使いください。受け取れるものと引ける回数が、ボタンつきで分かります。",
        "Not sure what to do? {/now} shows all that you can do, with buttons.",
    ),
    "now": ("いまできること", "What I can do now"),
    "take": ("デイリー受け取り", "Collect the daily"),
    "commands": (
        "入力欄に「/」と入力すると、使えるコマンドがすべて表示されます。",
        "Type / where you write messages to see every command that you can use.",
    ),
    "manages_none": (
        "🛠️ サーバーの管理者の方へ：このサーバーだけのガチャは {/admin banner new} で作れます。"
        "通貨の名前や配布などは {/admin settings} で決められます。",
        "🛠️ You manage this server: make a banner of its own with {/admin banner new}. "
        "{/admin settings} has the currency’s name, what members are given, and more.",
    ),
    "manages_own": (
        "🛠️ サーバーの管理者の方へ：ガチャの編集と公開は {/admin banner list}、"
        "新しいガチャは {/admin banner new}、設定は {/admin settings} です。",
        "🛠️ You manage this server: {/admin banner list} edits and publishes its banners, "
        "{/admin banner new} makes another, and {/admin settings} has the rest.",
    ),
    "price": (
        "「{banner}」の値段：{prices}",
        "Price on {banner}: {prices}",
    ),
    "start": (
        "はじめは{currency}を {start:,} 持っています。",
        "You begin with {start:coins}.",
    ),
    "rules": (
        "{currency}は {/daily} や、サーバーの管理者からのプレゼントで増えます。"
        "購入や換金はできません。\n"
        "-# 続けて使えるコマンドは 40 回（引く・受け取るなどは 20 回まで）で、"
        "そのあとは 90 秒に 1 回です。"
        "保存されているデータは {/privacy show} で確認・削除できます。",
        "{/daily} and the server’s admins give you more. There is no buying {currency}, and no "
        "cashing out.\n"
        "-# You can use 40 commands in a row (20 of which may change something), then one "
        "every 90 seconds. {/privacy show} says what is kept about you, and deletes it.",
    ),
    "outside": (
        "ここで使えるのは {/help} と {/privacy show} です。"
        "ほかのコマンドは、サーバー内でお使いください。",
        "Only {/help} and {/privacy show} work here. Use the other commands in a server.",
    ),
}

say: Final = speaking(SENTENCES)
