"""What `/gacha privacy show` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("あなたのデータ", "Your data"),
    "in_server": ("サーバー ID：{server}", "Server id: {server}"),
    "nothing": (
        "このサーバーに、あなたのプレイデータはありません。",
        "Nothing of your play is kept in this server.",
    ),
    "erased": (
        "このサーバーのあなたのデータは、<t:{at}:f> に削除しました。"
        "残っているのは、削除したという記録だけです。",
        "Your data in this server was deleted on <t:{at}:f>. "
        "All that is left is a note that it was.",
    ),
    "failed": (
        "失敗したコマンドの記録（あなたの ID・コマンド名・日時）があります。"
        "{currency}が引かれないことを保証するための記録です。"
        "削除は、ボットの運営者に依頼してください。",
        "Commands of yours that failed are noted (your id, which command, and when), so that "
        "nothing is ever charged for them. Whoever runs the bot deletes that if you ask.",
    ),
    "noted": (
        "遊んでいなくても残る記録があります。管理者としてしたこと、送信したフォーム、"
        "試したコードの回数などです。下のボタンでファイルを受け取るか、削除できます。",
        "There is something of yours that needs no play: what you did as an admin, forms that you "
        "sent, how often you tried a code. You can get it as a file or have it deleted below.",
    ),
    "going": (
        "このサーバーのあなたのデータは、いま削除しているところです。",
        "Your data in this server is just being deleted.",
    ),
    "yours": (
        "<t:{since}:D> から：{currency} {balance:,}、カード {cards:,} 種類、履歴 {events:,} 件",
        "Since <t:{since}:D>: a balance of {balance:coins}, {cards:,} "
        "{cards:card|different cards}, "
        "{events:,} {events:entry|entries} in your history",
    ),
    "leaves": (
        "**<t:{until}:f> に、すべて削除します。** それまでは、下のボタンで取り消せます。",
        "**All of it will be deleted on <t:{until}:f>.** Until then you can undo that below.",
    ),
    "server_leaves": (
        "**このサーバーのガチャは、<t:{at}:f> に全消去される予定です。** "
        "あなたのデータもすべて消えるので、手元に残したい場合は、"
        "それまでに下のボタンでファイルを受け取ってください。",
        "**This server’s whole gacha will be erased on <t:{at}:f>**, and all of your data with it. "
        "To keep a copy, get it as a file before that.",
    ),
    "how_long": ("何を、いつまで保存するか", "What is kept, and how long"),
    "game": (
        "**ゲームのデータ**（残高・カード・履歴・設定・受け取ったもの）：あなたが削除するまで",
        "**Your game** (balance, cards, history, settings, what you took): until you delete it",
    ),
    "logs": (
        "**動作ログ**（ふだんは ID の代わりに符号。運営者は、誰のものか調べられます。{logged}）："
        "{days:,} 日",
        "**Logs** (with a code in place of your id, which the operator can trace to you; "
        "{logged}): {days:,} {days:day|days}",
    ),
    "logged_failed": (
        "失敗したコマンドは、内容とあなたの ID も",
        "for commands that failed, also the command with your id",
    ),
    "logged_read": (
        "表示だけのコマンドと失敗したコマンドは、内容とあなたの ID も",
        "for commands that only show something, and for those that failed, also the command "
        "with your id",
    ),
    "logged_all": (
        "コマンドごとに、内容とあなたの ID も",
        "also each command with your id",
    ),
    "executions": (
        "**処理の記録**（いつ、どのコマンドを使ったか。あなたの ID も）：{days:,} 日",
        "**Records of commands** (which one you used, and when, with your id): {days:,} "
        "{days:day|days}",
    ),
    "traces": (
        "**処理時間の記録**（サーバーの ID と受付番号だけで、あなたの ID はなし）：{days:,} 日",
        "**How long commands took** (by the server’s id and the receipt number, without your id): "
        "{days:,} {days:day|days}",
    ),
    "address": (
        "**IP アドレス**（カードの画像のアドレスを、ブラウザーで直接開いたときだけ）：{days:,} 日",
        "**Your IP address** (only if you open a card picture’s address in a browser yourself): "
        "{days:,} {days:day|days}",
    ),
    "backups": (
        "**バックアップ**：{days:,} 日。ほかに、直近 {recent:,} 日の状態に戻すための控え",
        "**Backups**: {days:,} {days:day|days}; and, to restore any moment, the last "
        "{recent:,} {recent:day|days}",
    ),
    "exports": (
        "**分析用の写し**（あなたの ID も）：{days:,} 日。"
        "ID の代わりに符号を付けた集計は {derived:,} 日"
        "（鍵を持つ運営者は、ID から符号を計算できます）",
        "**Copies for statistics** (with your id): {days:,} {days:day|days}; figures with a code "
        "in place of your id, which the operator can work out from it by a key: {derived:,} "
        "{derived:day|days}",
    ),
    "place": ("**場所**：AWS {region}", "**Where**: AWS, {region}"),
    "places": (
        "**場所**：AWS {region}。{copies}・カードの画像などの控えは、AWS {copied_to}にもあります",
        "**Where**: AWS, {region}; copies of {copies} and of files such as pictures in {copied_to}",
    ),
    "copies_backups": ("バックアップ", "backups"),
    "copies_exports": ("バックアップ・分析用の写し", "backups, of copies for statistics"),
    "tokyo": ("東京（ap-northeast-1）", "Tokyo (ap-northeast-1)"),
    "seoul": ("ソウル（ap-northeast-2）", "Seoul (ap-northeast-2)"),
    "not_kept": (
        "Discord の名前・メッセージ・メールアドレスは保存しません。",
        "Your name, messages and mail address are not kept.",
    ),
    "get": ("ファイルで受け取り", "Get it as a file"),
    "erase": ("データを削除", "Delete my data"),
    "undo": ("削除の取り消し", "Undo the deletion"),
    "other_servers": ("ほかのサーバー", "Other servers"),
    "list_title": ("あなたのデータがあるサーバー", "Servers with data of yours"),
    "choose": (
        "サーバーを選ぶと、データを見たり、ファイルで受け取ったり、削除したりできます。"
        "退出したサーバーも選べます。サーバーの名前は保存していません。",
        "Choose a server to see your data there, get it as a file or delete it. "
        "Servers that you left are here, too. Their names are not kept.",
    ),
    "choose_one": ("サーバーを選択", "Choose a server"),
    "nowhere": (
        "あなたのデータがあるサーバーはありません。",
        "There is no server with data of yours.",
    ),
    "server": ("サーバー {server}", "Server {server}"),
    "server_with": ("「{banner}」のサーバー", "The server with “{banner}”"),
    "server_since": ("{since} から・ID {server}", "since {since}, id {server}"),
    "page": ("{page}／{pages} ページ", "Page {page} of {pages}"),
    "newer": ("前のページ", "Previous"),
    "older": ("次のページ", "Next"),
}

say: Final = speaking(SENTENCES)
