"""What `/gacha privacy delete` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title_asked": ("あなたのデータを削除しますか？", "Delete your data?"),
    "title_leaves": ("データの削除を受け付けました", "Your data will be deleted"),
    "title_undone": ("削除を取り消しました", "Your data stays"),
    "title_stays": ("削除の予定はありません", "No deletion is under way"),
    "in_server": ("サーバー ID：{server}", "Server id: {server}"),
    "goes": (
        "**消えるもの**：このサーバーでのあなたの残高・カード・履歴・設定など、すべて",
        "**What goes**: everything of yours in this server, such as your balance, cards, history "
        "and settings",
    ),
    "until": (
        "**<t:{until}:f> に削除します。** それまでは取り消せます。"
        "その間は、引く・受け取るなどの変更はできません。",
        "**It happens on <t:{until}:f>.** Until then you can undo it, and you cannot pull, collect "
        "or change anything.",
    ),
    "rests": (
        "**残るもの**：ほかの人の記録、サーバー共通のボックスの抽選記録（あなたと分からない形）、"
        "削除したという記録。バックアップからは {backups:,} 日以内に消えます。",
        "**What stays**: other people’s records; draws from boxes that the server shares, without "
        "your name; a note that you deleted it. Backups lose it within {backups:,} "
        "{backups:day|days}.",
    ),
    "again": (
        "削除したあとにまた遊ぶと、はじめの{currency}やチケットはありません。",
        "If you play again later, you begin without any {currency} or tickets.",
    ),
    "leaves": (
        "<t:{until}:f> に、このサーバーのあなたのデータをすべて削除します。"
        "それまでは、下のボタンか {/privacy show} から取り消せます。",
        "Everything of yours in this server will be deleted on <t:{until}:f>. "
        "Until then you can undo it below, or with {/privacy show}.",
    ),
    "undone": (
        "データはそのまま残り、すぐに遊べます。",
        "Everything is as it was, and you can play on.",
    ),
    "stays": (
        "データは削除されません。そのまま遊べます。",
        "Nothing of yours is going to be deleted. You can play on.",
    ),
    "nothing": (
        "このサーバーに、あなたのプレイデータはありません。削除するものはありません。",
        "Nothing of your play is kept in this server, so there is nothing to delete.",
    ),
    "failed": (
        "このサーバーに、あなたのプレイデータはありません。失敗したコマンドの記録だけがあります。"
        "削除は、ボットの運営者に依頼してください。",
        "Nothing of your play is kept in this server. Commands of yours that failed are noted; "
        "whoever runs the bot deletes that if you ask.",
    ),
    "other_goes": (
        "このサーバーのあなたの記録を、次の毎日の処理で削除します。"
        "管理者としてしたことの記録は、あなたの ID を消して残ります。"
        "失敗したコマンドの記録は残ります。それまでに遊び始めたときは、削除しません。"
        "バックアップからは {backups:,} 日以内に消えます。",
        "What is noted of you in this server will be deleted with the next daily run. "
        "What you did as an admin stays on record, without your id, and commands that failed stay "
        "noted. If you begin to play before, nothing is deleted. Backups lose it within "
        "{backups:,} {backups:day|days}.",
    ),
    "erased": (
        "このサーバーのあなたのデータは、<t:{at}:f> に削除済みです。",
        "Your data in this server was deleted on <t:{at}:f> already.",
    ),
    "go": ("データを削除", "Delete my data"),
    "undo": ("削除の取り消し", "Undo the deletion"),
    "look": ("保存データを表示", "See what is kept"),
    "line_leave": (
        "データの削除を申し込み（<t:{until}:f> に削除）",
        "Asked for the deletion of all data (on <t:{until}:f>)",
    ),
    "line_stay": ("データの削除を取り消し", "Undid the deletion of all data"),
    "line_leave_operator": (
        "ボットの運営者がデータの削除を申し込み（<t:{until}:f> に削除）",
        "The bot’s operator asked for the deletion of all data (on <t:{until}:f>)",
    ),
    "line_stay_operator": (
        "ボットの運営者がデータの削除を取り消し",
        "The bot’s operator undid the deletion of all data",
    ),
    "changed": (
        "記録済みです。{/privacy show} で確認できます。受付番号 {receipt_number}",
        "It is recorded. See {/privacy show}. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。削除の予定は {/privacy show} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. {/privacy show} says whether your data will be "
        "deleted. Receipt number {receipt_number}",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。削除の予定は {/privacy show} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. {/privacy show} says whether your data will be "
        "deleted. Receipt number {receipt_number}",
    ),
}

say: Final = speaking(SENTENCES)
