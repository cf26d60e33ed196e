"""All that is kept of a server, away with it: its players first, then what is its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

import rows
from adapters import aws
from adapters.tables import boxes, erasures, items, persons, players, settings
from adapters.tables.erasures import Due
from commands import forms
from gacha import codes, kinds, player, server, shared_box

MEMBERS: Final = 1_000
"""Players to a round: their keys are 45 KB, of the 256 that a state may hold."""

BATCH: Final = 50
"""Players to a run of the function: a second or two, where each has a hundred rows."""


def is_due(due: Due) -> bool:
    """Whether the server is still to be erased: not where its admins undid that."""
    game = settings.game(due.guild_id)
    return due.is_operators or game.leaving == due.at_ms


def close(due: Due, now_ms: int) -> None:
    """Note that epochs up to now are closed for all of the server's players: their seeds follow
    from their ids and from that alone, and players who are erased leave no tombstone each."""
    rows.write(_tombstone(due.guild_id, player.ERASING, now_ms // 1000))


def _tombstone(guild_id: str, erased_ms: int, epoch: int = 0) -> items.Item:
    """The server's, with the highest epoch that it ever had."""
    key = {"user_id": players.of_server(guild_id)}
    before = items.get(rows.USERS, key) or {"epoch": 0}
    row = {**key, "epoch": max(before["epoch"], epoch), "erased": erased_ms}
    return {"Put": {"TableName": os.environ[rows.USERS], "Item": items.to_item(row)}}


def members(guild_id: str) -> list[str]:
    """The keys of some of the players that are left, those first that came first. The index is a
    moment late, so that some of them may be away already."""
    answer = aws.dynamodb().query(
        TableName=os.environ[rows.USERS],
        IndexName="by_guild",
        KeyConditionExpression="guild_id = :guild",
        ExpressionAttributeValues=items.to_item({":guild": guild_id}),
        Limit=MEMBERS,
    )
    return [items.from_item(item)["user_id"] for item in answer["Items"]]


def erase_members(keys: Iterable[str], until: rows.Budget) -> int:
    """All rows of these players; how many rows went. Nothing of the server's is looked after, since
    it goes as well. The player's own row goes last: the index has them until then."""
    count = 0
    for key in keys:
        for table in (rows.HISTORY, rows.COLLECTION):
            for page in rows.partition(table, key):
                if until.is_over:
                    return count
                count += rows.delete(table, page)
        user_id, _, guild_id = key.partition("@")
        rows.delete(rows.SETTINGS, [persons.key(user_id, guild_id)])
        if items.get(*players.place(key)) is not None:
            count += rows.delete(rows.USERS, [{"user_id": key}])
    return count


def erase_rest(due: Due, now_ms: int, until: rows.Budget) -> bool:
    """What is the server's own; whether all is away. The game goes last, which says that it is due,
    together with the item that does."""
    guild_id = due.guild_id
    for banner in _banners(guild_id):
        for key in _box_keys(banner, guild_id):
            if not _emptied(rows.HISTORY, key, until):
                return False
    if not _emptied(rows.HISTORY, server.key(guild_id), until):
        return False
    for each in erasures.due(player.ERASING):  # its players', who are away; an operator's stays
        if each.guild_id == guild_id and each != due and not each.is_operators:
            rows.delete(rows.SETTINGS, [each.place])
    for page in rows.partition(rows.SETTINGS, guild_id):
        if until.is_over:
            return False
        rows.delete(rows.SETTINGS, _noted(guild_id, page))
        rows.delete(rows.SETTINGS, [row for row in page if row["setting"] not in _LAST])
    rows.write(
        *(rows.removed(rows.SETTINGS, {"server_id": guild_id, "setting": each}) for each in _LAST),
        rows.removed(rows.SETTINGS, due.place),
        _tombstone(guild_id, now_ms),
    )
    return True


def _noted(guild_id: str, page: Iterable[items.Row]) -> list[items.Row]:
    """Where it is noted that there is something here of those whom these settings name and who do
    not play, so that no round of players has them."""
    of = (settings.AUDIT, forms.FORM, codes.tries_setting(""), settings.REPORTER)
    ids = set[str]()
    for row in page:
        if row["setting"].startswith(of):
            named = (row.get(name, "") for name in kinds.BY)
            ids |= {each for each in (*row["setting"].split("#"), *named) if each.isdecimal()}
    return [persons.key(each, guild_id) for each in sorted(ids)]


_LAST: Final = (settings.GAME, settings.NAMES)


def _emptied(table: str, value: str, until: rows.Budget) -> bool:
    for page in rows.partition(table, value):
        if until.is_over:
            return False
        rows.delete(table, page)
    return True


def _banners(guild_id: str) -> set[str]:
    """All banners that the server ever published, and those that it is offered with the stack."""
    own = {each.id for each in settings.game(guild_id).offers}
    low = settings.VERSIONS
    for page in rows.partition(rows.SETTINGS, guild_id, low, f"{low}~"):
        own |= {row["setting"].removeprefix(low) for row in page}
    return own


def _box_keys(banner_id: str, guild_id: str) -> Iterator[str]:
    """The ledger keys of a banner's shared boxes: of their receipts first, and last of the row that
    tells how many boxes there were."""
    box = boxes.load(guild_id, banner_id)
    for number in range(1, box.number + 1 if box else 1):
        yield shared_box.chain_key(shared_box.name(banner_id, number, guild_id))
    yield shared_box.key(banner_id, guild_id)
