"""Draw: decides a pull, and returns what Record is to write. It has no right to write."""

from __future__ import annotations

from typing import Any

from adapters.tracing import worker
from commands import changes, registry
from commands.asked import Asked

registry.plan("pull")  # while the starting function has a whole CPU


@worker("draw")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """See `changes.decide`, and for a pull's own notes `commands/pull/plan.py`."""
    return changes.decide(Asked.read(event["interaction"]))
