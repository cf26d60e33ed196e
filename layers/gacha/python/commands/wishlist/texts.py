"""What `/gacha wishlist` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("ほしいもの", "Your wishlist"),
    "count": ("{count:,}／{most:,} 種類", "{count:,} of {most:,} {most:card|cards}"),
    "empty": (
        "まだ登録していません。{/wishlist} に、カードの番号か名前の一部を付けて登録できます。",
        "Nothing yet. Use {/wishlist} with a card’s number or a part of its name.",
    ),
    "how": (
        "結果と図鑑に 💫 が付きます。引く確率は変わらず、お知らせも届きません。",
        "Wishes are marked 💫 in results and in your collection. Odds stay as they are, and nobody "
        "is notified.",
    ),
    "also": ("{names} も希望", "Also wished for by {names}"),
    "also_more": (
        "{names} ほか {more:,} 人も希望",
        "Also wished for by {names} and {more:,} {more:other|others}",
    ),
    "and": ("、", ", "),
    "listed": (
        "同じカードがほしい人には、あなたの名前も表示されます（登録から 90 日間）。"
        "「設定」でいつでもやめられます。",
        "Whoever wishes for the same card sees your name, for 90 days from each wish. You can stop "
        "that at any time under “Settings”.",
    ),
    "private": (
        "あなたの名前は誰にも表示されません。「設定」で、同じカードがほしい人に見せることもできます。",
        "Nobody sees your name. Under “Settings” you can let those see it who wish for the same "
        "card.",
    ),
    "settings": ("設定", "Settings"),
    "owned": ("所持 {copies:,} 枚", "you own {copies:,}"),
    "missing": ("まだ持っていません", "not yet yours"),
    "closed": ("開催中のガチャにはありません", "in no open banner"),
    "drop": ("外すカードを選択", "Choose one to take off"),
    "added": (
        "No. {number} {name} を「ほしいもの」に登録しました。結果と図鑑に 💫 が付きます。",
        "No. {number} {name} is on your wishlist now, and marked 💫 in results and in your "
        "collection.",
    ),
    "dropped": (
        "No. {number} {name} を「ほしいもの」から外しました。",
        "No. {number} {name} is off your wishlist.",
    ),
    "full": (
        "「ほしいもの」は {most:,} 種類までです。{/wishlist} でどれかを外してからお試しください。",
        "Your wishlist holds up to {most:,} {most:card|cards}. Take one off first: {/wishlist}.",
    ),
    "no_card": (
        "「{name}」に当てはまるカードはありません。カードの一覧は {/collection} で確認できます。",
        "No card matches “{name}”. {/collection} lists every card.",
    ),
    "several": (
        "「{name}」に当てはまるカードは {found:,} 種類あります。番号でお試しください。"
        "番号は {/collection} で確認できます。",
        "{found:,} {found:card matches|cards match} “{name}”. Please use the number, which "
        "{/collection} shows.",
    ),
    "line_add": ("ほしいものに登録：No. {number} {name}", "Wished for: No. {number} {name}"),
    "line_drop": (
        "ほしいものから外した：No. {number} {name}",
        "No longer wished for: No. {number} {name}",
    ),
}

say: Final = speaking(SENTENCES)
