"""What a player settles for themselves in one server. Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from . import kinds, purse
from .changes import Change
from .player import Player

CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "results": ("server", "private"),
    "book": ("members", "private"),
    "spending": ("tickets", purse.COINS_FIRST),
    "wishes": ("private", "listed"),
}
"""What can be settled, and how; the first is what holds for whoever settled nothing, and is not
stored. `results`: who sees a pull's result, as the server allows, or the player alone. `book`:
whether members of the server see the player's cards and profile. `spending`: what pays a pull
first; it is a field of the player's own, since the domain reads it (`gacha.pulling`). `wishes`:
whether whoever wishes for the same card sees the player's name (`gacha.wishes.Wishers`)."""


def usual() -> dict[str, str]:
    """As it is for whoever settled nothing."""
    return {name: first for name, (first, _) in CHOICES.items()}


def of(player: Player) -> dict[str, str]:
    """All of it, as it holds now."""
    spending = {"spending": player.spending} if player.spending else {}
    return {**usual(), **player.preferences, **spending}


def shows_book(player: Player) -> bool:
    """Whether members of the server may see the player's cards and profile."""
    return of(player)["book"] == "members"


def lists_wishes(player: Player) -> bool:
    """Whether whoever wishes for the same card may see the player's name."""
    return of(player)["wishes"] == "listed"


def settle(player: Player, values: Mapping[str, str]) -> Change | None:
    """The change that settles these values; None where all is so already.

    Raises ValueError for what cannot be settled so.
    """
    for name, value in values.items():
        if value not in CHOICES.get(name, ()):
            raise ValueError(f"{name} = {value!r}")
    before = of(player)
    moved = {name: value for name, value in values.items() if before[name] != value}
    if not moved:
        return None
    kept = stored({**before, **moved})
    spending = kept.pop("spending", "")
    after = replace(player, preferences=kept, spending=spending, version=player.version + 1)
    event = {
        "kind": kinds.PREFERENCES,
        "before": {name: before[name] for name in moved},
        "after": moved,
    }
    return Change(event, player, after)


def stored(settled: Mapping[str, str]) -> dict[str, str]:
    """What is kept of it: what is not as usual."""
    return {name: value for name, value in settled.items() if value != CHOICES[name][0]}
