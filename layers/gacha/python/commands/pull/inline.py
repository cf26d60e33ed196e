"""The server's banners, as one is typed, and how many cards at once they sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands import completion
from commands.asked import Asked


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    return completion.sizes(asked) if option == "count" else completion.to_pull(asked)
