"""The server's drafts, as the option `banner` completes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands import draft_forms
from commands.asked import Asked


def choices(asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    return draft_forms.choices(asked)
