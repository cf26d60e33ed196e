"""A player's state under another version of a banner: nothing raises, and nothing is lost that the
preview does not name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import repeat
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gacha import engine, player, resets
from gacha.banner import TEN, Banner, parse
from gacha.engine import State
from tests.conftest import ROOT
from tests.unit.test_engine import banners

FILES: Final = sorted((ROOT / "tests/banners").glob("*.toml"))


def seeded(seed: int) -> Iterator[int]:
    return map(Random(seed).getrandbits, repeat(64))


def played(of: Banner, seed: int, pulls: int) -> State:
    state, words = engine.start(of), seeded(seed)
    for number in range(pulls):
        _, state = engine.draw(of, state, TEN if number % 3 else 1, words)
    return state


def stored(state: State) -> dict[str, Any]:
    """As it comes back from the table."""
    kept = json.loads(json.dumps(player.stored({"key": state.to_dict()})))
    return player.read(kept)["key"]


def check(before: Banner, after: Banner, state: State) -> None:
    named = resets.between(before, after)
    read = State.from_dict(after, stored(state))
    assert engine.draw(after, read, 1, seeded(1)) and engine.draw(after, read, TEN, seeded(2))
    if {"kind": "all"} in named:
        assert before.state_key != after.state_key
        return
    lost = {(each["kind"], each.get("id", each.get("promise"))) for each in named}
    kinds = {kind for kind, _ in lost}
    now = {"since": dict(read.since), "lost": dict(read.lost), "promises": dict(read.promises)}
    for rarity, count in state.since:
        if not lost & {("ceiling", rarity), ("shorter", rarity)}:
            assert now["since"][rarity] == count
    guarantees = {rarity.id: rarity.guarantee for rarity in after.rarities}
    for rarity, count in state.lost:
        if ("guarantee", rarity) not in lost:  # fewer losses to go is nothing lost
            assert now["lost"][rarity] == min(count, guarantees[rarity])
    for promise, count in state.promises:
        if ("promise", promise) not in lost:
            assert now["promises"][promise] == count
    if "box" not in kinds:
        assert dict(read.drawn).items() >= {k: n for k, n in state.drawn if n}.items()
    if "steps" not in kinds:
        assert read.step == state.step
    assert read.points == state.points
    assert ("points" in kinds) is (before.exchange is not None and after.exchange is None)


@given(banners(), banners(), st.integers(0, 2**32), st.integers(0, 12))
@settings(max_examples=300)
def test_what_no_reset_names_is_kept(before: Banner, after: Banner, seed: int, pulls: int) -> None:
    check(before, after, played(before, seed, pulls))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_same_rules_reset_nothing(file: Any) -> None:
    of = parse(file.read_bytes(), file.stem)
    assert resets.between(of, of) == []
    check(of, of, played(of, 7, 20))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_takes_the_state_of_every_other(file: Any) -> None:
    """Under one id, as versions of a banner have."""
    state = played(before := as_version(file), 11, 20)
    for other in FILES:
        check(before, as_version(other), state)


def as_version(file: Any) -> Banner:
    text = re.sub(r'(?m)^(id|kind) = "[^"]*"', r'\1 = "any"', file.read_text(), count=2)
    return parse(re.sub(r"(?m)^carry_over = .*\n", "", text).encode(), file.stem)


def changed(old: str, new: str, name: str = "genshin") -> list[dict[str, Any]]:
    text = (ROOT / f"tests/banners/{name}.toml").read_text()
    assert old in text
    other = parse(text.replace(old, new, 1).encode(), name)
    return resets.between(parse(text.encode(), name), other)


def test_each_loss_is_named() -> None:
    assert changed("ceiling = 90", "ceiling = 80")[0] | {"rarity": 0} == {
        "kind": "shorter",
        "id": "five",
        "rarity": 0,
        "pulls": 80,
    }
    assert changed("carry_over = true", "carry_over = false") == [{"kind": "all"}]
    [lost] = changed("\nfeatured = ", "\n# ", "genshin")
    assert (lost["kind"], lost["id"]) == ("guarantee", "five")
    box = "festival-box"
    assert changed("stock = 3\n", "stock = 2\n", box) == [{"kind": "box"}]
    assert changed("stock = 3\n", "stock = 4\n", box) == []
    assert changed('refill_after = ["grand-prize"]\n', "", box) == [{"kind": "box"}]
    assert changed("[exchange]\nprice = 200\n", "", "uma-musume") == [{"kind": "points"}]
    assert changed("[1500, 3000, 3000, 3000, 3000]", "[1, 3000, 3000, 3000, 3000]", "step-up") == []
    lost = {"kind": "promise", "promise": "featured-within-330"}
    assert changed("within = 330", "within = 300", "fgo") == [lost]
    assert changed("within = 330", "within = 340", "fgo") == []
    assert changed("once = true", "once = false", "fgo") == [lost]


def test_who_is_beyond_the_last_step_is_on_it() -> None:
    text = (ROOT / "tests/banners/step-up.toml").read_text()
    head, *rest = re.split(r"(?m)^(?=\[\[(?:rarity|card)\]\])", text)
    prices = re.sub(r"ten = \[.*\]", "ten = [1500, 3000]", re.sub(r"(?s)\[\[ten.*", "", head))
    before = parse(text.encode(), "five steps")
    after = parse((prices + "".join(rest)).encode(), "two steps")
    assert resets.between(before, after) == [{"kind": "steps"}]
    assert State.from_dict(after, {"step": 4, "points": 0}).step == 1
