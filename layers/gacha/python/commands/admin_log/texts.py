"""What `/gacha-admin log` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("操作記録", "What admins did"),
    "empty": (
        "まだ記録はありません。設定の変更や{currency}の付与・回収がここに残ります。",
        "Nothing here yet. Changed settings and {currency} given or taken will be here.",
    ),
    "newer": ("新しい記録へ", "Newer"),
    "older": ("古い記録へ", "Older"),
}

say: Final = speaking(SENTENCES)
