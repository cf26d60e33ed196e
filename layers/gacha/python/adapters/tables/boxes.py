"""The boxes that servers share, in the table of the ledger: what is in each, and its receipts.

The workflow of pulls may write that table, so nothing more is to be allowed (docs/decisions/0049).
"""

from __future__ import annotations

import os
from typing import Final

from adapters import aws
from adapters.tables import items
from gacha import pulling, snowflake
from gacha.shared_box import Box, Drawn, chain_key, key

_OPEN: Final = 0
"""The `timestamp` of the row that holds a banner's box."""


def load(guild_id: str, banner_id: str) -> Box | None:
    """A banner's box as of now (a strongly consistent read); None before anybody drew from one."""
    row = items.get(*place(guild_id, banner_id))
    return None if row is None else Box.read(guild_id, banner_id, row)


def place(guild_id: str, banner_id: str) -> tuple[str, items.Row]:
    """Where it is, for `items.look_ahead`."""
    return "DYNAMODB_HISTORY_TABLE", {"user_id": key(banner_id, guild_id), "timestamp": _OPEN}


def put(of: Box) -> items.Item:
    """A changed box, if nobody else changed it since."""
    where, row = place(of.guild_id, of.banner_id)
    condition = (
        {
            "ConditionExpression": "changes = :changes",
            "ExpressionAttributeValues": items.to_item({":changes": of.changes - 1}),
        }
        if of.changes > 1
        else {"ConditionExpression": "attribute_not_exists(user_id)"}
    )
    item = items.to_item({**row, **of.content()})
    return {"Put": {"TableName": os.environ[where], "Item": item, **condition}}


def sell(drawn: Drawn) -> list[items.Item]:
    """What has left the box, and the receipt of it, which nothing ever overwrites. Whose it is
    stands beside the receipt, and is shown to nobody."""
    interaction_id = drawn.interaction_id
    row = {
        "user_id": chain_key(drawn.box.name),
        "timestamp": drawn.box.sold,
        "receipt": pulling.canonical(drawn.receipt).decode(),
        "player": drawn.before.key,
        "event": snowflake.key_text(interaction_id),
    }
    return [put(drawn.stored), items.put_once("DYNAMODB_HISTORY_TABLE", row)]


def epochs(box: str) -> list[int]:
    """The epochs of a box's seed, in order: mostly one, which its first and its last receipt name.
    Only where these differ are all of them read."""
    ends = [_end(box, is_first) for is_first in (True, False)]
    if None in ends:
        return []
    found = [pulling.parse(each)["epoch"] for each in ends if each]
    if found[0] != found[1]:
        found = [pulling.parse(each)["epoch"] for each in receipts(box)]
    return sorted({*found})


def last_receipt(box: str) -> str | None:
    """The last receipt of a box as it was stored; None of one from which nobody drew."""
    return _end(box, is_first=False)


def _end(box: str, is_first: bool) -> str | None:
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression="user_id = :box",
        ExpressionAttributeValues={":box": {"S": chain_key(box)}},
        ScanIndexForward=is_first,
        Limit=1,
        ConsistentRead=True,
    )
    rows = [items.from_item(item) for item in answer["Items"]]
    return rows[0]["receipt"] if rows else None


def receipts(box: str) -> list[str]:
    """A box's receipts as they were stored, in the order of their tickets: at most 1,000, of about
    600 bytes each. Eventually consistent: of a box that is closed, nothing changes any more."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_HISTORY_TABLE"],
        KeyConditionExpression="user_id = :box",
        ExpressionAttributeValues={":box": {"S": chain_key(box)}},
    )
    return [items.from_item(item)["receipt"] for page in pages for item in page["Items"]]
