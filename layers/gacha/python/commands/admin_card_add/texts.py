"""What `/gacha-admin card add` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands import draft_texts
from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **draft_texts.SENTENCES,
    "title_form": ("カードを追加：{name}", "Add cards: {name}"),
    "kept_pictures": (
        "前に送った画像を使います。選び直すと置き換わります。",
        "The pictures that you sent are kept. Others take their place.",
    ),
    "edited_by": (
        "<@{by}> が下書き「{name}」にカードを追加（計 {cards:,} 枚、画像 {pictures:,} 枚）",
        "<@{by}> added cards to the draft “{name}” (now {cards:,}; "
        "{pictures:,} {pictures:picture|pictures})",
    ),
}

HINTS: Final[Mapping[str, Words]] = {
    "weight": (
        "例：1（2 なら 2 倍出やすい）。全体での確率なら 0.5% のように。空欄なら 1",
        "Like 1 (2 comes twice as often), or its rate of all pulls, like 0.5%. Left empty: 1",
    ),
    "stock": (
        "例：10。空欄なら 1。数量限定くじでは、0 枚のカードが最後の1枚賞になります。",
        "Like 10. Left empty: 1. In limited stock, a card of 0 is the last-ticket prize.",
    ),
    "picture": (
        "PNG・JPEG・WebP・GIF。あとからでも付けられます。",
        "PNG, JPEG, WebP or GIF, now or later.",
    ),
    "cards": (
        "例：リリィ, SSR",
        "For example: Lily, SSR",
    ),
    "cards_of_copies": (
        "例：金メダル, A賞, 10（最後は箱に入れる枚数。書かなければ 1）",
        "For example: Gold medal, A, 10. The number is its copies in the box; without one, 1",
    ),
    "cards_rate-up": (
        "例：リリィ, SSR, ○（○ はピックアップ。付けなければ「, SSR」まで）",
        "For example: Lily, SSR, featured. Without the last word, it is not featured",
    ),
    "pictures": (
        "10 枚まで。カードと同じ順番・同じ数にしてください。なくても構いません。",
        "Up to ten: as many as cards, in their order. Or none.",
    ),
}

say: Final = speaking(SENTENCES)
