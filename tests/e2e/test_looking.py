"""What a member looks at, each room and button once in each language: banners, cards, rates, the
book, wishes, the profile, history, luck and settings, with what is refused.

Beside each step stand the words that a reader of Japanese and one of English sees, parted by |.
"""

from __future__ import annotations

from typing import Final

import pytest

from local.client import snowflake
from local.messages import components
from local.players import Player, Sent, World

SAMPLE: Final = "starlit-atelier"


class Reader:
    """Members of one server who speak one language."""

    def __init__(self, world: World, locale: str) -> None:
        self.world, self.locale, self.guild_id = world, locale, snowflake()

    def member(self) -> Player:
        return Player(self.world, snowflake(), self.locale, self.guild_id)

    def sees(self, sent: Sent, japanese: str, english: str) -> Sent:
        text = self.world.message(sent)
        for part in (japanese if self.locale == "ja" else english).split("|"):
            assert part in text, (part, text)
        return sent

    def label(self, japanese: str, english: str) -> str:
        return japanese if self.locale == "ja" else english

    def selects(self, sent: Sent) -> dict[str, list[str]]:
        """The values of each select of the message, by its custom id."""
        shown = components(self.world.record(sent)["message"]["components"])
        return {
            each["custom_id"]: [option["value"] for option in each["options"]]
            for each in shown
            if "options" in each
        }

    def pick(self, who: Player, sent: Sent, number: int = 0) -> Sent:
        """Choose the value with this number in the message's first select."""
        custom_id, values = next(iter(self.selects(sent).items()))
        return who.choose(sent, custom_id, values[number])


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_what_is_open_and_what_it_holds(world: World, locale: str) -> None:
    here = Reader(world, locale)
    one, other = here.member(), here.member()
    sees, label = here.sees, here.label
    banners = sees(
        one.use("banners"), "開催中のガチャ|星あかりのアトリエ", "Open banners|Starlit Atelier"
    )
    pulled = one.press(banners, label("1連（160）", "Pull ×1 (160)"))
    sees(pulled, f"<@{one.user_id}> の結果", f"Pulled by <@{one.user_id}>")
    rates = one.press(banners, label("提供割合", "Rates"))
    sees(rates, "「星あかりのアトリエ」の提供割合", "Rates for Starlit Atelier")
    sees(one.use("rates", banner="アトリエ"), "あなたの次の 1 回", "your next pull")
    for room in ("pull", "rates"):
        sees(one.use(room, banner="zzz"), "zzz", "zzz")
    several = sees(one.use("card", name="の"), "下の一覧から選んでください", "Choose one below")
    sees(here.pick(one, several), "No. |提供割合", "No. |Rate in open banners")
    sees(
        one.use("card", name="ルミ"),
        "星織りのルミ|まだ持っていません|星あかりのアトリエ：0.4",
        "Lumi, the Star Weaver|You do not own it yet|Starlit Atelier: 0.4",
    )
    sees(one.use("card", name="zzz"), "当てはまるカードはありません", "No card matches “zzz”")
    sees(one.use("fair show"), "ハッシュ", "hash")
    sees(one.use("fair seed", text="ほし"), "ほし", "ほし")
    sees(one.use("fair rotate"), "期間 0 を閉じました", "Epoch 0 is closed")
    sees(one.use("fair receipts", epoch=7), "その期間はありません", "not one of the last 50")
    sees(other.use("luck"), "引けます", "To pull, use")
    sees(other.use("history"), "まだ履歴がありません", "Nothing here yet")
    sees(other.use("wishlist"), "まだ登録していません", "Nothing yet")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_what_one_has(world: World, locale: str) -> None:
    here = Reader(world, locale)
    one, other = here.member(), here.member()
    sees, label = here.sees, here.label
    one.pull(10)
    book = sees(one.use("collection", rarity="SSR", sort="rarity", view="l"), "SSR", "SSR")
    assert "` 10`" not in world.message(book)
    owned = here.pick(one, one.use("collection", banner=SAMPLE), 1)
    sees(owned, "あなたの図鑑|コンプリート", "Your collection|of 24 cards")
    turned = one.press(one.use("collection"), label("次のページ", "Next"))
    listed = sees(one.press(turned, label("一覧", "As a list")), "あなたの図鑑", "Your collection")
    shared = one.press(listed, label("見せる", "Show everyone"))
    sees(shared, f"<@{one.user_id}> の図鑑", f"The collection of <@{one.user_id}>")
    assert shared.answer.json == {"type": 5}
    profile = sees(one.use("profile"), "いちばんのカード|所持通貨", "Best card|Balance")
    sees(one.press(profile, label("図鑑", "Collection")), "あなたの図鑑", "Your collection")
    sees(
        one.press(one.use("profile"), label("運の詳細", "More on luck")),
        "50 回から",
        "from 50 pulls on",
    )
    sees(one.use("luck", banner="zzz"), "zzz", "zzz")
    sees(other.use("profile", member=one.user_id), "いちばんのカード", "Best card")
    sees(other.use("collection", member=one.user_id), "の図鑑", "The collection of")

    settings = sees(one.use("settings"), "自分の設定", "Your settings")
    selects = here.selects(settings)
    private, coins = selects["settings:book"][-1], selects["settings:spending"][-1]
    sees(
        one.choose(settings, "settings:book", private), "設定を変更しました", "settings are changed"
    )
    sees(
        one.choose(settings, "settings:book", private), "その設定になっています", "that way already"
    )
    sees(one.choose(settings, "settings:spending", coins), "支払いの順番", "Order of payment")
    closed = ("公開していません", "to themselves")
    sees(other.use("profile", member=one.user_id), *closed)
    sees(other.use("collection", member=one.user_id), *closed)


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_wishes_and_history(world: World, locale: str) -> None:
    here = Reader(world, locale)
    admin, one = here.member(), here.member()
    sees, label = here.sees, here.label
    for number in range(10):
        wished = one.use("wishlist", card=str(number))
        sees(wished, "「ほしいもの」に登録しました", "is on your wishlist now")
    sees(one.use("wishlist", card="10"), "10 種類までです", "holds up to 10 cards")
    for typed, japanese, english in (
        ("zzz", "当てはまるカードはありません", "No card matches"),
        ("の", "番号でお試しください", "Please use the number"),
    ):
        sees(one.use("wishlist", card=typed), japanese, english)
    wishes = sees(one.use("wishlist"), "10／10 種類", "10 of 10 cards")
    sees(here.pick(one, wishes), "「ほしいもの」から外しました", "is off your wishlist")
    world.record(admin.grant(one, 1))
    history = sees(one.use("history"), "ほしいものに登録", "Wished for")
    older = sees(one.press(history, label("古い履歴へ", "Older")), "はじめの通貨", "Opening")
    sees(one.press(older, label("新しい履歴へ", "Newer")), "ほしいもの", "ished for")
    none = one.use("history", banner=SAMPLE, rarity="SSR")
    sees(none, "当てはまる結果はありません", "No pull fits")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_who_else_wishes_for_it_is_who_chose_to_say_so(world: World, locale: str) -> None:
    here = Reader(world, locale)
    one, other = here.member(), here.member()
    for each in (one, other):
        world.record(each.use("wishlist", card="3"))
    world.record(other.choose(other.use("settings"), "settings:wishes", "listed"))
    named = f"<@{other.user_id}>"
    wishes = here.sees(one.use("wishlist"), f"{named} も希望", f"wished for by {named}")
    settings = one.press(wishes, here.label("設定", "Settings"))
    here.sees(settings, "名前を見せない", "Do not show my name")
    world.record(other.choose(other.use("settings"), "settings:wishes", "private"))
    assert named not in world.message(one.use("wishlist"))
