"""What `/gacha-admin receipt` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "to_a_bot": (
        "ボットに受付番号はありません。「{/admin receipt:user}」には人を選んでください。",
        "A bot has no receipt numbers. Please choose a person as “{/admin receipt:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/admin receipt:user}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server. "
        "Please choose a member of the server as “{/admin receipt:user}”.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。表示されなければ、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If nothing appears, please try again. "
        "Receipt number {receipt_number}",
    ),
    "no_receipt_number": (
        "「{/admin receipt:number}」には、受付番号を 1 つ入力してください。"
        "受付番号は 17〜20 桁の数字で、結果の下と {/history} に表示されます。",
        "Please give one receipt number as “{/admin receipt:number}”. It has 17 to 20 digits and "
        "is shown under each result and in {/history}.",
    ),
    "unknown": (
        "<@{user}> の記録に受付番号 {number}（<t:{made}:R>）はありません。"
        "断られたコマンドと、見るだけのコマンドは記録に残らず、{currency}も減りません。"
        "番号と相手が正しいか、別のサーバーの番号でないかを確認してください。",
        "<@{user}> has no event with receipt number {number} (<t:{made}:R>). "
        "A refused command, or one that only shows something, leaves none, and charges nothing. "
        "Please check the number and the member, and that it is not from another server.",
    ),
    "lost": (
        "<@{user}> の記録に受付番号 {number}（<t:{made}:f>）はありません。"
        "ボットのデータを <t:{restored}:f> の時点に戻したため、そこから <t:{again}:f> までに"
        "記録されたことは、結果も支払いも残っていません。"
        "その間に得たものを補うときは {/admin grant} をお使いください。",
        "<@{user}> has no event with receipt number {number} (<t:{made}:f>). The bot’s data was "
        "put back to <t:{restored}:f>, so whatever was recorded from then until <t:{again}:f> is "
        "gone: results and payments alike. {/admin grant} can make up for it.",
    ),
    "title": ("受付番号の記録", "What became of it"),
    "head": ("<@{user}> の記録", "From the ledger of <@{user}>"),
    "recorded": ("✅ 記録済みです。この結果は変わりません。", "✅ Recorded. It stands."),
    "is_void": (
        "🚫 無効です。何も起きておらず、{currency}も減っていません。",
        "🚫 Void. Nothing happened and nothing was charged.",
    ),
    "charged": ("💰 支払い：{amount:coins}", "💰 Charged: {amount:coins}"),
    "given": ("💰 受け取り：{amount:coins}", "💰 Given: {amount:coins}"),
    "nothing_moved": ("💰 {currency}の増減なし", "💰 No {currency} moved"),
    "balance": ("👛 直後の所持数：{balance:,}", "👛 Balance afterwards: {balance:,}"),
    "delivered": ("📨 本人に表示済みです。", "📨 Its message arrived."),
    "undelivered": (
        "📭 まだ本人に表示できていません。本人が次にコマンドを使ったときに表示します。",
        "📭 Its message has not arrived. Their next command shows it.",
    ),
}

say: Final = speaking(SENTENCES)
