"""Cards of a player's own choice, for points and for shards; and cards that nothing spends: in both
languages, with what is refused."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from local.messages import components
from local.players import Sent, World
from tests.e2e.test_giving import PRIVATE, Place, is_whole
from tests.e2e.test_own_banner import answer
from tests.uploads import Uploads

TOML: Final = """
id = "summer"
kind = "summer"
name = { ja = "夏のガチャ", en = "Summer" }
price = { one = 160, ten = 1600 }
exchange = { price = 2, of = ["ssr"] }
rarity = [
    { id = "ssr", name = { ja = "SSR", en = "SSR" }, rate = "0.5" },
    { id = "r", name = { ja = "R", en = "R" }, rate = "0.5" },
]
card = [
    { id = "midori", number = 0, rarity = "ssr", name = { ja = "翠", en = "Midori" } },
    { id = "neko", number = 1, rarity = "r", name = { ja = "猫", en = "Cat" } },
]
"""

SHOP: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "take it": "受取",
        "shop": ("ショップ", "かけら：**339** 個", "すでに持っているカードが出ると"),
        "asked": ("トキ を買いますか", "339 → **39**", "まだ持っていないカード"),
        "buy": "かけら 300 個で購入",
        "bought": ("を買いました", "残り 39 個", "受付番号"),
        "stale": ("同じ購入は", "今回は何も買っていません"),
        "owned": ("すでに 1 枚持っているカード", "あと 261 個足りません"),
        "one too few": ("かけらが 40 個必要ですが、いまは 39 個", "あと 1 個足りません"),
        "no card": ("そのカードは", "なくなりました"),
        "nowhere": ("zzz",),
        "locked": ("No. 1 月時計の職人トキ をロックしました",),
        "is locked": ("をロックしています", "何も回収していません"),
        "list": ("ロックしたカード", "トキ", "所持 1 枚"),
        "opened": ("ロックを外しました",),
        "empty": ("ロックしたカードはありません",),
        "not owned": ("持っていないため、ロックできません",),
        "no such": ("当てはまるカードはありません",),
        "several": ("番号でお試しください",),
        "sure": ("回収しますか", "1 枚回収します（残りは 0 枚）", "理由：まちがい"),
        "taken before": ("すでに回収済みです", "今回は何も回収していません"),
        "taken": ("を 1 枚回収しました（残り 0 枚）",),
        "nothing to take": ("を持っていません。何も回収していません",),
        "too much": ("9,999 は回収できません",),
        "both": ("どちらか 1 つを指定してください",),
        "told": ("がカード **月時計の職人トキ** を 1 枚回収しました",),
        "history": ("ショップ：", "ロック：No. 1", "ロック解除：No. 1", "理由：まちがい"),
    },
    "en-US": {
        "take it": "Take it",
        "shop": ("Shop", "Shards: **339**", "a card that you already own"),
        "asked": ("Toki, the Moon Clockmaker?", "339 → **39**", "You do not own this card yet"),
        "buy": "Buy for 300 shards",
        "bought": ("is yours for 300 shards; 39 left", "Receipt number"),
        "stale": ("The same purchase was made", "Nothing was bought this time"),
        "owned": ("You already own 1 of this card", "261 short"),
        "one too few": ("This takes 40 shards, and you have 39: 1 short",),
        "no card": ("no longer has that card",),
        "nowhere": ("zzz",),
        "locked": ("No. 1 Toki, the Moon Clockmaker is locked",),
        "is locked": ("locked No. 1 Toki", "Nothing was taken"),
        "list": ("Locked cards", "Toki", "you own 1"),
        "opened": ("is no longer locked",),
        "empty": ("Nothing is locked",),
        "not owned": ("so it cannot be locked",),
        "no such": ("No card matches",),
        "several": ("Please use the number",),
        "sure": ("Take this back?", "loses a copy of “Toki", "Reason: まちがい"),
        "taken before": ("This was taken already", "Nothing was taken this time"),
        "taken": ("You took a copy of", "who has 0 left"),
        "nothing to take": ("does not own No. 1", "Nothing was taken"),
        "too much": ("9,999 cannot be taken",),
        "both": ("Please give either",),
        "told": ("took back a copy of **Toki, the Moon Clockmaker**",),
        "history": ("Shop: ", "Locked: No. 1", "Unlocked: No. 1", "Reason: まちがい"),
    },
}

EXCHANGE: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "steps": ("プレビュー", "公開"),
        "published": ("を公開しました",),
        "short": ("天井交換", "交換ポイント：**1**", "2 ポイント", "あと 1 回引くと交換できます"),
        "too few": ("2 ポイント必要ですが、いまは 1 ポイント", "何も使っていません"),
        "asked": ("SSR 翠 と交換しますか", "11 → **9**"),
        "take": "2 ポイントで交換",
        "done": ("を受け取りました（2 ポイント使用、残り 9）", "受付番号"),
        "stale": ("同じ交換は", "今回は何も交換していません"),
        "owned": ("持っているカードです。交換すると枚数が増えます", "9 → **7**"),
        "done again": ("残り 7",),
        "not offered": ("交換対象ではなくなりました",),
        "nowhere": ("zzz",),
        "history": ("天井交換：",),
    },
    "en-US": {
        "steps": ("Preview", "Publish"),
        "published": ("Summer",),
        "short": ("Exchange points: **1**", "A card costs 2 points", "1 more pull to go"),
        "too few": ("This takes 2 points, and you have 1", "Nothing was spent"),
        "asked": ("Exchange points for SSR Midori?", "11 → **9**"),
        "take": "Exchange 2 points",
        "done": ("is yours for 2 points; 9 left", "Receipt number"),
        "stale": ("The same exchange was made", "Nothing was exchanged this time"),
        "owned": ("You already own", "An exchange adds a copy", "9 → **7**"),
        "done again": ("7 left",),
        "not offered": ("no longer offers that card",),
        "nowhere": ("zzz",),
        "history": ("Exchange: ",),
    },
}
SAMPLE: Final = "starlit-atelier"


@pytest.mark.parametrize("locale", SHOP)
def test_shards_buy_a_card_and_a_lock_keeps_it(
    request: pytest.FixtureRequest, world: World, locale: str
) -> None:
    here = Place(world, locale, said := SHOP[locale])
    owner, one, other = here.member(), here.member(), here.member()
    shows = here.shows
    asked = owner.manage("present new", message="x", shards=339)
    world.message(here.agree(owner, asked))
    world.message(one.press(one.use("presents"), said["take it"]))

    shop = one.use("shop")
    assert shop.answer.json == PRIVATE
    cheaper = next(
        each["value"] for each in options(world, shows(shop, "shop")) if "40" in each["description"]
    )
    page = f"shop:card:{SAMPLE}:0"
    first, second = (shows(one.choose(shop, page, "1"), "asked") for _ in range(2))
    shows(one.press(first, said["buy"]), "bought")
    shows(one.press(second, said["buy"]), "stale")
    for number, key in (("1", "owned"), (cheaper, "one too few")):
        short = shows(one.choose(shop, page, number), key)
        assert said["buy"] not in labels(world, short), "no button for what cannot be paid"
    shows(one.tap(shop, f"shop:take:{SAMPLE}:{cheaper}:40:39"), "one too few")
    shows(one.tap(shop, f"shop:take:{SAMPLE}:999:40:39"), "no card")
    shows(other.use("shop", banner="zzz"), "nowhere")
    assert one.state["shards"] == 39

    shows(one.use("lock", card="1"), "locked")
    shows(owner.manage("take", user=one.user_id, reason="まちがい", card="1"), "is locked")
    listed = shows(one.use("lock"), "list")
    shows(one.choose(listed, "lock:open", "1"), "opened")
    shows(one.choose(listed, "lock:open", "1"), "empty")
    for typed, key in ((cheaper, "not owned"), ("zzz", "no such"), ("の", "several")):
        shows(other.use("lock", card=typed), key)
    take = {"user": one.user_id, "reason": "まちがい"}
    sure = shows(owner.manage("take", **take, card="1"), "sure")
    shows(here.agree(owner, sure), "taken")
    shows(here.agree(owner, sure), "taken before")
    shows(owner.manage("take", **take, card="1"), "nothing to take")
    shows(owner.manage("take", **take, amount=9_999), "too much")
    shows(owner.manage("take", **take), "both")
    time.sleep(1)  # what is of the same second is not missed yet
    shows(one.use("profile"), "told")
    shows(one.use("history"), "history")
    assert is_whole(request)


@pytest.mark.parametrize("locale", EXCHANGE)
def test_points_are_exchanged_as_they_were_asked_about(
    request: pytest.FixtureRequest, world: World, uploads: Uploads, locale: str
) -> None:
    here = Place(world, locale, said := EXCHANGE[locale])
    owner, one = here.member(), here.member()
    shows = here.shows
    sent = owner.manage("banner upload", {"file": uploads.send("summer.toml", TOML.encode())})
    answer(world, sent)
    for step in said["steps"]:
        sent = owner.press(sent, step)
    shows(sent, "published")

    one.pull(1)
    points = one.use("exchange")
    assert points.answer.json == PRIVATE
    [midori] = options(world, shows(points, "short"))
    page, number = "exchange:card:b1:0", midori["value"]
    short = shows(one.choose(points, page, number), "too few")
    assert said["take"] not in labels(world, short)
    shows(one.tap(points, f"exchange:take:b1:{number}:2:1"), "too few")
    one.pull(10)
    first, second = (shows(one.choose(points, page, number), "asked") for _ in range(2))
    shows(one.press(first, said["take"]), "done")
    shows(one.press(second, said["take"]), "stale")
    shows(one.press(shows(one.choose(points, page, number), "owned"), said["take"]), "done again")
    shows(one.tap(points, f"exchange:take:b1:{int(number) + 1}:2:7"), "not offered")
    shows(one.use("exchange", banner="zzz"), "nowhere")
    assert [row.get("points") for row in one.ledger] == [None, None, -2, -2]
    shows(one.use("history"), "history")
    assert is_whole(request)


def options(world: World, sent: Sent) -> list[dict[str, Any]]:
    """Of the message's first select."""
    message = world.record(sent)["message"]
    return next(each["options"] for each in components(message["components"]) if "options" in each)


def labels(world: World, sent: Sent) -> list[str]:
    message = world.record(sent)["message"]
    return [each["label"] for each in components(message["components"]) if "label" in each]
