"""What `/gacha help` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("ガチャの使い方", "How the gacha works"),
    "admins": (
        "サーバー管理者用（「サーバー管理」の権限が必要）",
        "For admins, who need the Manage Server permission",
    ),
    "price": (
        "「{banner}」を引くには、{currency}が 1 回で {one:,}、10 連で {ten:,} 必要です。",
        "On {banner}, one pull costs {one:coins} and ten cost {ten:,}.",
    ),
    "rules": (
        "はじめから{currency}を {start:,} 持っています。"
        "{/daily} で毎日受け取れるほか、サーバーの管理者も渡せます。"
        "{currency}の購入や換金はできません。"
        "コマンドは続けて 20 回まで、そのあとは 90 秒に 1 回ずつ使えます。",
        "You start with {start:coins}. {/daily} gives you more every day, and so can the admins. "
        "There is no buying {currency}, and no cashing out. "
        "You can use 20 commands in a row, and then one every 90 seconds.",
    ),
    "outside": (
        "ここで使えるのは {/help} だけです。ほかのコマンドは、サーバー内でお使いください。",
        "Only {/help} works here. Use the other commands in a server.",
    ),
}

say: Final = speaking(SENTENCES)
