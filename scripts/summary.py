"""Five lines in words about one interaction: when and what, whose, what came of it, what the player
saw, what to do. Both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from adapters import banners
from commands import events, registry
from commands.asked import SERVER
from commands.command import REPLY
from commands.sentences import word
from gacha import kinds, snowflake
from gacha.terminal import plain
from scripts.outcomes import BAD, OUTCOMES

if TYPE_CHECKING:
    from scripts.interaction import Execution, Found, Logged

LANGUAGES: Final = ("ja", "en")

Called = Mapping[str, Mapping[str, str]]
"""By the id of a banner: its name by language."""

WORDS: Final[Mapping[str, tuple[str, str]]] = {  # Japanese, English
    "looking": (
        "{stack}（{region}）を調べています",
        "looking in {stack} ({region})",
    ),
    "serving": (
        "{stack} の実行を、上のアドレスのページで見られます。Ctrl-C で終わります",
        "open the address above in a browser to see the executions of {stack}; Ctrl-C ends it",
    ),
    "no receipt number": (
        "{given} は受付番号ではありません。受付番号は 17〜20 桁の数字で、"
        "引いた結果や、失敗を知らせるメッセージの最後にあります",
        "{given} is no receipt number: that is one number of 17 to 20 digits, which stands at the "
        "end of each pull, and of each message about a failure",
    ),
    "note": ("補足：{hint}", "note: {hint}"),
    "no log": (
        "{machine} は Express のため実行の履歴を残さず、ログにもこの番号はありません",
        "{machine} is Express: it keeps no executions, and its log has nothing of this number",
    ),
    "no guild": (
        "台帳はプレイヤー順に並んでいます。サーバー ID を --guild で指定すると、"
        "サーバーから探せます",
        "the ledger is sorted by player: give --guild to look it up by server",
    ),
    "unknown": (
        "受付番号 {receipt_number} については何も見つかりません。番号を確かめてください。"
        "見るだけのコマンドと、受け付ける前に断ったものは残りません",
        "nothing is known of {receipt_number}: no execution, no log line, no row. Check the "
        "number. Commands that only read, and what was refused at the door, leave nothing",
    ),
    "what": ("何が", "What"),
    "whose": ("だれの", "Whose"),
    "came": ("結果", "Result"),
    "saw": ("表示", "Seen"),
    "do": ("対応", "To do"),
    "at": ("{when} UTC、{what}", "{what}, {when} UTC"),
    "pull": ("{banner}の {count}", "{count} from {banner}"),
    "pull, unnamed": ("ガチャ {count}", "{count}"),
    "pull, uncounted": ("{banner}のガチャ", "a pull from {banner}"),
    "pull, neither": ("ガチャ", "a pull"),
    "grant": ("管理者からの付与", "a grant by an admin"),
    "seed": ("クライアントシードの変更", "a new client seed"),
    "rotate": ("期間の更新", "a new epoch"),
    "lapse": ("復元後の期間の終了", "an epoch closed after a restore"),
    "void": ("無効になった操作", "something that was voided"),
    "opening": ("最初の残高", "a first balance"),
    "command": ("コマンド {command}", "the command {command}"),
    "unnamed": ("内容は残っていません", "what it was is not kept any more"),
    "player": ("ユーザー {user}、サーバー {guild}", "user {user} in server {guild}"),
    "server": (
        "サーバー {guild}（変更した人：ユーザー {admin}）",
        "server {guild}, changed by user {admin}",
    ),
    "balance": ("、いまの残高 {balance}", ", whose balance is {balance} now"),
    "nobody": (
        "記録がなく、わかりません。サーバー ID がわかれば --guild で探せます",
        "not known: no execution and no row. Give --guild if you know the server",
    ),
    "recorded": (
        "台帳に記録済み。残高の増減 {amount}",
        "recorded in the ledger: {amount} currency",
    ),
    "recorded, free": ("台帳に記録済み", "recorded in the ledger"),
    "lapsed": (
        "復元後に期間を閉じ、新しい期間を始めました。何も引かず、通貨も引かれていません",
        "an epoch was closed after a restore and another opened: nothing was drawn or charged",
    ),
    "unsaid": (
        "終わりましたが、台帳に行はありません。何も変わっていません",
        "it ended, and the ledger has no row of it: nothing was charged or changed",
    ),
    "read": ("読むだけのコマンドです。何も変わりません", "it only reads: nothing was changed"),
    "running": ("まだ処理中です", "it is still running"),
    "lost": (
        "{status} で終わり、記録はありません。通貨は引かれていません",
        "it ended as {status} without a row: nothing was charged",
    ),
    "gone": (
        "台帳に行がありません。通貨は引かれていません",
        "the ledger has no row of it: nothing was charged",
    ),
    "saw message": ("メッセージが届きました", "the message arrived"),
    "saw question": ("確認のメッセージが届きました", "the question arrived"),
    "saw unclear": (
        "結果を確認できなかったことを知らせるメッセージが届きました",
        "a message arrived: nobody could tell what came of it",
    ),
    "saw it": ("結果のメッセージが届きました", "the message with the result arrived"),
    "saw refusal": ("理由のメッセージが届きました", "the message with the reason arrived"),
    "saw apology": (
        "「通貨は引かれていない」というおわびが届きました",
        "an apology arrived: nothing was charged",
    ),
    "waits": (
        "メッセージは届いていません。次にコマンドを使うと、その結果が先に表示されます",
        "the message has not arrived; the player's next command shows the result first",
    ),
    "thinking": (
        "「考え中…」のままか、「失敗しました」の表示です",
        "it shows “thinking…” still, or that the interaction failed",
    ),
    "not known": ("実行の記録がなく、わかりません", "not known: the execution is not kept"),
    "nothing": ("ありません", "nothing"),
    "tell": (
        "ありません。問い合わせには、何かコマンドを使ってもらってください。返金はしないこと（カードは"
        "プレイヤーのものです）",
        "nothing. If the player asks: any command shows the result. Do not refund: the player "
        "keeps the cards",
    ),
    "tell, grant": (
        "ありません。問い合わせには、何かコマンドを使ってもらってください。もう一度付与しないこと（残高に"
        "加算済みです）",
        "nothing. If the player asks: any command shows it. Do not grant it again: the currency "
        "is in the balance",
    ),
    "tell, take": (
        "ありません。問い合わせには、何かコマンドを使ってもらってください。もう一度回収しないこと（残高から"
        "差し引き済みです）",
        "nothing. If the player asks: any command shows it. Do not take it again: the balance is "
        "lower already",
    ),
    "tell, lapse": (
        "ありません。問い合わせには、何かコマンドを使ってもらってください。新しいコミットメントが表示され"
        "ます",
        "nothing. If the player asks: any command shows the new commitment",
    ),
    "tell, silent": (
        "ありません。変更は記録済みです。問い合わせには、コマンドで今の状態を確認してもらってください",
        "nothing: the change is recorded. If the player asks: a command shows what holds now",
    ),
    "grant again": (
        "ありません。必要なら、管理者にもう一度付与してもらってください",
        "nothing; the admin can grant again",
    ),
    "again": (
        "ありません。もう一度試してもらってください",
        "nothing; the player can try again",
    ),
    "steps, terminal": (" --steps ", "--steps shows"),
    "steps, page": ("下の「ステップ」", "the steps below show"),
    "wait": (
        "待ってください。10 分たっても終わらなければ、{steps}で、止まった場所を見ます",
        "wait. If it has not ended in ten minutes, {steps} where it stands",
    ),
    "look": (
        "{steps}で失敗した場所を見て、ランブックの該当する節へ進んでください",
        "{steps} where it failed; go to that part of the runbook",
    ),
}


def sentence(key: str, lang: str, **values: object) -> str:
    return WORDS[key][LANGUAGES.index(lang)].format(**values)


def lines(found: Found, receipt_number: str, lang: str) -> list[str]:
    """The five lines for a terminal."""
    told = facts(found, receipt_number, lang, "terminal")
    width = max(len(label) for label, _ in told)
    fill = "\u3000" if lang == "ja" else " "
    return [f"{label.ljust(width, fill)}  {text}" for label, text in told]


def facts(
    found: Found, receipt_number: str, lang: str, place: Literal["terminal", "page"]
) -> list[tuple[str, str]]:
    """What the five lines say, each after its label. Whatever somebody typed stands in them with
    its signs escaped. `place` is where they are read, and so where the steps are."""
    steps = sentence(f"steps, {place}", lang)

    def say(key: str, **values: object) -> str:
        words = WORDS[key][LANGUAGES.index(lang)]
        blanks = {name: plain(str(value)) for name, value in values.items()}
        return words.format(steps=steps, **blanks)

    row, run = found.row, _decisive(found)
    given = next((each.input for each in found.runs if each.input), {})
    when = datetime.fromtimestamp(snowflake.created_ms(receipt_number) / 1000, UTC)
    came, saw, to_do = _came(row, run, lang, say)
    parts = {
        "what": say(
            "at", when=f"{when:%Y-%m-%d %H:%M:%S}", what=_what(row, given, found.called, lang, say)
        ),
        "whose": _whose(found, given, say),
        "came": came,
        "saw": saw,
        "do": to_do,
    }
    return [(WORDS[key][LANGUAGES.index(lang)], text.strip()) for key, text in parts.items()]


def _decisive(found: Found) -> Execution | Logged | None:
    """The one whose end says what came of it: of an upload the change that the workshop handed over
    to, once there is one; never a sweep's. Of an Express workflow what its log says."""
    executions = found.executions
    own = [each for each in executions if "-sweep-" not in each.arn.rpartition(":")[2]]
    runs: Sequence[Execution | Logged] = own[::-1] or executions or found.logged[::-1]
    return next(iter(runs), None)


def asked_for(command: str, options: Mapping[str, Any], lang: str, called: Called) -> str:
    """What a command asked for, in a few words, with whatever somebody typed escaped. `called` says
    what the server's own banners are called."""

    def say(key: str, **values: object) -> str:
        return sentence(key, lang, **{name: plain(str(value)) for name, value in values.items()})

    return _what(None, {"command": command, "options": options}, called, lang, say)


def _what(row: Any, given: Mapping[str, Any], called: Called, lang: str, say: Any) -> str:
    options = given.get("options", {})
    kind = row["kind"] if row else None
    if kind in kinds.DRAWN or (given.get("command") == "pull" and kind in (None, "void")):
        values = row if kind in kinds.DRAWN else options
        count = values.get("count")
        if lang == "en":
            pulls = "1 pull" if count == 1 else f"{count} pulls"
        else:
            pulls = "1 回" if count == 1 else f"{count} 連"
        # Only Draw finds out which banner is the server's default, and the fewest that one sells.
        if "banner" not in values:
            return str(say("pull, unnamed", count=pulls) if count else say("pull, neither"))
        name = _banner(str(values["banner"]), called, lang)
        key = "pull" if count else "pull, uncounted"
        return str(say(key, count=pulls, banner=name))
    known = events.KINDS.get(str(kind))
    command = given.get("command") or (known.room if known and kind not in WORDS else None)
    if command:
        return str(say("command", command=typed(command, lang)))
    return str(say(kind if kind in WORDS else "unnamed"))


def _banner(banner_id: str, called: Called, lang: str) -> str:
    """A banner's name as players read it; the id of one that nobody keeps any more."""
    if banner_id in banners.ids():
        called = {banner_id: banners.load(banner_id).name}
    if banner_id not in called:
        return f"{banner_id} " if lang == "ja" else banner_id
    name = called[banner_id][lang]
    return f"「{name}」" if lang == "ja" else name


def typed(command: str, lang: str) -> str:
    """An input's command as a client in `lang` shows it; as it stands if it is defined no more."""
    return word(registry.typed(command), lang) if registry.is_room(command) else command


def _whose(found: Found, given: Mapping[str, Any], say: Any) -> str:
    user, _, guild = str(found.row["user_id"]).partition("@") if found.row else ("", "", "")
    user, guild = user or str(given.get("user_id", "")), guild or str(given.get("guild_id", ""))
    if not user:
        return str(say("nobody"))
    if user == SERVER:
        admin = (found.row or {}).get("admin_id") or given.get("admin_id", "?")
        return str(say("server", guild=guild, admin=admin))
    now = say("balance", balance=f"{found.player.get('balance', 0):,}") if found.player else ""
    return str(say("player", user=user, guild=guild)) + str(now)


def _came(row: Any, run: Execution | Logged | None, lang: str, say: Any) -> tuple[str, str, str]:
    """What came of it, what the player saw, what to do."""
    status = (run.status or None) if run else None
    said = OUTCOMES.get(run.result.outcome) if run else None
    if row is not None and row["kind"] == "void":
        # It says what the list does, where that is known: Express has a void of a refusal, too.
        of = said if said and not said.is_recorded else OUTCOMES["voided"]
        seen = say("waits" if row.get("undelivered") else of.saw)
        if of.kind != BAD:
            return word(of.came, lang), seen, say("nothing")
        by_admin = run is not None and "admin_id" in run.input
        return word(of.came, lang), seen, say("grant again" if by_admin else "again")
    if row is not None:
        kind, amount = row["kind"], row.get("amount")
        came = say("recorded", amount=f"{amount:+,}") if amount else say("recorded, free")
        if kind == kinds.LAPSE:
            came = say("lapsed")
        if row.get("undelivered"):
            tell = f"tell, {kind}" if f"tell, {kind}" in WORDS else "tell"
            return came, say("waits"), say("wait" if status == "RUNNING" else tell)
        # Nobody notes whether the message of a change arrived that the player made themselves.
        known = events.KINDS.get(kind)
        is_noted = known is None or known.room is None or known.is_undelivered or known.is_present
        if not is_noted and status != "SUCCEEDED":
            seen = "not known" if status is None else "thinking"
            return came, say(seen), say("wait" if status == "RUNNING" else "tell, silent")
        return came, say("saw it"), say("nothing")
    if status == "RUNNING":
        return say("running"), say("thinking"), say("wait")
    if said:
        seen = said.saw if run and run.result.delivery != "gone" else "thinking"
        return word(said.came, lang), say(seen), say("nothing" if status == "SUCCEEDED" else "look")
    if status == "SUCCEEDED":
        return say("read" if _reads(run) else "unsaid"), say("saw message"), say("nothing")
    if status is not None:
        return say("lost", status=status), say("thinking"), say("look")
    return say("gone"), say("not known"), say("again")


def _reads(run: Execution | Logged | None) -> bool:
    """Whether it is of the workflow that only reads, which names no outcome."""
    command = str(run.input.get("command", "")) if run else ""
    return registry.is_room(command) and registry.definition(command).workflow == REPLY
