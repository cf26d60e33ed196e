"""What servers give while everything breaks: presents and codes are made, withdrawn, taken and
typed in, right and wrong.

It has randomness of its own, so that what the other players do stays as it was.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.tables import claims, transactions
from adapters.tables.items import from_item
from commands import forms
from gacha import codes, kinds, presents, server, snowflake
from gacha.codes import Campaign
from gacha.presents import Gift, Present
from local.client import command
from local.players import MANAGE_GUILD
from tests.faults.offers import OWNER
from tests.faults.world import secret_of

if TYPE_CHECKING:
    from tests.faults.scenario import Asked, Scenario

ADMIN: Final = "1290000000000008888"
ASKED: Final = {"presents": 8, "code": 8, "admin present new": 3, "admin code new": 2}
"""What is done, and how often."""

GIFTS: Final = (
    Gift(coins=160),
    Gift(shards=20, card="toki-moon-clockmaker", number=1),
    Gift(coins=320, tickets=2, ticket_days=3),
)
WORD: Final = "ほしぞらフェス"
CEILING: Final = 2
DAY_MS: Final = 24 * 60 * 60 * 1000


@dataclass
class Gifts:
    rng: random.Random


def begin(scenario: Scenario, guild: str) -> None:
    """The owner's first presents and code, in one moment. One present ends while players play."""
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
    campaign = Campaign("c1", GIFTS[1], "夏", now + DAY_MS, CEILING, OWNER, made, is_own=True)
    of_codes = codes.Index().with_(campaign, now)
    changed += [
        server.Setting(codes.INDEX, 1, of_codes.content()),
        server.Setting(codes.setting("c1"), 1, campaign.content()),
        server.Setting(
            codes.word_setting(key, guild, codes.folded(WORD)), 1, {"campaign": campaign.id}
        ),
    ]
    event = {"kind": kinds.GIFT, "by": OWNER, "did": "pledged"}
    change = server.Change(guild, event, None, tuple(changed))
    items = transactions.of_server(change, made, {})
    database.transact_write_items(TransactItems=[*items, claims.begin(guild, "c1")])


def ask(scenario: Scenario, user: str, guild: str) -> Asked:
    """One thing that a player or an admin does."""
    rng = scenario.gifts.rng
    name = rng.choices([*ASKED], [*ASKED.values()])[0]
    if name == "code":
        typed = rng.choice([WORD, "ﾎｼｿﾞﾗ ふぇす", "まちがい123", f"{WORD}x"])
        return scenario.command(user, guild, name, text=typed)
    asked = scenario.command(user, guild, "presents")
    if name == "presents":
        press = rng.choice(["presents:all", "presents:take:p1", "presents:take:p2", ""])
        return _pressed(asked, press) if press else asked
    return _of_admin(scenario, asked, guild, name)


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
        return _pressed(asked, f"{room}:{way}:{seen}")
    if do == "over":
        over = "withdraw:p2:yes" if room == "admin present new" else "end:c1:yes"
        return _pressed(asked, f"{room}:{over}")
    return asked


def _seen(scenario: Scenario, guild: str, room: str) -> str:
    """What the button says of what the admin was asked last."""
    table = scenario.world.database.tables["server_settings"]
    name = forms.setting(room, ADMIN)
    rows = map(from_item, list(table.values()))
    row = next((r for r in rows if (r["server_id"], r["setting"]) == (guild, name)), None)
    text = str(row["values"].get("json", "")) if row else ""
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


def _pressed(asked: Asked, custom_id: str) -> Asked:
    """The same as a press of a button on a message of one's own."""
    whose = {"id": asked.id, "user": asked.interaction["member"]["user"]}
    asked.interaction |= {
        "type": 3,
        "data": {"component_type": 2, "custom_id": custom_id},
        "message": {"id": asked.id, "interaction_metadata": whose},
    }
    return asked
