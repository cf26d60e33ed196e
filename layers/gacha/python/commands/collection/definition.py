"""`/gacha collection`: the book: which cards there are, and which of them a player has."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, STRING, USER, Choice, Command, Control, Option, Words
from commands.options import BANNER
from gacha import book

SHOWN: Final[dict[str, Words]] = {
    book.ALL: ("すべて", "all"),
    book.OWNED: ("持っている", "owned"),
    book.MISSING: ("持っていない", "missing"),
    book.DUPLICATES: ("重複", "duplicates"),
    book.LOCKED: ("ロック中", "locked"),
    book.WISHED: ("ほしいもの", "wished for"),
    book.NEW: ("最近 7 日の新しいカード", "new in the last 7 days"),
}
SORTS: Final[dict[str, Words]] = {
    book.NUMBER: ("番号", "number"),
    book.RARITY: ("レアリティ", "rarity"),
    book.COUNT: ("枚数", "copies"),
    book.DATE: ("日付", "date"),
}
_SHOW: Final = Option(
    name=("表示", "show"),
    description=("どのカードを表示するか", "Which cards"),
    type=STRING,
    choices=tuple(Choice(words, show) for show, words in SHOWN.items()),
    default=book.ALL,
)
_PAGE: Final = rf"(?P<view>[pl]):{book.PATTERN}:(?P<member>[0-9]{{17,20}})?:(?P<page>[0-9]{{1,3}})"
COMMAND: Final = Command(
    name=("図鑑", "collection"),
    description=(
        "集めたカードと、まだ持っていないカードを見る",
        "The cards that you have, and those that you do not",
    ),
    options=(
        _SHOW,
        Option(
            name=("レアリティ", "rarity"),
            description=("レアリティの名前", "A rarity’s name"),
            type=STRING,
            low=1,
            high=40,
        ),
        BANNER,
        Option(
            name=("並び順", "sort"),
            description=("並び順", "In which order"),
            type=STRING,
            choices=tuple(Choice(words, sort) for sort, words in SORTS.items()),
            default=book.NUMBER,
        ),
        Option(
            name=("見え方", "view"),
            description=("画像か、一覧か", "Pictures, or a list"),
            type=STRING,
            choices=(Choice(("画像", "pictures"), "p"), Choice(("一覧", "list"), "l")),
            default="p",
        ),
        Option(
            name=("メンバー", "member"),
            description=("だれの図鑑か", "Whose book"),
            type=USER,
        ),
    ),
    controls=(
        # Below what somebody was given, which stays as it is.
        Control("open", who=ANYBODY, is_apart=True),
        Control(_PAGE),
        # The same page of other cards, which a select names.
        Control("show:" + _PAGE, fields=(_SHOW._replace(required=True, default=None),)),
    ),
)
