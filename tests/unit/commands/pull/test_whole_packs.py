"""Whole-pack tables in words: how often one holds and what it gives, held against `gacha.odds`; and
that the result, the history and a second showing of it say so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import pytest

from commands import previews
from commands import rules as words
from commands.sentences import LANGUAGES
from gacha import banner, engine, odds, rates
from gacha.chains import members
from gacha.making import preview
from tests.conftest import ROOT
from tests.recording import record
from tests.support import rows
from tests.unit.commands.owning import own, publish, put, said
from tests.unit.commands.server import Server, audited

PACKS: Final = (ROOT / "docs/gallery/packs-of-five.toml").read_bytes()
PACK_OF_THREE: Final = """
[[multi]]
size = 3
price = 300
[[multi.whole]]
chance = "1/2"
rates = { r1 = "1" }
"""


def told(text: str) -> dict[str, Fraction]:
    """Each rarity's rate, as a sentence lists them."""
    found = re.findall(r"(SSR|SR|R) ([0-9.]+)\u00a0%", text)
    return {name: Fraction(rate) / 100 for name, rate in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_packs_makes_up_their_long_run_rates(language: str) -> None:
    of = banner.parse(PACKS, "packs-of-five.toml")
    others, slot, whole = (words.rule(each, language) for each in rates.rules(of))
    said_chance = re.search(r"([0-9.]+)\u00a0%", whole)
    assert said_chance
    chance = Fraction(said_chance[1]) / 100
    assert chance == Fraction(1, 200)
    own_rates = told(whole.partition("：" if language == "ja" else ": ")[2])
    base = told(others)
    for rarity in of.rarities:
        name = rarity.name["en"]
        ordinary = (4 * base[name] + told(slot).get(name, Fraction(0))) / 5
        mixed = chance * own_rates.get(name, Fraction(0)) + (1 - chance) * ordinary
        assert mixed == odds.long_run(of, members(rarity), 5), name


def test_the_owners_preview_says_the_rules_as_members_read_them() -> None:
    of = banner.parse(PACKS, "packs-of-five.toml")
    seen: Any = {"rules": rates.rules(of)}
    for language in LANGUAGES:
        lines = [f"- {words.rule(each, language)}" for each in rates.rules(of)]
        assert previews.rules(seen, language) == lines and len(lines) == 3


@pytest.fixture
def server(tables: Any) -> Server:
    made = Server()
    made.do(0, "fair seed", text="x")
    publish(own(cards=2, more=PACK_OF_THREE))
    return made


def pack(server: Server, number: int) -> Mapping[str, Any]:
    interaction = server.asked(number, "pull", banner="b1", count=3)
    drawn = server.work(interaction)
    assert record(interaction, drawn)
    return drawn


def test_a_result_says_that_it_was_a_special_pack(tables: Any, server: Server) -> None:
    """As the words of the seed chose it; so do the history, and who is told of it once more."""
    of = [pack(server, number) for number in range(1, 9)]
    kept = [row for row in rows(tables) if row["kind"] == "pull"]
    is_whole = ["whole" in row for row in kept]
    assert set(is_whole) == {True, False}
    marks = [("特別なパック" in said(each, "pull")) for each in of]
    assert marks == is_whole
    assert [("Special pack" in said(each, "pull", "en")) for each in of] == is_whole
    at = is_whole.index(True)
    text = said(of[at], "pull", "en")
    assert "Special pack** (50\u00a0% of pulls of 3; every card: SSR 100\u00a0%)" in text
    again = server.work(server.asked(at + 1, "pull", banner="b1", count=3))
    assert again["outcome"] == "recorded" and "特別なパック" in said(again, "pull")
    history = said(server.do(20, "history"), "history")
    assert history.count("特別なパック") == sum(is_whole)
    assert audited(tables) == []


def test_the_audit_notices_a_pack_that_there_is_not(tables: Any, server: Server) -> None:
    pack(server, 1)
    [row] = [row for row in rows(tables) if row["kind"] == "pull"]
    put("gacha_history", {**row, "whole": 2})
    assert any("whole-pack table of [1]" in each for each in audited(tables))


def test_which_wholes_may_have_held() -> None:
    of = banner.parse(PACKS, "packs-of-five.toml")
    start = engine.start(of)
    assert engine.possible_wholes(of, start, ["ssr-1"] * 5) == {0, 1}
    assert engine.possible_wholes(of, start, ["ssr-1", "r-1", *["ssr-1"] * 3]) == {0}
    assert engine.possible_wholes(of, start, ["ssr-1"]) == {0}


def test_rules_without_end_are_cut_before_they_fill_a_workflows_state() -> None:
    """Twenty steps, each with twenty slots of its own."""
    text = PACKS.decode().partition("[[multi]]")[0]
    prices = [1] * 20
    slots = "".join(
        f"[[multi.slot]]\nnumber = {slot}\nsteps = [{step}]\n"
        f'rates = {{ ssr = "{step * 20 + slot}/1000", r = "{1000 - step * 20 - slot}/1000" }}\n'
        for step in range(1, 21)
        for slot in range(1, 21)
    )
    of = banner.parse(f"{text}[[multi]]\nsize = 20\nprice = {prices}\n{slots}".encode(), "x.toml")
    assert len(rates.rules(of)) > 400
    told = preview._rules(of)
    assert told[-1] == {"kind": "rules_elsewhere"} and len(told) > 20
    assert len(json.dumps(told, ensure_ascii=False)) < preview.MOST_OF_RULES + 1_000
    for language in LANGUAGES:
        seen: Any = {"rules": told}
        assert sum(map(len, previews.rules(seen, language))) > 1_000
