"""What a report says."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("画像を通報", "Report this picture"),
    "hint": (
        "通報者の名前は管理者に表示されません。",
        "The server’s admins do not see who reported it.",
    ),
    "reported": (
        "「{name}」の画像を通報しました。サーバーの管理者とボットの運営者に知らせます。"
        "あなたの名前は管理者に表示されません。",
        "You have reported the picture of “{name}”. The server’s admins and the bot’s operator are "
        "told. The admins do not see your name.",
    ),
    "reported_hidden": (
        "「{name}」の画像を通報しました。複数の人から通報があったため、管理者が確認するまで"
        "この画像は表示されません。あなたの名前は管理者に表示されません。",
        "You have reported the picture of “{name}”. Several members have, so it is hidden until an "
        "admin has looked at it. The admins do not see your name.",
    ),
    "before": (
        "この画像はすでに通報済みです。同じ画像を通報できるのは 1 回だけです。",
        "You have already reported this picture. You can report a picture only once.",
    ),
    "too_often": (
        "通報できるのは 1 日 {most} 件までです。<t:{again}:R>にまた通報できます。",
        "You can report {most} {most:picture|pictures} a day. You can report again <t:{again}:R>.",
    ),
    "gone": (
        "この画像はもう使われていません。通報は必要ありません。",
        "This picture is no longer in use, so there is nothing to report.",
    ),
    "meanwhile": (
        "ガチャの内容がいま変わったため、通報できませんでした。もう一度お試しください。",
        "The banners were changed just now, so your report was not taken. Please try again.",
    ),
    "failed": (
        "通報を処理できませんでした。もう一度お試しください。",
        "Your report could not be taken. Please try again.",
    ),
    "logged": (
        "「{name}」（No. {number}）の画像が通報されました。{reason}",
        "The picture of “{name}” (No. {number}) was reported. {reason}",
    ),
    "logged_hidden": (
        "「{name}」（No. {number}）の画像が {count} 人に通報され、表示を止めました。"
        "{/admin card picture} で確認してください。{reason}",
        "The picture of “{name}” (No. {number}) was reported by {count} {count:member|members} and "
        "is hidden. Please look at it with {/admin card picture}. {reason}",
    ),
    "reason": ("理由：{reason}", "Reason: {reason}"),
}

say: Final = speaking(SENTENCES)
