"""`/gacha history`: the player's ledger, newest first, page by page."""

from __future__ import annotations

from typing import Final

from commands.command import STRING, Command, Control, Option
from commands.options import BANNER

_KEY: Final = r"[0-9]{1,16}(?:\.[0-9]{1,7})?"
_OF: Final = r"(?::(?P<of_rarity>[0-9a-f]{4})?:(?P<of_banner>[a-z0-9-]{1,40})?)?"

COMMAND: Final = Command(
    name=("履歴", "history"),
    description=(
        "これまでの結果やプレゼントを新しい順に見る",
        "Your pulls, presents and other changes, newest first",
    ),
    options=(
        BANNER,
        Option(
            name=("レアリティ", "rarity"),
            description=("このレアリティが出た結果だけ", "Only pulls that gave this rarity"),
            type=STRING,
            low=1,
            high=40,
        ),
    ),
    controls=(
        Control(rf"older:(?P<older>{_KEY}){_OF}"),
        Control(rf"newer:(?P<newer>{_KEY}){_OF}"),
    ),
)
