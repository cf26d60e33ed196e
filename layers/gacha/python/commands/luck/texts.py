"""What `/gacha luck` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("「{banner}」の引き運", "Your luck on {banner}"),
    "fewer": (
        "同じルールで同じ回数（{draws:,} 回）を引いた人が 100 人いたら、"
        "{rarity} があなたより少ない人は約 **{percent} 人** です"
        "（同じ枚数の人は半分だけ数えます）。",
        "If 100 players pulled as you did ({draws:,} {draws:pull|pulls} by the same rules), about "
        "**{percent}** would have drawn fewer cards of {rarity} than you. Of those with just as "
        "many, half are counted.",
    ),
    "too_early": (
        "運を判断するには、まだ早いようです。"
        "運は {least:,} 回から分かります（いま {draws:,} 回）。",
        "It is too early to speak of luck. It can be told from {least:,} {least:pull|pulls} on, "
        "and you have {draws:,}.",
    ),
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
        "履歴（新しい {rows:,} 件まで）に、このガチャの結果はありません。{/pull} で引けます。",
        "Your history (its latest {rows:,} {rows:entry|entries}) holds no pull on this banner. "
        "To pull, use {/pull}.",
    ),
    "limited": (
        "「{banner}」は数量限定のガチャで、だれが先に何を引いたかで結果が変わるため、"
        "引き運は出せません。箱の残りは {/rates} で見られます。",
        "“{banner}” is of limited stock: what comes depends on what others drew before, so no "
        "luck is told for it. What is left in the box: {/rates}.",
    ),
}

say: Final = speaking(SENTENCES)
