"""What `/gacha luck` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("「{banner}」での運", "Your luck on {banner}"),
    "compared": (
        "**{got:,} 枚**（期待値 {expected} 枚）",
        "**{got:,}** (expected: {expected})",
    ),
    "how": (
        "引いた {draws:,} 枚の内訳です。期待値は、1 枚ごとの引いたときの確率"
        "（天井や確定も含む）を合計したものです。",
        "Counted over the {draws:,} {draws:card|cards} that you drew. The expected number adds up "
        "the rates that each draw had, pity and guarantees included.",
    ),
    "latest": (
        "履歴の新しい {rows:,} 件だけを数えています。",
        "Only your history’s latest {rows:,} {rows:entry is|entries are} counted.",
    ),
    "nothing": (
        "履歴の新しい {rows:,} 件の中に、このガチャの結果はありません。{/pull} で引けます。",
        "The latest {rows:,} {rows:entry|entries} of your history hold no pull on this banner. "
        "To pull, use {/pull}.",
    ),
}

say: Final = speaking(SENTENCES)
