"""The server's banners, and what one of them has, as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands import completion
from commands.asked import Asked


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    return completion.goals(asked) if option == "goal" else completion.to_show(asked)
