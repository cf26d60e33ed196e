"""Draws follow the published rules in every state, and the sampling rule to the last word."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise, repeat
from math import lcm
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gacha import engine
from gacha.banner import Banner, Card, parse
from gacha.engine import KEPT, DrawError, State, StateError

FILES = Path(__file__).parents[1] / "banners"


def published(name: str) -> Banner:
    return parse((FILES / f"{name}.toml").read_bytes(), name)


def seeded(seed: int) -> Iterator[int]:
    return map(Random(seed).getrandbits, repeat(64))


def _all(words: Iterator[int]) -> Callable[[int], Iterator[int]]:
    """One stream for all draws, as `engine.draw` reads it."""
    return lambda _draw: words


# --- any banner ----------------------------------------------------------------------------------

SIZES = (2, 3, 5, 11, 20)


@st.composite
def multis(draw: st.DrawFn, tiers: int, may_step: bool, may_freeze: bool) -> str:
    """Up to two multi-pulls beside that of ten, one of them perhaps a step-up."""
    text, rare = "", '{ t0 = "1/4", t1 = "3/4" }'
    for size in draw(st.lists(st.sampled_from(SIZES), max_size=2, unique=True)):
        steps = draw(st.integers(1, 3)) if may_step else 1
        may_step = may_step and steps == 1
        price = [size - 1, size, 1][:steps] if steps > 1 else size
        of_steps = st.sampled_from(["", *(f"steps = [{step + 1}]\n" for step in range(steps))])
        text += f"[[multi]]\nsize = {size}\nprice = {price}\n"
        text += 'repeat = "last"\n' if steps > 1 and draw(st.booleans()) else ""
        text += "frozen = true\n" if may_freeze and draw(st.booleans()) else ""
        if draw(st.booleans()):
            of = [f"t{tier}" for tier in range(draw(st.integers(1, tiers)))]
            text += f"[[multi.minimum]]\nof = {of}\ncount = {draw(st.integers(1, 2))}\n"
            text += draw(of_steps)
        if draw(st.booleans()):
            text += f"[[multi.slot]]\nnumber = {draw(st.integers(1, size))}\nrates = {rare}\n"
            text += draw(of_steps)
        for chance in draw(st.sampled_from([(), (), ("1/3",), ("1/2", "1/2"), ("0.05", "1/7")])):
            text += f'[[multi.whole]]\nchance = "{chance}"\nrates = {rare}\n'
    return text


@st.composite
def banners(draw: st.DrawFn, ten: bool = True) -> Banner:
    """Banners with every rule the format has, at sizes where every rule strikes often."""
    tiers = draw(st.integers(2, 4))
    parts = draw(st.lists(st.integers(1, 10), min_size=tiers - 1, max_size=tiers - 1))
    rates = [Fraction(part, 40) for part in parts]
    rates.append(1 - sum(rates, Fraction(0)))
    text = f'id = "any"\nkind = "sort"\ncarry_over = {draw(st.sampled_from(["true", "false"]))}\n'
    text += 'name = { ja = "何", en = "Any" }\n'
    steps = draw(st.integers(1, 3)) if ten else 1
    text += f"price = {{ one = 1, ten = {[10, 8, 9][:steps] if steps > 1 else 10} }}\n"
    of_steps = st.sampled_from(["", *(f"steps = [{step + 1}]\n" for step in range(steps))])
    text += draw(st.sampled_from(["", 'raise_from = "all"\n']))
    if draw(st.booleans()):
        price = draw(st.integers(1, 30))
        limit = "" if "carry_over = true" in text else draw(st.sampled_from(["", ", limit = 1"]))
        several = (
            f'exchange = {{ offer = [{{ of = ["t0"], price = {price}{limit} }}, '
            f'{{ of = ["t1c1"], price = 2{limit} }}] }}\n'
        )
        one = f'exchange = {{ price = {price}, of = ["t0"] }}\n'
        text += draw(st.sampled_from([one, several]))
    total = None
    if "carry_over = false" in text and draw(st.booleans()):
        total = draw(st.sampled_from([None, 12, 23]))
        text += "[limit]\n" + (f"total = {total}\n" if total else "")
        if total is None or draw(st.booleans()):
            text += "per_day = 11\n"
        text += draw(st.sampled_from(["", "prices = [0, 5]\n"]))
    text += draw(st.sampled_from(["", "[ticket]\ncounts = false\n"]))
    promises = draw(st.integers(0, 2))
    for index in range(promises):
        text += f'[[promise]]\nid = "p{index}"\nwithin = {draw(st.integers(2, 9))}\n'
        text += draw(st.sampled_from(["once = true\n", ""]))
        text += draw(st.sampled_from(["fixed = true\n", ""]))
        if draw(st.booleans()):
            text += 'of = ["t0c0"]\n' + draw(st.sampled_from(['counts = "t0"\n', 'at = "t0"\n']))
        else:
            text += f"of = {[f't{tier}' for tier in range(draw(st.integers(1, tiers)))]}\n"
    if ten and draw(st.booleans()):
        for _ in range(draw(st.integers(1, 2))):
            of = [f"t{tier}" for tier in range(draw(st.integers(1, tiers)))]
            text += f"[[ten.minimum]]\nof = {of}\ncount = {draw(st.integers(1, 4))}\n"
            text += draw(of_steps)
    if ten and draw(st.booleans()):
        text += f'[[ten.slot]]\nnumber = {draw(st.integers(1, 10))}\nrates = {{ t0 = "1/4", '
        text += 't1 = "3/4" }\n' + draw(of_steps)
    if steps > 1:
        text += "[ten]\n" + draw(st.sampled_from(['repeat = "all"\n', 'repeat = "last"\n']))
    rules = [draw(st.sampled_from(["", "ramp", "table", "ceiling"])) for _ in rates[1:]]
    if ten:
        text += draw(multis(tiers, may_step=steps == 1, may_freeze=any(rules)))
    for tier, rate in enumerate(rates):
        text += f'[[rarity]]\nid = "t{tier}"\nname = {{ ja = "段", en = "T" }}\nrate = "{rate}"\n'
        if tier < tiers - 1:
            rule = rules[tier]
            if rule == "ramp":
                text += f'ramp = {{ from = {draw(st.integers(2, 5))}, step = "1/4" }}\n'
            elif rule == "table":
                text += 'table = [[2, "1/10"], [4, "1/2"]]\n'
            elif rule == "ceiling":
                text += f"ceiling = {draw(st.integers(2, 9))}\n"
            if rule and draw(st.booleans()):
                other = draw(st.sampled_from([t for t in range(tiers) if t != tier]))
                text += f'reset_by = ["t{other}"]\n'
        if draw(st.booleans()):
            guarantee = draw(st.integers(0, 2))
            share = draw(st.sampled_from(['"2/5"', '["1/5", "2/5", "1"]', '["2/5", "3/5"]']))
            text += f"featured = {{ share = {share}, guarantee = {guarantee} }}\n"
        else:
            text += draw(st.sampled_from(["", "no_repeats = true\n"]))
    number = 0
    for tier in range(tiers):
        for place in range(3):
            text += f'[[card]]\nid = "t{tier}c{place}"\nnumber = {number}\nrarity = "t{tier}"\n'
            text += f'name = {{ ja = "札", en = "C" }}\nweight = {draw(st.integers(1, 3))}\n'
            text += f"featured = {'true' if place == 0 else 'false'}\n"
            number += 1
    return parse(text.replace("'", '"').encode(), "any.toml")


def check_rules(banner: Banner, rolls: list[engine.Roll], counted: Counter[str]) -> None:
    """What every roll must obey, told from the cards alone, not from the engine's counts."""
    order = [rarity.id for rarity in banner.rarities]
    multi = banner.multi(len(rolls))
    begun = counted.copy() if multi is not None and multi.is_frozen else None
    for roll in rolls:
        assert sum(roll.rates.values()) == 1
        assert roll.rates[roll.card.rarity] > 0
        rank = order.index(roll.card.rarity)
        for index, rarity in enumerate(banner.rarities):
            since = f"since {rarity.id}"
            counted[since] += 1
            at = counted[since] if begun is None else begun[since] + 1
            if rarity.ceiling is not None and at >= rarity.ceiling:
                assert rank <= index, f"{rarity.id} was certain"
            if rank == index or roll.card.rarity in rarity.reset_by:
                counted[since] = 0
            lost, contested = f"lost {rarity.id}", f"contested {rarity.id}"
            is_due = 0 < rarity.guarantee <= counted[lost]
            if rank == index and rarity.remembers and not is_due:
                assert roll.card.featured or rarity.share_at(counted[contested]) != 1
                counted[contested] = 0 if roll.card.featured else counted[contested] + 1
            if rank == index and rarity.guarantee:
                assert roll.card.featured or counted[lost] < rarity.guarantee
                counted[lost] = 0 if roll.card.featured else counted[lost] + 1
            if rank == index and rarity.no_repeats:
                came = [f"came {card.id}" for card in rarity.cards]
                is_promised = any(roll.card.id in promise.cards for promise in banner.promises)
                assert is_promised or not counted[f"came {roll.card.id}"]
                counted[f"came {roll.card.id}"] = 1
                if all(counted[each] for each in came):
                    counted.subtract(came)
        for promise in banner.promises:
            key = f"promise {promise.id}"
            if counted[key] == KEPT:
                continue
            if promise.counts in (None, roll.card.rarity):
                counted[key] += 1
            if roll.card.id in promise.cards:
                if not promise.fixed or counted[key] >= promise.within:
                    counted[key] = KEPT if promise.once else 0
            elif promise.at in (None, roll.card.rarity):
                assert counted[key] < promise.within, f"{promise.id} was due"


@settings(max_examples=60, deadline=None)
@given(banners(), st.integers(0, 2**32), st.data())
def test_no_ceiling_guarantee_promise_or_minimum_is_ever_broken(
    banner: Banner, seed: int, data: st.DataObject
) -> None:
    words, state, counted = seeded(seed), engine.start(banner), Counter[str]()
    for _ in range(8):
        step, count = state.step, data.draw(st.sampled_from((9, *banner.sizes)))
        rolls, state = engine.trace(banner, state, count, _all(words))
        check_rules(banner, rolls, counted)
        multi = banner.multi(count)
        steps = 1 if multi is None else len(multi.steps)
        assert state.step == (step if multi is None or steps == 1 else multi.next_step(step))
        assert len({roll.whole for roll in rolls}) == 1
        drawn = [roll.card.id for roll in rolls]
        for minimum in () if multi is None else multi.step(step).minima:
            # A card serves every minimum it belongs to.
            assert sum(card in minimum.cards for card in drawn) >= minimum.count
        assert engine.replay(banner, rolls[0].before, drawn) == state


@settings(max_examples=40, deadline=None)
@given(banners(ten=False), st.integers(0, 2**32), st.lists(st.integers(1, 15), max_size=12))
def test_batches_change_nothing(banner: Banner, seed: int, batches: list[int]) -> None:
    words, state, cards = seeded(seed), engine.start(banner), list[Card]()
    for count in batches:
        some, state = engine.draw(banner, state, count, words)
        cards += some
    if cards:
        assert (cards, state) == engine.draw(banner, engine.start(banner), len(cards), seeded(seed))


@settings(max_examples=40, deadline=None)
@given(banners(), st.integers(0, 2**32))
def test_trace_tells_what_draw_does(banner: Banner, seed: int) -> None:
    state = engine.start(banner)
    for count in (1, 10, 13, *banner.sizes):
        cards, after = engine.draw(banner, state, count, seeded(seed))
        rolls, traced = engine.trace(banner, state, count, _all(seeded(seed)))
        assert [roll.card for roll in rolls] == cards and traced == after
        assert rolls[0].before == state and rolls[-1].after == after
        assert all(a.after == b.before for a, b in pairwise(rolls))
        assert State.from_dict(banner, json.loads(json.dumps(after.to_dict()))) == after
        state = after


@settings(max_examples=30, deadline=None)
@given(banners(), st.integers(0, 2**32))
def test_the_sampling_rule(banner: Banner, seed: int) -> None:
    """The rule as published, written a second time without tables."""
    for count in banner.sizes:
        place = engine.position(banner, engine.start(banner), count)
        words, expected = seeded(seed), list[Card]()
        multi = banner.multi(count)
        if multi is not None and multi.wholes:
            chances = [each.chance for each in multi.wholes]
            at = chosen([*chances, 1 - sum(chances, Fraction(0))], words)
            place = place._replace(whole=at + 1 if at < len(chances) else 0)
        for _ in range(count):
            row = engine.row(banner, place)
            expected.append(row[chosen([probability for _, probability in row], words)][0])
            place = engine.after(banner, place, expected[-1])
        assert engine.draw(banner, engine.start(banner), count, seeded(seed))[0] == expected


def chosen(parts: list[Fraction], words: Iterator[int]) -> int:
    """The place of the part that a word falls into."""
    whole = lcm(*(part.denominator for part in parts))
    while (v := next(words) // (2**64 // whole)) >= whole:
        pass
    return next(at for at in range(len(parts)) if sum(parts[: at + 1]) * whole > v)


# --- the sampling rule's edges -------------------------------------------------------------------


def small(rates: str = '"1/3"', others: str = '"2/3"') -> Banner:
    text = f"""
id = "small"
kind = "small"
name = {{ ja = "小", en = "Small" }}
price = {{ one = 1, ten = 10 }}
rarity = [
  {{ id = "high", name = {{ ja = "高", en = "High" }}, rate = {rates} }},
  {{ id = "low", name = {{ ja = "低", en = "Low" }}, rate = {others} }},
]
card = [
  {{ id = "b", number = 0, rarity = "low", name = {{ ja = "b", en = "B" }} }},
  {{ id = "a", number = 1, rarity = "high", name = {{ ja = "a", en = "A" }} }},
  {{ id = "c", number = 2, rarity = "low", name = {{ ja = "c", en = "C" }}, featured = true }},
]
"""
    return parse(text.encode(), "small.toml")


def test_the_row_is_in_canonical_order() -> None:
    banner = small()
    row = engine.row(banner, engine.position(banner, engine.start(banner)))
    assert [(card.id, p) for card, p in row] == [
        ("a", Fraction(1, 3)),
        ("c", Fraction(1, 3)),
        ("b", Fraction(1, 3)),
    ]


def test_cards_without_chance_are_not_in_the_row() -> None:
    banner = small('"0"', '"1"')
    row = engine.row(banner, engine.position(banner, engine.start(banner)))
    assert [card.id for card, _ in row] == ["c", "b"]


@pytest.mark.parametrize(
    ("word", "card"),
    [
        (0, "a"),
        (2**64 // 3 - 1, "a"),
        (2**64 // 3, "c"),
        (2 * (2**64 // 3) - 1, "c"),
        (2 * (2**64 // 3), "b"),
        (3 * (2**64 // 3) - 1, "b"),
    ],
)
def test_cuts_fall_on_the_exact_word(word: int, card: str) -> None:
    banner = small()
    assert [c.id for c in engine.draw(banner, engine.start(banner), 1, iter([word]))[0]] == [card]


def test_a_word_past_the_last_cut_is_rejected() -> None:
    banner, words = small(), [2**64 - 1, 0, 2**64 - 1, 2**64 - 1, 0]
    cards, _ = engine.draw(banner, engine.start(banner), 2, iter(words))
    rolls, _ = engine.trace(banner, engine.start(banner), 2, _all(iter(words)))
    assert [card.id for card in cards] == ["a", "a"]
    assert [roll.word for roll in rolls] == [0, 0]


def test_no_word_more_than_needed_is_taken() -> None:
    words = iter([2**64 - 1, 0, 0, 7])
    engine.draw(small(), engine.start(small()), 2, words)
    assert list(words) == [7]


@pytest.mark.parametrize("word", [-1, 2**64])
def test_words_must_be_64_bits(word: int) -> None:
    banner = small()
    with pytest.raises(DrawError, match="64 unsigned bits"):
        engine.draw(banner, engine.start(banner), 1, iter([word]))
    with pytest.raises(DrawError, match="64 unsigned bits"):
        engine.trace(banner, engine.start(banner), 1, _all(iter([word])))


def test_too_few_words() -> None:
    banner, words = small(), [0, 2**64 - 1, 0]
    with pytest.raises(DrawError, match="ran out after 2 of 3"):
        engine.draw(banner, engine.start(banner), 3, iter(words))
    with pytest.raises(DrawError, match="ran out after 2 of 3"):
        engine.trace(banner, engine.start(banner), 3, _all(iter(words)))


@pytest.mark.parametrize("count", [0, -1])
def test_counts_begin_at_one(count: int) -> None:
    with pytest.raises(DrawError, match="1 or more"):
        engine.draw(small(), engine.start(small()), count, iter([0]))
    with pytest.raises(DrawError, match="1 or more"):
        engine.trace(small(), engine.start(small()), count, _all(iter([0])))


# --- published rules -----------------------------------------------------------------------------


def rates_at(banner: Banner, **state: object) -> dict[str, Fraction]:
    return dict(engine.rates(banner, State.from_dict(banner, state)))


def test_genshin_rates_around_the_ramp() -> None:
    banner = published("genshin")
    assert rates_at(banner)["five"] == Fraction(6, 1000)
    assert rates_at(banner, since={"five": 72})["five"] == Fraction(6, 1000)
    assert rates_at(banner, since={"five": 73})["five"] == Fraction(66, 1000)
    assert rates_at(banner, since={"five": 89})["five"] == 1
    assert rates_at(banner, since={"four": 8})["four"] == Fraction(561, 1000)
    assert rates_at(banner, since={"four": 9}) == {
        "five": Fraction(6, 1000),
        "four": Fraction(994, 1000),
        "three": Fraction(0),
    }


def test_genshin_five_does_not_reset_four() -> None:
    banner = published("genshin")
    before = State.from_dict(banner, {"since": {"five": 89, "four": 9}, "lost": {"five": 1}})
    (card,), after = engine.draw(banner, before, 1, iter([2**63]))
    assert card.id == "five-featured-1"
    assert after.to_dict() == {
        "since": {"five": 0, "four": 9},
        "lost": {"five": 0, "four": 0},
        "points": 0,
    }


def ten(banner: Banner, words: list[int]) -> tuple[list[str], State]:
    cards, state = engine.draw(banner, engine.start(banner), 10, iter(words))
    return [card.rarity for card in cards], state


LOWEST = 2**64 - 2**40  # a word that draws the last card of a row, and is not rejected


def test_blue_archive_reserves_the_last_only_if_needed() -> None:
    banner = published("blue-archive")
    assert ten(banner, [LOWEST] * 10)[0] == ["one"] * 9 + ["two"]
    assert ten(banner, [0] + [LOWEST] * 9)[0] == ["three"] + ["one"] * 9
    cards, _ = engine.draw(banner, engine.start(banner), 11, iter([LOWEST] * 11))
    assert {card.rarity for card in cards} == {"one"}


def test_uma_musume_always_gives_the_tenth_its_own_rates() -> None:
    banner = published("uma-musume")
    assert ten(banner, [0] + [LOWEST] * 9)[0] == ["ssr"] + ["r"] * 8 + ["sr"]
    rolls, state = engine.trace(banner, engine.start(banner), 10, _all(seeded(1)))
    assert rolls[9].rates == {"ssr": Fraction(3, 100), "sr": Fraction(97, 100), "r": 0}
    assert rolls[8].rates == {
        "ssr": Fraction(3, 100),
        "sr": Fraction(18, 100),
        "r": Fraction(79, 100),
    }
    assert state.points == 10


def test_fgo_reserves_a_slot_for_each_minimum() -> None:
    banner = published("fgo")
    assert ten(banner, [LOWEST] * 10)[0] == ["essence-3"] * 8 + ["servant-3", "essence-4"]
    rolls, _ = engine.trace(
        banner, engine.start(banner), 10, _all(iter([LOWEST] * 8 + [0, LOWEST]))
    )
    assert [roll.card.rarity for roll in rolls][8:] == ["servant-5", "essence-3"]
    assert rolls[8].rates["servant-3"] == Fraction(96, 100)


def test_fgo_gives_the_featured_once_within_330() -> None:
    banner = published("fgo")
    cards, state = engine.draw(banner, engine.start(banner), 700, iter([LOWEST] * 700))
    assert [i for i, card in enumerate(cards) if card.featured] == [329]
    assert state.to_dict() == {"promises": {"featured-within-330": True}, "points": 0}


STAMPS = """
id = "stamps"
kind = "stamps"
name = { ja = "スタンプ", en = "Stamps" }
price = { one = 1, ten = 10 }
[[rarity]]
id = "ssr"
name = { ja = "SSR", en = "SSR" }
rate = "1/10"
[[rarity]]
id = "r"
name = { ja = "R", en = "R" }
rate = "9/10"
[[promise]]
id = "every-fifth"
of = ["ssr"]
within = 5
fixed = true
[[card]]
id = "star"
number = 1
rarity = "ssr"
name = { ja = "星", en = "Star" }
[[card]]
id = "stone"
number = 2
rarity = "r"
name = { ja = "石", en = "Stone" }
"""


def test_losses_are_counted_across_guarantees() -> None:
    """What a guarantee decides neither counts nor ends the count; a win of one's own does."""
    banner = published("genshin-radiance")
    five = banner.rarities[0]
    other, featured = five.cards[-1].id, five.cards[0].id
    state = engine.start(banner)
    for losses, share in enumerate([Fraction(1, 2), Fraction(1, 2), Fraction(3, 4)], start=1):
        assert five.share_at(dict(state.contested)["five"]) == share
        state = engine.replay(banner, state, [other])
        assert state.to_dict()["contested"] == {"five": losses}
        row = engine.row(banner, engine.position(banner, state))
        assert [card.id for card, _ in row if card.rarity == "five"] == [featured]
        state = engine.replay(banner, state, [featured])  # by the guarantee
        assert state.to_dict()["contested"] == {"five": losses}
        assert state.to_dict()["lost"] == {"five": 0, "four": 0}
    row = engine.row(banner, engine.position(banner, state))
    assert [card.id for card, _ in row if card.rarity == "five"] == [featured]
    state = engine.replay(banner, state, [featured])  # by the fourth share, which is 1
    assert state.to_dict()["contested"] == {"five": 0}


COLLECTION = """
id = "collection"
kind = "collection"
name = { ja = "集め", en = "Collection" }
price = { one = 1, ten = 10 }
[[rarity]]
id = "rare"
name = { ja = "希", en = "Rare" }
rate = "1/4"
no_repeats = true
[[rarity]]
id = "common"
name = { ja = "並", en = "Common" }
rate = "3/4"
""" + "".join(
    f'[[card]]\nid = "{name}"\nnumber = {number}\nrarity = "{rarity}"\nweight = {weight}\n'
    f'name = {{ ja = "{name}", en = "{name}" }}\n'
    for number, (name, rarity, weight) in enumerate(
        [("a", "rare", 1), ("b", "rare", 2), ("c", "rare", 3), ("d", "common", 1)]
    )
)


def parts(banner: Banner, state: State) -> dict[str, Fraction]:
    """The parts of the first rarity."""
    row = engine.row(banner, engine.position(banner, state))
    rate = sum(part for card, part in row if card.rarity == "rare")
    return {card.id: part / rate for card, part in row if card.rarity == "rare"}


def test_no_card_comes_again_until_all_have_come() -> None:
    banner = parse(COLLECTION.encode(), "collection.toml")
    state = engine.start(banner)
    assert state.to_dict() == {"points": 0}
    assert parts(banner, state) == {"a": Fraction(1, 6), "b": Fraction(1, 3), "c": Fraction(1, 2)}
    state = engine.replay(banner, state, ["b", "d"])
    assert state.to_dict() == {"drawn": {"b": 1}, "points": 0}
    assert parts(banner, state) == {"a": Fraction(1, 4), "c": Fraction(3, 4)}
    assert engine.rates(banner, state) == {"rare": Fraction(1, 4), "common": Fraction(3, 4)}
    with pytest.raises(DrawError, match="b has no chance"):
        engine.replay(banner, state, ["b"])
    state = engine.replay(banner, state, ["c"])
    assert parts(banner, state) == {"a": 1}
    assert engine.replay(banner, state, ["a"]).to_dict() == {"points": 0}


def test_a_promise_brings_a_card_again_where_no_other_is_left_to_it() -> None:
    promised = '[[promise]]\nid = "p"\nof = ["a", "b"]\nwithin = 2\ncounts = "rare"\nfixed = true\n'
    banner = parse((COLLECTION + promised).encode(), "promised.toml")
    state = engine.replay(banner, engine.start(banner), ["a"])
    assert parts(banner, state) == {"b": 1}  # of the two, the one that has not come
    state = engine.replay(banner, state, ["b"])
    assert parts(banner, state) == {"c": 1}
    state = State.from_dict(banner, {"drawn": {"a": 1, "b": 1}, "promises": {"p": 1}})
    assert parts(banner, state) == {"a": Fraction(1, 3), "b": Fraction(2, 3)}
    after = engine.replay(banner, state, ["b"])
    assert after.to_dict() == {"drawn": {"a": 1, "b": 1}, "promises": {"p": 0}, "points": 0}


def test_a_box_is_begun_anew_by_choice_when_the_file_allows_it() -> None:
    banner = published("lottery-box")
    state = engine.start(banner)
    for cards, may in (([], False), (["gem"], False), (["grand-prize"], True), (["gem"], True)):
        state = engine.replay(banner, state, cards)
        assert engine.may_reset(banner, state) is may
        if not may:
            with pytest.raises(DrawError, match="cannot be filled again now"):
                engine.reset(banner, state)
    assert engine.reset(banner, state) == engine.start(banner)
    text = (FILES / "lottery-box.toml").read_text("utf-8")
    at_any_time = parse(text.replace('["grand-prize"]', "[]").encode(), "any.toml")
    assert not engine.may_reset(at_any_time, engine.start(at_any_time))  # it is full
    assert engine.may_reset(at_any_time, engine.replay(at_any_time, state, ["gem"]))
    never = parse(text.replace('reset_after = ["grand-prize"]', "").encode(), "never.toml")
    assert not engine.may_reset(never, state)


def test_another_version_reads_which_cards_have_come() -> None:
    banner = parse(COLLECTION.encode(), "collection.toml")
    more = {"drawn": {"a": 1, "b": 1, "c": 9, "gone": 1}}
    assert State.from_dict(banner, more).to_dict() == {"points": 0}  # all of them
    assert State.from_dict(banner, {"drawn": {"a": 4}}).to_dict()["drawn"] == {"a": 1}
    plain = parse(COLLECTION.replace("no_repeats = true\n", "").encode(), "plain.toml")
    assert State.from_dict(plain, {"drawn": {"a": 1}}).to_dict() == {"points": 0}


def test_a_file_with_one_share_has_the_state_that_it_had() -> None:
    banner = published("genshin")
    assert "contested" not in engine.start(banner).to_dict()
    given = {"since": {"five": 3, "four": 0}, "lost": {"five": 0, "four": 0}, "points": 0}
    assert State.from_dict(banner, {**given, "contested": {"five": 2}}).to_dict() == given


def test_luck_does_not_begin_a_fixed_count_anew() -> None:
    """Every fifth pull is one of them, though the four before were, too."""
    banner = parse(STAMPS.encode(), "stamps.toml")
    cards, state = engine.draw(banner, engine.start(banner), 4, iter([0] * 4))
    assert [card.id for card in cards] == ["star"] * 4
    assert state.to_dict() == {"promises": {"every-fifth": 4}, "points": 0}
    assert engine.rates(banner, state) == {"ssr": 1, "r": 0}
    [roll], state = engine.trace(banner, state, 1, _all(iter([LOWEST])))
    assert roll.card.id == "star" and state.to_dict()["promises"] == {"every-fifth": 0}
    usual = parse(STAMPS.replace("fixed = true\n", "").encode(), "usual.toml")
    _, state = engine.draw(usual, engine.start(usual), 4, iter([0] * 4))
    assert state.to_dict()["promises"] == {"every-fifth": 0}


def test_a_fixed_promise_that_holds_once_is_kept_by_the_pull_that_was_due() -> None:
    banner = parse(STAMPS.replace("fixed = true", "fixed = true\nonce = true").encode(), "once")
    _, state = engine.draw(banner, engine.start(banner), 4, iter([0] * 4))
    assert state.to_dict()["promises"] == {"every-fifth": 4}
    _, state = engine.draw(banner, state, 1, iter([LOWEST]))
    assert state.to_dict()["promises"] == {"every-fifth": True}
    assert engine.rates(banner, state)["ssr"] == Fraction(1, 10)


def test_a_raised_rate_holds_in_a_slot_of_its_own() -> None:
    text = (FILES / "uma-musume.toml").read_text("utf-8")
    raised = text.replace('rate = "0.03"', 'rate = "0.03"\ntable = [[10, "0.5"]]')
    banner = parse(raised.encode(), "raised")
    rolls, _ = engine.trace(banner, engine.start(banner), 10, _all(iter([LOWEST] * 10)))
    assert rolls[9].rates == {"ssr": Fraction(1, 2), "sr": Fraction(1, 2), "r": 0}


def test_a_box_runs_empty_and_is_filled_again() -> None:
    banner = published("festival-box")
    text = (FILES / "festival-box.toml").read_text("utf-8").replace("refill_after", "# ")
    whole = parse(text.encode(), "whole box")
    for seed in range(3):
        cards, state = engine.draw(whole, engine.start(whole), 100, seeded(seed))
        assert Counter(card.id for card in cards) == {c.id: c.stock for c in whole.cards}
        assert state == engine.start(whole)
        cards, _ = engine.draw(banner, engine.start(banner), 101, seeded(seed))
        first = next(i for i, card in enumerate(cards) if card.id == "grand-prize")
        _, state = engine.draw(banner, engine.start(banner), first + 1, seeded(seed))
        assert state == engine.start(banner)


def test_a_box_remembers_what_left_it() -> None:
    banner = published("festival-box")
    _, state = engine.draw(banner, engine.start(banner), 1, iter([LOWEST]))
    assert state.to_dict() == {"drawn": {"candy": 1}, "points": 0}
    assert engine.rates(banner, state)["c"] == Fraction(89, 99)


def test_the_memo_of_a_box_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine._Machine, "_MOST", 50)
    engine._machine.cache_clear()
    banner = published("festival-box")
    _, state = engine.draw(banner, engine.start(banner), 999, seeded(7))
    machine = engine._machine(banner)
    assert len(machine._nodes) <= 50 and len(machine._rows) <= 50
    engine._machine.cache_clear()
    monkeypatch.undo()
    assert engine.draw(banner, engine.start(banner), 999, seeded(7))[1] == state


# --- exchange ------------------------------------------------------------------------------------


def test_exchange() -> None:
    banner = published("blue-archive")
    state = State.from_dict(banner, {"points": 201})
    card, after = engine.exchange(banner, state, "three-featured-1")
    assert (card.id, after.points) == ("three-featured-1", 1)
    with pytest.raises(DrawError, match="1 points, but three-featured-1 costs 200"):
        engine.exchange(banner, after, "three-featured-1")
    with pytest.raises(DrawError, match="does not offer 'three-other-1'"):
        engine.exchange(banner, state, "three-other-1")
    with pytest.raises(DrawError, match="does not offer"):
        engine.exchange(published("genshin"), state, "five-featured-1")


# --- stored states -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"pity": 1},
        {"since": 12},
        {"since": {"five": -1}},
        {"since": {"five": True}},
        {"since": {"five": 1.0}},
        {"since": {"five": "1"}},
        {"since": {"five": None}},
        {"since": {5: 1}},
        {"lost": {"five": 2**53}},
        {"lost": []},
        {"promises": {"p": False}},
        {"points": True},
        {"points": -1},
    ],
    ids=str,
)
def test_refuses_what_it_never_writes(bad: dict[str, object]) -> None:
    with pytest.raises(StateError, match="state"):
        State.from_dict(published("genshin"), bad)


def test_counts_end_where_the_rules_of_a_new_version_end() -> None:
    genshin, box = published("genshin"), published("festival-box")
    state = State.from_dict(genshin, {"since": {"five": 500, "old": 3}, "lost": {"five": 9}})
    assert state.to_dict() == {
        "since": {"five": 89, "four": 0},
        "lost": {"five": 1, "four": 0},
        "points": 0,
    }
    assert State.from_dict(box, {"drawn": {"grand-prize": 7}}) == engine.start(box)
    assert State.from_dict(box, {"drawn": {"candy": 99}}).to_dict()["drawn"] == {"candy": 60}


def test_promises_of_other_banners_of_the_kind_wait() -> None:
    banner = published("genshin-weapon")
    stored: dict[str, object] = {
        "promises": {"epitomized-path": 2, **{f"old-{n}": n for n in range(9)}, "done": True}
    }
    state = State.from_dict(banner, stored)
    kept = {f"old-{n}": n for n in range(2, 9)} | {"done": True}
    assert state.to_dict()["promises"] == {"epitomized-path": 2, **kept}
    _, after = engine.draw(banner, state, 1, iter([LOWEST]))
    assert after.elsewhere == state.elsewhere
    own = State.from_dict(published("fgo"), stored)
    assert own.to_dict()["promises"] == {"featured-within-330": 0}


def test_a_promise_that_is_no_longer_one_off_counts_anew() -> None:
    banner = published("genshin-weapon")
    state = State.from_dict(banner, {"promises": {"epitomized-path": True}})
    assert state.to_dict()["promises"] == {"epitomized-path": 0}


def test_a_state_of_another_banner_is_refused() -> None:
    with pytest.raises(StateError, match="not one of small"):
        engine.draw(small(), engine.start(published("genshin")), 1, iter([0]))
