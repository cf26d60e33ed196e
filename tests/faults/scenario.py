"""One run: from a seed to players who do things, faults that meet them, and what was violated.

    outcome = run(4711)

The same seed gives the same run, to the last wait; `outcome.trace` is the hash of what happened.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adapters.tables import settings as settings_table
from adapters.tables.items import from_item
from commands import registry
from gacha import preferences, server, settings, snowflake
from gacha.economy import Economy
from gacha.game import Game
from local.client import COMMAND, Signer, command, encode
from local.messages import components
from local.players import MANAGE_GUILD
from tests.faults import asl, checks, erasures, gifts, leaving, offers
from tests.faults.clock import current
from tests.faults.faults import KILLED_AFTER, KILLED_BEFORE, OUTAGES, Faults
from tests.faults.gifts import Gifts
from tests.faults.offers import Offers
from tests.faults.world import (
    ANSWER_WITHIN_S,
    SIGNER,
    START,
    TOO_MANY,
    Answer,
    Execution,
    Json,
    Mutation,
    World,
)

ADMIN: Final = "1290000000000008888"
GUILDS: Final = ("1290000000000000002", "1290000000000000003")
FORGER: Final = Signer(
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",  # RFC 8032, 7.1, test 2
)
LOOKS: Final = 6
"""Commands after the end in which everything that a player missed has to show; each shows three."""

FAULTS_S: Final = 1800
"""How long faults go on, in seconds: the sweeper's rounds look after an execution for an hour."""

ROUND_S: Final = 300
"""How often the sweeper's schedule comes, in seconds."""

SECONDS_TO_THE_END: Final = 3 * 3600
"""Enough for every execution to end; the longest may live half an hour, and be redriven."""


@dataclass
class Asked:
    """An interaction, and what became of it on Discord's side."""

    interaction: Json
    command: str
    player_key: str
    """The player's key: <discord user>@<guild>."""
    foreign: bool = False
    """Whether it is a press of somebody else's button, or a grant by somebody who is no admin."""
    answers: list[tuple[int, Json | None]] = field(default_factory=list)
    """Status and body of every answer of the endpoint, in time or not."""
    made: float = 0.0
    """When it was made, in true time (seconds), whatever Discord's clock says in its id."""
    told: Json | None = None
    """The answer that Discord took: the first to come within three seconds of its delivery."""

    @property
    def id(self) -> str:
        return str(self.interaction["id"])

    @property
    def token(self) -> str:
        return str(self.interaction["token"])

    @property
    def language(self) -> str:
        return "ja" if self.interaction["locale"] == "ja" else "en"

    @property
    def accepted(self) -> bool:
        """Whether the player waits for a message: Discord shows "thinking…"."""
        return self.told is not None and self.told["type"] in (5, 6)


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    operations: int
    violations: list[str]
    counts: Counter[tuple[str, str]]
    trace: str
    log: list[str]
    ends: Counter[str]
    """How the accepted interactions that change a player ended."""
    events: Counter[str]
    """What the ledgers hold: kinds of events, and what some did beside (`checks.BESIDE`)."""


def _form(asked_id: str, balance: int) -> tuple[str, dict[str, str]]:
    """A group of the settings, and what is typed into its form: money, what a day gives, or when it
    begins. By the interaction's id, so that what else happens stays as it is."""
    chance = random.Random(asked_id)
    zones = ["Asia/Tokyo", "UTC", "UTC+14:00", "UTC-12:00", "America/New_York"]
    return chance.choice(
        [
            ("currency", {"currency": f"coin {balance}", "start_balance": str(balance)}),
            ("day", {"daily_tickets": "2", "ticket_days": "2", "daily": str(balance // 10)}),
            ("start", {"starter_days": "2", "starter_tickets": str(balance // 160)}),
            (
                "time",
                {
                    "language": "each",
                    "reset_hour": str(chance.randrange(7)),
                    "timezone": chance.choice(zones),
                },
            ),
        ]
    )


def _field(name: str, value: str) -> dict[str, Any]:
    """What comes of a field of a form."""
    if name in settings.CHOICES:
        return {"type": 3, "custom_id": name, "values": [value]}
    return {"type": 4, "custom_id": name, "value": value}


class Scenario:
    """The players of one run, and Discord between them and the endpoint."""

    def __init__(self, world: World, rng: random.Random, seed: int = 0) -> None:
        self.world = world
        self.rng = rng
        self.asked: list[Asked] = []
        self.offers = Offers(random.Random(f"offers {seed}"))
        self.gifts = Gifts(random.Random(f"gifts {seed}"))
        self.erased: list[str] = []
        """Who was erased, or is to be, by their keys,"""
        self.erased_players: set[str] = set()
        """and who of them was a player then."""
        self.erased_servers: list[str] = []
        self.found: list[str] = []
        """What was violated at a time that is over."""
        self._ids = 0
        world.workflows.ended.append(self._tell_sweeper)

    # --- interactions -----------------------------------------------------------------------------

    def new_id(self, ahead: float = 0.0) -> str:
        """A snowflake of now; Discord's clock may be `ahead` of the true time by some seconds."""
        self._ids += 1
        milliseconds = int((self.world.clock.now + ahead) * 1000) - snowflake.DISCORD_EPOCH_MS
        return str((milliseconds << 22) + self._ids)

    def command(self, user: str, guild: str, name: str, **options: Any) -> Asked:
        ahead = 0.0
        if self.world.faults.chance("delivery", "clock skew", self.world.faults.rate / 4):
            ahead = self.rng.uniform(-60, 60)
        interaction = command(
            ["gacha", *name.split()],
            options,
            user_id=user,
            guild_id=guild,
            locale=self.rng.choice(["ja", "en-US"]),
            interaction_id=self.new_id(ahead),
            token=f"token-{self._ids}",
        )
        return self._add(Asked(interaction, name, f"{user}@{guild}"))

    def grant(
        self, user: str, guild: str, *, permissions: str, room: str = "admin grant", **options: Any
    ) -> Asked:
        """An admin gives `user` currency, or takes it: the ledger is the member's, the message the
        admin's."""
        asked = self.command(user, guild, "help")
        asked.interaction = command(
            ["gacha-admin", room.split()[1]],
            {"user": user, **options},
            user_id=ADMIN,
            guild_id=guild,
            locale=asked.interaction["locale"],
            interaction_id=asked.id,
            token=asked.token,
            permissions=permissions,
        )
        asked.command = room
        return asked

    def sure(self, of: Asked, custom_id: str) -> Asked:
        """An admin's press of the button below a question about a member."""
        asked = self.button(of, ADMIN, custom_id)
        asked.interaction["message"]["interaction_metadata"]["user"]["id"] = ADMIN
        asked.command, asked.player_key, asked.foreign = of.command, of.player_key, of.foreign
        return asked

    def settle(self, guild: str, *, permissions: str) -> Asked:
        """An admin settles something of the server: by an option, or by the form of a group as it
        is now. Both take their time, and others may settle the same meanwhile."""
        asked = self.command(ADMIN, guild, "help")
        balance = self.rng.choice([0, 1600, 6400])
        form = self.rng.random() < 0.5
        asked.interaction = command(
            ["gacha-admin", "settings"],
            {} if form else {"emoji": self.rng.choice("🌟🟣🔵⚪")},
            user_id=ADMIN,
            guild_id=guild,
            locale=asked.interaction["locale"],
            interaction_id=asked.id,
            token=asked.token,
            permissions=permissions,
        )
        if form:
            table = self.world.database.tables["server_settings"]
            stored = [from_item(item) for item in table.values()]
            rows = (row for row in stored if row["server_id"] == guild)
            by_name = {row["setting"]: row for row in rows}
            group, typed = _form(asked.id, balance)
            if self.rng.random() < 0.2:
                typed[next(reversed(typed))] = "many"
            of: Game | Economy = settings_table.game_of(guild, by_name.get("game", {}))
            if group in settings.OF_ECONOMY:
                row = by_name.get("economy", {})
                given = {name: row[name] for name in row.keys() - {"server_id", "setting"}}
                of = Economy.read(guild, given)
            seen = settings.seen(of, group)
            asked.interaction |= {
                "type": 5,
                "data": {
                    "custom_id": f"admin settings:form:{group}:{seen}",
                    "components": [
                        {"type": 18, "component": _field(name, value)}
                        for name, value in typed.items()
                    ],
                },
            }
            if self.rng.random() < 0.5:  # the others were opened by no message's select
                whose = {"id": asked.id, "user": {"id": ADMIN}}
                asked.interaction["message"] = {"id": asked.id, "interaction_metadata": whose}
        asked.command, asked.player_key = "admin settings", server.key(guild)
        return asked

    def banners(self, guild: str, permissions: str) -> Asked:
        """A look at the server's banners, by its admin. What is done with them is done by
        `offers.change`, which knows what was offered when."""
        asked = self.command(ADMIN, guild, "help")
        asked.interaction = command(
            ["gacha-admin", "banner", "list"],
            {},
            user_id=ADMIN,
            guild_id=guild,
            locale=asked.interaction["locale"],
            interaction_id=asked.id,
            token=asked.token,
            permissions=permissions,
        )
        asked.command, asked.player_key = "admin banner list", server.key(guild)
        return asked

    def button(self, of: Asked, presser: str, custom_id: str, *values: str) -> Asked:
        """A press of a button on the message of `of`, or a choice of these `values` in a select."""
        user, guild = of.player_key.split("@")
        id_ = self.new_id()
        interaction = {
            **of.interaction,
            "id": id_,
            "token": f"token-{self._ids}",
            "type": 3,
            "data": {
                "component_type": 3 if values else 2,
                "custom_id": custom_id,
                **({"values": list(values)} if values else {}),
            },
            "member": {**of.interaction["member"], "user": {"id": presser}},
            "message": {
                "id": id_,
                "flags": 64 if custom_id.startswith("post:") else 0,
                "interaction_metadata": {"id": self._below(of, id_), "user": {"id": user}},
            },
        }
        room, _, _ = custom_id.partition(":")
        is_foreign = presser != user and room != "pull"  # whoever presses pulls for themselves
        name = room if room in checks.CHANGES else "button"
        return self._add(Asked(interaction, name, f"{presser}@{guild}", is_foreign))

    def _below(self, of: Asked, another: str) -> str:
        """The interaction whose message has the button: another one where bare words are all that
        there is of `of`, which have none."""
        return another if self.world.discord.judge.has_bare_words(of.token) else of.id

    def choice(self, room: str, user: str, guild: str) -> Asked:
        """The player looks what there is for points or shards, and after that takes a card, as the
        question said it a moment ago; both may be another's by now."""
        key = f"{user}@{guild}"
        looked = [each for each in self.asked if (each.command, each.player_key) == (room, key)]
        if not looked:
            return self.command(user, guild, room)
        players = {each["user_id"]: each for each in checks.rows(self, "discord_users")}
        row = players.get(key, {})
        points = [state["points"] for state in row.get("states", {}).values()]
        has, price, number = (row.get("shards", 0), 10, self.rng.randrange(9, 30))
        if room == "exchange":
            has, price, number = max(points, default=0), CHEAP, 0
        banner = self.rng.choice(["starlit-atelier", *offers.IDS])
        return self.button(looked[0], user, f"{room}:take:{banner}:{number}:{price}:{has}")

    def _add(self, asked: Asked) -> Asked:
        asked.made = self.world.clock.now
        self.asked.append(asked)
        return asked

    # --- Discord's side ---------------------------------------------------------------------------

    def deliver(self, asked: Asked, *, signer: Signer = SIGNER, at: float = 0.0) -> None:
        """Send it once to the endpoint, and take the answer if it comes in time."""
        world = self.world
        body = encode(asked.interaction)
        event = {
            "version": "2.0",
            "headers": {
                name.lower(): value
                for name, value in signer.headers(body, world.clock.now + at).items()
            },
            "body": body.decode(),
            "isBase64Encoded": False,
        }
        fault = world.faults.pick("interactions", world.clock.now)
        world.note(f"delivers {asked.command} {asked.id}{f' ({fault})' if fault else ''}")
        if fault == KILLED_BEFORE:
            return
        future, _ = world.functions.invoke("interactions", event)
        came = future.wait(ANSWER_WITHIN_S)
        if fault == KILLED_AFTER or not came:
            return
        answer: Answer = future.value
        if answer.error is not None:
            # What did not run, or was killed, said nothing.
            if answer.error != TOO_MANY and not re.match("Runtime|Sandbox", answer.error):
                asked.answers.append((500, None))
            return
        status, text = answer.value["statusCode"], answer.value.get("body", "")
        taken = json.loads(text) if status == 200 else None
        asked.answers.append((status, taken))
        if taken is not None and asked.told is None:
            asked.told = taken
            world.discord.judge.answer(asked.interaction, taken)
            world.discord.deferred[asked.token] = world.clock.now
            created = snowflake.created_ms(asked.id) / 1000
            world.discord.expires.setdefault(asked.token, max(created, world.clock.now - 60) + 900)

    def send(self, asked: Asked, after: float) -> None:
        """Deliver it after some seconds: as often as Discord, or somebody else, feels like."""
        faults, rng = self.world.faults, self.rng
        chance = 0.4 if faults.rate else 0.0
        at = 0.0
        if faults.chance("delivery", "clock beyond five minutes", chance / 20):
            at = rng.choice([-400.0, 400.0])
        times = [after]
        if faults.chance("delivery", "twice at once", chance / 2):
            times.append(after + rng.uniform(0, 0.2))
        if faults.chance("delivery", "many at once", chance / 15):
            times += [after + rng.uniform(0, 0.5) for _ in range(8)]
        if faults.chance("delivery", "again after minutes", chance / 6):
            times.append(after + rng.uniform(60, 1500))
        for number, each in enumerate(times):
            self.later(f"d{number}-{asked.id[-5:]}", each, lambda: self.deliver(asked, at=at))
        if faults.chance("delivery", "bad signature", chance / 10):
            self.later("forged", after, lambda: self.deliver(asked, signer=FORGER))
        of_pull = asked.command == "pull" and asked.interaction["type"] == COMMAND
        if of_pull and faults.chance("delivery", "other payload, same id", chance / 8):
            self.later(
                "other payload", after + rng.uniform(0, 2), lambda: self.deliver_other(asked)
            )

    def deliver_other(self, asked: Asked) -> None:
        """The same id with another payload, which Discord never sends. One of them may count."""
        other = json.loads(json.dumps(asked.interaction))
        [pull] = other["data"]["options"]
        [count] = [each for each in pull["options"] if each["name"] == "count"]
        count["value"] = 1 if count["value"] == 10 else 10
        twin = Asked(other, asked.command, asked.player_key, asked.foreign)
        self.deliver(twin)
        asked.answers += twin.answers
        asked.told = asked.told or twin.told

    def look(self, asked: Asked, command: str) -> None:
        """Use it once, and wait for its message."""
        asked.command = command
        self.deliver(asked)
        self.world.clock.sleep(30)

    def button_of(self, asked: Asked, start: str) -> str | None:
        """The `custom_id` of a button on the interaction's message that starts so."""
        message = self.world.discord.message(asked.token)
        for each in components(message["components"] if message else []):
            if each.get("custom_id", "").startswith(start):
                return str(each["custom_id"])
        return None

    def _tell_sweeper(self, execution: Execution) -> None:
        """EventBridge: of a Standard execution that ended badly, perhaps twice, perhaps never."""
        faults = self.world.faults
        if execution.kind != "STANDARD" or execution.status == "SUCCEEDED":
            return
        if execution.machine == erasures.MACHINE:  # a rule mails it; the next day's run goes on
            return
        if faults.chance("event", "lost", faults.rate / 3):
            return
        event = {"source": "aws.states", "detail": _json(execution.described())}
        for number in range(1 + faults.chance("event", "twice", faults.rate / 3)):
            after = self.rng.uniform(0, 2)
            self.later(f"event{number}-{execution.name}", after, lambda: self.sweep(event))

    def sweep(self, event: Json) -> None:
        """Invoke the sweeper as EventBridge does: asynchronously, with two more tries."""
        for _ in range(3):
            fault = self.world.faults.pick("sweeper", self.world.clock.now)
            if fault != KILLED_BEFORE:
                future, _ = self.world.functions.invoke("sweeper", event)
                future.wait()
                if fault is None and future.value.error is None:
                    return
            self.world.clock.sleep(60)

    def rounds(self, seconds: float) -> None:
        """The sweeper's schedule for so long: every five minutes while there may be something to
        do, then sparser than the real one, which costs the run nothing but time."""
        event = {"source": "aws.scheduler"}
        at = 7.0
        while at < seconds:
            self.later(f"round{at:.0f}", at, lambda: self.sweep(event))
            at += ROUND_S if at < 6 * ROUND_S else 6 * ROUND_S

    def later(self, name: str, after: float, work: Any) -> None:
        self.world.clock.spawn(name, work, after)

    def inside(self, name: str, work: Any) -> None:
        """Run `work` as a task and everything that follows from it."""
        self.world.faults.until = self.world.clock.now + FAULTS_S
        self.later(name, 0.0, work)
        self.rounds(SECONDS_TO_THE_END)
        self.world.clock.run(self.world.clock.now + SECONDS_TO_THE_END)


# --- a random scenario ----------------------------------------------------------------------------

_POISON: Final[tuple[Mapping[str, Any], ...]] = (
    {"type": True},
    {"data": None},
    {"data": {"name": "gacha", "options": [{"name": "pull", "type": 1, "options": [7]}]}},
    {"guild_id": "../etc"},
    {"id": "-1"},
    {"id": "9" * 40},
    {"token": ""},
    {"member": {"user": {"id": None}}},
    {"locale": 7, "data": {"name": "x" * 5000}},
)


def run(
    seed: int,
    *,
    mutation: Mutation | None = None,
    machines: Mapping[str, asl.Definition] | None = None,
    only: str | None = None,
    rate: float | None = None,
    giving: int | None = None,
) -> Outcome:
    """The run of `seed`. With `only` and `rate`, faults meet that boundary alone, that often;
    `giving` is how often servers give, and players spend it, whatever the seed says."""
    rng = random.Random(f"scenario {seed}")
    workflow_type = rng.choice(["STANDARD", "STANDARD", "EXPRESS"])
    faults = Faults(random.Random(f"faults {seed}"), rng.choice([0.0, 0.02, 0.06, 0.15, 0.3]))
    if rng.random() < 0.25 and faults.rate and only is None:
        began = START + rng.uniform(0, 40)
        faults.outage = began, began + rng.uniform(5, 90)
        faults.outage_at = rng.choice([None, *OUTAGES])
    if rate is not None:
        faults.rate, faults.only = rate, only
    world = World(seed, workflow_type, faults=faults, mutation=mutation, machines=machines)
    if rng.random() < 0.3:
        world.skews = [0.0, rng.uniform(-5, 5), rng.uniform(-200, 200)]
    with world.entered():
        world.functions.deploy(_cheap)
        scenario = Scenario(world, rng, seed)
        operations = _play(scenario, seed, giving)
        operate(scenario)
        settle_down(scenario)
        violations, ends = checks.violations(scenario)
        events = checks.events_of(scenario)
    trace = world.trace.hexdigest()
    return Outcome(seed, operations, violations, faults.counts, trace, world.log, ends, events)


def _play(scenario: Scenario, seed: int, giving: int | None) -> int:
    """The players act, most of it at the same time; the number of operations."""
    world, rng, faults = scenario.world, scenario.rng, scenario.world.faults
    users = [str(1290000000000001000 + number) for number in range(rng.choice([1, 1, 2, 3]))]
    guilds = GUILDS[: rng.choice([1, 1, 2])]
    # In half of the runs, owners publish meanwhile; where one boundary is looked at, none does.
    owners = scenario.offers.rng
    publishing = owners.choice([0.0, 0.35]) if faults.rate and faults.only is None else 0.0
    span = rng.choice([0.5, 5.0, 40.0])
    number = rng.randint(9, 14)
    # In half of the runs, servers give presents and codes beside, and players spend what they have;
    # where one boundary is looked at, none does.
    givers = scenario.gifts.rng
    by_seed = givers.choice([0, 8]) if faults.only is None else 0
    giving = by_seed if giving is None else giving

    def give() -> None:
        for turn in range(giving):
            if expiring and turn == giving - 2:
                offers.expire(scenario, guilds[0])
            for each in gifts.ask(scenario, users, givers.choice(guilds)):
                scenario.send(each, 0.0)
            world.clock.sleep(givers.uniform(0, span / giving * 2))

    expiring = bool(giving) and givers.random() < 0.3
    if expiring:
        offers.begin(scenario, guilds[0])
    if giving:
        offers.box(scenario, guilds[-1])
    if giving:
        for guild in guilds:
            gifts.begin(scenario, guild)
        scenario.later("gifts", 0.0, give)

    def act() -> None:
        for _ in range(number):
            scenario.send(_ask(scenario, rng.choice(users), rng.choice(guilds)), 0.0)
            world.clock.sleep(rng.uniform(0, span / number * 2))
            running = [
                each
                for each in world.workflows.executions
                if each.status == "RUNNING" and each.kind == "STANDARD"
            ]
            if running and faults.chance("execution", "aborted", 0.03 * bool(faults.rate)):
                world.workflows.abort(rng.choice(running))
            if faults.chance("settings", "banner replaced mid-flow", 0.04 * bool(faults.rate)):
                world.functions.deploy(_second_version)
            if owners.random() < publishing:
                offers.change(scenario, owners.choice(guilds))
            if faults.chance("settings", "epochs closed mid-flow", 0.04 * bool(faults.rate)):
                _close_epochs(world)

    erasures.begin(scenario, seed, users, guilds, span)
    leaving.begin(scenario, seed, users, guilds, span)
    scenario.inside("players", act)
    return len(scenario.asked)


_ASKED: Final[Mapping[str, int]] = {
    **{"pull": 36, "ten": 18, "again": 10, "turn": 4},
    **{
        "admin settings": 6,
        "admin banner list": 3,
        "admin grant": 6,
        "admin take": 4,
        "fair seed": 6,
        "fair rotate": 6,
        "daily": 8,
        "settings": 3,
        "wishlist": 4,
        "post": 4,
        "exchange": 6,
        "shop": 6,
        "lock": 4,
        "privacy delete": 0,  # asked for and undone in runs of its own (`leaving`),
        "admin reset": 0,  # and so is this
        "fair box": 0,  # boxes that a server shares are played in `boxes`
    },
    **{"history": 6, "fair show": 3, "profile": 3},
}
"""What players do, and how often: commands, a ten-pull, and the buttons of what was shown."""


def changes() -> set[str]:
    """The commands among them that change a player."""
    return {name for name in (*_ASKED, *gifts.ASKED) if name in checks.CHANGES}


def _ask(scenario: Scenario, user: str, guild: str) -> Asked:
    rng, faults = scenario.rng, scenario.world.faults
    name = rng.choices([*_ASKED], [*_ASKED.values()])[0]
    # Pages are turned where there are some; a result that is laid out takes no page in its place.
    pressed = [
        each
        for each in scenario.asked
        if not server.is_key(each.player_key) and (name == "again" or each.command == "history")
    ]
    if name in ("turn", "again") and pressed:
        of = rng.choice(pressed)
        custom_id = "history:older:99999999999999"
        if name == "again":
            custom_id = scenario.button_of(of, "pull:") or "pull:starlit-atelier:1:0.10"
        presser = of.player_key.split("@")[0]
        if faults.chance("delivery", "another's button", 0.4):
            presser = "1290000000000009999"
        return scenario.button(of, presser, custom_id)
    mine = [each for each in scenario.asked if each.player_key == f"{user}@{guild}"]
    selects = [each for each in mine if each.command == "settings"]
    # Half of it is whether others see for what one wishes, which is in other items, too.
    what, chosen = "results", "private"
    if random.Random(f"settings {len(scenario.asked)}").random() < 0.5:
        what, chosen = "wishes", "listed"
    if name == "settings" and selects:
        chosen = rng.choice([preferences.CHOICES[what][0], chosen])
        return scenario.button(rng.choice(selects), user, f"settings:{what}", chosen)
    if name == "settings":
        looked = scenario.command(user, guild, name)
        return gifts.pressed(looked, f"settings:{what}", chosen)
    if name == "post":
        if own := [each for each in mine if each.command == "pull"]:
            of = rng.choice(own)
            return scenario.button(of, user, f"post:{of.id}")
        name = "pull"
    if name == "admin grant":
        pulls = [each.id for each in scenario.asked if each.command == "pull"]
        cited = {"receipt": rng.choice(pulls)} if pulls and rng.random() < 0.5 else {}
        may = not faults.chance("delivery", "grant by no admin", 0.3)
        permissions = MANAGE_GUILD if may else "0"
        amount = rng.choice([160, 1600])
        asked = scenario.grant(user, guild, permissions=permissions, amount=amount, **cited)
        asked.foreign = not may
        return asked
    if name == "lock":
        return scenario.command(user, guild, "lock", card=str(rng.randrange(9, 30)))
    takes = [each for each in scenario.asked if each.command == name == "admin take"]
    if takes and rng.random() < 0.6:
        of = rng.choice(takes)
        if button := scenario.button_of(of, "admin take:sure:"):
            return scenario.sure(of, button)
    if name == "admin take":
        may = not faults.chance("delivery", "grant by no admin", 0.3)
        permissions = MANAGE_GUILD if may else "0"
        taken: dict[str, Any] = {"amount": rng.choice([160, 4800])}
        if rng.random() < 0.5:
            taken = {"card": str(rng.randrange(9, 30))}
        taken |= {"reason": "too much"}
        asked = scenario.grant(user, guild, permissions=permissions, room=name, **taken)
        asked.foreign = not may
        return asked
    if name in ("exchange", "shop"):
        return scenario.choice(name, user, guild)
    if name == "admin banner list":
        may = not faults.chance("delivery", "settings by no admin", 0.2)
        asked = scenario.banners(guild, permissions=MANAGE_GUILD if may else "0")
        asked.foreign = not may
        return asked
    if name == "admin settings":
        may = not faults.chance("delivery", "settings by no admin", 0.2)
        asked = scenario.settle(guild, permissions=MANAGE_GUILD if may else "0")
        asked.foreign = not may
        return asked
    if faults.chance("delivery", "poison", 0.03 if faults.rate else 0.0):
        asked = scenario.command(user, guild, "pull", count=1)
        asked.interaction |= rng.choice(_POISON)
        asked.command = "poison"
        return asked
    owners = scenario.offers
    if name in ("ten", "pull") and owners.had and owners.rng.random() < 0.5:
        count = owners.rng.choice([10, 10, *offers.PACK_SIZES]) if name == "ten" else 1
        typed = owners.rng.choice(offers.TYPED)
        return scenario.command(user, guild, "pull", count=count, banner=typed)
    match name:
        case "ten":
            return scenario.command(user, guild, "pull", count=10)
        case "fair seed":
            return scenario.command(user, guild, name, text=f"seed {rng.randint(0, 999)}")
        case "wishlist":
            return scenario.command(user, guild, name, card=str(rng.randint(0, 12)))
        case "pull":
            return scenario.command(user, guild, name, count=1)
    return scenario.command(user, guild, name if registry.is_room(name) else "history")


CHEAP: Final = 2
"""Points for a card: so few that they are spent within a run."""


def _cheap(toml: str) -> str:
    assert "price = 200" in toml
    return toml.replace("price = 200", f"price = {CHEAP}")


def _second_version(toml: str) -> str:
    """The banner as a new deployment might bring it: other prices, another hash."""
    changed = re.sub(r"\b(one = )(\d+)", lambda m: f"{m[1]}{int(m[2]) + 10}", _cheap(toml))
    assert changed != toml
    return changed


def _close_epochs(world: World) -> None:
    """What a restore writes before the tables are taken into use, which is by a deployment. Here
    play does not stop for it, and ids may be of up to a minute from now."""
    second = int(world.clock.now) + 61
    item = {"user_id": {"S": "*"}, "epoch": {"N": str(second)}}
    world.database.put_item(TableName="discord_users", Item=item)
    world.functions.deploy()
    world.note(f"closes all epochs below {second}")


def operate(scenario: Scenario) -> None:
    """What an operator does: stop, redrive, start again with an old input, or with nonsense."""
    world, rng = scenario.world, scenario.rng
    faults, workflows = world.faults, world.workflows
    machine = "PullStateMachine"

    def start(name: str, input_: str) -> None:
        status, answer = workflows.start(machine, name, input_)
        assert status == 200, answer

    def act() -> None:
        for execution in list(workflows.executions):
            done = execution.status not in ("RUNNING", "SUCCEEDED")
            if (
                done
                and execution.kind == "STANDARD"
                and faults.chance("execution", "redriven", 0.7)
            ):
                workflows.redrive(execution)
            elif execution.machine == machine and faults.chance(
                "execution", "old input, new execution", 0.2
            ):
                start(f"again-{execution.name}-{current().clock.rng.random()}", execution.input)
        if faults.chance("execution", "poison input", 0.1 if faults.rate else 0.0):
            poison = {"interaction_id": "none", "options": {"count": 7}, "command": "pull"}
            start("poison", json.dumps(rng.choice([{}, poison])))

    scenario.inside("operator", act)


def settle_down(scenario: Scenario) -> None:
    """Everything works again. Each player uses a few commands, then reads their history."""
    world = scenario.world
    world.faults.calm = True
    scenario.inside("calm", lambda: None)  # the sweeper has time for what it left
    erasures.finish(scenario)
    leaving.finish(scenario)
    scenario.found += erasures.violations(scenario)
    leaving.return_(scenario)
    keys = {each.player_key for each in scenario.asked if each.command != "poison"}
    players = sorted(each for each in keys if not server.is_key(each))

    def look() -> None:
        for player_key in players:
            user, guild = player_key.split("@")
            for _ in range(LOOKS):
                scenario.look(scenario.command(user, guild, "profile"), "last look")
            asked: Asked | None = scenario.command(user, guild, "history")
            while asked is not None:
                scenario.look(asked, "last history")
                older = scenario.button_of(asked, "history:older:")
                asked = scenario.button(asked, user, older) if older else None

    scenario.inside("look", look)


def _json(value: Json) -> Json:
    """As EventBridge sends it: times are numbers of milliseconds."""
    return {
        name: int(each.timestamp() * 1000) if isinstance(each, datetime) else each
        for name, each in value.items()
    }
