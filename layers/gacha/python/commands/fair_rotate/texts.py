"""What `/gacha fair rotate` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "nothing_to_reveal": (
        "この期間ではまだ 1 回も引いていないため、公開するものがありません。"
        "{/pull} で引いたあとにお使いください。",
        "You have not pulled in this epoch yet, so there is nothing to reveal. Use {/pull} first.",
    ),
    "rotated": (
        "期間 {epoch} を閉じました（抽選 {draws:,} 回）。"
        "{/fair receipts} でシードと記録を受け取り、リポジトリの verify.html（スマートフォンでも"
        "使えます）か verify.py で確かめられます。手順は docs/fairness.ja.md にあります。\n"
        "今の期間のコミットメント：`{commitment}`\n次の期間のコミットメント：`{next}`\n"
        "この 2 つを控え、{/fair seed} で新しいクライアントシードを選んでから引いてください。",
        "Epoch {epoch} is closed ({draws:,} {draws:draw|draws}). {/fair receipts} gives you its "
        "seed and receipts. Check them with the repository’s verify.html, which a phone can open, "
        "or verify.py; docs/fairness.md says how.\n"
        "This epoch’s commitment: `{commitment}`\nThe next epoch’s commitment: `{next}`\n"
        "Keep both commitments, and choose a new client seed with {/fair seed} before you pull.",
    ),
    "line": ("期間 {epoch} の終了", "Epoch {epoch} closed"),
}

say: Final = speaking(SENTENCES)
