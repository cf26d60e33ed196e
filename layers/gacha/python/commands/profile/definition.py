"""`/gacha profile`: what a player has, and how each banner's rules stand for them."""

from __future__ import annotations

from typing import Final

from commands.command import USER, Command, Option

COMMAND: Final = Command(
    name=("プロフィール", "profile"),
    description=(
        "所持通貨・集めたカードの種類数・天井までの回数を見る",
        "Your balance, how many cards you have, how close you are to pity",
    ),
    options=(
        Option(
            name=("メンバー", "member"),
            description=("だれのプロフィールか", "Whose profile"),
            type=USER,
        ),
    ),
)
