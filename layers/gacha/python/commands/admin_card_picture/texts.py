"""What `/gacha-admin card picture` says."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("通報された画像", "Reported pictures"),
    "none": ("通報された画像はありません。", "No picture is reported."),
    "how": (
        "画像を削除するには、{/admin card picture} の「カード」に番号か名前を入れてください。",
        "To remove a picture, give {/admin card picture} the number or name of its card.",
    ),
    "entry": (
        "- {name}（No. {number}）：通報 {count} 件",
        "- {name} (No. {number}): {count} {count:report|reports}",
    ),
    "entry_hidden": (
        "- {name}（No. {number}）：通報 {count} 件・**表示を停止中**",
        "- {name} (No. {number}): {count} {count:report|reports}, **hidden**",
    ),
    "pick": ("カードを選択", "Choose a card"),
    "no_card": (
        "「{name}」に当てはまるカードはありません。番号か、名前の一部を入れてください。",
        "No card matches “{name}”. Please give its number or a part of its name.",
    ),
    "several": (
        "「{name}」に当てはまるカードは {found:,} 種類あります。下の一覧から選んでください。",
        "{found:,} {found:card matches|cards match} “{name}”. Choose one below.",
    ),
    "several_more": (
        "一覧は先頭の 25 種類です。ほかのカードは番号で指定してください。",
        "The list has the first 25. Please give the number of another one.",
    ),
    "number": ("No. {number}", "No. {number}"),
    "no_picture": ("画像はありません。", "It has no picture."),
    "reports": (
        "通報：{count} 件（まだ確認されていません）",
        "{count} {count:report|reports}, not looked at yet",
    ),
    "hidden": (
        "**{count} 人に通報されたため、メンバーには表示していません。** "
        "問題がなければ「再表示」、問題があれば「画像を削除」を押してください。",
        "**Members do not see it, since {count} of them reported it.** If it is all right, show it "
        "again; if not, remove it.",
    ),
    "remove": ("画像を削除", "Remove the picture"),
    "remove_one": ("{place} 枚目を削除", "Remove picture {place}"),
    "show": ("再表示", "Show it again"),
    "show_one": ("{place} 枚目を再表示", "Show picture {place} again"),
    "keep": ("問題なし", "It is all right"),
    "keep_one": ("{place} 枚目は問題なし", "Picture {place} is all right"),
    "back": ("キャンセル", "Cancel"),
    "list": ("通報の一覧", "Reported pictures"),
    "card": ("カードの画面へ", "Back to the card"),
    "ask": (
        "「{name}」の画像を削除しますか？\n"
        "- 元には戻せません。同じ画像は二度とアップロードできません。\n"
        "- カードと確率はそのままで、これからのメッセージには画像が出なくなります。\n"
        "- すでに送られたメッセージには、画像が残ることがあります。",
        "Remove the picture of “{name}”?\n"
        "- This cannot be undone, and the same picture can never be uploaded again.\n"
        "- The card and all rates stay. Messages from now on come without the picture.\n"
        "- Messages that were already sent may keep it.",
    ),
    "removed": (
        "「{name}」の画像を削除しました。これからのメッセージには出ません。"
        "同じ画像はもうアップロードできません。\n"
        "すでに送られたメッセージには残ることがあります。気になる場合は、そのメッセージを"
        "削除してください。",
        "The picture of “{name}” is removed. No message shows it from now on, and it cannot be "
        "uploaded again.\n"
        "Messages that were already sent may keep it: please delete those that you mind.",
    ),
    "shown": (
        "「{name}」の画像をまた表示します。通報が続いても、自動で止まることはもうありません。",
        "The picture of “{name}” is shown again. Further reports will not hide it by themselves.",
    ),
    "gone": (
        "この画像はもう使われていません。すでに削除済みのようです。",
        "This picture is no longer in use. It seems that it was removed already.",
    ),
    "meanwhile": (
        "ガチャの内容がいま変わったため、最後まで処理できませんでした。もう一度押してください。",
        "The banners were changed just now, so this was not finished. Please press again.",
    ),
    "failed": (
        "処理できませんでした。もう一度押してください。",
        "This could not be done. Please press again.",
    ),
    "logged_removed": (
        "<@{by}> が「{name}」（No. {number}）の画像を削除しました。",
        "<@{by}> removed the picture of “{name}” (No. {number}).",
    ),
    "logged_shown": (
        "<@{by}> が通報された「{name}」（No. {number}）の画像を確認し、表示することにしました。",
        "<@{by}> looked at the reported picture of “{name}” (No. {number}) and shows it.",
    ),
    "logged_erased": (
        "<@{by}>（運営者）が、このサーバーの画像と下書きをすべて消去しました。",
        "<@{by}> (the operator) erased all pictures and drafts of this server.",
    ),
    "receipt": ("受付番号 `{receipt_number}`", "Receipt number `{receipt_number}`"),
}

say: Final = speaking(SENTENCES)
