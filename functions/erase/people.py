"""All that is kept of a player of one server, away with it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import blanks
import rows
from adapters.tables import claims as claims_table
from adapters.tables import erasures, items, persons, players, settings
from adapters.tables.erasures import Due
from adapters.tables.persons import Place
from gacha import claims, kinds, player, shared_box

NOBODY: Final = player.NOBODY

Begun = Literal["closed", "undone"] | Place
"""What is to be done for an item that is due: erase a player, whose row is closed; nothing, as they
undid it or it was done; or drop what is noted of somebody who asked for it and does not play.
Nothing of theirs is closed, and no void goes, so that nothing which failed is charged; who begins
to play keeps all."""


def begin(due: Due) -> Begun:
    """Which of the three it is, by one read of the row; a player's is closed, so that nothing is
    played, undone or seen of it from here on. Together with the item that says that it is due,
    which the operator may take back at this moment."""
    for attempt in range(_TRIES):
        if attempt and items.get(rows.SETTINGS, due.place) is None:
            return "undone"
        row = items.get(*players.place(due.key))
        if row is None or players.is_tombstone(row):
            if row is not None and row.get("erased", player.ERASING) == player.ERASING:
                return "closed"  # by a run before this one, whoever it was of
            if not due.is_operators:
                return persons.place(*due.key.split("@")) or "undone"
            closing = _closing_nobodys(due.key, row)
        else:
            current = players.of_row(row)
            if not due.is_operators and not erasures.is_due(due, current):
                return "undone"
            closed = players.buried(player.buried(current, player.ERASING))
            closing = _put(closed, "version = :version", {":version": current.version})
        if rows.write(closing, _begun(due)):
            return "closed"
    raise rows.LeftError("a player's row keeps changing")


def _closing_nobodys(key: str, row: items.Row | None) -> items.Item:
    """What closes the place of somebody who is no player (any more), and of whom a void may be
    there; whoever begins to play now has to wait."""
    if row is None:
        return _put({**_NO_PLAYER, "user_id": key}, "attribute_not_exists(user_id)")
    again = {**row, "erased": player.ERASING}
    return _put(again, "erased = :erased", {":erased": row["erased"]})


_TRIES: Final = 5

_NO_PLAYER: Final = {"epoch": 0, "version": 0, "erased": player.ERASING}
"""What closes the place of somebody who never was a player. Nothing is left of it in the end."""


def erase(key: str, until: rows.Budget) -> bool:
    """All rows of a player whose row is closed, but for that one; whether all are away. Each page
    of the ledger goes once all that it leads to is away: it leads there again after a death."""
    for page in rows.partition(rows.HISTORY, key):
        if until.is_over:
            return False
        for row in page:
            _follow(key, row)
        rows.delete(rows.HISTORY, page)
    for page in rows.partition(rows.COLLECTION, key):
        rows.delete(rows.COLLECTION, page)
    return True


CLOSED_MS: Final = 5 * 60 * 1000
"""How long after it a player's place stays closed. By then no run beside this one still deletes,
and all that was asked for before was made before, by Discord's clock and not by this one only."""


def end(due: Due, now_ms: int) -> None:
    """Leave the tombstone, and drop what says that it is due: in one moment, so that whoever begins
    anew after it is not erased again."""
    user_id, _, guild_id = due.key.partition("@")
    row = items.get(*players.place(due.key))
    if row is None or not players.is_tombstone(row) or "erased" not in row:
        forget(due)  # another run ended it, or an operator's hand did
        return
    left = {**row, "erased": now_ms + CLOSED_MS}
    written = [
        _put(left, "erased = :was", {":was": row["erased"]}),
        rows.removed(rows.SETTINGS, persons.key(user_id, guild_id)),
    ]
    of_nobody = (row["epoch"], row["version"]) == (_NO_PLAYER["epoch"], _NO_PLAYER["version"])
    if not of_nobody:
        written.append(rows.removed(rows.SETTINGS, due.place))
    if not rows.write(*written):
        raise rows.LeftError("a tombstone that somebody else left")
    if of_nobody:
        rows.delete(rows.USERS, [row])
        forget(due)


def unnote(due: Due, place: Place) -> None:
    """Drop that, once nothing else names them, and what says that it is due; unless they began to
    play, which is noted anew."""
    user_id, _, guild_id = due.key.partition("@")
    key = persons.key(user_id, guild_id)
    rows.write(rows.removed(rows.SETTINGS, key, since=place.since))
    forget(due)


def _begun(due: Due) -> items.Item:
    """Notes it in the item that says that it is due, if that is still there."""
    return {
        "Update": {
            "TableName": os.environ[rows.SETTINGS],
            "Key": items.to_item(due.place),
            "UpdateExpression": "SET begun = :begun",
            "ConditionExpression": "attribute_exists(server_id)",
            "ExpressionAttributeValues": items.to_item({":begun": 1}),
        }
    }


def forget(due: Due) -> None:
    """Drop what is not due."""
    rows.write(rows.removed(rows.SETTINGS, due.place))


def _put(row: items.Row, condition: str, values: Mapping[str, Any] | None = None) -> items.Item:
    put: dict[str, Any] = {
        "TableName": os.environ[rows.USERS],
        "Item": items.to_item(row),
        "ConditionExpression": condition,
    }
    if values:
        put["ExpressionAttributeValues"] = items.to_item(values)
    return {"Put": put}


# --- what an event leads to -----------------------------------------------------------------------


def _follow(key: str, row: items.Row) -> None:
    """Other rows that name the player, or their interaction, because of this event."""
    guild_id = key.partition("@")[2]
    match row["kind"]:
        case kinds.PRESENT | kinds.CODE:
            for claim in claims.of_event(row):
                _unclaim(key, guild_id, row, claim)
        case kinds.TICKET:
            _unname(key, guild_id, row)
        case kinds.POST:
            posted = {"server_id": guild_id, "setting": f"{settings.POSTED}{row['pull']}"}
            rows.delete(rows.SETTINGS, [posted])


def _unclaim(key: str, guild_id: str, row: items.Row, claim: claims.Claim) -> None:
    """A present's claim goes. That of a code stays under nobody's name, for it is counted: the sum
    of a campaign's claims is what its ceiling bounds, and a single code is used for good."""
    place = {"server_id": guild_id, "setting": claim.setting}
    gone = rows.removed(rows.SETTINGS, place, user_id=key)
    if row["kind"] == kinds.PRESENT:
        rows.write(gone)
        return
    found = items.get(rows.SETTINGS, place)
    if found is None or found["user_id"] != key:
        return
    nobodys = {**found, **claims.NOBODYS}
    if "number" in row:
        rows.write(rows.changed(rows.SETTINGS, found, nobodys))
        return
    # A name that follows from nothing: of ids there are so few that any hash of one is one.
    whose = f"{NOBODY}-{secrets.token_hex(8)}"
    nobodys["setting"] = claims.Claim(claim.id, whose, claim.reward).setting
    rows.write(gone, claims_table.put_nobodys(nobodys))


def _unname(key: str, guild_id: str, row: items.Row) -> None:
    """Whose a ticket was stands beside its receipt in the box's chain, which stays as it is."""
    box = shared_box.name(row["banner"], row["box"], guild_id)
    place = {"user_id": shared_box.chain_key(box), "timestamp": Decimal(row["position"])}
    found = items.get(rows.HISTORY, place)
    if found is not None and found["player"] == key:
        nobodys = {**found, "player": player.key(NOBODY, guild_id), "event": NOBODY}
        rows.write(rows.changed(rows.HISTORY, found, nobodys))


def elsewhere(away: Sequence[Due]) -> None:
    """Blank these players' ids in what is kept of their servers: for all of a server at once, since
    that is looked through from end to end. What they asked for and undid, or asked for again, names
    them until its time comes: it goes now."""
    by_guild: dict[str, set[str]] = {}
    keys = {each.key for each in away}
    for each in erasures.due(player.ERASING) if keys else ():
        if each.key in keys and each not in away:
            forget(each)
    for key in keys:
        user_id, _, guild_id = key.partition("@")
        by_guild.setdefault(guild_id, set()).add(user_id)
    for guild_id, ids in by_guild.items():
        blanks.blank(guild_id, ids)
