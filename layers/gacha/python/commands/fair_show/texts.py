"""What `/gacha fair show` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("抽選の検証", "Checking your draws"),
    "epoch": ("今の期間", "This epoch"),
    "epoch_value": (
        "{epoch}（抽選 {nonce:,} 回）",
        "{epoch} ({nonce:,} {nonce:draw|draws})",
    ),
    "commitment": (
        "コミットメント（サーバーシードの SHA-256）",
        "Commitment (the server seed’s SHA-256)",
    ),
    "next": ("次の期間のコミットメント", "The next epoch’s commitment"),
    "client_seed": ("クライアントシード", "Your client seed"),
    "last": ("最後の記録のハッシュ", "Your last receipt’s hash"),
    "versions": ("開催中のガチャの版", "Versions of the open banners"),
    "versions_why": (
        "控えておくと、引いたときの版と同じかを、記録の検証で確かめられます。",
        "Note them: the check of your receipts says which version each pull was drawn from.",
    ),
    "versions_left": ("ほか {left} 件", "and {left} more"),
    "none": ("まだありません", "none yet"),
}

say: Final = speaking(SENTENCES)
