"""What `/gacha settings` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("自分の設定", "Your settings"),
    "now": (
        "このサーバーでの、あなたの設定です。変更するには、下から選んでください。",
        "These are your settings in this server. To change one, choose below.",
    ),
    "settled": (
        "設定を変更しました。次のコマンドから反映されます。",
        "Your settings are changed, from your next command on.",
    ),
    "same": ("その設定になっています。", "It is set that way already."),
    "line": ("**{name}**：{value}", "**{name}**: {value}"),
    "choice": ("{name}：{value}", "{name}: {value}"),
    "results": ("ガチャの結果", "Results of pulls"),
    "book": ("図鑑とプロフィール", "Cards and profile"),
    "spending": ("支払いの順番", "Order of payment"),
    "wishes": ("ほしいものでの名前", "Name beside wishes"),
    "results_here": (
        "このサーバーでは、結果は引いた本人だけに表示されます。「見せる」を押すと全員に表示できます。",
        "In this server only you see your results. Press “Show everyone” below one to show it.",
    ),
    "results_private": (
        "結果の下の「見せる」を押すと、その結果を 1 回だけ全員に表示できます。",
        "“Show everyone” below a result shows that one to everybody, once.",
    ),
    "spending_tickets": (
        "まとめて引くときは、回数分のチケットがそろっていればチケットで、"
        "足りなければ{currency}だけで払います。",
        "A multi-pull takes tickets if there are enough for all of it, and else only {currency}.",
    ),
    "moved": ("{name}：{before} → **{after}**", "{name}: {before} → **{after}**"),
    "changed_line": ("設定を変更（{changes}）", "Changed settings ({changes})"),
    "changed": (
        "設定は変更済みです。{/settings} で確認できます。受付番号 {receipt_number}",
        "Your settings are changed. See {/settings}. Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。変更されたかどうかは {/settings} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. {/settings} shows whether it was changed. "
        "Receipt number {receipt_number}",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。変更されたかどうかは {/settings} で確認できます。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. {/settings} shows whether it was changed. "
        "Receipt number {receipt_number}",
    ),
}

say: Final = speaking(SENTENCES)
