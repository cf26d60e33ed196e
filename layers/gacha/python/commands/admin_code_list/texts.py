"""What `/gacha-admin code list` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("使用期間中のコード（{count:,}）", "Codes that can be used ({count:,})"),
    "chosen": ("コードの詳細", "A code in detail"),
    "empty": (
        "使用期間中のコードはありません。{/admin code new} で作れます。",
        "There are none right now. Make one with {/admin code new}.",
    ),
    "entry": (
        "**{note}**：{taken:,} / {most:,} 名が使用\n{goods}\n<t:{ends}:f> まで\n-# 作成：<@{by}>",
        "**{note}**: used by {taken:,} of {most:,}\n{goods}\nUntil <t:{ends}:f>\n"
        "-# Made by <@{by}>",
    ),
    "single_entry": (
        "**{note}**：1 人用コード {most:,} 個のうち {taken:,} 個が使用済み\n{goods}\n"
        "<t:{ends}:f> まで\n-# 作成：<@{by}>",
        "**{note}**: {taken:,} of {most:,} single codes are used\n{goods}\nUntil <t:{ends}:f>\n"
        "-# Made by <@{by}>",
    ),
    "more": (
        "ほか {count:,} 件は、下の一覧から選べます。",
        "In the list below: {count:,} more.",
    ),
    "pick": ("詳細・再表示・終了", "Look at one, see its codes, or end it"),
    "again": ("コードを表示", "Show the code"),
    "end": ("終了", "End it"),
    "back": ("一覧へ", "Back to the list"),
    "not_open": (
        "このコードは、すでに終了しています。{/admin code list} をもう一度お使いください。",
        "This code is over already. Please use {/admin code list} again.",
    ),
}

say: Final = speaking(SENTENCES)
