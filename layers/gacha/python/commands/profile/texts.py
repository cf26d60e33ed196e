"""What `/gacha profile` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("プロフィール", "Your profile"),
    "balance": ("所持通貨", "Balance"),
    "coins": ("{balance:coins}", "{balance:coins}"),
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
