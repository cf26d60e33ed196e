"""By the domain's own rules."""

from __future__ import annotations

from gacha import kinds
from gacha.audit import Replay, Row


def replay(of: Replay, row: Row) -> None:
    (of.draw_tickets if row["kind"] == kinds.TICKET else of.pull)(row)
