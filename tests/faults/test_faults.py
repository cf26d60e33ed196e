"""The fault suite on a few seeds, on its own safeguards, and on the two crowds of issue 4."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from local.messages import text_of
from tests.conftest import ROOT
from tests.faults import asl, checks, scenario
from tests.faults.faults import MATRIX, Faults
from tests.faults.mutations import MUTANTS
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.template import machine
from tests.faults.world import World

SEEDS = 60
MOST_SEEDS = 40
"""Runs within which a mutant has to be noticed."""

USER = "1290000000000001000"


def replay(seed: int) -> str:
    return f"replay it with: python -m tests.faults.run --seed {seed}"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_promise_is_broken(seed: int) -> None:
    outcome = scenario.run(seed)
    assert not outcome.violations, replay(seed)


@pytest.mark.parametrize("seed", [11, 18, 36])  # in 18 a function draws the order of its work
def test_a_seed_is_one_run(seed: int) -> None:
    one, two = scenario.run(seed), scenario.run(seed)
    assert one.log == two.log
    assert (one.trace, one.counts) == (two.trace, two.counts)
    assert one.trace != scenario.run(seed + 1).trace


@pytest.mark.parametrize("name", MUTANTS)
def test_a_missing_safeguard_is_noticed(name: str) -> None:
    mutant = MUTANTS[name]
    how: dict[str, Any] = {"only": mutant.only, "rate": mutant.rate}
    for seed in range(mutant.first, mutant.first + MOST_SEEDS):
        outcome = scenario.run(seed, mutation=mutant.modules, machines=mutant.machines(), **how)
        if outcome.violations:
            assert not scenario.run(seed, **how).violations, "so does the code as it is"
            return
    pytest.fail(f"{MOST_SEEDS} seeds without {name!r} violate nothing")


def test_a_message_that_discord_would_not_take_is_noticed() -> None:
    """Although another one, of bare words, arrives in its place."""

    def coloured(modules: Mapping[str, ModuleType]) -> None:
        if "adapters.discord" in modules:
            adapter: Any = modules["adapters.discord"]
            edit = adapter.edit_original

            def edited(application: str, token: str, message: Any, **more: Any) -> Any:
                embeds = [{**each, "color": 1 << 24} for each in message["embeds"]]
                return edit(application, token, {**message, "embeds": embeds}, **more)

            adapter.edit_original = edited

    violations = scenario.run(1, mutation=coloured).violations
    assert any(each.startswith("Discord would not take") for each in violations)


# --- crowds ---------------------------------------------------------------------------------------


def crowd(workflow_type: str, interactions: int, deliveries: int) -> tuple[Scenario, list[str]]:
    """A player's pulls, all at once and all started: below the bucket that a player has in each
    process of the first function. What was violated."""
    world = World(1, workflow_type, mutation=_without_buckets)
    with world.entered():
        played = Scenario(world, world.rng)

        def send() -> None:
            for _ in range(interactions):
                asked = played.command(USER, GUILDS[0], "pull", count=1)
                for number in range(deliveries):
                    name = f"{asked.id[-4:]}-{number}"
                    played.later(name, 0.0, partial(played.deliver, asked))

        played.inside("crowd", send)
        violations, _ = checks.violations(played)
    return played, violations


def _without_buckets(modules: Mapping[str, ModuleType]) -> None:
    if "buckets" in modules:
        modules["buckets"].CAPACITY = 1_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("workflow_type", ["STANDARD", "EXPRESS"])
def test_a_hundred_identical_interactions_are_one_pull_one_charge_one_message(
    workflow_type: str,
) -> None:
    played, violations = crowd(workflow_type, 1, 100)
    assert not violations
    [asked] = played.asked
    assert len(asked.answers) == 100
    assert [row["kind"] for row in checks.rows(played, "gacha_history")].count("pull") == 1
    [player] = checks.rows(played, "discord_users")
    assert player["balance"] == 3200 - 160
    [message] = played.world.discord.webhooks.tokens[asked.token].messages.values()
    assert asked.id in text_of(message)


def test_two_hundred_parallel_pulls_with_money_for_twenty() -> None:
    played, violations = crowd("STANDARD", 200, 1)
    assert not violations
    [player] = checks.rows(played, "discord_users")
    kinds = Counter(row["kind"] for row in checks.rows(played, "gacha_history"))
    assert (player["balance"], player["nonce"]) == (0, 20)
    told = Counter(sentence_of(played, asked) for asked in played.asked)
    assert kinds == {"opening": 1, "pull": 20}
    assert told == {"pull": 20, "refused": 180}
    ended = Counter(each.status for each in played.world.workflows.executions)
    assert ended == {"SUCCEEDED": 200}


def new_account(
    seed: int, workflow_type: str, machines: Mapping[str, asl.Definition] | None = None
) -> tuple[World, Counter[str], list[str]]:
    """Ten players who press *Pull* three times each within a third of a second, where only ten
    functions may run at once and a worker takes three seconds to start: the world, what those were
    told whose command was accepted, and what was violated."""
    world = World(seed, workflow_type, machines=machines, concurrency=10, cold_start_s=3.0)
    with world.entered():
        played = Scenario(world, world.rng)

        def send() -> None:
            for number in range(30):
                user = str(int(USER) + number % 10)
                asked = played.command(user, GUILDS[0], "pull", count=1)
                after = world.rng.uniform(0, 0.3)
                played.later(f"press {number}", after, partial(played.deliver, asked))

        played.inside("ten players", send)
        violations, _ = checks.violations(played)
    told = Counter(sentence_of(played, asked) for asked in played.asked if asked.accepted)
    return world, told, violations


@pytest.mark.parametrize("workflow_type", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("seed", range(5))
def test_ten_players_at_once_in_a_new_account_lose_no_pull(seed: int, workflow_type: str) -> None:
    world, told, violations = new_account(seed, workflow_type)
    assert not violations
    assert world.functions.throttled["draw"] >= 5
    assert told.keys() == {"pull"} and told.total() >= 12


def test_without_their_own_retrier_they_would() -> None:
    def general(definition: asl.Definition) -> asl.Definition:
        states = json.loads(json.dumps(definition.states))
        for state in states.values():
            if "Retry" in state:
                state["Retry"] = [r for r in state["Retry"] if r["ErrorEquals"] == ["States.ALL"]]
        return replace(definition, states=states)

    without = {name: general(machine(name, "STANDARD")[1]) for name in ("pull", "change")}
    _, told, _ = new_account(1, "STANDARD", without)
    assert told.total() - told["pull"] >= 5


def sentence_of(played: Scenario, asked: scenario.Asked) -> str:
    message = played.world.discord.message(asked.token)
    assert message is not None
    if not message["content"]:
        return "pull"
    return (
        "refused"
        if re.search(r"足りません|enough currency", message["content"])
        else message["content"]
    )


# --- the suite itself -----------------------------------------------------------------------------


def test_faults_that_are_not_in_the_matrix_are_no_faults() -> None:
    faults = Faults(random.Random(1), 1.0)
    with pytest.raises(LookupError):
        faults.note("void", "thunder")
    assert all(faults.pick(boundary, 0.0) in known for boundary, known in MATRIX.items())


@pytest.mark.parametrize("name", ["reliability.md", "reliability.ja.md"])
def test_the_documents_have_the_suites_matrix(name: str) -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \|[^|]*\| (`.*`) \|$", (ROOT / "docs" / name).read_text())
    documented = {boundary: tuple(re.findall("`([^`]+)`", faults)) for boundary, faults in rows}
    assert documented == dict(MATRIX)
