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

MOST_SLEPT_S: Final = 3
"""The longest wait that Discord may ask for without the workflow's taking over."""

MOST_SPENT_S: Final = 12
"""After so many seconds of tries and waits it takes over, too: two bodies and the longest try of
each fit into the function's 30."""

MOST_MISSED: Final = 3
"""Missed results to a message; the next ones come with the next command."""


@worker("announce")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "delivered" or "gone".

    A message that is to be shown `plainly` reads nothing: earlier tries may have died of that.
    `told` are the events of the ledger whose message arrived for the first time now.

    Raises PatienceError where Discord asks for a longer wait than a function should sleep.
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
    missed_rows: list[tables.Row] = []
    body = in_words
    if not message.get("plainly"):
        missed_rows, missed = _missed(user_id, message)
        body = render(*show, missed)
        if missed_rows and not fits(body):
            missed_rows, body = [], render(*show)  # then with the next command
    delivery = _deliver(event, body, file)
    if delivery.outcome == "rejected":
        # Discord refuses this body for good; the bare words are better than "thinking…".
        missed_rows = []
        delivery = _deliver(event, in_words)
    counted: dict[str, Any] = {}
    if delivery.outcome == "delivered":
        counted = _count(event, message, user_id, missed_rows)
    return {
        "outcome": "gone" if delivery.outcome == "rejected" else delivery.outcome,
        "status": delivery.status,
        "code": delivery.code,
        "counted": counted,
    }


def _count(
    event: dict[str, Any], message: dict[str, Any], user_id: str, missed: list[tables.Row]
) -> dict[str, Any]:
    """Clear the marks of what arrived, and give the figures of each pull whose mark was still
    there, so that the log counts each receipt once. What bears no mark counts with its message."""
    own = snowflake.sort_key(event["interaction"]["interaction_id"])
    is_marked = message["kind"] == "pull" or message.get("marked")
    counted = dict(event["figures"]) if not is_marked or _clear(user_id, own) else {}
    for row in missed:
        if _clear(user_id, row["timestamp"]) and row["kind"] == "pull":
            counted["pulls"] = counted.get("pulls", 0) + row["count"]
            counted["currency_out"] = counted.get("currency_out", 0) - row["amount"]
    return counted


def _missed(user_id: str, message: dict[str, Any]) -> tuple[list[tables.Row], Missed]:
    """The rows of the missed events that this message shows, and what to show of them.

    A try after the first shows the same, although the marks may be cleared by then: an edit that
    left out what the one before it showed would take it away again. So an event whose own message
    arrived since can be shown twice, rather than never.
    """
    keys = _keys(message)
    rows = [tables.load_event(user_id, key) for key in keys[:MOST_MISSED]]
    there = [row for row in rows if row is not None]  # an erased event is missed by nobody
    return there, Missed([shown.event(row) for row in there], len(keys) - len(rows))


def _keys(message: dict[str, Any]) -> list[Decimal]:
    return [Decimal(key) for key in message.get("missed", [])]


def _clear(user_id: str, key: Decimal) -> bool:
    """Note that an event's message arrived; whether that was news. If it fails the message still
    stands: the result is shown once more with the player's next command, which is better than an
    error in its place now."""
    try:
        return tables.clear_undelivered(user_id, key)
    except tables.UNAVAILABLE as error:
        log("the mark stays", level="WARNING", key=str(key), error=type(error).__name__)
        return False


def _deliver(
    event: dict[str, Any], body: dict[str, Any], file: tuple[str, bytes] | None = None
) -> discord.Delivery:
    interaction = event["interaction"]
    made_for = (interaction["interaction_id"], event["patience_s"])
    if "sweep" in interaction and discord.seconds_left(*made_for, time.time()) <= 0:
        return discord.Delivery("gone")  # the sweeper comes late; it never tries an expired token
    token = sealing.unseal(_private_key(), interaction["sealed_token"])
    if token is None:
        log(
            "the interaction token was not sealed for this stack",
            level="ERROR",
            interaction_id=interaction["interaction_id"],
        )
        return discord.Delivery("gone")
    began, attempt = time.monotonic(), event["attempt"]
    while True:
        with subsegment("discord"):
            delivery = discord.edit_original(
                interaction["application_id"],
                token,
                body,
                file=file,
                attempt=attempt,
                seconds_left=discord.seconds_left(*made_for, time.time()),
            )
        if delivery.outcome != "wait":
            return delivery
        attempt += 1
        # Who sleeps keeps one of the account's executions, of which a new account has ten.
        slept = time.monotonic() - began
        if delivery.seconds > MOST_SLEPT_S or slept + delivery.seconds > MOST_SPENT_S:
            raise discord.PatienceError(delivery.seconds, attempt)
        time.sleep(delivery.seconds)


@cache
def _private_key() -> PrivateKey:
    return sealing.private_key(secrets.read(os.environ["SEALING_SECRET_ARN"]))
