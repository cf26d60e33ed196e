"""What a worker's log line says of a run, for the dashboards and the runbook's queries.

All of it is taken from what the worker was given and what it returned. A field of a log line costs
next to nothing, a metric $0.30 a month, so only `METRICS` are both
(docs/decisions/0019-few-metrics.md).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from adapters import metrics
from adapters.logs import log
from gacha import kinds, player, snowflake

Fields = dict[str, Any]

METRICS: Final[Mapping[str, str]] = {"pulls": "Pulls", "age_ms": "DeliveryAge"}
"""The fields that are metrics too, and their names in CloudWatch."""


def report(worker: str, event: Mapping[str, Any], result: Mapping[str, Any]) -> Fields:
    """The figures of one run that ended with `result`; those of `METRICS` are sent, too.

    Never an error: what the worker did is done, and its answer matters more than its figures.
    """
    if worker not in _FIGURES:
        return {}
    try:
        figures = _FIGURES[worker](event, result)
        measured = {METRICS[name]: figures[name] for name in figures if name in METRICS}
        if measured:
            metrics.emit(measured)
    except Exception as error:
        log("no figures", level="ERROR", worker=worker, error=type(error).__name__)
        return {}
    return figures


def who(interaction: Mapping[str, Any]) -> str | None:
    """Tells players apart without naming them: the first 12 hex digits of their key's SHA-256. Who
    knows a player's id and server can compute it, so it hides nobody. None outside a server."""
    user_id, guild_id = interaction.get("user_id"), interaction.get("guild_id")
    if user_id is None or guild_id is None:
        return None
    key = player.key(user_id, guild_id)
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _draw(_event: Mapping[str, Any], result: Mapping[str, Any]) -> Fields:
    """`top`: how many cards of the highest rarity were drawn. `top_expected_ppm`: how many were to
    be expected at the odds of each draw, in millionths. They agree in the long run, whatever the
    ceilings, because each draw's own odds are counted."""
    if result["outcome"] != "drawn":
        return _refusal(result)
    top, expected = 0, Fraction(0)
    for roll in result["rolls"]:
        highest = next(iter(roll["rates"]))  # rates stand in the banner's order
        top += roll["rarity"] == highest
        expected += Fraction(roll["rates"][highest])
    return {"draws": len(result["rolls"]), "top": top, "top_expected_ppm": round(expected * 10**6)}


def _refusal(result: Mapping[str, Any]) -> Fields:
    """Why a command was refused: the sentence that the player is shown. A form that was not taken
    may have several reasons, of which the log has none."""
    message = result["message"]
    is_said = result["outcome"] == "refused" and "sentence" in message
    return {"sentence": message["sentence"]} if is_said else {}


def moved(event: Mapping[str, Any], opening: int = 0) -> Fields:
    """What an event of the ledger adds to and takes from all purses, the `opening` balance of a
    player who is new with it included, and for a pull how many cards it gives."""
    amounts = (event.get("amount", 0), opening)
    return {
        "kind": event["kind"],
        "currency_in": sum(amount for amount in amounts if amount > 0),
        "currency_out": -sum(amount for amount in amounts if amount < 0),
        **({"pulls": event["count"]} if event["kind"] in kinds.DRAWN else {}),
    }


def _announce(event: Mapping[str, Any], result: Mapping[str, Any]) -> Fields:
    """`age_ms`: from the moment Discord made the interaction to the moment its answer was there."""
    fields = {
        "shows": event["message"]["kind"],
        "attempt": event["attempt"],
        "status": result["status"],
        "code": result["code"],
        **result["counted"],
    }
    if result["outcome"] == "delivered":
        made_ms = snowflake.created_ms(event["interaction"]["interaction_id"])
        fields["age_ms"] = max(0, time.time_ns() // 1_000_000 - made_ms)
    return fields


_FIGURES: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Fields]]] = {
    "draw": _draw,
    "plan": lambda _event, result: _refusal(result),
    "announce": _announce,
}
