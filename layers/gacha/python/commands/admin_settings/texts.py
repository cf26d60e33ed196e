"""What `/gacha-admin settings` says, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("サーバーの設定", "Server settings"),
    "now": (
        "現在の設定です。変更する項目を下から選んでください。",
        "These are your settings. Choose below what to change.",
    ),
    "settled": (
        "設定を変更しました。次のコマンドから反映されます。",
        "Your settings are changed, from the next command on.",
    ),
    "guessed": (
        "返事の言語とタイムゾーンは、このサーバーで最初の設定だったので、あなたの Discord の言語に"
        "合わせました。下の「{group}」から変えられます。",
        "As these are the first settings of this server, the language of the answers and the "
        "timezone follow the language of your Discord. Change them below, under “{group}”.",
    ),
    "first": (
        "まだ何も設定されていません。どれかを最初に変えると、返事の言語とタイムゾーンも、"
        "あなたの Discord の言語に合わせて次のようになります。「{group}」で先に決めることも、"
        "あとから変えることもできます。",
        "Nothing has been settled yet. With the first change of anything, the language of the "
        "answers and the timezone follow the language of your Discord, as below. Settle them first "
        "under “{group}”, or change them later.",
    ),
    "same": (
        "入力は現在の設定と同じなので、何も変更していません。",
        "That is how it is already, so nothing was changed.",
    ),
    "refused": (
        "使えない値があるため、何も変更していません。入力は 1 日保存されるので、"
        "「入力を修正」から続けられます。",
        "Some of this cannot be used, so nothing was changed. What you typed is kept for a day: "
        "press “Correct it”.",
    ),
    "refused_option": (
        "この値は使えないため、何も変更していません。",
        "This cannot be used, so nothing was changed.",
    ),
    "stale": (
        "フォームを開いたあとに、この項目が変更されました。"
        "上書きはしていません。現在の設定は下のとおりです。入力は 1 日保存されるので、"
        "「入力を修正」から続けられます。",
        "This was changed after you opened the form, and nothing of that change was "
        "overwritten. Below is how it is now. What you typed is kept for a day: press "
        "“Correct it”.",
    ),
    "reopen": ("入力を修正", "Correct it"),
    "pick": ("変更する項目", "What to change"),
    "line": ("{field}：{value}", "{field}: {value}"),
    "moved": ("{field}：{before} → **{after}**", "{field}: {before} → **{after}**"),
    "problem": ("**{field}**：「{value}」{rule}", "**{field}**: “{value}” {rule}"),
    "nothing": ("（空欄）", "(empty)"),
    "one_line": (
        "は使えません。改行や制御文字を除き、見える文字を入れてください。",
        "cannot be used. Please write it on one line, with signs that can be seen.",
    ),
    "long": (
        "は {length:,} 文字です。{most:,} 文字以内にしてください。",
        "has {length:,} {length:character|characters}. "
        "Please use {most:,} {most:character|characters} at most.",
    ),
    "number": (
        "は使えません。{least:,}〜{most:,} の整数を入力してください。",
        "cannot be used. Please give a whole number from {least:,} to {most:,}.",
    ),
    "zone": (
        "というタイムゾーンは見つかりません。「日本」「Asia/Tokyo」「+9」のように"
        "入力してください。",
        "is no timezone that we know. Please write it like “Europe/Paris”, “New York”, “+9” or "
        "“UTC+09:00”.",
    ),
    "role": ("は使えません。ロールを選び直してください。", "is no role. Please choose one."),
    "choice": (
        "は選べません。選択肢から選んでください。",
        "cannot be chosen. Please choose one of the list.",
    ),
    "one_emoji": (
        "は使えません。絵文字を 1 つだけ入力してください（サーバーの絵文字も使えます）。",
        "cannot be used. Please give one emoji, which may be one of this server’s own.",
    ),
    "emoji_label": ("通貨の絵文字", "Emoji of the currency"),
    "currency": ("通貨（共通の呼び名）", "currency (the common name)"),
    "emoji": ("なし", "none"),
    "pause": ("休止していません", "not paused"),
    "editors": ("なし（管理者のみ）", "none (admins only)"),
    "managers": ("なし（管理者のみ）", "none (admins only)"),
    "no_minimum": ("制限なし", "no minimum"),
    "days": ("{count:,} 日", "{count:,} {count:day|days}"),
    "some_tickets": ("{count:,} 枚", "{count:,}"),
    "month_title": ("30 日で受け取れるもの", "What 30 days give"),
    "month": (
        "毎日受け取ると、30 日で{currency} {coins:,} になります。",
        "Collecting every day gives {coins:coins} in 30 days.",
    ),
    "month_tickets": (
        "毎日受け取ると、30 日で{currency} {coins:,} とチケット {tickets:,} 枚になります。",
        "Collecting every day gives {coins:coins} and {tickets:,} {tickets:ticket|tickets} "
        "in 30 days.",
    ),
    "month_pulls": (
        "合わせて「{banner}」を約 {pulls:,} 回引けます。",
        "That makes about {pulls:,} {pulls:pull|pulls} on “{banner}”.",
    ),
    "month_expected": (
        "合わせて「{banner}」を約 {pulls:,} 回引けて、{rarity} は平均 {expected} 枚です。",
        "That makes about {pulls:,} {pulls:pull|pulls} on “{banner}”, with {expected} {rarity} "
        "on average.",
    ),
    "changed_by": (
        "<@{by}> が設定を変更",
        "<@{by}> changed the settings",
    ),
    "changed": (
        "設定の変更は記録済みです。{/admin settings} で確認できます。受付番号 {receipt_number}",
        "Your change is recorded. See {/admin settings}. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。変更されたかどうかは {/admin settings} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. {/admin settings} shows whether it was changed. "
        "Receipt number {receipt_number}",
    ),
}

HINTS: Final[Mapping[str, Words]] = {
    "currency": (
        "空欄なら「通貨」と表示します。",
        "Left empty, it is “currency”. Write “gem/gems” where the word for one is another.",
    ),
    "start_balance": (
        "これから始める人だけが対象です（0〜1,000,000）。",
        "For those who begin from now on; 0 to 1,000,000.",
    ),
    "timezone": ("例：日本、Asia/Tokyo、+9", "For example Europe/Paris, New York, +9"),
    "daily": ("0〜100,000", "0 to 100,000"),
    "daily_tickets": (
        "1 枚で 1 回引けます。0 なら渡しません（最大 10）。",
        "Each is a pull; 0 gives none, 10 at most.",
    ),
    "ticket_days": (
        "受け取った日を含めて数えます（1〜14）。",
        "The day of the claim counts; 1 to 14.",
    ),
    "streak_3": (
        "その日の分に加えて渡す通貨。0 なら渡しません。",
        "Beside the day’s own; 0 gives none.",
    ),
    "streak_30": (
        "31 日目からは、3 日目のボーナスからくり返します。",
        "After the 30th day the bonuses begin anew.",
    ),
    "starter_tickets": (
        "10 枚で 10 連 1 回分。これから始める人が対象で、0 なら渡しません（最大 1,000）。",
        "Ten are a ten-pull. For who begins from now on; 0 gives none, 1,000 at most.",
    ),
    "starter_days": (
        "はじめてから何日使えるか（1〜365）",
        "Counted from when they begin; 1 to 365.",
    ),
    "point_shards": (
        "終了から 7 日を過ぎたガチャに残った交換ポイントは、かけらに変わります（1〜1,000）。",
        "Points left 7 days after a banner’s end become shards; 1 to 1,000.",
    ),
    "min_account_days": ("0 なら制限なし（最大 365）", "0 is no minimum; at most 365"),
    "min_member_days": ("0 なら制限なし（最大 365）", "0 is no minimum; at most 365"),
    "pause": (
        "入力すると全員の引く・受け取る操作を止め、この文を表示します。空欄で再開します。",
        "While there is a text, nobody can pull or collect: they read it. Empty it to go on.",
    ),
    "editors": (
        "カードと下書きの編集、プレビューができます。",
        "They edit cards and drafts, and see previews.",
    ),
    "managers": (
        "ガチャの公開、通貨の付与・回収、プレゼントとコードの管理ができます。",
        "They publish banners, give and take currency, and manage presents and codes.",
    ),
}

say: Final = speaking(SENTENCES)
