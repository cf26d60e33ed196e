"""Plan: decides every other change of a player, as Draw decides pulls. Reads only."""

from __future__ import annotations

from typing import Any

from adapters import aws, seeds
from adapters.tables import players
from adapters.tracing import worker
from commands import decisions
from commands.asked import Asked

# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
aws.early(seeds.secret, players.lowest_epoch, beside=aws.s3().connect)


@worker("plan")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """See `decisions.decide`."""
    return decisions.decide(Asked.read(event["interaction"]))
