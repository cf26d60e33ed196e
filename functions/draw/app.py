"""Draw: decides a pull, and returns what Record is to write. It has no right to write."""

from __future__ import annotations

from typing import Any

from adapters import aws, banners, seeds
from adapters.tables import players
from adapters.tracing import worker
from commands import decisions, registry
from commands.asked import Asked

# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
registry.plan("pull")
banners.load_all()
aws.early(seeds.secret, players.lowest_epoch, beside=aws.s3().connect)


@worker("draw")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """See `decisions.decide`, and for a pull's own notes `commands/pull/plan.py`."""
    return decisions.decide(Asked.read(event["interaction"]))
