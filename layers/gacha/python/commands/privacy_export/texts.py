"""What `/gacha privacy export` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "nothing": (
        "このサーバーに、あなたのデータはありません。",
        "Nothing of yours is kept in this server.",
    ),
    "file": (
        "あなたのデータです（ファイル {part}、履歴 {events:,} 件）。",
        "Your data: file {part}, with {events:,} {events:entry|entries} of your history.",
    ),
    "inside": (
        "表計算ソフトで開ける表（CSV）と、すべての項目が入った data.json が入っています。"
        "ほかの人の情報は含まれません。",
        "It holds tables for a spreadsheet (CSV), and data.json with every detail. "
        "Nothing in it is about other people.",
    ),
    "all": ("これで全部です。", "That is all of it."),
    "more": ("続きがあります。", "There is more."),
    "next": ("続きのファイル", "Get the next file"),
    "readme": (
        "このサーバーのガチャが保存している、あなたのデータです。\n\n"
        "events.csv  履歴の表です。時刻は UTC、増減は符号つきです。\n"
        "cards.csv   持っているカードと、ロック・ほしいものの印です。\n"
        "data.json   すべての項目です。\n"
        "  player      今の状態（残高・天井の回数・設定など）\n"
        "  events      履歴のすべて。receipt は抽選の記録です。検証できる形のファイルは、"
        "期間を閉じてから {/fair receipts} で受け取れます。\n"
        "  server_log  サーバーの記録のうち、あなたがしたこと\n"
        "  settings    しばらくの間だけ残るもの（コードの入力回数など）\n\n"
        "ほかの人の ID は消してあります（an admin は管理者、a member はほかのメンバー）。\n",
        "This is what this server’s gacha keeps about you.\n\n"
        "events.csv  your history as a table; times are UTC, amounts are signed\n"
        "cards.csv   the cards that you own, and what you locked or wish for\n"
        "data.json   every detail\n"
        "  player      how you stand now: balance, pity, settings\n"
        "  events      all of your history; “receipt” is a draw’s receipt. For files that can be "
        "checked, close your epoch and use {/fair receipts}.\n"
        "  server_log  what you did, of the server’s own log\n"
        "  settings    what is kept for a while only, such as codes that you tried\n\n"
        "Ids of other people are taken out (“an admin”, “a member”).\n",
    ),
}

say: Final = speaking(SENTENCES)
