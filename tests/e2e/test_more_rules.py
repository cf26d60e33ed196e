"""The rules that a file can have beside the old ones, from an owner's upload to what members get of
them, in both languages: packs and limits, stock that the server shares, and both in another
server."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from gacha.days import Clock
from gacha.snowflake import created_ms
from local.client import snowflake
from local.messages import components
from local.players import Player, World
from local.playground.experiments import audit
from tests.e2e.test_fair import verify
from tests.e2e.test_own_banner import answer
from tests.uploads import Uploads

RARITIES: Final = """
[[rarity]]
id = "ssr"
name = { ja = "SSR", en = "SSR" }
RATE_SSR

[[rarity]]
id = "r"
name = { ja = "R", en = "R" }
RATE_R

[[card]]
id = "dragon"
number = 1
rarity = "ssr"
name = { ja = "夜明けの竜", en = "Dawn Dragon" }
STOCK_SSR

[[card]]
id = "squire"
number = 2
rarity = "r"
name = { ja = "見習い剣士", en = "Young Squire" }
STOCK_R
"""


def rarities(**blanks: str) -> str:
    text = RARITIES
    for blank in ("RATE_SSR", "RATE_R", "STOCK_SSR", "STOCK_R"):
        text = text.replace(blank, blanks.get(blank, ""), 1)
    return text


PACKS: Final = (
    'id = "packs"\nkind = "packs"\nname = { ja = "日替わりパック", en = "Daily packs" }\n'
    + rarities(RATE_SSR='rate = "0.1"', RATE_R='rate = "0.9"')
    + "[[multi]]\nsize = 5\nprice = 200\n"
    + '[[multi.slot]]\nnumber = 5\nrates = { ssr = "1" }\n'
    + '[[multi.whole]]\nchance = "1/200"\nrates = { ssr = "1" }\n'
    + "[[multi]]\nsize = 11\nprice = 400\n[limit]\nper_day = 16\n"
)
LOTTERY: Final = (
    'id = "kuji"\nkind = "kuji"\nname = { ja = "冬のくじ", en = "Winter lottery" }\n'
    "price = { one = 30 }\n"
    + rarities(STOCK_SSR="stock = 0", STOCK_R="stock = 8")
    + '[shared]\nlast = "dragon"\naccount_days = 0\n'
)

SAID: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "preview": "プレビュー",
        "publish": "公開",
        "published": "を公開しました",
        "rules": (
            "5 連の 5 枚目の割合：SSR 100\u00a0%",
            "5 連の 0.5\u00a0% は特別なパックになり、どの 1 枚もこの割合です：SSR 100\u00a0%",
            "引けるのは 1 人 1 日 16 回まで",
        ),
        "again": "11連",
        "left": "今日の残り {} 回",
        "refused": ("今日の分（16 回）は引き終えました", "通貨もチケットも減っていません"),
        "told": ("数量限定：8 枚の箱", "最後の1枚賞", "1 人 1 日 5 枚まで"),
        "foreseen": ("全員で引く、8 枚入りの箱", "最後の 1 枚を引いた人", "1 人 1 日 5 枚まで"),
        "tickets": "最大 4 枚まとめて",
        "last": "最後の1枚賞",
        "sold_out": "完売しました",
        "by_day": "今日の分（5 回）は引き終えました",
        "verified": "Every ticket replays: 8 of box",
    },
    "en-US": {
        "preview": "Preview",
        "publish": "Publish",
        "published": "is published",
        "rules": (
            "In a pull of 5, card 5: SSR 100\u00a0%",
            "0.5\u00a0% of pulls of 5 are special packs, in which every card has these rates: SSR",
            "16 pulls a day for each player",
        ),
        "again": "Pull ×11",
        "left": "{} pulls left today",
        "refused": ("You have used today’s 16 pulls", "Nothing was charged"),
        "told": ("one box of 8 tickets", "Last-ticket prize", "At most 5 tickets a day"),
        "foreseen": ("One box of 8 tickets", "draws the last ticket", "At most 5 tickets a day"),
        "tickets": "Up to 4",
        "last": "Last-ticket prize",
        "sold_out": "is sold out",
        "by_day": "You have used today’s 5 pulls",
        "verified": "Every ticket replays: 8 of box",
    },
}


def offered(
    world: World, uploads: Uploads, locale: str, toml: str
) -> tuple[Player, str, dict[str, Any]]:
    """An owner of a server of its own whose only banner this is; what the preview said, and the
    row that points to what is published."""
    said = SAID[locale]
    owner = Player(world, snowflake(), locale, guild_id=snowflake())
    uploaded = owner.manage("banner upload", {"file": uploads.send("rules.toml", toml.encode())})
    answer(world, uploaded)
    preview = owner.press(uploaded, said["preview"])
    seen = world.message(preview)
    assert said["published"] in world.message(owner.press(preview, said["publish"]))
    return owner, seen, setting(world, owner.guild_id, "game")


def setting(world: World, guild_id: str, name: str) -> dict[str, Any]:
    found = world.stack.client("dynamodb").get_item(
        TableName=world.stack.outputs["SettingsTable"],
        Key={"server_id": {"S": guild_id}, "setting": {"S": name}},
        ConsistentRead=True,
    )
    row: dict[str, Any] = found["Item"]
    return row


def is_the_same_elsewhere(world: World, uploads: Uploads, owner: Player) -> None:
    """What another server makes of the export is the same file, byte for byte, under its hash."""
    exported = answer(world, owner.manage("banner export"))
    [file] = exported["attachments"]
    there = Player(world, snowflake(), owner.locale, guild_id=snowflake())
    part = base64.b64decode(file["base64"])
    answer(world, there.manage("banner upload", {"file": uploads.send(file["filename"], part)}))
    [offer] = setting(world, owner.guild_id, "game")["offers"]["L"]
    rules = base64.urlsafe_b64decode(f"{offer['M']['r']['S']}=").hex()
    assert setting(world, there.guild_id, "draft#b1")["rules"]["S"] == rules


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("locale", SAID)
def test_packs_and_a_limit_of_the_day(world: World, uploads: Uploads, locale: str) -> None:
    said = SAID[locale]
    owner, preview, game = offered(world, uploads, locale, PACKS)
    member, other = (Player(world, snowflake(), locale, guild_id=owner.guild_id) for _ in range(2))
    rates = world.message(member.use("rates"))
    for rule in said["rules"]:
        assert rule in preview and rule in rates, rule
    five = member.pull(5)
    assert said["left"].format(11) in world.message(five)
    eleven = member.press(five, said["again"])
    assert said["left"].format(0) in world.message(eleven)
    assert sum(len(row["cards"]) for row in member.ledger) == 16

    refused = member.use("pull", count=5)
    text = world.message(refused)
    for part in said["refused"]:
        assert part in text
    clock = Clock(game.get("timezone", {"S": "Asia/Tokyo"})["S"], 0)
    made_ms = created_ms(refused.id)
    [tomorrow] = re.findall(r"<t:(\d+):R>", text)
    assert clock.number_of(int(tomorrow) * 1000) == clock.number_of(made_ms) + 1
    assert clock.number_of(int(tomorrow) * 1000 - 1) == clock.number_of(made_ms)

    other.pull(11)
    with ThreadPoolExecutor(2) as presses:  # both are of the five that are left
        both = list(presses.map(lambda _: other.use("pull", count=5), range(2)))
    told = [world.message(each) for each in both]
    assert sorted(said["refused"][0] in each for each in told) == [False, True]
    assert [len(row["cards"]) for row in other.ledger if row["kind"] == "pull"] == [11, 5]
    is_the_same_elsewhere(world, uploads, owner)
    is_whole, found = audit()
    assert is_whole, found


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("locale", SAID)
def test_stock_that_a_server_shares(
    world: World, uploads: Uploads, locale: str, tmp_path: Path
) -> None:
    said = SAID[locale]
    owner, preview, _ = offered(world, uploads, locale, LOTTERY)
    first, second, third = (
        Player(world, snowflake(), locale, guild_id=owner.guild_id) for _ in range(3)
    )
    rates = world.message(first.use("rates"))
    for part in said["told"]:
        assert part in rates, part
    for part in said["foreseen"]:
        assert part in preview, part
    [commitment, *_] = re.findall(r"[0-9a-f]{64}", world.message(first.use("fair box")))
    one = first.pull(1)
    four = first.press(one, said["tickets"])  # as many as the day leaves
    below = components(world.record(four)["message"]["components"])
    assert [each["custom_id"] for each in below if "custom_id" in each] == ["rates:b1"]
    assert said["by_day"] in world.message(first.use("pull", count=1))
    rest = second.use("pull", count=5)  # three are left, and the prize of the last one
    assert said["last"] in world.message(rest)
    assert said["sold_out"] in world.message(third.use("pull", count=1))
    bought = {each.user_id: each.ledger for each in (first, second)}
    assert [len(row["cards"]) for rows in bought.values() for row in rows] == [1, 4, 4]

    record = world.record(third.use("fair box"))["message"]  # anybody of the server
    [attachment] = record["attachments"]
    file = tmp_path / attachment["filename"]
    file.write_text(attachment["content"])
    checked = verify(file)
    assert checked.returncode == 0 and said["verified"] in checked.stdout, checked.stderr
    revealed = json.loads(attachment["content"])
    assert commitment in json.dumps(revealed)
    is_the_same_elsewhere(world, uploads, owner)
    is_whole, found = audit()
    assert is_whole, found
