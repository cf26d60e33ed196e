"""Players who are erased while they and others play on, at any moment and again; and in the end an
admin, who stands in others' rows alone. It is the operator who wants it, so that nobody waits seven
days; who asks for it themselves does (`leaving`)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, Final

from adapters.tables import erasures, items, players
from adapters.tables.erasures import Due
from gacha import kinds, player, snowflake
from tests.faults import checks, gifts

if TYPE_CHECKING:
    from tests.faults.scenario import Asked, Scenario

OFTEN: Final = 0.2
"""In how many of the runs somebody is erased: what else happens in those is another thing by it."""

MACHINE: Final = "EraseStateMachine"
TABLES: Final = ("discord_users", "gacha_history", "gacha_collection", "server_settings")
_AN_HOUR_MS: Final = 3_600_000
_RUNS: Final = 6
"""Days, in which the workflow runs once each, until all is away."""


def begin(
    scenario: Scenario, seed: int, users: Sequence[str], guilds: Sequence[str], span: float
) -> None:
    """In some runs, one player is due, once or twice, and the workflow starts each time."""
    rng = random.Random(f"erasures {seed}")
    if scenario.world.faults.only not in (None, *BOUNDARIES) or rng.random() >= OFTEN:
        return
    key = player.key(rng.choice(users), rng.choice(guilds))

    def act() -> None:
        for _ in range(rng.choice([1, 1, 2])):
            note(scenario, key)
            start(scenario)
            scenario.world.clock.sleep(rng.uniform(0, span))

    scenario.erased = [key]
    scenario.later("erasing", rng.uniform(0, 1.5 * span), act)


BOUNDARIES: Final = ("Erase", "deletion", "blanking")
"""Where a run of one boundary alone erases, too."""


def note(scenario: Scenario, key: str) -> None:
    due = Due(int(scenario.world.clock.now * 1000) - _AN_HOUR_MS, key, is_operators=True)
    put: Any = erasures.put(due)["Put"]
    scenario.world.database.put_item(**put)
    scenario.world.note(f"erases {key}")
    rows = checks.rows(scenario, "discord_users")
    if any(row["user_id"] == key and "balance" in row for row in rows):
        scenario.erased_players.add(key)


def start(scenario: Scenario) -> None:
    number = sum(each.machine == MACHINE for each in scenario.world.workflows.executions)
    status, answer = scenario.world.workflows.start(MACHINE, f"erase-{number}", "{}")
    assert status == 200, answer


def finish(scenario: Scenario) -> None:
    """Nothing breaks any more: the daily runs end what is left, and an admin goes, too."""
    if not scenario.erased:
        return
    guilds = {each.partition("@")[2] for each in (a.player_key for a in scenario.asked)}
    admins = [player.key(gifts.ADMIN, each) for each in sorted(guilds)]
    scenario.erased += admins

    def days() -> None:
        for key in admins:
            note(scenario, key)
        for _ in range(_RUNS):
            start(scenario)
            scenario.world.clock.sleep(600)

    scenario.inside("days", days)


# --- what has to hold -----------------------------------------------------------------------------


def since(scenario: Scenario) -> Mapping[str, int]:
    """When each player was erased last, in Unix milliseconds: what they asked for before is gone.
    Of who never became one, whose voids went, there is no tombstone that tells."""
    found = checks.rows(scenario, "discord_users")
    known = {row["user_id"]: int(row["erased"]) for row in found if row.get("erased")}
    rows = {row["user_id"] for row in found}
    return dict.fromkeys((each for each in scenario.erased if each not in rows), 1 << 62) | known


def is_gone(scenario: Scenario, asked: Asked) -> bool:
    """Whether an interaction's player, or their server, was erased after it was made."""
    erased = since(scenario)
    guild = asked.player_key.partition("@")[2]
    latest = max(erased.get(each, 0) for each in (asked.player_key, players.of_server(guild)))
    return snowflake.created_ms(asked.id) <= latest


def violations(scenario: Scenario) -> Iterator[str]:
    if not scenario.erased:
        return
    stored = {row["user_id"]: row for row in checks.rows(scenario, "discord_users")}
    left = [row for row in checks.rows(scenario, "server_settings") if row["server_id"] == _DUE]
    for row in left:
        if row.get("operators"):
            yield f"I5 {row['setting']}: is still to be erased"
    for key in scenario.erased:
        row = stored.get(key, {})
        if row.get("erased") == player.ERASING:
            yield f"I5 {key}: is being erased for ever"
        if key in scenario.erased_players and "erased" not in row:
            yield f"I5 {key}: was not erased"
        yield from _late(scenario, key, row)
        if not _plays_on(scenario, key, row):
            yield from _traces(scenario, key)


_DUE: Final = erasures.SERVER_ID


def _late(scenario: Scenario, key: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Nothing that was asked for before an erasure is recorded after it. A void says that nothing
    came of something, and may be late."""
    for event in checks.rows(scenario, "gacha_history"):
        is_theirs = event["user_id"] == key and event.get("kind") not in (kinds.OPENING, kinds.VOID)
        if is_theirs and event["timestamp"] <= row.get("erased", 0):
            yield f"I5 {key}: {event['kind']} at {event['timestamp']} outlived the erasure"
    if "balance" in row and row.get("erased") and not row.get("began"):
        yield f"I5 {key}: begins a new life with another's version"


def _plays_on(scenario: Scenario, key: str, row: Mapping[str, Any]) -> bool:
    """Whether something of them may be there again, since they did something after it."""
    erased = row.get("erased", 0)
    mine = [each for each in scenario.asked if each.player_key == key]
    is_later = any(snowflake.created_ms(each.id) > erased - _AN_HOUR_MS for each in mine)
    return bool(row) and ("balance" in row or (is_later and bool(mine)))


def _traces(scenario: Scenario, key: str) -> Iterator[str]:
    """No row of that server says the id any more, in keys or values, but the tombstone, and voids
    of commands that came to nothing since. What DynamoDB drops when its time has come is gone: a
    wrong code that was on its way is counted for twenty minutes."""
    user, _, guild = key.partition("@")
    for table in TABLES:
        for item in scenario.world.database.tables[table].values():
            text = json.dumps(item)
            row = items.from_item(item)
            if user not in text or guild not in text or row.get("kind") == "void":
                continue
            if row.get("expires_at", inf) < scenario.world.clock.now:
                continue
            if table != "discord_users":
                yield f"I5 {key}: is still named in {table}: {text[:200]}"
