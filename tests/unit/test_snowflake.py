"""Ids become the ledger's sort keys and come back, whatever the database does to zeros."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from commands import registry, sentences
from gacha.snowflake import created_ms, from_sort_key, is_snowflake, read_receipt_number, sort_key
from tests.over import over
from tests.sentences import SENTENCES

LARGEST = 2**64 - 1
LARGEST_RECEIPT = str(LARGEST)
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


# --- a receipt number in a copied line ------------------------------------------------------------

receipts = st.integers(10**16, LARGEST).map(str)
FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
lines = st.lists(  # prose with signs, marks and short numbers, as around a number in a message
    st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=8)
    | st.integers(0, 10**16 - 1).map(lambda number: f" {number:,} ")
    | st.sampled_from(["受付番号 ", "Receipt number ", "`", "\u200b", "\u3000", "（", "。"]),
    max_size=5,
).map("".join)
spelt = st.sampled_from([str, lambda each: each.translate(FULL_WIDTH), lambda each: f"000{each}"])


@given(lines, receipts, lines, spelt)
@example("受付番号 ", "1576000000000000000", "", str)
@example("Receipt number ", "1576000000000000000", "", str)
@example("", str(LARGEST), "", str)
@example("1,600 → ", "1" + "0" * 16, "。", str)
def test_a_receipt_number_is_found_in_whatever_line_it_was_copied_with(
    before: str, number: str, after: str, spell: Callable[[str], str]
) -> None:
    around = [
        re.findall(r"\d{17,}", unicodedata.normalize("NFKC", each)) for each in (before, after)
    ]
    assume(around == [[], []])
    assert read_receipt_number(f"{before} {spell(number)} {after}") == number


@given(lines, receipts, lines, receipts, lines, spelt)
@example("", "1576000000000000000", " ", "1576000000000000000", "", str)
@example("", "1576000000000000000", "\u200b", "1576000000000000000", "", str)
def test_of_two_numbers_neither_is_taken(
    before: str, one: str, between: str, other: str, after: str, spell: Callable[[str], str]
) -> None:
    assert read_receipt_number(f"{before} {one} {between} {spell(other)} {after}") is None
    assert read_receipt_number(f"{one}{between}{'9' * 30}") is None


@pytest.mark.parametrize(
    "line",
    [
        *("", "受付番号", "1" * 16, "0" * 20, "00" + "1" * 16, "1" * 21, str(LARGEST + 1)),
        *("٣" * 18, "1576000000000000000٣", "15760000 00000000000", "1,576,000,000,000,000,000"),
    ],
)
def test_a_line_without_a_number_has_none(line: str) -> None:
    assert read_receipt_number(line) is None


@over("language", sentences.LANGUAGES)
@over("key", [key for key, each in SENTENCES.items() if "{receipt_number}" in each.both[0]])
def test_every_line_of_the_bot_that_holds_a_receipt_number_may_be_given_back(
    key: str, language: str
) -> None:
    """Read by the function that has to find it, and no longer than Discord lets the option be."""
    longest = registry.definition("admin grant").option("receipt").high
    said = SENTENCES[key].said(
        language,
        receipt_number=LARGEST_RECEIPT,
        **dict.fromkeys(
            ("epoch", "draws", "next_epoch", "amount", "balance", "left", "restored"), 10**9
        ),
        **{"commitment": "a" * 64, "user": "1", "name": "x" * 80},
    )
    [line] = [each for each in said.splitlines() if LARGEST_RECEIPT in each]
    assert read_receipt_number(line) == LARGEST_RECEIPT
    assert longest is not None and len(line) <= longest
