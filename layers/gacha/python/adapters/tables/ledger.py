"""The table of the ledger: a row for each event, under a key that its interaction's id makes."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, TypeGuard

from adapters import aws
from adapters.tables import items
from gacha import kinds, player, pulling, snowflake

OPENING_KEY: Final = Decimal(0)
"""The ledger key of a player's opening balance: before every interaction, and at most one."""

_END_OF_TIME: Final = Decimal(10**15)  # Unix milliseconds; snowflakes end near 5.8 * 10**12

UNDELIVERED_PULLS: Final = ("pull", "pull#1", "pull#2", "pull#3")
"""What a pull's row has one of as the sparse index's key until its message was delivered. One key
takes 1,000 write units a second, which are 500 pulls (docs/decisions/0050-where-it-ends.md)."""

_RACE_PAGES: Final = 4
"""Further pages that are read where pulls raced one another over a whole page (see `pulls`)."""

_PART_DIGITS: Final = 1000
"""A part's number is a millisecond and, in its last three digits, a draw (see `_first_draw`)."""


def load(player_key: str, timestamp: Decimal) -> items.Row | None:
    """The ledger's row at this key (a strongly consistent read)."""
    return items.get("DYNAMODB_HISTORY_TABLE", {"user_id": player_key, "timestamp": timestamp})


def event_at(player_key: str, key: str) -> items.Row:
    """The ledger's row at a key that another row names, as text. Raises KeyError if it is gone."""
    row = load(player_key, Decimal(key))
    if row is None:
        raise KeyError(f"{player_key} has no event at {key}")
    return row


def with_undelivered(of: player.Player) -> player.Player:
    """The player with `undelivered` as of now.

    Noted events are left out if their message has arrived or their row was erased. Voids whose
    message has not arrived are added: a void changes no player's row, so none was noted there.

    Costs a query, and a read for each noted event. After an ordinary pull that is one.
    """
    noted = (each for each in of.undelivered if is_undelivered(load(of.key, Decimal(each))))
    keys = sorted({*map(Decimal, noted), *_undelivered_voids(of.key)})
    return replace(of, undelivered=tuple(map(str, keys))[-player.MOST_UNDELIVERED :])


def _undelivered_voids(player_key: str) -> list[Decimal]:
    """The ledger keys of a player's latest voids whose message is not known to have arrived.
    Eventually consistent, as indexes are."""
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        IndexName="undelivered",
        KeyConditionExpression="undelivered = :void",
        ExpressionAttributeValues={":void": {"S": undelivered_void(player_key)}},
        ScanIndexForward=False,
        Limit=player.MOST_UNDELIVERED,
    )
    return [items.from_item(item)["timestamp"] for item in answer["Items"]]


def is_undelivered(row: items.Row | None) -> TypeGuard[items.Row]:
    """Whether there is such an event and its message is not known to have arrived."""
    return row is not None and "undelivered" in row


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger, newest first, and whether there is more on either side."""

    rows: list[items.Row]
    has_newer: bool
    has_older: bool


def page(
    player_key: str, size: int, *, older: Decimal | None = None, newer: Decimal | None = None
) -> Page:
    """The newest rows, or the page next to the row at `older` or `newer` (which it leaves out)."""
    if newer is None:
        beyond, edge = "<", _END_OF_TIME if older is None else older
    else:
        beyond, edge = ">", newer
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression=f"user_id = :user AND #time {beyond} :edge",
        ExpressionAttributeNames={"#time": "timestamp"},  # a reserved word
        ExpressionAttributeValues={":user": {"S": player_key}, ":edge": {"N": str(edge)}},
        ScanIndexForward=newer is not None,
        Limit=size + 1,  # one more than shown tells whether the page is the last
        ConsistentRead=True,
    )
    rows = [items.from_item(item) for item in answer["Items"]]
    more = len(rows) > size
    rows = rows[:size]
    if newer is None:
        return Page(rows, has_newer=older is not None, has_older=more)
    return Page(rows[::-1], has_newer=more, has_older=True)


def has_any(player_key: str) -> bool:
    """Whether there is anything of a key, if only that a command failed (strongly consistent)."""
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues=items.to_item({":user": player_key}),
        Limit=1,
        ConsistentRead=True,
    )
    return bool(answer["Items"])


def events(player_key: str, after: Decimal, most: int) -> tuple[list[items.Row], bool]:
    """The first `most` rows behind a ledger key, oldest first, or as many as a megabyte holds; and
    whether there are more. Eventually consistent."""
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression="user_id = :user AND #time > :after",
        ExpressionAttributeNames={"#time": "timestamp"},
        ExpressionAttributeValues=items.to_item({":user": player_key, ":after": after}),
        Limit=most,
    )
    return [items.from_item(item) for item in answer["Items"]], "LastEvaluatedKey" in answer


def pulls(
    player_key: str, epoch: int, began: Decimal, before: Decimal, most: int, part: int
) -> tuple[list[items.Row], int | None]:
    """The pulls of an epoch among about the first `most` rows of a part of it, in the order in
    which they were recorded, and the next part, or None if these were all. The first part is 1.

    The epoch lies between the ledger keys `began` and `before`. The key of its end is no bound: a
    pull that was made later may have been recorded first.

    Each query reads `most` rows and one, whatever they are: what is read, and billed, has a limit.
    One is enough, unless pulls raced one another over all of its rows; then at most `_RACE_PAGES`
    more are read to find where the race ends. A longer one is cut where it stands.
    """
    milliseconds, digits = divmod(part, _PART_DIGITS)
    after = max(began, Decimal(milliseconds), OPENING_KEY + 1)
    if after > before:
        return [], None
    rows: list[items.Row] = []
    start: dict[str, Any] = {}
    for _ in range(1 + _RACE_PAGES):
        page = aws.dynamodb().query(
            TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
            KeyConditionExpression="user_id = :user AND #time BETWEEN :after AND :before",
            ExpressionAttributeNames={"#time": "timestamp"},
            ExpressionAttributeValues={
                ":user": {"S": player_key},
                ":after": {"N": str(after)},
                ":before": {"N": str(before)},
            },
            Limit=most + 1,
            **start,
        )
        rows += map(items.from_item, page["Items"])
        following = _border(rows, epoch, most, digits)
        if "LastEvaluatedKey" not in page and (following is None or len(rows) <= most):
            return _recorded(rows, epoch), None
        if following is not None:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    if following is None:
        # Between two milliseconds, since the next query begins with a whole one.
        following = int(rows[min(most, len(rows) - 1)]["timestamp"]) * _PART_DIGITS
    end = following // _PART_DIGITS
    return _recorded([row for row in rows if row["timestamp"] < end], epoch), following


def _recorded(rows: Iterable[items.Row], epoch: int) -> list[items.Row]:
    """The pulls of an epoch among these rows, in the order in which they were recorded."""
    made = (row for row in rows if row["kind"] == kinds.PULL)
    mine = [row for row in made if pulling.parse(row["receipt"])["epoch"] == epoch]
    return sorted(mine, key=lambda row: int(row["version"]))


def _border(rows: Sequence[items.Row], epoch: int, most: int, digits: int) -> int | None:
    """The part that begins at a whole millisecond before which no pull is missing that was recorded
    before another there: the last such one within `most` rows, else the first one, or None if
    there is none.

    Pulls that raced one another have keys in the order in which they were made and nonces in that
    in which they were recorded. So what stands before a border must be draws without a gap, from
    the part's first one on.
    """
    nonces = dict[int, range]()  # by the row's place
    for index, row in enumerate(rows):
        if row["kind"] == kinds.PULL:
            receipt = pulling.parse(row["receipt"])
            if receipt["epoch"] == epoch:
                first = receipt["nonce"]
                nonces[index] = range(first, first + receipt["count"])
    first = end = _first_draw(digits, min((draws.start for draws in nonces.values()), default=None))
    seen, border = 0, None
    for index, (row, following) in enumerate(pairwise(rows)):
        draws = nonces.get(index, range(0))
        seen, end = seen + len(draws), max(end, draws.stop)
        if index >= most and border is not None:
            break
        if end - first == seen and row["timestamp"] < int(following["timestamp"]):
            border = int(following["timestamp"]) * _PART_DIGITS
            border += digits and 1 + end % (_PART_DIGITS - 1)
    return border


def _first_draw(digits: int, lowest: int | None) -> int:
    """The nonce with which a part begins, where `lowest` is the lowest that was seen of it, if any.

    `digits` are those of the part's number: 0 if a race was cut somewhere before it, after which
    nobody can say, and the lowest is believed; else one more than the nonce's remainder by 999,
    which is enough, because no race is that long.
    """
    remainder = digits - 1
    if lowest is None:
        return remainder
    return lowest - (lowest - remainder) % (_PART_DIGITS - 1) if digits else lowest


def undelivered(after: float, before: float) -> Iterator[Decimal]:
    """The ledger keys of pulls made between two times (Unix seconds) whose message is not known to
    have arrived, oldest first. Eventually consistent, as indexes are."""
    yield from heapq.merge(*(_undelivered_of(key, after, before) for key in UNDELIVERED_PULLS))


def _undelivered_of(key: str, after: float, before: float) -> Iterator[Decimal]:
    for page in _undelivered_pages(key, after, before):
        for item in page["Items"]:
            yield items.from_item(item)["timestamp"]


def count_undelivered(after: float, before: float) -> int:
    """How many they are."""
    return sum(
        page["Count"]
        for key in UNDELIVERED_PULLS
        for page in _undelivered_pages(key, after, before, Select="COUNT")
    )


def undelivered_pull(interaction_id: str) -> str:
    """The key of UNDELIVERED_PULLS that a pull's row has: by the millisecond, so that those who
    press at the same time are under all of them."""
    return UNDELIVERED_PULLS[snowflake.created_ms(interaction_id) % len(UNDELIVERED_PULLS)]


def _undelivered_pages(key: str, after: float, before: float, **select: Any) -> Iterable[Any]:
    return items.pages(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        IndexName="undelivered",
        KeyConditionExpression="undelivered = :pull AND #time BETWEEN :after AND :before",
        ExpressionAttributeNames={"#time": "timestamp"},
        ExpressionAttributeValues={
            ":pull": {"S": key},
            ":after": {"N": str(int(after * 1000))},
            ":before": {"N": str(int(before * 1000))},
        },
        **select,
    )


def clear_undelivered(player_key: str, timestamp: Decimal) -> bool:
    """Note that an event's message reached Discord; whether that was news."""
    # An update makes the row it does not find; a player's erased row must not come back.
    try:
        answer = aws.dynamodb().update_item(
            TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
            Key=items.to_item({"user_id": player_key, "timestamp": timestamp}),
            UpdateExpression="REMOVE undelivered",
            ConditionExpression="attribute_exists(user_id)",
            ReturnValues="UPDATED_OLD",
        )
    except aws.ServiceError as error:
        if error.code != "ConditionalCheckFailedException":
            raise
        return False
    return bool(answer.get("Attributes"))


def undelivered_void(player_key: str) -> str:
    """The same of a void's row. It names the player, so that a query finds their voids alone: the
    row of a pull is noted in the player's, which a void leaves as it is."""
    return f"void@{player_key}"
