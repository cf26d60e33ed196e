"""Draw: rolls a pull and returns what Record is to write. Reads only; it has no right to write.

Its output shows an operator, in the Step Functions console, what was random, which odds held and
what the player had before and after. Drawing again gives the same cards (see `gacha.pulling`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters import banners, decisions, figures, inputs, seeds, shown, tables
from adapters.tracing import worker
from gacha import acting, engine, ledger, player, pulling, rules, snowflake
from gacha.banner import Banner


@worker("draw")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`outcome` is "drawn", "lapsed" (another epoch is opened, and nothing drawn from it yet),
    "refused", "stale" (a button of an older result), "overtaken" (see `acting.is_overtaken`),
    "abandoned" (see `inputs.is_abandoned`), "recorded" or "voided".

    `transaction` is what Record is to write, or to check where there is nothing to write.

    `message` is what the player is shown, unless Record finds otherwise. Its `missed` names earlier
    events whose own message did not arrive; they are shown first. `marked` says that the event
    carries a mark until the message arrives: a void's or a lapse's, as a pull's does.
    """
    interaction = event["interaction"]
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    row = tables.load_event(user_id, snowflake.sort_key(interaction["interaction_id"]))
    if row is not None:
        return _already(row)
    if inputs.is_abandoned(interaction):
        return decisions.void("abandoned", interaction, {"kind": "text", "sentence": "voided"})

    options = interaction["options"]
    banner = banners.load(options["banner"])
    current = tables.with_unseen(seeds.load_player(interaction))
    missed = player.missed(current, interaction["interaction_id"])
    if acting.is_overtaken(current, interaction["interaction_id"]):
        message = {"kind": "text", "sentence": "overtaken", **missed}
        return decisions.void("overtaken", interaction, message)
    opening = 0 if current.version else current.balance
    if lapse := seeds.lapse(current, interaction["interaction_id"]):
        return decisions.change(
            "lapsed",
            {**shown.lapsed(lapse.event), **missed},
            tables.change_transaction(lapse, interaction["interaction_id"]),
            figures.moved(lapse.event, opening),
        )
    stale = pulling.refused_at(current, options["at"]) if "at" in options else None
    if stale is not None:
        message = {"kind": "text", "sentence": stale.sentence, **missed}
        return decisions.refusal("stale", interaction, message)
    drawn = pulling.pull(
        current,
        banner,
        options["count"],
        interaction["interaction_id"],
        seeds.server_seed(user_id, current.epoch),
        pulling.client_seed_at(
            current, interaction["interaction_id"], partial(tables.event_at, user_id)
        ),
    )
    if isinstance(drawn, pulling.Refusal):
        why: dict[str, Any] = {"sentence": drawn.sentence, "values": dict(drawn.values)}
        return decisions.refusal("refused", interaction, {"kind": "text", **why, **missed})

    owned = tables.owned(user_id, (roll.card for roll in drawn.rolls)) if current.version else set()
    new = sorted({roll.card.id for roll in drawn.rolls} - owned)
    version = banners.version_to_keep(interaction["guild_id"], banner)
    result = {**_pull_message(banner, drawn.receipt, new, drawn.after.balance), **missed}
    event = {"kind": ledger.PULL, "amount": -drawn.receipt["price"], "count": options["count"]}
    return {
        "receipt": dict(drawn.receipt),
        "receipt_hash": drawn.receipt_hash,
        "rolls": [_shown(roll, drawn.before.nonce + at) for at, roll in enumerate(drawn.rolls)],
        "balance": {"before": drawn.before.balance, "after": drawn.after.balance},
        **decisions.change(
            "drawn",
            result,
            tables.pull_transaction(drawn, new, version),
            figures.moved(event, opening),
        ),
    }


def _already(row: tables.Row) -> dict[str, Any]:
    """This interaction is in the ledger: show what stands there."""
    if row["kind"] == ledger.VOID:
        return decisions.found(row, {"kind": "text", "sentence": "voided", "values": {}})
    # What this very message shows first: an edit without it would take it away again.
    missed = {"missed": row["missed"]} if "missed" in row else {}
    match row["kind"]:
        case ledger.LAPSE:
            return decisions.found(row, {**shown.lapsed(row), **missed})
        case ledger.SEED | ledger.ROTATE | ledger.GRANT:  # no interaction of Discord's comes to it
            return decisions.found(row, {"kind": "text", "sentence": "changed"})
        case ledger.PULL:
            receipt = pulling.parse(row["receipt"])
            banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
            message = _pull_message(banner, receipt, row["new"], row["balance"])
            return {**decisions.found(row, {**message, **missed}), "receipt": receipt}
    raise ledger.UnknownKindError(row["kind"])


def _pull_message(
    banner: Banner, receipt: Mapping[str, Any], new: Sequence[str], balance: int
) -> dict[str, Any]:
    """What the player is to be shown, in both languages; Announce picks one."""
    after = engine.State.from_dict(banner, receipt["after"])
    return {
        "kind": "pull",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "user": receipt["user_id"].partition("@")[0],
        "place": pulling.place_after(receipt),
        "cards": [
            # Of two copies of a new card, the first is the new one.
            {**banners.card(banner, id_), "new": id_ in new and id_ not in receipt["cards"][:at]}
            for at, id_ in enumerate(receipt["cards"])
        ],
        "price": receipt["price"],
        "balance": balance,
        "standing": rules.standing(banner, after),
    }


def _shown(roll: engine.Roll, nonce: int) -> dict[str, Any]:
    """One draw for the operator: the word is written in hexadecimal because JSON numbers end at
    2**53, the odds are exact."""
    return {
        "nonce": nonce,
        "word": f"{roll.word:016x}",
        "rates": {rarity: str(rate) for rarity, rate in roll.rates.items()},
        "card": roll.card.id,
        "rarity": roll.card.rarity,
        "before": roll.before.to_dict(),
        "after": roll.after.to_dict(),
    }
