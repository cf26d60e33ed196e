"""What `/gacha-admin reset` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "ask": (
        "### このサーバーのガチャのデータをすべて消しますか？\n"
        "消去は <t:{at}:f>（7 日後）です。それまでガチャはお休みになり、いつでも取り消せます。"
        "消したあとは、誰にも元に戻せません。",
        "### Erase all gacha data of this server?\n"
        "It would be erased on <t:{at}:f>, in 7 days. Until then the gacha is paused, and you can "
        "undo this at any time. Once it is erased, nobody can bring it back.",
    ),
    "goes": (
        "**消えるもの**：全員の残高・カード・チケット・履歴、このサーバーのガチャとカード、"
        "プレゼントとコード、設定、管理の記録",
        "**What goes**: everybody’s balance, cards, tickets and history; the banners and cards of "
        "this server; presents and codes; settings and the admins’ log",
    ),
    "stays": (
        "**残るもの**：バックアップと処理の記録（長くて 90 日）、"
        "同じシードを二度と使わないための数字 1 つ、投稿済みのメッセージ。"
        "画像とガチャのファイルは、どこからも使われない形で残ります。"
        "これも消したいときは、ボットの運営者に頼んでください。",
        "**What stays**: backups and the record of what was processed, for 90 days at most; one "
        "number, so that no seed is ever used again; messages that were posted. Pictures and files "
        "of banners stay where nothing uses them: ask whoever runs the bot to take those away too.",
    ),
    "type": ("確認の言葉の入力", "Type the words that confirm it"),
    "title_form": ("すべてのデータの消去", "Erase all gacha data"),
    "words": ("消去 {digits}", "erase {digits}"),
    "hint": ("「{words}」と入力してください。", "Please type: {words}"),
    "other_words": (
        "確認の言葉が違います。何も変わっていません。もう一度入力してください。",
        "Those were not the words. Nothing has changed. Please type them again.",
    ),
    "leaving_now": (
        "### <t:{at}:f> に、このサーバーのガチャのデータをすべて消します\n"
        "今からガチャはお休みです。気が変わったら、それまでに {/admin reset} から取り消せます。",
        "### All gacha data of this server will be erased on <t:{at}:f>\n"
        "The gacha is paused from now on. If you change your mind, undo it with {/admin reset} "
        "before then.",
    ),
    "waiting": (
        "このサーバーのガチャのデータは、<t:{at}:f>（<t:{at}:R>）に消去される予定です。"
        "それまでガチャはお休みです。",
        "All gacha data of this server will be erased on <t:{at}:f> (<t:{at}:R>). Until then the "
        "gacha is paused.",
    ),
    "undo": ("取り消して再開", "Undo it, and play on"),
    "undone": (
        "消去を取り消しました。ガチャを再開しました。失われたものはありません。",
        "Undone: nothing will be erased, and nothing was lost. The gacha is open again.",
    ),
    "not_leaving": (
        "消去の予定はありません（すでに取り消されています）。何も変わっていません。",
        "Nothing is going to be erased: it was undone before. Nothing has changed.",
    ),
    "too_late": (
        "消去の時刻（<t:{at}:f>）を過ぎたため、取り消せません。"
        "バックアップから戻せるかどうかは、ボットの運営者におたずねください。",
        "It is past <t:{at}:f>, so this can no longer be undone. Ask whoever runs the bot whether "
        "a backup can still help.",
    ),
    "how": (
        "操作のボタンは {/admin reset} で表示できます。",
        "{/admin reset} shows the buttons for it.",
    ),
    "receipt": ("受付番号 {receipt_number}", "Receipt number {receipt_number}"),
    "logged_asked": (
        "<@{by}> がすべてのデータの消去を予約（<t:{at}:f>）",
        "<@{by}> asked to erase everything on <t:{at}:f>",
    ),
    "logged_undone": (
        "<@{by}> がすべてのデータの消去を取り消し",
        "<@{by}> undid the erasure of everything",
    ),
}

say: Final = speaking(SENTENCES)


_DIGITS: Final = 4


def confirmation(guild_id: str, lang: str) -> str:
    """The words that an admin types to confirm it: each server's own, so that nobody types them
    into the wrong one by habit. Discord tells nobody what a server is called, but its id."""
    return say(lang, "words", digits=guild_id[-_DIGITS:])
