"""What is left of a player whose data was erased, and what nothing late can do to it; the next life
of the same person; and the items that say where they play and what is to be erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from adapters import seeds
from adapters.tables import erasures, items, ledger, persons, players, transactions
from adapters.tables.erasures import Due
from gacha import changes, fairness, player, snowflake
from tests.conftest import load_function
from tests.recording import record
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, USER, rows, sort_key, workflow_input

DAY: Final = 86_400_000
"""In milliseconds, by which the tests number interactions."""


def draw(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    interaction = workflow_input(number)
    decided: dict[str, Any] = load_function("draw").handler({"interaction": interaction}, None)
    return interaction, decided


def pulled(number: int) -> dict[str, Any]:
    interaction, decided = draw(number)
    assert record(interaction, decided), decided
    return decided


def made_ms(number: int) -> int:
    return snowflake.created_ms(str(FIRST_ID + (number << 22)))


def erase(client: Any, number: int) -> player.Tombstone:
    """As the erasure does it, at the time of this interaction: the rows, and last the player."""
    of = players.load(PLAYER_KEY)
    assert of is not None
    for table, names in (
        ("gacha_history", ("user_id", "timestamp")),
        ("gacha_collection", ("user_id", "page")),
    ):
        for row in rows(client, table):
            client.delete_item(TableName=table, Key=items.to_item({n: row[n] for n in names}))
    left = player.buried(of, made_ms(number))
    client.put_item(TableName="discord_users", Item=items.to_item(players.buried(left)))
    return left


def test_a_tombstone_is_no_player_and_in_no_index(tables: Any) -> None:
    pulled(0)
    left = erase(tables, DAY)
    assert players.load(PLAYER_KEY) is None
    assert players.tombstone(PLAYER_KEY) == left
    found = tables.query(
        TableName="discord_users",
        IndexName="by_guild",
        KeyConditionExpression="guild_id = :guild",
        ExpressionAttributeValues={":guild": {"S": GUILD}},
    )
    assert found["Items"] == []


@pytest.mark.parametrize("before", [0, 1, 3])
def test_what_was_decided_before_is_never_recorded(tables: Any, before: int) -> None:
    """Of a player of any version; and of somebody who was nobody then, where another of their
    interactions was faster and all was erased at once."""
    for number in range(before):
        pulled(number)
    late = draw(9)
    if not before:
        pulled(1)
    left = erase(tables, 10)
    assert not record(*late)
    assert rows(tables) == [] and players.tombstone(PLAYER_KEY) == left
    # Nor in the new life, whichever version that has reached meanwhile.
    for number in range(11, 16):
        pulled(number)
        assert not record(*late)


def test_a_new_life_begins_with_nothing_and_above_every_seed(tables: Any) -> None:
    pulled(0)
    first = players.load(PLAYER_KEY)
    assert first is not None
    erase(tables, DAY)
    interaction, decided = draw(2 * DAY)
    assert (decided["outcome"], "welcome" in decided["message"]) == ("refused", False)
    asked = workflow_input(2 * DAY)
    again = seeds.newcomer(PLAYER_KEY, GUILD, made_ms(2 * DAY), balance=3_200)
    assert (again.balance, again.tickets, again.is_new) == (0, (), True)
    assert (again.version, again.began) == (first.version + 1, first.version + 1)
    assert again.epoch == first.epoch + 1 and asked == interaction


def test_a_new_life_is_recorded_and_read_as_one(tables: Any) -> None:
    pulled(0)
    left = erase(tables, DAY)
    again = seeds.newcomer(PLAYER_KEY, GUILD, made_ms(2 * DAY))
    id_ = str(FIRST_ID + (2 * DAY << 22))
    transaction = transactions.of_change(changes.grant(again, id_, 500, "1", {}), id_)
    assert transactions.write(transaction).outcome == "recorded"
    found = players.load(PLAYER_KEY)
    assert found is not None
    assert (found.balance, found.version, found.is_new) == (500, left.version + 1, False)
    assert (found.began, found.erased) == (left.version, left.erased)
    opening = ledger.load(PLAYER_KEY, ledger.OPENING_KEY)
    assert opening is not None
    assert (opening["amount"], opening["version"]) == (0, left.version)
    assert opening["erased"] == left.erased


def test_a_deletion_by_hand_gives_what_anybody_begins_with(tables: Any) -> None:
    """docs/recovery.md: an operator's tombstone has an epoch and nothing else."""
    by_hand = {"user_id": PLAYER_KEY, "epoch": 1_790_000_000}
    tables.put_item(TableName="discord_users", Item=items.to_item(by_hand))
    again = seeds.newcomer(PLAYER_KEY, GUILD, 1)
    assert (again.balance, again.version, again.epoch) == (3_200, 0, 1_790_000_000)
    assert pulled(0)["message"]["welcome"]["coins"] == 3_200


def test_draws_of_a_new_life_repeat_none_of_the_old() -> None:
    """The same person in the same server, with the client seed that everybody begins with: what
    was revealed of the first life says nothing of the second."""
    secret = b"the stack's own"
    old = player.newcomer(PLAYER_KEY, GUILD, 0, "")
    new = player.new_life(player.buried(old, 1), GUILD, 2, "", old.epoch + 1, 0)
    assert old.client_seed == new.client_seed and old.nonce == new.nonce
    seeds_ = [fairness.server_seed(secret, each.key, each.epoch) for each in (old, new)]
    drawn = [
        {fairness.word(seed, new.client_seed, nonce, 0) for nonce in range(99)} for seed in seeds_
    ]
    assert not drawn[0] & drawn[1]


def test_the_first_event_says_where_somebody_plays(tables: Any) -> None:
    pulled(0)
    pulled(1)
    other = replace(seeds.newcomer(player.key(USER, "77"), "77", 5), joined_at=5)
    id_ = str(FIRST_ID)
    assert (
        transactions.write(
            transactions.of_change(changes.grant(other, id_, 1, "1", {}), id_)
        ).outcome
        == "recorded"
    )
    places = [persons.Place("77", 5), persons.Place(GUILD, made_ms(0))]
    assert persons.places(USER) == places
    assert persons.places(USER[:-1]) == []


def test_what_is_due_comes_in_the_order_of_its_time(tables: Any) -> None:
    wanted = [Due(999, "3@4"), Due(1_000, PLAYER_KEY), Due(10**12, f"server@{GUILD}")]
    for each in (wanted[2], wanted[0], wanted[1], wanted[1]):
        tables.put_item(**erasures.put(each)["Put"])
    assert [*erasures.due(10**12)] == wanted
    assert [*erasures.due(1_000)] == wanted[:2]
    assert [*erasures.due(998)] == []


def test_an_item_holds_only_as_the_player_last_asked() -> None:
    of = player.newcomer(PLAYER_KEY, GUILD, 0, "")
    due = Due(5, PLAYER_KEY)
    assert erasures.is_due(due, replace(of, leaving=5))
    assert not erasures.is_due(due, of)  # undone
    assert not erasures.is_due(due, replace(of, leaving=6))  # undone, and asked for anew
    assert not erasures.is_due(due, None)
    assert sort_key(0) > 5
