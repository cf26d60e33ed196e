"""Players who have their data deleted, and admins who have their server's, and undo it, while they
and others play on; and what is away a week later, when some of them begin again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from adapters.tables import items
from adapters.tables.erasures import SERVER_ID, Due
from commands.admin_reset.texts import confirmation
from gacha import player, server
from local.client import command
from local.players import MANAGE_GUILD
from tests.faults import checks, erasures, gifts, offers

if TYPE_CHECKING:
    from tests.faults.scenario import Asked, Scenario

OFTEN: Final = 0.2
"""In how many of the runs somebody leaves, and in how many a server does: what else happens in
those is another thing by it."""

_TURNS: Final = 3
_UNDO: Final = ("privacy delete:undo", "privacy delete:undo:here")
_RESET: Final = "admin reset"

_A_WEEK_S: Final = player.LEAVING_MS / 1000 + 3600
"""Until what was asked for is due, and an hour more (`functions/erase`)."""
_RUNS: Final = 6
"""Days, in which the workflow runs once each, until all is away."""
_CLOSED_S: Final = 900
"""After so long whoever was erased can begin again, by whatever clock said when that was."""


def begin(
    scenario: Scenario, seed: int, users: Sequence[str], guilds: Sequence[str], span: float
) -> None:
    """In some runs, one player asks, confirms and undoes, in any order that their presses arrive
    in; perhaps twice, and perhaps they leave in the end. In some, an admin does so with a
    server."""
    rng, clock = random.Random(f"leaving {seed}"), scenario.world.clock
    if scenario.world.faults.only is not None:
        return
    leaves, resets = (rng.random() < OFTEN for _ in range(2))
    user, guild = rng.choice(users), rng.choice(guilds)

    def leave() -> None:
        asked = scenario.command(user, guild, "privacy delete")
        scenario.send(asked, 0.0)
        for _ in range(_TURNS):
            clock.sleep(rng.uniform(0, span / 2))
            for _ in range(rng.choice([1, 1, 2])):
                scenario.send(scenario.button(asked, user, "privacy delete:go:yes"), 0.0)
            clock.sleep(rng.uniform(0, span / 2))
            if rng.random() < 0.7:
                scenario.send(scenario.button(asked, user, rng.choice(_UNDO)), 0.0)

    def reset() -> None:
        scenario.send(_of_admin(scenario, guild), 0.0)
        for _ in range(_TURNS):
            clock.sleep(rng.uniform(0, span / 4))
            typed = rng.choice(["ja", "en", "en", ""])
            word = confirmation(guild, typed) if typed else "はい"
            for _ in range(rng.choice([1, 1, 2])):
                scenario.send(_with_word(_of_admin(scenario, guild), word), 0.0)
            clock.sleep(rng.uniform(0, span / 4))
            if rng.random() < 0.7:
                scenario.send(gifts.pressed(_of_admin(scenario, guild), f"{_RESET}:undo"), 0.0)

    if leaves:
        scenario.later("leaving", rng.uniform(0, span), leave)
    if resets:
        scenario.later("resetting", rng.uniform(span / 2, 1.5 * span), reset)


def _of_admin(scenario: Scenario, guild: str) -> Asked:
    asked = scenario.command(gifts.ADMIN, guild, "help")
    asked.interaction = command(
        ["gacha-admin", "reset"],
        {},
        user_id=gifts.ADMIN,
        guild_id=guild,
        locale=asked.interaction["locale"],
        interaction_id=asked.id,
        token=asked.token,
        permissions=MANAGE_GUILD,
    )
    asked.command, asked.player_key = _RESET, server.key(guild)
    return asked


def _with_word(asked: Asked, word: str) -> Asked:
    """The same as a form that was filled in."""
    typed = {"type": 4, "custom_id": "word", "value": word}
    asked.interaction |= {
        "type": 5,
        "data": {
            "custom_id": f"{_RESET}:form",
            "components": [{"type": 18, "component": typed}],
        },
        "message": {
            "id": asked.id,
            "interaction_metadata": {"id": asked.id, "user": {"id": gifts.ADMIN}},
        },
    }
    return asked


# --- a week later ---------------------------------------------------------------------------------


def finish(scenario: Scenario) -> None:
    """Whoever left, and did not undo it, is erased: by a run which meets faults, and by those of
    the days after it."""
    players = [row for row in checks.rows(scenario, "discord_users") if row.get("leaving")]
    guilds = {each.player_key.partition("@")[2] for each in scenario.asked}
    leaving = [each for each in sorted(guilds) if offers.game_of(scenario, each).leaving]
    if not players and not leaving:
        return
    world = scenario.world
    world.clock.run(world.clock.now + _A_WEEK_S)
    keys = [row["user_id"] for row in players]
    scenario.erased += [each for each in keys if each.partition("@")[2] not in leaving]
    scenario.erased_players |= {*keys}
    scenario.erased_servers += leaving

    def run(times: int) -> None:
        for _ in range(times):
            erasures.start(scenario)
            world.clock.sleep(600)

    world.faults.calm = False
    scenario.inside("a week later", lambda: run(2))
    world.faults.calm = True
    scenario.inside("days", lambda: run(_RUNS))
    for guild in leaving:
        scenario.found += _left(scenario, guild)
        scenario.offers.forget(guild, world.clock.now)


def _left(scenario: Scenario, guild: str) -> Iterator[str]:
    """No row names an erased server any more, but the tombstones of it and of players who went
    before, and voids of commands that came to nothing."""
    for table in erasures.TABLES:
        for item in scenario.world.database.tables[table].values():
            row, text = items.from_item(item), json.dumps(item)
            is_tombstone = table == "discord_users" and "balance" not in row
            if is_tombstone and row.get("erased") == player.ERASING:
                yield f"I5 {row['user_id']}: is being erased for ever"
            if guild in text and not is_tombstone and row.get("kind") != "void":
                yield f"I5 {guild}: is still named in {table}: {text[:200]}"


def return_(scenario: Scenario) -> None:
    """Who was erased begins again."""
    keys = [*scenario.erased_players]
    for guild in scenario.erased_servers:
        keys += [a.player_key for a in scenario.asked if a.player_key.endswith(f"@{guild}")]
    back = sorted(each for each in {*keys} if not server.is_key(each))
    if not back:
        return

    def play() -> None:
        scenario.world.clock.sleep(_CLOSED_S)
        for key in back:
            user, _, guild = key.partition("@")
            for name in ("daily", "pull"):
                options: dict[str, Any] = {"count": 1} if name == "pull" else {}
                scenario.look(scenario.command(user, guild, name, **options), name)

    scenario.inside("again", play)


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
