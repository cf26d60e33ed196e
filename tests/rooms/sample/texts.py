"""What `/gacha sample` says."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("見本", "Sample"),
    "not_allowed": ("イベントの管理", "Manage Events"),
    "perhaps_started": ("見本 {receipt_number}", "Sample {receipt_number}"),
}

say: Final = speaking(SENTENCES)
