"""Options that several commands have."""

from __future__ import annotations

from typing import Final

from commands.command import STRING, Choice, Option

BANNER: Final = Option(
    name=("バナー", "banner"),
    description=("対象のバナー", "Which banner"),
    type=STRING,
    choices=(Choice(("星あかりのアトリエ", "Starlit Atelier"), "starlit-atelier"),),
    default="starlit-atelier",
)
