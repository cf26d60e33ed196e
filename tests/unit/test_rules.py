"""What a banner's rules say to a player, held against the engine that draws by them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import rules as words
from commands.kit import name as named
from commands.rates import show
from commands.rules import changes
from commands.sentences import LANGUAGES
from gacha import banner, engine, features, rates, rules
from tests.conftest import ROOT
from tests.unit import test_engine

FILES = sorted((ROOT / "tests/banners").glob("*.toml"))
EVERY = [*FILES, *sorted((ROOT / "docs/gallery").glob("*.toml"))]


def read(name: str) -> banner.Banner:
    path = ROOT / f"tests/banners/{name}.toml"
    return banner.parse(path.read_bytes(), path.name)


def said(of: banner.Banner, state: engine.State, language: str = "en") -> list[str]:
    return [words.rule(each, language) for each in rules.standing(of, state)]


def told(of: banner.Banner, language: str = "en") -> list[str]:
    return [words.rule(each, language) for each in rates.rules(of)]


def after(of: banner.Banner, stored: dict[str, Any]) -> engine.State:
    return engine.State.from_dict(of, stored)


def test_an_id_is_never_shown() -> None:
    """ "servant-3" is an id, "3★ Servant" is its name."""
    fgo = read("fgo")
    for language in LANGUAGES:
        text = "\n".join([*said(fgo, engine.start(fgo), language), *told(fgo, language)])
        assert fgo.rarities[4].name[language] in text
        for rarity in fgo.rarities:
            assert rarity.id.upper() not in text
            assert not re.search(rf"{rarity.id}(?! no\.| \d)", text)  # but in names of cards


@pytest.mark.parametrize(
    ("name", "stored", "lines"),
    [
        ("fgo", {}, [
            "servant-5 no. 1 guaranteed within 330 pulls",
            "At least 1 card of 5★ Servant, 4★ Servant or 3★ Servant in your next ten-pull",
            "At least 1 card of 4★ Craft Essence or better in your next ten-pull",
        ]),
        ("fgo", {"promises": {"featured-within-330": 329}}, [
            "servant-5 no. 1 guaranteed within 1 pull",
        ]),
        ("blue-archive", {"points": 12}, [
            "Exchange points: 12 of 200",
            "At least 1 card of 2★ or better in your next ten-pull",
        ]),
        ("uma-musume", {}, ["In your next ten-pull, card 10: SR or better guaranteed"]),
        ("step-up", {"step": 3}, ["Your next ten-pull is step 4 of 5, for 3,000"]),
        ("step-up", {"step": 4}, ["In your next ten-pull, card 10: SSR featured guaranteed"]),
        ("genshin-weapon", {}, ["five no. 1 guaranteed among your next 3 cards of 5★"]),
        ("genshin-weapon", {"promises": {"epitomized-path": 2}}, [
            "Your next 5★ is guaranteed to be five no. 1",
        ]),
        ("genshin", {"lost": {"five": 1}}, ["Your next 5★ is guaranteed to be featured"]),
        ("genshin-radiance", {"contested": {"five": 2}}, [
            "Chance that your next 5★ is featured: 75\u00a0%",
        ]),
        ("genshin-radiance", {"contested": {"five": 2}, "lost": {"five": 1}}, [
            "Your next 5★ is guaranteed to be featured",
        ]),
        ("genshin-radiance", {"contested": {"five": 3}}, [
            "Your next 5★ is guaranteed to be featured",
        ]),
        ("genshin", {"since": {"five": 89}}, ["5★ guaranteed within 1 pull"]),
        ("lottery-box", {"drawn": {"gem": 3}}, [
            "Your box: 297 of 300 cards left",
            "Once Grand prize runs out, you may begin a new box (1 left)",
        ]),
        ("lottery-box", {"drawn": {"grand-prize": 1}}, ["You may begin a new box now"]),
        ("festival-box", {"drawn": {"ramune": 3}}, [
            "Your box: 97 of 100 cards left",
            "A new box begins once First prize runs out (1 left)",
        ]),
    ],
)  # fmt: skip
def test_how_the_rules_stand(name: str, stored: dict[str, Any], lines: list[str]) -> None:
    of = read(name)
    shown = said(of, after(of, stored))
    assert [line for line in lines if line not in shown] == []


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("fgo", [
            "servant-5 no. 1 guaranteed within 330 pulls (once)",
            "At least 1 card of 4★ Craft Essence or better in each ten-pull",
        ]),
        ("uma-musume", ["In a ten-pull, card 10: SSR 3\u00a0%, SR 97\u00a0%"]),
        ("step-up", [
            "Step-up: 1,500 → 3,000 → 3,000 → 3,000 → 3,000 in turn for each ten-pull, "
            "then from the start again",
            "In a ten-pull, card 10: SSR featured 50\u00a0%, SSR 50\u00a0% (step 3)",
            "In a ten-pull, card 10: SSR featured 1.5\u00a0%, SSR 1.5\u00a0%, SR 97\u00a0% "
            "(steps 1, 2, 4)",
        ]),
        ("festival-box", [
            "Box: 100 cards. A card that you draw leaves your box",
            "A new box begins once First prize runs out",
        ]),
        ("genshin-weapon", ["five no. 1 guaranteed within 3 cards of 5★"]),
    ],
)  # fmt: skip
def test_what_the_rules_are(name: str, lines: list[str]) -> None:
    assert [line for line in lines if line not in told(read(name))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rate_of_100_percent_is_said_only_where_nothing_else_comes(
    path: Path, language: str
) -> None:
    """A ceiling leaves a lower rarity what the higher ones leave it."""
    of = banner.parse(path.read_bytes(), path.name)
    for rarity, shown in zip(
        of.rarities, rates.table(of, engine.start(of))["rarities"], strict=True
    ):
        if not shown["changes"]:
            continue
        said = changes(shown, named(shown, language), language)
        last = len(rarity.schedule)
        counts = {"since": {rarity.id: last - 1}}
        rate = engine.rates(of, after(of, counts))[rarity.id]
        assert ("100\u00a0%" in said) == (rate == 1), said


def test_a_promise_of_the_next_of_a_rarity() -> None:
    text = (ROOT / "tests/banners/arknights.toml").read_text()
    promise = (
        '\n[[promise]]\nid = "p"\nof = ["six.featured"]\nwithin = 151\nat = "six"\nonce = true\n'
    )
    of = banner.parse((text + promise).encode(), "arknights.toml")
    name = "featured 6★"
    assert f"If 150 more pulls bring no {name}, your next 6★ is guaranteed to be {name}" in said(
        of, engine.start(of)
    )
    assert f"If 1 more pull brings no {name}, your next 6★ is guaranteed to be {name}" in said(
        of, after(of, {"promises": {"p": 149}})
    )
    assert f"Your next 6★ is guaranteed to be {name}" in said(
        of, after(of, {"promises": {"p": 150}})
    )
    rule = f"After 150 pulls without {name}, your next 6★ is guaranteed to be {name} (once)"
    assert rule in told(of)


def test_a_promise_whose_count_luck_does_not_begin_anew() -> None:
    text = (ROOT / "tests/banners/arknights.toml").read_text()
    name = "featured 6★"

    def promised(more: str) -> banner.Banner:
        table = f'\n[[promise]]\nid = "p"\nof = ["six.featured"]\nfixed = true\n{more}\n'
        return banner.parse((text + table).encode(), "arknights.toml")

    of = promised("within = 80")
    assert f"Every 80 pulls, {name} guaranteed, whatever came before" in told(of)
    assert f"{name} guaranteed within 80 pulls" in said(of, engine.start(of))
    of = promised('within = 3\ncounts = "six"')
    assert f"Every 3 cards of 6★, {name} guaranteed, whatever came before" in told(of)
    assert f"{name} guaranteed among your next 3 cards of 6★" in said(of, engine.start(of))
    of = promised('within = 81\nat = "six"')
    rule = f"After every 80 pulls, your next 6★ is guaranteed to be {name}, whatever came before"
    assert rule in told(of)
    assert f"After 80 more pulls, your next 6★ is guaranteed to be {name}" in said(
        of, engine.start(of)
    )
    assert f"Your next 6★ is guaranteed to be {name}" in said(
        of, after(of, {"promises": {"p": 80}})
    )


def test_what_has_not_come_yet_is_told() -> None:
    of = banner.parse(test_engine.COLLECTION.encode(), "collection.toml")
    assert "Rare: no card comes again until all of them have come" in told(of)
    assert said(of, engine.start(of)) == ["Rare: 3 of 3 cards still to come"]
    assert "Rare: 2 of 3 cards still to come" in said(of, after(of, {"drawn": {"b": 1}}))
    table = rates.table(of, after(of, {"drawn": {"b": 1}}))
    assert [each["kind"] for each in table["standing"]] == ["not_yet"]


def test_a_share_that_losses_change_is_told_with_the_rates() -> None:
    of = read("genshin-radiance")
    five = rates.table(of, engine.start(of))["rarities"][0]
    plain: Any = {"rules": [], "standing": []}
    said = [show._rate(five, plain, lang).splitlines()[-2] for lang in ("ja", "en")]
    assert said == [
        "ピックアップになる確率：50\u00a0% → すり抜け 2 回のあと 75\u00a0%"
        " → すり抜け 3 回のあと 100\u00a0%"
        "（確定で出たカードは数えません。確定なしでピックアップが出ると 0 回に戻ります）",
        "Chance to be featured: 50\u00a0% → after 2 lost in a row: 75\u00a0%"
        " → after 3 lost in a row: 100\u00a0%"
        " (guaranteed cards do not count; a featured card without the guarantee starts the count"
        " over)",
    ]
    [one] = {each["featured"] for each in rates.table(of, engine.start(of))["rarities"][1:2]}
    assert one == "50\u00a0%"


def states(of: banner.Banner, seed: int) -> Iterator[engine.State]:
    """States that players come to, by pulls and ten-pulls."""
    chance = random.Random(seed)
    words = iter(lambda: chance.getrandbits(64), None)
    state = engine.start(of)
    for _ in range(40):
        yield state
        _, state = engine.draw(of, state, chance.choice((1, 1, 10)), words)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_said_of_the_next_pull_is_what_the_engine_does(path: Path) -> None:
    """A rule that is due now leaves the engine no other card; one that is not leaves it some."""
    of = banner.parse(path.read_bytes(), path.name)
    ranks = {rarity.id: rank for rank, rarity in enumerate(of.rarities)}
    names = {rarity.name["en"]: rarity.id for rarity in of.rarities}
    for seed in range(5):
        for state in states(of, seed):
            standing = rules.standing(of, state)
            row = engine.row(of, engine.position(of, state))
            for rule in standing:
                if rule["kind"] in ("ceiling", "ceiling_or_better"):
                    rank = ranks[names[rule["rarity"]["en"]]]
                    is_certain = all(ranks[card.rarity] <= rank for card, _ in row)
                    assert is_certain or rule["pulls"] > 1
                if rule["kind"] == "promise" and rule["pulls"] == 1:
                    [promise] = of.promises
                    assert {card.id for card, _ in row} <= promise.cards
                if rule["kind"] == "featured_next":
                    mine = [card for card, _ in row if card.rarity == names[rule["rarity"]["en"]]]
                    assert all(card.featured for card in mine)
            if of.box is not None:
                [box] = [rule for rule in standing if rule["kind"] == "box"]
                assert box["left"] == sum(
                    (card.stock or 0) - dict(state.drawn)[card.id] for card in of.cards
                )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_next_ten_pull_keeps_what_is_said_of_it(path: Path) -> None:
    of = banner.parse(path.read_bytes(), path.name)
    chance = random.Random(path.stem)
    words = iter(lambda: chance.getrandbits(64), None)
    state = engine.start(of)
    size = 10 if of.sells(10) or not of.multis else of.sizes[-1]
    for _ in range(60):
        standing = [rule for rule in rules.standing(of, state) if rule.get("size", size) == size]
        cards, state = engine.draw(of, state, size, words)
        for rule in standing:
            if rule["kind"] == "minimum":
                assert sum(is_one_of(of, card, rule["cards"]) for card in cards) >= rule["count"]
            if rule["kind"] == "slots":
                for number in rule["numbers"]:
                    assert is_one_of(of, cards[number - 1], rule["cards"])


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_what_is_told_in_a_line_is_told_in_the_profile(path: Path) -> None:
    """That a multi-pull has something certain in it is said of a banner and to its player, or to
    neither."""
    of = banner.parse(path.read_bytes(), path.name)
    in_a_line = {each["kind"] for each in features.of(of)}
    standing = {
        each["kind"] for step in range(of.steps) for each in rules.standing(of, at_step(of, step))
    }
    is_certain = not standing.isdisjoint({"minimum", "slots"})
    if "step_up" not in in_a_line:
        assert is_certain == (not in_a_line.isdisjoint({"ten", "multi"}))
    for kind, said_so in (("pity", "ceiling"), ("promise", "promise")):
        assert kind not in in_a_line or any(each.startswith(said_so) for each in standing)


def at_step(of: banner.Banner, step: int) -> engine.State:
    return engine.start(of)._replace(step=step)


def test_a_slot_that_a_whole_may_replace_is_as_sure_as_both() -> None:
    packs = (ROOT / "docs/gallery/packs-of-five.toml").read_text("utf-8")
    of = banner.parse(packs.encode(), "packs.toml")
    assert "In your next pull of 5, card 5: SR or better guaranteed" in said(of, engine.start(of))
    with_r = packs.replace('chance = "1/200"\nrates = { ssr = "1" }', 'chance = "1/200"\n'
                           'rates = { ssr = "1/2", r = "1/2" }')  # fmt: skip
    of = banner.parse(with_r.encode(), "packs.toml")
    assert said(of, engine.start(of)) == []


def is_one_of(of: banner.Banner, card: banner.Card, cards: dict[str, Any]) -> bool:
    """Read off the names alone, as a player would."""
    ranks = {rarity.name["en"]: rank for rank, rarity in enumerate(of.rarities)}
    rank = next(rank for rank, rarity in enumerate(of.rarities) if rarity.id == card.rarity)
    for each in cards["names"]:
        name = each["name"]["en"]
        if name == card.name["en"] or (cards["or_better"] and rank <= ranks[name]):
            return True
        if ranks.get(name) == rank and (card.featured or not each["featured"]):
            return True
    return False


def test_more_rules_than_a_message_has_lines_for_are_said_to_be_elsewhere() -> None:
    of = read("fgo")
    added = [f'[[promise]]\nid = "p{n}"\nof = ["servant-5"]\nwithin = {n + 300}' for n in range(7)]
    added += [
        f'[[ten.slot]]\nnumber = {n}\nrates = {{ {rarity.id} = "1" }}'
        for n, rarity in enumerate(read("fgo").rarities, start=1)
    ]
    added += ['[[ten.minimum]]\nof = ["servant-5", "servant-4"]'] * 2
    text = (ROOT / "tests/banners/fgo.toml").read_text() + "\n".join(added)
    of = banner.parse(text.encode(), "fgo.toml")
    standing = rules.standing(of, engine.start(of))
    assert len(standing) == rules.MOST_SHOWN + 1
    assert standing[-1] == {"kind": "rules_elsewhere"}
    assert len(told(of)) == len(set(told(of))) == 8 + 6 + 3  # each of them, and each once
