"""DynamoDB: how players, the ledger and collections lie in the tables, and what may be done there.

Everything that changes a player is one transaction whose first item is the ledger's row. The row's
key comes from the interaction, so that a second transaction for the same interaction fails on it.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, TypeGuard

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gacha import acting, ledger, player, pulling, snowflake

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from gacha.banner import Card

Item = dict[str, Any]
"""An item as DynamoDB's API writes it: every value under the name of its type."""

Row = dict[str, Any]
"""An item as Python values: whole numbers as int, the ledger's `timestamp` as Decimal."""

CARDS_A_PAGE: Final = 64
"""Cards to one item of the collection, so that a ten-pull touches one or two items."""

OPENING_KEY: Final = Decimal(0)
"""The ledger key of a player's opening balance: before every interaction, and at most one."""

EVERYBODY: Final = "*"
"""The key of the tombstone that a restore leaves for all players at once."""

_END_OF_TIME: Final = Decimal(10**15)  # Unix milliseconds; snowflakes end near 5.8 * 10**12

UNDELIVERED: Final = "pull"
"""What a pull's row has as the sparse index's key until its message was delivered."""

UNAVAILABLE: Final = (BotoCoreError, ClientError)
"""What a call raises when DynamoDB does not do it, after all retries."""

_RACE_PAGES: Final = 4
"""Further pages that are read where pulls raced one another over a whole page (see `pulls`)."""

_CONFLICT_TRIES: Final = 4
_CONFLICT_PAUSE_S: Final = 0.2

# For every AWS client of the workers; the longest it takes stays below a function's 30 s.
CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},  # exponential, with jitter
)


# --- reading --------------------------------------------------------------------------------------


def load_player(user_id: str) -> player.Player | None:
    """The player as of now (a strongly consistent read), or None before their first pull."""
    row = _get("DYNAMODB_USERS_TABLE", {"user_id": user_id})
    if row is None or is_tombstone(row):
        return None
    unseen = tuple(row.pop("unseen", ()))
    seeded = row.pop("seeded", "")  # rows of before this was noted have none
    known = {name: row.pop(name) for name in _PLAYER_FIELDS}
    return player.Player(**known, seeded=seeded, unseen=unseen, other=row)


def is_tombstone(row: Row) -> bool:
    """Whether a row of the table of players is no player, but keeps the epochs closed that were
    played before: those of a player who was deleted, or under `EVERYBODY` those of all.

    It has the player's key and as `epoch` the first that may be opened (docs/recovery.md).
    """
    return "version" not in row


def first_epoch(user_id: str) -> int:
    """The first epoch that may be opened for somebody who is no player (yet, or any more)."""
    tombstone = _get("DYNAMODB_USERS_TABLE", {"user_id": user_id}) or {}
    return max(int(tombstone.get("epoch", 0)), lowest_epoch())


@cache
def lowest_epoch() -> int:
    """The lowest epoch that may be drawn from since the last restore; 0 if there was none.

    Read once by a running function: a restore writes it before these tables are taken into use,
    which starts every function anew.
    """
    tombstone = _get("DYNAMODB_USERS_TABLE", {"user_id": EVERYBODY}) or {}
    return int(tombstone.get("epoch", 0))


def load_event(user_id: str, timestamp: Decimal) -> Row | None:
    """The ledger's row at this key (a strongly consistent read)."""
    return _get("DYNAMODB_HISTORY_TABLE", {"user_id": user_id, "timestamp": timestamp})


def event_at(user_id: str, key: str) -> Row:
    """The ledger's row at a key that another row names, as text. Raises KeyError if it is gone."""
    row = load_event(user_id, Decimal(key))
    if row is None:
        raise KeyError(f"{user_id} has no event at {key}")
    return row


def with_unseen(of: player.Player) -> player.Player:
    """The player with `unseen` as of now.

    Noted events are left out if their message has arrived or their row was erased. Voids whose
    message has not arrived are added: a void changes no player's row, so none was noted there.

    Costs a query, and a read for each noted event. After an ordinary pull that is one.
    """
    noted = (each for each in of.unseen if is_undelivered(load_event(of.user_id, Decimal(each))))
    keys = sorted({*map(Decimal, noted), *_unseen_voids(of.user_id)})
    return replace(of, unseen=tuple(map(str, keys))[-player.MOST_UNSEEN :])


def _unseen_voids(user_id: str) -> list[Decimal]:
    """The ledger keys of a player's latest voids whose message is not known to have arrived.
    Eventually consistent, as indexes are."""
    answer = client().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        IndexName="undelivered",
        KeyConditionExpression="undelivered = :void",
        ExpressionAttributeValues={":void": {"S": _void_mark(user_id)}},
        ScanIndexForward=False,
        Limit=player.MOST_UNSEEN,
    )
    return [_from_item(item)["timestamp"] for item in answer["Items"]]


def is_undelivered(row: Row | None) -> TypeGuard[Row]:
    """Whether there is such an event and its message is not known to have arrived."""
    return row is not None and "undelivered" in row


def owned(user_id: str, cards: Iterable[Card]) -> set[str]:
    """Which of these cards the player owns (a strongly consistent read)."""
    wanted = list(cards)
    table = os.environ["DYNAMODB_COLLECTION_TABLE"]
    pages = sorted({card.number // CARDS_A_PAGE for card in wanted})
    request: dict[str, Any] = {
        table: {
            "Keys": [_to_item({"user_id": user_id, "page": page}) for page in pages],
            "ConsistentRead": True,
        }
    }
    found: set[str] = set()
    while request:  # what a throttled table left out comes back as unprocessed
        answer = client().batch_get_item(RequestItems=request)
        for item in answer["Responses"].get(table, []):
            found.update(item)
        request = dict(answer.get("UnprocessedKeys") or {})
    return {card.id for card in wanted if _attribute(card.id) in found}


def collection(user_id: str) -> set[str]:
    """The ids of all cards that the player owns, also of those that no banner has any more."""
    pages = (
        client()
        .get_paginator("query")
        .paginate(
            TableName=os.environ["DYNAMODB_COLLECTION_TABLE"],
            KeyConditionExpression="user_id = :user",
            ExpressionAttributeValues={":user": {"S": user_id}},
        )
    )
    names = (name for page in pages for item in page["Items"] for name in item)
    return {name.removeprefix(_CARD) for name in names if name.startswith(_CARD)}


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of the ledger, newest first, and whether there is more on either side."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


def history(
    user_id: str, size: int, *, older: Decimal | None = None, newer: Decimal | None = None
) -> HistoryPage:
    """The newest rows, or the page next to the row at `older` or `newer` (which it leaves out)."""
    if newer is None:
        beyond, edge = "<", _END_OF_TIME if older is None else older
    else:
        beyond, edge = ">", newer
    answer = client().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression=f"user_id = :user AND #time {beyond} :edge",
        ExpressionAttributeNames={"#time": "timestamp"},  # a reserved word
        ExpressionAttributeValues={":user": {"S": user_id}, ":edge": {"N": str(edge)}},
        ScanIndexForward=newer is not None,
        Limit=size + 1,  # one more than shown tells whether the page is the last
        ConsistentRead=True,
    )
    rows = [_from_item(item) for item in answer["Items"]]
    more = len(rows) > size
    rows = rows[:size]
    if newer is None:
        return HistoryPage(rows, has_newer=older is not None, has_older=more)
    return HistoryPage(rows[::-1], has_newer=more, has_older=True)


def pulls(
    user_id: str, epoch: int, after: Decimal, before: Decimal, most: int
) -> tuple[list[Row], int | None]:
    """The pulls of an epoch among about the first `most` rows between two ledger keys, in the
    order in which they were recorded, and the whole millisecond to go on from, or None if these
    were all. The key of the epoch's end is no bound: a pull that was made later may have been
    recorded first.

    Each query reads `most` rows and one, whatever they are: what is read, and billed, has a limit.
    One is enough, unless pulls raced one another over all of its rows; then at most `_RACE_PAGES`
    more are read to find where the race ends. A longer one is cut where it stands.
    """
    if after > before:
        return [], None
    rows: list[Row] = []
    start: dict[str, Any] = {}
    for _ in range(1 + _RACE_PAGES):
        page = client().query(
            TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
            KeyConditionExpression="user_id = :user AND #time BETWEEN :after AND :before",
            ExpressionAttributeNames={"#time": "timestamp"},
            ExpressionAttributeValues={
                ":user": {"S": user_id},
                ":after": {"N": str(after)},
                ":before": {"N": str(before)},
            },
            Limit=most + 1,
            **start,
        )
        rows += map(_from_item, page["Items"])
        following = _border(rows, epoch, most)
        if "LastEvaluatedKey" not in page and (following is None or len(rows) <= most):
            return _recorded(rows, epoch), None
        if following is not None:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    if following is None:
        # Between two milliseconds, since the next query begins with a whole one.
        following = int(rows[min(most, len(rows) - 1)]["timestamp"])
    return _recorded([row for row in rows if row["timestamp"] < following], epoch), following


def _recorded(rows: Iterable[Row], epoch: int) -> list[Row]:
    """The pulls of an epoch among these rows, in the order in which they were recorded."""
    made = (row for row in rows if row["kind"] == ledger.PULL)
    mine = [row for row in made if pulling.parse(row["receipt"])["epoch"] == epoch]
    return sorted(mine, key=lambda row: int(row["version"]))


def _border(rows: Sequence[Row], epoch: int, most: int) -> int | None:
    """A whole millisecond before which no pull is missing that was recorded before another there:
    the last one within `most` rows, else the first one, or None if there is none.

    Pulls that raced one another have keys in the order in which they were made and nonces in that
    in which they were recorded. So what stands before a border must be draws without a gap.
    """
    nonces = dict[int, range]()  # by the row's place
    for place, row in enumerate(rows):
        if row["kind"] == ledger.PULL:
            receipt = pulling.parse(row["receipt"])
            if receipt["epoch"] == epoch:
                first = receipt["nonce"]
                nonces[place] = range(first, first + receipt["count"])
    first = end = min((draws.start for draws in nonces.values()), default=0)
    seen, border = 0, None
    for place, (row, following) in enumerate(pairwise(rows)):
        draws = nonces.get(place, range(0))
        seen, end = seen + len(draws), max(end, draws.stop)
        if place >= most and border is not None:
            break
        if end - first == seen and row["timestamp"] < int(following["timestamp"]):
            border = int(following["timestamp"])
    return border


def undelivered(after: float, before: float) -> Iterator[Decimal]:
    """The ledger keys of pulls made between two times (Unix seconds) whose message is not known to
    have arrived, oldest first. Eventually consistent, as indexes are."""
    for page in _undelivered_pages(after, before):
        for item in page["Items"]:
            yield _from_item(item)["timestamp"]


def count_undelivered(after: float, before: float) -> int:
    """How many they are."""
    return sum(page["Count"] for page in _undelivered_pages(after, before, Select="COUNT"))


def _undelivered_pages(after: float, before: float, **select: Any) -> Iterable[Any]:
    return (
        client()
        .get_paginator("query")
        .paginate(
            TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
            IndexName="undelivered",
            KeyConditionExpression="undelivered = :pull AND #time BETWEEN :after AND :before",
            ExpressionAttributeNames={"#time": "timestamp"},
            ExpressionAttributeValues={
                ":pull": {"S": UNDELIVERED},
                ":after": {"N": str(int(after * 1000))},
                ":before": {"N": str(int(before * 1000))},
            },
            **select,
        )
    )


def banner_version(guild_id: str, banner_hash: str) -> str | None:
    """The file of a banner version that the server has drawn from."""
    row = _get("DYNAMODB_SETTINGS_TABLE", _version_key(guild_id, banner_hash))
    return None if row is None else row["toml"]


# --- writing --------------------------------------------------------------------------------------


def pull_transaction(pull: pulling.Pull, new: Sequence[str], version: Item | None) -> list[Item]:
    """The items that record `pull`, ledger first; `new` are the ids of cards not owned before,
    `version` keeps the banner's file where the server has not used it before."""
    receipt = pull.receipt
    event = {
        "kind": ledger.PULL,
        "banner": receipt["banner"],
        "banner_hash": receipt["banner_hash"],
        "count": receipt["count"],
        "amount": -receipt["price"],
        "cards": receipt["cards"],
        "new": list(new),
        "receipt": pulling.canonical(receipt).decode(),
        "receipt_hash": pull.receipt_hash,
        "undelivered": UNDELIVERED,
        # Whoever announces the row again shows these again: their marks are cleared by then.
        **player.missed(pull.before, receipt["interaction_id"]),
    }
    also = _add_to_collection(pull.after.user_id, [roll.card for roll in pull.rolls])
    if version is not None:
        also.append(version)
    return _transaction(receipt["interaction_id"], event, pull.before, pull.after, also)


def change_transaction(change: acting.Change, interaction_id: str) -> list[Item]:
    """The items that record a change, ledger first. A grant is noted for the server's admins, too.
    A grant and a lapse, which the player did not ask for, are marked until the player was told.

    Raises UnknownKindError for a kind of change of which nobody said whom to tell."""
    event = {"amount": 0, **change.event}
    match event["kind"]:
        case ledger.SEED | ledger.ROTATE:
            return silent_transaction(change, interaction_id)
        case ledger.GRANT:
            also = [_audit(interaction_id, event, change.after)]
        case ledger.LAPSE:
            also = []
            event |= player.missed(change.before, interaction_id)
        case kind:
            raise ledger.UnknownKindError(kind)
    event["undelivered"] = event["kind"]
    return _transaction(interaction_id, event, change.before, change.after, also)


def silent_transaction(change: acting.Change, interaction_id: str) -> list[Item]:
    """The items that record a change of which nobody has to be told, such as a tool's."""
    event = {"amount": 0, **change.event, **player.missed(change.before, interaction_id)}
    return _transaction(interaction_id, event, change.before, change.after, [])


def _transaction(
    interaction_id: str,
    event: Mapping[str, Any],
    before: player.Player,
    after: player.Player,
    also: Sequence[Item],
) -> list[Item]:
    """The ledger's row, then the player if nobody changed them since, then the rest."""
    row = {
        "user_id": after.user_id,
        "timestamp": snowflake.sort_key(interaction_id),
        "guild_id": after.guild_id,
        "interaction_id": interaction_id,
        "balance": after.balance,
        "version": after.version,  # the order of a player's events, which the keys do not give
        **event,
    }
    player_row = asdict(after)
    player_row |= player_row.pop("other")
    unchanged: Item = (
        {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
        }
        if before.version
        # There may be a tombstone, which has no version either.
        else {"ConditionExpression": "attribute_not_exists(version)"}
    )
    transaction = [
        _put_once("DYNAMODB_HISTORY_TABLE", row),
        {
            "Put": {
                "TableName": os.environ["DYNAMODB_USERS_TABLE"],
                "Item": _to_item(player_row),
                **unchanged,
            }
        },
        *also,
    ]
    if not before.version:
        opening = {
            "user_id": after.user_id,
            "timestamp": OPENING_KEY,
            "kind": ledger.OPENING,
            "guild_id": after.guild_id,
            "amount": before.balance,
            "balance": before.balance,
        }
        transaction.append(_put_once("DYNAMODB_HISTORY_TABLE", opening))
    return transaction


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a transaction.

    "recorded": it was written now. "replayed": a pull of the same interaction was written before.
    "voided": a void row had taken its place before. "conflict": the player changed in between.
    All but the first wrote nothing. `row` is the ledger's row, where there is one.
    """

    outcome: Literal["recorded", "replayed", "voided", "conflict"]
    row: Row | None = None


def write(transaction: Sequence[Item]) -> Written:
    """Write all items, or none. The ledger's row comes first; see `Written` for how it can end."""
    for attempt in range(_CONFLICT_TRIES):
        try:
            client().transact_write_items(TransactItems=transaction)  # type: ignore[arg-type]
        except client().exceptions.TransactionCanceledException as cancelled:
            reasons = cancelled.response["CancellationReasons"]
            if reasons[0].get("Code") == "ConditionalCheckFailed":
                existing = _from_item(reasons[0]["Item"])
                return Written(
                    "voided" if existing["kind"] == ledger.VOID else "replayed", existing
                )
            if any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
                return Written("conflict")
            # Left are another transaction on the same items, and throttling: both pass.
            if attempt + 1 == _CONFLICT_TRIES:
                raise
            time.sleep(random.uniform(0, _CONFLICT_PAUSE_S * 2**attempt))
        else:
            return Written("recorded", _from_item(transaction[0]["Put"]["Item"]))
    raise AssertionError("unreachable")  # pragma: no cover


def _audit(interaction_id: str, event: Mapping[str, Any], of: player.Player) -> Item:
    """The audit row of what an admin did to a player."""
    row = {
        "server_id": of.guild_id,
        "setting": f"audit#{snowflake.sort_key(interaction_id)}",
        "interaction_id": interaction_id,
        "user_id": of.user_id,
        **event,
    }
    return {
        "Put": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Item": _to_item(row),
            "ConditionExpression": "attribute_not_exists(server_id)",
        }
    }


def keep_version(guild_id: str, banner_hash: str, toml: str) -> Item:
    """Keeps a banner's file for as long as receipts name it. Its key is its content, so writing it
    again changes nothing."""
    row = {**_version_key(guild_id, banner_hash), "toml": toml}
    return {
        "Put": {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": _to_item(row)},
    }


def void_transaction(user_id: str, guild_id: str, interaction_id: str, command: str) -> list[Item]:
    """The one item that takes an interaction's place in the ledger, so that what it asked for can
    never be recorded any more. It is marked until the player was told; of a grant that did not come
    about, the admin who asked for it is."""
    row = {
        "user_id": user_id,
        "timestamp": snowflake.sort_key(interaction_id),
        "kind": ledger.VOID,
        "guild_id": guild_id,
        "interaction_id": interaction_id,
        "command": command,
        "amount": 0,
    }
    if command != "grant":
        row["undelivered"] = _void_mark(user_id)
    return [_put_once("DYNAMODB_HISTORY_TABLE", row)]


def clear_undelivered(user_id: str, timestamp: Decimal) -> None:
    """Note that an event's message reached Discord. Noting it again changes nothing."""
    # An update makes the row it does not find; a player's erased row must not come back.
    with suppress(client().exceptions.ConditionalCheckFailedException):
        client().update_item(
            TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
            Key=_to_item({"user_id": user_id, "timestamp": timestamp}),
            UpdateExpression="REMOVE undelivered",
            ConditionExpression="attribute_exists(user_id)",
        )


# --- how it lies in the tables --------------------------------------------------------------------

_PLAYER_FIELDS: Final = tuple(
    name for name in player.Player.__dataclass_fields__ if name not in ("seeded", "unseen", "other")
)
_CARD: Final = "card:"
"""What a collection item's attributes of cards begin with; their value is the number of copies."""

_serialize: Final = TypeSerializer().serialize
_deserialize: Final = TypeDeserializer().deserialize


def _void_mark(user_id: str) -> str:
    """The same of a void's row. It names the player, so that a query finds their voids alone: the
    row of a pull is noted in the player's, which a void leaves as it is."""
    return f"void@{user_id}"


@cache
def client() -> DynamoDBClient:
    """The one connection to DynamoDB of this running function."""
    return boto3.client("dynamodb", config=CONFIG)


def _put_once(table: str, row: Row) -> Item:
    return {
        "Put": {
            "TableName": os.environ[table],
            "Item": _to_item(row),
            "ConditionExpression": "attribute_not_exists(user_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _add_to_collection(user_id: str, cards: Iterable[Card]) -> list[Item]:
    """One update for each page touched; a transaction may name an item only once."""
    pages: dict[int, Counter[str]] = {}
    for card in cards:
        pages.setdefault(card.number // CARDS_A_PAGE, Counter())[card.id] += 1
    updates = []
    for page, copies in sorted(pages.items()):
        names = {f"#{at}": _attribute(card) for at, card in enumerate(copies)}
        values = {f":{at}": {"N": str(number)} for at, number in enumerate(copies.values())}
        updates.append(
            {
                "Update": {
                    "TableName": os.environ["DYNAMODB_COLLECTION_TABLE"],
                    "Key": _to_item({"user_id": user_id, "page": page}),
                    "UpdateExpression": "ADD "
                    + ", ".join(f"#{at} :{at}" for at in range(len(copies))),
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": values,
                }
            }
        )
    return updates


def _version_key(guild_id: str, banner_hash: str) -> Row:
    return {"server_id": guild_id, "setting": f"banner#{banner_hash}"}


def _attribute(card_id: str) -> str:
    return _CARD + card_id


def _get(table: str, key: Row) -> Row | None:
    answer = client().get_item(TableName=os.environ[table], Key=_to_item(key), ConsistentRead=True)
    item = answer.get("Item")
    return None if item is None else _from_item(item)


def _to_item(row: Mapping[str, Any]) -> Item:
    return {name: _serialize(_shortest(value)) for name, value in row.items()}


def _shortest(value: Any) -> Any:
    """A number in the form that DynamoDB gives back. It compares numbers, not their digits, but an
    emulator may strip a zero when it writes a key and not when it looks for one."""
    return Decimal(format(value.normalize(), "f")) if isinstance(value, Decimal) else value


def _from_item(item: Mapping[str, Any]) -> Row:
    row = {name: _plain(_deserialize(value)) for name, value in item.items()}
    if "timestamp" in row:
        row["timestamp"] = Decimal(row["timestamp"])
    return row


def _plain(value: Any) -> Any:
    """Numbers as int where they are whole, at every depth."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else value
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return value
