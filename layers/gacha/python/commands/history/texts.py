"""What `/gacha history` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("履歴", "Your history"),
    "empty": (
        "まだ履歴がありません。{/pull} で引けます。",
        "Nothing here yet. To pull, use {/pull}.",
    ),
    "none": (
        "当てはまる結果はありません。すべての履歴は {/history} で確認できます。",
        "No pull fits. {/history} shows everything.",
    ),
    "none_older": (
        "このあたりの履歴に、当てはまる結果はありません。古い履歴も確認できます。",
        "No pull fits among these. There are older ones.",
    ),
    "newer": ("新しい履歴へ", "Newer"),
    "older": ("古い履歴へ", "Older"),
}

say: Final = speaking(SENTENCES)
