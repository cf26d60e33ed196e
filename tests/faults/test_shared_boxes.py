"""A box that a server shares, wanted by all at the same moment, where a transaction that meets
another is cancelled: nothing is drawn twice, nobody starves, and who is refused pays nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from gacha import kinds
from tests.faults import boxes, checks, offers
from tests.faults.boxes import BOX, published
from tests.faults.mutations import Modules, _wrap
from tests.faults.scenario import GUILDS, Scenario
from tests.faults.test_faults import held_while_committed
from tests.faults.world import Mutation, World
from tests.support import USER

PLAYERS: Final = 40
WITHIN_S: Final = 362
"""The longest that ten waits take (statemachines/change.asl.json)."""


def tickets_at_once(
    players: int, count: int, toml: bytes, mutation: Mutation | None = None
) -> tuple[Scenario, list[str], Counter[str], float]:
    """As many players who draw from one box at the same moment: what was violated, how many
    transactions were committed and cancelled, and when the last one was told, in seconds."""
    world = World(1, "STANDARD", mutation=mutation)
    with world.entered():
        played = Scenario(world, world.rng)
        published(played, toml)
        met = held_while_committed(world)
        began = world.clock.now

        def send() -> None:
            for number in range(players):
                user = str(int(USER) + number)
                banner = {"banner": offers.IDS[0], "count": count}
                asked = played.command(user, GUILDS[0], "pull", **banner)
                played.later(f"player {number}", 0.0, partial(played.deliver, asked))

        played.inside("crowd", send)
        violations, _ = checks.violations(played)
        ended = max(each.stopped for each in world.workflows.executions)
    return played, violations, met, ended - began


def kinds_of(played: Scenario) -> Counter[str]:
    return Counter(row["kind"] for row in checks.events_rows(played))


def test_all_who_come_at_once_are_served() -> None:
    """Of a thousand tickets, five for each: nobody runs out of tries. (200 end so, too, which takes
    a minute here: docs/decisions/0049-shared-stock.md has the figures.)"""
    toml = BOX.replace(b"stock = 20", b"stock = 980")
    played, violations, met, seconds = tickets_at_once(PLAYERS, 10, toml)
    assert not violations
    assert kinds_of(played)["ticket"] == PLAYERS and "void" not in kinds_of(played)
    assert {each.status for each in played.world.workflows.executions} == {"SUCCEEDED"}
    assert met["committed"] == PLAYERS and met["refused"] + met["conflict"] > PLAYERS
    assert seconds < WITHIN_S
    print(f"{PLAYERS} at once: {dict(met)}, all within {seconds:.0f} s")


def test_the_last_ticket_goes_to_one_and_the_others_pay_nothing() -> None:
    """Forty want four tickets: four get one, the last of them the prize, and the box is closed."""
    toml = BOX.replace(b"stock = 18", b"stock = 1").replace(b"stock = 20", b"stock = 1")
    played, violations, _, _ = tickets_at_once(40, 1, toml)
    assert not violations
    found = kinds_of(played)
    assert found["ticket"] == 4
    assert [row["last"] for row in checks.events_rows(played) if row.get("last")] == ["golden-bell"]
    balances = [row["balance"] for row in checks.rows(played, "discord_users")]
    assert sum(3_200 - balance for balance in balances) == 4 * 300


def test_tickets_are_sold_while_everything_breaks() -> None:
    """`make faults` runs more seeds."""
    events: Counter[str] = Counter()
    for seed, rate in enumerate((0.0, 0.05, 0.1)):
        outcome = boxes.run(seed, rate=rate)
        assert not outcome.violations, f"tests.faults.boxes.run({seed}, rate={rate})"
        events += outcome.events
    assert events[kinds.TICKET] and events[kinds.REVEAL]


def without_conditions(modules: Modules) -> None:
    """The box's row and its receipt are put whatever is there."""

    def sell(original: Callable[..., Any], *args: Any) -> Any:
        made = original(*args)
        for item in made:
            item["Put"].pop("ConditionExpression")
            item["Put"].pop("ExpressionAttributeValues", None)
        return made

    _wrap(modules, "adapters.tables.boxes", "sell", sell)


def test_a_box_without_its_version_is_noticed() -> None:
    _, violations, _, _ = tickets_at_once(12, 1, BOX, without_conditions)
    assert any(each.startswith("I11") for each in violations)
