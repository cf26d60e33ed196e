"""Announce: shows a message in place of Discord's "thinking…". Decides nothing about a pull."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import galleries
from adapters import aws, discord, figures, unsealing
from adapters.logs import log
from adapters.tables import items, ledger
from adapters.tracing import worker
from adapters.xray import subsegment
from commands import events, kit, registry
from commands.asked import Asked
from commands.message import Message
from commands.render import addressed, plain, render
from gacha import kinds, snowflake

MOST_SLEPT_S: Final = 3
"""The longest wait that Discord may ask for without the workflow's taking over."""

MOST_SPENT_S: Final = 12
"""After so many seconds of tries and waits it takes over, too: with the longest try of each of
three bodies that fits into the function's 30."""

MOST_FOLLOWED_S: Final = 8
"""After so many seconds nothing more follows a message: a function has 30 in all."""

MOST_MISSED: Final = 3
"""Missed results to a message; the next ones come with the next command."""


@worker("announce")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "delivered" or "gone". `counted` are the figures that this run is the first to
    count.

    A message that `is_plain` reads nothing: earlier tries may have died of that.

    Raises PatienceError where Discord asks for a longer wait than a function should sleep.
    """
    order = Order.read(event)
    message = order.message
    asked = order.asked._replace(language=message.language or order.asked.language)
    content, file = message.content, None
    if content["kind"] != "text" and registry.definition(asked.command).has_file:
        content, file = registry.file(asked.command).attach(asked, content)
    content = addressed(asked.command, content, asked.admin_id or asked.user_id)
    show = (asked.command, content, asked.language, order.receipt_number)
    in_words = plain(
        *show, [snowflake.from_sort_key(key) for key in _keys(message)], message.currency
    )
    missed_rows: list[items.Row] = []
    body = in_words
    if not message.is_plain:
        missed_rows, missed = _missed(asked, message)
        body = render(*show, missed, message.currency)
        if not missed.is_nothing and not kit.fits(body):
            missed_rows = []  # then with the next command
            body = render(*show, currency=message.currency)
    began = time.monotonic()
    sent = galleries.sent(body)
    own = (file,) if file else ()
    delivery = _deliver(order, began, sent.body, (*own, *sent.files))
    if delivery.outcome == "rejected" and sent.files:
        delivery = _deliver(order, began, galleries.by_address(body).body, own)
    if delivery.outcome == "rejected" and (file or body != in_words):
        # Discord refuses this body for good; the bare words are better than "thinking…".
        missed_rows = []
        delivery = _deliver(order, began, galleries.by_address(in_words).body)
    if delivery.outcome == "rejected":
        # A message that an earlier try laid out takes no other way any more.
        laid_out = galleries.by_address(kit.laid_out(in_words))
        delivery = _deliver(order, began, laid_out.body)
    counted = _count(order, missed_rows) if delivery.outcome == "delivered" else {}
    if delivery.outcome == "delivered" and registry.definition(asked.command).is_followed:
        _follow(order, registry.followed(asked.command).more(content, asked.language))
    return {
        "outcome": "gone" if delivery.outcome == "rejected" else delivery.outcome,
        "status": delivery.status,
        "code": delivery.code,
        "counted": counted,
    }


class Order(NamedTuple):
    """What the workflow asks of Announce. `receipt_number` is what people are told, `attempt` the
    tries before, and `patience_s` how long after the interaction there may be others."""

    asked: Asked
    receipt_number: str
    message: Message
    figures: figures.Fields
    attempt: int
    patience_s: int

    @classmethod
    def read(cls, event: dict[str, Any]) -> Order:
        return cls(
            asked=Asked.read(event["interaction"]),
            receipt_number=event["receipt_number"],
            message=Message.read(event["message"]),
            figures=event["figures"],
            attempt=event["attempt"],
            patience_s=event["patience_s"],
        )


def _count(order: Order, missed: list[items.Row]) -> figures.Fields:
    """Note what arrived, and give the figures of each pull that was undelivered until now, so that
    the log counts each receipt once. What never is undelivered counts with its message."""
    asked = order.asked
    is_news = True
    if order.message.is_undelivered:
        is_news = _clear(asked, snowflake.sort_key(asked.interaction_id))
    counted = dict(order.figures) if is_news else {}
    for row in missed:
        if _clear(asked, row["timestamp"]) and row["kind"] in kinds.DRAWN:
            counted.setdefault("kind", kinds.PULL)
            counted["pulls"] = counted.get("pulls", 0) + row["count"]
            counted["currency_out"] = counted.get("currency_out", 0) - row["amount"]
    return counted


def _missed(asked: Asked, message: Message) -> tuple[list[items.Row], events.Missed]:
    """The rows of the missed events that this message shows, and what to show of them.

    A try after the first shows the same, although the rows may be delivered by then: an edit that
    left out what the one before it showed would take it away again. So an event whose own message
    arrived since can be shown twice, rather than never.
    """
    keys = _keys(message)
    rows = [ledger.load(asked.player_key, key) for key in keys[:MOST_MISSED]]
    there = [row for row in rows if row is not None]  # an erased event is missed by nobody
    shown = [events.event(row) for row in there]
    return there, events.Missed(shown, len(keys) - len(rows), message.welcome, message.converted)


def _keys(message: Message) -> list[Decimal]:
    return [Decimal(key) for key in message.missed]


def _clear(asked: Asked, key: Decimal) -> bool:
    """Note that an event's message arrived; whether that was news. If it fails the message still
    stands: the result is shown once more with the player's next command, which is better than an
    error in its place now."""
    try:
        return ledger.clear_undelivered(asked.player_key, key)
    except aws.AwsError as error:
        log("still undelivered", level="WARNING", key=str(key), error=type(error).__name__)
        return False


def _follow(order: Order, bodies: Sequence[kit.Body]) -> None:
    """Send what follows the message, each once: what fails is a line in the log and no more."""
    asked, until = order.asked, time.monotonic() + MOST_FOLLOWED_S
    token = unsealing.unsealed(asked.sealed_token)
    for number, body in enumerate(bodies):
        if token is None or time.monotonic() > until:
            log("follow-ups were left out", level="WARNING", left=len(bodies) - number)
            return
        sent = galleries.sent(body)
        with subsegment("discord", namespace="remote"):
            status = discord.follow_up(asked.application_id, token, sent.body, files=sent.files)
        if status is None or status >= 300:
            log("a follow-up was not taken", level="WARNING", status=status)
            return


def _deliver(
    order: Order, began: float, body: kit.Body, files: Sequence[kit.Attachment] = ()
) -> discord.Delivery:
    asked = order.asked
    made_for = (asked.interaction_id, order.patience_s)
    if asked.sweep and discord.seconds_left(*made_for, time.time()) <= 0:
        return discord.Delivery("gone")  # the sweeper comes late; it never tries an expired token
    token = unsealing.unsealed(asked.sealed_token)
    if token is None:
        log(
            "the interaction token was not sealed for this stack",
            level="ERROR",
            interaction_id=asked.interaction_id,
        )
        return discord.Delivery("gone")
    attempt = order.attempt
    while True:
        with subsegment("discord", namespace="remote"):
            delivery = discord.edit_original(
                asked.application_id,
                token,
                body,
                files=files,
                attempt=attempt,
                seconds_left=discord.seconds_left(*made_for, time.time()),
            )
        if delivery.outcome != "wait":
            return delivery
        attempt += 1
        # Who sleeps keeps one of the account's executions, of which a new account has ten.
        slept = time.monotonic() - began
        if delivery.seconds > MOST_SLEPT_S or slept + delivery.seconds > MOST_SPENT_S:
            raise discord.PatienceError(delivery, attempt)
        time.sleep(delivery.seconds)


# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
registry.show("pull")
discord.connect()
aws.early(unsealing.private_key, aws.dynamodb().connect)
