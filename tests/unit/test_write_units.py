"""The write units of a pull, against DynamoDB's rules."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.write_units import Item, item_size, write_units

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
