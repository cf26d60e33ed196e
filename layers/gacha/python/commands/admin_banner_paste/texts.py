"""What `/gacha-admin banner paste` says."""

from __future__ import annotations

from typing import Final

from commands import draft_texts
from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **draft_texts.SENTENCES,
    "title_form": ("行を貼り付け：{name}", "Paste rows: {name}"),
    "edited_by": (
        "<@{by}> が下書き「{name}」に行を貼り付け（計 {cards:,} 枚）",
        "<@{by}> pasted rows into the draft “{name}” (now {cards:,})",
    ),
}

HINT: Final[Words] = (
    "見出しの行から。見出しがなければ、名前・レアリティ・重み（または確率）の順に読みます。",
    "With the headings. Without any they are read as name, rarity, weight or rate.",
)

say: Final = speaking(SENTENCES)
