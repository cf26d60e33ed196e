"""What `/gacha-admin player` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "to_a_bot": (
        "ボットはプレイヤーではありません。「{/admin player:user}」には人を選んでください。",
        "A bot is no player. Please choose a person as “{/admin player:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/admin player:user}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server. "
        "Please choose a member of the server as “{/admin player:user}”.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。表示されなければ、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If nothing appears, please try again. "
        "Receipt number {receipt_number}",
    ),
    "head": ("<@{user}> の画面", "What <@{user}> sees"),
    "newer": ("新しい履歴へ", "Newer"),
    "older": ("古い履歴へ", "Older"),
}

say: Final = speaking(SENTENCES)
