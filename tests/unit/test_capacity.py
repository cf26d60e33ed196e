"""Where the system ends: the table of limits, and the simulation that it is checked by."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

import pytest

from scripts import capacity, cost, flow
from scripts.cost import PHASES

TABLE: Final = capacity.quotas()
FREE: Final = (1e9, 1e9)


def loaded(phase: str, players: int, peak: int = 10) -> capacity.Load:
    return capacity.asked(phase, players, Fraction(peak), Fraction(1))


def wide() -> flow.Limits:
    """Limits that nothing meets."""
    units = dict.fromkeys(flow.KINDS, 1.0)
    return flow.Limits(
        api=FREE,
        concurrency=10**9,
        scaling=FREE,
        start_standard=FREE,
        start_express=FREE,
        transitions=FREE,
        places={"table": (1e9, 1e9, units)},
        void={"table": 1.0},
        conflicts=10,
    )


def run(limits: flow.Limits, load: flow.Load, seed: int = 1) -> flow.Found:
    return flow.Simulation(limits, flow.Times(), seed).run(load)


def test_every_phase_carries_its_own_load() -> None:
    """And what it carries first ends where the table says, by an evening's margin."""
    for phase, of in PHASES.items():
        found = capacity.limits(cost.settings(phase, {}), loaded(phase, of.users), TABLE)
        assert all(limit.used < Fraction(1, 2) for limit in found), (phase, found[0])


def test_twice_the_players_use_twice_as_much_of_every_limit() -> None:
    template = cost.settings("large", {})
    one, two = (
        {limit.what: limit for limit in capacity.limits(template, loaded("large", n), TABLE)}
        for n in (50_000, 100_000)
    )
    assert {what: limit.used for what, limit in two.items()} == {
        what: 2 * limit.used for what, limit in one.items()
    }


def test_one_box_and_one_servers_items_end_where_their_figures_say() -> None:
    """Each is one key: six draws, 1,000 writes and 3,000 reads a second, of the largest server."""
    template = cost.settings("large", {})
    for largest in (Fraction(1), Fraction(1, 10)):
        load = capacity.asked("large", 50_000, Fraction(10), largest)
        found = {each.what: each for each in capacity.limits(template, load, TABLE)}
        rates = load.rates
        draws = rates[flow.PULL] * load.usage.shared * largest
        assert found["draws from one shared box"].used == draws / 6
        newcomers = (rates[flow.PULL] + rates[flow.CHANGE]) * largest
        assert found["nobody but new players of one server"].used == newcomers / 1000
        units = rates[flow.PULL] + 2 * rates[flow.CHANGE] + 3 * rates[flow.READ]
        assert found["the largest server's settings"].used == units * largest / 3000
    nobody = replace(load, usage=replace(load.usage, shared=Fraction(0)))
    assert "draws from one shared box" not in {
        each.what for each in capacity.limits(template, nobody, TABLE)
    }


def outcomes_at_random_limits(seed: int) -> set[str]:
    """The outcomes that runs at limits that all bite end in; nothing is lost in any of them."""
    rng = random.Random(seed)
    met = set[str]()
    for number in range(30):
        limits = replace(
            wide(),
            api=(rng.choice([20, 1e9]), 20),
            concurrency=rng.choice([3, 12, 10**9]),
            scaling=(rng.choice([1, 1e9]), rng.choice([1, 1e9])),
            start_standard=(rng.choice([15, 1e9]), 10),
            transitions=(rng.choice([0.5, 20, 1e9]), 10),
            places={"table": (rng.choice([0.05, 30, 1e9]), 3, dict.fromkeys(flow.KINDS, 1.0))},
        )
        reads = rng.choice([0, 10])
        load = flow.Load({flow.PULL: 20, flow.CHANGE: 10, flow.READ: reads}, 10, presses=30)
        found = run(limits, load, seed + number)
        told = found.outcomes[flow.SHOWN] + found.outcomes[flow.LATE]
        assert found.recorded == told if not reads else found.recorded <= told
        assert found.outcomes[flow.SHOWN] == len(found.seconds)
        assert found.commands - found.outcomes[flow.SHOWN] == found.reasons.total()
        assert 200 < found.commands < 600
        met |= set(found.outcomes)
    return met


def test_every_command_ends_in_one_outcome_and_what_is_recorded_is_told() -> None:
    every = {flow.SHOWN, flow.LATE, flow.REFUSED, flow.UNANSWERED, flow.VOIDED, flow.UNCLEAR}
    assert outcomes_at_random_limits(7) == every
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    assert outcomes_at_random_limits(seed) <= every


def test_the_same_seed_is_the_same_run() -> None:
    load = flow.Load({flow.PULL: 20.0}, 20)
    limits = replace(wide(), concurrency=4)
    first, again, other = (run(limits, load, seed) for seed in (5, 5, 6))
    assert (first.outcomes, first.seconds) == (again.outcomes, again.seconds)
    assert first.seconds != other.seconds


def test_the_simulation_ends_where_the_table_says() -> None:
    """The first limit of AWS's: below it all are shown, above it as many as it lets through."""
    template = capacity.bounded_by_aws("large", TABLE)
    users = PHASES["large"].users
    # Draws from one box wait for each other, which 0049 simulates by itself.
    aside = ("the brake", "Lambda, in a new account (10)", "draws from one shared box")
    first = next(
        limit
        for limit in capacity.limits(template, loaded("large", users), TABLE)
        if not limit.what.startswith(aside)
    )
    assert first.what == "StartExecution, Standard"
    ends = users / first.used
    load = loaded("large", int(ends * Fraction(9, 10)))
    below = capacity.simulated(template, load, TABLE, seed=1, seconds=40)
    assert below.outcomes[flow.SHOWN] == below.commands
    load = loaded("large", int(ends * 2))
    above = capacity.simulated(template, load, TABLE, seed=1, seconds=40)
    changing = 1 - load.shares[flow.READ]
    assert set(above.reasons) == {"StartExecution"}
    refused = Fraction(above.outcomes[flow.REFUSED], above.commands) / changing
    burst = Fraction(TABLE["start_standard"].burst, TABLE["start_standard"].rate)
    passes = (1 + burst / 40) / 2
    assert abs(refused - (1 - passes)) < Fraction(1, 50)


def test_a_pull_takes_of_the_limits_what_the_workflow_has() -> None:
    """One pull of a quiet stack: three states, its units, and the time of its steps."""
    limits = replace(wide(), transitions=(1.0, 3.0))
    found = run(limits, flow.Load({}, 1, presses=1))
    assert found.outcomes == {flow.SHOWN: 1}
    assert found.seconds[0] == pytest.approx(0.01 + 2 * 0.15 + 0.02 + 3 * 0.3)
    limits = replace(wide(), transitions=(1.0, 2.0))
    found = run(limits, flow.Load({}, 1, presses=1))
    assert found.seconds[0] == pytest.approx(1.0 + 0.15 + 0.3, abs=0.35)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--players", "0"], "no whole number from 1"),
        (["--players", "-5"], "no whole number from 1"),
        (["--players", "9999999999"], "there are no more people"),
        (["--players", "五"], "no whole number from 1"),
        (["--peak", "0"], "no number from 1"),
        (["--peak", "nan"], "no number from 1"),
        (["--largest", "0"], "no percentage"),
        (["--seed", "x"], "“x” is no whole number from 1 to 8,000,000,000\n"),
        (["--presses", "9"], "goes with --simulate"),
        (["--picture", "/nowhere/at-all/x.svg"], "no folder /nowhere/at-all"),
        (["--phase", "large", "--players", "1000000000", "--simulate"], "fewer players"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        capacity.main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "carried", "not_carried"),
    [
        ("en", "large carries 50,000 players", "large does NOT carry 1,000,000,000 players"),
        ("ja", "large は 50,000 人に耐えられます", "large は 1,000,000,000 人に耐えられません"),
    ],
)
def test_the_answer_comes_first_in_the_readers_language(
    language: str, carried: str, not_carried: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert capacity.main(["--phase", "large", "--lang", language]) == 0
    assert capsys.readouterr().out.startswith(carried)
    given = ["--phase", "large", "--players", "1000000000", "--lang", language]
    assert capacity.main(given) == 1
    head, *rest = capsys.readouterr().out.splitlines()
    assert head.startswith(not_carried)
    assert ("以下の内訳は英語です。" in rest) is (language == "ja")


def test_every_limit_and_what_raises_it_has_a_japanese_name() -> None:
    names = set[str]()
    for phase, of in PHASES.items():
        for workflow in ("STANDARD", "EXPRESS"):
            template = cost.settings(phase, {"WorkflowType": workflow})
            for limit in capacity.limits(template, loaded(phase, of.users), TABLE):
                names |= {limit.what, limit.how}
    for name in names - {*capacity._ASIDE}:
        said = capacity.named(name, "ja")
        assert said == name if name.startswith("Service Quotas") else said != name
    unused = {*capacity.JAPANESE} - names - {each.how for each in TABLE.values()}
    assert not unused


def test_a_billion_players_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert capacity.main(["--phase", "large", "--players", "1000000000"]) == 1
    said = capsys.readouterr().out
    assert "first: the brake, a day" in said and "1,000,000,000 players" in said
    assert re.search(r" 9,351 581,570\.\d% ", said)  # columns stay apart


def test_the_quotas_have_dates_and_sources() -> None:
    assert all(each.source and each.per and each.how for each in TABLE.values())
    numbers: Mapping[str, int] = {name: each.rate + each.most for name, each in TABLE.items()}
    assert min(numbers.values()) > 0


def test_the_picture_shows_every_outcome_that_was_found() -> None:
    found = run(replace(wide(), api=(5.0, 5.0)), flow.Load({flow.PULL: 20.0}, 20))
    svg = capacity.picture([("a load", found)], "Five <minutes>")
    assert svg.count("<rect") == 1 + 6 + len(found.outcomes) and "&lt;minutes&gt;" in svg
