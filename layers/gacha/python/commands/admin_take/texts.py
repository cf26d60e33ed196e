"""What `/gacha-admin take` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "to_a_bot": (
        "ボットは通貨を持っていません。「{/admin take:user}」には人を選んでください。",
        "A bot has no currency. Please choose a person as “{/admin take:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/admin take:user}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server. "
        "Please choose a member of the server as “{/admin take:user}”.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "やり直すと二重に回収するおそれがあるので、先に {/admin log} を確認してください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If it went through, the result will appear here. "
        "Another try could take twice, so first look in {/admin log}. "
        "Receipt number {receipt_number}",
    ),
    "ask": ("回収しますか？", "Take this back?"),
    "ask_amount": (
        "<@{user}> から{currency}を {amount:,} 回収します（残りは {left:,}）。",
        "<@{user}> loses {amount:coins}, and keeps {left:,}.",
    ),
    "ask_card": (
        "<@{user}> から「{name}」を 1 枚回収します（残りは {left:,} 枚）。",
        "<@{user}> loses a copy of “{name}”, and keeps {left:,}.",
    ),
    "ask_told": (
        "相手が次にコマンドを使ったときに知らされ、履歴に理由が残ります。"
        "カードを返すには {/admin present new}、{currency}を返すには {/admin grant} を"
        "お使いください。",
        "They are told with their next command, and their history says why. To give it back, use "
        "{/admin present new} for a card, or {/admin grant} for {currency}.",
    ),
    "ask_now": ("回収します", "Take it back"),
    "ask_again": (
        "まだ何も回収していません。{/admin take} をもう一度お使いください。",
        "Nothing was taken yet. Please use {/admin take} again.",
    ),
    "already_done": (
        "すでに回収済みです（受付番号 {done}）。今回は何も回収していません。",
        "This was taken already (receipt number {done}). Nothing was taken this time.",
    ),
    "forgotten": (
        "このボタンはもう使えません（1 日以上たったか、そのあとに別の確認を表示しました）。"
        "今回は何も回収していませんが、すでに回収済みかもしれません。"
        "先に {/admin log} を確認し、なければ {/admin take} をもう一度お使いください。",
        "This button no longer works: it is more than a day old, or you were asked something else "
        "since. Nothing was taken this time, but it may have been taken before: look in "
        "{/admin log} first, and use {/admin take} again if it is not there.",
    ),
    "taken": (
        "<@{user}> から{currency}を {amount:,} 回収しました（現在 {balance:,}）。"
        "相手が次にコマンドを使ったときに知らされます。受付番号 {receipt_number}",
        "You took {amount:coins} from <@{user}>, who now has {balance:,}. "
        "They are told with their next command. Receipt number {receipt_number}",
    ),
    "too_much": (
        "<@{user}> の{currency}は {balance:,} なので、{amount:,} は回収できません。"
        "何も回収していません。{balance:,} 以下の額を指定してください。",
        "<@{user}> has {balance:coins}, so {amount:,} cannot be taken. Nothing was taken. "
        "Please give {balance:,} or less.",
    ),
    "one_of_both": (
        "「{/admin take:amount}」か「{/admin take:card}」のどちらか 1 つを指定してください。"
        "何も回収していません。",
        "Please give either “{/admin take:amount}” or “{/admin take:card}”. Nothing was taken.",
    ),
    "taken_card": (
        "<@{user}> から「{name}」を 1 枚回収しました（残り {left:,} 枚）。"
        "相手が次にコマンドを使ったときに知らされます。受付番号 {receipt_number}",
        "You took a copy of “{name}” from <@{user}>, who has {left:,} left. "
        "They are told with their next command. Receipt number {receipt_number}",
    ),
    "no_card": (
        "「{name}」に当てはまるカードはありません。何も回収していません。"
        "カードの一覧は {/collection} で確認できます。",
        "No card matches “{name}”. Nothing was taken. {/collection} lists every card.",
    ),
    "several": (
        "「{name}」に当てはまるカードは {found:,} 種類あります。何も回収していません。"
        "番号でお試しください。番号は {/collection} で確認できます。",
        "{found:,} {found:card matches|cards match} “{name}”. Nothing was taken. Please use the "
        "number, which {/collection} shows.",
    ),
    "not_owned": (
        "<@{user}> は No. {number} {name} を持っていません。何も回収していません。"
        "別のカードを指定してください。",
        "<@{user}> does not own No. {number} {name}. Nothing was taken. Please name another card.",
    ),
    "is_locked": (
        "<@{user}> は No. {number} {name} をロックしています。何も回収していません。"
        "本人に {/lock} で外してもらってください。",
        "<@{user}> locked No. {number} {name}. Nothing was taken. "
        "Please ask them to unlock it with {/lock}.",
    ),
    "notice_card": (
        "<@{by}> がカード **{card}** を 1 枚回収しました",
        "<@{by}> took back a copy of **{card}**",
    ),
    "logged_card": (
        "<@{by}> が <@{user}> からカード {card} を 1 枚回収",
        "<@{by}> took a copy of {card} from <@{user}>",
    ),
    "notice": (
        "<@{by}> が{currency} **{amount:,}** を回収しました",
        "<@{by}> took back **{amount:coins}**",
    ),
    "notice_receipt_number": (
        "理由は {/history} で確認できます。受付番号 `{receipt_number}`",
        "{/history} says why. Receipt number `{receipt_number}`",
    ),
    "line": ("<@{by}> による回収", "Taken back by <@{by}>"),
    "logged": (
        "<@{by}> が <@{user}> から{currency} {amount:,} を回収",
        "<@{by}> took {amount:coins} from <@{user}>",
    ),
    "reason": ("理由：{reason}", "Reason: {reason}"),
}

say: Final = speaking(SENTENCES)
