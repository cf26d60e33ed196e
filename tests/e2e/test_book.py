"""What a player has: the book and its pages, wishes, the profile, luck, a history of some pulls; on
the local cloud, in both languages, with what is refused."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

from local.client import command, snowflake
from local.messages import components
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


def options(world: World, asked: Sent) -> list[dict[str, Any]]:
    """The lines of a message's select."""
    body = world.record(asked)["message"]["components"]
    return next(each["options"] for each in components(body) if "options" in each)


def directly(world: World, player: Player, word: str) -> Sent:
    """A command in the bot's direct messages, of whoever is in no server with it any more."""
    path = ["gacha", "privacy", word]
    asked = command(path, user_id=player.user_id, guild_id=None, locale=player.locale)
    return world.send(asked)


def taken_along(world: World, asked: Sent) -> dict[str, Any]:
    [file] = world.record(asked)["message"]["attachments"]
    assert file["filename"].endswith("-1.zip")
    content = base64.b64decode(file["base64"])
    data: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("data.json"))
    return data


def test_what_is_kept_is_seen_taken_along_and_deleted(world: World, player: Player) -> None:
    world.record(player.pull(10))
    shown = player.use("privacy show")
    assert "履歴 1 件" in said(world, shown) and "30 日" in said(world, shown)
    data = taken_along(world, player.press(shown, "ファイルで受け取り"))
    assert [each["kind"] for each in data["events"]] == ["opening", "pull"]
    asked = player.press(player.use("privacy show"), "データを削除")
    assert "データを削除しますか" in said(world, asked)
    gone = player.press(asked, "データを削除")
    assert "取り消せます" in said(world, gone)
    refused = player.use("daily")
    assert "変更できません" in said(world, refused)
    again = player.use("privacy delete")
    assert "受け付けました" in said(world, again)
    pulled = player.use("pull")
    assert pulled.answer.json["data"]["flags"] == 64, "why nothing is drawn is theirs to read"
    back = player.press(pulled, "削除の取り消し")
    assert "取り消しました" in said(world, back)
    assert "変更できません" not in said(world, player.use("daily"))
    assert [row["kind"] for row in player.ledger] == ["pull", "leave", "stay", "daily"]


def test_whoever_left_finds_their_servers_in_direct_messages(world: World, english: Player) -> None:
    world.record(english.pull(1))
    elsewhere = Player(world, english.user_id, english.locale, "1290000000000000555")
    world.record(elsewhere.pull(1))
    for word in ("show", "export", "delete"):
        listed = directly(world, english, word)
        assert [each["value"] for each in options(world, listed)] == [
            *(english.guild_id, elsewhere.guild_id),
        ]
    one = english.choose(listed, "privacy show:choose", elsewhere.guild_id)
    assert "Since" in said(world, one) and elsewhere.guild_id in said(world, one)
    data = taken_along(world, english.press(one, "Get it as a file"))
    assert data["server_id"] == elsewhere.guild_id and len(data["events"]) == 2
    sure = english.press(
        english.choose(directly(world, english, "show"), "privacy show:choose", elsewhere.guild_id),
        "Delete my data",
    )
    assert "Delete your data?" in said(world, sure)
    gone = english.press(sure, "Delete my data")
    assert "will be deleted" in said(world, gone)
    assert elsewhere.state["leaving"] and "leaving" not in english.state
    assert "stays" in said(world, english.press(gone, "Undo the deletion"))
    assert "leaving" not in elsewhere.state
    nobody = Player(world, snowflake(), "en-US")
    assert "There is no server" in said(world, directly(world, nobody, "show"))
