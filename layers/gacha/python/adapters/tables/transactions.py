"""What is written together, or not at all.

Everything that changes a player is one transaction whose first item is the ledger's row. The row's
key comes from the interaction, so that a second transaction for the same interaction fails on it.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from adapters import aws
from adapters.tables import boxes, collection, items, ledger, persons, players, settings
from gacha import changes, kinds, player, pulling, purse, server, shared_box, snowflake
from gacha.days import Clock

if TYPE_CHECKING:
    from commands.asked import Asked

_CONFLICT_TRIES: Final = 4

_CONFLICT_PAUSE_S: Final = 0.2


def of_pull(pull: pulling.Pull, new: Sequence[str]) -> list[items.Item]:
    """The items that record `pull`, ledger first; `new` are the ids of cards not owned before."""
    receipt = pull.receipt
    event = {
        "kind": kinds.PULL,
        "banner": receipt["banner"],
        "banner_hash": receipt["banner_hash"],
        "count": receipt["count"],
        **purse.moved(
            pull.after.balance - pull.before.balance,
            pull.after.shards - pull.before.shards,
            pull.tickets,
        ),
        **({"duplicates": dict(pull.duplicates)} if pull.duplicates else {}),
        **({"whole": pull.whole} if pull.whole else {}),  # which no receipt says
        **_day(pull.clock),
        "cards": receipt["cards"],
        "new": list(new),
        "receipt": pulling.canonical(receipt).decode(),
        "undelivered": ledger.undelivered_pull(receipt["interaction_id"]),
        # Whoever announces the row again shows these again: they are delivered by then.
        **_missed(pull.before, receipt["interaction_id"]),
    }
    also = collection.add(pull.after.key, [roll.card for roll in pull.rolls])
    return _transaction(receipt["interaction_id"], event, pull.before, pull.after, also)


def _day(clock: Clock | None) -> dict[str, Any]:
    """By what the day of a pull begins, where it counts for one: as a claim's row says it."""
    if clock is None:
        return {}
    since = {"since": clock.since_ms} if clock.since_ms else {}
    return {"zone": clock.zone, "hour": clock.hour, **since}


def of_tickets(drawn: shared_box.Drawn, new: Sequence[str]) -> list[items.Item]:
    """The items that record tickets of a box that the server shares, ledger first; `new` as above.
    The box's own receipt is in its own row (`adapters.tables.boxes`)."""
    receipt = drawn.receipt
    event = {
        "kind": kinds.TICKET,
        "banner": drawn.box.banner_id,
        "banner_hash": receipt["banner_hash"],
        "box": drawn.box.number,
        "position": receipt["position"],
        "left": drawn.left,
        "day": receipt["day"],
        "bought": drawn.bought,
        **_day(drawn.clock),
        "count": receipt["count"],
        "price": receipt["price"],
        **purse.moved(
            drawn.after.balance - drawn.before.balance,
            drawn.after.shards - drawn.before.shards,
            drawn.tickets,
        ),
        **({"duplicates": dict(drawn.duplicates)} if drawn.duplicates else {}),
        "cards": [card.id for card in drawn.cards],
        "last": receipt["last"],
        "new": list(new),
        "undelivered": ledger.undelivered_pull(drawn.interaction_id),
        **_missed(drawn.before, drawn.interaction_id),
    }
    also = [*boxes.sell(drawn), *collection.add(drawn.after.key, drawn.cards)]
    return _transaction(drawn.interaction_id, event, drawn.before, drawn.after, also)


def of_change(
    change: changes.Change,
    interaction_id: str,
    *,
    is_undelivered: bool = False,
    is_audited: bool = False,
) -> list[items.Item]:
    """The items that record a change, ledger first; then the cards that it gives or takes, and,
    player by player, those of the others.

    `is_undelivered`: the player has to be told, by this interaction's message or a later one, as
    the others always have. `is_audited`: an admin did it, which is noted for the server's
    admins; the message is the admin's, and shows nothing that the player missed.
    """
    event = {"amount": 0, **change.event}
    after = change.after
    audit = settings.audit(interaction_id, event, after.guild_id, after.key)
    also = [*_cards(after.key, event), *([audit] if is_audited else [])]
    if is_undelivered:
        event["undelivered"] = event["kind"]
    if not is_audited:
        event |= _missed(change.before, interaction_id)
    items = _transaction(interaction_id, event, change.before, change.after, also)
    for other in change.others:
        event = {"amount": 0, **other.event, "undelivered": other.event["kind"]}
        also = _cards(other.after.key, event)
        items += _transaction(interaction_id, event, other.before, other.after, also)
    return items


def _cards(player_key: str, event: Mapping[str, Any]) -> list[items.Item]:
    return collection.move(player_key, purse.given(event))


def of_server(
    change: server.Change, interaction_id: str, names: settings.Names
) -> list[items.Item]:
    """The items that record a change of a server, ledger first, and last the audit row. Nobody is
    undelivered of it: what its message would have said stands in the server's log. `names` are
    those of the banners that the game offers (`settings.put_game`)."""
    key = server.key(change.guild_id)
    event = {"amount": 0, **change.event}
    row = {
        "user_id": key,
        "timestamp": snowflake.sort_key(interaction_id),
        "guild_id": change.guild_id,
        "interaction_id": interaction_id,
        **change.versions,
        **event,
    }
    return [
        items.put_once("DYNAMODB_HISTORY_TABLE", row),
        *(settings.put_game(change.game, names) if change.game else ()),
        *(settings.put(change.guild_id, each) for each in change.settings),
        settings.audit(interaction_id, event, change.guild_id, key),
    ]


def _missed(of: player.Player, interaction_id: str) -> items.Row:
    keys = player.missed(of, interaction_id)
    return {"missed": keys} if keys else {}


def _transaction(
    interaction_id: str,
    event: Mapping[str, Any],
    before: player.Player,
    after: player.Player,
    also: Sequence[items.Item],
) -> list[items.Item]:
    """The ledger's row, then the player if nobody changed them since, then the rest."""
    row = {
        "user_id": after.key,
        "timestamp": snowflake.sort_key(interaction_id),
        "guild_id": after.guild_id,
        "interaction_id": interaction_id,
        "balance": after.balance,
        "version": after.version,  # the order of a player's events, which the keys do not give
        **event,
        **({"converted": dict(after.converted)} if after.converted else {}),
    }
    unchanged: items.Item = (
        {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
        }
        if before.version
        # There may be a tombstone that was made by hand, which has no version either.
        else {"ConditionExpression": "attribute_not_exists(version)"}
    )
    transaction = [
        items.put_once("DYNAMODB_HISTORY_TABLE", row),
        {
            "Put": {
                "TableName": os.environ["DYNAMODB_USERS_TABLE"],
                "Item": items.to_item(players.written(after)),
                **unchanged,
            }
        },
        *also,
    ]
    if before.is_new:
        again = {"version": before.began, "erased": before.erased} if before.began else {}
        opening = {
            "user_id": after.key,
            "timestamp": ledger.OPENING_KEY,
            "kind": kinds.OPENING,
            "guild_id": after.guild_id,
            "balance": before.balance,
            **purse.moved(before.balance, tickets=before.tickets),
            **again,
        }
        transaction.append(items.put_once("DYNAMODB_HISTORY_TABLE", opening))
        transaction.append(persons.plays(after))
    return transaction


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a transaction.

    "recorded": it was written now. "replayed": a pull of the same interaction was written before.
    "voided": a void row had taken its place before. "conflict": `players` changed in between.
    All but the first wrote nothing. `row` is the ledger's row, where there is one.
    """

    outcome: Literal["recorded", "replayed", "voided", "conflict"]
    row: items.Row | None = None
    players: tuple[str, ...] = ()


def write(transaction: Sequence[items.Item]) -> Written:
    """Write all items, or none. The ledger's row comes first; see `Written` for how it can end."""
    for attempt in range(_CONFLICT_TRIES):
        try:
            aws.dynamodb().transact_write_items(TransactItems=list(transaction))
        except aws.ServiceError as cancelled:
            if cancelled.code != "TransactionCanceledException":
                raise
            reasons = cancelled.answer["CancellationReasons"]
            if reasons[0].get("Code") == "ConditionalCheckFailed":
                existing = items.from_item(reasons[0]["Item"])
                return Written("voided" if existing["kind"] == kinds.VOID else "replayed", existing)
            failed = [
                item
                for item, reason in zip(transaction, reasons, strict=True)
                if reason.get("Code") == "ConditionalCheckFailed"
            ]
            if failed:
                return Written("conflict", players=tuple(filter(None, map(_player_of, failed))))
            # Left are another transaction on the same items, and throttling: both pass.
            if attempt + 1 == _CONFLICT_TRIES:
                raise
            time.sleep(random.uniform(0, _CONFLICT_PAUSE_S * 2**attempt))
        else:
            return Written("recorded", items.from_item(transaction[0]["Put"]["Item"]))
    raise AssertionError("unreachable")  # pragma: no cover


def _player_of(item: items.Item) -> str | None:
    """Whose row of the table of players a transaction's item is, and so its cancellation reason."""
    put = item.get("Put", {})
    if put.get("TableName") != os.environ["DYNAMODB_USERS_TABLE"]:
        return None
    player_key: str = put["Item"]["user_id"]["S"]
    return player_key


def of_void(asked: Asked) -> list[items.Item]:
    """The one item that takes an interaction's place in the ledger, so that what it asked for can
    never be recorded any more. It is undelivered until the player was told; of what an
    admin asked for, the admin is told. statemachines/change.asl.json writes the same by itself when
    Draw or Plan failed."""
    row = {
        "user_id": asked.player_key,
        "timestamp": snowflake.sort_key(asked.interaction_id),
        "kind": kinds.VOID,
        "guild_id": asked.guild,
        "interaction_id": asked.interaction_id,
        "command": asked.command,
        "amount": 0,
    }
    if asked.admin_id is None:
        row["undelivered"] = ledger.undelivered_void(asked.player_key)
    return [items.put_once("DYNAMODB_HISTORY_TABLE", row)]


def of_check(player_key: str, interaction_id: str, *, recorded: bool) -> list[items.Item]:
    """The one item of a transaction that writes nothing: it holds if the ledger has (`recorded`),
    or has not, this interaction. The player's row is no part of it, or refusals would fight pulls.
    """
    condition = "attribute_exists(user_id)" if recorded else "attribute_not_exists(user_id)"
    check = {
        "TableName": os.environ["DYNAMODB_HISTORY_TABLE"],
        "Key": items.to_item(
            {"user_id": player_key, "timestamp": snowflake.sort_key(interaction_id)}
        ),
        "ConditionExpression": condition,
    }
    return [{"ConditionCheck": check}]
