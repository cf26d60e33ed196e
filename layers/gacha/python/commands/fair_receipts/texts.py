"""What `/gacha fair receipts` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "no_closed_epoch": (
        "最近閉じた 50 期間の中に、その期間はありません。"
        "今の期間は {/fair rotate} で閉じられます。",
        "That epoch is not one of the last 50 that you closed. "
        "{/fair rotate} closes the current one.",
    ),
    "no_receipts": (
        "期間 {epoch} の記録はありません。ほかの期間は「{/fair receipts:epoch}」で指定できます。",
        "Epoch {epoch} has no receipts. Choose another one as “{/fair receipts:epoch}”.",
    ),
    "no_such_part": (
        "期間 {epoch} に、部 {part} の記録はありません。"
        "「{/fair receipts:part}」を省くと、最初の記録から受け取れます。",
        "Epoch {epoch} has no receipts at part {part}. "
        "Leave “{/fair receipts:part}” out to begin with the first ones.",
    ),
    "receipts": (
        "期間 {epoch} の記録 {pulls:,} 件です。"
        "リポジトリの verify.html か `python verify.py` で確かめられます。"
        "手順は docs/fairness.ja.md にあります。",
        "{pulls:,} {pulls:receipt|receipts} of epoch {epoch}. "
        "Check {pulls:it|them} with the repository’s verify.html or `python verify.py`; "
        "docs/fairness.md says how.",
    ),
    "more_parts": (
        "続きは、「{/fair receipts:part}」を {next} にして受け取れます。",
        "There are more. For those, set “{/fair receipts:part}” to {next}.",
    ),
}

say: Final = speaking(SENTENCES)
