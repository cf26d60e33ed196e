"""The table of servers' settings: the game, its banners' names and versions, the audit rows, and
the banner files that receipts from before the bucket name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters import aws
from adapters.tables import items, ledger
from commands import forms
from gacha import server, snowflake
from gacha.economy import Economy
from gacha.game import Game, Offer, Version, versions_after

if TYPE_CHECKING:
    from commands.asked import Asked, Value

Names = Mapping[str, Mapping[str, str]]
"""By banner: its name by language."""

GAME: Final = "game"
ECONOMY: Final = "economy"
NAMES: Final = "names"
"""The setting for which an option's completion is read, in one item: the game, and the names of its
banners, which a pull does not need."""


POSTED: Final = "posted#"
"""What the settings begin with that say of a private result that it was shown to all, once and for
good; then comes its receipt number. `functions/interactions` looks here, too."""

VERSIONS: Final = "versions#"
"""What the settings begin with that list a banner's versions; then comes its id."""

AUDIT: Final = "audit#"
"""What the settings begin with that say what an admin did; then comes the ledger's key."""


_END_OF_TIME: Final = "9" * 13
"""After every key of the ledger, as text: Unix milliseconds have 13 digits until 2286."""


def game(guild_id: str, sample: tuple[Offer, ...] = ()) -> Game:
    """The server's game as of now (a strongly consistent read of at most 4 KB). `sample` is what
    ships with the stack (`adapters.banners.sample`)."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, GAME))
    return game_of(guild_id, row or {}, sample)


def game_of(guild_id: str, row: Mapping[str, Any], sample: tuple[Offer, ...] = ()) -> Game:
    """The game that the setting `game`, or `names`, holds."""
    own = {"server_id", "setting", "names"}
    stored = {name: value for name, value in row.items() if name not in own}
    return Game.read(guild_id, stored, sample)


def economy(guild_id: str) -> Economy:
    """What the server gives its players, as of now."""
    row = setting(guild_id, ECONOMY) or {}
    own = {"server_id", "setting"}
    return Economy.read(guild_id, {name: row[name] for name in row.keys() - own})


def names(guild_id: str) -> Names:
    """What the server's own banners are called."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, NAMES)) or {}
    found: Names = row.get("names", {})
    return found


def put_game(of: Game, names: Names) -> list[items.Item]:
    """A game whose offers changed (`Game.changed`), if nobody else changed it since, and what is
    completed from it. `names` has those of all its offers.

    Raises GameError where it would be more than 4 KB, KeyError for an offer without a name.
    """
    stored = of.written()
    called = {each.id: dict(names[each.id]) for each in of.offers}
    return [
        _put({**_key(of.guild_id, GAME), **stored}, **_unchanged(of.version)),
        _put({**_key(of.guild_id, NAMES), **stored, "names": called}),
    ]


def versions(guild_id: str, banner_id: str) -> tuple[Version, ...]:
    """The latest versions of a banner of the server's own, oldest first."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, f"{VERSIONS}{banner_id}")) or {}
    return tuple(map(Version.read, row.get("versions", ())))


def looks_of(row: Mapping[str, Any]) -> list[str]:
    """The looks of a setting that lists versions."""
    return [Version.read(each).look for each in row.get("versions", ())]


def put_versions(
    guild_id: str,
    banner_id: str,
    before: Sequence[Version],
    rules: str,
    at_ms: int,
    look: str = "",
) -> items.Item:
    """Notes that a banner has these rules and this look from now on. Beside `put_game`, whose
    condition is that nobody published in between."""
    return versions_item(guild_id, banner_id, versions_after(before, rules, at_ms, look))


def versions_item(guild_id: str, banner_id: str, of: Sequence[Version]) -> items.Item:
    """A banner's versions, oldest first. Beside `put_game`, too."""
    written = [each.written() for each in of]
    return _put({**_key(guild_id, f"{VERSIONS}{banner_id}"), "versions": written})


REPORT: Final = "report#"
REPORTER: Final = "reporter#"
"""That a member reported a picture; and how often one did, a day."""


def put_once(guild_id: str, name: str, **content: Any) -> items.Item:
    """A setting that has no other value: one that is there already cancels the transaction."""
    row = {**_key(guild_id, name), **content}
    return _put(row, ConditionExpression="attribute_not_exists(server_id)")


def put_counted(guild_id: str, name: str, changes: int, content: Mapping[str, Any]) -> items.Item:
    """A setting that counts its `changes`, if it is still at so many. No row of the server's ledger
    goes with it, as one does with each `version` of others."""
    row = {**_key(guild_id, name), **content}
    if not changes:
        return _put(row, ConditionExpression="attribute_not_exists(server_id)")
    return _put(
        row,
        ConditionExpression="changes = :changes",
        ExpressionAttributeValues=items.to_item({":changes": changes}),
    )


def banner_version(guild_id: str, banner_hash: str) -> str | None:
    """The file of a banner version that the server drew from before files lay in the bucket."""
    row = items.get("DYNAMODB_SETTINGS_TABLE", _key(guild_id, f"banner#{banner_hash}"))
    return None if row is None else row["toml"]


def setting(guild_id: str, name: str) -> items.Row | None:
    """One of the server's settings as of now, None where it has none of this name."""
    return items.get(*place(guild_id, name))


def place(guild_id: str, name: str) -> tuple[str, items.Row]:
    """Where the setting is, for `items.look_ahead`."""
    return "DYNAMODB_SETTINGS_TABLE", _key(guild_id, name)


def put(guild_id: str, setting: server.Setting) -> items.Item:
    """A changed setting, if nobody else changed it since."""
    row = {**_key(guild_id, setting.name), **setting.content, "version": setting.version}
    return _put(row, **_unchanged(setting.version))


def keep_form(asked: Asked, values: Mapping[str, Value]) -> items.Item:
    """Keeps what an admin typed into a form of the room's for a day, in the place of what they
    typed before. AWS drops it some time after `expires_at`, in Unix seconds."""
    row = {
        **_key(asked.guild, forms.setting(asked.command, asked.admin)),
        "values": dict(values),
        "expires_at": snowflake.created_ms(asked.interaction_id) // 1000 + forms.KEPT_S,
    }
    return _put(row)


def is_posted(guild_id: str, receipt_number: str) -> bool:
    """Whether a private result was shown to all."""
    return setting(guild_id, f"{POSTED}{receipt_number}") is not None


def post(guild_id: str, receipt_number: str, interaction_id: str) -> items.Item:
    """Notes that it is now, by this interaction; once."""
    row = {**_key(guild_id, f"{POSTED}{receipt_number}"), "interaction_id": interaction_id}
    return _put(row, ConditionExpression="attribute_not_exists(server_id)")


def audit(interaction_id: str, event: Mapping[str, Any], guild_id: str, key: str) -> items.Item:
    """The audit row of what an admin did to whom the ledger's `key` names: a player, or the
    server."""
    row = {
        **_key(guild_id, f"{AUDIT}{snowflake.sort_key(interaction_id)}"),
        "interaction_id": interaction_id,
        "user_id": key,
        **event,
    }
    return _put(row, ConditionExpression="attribute_not_exists(server_id)")


def audits(
    guild_id: str, size: int, *, older: str | None = None, newer: str | None = None
) -> ledger.Page:
    """A page of what admins did, newest first: the latest, or the one next to the row at the key
    `older` or `newer`, as text. Each row has its `key`, and as `timestamp` that as a number."""
    table = os.environ["DYNAMODB_SETTINGS_TABLE"]
    low, high = f"{AUDIT}{newer or 0}", f"{AUDIT}{older or _END_OF_TIME}"
    answer = aws.dynamodb().query(
        TableName=table,
        KeyConditionExpression="server_id = :guild AND setting BETWEEN :low AND :high",
        ExpressionAttributeValues={
            ":guild": {"S": guild_id},
            ":low": {"S": low},
            ":high": {"S": high},
        },
        ScanIndexForward=newer is not None,
        Limit=size + 2,  # the row at the key itself, and one more than shown
        ConsistentRead=True,
    )
    found = (items.from_item(item) for item in answer["Items"])
    rows = [row for row in found if row["setting"] not in (low, high)]
    more, rows = len(rows) > size, rows[:size]
    for row in rows:
        row["key"] = row["setting"].removeprefix(AUDIT)
        row["timestamp"] = Decimal(row["key"])
    if newer is None:
        return ledger.Page(rows, has_newer=older is not None, has_older=more)
    return ledger.Page(rows[::-1], has_newer=more, has_older=True)


def done_by(
    guild_id: str, user_id: str, after: str, most: int, pages: int
) -> tuple[list[items.Row], str]:
    """What a user did as an admin, oldest first, among the first `pages` times `most` audit rows
    behind the key `after` (as text); and the key of the last row, if there are more. Eventually
    consistent."""
    found: list[items.Row] = []
    start: dict[str, Any] = {}
    for _ in range(pages):
        answer = aws.dynamodb().query(
            TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
            KeyConditionExpression="server_id = :guild AND setting BETWEEN :low AND :high",
            FilterExpression="#by = :user OR granted_by = :user OR taken_by = :user",
            ExpressionAttributeNames={"#by": "by"},  # a reserved word
            ExpressionAttributeValues=items.to_item(
                {
                    ":guild": guild_id,
                    # Behind the row itself, whose key is one of these with nothing after it.
                    ":low": f"{AUDIT}{after}!" if after else AUDIT,
                    ":high": f"{AUDIT}{_END_OF_TIME}",
                    ":user": user_id,
                }
            ),
            Limit=most,
            **start,
        )
        found += map(items.from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return found, ""
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    last: str = items.from_item(start["ExclusiveStartKey"])["setting"]
    return found, last.removeprefix(AUDIT)


def _unchanged(version: int) -> items.Item:
    """The condition that a setting which is to have this version has the one before it."""
    if version == 1:
        return {"ConditionExpression": "attribute_not_exists(server_id)"}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(version - 1)}},
    }


def _key(guild_id: str, setting: str) -> items.Row:
    return {"server_id": guild_id, "setting": setting}


def _put(row: items.Row, **condition: Any) -> items.Item:
    table = os.environ["DYNAMODB_SETTINGS_TABLE"]
    return {"Put": {"TableName": table, "Item": items.to_item(row), **condition}}
