"""What servers give, and what becomes of it, while everything breaks: presents and codes are made,
withdrawn, taken and typed in, right and wrong, by one or by all at once; shards and points buy
cards, cards are locked and taken back, and points outlive their banner.

It has randomness of its own, so that what the other players do stays as it was.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from adapters import banners
from adapters.tables import claims, transactions
from adapters.tables.items import from_item
from commands import forms, sure
from gacha import codes, kinds, presents, server, snowflake
from gacha.codes import Campaign
from gacha.presents import Gift, Present
from local.client import command
from local.players import MANAGE_GUILD
from tests.faults import offers
from tests.faults.offers import OWNER
from tests.faults.world import secret_of

if TYPE_CHECKING:
    from tests.faults.scenario import Asked, Scenario

ADMIN: Final = "1290000000000008888"
ASKED: Final = {
    **{"presents": 8, "code": 8, "admin present new": 3, "admin code new": 2},
    **{"shop": 6, "exchange": 5, "lock": 5, "admin take": 5, "box": 8},
}
"""What is done, and how often."""
RUSH: Final = 0.25
"""How often all do the same at once."""

GIFTS: Final = (
    Gift(coins=160),
    Gift(shards=20, card="toki-moon-clockmaker", number=1),
    Gift(coins=320, tickets=2, ticket_days=3),
)
WORD: Final = "ほしぞらフェス"
CEILING: Final = 2
SINGLES: Final = 2
SAMPLE: Final = "starlit-atelier"
DAY_MS: Final = 24 * 60 * 60 * 1000


CHEAPEST: Final = 10
COMMON: Final = [card.number for card in banners.load(SAMPLE).cards if card.rarity == "n"]
"""The shop's lowest price in shards, and the numbers of the cards that have it."""


@dataclass
class Gifts:
    """`singles`: each server's single codes."""

    rng: random.Random
    singles: dict[str, list[str]] = field(default_factory=dict)


def begin(scenario: Scenario, guild: str, ceiling: int = CEILING) -> None:
    """The owner's first presents and codes, in one moment. One present ends while players play;
    the shared code is for the first `ceiling`."""
    database = scenario.world.database
    key = codes.key(secret_of("FairnessSecret").encode())
    made = scenario.new_id()
    now = snowflake.created_ms(made)
    index = presents.Index()
    changed: list[server.Setting] = []
    for number, gift in enumerate(GIFTS):
        ends_ms = now + (20_000 if number == 0 else DAY_MS)
        present = Present(index.next_id, gift, "どうぞ", ends_ms, OWNER)
        index = index.with_(present, now)
        changed.append(server.Setting(presents.setting(present.id), 1, present.content()))
    changed.append(server.Setting(presents.INDEX, 1, {**index.content()}))
    shared = Campaign("c1", GIFTS[1], "夏", now + DAY_MS, ceiling, OWNER, made, is_own=True)
    singles = Campaign("c2", GIFTS[0], "秋", now + DAY_MS, SINGLES, OWNER, made, singles=SINGLES)
    of_codes = codes.Index().with_(shared, now).with_(singles, now)
    changed += [
        server.Setting(codes.INDEX, 1, of_codes.content()),
        server.Setting(codes.setting(shared.id), 1, shared.content()),
        server.Setting(codes.setting(singles.id), 1, singles.content()),
        server.Setting(
            codes.word_setting(key, guild, codes.folded(WORD)), 1, {"campaign": shared.id}
        ),
    ]
    scenario.gifts.singles[guild] = [
        codes.generated(key, guild, singles.id, made, number) for number in range(1, SINGLES + 1)
    ]
    event = {"kind": kinds.GIFT, "by": OWNER, "did": "pledged"}
    change = server.Change(guild, event, None, tuple(changed))
    items = transactions.of_server(change, made, {})
    begun = [claims.begin(guild, each.id) for each in (shared, singles)]
    database.transact_write_items(TransactItems=[*items, *begun])


def ask(scenario: Scenario, users: Sequence[str], guild: str) -> list[Asked]:
    """One thing that a player or an admin does; or that all of the players do at once."""
    rng = scenario.gifts.rng
    user = rng.choice(users)
    if rng.random() < RUSH:
        return _rush(scenario, users, guild)
    name = rng.choices([*ASKED], [*ASKED.values()])[0]
    if name == "code":
        right = [WORD, "ﾎｼｿﾞﾗ ふぇす", *scenario.gifts.singles[guild]]
        typed = rng.choice([*right, "まちがい123", f"{WORD}x"])
        return [scenario.command(user, guild, name, text=typed)]
    if name in ("shop", "exchange", "lock"):
        return [_spent(scenario, name, user, guild)]
    if name == "box":
        return _begun(scenario, user, guild)
    if name == "admin take":
        return [_taken_back(scenario, user, guild)]
    asked = scenario.command(user, guild, "presents")
    if name == "presents":
        press = rng.choice(["presents:all", "presents:take:p1", "presents:take:p2", ""])
        return [pressed(asked, press) if press else asked]
    return [_of_admin(scenario, asked, guild, name)]


def _rush(scenario: Scenario, users: Sequence[str], guild: str) -> list[Asked]:
    """The same code, by everybody in one moment, the quicker ones twice; or a present."""
    rng = scenario.gifts.rng
    if rng.random() < 0.3:
        each_twice = [scenario.command(user, guild, "presents") for user in (*users, *users)]
        return [pressed(asked, "presents:take:p2") for asked in each_twice]
    typed = rng.choice([WORD, *scenario.gifts.singles[guild]])
    return [scenario.command(user, guild, "code", text=typed) for user in (*users, *users)]


def _spent(scenario: Scenario, room: str, user: str, guild: str) -> Asked:
    """A card for shards or points, as the question would say it now, or a card that is locked or
    unlocked. What others do meanwhile may make it another's."""
    rng, player_key = scenario.gifts.rng, f"{user}@{guild}"
    if room == "lock":
        card = str(rng.choice(_numbers(scenario, player_key) or [1]))
        return scenario.command(user, guild, room, card=card)
    rows = map(from_item, list(scenario.world.database.tables["discord_users"].values()))
    row = next((each for each in rows if each["user_id"] == player_key), {})
    offered = [each.id for each in offers.game_of(scenario, guild).offers] or [SAMPLE]
    banner = rng.choice(offered)
    key = banner if banner in row.get("states", {}) else "standard"
    has, price, number = row.get("shards", 0), CHEAPEST, rng.choice(COMMON)
    if room == "exchange":
        has, price, number = row.get("states", {}).get(key, {}).get("points", 0), 2, 0
    asked = scenario.command(user, guild, room)
    return pressed(asked, f"{room}:take:{banner}:{number}:{price}:{has}")


def _begun(scenario: Scenario, user: str, guild: str) -> list[Asked]:
    """A pull of the server's box, or of what else is open, and the box begun anew twice at once, as
    the question would say it now; what the pull leaves makes that another's."""
    rows = map(from_item, list(scenario.world.database.tables["discord_users"].values()))
    row = next((each for each in rows if each["user_id"] == f"{user}@{guild}"), {})
    out = row.get("states", {}).get(offers.BOX, {}).get("drawn", {})
    begin = f"box:begin:{offers.BOX}:{offers.IN_BOX - sum(out.values())}:yes"
    pulled = scenario.command(user, guild, "pull", count=1, banner=offers.BOX)
    if not out:
        return [pulled]
    twice = [scenario.command(user, guild, "pull", count=1) for _ in range(2)]
    asks = scenario.command(user, guild, "pull", count=1)
    return [*(pressed(each, begin) for each in twice), pressed(asks, f"box:ask:{offers.BOX}")]


def _numbers(scenario: Scenario, player_key: str) -> list[int]:
    """The numbers of the cards that the player has."""
    pages = map(from_item, list(scenario.world.database.tables["gacha_collection"].values()))
    mine = [page for page in pages if page["user_id"] == player_key]
    cards = banners.load(SAMPLE).cards
    return [card.number for card in cards if any(page.get(f"card:{card.id}") for page in mine)]


def _taken_back(scenario: Scenario, user: str, guild: str) -> Asked:
    """An admin asks for a card back, and is sure of it some seconds later."""
    rng, room, reason = scenario.gifts.rng, "admin take", "まちがい"
    card = str(rng.choice(_numbers(scenario, f"{user}@{guild}") or [1]))
    asked, pressing = (
        scenario.grant(user, guild, permissions=MANAGE_GUILD, room=room, card=card, reason=reason)
        for _ in range(2)
    )
    _, seen = sure.form({"user": user, "reason": reason, "card": card, "amount": ""})
    scenario.send(pressed(pressing, f"{room}:sure:{user}:{seen}"), rng.uniform(2, 8))
    return asked


def _of_admin(scenario: Scenario, asked: Asked, guild: str, room: str) -> Asked:
    """A command that asks whether its admin is sure, or the button below it."""
    rng = scenario.gifts.rng
    options: dict[str, Any] = {"coins": 160, "days": 1}
    options["message" if room == "admin present new" else "note"] = "はい"
    asked.interaction = command(
        ["gacha-admin", *room.split()[1:]],
        options,
        user_id=ADMIN,
        guild_id=guild,
        locale=asked.interaction["locale"],
        interaction_id=asked.id,
        token=asked.token,
        permissions=MANAGE_GUILD,
    )
    asked.command, asked.player_key = room, server.key(guild)
    seen = _seen(scenario, guild, room)
    do = rng.choice(["ask", "sure", "over"])
    if do == "sure" and seen:
        way = "send" if room == "admin present new" else "make"
        return pressed(asked, f"{room}:{way}:{seen}")
    if do == "over":
        over = "withdraw:p2:yes" if room == "admin present new" else "end:c1:yes"
        return pressed(asked, f"{room}:{over}")
    return asked


def _seen(scenario: Scenario, guild: str, room: str) -> str:
    """What the button says of what the admin was asked last."""
    table = scenario.world.database.tables["server_settings"]
    name = forms.setting(room, ADMIN)
    rows = map(from_item, list(table.values()))
    row = next((r for r in rows if (r["server_id"], r["setting"]) == (guild, name)), None)
    text = str(row["values"].get("json", "")) if row else ""
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


def pressed(asked: Asked, custom_id: str, *values: str) -> Asked:
    """The same as a press of a button on a message of one's own, or a choice in a select."""
    chosen: dict[str, Any] = {"values": list(values)} if values else {}
    whose = {"id": asked.id, "user": asked.interaction["member"]["user"]}
    asked.interaction |= {
        "type": 3,
        "data": {"component_type": 3 if values else 2, "custom_id": custom_id, **chosen},
        "message": {"id": asked.id, "interaction_metadata": whose},
    }
    return asked
