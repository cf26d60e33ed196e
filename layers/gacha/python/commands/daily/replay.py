"""By the domain's own rule, with the midnight that plan.py goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.daily.plan import ZONE
from gacha.audit import Replay


def replay(of: Replay, row: Mapping[str, Any]) -> None:
    of.claim(row, ZONE)
