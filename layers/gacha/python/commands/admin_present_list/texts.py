"""What `/gacha-admin present list` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("受け取り期間中のプレゼント（{count:,}）", "Presents that can be taken ({count:,})"),
    "chosen": ("プレゼントの詳細", "A present in detail"),
    "taken_by_them": ("✅ 受け取り済み", "✅ Taken"),
    "empty": (
        "受け取り期間中のプレゼントはありません。{/admin present new} で作れます。",
        "There are none right now. Make one with {/admin present new}.",
    ),
    "entry": (
        "**{goods}**\n{message}\n{to}・<t:{ends}:f> まで\n-# 作成：<@{by}>",
        "**{goods}**\n{message}\n{to}, until <t:{ends}:f>\n-# Made by <@{by}>",
    ),
    "more": (
        "ほか {count:,} 件は、下の一覧から選べます。",
        "In the list below: {count:,} more.",
    ),
    "pick": ("詳細・取り下げ", "Look at one, or withdraw it"),
    "withdraw": ("取り下げ", "Withdraw it"),
    "back": ("一覧へ", "Back to the list"),
    "not_open": (
        "このプレゼントは、すでに終了しているか取り下げられています。"
        "{/admin present list} をもう一度お使いください。",
        "This present is over already, or was withdrawn. Please use {/admin present list} again.",
    ),
}

say: Final = speaking(SENTENCES)
