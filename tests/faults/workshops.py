"""Two editors and two managers make and publish a server's banner while its members pull.

All of it goes the real way: forms to `interactions`, the workshop's workflow with the workshop's
own function, the change workflow, and pulls. Faults come at every passage, as in `scenario`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from adapters import files
from adapters.tables.items import from_item
from gacha import kinds, server, snowflake
from gacha.game import Version
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from local.client import command
from tests.faults import checks
from tests.faults.faults import Faults
from tests.faults.scenario import GUILDS, Asked, Outcome, Scenario
from tests.faults.world import Mutation, World

GUILD: Final = GUILDS[0]
ADMINS: Final = ("1290000000000008801", "1290000000000008802")
MEMBERS: Final = ("1290000000000001000", "1290000000000001001")
BANNER: Final = "b1"
MANAGE_GUILD: Final = str(1 << 5)
NEW: Final = {
    "name": "ハル祭り",
    "rarities": "SSR 3%\nR 残り",
    "kind": "ceiling",
    "prices": "160 / 1600",
    "period": "",
}
STEPS: Final = 16
STEPS_TAKEN: Final = (*["add"] * 3, "publish", "end", "back", *["pull"] * 3)


class Play:
    """One run's server."""

    def __init__(self, scenario: Scenario, rng: random.Random) -> None:
        self.scenario, self.rng = scenario, rng
        self.added: dict[str, str] = {}
        """The card that each form of one card adds, by its interaction."""

    def act(self) -> None:
        clock = self.scenario.world.clock
        self.scenario.send(self.form("admin banner new:form", NEW), 0.0)
        clock.sleep(40)
        self.adds("星の王冠, SSR\n路傍の石, R")
        clock.sleep(40)
        self.publish()
        clock.sleep(20)
        for _ in range(STEPS):
            self.step()
            clock.sleep(self.rng.choice([0.05, 1.0, 12.0]))

    def step(self) -> None:
        do = self.rng.choice(
            ["add", "add", "add", "publish", "end", "back", "pull", "pull", "pull"]
        )
        if do == "add":
            for _ in range(self.rng.choice([1, 2, 3])):  # editors at once
                self.adds("")
        elif do == "publish":
            for _ in range(self.rng.choice([1, 2, 2])):
                self.publish()
        elif do == "end":
            self.press(f"end:{BANNER}:yes")
        elif do == "back":
            versions = self.versions()
            if len(versions) > 1:
                before = versions[-2].rules[:16]
                self.press(f"back:{BANNER}:{before}:yes")
        else:
            member = self.rng.choice(MEMBERS)
            asked = self.scenario.command(member, GUILD, "pull", count=self.rng.choice([1, 10]))
            self.scenario.send(asked, 0.0)

    def adds(self, lines: str) -> None:
        name = f"カード{len(self.added)}"
        typed = lines or f"{name}, {self.rng.choice(['SSR', 'R'])}"
        asked = self.form(f"admin card add:form:many:{BANNER}", {"cards": typed})
        if not lines:
            self.added[asked.id] = name
        self.scenario.send(asked, 0.0)

    def publish(self) -> None:
        if version := self.row(draft_setting(BANNER)).get("version"):
            self.press(f"publish:{BANNER}:{version}:yes")

    def press(self, what: str) -> None:
        custom_id = f"admin banner list:{what}"
        self.scenario.send(self._admins(3, {"custom_id": custom_id, "component_type": 2}), 0.0)

    def form(self, custom_id: str, values: dict[str, str]) -> Asked:
        fields = [
            {"type": 3, "custom_id": name, "values": [value]}
            if name == "kind"
            else {"type": 4, "custom_id": name, "value": value}
            for name, value in values.items()
        ]
        if "cards" in values:
            fields.append({"type": 19, "custom_id": "pictures", "values": []})
        components = [{"type": 18, "component": each} for each in fields]
        return self._admins(5, {"custom_id": custom_id, "components": components})

    def _admins(self, kind: int, data: dict[str, Any]) -> Asked:
        admin = self.rng.choice(ADMINS)
        asked = self.scenario.command(admin, GUILD, "help")
        asked.interaction = command(
            ["gacha-admin", "settings"],
            {},
            user_id=admin,
            guild_id=GUILD,
            locale=asked.interaction["locale"],
            interaction_id=asked.id,
            token=asked.token,
            permissions=MANAGE_GUILD,
        )
        whose = {"id": asked.id, "user": {"id": admin}}
        message = {"id": asked.id, "interaction_metadata": whose}
        asked.interaction |= {"type": kind, "data": data, "message": message}
        asked.command = data["custom_id"].partition(":")[0]
        asked.player_key = server.key(GUILD)
        return asked

    # --- what is there ----------------------------------------------------------------------------

    def row(self, setting: str) -> dict[str, Any]:
        table = self.scenario.world.database.tables["server_settings"]
        found = (from_item(item) for item in table.values())
        wanted = (GUILD, setting)
        return next((r for r in found if (r["server_id"], r["setting"]) == wanted), {})

    def versions(self) -> list[Version]:
        return [Version.read(each) for each in self.row(f"versions#{BANNER}").get("versions", ())]

    def file(self, kind: files.Kind, hash_: str) -> bytes:
        content = self.scenario.world.bucket[kind.key(hash_)]
        assert kind.hash(content) == hash_
        return content


def run(seed: int, *, mutation: Mutation | None = None, rate: float | None = None) -> Outcome:
    rng = random.Random(f"workshop {seed}")
    faults = Faults(random.Random(f"workshop faults {seed}"), rng.choice([0.0, 0.02, 0.05, 0.1]))
    if rate is not None:
        faults.rate = rate
    workflow_type = rng.choice(["STANDARD", "STANDARD", "EXPRESS"])
    world = World(seed, workflow_type, faults=faults, mutation=mutation)
    with world.entered():
        scenario = Scenario(world, rng, seed)
        play = Play(scenario, rng)
        scenario.inside("server", play.act)
        faults.calm = True
        scenario.inside("calm", lambda: None)
        violations = [*violated(play)]
        ends = Counter(row["kind"] for row in checks.rows(scenario, "gacha_history"))
    asked, trace = len(scenario.asked), world.trace.hexdigest()
    return Outcome(seed, asked, violations, faults.counts, trace, world.log, Counter(), ends)


def violated(play: Play) -> Iterator[str]:
    """What is not as promised: I1 to I7 as far as rows and executions show them, and what the
    server's own rows say of the files."""
    scenario = play.scenario
    yield from checks.audited(scenario)
    yield from checks.ended(scenario)
    yield from checks.endpoint(scenario)
    for check in (_drafts, _drawn):
        try:
            yield from check(play)
        except (KeyError, AssertionError) as missing:
            yield f"{check.__name__}: a file that a row names is not there: {missing!r}"


def _drafts(play: Play) -> Iterator[str]:
    """Nothing that an editor was told was added is lost, and every pointer leads to its file."""
    cards = CardsPointer.read(play.row(CARDS) or None)
    pointer = DraftPointer.read(play.row(draft_setting(BANNER)) or None)
    if not pointer.version:
        return
    known = Cards.read(play.file(files.CARDS, cards.file))
    draft = Draft.read(play.file(files.DRAFTS, pointer.file))
    for kind, hash_ in ((files.BANNERS, pointer.rules), (files.LOOKS, pointer.look)):
        if hash_:
            play.file(kind, hash_)
    names = {known.by_number[each.number].name["ja"] for each in draft.cards}
    recorded = [
        row["interaction_id"]
        for row in checks.rows(play.scenario, "gacha_history")
        if row["kind"] == kinds.CARDS
    ]
    for interaction_id in recorded:
        name = play.added.get(interaction_id)
        if name is not None and name not in names:
            yield f"{interaction_id}: {name} was added, and is lost"
    for name in names & set(play.added.values()):
        if not any(play.added.get(each) == name for each in recorded):
            yield f"{name} is in the draft, and the ledger knows nothing of it"


def _drawn(play: Play) -> Iterator[str]:
    """Every pull is of a version that was published, after it was; and no version is out twice."""
    versions = play.versions()
    for one, other in pairwise(versions):
        if one.rules == other.rules and one.look == other.look:
            yield f"the version {one.rules[:8]} was published twice in a row"
    for version in versions:
        play.file(files.BANNERS, version.rules)
    for row in checks.rows(play.scenario, "gacha_history"):
        if row["kind"] != kinds.PULL or row["banner"] != BANNER:
            continue
        made_ms = snowflake.created_ms(row["interaction_id"])
        held = [each for each in versions if each.since_ms <= made_ms]
        if row["banner_hash"] not in {each.rules for each in held}:
            yield f"I5 {row['interaction_id']}: drawn from a version that was not out"
