"""How long this stack keeps what: its own facts, as `/gacha privacy show` says them."""

from __future__ import annotations

import os
from typing import Final, TypedDict

LOG_DAYS: Final = {"initial": 30, "growth": 30, "expansion": 60, "large": 90}
"""The functions' logs, by phase."""

BACKUP_DAYS: Final = 90
RECENT_DAYS: Final = 35
"""Backups, and how far back the tables can be restored to any second (template.yaml)."""

EXECUTION_DAYS: Final = 90
"""Executions of Standard workflows, by Step Functions itself. Express has its log alone."""

EXPORT_DAYS: Final = 35
DERIVED_DAYS: Final = 400
"""Exports, where analytics are on, and their figures by hashed ids."""


class Kept(TypedDict):
    """Days; 0 of what this stack has not. `region` is AWS's, `copied_to` that of the backups'
    copies, empty without any. `recent`: how far back the tables can be put to any second."""

    region: str
    copied_to: str
    logs: int
    executions: int
    backups: int
    recent: int
    exports: int
    derived: int


def facts() -> Kept:
    """By the variables that the template gives to Answer."""
    copied_to, is_exported = os.environ["COPIED_TO"], "ANALYTICS_BUCKET" in os.environ
    return {
        "region": os.environ["AWS_REGION"],
        "copied_to": "" if copied_to == "none" else copied_to,
        "logs": LOG_DAYS[os.environ["PHASE"]],
        "executions": EXECUTION_DAYS if os.environ["WORKFLOW_TYPE"] == "STANDARD" else 0,
        "backups": BACKUP_DAYS,
        "recent": RECENT_DAYS,
        "exports": EXPORT_DAYS if is_exported else 0,
        "derived": DERIVED_DAYS if is_exported else 0,
    }
