"""What the pages say, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scripts.summary import LANGUAGES

WORDS: Final[Mapping[str, tuple[str, str]]] = {  # Japanese, English
    "title": ("ワークフローの実行", "Executions"),
    "where": ("{stack}（{region}）", "{stack} ({region})"),
    "local": ("手元の AWS", "local AWS"),
    "read only": ("表示のみ", "read-only"),
    "search": ("受付番号で検索", "Find by receipt number"),
    "find": ("検索", "Find"),
    "empty": ("実行はまだありません。", "There are no executions yet."),
    "empty hint": (
        "コマンドが使われると、ここに自動で表示されます。",
        "They appear here by themselves as soon as somebody uses a command.",
    ),
    "no older": ("これより古い実行はありません。", "There are no older executions."),
    "older": ("前の実行を見る →", "Older →"),
    "newest": ("← 最新に戻る", "← Newest"),
    "all": ("← 実行の一覧", "← All executions"),
    "express": (
        "{workflows}：Express のため、実行の履歴が残りません。ログに残っている分だけを表示します。",
        "{workflows}: Express keeps no history of executions. What its log holds is shown.",
    ),
    "express local": (
        "{workflows}：Express のため、実行の履歴が残りません。"
        "手元の AWS はログも残さないので、一覧には出ません。",
        "{workflows}: Express keeps no history of executions. The local AWS keeps no log of them "
        "either, so they are not listed.",
    ),
    "partial": (
        "ログが多いため、最新の一部が表示されていないことがあります。受付番号なら検索できます。",
        "The log holds more than was read, so the newest may be missing. A search by receipt "
        "number still finds them.",
    ),
    "pull": ("ガチャ", "pull"),
    "change": ("そのほかの変更", "other change"),
    "reply": ("表示だけのコマンド", "read-only command"),
    "workshop": ("ファイルの処理", "work on files"),
    "in the workshop": ("{what}：ファイルの処理", "{what}: its files"),
    "all pull": ("ガチャ", "pulls"),
    "all change": ("そのほかの変更", "other changes"),
    "all reply": ("表示だけのコマンド", "read-only commands"),
    "all workshop": ("ファイルの処理", "work on files"),
    "RUNNING": ("実行中", "running"),
    "SUCCEEDED": ("完了", "succeeded"),
    "FAILED": ("失敗", "failed"),
    "TIMED_OUT": ("時間切れ", "timed out"),
    "ABORTED": ("中止", "aborted"),
    "undelivered": ("未着", "not delivered"),
    "sweep": ("{what}（スイーパー {number} 回目）", "{what} (sweep {number})"),
    "by hand": ("手動で開始", "started by hand"),
    "player": ("プレイヤー {user}", "player {user}"),
    "admin": ("管理者 {user}", "admin {user}"),
    "receipt number": ("受付番号", "Receipt number"),
    "no receipt number": (
        "「{given}」は受付番号ではありません。受付番号は 17〜20 桁の数字で、"
        "引いた結果や、失敗を知らせるメッセージの最後にあります。",
        "“{given}” is no receipt number: that is one number of 17 to 20 digits, which stands at "
        "the end of each pull, and of each message about a failure.",
    ),
    "unknown": (
        "この受付番号については何も見つかりません。番号を確かめてください。"
        "見るだけのコマンドと、受け付ける前に断ったものは残りません。",
        "Nothing is known of this receipt number. Check the number. Commands that only read, and "
        "what was refused at the door, leave nothing.",
    ),
    "guild": (
        "サーバー ID で台帳からも探す",
        "Search the ledger, too, by the server’s id",
    ),
    "seen": ("プレイヤーに見えた内容", "What the player saw"),
    "seen by the admin": ("管理者に見えた内容", "What the admin saw"),
    "sealed": ("伏せています", "sealed"),
    "delivered": (
        "Discord に届きました（HTTP {status}）。",
        "It reached Discord (HTTP {status}).",
    ),
    "delivered?": ("Discord に届きました。", "It reached Discord."),
    "gone": (
        "Discord に届いていません（HTTP {status}）。届くはずだった内容です。",
        "It did not reach Discord (HTTP {status}). This is what was to be shown.",
    ),
    "gone?": (
        "Discord に届いていません。届くはずだった内容です。",
        "It did not reach Discord. This is what was to be shown.",
    ),
    "pending": ("送信中です。", "It is being sent."),
    "not noted": (
        "届いたかどうかの記録がありません。表示するはずだった内容です。",
        "Nobody noted whether it arrived. This is what was to be shown.",
    ),
    "thinking": (
        "「考え中…」です。メッセージはまだ作られていません。",
        "“thinking…”: there is no message yet.",
    ),
    "not drawn": (
        "このメッセージは、ここでは表示できません。内容は下のステップの入力にあります。",
        "This message cannot be drawn here. What it said is in the input of its step below.",
    ),
    "nothing seen": (
        "メッセージの記録がありません。",
        "No message is on record.",
    ),
    "odds": ("そのときの確率", "The odds that held"),
    "odds how": (
        "帯の全体が 100%、区切りが出る可能性のあったカードです。"
        "線は、乱数（64 ビット）が落ちた位置です。下の帯は、当たったレアリティの拡大です。",
        "The whole bar is 100 %, its parts are what could have come, and the line is where the "
        "64-bit random word fell. The bar below enlarges the rarity that was hit.",
    ),
    "odds no words": (
        "乱数は実行の履歴だけにあり、ここには残っていません。"
        "帯は、記録から計算した確率と、出たカードです。",
        "The random words stand in the history of an execution only, and that is not kept here. "
        "The bars show the odds, computed from the receipt, and the card that came.",
    ),
    "not recorded": (
        "この抽選は台帳に記録されていません。プレイヤーのものにはなっていません。",
        "These draws are not in the ledger: the player did not get these cards.",
    ),
    "odds problem": (
        "確率を表示できません：{problem}",
        "The odds cannot be shown: {problem}",
    ),
    "odds disagree": (
        "この乱数からは、別のカードが出るはずです。",
        "This word gives another card.",
    ),
    "word": ("乱数 {word}・位置 {at}・ナンス {nonce}", "word {word} · at {at} · nonce {nonce}"),
    "nonce": ("ナンス {nonce}", "nonce {nonce}"),
    "ticket word": (
        "乱数 {word}・位置 {at}・{nonce} 枚目",
        "word {word} · at {at} · ticket {nonce}",
    ),
    "ticket": ("{nonce} 枚目", "ticket {nonce}"),
    "sold one": (
        "みんなで引く箱 {box}：{all} 枚のうち {first} 枚目（引く前の残り {left} 枚）。"
        "支払い：{paid}",
        "Shared box {box}: ticket {first} of {all}, of which {left} were left before. Paid: {paid}",
    ),
    "sold": (
        "みんなで引く箱 {box}：{all} 枚のうち {first}〜{last} 枚目（引く前の残り {left} 枚）。"
        "支払い：{paid}",
        "Shared box {box}: tickets {first} to {last} of {all}, of which {left} were left before. "
        "Paid: {paid}",
    ),
    "paid coins": ("コイン {count:,}", "{count:,} coins"),
    "paid tickets": ("チケット {count:,} 枚", "tickets: {count:,}"),
    "usual": ("（通常 {usual}）", " (usually {usual})"),
    "since": ("前回からの抽選数：", "Draws since the last: "),
    "guaranteed": ("{rarity}：ピックアップ確定", "{rarity}: featured guaranteed"),
    "featured": ("ピックアップ", "featured"),
    "draw": ("{number} 回目の抽選の確率", "the odds of draw {number}"),
    "steps": ("ステップ", "Steps"),
    "times": ("時刻は UTC", "times in UTC"),
    "from log": (
        "Express のため履歴がなく、ログから再現しています。",
        "Express keeps no history; this is put together from its log.",
    ),
    "no steps in log": (
        "Express のため履歴がなく、ログにもステップはありません。台帳にある内容だけを表示します。",
        "Express keeps no history, and its log has no steps. The ledger’s part is all there is.",
    ),
    "milliseconds": ("{count:,} ms", "{count:,} ms"),
    "letters": ("{count:,} 文字", "{count:,} {count:character|characters}"),
    "entered only": ("終わっていません", "not left"),
    "took": ("全体で {count:,} ms", "{count:,} ms in all"),
    "still": ("まだ実行中", "still running"),
    "input": ("入力", "Input"),
    "output": ("出力", "Output"),
    "asked": ("サービスへの依頼", "Sent to the service"),
    "answered": ("サービスの応答", "Answered by the service"),
    "try": ("{number} 回目の試行で失敗", "try {number} failed"),
    "retried": ("{count} 回やり直し", "{count:1 retry|# retries}"),
    "caught": ("捕捉（Catch）→ {state}", "caught → {state}"),
    "uncaught": ("捕捉されず、ここで終わりました", "not caught: it ended here"),
    "cause": ("理由", "Cause"),
    "cut": (
        "履歴が長いため、途中までを表示しています。",
        "The history is longer than what is shown.",
    ),
    "clipped": (
        "{shown:,}／{all:,} 文字を表示しています。",
        "{shown:,} of {all:,} characters are shown.",
    ),
    "whole": ("全体をテキストで開く", "Open all of it as text"),
    "written": ("書き込まれた行", "Rows written"),
    "written by": ("{step} が一度に書き込んだ行", "Written at once by {step}"),
    "checked by": (
        "{step} は確認だけを行い、何も変えていません",
        "{step} only checked, and changed nothing",
    ),
    "written?": (
        "{step} が書き込みました。行の内容は履歴に残っていません。台帳の行は下にあります",
        "{step} wrote something that the history does not show; the ledger’s row is below",
    ),
    "nothing written": (
        "何も書き込まれていません。",
        "Nothing was written.",
    ),
    "units": ("書き込みユニット {sum:g}（{tables}）", "{sum:g} write units ({tables})"),
    "table units": ("{table} {count:g}", "{table} {count:g}"),
    "receipt": ("記録", "Receipt"),
    "now": ("いまの行", "The rows now"),
    "ledger row": ("台帳の行", "Ledger"),
    "player row": ("プレイヤーの行", "Player"),
    "no row": (
        "台帳にこの受付番号の行はありません。",
        "The ledger has no row of this receipt number.",
    ),
    "console": ("AWS コンソールで開く", "Open in the AWS console"),
    "lost": (
        "更新できません。動いているか確かめてください。つながりしだい再開します。",
        "This page is not being refreshed: its server does not answer. It goes on as soon as it "
        "does.",
    ),
    "trouble": ("読み込めません", "This cannot be read"),
    "again": ("自動でもう一度試します。", "It is tried again by itself."),
    "no number": ("受付番号ではありません", "Not a receipt number"),
    "no page": ("このページはありません", "There is no such page"),
    "stale": (
        "この一覧の続きは期限切れです。最新から見てください。",
        "This part of the list has expired. Begin at the newest.",
    ),
    "fault": (
        "表示中にエラーが起きました。くわしくは、これを起動した端末を見てください。",
        "Something went wrong here. The terminal that serves this page says what.",
    ),
    "footer": (
        "時刻は UTC です。トークン、シード、ファイルのアドレスの署名は伏せています。"
        "このページは何も変更しません。",
        "Times are UTC. Tokens, seeds and what opens an upload’s address are hidden. "
        "This page changes nothing.",
    ),
}


def say(lang: str, key: str, /, **values: object) -> str:
    """A sentence with its blanks filled; `{count:one|many}` is a word for one or for more, in which
    # stands for the number."""
    numbers = {name: _Number(each) for name, each in values.items() if type(each) is int}
    return WORDS[key][LANGUAGES.index(lang)].format(**{**values, **numbers})


class _Number(int):
    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        return (
            (one if self == 1 else many.replace("#", str(int(self))))
            if bar
            else (super().__format__(form))
        )
