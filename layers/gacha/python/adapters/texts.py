"""Every sentence that a person reads, in Japanese and English.

A blank such as `{/fair rotate}` is filled with the name that Discord shows of that command in the
sentence's language, `{/fair receipts:part}` with that of its option: `adapters/commands.py` is the
one place that names them. `{count:card|cards}` is the first word for 1 and else the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters.commands import COMMANDS, SUBCOMMAND, SUBCOMMAND_GROUP
from gacha import names

LANGUAGES: Final = ("ja", "en")

_MARKDOWN: Final = re.compile(
    r"[\\*_~`|<>\[\]()@#]|:(?=\S)|[-+](?= |$)|(?<=\d)\.(?= |$)", re.MULTILINE
)
"""What Discord's Markdown reads: emphasis, code, spoilers, links, mentions, emoji (`:star:`),
timestamps, headings, quotes and lists. What ends a name can do so with the sign that follows."""


def language(locale: object) -> str:
    """The language to answer in, after Discord's locale ("ja", "en-US", …): "ja" or "en"."""
    return "ja" if isinstance(locale, str) and locale.split("-")[0] == "ja" else "en"


def say(lang: str, key: str, **values: object) -> str:
    """The sentence `key` in `lang`, with its blanks filled in."""
    blanks = {
        name: _Number(value) if type(value) is int else value for name, value in values.items()
    }
    sentence = _SENTENCES[key][LANGUAGES.index(lang)]
    return sentence.format_map({**_COMMANDS[lang], **blanks})


def literal(text: str) -> str:
    """`text`, which somebody else wrote, so that Discord's Markdown shows it sign for sign. What
    would break a line or turn its direction becomes a space. At most twice as long."""
    return _MARKDOWN.sub(r"\\\g<0>", names.one_line(text))


def code(text: str) -> str:
    """The same as code, which cannot hold a backtick: with one, as `literal` shows it."""
    return literal(text) if "`" in text else f"`{names.one_line(text)}`"


def localised(definition: Mapping[str, Any], field: str, lang: str) -> str:
    """The name or description of a command, an option or a choice, as Discord shows it."""
    shown: Mapping[str, str] = definition.get(f"{field}_localizations", {})
    default: str = definition[field]
    return shown.get(lang, default)


def subcommands(definition: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    """The way to each subcommand: the definitions from the command down."""
    below = [
        each
        for each in definition.get("options", [])
        if each["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)
    ]
    for each in below:
        for path in subcommands(each):
            yield [definition, *path]
    if not below:
        yield [definition]


def command_name(path: Sequence[Mapping[str, Any]], lang: str) -> str:
    """A subcommand as it is typed, "/gacha fair show"."""
    return "/" + " ".join(localised(each, "name", lang) for each in path)


class _Number(int):
    """A number, or in a blank such as `{count:card|cards}` the word that goes with it."""

    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        return (one if self == 1 else many) if bar else super().__format__(form)


class _Command(NamedTuple):
    name: str
    options: Mapping[str, str]

    def __format__(self, option: str) -> str:
        return self.options[option] if option else self.name


def _commands(lang: str) -> dict[str, _Command]:
    """By "/" and the words after the command, such as "/pull" or "/fair show"."""
    return {
        "/" + " ".join(each["name"] for each in path[1:]): _Command(
            command_name(path, lang),
            {each["name"]: localised(each, "name", lang) for each in path[-1].get("options", [])},
        )
        for command in COMMANDS
        for path in subcommands(command)
    }


_COMMANDS: Final = {lang: _commands(lang) for lang in LANGUAGES}

_SENTENCES: Final = {
    # --- before a workflow starts -------------------------------------------------------------
    "guild_only": (
        "サーバー内でお使いください。ここで使えるのは {/help} だけです。",
        "Please use this inside a server. Only {/help} works here.",
    ),
    "other_server": (
        "このガチャは、運営者が許可したサーバーでのみお使いいただけます。"
        "このサーバーで使うには、ガチャの運営者に追加を依頼してください。",
        "This gacha answers only in the servers that its owner has chosen. "
        "To use it here, please ask its owner to add this server.",
    ),
    "too_many": (
        "短い時間にコマンドが続いたため、今回は受け付けませんでした。"
        "通貨は減っていません。{seconds:,} 秒ほど待ってから、もう一度お試しください。",
        "You have used many commands in a short time, so this one was not taken. "
        "Nothing was charged. Please try again in about {seconds:,} {seconds:second|seconds}.",
    ),
    "unknown_command": (
        "「{name}」というコマンドはありません。{/help} をご覧ください。",
        "There is no command “{name}”. See {/help}.",
    ),
    "unknown_option": (
        "「{name}」という項目はありません。{/help} をご覧ください。",
        "There is no option “{name}”. See {/help}.",
    ),
    "missing_option": ("「{name}」を指定してください。", "Please give “{name}”."),
    "bad_choice": (
        "「{name}」には{choices}を選んでください。",
        "“{name}” has to be {choices}.",
    ),
    "or": ("か", " or "),
    "bad_integer": (
        "「{name}」には、{low:,}〜{high:,} の整数を入力してください。",
        "“{name}” has to be a whole number from {low:,} to {high:,}.",
    ),
    "bad_member": (
        "「{name}」には、メンバーを選んでください。",
        "Please choose a member as “{name}”.",
    ),
    "bad_string": (
        "「{name}」には、{low:,}〜{high:,} 文字を入力してください（空白だけは使えません）。",
        "“{name}” has to be {low:,} to {high:,} {high:character|characters}, and not only blanks.",
    ),
    "not_allowed": (
        "この操作には「サーバー管理」の権限が必要です。権限のある人に頼んでください。",
        "You need the Manage Server permission for this. Please ask somebody who has it.",
    ),
    "to_a_bot": (
        "ボットには付与できません。「{/grant:user}」には人を選んでください。",
        "A bot cannot be given currency. Please choose a person as “{/grant:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいないため、付与できません。"
        "「{/grant:user}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server, so nothing can be given. "
        "Please choose a member of the server as “{/grant:user}”.",
    ),
    "stale_button": (
        "この操作はもうできません。コマンドをもう一度お使いください。",
        "This no longer works. Please use the command again.",
    ),
    "not_your_button": (
        "このボタンは、コマンドを使った本人だけが押せます。遊び方は {/help} をご覧ください。",
        "Only the person who used the command can press this button. "
        "To play yourself, see {/help}.",
    ),
    "not_started": (
        "今は受け付けられませんでした。通貨は減っていません。少し待ってから、もう一度お試しください。",
        "The bot cannot take commands right now. Nothing was charged. "
        "Please try again in a moment.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "{/history} でも確認できます。受付番号 {receipt}",
        "We could not confirm your request. If it went through, the result will appear here "
        "and in {/history}. Receipt number {receipt}",
    ),
    "perhaps_granted": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "やり直すと二重に付与するおそれがあるので、先に相手の {/history} を見てもらってください。"
        "受付番号 {receipt}",
        "We could not confirm your request. If it went through, the result will appear here. "
        "Another try could give twice, so first ask the member to look in {/history}. "
        "Receipt number {receipt}",
    ),
    # --- a pull's outcome ---------------------------------------------------------------------
    "cannot_pay": (
        "通貨が足りません（必要 {price:,}）。所持通貨は {/profile} で、"
        "通貨をもらう方法は {/help} で確認できます。",
        "You do not have enough currency: this costs {price:,}. "
        "{/profile} shows your balance, and {/help} says how to get more.",
    ),
    "cannot_pay_ten": (
        "10 連には通貨が {price:,} 必要ですが、足りません。1 回なら {one:,} で引けます。"
        "所持通貨は {/profile} で、通貨をもらう方法は {/help} で確認できます。",
        "A ten-pull costs {price:,}, and you have less. One pull costs {one:,}. "
        "{/profile} shows your balance, and {/help} says how to get more.",
    ),
    "stale_pull": (
        "この結果のあとにも引いているため、このボタンはもう使えません。"
        "最新の結果のボタンか {/pull} をお使いください。",
        "You have pulled since, so this button no longer works. "
        "Use the buttons of your latest result, or {/pull}.",
    ),
    "stale_epoch": (
        "この結果が出た期間は閉じているため、このボタンはもう使えません。"
        "{/pull} をお使いください。",
        "The epoch of this result is closed, so this button no longer works. Use {/pull}.",
    ),
    "banner_closed": (
        "「{banner}」は現在引けません。通貨は減っていません。"
        "ほかのバナーは {/pull} の「{/pull:banner}」で選べます。",
        "“{banner}” is not open right now. Nothing was charged. "
        "To choose another, use {/pull} with the option “{/pull:banner}”.",
    ),
    "voided": (
        "引けませんでした。通貨は減っていません。受付番号 {receipt}",
        "The pull failed. Nothing was charged. Receipt number {receipt}",
    ),
    "overtaken": (
        "引く前に期間が閉じられたため、この回は無効になりました。通貨は減っていません。"
        "{/pull} でもう一度お試しください。受付番号 {receipt}",
        "Your epoch was closed before this pull could be recorded, so the pull is void. "
        "Nothing was charged. Please use {/pull} again. Receipt number {receipt}",
    ),
    "stands": (
        "結果は記録済みです。{/history} で確認できます。受付番号 {receipt}",
        "Your result is recorded. See {/history}. Receipt number {receipt}",
    ),
    "unclear": (
        "処理を確認できませんでした。結果があれば、{/history} に表示されます。受付番号 {receipt}",
        "We could not confirm what happened. {/history} shows the result if there is one. "
        "Receipt number {receipt}",
    ),
    "unanswered": (
        "表示できませんでした。もう一度お試しください。受付番号 {receipt}",
        "This could not be shown. Please try again. Receipt number {receipt}",
    ),
    # --- rates --------------------------------------------------------------------------------
    "rates_title": ("「{banner}」の提供割合", "Rates for {banner}"),
    "rates_line": (
        "基本 {base} ／ 総合 {consolidated} ／ あなたの次の 1 回 **{next}**",
        "Base {base}, overall {consolidated}, your next pull **{next}**",
    ),
    "rates_note": (
        "カードごとの割合は、最初の 1 回のものです。"
        "「総合」は、確率上昇・天井・確定も含めて長く引き続けたときの割合です。",
        "Card rates are for a first pull. “Overall” is the long-run rate with soft pity, pity and "
        "guarantees.",
    ),
    "rates_left": (
        "ほか {left:,} 種類のカードは、添付ファイルにあります。",
        "{left:,} more {left:card is|cards are} in the attached file.",
    ),
    "rates_too_long": ("（計算に時間がかかるため省略）", "(takes too long to compute here)"),
    "rates_ten": ("10 連での総合 {ten}", "In ten-pulls, overall {ten}"),
    "rates_first_change": (
        "前回の {rarities} から数えて {pull:,} 回目：{rate}",
        "From pull {pull:,} after your last {rarities}: {rate}",
    ),
    "rates_change": ("{pull:,} 回目：{rate}", "pull {pull:,}: {rate}"),
    "rates_or_better": ("{rarity} 以上確定", "{rarity} or better guaranteed"),
    "rates_featured": (
        "ピックアップになる確率：{featured}",
        "Chance to be featured: {featured}",
    ),
    "rates_guarantee": (
        "ピックアップ以外が出たら、次の {rarity} は必ずピックアップ",
        "If your {rarity} is not featured, your next {rarity} is guaranteed to be",
    ),
    "rates_guarantee_after": (
        "ピックアップ以外が {losses:,} 回続いたら、次の {rarity} は必ずピックアップ",
        "If your {rarity} is not featured {losses:,} {losses:time|times} in a row, "
        "your next {rarity} is guaranteed to be",
    ),
    "rules_title": ("このバナーのルール", "Rules of this banner"),
    "rules_left": (
        "ルールの続き（{left:,} 件）は添付ファイルにあります。",
        "{left:,} more {left:rule is|rules are} in the attached file.",
    ),
    "rules_cut": (
        "レアリティごとのルールは添付ファイルにあります。",
        "Each rarity’s rules are in the attached file.",
    ),
    "rule_in_steps": (
        "{rule}（ステップ {steps}）",
        "{rule} ({count:step|steps} {steps})",
    ),
    "rule_promise": (
        "{within:,} 回以内に{cards}が必ず出ます",
        "{cards} guaranteed within {within:,} {within:pull|pulls}",
    ),
    "rule_promise_among": (
        "「{counts}」{within:,} 枚のうち 1 枚は必ず{cards}",
        "{cards} guaranteed within {within:,} {within:card|cards} of {counts}",
    ),
    "rule_promise_next": (
        "{without:,} 回引いても{cards}が出なければ、次の「{next}」は必ず{cards}",
        "After {without:,} {without:pull|pulls} without {cards}, "
        "your next {next} is guaranteed to be {cards}",
    ),
    "rule_once": ("{rule}（1 回限り）", "{rule} (once)"),
    "rule_minimum": (
        "10 連で{cards}が {count:,} 枚以上出ます",
        "Each ten-pull includes at least {count:,} {count:card|cards} of {cards}",
    ),
    "rule_slots": (
        "10 連の {numbers} 枚目の割合：{rates}",
        "Ten-pull, {count:card|cards} {numbers}: {rates}",
    ),
    "rule_steps_again": (
        "ステップアップ：10 連の値段は順に {prices} で、そのあとは最初に戻ります",
        "Step-up: ten-pulls cost {prices} in turn, then start over",
    ),
    "rule_steps_last": (
        "ステップアップ：10 連の値段は順に {prices} で、そのあとは最後の値段が続きます",
        "Step-up: ten-pulls cost {prices} in turn, then stay at the last price",
    ),
    "rule_box": (
        "ボックス：{stock:,} 枚入り。引いたカードはボックスからなくなります",
        "Box: {stock:,} {stock:card|cards}. A card that you draw leaves your box",
    ),
    "rule_box_refill": (
        "{cards}がなくなると、新しいボックスになります",
        "A new box begins once {cards} runs out",
    ),
    "rule_box_empty": (
        "空になると、新しいボックスになります",
        "A new box begins when yours is empty",
    ),
    "rule_exchange": (
        "1 回引くごとに交換ポイントが 1 たまります（カード 1 枚は {price:,} ポイント）。"
        "ポイントは、まだ使えません",
        "Each pull gives 1 exchange point (a card costs {price:,}). Points cannot be used yet",
    ),
    # --- how a banner's rules stand for a player ----------------------------------------------
    "ceiling": (
        "{rarity} 確定まで あと {pulls:,} 回",
        "{rarity} guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "ceiling_or_better": (
        "{rarity} 以上確定まで あと {pulls:,} 回",
        "{rarity} or better guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "featured_next": (
        "次の {rarity} はピックアップ確定",
        "Your next {rarity} is guaranteed to be featured",
    ),
    "promise": (
        "{cards}確定まで あと {pulls:,} 回",
        "{cards} guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "promise_among": (
        "次の「{counts}」{left:,} 枚のうちに{cards}確定",
        "{cards} guaranteed among your next {left:,} {left:card|cards} of {counts}",
    ),
    "promise_next": (
        "次の「{next}」は{cards}確定",
        "Your next {next} is guaranteed to be {cards}",
    ),
    "promise_after": (
        "あと {without:,} 回引いても{cards}が出なければ、次の「{next}」は{cards}確定",
        "If {without:,} more {without:pull brings|pulls bring} no {cards}, "
        "your next {next} is guaranteed to be {cards}",
    ),
    "step": (
        "次の 10 連はステップ {step:,}／{steps:,}（{price:,}）",
        "Your next ten-pull is step {step:,} of {steps:,} and costs {price:,}",
    ),
    "minimum": (
        "次の 10 連は{cards}が {count:,} 枚以上確定",
        "Your next ten-pull includes at least {count:,} {count:card|cards} of {cards}",
    ),
    "slots": (
        "次の 10 連の {numbers} 枚目は{cards}確定",
        "In your next ten-pull, {count:card|cards} {numbers}: {cards} guaranteed",
    ),
    "box": (
        "ボックスの残り {left:,}／{stock:,} 枚",
        "Your box: {left:,} of {stock:,} {stock:card|cards} left",
    ),
    "box_refill": (
        "{cards}がなくなると、新しいボックスになります（残り {left:,} 枚）",
        "A new box begins once {cards} runs out ({left:,} left)",
    ),
    "points": (
        "交換ポイント {points:,}／{price:,}（まだ使えません）",
        "Exchange points: {points:,} of {price:,} (they cannot be used yet)",
    ),
    "rules_elsewhere": (
        "ほかのルールは {/rates} で確認できます。",
        "{/rates} shows the other rules.",
    ),
    "no_rules": ("天井や確定はありません。", "No pity or guarantees."),
    "featured_of": ("ピックアップの {rarity}", "featured {rarity}"),
    "one_of": ("「{name}」", "{name}"),
    "or_better": ("「{rarity}」以上", "{rarity} or better"),
    "any_of": ("{names}{last}のどれか", "{names} or {last}"),
    "cards_more": ("ほか {more:,} 種類", "{more:,} more"),
    # --- fairness -----------------------------------------------------------------------------
    "unchanged": (
        "処理できませんでした。何も変わっていません。もう一度お試しください。受付番号 {receipt}",
        "The command failed. Nothing was changed. Please try again. Receipt number {receipt}",
    ),
    "changed": (
        "変更は記録済みです。プレイヤー本人が {/history} で確認できます。受付番号 {receipt}",
        "The change is recorded. The player can see it in {/history}. Receipt number {receipt}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。変更が記録されていれば、"
        "プレイヤー本人の {/history} に表示されます。やり直す前に確認してください。"
        "受付番号 {receipt}",
        "We could not confirm what happened. If the change is recorded, the player can see it in "
        "{/history}. Please check before you try again. Receipt number {receipt}",
    ),
    # --- grants -------------------------------------------------------------------------------
    "granted": (
        "<@{user}> に通貨を {amount:,} 付与しました（所持通貨 {balance:,}）。"
        "相手が次にコマンドを使ったときに、プレゼントとして表示されます。受付番号 {receipt}",
        "<@{user}> was given {amount:,} and now has {balance:,}. "
        "Their next command shows it as a present. Receipt number {receipt}",
    ),
    "no_receipt": (
        "「{/grant:receipt}」には、受付番号を 1 つ入力してください。受付番号は 17〜20 桁の数字で、"
        "結果の下と {/history} に表示されます。何も付与していません。",
        "Please give one receipt number as “{/grant:receipt}”. A receipt number has 17 to 20 "
        "digits and is shown under each result and in {/history}. Nothing was given.",
    ),
    "no_such_pull": (
        "<@{user}> の記録に受付番号 {pull} の結果はありません。何も付与していません。"
        "番号は、本人が {/history} で確認できます。",
        "<@{user}> has no pull with receipt number {pull}. Nothing was given. "
        "They can find the number in {/history}.",
    ),
    "seed_chosen": (
        "クライアントシードを {client_seed} にしました。これからの抽選に使われます。",
        "Your client seed is now {client_seed}. Every later draw depends on it.",
    ),
    "overtaken_change": (
        "これより後の操作が先に記録されたため、今回は何も変えていません。"
        "{/fair show} で今の状態を確認できます。受付番号 {receipt}",
        "A later command of yours was recorded first, so this one changed nothing. "
        "See {/fair show} for what holds now. Receipt number {receipt}",
    ),
    "lapsed": (
        "ボットのデータをバックアップから復元したため、期間 {epoch} を閉じました"
        "（抽選 {draws:,} 回）。次の期間として予告していたコミットメントは無効です。"
        "今回のコマンドでは何も引かず、何も変えていません。通貨も減っていません。\n"
        "新しい期間は {next_epoch}、そのコミットメントは `{commitment}` です。\n"
        "このコミットメントを控え、{/fair seed} で新しいクライアントシードを選んでから、"
        "もう一度コマンドをお使いください。受付番号 {receipt}",
        "The bot’s data was restored from a backup, so epoch {epoch} is closed "
        "({draws:,} {draws:draw|draws}). "
        "The commitment announced for the next epoch no longer holds. Nothing was drawn, changed "
        "or charged.\n"
        "Your epoch is now {next_epoch}, with the commitment `{commitment}`\n"
        "Keep that commitment, choose a new client seed with {/fair seed}, and use your "
        "command again. Receipt number {receipt}",
    ),
    "nothing_to_reveal": (
        "この期間ではまだ 1 回も引いていないため、公開するものがありません。"
        "{/pull} で引いたあとにお使いください。",
        "You have not pulled in this epoch yet, so there is nothing to reveal. Use {/pull} first.",
    ),
    "rotated": (
        "期間 {epoch} を閉じました（抽選 {draws:,} 回）。"
        "{/fair receipts} でシードと記録を受け取り、verify.html（スマートフォンでも使えます）か "
        "verify.py で確かめられます。\n"
        "今の期間のコミットメント：`{commitment}`\n次の期間のコミットメント：`{next}`\n"
        "この 2 つを控え、{/fair seed} で新しいクライアントシードを選んでから引いてください。",
        "Epoch {epoch} is closed ({draws:,} {draws:draw|draws}). {/fair receipts} gives you its "
        "seed and receipts. Check them with verify.html, which a phone can open, or verify.py.\n"
        "This epoch’s commitment: `{commitment}`\nThe next epoch’s commitment: `{next}`\n"
        "Keep both commitments, and choose a new client seed with {/fair seed} before you pull.",
    ),
    "fair_title": ("抽選の検証", "Checking your draws"),
    "fair_epoch": ("今の期間", "This epoch"),
    "fair_epoch_value": (
        "{epoch}（抽選 {nonce:,} 回）",
        "{epoch} ({nonce:,} {nonce:draw|draws})",
    ),
    "fair_commitment": (
        "コミットメント（サーバーシードの SHA-256）",
        "Commitment (the server seed’s SHA-256)",
    ),
    "fair_next": ("次の期間のコミットメント", "The next epoch’s commitment"),
    "fair_client_seed": ("クライアントシード", "Your client seed"),
    "fair_last": ("最後の記録のハッシュ", "Your last receipt’s hash"),
    "fair_versions": ("開催中のバナーの版", "Versions of the open banners"),
    "fair_versions_why": (
        "控えておくと、引いたときの版と同じかを、記録の検証で確かめられます。",
        "Note them: the check of your receipts says which version each pull was drawn from.",
    ),
    "fair_versions_left": ("ほか {left} 件", "and {left} more"),
    "rates_version": (
        "今の版：{version}（記録の検証で、引いたときの版と同じか確かめられます）",
        "Version in use now: {version} (your receipts’ check says which one each pull used)",
    ),
    "fair_none": ("まだありません", "none yet"),
    "no_closed_epoch": (
        "最近閉じた 50 期間の中に、その期間はありません。"
        "今の期間は {/fair rotate} で閉じられます。",
        "That epoch is not one of the last 50 that you closed. "
        "{/fair rotate} closes the current one.",
    ),
    "no_receipts": (
        "期間 {epoch} の記録はありません。ほかの期間は「{/fair receipts:epoch}」で指定できます。",
        "Epoch {epoch} has no receipts. Choose another one as “{/fair receipts:epoch}”.",
    ),
    "no_such_part": (
        "期間 {epoch} に、部 {part} の記録はありません。"
        "「{/fair receipts:part}」を省くと、最初の記録から受け取れます。",
        "Epoch {epoch} has no receipts at part {part}. "
        "Leave “{/fair receipts:part}” out to begin with the first ones.",
    ),
    "receipts": (
        "期間 {epoch} の記録 {pulls:,} 件です。"
        "verify.html か `python verify.py` で確かめられます。",
        "{pulls:,} {pulls:receipt|receipts} of epoch {epoch}. "
        "Check {pulls:it|them} with verify.html or `python verify.py`.",
    ),
    "more_parts": (
        "続きは、「{/fair receipts:part}」を {next} にして受け取れます。",
        "There are more. For those, set “{/fair receipts:part}” to {next}.",
    ),
    # --- what a pull looks like ---------------------------------------------------------------
    "pulled_by": ("<@{user}> の結果", "Pulled by <@{user}>"),
    "pull_again_1": ("もう1回", "Pull again ×1"),
    "pull_again_10": ("もう10連", "Pull again ×10"),
    "new": ("NEW", "NEW"),
    "featured": ("ピックアップ", "featured"),
    "paid": (
        "通貨を {price:,} 使いました（残り {balance:,}）",
        "Paid {price:,}. You have {balance:,} left.",
    ),
    "present_title": (
        "プレゼントが届いています",
        "{count:You have a present|You have presents}",
    ),
    "present": ("<@{by}> から通貨 **{amount:,}**", "<@{by}> gave you **{amount:,}**"),
    "present_of_server": (
        "このサーバーから通貨 **{amount:,}**",
        "This server gave you **{amount:,}**",
    ),
    "present_receipt": (
        "このプレゼントの受付番号 `{receipt}`",
        "This present’s receipt number `{receipt}`",
    ),
    "missed_title": ("お届けできていなかった結果", "Results that had not reached you"),
    "missed_more": (
        "ほかに {count:,} 件あります。{/history} で確認できます。",
        "There {count:is|are} {count:,} more. See {/history}.",
    ),
    "missed_listed": (
        "まだご覧になっていない結果やプレゼントがあります。{/history} で確認できます。"
        "受付番号 {receipts}",
        "You have not seen {count:a result or present|some results or presents} yet. See "
        "{/history}. Receipt {count:number|numbers} {receipts}",
    ),
    "receipt": ("受付番号 {receipt}", "Receipt number {receipt}"),
    # --- profile, history, help ---------------------------------------------------------------
    "profile_title": ("プロフィール", "Your profile"),
    "profile_balance": ("所持通貨", "Balance"),
    "profile_collection": ("集めたカード", "Cards you have"),
    "profile_cards": (
        "{owned:,}／{total:,} 種類",
        "{owned:,} of {total:,} {total:card|cards}",
    ),
    "profile_closed": ("{banner}（現在引けません）", "{banner} (not open)"),
    "profile_more": (
        "ほか {count:,} 件のバナーがあります。",
        "and {count:,} more {count:banner|banners}",
    ),
    "history_title": ("履歴", "Your history"),
    "history_empty": (
        "まだ履歴がありません。{/pull} で引けます。",
        "Nothing here yet. To pull, use {/pull}.",
    ),
    "history_opening": ("はじめの所持通貨", "Opening balance"),
    "history_seed": ("クライアントシードの変更", "Client seed chosen"),
    "history_rotate": ("期間 {epoch} の終了", "Epoch {epoch} closed"),
    "history_lapse": (
        "データの復元による期間 {epoch} の終了と期間 {next_epoch} の開始。"
        "コミットメント：`{commitment}`",
        "Epoch {epoch} closed after a restore; epoch {next_epoch} opened with commitment "
        "`{commitment}`",
    ),
    "history_void": ("引けませんでした（通貨は減っていません）", "Failed pull (nothing charged)"),
    "history_void_change": (
        "変更できませんでした（何も変わっていません）",
        "Failed change (nothing was changed)",
    ),
    "history_grant": ("<@{by}> からのプレゼント", "Present from <@{by}>"),
    "history_grant_of_server": ("このサーバーからのプレゼント", "Present from this server"),
    "history_reason": ("理由：{reason}", "Reason: {reason}"),
    "history_compensates": (
        "お詫びの対象：受付番号 `{pull}`",
        "Compensation for receipt number `{pull}`",
    ),
    "newer": ("新しい履歴へ", "Newer"),
    "older": ("古い履歴へ", "Older"),
    "help_title": ("ガチャの使い方", "How the gacha works"),
    "help_admins": (
        "サーバー管理者用（「サーバー管理」の権限が必要）",
        "For admins, who need the Manage Server permission",
    ),
    "help_rules": (
        "「{banner}」を引くには、1 回で {one:,}、10 連で {ten:,} の通貨が必要です。"
        "どのサーバーでも、はじめから通貨を {start:,} 持っています。"
        "サーバーの管理者は、通貨を追加で渡せます。"
        "通貨の購入や換金はできません。"
        "コマンドは続けて 20 回まで、そのあとは 2 分に 1 回ずつ使えます。",
        "On {banner}, one pull costs {one:,} and ten cost {ten:,}. In each server you start with "
        "{start:,}, and its admins can give you more. The currency cannot be bought or cashed out. "
        "You can use 20 commands at once, and then one every two minutes.",
    ),
    "help_outside": (
        "ここで使えるのは {/help} だけです。ほかのコマンドは、サーバー内でお使いください。",
        "Only {/help} works here. Use the other commands in a server.",
    ),
}
