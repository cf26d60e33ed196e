"""/gacha exchange: points for a card that the banner offers, asked for first, once, and in time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import seeds
from adapters.tables import items, players, transactions
from commands import events
from gacha import audit, banner, changes, engine, player, snowflake
from gacha.banner import Banner
from gacha.game import EXCHANGE_MS, Game, Offer
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, content, rows
from tests.unit.commands.owning import buttons, have, own, publish, put, said
from tests.unit.commands.server import Server
from tests.unit.test_pulling import STARLIT, newcomer

NOW_MS = snowflake.created_ms(str(FIRST_ID))
LUMI = STARLIT.cards[0]


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def take(server: Server, number: int, has: int, price: int = 200, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"banner": STARLIT.id, "card": "0", **more}
    return server.do(number, "exchange", price=str(price), has=str(has), **given)


def test_an_empty_exchange_says_what_its_owner_has_to_set(server: Server) -> None:
    publish(own(more=""))
    refused = server.do(1, "exchange")
    for lang, words in (
        (
            "ja",
            ("交換できるガチャはありません", "管理者は、/ガチャ管理 ガチャ 一覧", "「天井・交換」"),
        ),
        ("en", ("No banner takes", "/gacha-admin banner list", "“Pity, exchange”")),
    ):
        text = said(refused, "exchange", lang)
        assert all(each in text for each in words), text


def test_it_asks_first_and_then_takes_points_and_gives_the_card(
    tables: Any, server: Server
) -> None:
    server.do(0, "pull", count=1)
    have(215)
    listed = server.do(1, "exchange")
    assert listed["outcome"] == "shown" and "215" in said(listed, "exchange")
    assert buttons(listed, "exchange") == [f"exchange:card:{STARLIT.id}:0"]
    asked = server.do(2, "exchange", banner=STARLIT.id, page="0", card="0")
    assert asked["outcome"] == "shown" and "215 → **15**" in said(asked, "exchange")
    assert "引き継がれます" in said(asked, "exchange")
    assert buttons(asked, "exchange")[0] == f"exchange:take:{STARLIT.id}:0:200:215"
    assert [row["kind"] for row in rows(tables)].count("exchange") == 0

    done = take(server, 3, 215)
    assert done["outcome"] == "planned" and "星織りのルミ" in said(done, "exchange")
    [row] = [row for row in rows(tables) if row["kind"] == "exchange"]
    assert (row["points"], row["left"], row["amount"]) == (-200, 15, 0)
    assert row["given"] == {LUMI.id: {"number": 0, "copies": 1}}
    assert not {"receipt", "shards", "new"} & row.keys()
    stored = players.load(PLAYER_KEY)
    assert stored is not None and stored.states["standard"]["points"] == 15
    [page] = [each for each in rows(tables, "gacha_collection") if each["page"] == 0]
    assert page[f"card:{LUMI.id}"] >= 1
    for lang, word in (("ja", "天井交換"), ("en", "Exchange")):
        line = events.line(events.event(row), lang)
        assert word in line and "200" in line


def test_pressed_twice_it_is_done_once(tables: Any, server: Server) -> None:
    """Two interactions: the second was asked about points that are gone."""
    server.do(0, "pull", count=1)
    have(400)
    assert take(server, 1, 400)["outcome"] == "planned"
    again = take(server, 2, 400)
    assert again["outcome"] == "stale"
    [row] = [row for row in rows(tables) if row["kind"] == "exchange"]
    for lang, words in (("ja", "交換は <t:"), ("en", "exchange was made <t:")):
        text = said(again, "exchange", lang)
        assert words in text and row["interaction_id"] in text, text
    unknown = said(take(server, 3, 399), "exchange")
    assert "いま 200 ポイント" in unknown and "先に /ガチャ 履歴 を確認" in unknown
    redelivered = take(server, 1, 400)
    assert redelivered["outcome"] == "recorded"
    assert [row["kind"] for row in rows(tables)].count("exchange") == 1


def test_what_does_not_hold_any_more_is_refused(tables: Any, server: Server) -> None:
    server.do(0, "pull", count=1)
    have(199)
    refused = {
        "one point too few": (take(server, 1, 199), "あと 1 回"),
        "another price than asked": (take(server, 2, 199, price=150), "選び直して"),
        "a card that it does not offer": (take(server, 3, 199, card="1"), "交換対象"),
        "another server's banner": (take(server, 4, 199, banner="b7"), "b7"),
    }
    for name, (decided, words) in refused.items():
        assert decided["outcome"] in ("refused", "stale"), name
        assert words in said(decided, "exchange"), name
    assert {row["kind"] for row in rows(tables)} == {"opening", "pull"}


def test_of_a_card_that_one_has_it_is_said_beforehand(tables: Any, server: Server) -> None:
    server.do(0, "pull", count=1)
    have(400)
    take(server, 1, 400)
    asked = server.do(2, "exchange", banner=STARLIT.id, page="0", card="0")
    assert "すでに" in said(asked, "exchange")
    assert "already own" in said(asked, "exchange", "en")
    assert take(server, 3, 200)["outcome"] == "planned"


# --- the server's own banner, and its end ---------------------------------------------------------


@pytest.mark.parametrize(
    ("ended_ago_ms", "is_taken"),
    [(-1, True), (0, True), (EXCHANGE_MS - 1, True), (EXCHANGE_MS, False)],
)
def test_it_stays_open_a_week_after_the_banners_end(
    tables: Any, server: Server, ended_ago_ms: int, is_taken: bool
) -> None:
    """By the interaction's own time, to the millisecond."""
    server.do(0, "fair seed", text="x")
    at_ms = snowflake.created_ms(server.asked(1, "exchange")["interaction_id"])
    publish(own(ends_ms=at_ms - ended_ago_ms))
    have(3, "b1")
    decided = server.do(1, "exchange", banner="b1", card="101", price="3", has="3")
    assert (decided["outcome"] == "planned") is is_taken
    if not is_taken:
        assert "/ガチャ" in said(decided, "exchange")


def test_what_is_left_is_said_to_become_shards(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    publish(own(ends_ms=NOW_MS + 10**9))
    have(4, "b1")
    economy = {"server_id": GUILD, "setting": "economy", "version": 1, "point_shards": 7}
    put("server_settings", economy)
    asked = server.do(1, "exchange", banner="b1", page="0", card="101")
    until = (NOW_MS + 10**9 + EXCHANGE_MS) // 1000
    assert f"<t:{until}:f>" in said(asked, "exchange") and "かけら 7 個" in said(asked, "exchange")
    assert "7 shards" in said(asked, "exchange", "en")


def test_of_a_banner_that_is_over_no_more_pulls_are_asked_for(tables: Any, server: Server) -> None:
    """It takes points for a week still; until when, and what becomes of them, is said."""
    server.do(0, "fair seed", text="x")
    ends_ms = NOW_MS - 1
    publish(own(ends_ms=ends_ms), own("b2"))
    have(2, "b1")
    have(1, "b2")
    listed = server.do(1, "exchange", banner="b1")
    asked = server.do(1, "exchange", banner="b1", page="0", card="101")
    for decided in (listed, asked):
        japanese, english = said(decided, "exchange"), said(decided, "exchange", "en")
        assert "回引くと" not in japanese and "to go" not in english
        assert "いまは開催していないため" in japanese and "no longer open" in english
        for text in (japanese, english):
            assert f"<t:{(ends_ms + EXCHANGE_MS) // 1000}:f>" in text
        assert "かけら" in japanese and "shard" in english
    for more in ({}, {"page": "0", "card": "101"}):
        still = said(server.do(1, "exchange", banner="b2", **more), "exchange")
        assert "あと 2 回引くと" in still and "開催していない" not in still


def test_banners_of_which_one_has_enough_come_first(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    publish(own("b1"), own("b2", is_hidden=True))
    have(2, "b1")
    have(3, "b2")
    page = content(server.do(1, "exchange")["message"])
    assert page["banner"]["id"] == "b2"  # hidden, but the points are the player's
    assert [each["id"] for each in page["others"]] == ["b1"]
    chosen = content(server.do(2, "exchange", banner="b1")["message"])
    assert (chosen["banner"]["id"], chosen["has"]) == ("b1", 2)


def test_pages_of_many_cards(tables: Any, server: Server) -> None:
    server.do(0, "fair seed", text="x")
    publish(own(cards=60))
    last = content(server.do(1, "exchange", banner="b1", page="999")["message"])
    assert (last["page"], last["pages"], len(last["wares"])) == (2, 3, 10)
    asked = server.do(2, "exchange", banner="b1", page="2", card="160")
    assert "カード160" in said(asked, "exchange")


# --- the domain and the audit ---------------------------------------------------------------------


def of(points: int) -> player.Player:
    return replace(newcomer()[0], version=1, states={"standard": {"points": points}})


@given(points=st.integers(0, 10**6), card=st.sampled_from(STARLIT.cards))
def test_points_never_fall_below_zero_and_pay_offered_cards_alone(
    points: int, card: banner.Card
) -> None:
    before = of(points)
    assert STARLIT.exchange is not None
    if points < 200 or card.id not in STARLIT.exchange.cards:
        with pytest.raises(engine.DrawError):
            changes.exchange(before, STARLIT, Offer(STARLIT.id, STARLIT.hash), card.id)
        return
    change = changes.exchange(before, STARLIT, Offer(STARLIT.id, STARLIT.hash), card.id)
    after = change.after.states["standard"]
    assert after["points"] == points - 200 == change.event["left"] >= 0
    assert {**after, "points": 0} == {**before.states["standard"], "points": 0}
    assert replace(change.after, states={}, version=0) == replace(before, states={}, version=0)


def test_an_exchange_leaves_what_its_version_does_not_count() -> None:
    """Another version may count it, which the next pull is drawn by."""
    stored = {"since": {"ssr": 1000, "ur": 3}, "drawn": {"x": 1}, "begun": "0" * 64, "points": 201}
    before = replace(newcomer()[0], states={"standard": stored})
    assert STARLIT.exchange is not None
    card = min(STARLIT.exchange.cards)
    change = changes.exchange(before, STARLIT, Offer(STARLIT.id, STARLIT.hash), card)
    assert change.after.states["standard"] == {**stored, "points": 1}


def ledger(change: changes.Change) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of an exchange after an opening, as tables have them, and the player's."""
    owner = newcomer()[0]
    opening = {"user_id": owner.key, "timestamp": Decimal(0), "kind": "opening"}
    opening |= {"guild_id": owner.guild_id, "amount": owner.balance, "balance": owner.balance}
    written = transactions.of_change(change, str(FIRST_ID))
    row, stored = (items.from_item(each["Put"]["Item"]) for each in written[:2])
    return [opening, row], stored


WRONG: dict[str, dict[str, Any]] = {
    "no points taken": {"points": 0},
    "fewer points": {"points": -199},
    "more are left": {"left": 16},
    "a card that is not offered": {"given": {STARLIT.cards[1].id: {"number": 1, "copies": 1}}},
    "two copies": {"given": {LUMI.id: {"number": 0, "copies": 2}}},
    "another place of the card": {"given": {LUMI.id: {"number": 64, "copies": 1}}},
    "a copy taken": {"given": {LUMI.id: {"number": 0, "copies": -1}}},
    "nothing given": {"given": {}},
    "shards beside": {"shards": 30},
    "coins beside": {"amount": 160, "balance": 3360},
    "after its time": {"ends": NOW_MS - EXCHANGE_MS},
    "a version nobody has": {"banner_hash": "0" * 64},
}


@pytest.mark.parametrize("name", [None, *WRONG])
def test_the_audit_sees(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    for table in ("HISTORY", "USERS", "COLLECTION", "SETTINGS"):
        monkeypatch.setenv(f"DYNAMODB_{table}_TABLE", table.lower())
    offer = Offer(STARLIT.id, STARLIT.hash, ends_ms=NOW_MS - EXCHANGE_MS + 1)
    change = changes.exchange(replace(of(215), version=0), STARLIT, offer, LUMI.id)
    history, stored = ledger(change)
    history[1] |= WRONG[name] if name else {}

    def banner_of(_guild: str, _id: str, banner_hash: str) -> Banner:
        return {STARLIT.hash: STARLIT}[banner_hash]

    replay = audit.Replay(stored["user_id"], banner_of, events.replays(), 0, (3200,), {})
    replay.states = {"standard": {"points": 215}}
    replay.keys(history, NOW_MS)
    for row in history:
        replay.event(row)
    replay.player(stored)
    page = {"page": 0, f"card:{LUMI.id}": 1}
    replay.collection([page])
    assert [str(each) for each in replay.findings if each.violation] == [] or name
    assert bool(replay.findings) is (name is not None), name


def test_the_custom_ids_fit_at_the_longest_values() -> None:
    assert len(f"exchange:take:{'b' * 40}:999999:999999:{'9' * 16}") <= 100


def test_an_offer_takes_points_from_its_start_on() -> None:
    offer = Offer("b1", "0" * 64, starts_ms=10, ends_ms=20)
    assert [offer.takes_points(at) for at in (9, 10, 19 + EXCHANGE_MS, 20 + EXCHANGE_MS)] == [
        *(False, True, True, False)
    ]
    assert Game(GUILD, offers=(offer,)).offered == (offer,)
