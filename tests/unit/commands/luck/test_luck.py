"""What was to be expected is the sum of what each draw's own rates were, and nothing else."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import count as counting
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import banners
from commands import fortune
from commands.luck import answer, show
from gacha import banner, engine
from tests.conftest import ROOT, load_function
from tests.recording import record
from tests.support import workflow_input

FILES = sorted((ROOT / "tests/banners").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("count", [1, 10])
def test_it_is_what_the_draws_themselves_had(path: Path, count: int) -> None:
    """Held against the engine's own account of draws, over pulls in a row: ramps, ceilings,
    guarantees, slots, minima, steps and boxes, whatever the file has."""
    of = banner.parse(path.read_bytes(), path.name)
    state = engine.start(of)
    chance = random.Random(path.stem)
    for _ in range(30):
        rolls, after = engine.trace(
            of, state, count, lambda _: (chance.getrandbits(64) for _ in counting())
        )
        receipt = {"before": state.to_dict(), "cards": [roll.card.id for roll in rolls]}
        expected = answer.to_be_expected(of, receipt)
        for rarity in of.rarities:
            assert expected[rarity.id] == sum(roll.rates[rarity.id] for roll in rolls)
        assert sum(expected.values()) == count
        state = after


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_reckoned_by_rarity_and_never_card_by_card(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand draws from a thousand cards took 43 s of a 128 MB function
    (`benchmarks.heaviest`), which has 30."""
    of = banner.parse(path.read_bytes(), path.name)
    rolls, _ = engine.trace(of, engine.start(of), 10, lambda _: counting(7))
    receipt = {"before": engine.start(of).to_dict(), "cards": [roll.card.id for roll in rolls]}
    monkeypatch.setattr(engine, "row_of", lambda *_: pytest.fail("card by card"))
    assert sum(answer.to_be_expected(of, receipt).values()) == 10


@pytest.fixture
def ask(tables: Any) -> Any:
    handler = load_function("answer").handler

    def ask() -> Any:
        asked = workflow_input(99, "luck", banner="starlit-atelier")
        return json.loads(json.dumps(handler({"interaction": asked}, None)["message"]))

    return ask


def pull(number: int, count: int) -> dict[str, Any]:
    asked = workflow_input(number, count=count)
    drawn: dict[str, Any] = load_function("draw").handler({"interaction": asked}, None)
    assert record(asked, drawn)
    return drawn


def test_a_newcomer_is_told_where_to_begin(ask: Any) -> None:
    luck = ask()
    assert (luck["draws"], luck["rows"], luck["rarities"]) == (0, 0, [])
    for language, part in (("ja", "/ガチャ 引く"), ("en", "/gacha pull")):
        [embed] = show.show(luck, language, "1")["embeds"]
        assert part in embed["description"]


def test_cards_of_each_rarity_stand_beside_what_was_to_be_expected(ask: Any) -> None:
    rolls = [roll for number, count in ((0, 10), (1, 1)) for roll in pull(number, count)["rolls"]]
    luck = ask()
    assert (luck["draws"], luck["rows"], luck["has_older"]) == (11, 3, False)
    for rarity, each in zip(
        banners.load("starlit-atelier").rarities, luck["rarities"], strict=True
    ):
        got = sum(roll["rarity"] == rarity.id for roll in rolls)
        expected = sum((Fraction(roll["rates"][rarity.id]) for roll in rolls), Fraction(0))
        assert (each["name"], each["got"]) == (dict(rarity.name), got)
        assert each["expected"] == fortune.decimal(expected)
    for language in ("ja", "en"):
        [embed] = show.show(luck, language, "1")["embeds"]
        assert "11" in embed["description"]
        for each, field in zip(luck["rarities"], embed["fields"], strict=True):
            assert f"**{each['got']}" in field["value"] and each["expected"] in field["value"]


def test_what_is_too_old_is_not_counted_and_that_is_said(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fortune, "MOST", 2)
    for number in range(3):
        pull(number, 1)
    luck = ask()
    assert (luck["draws"], luck["rows"], luck["has_older"]) == (2, 2, True)
    [embed] = show.show(luck, "en", "1")["embeds"]
    assert "latest 2 entries are" in embed["description"]


def test_another_banners_pulls_are_not_counted(ask: Any, tables: Any) -> None:
    pull(0, 1)
    for row in tables.scan(TableName="gacha_history")["Items"]:
        if row["kind"]["S"] == "pull":
            tables.put_item(TableName="gacha_history", Item={**row, "banner": {"S": "another"}})
    assert (ask()["draws"], ask()["rows"]) == (0, 2)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1), "1"),
        (Fraction(10), "10"),
        (Fraction(12345, 10), "1,234.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(48, 10_000), "0.0048"),
        (Fraction(1, 12), "0.083"),
        (Fraction(995, 1000), "1"),
    ],
)
def test_a_number_is_rounded_to_what_it_needs(number: Fraction, text: str) -> None:
    assert fortune.decimal(number) == text


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**9))
def test_what_can_happen_is_never_rounded_to_nothing(number: Fraction) -> None:
    shown = Fraction(fortune.decimal(number).replace(",", ""))
    assert (shown > 0) == (number > 0)
    assert abs(shown - number) <= number / 19  # 9.5 is rounded to 10


def test_how_lucky_somebody_was_is_said_from_fifty_draws_on(ask: Any) -> None:
    """By the receipts of the pulls, from the state before the first of them."""
    for number in range(2):
        pull(number, 10)
    for language, part in (("ja", "50 回から"), ("en", "from 50 pulls on, and you have 20")):
        [embed] = show.show(ask(), language, "1")["embeds"]
        assert part in embed["description"].replace("\u202f", " ")
    standing = ask()["standing"]
    assert standing == {"rarity": {"ja": "SSR", "en": "SSR"}, "draws": 20}


def receipts(version: str, *counts: int) -> list[dict[str, Any]]:
    """Rows of pulls of the sample that gave the lowest rarity alone."""
    of = banners.load("starlit-atelier")
    state, rows = engine.start(of), []
    for number, count in enumerate(counts):
        words = (counting(2**64 - 2**20) for _ in counting())
        rolls, after = engine.trace(of, state, count, lambda _, words=words: next(words))  # type: ignore[misc]
        receipt = {
            "banner_hash": version or of.hash,
            "before": state.to_dict(),
            "after": after.to_dict(),
            "count": count,
            "cards": [roll.card.id for roll in rolls],
        }
        rows.append({"receipt": json.dumps(receipt), "version": number})
        state = after
    return rows


def test_only_pulls_in_one_run_by_the_same_rules_are_held_against_them() -> None:
    of = banners.load("starlit-atelier")
    rows = receipts("", *[10] * 7)
    whole = fortune.standing(of, rows)
    assert whole is not None
    assert (whole["draws"], whole["percent"]) == (70, 28)  # none came, as to 57 of 100
    other = receipts("0" * 64, 10)
    mixed = fortune.standing(of, [*rows[:1], *other, *rows[1:]])
    assert mixed is not None
    assert mixed["draws"] == 60  # after another version
    gap = fortune.standing(of, [*rows[:1], *rows[2:]])
    assert gap is not None
    assert gap["draws"] == 50  # another banner of its kind moved the state in between
    assert fortune.standing(of, other) is None
