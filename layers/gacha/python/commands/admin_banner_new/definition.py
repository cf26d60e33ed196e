"""`/gacha-admin banner new`: a draft by two forms, what it is and the numbers of its rule."""

from __future__ import annotations

from typing import Final

from commands.card_fields import PICTURE
from commands.command import EDITORS, STRING, WORKSHOP, Choice, Command, Control, Option
from commands.draft_forms import ID


def _text(id_: str, label: tuple[str, str], *, required: bool = False) -> Option:
    """A field that is typed. Its bounds are the draft's: what it refuses, it keeps."""
    return Option(name=(id_, id_), description=label, type=STRING, required=required)


def _one_of(id_: str, label: tuple[str, str], *choices: Choice) -> Option:
    return Option(name=(id_, id_), description=label, type=STRING, required=True, choices=choices)


KIND: Final = _one_of(
    "kind",
    ("ルールの種類", "Kind of rules"),
    Choice(("確率のみ", "Rates only"), "simple"),
    Choice(("天井あり", "With pity"), "ceiling"),
    Choice(("ピックアップ（確定・交換あり）", "Featured cards, with a guarantee"), "rate-up"),
    Choice(("ボックス（引いた分だけ箱から減る）", "Box: what is drawn leaves it"), "box"),
    Choice(("ステップアップ（10 連の値段が変わる）", "Step-up: ten-pulls change price"), "step-up"),
    Choice(("まとめ引き（11 連・5 枚パックなど）", "Multi-pull: 11 for 10, packs of 5"), "multi"),
    Choice(("毎日のくじ（おみくじ・1 日 1 回無料）", "Daily draw: one free a day"), "daily"),
    Choice(
        ("スタンプカード（決まった回数ごとに確定）", "Stamp card: guaranteed every N"), "stamps"
    ),
    Choice(("数量限定くじ（1 つの箱を全員で引く）", "Limited stock: one box for all"), "shared"),
)

BASICS: Final = (
    _text("name", ("ガチャの名前", "Name of the banner"), required=True),
    _text(
        "rarities",
        ("レアリティと確率（1 行に 1 つ）", "Rarities and rates, one a line"),
        required=True,
    ),
    KIND,
    _text("prices", ("値段（1 回 / まとめ引き）", "Price of 1 / of several")),
    _text("period", ("期間（開始〜終了）", "Start – end")),
)
"""What it is, in the form's order."""

_OF: Final = _text("of", ("天井などの対象になるレアリティ", "The rarity that this is about"))
_LEAST: Final = _text(
    "least", ("10 連などで 1 枚は確定するレアリティ", "Least rarity in every multi-pull")
)
_EXCHANGE: Final = _text("exchange", ("交換に必要なポイント", "Points for an exchange"))
_CEILING: Final = _text(
    "ceiling", ("天井（何回目で確定するか）", "Pity: guaranteed on pull number")
)

_PER_DAY: Final = _text("per_day", ("1 人が 1 日に引ける回数", "Pulls a day for each member"))

NUMBERS: Final = {
    "simple": (_LEAST, _EXCHANGE),
    "ceiling": (_CEILING, _OF, _LEAST, _EXCHANGE),
    "rate-up": (
        _text("share", ("ピックアップが出る割合", "Share of the featured cards")),
        _text("guarantee", ("何回すり抜けたら次が確定か", "Misses until the next is featured")),
        _EXCHANGE,
        _CEILING,
        _LEAST,
    ),
    "box": (
        _one_of(
            "refill",
            ("箱をリセットする時", "When the box is filled again"),
            Choice(("すべて引かれたら", "When it is empty"), "all"),
            Choice(("最高レアリティが出切ったら", "When its highest rarity is out"), "top"),
        ),
    ),
    "step-up": (
        _text("steps", ("各ステップの 10 連の値段", "Price of ten at each step"), required=True),
        _one_of(
            "repeat",
            ("最後のステップのあと", "After the last step"),
            Choice(("最初のステップに戻る", "Begin with the first again"), "again"),
            Choice(("最後のステップを繰り返す", "Repeat the last one"), "last"),
        ),
        _OF,
        _EXCHANGE,
    ),
    "multi": (
        _text("size", ("一度に引く枚数", "Cards at once")),
        _text("total", ("1 人が全部で引ける枚数", "Cards for each member in all")),
        _LEAST,
        _EXCHANGE,
    ),
    "daily": (
        _PER_DAY,
        _text("turns", ("その日の 1 回目からの値段", "Prices of a day, in turn")),
    ),
    "stamps": (
        _text("every", ("何回ごとに確定するか", "Guaranteed every so many pulls")),
        _OF,
        _EXCHANGE,
    ),
    "shared": (
        _PER_DAY,
        _text("boxes", ("箱の数（売り切れたら次の箱）", "Boxes, one after another")),
        _text("age", ("参加条件（作成・参加からの日数）", "Days of account and membership")),
    ),
}
"""The numbers of each kind's rule: `gacha.making.forms.RULE_FIELDS`, which a first answer does
without."""

SHARDS: Final = (_text("shards", ("かけら（1 行に 1 つ）", "Shards, one rarity a line")),)
"""What is settled beside the rules, of every kind."""

LOOK: Final = (
    PICTURE._replace(description=("ガチャの画像", "Picture of the banner")),
    _one_of(
        "now",
        ("今の画像", "The picture that it has"),
        Choice(("残す", "Keep it"), "keep"),
        Choice(("外す", "Take it away"), "none"),
    )._replace(required=False),
    _text("description", ("説明", "Description")),
    _text(
        "looks", ("レアリティの絵文字と色（1 行に 1 つ）", "Emoji and colours, one rarity a line")
    ),
)
"""How it looks. What becomes of the picture that it has is asked where there is one."""

_KEPT: Final = "(?::(?P<kept>kept))?"
_BANNER: Final = rf"(?P<banner>{ID})"
_SEEN: Final = r"(?P<seen>[0-9a-f]{8})"

COMMAND: Final = Command(
    name=("新規", "new"),
    description=(
        "フォームに入力して、新しいガチャの下書きを作る",
        "Make a draft of a new banner by filling in a form",
    ),
    workflow=WORKSHOP,
    controls=(
        Control("open", opens=True),
        Control("(?P<again>again)", opens=True),
        Control(rf"edit:{_BANNER}", opens=True),
        Control(rf"(?P<numbers>numbers):{_BANNER}", opens=True),
        Control(rf"(?P<numbers>shards|look):{_BANNER}", opens=True),
        Control("form", fields=BASICS, is_form=True),
        Control(rf"form:{_BANNER}:{_SEEN}", fields=BASICS, is_form=True),
        *(
            Control(rf"form:{_BANNER}:{_SEEN}:(?P<numbers>{kind})", fields=fields, is_form=True)
            for kind, fields in {**NUMBERS, "shards": SHARDS}.items()
        ),
        Control(rf"form:{_BANNER}:{_SEEN}:(?P<numbers>look){_KEPT}", fields=LOOK, is_form=True),
        # The lowest rarity takes what the others leave.
        Control(rf"(?P<rest>rest):{_BANNER}"),
    ),
    of_server=True,
    opens=True,
    role=EDITORS,
)
