"""Answer: reads what the read-only commands show. Changes nothing."""

from __future__ import annotations

from typing import Any

from adapters import aws, banners, seeds
from adapters.tables import ledger, players
from adapters.tracing import worker
from commands import registry
from commands.asked import Asked
from commands.message import Message
from gacha import player

# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
banners.load_all()
aws.early(seeds.secret, players.lowest_epoch)


@worker("answer")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`message` is what Announce is to show, after the results in its `missed`, if there are."""
    asked = Asked.read(event["interaction"])
    message = Message(registry.answer(asked.command).answer(asked), _missed(asked))
    return {"outcome": "answered", "message": message.handed_over()}


def _missed(asked: Asked) -> tuple[str, ...]:
    """Which results the player has not seen; outside a server nobody has any."""
    if asked.guild_id is None:
        return ()
    current = ledger.with_undelivered(seeds.load_player(asked))
    return tuple(player.missed(current, asked.interaction_id))
