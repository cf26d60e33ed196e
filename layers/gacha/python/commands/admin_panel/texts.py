"""What `/gacha-admin panel` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import given_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "pledge": given_texts.SENTENCES["pledge"],
    "confirm": ("確認しました", "I confirm this"),
    "over": (
        "「{banner}」は終了しているため、パネルを出せません。"
        "開催中のガチャは {/banners} で確認できます。",
        "“{banner}” is over, so it cannot have a panel. {/banners} shows what is open.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。パネルが出なければ、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If no panel appears, please try again. "
        "Receipt number {receipt_number}",
    ),
    "starts": ("開始：<t:{starts}:R>（<t:{starts}:f>）", "Starts <t:{starts}:R> (<t:{starts}:f>)"),
    "ended": (
        "このガチャは終了しました。開催中のガチャは {/banners} で確認できます。",
        "This banner is over. {/banners} shows what is open.",
    ),
    "how": (
        "ボタンは誰でも押せます。押した人が自分の{currency}で引き、結果は本人だけに表示されます。",
        "Anybody can press. You pull with your own {currency}, and only you see the result.",
    ),
    "pull_1": ("1連", "Pull ×1"),
    "pull_10": ("10連", "Pull ×10"),
    "rates": ("提供割合", "Rates"),
}

say: Final = speaking(SENTENCES)
