"""`/gacha rates`: a banner's exact odds and rules, and what the player's next pull has."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, INTEGER, STRING, Command, Control, Option
from commands.options import BANNER

_GOAL: Final = Option(
    name=("目当て", "goal"),
    description=(
        "ほしいカードかレアリティ（あとどれくらいで出るかを見る）",
        "A card or rarity that you want: how far you are from it",
    ),
    type=STRING,
    low=1,
    high=80,
    completes=True,
)
COMMAND: Final = Command(
    name=("提供割合", "rates"),
    description=(
        "全カードの確率とルール、次の 1 回の確率を見る",
        "Every card’s exact rate, the rules, and your next pull’s rates",
    ),
    options=(
        BANNER,
        _GOAL,
        Option(
            name=("枚数", "copies"),
            description=("目当てを何枚ほしいか", "How many of it you want"),
            type=INTEGER,
            low=1,
            high=10,
        ),
    ),
    controls=(
        Control(r"(?P<banner>[a-z0-9-]{1,40})", who=ANYBODY, is_apart=True),
        # Under a panel, which a manager's press draws anew where it is outdated (`Offer.mark_at`).
        Control(
            r"panel:(?P<banner>[a-z0-9-]{1,40}):(?P<drawn>[0-9a-f]{8})",
            who=ANYBODY,
            is_apart=True,
        ),
        # What its select names; the rates stay as they are.
        Control(
            r"of:(?P<banner>[a-z0-9-]{1,40})",
            fields=(_GOAL._replace(required=True),),
            is_apart=True,
        ),
    ),
    has_file=True,
)
