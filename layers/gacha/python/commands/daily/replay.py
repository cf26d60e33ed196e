"""By the domain's own rule, with the clock that the row says it went by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gacha.audit import Replay
from gacha.days import Clock


def replay(of: Replay, row: Mapping[str, Any]) -> None:
    of.claim(row, Clock(row["zone"], row["hour"], row.get("since", 0)))
