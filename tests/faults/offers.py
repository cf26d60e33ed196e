"""What owners do to their servers' banners while pulls run: publish, replace, end, hide, pause.

It is recorded as a change of the server's is, in one moment. Whatever is drawn has to be of what
was offered then, by the interaction's own time (`checks`).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from adapters import banners, files
from adapters.tables import settings, transactions
from adapters.tables.items import from_item
from gacha import kinds, points, server, snowflake
from gacha.game import EXCHANGE_MS, Game, Offer, Version, version_at, versions_after

if TYPE_CHECKING:
    from tests.faults.scenario import Scenario

OWNER: Final = "1290000000000008889"
IDS: Final = ("b1", "b2", "b3")
NAMES: Final = {
    "b1": {"ja": "ハル祭り", "en": "Spring"},
    "b2": {"ja": "夏祭り", "en": "Summer"},
    "b3": {"ja": "夏の夜", "en": "Summer Night"},
    "b9": {"ja": "ふくびき", "en": "Raffle"},
}
BOX: Final = "b9"
"""A box of each player's own, begun anew at any time. Its owner leaves it as it is."""
TYPED: Final = ("b1", "b2", "ﾊﾙ", "summer", "夏の夜", "夏")


@dataclass
class Offers:
    """The games that each server had, with the true time (seconds) from which on it had them."""

    rng: random.Random
    had: dict[str, list[tuple[float, Game]]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[tuple[str, str], tuple[Version, ...]] = field(default_factory=dict)
    """By server and banner, oldest first."""

    def games_after(self, guild: str, made: float) -> list[Game]:
        """What a Draw may have read that ran after this true time."""
        had = [(float("-inf"), Game(guild)), *self.had[guild]]
        ends = [began for began, _ in had[1:]] + [float("inf")]
        return [game for (_, game), ended in zip(had, ends, strict=True) if ended > made]

    def rules_in(self, game: Game, offer: Offer, made_ms: int) -> str:
        """The hash that a pull made then is drawn by, where Draw reads this game."""
        if made_ms >= game.published_ms:
            return offer.rules
        held = version_at(self.versions[game.guild_id, offer.id], made_ms)
        return offer.rules if held is None else held.rules

    def forget(self, guild: str, now: float) -> None:
        """All that a server had was erased."""
        self.had[guild].append((now, Game(guild)))
        self.versions = {key: each for key, each in self.versions.items() if key[0] != guild}

    def was_out(self, guild: str, banner_id: str, made_ms: int) -> bool:
        """Whether it was published when an interaction was made, by that one's own time."""
        versions = self.versions.get((guild, banner_id), ())
        return not versions or versions[0].since_ms <= made_ms


def change(scenario: Scenario, guild: str) -> None:
    """One change of a server's offers, by its owner; none where it is to be erased."""
    if game_of(scenario, guild).leaving:
        return
    interaction_id = scenario.new_id()
    now = snowflake.created_ms(interaction_id)
    what, changed = _changed(game_of(scenario, guild), now, scenario.offers.rng)
    if changed is not None:
        change_to(scenario, changed, interaction_id)
        _note(scenario, what, guild)


def begin(scenario: Scenario, guild: str) -> None:
    """A banner whose points become shards a week after its end."""
    interaction_id = scenario.new_id()
    offer = Offer(IDS[1], _rules(IDS[1], OF_ITS_OWN))
    now = snowflake.created_ms(interaction_id)
    changed = game_of(scenario, guild).published(offer, now)
    change_to(scenario, changed, interaction_id)


def box(scenario: Scenario, guild: str) -> None:
    """A box of each player's own, beside whatever else is open."""
    interaction_id = scenario.new_id()
    offer = Offer(BOX, _rules(BOX, len(VARIANTS)))
    game = game_of(scenario, guild).published(offer, snowflake.created_ms(interaction_id))
    change_to(scenario, replace(game, has_sample=True), interaction_id)


def limit(scenario: Scenario, guild: str) -> None:
    """A banner of which each player has two pulls in a day."""
    interaction_id = scenario.new_id()
    offer = Offer(IDS[2], _rules(IDS[2], OF_LIMITS))
    now = snowflake.created_ms(interaction_id)
    change_to(scenario, game_of(scenario, guild).published(offer, now), interaction_id)


def packs(scenario: Scenario, guild: str) -> None:
    """A banner that is sold in packs, too."""
    interaction_id = scenario.new_id()
    offer = Offer(IDS[2], _rules(IDS[2], OF_PACKS), sizes=(1, 10, *PACK_SIZES))
    now = snowflake.created_ms(interaction_id)
    change_to(scenario, game_of(scenario, guild).published(offer, now), interaction_id)


def expire(scenario: Scenario, guild: str) -> None:
    """That banner ended so long ago that its points become shards."""
    interaction_id = scenario.new_id()
    now = snowflake.created_ms(interaction_id)
    game = game_of(scenario, guild)
    if (offer := game.offer(IDS[1])) and not game.leaving:
        over = replace(offer, ends_ms=now - EXCHANGE_MS - points.LATE_MS)
        change_to(scenario, game.published(over, now), interaction_id)
        _note(scenario, "banner ended mid-flow", guild)


def game_of(scenario: Scenario, guild: str) -> Game:
    """The server's game as it is stored."""
    table = scenario.world.database.tables["server_settings"]
    found = [from_item(item) for item in table.values()]
    row = next((r for r in found if (r["server_id"], r["setting"]) == (guild, "game")), {})
    return settings.game_of(guild, row)


def change_to(scenario: Scenario, changed: Game, interaction_id: str) -> None:
    """Record that a server has this game now."""
    world = scenario.world
    for each in changed.offers:
        _write(scenario, each)
    transaction = recorded(changed, interaction_id, scenario.offers.versions)
    world.database.transact_write_items(TransactItems=transaction)
    scenario.offers.had[changed.guild_id].append((world.clock.now, changed))


def _note(scenario: Scenario, what: str, guild: str) -> None:
    scenario.world.faults.note("settings", what)
    scenario.world.note(f"{what} in {guild}")


def recorded(
    changed: Game, interaction_id: str, versions: dict[tuple[str, str], tuple[Version, ...]]
) -> list[Any]:
    """The transaction of the change, which is noted in `versions`, too."""
    now = snowflake.created_ms(interaction_id)
    event = {"kind": kinds.SETTINGS, "by": OWNER, "before": {}, "after": {}}
    of = server.Change(changed.guild_id, event, changed)
    transaction = transactions.of_server(of, interaction_id, NAMES)
    for each in changed.offers:
        key = changed.guild_id, each.id
        before = versions.get(key, ())
        transaction.append(settings.put_versions(*key, before, each.rules, now))
        versions[key] = versions_after(before, each.rules, now)
    return transaction


def _changed(game: Game, now: int, rng: random.Random) -> tuple[str, Game | None]:
    """What is done, and the game after it; None where there is nothing to do it to."""
    mine = [each for each in game.offers if each.id != BOX]
    what = rng.choice(["publishes", "publishes", "replaces", "ends", "hides", "pauses"])
    if what == "publishes":
        new = [each for each in IDS if game.offer(each) is None]
        banner_id = rng.choice(new or IDS)
        offer = Offer(banner_id, _rules(banner_id, rng.randrange(len(VARIANTS))))
        return "banner published mid-flow", game.published(offer, now)
    if what == "pauses":
        return "server paused mid-flow", game.changed(pause="" if game.pause else "メンテナンス中")
    if not mine:
        return what, None
    offer = rng.choice(mine)
    if what == "replaces":
        other = replace(offer, rules=_rules(offer.id, rng.randrange(len(VARIANTS))))
        return "version published mid-flow", game.published(other, now)
    if what == "ends":
        # Sometimes so long ago that its points become shards.
        ago_ms = rng.choice([0, 0, EXCHANGE_MS + points.LATE_MS])
        ends_ms = now - ago_ms if offer.ends_ms is None else None
        other = replace(offer, ends_ms=ends_ms)
        return "banner ended mid-flow", game.published(other, now)
    other = replace(offer, is_hidden=not offer.is_hidden)
    return "banner hidden mid-flow", game.published(other, now)


PACKS: Final = """
[[multi]]
size = 5
price = [500, 300, 100]
repeat = "last"

[[multi.minimum]]
of = ["ssr", "sr"]
count = 3

[[multi.slot]]
number = 1
rates = { ssr = "1/2", sr = "1/2" }

[[multi]]
size = 3
price = 100

[[multi.whole]]
chance = "1/2"
rates = { ssr = "1/2", sr = "1/2" }

[[multi]]
size = 12
price = 120
frozen = true

"""
PACK_SIZES: Final = (3, 5, 12)
"""Packs at a falling price with a minimum and a slot's own rates, such that a whole-pack table may
replace, and such whose ceilings do not act within."""

VARIANTS: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    (),
    (("one = 160", "one = 161"), ("ceiling = 90", "ceiling = 80")),
    (("carry_over = true", "carry_over = false"),),
    (("ceiling = 10\n", ""), ("[exchange]\nprice = 200\n", "")),
    (
        ("carry_over = true", "carry_over = false"),
        (
            "[exchange]\nprice = 200\n",
            "[limit]\ntotal = 4\nper_day = 2\nprices = [0]\n[ticket]\ncounts = false\n"
            '[[exchange.offer]]\nof = ["ssr.featured"]\nprice = 2\nlimit = 1\n',
        ),
    ),
    (("carry_over = true", "carry_over = false"), ("[exchange]\n", f"{PACKS}[exchange]\n")),
)
"""The sample's cards by other rules: another price and ceiling, a state of its own, without points
and one of the counts, so few for each player that they meet the end, and packs."""
OF_LIMITS: Final = 4
OF_PACKS: Final = 5
OF_ITS_OWN: Final = 2
"""The variant whose points carry over to no other banner."""


def toml(banner_id: str, variant: int) -> str:
    text = banners.text("starlit-atelier").replace('"starlit-atelier"', f'"{banner_id}"', 1)
    if variant == len(VARIANTS):
        return _boxed(text)
    for old, new in VARIANTS[variant]:
        assert old in text
        text = text.replace(old, new, 1)
    return text.replace("price = 200", "price = 2")  # `scenario.CHEAP`


def _boxed(text: str) -> str:
    """The same cards, two of each, in a box."""
    rules = ("rate = ", "ramp = ", "ceiling = ", "featured = {", "price = 200", "[exchange]")
    kept = "\n".join(line for line in text.split("\n") if not line.startswith(rules))
    kept = re.sub(r"^(number = .*)$", r"\1\nstock = 2", kept, flags=re.MULTILINE)
    kept = kept.replace("carry_over = true", "carry_over = false", 1)
    return kept.replace("[[rarity]]", "[box]\nreset_after = []\n\n[[rarity]]", 1)


IN_BOX: Final = 2 * banners.text("starlit-atelier").count("[[card]]")


def _rules(banner_id: str, variant: int) -> str:
    return files.BANNERS.hash(toml(banner_id, variant).encode())


def _write(scenario: Scenario, offer: Offer) -> None:
    """Into the bucket, before anything names it."""
    for variant in range(len(VARIANTS) + 1):
        if _rules(offer.id, variant) == offer.rules:
            file = toml(offer.id, variant).encode()
            scenario.world.bucket[files.BANNERS.key(offer.rules)] = file
