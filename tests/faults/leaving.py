"""Players who have their data deleted, and undo it, while they and others play on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from adapters.tables.erasures import SERVER_ID, Due
from tests.faults import checks

if TYPE_CHECKING:
    from tests.faults.scenario import Scenario

OFTEN: Final = 0.2
"""In how many of the runs somebody leaves: what else happens in those is another thing by it."""

_TURNS: Final = 3
_UNDO: Final = ("privacy delete:undo", "privacy delete:undo:here")


def begin(
    scenario: Scenario, seed: int, users: Sequence[str], guilds: Sequence[str], span: float
) -> None:
    """In some runs, one player asks, confirms and undoes, in any order that their presses arrive
    in; perhaps twice, and perhaps they leave in the end."""
    rng, clock = random.Random(f"leaving {seed}"), scenario.world.clock
    if scenario.world.faults.only is not None or rng.random() >= OFTEN:
        return
    user, guild = rng.choice(users), rng.choice(guilds)

    def act() -> None:
        asked = scenario.command(user, guild, "privacy delete")
        scenario.send(asked, 0.0)
        for _ in range(_TURNS):
            clock.sleep(rng.uniform(0, span / 2))
            for _ in range(rng.choice([1, 1, 2])):
                scenario.send(scenario.button(asked, user, "privacy delete:go:yes"), 0.0)
            clock.sleep(rng.uniform(0, span / 2))
            if rng.random() < 0.7:
                scenario.send(scenario.button(asked, user, rng.choice(_UNDO)), 0.0)

    scenario.later("leaving", rng.uniform(0, span), act)


def violations(scenario: Scenario) -> Iterator[str]:
    """Who leaves is due, at that time; and every player is noted as playing where they do."""
    settings = checks.rows(scenario, "server_settings")
    due = {row["setting"] for row in settings if row["server_id"] == SERVER_ID}
    places = {(row["server_id"], row["setting"]) for row in settings}
    for row in checks.rows(scenario, "discord_users"):
        key = row["user_id"]
        user, _, guild = key.partition("@")
        if "balance" not in row:
            continue
        if row.get("leaving") and Due(row["leaving"], key).setting not in due:
            yield f"I5 {key}: leaves at {row['leaving']}, which nothing is due for"
        if (f"user#{user}", f"server#{guild}") not in places:
            yield f"I5 {key}: is not noted as a player of {guild}"
