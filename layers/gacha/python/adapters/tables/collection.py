"""The table of collections: which cards a player owns, 64 to an item."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from adapters import aws
from adapters.tables import items

if TYPE_CHECKING:
    from gacha.banner import Card

CARDS_A_PAGE: Final = 64
"""Cards to one item of the collection, so that a ten-pull touches one or two items."""

_CARD: Final = "card:"
"""What a collection item's attributes of cards begin with; their value is the number of copies."""


def owned(player_key: str, cards: Iterable[Card]) -> set[str]:
    """Which of these cards the player owns (a strongly consistent read)."""
    wanted = list(cards)
    table = os.environ["DYNAMODB_COLLECTION_TABLE"]
    pages = sorted({card.number // CARDS_A_PAGE for card in wanted})
    request: dict[str, Any] = {
        table: {
            "Keys": [items.to_item({"user_id": player_key, "page": page}) for page in pages],
            "ConsistentRead": True,
        }
    }
    found: set[str] = set()
    while request:  # what a throttled table left out comes back as unprocessed
        answer = aws.dynamodb().batch_get_item(RequestItems=request)
        for item in answer["Responses"].get(table, []):
            found |= _owned(item)
        request = dict(answer.get("UnprocessedKeys") or {})
    return {card.id for card in wanted if card.id in found}


def cards(player_key: str) -> set[str]:
    """The ids of all cards that the player owns, also of those that no banner has any more."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_COLLECTION_TABLE"],
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": player_key}},
    )
    return set().union(*(_owned(item) for page in pages for item in page["Items"]))


def _owned(item: items.Item) -> set[str]:
    """The ids of the cards on a page of which there is a copy: the last one may be gone."""
    cards = ((name, value) for name, value in item.items() if name.startswith(_CARD))
    return {name.removeprefix(_CARD) for name, value in cards if value["N"] != "0"}


def copies(player_key: str, card: Card) -> int:
    """How many of a card the player owns."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_COLLECTION_TABLE"],
        KeyConditionExpression="user_id = :user AND page = :page",
        ExpressionAttributeValues=items.to_item(
            {":user": player_key, ":page": card.number // CARDS_A_PAGE}
        ),
        ConsistentRead=True,
    )
    found = (
        item[_attribute(card.id)]
        for page in pages
        for item in page["Items"]
        if _attribute(card.id) in item
    )
    return sum(int(each["N"]) for each in found)


def add(player_key: str, cards: Iterable[Card]) -> list[items.Item]:
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
                    "Key": items.to_item({"user_id": player_key, "page": page}),
                    "UpdateExpression": "ADD "
                    + ", ".join(f"#{at} :{at}" for at in range(len(copies))),
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": values,
                }
            }
        )
    return updates


def _attribute(card_id: str) -> str:
    return _CARD + card_id
