"""Ids become the ledger's sort keys and come back, whatever the database does to zeros."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gacha.snowflake import created_ms, from_sort_key, is_snowflake, sort_key

LARGEST = 2**64 - 1
ids = st.integers(0, LARGEST) | st.builds(  # short low parts are where zeros are stripped
    lambda high, low: high << 22 | low, st.integers(0, 2**42 - 1), st.integers(0, 9_999)
)


@given(ids)
@example(0)
@example(LARGEST)
@example(10 << 22)
@example(1 << 22 | 1_000_000)
def test_an_id_comes_back_from_its_key(number: int) -> None:
    key = sort_key(str(number))
    assert from_sort_key(key) == str(number)
    assert from_sort_key(key.normalize()) == str(number)  # 1E+12, and no trailing zeros
    assert from_sort_key(Decimal(str(key.normalize()))) == str(number)


@given(ids, ids)
@example(0, 1)
@example(2**22 - 1, 2**22)
@example(LARGEST - 1, LARGEST)
def test_keys_are_ordered_and_unique_as_ids_are(one: int, other: int) -> None:
    keys = sort_key(str(one)), sort_key(str(other))
    assert (keys[0] < keys[1]) == (one < other)
    assert (keys[0] == keys[1]) == (one == other)


@given(ids)
@example(LARGEST)
def test_a_key_fits_a_number_of_dynamodb(number: int) -> None:
    sign, digits, exponent = sort_key(str(number)).as_tuple()
    assert (sign, exponent) == (0, -7)
    assert len(digits) <= 38


@given(ids)
def test_the_integer_part_is_when_it_was_made(number: int) -> None:
    assert int(sort_key(str(number))) == created_ms(str(number))


def test_the_example_of_discords_reference() -> None:
    assert created_ms("175928847299117063") == 1_462_015_105_796
    low = 175928847299117063 % 2**22
    assert sort_key("175928847299117063") == Decimal(f"1462015105796.{low:07d}")


@pytest.mark.parametrize("value", ["0", "00000000000000000", "1", str(LARGEST), "0" * 19 + "1"])
def test_takes_what_discord_could_have_sent(value: str) -> None:
    assert is_snowflake(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        str(LARGEST + 1),
        "9" * 20,
        "0" * 21,
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1.0",
        "1e3",
        "0x1",
        "１２３",
        "٣",
        "²",
        "1;DROP",
        "1|2",
        "1@2",
        1,
        1.0,
        True,
        None,
        b"1",
        ["1"],
        {"id": "1"},
    ],
    ids=repr,
)
def test_takes_nothing_else(value: object) -> None:
    assert not is_snowflake(value)
