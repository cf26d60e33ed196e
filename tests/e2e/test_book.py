"""What a player has: the book and its pages, wishes, the profile, luck, a history of some pulls; on
the local cloud, in both languages, with what is refused."""

from __future__ import annotations

from local.players import Player, Sent, World


def said(world: World, asked: Sent) -> str:
    return world.message(asked)


def test_a_book_is_looked_at_and_shown(world: World, player: Player, english: Player) -> None:
    world.record(player.pull(10))
    book = player.use("collection", show="owned")
    assert "あなたの図鑑" in said(world, book) and "▫️" not in said(world, book)
    listed = player.press(book, "一覧")
    assert listed.answer.json == {"type": 6}  # in place
    everything = player.use("collection")
    turned = player.press(everything, "次のページ")
    assert "` 10`" in said(world, turned)
    shared = player.press(turned, "見せる")
    assert shared.answer.json == {"type": 5}, "a public message of its own"
    assert f"<@{player.user_id}> の図鑑" in said(world, shared)
    seen = english.use("collection", member=player.user_id)
    assert "The collection of" in said(world, seen)
    assert "No card" in said(world, english.use("collection", show="owned"))
    assert "ありません" in said(world, player.use("collection", banner="zzz"))


def test_wishes_are_marked_and_end(world: World, player: Player, english: Player) -> None:
    world.record(player.use("wishlist", card="ルミ"))
    assert "💫" in said(world, player.use("collection", rarity="SSR"))
    assert "星織りのルミ" in said(world, player.use("wishlist"))
    world.record(english.use("wishlist", card="lumi"))
    assert "1 of 10 cards" in said(world, english.use("wishlist"))
    world.record(english.use("wishlist", card="lumi"))
    assert "Nothing yet" in said(world, english.use("wishlist"))
    assert "No card matches" in said(world, english.use("wishlist", card="nobody"))


def test_a_profile_leads_on(world: World, player: Player, english: Player) -> None:
    for _ in range(2):
        world.record(player.pull(10))
    profile = player.use("profile")
    assert "いちばんのカード" in said(world, profile)
    luck = player.press(profile, "運の詳細")
    assert "50 回から" in said(world, luck)
    assert "あなたの図鑑" in said(world, player.press(player.use("profile"), "図鑑"))
    other = english.use("profile", member=player.user_id)
    assert "Best card" in said(world, other) and "Balance" not in said(world, other)
    some = player.use("history", rarity="SR", banner="starlit-atelier")
    assert "星あかりのアトリエ" in said(world, some)
    assert "No pull fits" in said(world, english.use("history", rarity="SSR"))
