"""The table of collections: which cards a player owns, 64 to an item."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from adapters.tables import items
from gacha.book import Possession
from gacha.purse import Copies

if TYPE_CHECKING:
    from gacha.banner import Card

CARDS_A_PAGE: Final = 64
"""Cards to one item of the collection, so that a ten-pull touches one or two items."""

_CARD: Final = "card:"
"""What a collection item's attributes of cards begin with; their value is the number of copies."""

_LOCK: Final = "lock:"
"""The same of a card that its player locked; the value is its number, and an unlocked one has none.
"""

_WISH: Final = "wish:"
"""The same of a card that its player wishes for."""


class Held(NamedTuple):
    """What a player has of a card."""

    copies: int = 0
    is_locked: bool = False
    is_wished: bool = False


NONE: Final = Held()


def owned(player_key: str, cards: Iterable[Card]) -> set[str]:
    """Which of these cards the player owns (a strongly consistent read)."""
    return {card for card, of in held(player_key, cards).items() if of.copies}


def held(player_key: str, cards: Iterable[Card]) -> Mapping[str, Held]:
    """What the player has of each of these cards, by its id (a strongly consistent read)."""
    wanted = list(cards)
    stored: items.Row = {}
    for page in _pages(player_key, {card.number // CARDS_A_PAGE for card in wanted}):
        stored |= page
    return {
        card.id: Held(
            stored.get(_attribute(card.id), 0),
            _LOCK + card.id in stored,
            _WISH + card.id in stored,
        )
        for card in wanted
    }


def _pages(player_key: str, pages: Iterable[int]) -> list[items.Row]:
    """These items of the player's (a strongly consistent read)."""
    keys = [{"user_id": player_key, "page": page} for page in sorted(pages)]
    return items.batch("DYNAMODB_COLLECTION_TABLE", keys)


def cards(player_key: str) -> set[str]:
    """The ids of all cards that the player owns, also of those that no banner has any more."""
    return set(all_of(player_key).copies)


def all_of(player_key: str) -> Possession:
    """All that a player has: one query, as of a moment ago. Two thousand cards of a server's own
    are 32 items of about a kilobyte."""
    pages = items.pages(
        TableName=os.environ["DYNAMODB_COLLECTION_TABLE"],
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": player_key}},
    )
    return _possession(items.from_item(item) for page in pages for item in page["Items"])


def of_cards(player_key: str, cards: Iterable[int]) -> Possession:
    """What a player has of the cards of these numbers, and which of them they wish for: one read
    of an item for every 64 numbers."""
    return _possession(_pages(player_key, {number // CARDS_A_PAGE for number in cards}))


def wishes(player_key: str) -> dict[str, int]:
    """The cards that a player wishes for, with their numbers (a strongly consistent query)."""
    marks = ((name, value) for row in _all(player_key) for name, value in row.items())
    return {name.removeprefix(_WISH): value for name, value in marks if name.startswith(_WISH)}


def _all(player_key: str) -> Iterator[items.Row]:
    pages = items.pages(
        TableName=os.environ["DYNAMODB_COLLECTION_TABLE"],
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": player_key}},
        ConsistentRead=True,
    )
    return (items.from_item(item) for page in pages for item in page["Items"])


def wish(player_key: str, card: str, number: int, *, is_wished: bool) -> items.Item:
    """What marks a card as wished for, or takes the mark away. Its value is the card's number."""
    update: items.Item = {
        "TableName": os.environ["DYNAMODB_COLLECTION_TABLE"],
        "Key": items.to_item({"user_id": player_key, "page": number // CARDS_A_PAGE}),
        "UpdateExpression": "SET #wish = :number" if is_wished else "REMOVE #wish",
        "ExpressionAttributeNames": {"#wish": _WISH + card},
    }
    if is_wished:
        update["ExpressionAttributeValues"] = {":number": {"N": str(number)}}
    return {"Update": update}


def locks(player_key: str) -> dict[str, int]:
    """The cards that a player locked, with their numbers (a strongly consistent query)."""
    marks = ((name, value) for row in _all(player_key) for name, value in row.items())
    return {name.removeprefix(_LOCK): value for name, value in marks if name.startswith(_LOCK)}


def lock(player_key: str, card: str, number: int, *, is_locked: bool) -> items.Item:
    """What locks a card of which there is a copy, or unlocks it. Each holds only if it is not so
    already: nothing that spends a copy comes in between unseen."""
    update: items.Item = {
        "TableName": os.environ["DYNAMODB_COLLECTION_TABLE"],
        "Key": items.to_item({"user_id": player_key, "page": number // CARDS_A_PAGE}),
        "UpdateExpression": "REMOVE #lock",
        "ConditionExpression": "attribute_exists(#lock)",
        "ExpressionAttributeNames": {"#lock": _LOCK + card},
    }
    if is_locked:
        update["UpdateExpression"] = "SET #lock = :number"
        update["ConditionExpression"] = "#card >= :one AND attribute_not_exists(#lock)"
        update["ExpressionAttributeNames"]["#card"] = _attribute(card)
        update["ExpressionAttributeValues"] = items.to_item({":one": 1, ":number": number})
    return {"Update": update}


def _possession(pages: Iterable[items.Row]) -> Possession:
    copies, locked, wished = dict[str, int](), set[str](), set[str]()
    for page in pages:
        for name, value in page.items():
            if name.startswith(_CARD) and value:  # the last copy may be gone
                copies[name.removeprefix(_CARD)] = value
            elif name.startswith(_LOCK):
                locked.add(name.removeprefix(_LOCK))
            elif name.startswith(_WISH):
                wished.add(name.removeprefix(_WISH))
    return Possession(copies, frozenset(locked), frozenset(wished))


def add(player_key: str, cards: Iterable[Card]) -> list[items.Item]:
    """What gives the player one copy of each, counted as often as it comes."""
    return move(player_key, (Copies(card.id, card.number) for card in cards))


def move(player_key: str, copies: Iterable[Copies]) -> list[items.Item]:
    """What gives copies, or takes those of which the count is below zero: one update for each page
    touched, since a transaction may name an item only once. Copies are taken only where there are
    as many and the card is not locked, whatever else happens at the same time."""
    pages: dict[int, dict[str, int]] = {}
    for each in copies:
        page = pages.setdefault(each.number // CARDS_A_PAGE, {})
        page[each.card] = page.get(each.card, 0) + each.count
    return [_moved(player_key, page, counts) for page, counts in sorted(pages.items())]


def _moved(player_key: str, page: int, counts: Mapping[str, int]) -> items.Item:
    names = {f"#{at}": _attribute(card) for at, card in enumerate(counts)}
    values = {f":{at}": {"N": str(number)} for at, number in enumerate(counts.values())}
    conditions = []
    for at, (card, number) in enumerate(counts.items()):
        if number < 0:
            names[f"#lock{at}"] = _LOCK + card
            values[f":least{at}"] = {"N": str(-number)}
            conditions.append(f"#{at} >= :least{at} AND attribute_not_exists(#lock{at})")
    return {
        "Update": {
            "TableName": os.environ["DYNAMODB_COLLECTION_TABLE"],
            "Key": items.to_item({"user_id": player_key, "page": page}),
            "UpdateExpression": "ADD " + ", ".join(f"#{at} :{at}" for at in range(len(counts))),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            **({"ConditionExpression": " AND ".join(conditions)} if conditions else {}),
        }
    }


def _attribute(card_id: str) -> str:
    return _CARD + card_id
