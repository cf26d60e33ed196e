"""The write units of a pull, against DynamoDB's rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

import pytest

from adapters import banners
from adapters.tables import ledger, transactions
from adapters.tables.items import to_item
from benchmarks.pulls import PROVISIONED
from benchmarks.write_units import KB, Item, item_size, write_units
from commands import registry
from gacha import days, engine, player, purse, snowflake
from gacha.game import MAX_OFFERS
from scripts import cost
from tests.cloudformation import Resolved
from tests.conftest import ROOT, load_function
from tests.support import PLAYER_KEY, sort_key, workflow_input
from tests.unit.commands.owning import own, publish

INDEXES = {"by_guild": ["guild_id", "timestamp"], "undelivered": ["undelivered", "timestamp"]}


def row(size: int = 0, **attributes: str) -> Item:
    """A ledger row of `size` bytes, or as small as it gets."""
    small: dict[str, Any] = {
        "user_id": {"S": "1@2"},
        "timestamp": {"N": "1790000000000.0000001"},
        "guild_id": {"S": "2"},
        **{name: {"S": value} for name, value in attributes.items()},
    }
    padding = size - item_size(small) - 1
    return small | ({"r": {"S": "x" * padding}} if padding > 0 else {})


def units(before: Item | None, after: Item | None, *, transactional: bool = True) -> list[int]:
    """The table's units, then by_guild's, then undelivered's."""
    counted = write_units(
        before,
        after,
        transactional=transactional,
        key=["user_id", "timestamp"],
        indexes=INDEXES,
    )
    return [counted[name] for name in ("", "by_guild", "undelivered")]


@pytest.mark.parametrize(
    ("size", "single", "in_transaction"),
    [(1, 1, 2), (1024, 1, 2), (1025, 2, 4), (3072, 3, 6), (3073, 4, 8)],
)
def test_every_started_kilobyte_counts_twice_in_a_transaction(
    size: int, single: int, in_transaction: int
) -> None:
    assert units(None, row(size), transactional=False)[0] == single
    assert units(None, row(size))[0] == in_transaction


def test_an_update_counts_the_larger_of_the_two() -> None:
    assert units(row(2000), row(100))[0] == 4
    assert units(row(100), row(2000))[0] == 4
    assert units(row(2000), None)[0] == 4


def test_a_pull_enters_both_indexes_and_its_delivery_leaves_one() -> None:
    recorded, delivered = row(2500, undelivered="pull"), row(2400)
    assert units(None, recorded) == [6, 1, 1]
    assert units(recorded, delivered, transactional=False) == [3, 0, 1]


def test_a_changed_index_key_costs_two_writes() -> None:
    assert units(row(), {**row(), "guild_id": {"S": "3"}}) == [2, 2, 0]


def test_what_an_index_does_not_hold_costs_it_nothing() -> None:
    assert units(row(), row(900)) == [2, 0, 0]


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "星"}, 3),
        ({"N": "0"}, 2),
        ({"N": "160"}, 2),
        ({"N": "-1600"}, 3),
        ({"N": "1790000000000.0000001"}, 11),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + 1 + 2 + 1 + 2),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
    ],
)
def test_sizes_follow_the_developer_guide(value: dict[str, Any], size: int) -> None:
    assert item_size({"名": value}) == 3 + size


def test_an_unknown_type_is_no_guess() -> None:
    with pytest.raises(ValueError, match="type B"):
        item_size({"a": {"B": b""}})


# --- what our own changes write -------------------------------------------------------------------
# By the transaction that Draw and Plan make, written to the template's tables.

CLAIM: Final = days.Claim(date(2026, 11, 28), 10**13 - 1, 10**4 - 1, date(2026, 11, 21), 10**13 - 1)
"""The longest that a player's row keeps."""

DAY: Final = 86_400_000
"""In milliseconds, by which the tests number interactions."""

TABLES: Final = ("HistoryTable", "UsersTable", "CollectionTable", "SettingsTable")


def names(described: Mapping[str, Any]) -> list[str]:
    return [each["AttributeName"] for each in described["KeySchema"]]


class Writing:
    """Writes changes, and counts their units by table and index, as scripts.cost names them."""

    def __init__(self, client: Any) -> None:
        self.client = client
        outputs = {each: Resolved().properties(each)["TableName"] for each in TABLES}
        self.tables = {
            name: (logical, client.describe_table(TableName=name)["Table"])
            for logical, name in outputs.items()
        }

    def read(self, table: str, item: Item) -> Item | None:
        key = {name: item[name] for name in names(self.tables[table][1])}
        found: Item | None = self.client.get_item(TableName=table, Key=key).get("Item")
        return found

    def units(
        self, table: str, before: Item | None, after: Item | None, *, transactional: bool
    ) -> Counter[str]:
        logical, described = self.tables[table]
        indexes = {
            f"/{index['IndexName']}": names(index)
            for index in described.get("GlobalSecondaryIndexes", [])
        }
        counted = write_units(
            before, after, transactional=transactional, key=names(described), indexes=indexes
        )
        return Counter({logical + place: number for place, number in counted.items() if number})

    def write(self, transaction: list[Any]) -> Counter[str]:
        """The units of one transaction."""
        named = []
        for each in transaction:
            [(kind, operation)] = each.items()
            key = operation["Item" if kind == "Put" else "Key"]
            named.append((operation["TableName"], key))
        before = [self.read(*each) for each in named]
        assert transactions.write(transaction).outcome == "recorded"
        counted: Counter[str] = Counter()
        for (table, key), old in zip(named, before, strict=True):
            counted += self.units(table, old, self.read(table, key), transactional=True)
        return counted

    def delivered(self, number: int) -> Counter[str]:
        """The units of noting that a message arrived."""
        table, key = (
            "gacha_history",
            to_item({"user_id": PLAYER_KEY, "timestamp": sort_key(number)}),
        )
        undelivered = self.read(table, key)
        ledger.clear_undelivered(PLAYER_KEY, sort_key(number))
        return self.units(table, undelivered, self.read(table, key), transactional=False)


@pytest.fixture
def writing(tables: Any) -> Writing:
    return Writing(tables)


def decided(function: str, number: int, command: str = "pull", **options: Any) -> list[Any]:
    """The transaction of one interaction, through JSON as the workflow hands it on."""
    interaction = workflow_input(number, command, **options)
    answer = load_function(function).handler({"interaction": interaction}, None)
    transaction: list[Any] = json.loads(json.dumps(answer["transaction"]))
    return transaction


def pulled(writing: Writing, number: int, count: int) -> Counter[str]:
    """The units of one pull, Record's and Announce's."""
    return writing.write(decided("draw", number, count=count)) + writing.delivered(number)


def enrich(writing: Writing, **values: Any) -> None:
    """Change the player's row beside the ledger."""
    row = writing.read("discord_users", to_item({"user_id": PLAYER_KEY}))
    assert row is not None
    writing.client.put_item(TableName="discord_users", Item={**row, **to_item(values)})


@pytest.mark.parametrize(("count", "stated"), [(1, "pull_writes"), (10, "ten_writes")])
def test_a_pull_takes_the_units_that_the_bill_counts(
    writing: Writing, count: int, stated: str
) -> None:
    """From the second on; the first also writes the opening, and in which server somebody plays."""
    first = pulled(writing, 0, count)
    expected = Counter(getattr(cost.MEASURED, stated))
    opening = {"HistoryTable": 2, "UsersTable/by_guild": 1, "SettingsTable": 2}
    assert first == expected + Counter(opening)
    enrich(writing, balance=10**6)
    for number in range(1, 4):
        assert pulled(writing, number, count) == expected
    assert expected.total() <= (11 if count == 1 else 12)


def test_a_pull_of_twenty_takes_the_units_that_are_stated(writing: Writing) -> None:
    """Twenty cards in one event: of a banner of the longest ids and as many new cards, and of one
    as forms make them."""
    decision = (ROOT / "docs/decisions/0048-more-rules.md").read_text()
    multi = "[[multi]]\nsize = 20\nprice = 3200\n"
    stated = []
    for at, banner_id in enumerate(("b1", "b" + "9" * 8)):
        publish(own(banner_id, cards=20, more=multi))
        writing.write(decided("draw", at * 10, count=1, banner=banner_id))
        writing.delivered(at * 10)
        enrich(writing, balance=10**6)
        units = [
            writing.write(decided("draw", at * 10 + 1 + n, count=20, banner=banner_id))
            + writing.delivered(at * 10 + 1 + n)
            for n in range(3)
        ]
        assert units[1] == units[2]
        key = to_item({"user_id": PLAYER_KEY, "timestamp": sort_key(at * 10 + 3)})
        row = writing.read("gacha_history", key)
        assert row is not None
        stated.append((units[1].total(), units[1]["HistoryTable"], item_size(row)))
    assert stated[0][:2] == stated[1][:2], stated
    total, ledger_, size = stated[0]
    words = f"A pull of 20 takes {total} write units, {ledger_} of them on the ledger"
    assert f"{words}, whose row has {size:,} bytes" in decision, stated


def test_a_change_takes_the_units_that_the_bill_counts(writing: Writing) -> None:
    pulled(writing, 0, 1)
    changed = writing.write(decided("plan", 1, "fair seed", text="my own words"))
    assert changed == Counter(cost.MEASURED.change_writes)


def test_a_claim_takes_the_units_of_a_change_and_its_bytes_are_stated(writing: Writing) -> None:
    """And a pull of who claims takes no more than that of who does not."""
    pulled(writing, 0, 10)
    for number in (1, DAY):
        claimed = writing.write(decided("plan", number, "daily"))
        assert claimed == Counter(cost.MEASURED.change_writes)
    stored = writing.read("discord_users", to_item({"user_id": PLAYER_KEY}))
    assert stored is not None
    assert len(stored["claimed"]["L"]) == 2
    claims, whole = item_size({"claimed": stored["claimed"]}), item_size(stored)
    decision = (ROOT / "docs/decisions/0044-what-a-player-has.md").read_text()
    assert f"{claims} bytes of a player's row, which has {whole}" in decision, (claims, whole)
    expected = Counter(cost.MEASURED.ten_writes)
    assert pulled(writing, DAY + 1, 10) == expected


def test_the_documents_state_a_ten_pulls_units(writing: Writing) -> None:
    pulled(writing, 0, 10)
    units = pulled(writing, 1, 10)
    [(place, most)] = units.most_common(1)
    assert place == "HistoryTable"
    a_second = PROVISIONED / most
    in_words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")[most]
    english = (ROOT / "README.md").read_text()
    assert f"takes {in_words} write units of" in english
    assert f"at the {PROVISIONED} units of `growth` about {a_second:.1f} ten-pulls" in english
    japanese = (ROOT / "README.ja.md").read_text()
    assert f"書き込みを {most} ユニット" in japanese
    assert f"`growth` の {PROVISIONED} ユニットで続けられるのは毎秒約 {a_second:.1f} 回" in japanese
    decision = (ROOT / "docs/decisions/0015-delivery.md").read_text()
    assert f"a ten-pull takes {units.total()} write units" in decision
    assert f"the most, {most}, fall on the ledger" in decision
    assert f"carry {a_second:.2f} ten-pulls" in decision


def test_a_players_row_is_small_with_the_longest_values(writing: Writing) -> None:
    """Two kilobytes with all that a player can make long: a pull writes it anew each time."""
    pulled(writing, 0, 10)
    longest = registry.definition("fair seed").option("text").high
    assert longest is not None
    ids = ["18446744073709551615", "18446744073709551614"]
    key = str(snowflake.sort_key(ids[0]))
    every = [banners.load(each) for each in banners.ids()]
    states = {each.state_key: most(engine.State.from_dict(each, {}).to_dict()) for each in every}
    row = {
        "user_id": "@".join(ids),
        "guild_id": ids[1],
        "joined_at": 10**13 - 1,
        "balance": 10**15 - 1,
        "version": 10**9 - 1,
        "epoch": 10**9 - 1,
        "client_seed": "\U00020bb7" * longest,
        "nonce": 10**9 - 1,
        "last_receipt": "f" * 64,
        "rotated": key,
        "seeded": key,
        "undelivered": [key] * player.MOST_UNDELIVERED,
        "claimed": [CLAIM.written()] * days.MOST_KEPT,
        "shards": 10**9 - 1,
        "spending": purse.COINS_FIRST,
        "preferences": {"results": "private", "book": "private", "wishes": "listed"},
        "tickets": [purse.Tickets(999, 10**13 - 1, "b99").written()] * purse.MOST_LOTS,
        "states": states,
        "leaving": 10**13 - 1,
        "erased": 10**13 - 1,
        "began": 10**9 - 1,
    }
    stored = writing.read("discord_users", to_item({"user_id": PLAYER_KEY}))
    assert stored is not None
    whole = {**stored, **to_item(row)}
    # `converted` is no part of the row: it says what the event that wrote it did.
    assert row.keys() == {each.name for each in fields(player.Player)} - {
        *("key", "commitment", "converted", "other")
    } | {"user_id"}, "how long may it be?"
    assert item_size(whole) <= 2 * KB


def test_a_player_of_a_full_servers_banners_is_two_kilobytes(writing: Writing) -> None:
    """Each adds what is measured here, for as long as the player is there: a state is never
    dropped, since whoever verifies receipts would find its ceiling lost."""
    pulled(writing, 0, 10)
    stored = writing.read("discord_users", to_item({"user_id": PLAYER_KEY}))
    assert stored is not None
    state = {"since": {"r1": 89, "r2": 9}, "lost": {"r1": 1}, "points": 123}
    one = item_size(to_item({"b12": state}))
    states = {f"b{number}": state for number in range(10, 10 + MAX_OFFERS)}
    size = item_size({**stored, **to_item({"states": states})})
    assert (one, size <= 2 * KB) == (48, True)
    decision = (ROOT / "docs/decisions/0043-an-owners-own-gacha.md").read_text()
    assert f"{one} bytes" in decision


def most(state: Any) -> Any:
    """A banner's state with nine digits in each number."""
    if isinstance(state, dict):
        return {name: most(each) for name, each in state.items()}
    return 10**9 - 1
