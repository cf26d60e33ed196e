"""Cards of a player's own choice, for points and for shards; and cards that nothing spends: in both
languages, with what is refused."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from local.messages import components
from local.players import Player, Sent, World
from tests.e2e.test_giving import PRIVATE, Place, is_whole
from tests.e2e.test_own_banner import answer
from tests.forms import fill
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
        "again": "ショップへ",
        "shop again": ("ショップ", "かけら：**39** 個"),
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
        "again": "Back to the shop",
        "shop again": ("Shop", "Shards: **39**"),
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
    bought = shows(one.press(first, said["buy"]), "bought")
    shows(one.press(second, said["buy"]), "stale")
    shows(one.press(bought, said["again"]), "shop again")
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


# --- a box of one's own ---------------------------------------------------------------------------

BOX_TOML: Final = """
id = "raffle"
kind = "raffle"
name = { ja = "ふくびき", en = "Raffle" }
price = { one = 160, ten = 1600 }
box = { reset_after = ["cat"] }
rarity = [
    { id = "ssr", name = { ja = "SSR", en = "SSR" } },
    { id = "r", name = { ja = "R", en = "R" } },
]
card = [
    { id = "midori", number = 0, rarity = "ssr", name = { ja = "翠", en = "Midori" }, stock = 3 },
{ id = "cat", number = 1, rarity = "r", name = {ja="猫", en="Cat"}, stock = 9, weight = 999999 },
]
"""

BOX: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "steps": ("プレビュー", "公開"),
        "published": ("を公開しました",),
        "not yet": ("残りは 11／12 枚", "「R」がなくなると", "新しいボックスに替えられます"),
        "may": ("いま新しいボックスに替えられます",),
        "new box": "新しいボックス",
        "asked": ("残っている **1 枚**は引けなくなり", "翠", "12 枚入り", "カードはもらえません"),
        "begin": "新しいボックスへ",
        "begun": ("新しいボックス（12 枚）に替えました", "残っていた 1 枚"),
        "again": ("に替わっています", "今回は何も変わっていません"),
        "full": ("まだ 1 枚も引いていません",),
        "rates": ("ボックスの残り 12／12 枚", "自分でボックスを替えない場合"),
        "history": ("新しいボックス：ふくびき（残っていた 1 枚は終了）",),
    },
    "en-US": {
        "steps": ("Preview", "Publish"),
        "published": ("Raffle",),
        "not yet": ("11 of 12 cards are left", "Once R runs out", "you may begin a new box"),
        "may": ("You may begin a new box now",),
        "new box": "New box",
        "asked": ("The **1** card left", "Midori", "holds 12 cards", "gives you no card"),
        "begin": "Begin a new box",
        "begun": ("a new box of “Raffle” with 12 cards", "The 1 that your old box still held is"),
        "again": ("was begun anew", "Nothing was changed this time"),
        "full": ("nothing to begin anew",),
        "rates": ("Your box: 12 of 12 cards left", "never begins a new box by choice"),
        "history": ("New box: Raffle (1 card left behind)",),
    },
}


@pytest.mark.parametrize("locale", BOX)
def test_a_box_is_begun_anew_once_somebody_is_sure(
    request: pytest.FixtureRequest, world: World, uploads: Uploads, locale: str
) -> None:
    here = Place(world, locale, said := BOX[locale])
    owner, one = here.member(), here.member()
    shows = here.shows
    sent = owner.manage("banner upload", {"file": uploads.send("raffle.toml", BOX_TOML.encode())})
    answer(world, sent)
    for step in said["steps"]:
        sent = owner.press(sent, step)
    shows(sent, "published")

    shows(one.tap(one.pull(1), "box:ask:b1"), "not yet")
    pulled = one.pull(10)  # by the weights all cats come first
    shows(pulled, "may")
    first, second = (one.press(pulled, said["new box"]) for _ in range(2))
    for each in (first, second):
        shows(each, "asked")
    shows(one.press(first, said["begin"]), "begun")
    shows(one.press(second, said["begin"]), "again")
    shows(one.press(pulled, said["new box"]), "full")
    shows(one.use("rates"), "rates")
    shows(one.use("history"), "history")
    assert [row["kind"] for row in one.ledger].count("box") == 1
    one.pull(1)
    assert is_whole(request)


# --- pages, and other banners ---------------------------------------------------------------------

CARDS: Final = 30
"""More than a select has lines."""


def of_one_rarity(id_: str, japanese: str, english: str, cards: int) -> bytes:
    """A banner's file, whose cards can all be had for points; its prices leave money for many
    pulls."""
    listed = "\n".join(
        f'    {{ id = "{id_}{number}", number = {number}, rarity = "ssr",'
        f' name = {{ ja = "{japanese}の札{number}", en = "{english} card {number}" }} }},'
        for number in range(cards)
    )
    return (
        f'id = "{id_}"\nkind = "{id_}"\nname = {{ ja = "{japanese}", en = "{english}" }}\n'
        'price = { one = 10, ten = 100 }\nexchange = { price = 1, of = ["ssr"] }\n'
        'rarity = [{ id = "ssr", name = { ja = "SSR", en = "SSR" }, rate = "1" }]\n'
        f"card = [\n{listed}\n]\n"
    ).encode()


PAGES: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "both": ("▶ **春まつり**", "**秋まつり**"),
        "other": ("▶ **秋まつり**", "**春まつり**"),
        "no banner": ("「zzz」というガチャはありません",),
        "one": "1連（10）",
        "of autumn": ("### 秋まつり",),
        "of spring": ("### 春まつり",),
        "stale": ("このボタンはもう使えません",),
        "next": "次のページ",
        "previous": "前のページ",
        "back": "ほかのカードを選択",
        "exchange": ("**春まつり**", "交換ポイント：**10**"),
        "exchange asks": ("春まつりの札", "と交換しますか"),
        "exchange of autumn": ("**秋まつり**", "交換ポイント：**11**"),
        "take": "1 ポイントで交換",
        "taken": ("を受け取りました（1 ポイント使用、残り 9）",),
        "again": "天井交換へ",
        "exchange again": ("**春まつり**", "交換ポイント：**9**"),
        "shop": ("**春まつり**", "持っているカードが出ると"),
        "shop asks": ("春まつりの札", "を買いますか"),
        "shop of autumn": ("**秋まつり**",),
        "look for": "春まつりの札",
        "several": (f"{CARDS} 種類あります",),
        "card": ("春まつりの札", "提供割合"),
        "wish": "ほしいものに登録",
        "wished": ("「ほしいもの」に登録しました",),
        "wishes": ("1／10 種類",),
        "unwish": "ほしいものから削除",
        "unwished": ("「ほしいもの」から外しました",),
        "lock": "ロック",
        "locked": ("をロックしました",),
        "locks": ("ロックしたカード", "所持"),
        "unlock": "ロック解除",
        "unlocked": ("のロックを外しました",),
        "no card": ("「99999」に当てはまるカードはありません",),
        "receive": "受取",
        "received": ("チケット 2 枚（「秋まつり」用",),
        "over": ("「秋まつり」は現在開催していません", "通貨は減っていません"),
        "paid": ("### 春まつり", "通貨を 10 使いました"),
    },
    "en-US": {
        "both": ("▶ **Spring**", "**Autumn**"),
        "other": ("▶ **Autumn**", "**Spring**"),
        "no banner": ("There is no banner “zzz”",),
        "one": "Pull ×1 (10)",
        "of autumn": ("### Autumn",),
        "of spring": ("### Spring",),
        "stale": ("this button no longer works",),
        "next": "Next",
        "previous": "Previous",
        "back": "Choose another card",
        "exchange": ("**Spring**", "Exchange points: **10**"),
        "exchange asks": ("Exchange points for SSR Spring card",),
        "exchange of autumn": ("**Autumn**", "Exchange points: **11**"),
        "take": "Exchange 1 point",
        "taken": ("is yours for 1 point; 9 left",),
        "again": "Back to the exchange",
        "exchange again": ("**Spring**", "Exchange points: **9**"),
        "shop": ("**Spring**", "a card that you already own"),
        "shop asks": ("Spring card",),
        "shop of autumn": ("**Autumn**",),
        "look for": "spring card",
        "several": (f"{CARDS} cards match",),
        "card": ("Spring card", "Rate in open banners"),
        "wish": "Add to my wishlist",
        "wished": ("is on your wishlist now",),
        "wishes": ("1 of 10 cards",),
        "unwish": "Take off my wishlist",
        "unwished": ("is off your wishlist",),
        "lock": "Lock",
        "locked": ("is locked",),
        "locks": ("Locked cards", "you own"),
        "unlock": "Unlock",
        "unlocked": ("is no longer locked",),
        "no card": ("No card matches “99999”",),
        "receive": "Take it",
        "received": ("2 tickets (for “Autumn”",),
        "over": ("“Autumn” is not open right now", "Nothing was charged"),
        "paid": ("### Spring", "Paid 10"),
    },
}


def test_pages_are_turned_and_other_banners_are_chosen(
    request: pytest.FixtureRequest, world: World, uploads: Uploads
) -> None:
    """In one server, whose members speak either language: of its two banners one has more cards
    than a select has lines."""
    places = [Place(world, locale, said) for locale, said in PAGES.items()]
    for each in places:
        each.guild_id = places[0].guild_id
    owner = places[0].member()
    for of in (("spring", "春まつり", "Spring", CARDS), ("autumn", "秋まつり", "Autumn", 2)):
        file = uploads.send(f"{of[0]}.toml", of_one_rarity(*of))
        sent = owner.manage("banner upload", {"file": file})
        answer(world, sent)
        for step in EXCHANGE["ja"]["steps"]:
            sent = owner.press(sent, step)
        world.message(sent)
    # The first publication settled the owner's language for all.
    settings = owner.manage("settings")
    world.record(settings)
    time_ = owner.choose(settings, "admin settings:pick", "time")
    world.record(fill(owner, time_, language="each"))
    # Each with players of its own: a bucket has twenty changes.
    waiting = [each.member() for each in places]
    for here, one in zip(places, waiting, strict=True):
        player = here.member()
        banners_are_chosen(here, player)
        wares_are_leafed_through(here, player, "exchange")
        wares_are_leafed_through(here, one, "shop")
        a_card_is_taken_for_points_and_locked(here, here.member())
        cards_are_leafed_through(here, here.member())
    # What pays a banner alone pays nothing once that has ended, and stays.
    gift: dict[str, str | int] = {"tickets": 2, "ticket_days": 9, "banner": "秋まつり"}
    world.message(here.agree(owner, owner.manage("present new", message="秋へ", **gift)))
    for here, one in zip(places, waiting, strict=True):
        here.shows(one.press(one.use("presents"), here.said["receive"]), "received")
    page = owner.choose(owner.manage("banner list"), "admin banner list:pick", "b2")
    world.message(here.agree(owner, owner.press(page, "今すぐ終了")))
    for here, one in zip(places, waiting, strict=True):
        here.shows(one.use("pull", banner="b2", count=1), "over")
        here.shows(one.use("pull", count=1), "paid")
        assert [lot["n"] for lot in one.state["tickets"]] == [2]
    assert is_whole(request)


def banners_are_chosen(here: Place, one: Player) -> None:
    """In `/gacha banners`, and below a result: single pulls and ten-pulls of another banner."""
    said, shows = here.said, here.shows
    listed = shows(one.use("banners"), "both")
    shows(one.choose(listed, "banners:choose", "zzz"), "both")  # as it was
    chosen = shows(one.choose(listed, "banners:choose", "b2"), "other")
    assert chosen.answer.json == {"type": 6}
    first = shows(one.press(chosen, said["one"]), "of autumn")
    ten = shows(one.pull(10), "of spring")
    shows(one.choose(first, below(here, first, "pull:other_1:"), "b1"), "stale")
    other = shows(one.choose(ten, below(here, ten, "pull:other_10:"), "b2"), "of autumn")
    shows(one.choose(other, below(here, other, "pull:other_10:"), "zzz"), "no banner")
    pulls = [("b2", 1), ("b1", 10), ("b2", 10)]
    assert [(row["banner"], row["count"]) for row in one.ledger] == pulls


def wares_are_leafed_through(here: Place, one: Player, room: str) -> None:
    """The pages of what can be had for points or for shards, there and back, and another banner."""
    said, shows = here.said, here.shows
    first = shows(one.use(room, banner="b1"), room)
    second = shows(one.press(first, said["next"]), room)
    assert second.answer.json == {"type": 6}
    pages = [[each["value"] for each in options(here.world, sent)] for sent in (first, second)]
    assert [len(page) for page in pages] == [25, CARDS - 25] and not {*pages[0]} & {*pages[1]}
    asked = shows(one.choose(second, f"{room}:card:b1:1", pages[1][0]), f"{room} asks")
    for sent, expected in (
        (one.press(asked, said["back"]), pages[1]),
        (one.press(second, said["previous"]), pages[0]),
    ):
        assert [each["value"] for each in options(here.world, sent)] == expected
    shows(one.choose(first, f"{room}:banner", "b2"), f"{room} of autumn")
    shows(one.choose(first, f"{room}:banner", "zzz"), "no banner")


def a_card_is_taken_for_points_and_locked(here: Place, one: Player) -> None:
    """A button leads back to the counter, apart from what says that it was done; the page of the
    card has those that lock it. Each does what it says, whatever came of it before."""
    said, shows = here.said, here.shows
    one.pull(10)
    points = one.use("exchange", banner="b1")
    number = str(options(here.world, points)[0]["value"])
    asked = one.choose(points, "exchange:card:b1:0", number)
    taken = shows(one.press(asked, said["take"]), "taken")
    again = shows(one.press(taken, said["again"]), "exchange again")
    assert again.answer.json == PRIVATE
    page = one.use("card", name=number)
    shows(one.press(page, said["lock"]), "locked")
    shows(one.press(page, said["lock"]), "locks")
    shows(one.press(one.use("card", name=number), said["unlock"]), "unlocked")
    shows(one.tap(page, "lock:lock:99999"), "no card")


def cards_are_leafed_through(here: Place, one: Player) -> None:
    """Of many whose name fits one is chosen, and wished for."""
    said, shows = here.said, here.shows
    found = shows(one.use("card", name=said["look for"]), "several")
    second = one.press(found, said["next"])
    last = options(here.world, second)[-1]["value"]
    select = below(here, second, "card:choose:1:")
    page = shows(one.choose(second, select, last), "card")
    assert said["lock"] not in labels(here.world, page), "one has none of it"
    shows(one.choose(second, select, "99999"), "several")
    assert len(options(here.world, one.press(second, said["previous"]))) == 25
    wished = shows(one.press(page, said["wish"]), "wished")
    assert wished.answer.json == PRIVATE  # apart: the page stays
    shows(one.press(page, said["wish"]), "wishes")
    page = one.choose(second, select, last)
    shows(one.press(page, said["unwish"]), "unwished")
    shows(one.tap(page, "wishlist:add:99999"), "no card")


def below(here: Place, sent: Sent, start: str) -> str:
    """The custom id that starts so of the message that came of it."""
    shown = components(here.world.record(sent)["message"]["components"])
    ids = [str(each.get("custom_id", "")) for each in shown]
    [custom_id] = [each for each in ids if each.startswith(start)]
    return custom_id


def options(world: World, sent: Sent) -> list[dict[str, Any]]:
    """Of the message's first select."""
    message = world.record(sent)["message"]
    return next(each["options"] for each in components(message["components"]) if "options" in each)


def labels(world: World, sent: Sent) -> list[str]:
    message = world.record(sent)["message"]
    return [each["label"] for each in components(message["components"]) if "label" in each]
