"""What `/gacha-admin card edit` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands import draft_texts
from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **draft_texts.SENTENCES,
    "title_form": ("カードを編集：{number} 番", "Edit card {number}"),
    "title_many": ("カードの画像：{name}", "Pictures of cards: {name}"),
    "kept_pictures": (
        "前に送った画像を使います。選び直すと置き換わります。",
        "The pictures that you sent are kept. Others take their place.",
    ),
    "no_card": (
        "この下書きに「{found}」というカードはありません。候補から選んでください。"
        "別の下書きのカードなら、「{/admin card edit:banner}」も選んでください。",
        "This draft has no card “{found}”. Please choose one of the list. For a card of another "
        "draft, give “{/admin card edit:banner}”, too.",
    ),
    "several_cards": (
        "「{found}」に当てはまるカードがいくつかあります（{cards}）。番号で選んでください。",
        "More than one card matches “{found}” ({cards}). Please give its number.",
    ),
    "edited_by": (
        "<@{by}> が下書き「{name}」のカードを編集（計 {cards:,} 枚、画像 {pictures:,} 枚）",
        "<@{by}> edited cards of the draft “{name}” ({cards:,} in all; "
        "{pictures:,} {pictures:picture|pictures})",
    ),
}

HINTS: Final[Mapping[str, Words]] = {
    "weight": (
        "例：1（2 なら 2 倍出やすい）。全体での確率なら 0.5% のように。"
        "空欄なら変えません。「なし」なら 1 に戻ります",
        "Like 2 (twice as often), or a rate of all pulls, like 0.5%. Empty: as it is; “none”: 1",
    ),
    "stock": (
        "例：10。空欄なら変えません。数量限定くじでは、0 枚のカードが最後の1枚賞になります。",
        "Like 10. Left empty: as it is. In limited stock, a card of 0 is the last-ticket prize.",
    ),
    "picture": ("PNG・JPEG・WebP・GIF", "PNG, JPEG, WebP or GIF"),
    "keeps": (
        "選ばなければ、今の画像のままです。",
        "Without a new one, its picture stays.",
    ),
    "cards": ("例：101（名前でもよい）", "For example 101, or a name"),
    "pictures": (
        "10 枚まで。カードと同じ順番・同じ数にしてください。",
        "Up to ten: as many as cards, in their order.",
    ),
}

say: Final = speaking(SENTENCES)
