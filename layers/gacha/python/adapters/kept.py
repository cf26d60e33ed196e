"""How long this stack keeps what: its own facts, as `/gacha privacy show` says them."""

from __future__ import annotations

import os
from typing import Final, Literal, TypedDict

LOG_DAYS: Final = {"initial": 30, "growth": 30, "expansion": 60, "large": 90}
"""The functions' logs, by phase."""

BACKUP_DAYS: Final = 90
RECENT_DAYS: Final = 35
"""Backups, and how far back the tables can be restored to any second (template.yaml)."""

EXECUTION_DAYS: Final = 90
"""Executions of Standard workflows, by Step Functions itself. Express has its log alone."""

TRACE_DAYS: Final = 30
"""How long each command took, by X-Ray itself (AWS X-Ray's FAQ, "How long is trace data kept?")."""

EXPORT_DAYS: Final = 35
DERIVED_DAYS: Final = 400
"""Exports, where analytics are on, and their figures by hashed ids."""


Logged = Literal["failed", "read", "all"]
"""Of which commands the workflows' logs hold the command itself, with who used it: those that
failed; also those that only read, whose workflow has no other history; or all."""


class Kept(TypedDict):
    """Days; 0 of what this stack has not. `region` is AWS's, `copied_to` that of the copies of
    backups, exports and files, empty without any. `recent`: how far back the tables can be put to
    any second."""

    region: str
    copied_to: str
    logs: int
    logged: Logged
    executions: int
    backups: int
    recent: int
    exports: int
    derived: int


def facts() -> Kept:
    """By the variables that the template gives to Answer."""
    is_standard = os.environ["WORKFLOW_TYPE"] == "STANDARD"
    copied_to, is_exported = os.environ["COPIED_TO"], "ANALYTICS_BUCKET" in os.environ
    return {
        "region": os.environ["AWS_REGION"],
        "copied_to": "" if copied_to == "none" else copied_to,
        "logs": LOG_DAYS[os.environ["PHASE"]],
        "logged": _logged(os.environ["PHASE"], is_standard),
        "executions": EXECUTION_DAYS if is_standard else 0,
        "backups": BACKUP_DAYS,
        "recent": RECENT_DAYS,
        "exports": EXPORT_DAYS if is_exported else 0,
        "derived": DERIVED_DAYS if is_exported else 0,
    }


def _logged(phase: str, is_standard: bool) -> Logged:
    """By the levels of the workflows' logs in the template: of Reply, and of the others."""
    if not is_standard:
        return "all"
    return "read" if phase == "initial" else "failed"
