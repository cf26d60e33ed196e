"""The server's drafts, as the option `banner` completes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import inline
from commands.asked import Asked
from gacha.making import stored


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    """Drafts whose name or id has what is typed so far."""
    row = inline.setting(asked.guild, stored.CARDS)
    typed = str(asked.options.get(option, "")).casefold()
    drafts = stored.CardsPointer.read(row).drafts
    named = [(f"{name} ({banner})", banner) for banner, name in drafts.items()]
    found: list[Mapping[str, Any]] = [
        {"name": name[:100], "value": banner} for name, banner in named if typed in name.casefold()
    ]
    return found[:25]


def form(asked: Asked) -> Mapping[str, Any]:
    """It opens none."""
    raise NotImplementedError(asked.command)
