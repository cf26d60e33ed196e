"""What the page says, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

LANGUAGES: Final = ("ja", "en")

WORDS: Final[Mapping[str, tuple[str, str]]] = {  # Japanese, English
    "title": ("ガチャの利用状況", "How the gacha is played"),
    "span": ("{begin}〜{end}（{zone}）", "{begin} to {end} ({zone})"),
    "made": (
        "{until} までのエクスポートから {made} に作成。"
        "ID はすべて、読めない値に置き換えてあります。",
        "Made on {made} from exports up to {until}. Every id is replaced by an unreadable value.",
    ),
    "empty": (
        "エクスポートに記録がありません。誰も遊んでいないか、最初のエクスポートがまだ終わっていません。",
        "There is nothing in the exports: nobody has played yet, or the first export is not done.",
    ),
    "missing": (
        "次の日は、記録の一部がありません：{days}。この日の数字は実際より少なくなります。",
        "Some of the records of these days are missing: {days}. Their numbers are too low.",
    ),
    "unfinished": (
        "終わっていないエクスポートが {number} 件あり、読み込んでいません。",
        "{number} exports were not finished and have not been read.",
    ),
    "first day": (
        "最初の日はまだ終わっていません。数字は、ここまでの分です。",
        "The first day is not over yet: its numbers are those so far.",
    ),
    "partial": (
        "全体のエクスポートがなく、変更分だけです（{tables}）。"
        "その前のことと、その間に変わらなかったものは含まれません。"
        "最後の全体のエクスポートも、同じフォルダーに入れてください。",
        "Of these there are only changes, and no full export: {tables}. What was before, and what "
        "did not change since, is missing. Put the last full export into the folder, too.",
    ),
    "table history": ("履歴", "the ledger"),
    "table users": ("プレイヤー", "players"),
    "table settings": ("サーバーの設定", "servers’ settings"),
    "and more": ("ほか {number} 日", "and {number} more"),
    "week of": ("直近 7 日間（{end} まで）", "The seven days up to {end}"),
    "players": ("プレイヤー", "Players"),
    "returned": ("前の 7 日間から戻った人", "Came back from the week before"),
    "of": ("{all} 人中 {some} 人", "{some} of {all}"),
    "pulls": ("ガチャの回数", "Pulls"),
    "cards drawn": ("引いたカード {number} 枚", "{number} cards drawn"),
    "coins in": ("通貨の増加", "Coins in"),
    "coins out": ("通貨の消費", "Coins out"),
    "by day": ("日ごとのプレイヤー", "Players by day"),
    "by day note": (
        "その日に自分で何かをした人の数。色の濃い部分は、その日に始めた人です。",
        "Who did something themselves on that day. The darker part began on it.",
    ),
    "newcomers": ("始めた人", "New players"),
    "period": ("期間", "Period"),
    "week": ("{day} からの週", "Week of {day}"),
    "month": ("{year} 年 {month} 月", "{year}-{month:02}"),
    "cohorts": ("また遊びに来た人", "Who came back"),
    "cohorts note": (
        "初めて遊んだ週ごとに、その後の各週にも遊んだ人の割合。まだ来ていない週は空欄です。",
        "By the week of the first visit: how many of them played in each week after it. "
        "Weeks that are still to come are blank.",
    ),
    "first week": ("初めて遊んだ週", "First week"),
    "weeks later": ("{number} 週後", "+{number}"),
    "by hour": ("時間帯ごとのガチャ", "Pulls by hour"),
    "by hour note": (
        "ガチャごとに、どの時間帯に引かれたか。色が濃いほど、そのガチャの中で多い時間帯です。",
        "When each banner is pulled: the darker, the more of its pulls.",
    ),
    "money": ("通貨の増減", "Coins in and out"),
    "money note": (
        "日ごとに、配られた通貨（上）と使われた通貨（下）。表は全期間の合計です。"
        "チケットや無料で引いたガチャは通貨が動かないので、ここには入りません。",
        "Coins given (up) and spent (down) on each day. The table is the whole time. Pulls for "
        "tickets, or for free, move no coins and are not here.",
    ),
    "source": ("理由", "Source"),
    "events": ("件数", "Events"),
    "purse": ("持っている通貨", "What players have"),
    "purse note": (
        "その日に遊んだ人が、一日の終わりに持っていた通貨。"
        "線は下から、10 人中 1 人目・真ん中・9 人目。"
        "真ん中の線が上がり続けるなら、配りすぎています。",
        "The purse, at the end of a day, of those who played on it. The lines are the first, the "
        "middle and the ninth of ten players. A middle line that keeps rising means more is given "
        "than can be spent.",
    ),
    "odds": ("公表した確率との差", "Against the published odds"),
    "odds note": (
        "棒は、ルールから計算した枚数の範囲（標準偏差 2 つ分）。点は実際に出た枚数です。"
        "天井の近さなど、引いた時点の状態ごとの正確な確率で計算しているので、全体の割合とは比べていません。"
        "右の判定は、何度見ても、いくつ並べても、正しいガチャをまちがって疑う可能性が"
        "全体で 5 % を超えないように、控えめに出しています。",
        "The bar is the number of cards that the rules make likely (two standard deviations), the "
        "dot is what came. Each pull is held against the exact odds of the state it began in, so "
        "a ceiling that is near counts, and nobody’s share is compared with a long-run rate. The "
        "verdict is careful: however often you look and however many lines there are, fair banners "
        "are blamed with a chance of at most 5 % in all.",
    ),
    "some lines": (
        "全 {all} 行のうち {number} 行。疑わしいもの、多く引かれたものから選びました。"
        "残りは odds.csv にあります。",
        "{number} of {all} lines: what looks wrong, then what was drawn from most. The rest is in "
        "odds.csv.",
    ),
    "featured": ("ピックアップ", "Featured"),
    "got": ("{got} 枚", "{got}"),
    "got of": (
        "{draws} 枚引いて {got} 枚。ルールどおりなら {expected} 枚前後です。",
        "{got} in {draws} draws; the rules make it about {expected}.",
    ),
    "chance": ("偶然の範囲", "Within chance"),
    "unlikely": ("偶然とは考えにくい", "Hardly chance"),
    "impossible": ("偶然ではない", "Not chance"),
    "bound": (
        "ルールどおりなら、これほど離れる確率は {bound} 以下です。",
        "If the rules hold, so large a difference has a chance of at most {bound}.",
    ),
    "no file": (
        "このバージョンのファイルがないため、調べられません。",
        "The file of this version is not here, so it cannot be told.",
    ),
    "too many states": (
        "状態の種類が多すぎるため、調べられません。",
        "It has too many states to be told.",
    ),
    "strange": (
        "記録の状態が、このバージョンのルールと合いません。",
        "A recorded state does not belong to the rules of this version.",
    ),
    "first": ("最初の最高レアまで", "To the first top rarity"),
    "first note": (
        "新しく始めた人のうち、何枚目までに最高レアが出たか。実線は実際、破線はルールどおりの場合。"
        "途中でやめた人は、引いた枚数の分だけ数えています。10 人を下回る手前で線は終わります。",
        "Of those who began anew, how many had the top rarity after so many draws. The full line "
        "is what happened, the dashed one what the rules say. Who stopped counts for as long as "
        "they drew. The line ends before fewer than ten are left.",
    ),
    "first of": (
        "{banner}（{rarity}）：{players} 人中 {found} 人",
        "{banner} ({rarity}): {found} of {players} players",
    ),
    "draws": ("枚目", "draws"),
    "gifts": ("プレゼントとコード", "Presents and codes"),
    "present": ("プレゼント", "Present"),
    "code": ("コード", "Code"),
    "times": ("受け取り", "Taken"),
    "limit": ("上限", "Limit"),
    "server": ("サーバー", "Server"),
    "servers": ("サーバーごと", "Servers"),
    "servers note": ("プレイヤーの多い順に {number} 件。", "The {number} with the most players."),
    "waits": ("待ち時間", "How long it took"),
    "waits note": (
        "コマンドが使われてから、記録が最後に書かれるまでの秒数。ガチャの記録は、結果のメッセージが"
        "届いた時に書き換わるので、プレイヤーが待った時間になります。"
        "差分のエクスポートにある行だけから計算しています。",
        "Seconds from a command to the last write of its record. The record of a pull is written "
        "once more when its message has arrived, so this is how long the player waited. Only rows "
        "of incremental exports say it.",
    ),
    "no waits": (
        "差分のエクスポートがまだないため、わかりません。",
        "No incremental export says it yet.",
    ),
    "kind": ("種類", "Kind"),
    "half": ("半分", "Half"),
    "within": ("{percent} %", "{percent} %"),
    "seconds": ("{number} 秒", "{number} s"),
    "a minute": ("1 分以上", "a minute or more"),
    "cost": ("料金の目安", "What it costs"),
    "cost note": (
        "この期間と同じように 1 か月遊ばれた場合の AWS の料金（{phase} の設定）。"
        "scripts.cost の計算で、実際の請求額ではありません。",
        "A month at the pace of these days, with the settings of {phase}. Calculated by "
        "scripts.cost, and not what AWS billed.",
    ),
    "a month": ("1 か月", "A month"),
    "each player": ("1 人あたり（月 {players} 人）", "For each of {players} players a month"),
    "free": ("常時無料枠のあと", "After what is always free"),
    "full": ("無料枠なし", "Without allowances"),
    "nothing": ("まだありません。", "Nothing yet."),
    "reading": ("この数字でわからないこと", "What these figures do not say"),
    "reading 1": (
        "削除したプレイヤーは、どの数字にも含まれません。たくさん削除されると、過去の数字も変わります。",
        "Players who were deleted are in none of the figures, so earlier figures can change.",
    ),
    "reading 2": (
        "見るだけのコマンド（/ガチャ 履歴 など）は記録に残らないので、数えていません。",
        "Commands that only show something leave no record, and are not counted.",
    ),
    "reading 3": (
        "同じ人でも、サーバーが違えば別のプレイヤーとして数えます。",
        "One person is a player in each server that they play in.",
    ),
    "reading 4": (
        "公表した確率と合っていても、確率そのものが良心的だとは限りません。",
        "That a banner gives what it publishes does not make its odds generous.",
    ),
    # Sources of coins, and kinds of events.
    "opening": ("最初の通貨", "Start"),
    "pull": ("ガチャ", "Pulls"),
    "ticket": ("くじ", "Shared boxes"),
    "daily": ("毎日の受け取り", "The day"),
    "grant": ("管理者が付与", "Grants"),
    "adopted": ("以前のボットから", "Brought along"),
    "take": ("管理者が回収", "Taken back"),
    "exchange": ("交換", "Exchange"),
    "shop": ("かけらの店", "Shop"),
    "wish": ("欲しいもの", "Wishes"),
    "lock": ("ロック", "Locks"),
    "box": ("ボックスのリセット", "Boxes begun anew"),
    "preferences": ("個人の設定", "Own settings"),
    "post": ("結果の公開", "Results shown to all"),
    "seed": ("シードの変更", "Client seeds"),
    "rotate": ("期間の終了", "Epochs closed"),
    "reveal": ("くじのシードの公開", "Seeds of boxes revealed"),
    "lapse": ("復元による期間の終了", "Epochs closed by a restore"),
    "void": ("無効になったもの", "Voided"),
}


class Speech:
    """One language's words, numbers and days."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._index = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """A sentence. A kind of event that has none here is called by its own name."""
        words = WORDS.get(key)
        return (key if words is None else words[self._index]).format(**values)

    def name(self, names: Mapping[str, str], otherwise: str) -> str:
        """Of what an owner may call in both languages, or in one."""
        return names.get(self.language) or next(filter(None, names.values()), otherwise)

    def day(self, day: date) -> str:
        return f"{day.month}/{day.day}" if self.language == "ja" else f"{day.day} {day:%b}"

    def number(self, number: int | Fraction, places: int = 0) -> str:
        return f"{float(number):,.{places}f}"

    def short(self, number: float) -> str:
        """A number for an axis."""
        steps = (
            ((10**8, "億"), (10**4, "万"))
            if self.language == "ja"
            else ((10**9, "B"), (10**6, "M"), (10**3, "k"))
        )
        for unit, sign in steps:
            if abs(number) >= unit:
                return f"{_three(number / unit)}{sign}"
        return _three(number)

    def percent(self, part: float) -> str:
        return f"{100 * part:.0f} %" if part >= 0.0995 or not part else f"{100 * part:.2g} %"

    def dollars(self, amount: Fraction) -> str:
        places = 2 if amount >= 1 else 4
        text = f"{float(amount):,.{places}f}"
        return f"{text} ドル" if self.language == "ja" else f"${text}"


def _three(number: float) -> str:
    """With three digits that say something, or all of them before the point."""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
