"""Answer: reads what the read-only commands show. Changes nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from adapters import banners, seeds, shown, tables
from adapters.commands import DEFAULTS
from adapters.tracing import worker
from gacha import engine, player, rules, snowflake

PAGE_SIZE: Final = 10
"""Ledger rows to a page of the history."""

MOST_EPOCHS: Final = 50
"""How many closed epochs back receipts are found, since each is a read that somebody pays for."""

MOST_OF_A_STATE: Final = 128 * 1024
"""Bytes that a profile's banners may take of the 256 KB that a workflow's state may hold."""


LONGEST_RACE_MS: Final = 3_600_000
"""How much later than the event that closed an epoch a pull can have been made that was recorded
before it: an input counts for a quarter of an hour, and an execution lives half an hour."""


@worker("answer")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`message` is what Announce is to show, after the results in its `missed`, if there are."""
    interaction = event["interaction"]
    message = _COMMANDS[interaction["command"]](interaction)
    return {"outcome": "answered", "message": {**message, **_missed(interaction)}}


def _missed(interaction: dict[str, Any]) -> dict[str, Any]:
    """Which results the player has not seen; outside a server nobody has any."""
    if interaction["guild_id"] is None:
        return {}
    current = tables.with_unseen(seeds.load_player(interaction))
    return player.missed(current, interaction["interaction_id"])


def _help(interaction: dict[str, Any]) -> dict[str, Any]:
    banner = banners.load(DEFAULTS["pull"]["banner"])
    return {
        "kind": "help",
        "in_server": interaction["guild_id"] is not None,
        "values": {
            "banner": dict(banner.name),
            "one": banner.price(1),
            "ten": banner.price(10),
            "start": player.START_BALANCE,
        },
    }


def _profile(interaction: dict[str, Any]) -> dict[str, Any]:
    user_id = player.key(interaction["user_id"], interaction["guild_id"])
    current = tables.load_player(user_id)
    states = current.states if current else {}
    now = snowflake.created_ms(interaction["interaction_id"])
    every = [banners.load(banner_id) for banner_id in banners.ids()]
    every.sort(key=lambda banner: not banner.is_open(now))  # stable: by id within each
    owned = tables.collection(user_id) if current else set()
    cards = {card.id for banner in every for card in banner.cards}
    shown: list[dict[str, Any]] = []
    size = 0
    for banner in every:
        state = engine.State.from_dict(banner, states.get(banner.state_key, {}))
        standing = {
            "banner": dict(banner.name),
            "is_open": banner.is_open(now),
            "standing": rules.standing(banner, state),
        }
        size += len(json.dumps(standing))
        if size > MOST_OF_A_STATE:
            break
        shown.append(standing)
    return {
        "kind": "profile",
        "balance": current.balance if current else player.START_BALANCE,
        "owned": len(owned),
        "cards": len(cards | owned),  # what no banner has any more stays the player's
        "banners": shown,
        "more": len(every) - len(shown),
    }


def _history(interaction: dict[str, Any]) -> dict[str, Any]:
    options = interaction["options"]
    page = tables.history(
        player.key(interaction["user_id"], interaction["guild_id"]),
        PAGE_SIZE,
        older=Decimal(options["older"]) if "older" in options else None,
        newer=Decimal(options["newer"]) if "newer" in options else None,
    )
    keys = [str(row["timestamp"]) for row in page.rows]
    return {
        "kind": "history",
        "rows": [shown.event(row) for row in page.rows],
        "newer": keys[0] if page.has_newer and keys else None,
        "older": keys[-1] if page.has_older and keys else None,
    }


def _rates(interaction: dict[str, Any]) -> dict[str, Any]:
    # Imported here, because no other command pays for exact odds.
    from gacha.rates import table

    banner = banners.load(interaction["options"]["banner"])
    current = tables.load_player(player.key(interaction["user_id"], interaction["guild_id"]))
    stored = current.states.get(banner.state_key, {}) if current else {}
    return {
        "kind": "rates",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "banner_hash": banner.hash,
        **table(banner, engine.State.from_dict(banner, stored)),
    }


def _fair_show(interaction: dict[str, Any]) -> dict[str, Any]:
    """Where a restore closed the epoch, what the player's next change or pull will open."""
    current = seeds.load_player(interaction)
    if lapse := seeds.lapse(current, interaction["interaction_id"]):
        current = lapse.after
    return {
        "kind": "fair",
        "epoch": current.epoch,
        "nonce": current.nonce,
        "commitment": current.commitment,
        "next": seeds.commitment(current.user_id, current.epoch + 1),
        "client_seed": current.client_seed,
        "last": current.last_receipt,
        "versions": _versions(snowflake.created_ms(interaction["interaction_id"])),
    }


def _versions(now: int) -> list[dict[str, Any]]:
    """Which version of each open banner is drawn from, so that a player knows before a pull."""
    every = [banners.load(banner_id) for banner_id in banners.ids()]
    return [
        {"banner": dict(each.name), "banner_hash": each.hash} for each in every if each.is_open(now)
    ]


def _fair_receipts(interaction: dict[str, Any]) -> dict[str, Any]:
    """Which receipts to attach, and the seed that their epoch's end allows to reveal. Announce
    reads the receipts: a file of them may be more than a workflow's state may hold."""
    current = seeds.load_player(interaction)
    options = interaction["options"]
    wanted, part = options.get("epoch"), options["part"]
    # Each event that closed an epoch names the one before it; most players ask for the last.
    closed = current.rotated
    for _ in range(MOST_EPOCHS):
        if not closed:
            return {"kind": "text", "sentence": "no_closed_epoch", "values": {}}
        closing = tables.event_at(current.user_id, closed)
        if wanted in (None, closing["epoch"]):
            break
        closed = closing["began"]
    else:
        return {"kind": "text", "sentence": "no_closed_epoch", "values": {}}
    epoch = closing["epoch"]
    return {
        "kind": "receipts",
        "user_id": current.user_id,
        "epoch": epoch,
        "commitment": seeds.commitment(current.user_id, epoch),
        "server_seed": seeds.server_seed(current.user_id, epoch).hex(),
        "after": closing["began"] or "0",
        "before": str(Decimal(closed) + LONGEST_RACE_MS),
        "part": part,
    }


_COMMANDS: Final = {
    "help": _help,
    "profile": _profile,
    "history": _history,
    "rates": _rates,
    "fair show": _fair_show,
    "fair receipts": _fair_receipts,
}
