"""Announce: shows a message in place of Discord's "thinking…". Decides nothing about a pull."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any

from nacl.public import PrivateKey

from adapters import discord, sealing, secrets, tables
from adapters.logs import log
from adapters.tracing import subsegment, worker
from gacha import player, snowflake
from receipts import attach
from render import plain, render


@worker("announce")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "delivered", "wait" (`seconds`, then run this again) or "gone"."""
    interaction, message = event["interaction"], event["message"]
    file = None
    if message["kind"] == "receipts":
        message, content = attach(message, interaction["guild_id"])
        if content is not None:
            file = (f"receipts-{message['epoch']}-{message['part']}.json", content)
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
    token = sealing.unseal(_private_key(), interaction["sealed_token"])
    if token is None:
        log(
            "the interaction token was not sealed for this stack",
            level="ERROR",
            interaction_id=interaction["interaction_id"],
        )
        return discord.Delivery("gone")
    with subsegment("discord"):
        return discord.edit_original(
            interaction["application_id"],
            token,
            body,
            file=file,
            attempt=event["attempt"],
            seconds_left=discord.seconds_left(
                interaction["interaction_id"], event["patience_s"], time.time()
            ),
        )


@cache
def _private_key() -> PrivateKey:
    return sealing.private_key(secrets.read(os.environ["SEALING_SECRET_ARN"]))
