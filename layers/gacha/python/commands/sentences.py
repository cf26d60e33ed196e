"""How a sentence is said, and the sentences that belong to no one command.

A blank such as `{/fair rotate}` is filled with the name that Discord shows of that command in the
sentence's language, `{/fair receipts:part}` with that of its option: the definitions are the one
place that names them. `{count:card|cards}` is the first word for 1 and else the second.

`{currency}` is what the server calls its currency, and `{price:coins}` an amount of it: "160",
"160 ジェム", "1 gem", "💎 160 gems"; `{amount:+coins}` has a sign. One of these to a sentence is
enough; further amounts are bare numbers, and `{price:price}` is one of what may cost nothing:
"160", "無料", "free". Whoever draws a message says whose it is (`paying_in`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from commands import registry
from commands.command import Words
from gacha import names

if TYPE_CHECKING:
    from commands.parts import Say

LANGUAGES: Final = ("ja", "en")

Sentences = Mapping[str, Words]

_MARKDOWN: Final = re.compile(
    r"[\\*_~`|<>\[\]()@#]|:(?=\S)|[-+](?= |$)|(?<=\d)\.(?= |$)", re.MULTILINE
)
"""What Discord's Markdown reads: emphasis, code, spoilers, links, mentions, emoji (`:star:`),
timestamps, headings, quotes and lists. What ends a name can do so with the sign that follows."""


class Currency(NamedTuple):
    """What a server calls its currency, as its owner wrote it: a `name`, or two with a slash
    between them, of one and of several ("gem/gems"); and an `emoji`. Empty, the common name."""

    name: str = ""
    emoji: str = ""

    def word(self, lang: str) -> str:
        """As a sentence speaks of it: "通貨", "gems", "💎 ジェム"."""
        name = self._forms[lang != "ja"] if self.name else word(_COMMON_CURRENCY, lang)
        return self._marked(literal(name) if self.name else name)

    def amount(self, of: int, lang: str, sign: str = "") -> str:
        """So much of it; without a name of its own, the number says enough. With the `sign` "+",
        what it moved by."""
        number = format(of, f"{sign},")
        if not self.name:
            return self._marked(number)
        return self._marked(f"{number} {literal(self._forms[lang != 'ja' and abs(of) != 1])}")

    @property
    def _forms(self) -> tuple[str, str]:
        """Of one, and of several. Japanese makes no difference, and takes the first."""
        forms = [each.strip() for each in re.split("[/／]", self.name)]
        return (forms[0], forms[1]) if len(forms) == 2 and all(forms) else (self.name, self.name)

    def _marked(self, text: str) -> str:
        return f"{self.emoji} {text}" if self.emoji else text


_COMMON_CURRENCY: Final[Words] = ("通貨", "currency")
_FREE: Final[Words] = ("無料", "free")
_COMMON: Final = Currency()
_currency: Final = ContextVar("_currency", default=_COMMON)


@contextmanager
def paying_in(currency: Currency) -> Iterator[None]:
    """All that is said meanwhile is of a server with this currency. It is no argument of each
    sentence, since any sentence of any room may speak of it."""
    before = _currency.set(currency)
    try:
        yield
    finally:
        _currency.reset(before)


def language(locale: object) -> str:
    """The language to answer in, after Discord's locale ("ja", "en-US", …): "ja" or "en"."""
    return "ja" if isinstance(locale, str) and locale.split("-")[0] == "ja" else "en"


def word(of: Words, lang: str) -> str:
    """The one of both that is in this language."""
    return of[LANGUAGES.index(lang)]


def speaking(own: Sentences) -> Say:
    """What says a room's own sentences, and the common ones. Raises KeyError for no sentence."""

    def say(lang: str, key: str, /, **values: object) -> str:
        return filled(word(own[key] if key in own else SENTENCES[key], lang), lang, values)

    return say


def filled(sentence: str, lang: str, values: Mapping[str, object]) -> str:
    """The sentence with its blanks filled in."""
    numbers = {
        name: _Number(each).in_language(lang) for name, each in values.items() if type(each) is int
    }
    return sentence.format_map(_Blanks(lang, {**values, **numbers}))


def price(of: int, lang: str) -> str:
    """What something costs, as a bare number or as that it is free."""
    return f"{of:,}" if of else word(_FREE, lang)


def literal(text: str) -> str:
    """`text`, which somebody else wrote, so that Discord's Markdown shows it sign for sign. What
    would break a line or turn its direction becomes a space. At most twice as long."""
    return _MARKDOWN.sub(r"\\\g<0>", names.one_line(text))


def code(text: str) -> str:
    """The same as code, which cannot hold a backtick: with one, as `literal` shows it."""
    return literal(text) if "`" in text else f"`{names.one_line(text)}`"


class _Number(int):
    """A number, in a blank such as `{count:card|cards}` the word that goes with it, as
    `{price:coins}` an amount of the server's currency, or as `{price:price}` what it costs."""

    _lang = ""

    def in_language(self, lang: str) -> _Number:
        self._lang = lang
        return self

    def __format__(self, form: str) -> str:
        if form in ("coins", "+coins"):
            return _currency.get().amount(self, self._lang, form[:-5])
        if form == "price":
            return price(self, self._lang)
        one, bar, many = form.partition("|")
        return (one if abs(self) == 1 else many) if bar else super().__format__(form)


class _Blanks(dict[str, Any]):
    """What fills a sentence's blanks; a command is looked up when a sentence names it."""

    def __init__(self, lang: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._lang = lang

    def __missing__(self, name: str) -> _Named | str:
        if name == "currency":
            return _currency.get().word(self._lang)
        if not name.startswith("/"):
            raise KeyError(name)
        return _Named(name[1:], self._lang)


class _Named:
    """A command, or with `{/…:option}` an option of it, as Discord shows it."""

    def __init__(self, room: str, lang: str) -> None:
        self._room, self._lang = room, lang

    def __format__(self, option: str) -> str:
        if option:
            return word(registry.definition(self._room).option(option).name, self._lang)
        return word(registry.typed(self._room), self._lang)


SENTENCES: Final[Sentences] = {
    "guild_only": (
        "サーバー内でお使いください。ここで使えるのは {/help} と {/privacy show} です。",
        "Please use this inside a server. Only {/help} and {/privacy show} work here.",
    ),
    "not_installed": (
        "このサーバーには、このボットが追加されていません。遊ぶには、サーバーの管理者に追加を"
        "頼んでください。",
        "This server has not added the bot. To play here, ask its admins to add it.",
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
    "typed": (
        "入力した内容は次のとおりです。コピーして、フォームを開き直したときに使ってください"
        "（画像は選び直しになります）。",
        "This is what you typed: copy it, and paste it when you open the form again (pictures have "
        "to be chosen once more).",
    ),
    "pressed_again": (
        "このボタンは、さきほど押されています。続けて押した分は受け付けていません。"
        "先に押した分の結果をお待ちください。",
        "You pressed this button a moment ago, so this press does not count. "
        "Please wait for the answer to the first one.",
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
    "no_banner": (
        "「{banner}」というガチャはありません。開催中のガチャは {/banners} で確認できます。",
        "There is no banner “{banner}”. {/banners} shows what is open.",
    ),
    "several_banners": (
        "「{banner}」に当てはまるガチャがいくつかあります（{banners}）。"
        "名前をもう少し長く入力するか、候補から選んでください。",
        "More than one banner matches “{banner}” ({banners}). "
        "Type a longer part of the name, or choose one of the suggestions.",
    ),
    "banner_closed": (
        "「{banner}」は現在開催していません。開催中のガチャは {/banners} で確認できます。",
        "“{banner}” is not open right now. {/banners} shows what is.",
    ),
    "nothing_open": (
        "現在開催中のガチャはありません。予定は {/banners} で確認できます。",
        "No banner is open right now. {/banners} shows what comes next.",
    ),
    "paused": (
        "{reason}\n（現在、このサーバーのガチャはお休みです。{currency}は減っていません。）",
        "{reason}\n(The gacha is paused in this server. Nothing was charged.)",
    ),
    "to_be_deleted": (
        "あなたのデータは <t:{until}:f> に削除される予定のため、それまでは変更できません。"
        "続けて遊ぶには、削除を取り消してください。",
        "Your data here will be deleted on <t:{until}:f>, so nothing can be changed until then. "
        "To play on, undo the deletion.",
    ),
    "undo_deletion": ("削除の取り消し", "Undo the deletion"),
    "member_to_be_deleted": (
        "この人は自分のデータの削除を申し込んでいます（<t:{until}:f> に削除）。"
        "本人が取り消すまで、渡したり回収したりできません。",
        "This person has asked for their data to be deleted, which happens on <t:{until}:f>. "
        "Nothing can be given or taken unless they undo that.",
    ),
    "erased_since": (
        "このサーバーでのデータは、この操作のあとに削除されたか、いま削除しているところです。"
        "少し待ってから、もう一度コマンドをお使いください。",
        "The data in this server has been deleted since this was asked for, or is just being "
        "deleted. Please wait a few minutes and use the command again.",
    ),
    "bad_member": (
        "「{name}」には、メンバーを選んでください。",
        "Please choose a member as “{name}”.",
    ),
    "bad_string": (
        "「{name}」には、{low:,}〜{high:,} 文字を入力してください（空白だけは使えません）。",
        "“{name}” has to be {low:,} to {high:,} {high:character|characters}, and not only blanks.",
    ),
    "file_too_large": (
        "ファイルは {most} MB までです。画像を小さくするか、何回かに分けて送ってください。",
        "A file may have {most} MB at most. Please make its pictures smaller, or send it in parts.",
    ),
    "no_uploads": (
        "アップロードは、ボットの運営者が名前を挙げたサーバーでだけ使えます。"
        "運営者に、このサーバーの ID を AllowedGuildIds に加えるよう頼んでください。",
        "Uploads work only in servers that the bot’s operator has named. "
        "Please ask them to add this server’s id to AllowedGuildIds.",
    ),
    "not_allowed": (
        "この操作には「サーバー管理」の権限が必要です。権限のある人に頼んでください。",
        "You need the Manage Server permission for this. Please ask somebody who has it.",
    ),
    "not_allowed_role": (
        "この操作には「サーバー管理」の権限か、<@&{role}> のロールが必要です。"
        "権限のある人に頼んでください。",
        "You need the Manage Server permission or the role <@&{role}> for this. "
        "Please ask somebody who has it.",
    ),
    "server_leaving": (
        "このサーバーのガチャのデータは、管理者の希望により <t:{at}:f> に消去される予定です。"
        "それまでガチャはお休みです。{currency}は減っていません。"
        "取り消せるのは管理者だけです（{/admin reset}）。",
        "The admins asked to erase all gacha data of this server, which will happen on <t:{at}:f>. "
        "Until then the gacha is paused. Nothing was charged. Only an admin can undo it, with "
        "{/admin reset}.",
    ),
    "young_account": (
        "このサーバーのガチャは、Discord アカウントを作ってから {days:,} 日以上たった人が対象です。"
        "<t:{from}:R>から参加できます。{currency}は減っていません。",
        "In this server the gacha is for accounts that are at least {days:,} {days:day|days} old. "
        "You can play <t:{from}:R>. Nothing was charged.",
    ),
    "young_member": (
        "このサーバーのガチャは、サーバーに参加してから {days:,} 日以上たった人が対象です。"
        "<t:{from}:R>から参加できます。{currency}は減っていません。",
        "In this server the gacha is for those who joined at least {days:,} {days:day|days} ago. "
        "You can play <t:{from}:R>. Nothing was charged.",
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
    "not_ready": (
        "準備ができました。下のボタンで開いてください。",
        "This took a moment. Please open it with the button below.",
    ),
    "open": ("フォームを表示", "Open the form"),
    "not_started": (
        "今は受け付けられませんでした。通貨は減っていません。少し待ってから、もう一度お試しください。",
        "The bot cannot take commands right now. Nothing was charged. "
        "Please try again in a moment.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。受け付けられていれば、結果がここに表示されます。"
        "{/history} でも確認できます。受付番号 {receipt_number}",
        "We could not confirm your request. If it went through, the result will appear here "
        "and in {/history}. Receipt number {receipt_number}",
    ),
    "unanswered": (
        "表示できませんでした。もう一度お試しください。受付番号 {receipt_number}",
        "This could not be shown. Please try again. Receipt number {receipt_number}",
    ),
    "one_of": ("「{name}」", "{name}"),
    "unchanged": (
        "処理できませんでした。何も変わっていません。もう一度お試しください。"
        "受付番号 {receipt_number}",
        "The command failed. Nothing was changed. Please try again. "
        "Receipt number {receipt_number}",
    ),
    "stands": (
        "結果は記録済みです。{/history} で確認できます。受付番号 {receipt_number}",
        "Your result is recorded. See {/history}. Receipt number {receipt_number}",
    ),
    "changed": (
        "変更は記録済みです。プレイヤー本人が {/history} で確認できます。受付番号 {receipt_number}",
        "The change is recorded. The player can see it in {/history}. "
        "Receipt number {receipt_number}",
    ),
    "unclear_change": (
        "処理を確認できませんでした。変更が記録されていれば、"
        "プレイヤー本人の {/history} に表示されます。やり直す前に確認してください。"
        "受付番号 {receipt_number}",
        "We could not confirm what happened. If the change is recorded, the player can see it in "
        "{/history}. Please check before you try again. Receipt number {receipt_number}",
    ),
    "overtaken_change": (
        "これより後の操作が先に記録されたため、今回は何も変えていません。"
        "{/fair show} で今の状態を確認できます。受付番号 {receipt_number}",
        "A later command of yours was recorded first, so this one changed nothing. "
        "See {/fair show} for what holds now. Receipt number {receipt_number}",
    ),
    "receipt_number": ("受付番号 {receipt_number}", "Receipt number {receipt_number}"),
    "lapsed_back": (
        "ボットのデータを <t:{restored}:f> の時点に戻しました。"
        "それより後の結果・カード・{currency}は、増えた分も使った分も残っていません。"
        "それより後の受付番号も、記録にありません。\n"
        "このため期間 {epoch} を閉じました（抽選 {draws:,} 回）。"
        "次の期間として予告していたコミットメントは無効です。"
        "今回のコマンドでは何も引かず、何も変えていません。\n"
        "新しい期間は {next_epoch}、そのコミットメントは `{commitment}` です。\n"
        "このコミットメントを控え、{/fair seed} で新しいクライアントシードを選んでから、"
        "もう一度コマンドをお使いください。受付番号 {receipt_number}",
        "The bot’s data is back as it was on <t:{restored}:f>. Results, cards and {currency} of "
        "after that are gone, spent and received alike, and receipt numbers of after that are not "
        "on record.\n"
        "So epoch {epoch} is closed ({draws:,} {draws:draw|draws}), and the commitment announced "
        "for the next epoch no longer holds. This command drew and changed nothing.\n"
        "Your epoch is now {next_epoch}, with the commitment `{commitment}`\n"
        "Keep that commitment, choose a new client seed with {/fair seed}, and use your "
        "command again. Receipt number {receipt_number}",
    ),
    "lapsed": (
        "ボットのデータをバックアップから復元したため、期間 {epoch} を閉じました"
        "（抽選 {draws:,} 回）。次の期間として予告していたコミットメントは無効です。"
        "今回のコマンドでは何も引かず、何も変えていません。{currency}も減っていません。\n"
        "新しい期間は {next_epoch}、そのコミットメントは `{commitment}` です。\n"
        "このコミットメントを控え、{/fair seed} で新しいクライアントシードを選んでから、"
        "もう一度コマンドをお使いください。受付番号 {receipt_number}",
        "The bot’s data was restored from a backup, so epoch {epoch} is closed "
        "({draws:,} {draws:draw|draws}). "
        "The commitment announced for the next epoch no longer holds. Nothing was drawn, changed "
        "or charged.\n"
        "Your epoch is now {next_epoch}, with the commitment `{commitment}`\n"
        "Keep that commitment, choose a new client seed with {/fair seed}, and use your "
        "command again. Receipt number {receipt_number}",
    ),
    "void": (
        "変更できませんでした（何も変わっていません）",
        "Failed change (nothing was changed)",
    ),
}

say: Final = speaking({})
"""Says the common sentences alone."""
