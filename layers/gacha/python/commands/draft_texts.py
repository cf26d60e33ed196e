"""What all rooms say that change a draft. `functions/interactions` loads this with their forms."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences

SENTENCES: Final[Sentences] = {
    "progress": (
        "画像を処理しています… {done:,}／{all:,}",
        "Working on the pictures… {done:,} of {all:,}",
    ),
    "title_new": ("下書きを作成しました", "Draft created"),
    "title_taken": ("下書きを更新しました", "Draft updated"),
    "title_refused": ("入力を直してください", "Please correct this"),
    "title_stale": ("何も変更していません", "Nothing was changed"),
    "title_already": ("すでに送信済みです", "Already sent"),
    "already": (
        "同じ内容がすでに下書きに入っています。今回は何も変更していません。",
        "The draft already has all of this, so nothing was changed now.",
    ),
    "unnamed": ("名前のない下書き", "Draft without a name"),
    "title_failed": ("途中で失敗しました", "Something went wrong on the way"),
    "which": (
        "**{name}**（{banner}）：カード {cards:,} 枚",
        "**{name}** ({banner}): {cards:,} {cards:card|cards}",
    ),
    "which_unchanged": ("**{name}**（{banner}）", "**{name}** ({banner})"),
    "ready": (
        "公開の準備ができています。公開するまで、メンバーには見えません。",
        "It can be published. Members do not see it before that.",
    ),
    "asked": (
        "公開する前に、カードの名前の確認が残っています。「プレビュー」で答えてください。",
        "There is a question about its cards to be answered before it can be published. Please "
        "answer it in its preview.",
    ),
    "unready": (
        "公開までに、次のことが必要です。",
        "Before it can be published:",
    ),
    "refused_new": (
        "下書きはまだ作成していません。入力は 1 日保存されるので、「入力を修正」から続けられます。",
        "No draft was made yet. What you typed is kept for a day: press “Correct it”.",
    ),
    "with_pictures": ("画像も保存されています。", "Your pictures are kept, too."),
    "without_pictures": (
        "画像は保存されていません。「入力を修正」で、もう一度すべて選んでください。",
        "Your pictures are not kept: please choose all of them again with “Correct it”.",
    ),
    "refused": (
        "下書きは変わっていません。入力は 1 日保存されるので、「入力を修正」から続けられます。",
        "The draft is as it was. What you typed is kept for a day: press “Correct it”.",
    ),
    "stale": (
        "入力中に、サーバーのカードが変更されました。上書きはしていません。"
        "入力は 1 日保存されるので、「入力を修正」から続けられます。",
        "The server’s cards were changed while you typed, and nothing of that was overwritten. "
        "What you typed is kept for a day: press “Correct it”.",
    ),
    "stale_own": (
        "このフォームを開いたあとに、あなたはこの下書きの変更をすでに送っています。"
        "それと同じ内容なら、もう何もする必要はありません。今回の分は反映していませんが、"
        "入力は 1 日保存されるので、「入力を修正」から続けられます。",
        "You have already sent a change of this draft since you opened this form. If that was the "
        "same, there is nothing left to do. What you sent now was not taken. It is kept for a day: "
        "press “Correct it”.",
    ),
    "stale_by": (
        "入力中に、<@{by}> さんがこの下書きを変更しました。上書きはしていません。"
        "入力は 1 日保存されるので、「入力を修正」から続けられます。",
        "<@{by}> changed this draft while you typed. Nothing of theirs was overwritten. "
        "What you typed is kept for a day: press “Correct it”.",
    ),
    "failed": (
        "何も変わっていません。入力は 1 日保存されるので、少し待ってから「入力を修正」で"
        "送り直してください。続くときは、受付番号をボットの運営者に伝えてください。",
        "Nothing was changed. What you typed is kept for a day: wait a little, press “Correct "
        "it” and send it again. If it keeps failing, give the receipt number to the bot’s "
        "operator.",
    ),
    "more": ("ほかに {count:,} 件", "and {count:,} more"),
    "reopen": ("入力を修正", "Correct it"),
    "preview": ("プレビュー", "Preview"),
    "add_card": ("カードを 1 枚追加", "Add a card"),
    "add_cards": ("まとめて追加", "Add several"),
    "edit": ("基本設定を編集", "Edit basics"),
    "edit_card": ("{card} 番を編集", "Edit card {card}"),
    "rest": ("残りを一番低いレアリティに", "Give the rest to the lowest"),
    "numbers_simple": ("10 連の保証・交換", "Guarantee, exchange"),
    "numbers_ceiling": ("天井・交換", "Pity, exchange"),
    "numbers_rate-up": ("ピックアップ・天井・交換", "Featured, pity, exchange"),
    "numbers_box": ("箱のリセット", "Refilling the box"),
    "numbers_step-up": ("ステップの値段", "Prices of the steps"),
    "numbers_multi": ("枚数・保証・交換", "Cards at once, guarantee, exchange"),
    "numbers_daily": ("1 日の回数と値段", "Pulls and prices of a day"),
    "numbers_stamps": ("確定の間隔・交換", "Guaranteed every, exchange"),
    "numbers_shared": ("1 日の回数・箱の数・参加条件", "A day, boxes, who may draw"),
    "look": ("画像・説明・色", "Picture, words, colours"),
    "amounts_of_shards": ("かけらの数", "Amounts of shards"),
    "no_drafts": (
        "下書きがまだありません。{/admin banner new} で作ってください。",
        "There is no draft yet. Please make one with {/admin banner new}.",
    ),
    "no_rarities": (
        "この下書きには、まだレアリティがありません。先に {/admin banner new} で作るか、"
        "{/admin banner paste} で行を貼り付けてください。",
        "This draft has no rarities yet. Please begin with {/admin banner new}, or paste rows "
        "with {/admin banner paste}.",
    ),
    "draft_unknown": (
        "その下書きは見つかりません。候補から選んでください。",
        "There is no such draft. Please choose one of the list.",
    ),
    "changed": (
        "下書きは更新済みです。受付番号 {receipt_number}",
        "The draft is updated. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。少し待って、もう一度送ってください。"
        "同じ名前のカードは増えません。受付番号 {receipt_number}",
        "We could not confirm what happened. Please wait a little and send it again: a card of the "
        "same name is not added twice. Receipt number {receipt_number}",
    ),
}
"""What all of them say; the room's own are beside."""
