"""Options that several commands have."""

from __future__ import annotations

from typing import Final

from commands.command import STRING, Option

BANNER: Final = Option(
    name=("ガチャ", "banner"),
    description=("どのガチャか（名前の一部でもよい）", "Which banner: its name, or a part of it"),
    type=STRING,
    low=1,
    high=100,
    completes=True,
)
"""A banner of the server's, by its id or its name; left out, it is the server's default."""

NUMBER: Final = Option(
    name=("カード", "card"),
    description=("どのカードか", "Which card"),
    type=STRING,
    required=True,
    low=1,
    high=6,
)
"""A card that was chosen in a select, by its number."""
