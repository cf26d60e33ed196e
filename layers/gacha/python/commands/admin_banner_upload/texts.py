"""What `/gacha-admin banner upload` says."""

from __future__ import annotations

from typing import Final

from commands import draft_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **draft_texts.SENTENCES,
    "title_new": ("下書きに取り込みました", "Added to a new draft"),
    "title_taken": ("下書きに取り込みました", "Added to the draft"),
    "title_refused": ("取り込めませんでした", "This could not be added"),
    "title_stale": ("取り込みませんでした", "This was not added"),
    "title_failed": ("取り込みの途中で失敗しました", "Something went wrong on the way"),
    "which": (
        "**{name}**（{banner}）：カード {cards:,} 枚、今回の画像 {pictures:,} 枚",
        "**{name}** ({banner}): {cards:,} {cards:card|cards}, "
        "{pictures:,} {pictures:picture|pictures} this time",
    ),
    "ready": (
        "確率は揃っています。公開するまで、メンバーには見えません。",
        "Its rates are complete. Members do not see it before you publish it.",
    ),
    "unready": (
        "下書きは保存しました。公開までに、次のことが必要です。",
        "The draft is kept. Before it can be published:",
    ),
    "refused_new": (
        "下書きはまだ作成していません。次のところを直して、もう一度送ってください。",
        "No draft was made yet. Please correct this, and send it again:",
    ),
    "refused": (
        "下書きは変わっていません。次のところを直して、もう一度送ってください。",
        "The draft is as it was. Please correct this, and send it again:",
    ),
    "stale": (
        "ファイルを処理している間に、サーバーのカードが変更されました。上書きを防ぐため、"
        "取り込んでいません。もう一度送ってください。",
        "The server’s cards were changed while the file was worked off. Nothing of that was "
        "overwritten. Please send it again.",
    ),
    "stale_own": (
        "ファイルを処理している間に、あなたはこの下書きの変更を送っています。同じファイルなら、"
        "もう一度送る必要はありません。違うファイルなら、もう一度送ってください。",
        "You have already sent another change of this draft, so this one was not taken. If it was "
        "the same file, there is nothing left to do. Else please send it again.",
    ),
    "title_already": ("すでに取り込み済みです", "Already added"),
    "stale_by": (
        "ファイルを処理している間に、<@{by}> さんが下書きを変更しました。上書きを防ぐため、"
        "取り込んでいません。もう一度送ってください。",
        "<@{by}> changed the draft while the file was worked off. Nothing of theirs was "
        "overwritten. Please send it again.",
    ),
    "failed": (
        "何も変わっていません。少し待ってから、もう一度送ってください。"
        "続くときは、受付番号をボットの運営者に伝えてください。",
        "Nothing was changed. Please wait a little and send it again. If it keeps failing, "
        "give the receipt number to the bot’s operator.",
    ),
    "edited_by": (
        "<@{by}> が「{name}」にアップロード（カード {cards:,} 枚、画像 {pictures:,} 枚）",
        "<@{by}> uploaded to “{name}” ({cards:,} {cards:card|cards}, "
        "{pictures:,} {pictures:picture|pictures})",
    ),
    "changed": (
        "アップロードは取り込み済みです。受付番号 {receipt_number}",
        "Your upload is in the draft. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。少し待って、もう一度送ってください。"
        "取り込み済みなら、同じカードは増えません。受付番号 {receipt_number}",
        "We could not confirm what happened. Please wait a little and send it again: cards "
        "that are "
        "there already are not added twice. Receipt number {receipt_number}",
    ),
}

say: Final = speaking(SENTENCES)
