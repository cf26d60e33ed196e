"""`/gacha-admin settings`: what the server's owner settles, a form for each group of it."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, ROLE, STRING, Choice, Command, Control, Option

_YES_OR_NO: Final = (Choice(("はい", "Yes"), "yes"), Choice(("いいえ", "No"), "no"))


def _text(id_: str, label: tuple[str, str]) -> Option:
    """A field that is typed. Its bounds are the plan's: what it refuses, it keeps."""
    return Option(name=(id_, id_), description=label, type=STRING)


def _one_of(id_: str, label: tuple[str, str], *choices: Choice) -> Option:
    return Option(name=(id_, id_), description=label, type=STRING, required=True, choices=choices)


def _role(id_: str, label: tuple[str, str]) -> Option:
    return Option(name=(id_, id_), description=label, type=ROLE)


FIELDS: Final = {
    "currency": (
        _text("currency", ("通貨の名前", "Name of the currency")),
        _text("start_balance", ("はじめの所持通貨", "What a new player has")),
    ),
    "time": (
        _one_of(
            "language",
            ("返事の言語", "Language of the answers"),
            Choice(("日本語", "Japanese"), "ja"),
            Choice(("英語", "English"), "en"),
            Choice(("メンバーそれぞれの言語", "Each member’s own"), "each"),
        ),
        _text("timezone", ("タイムゾーン", "Timezone")),
        _one_of(
            "reset_hour",
            ("日付が変わる時刻", "When a new day begins"),
            *(Choice((f"{hour} 時", f"{hour}:00"), str(hour)) for hour in range(7)),
        ),
    ),
    "display": (
        _one_of(
            "is_public",
            ("ガチャの結果を見る人", "Who sees the result of a pull"),
            Choice(("全員", "Everyone"), "everyone"),
            Choice(("引いた本人だけ", "Only whoever pulled"), "player"),
        ),
        _one_of(
            "is_compact",
            ("簡易表示（画像なし）", "Compact results, without pictures"),
            *_YES_OR_NO,
        ),
    ),
    "day": (
        _text("daily", ("1 日に渡す通貨", "Currency of a day")),
        _text("daily_tickets", ("1 日に渡すチケット", "Tickets of a day")),
        _text("ticket_days", ("チケットの有効日数", "Days that those tickets last")),
    ),
    "streak": tuple(
        _text(f"streak_{day}", (f"連続 {day} 日目のボーナス", f"Bonus of the {nth} day in a row"))
        for day, nth in ((3, "3rd"), (7, "7th"), (14, "14th"), (30, "30th"))
    ),
    "start": (
        _text("starter_tickets", ("はじめのチケット", "Tickets of a new player")),
        _text("starter_days", ("その有効日数", "Days that they last")),
    ),
    "points": (
        _text("point_shards", ("1 ポイントから変わるかけらの数", "Shards for an exchange point")),
    ),
    "joining": (
        _text(
            "min_account_days",
            ("Discord アカウントの最低日数", "Least age of an account, in days"),
        ),
        _text(
            "min_member_days",
            ("サーバー参加からの最低日数", "Least time in the server, in days"),
        ),
    ),
    "pause": (_text("pause", ("休止中の案内", "What members read while it is paused")),),
    "roles": (
        _role("editors", ("編集係のロール", "Role of the editors")),
        _role("managers", ("運営係のロール", "Role of the managers")),
    ),
}
"""By group (`gacha.settings.GROUPS`), in the forms' order."""

GROUP: Final = Option(
    name=("項目", "group"),
    description=("変更する項目", "What to change"),
    type=STRING,
    required=True,
    choices=(
        Choice(("通貨", "Currency"), "currency"),
        Choice(("言語と日付", "Language and days"), "time"),
        Choice(("表示", "Display"), "display"),
        Choice(("デイリー", "Daily"), "day"),
        Choice(("連続ボーナス", "Streak bonuses"), "streak"),
        Choice(("はじめのチケット", "Starter tickets"), "start"),
        Choice(("残ったポイント", "Points that are left"), "points"),
        Choice(("参加条件", "Who can play"), "joining"),
        Choice(("休止", "Pause"), "pause"),
        Choice(("係のロール", "Roles"), "roles"),
    ),
)

_GROUPS: Final = "|".join(FIELDS)

COMMAND: Final = Command(
    name=("設定", "settings"),
    description=(
        "通貨・言語・表示・デイリー・参加条件・休止・係のロールを決める",
        "Choose currency, language, display, daily, who can play, a pause, and roles",
    ),
    workflow=CHANGE,
    options=(
        Option(
            name=("絵文字", "emoji"),
            description=(
                "通貨の絵文字（消すときは「なし」）",
                "The currency’s emoji; “none” takes it away",
            ),
            type=STRING,
            low=1,
            high=100,
        ),
    ),
    controls=(
        Control("pick", fields=(GROUP,), opens=True),
        # A form that was late or refused; `seen` is what the admin had seen of the group.
        Control(rf"open:(?P<group>{_GROUPS})", opens=True),
        Control(rf"again:(?P<group>{_GROUPS}):(?P<seen>[0-9a-f]{{8}})", opens=True),
        *(
            Control(
                rf"form:(?P<group>{group}):(?P<seen>[0-9a-f]{{8}})", fields=fields, is_form=True
            )
            for group, fields in FIELDS.items()
        ),
    ),
    of_server=True,
)
