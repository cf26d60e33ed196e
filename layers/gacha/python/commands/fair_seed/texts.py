"""What `/gacha fair seed` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "seed_chosen": (
        "クライアントシードを {client_seed} にしました。これからの抽選に使われます。",
        "Your client seed is now {client_seed}. Every later draw depends on it.",
    ),
    "line": ("クライアントシードの変更", "Client seed chosen"),
}

say: Final = speaking(SENTENCES)
