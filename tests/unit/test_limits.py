"""Limits for each player: the file, what is left, the server's day, and what a press is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import rules as rules_in_words
from gacha import banner, engine, fairness, features, odds, player, pulling, rules
from gacha.banner import Banner
from gacha.days import Clock
from gacha.errors import BannerError, OddsError
from gacha.game import Offer
from gacha.odds import __main__ as command_line
from tests.over import over
from tests.unit import test_engine

PLAIN = """
{top}
id = "once"
kind = "sort"
name = {{ ja = "一", en = "One" }}
price = {{ one = 90, ten = 900 }}
{tables}
[[rarity]]
id = "a"
name = {{ ja = "上", en = "A" }}
rate = "1/10"
ceiling = 300
[[rarity]]
id = "b"
name = {{ ja = "下", en = "B" }}
rate = "9/10"
[[card]]
id = "top"
number = 0
rarity = "a"
name = {{ ja = "上の札", en = "Top" }}
[[card]]
id = "low"
number = 1
rarity = "b"
name = {{ ja = "下の札", en = "Low" }}
"""


def of(tables: str, top: str = "") -> Banner:
    return banner.parse(PLAIN.format(top=top, tables=tables).encode(), "limits.toml")


# --- the file -------------------------------------------------------------------------------------


@over(
    ("limit", "words"),
    [
        ("", "limit.total is missing"),
        ("total = 0", "limit.total: 0"),
        ("total = 10001", "limit.total: 10001"),
        ("total = true", "limit.total: true"),
        ('total = "20"', 'limit.total: "20"'),
        ("per_day = 0", "limit.per_day: 0"),
        ("per_day = 101", "limit.per_day: 101"),
        (
            "total = 5\nper_day = 6",
            "limit.per_day: 6 is not allowed; allowed: an integer from 1 to 5",
        ),
        ("prices = [0]", "limit.total is missing"),
        ("per_day = 2\nprices = []", "limit.prices: []"),
        (
            "per_day = 2\nprices = [0, 1, 2]",
            "limit.prices: [0, 1, 2] is not allowed; allowed: a list of 1 to 2",
        ),
        (
            "total = 2\nprices = [0, 1, 2]",
            "limit.prices: [0, 1, 2] is not allowed; allowed: a list of 1 to 2",
        ),
        (f"total = 900\nprices = {[1] * 101}", "allowed: a list of 1 to 100 integers"),
        ("per_day = 2\nprices = [-1]", "limit.prices: -1"),
        ("per_day = 2\nprices = [1000000001]", "limit.prices: 1000000001"),
        ("per_day = 2\nprices = 5", "limit.prices: 5"),
        ("per_day = 2\nsize = 5", "limit.size: 5"),
        ("per_day = 2\nfrom = 5", "limit.from: 5"),
    ],
)
def test_each_field_has_bounds(limit: str, words: str) -> None:
    with pytest.raises(BannerError) as refused:
        of(f"[limit]\n{limit}")
    assert words in str(refused.value)


@over(
    "limit",
    [
        "total = 1",
        "total = 10000",
        "per_day = 1",
        "per_day = 100",
        "total = 5\nper_day = 5\nprices = [0, 0, 0, 0, 1000000000]",
        f"per_day = 100\nprices = {[7] * 100}",
    ],
)
def test_each_bound_itself_is_allowed(limit: str) -> None:
    assert of(f"[limit]\n{limit}").limit is not None


PROMISE = '[[promise]]\nid = "p"\nof = ["a"]\nwithin = {within}\n'


def test_what_contradicts_a_limit_is_refused_by_name() -> None:
    with pytest.raises(
        BannerError, match=r"limit: a rule is not allowed; allowed: no such field beside carry_over"
    ):
        of("[limit]\ntotal = 20", top="carry_over = true")
    with pytest.raises(
        BannerError, match=r"promise\[1\].within: 21 is not allowed; allowed: at most 20, the limit"
    ):
        of("[limit]\ntotal = 20\n" + PROMISE.format(within=21))
    of("[limit]\ntotal = 20\n" + PROMISE.format(within=20))
    of("[limit]\nper_day = 2\n" + PROMISE.format(within=21))  # it goes on the next day


def test_a_multi_pull_that_the_limit_never_allows_is_not_sold() -> None:
    assert of("[limit]\ntotal = 10").sizes == (1, 10)
    assert of("[limit]\ntotal = 9").sizes == (1,)
    assert of("[limit]\nper_day = 9\ntotal = 90").sizes == (1,)


# --- pulls ----------------------------------------------------------------------------------------

SEED = fairness.server_seed(b"a secret", "1@2", 0)
TOKYO = ZoneInfo("Asia/Tokyo")


def newcomer() -> player.Player:
    made = player.newcomer("1@2", "2", 0, fairness.commitment(SEED))
    return replace(made, balance=10**9)


def at(moment: datetime, number: int = 0) -> str:
    """An interaction of that moment."""
    return str(((round(moment.timestamp() * 1000) - 1_420_070_400_000) << 22) + number)


def press(
    current: player.Player, from_: Banner, count: int, moment: datetime, clock: Clock
) -> pulling.Pull | pulling.Refusal:
    offer = Offer(from_.id, from_.hash)
    return pulling.pull(current, from_, offer, count, at(moment), SEED, "mine", clock)


def after(
    current: player.Player, from_: Banner, count: int, moment: datetime, clock: Clock
) -> player.Player:
    pull = press(current, from_, count, moment, clock)
    assert isinstance(pull, pulling.Pull), pull
    return pull.after


def refusal(*arguments: Any) -> pulling.Refusal:
    refused = press(*arguments)
    assert isinstance(refused, pulling.Refusal), refused
    return refused


NOON = datetime(2026, 11, 29, 12, tzinfo=TOKYO)
MIDNIGHT = datetime(2026, 11, 30, tzinfo=TOKYO)
CLOCK = Clock("Asia/Tokyo")


def test_a_total_is_for_ever_and_a_multi_pull_is_refused_whole() -> None:
    twelve = of("[limit]\ntotal = 12")
    current = after(newcomer(), twelve, 1, NOON, CLOCK)
    current = after(current, twelve, 10, NOON, CLOCK)
    refused = refusal(current, twelve, 10, NOON, CLOCK)
    assert (refused.sentence, refused.values["left"], refused.values["total"]) == (
        *("limit_left", 1),
        12,
    )
    current = after(current, twelve, 1, NOON, CLOCK)
    years = NOON + timedelta(days=4000)
    for moment in (NOON, years):
        assert refusal(current, twelve, 1, moment, CLOCK).sentence == "limit_reached"
    # Another version leaves more; a lower one leaves nothing, and breaks nothing.
    assert press(current, of("[limit]\ntotal = 13"), 1, NOON, CLOCK) is not None
    assert refusal(current, of("[limit]\ntotal = 3"), 1, NOON, CLOCK).sentence == "limit_reached"


def test_a_day_has_so_many_and_the_next_begins_at_the_servers_hour() -> None:
    three = of("[limit]\nper_day = 3")
    clock = Clock("Asia/Tokyo", 5)
    current = newcomer()
    for _ in range(3):
        current = after(current, three, 1, NOON, clock)
    refused = refusal(current, three, 1, NOON, clock)
    five = datetime(2026, 11, 30, 5, tzinfo=TOKYO)
    assert refused.sentence == "limit_reached_today"
    assert refused.values["next"] == five.timestamp()
    assert refusal(current, three, 1, five - timedelta(milliseconds=1), clock).values["left"] == 0
    current = after(current, three, 1, five, clock)
    assert current.states["once"]["limit"] == {"all": 4, "day": 20_787, "today": 1}


def test_what_is_left_of_a_day_and_what_a_day_never_has_are_told_apart() -> None:
    twelve, nine = of("[limit]\nper_day = 12"), of("[limit]\nper_day = 9")
    current = after(newcomer(), twelve, 10, NOON, CLOCK)
    refused = refusal(current, twelve, 10, NOON, CLOCK)
    assert (refused.sentence, refused.values["left"]) == ("limit_left_today", 2)
    assert refused.values["next"] == MIDNIGHT.timestamp()
    assert refusal(newcomer(), nine, 10, NOON, CLOCK).sentence == "limit_of_day"
    both = of("[limit]\ntotal = 12\nper_day = 11")  # what is left in all is the less of the two
    current = after(newcomer(), both, 10, NOON, CLOCK)
    tomorrow = NOON + timedelta(days=1)
    assert refusal(current, both, 10, tomorrow, CLOCK).sentence == "limit_left"
    assert refusal(current, both, 10, NOON, CLOCK).sentence == "limit_left"


def test_prices_are_those_of_the_turn() -> None:
    daily = of("[limit]\nper_day = 12\nprices = [0, 50]")
    current, paid = newcomer(), []
    for moment in (NOON, NOON, NOON, MIDNIGHT, MIDNIGHT):
        pull = press(current, daily, 1, moment, CLOCK)
        assert isinstance(pull, pulling.Pull)
        paid.append(pull.receipt["price"])
        assert pull.after.balance == current.balance - paid[-1]
        current = pull.after
    assert paid == [0, 50, 90, 0, 50]
    # A multi-pull has its own price, and takes as many turns as it has cards.
    first = of("[limit]\ntotal = 13\nprices = [0, 50, 60, 1, 2, 3, 4, 5, 6, 7, 8, 9]")
    current = after(newcomer(), first, 10, NOON, CLOCK)
    assert current.balance == 10**9 - 900
    for price in (8, 9, 90):
        pull = press(current, first, 1, NOON, CLOCK)
        assert isinstance(pull, pulling.Pull) and pull.receipt["price"] == price
        current = pull.after


def test_a_free_pull_costs_nothing_of_somebody_who_has_nothing() -> None:
    daily = of("[limit]\nper_day = 2\nprices = [0]")
    poor = replace(newcomer(), balance=0)
    current = after(poor, daily, 1, NOON, CLOCK)
    assert current.balance == 0
    assert refusal(current, daily, 1, NOON, CLOCK).sentence == "cannot_pay"


def test_a_pull_of_before_midnight_that_is_drawn_after_one_of_the_new_day_counts_for_that() -> None:
    one = of("[limit]\nper_day = 2")
    late = MIDNIGHT - timedelta(seconds=1)
    current = after(newcomer(), one, 1, MIDNIGHT, CLOCK)
    current = after(current, one, 1, late, CLOCK)
    assert current.states["once"]["limit"] == {"all": 2, "day": 20_787, "today": 2}
    assert refusal(current, one, 1, MIDNIGHT, CLOCK).sentence == "limit_reached_today"


def test_a_clock_that_is_changed_at_midnight_brings_no_day_back() -> None:
    """From Tokyo to Los Angeles, 17 hours behind, in the very second of midnight: the day that was
    is not begun anew, and the next one begins when Los Angeles comes to it."""
    one = of("[limit]\nper_day = 1")
    back = Clock("America/Los_Angeles", 0, round(MIDNIGHT.timestamp() * 1000))
    current = after(newcomer(), one, 1, MIDNIGHT, CLOCK)
    for moment in (MIDNIGHT, MIDNIGHT + timedelta(hours=17, minutes=1)):
        refused = refusal(current, one, 1, moment, back)
        there = datetime(2026, 12, 1, tzinfo=ZoneInfo("America/Los_Angeles"))
        assert (refused.sentence, refused.values["next"]) == (
            *("limit_reached_today",),
            there.timestamp(),
        )
    after(current, one, 1, there, back)
    # Forward: the new day counts at once, and it is only one.
    ahead = Clock("Pacific/Kiritimati", 0, round(NOON.timestamp() * 1000))
    evening = NOON.replace(hour=23)
    current = after(newcomer(), one, 1, evening, CLOCK)
    current = after(current, one, 1, evening, ahead)
    assert refusal(current, one, 1, MIDNIGHT, CLOCK).sentence == "limit_reached_today"


@over(
    ("day", "hours"),
    [((2026, 3, 8), 23), ((2026, 11, 1), 25), ((2026, 6, 1), 24)],
)
def test_a_day_of_daylight_saving_time_has_its_own_length(
    day: tuple[int, int, int], hours: int
) -> None:
    one, zone = of("[limit]\nper_day = 1"), ZoneInfo("America/New_York")
    clock = Clock("America/New_York")
    begins = datetime(*day, tzinfo=zone).astimezone(UTC)
    current = after(newcomer(), one, 1, begins, clock)
    ends = begins + timedelta(hours=hours)
    assert refusal(current, one, 1, ends - timedelta(seconds=1), clock).values["next"] == (
        ends.timestamp()
    )
    after(current, one, 1, ends, clock)


class Model:
    """A second account of the rule, from the times and counts of pulls alone."""

    def __init__(self, total: int | None, per_day: int | None) -> None:
        self.total, self.per_day = total, per_day
        self.pulls: list[tuple[int, int]] = []

    def takes(self, count: int, day: int) -> bool:
        day = max([day, *(each for each, _ in self.pulls)])
        in_all = sum(n for _, n in self.pulls)
        today = sum(n for each, n in self.pulls if each == day)
        fits = (self.total is None or in_all + count <= self.total) and (
            self.per_day is None or today + count <= self.per_day
        )
        if fits:
            self.pulls.append((day, count))
        return fits


CLOCKS = [CLOCK, Clock("America/New_York", 3), Clock("Pacific/Apia", 6), Clock("Etc/GMT+12")]
presses = st.lists(
    st.tuples(st.sampled_from([1, 1, 1, 10]), st.integers(-3, 40), st.sampled_from(CLOCKS)),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    st.none() | st.integers(1, 30),
    st.integers(1, 12),
    presses,
    st.lists(st.integers(0, 99), max_size=3),
)
def test_no_row_of_presses_has_more_than_the_limit(
    total: int | None, per_day: int, rows: Sequence[tuple[int, int, Clock]], prices: list[int]
) -> None:
    """Whatever the times (some back), whatever becomes of the clock: the model and pulls agree."""
    per_day = min(per_day, total or per_day)
    given = f"per_day = {per_day}\n" + (f"total = {total}\n" if total else "")
    if prices := prices[: min(per_day, total or 100)]:
        given += f"prices = {prices}\n"
    limited = of(f"[limit]\n{given}")
    model, current, moment = Model(total, per_day), newcomer(), NOON
    for count, hours, clock in rows:
        moment += timedelta(hours=hours)
        day = clock.day_of(round(moment.timestamp() * 1000)).toordinal() - 719_163
        pull = press(current, limited, count, moment, clock)
        assert model.takes(count, day) is isinstance(pull, pulling.Pull)
        if isinstance(pull, pulling.Pull):
            today = sum(n for each, n in model.pulls[:-1] if each == model.pulls[-1][0])
            turn = [*prices, 90, *[90] * 100][today]
            assert pull.receipt["price"] == (turn if count == 1 else 900)
            current = pull.after


def test_a_banner_without_a_limit_counts_nothing() -> None:
    plain = of("")
    current = after(newcomer(), plain, 10, NOON, CLOCK)
    assert "limit" not in current.states["once"]
    state = engine.State.from_dict(plain, {"limit": {"all": 5, "day": 1, "today": 1}})
    assert state == engine.start(plain) and engine.left(plain, state) is None


# --- odds -----------------------------------------------------------------------------------------


def unmet(of_: Banner, pulls: int, count: int = 1) -> Fraction:
    """The probability of no card of the highest rarity in so many pulls, by every way there is."""
    ways = {engine.position(of_, engine.start(of_)): Fraction(1)}
    for number in range(pulls):
        following: dict[engine.Position, Fraction] = {}
        for place, chance in ways.items():
            here = engine.open_multi(of_, place, count) if number % count == 0 else place
            for card, part in engine.row(of_, here):
                if card.rarity != of_.rarities[0].id:
                    there = engine.after(of_, here, card)
                    following[there] = following.get(there, Fraction(0)) + chance * part
        ways = following
    return sum(ways.values(), Fraction(0))


def test_odds_are_as_without_a_limit_and_end_with_it() -> None:
    """0.9 ^ n by hand; beyond what is left a ceiling of 300 does not help."""
    limited, plain = of("[limit]\ntotal = 20\nper_day = 3"), of("")
    found, without = odds.report(limited), odds.report(plain)
    for key in ("a", "b"):
        mine, other = found.rarities[key], without.rarities[key]
        assert (mine.rate, mine.next) == (other.rate, other.next)
        assert (mine.first.expected, mine.first.expected_cost) == (
            *(other.first.expected, other.first.expected_cost),
        )
    assert found.rarities["a"].in_limit == 1 - Fraction(9, 10) ** 20 == 1 - unmet(limited, 20)
    assert without.rarities["a"].in_limit is None
    # Further than 99 % of players need to go, where a distribution ends otherwise.
    far = banner.parse(
        PLAIN.format(top="", tables="[limit]\ntotal = 100").replace("ceiling = 300\n", "").encode(),
        "limits.toml",
    )
    assert odds.report(far).rarities["a"].in_limit == 1 - Fraction(9, 10) ** 100
    state = engine.State.from_dict(limited, {"limit": {"all": 18}})
    assert odds.report(limited, state).rarities["a"].in_limit == Fraction(19, 100)
    over_it = engine.State.from_dict(limited, {"limit": {"all": 25}})
    assert odds.report(limited, over_it).rarities["a"].in_limit == 0
    assert odds.report(limited, state, 10).rarities["a"].in_limit == 0  # no ten-pull is left
    figures = command_line.to_json(limited, engine.start(limited), {1: found})
    assert figures["limit"] == {"total": 20, "per_day": 3, "left": 20}
    distribution: Any = figures["distribution"]
    assert len(distribution) == 20
    remainder: Any = figures["distribution_remainder"]
    assert Fraction(remainder["fraction"]) == Fraction(9, 10) ** 20


@settings(max_examples=25, deadline=None)
@given(test_engine.banners())
def test_the_chance_within_a_limit_is_that_of_every_way_there_is(banner_: Banner) -> None:
    total = None if banner_.limit is None else banner_.limit.total
    if total is None or len(banner_.rarities) > 3:
        return
    try:
        found = odds.report(banner_).rarities[banner_.rarities[0].id]
    except OddsError:
        return
    assert found.in_limit == 1 - unmet(banner_, total)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.integers(0, 15))
@settings(max_examples=6, deadline=None)
def test_the_mean_price_has_each_price_in_turn(prices: list[int], used: int) -> None:
    given_prices = prices[:]
    limited = of(f"[limit]\ntotal = 400\nprices = {given_prices}")
    state = engine.State.from_dict(limited, {"limit": {"all": used}})
    until = odds.first(limited, frozenset({"top"}), state)
    certain = 300
    in_turn = [*given_prices[used:], *[90] * certain][:certain]
    paid = sum(price * unmet_by_hand(n) for n, price in enumerate(in_turn))
    assert until.expected_cost == paid
    daily = of(f"[limit]\nper_day = 100\nprices = {given_prices}")
    assert odds.first(daily, frozenset({"top"})).expected_cost == 90 * sum(
        unmet_by_hand(n) for n in range(certain)
    )


def unmet_by_hand(pulls: int) -> Fraction:
    return Fraction(9, 10) ** pulls


# --- in words -------------------------------------------------------------------------------------


PACKS: Final = """
[[multi]]
size = 5
price = 500
[limit]
total = 10
"""


def test_a_limit_of_packs_says_how_many_these_are() -> None:
    alone = PLAIN.replace("{{ one = 90, ten = 900 }}", "{{}}").replace("{tables}", PACKS)
    packs = banner.parse(alone.format(top="").encode(), "packs.toml")
    (rule, *_), (feature, *_) = rules.rules(packs), features.of(packs)
    assert rule == {"kind": "rule_limit", "total": 10, "packs": 2}
    assert feature == {"kind": "limit", "total": 10, "packs": 2}
    assert "カード 10 枚（2 回）" in rules_in_words.rule(rule, "ja")
    assert "10 cards (2 pulls)" in rules_in_words.rule(rule, "en")
    standing = rules.standing(packs, engine.start(packs))
    assert "10／10 枚" in rules_in_words.rule(standing[0], "ja")


def test_what_is_left_comes_first_among_the_rules() -> None:
    limited = of("[limit]\ntotal = 20\nper_day = 3\nprices = [0, 50]")
    stored = {"limit": {"all": 18, "day": 5, "today": 1}}
    standing = rules.standing(limited, engine.State.from_dict(limited, stored))
    assert standing[:3] == [
        {"kind": "limit_today", "left": 2, "per_day": 3},
        {"kind": "limit", "left": 2, "total": 20},
        {"kind": "next_price", "price": 50},
    ]
    assert rules.rules(limited)[:3] == [
        {"kind": "rule_limit", "total": 20},
        {"kind": "rule_limit_day", "per_day": 3},
        {"kind": "rule_prices_day_last", "prices": [0, 50, 90]},
    ]


SURE = '[[ten.slot]]\nnumber = 10\nrates = { a = "1" }\n[[ten.minimum]]\nof = ["a"]\ncount = 2\n'


def told(of: Banner, used: int) -> set[str]:
    state = engine.State.from_dict(of, {"limit": {"all": used}, "points": 0})
    return {each["kind"] for each in rules.standing(of, state)}


def test_nothing_is_promised_of_a_ten_pull_that_nobody_can_make_any_more() -> None:
    slot = of(f"{SURE}[limit]\ntotal = 12\n")
    assert {"slots", "minimum"} <= told(slot, 2)
    assert not {"slots", "minimum"} & told(slot, 3)
    steps = PLAIN.replace("ten = 900", "ten = [800, 900]")
    step_up = banner.parse(steps.format(top="", tables="[limit]\ntotal = 12\n").encode(), "x")
    assert "step" in told(step_up, 2) and "step" not in told(step_up, 3)
    # A day that leaves fewer than ten never sells one; one that is used up for now is another.
    kinds = {each["kind"] for each in rules.rules(of(f"{SURE}[limit]\nper_day = 9\n"))}
    assert not {"rule_slots", "rule_minimum"} & kinds and "rule_limit_day" in kinds
    day = of(f"{SURE}[limit]\nper_day = 10\n")
    state = engine.State.from_dict(day, {"limit": {"all": 10, "day": 3, "today": 10}, "points": 0})
    assert "slots" in {each["kind"] for each in rules.standing(day, state)}
