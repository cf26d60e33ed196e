"""Every sentence that a person reads, in Japanese and English. Commands have the names in them that
Discord shows in that language (`adapters/commands.py`)."""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = ("ja", "en")

_MARKDOWN: Final = re.compile(r"[\\*_~`|<>\[\]()@#]|:(?=//)|[-+](?= )|(?<=\d)\.(?= )")
"""What Discord's Markdown reads: emphasis, code, spoilers, links, mentions, emoji, timestamps,
headings, quotes and lists."""

_NOT_PRINTABLE_BUT_FINE: Final = "\u3000\u200c\u200d"
"""A Japanese space, and the joiners of Persian words and of emoji made of several."""


def language(locale: object) -> str:
    """The language to answer in, after Discord's locale ("ja", "en-US", …): "ja" or "en"."""
    return "ja" if isinstance(locale, str) and locale.split("-")[0] == "ja" else "en"


def say(lang: str, key: str, **values: object) -> str:
    """The sentence `key` in `lang`, with its blanks filled in."""
    return _SENTENCES[key][LANGUAGES.index(lang)].format(**values)


def literal(text: str) -> str:
    """`text`, which somebody else wrote, so that Discord's Markdown shows it sign for sign. What
    would break a line or turn its direction becomes a space. At most twice as long."""
    return _MARKDOWN.sub(r"\\\g<0>", _printable(text))


def code(text: str) -> str:
    """The same as code, which cannot hold a backtick: with one, as `literal` shows it."""
    return literal(text) if "`" in text else f"`{_printable(text)}`"


def _printable(text: str) -> str:
    return "".join(
        each if each.isprintable() or each in _NOT_PRINTABLE_BUT_FINE else " " for each in text
    )


_SENTENCES: Final = {
    # --- before a workflow starts -------------------------------------------------------------
    "guild_only": ("サーバー内でお使いください。", "Please use this inside a server."),
    "other_server": (
        "このガチャは、運営者が許可したサーバーでのみお使いいただけます。"
        "このサーバーで使うには、ガチャの運営者に追加を依頼してください。",
        "This gacha answers only in the servers that its owner has chosen. "
        "To use it here, please ask its owner to add this server.",
    ),
    "too_many": (
        "短い間にたくさんのコマンドが届いたため、この操作は受け付けませんでした。"
        "通貨は減っていません。{seconds} 秒ほど待ってから、もう一度お試しください。",
        "That was many commands in a short time, so this one was not taken. Nothing was charged. "
        "Please wait about {seconds} s and try again.",
    ),
    "unknown_command": (
        "「{name}」というコマンドはありません。/ガチャ ヘルプ をご覧ください。",
        "There is no command “{name}”. See /gacha help.",
    ),
    "unknown_option": (
        "「{name}」という項目はありません。/ガチャ ヘルプ をご覧ください。",
        "There is no option “{name}”. See /gacha help.",
    ),
    "missing_option": ("「{name}」を指定してください。", "Please give “{name}”."),
    "bad_option": (
        "「{name}」には {allowed} を指定してください。",
        "“{name}” has to be {allowed}.",
    ),
    "not_allowed": (
        "この操作には「サーバー管理」の権限が必要です。",
        "This takes the permission “Manage Server”.",
    ),
    "a_member": ("メンバー", "a member"),
    "a_string": ("{low}〜{high} 文字の文字列", "text of {low} to {high} characters"),
    "an_integer": ("{low}〜{high} の整数", "a whole number from {low} to {high}"),
    "or": (" か ", " or "),
    "stale_button": (
        "この操作はもう使えません。コマンドをもう一度お試しください。",
        "This control is no longer valid. Please use the command again.",
    ),
    "not_your_button": (
        "このボタンはコマンドを使った本人だけが押せます。",
        "Only the person who used the command can press this button.",
    ),
    "not_started": (
        "ただいま混み合っています。通貨は減っていません。少し待ってからもう一度お試しください。",
        "We are busy right now. Nothing was charged. Please try again in a moment.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "/ガチャ 履歴 でも確認できます。受付番号 {receipt}",
        "We could not confirm the request. If it started, the result appears here; "
        "see also /gacha history. Receipt number {receipt}",
    ),
    # --- a pull's outcome ---------------------------------------------------------------------
    "cannot_pay": (
        "通貨が {missing:,} 足りません（必要 {price:,}、所持 {balance:,}）。何も引いていません。",
        "You are {missing:,} short (price {price:,}, you have {balance:,}). Nothing was drawn.",
    ),
    "stale_pull": (
        "このボタンより後に引いています。新しい結果のボタンか /ガチャ 引く をお使いください。"
        "何も引いていません。",
        "You have pulled since. Please use the buttons of your latest result, or /gacha pull. "
        "Nothing was drawn.",
    ),
    "banner_closed": (
        "「{banner}」は現在引けません。通貨は減っていません。",
        "“{banner}” is not open right now. Nothing was charged.",
    ),
    "voided": (
        "引けませんでした。通貨は減っていません。受付番号 {receipt}",
        "The pull failed. Nothing was charged. Receipt number {receipt}",
    ),
    "stands": (
        "結果は記録済みです。/ガチャ 履歴 で確認できます。受付番号 {receipt}",
        "Your result is recorded. See /gacha history. Receipt number {receipt}",
    ),
    "unclear": (
        "処理を確認できませんでした。/ガチャ 履歴 で結果を確認できます。受付番号 {receipt}",
        "We could not confirm what happened. /gacha history shows the result if there is one. "
        "Receipt number {receipt}",
    ),
    "unanswered": (
        "表示できませんでした。もう一度お試しください。受付番号 {receipt}",
        "This could not be shown. Please try again. Receipt number {receipt}",
    ),
    # --- rates --------------------------------------------------------------------------------
    "rates_title": ("{banner} の提供割合", "Rates of {banner}"),
    "rates_line": (
        "基本 {base} ／ 総合 {consolidated} ／ あなたの次の 1 回 **{next}**",
        "base {base}, overall {consolidated}, your next pull **{next}**",
    ),
    "rates_note": (
        "カードの割合は最初の 1 回のもの。"
        "総合は確率上昇・天井・ピックアップ保証を含む長期の割合です。",
        "Cards: rates of a first pull. Overall: the long-run share with ramps, ceilings and "
        "guarantees.",
    ),
    "rates_steps": (
        " 10 連の値段は順に {prices}。次は {step} 番目です。",
        " Ten-pulls cost {prices} in turn; your next is number {step}.",
    ),
    "rates_exchange": (
        " 1 回で 1 ポイント、{price:,} ポイントで交換できます。",
        " Each pull gives 1 point; {price:,} points can be exchanged.",
    ),
    "rates_left": (
        "ほか {left:,} 枚は添付ファイルにあります。",
        "{left:,} more are in the attached file.",
    ),
    "rates_too_long": ("（計算が長すぎるため省略）", "(takes too long to compute here)"),
    "rates_ten": ("10 連での総合 {ten}", "overall in ten-pulls {ten}"),
    "rates_changes": ("前回から数えて {changes}", "counted from the last one: {changes}"),
    "rates_change": ("{pull} 回目 {rate}", "pull {pull} {rate}"),
    "rates_featured": ("うちピックアップ {featured}", "featured: {featured} of these"),
    "rates_guarantee": (
        "ピックアップ以外が {losses} 回続くと、次は必ずピックアップ",
        "after {losses} in a row that is not featured, the next is",
    ),
    # --- fairness -----------------------------------------------------------------------------
    "unchanged": (
        "処理できませんでした。何も変わっていません。受付番号 {receipt}",
        "That failed. Nothing was changed. Receipt number {receipt}",
    ),
    "changed": (
        "変更は記録済みです。本人の /ガチャ 履歴 に載っています。受付番号 {receipt}",
        "The change is recorded; the player's /gacha history has it. Receipt number {receipt}",
    ),
    # --- grants -------------------------------------------------------------------------------
    "granted": (
        "<@{user}> に {amount:,} を付与しました（残高 {balance:,}）。受付番号 {receipt}",
        "<@{user}> was given {amount:,} and now has {balance:,}. Receipt number {receipt}",
    ),
    "no_such_pull": (
        "<@{user}> の記録に受付番号 {pull} の結果はありません。何も付与していません。",
        "<@{user}> has no pull with receipt number {pull}. Nothing was given.",
    ),
    "seed_chosen": (
        "クライアントシードを {client_seed} にしました。以後の抽選はこれに基づきます。",
        "Your client seed is now {client_seed}. Every later draw depends on it.",
    ),
    "nothing_to_reveal": (
        "この期間ではまだ 1 回も引いていません。公開するものがありません。",
        "Nothing was drawn in this epoch yet, so there is nothing to reveal.",
    ),
    "rotated": (
        "期間 {epoch} を閉じました（抽選 {draws} 回）。"
        "/ガチャ 検証 記録 でシードと記録を受け取り、verify.py で確かめられます。\n"
        "今の期間の約束: `{commitment}`\n次の期間の約束: `{next}`",
        "Epoch {epoch} is closed ({draws} draws). /gacha fair receipts gives you its seed and "
        "receipts, for verify.py to check.\n"
        "This epoch's commitment: `{commitment}`\nThe next epoch's: `{next}`",
    ),
    "fair_title": ("抽選の検証", "Checking your draws"),
    "fair_epoch": ("今の期間", "This epoch"),
    "fair_epoch_value": ("{epoch}（抽選 {nonce} 回）", "{epoch} ({nonce} draws)"),
    "fair_commitment": ("約束（シードの SHA-256）", "Commitment (the seed's SHA-256)"),
    "fair_next": ("次の期間の約束", "The next epoch's commitment"),
    "fair_client_seed": ("クライアントシード", "Your client seed"),
    "fair_last": ("最後の記録のハッシュ", "Your last receipt's hash"),
    "fair_none": ("まだありません", "none yet"),
    "no_closed_epoch": (
        "その期間はまだ閉じていないか、存在しません。/ガチャ 検証 更新 で今の期間を閉じられます。",
        "That epoch is not closed, or there is none. /gacha fair rotate closes the current one.",
    ),
    "no_such_part": (
        "期間 {epoch} に {part} 番目の部はありません。",
        "Epoch {epoch} has no part {part}.",
    ),
    "receipts": (
        "期間 {epoch} の記録 {pulls} 件（{part} 番目の部）です。"
        "`python verify.py` か verify.html で確かめられます。",
        "{pulls} receipts of epoch {epoch} (part {part}). "
        "Check them with `python verify.py` or verify.html.",
    ),
    "more_parts": (
        "続きは part を {next} にして受け取れます。",
        "There is more: ask for part {next}.",
    ),
    # --- what a pull looks like ---------------------------------------------------------------
    "pull_again_1": ("もう1回", "Pull again ×1"),
    "pull_again_10": ("もう10連", "Pull again ×10"),
    "new": ("NEW", "NEW"),
    "featured": ("ピックアップ", "featured"),
    "paid": (
        "{price:,} を使いました。残り {balance:,}",
        "Paid {price:,}. You have {balance:,} left.",
    ),
    "ceiling": ("{rarity} 確定まで あと {pulls} 回", "{rarity} certain within {pulls}"),
    "ceiling_or_better": (
        "{rarity} 以上確定まで あと {pulls} 回",
        "{rarity} or better certain within {pulls}",
    ),
    "missed_title": ("お届けできていなかった結果", "Results that had not reached you"),
    "missed_more": (
        "ほかに {count} 件あります。/ガチャ 履歴 で確認できます。",
        "There are {count} more; /gacha history has them all.",
    ),
    "missed_listed": (
        "お届けできていなかった結果があります。/ガチャ 履歴 で確認できます。受付番号 {receipts}",
        "Some results had not reached you; /gacha history has them. Receipt numbers {receipts}",
    ),
    "receipt": ("受付番号 {receipt}", "Receipt number {receipt}"),
    # --- profile, history, help ---------------------------------------------------------------
    "profile_title": ("プロフィール", "Your profile"),
    "profile_balance": ("所持通貨", "Balance"),
    "profile_collection": ("コレクション", "Collection"),
    "profile_cards": ("{owned} / {total} 種類", "{owned} of {total} cards"),
    "profile_ceilings": ("天井", "Ceilings"),
    "history_title": ("履歴", "Your history"),
    "history_empty": ("まだ記録がありません。", "Nothing here yet."),
    "history_opening": ("はじめの所持通貨", "Opening balance"),
    "history_seed": ("クライアントシードの変更", "Client seed chosen"),
    "history_rotate": ("期間 {epoch} を閉じた", "Epoch {epoch} closed"),
    "history_void": ("引けませんでした（通貨は減っていません）", "Failed pull (nothing charged)"),
    "history_void_change": ("変更できませんでした", "Failed change (nothing happened)"),
    "history_grant": ("管理者からの付与", "Granted by an admin"),
    "history_reason": ("理由：{reason}", "Reason: {reason}"),
    "history_compensates": ("対象の受付番号 `{pull}`", "makes up for `{pull}`"),
    "newer": ("新しい記録へ", "Newer"),
    "older": ("古い記録へ", "Older"),
    "help_title": ("ガチャの使い方", "How the gacha works"),
    "help_rules": (
        "1 回 {one:,}、10 連 {ten:,}。はじめに {start:,} を持っています。"
        "通貨は遊んで手に入れるもので、買うことも換金することもできません。",
        "One pull costs {one:,}, ten cost {ten:,}; you start with {start:,}. "
        "The currency is earned by playing; it is never bought and never cashed out.",
    ),
}
