"""Why nothing can be done now, as it is said before anybody tried: by whoever shows what there is
to do. Who tried is told that nothing was charged, too (`commands.sentences`)."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences

SENTENCES: Final[Sentences] = {
    "paused": (
        "⏸️ {reason}\n"
        "（このサーバーのガチャはお休みです。再開まで、引く・受け取る・交換はできません。）",
        "⏸️ {reason}\n(The gacha is paused in this server. Until it is back, nothing can be pulled, "
        "collected or exchanged.)",
    ),
    "server_leaving": (
        "🧹 このサーバーのガチャのデータは、<t:{at}:f> に消去される予定です。"
        "それまで、引く・受け取る・交換はできません。",
        "🧹 All gacha data of this server will be erased on <t:{at}:f>. Until then, nothing can be "
        "pulled, collected or exchanged.",
    ),
    "young_account": (
        "⏳ このサーバーのガチャは、Discord アカウントを作ってから {days:,} 日以上たった人が"
        "対象です。"
        "<t:{from}:f>（<t:{from}:R>）から参加できます。",
        "⏳ In this server the gacha is for accounts that are at least {days:,} "
        "{days:day|days} old. You can play from <t:{from}:f> (<t:{from}:R>).",
    ),
    "young_member": (
        "⏳ このサーバーのガチャは、サーバーに参加してから {days:,} 日以上たった人が対象です。"
        "<t:{from}:f>（<t:{from}:R>）から参加できます。",
        "⏳ In this server the gacha is for those who joined at least {days:,} "
        "{days:day|days} ago. You can play from <t:{from}:f> (<t:{from}:R>).",
    ),
}
