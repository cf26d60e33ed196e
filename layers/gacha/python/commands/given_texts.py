"""What the commands that make presents and codes both say, and a panel before the first."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences

SENTENCES: Final[Sentences] = {
    "pledge": (
        "**確認のお願い（このサーバーで一度だけ）**\n"
        "・{currency}、チケット、コード、それらがもらえるロールを販売しません。\n"
        "・現金、金券など、現実の価値がある賞品は出しません。\n"
        "確認した人と日時は、記録に残ります。",
        "**Please confirm, once for this server**\n"
        "• We do not sell {currency}, tickets, codes or roles that grant them.\n"
        "• Nothing of real value can be won, such as money or vouchers.\n"
        "Who confirmed this, and when, is kept in the server’s log.",
    ),
    "nothing_given": (
        "渡すものがありません。{currency}・チケット・かけら・カードのどれかを指定してください。",
        "Nothing would be given. Please choose {currency}, tickets, shards or a card.",
    ),
    "no_tickets": (
        "チケットの枚数も指定してください。まだ何も作っていません。",
        "Please also say how many tickets. Nothing was made yet.",
    ),
    "no_card": (
        "「{card}」というカードはありません。カードの番号か名前で指定してください。"
        "まだ何も作っていません。",
        "There is no card “{card}”. Please give a card’s number or name. Nothing was made yet.",
    ),
    "several_cards": (
        "「{card}」に当てはまるカードがいくつかあります（{cards}）。番号で指定してください。"
        "まだ何も作っていません。",
        "More than one card matches “{card}” ({cards}). Please give its number. "
        "Nothing was made yet.",
    ),
    "already_done": (
        "これはすでに作成済みです（受付番号 {done}）。今回は何も作っていません。"
        "いまあるものは {/admin present list} と {/admin code list} で確認できます。",
        "This was made already (receipt number {done}); nothing was made this time. "
        "{/admin present list} and {/admin code list} show what there is.",
    ),
    "forgotten": (
        "このボタンはもう使えません（1 日以上たったか、そのあとに別の確認を表示しました）。"
        "今回は何も作っていませんが、すでに作成済みかもしれません。"
        "先に {/admin log} を確認し、なければコマンドをもう一度お使いください。",
        "This button no longer works: it is more than a day old, or you were asked something else "
        "since. Nothing was made this time, but it may have been made before: look in "
        "{/admin log} first, and use the command again if it is not there.",
    ),
}
