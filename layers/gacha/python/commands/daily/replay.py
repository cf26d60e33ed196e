"""By the domain's own rule, with the day's beginning that the row says it went by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.daily.event import begins
from gacha.audit import Replay


def replay(of: Replay, row: Mapping[str, Any]) -> None:
    of.claim(row, *begins(row))
