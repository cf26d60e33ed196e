"""The server's banners, as one is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands import completion
from commands.asked import Asked


def choices(asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    return completion.to_buy(asked)
