"""What `/gacha-admin grant` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "to_a_bot": (
        "ボットには付与できません。「{/admin grant:user}」には人を選んでください。",
        "A bot cannot be given currency. Please choose a person as “{/admin grant:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいないため、付与できません。"
        "「{/admin grant:user}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server, so nothing can be given. "
        "Please choose a member of the server as “{/admin grant:user}”.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "やり直すと二重に付与するおそれがあるので、先に相手の {/history} を見てもらってください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If it went through, the result will appear here. "
        "Another try could give twice, so first ask the member to look in {/history}. "
        "Receipt number {receipt_number}",
    ),
    "granted": (
        "<@{user}> に{currency}を {amount:,} 付与しました（現在 {balance:,}）。"
        "相手が次にコマンドを使ったときに、プレゼントとして表示されます。受付番号 {receipt_number}",
        "<@{user}> was given {amount:coins} and now has {balance:,}. "
        "Their next command shows it as a present. Receipt number {receipt_number}",
    ),
    "no_receipt_number": (
        "「{/admin grant:receipt}」には、受付番号を 1 つ入力してください。"
        "受付番号は 17〜20 桁の数字で、結果の下と {/history} に表示されます。"
        "何も付与していません。",
        "Please give one receipt number as “{/admin grant:receipt}”. A receipt number has 17 to 20 "
        "digits and is shown under each result and in {/history}. Nothing was given.",
    ),
    "no_such_pull": (
        "<@{user}> の記録に受付番号 {pull} の結果はありません。何も付与していません。"
        "番号は、本人が {/history} で確認できます。",
        "<@{user}> has no pull with receipt number {pull}. Nothing was given. "
        "They can find the number in {/history}.",
    ),
    "present": ("<@{by}> から{currency} **{amount:,}**", "<@{by}> gave you **{amount:coins}**"),
    "present_of_server": (
        "このサーバーから{currency} **{amount:,}**",
        "This server gave you **{amount:coins}**",
    ),
    "present_receipt_number": (
        "このプレゼントの受付番号 `{receipt_number}`",
        "This present’s receipt number `{receipt_number}`",
    ),
    "line": ("<@{by}> からのプレゼント", "Present from <@{by}>"),
    "line_of_server": ("このサーバーからのプレゼント", "Present from this server"),
    "logged": (
        "<@{by}> が <@{user}> に{currency} {amount:,} を付与",
        "<@{by}> gave <@{user}> {amount:coins}",
    ),
    "reason": ("理由：{reason}", "Reason: {reason}"),
    "compensates": (
        "お詫びの対象：受付番号 `{pull}`",
        "Compensation for receipt number `{pull}`",
    ),
}

say: Final = speaking(SENTENCES)
