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

from gacha import engine, player
from gacha.banner import TEN, Banner, parse
from gacha.engine import State
from gacha.making.preview import resets
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


def named(before: Banner, after: Banner) -> list[tuple[str, dict[str, Any]]]:
    return [(each["key"], each["values"]) for each in resets(before, after)]


def check(before: Banner, after: Banner, state: State) -> None:
    found = named(before, after)
    read = State.from_dict(after, stored(state))
    assert engine.draw(after, read, 1, seeded(1)) and engine.draw(after, read, TEN, seeded(2))
    keys = {key for key, _ in found}
    if "everything" in keys:
        assert before.state_key != after.state_key
        return
    names = {rarity.id: dict(rarity.name) for rarity in before.rarities}
    now = {"since": dict(read.since), "lost": dict(read.lost), "promises": dict(read.promises)}

    def is_named(values: dict[str, Any], *any_of: str) -> bool:
        return any(key in any_of and values.items() <= given.items() for key, given in found)

    for rarity, count in state.since:
        if not is_named({"rarity": names[rarity]}, "count", "count_nearer"):
            assert now["since"][rarity] == count
    for rarity, count in state.lost:
        if not is_named({"rarity": names[rarity]}, "guarantee", "guarantee_nearer"):
            assert now["lost"][rarity] == count
    for promise, count in state.promises:
        if not is_named({"id": promise}, "promise", "promise_nearer"):
            assert now["promises"][promise] == count
    for rarity, count in state.contested:
        if not is_named({"rarity": names[rarity]}, "contested", "contested_nearer"):
            assert dict(read.contested)[rarity] == count
    rarity_of = {card.id: names[card.rarity] for card in before.cards}
    drawn = dict(read.drawn)
    for card, count in state.drawn:
        if count and "box" not in keys and not is_named({"rarity": rarity_of[card]}, "no_repeats"):
            assert drawn[card] == count
    if not keys & {"step", "steps_fewer"}:
        assert read.step == state.step
    assert read.points == state.points
    assert ("points" in keys) is (before.exchange is not None and after.exchange is None)


@pytest.mark.long
@given(banners(), banners(), st.integers(0, 2**32), st.integers(0, 12))
@settings(max_examples=300)
def test_what_no_reset_names_is_kept(before: Banner, after: Banner, seed: int, pulls: int) -> None:
    check(before, after, played(before, seed, pulls))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_same_rules_reset_nothing(file: Any) -> None:
    of = parse(file.read_bytes(), file.stem)
    assert named(of, of) == []
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


def changed(old: str, new: str, name: str = "genshin") -> list[tuple[str, dict[str, Any]]]:
    text = (ROOT / f"tests/banners/{name}.toml").read_text()
    assert old in text
    other = parse(text.replace(old, new, 1).encode(), name)
    return named(parse(text.encode(), name), other)


def test_each_loss_is_named() -> None:
    [(key, values)] = changed("ceiling = 90", "ceiling = 80")
    assert (key, values["before"], values["after"]) == ("count_nearer", 90, 80)
    assert changed("carry_over = true", "carry_over = false") == [("everything", {})]
    [(key, _)] = changed("\nfeatured = ", "\n# ", "genshin")
    assert key == "guarantee"
    box = "festival-box"
    assert changed("stock = 3\n", "stock = 2\n", box) == [("box", {})]
    assert changed("stock = 3\n", "stock = 4\n", box) == []
    assert changed('refill_after = ["grand-prize"]\n', "", box) == [("box_refilled", {})]
    assert changed("[exchange]\nprice = 200\n", "", "uma-musume") == [("points", {})]
    assert changed("[1500, 3000, 3000, 3000, 3000]", "[1, 3000, 3000, 3000, 3000]", "step-up") == []
    nearer = {"id": "featured-within-330", "before": 330, "after": 300}
    assert changed("within = 330", "within = 300", "fgo") == [("promise_nearer", nearer)]
    assert changed("within = 330", "within = 340", "fgo") == []
    assert changed("once = true", "once = false", "fgo") == [("promise", {"id": nearer["id"]})]


def test_who_is_beyond_the_last_step_is_on_it() -> None:
    text = (ROOT / "tests/banners/step-up.toml").read_text()
    head, *rest = re.split(r"(?m)^(?=\[\[(?:rarity|card)\]\])", text)
    prices = re.sub(r"ten = \[.*\]", "ten = [1500, 3000]", re.sub(r"(?s)\[\[ten.*", "", head))
    before = parse(text.encode(), "five steps")
    after = parse((prices + "".join(rest)).encode(), "two steps")
    assert named(before, after) == [("steps_fewer", {"before": 5, "after": 2})]
    assert State.from_dict(after, {"step": 4, "points": 0}).step == 1
