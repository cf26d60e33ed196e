"""`/gacha-admin card picture`: a card's picture, to remove it; and those that members reported."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, MANAGERS, STRING, WORKSHOP, Command, Control, Option

CARD: Final = Option(
    name=("カード", "card"),
    description=(
        "番号か、名前の一部。空ければ、通報された画像の一覧",
        "Its number, or a part of its name; leave it out for what members reported",
    ),
    type=STRING,
    low=1,
    high=80,
)

_NUMBER: Final = Option(
    name=("番号", "number"),
    description=("どのカードか", "Which card"),
    type=STRING,
    required=True,
    pattern="[0-9]{1,5}",
)

_PICTURE: Final = "(?P<art>[0-9a-f]{32}):(?P<number>[0-9]{1,5})"

COMMAND: Final = Command(
    name=("画像", "picture"),
    description=(
        "カードの画像を削除する・通報された画像を確認する",
        "Remove a card’s picture, or look at those that members reported",
    ),
    workflow=CHANGE,
    options=(CARD,),
    controls=(
        Control("(?P<do>list)"),
        Control("(?P<do>open)", fields=(_NUMBER,)),
        Control("(?P<do>open):(?P<number>[0-9]{1,5})"),
        Control(f"(?P<do>ask):{_PICTURE}"),
        # The workshop makes the files without it, or with it again.
        Control(f"(?P<do>remove|show):{_PICTURE}", workflow=WORKSHOP),
    ),
    of_server=True,
    role=MANAGERS,
)
