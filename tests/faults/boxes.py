"""Members of a server buy tickets of one box while everything breaks, until it is sold out or
over."""

from __future__ import annotations

import random
from functools import partial
from typing import Final

from adapters import files
from gacha import snowflake
from gacha.game import Offer
from scripts.box_vectors import LOTTERY
from tests.faults import checks, offers
from tests.faults.faults import Faults
from tests.faults.scenario import GUILDS, Outcome, Scenario, operate, settle_down
from tests.faults.world import Mutation, World
from tests.support import USER

BOX: Final = LOTTERY.replace(b"winter-lottery", offers.IDS[0].encode()).replace(
    b"boxes = 2", b"account_days = 0\nmember_days = 0"
)
SMALL: Final = (
    BOX.replace(b"stock = 18", b"stock = 6")
    .replace(b"stock = 20", b"stock = 7")
    .replace(b"one = 300", b"one = 100")
    + b"\n[limit]\nper_day = 8\n"
)
"""Fifteen tickets, of which a member may have eight a day and can pay thirty-two."""
LARGE: Final = SMALL.replace(b"stock = 7", b"stock = 70")

BUYERS: Final = 4
PURCHASES: Final = 16
SPANS_S: Final = (0.5, 5.0, 40.0)
"""How long a run's purchases take, from the first to the last."""


def published(scenario: Scenario, toml: bytes, ends_ms: int | None = None) -> None:
    """The first server sells tickets of this box, and nothing else, until then."""
    rules = files.BANNERS.hash(toml)
    scenario.world.bucket[files.BANNERS.key(rules)] = toml
    interaction_id = scenario.new_id()
    now = snowflake.created_ms(interaction_id)
    offer = Offer(offers.IDS[0], rules, ends_ms=ends_ms)
    changed = offers.game_of(scenario, GUILDS[0]).published(offer, now)
    offers.change_to(scenario, changed, interaction_id)


def run(seed: int, *, mutation: Mutation | None = None, rate: float | None = None) -> Outcome:
    rng = random.Random(f"box {seed}")
    faults = Faults(random.Random(f"box faults {seed}"), rng.choice([0.0, 0.02, 0.05, 0.1]))
    if rate is not None:
        faults.rate = rate
    workflow_type = rng.choice(["STANDARD", "STANDARD", "EXPRESS"])
    world = World(seed, workflow_type, faults=faults, mutation=mutation)
    with world.entered():
        scenario = Scenario(world, rng, seed)
        span = rng.choice(SPANS_S)
        if rng.random() < 0.5:
            published(scenario, SMALL)
        else:  # over before it is sold out: then who asks for the seed reveals it
            published(scenario, LARGE, int((world.clock.now + span / 2) * 1000))

        def buy() -> None:
            for number in range(PURCHASES):
                user = str(int(USER) + rng.randrange(BUYERS))
                options = {"banner": offers.IDS[0], "count": rng.choice([1, 1, 2, 5])}
                asked = scenario.command(user, GUILDS[0], "pull", **options)
                after = rng.uniform(0, span)
                scenario.later(f"ticket {number}", after, partial(scenario.deliver, asked))
                if rng.random() < 0.2:
                    scenario.later(f"again {number}", after, partial(scenario.deliver, asked))

        def ask() -> None:
            """For the seed."""
            for number in range(2):
                user = str(int(USER) + rng.randrange(BUYERS))
                asked = scenario.command(user, GUILDS[0], "fair box", banner=offers.IDS[0])
                scenario.later(f"seed {number}", 0.0, partial(scenario.deliver, asked))

        scenario.inside("tickets", buy)
        scenario.inside("seed", ask)
        operate(scenario)
        settle_down(scenario)
        violations, ends = checks.violations(scenario)
        events = checks.events_of(scenario)
    trace = world.trace.hexdigest()
    return Outcome(seed, PURCHASES, violations, faults.counts, trace, world.log, ends, events)
