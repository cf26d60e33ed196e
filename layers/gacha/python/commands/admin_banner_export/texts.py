"""What `/gacha-admin banner export` says."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": (
        "**{name}**（{banner}）の書き出し：カード {cards:,} 枚",
        "**{name}** ({banner}) as a file: {cards:,} {cards:card|cards}",
    ),
    "whole": (
        "このファイル 1 つで全部です（画像 {pictures:,} 枚）。"
        "使いたいサーバーで {/admin banner upload} に添付すると、同じガチャの下書きができます。",
        "This file has all of it, with {pictures:,} {pictures:picture|pictures}. Send it with "
        "{/admin banner upload} in another server to make the same banner there as a draft.",
    ),
    "part": (
        "ファイル {part}／{count}：画像 {first:,}〜{last:,} 枚目（全 {pictures:,} 枚）",
        "File {part} of {count}: pictures {first:,}–{last:,} of {pictures:,}",
    ),
    "several": (
        "下のボタンで、残りのファイルも受け取ってください。使いたいサーバーで、1 つずつ "
        "{/admin banner upload} に添付します。順番は自由で、届いていない画像は下書きに"
        "表示されます。",
        "Get the other files with the buttons below. Send them one by one with "
        "{/admin banner upload} in another server, in any order: the draft says which pictures "
        "are still missing.",
    ),
    "kept": (
        "-# 日程も含まれます。持っている人・天井の回数・残高は含まれません。"
        "ファイルは 1 日保存されます。",
        "-# Its dates are included; who owns what, pity counts and balances are not. "
        "The files are kept for a day.",
    ),
    "another": ("ファイル {part}", "File {part}"),
    "refused": (
        "まだ書き出せません。公開できる状態にしてから、もう一度お試しください。",
        "This cannot be saved yet. Please make it ready to be published first:",
    ),
    "failed": (
        "書き出しの途中で失敗しました。少し待ってから、もう一度お試しください。"
        "続くときは、受付番号をボットの運営者に伝えてください。",
        "Something went wrong on the way. Please wait a little and try again. If it keeps "
        "failing, give the receipt number to the bot’s operator.",
    ),
    "gone": (
        "このファイルの保存期間（1 日）が過ぎました。もう一度 {/admin banner export} "
        "をお使いください。",
        "This file was kept for a day. Please use {/admin banner export} again.",
    ),
    "not_sent": (
        "書き出しましたが、Discord がファイルを受け付けませんでした。少し待ってから、もう一度 "
        "{/admin banner export} をお使いください。",
        "The files are made, but Discord did not take this one. Please wait a little and use "
        "{/admin banner export} again.",
    ),
    "preview": ("プレビュー", "Preview"),
    "edited_by": (
        "<@{by}> が「{name}」を書き出し（カード {cards:,} 枚、画像 {pictures:,} 枚）",
        "<@{by}> exported “{name}” ({cards:,} {cards:card|cards}, "
        "{pictures:,} {pictures:picture|pictures})",
    ),
    "changed": (
        "書き出しは完了しています。受付番号 {receipt_number}",
        "The export is made. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "書き出せたか確認できませんでした。少し待って、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. Please wait a little and try again. "
        "Receipt number {receipt_number}",
    ),
}

say: Final = speaking(SENTENCES)
