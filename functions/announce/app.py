"""Announce: shows a message in place of Discord's "thinking…". Decides nothing about a pull."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from functools import cache
from typing import Any, Final

from nacl.public import PrivateKey

import published
import receipts
from adapters import discord, sealing, secrets, shown, tables
from adapters.logs import log
from adapters.tracing import subsegment, worker
from gacha import player, snowflake
from render import Missed, fits, plain, render

MOST_MISSED: Final = 3
"""Missed results to a message; the next ones come with the next command."""


@worker("announce")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "delivered", "wait" (`seconds`, then run this again) or "gone".

    A message that is to be shown `plainly` reads nothing: earlier tries may have died of that.
    """
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
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    show = (message, interaction["language"], event["receipt"])
    in_words = plain(*show, [snowflake.from_sort_key(Decimal(key)) for key in _keys(message)])
    keys: list[Decimal] = []
    body = in_words
    if not message.get("plainly"):
        keys, missed = _missed(user_id, message)
        body = render(*show, missed)
        if keys and not fits(body):
            keys, body = [], render(*show)  # then with the next command
    delivery = _deliver(event, body, file)
    if delivery.outcome == "rejected":
        # Discord refuses this body for good; the bare words are better than "thinking…".
        keys = []
        delivery = _deliver(event, in_words)
    if delivery.outcome == "delivered":
        if message["kind"] == "pull" or message.get("marked"):
            keys.append(snowflake.sort_key(interaction["interaction_id"]))
        _clear(user_id, keys)
    return {
        "outcome": "gone" if delivery.outcome == "rejected" else delivery.outcome,
        "seconds": delivery.seconds,
        "status": delivery.status,
        "code": delivery.code,
    }


def _missed(user_id: str, message: dict[str, Any]) -> tuple[list[Decimal], Missed]:
    """The ledger keys of the missed events that this message shows, and what to show of them.

    A try after the first shows the same, although the marks may be cleared by then: an edit that
    left out what the one before it showed would take it away again. So an event whose own message
    arrived since can be shown twice, rather than never.
    """
    keys = _keys(message)
    rows = [tables.load_event(user_id, key) for key in keys[:MOST_MISSED]]
    there = [row for row in rows if row is not None]  # an erased event is missed by nobody
    return [row["timestamp"] for row in there], Missed(
        [shown.event(row) for row in there], len(keys) - len(rows)
    )


def _keys(message: dict[str, Any]) -> list[Decimal]:
    return [Decimal(key) for key in message.get("missed", [])]


def _clear(user_id: str, keys: list[Decimal]) -> None:
    """Note what arrived. If that fails the message still stands: the result is shown once more
    with the player's next command, which is better than an error in its place now."""
    for key in keys:
        try:
            tables.clear_undelivered(user_id, key)
        except tables.UNAVAILABLE as error:
            log("the mark stays", level="WARNING", key=str(key), error=type(error).__name__)


def _deliver(
    event: dict[str, Any], body: dict[str, Any], file: tuple[str, bytes] | None = None
) -> discord.Delivery:
    interaction = event["interaction"]
    left = discord.seconds_left(interaction["interaction_id"], event["patience_s"], time.time())
    if "sweep" in interaction and left <= 0:
        return discord.Delivery("gone")  # the sweeper comes late; it never tries an expired token
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
            seconds_left=left,
        )


@cache
def _private_key() -> PrivateKey:
    return sealing.private_key(secrets.read(os.environ["SEALING_SECRET_ARN"]))
