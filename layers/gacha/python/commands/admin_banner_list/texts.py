"""What `/gacha-admin banner list` says, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("このサーバーのガチャ", "This server’s banners"),
    "page": ("（{page}／{pages} ページ）", " (page {page} of {pages})"),
    "nothing": (
        "まだガチャがありません。「新しいガチャ」か {/admin banner new} のフォームに入力すると、"
        "下書きができます。表計算ソフトで作るなら、{/admin banner template} の表に書いて、"
        "{/admin banner upload} で送ってください。",
        "There are no banners yet. A form makes a draft: press “New banner”, or use "
        "{/admin banner new}. To make one in a spreadsheet, fill in the sheet of "
        "{/admin banner template} and send it with {/admin banner upload}.",
    ),
    "new": ("新しいガチャ", "New banner"),
    "sample": (
        "最初の公開までは、見本のガチャを引けます。",
        "Until you publish a banner, members pull the sample.",
    ),
    "open": ("開催中", "Open"),
    "planned": ("開催予定", "Planned"),
    "hidden": ("非表示", "Hidden"),
    "draft": ("下書き", "Drafts"),
    "ended": ("終了", "Ended"),
    "which": ("（{id}）", " ({id})"),
    "default_mark": (" ⭐ 標準", " ⭐ default"),
    "starts_short": ("：<t:{at}:f> から", ": from <t:{at}:f>"),
    "ends_short": ("：<t:{at}:f> まで", ": until <t:{at}:f>"),
    "pick": ("ガチャを選択", "Choose a banner"),
    "page_back": ("前へ", "Back"),
    "page_on": ("次へ", "Next"),
    "period": ("期間：{period}", "Period: {period}"),
    "place": ("並び順：{place}／{places}", "Place: {place} of {places}"),
    "since": ("今のルールは <t:{at}:f> から", "These rules hold since <t:{at}:f>"),
    "changed_draft": (
        "公開していない変更があります（最後の編集：<@{by}>）。",
        "There are changes that are not published (last edited by <@{by}>).",
    ),
    "own_draft": ("最後の編集：<@{by}>", "Last edited by <@{by}>"),
    "changed_by_last": ("最後の編集：<@{by}>", "Last edited by <@{by}>"),
    "only_managers": (
        "公開や日程の変更は、運営係か「サーバー管理」の権限のある人ができます。",
        "Managers, and those who may manage the server, can publish and schedule.",
    ),
    "preview": ("プレビュー", "Preview"),
    "discard": ("下書きを破棄", "Discard"),
    "publish": ("公開", "Publish"),
    "publish_when": ("日程を決めて公開", "Choose dates and publish"),
    "when": ("日程を変更", "Change dates"),
    "when_publish": ("日程を決めて公開", "Choose dates and publish"),
    "rerun": ("再開催", "Run again"),
    "default": ("標準に設定", "Make default"),
    "hide": ("非表示に設定", "Hide"),
    "unhide": ("再表示", "Show"),
    "end": ("今すぐ終了", "End now"),
    "up": ("上へ", "Move up"),
    "down": ("下へ", "Move down"),
    "back": ("前の版に変更", "Back to the version before"),
    "remove": ("公開を中止", "Unpublish"),
    "edit": ("編集", "Edit"),
    "edit_look": ("画像・説明・色", "Picture, words, colours"),
    "add_cards": ("カードを追加", "Add cards"),
    "edits": (
        "編集すると、次の版の下書きになります。公開するまで、メンバーが引くのは今の版です。"
        "カード 1 枚ずつの変更は {/admin card edit} です。",
        "An edit makes a draft of the next version. Members pull the present one until you publish "
        "it. Single cards are changed with {/admin card edit}.",
    ),
    "sample_title": ("引いたときの見え方", "A pull, as members see it"),
    "see_sample": ("引いたときの見え方", "See a pull"),
    "see_pictures": (
        "新しい画像（{count:,} 枚）",
        "{count:,} new {count:picture|pictures}",
    ),
    "reopen": ("日程を入力", "Enter dates"),
    "preview_title": ("{name}：プレビュー", "{name}: preview"),
    "preview_new": (
        "まだ公開されていません。内容を確認して、下のボタンで公開または破棄してください。",
        "It is not published. Check it, then decide with the buttons below.",
    ),
    "preview_edited": (
        "まだ公開されていません。公開は、運営係か「サーバー管理」の権限のある人ができます。",
        "It is not published. Managers, and those who may manage the server, can publish it.",
    ),
    "preview_asked": (
        "まだ公開できません。先に、下のボタンで確認に答えてください。",
        "It cannot be published yet: first answer the question with the buttons below.",
    ),
    "preview_changes": (
        "公開中のガチャの変更です。公開するまで、メンバーは今の版を引きます。",
        "It changes a banner that is published: members pull the present version until you "
        "publish this one.",
    ),
    "facts": (
        "{prices}／カード {cards:,} 枚",
        "{prices}, {cards:,} {cards:card|cards}",
    ),
    "figures_title": ("確率と、最初の 1 枚が出るまで", "Rates, and pulls until the first"),
    "income": (
        "（ ）内は{currency}と日数。毎日の受け取り（チケットを含めて 1 日あたり約 {income:,}）"
        "だけで引く場合です。",
        "In brackets: {currency}, and days on the daily income alone (about {income:,} a day, "
        "tickets counted).",
    ),
    "shards_title": ("かけら", "Shards"),
    "edit_shards": ("かけらの数", "Amounts of shards"),
    "shared_title": ("数量限定", "Limited stock"),
    "rules_title": ("このガチャのルール", "Rules of this banner"),
    "odd_title": ("公開前に確認", "Please check"),
    "resets_title": (
        "公開すると、メンバーの記録はこう変わります",
        "What changes for members who have pulled",
    ),
    "changes_title": ("今の版との違い", "Beside the present version"),
    "questions_title": (
        "確認が済むまで公開できません",
        "To be answered before it can be published",
    ),
    "pictures_follow": (
        "Discord に読み込ませるため、一度だけ表示しています。あなたにしか見えません。",
        "Shown once, and only to you, so that Discord has them ready.",
    ),
    "pictures_title": ("新しく公開される画像", "Pictures that are new"),
    "unready": (
        "まだ公開できません。次のところを直してください。",
        "It cannot be published yet. Please correct this:",
    ),
    "not_compiled": (
        "カードがほかの下書きで変わりました。この下書きをもう一度保存すると、プレビューできます。",
        "Its cards were changed by another draft. Edit this one once more to see its preview.",
    ),
    "ask_discard": (
        "**{name}** の下書きを破棄しますか？元には戻せません。カードと画像は残ります。",
        "Discard the draft of **{name}**? This cannot be undone. Its cards and pictures stay.",
    ),
    "ask_discard_changes": (
        "**{name}** の公開していない変更を破棄しますか？元には戻せません。"
        "公開中のガチャはそのままです。",
        "Discard the changes of **{name}** that are not published? This cannot be undone. What is "
        "published stays as it is.",
    ),
    "ask_rights": (
        "このサーバーではじめて画像を公開します。次のことを確認してください。\n"
        "- 画像を使う権利があります（自分で描いた、または許可を得ている）。\n"
        "- 成人向けの画像ではありません。\n"
        "- 未成年を性的に描いた画像ではありません。\n\n"
        "確認した人として、あなたの名前が記録されます。",
        "This server publishes pictures for the first time. Please confirm:\n"
        "- You have the right to use them: you made them, or were given permission.\n"
        "- None of them is adult content.\n"
        "- None of them sexualises minors.\n\n"
        "It is recorded that you confirmed this.",
    ),
    "ask_back": (
        "**{name}** を <t:{since}:f> からの版に戻しますか？",
        "Put **{name}** back to its version of <t:{since}:f>?",
    ),
    "ask_remove": (
        "**{name}** の公開をやめて、下書きに戻しますか？メンバーの引いたカードと記録は残り、"
        "もう一度公開すれば続きから引けます。",
        "Take **{name}** back, so that it is a draft again? Cards and counts of members stay, and "
        "go on if you publish it again.",
    ),
    "ask_end": (
        "**{name}** を今すぐ終了しますか？\n"
        "- メンバーは引けなくなります。持っているカードと記録は残ります。\n"
        "- あとで「再開催」すると、回数などは続きからになります。",
        "End **{name}** now?\n"
        "- Members cannot pull it any more. Their cards and counts stay.\n"
        "- If you run it again later, counts go on where they were.",
    ),
    "ask_hide": (
        "**{name}** を非表示にしますか？\n"
        "- メンバーからは見えなくなり、引けません。持っているカードと記録は残ります。\n"
        "- 「再表示」でいつでも元に戻せます。",
        "Hide **{name}**?\n"
        "- Members do not see it, and cannot pull it. Their cards and counts stay.\n"
        "- “Show” brings it back at any time.",
    ),
    "after_points": (
        "- 交換ポイントは、終了の 7 日後まで使えます。",
        "- Exchange points can be used for 7 more days.",
    ),
    "guessed": (
        "まだ設定がなかったので、あなたの Discord の言語に合わせて、返事の言語を日本語、"
        "タイムゾーンを {timezone} にしました。日付もその時刻で読みました。"
        "{/admin settings} で変えられます。",
        "As nothing was settled yet, the answers are in the language of your Discord, English, and "
        "the timezone follows it: {timezone}, in which your dates were read, too. "
        "{/admin settings} changes both.",
    ),
    "after_none": (
        "- **ほかに開催中のガチャがないので、メンバーは何も引けなくなります。**",
        "- **No other banner is open, so members will have nothing to pull.**",
    ),
    "after_default": (
        "- ガチャを指定せずに引くと「{next}」になります。",
        "- Where no banner is named, members will pull “{next}”.",
    ),
    "not_shown": (
        "表示できませんでした。{/admin banner list} をもう一度お使いください。",
        "This could not be shown. Please use {/admin banner list} again.",
    ),
    "changed": (
        "変更は記録済みです。{/admin banner list} で確認できます。受付番号 {receipt_number}",
        "The change is recorded. See {/admin banner list}. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。変更されたかどうかは {/admin banner list} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. {/admin banner list} shows whether it was changed. "
        "Receipt number {receipt_number}",
    ),
}

IS: Final[Sentences] = {
    "open": ("開催中です。", "It is open."),
    "planned": ("まだ始まっていません。", "It has not started yet."),
    "hidden": ("非表示です。メンバーからは見えません。", "It is hidden: members do not see it."),
    "draft": (
        "下書きです。公開するまで、メンバーからは見えません。",
        "It is a draft: members do not see it before you publish it.",
    ),
    "ended": ("終了しました。", "It has ended."),
}
"""How a banner stands, by its state."""

ANSWERS: Final[Sentences] = {
    "same": ("{number}：同じカード", "{number}: the same card"),
    "other": ("{number}：別のカード", "{number}: another card"),
}
"""To a question about the card of this number."""

GO: Final[Sentences] = {
    "open": ("このガチャへ", "To this banner"),
    "list": ("一覧へ", "To the list"),
    "preview": ("プレビューへ", "To the preview"),
}
"""The buttons that lead on."""

YES: Final[Sentences] = {
    "ask_discard": ("破棄する", "Discard it"),
    "ask_discard_changes": ("変更を破棄する", "Discard the changes"),
    "ask_rights": ("確認して公開する", "Confirm and publish"),
    "ask_back": ("前の版に戻す", "Put it back"),
    "ask_remove": ("公開をやめる", "Unpublish it"),
    "ask_end": ("今すぐ終了する", "End it now"),
    "ask_hide": ("非表示にする", "Hide it"),
}
"""What the button says under each question."""

DONE: Final[Sentences] = {
    "published": (
        "**{name}** を公開しました。メンバーが引けます。\n期間：{period}\n"
        "チャンネルに置くボタンは {/admin panel} で作れます。",
        "**{name}** is published: members can pull it.\nPeriod: {period}\n"
        "{/admin panel} puts buttons for it into a channel.",
    ),
    "published_again": (
        "**{name}** を更新しました。これから引く人は新しい版です。\n期間：{period}\n"
        "設置済みのパネルは、サーバーの管理者がそのボタンを押すと新しくなります。",
        "**{name}** is updated: the next pulls are of the new version.\nPeriod: {period}\n"
        "Panels that are there are brought up to date once somebody who manages the server presses "
        "one of their buttons.",
    ),
    "planned": (
        "**{name}** を公開しました。まだ引けません。\n期間：{period}",
        "**{name}** is published, and not open yet.\nPeriod: {period}",
    ),
    "answered": (
        "回答を下書きに反映しました。プレビューで続きを確認してください。",
        "Your answer is in the draft. Please go on in its preview.",
    ),
    "discarded": ("**{name}** の下書きを破棄しました。", "The draft of **{name}** is discarded."),
    "dated": (
        "**{name}** の日程を変更しました。\n期間：{period}\n"
        "設置済みのパネルは、サーバーの管理者がそのボタンを押すと新しくなります。",
        "The dates of **{name}** are changed.\nPeriod: {period}\n"
        "Panels that are there are brought up to date once somebody who manages the server presses "
        "one of their buttons.",
    ),
    "rerun": (
        "**{name}** を再開催します。\n期間：{period}\n天井までの回数などは、前回の続きからです。",
        "**{name}** runs again.\nPeriod: {period}\nCounts and points go on where they were.",
    ),
    "default": (
        "**{name}** を標準にしました。ガチャを指定せずに引くと、これになります。",
        "**{name}** is the default: it is pulled where no banner is named.",
    ),
    "ended": (
        "**{name}** を終了しました。メンバーはもう引けません。",
        "**{name}** has ended: members can no longer pull it.",
    ),
    "hidden": (
        "**{name}** を非表示にしました。メンバーからは見えず、引けません。",
        "**{name}** is hidden: members do not see it, and cannot pull it.",
    ),
    "unhidden": ("**{name}** を表示しました。", "**{name}** is shown again."),
    "moved": (
        "**{name}** の並び順を {place}／{places} にしました。",
        "**{name}** is now in place {place} of {places}.",
    ),
    "back": (
        "**{name}** を前の版に戻しました。これから引く人は前の版です。\n"
        "設置済みのパネルは、サーバーの管理者がそのボタンを押すと新しくなります。",
        "**{name}** is back at the version before, for the next pulls.\n"
        "Panels that are there are brought up to date once somebody who manages the server presses "
        "one of their buttons.",
    ),
    "removed": (
        "**{name}** の公開をやめ、下書きに戻しました。",
        "**{name}** is unpublished, and a draft again.",
    ),
}
"""What was done, by `did` of its event."""

REFUSED: Final[Sentences] = {
    "gone": (
        "このガチャは、もうありません。一覧から選び直してください。",
        "This banner is gone. Please choose from the list.",
    ),
    "not_offered": (
        "**{name}** は公開されていません。先にプレビューから公開してください。",
        "**{name}** is not published. Please publish it from its preview first.",
    ),
    "exchange_open": (
        "「{name}」では交換ポイントがたまっています。先に終了させてください。終了の 7 日後から、"
        "下書きに戻せます。",
        "Members have exchange points on “{name}”. Please end it first; 7 days after its end it "
        "can be a draft again.",
    ),
    "exchange_open_until": (
        "「{name}」の交換ポイントは <t:{until}:f> まで使えるため、それまで下書きには戻せません。",
        "Members can exchange the points of “{name}” until <t:{until}:f>, so it cannot be a draft "
        "before.",
    ),
    "nothing_to_publish": (
        "**{name}** には、公開していない変更がありません。",
        "There is nothing of **{name}** that is not published.",
    ),
    "not_manager": (
        "公開や日程の変更は、運営係か「サーバー管理」の権限のある人ができます。"
        "権限のある人に頼んでください。",
        "Only managers, and those who may manage the server, can do this. Please ask one of them.",
    ),
    "draft_changed": (
        "あなたが見たあとに、<@{by}> さんが **{name}** の下書きを変更しました。何も公開も破棄も"
        "していません。プレビューを見直してください。",
        "<@{by}> changed the draft of **{name}** after you saw it. Nothing was published or "
        "discarded. Please look at the preview again.",
    ),
    "draft_closed": (
        "**{name}** の下書きは、<@{by}> さんがすでに公開または破棄しました。",
        "<@{by}> has already published or discarded the draft of **{name}**.",
    ),
    "draft_changed_own": (
        "この画面を開いたあとに、あなたは **{name}** の下書きをすでに変更しています。"
        "何も公開も破棄もしていません。プレビューを見直してください。",
        "You have changed the draft of **{name}** yourself since this was shown. Nothing was "
        "published or discarded. Please look at the preview again.",
    ),
    "draft_closed_own": (
        "**{name}** の下書きは、あなたがすでに公開または破棄しています。今回は何もしていません。",
        "You have already published or discarded the draft of **{name}**. Nothing was done now.",
    ),
    "questions_open": (
        "カードの名前の確認が残っています。プレビューで答えてから公開してください。",
        "There are questions about cards. Please answer them in the preview first.",
    ),
    "over": (
        "**{name}** の終了日時を過ぎています。日程を決めてから公開してください。",
        "The end of **{name}** is in the past. Please choose other dates.",
    ),
    "too_many": (
        "公開できるのは {most} 個までです。終了したガチャの公開をやめてから、もう一度"
        "公開してください。",
        "A server can have {most} published banners. Please unpublish one that has ended, and "
        "try again.",
    ),
    "too_large": (
        "サーバーの設定がいっぱいです。終了したガチャの公開をやめるか、通貨の名前や休止の案内を"
        "短くしてください。",
        "This server’s settings are full. Please unpublish a banner that has ended, or shorten "
        "the currency’s name or the pause’s text.",
    ),
    "cards_changed": (
        "回答の処理中に、サーバーのカードが変更されました。プレビューからもう一度答えてください。",
        "The server’s cards were changed meanwhile. Please answer again in the preview.",
    ),
    "answer_refused": (
        "この回答は反映できませんでした。プレビューを開き直してください。",
        "This answer could not be used. Please open the preview again.",
    ),
    "failed": (
        "途中で失敗しました。下書きは変わっていません。少し待ってから、もう一度お試しください。",
        "Something went wrong, and the draft is as it was. Please wait a little and try again.",
    ),
    "is_so": ("すでにそうなっているので、何も変更していません。", "That is how it is already."),
    "is_other": (
        "前の版が変わっています。このガチャを開き直してください。",
        "The version before is another one now. Please open this banner again.",
    ),
    "period_changed": (
        "フォームを開いたあとに、**{name}** の日程が変更されました。上書きは"
        "していません。入力は 1 日保存されます。",
        "The dates of **{name}** were changed after you opened the form, and nothing of that was "
        "overwritten. What you typed is kept for a day.",
    ),
    "period_refused": (
        "この日程は使えないため、何も変更していません。入力は 1 日保存されます。",
        "These dates cannot be used, so nothing was changed. What you typed is kept for a day.",
    ),
}
"""Why nothing was done."""

LOGGED: Final[Sentences] = {
    "published": ("<@{by}> が「{name}」を公開", "<@{by}> published “{name}”"),
    "published_again": ("<@{by}> が「{name}」を更新", "<@{by}> updated “{name}”"),
    "planned": (
        "<@{by}> が「{name}」を公開（開催前）",
        "<@{by}> published “{name}”, to open later",
    ),
    "answered": (
        "<@{by}> が「{name}」のカード名の確認に回答",
        "<@{by}> answered a question about a card of “{name}”",
    ),
    "discarded": ("<@{by}> が「{name}」の下書きを破棄", "<@{by}> discarded the draft of “{name}”"),
    "dated": ("<@{by}> が「{name}」の日程を変更", "<@{by}> changed the dates of “{name}”"),
    "rerun": ("<@{by}> が「{name}」を再開催", "<@{by}> ran “{name}” again"),
    "default": ("<@{by}> が「{name}」を標準に設定", "<@{by}> made “{name}” the default"),
    "ended": ("<@{by}> が「{name}」を終了", "<@{by}> ended “{name}”"),
    "hidden": ("<@{by}> が「{name}」を非表示に", "<@{by}> hid “{name}”"),
    "unhidden": ("<@{by}> が「{name}」を表示", "<@{by}> showed “{name}” again"),
    "moved": ("<@{by}> が「{name}」の並び順を変更", "<@{by}> moved “{name}”"),
    "back": (
        "<@{by}> が「{name}」を前の版に戻した",
        "<@{by}> put “{name}” back to the version before",
    ),
    "removed": ("<@{by}> が「{name}」の公開を停止", "<@{by}> unpublished “{name}”"),
}
"""The same in the server's log."""

HINTS: Final[Mapping[str, Words]] = {
    "starts": (
        "例：12/24 18:00、12月24日18時。空欄なら今すぐ",
        "For example 12/24 18:00, Dec 24 6 pm. Empty: at once",
    ),
    "ends": ("例：12/31 23:59。空欄なら期限なし", "For example 12/31 23:59. Empty: no end"),
}

say: Final = speaking(SENTENCES)
