"""What `/gacha lock` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("ロックしたカード", "Locked cards"),
    "empty": (
        "ロックしたカードはありません。"
        "{/lock} に、カードの番号か名前の一部を付けてロックできます。",
        "Nothing is locked. Use {/lock} with a card’s number or a part of its name.",
    ),
    "how": (
        "ロック中のカードは、管理者による回収も含めて、何にも使われません。",
        "Nothing spends a locked card; an admin cannot take it back either.",
    ),
    "copies": ("所持 {copies:,} 枚", "you own {copies:,}"),
    "more": ("ほか {count:,} 種類", "and {count:,} more {count:card|cards}"),
    "open": ("ロックを外すカードを選択", "Choose one to unlock"),
    "locked": (
        "No. {number} {name} をロックしました。{/lock} でもう一度指定すると外せます。",
        "No. {number} {name} is locked. Name it again with {/lock} to unlock it.",
    ),
    "opened": (
        "No. {number} {name} のロックを外しました。",
        "No. {number} {name} is no longer locked.",
    ),
    "not_owned": (
        "No. {number} {name} は持っていないため、ロックできません。"
        "持っているカードは {/collection} で確認できます。",
        "You do not own No. {number} {name}, so it cannot be locked. "
        "{/collection} shows what you own.",
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
    "line_lock": ("ロック：No. {number} {name}", "Locked: No. {number} {name}"),
    "line_open": ("ロック解除：No. {number} {name}", "Unlocked: No. {number} {name}"),
}

say: Final = speaking(SENTENCES)
