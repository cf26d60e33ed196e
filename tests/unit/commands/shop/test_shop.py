"""/gacha shop: shards for a card of an open banner, at its rarity's price, asked first."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import files, seeds
from adapters.tables import items, players, transactions
from commands import events
from commands.render import render
from gacha import audit, banner, changes, engine, snowflake
from gacha.banner import Banner
from gacha.game import Offer
from scripts.box_vectors import LOTTERY
from tests.support import FIRST_ID, PLAYER_KEY, content, rows
from tests.unit.commands.owning import buttons, have, own, publish, said
from tests.unit.commands.server import Server
from tests.unit.test_pulling import STARLIT, newcomer

NOW_MS = snowflake.created_ms(str(FIRST_ID))
OFFER = Offer(STARLIT.id, STARLIT.hash)
LUMI = STARLIT.cards[0]
ART = "0a" * 16


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def buy(server: Server, number: int, has: int, price: int = 300, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"banner": STARLIT.id, "card": "0", **more}
    return server.do(number, "shop", price=str(price), has=str(has), **given)


def test_it_asks_first_and_then_takes_shards_and_gives_the_card(
    tables: Any, server: Server
) -> None:
    server.do(0, "fair seed", text="x")
    have(shards=320)
    listed = server.do(1, "shop")
    assert listed["outcome"] == "shown" and "320" in said(listed, "shop")
    prices = {each["price"] for each in content(listed["message"])["wares"]}
    assert prices == {300, 40, 20, 10}
    asked = server.do(2, "shop", banner=STARLIT.id, page="0", card="0")
    assert "320 → **20**" in said(asked, "shop") and "まだ持っていない" in said(asked, "shop")
    assert buttons(asked, "shop")[0] == f"shop:take:{STARLIT.id}:0:300:320"
    assert not [row for row in rows(tables) if row["kind"] == "shop"]

    done = buy(server, 3, 320)
    assert done["outcome"] == "planned" and "残り 20 個" in said(done, "shop")
    [row] = [row for row in rows(tables) if row["kind"] == "shop"]
    assert (row["shards"], row["left"], row["amount"], row["rarity"]) == (-300, 20, 0, "ssr")
    assert not {"receipt", "points", "new", "duplicates"} & row.keys()
    stored = players.load(PLAYER_KEY)
    assert stored is not None and (stored.shards, stored.states) == (20, {})
    [page] = rows(tables, "gacha_collection")
    assert page[f"card:{LUMI.id}"] == 1
    for lang, word in (("ja", "ショップ"), ("en", "Shop")):
        assert word in events.line(events.event(row), lang)


def test_what_does_not_hold_any_more_is_refused(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    have(shards=299)
    publish(own(ends_ms=NOW_MS - 1))
    # What is over sells nothing: neither its card nor, the sample being gone, the sample's.
    over = {
        "an ended banner": (buy(server, 1, 299, banner="b1", card="101"), "開催中"),
        "the sample, once it is hidden": (buy(server, 2, 299), "開催中"),
    }
    publish(own("b2"), own("b3", ends_ms=NOW_MS - 1))
    refused = {
        **over,
        "one shard too few": (buy(server, 3, 299, banner="b2", card="101"), "あと 1 個"),
        "another price": (buy(server, 4, 299, price=1, banner="b2", card="101"), "選び直して"),
        "other shards than asked": (buy(server, 5, 300, banner="b2", card="101"), "いま 299 個"),
        "no card of it": (buy(server, 6, 299, banner="b2", card="0"), "なくなりました"),
        "an ended one beside": (buy(server, 7, 299, banner="b3", card="101"), "開催していない"),
    }
    for name, (decided, words) in refused.items():
        assert decided["outcome"] in ("refused", "stale"), name
        assert words in said(decided, "shop"), name
    assert not [row for row in rows(tables) if row["kind"] == "shop"]


def test_what_is_of_limited_stock_is_not_for_sale(tables: Any, server: Server) -> None:
    """Neither listed nor bought, typed or by an old button, the last ticket's prize no more than
    any other; the same card of another banner is."""
    server.do(0, "fair seed", text="x")
    have(shards=10_000)
    same = LOTTERY.replace(b'"mitten"\nnumber = 2', b'"c101"\nnumber = 101')
    rules = files.put(files.BANNERS, same.replace(b"winter-lottery", b"b1"))
    publish(Offer("b1", rules))
    refused = [server.do(1, "shop"), server.do(2, "shop", banner="b1")]
    publish(own("b2"))
    refused += [server.do(3, "shop", banner="b1", page="0", card="101")]
    for number, (card, price) in enumerate([("0", 10), ("101", 10), ("101", 300)], start=4):
        refused.append(buy(server, number, 10_000, price=price, banner="b1", card=card))
    for decided in refused:
        assert decided["outcome"] == "refused" and "数量限定" in said(decided, "shop")
        assert "limited stock" in said(decided, "shop", "en")
    listed = content(server.do(8, "shop")["message"])
    assert (listed["banner"]["id"], listed["others"]) == ("b2", [])
    assert buy(server, 9, 10_000, banner="b2", card="101")["outcome"] == "planned"
    assert [row["banner"] for row in rows(tables) if row["kind"] == "shop"] == ["b2"]


def test_pressed_twice_it_is_bought_once(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    have(shards=600)
    first = buy(server, 1, 600)
    assert first["outcome"] == "planned"
    again = buy(server, 2, 600)
    assert again["outcome"] == "stale"
    [row] = [row for row in rows(tables) if row["kind"] == "shop"]
    for lang, words in (("ja", "購入は <t:"), ("en", "purchase was made <t:")):
        text = said(again, "shop", lang)
        assert words in text and row["interaction_id"] in text, text
    # Of another card nothing is known but that things changed: look before you choose again.
    other = said(buy(server, 3, 600, card="1", price=40), "shop")
    assert "確認のあとに" in other and "先に /ガチャ 履歴 を確認" in other
    assert "購入は <t:" not in said(buy(server, 4, 599), "shop")
    assert buy(server, 1, 600)["outcome"] == "recorded"
    assert [row["kind"] for row in rows(tables)].count("shop") == 1


def test_prices_are_the_looks_where_it_settles_some(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    have(shards=50)
    publish(own(look=json.dumps({"v": 1, "shop": {"r1": 45}}).encode()))
    asked = server.do(1, "shop", page="0", card="101", banner="b1")
    assert "50 → **5**" in said(asked, "shop")
    assert buy(server, 2, 50, price=45, banner="b1", card="101")["outcome"] == "planned"


@pytest.mark.parametrize("room", ["shop", "exchange"])
def test_a_picture_that_was_removed_is_nowhere_any_more(
    tables: Any, server: Server, room: str
) -> None:
    """Neither in the question nor in what was done, also where that is shown once more; the card
    can be had as before."""
    server.do(0, "fair seed", text="x")
    publish(own(cards=2, look=json.dumps({"v": 1, "cards": {"c101": ART}}).encode()))
    have(9, "b1", shards=600)
    paid = {"shop": ("300", "600", "300"), "exchange": ("3", "9", "6")}[room]

    def pictures(decided: dict[str, Any]) -> list[str]:
        shown = render(room, content(decided["message"]), "ja", "1")
        return [
            each["image"]["url"].rpartition("/")[2] for each in shown["embeds"] if "image" in each
        ]

    def take(number: int, has: str) -> dict[str, Any]:
        return server.do(number, room, banner="b1", card="101", price=paid[0], has=has)

    asked = server.asked(1, room, banner="b1", page="0", card="101")
    assert pictures(server.work(asked)) == [ART]
    assert pictures(take(2, paid[1])) == [ART]
    publish(own(cards=2, look=json.dumps({"v": 1, "cards": {}}).encode()))  # as a removal does
    assert pictures(server.work(asked)) == []
    again = take(2, paid[1])
    assert (again["outcome"], pictures(again)) == ("recorded", [])
    assert pictures(take(3, paid[2])) == []
    stored = players.load(PLAYER_KEY)
    assert stored is not None
    assert stored.shards == (0 if room == "shop" else 600)


@given(
    shards=st.integers(0, 10**6), price=st.integers(-1, 10**6), card=st.sampled_from(STARLIT.cards)
)
def test_shards_never_fall_below_zero(shards: int, price: int, card: banner.Card) -> None:
    before = replace(newcomer()[0], shards=shards)
    if price < 1 or shards < price:
        with pytest.raises((ValueError, engine.DrawError)):
            changes.buy(before, STARLIT, OFFER, card, price)
        return
    change = changes.buy(before, STARLIT, OFFER, card, price)
    assert change.after.shards == shards - price == change.event["left"]
    assert replace(change.after, shards=0, version=0) == replace(before, shards=0, version=0)


WRONG: dict[str, dict[str, Any]] = {
    "for nothing": {"shards": 0},
    "it gave shards": {"shards": 300},
    "more than anything costs": {"shards": -100_001},
    "more are left": {"left": 21},
    "another rarity": {"rarity": "n"},
    "two copies": {"given": {LUMI.id: {"number": 0, "copies": 2}}},
    "no card of the banner": {"given": {"ace": {"number": 0, "copies": 1}}},
    "points beside": {"points": 1},
    "tickets beside": {"tickets": [{"n": 1, "e": NOW_MS + 10**9}]},
    "a banner that was over": {"ends": NOW_MS},
    "a version nobody has": {"banner_hash": "0" * 64},
}


@pytest.mark.parametrize("name", [None, *WRONG])
def test_the_audit_sees(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    for table in ("HISTORY", "USERS", "COLLECTION", "SETTINGS"):
        monkeypatch.setenv(f"DYNAMODB_{table}_TABLE", table.lower())
    before = replace(newcomer()[0], shards=320)
    change = changes.buy(before, STARLIT, replace(OFFER, ends_ms=NOW_MS + 1), LUMI, 300)
    row, stored = (
        items.from_item(each["Put"]["Item"])
        for each in transactions.of_change(change, str(FIRST_ID))[:2]
    )
    row |= WRONG[name] if name else {}
    replay = audited(row, stored, {})
    assert [str(each) for each in replay.findings] == [] or name
    assert bool(replay.findings) is (name is not None), name


@pytest.mark.parametrize(
    ("ever", "is_right"),
    [
        ([{}], True),  # ten times a duplicate's shards, as everywhere
        ([{"shop": {LUMI.rarity: 300}}], True),
        ([{"shop": {LUMI.rarity: 299}}], False),
        ([{"shards": {LUMI.rarity: 31}}], False),
        ([{"shop": {LUMI.rarity: 299}}, {"shards": {LUMI.rarity: 30}}], True),
        ([{"shop": {"n": 300}, "shards": {LUMI.rarity: 1}}], False),
        ([], True),  # nobody kept it
    ],
)
def test_the_audit_knows_the_prices_that_there_ever_were(
    monkeypatch: pytest.MonkeyPatch, ever: list[dict[str, Any]], is_right: bool
) -> None:
    for table in ("HISTORY", "USERS", "COLLECTION", "SETTINGS"):
        monkeypatch.setenv(f"DYNAMODB_{table}_TABLE", table.lower())
    change = changes.buy(replace(newcomer()[0], shards=320), STARLIT, OFFER, LUMI, 300)
    row, stored = (
        items.from_item(each["Put"]["Item"])
        for each in transactions.of_change(change, str(FIRST_ID))[:2]
    )
    found = audited(row, stored, {STARLIT.id: ever}).findings
    assert [each.invariant for each in found] == ([] if is_right else ["I3"])


def audited(
    row: dict[str, Any], stored: dict[str, Any], amounts: dict[str, list[dict[str, Any]]]
) -> audit.Replay:
    opening = {"kind": "opening", "timestamp": Decimal(0), "amount": 3200, "balance": 3200}

    def banner_of(_guild: str, _id: str, banner_hash: str) -> Banner:
        return {STARLIT.hash: STARLIT}[banner_hash]

    replay = audit.Replay(
        stored["user_id"], banner_of, events.replays(), 0, (3200,), {}, amounts=amounts
    )
    replay.shards = 320
    for each in (opening, row):
        replay.event(each)
    replay.player(stored)
    replay.collection([{"page": 0, f"card:{LUMI.id}": 1}])
    return replay
