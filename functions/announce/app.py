"""Announce: shows a message in place of Discord's "thinking…". Decides nothing about a pull."""

from __future__ import annotations

import time
from typing import Any

import published
import receipts
from adapters import discord, tables
from adapters.tracing import subsegment, worker
from gacha import player, snowflake
from render import plain, render


@worker("announce")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "delivered", "wait" (`seconds`, then run this again) or "gone"."""
    interaction, message = event["interaction"], event["message"]
    file = None
    if message["kind"] == "receipts":
        message, content = receipts.attach(message, interaction["guild_id"])
        if content is not None:
            file = (f"receipts-{message['epoch']}-{message['part']}.json", content)
    elif message["kind"] == "rates":
        message, content = published.attach(
            message, interaction["guild_id"], interaction["language"]
        )
        if content is not None:
            file = (f"rates-{message['banner_id']}.txt", content)
    show = (message, interaction["language"], event["receipt"])
    delivery = _deliver(event, render(*show), file)
    if delivery.outcome == "rejected":
        # Discord refuses this body for good; the bare words are better than "thinking…".
        delivery = _deliver(event, plain(*show))
    if delivery.outcome == "delivered" and message["kind"] == "pull":
        tables.clear_undelivered(
            player.key(interaction["user_id"], interaction["guild_id"]),
            snowflake.sort_key(interaction["interaction_id"]),
        )
    return {
        "outcome": "gone" if delivery.outcome == "rejected" else delivery.outcome,
        "seconds": delivery.seconds,
        "status": delivery.status,
        "code": delivery.code,
    }


def _deliver(
    event: dict[str, Any], body: dict[str, Any], file: tuple[str, bytes] | None = None
) -> discord.Delivery:
    interaction = event["interaction"]
    with subsegment("discord"):
        return discord.edit_original(
            interaction["application_id"],
            interaction["token"],
            body,
            file=file,
            attempt=event["attempt"],
            seconds_left=discord.seconds_left(
                interaction["interaction_id"], event["patience_s"], time.time()
            ),
        )
