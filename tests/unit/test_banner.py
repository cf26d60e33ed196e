"""A banner file is read exactly as written, or refused whole with an error that says why."""

from __future__ import annotations

import hashlib
import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gacha.banner import MAX_FILE_BYTES, Banner, parse
from gacha.errors import BannerError
from tests.over import over
from tests.unit import test_published_rules

ROOT = Path(__file__).parents[2]
PUBLISHED = sorted((ROOT / "tests" / "banners").glob("*.toml"))
SHIPPED = sorted((ROOT / "layers" / "gacha" / "python" / "gacha" / "banners").glob("*.toml"))

HEAD = """
id = "small"
kind = "standard"
name = { ja = "小", en = "Small" }
price = { one = 160, ten = 1600 }
"""
TOP = """
[[rarity]]
id = "ssr"
name = { ja = "SSR", en = "SSR" }
rate = "0.1"
ramp = { from = 5, step = "0.2" }
ceiling = 8
featured = { share = "1/2", guarantee = 1 }
"""
REST = """
[[rarity]]
id = "r"
name = { ja = "R", en = "R" }
rate = "9/10"

[[card]]
id = "star"
number = 0
rarity = "ssr"
name = { ja = "星", en = "Star" }
featured = true

[[card]]
id = "moon"
number = 64
rarity = "ssr"
name = { ja = "月", en = "Moon" }
weight = 2

[[card]]
id = "cloud"
number = 1
rarity = "r"
name = { ja = "雲", en = "Cloud" }
"""
SMALL = HEAD + TOP + REST
BOX = """
id = "box"
kind = "box"
name = { ja = "箱", en = "Box" }
price = { one = 1, ten = 10 }
[box]
[[rarity]]
id = "prize"
name = { ja = "賞", en = "Prize" }
[[card]]
id = "gold"
number = 0
rarity = "prize"
name = { ja = "金", en = "Gold" }
stock = 1
[[card]]
id = "tin"
number = 1
rarity = "prize"
name = { ja = "錫", en = "Tin" }
stock = 9
"""


def read(text: str) -> Banner:
    return parse(text.encode(), "small.toml")


def test_reads_every_field() -> None:
    banner = read(SMALL)
    assert (banner.id, banner.kind, banner.name["ja"]) == ("small", "standard", "小")
    assert banner.hash == hashlib.sha256(SMALL.encode()).hexdigest()
    assert [card.id for card in banner.cards] == ["star", "moon", "cloud"]
    ssr, rest = banner.rarities
    assert ssr.schedule == tuple(Fraction(tenths, 10) for tenths in (1, 1, 1, 1, 3, 5, 7, 10))
    assert (ssr.rate, ssr.ceiling, ssr.counts) == (Fraction(1, 10), 8, True)
    assert (ssr.shares, ssr.guarantee, ssr.reset_by) == ((Fraction(1, 2),), 1, frozenset())
    assert (rest.rate, rest.ceiling, rest.counts) == (Fraction(9, 10), None, False)
    assert [(card.number, card.weight, card.featured) for card in banner.cards] == [
        (0, 1, True),
        (64, 2, False),
        (1, 1, False),
    ]
    assert not banner.differs(10) and banner.exchange is None and banner.box is None


@pytest.mark.parametrize("path", PUBLISHED + SHIPPED, ids=lambda path: path.stem)
def test_reads_every_published_system(path: Path) -> None:
    banner = parse(path.read_bytes(), path.name)
    assert sum(rarity.rate for rarity in banner.rarities) == 1
    assert len({card.number for card in banner.cards}) == len(banner.cards)


def test_a_version_is_its_bytes() -> None:
    one, same, other = read(SMALL), read(SMALL), read(SMALL + "# a comment\n")
    assert one == same and hash(one) == hash(same) and one != other and one != "small"


def test_state_is_kept_by_kind_only_when_it_carries_over() -> None:
    assert read(SMALL).state_key == "small"
    assert read("carry_over = true" + SMALL).state_key == "standard"


def test_prices() -> None:
    banner = read(SMALL.replace("ten = 1600", "ten = 1500"))
    assert [banner.price(count) for count in banner.sizes] == [160, 1500]
    for count in (0, 9, 20):
        with pytest.raises(ValueError, match=f"count is {count}, allowed: 1 and 10|1, 10"):
            banner.price(count)


def test_opens_at_its_start_and_closes_at_its_end() -> None:
    banner = read("starts = 2026-04-01T12:00:00+09:00\nends = 2026-04-02T03:00:00.001Z" + SMALL)
    assert (banner.starts_ms, banner.ends_ms) == (1775012400000, 1775098800001)
    assert [banner.is_open(1775012400000 + ms) for ms in (-1, 0, 86400000, 86400001)] == [
        False,
        True,
        True,
        False,
    ]
    assert read(SMALL).is_open(0)


def test_rates_by_table() -> None:
    table = TOP.replace(
        'ramp = { from = 5, step = "0.2" }', 'table = [[3, "0.05"], [5, "1/2"], [7, "1"]]'
    )
    schedule = read(HEAD + table.replace("ceiling = 8", "") + REST).rarities[0].schedule
    assert schedule == tuple(Fraction(p, 100) for p in (10, 10, 5, 5, 50, 50, 100))


def test_a_ramp_ends_where_it_reaches_one() -> None:
    banner = read(SMALL.replace("ceiling = 8", ""))
    assert banner.rarities[0].ceiling == 9


def test_ten_rules_promises_and_exchange() -> None:
    banner = read(
        SMALL
        + """
[exchange]
price = 200
[[promise]]
id = "a"
of = ["ssr"]
within = 20
[[promise]]
id = "b"
of = ["ssr.featured"]
within = 3
once = true
counts = "ssr"
[[promise]]
id = "c"
of = ["star"]
within = 30
at = "ssr"
[ten]
[[ten.minimum]]
of = ["ssr"]
count = 2
[[ten.slot]]
number = 10
rates = { ssr = "1" }
"""
    )
    assert banner.differs(10)
    assert banner.exchange is not None
    assert (banner.exchange.price, banner.exchange.cards) == (200, frozenset({"star"}))
    assert [(p.counts, p.at, p.once) for p in banner.promises] == [
        (None, None, False),
        ("ssr", "ssr", True),
        (None, "ssr", False),
    ]
    assert banner.promises[0].cards == {"star", "moon"}
    [step] = banner.multis[0].steps
    assert step.minima[0].count == 2 and step.minima[0].cards == {"star", "moon"}
    assert step.slots == {10: (Fraction(1), Fraction(0))}


def test_a_box_holds_its_stock() -> None:
    banner = read(BOX)
    assert banner.box == frozenset({"gold", "tin"})
    assert banner.rarities[0].rate == 1
    assert read(BOX.replace("[box]", '[box]\nrefill_after = ["gold"]')).box == frozenset({"gold"})
    assert banner.reset is None
    assert read(BOX.replace("[box]", "[box]\nreset_after = []")).reset == frozenset()
    assert read(BOX.replace("[box]", '[box]\nreset_after = ["gold"]')).reset == frozenset({"gold"})


PROMISE = '[[promise]]\nid = "p"\nof = ["star"]\nwithin = 9\n'
SECOND = """
[[rarity]]
id = "sr"
name = { ja = "SR", en = "SR" }
rate = "0"
[[card]]
id = "sun"
number = 5
rarity = "sr"
name = { ja = "日", en = "Sun" }
"""


def swap(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


STEPS = SMALL.replace("ten = 1600", "ten = [800, 1200, 1600]")
SLOT = '[[ten.slot]]\nnumber = 10\nrates = { ssr = "1" }\n'


def test_a_step_up_has_a_price_and_rules_for_each_ten_pull() -> None:
    banner = read(
        STEPS
        + SLOT
        + "steps = [2, 3]\n"
        + '[[ten.minimum]]\nof = ["ssr"]\nsteps = [1]\n'
        + '[[ten.minimum]]\nof = ["ssr", "r"]\n'
    )
    [ten] = banner.multis
    assert [step.price for step in ten.steps] == [800, 1200, 1600]
    assert [sorted(step.slots) for step in ten.steps] == [[], [10], [10]]
    assert [len(step.minima) for step in ten.steps] == [2, 1, 1]
    assert banner.differs(10) and [ten.next_step(step) for step in range(3)] == [1, 2, 0]
    assert [banner.price(10, step) for step in range(3)] == [800, 1200, 1600]
    assert ten.cost(4, 1) == 1200 + 1600 + 800 + 1200


@pytest.mark.parametrize("repeat", ["all", "last"])
def test_many_ten_pulls_cost_what_each_costs_in_turn(repeat: str) -> None:
    [ten] = read(STEPS + f'[ten]\nrepeat = "{repeat}"\n').multis
    for first in range(3):
        paid, step = 0, first
        for times in range(1, 12):
            paid, step = paid + ten.steps[step].price, ten.next_step(step)
            assert ten.cost(times, first) == paid
    # A rare card's median is paid for without counting to it.
    assert ten.cost(10**11) > 10**12


def test_the_last_step_may_repeat() -> None:
    banner = read(STEPS + '[ten]\nrepeat = "last"\n')
    assert [banner.multis[0].next_step(step) for step in range(3)] == [1, 2, 2]
    assert banner.differs(10)  # in its prices


MULTI = "[[multi]]\nsize = 5\nprice = 500\n"
PACK = MULTI + '[[multi.whole]]\nchance = "1/2"\nrates = { ssr = "1" }\n'
SINGLES = SMALL.replace(", ten = 1600", "")
NO_PRICE = SMALL.replace("price = { one = 160, ten = 1600 }", "")
FLAT = SMALL.replace('ramp = { from = 5, step = "0.2" }', "").replace("ceiling = 8", "")


def test_multi_pulls_of_any_size() -> None:
    banner = read(
        SMALL
        + '[[multi]]\nsize = 20\nprice = [3, 2, 1]\nrepeat = "last"\nfrozen = true\n'
        + '[[multi.minimum]]\nof = ["ssr"]\ncount = 20\nsteps = [2]\n'
        + '[[multi.slot]]\nnumber = 20\nrates = { ssr = "1/2", r = "1/2" }\n'
        + PACK.replace("size = 5", "size = 2")
    )
    assert banner.sizes == (1, 2, 10, 20) and banner.steps == 3
    two, ten, twenty = banner.multis
    assert (two.differs, ten.differs, twenty.differs) == (True, False, True)
    assert two.wholes[0].chance == Fraction(1, 2) and two.wholes[0].rates == (
        Fraction(1),
        Fraction(0),
    )
    assert twenty.is_frozen and not two.is_frozen
    assert [banner.price(size, 2) for size in banner.sizes] == [160, 500, 1600, 1]
    assert [len(step.minima) for step in twenty.steps] == [0, 1, 0]
    assert two.next_step(1) == 1 and twenty.next_step(1) == 2 == twenty.next_step(2)
    assert banner.ways == (1, 2, 20)


def test_ways_to_pull_may_be_left_out() -> None:
    assert read(SINGLES).sizes == (1,) == read(SINGLES).ways
    assert read(NO_PRICE + MULTI).sizes == (5,) == read(NO_PRICE + MULTI).ways
    assert read(SMALL.replace("one = 160, ", "")).sizes == (10,)
    assert read(SMALL + MULTI + "[limit]\nper_day = 7").sizes == (1, 5)
    assert read(NO_PRICE + MULTI).price_one is None and read(NO_PRICE + MULTI).price_each == 100


def test_ten_in_short_is_the_multi_pull_of_ten() -> None:
    rules = '{0}\n[[{1}.minimum]]\nof = ["ssr"]\n[[{1}.slot]]\nnumber = 2\nrates = {{ r = "1" }}\n'
    short = read(SMALL + rules.format("", "ten"))
    long = read(SINGLES + rules.format("[[multi]]\nsize = 10\nprice = 1600", "multi"))
    assert short.multis == long.multis and short.multis[0].steps[0].slots == {
        2: long.multis[0].steps[0].slots[2]
    }


BAD = {
    "no way to pull": (SMALL.replace("one = 160, ten = 1600", ""), "price.one", "[[multi]]"),
    "no price at all": (NO_PRICE, "price", "a table"),
    "rules of ten-pulls alone": (SINGLES + "[ten]", "ten", "without price.ten"),
    "a multi-pull of one": (SMALL + MULTI.replace("5", "1", 1), "multi[1].size", "from 2 to 20"),
    "one of twenty-one": (SMALL + MULTI.replace("5", "21", 1), "multi[1].size", "from 2 to 20"),
    "no size": (SMALL + "[[multi]]\nprice = 1", "multi[1].size", "missing"),
    "no price of a multi-pull": (SMALL + "[[multi]]\nsize = 3", "multi[1].price", "missing"),
    "a negative one": (SMALL + "[[multi]]\nsize = 3\nprice = -1", "multi[1].price", "from 0"),
    "a size twice": (SMALL + MULTI * 2, "multi[2].size", "nor price.ten"),
    "ten twice": (SMALL + MULTI.replace("5", "10", 1), "multi[1].size", "nor price.ten"),
    "six sizes": (
        SMALL + "".join(MULTI.replace("5", f"{size}", 1) for size in range(2, 7)),
        "multi",
        "0 to 4",
    ),
    "six sizes without ten": (
        SINGLES + "".join(MULTI.replace("5", f"{size}", 1) for size in range(2, 8)),
        "multi",
        "0 to 5",
    ),
    "two step-ups": (STEPS + MULTI.replace("500", "[5, 4]"), "multi[1].price", "one step-up"),
    "twenty-one steps": (SMALL + MULTI.replace("500", f"{[1] * 21}"), "multi[1].price", "2 to 20"),
    "a repeat without a step-up": (SMALL + MULTI + 'repeat = "all"', "multi[1].repeat", "in price"),
    "a slot beyond": (
        SMALL + MULTI + SLOT.replace("ten", "multi").replace("10", "6"),
        "multi[1].slot[1].number",
        "from 1 to 5",
    ),
    "more minima than cards": (
        SMALL + MULTI + '[[multi.minimum]]\nof = ["ssr"]\ncount = 3\n' * 2,
        "multi[1].minimum",
        "at most 5",
    ),
    "a minimum beyond": (
        SMALL + MULTI + '[[multi.minimum]]\nof = ["ssr"]\ncount = 6',
        "multi[1].minimum[1].count",
        "from 1 to 5",
    ),
    "slots that cannot keep a minimum": (
        SMALL
        + MULTI.replace("5", "2", 1)
        + '[[multi.minimum]]\nof = ["ssr"]\ncount = 2\n'
        + '[[multi.slot]]\nnumber = 1\nrates = { r = "1" }',
        "multi[1].slot",
        "at least 2 slots that can give ssr",
    ),
    "a whole table that cannot keep a minimum": (
        SMALL + PACK.replace('ssr = "1"', 'r = "1"') + '[[multi.minimum]]\nof = ["ssr"]',
        "multi[1].whole[1].rates",
        "rates that give ssr",
    ),
    "a whole table for nothing": (
        SMALL + PACK.replace("1/2", "0"),
        "multi[1].whole[1].chance",
        "above 0",
    ),
    "whole tables above 1": (
        SMALL + PACK.replace("1/2", "2/3") + PACK.replace("1/2", "1/2")[len(MULTI) :],
        "multi[1].whole[2].chance",
        "at most 1",
    ),
    "whole tables too fine": (
        SMALL + PACK.replace("1/2", "1/99999999999999999989"),
        "multi[1].whole[1].chance",
        "below 2^56",
    ),
    "whole rates that are not": (
        SMALL + PACK.replace('ssr = "1"', 'ssr = "1/2"'),
        "multi[1].whole[1].rates",
        "exactly 1",
    ),
    "a whole without a chance": (
        SMALL + PACK.replace('chance = "1/2"', ""),
        "multi[1].whole[1].chance",
        "missing",
    ),
    "five whole tables": (
        SMALL + PACK.replace("1/2", "1/9") + PACK.replace("1/2", "1/9")[len(MULTI) :] * 4,
        "multi[1].whole",
        "0 to 4 tables [[multi.whole]]",
    ),
    "a whole of ten-pulls in short": (
        SMALL + PACK[len(MULTI) :].replace("multi", "ten"),
        "ten.whole",
        "belongs to [[multi]]",
    ),
    "nothing to freeze": (FLAT + MULTI + "frozen = true", "multi[1].frozen", "no rarity has"),
    "frozen by a word": (SMALL + MULTI + 'frozen = "yes"', "multi[1].frozen", "true or false"),
    "an unknown field of a multi-pull": (SMALL + MULTI + "count = 3", "multi[1].count", "size"),
    "a size elsewhere": ("size = 5\n" + SMALL, "size", "belongs to [[multi]]"),
    "a pack beside box": (BOX + PACK.replace("ssr", "prize"), "multi", "no rules but size"),
    "a multi-pull beside shared": (
        BOX.replace("[box]", "[shared]").replace(", ten = 10", "") + MULTI,
        "multi",
        "beside shared",
    ),
    "a limit below every pull": (
        NO_PRICE + MULTI + "[limit]\nper_day = 4",
        "limit",
        "at least 5, as many as",
    ),
    "prices in turn of no single pull": (
        NO_PRICE + MULTI + "[limit]\nper_day = 9\nprices = [1]",
        "limit.prices",
        "without price.one",
    ),
    "frozen beside box": (BOX + MULTI + "frozen = true", "multi[1].frozen", "no rarity has"),
    "a step-up beside box": (BOX + MULTI.replace("500", "[5, 4]"), "multi", "no rules but size"),
    "a promise that a minimum excludes": (
        SMALL
        + MULTI
        + '[[multi.minimum]]\nof = ["ssr"]\n[[promise]]\nid = "p"\nof = ["ssr", "r"]\nwithin = 9\n'
        + '[[promise]]\nid = "q"\nof = ["cloud"]\nwithin = 9\nat = "r"\n'
        + '[[multi]]\nsize = 3\nprice = 1\n[[multi.minimum]]\nof = ["r", "none"]\n',
        "multi[2].minimum[1].of",
        "some of ssr",
    ),
    "a step-up of one": (SMALL.replace("ten = 1600", "ten = [1600]"), "price.ten", "2 to 20"),
    "a step for nothing": (STEPS.replace("800", "-800"), "price.ten", "from 0"),
    "a step of text": (STEPS.replace("800", '"800"'), "price.ten", "integers from 0"),
    "a step that is not there": (STEPS + SLOT + "steps = [4]", "ten.slot[1].steps", "1 to 3"),
    "a step twice": (STEPS + SLOT + "steps = [2, 2]", "ten.slot[1].steps", "once"),
    "no steps at all": (STEPS + SLOT + "steps = []", "ten.slot[1].steps", "1 to 3"),
    "a slot twice in a step": (STEPS + SLOT * 2 + "steps = [2]", "ten.slot[2].number", "no other"),
    "a repeat without steps": (SMALL + '[ten]\nrepeat = "last"', "ten.repeat", "without steps"),
    "a repeat of the unknown": (STEPS + '[ten]\nrepeat = "first"', "ten.repeat", "all, last"),
    "minima above ten in a step": (
        STEPS + '[ten]\nminimum = [{ of = ["ssr"], count = 6 }, '
        '{ of = ["ssr"], count = 5, steps = [2] }]',
        "ten.minimum",
        "at most ten",
    ),
    "rates above 1 in sum": (swap('"9/10"', '"0.91"'), "rarity.rate", "sum 101/100"),
    "rates below 1 in sum": (swap('"9/10"', '"0.8999"'), "rarity.rate", "exactly 1"),
    "negative rate": (swap('"0.1"', '"-0.1"'), "rarity[1].rate", "from"),
    "rate above 1": (swap('"0.1"', '"1.1"'), "rarity[1].rate", '"1.1"'),
    "float rate": (swap('"0.1"', "0.1"), "rarity[1].rate", "0.1"),
    "rate over zero": (swap('"9/10"', '"9/0"'), "rarity[2].rate", "9/0"),
    "rate in full-width digits": (swap('"0.1"', '"\uff10.1"'), "rarity[1].rate", "string"),
    "rate in scientific notation": (swap('"0.1"', '"1e-1"'), "rarity[1].rate", "string"),
    "endless rate": (swap('"0.1"', '"0.' + "1" * 30 + '"'), "rarity[1].rate", "string"),
    "raised from elsewhere": ('raise_from = "first"\n' + SMALL, "raise_from", "one of last, all"),
    "raised from a list": ('raise_from = ["all"]\n' + SMALL, "raise_from", "one of"),
    "missing rate": (swap('rate = "0.1"', ""), "rarity[1].rate", "missing"),
    "ceiling below the ramp": (swap("ceiling = 8", "ceiling = 4"), "rarity[1].ceiling", "from 5"),
    "ceiling of one": (swap("ceiling = 8", "ceiling = 1"), "rarity[1].ceiling", "from 2"),
    "ramp from one": (swap("from = 5", "from = 1"), "rarity[1].ramp.from", "from 2"),
    "flat ramp": (swap('step = "0.2"', 'step = "0"'), "rarity[1].ramp.step", "above 0"),
    "endless ramp": (
        swap("ceiling = 8", "").replace('step = "0.2"', 'step = "0.0001"'),
        "rarity[1].ramp",
        "by pull 1000",
    ),
    "ramp and table": (
        swap("ceiling = 8", 'table = [[2, "1"]]'),
        "rarity[1].table",
        "either ramp or table",
    ),
    "table not rising": (
        swap('ramp = { from = 5, step = "0.2" }', 'table = [[3, "0.2"], [3, "0.3"]]'),
        "rarity[1].table",
        "from 4",
    ),
    "table of no pairs": (
        swap('ramp = { from = 5, step = "0.2" }', 'table = [["0.2"]]'),
        "rarity[1].table",
        "pair",
    ),
    "empty table": (
        swap('ramp = { from = 5, step = "0.2" }', "table = []"),
        "rarity[1].table",
        "pairs",
    ),
    "ceiling on the last rarity": (
        swap('rate = "9/10"', 'rate = "9/10"\nceiling = 5'),
        "rarity[2].rate",
        "takes the rest",
    ),
    "reset by an unknown rarity": (
        swap("ceiling = 8", 'ceiling = 8\nreset_by = ["ur"]'),
        "rarity[1].reset_by",
        '"ur"',
    ),
    "reset without a count": (
        swap('rate = "9/10"', 'rate = "9/10"\nreset_by = ["ssr"]'),
        "rarity[2].reset_by",
        "where this one has",
    ),
    "a reset that never comes": (
        BOX.replace("[box]", '[box]\nreset_after = ["gold", "tin"]'),
        "box.reset_after",
        "not all cards of refill_after",
    ),
    "a reset after the box is filled by itself": (
        BOX.replace("[box]", '[box]\nrefill_after = ["gold"]\nreset_after = ["prize"]'),
        "box.reset_after",
        "not all cards of refill_after",
    ),
    "a reset after the unknown": (
        BOX.replace("[box]", '[box]\nreset_after = ["silver"]'),
        "box.reset_after",
        "a rarity, a card",
    ),
    "a reset of a word": (
        BOX.replace("[box]", "[box]\nreset_after = true"),
        "box.reset_after",
        "a list of",
    ),
    "a reset without a box": (SMALL + "\n[box]\nreset_after = []", "card[1].stock", "from 1"),
    "no repeats as a word": (
        swap('rate = "9/10"', 'rate = "9/10"\nno_repeats = "yes"'),
        "rarity[2].no_repeats",
        "true or false",
    ),
    "no repeats beside a share": (
        swap("ceiling = 8", "ceiling = 8\nno_repeats = true"),
        "rarity[1].featured",
        "no such table beside no_repeats",
    ),
    "no repeats in a box": (
        BOX.replace("[[rarity]]", "[[rarity]]\nno_repeats = true", 1),
        "rarity[1].no_repeats",
        "only the fields",
    ),
    "no repeats of 65 cards": (
        swap('rate = "9/10"', 'rate = "9/10"\nno_repeats = true')
        + "".join(
            f'[[card]]\nid = "c{n}"\nnumber = {100 + n}\nrarity = "r"\n'
            'name = { ja = "札", en = "C" }\n'
            for n in range(64)
        ),
        "rarity[2].no_repeats",
        "at most 64",
    ),
    "a list of one share": (
        swap('share = "1/2"', 'share = ["1/2"]'),
        "rarity[1].featured.share",
        "2 to 10",
    ),
    "a list of eleven shares": (
        swap('share = "1/2"', f"share = {['1/2'] * 11}"),
        "rarity[1].featured.share",
        "2 to 10",
    ),
    "a share of zero in a list": (
        swap('share = "1/2"', 'share = ["1/2", "0"]'),
        "rarity[1].featured.share",
        "above 0",
    ),
    "a share above 1 in a list": (
        swap('share = "1/2"', 'share = ["1/2", "1.01"]'),
        "rarity[1].featured.share",
        '"1.01"',
    ),
    "a float in a list of shares": (
        swap('share = "1/2"', 'share = ["1/2", 1.0]'),
        "rarity[1].featured.share",
        "from",
    ),
    "a list within a list of shares": (
        swap('share = "1/2"', 'share = ["1/2", ["1/2", "1"]]'),
        "rarity[1].featured.share",
        "from",
    ),
    "shares without others": (
        swap("weight = 2", "featured = true").replace('"1/2"', '["1", "1/2"]'),
        "rarity[1].featured.share",
        "1 where every card",
    ),
    "a share of 1 that a promise does not serve": (
        swap('"1/2", guarantee = 1', '["1/2", "1"], guarantee = 0')
        + '[[promise]]\nid = "p"\nof = ["moon"]\nwithin = 9\n',
        "promise[1].of",
        "its guarantee may demand",
    ),
    "share of zero": (swap('share = "1/2"', 'share = "0"'), "rarity[1].featured.share", "above 0"),
    "share without featured": (
        swap("featured = true", "featured = false"),
        "rarity[1].featured.share",
        "featured card",
    ),
    "share without others": (
        swap("weight = 2", "featured = true"),
        "rarity[1].featured.share",
        "1 where every card",
    ),
    "guarantee after minus one": (
        swap("guarantee = 1", "guarantee = -1"),
        "rarity[1].featured.guarantee",
        "from 0",
    ),
    "empty pool": (swap('rarity = "r"', 'rarity = "ssr"'), "rarity[2].id", "at least one card"),
    "unknown rarity": (swap('rarity = "r"', 'rarity = "ur"'), "card[3].rarity", "ssr, r"),
    "no cards": (SMALL.split("[[card]]")[0], "card", "1 to 1000"),
    "no rarities": (HEAD + REST[REST.index("[[card]]") :], "rarity", "1 to 16"),
    "duplicate card": (swap('id = "moon"', 'id = "star"'), "card[2].id", "no other card"),
    "duplicate number": (swap("number = 64", "number = 0"), "card[2].number", "no other card"),
    "duplicate rarity": (SMALL + TOP, "rarity[3].id", "no other rarity"),
    "rarity named as a card": (swap('id = "moon"', 'id = "r"'), "rarity[2].id", "no card"),
    "negative number": (swap("number = 64", "number = -1"), "card[2].number", "0 to 9999"),
    "bool for a number": (swap("number = 64", "number = true"), "card[2].number", "true"),
    "bool for a price": (swap("one = 160", "one = false"), "price.one", "false"),
    "negative price": (swap("one = 160", "one = -1"), "price.one", "from 0"),
    "huge number": (swap("number = 64", "number = 1" + "0" * 30), "card[2].number", "bits"),
    "huge hexadecimal": (
        swap("number = 64", "number = 0x" + "f" * 9000),
        "card[2].number",
        "an integer of 36000 bits",
    ),
    "integer of 5,000 digits": (swap("number = 64", "number = " + "9" * 5000), "file", "TOML"),
    "weight of zero": (swap("weight = 2", "weight = 0"), "card[2].weight", "from 1"),
    "string for a flag": (swap("featured = true", 'featured = "yes"'), "card[1].featured", "true"),
    "stock outside a box": (swap("weight = 2", "stock = 2"), "card[2].stock", "only the fields"),
    "unknown field": ("colour = 1\n" + SMALL, "colour", "only the fields"),
    "unknown field deep down": (swap("step =", "stop ="), "rarity[1].ramp.step", "missing"),
    "extra field deep down": (swap("from = 5,", "from = 5, to = 9,"), "rarity[1].ramp.to", "9"),
    "bad slug": (swap('id = "moon"', 'id = "Moon Light"'), "card[2].id", "a-z"),
    "long slug": (swap('id = "moon"', f'id = "{"m" * 41}"'), "card[2].id", "1 to 40"),
    "missing language": (swap('ja = "月", ', ""), "card[2].name.ja", "missing"),
    "empty name": (swap('en = "Moon"', 'en = ""'), "card[2].name.en", "1 to 80"),
    "control character": (swap('en = "Moon"', 'en = "Mo\\non"'), "card[2].name.en", "one line"),
    "blank name": (swap('en = "Moon"', 'en = "\u3000 "'), "card[2].name.en", "invisible"),
    "invisible name": (
        swap('en = "Moon"', 'en = "\u3164\u200d\ufe0f"'),
        "card[2].name.en",
        "invisible",
    ),
    "name as a string": (
        swap('name = { ja = "月", en = "Moon" }', 'name = "x"'),
        "card[2].name",
        "table",
    ),
    "cards as a string": ('card = "none"\n' + SMALL.split("[[card]]")[0], "card", "tables"),
    "ends before it starts": (
        "starts = 2026-04-02T00:00:00Z\nends = 2026-04-01T00:00:00Z" + SMALL,
        "ends",
        "after starts",
    ),
    "time without offset": ("starts = 2026-04-02T00:00:00" + SMALL, "starts", "offset"),
    "time as a string": ('ends = "tomorrow"' + SMALL, "ends", "offset"),
    "promise of nothing": (
        SMALL + PROMISE.replace('["star"]', "[]"),
        "promise[1].of",
        "1 to 1000 strings",
    ),
    "promise of the unknown": (
        SMALL + PROMISE.replace("star", "sun"),
        "promise[1].of",
        "a rarity, a card",
    ),
    "promise of no featured": (
        SMALL + PROMISE.replace("star", "r.featured"),
        "promise[1].of",
        "where it has featured",
    ),
    "promise of a number": (SMALL + PROMISE.replace('["star"]', "[1]"), "promise[1].of", "strings"),
    "promise counts another rarity": (
        SMALL + PROMISE + 'counts = "r"',
        "promise[1].counts",
        "the one rarity",
    ),
    "promise at an unknown rarity": (SMALL + PROMISE + 'at = "ur"', "promise[1].at", "the one"),
    "promise counts and at differ": (
        SMALL + PROMISE + 'counts = "ssr"\nat = "r"',
        "promise[1].at",
        '"r"',
    ),
    "promise against the guarantee": (
        SMALL + PROMISE.replace("star", "moon"),
        "promise[1].of",
        "a featured card of ssr",
    ),
    "promise below a ceiling": (
        SMALL + PROMISE.replace("star", "cloud"),
        "promise[1].of",
        "also cards of ssr",
    ),
    "promises at odds": (
        SMALL + PROMISE + PROMISE.replace('"p"', '"q"').replace('"star"', '"cloud", "star"')
        + PROMISE.replace('"p"', '"o"').replace('"star"', '"ssr"'),
        "promise[3].of",
        "around them",
    ),
    "duplicate promise": (SMALL + PROMISE + PROMISE, "promise[2].id", "no other promise"),
    "promise against a minimum": (
        SMALL.replace("ceiling = 8", "").replace('ramp = { from = 5, step = "0.2" }', "")
        + PROMISE
        + '[ten]\nminimum = [{ of = ["r"] }]',
        "promise[1].of",
        "at least one",
    ),
    "minimum of the unknown": (
        SMALL + '[ten]\nminimum = [{ of = ["ur"] }]',
        "ten.minimum[1].of",
        "ssr, r",
    ),
    "minimum below a ceiling": (
        SMALL + '[ten]\nminimum = [{ of = ["r"] }]',
        "ten.minimum[1].of",
        "also cards of ssr",
    ),
    "minima above ten": (
        SMALL + '[ten]\nminimum = [{ of = ["ssr"], count = 6 }, { of = ["ssr"], count = 5 }]',
        "ten.minimum",
        "at most ten",
    ),
    "slot of eleven": (
        SMALL + '[ten]\nslot = [{ number = 11, rates = { ssr = "1" } }]',
        "ten.slot[1].number",
        "1 to 10",
    ),
    "slot twice": (
        SMALL + '[ten]\nslot = [{number = 9, rates = {r = "1"}}, {number = 9, rates = {r = "1"}}]',
        "ten.slot[2].number",
        "no other",
    ),
    "slot's rates below 1": (
        SMALL + '[ten]\nslot = [{ number = 9, rates = { ssr = "0.9" } }]',
        "ten.slot[1].rates",
        "sum 9/10",
    ),
    "slot of an unknown rarity": (
        SMALL + '[ten]\nslot = [{ number = 9, rates = { ur = "1" } }]',
        "ten.slot[1].rates.ur",
        "only the fields",
    ),
    "exchange for free": (SMALL + "[exchange]\nprice = 0", "exchange.price", "from 1"),
    "exchange of nothing": (
        BOX + "[exchange]\nprice = 5",
        "exchange.of",
        "missing; allowed: some cards",
    ),
    "stock below zero": (BOX.replace("stock = 9", "stock = -1"), "card[2].stock", "from 1"),
    "stock missing": (BOX.replace("stock = 9", ""), "card[2].stock", "missing"),
    "rate in a box": (
        BOX.replace('name = { ja = "賞", en = "Prize" }', 'name={ja="賞",en="P"}\nrate="1"'),
        "rarity[1].rate",
        "only the fields",
    ),
    "promise beside a box": (BOX + PROMISE.replace("star", "gold"), "promise", "beside box"),
    "ten rules beside a box": (BOX + '[ten]\nminimum = [{ of = ["prize"] }]', "ten", "beside box"),
    "step-up box": (BOX.replace("ten = 10", "ten = [10, 9]"), "price.ten", "beside box"),
    "carried box": (
        "carry_over = true" + BOX.replace('"box"', '"lots"', 1),
        "carry_over",
        "belongs to one banner",
    ),
    "box refilled after the unknown": (
        BOX.replace("[box]", '[box]\nrefill_after = ["silver"]'),
        "box.refill_after",
        "a card",
    ),
    "denominators too large": (
        SMALL.replace('"0.1"', '"1/1000003"').replace('"9/10"', '"1000002/1000003"')
        .replace('"0.2"', '"1/999983"').replace('"1/2"', '"1/1000033"'),
        "rarity",
        "below 2^56",
    ),
}  # fmt: skip


@over("case", BAD)
def test_refuses(case: str) -> None:
    text, field, words = BAD[case]
    with pytest.raises(BannerError) as refused:
        read(text)
    assert refused.value.field == field
    line, column = refused.value.place or (0, 0)
    assert 1 <= line <= text.count("\n") + 1 and column >= 1
    where = f"small.toml:{line}:{column}: {field}"
    assert str(refused.value).startswith((f"{where}: ", f"{where} is "))
    assert words in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SMALL.encode("utf-16"), "UTF-8"),
        (SMALL.encode("shift_jis"), "UTF-8"),
        (b"\0" * 100, "TOML"),
        (b"x = " + b"[" * 100_000, "TOML"),
        (b"# " + b"x" * 10_000_000, f"at most {MAX_FILE_BYTES} bytes"),
        (b"", "1 to 40"),
    ],
    ids=["utf-16", "shift_jis", "zeros", "deep", "10 MB", "empty"],
)
def test_refuses_bytes(data: bytes, words: str) -> None:
    with pytest.raises(BannerError, match=re.escape(words)):
        parse(data, "small.toml")


def test_both_documents_show_the_same_snippets_and_they_are_read() -> None:
    english, japanese = (
        re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / name).read_text("utf-8"), re.DOTALL)
        for name in ("banner-format.md", "banner-format.ja.md")
    )
    assert english == japanese and len(english) == 21
    whole = {
        "genshin": english[0],
        "genshin-radiance": english[1],
        "genshin-weapon": english[2],
        "blue-archive": english[4],
        "uma-musume": english[5],
        "fgo": english[6],
        "fire-emblem-heroes": english[7],
        "endfield": english[8],
        "step-up": english[9],
        "departure-warp": english[10],
        "omikuji": english[12],
        "lottery-box": english[14],
        "festival-box": english[20],
    }
    for name, snippet in whole.items():  # each is a part of the file that the tests measure
        told = tomllib.loads((ROOT / "tests" / "banners" / f"{name}.toml").read_text("utf-8"))
        assert is_part(tomllib.loads(snippet), told), name
    files = ("IRON_CROWN", "URGENT", "KEEPERS", "DAILY", "KEION")
    for name, snippet in zip(files, english[15:20], strict=True):
        shown = tomllib.loads(snippet)
        for rarity in shown.get("rarity", ()):  # which a reader sees named
            del rarity["name"]
        assert is_part(shown, tomllib.loads(getattr(test_published_rules, name))), name


def is_part(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        return all(key in whole and is_part(value, whole[key]) for key, value in part.items())
    if isinstance(part, list) and part and isinstance(part[0], dict):
        return all(any(is_part(one, other) for other in whole) for one in part)
    return bool(part == whole)
