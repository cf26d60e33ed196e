"""What `/gacha banners` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("開催中のガチャ", "Open banners"),
    "nothing": ("現在開催中のガチャはありません。", "No banner is open right now."),
    "left": (
        "ほか {left:,} 件は、下の一覧から選べます。",
        "and {left:,} more, in the list below",
    ),
    "planned": ("**開催予定**", "**Coming up**"),
    "starts": ("{banner}：<t:{starts}:f> から", "{banner}: from <t:{starts}:f>"),
    "planned_left": ("ほか {left:,} 件", "and {left:,} more"),
    "choose": ("ほかのガチャ", "Choose another banner"),
    "rates": ("提供割合", "Rates"),
}

say: Final = speaking(SENTENCES)
