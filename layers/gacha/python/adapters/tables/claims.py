"""What a server's settings hold of presents and codes beside themselves: who took what, how often
a campaign was claimed, and who tried wrong codes."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from adapters import aws
from adapters.tables import items
from gacha import codes, presents, snowflake
from gacha.codes import Tries

_KEPT_MS: Final = 2 * codes.WINDOW_MS
"""How long wrong tries are kept, at least; AWS drops them some time later."""


def settings(guild_id: str, names: Sequence[str]) -> dict[str, items.Row]:
    """Several of a server's settings by name as of now, those that there are: at most 100."""
    keys = [_key(guild_id, each) for each in dict.fromkeys(names)]
    return {row["setting"]: row for row in items.batch("DYNAMODB_SETTINGS_TABLE", keys)}


def taken(guild_id: str, user_id: str, present_ids: Collection[str]) -> set[str]:
    """Which of these presents the user took."""
    wanted = {presents.claim_setting(each, user_id): each for each in present_ids}
    return {wanted[name] for name in settings(guild_id, list(wanted))}


def of_members(guild_id: str, members: Mapping[str, str]) -> set[str]:
    """Which presents to one member, by id, that member took."""
    wanted = {presents.claim_setting(each, user): each for each, user in members.items()}
    return {wanted[name] for name in settings(guild_id, list(wanted))}


def takers(guild_id: str, present_id: str) -> tuple[int, bool]:
    """How many took a present, and whether there are more: one page of its claims is counted, which
    is a megabyte, some thousands, and at most 128 read units. Eventually consistent."""
    answer = aws.dynamodb().query(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        KeyConditionExpression="server_id = :server AND begins_with(#setting, :claims)",
        ExpressionAttributeNames={"#setting": "setting"},
        ExpressionAttributeValues=items.to_item(
            {":server": guild_id, ":claims": presents.claim_setting(present_id, "")}
        ),
        Select="COUNT",
    )
    return answer["Count"], "LastEvaluatedKey" in answer


def put(guild_id: str, id_: str, whose: str, player_key: str, interaction_id: str) -> items.Item:
    """Notes that it was taken, once for ever. `event` is the ledger's key, as text."""
    row = {
        **_key(guild_id, presents.claim_setting(id_, whose)),
        "user_id": player_key,
        "event": str(snowflake.sort_key(interaction_id)),
    }
    return _put(row, "attribute_not_exists(server_id)")


def put_nobodys(row: items.Row) -> items.Item:
    """A claim in the place of one whose player is erased."""
    return _put(row, "attribute_not_exists(server_id)")


def begin(guild_id: str, campaign_id: str) -> items.Item:
    """The count of a campaign's claims, before the first."""
    row = {**_key(guild_id, codes.counter_setting(campaign_id)), "taken": 0}
    return _put(row, "attribute_not_exists(server_id)")


def count(guild_id: str, campaign_id: str, most: int) -> items.Item:
    """One claim more, if there are not `most` yet."""
    return {
        "Update": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Key": items.to_item(_key(guild_id, codes.counter_setting(campaign_id))),
            "UpdateExpression": "ADD taken :one",
            "ConditionExpression": "taken < :most",
            "ExpressionAttributeValues": items.to_item({":one": 1, ":most": most}),
        }
    }


def tried(guild_id: str, user_id: str, before: Tries, now_ms: int) -> list[items.Item]:
    """Notes a wrong try of the player's, if no other was noted meanwhile, and of the server's."""
    after = before.after(now_ms)
    expires_at = (now_ms + _KEPT_MS) // 1000
    row = {
        **_key(guild_id, codes.tries_setting(user_id)),
        "made": after.made,
        "at": list(after.at),
        "expires_at": expires_at,
    }
    of_player = _put(row, "")
    of_player["Put"] |= _unchanged(before)
    of_server = {
        "Update": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Key": items.to_item(_key(guild_id, codes.server_tries_setting(now_ms))),
            "UpdateExpression": "SET expires_at = :end ADD made :one",
            "ExpressionAttributeValues": items.to_item({":one": 1, ":end": expires_at}),
        }
    }
    return [of_player, of_server]


def untried(guild_id: str, user_id: str, before: Tries) -> items.Item:
    """Holds if the player tried no other wrong code meanwhile: of a thousand guesses at once, those
    count that come before the fifth wrong one."""
    return {
        "ConditionCheck": {
            "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
            "Key": items.to_item(_key(guild_id, codes.tries_setting(user_id))),
            **_unchanged(before),
        }
    }


def _unchanged(before: Tries) -> items.Item:
    if not before.made:
        return {"ConditionExpression": "attribute_not_exists(server_id)"}
    return {
        "ConditionExpression": "made = :before",
        "ExpressionAttributeValues": items.to_item({":before": before.made}),
    }


def _key(guild_id: str, setting: str) -> items.Row:
    return {"server_id": guild_id, "setting": setting}


def _put(row: items.Row, condition: str) -> items.Item:
    put = {"TableName": os.environ["DYNAMODB_SETTINGS_TABLE"], "Item": items.to_item(row)}
    return {"Put": {**put, **({"ConditionExpression": condition} if condition else {})}}
