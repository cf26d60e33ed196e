"""What `/gacha privacy export` says, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands.command import Words
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
        "events.csv  履歴の表です。時刻は UTC、増減は符号つきです。受付番号の前の # は、"
        "表計算ソフトが桁を丸めないためのもので、番号には含まれません。"
        "カードの名前は、いまのガチャのファイルに残っているものだけです。\n"
        "cards.csv   持っているカードと、ロック・ほしいものの印です。\n"
        "data.json   すべての項目です。\n"
        "  player      今の状態（残高・天井の回数・設定など）\n"
        "  events      履歴のすべて。receipt は抽選の記録です。検証できる形のファイルは、"
        "期間を閉じてから {/fair receipts} で受け取れます。\n"
        "  server_log  サーバーの記録のうち、あなたがしたこと\n"
        "  settings    しばらくの間だけ残るもの（コードの入力回数など）と、"
        "あなただけに届いているプレゼント\n\n"
        "ほかの人の ID は消してあります（an admin は管理者、a member はほかのメンバー）。\n",
        "This is what this server’s gacha keeps about you.\n\n"
        "events.csv  your history as a table; times are UTC, amounts are signed. The # before a "
        "receipt number keeps spreadsheets from rounding it and is no part of it. Cards have "
        "names as far as files of banners still say them.\n"
        "cards.csv   the cards that you own, and what you locked or wish for\n"
        "data.json   every detail\n"
        "  player      how you stand now: balance, pity, settings\n"
        "  events      all of your history; “receipt” is a draw’s receipt. For files that can be "
        "checked, close your epoch and use {/fair receipts}.\n"
        "  server_log  what you did, of the server’s own log\n"
        "  settings    what is kept for a while only, such as codes that you tried, and presents "
        "that wait for you alone\n\n"
        "Ids of other people are taken out (“an admin”, “a member”).\n",
    ),
}

say: Final = speaking(SENTENCES)

KINDS: Final[Mapping[str, Words]] = {
    "opening": ("はじめの残高", "opening balance"),
    "pull": ("ガチャ", "pull"),
    "ticket": ("共通ボックス", "shared box"),
    "reveal": ("ボックスの公開", "box opened to all"),
    "seed": ("クライアントシードの変更", "client seed chosen"),
    "rotate": ("期間の終了", "epoch closed"),
    "lapse": ("期間の自動終了", "epoch closed automatically"),
    "grant": ("管理者からの付与", "grant"),
    "take": ("管理者による回収", "taken back"),
    "daily": ("デイリー", "daily"),
    "wish": ("ほしいもの", "wish"),
    "preferences": ("個人設定", "settings"),
    "post": ("結果を全員に表示", "result shown to all"),
    "exchange": ("交換", "exchange"),
    "shop": ("かけらで購入", "bought for shards"),
    "lock": ("カードのロック", "lock"),
    "box": ("ボックスの入れ替え", "box filled again"),
    "present": ("プレゼント", "present"),
    "code": ("コード", "code"),
    "leave": ("データ削除の申し込み", "deletion asked for"),
    "stay": ("データ削除の取り消し", "deletion undone"),
    "void": ("無効（通貨は引かれない）", "void, nothing charged"),
}
"""What an event is called in the table of them."""

COLUMNS: Final[Mapping[str, Words]] = {
    "time": ("時刻（UTC）", "time (UTC)"),
    "receipt_number": ("受付番号", "receipt number"),
    "kind": ("種類", "kind"),
    "banner": ("ガチャ ID", "banner id"),
    "banner_name": ("ガチャ", "banner"),
    "count": ("回数", "count"),
    "coins": ("通貨の増減", "coins"),
    "balance": ("残高", "balance"),
    "shards": ("かけらの増減", "shards"),
    "tickets": ("チケットの増減", "tickets"),
    "cards": ("カード ID", "card ids"),
    "card_names": ("カード", "cards"),
    "card": ("カード ID", "card id"),
    "card_name": ("カード", "card"),
    "copies": ("枚数", "copies"),
    "locked": ("ロック", "locked"),
    "wished": ("ほしいもの", "wished for"),
}
"""The headings of the tables."""
