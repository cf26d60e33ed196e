"""The fault suite on a few seeds, on its own safeguards, and on the two crowds of issue 4."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from types import ModuleType
from typing import Any

import pytest

from local.messages import text_of
from local.players import MANAGE_GUILD
from tests.conftest import ROOT
from tests.faults import asl, checks, erasures, gifts, offers, scenario
from tests.faults.faults import MATRIX, Faults
from tests.faults.mutations import (
    MUTANTS,
    OF_CROWDS,
    OF_ERASURES,
    OF_LIMITS,
    OF_MIDNIGHT,
    OF_PACKS,
    OF_STRANGERS,
    OF_WISHES,
)
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.template import machine
from tests.faults.world import Mutation, World

SEEDS = 40
MOST_SEEDS = 40
"""Runs within which a mutant has to be noticed."""

USER = "1290000000000001000"


def replay(seed: int) -> str:
    return f"replay it with: python -m tests.faults.run --seed {seed}"


@cache
def as_it_is(seed: int, how: tuple[tuple[str, Any], ...] = ()) -> scenario.Outcome:
    """A run of the code as it is, which several tests ask for: a seed has one."""
    return scenario.run(seed, **dict(how))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_promise_is_broken(seed: int) -> None:
    outcome = as_it_is(seed)
    assert not outcome.violations, replay(seed)
    assert outcome.events, "nothing was recorded, so nothing was proved"


@pytest.mark.parametrize("seed", [11, 18, 36])  # in 18 a function draws the order of its work
def test_a_seed_is_one_run(seed: int) -> None:
    one, two = as_it_is(seed), scenario.run(seed)
    assert one.log == two.log
    assert (one.trace, one.counts) == (two.trace, two.counts)
    assert one.trace != as_it_is(seed + 1).trace


@pytest.mark.parametrize("name", MUTANTS)
def test_a_missing_safeguard_is_noticed(name: str) -> None:
    mutant = MUTANTS[name]
    chosen = {"only": mutant.only, "rate": mutant.rate, "giving": mutant.giving}
    how: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    for seed in range(mutant.first, mutant.first + MOST_SEEDS):
        outcome = scenario.run(seed, mutation=mutant.modules, machines=mutant.machines(), **how)
        if outcome.violations:
            assert not as_it_is(seed, tuple(how.items())).violations, "so does the code as it is"
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


def around_midnight(mutation: Mutation | None = None) -> list[str]:
    """What is violated where a player takes two days, and once more the first of them, in an
    interaction of before midnight that comes late."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)

        def claim() -> None:
            late = played.command(USER, GUILDS[0], "daily")
            for _ in range(2):
                played.look(played.command(USER, GUILDS[0], "daily"), "daily")
            played.look(late, "daily")

        played.inside("midnight", claim)
        violations, _ = checks.violations(played)
        assert len({row.get("day") for row in checks.rows(played, "gacha_history")}) == 3
    return violations


@pytest.mark.parametrize("name", OF_MIDNIGHT)
def test_a_missing_safeguard_of_days_is_noticed_around_midnight(name: str) -> None:
    assert not around_midnight()
    assert around_midnight(OF_MIDNIGHT[name])


def wished(mutation: Mutation | None = None) -> list[str]:
    """What is violated where two players wish and let it be known, one of them no longer."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)

        def settle(user: str, how: str) -> None:
            asked = played.command(user, GUILDS[0], "settings")
            played.look(gifts.pressed(asked, "settings:wishes", how), "settings")

        def act() -> None:
            for user in (USER, f"{USER[:-1]}9"):
                for card in ("1", "2"):
                    played.look(played.command(user, GUILDS[0], "wishlist", card=card), "wishlist")
                    settle(user, "listed")
            settle(USER, "private")

        played.inside("wishes", act)
        violations, _ = checks.violations(played)
        assert checks.events_of(played)["wishes listed"] == 3
    return violations


@pytest.mark.parametrize("name", OF_WISHES)
def test_a_missing_safeguard_of_wishes_is_noticed_where_two_wish(name: str) -> None:
    assert not wished()
    assert wished(OF_WISHES[name])


def erased(mutation: Mutation | None = None) -> list[str]:
    """What is violated where a player is erased who has something everywhere, an interaction of
    theirs comes late, and they begin again; and where an admin is, whom others' rows name."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played, guild = Scenario(world, world.rng), GUILDS[0]
        key = f"{USER}@{guild}"

        def act() -> None:
            gifts.begin(played, guild)
            played.settle(guild, permissions=MANAGE_GUILD)
            granted = played.grant(USER, guild, permissions=MANAGE_GUILD, amount=160)
            played.look(granted, "admin grant")
            other = played.grant(f"{USER[:-1]}9", guild, permissions=MANAGE_GUILD, amount=160)
            played.look(other, "admin grant")
            asked = played.command(USER, guild, "settings")
            played.look(gifts.pressed(asked, "settings:wishes", "listed"), "settings")
            for name, options in (
                ("pull", {"count": 1}),
                ("wishlist", {"card": "1"}),
                ("code", {"text": gifts.WORD}),
                ("presents", {}),
            ):
                asked = played.command(USER, guild, name, **options)
                if name == "presents":
                    asked = gifts.pressed(asked, "presents:take:p2")
                played.look(asked, name)
            late = played.command(USER, guild, "daily")
            world.clock.sleep(1)
            played.erased = [key, f"{gifts.ADMIN}@{guild}"]
            for each in played.erased:
                erasures.note(played, each)
            erasures.start(played)
            world.clock.sleep(600)
            for claim in (late, played.command(USER, guild, "daily")):  # its place is closed
                played.look(claim, "daily")
            world.clock.sleep(600)
            played.look(played.command(USER, guild, "daily"), "daily")

        played.inside("erased", act)
        violations, _ = checks.violations(played)
    return violations


def test_nothing_is_violated_by_an_erasure() -> None:
    assert erased() == []


@pytest.mark.parametrize("name", OF_ERASURES)
def test_a_missing_safeguard_of_erasures_is_noticed(name: str) -> None:
    assert erased(OF_ERASURES[name])


def limited(mutation: Mutation | None = None) -> list[str]:
    """What is violated where a player presses eight times at once, and a banner leaves two."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)
        offers.limit(played, GUILDS[0])
        held_while_committed(world)

        def press() -> None:
            for number in range(8):
                asked = played.command(USER, GUILDS[0], "pull", banner="b3", count=1)
                played.later(f"press {number}", 0.0, partial(played.deliver, asked))

        played.inside("presses", press)
        violations, _ = checks.violations(played)
        if mutation is None:
            told = Counter(sentence_of(played, asked) for asked in played.asked)
            assert told.pop("pull") == 2 and told.total() == 6
            assert all("<t:" in each for each in told), "when there is more"
            kinds = Counter(row["kind"] for row in checks.rows(played, "gacha_history"))
            assert (kinds["pull"], kinds["void"]) == (2, 0)
    return violations


@pytest.mark.parametrize("name", OF_LIMITS)
def test_a_limit_that_does_not_hold_is_noticed_where_it_is_met(name: str) -> None:
    assert not limited()
    assert limited(OF_LIMITS[name])


def packed(mutation: Mutation | None = None) -> list[str]:
    """What is violated where a player buys packs of every kind, several of them, and one at the
    same time as another."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)
        offers.packs(played, GUILDS[0])
        held_while_committed(world)

        def buy() -> None:
            for size in (5, 3, 12, 5, 3, 12, 5, 3, 3):
                asked = played.command(USER, GUILDS[0], "pull", banner="b3", count=size)
                played.later(f"pack of {size}", 0.0, partial(played.deliver, asked))
                world.clock.sleep(0.3)

        played.inside("packs", buy)
        violations, _ = checks.violations(played)
        if mutation is None:
            rows = checks.rows(played, "gacha_history")
            sold = Counter((row["count"], -row["amount"]) for row in rows if row["kind"] == "pull")
            assert sold == {(5, 500): 1, (5, 300): 1, (5, 100): 1, (3, 100): 4, (12, 120): 2}
    return violations


@pytest.mark.parametrize("name", OF_PACKS)
def test_a_rule_of_packs_that_does_not_hold_is_noticed_where_they_are_bought(name: str) -> None:
    assert not packed()
    assert packed(OF_PACKS[name])


def pressed_by_a_stranger(mutation: Mutation | None = None) -> list[str]:
    """What is violated where somebody else turns the pages of a player's history."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)

        def press() -> None:
            history = played.command(USER, GUILDS[0], "history")
            played.look(history, "history")
            stranger = played.button(history, f"{USER[:-1]}9", "history:older:99999999999999")
            played.look(stranger, "button")

        played.inside("stranger", press)
        violations, _ = checks.violations(played)
    return violations


@pytest.mark.parametrize("name", OF_STRANGERS)
def test_a_missing_safeguard_of_buttons_is_noticed_where_a_stranger_presses(name: str) -> None:
    assert not pressed_by_a_stranger()
    assert pressed_by_a_stranger(OF_STRANGERS[name])


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
        modules["buckets"].CAPACITY = modules["buckets"].CHANGES = 1_000  # type: ignore[attr-defined]


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


COMMIT_S = 0.02
"""How long a transaction holds its items, as those on AWS do."""


def claims_at_once(
    players: int, ceiling: int, *, is_single: bool = False, mutation: Mutation | None = None
) -> tuple[Scenario, list[str], Counter[str]]:
    """As many players who use one code in the same moment, where a transaction that meets another
    is cancelled: what was violated, and how many transactions were committed and cancelled."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)
        gifts.begin(played, GUILDS[0], ceiling)
        met = held_while_committed(world)
        typed = played.gifts.singles[GUILDS[0]][0] if is_single else gifts.WORD

        def send() -> None:
            for number in range(players):
                asked = played.command(str(int(USER) + number), GUILDS[0], "code", text=typed)
                played.later(f"player {number}", 0.0, partial(played.deliver, asked))

        played.inside("crowd", send)
        violations, _ = checks.violations(played)
    return played, violations, met


def held_while_committed(world: World) -> Counter[str]:
    """From now on transactions take their time; which end as "committed", "conflict", or "refused"
    by a condition."""
    database, held, met = world.database, set[Any](), Counter[str]()
    commit = database.transact_write_items

    def transact(**request: Any) -> Any:
        touched = database.touched(request["TransactItems"])
        clashes = [item in held for item in touched]
        if any(clashes):
            met["conflict"] += 1
            codes = ["TransactionConflict" if clash else "None" for clash in clashes]
            raise database.cancelled([{"Code": code} for code in codes])
        held.update(touched)
        met["refused"] += 1
        try:
            world.clock.sleep(COMMIT_S)
            answer = commit(**request)
        finally:
            held.difference_update(touched)
        met.update({"refused": -1, "committed": 1})
        return answer

    database.transact_write_items = transact  # type: ignore[method-assign]
    return met


def test_of_forty_claims_at_once_as_many_count_as_the_ceiling_says() -> None:
    played, violations, met = claims_at_once(40, 10)
    assert not violations
    kinds = Counter(row["kind"] for row in checks.rows(played, "gacha_history"))
    assert kinds == {"gift": 1, "opening": 10, "code": 10}
    ended = Counter(each.status for each in played.world.workflows.executions)
    assert ended == {"SUCCEEDED": 40}
    told = Counter(sentence_of(played, asked) for asked in played.asked)
    full = [text for text in told if re.search(r"先着 10 名に達した|the first 10 people", text)]
    assert sum(told[text] for text in full) == 30
    assert met["committed"] == 40 and met["conflict"] > 10  # a refusal checks, and commits that


@pytest.mark.parametrize("name", OF_CROWDS)
def test_a_safeguard_that_is_missing_is_noticed_by_a_crowd(name: str) -> None:
    is_single = name.startswith("single")
    ceiling = 2
    crowd = 10  # of which two plan before either has committed
    played, violations, _ = claims_at_once(crowd, ceiling, is_single=is_single)
    assert not violations
    kinds = [row["kind"] for row in checks.rows(played, "gacha_history")]
    assert kinds.count("code") == (1 if is_single else ceiling)
    mutation = OF_CROWDS[name]
    _, violations, _ = claims_at_once(crowd, ceiling, is_single=is_single, mutation=mutation)
    assert any(each.startswith("I8") for each in violations)


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
