"""Points at several prices, and cards of which a player may take only so many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify
from adapters import seeds
from adapters.tables import players
from commands.message import Message
from commands.render import render
from gacha import banner, engine, rules
from gacha.errors import BannerError
from local.messages import components
from scripts.make_vectors import Play, written
from tests.over import over
from tests.support import PLAYER_KEY, rows
from tests.unit.commands.owning import buttons, have, own, publish, put, said
from tests.unit.commands.server import Server, audited
from tests.unit.test_limits import PLAIN

OFFERS = """[exchange]
[[exchange.offer]]
of = ["c101"]
price = 3
limit = 1
[[exchange.offer]]
of = ["c102", "c103"]
price = 2
"""


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    made = Server()
    made.do(0, "fair seed", text="x")
    publish(own(cards=3, more=OFFERS))
    return made


def take(server: Server, number: int, card: int, price: int, has: int) -> dict[str, Any]:
    return server.do(
        number, "exchange", banner="b1", card=str(card), price=str(price), has=str(has)
    )


def test_each_price_and_what_is_left_is_shown(tables: Any, server: Server) -> None:
    server.do(1, "pull", banner="b1", count=10)
    listed = server.do(2, "exchange", banner="b1")
    for lang, words in (
        ("ja", ("2 ポイントから", "3 ポイント・", "あと 1 枚", "2 ポイント・")),
        ("en", ("Cards cost 2 points or more", "3 points, ", "1 more allowed", "2 points, ")),
    ):
        text = said(listed, "exchange", lang) + str(choices(listed, lang))
        assert [each for each in words if each not in text] == []
    asked = server.do(3, "exchange", banner="b1", page="0", card="101")
    assert "交換できるのは、あと 1 枚です" in said(asked, "exchange")
    assert buttons(asked, "exchange")[0] == "exchange:take:b1:101:3:10"
    assert take(server, 4, 101, 3, 10)["outcome"] == "planned"
    asked = server.do(5, "exchange", banner="b1", page="0", card="101")
    assert "すべて交換済み" in said(asked, "exchange")
    assert [each for each in buttons(asked, "exchange") if ":take:" in each] == []
    assert "上限まで交換済み" in str(choices(server.do(6, "exchange", banner="b1"), "ja"))
    assert audited(tables) == []


def test_where_all_is_taken_no_more_points_are_asked_for(tables: Any, server: Server) -> None:
    """Neither by the list nor by the question; and of the rest both say what the rules say."""
    publish(own("b2", more='[[exchange.offer]]\nof = ["c101"]\nprice = 9\nlimit = 1\n'))
    server.do(1, "pull", banner="b2", count=10)
    before = server.do(2, "exchange", banner="b2")
    assert "9 ポイント" in said(before, "exchange")
    of = {"card": "101", "price": "9", "has": "10"}
    assert server.do(3, "exchange", banner="b2", **of)["outcome"] == "planned"
    listed = server.do(4, "exchange", banner="b2")
    asked = server.do(5, "exchange", banner="b2", page="0", card="101")
    for shown in (listed, asked):
        for lang, said_, never in (
            ("ja", ("交換済みです", "交換ポイント：", "かけらに変わります"), "回引くと"),
            ("en", ("as many copies", "Exchange points:", "become shards"), "to go"),
        ):
            text = said(shown, "exchange", lang)
            assert [each for each in said_ if each not in text] == [] and never not in text
        assert not any(":take:" in each for each in buttons(shown, "exchange"))
    # The lowest price is of what can still be taken.
    publish(own(cards=3, more=OFFERS.replace("price = 2\n", "price = 4\n")))
    server.do(6, "pull", banner="b1", count=10)
    assert "3 ポイントから" in said(server.do(7, "exchange", banner="b1"), "exchange")
    take(server, 8, 101, 3, 10)
    listed = server.do(9, "exchange", banner="b1")
    assert "4 ポイントから" in said(listed, "exchange")
    # Among the other banners that one says so, and comes after what can still be taken.
    assert choices(listed, "ja")[-1] == "すべて交換済み"
    assert choices(listed, "en")[-1] == "Nothing left to take"
    assert server.do(10, "exchange")["message"]["banner"]["id"] == "b1"


def choices(decided: dict[str, Any], lang: str) -> list[str]:
    body = render("exchange", Message.read(decided["message"]).content, lang, "1")
    selects = [each for each in components(body["components"]) if "options" in each]
    return [option.get("description", "") for each in selects for option in each["options"]]


def test_a_limit_holds_for_a_second_press_and_the_audit(tables: Any, server: Server) -> None:
    """Two questions were open; the one card is had once, and only that is paid."""
    server.do(1, "pull", banner="b1", count=10)
    assert take(server, 2, 101, 3, 10)["outcome"] == "planned"
    again = take(server, 3, 101, 3, 7)
    assert again["outcome"] == "refused" and "7 ポイント" in said(again, "exchange")
    assert "You have taken as many copies" in said(again, "exchange", "en")
    assert take(server, 4, 102, 2, 7)["outcome"] == "planned"
    assert take(server, 5, 102, 2, 5)["outcome"] == "planned"  # of these any number
    state = rows(tables, "discord_users")[0]["states"]["b1"]
    assert (state["exchanged"], state["points"]) == ({"c101": 1}, 3)
    server.do(6, "pull", banner="b1", count=1)
    assert audited(tables) == []
    [first] = [each for each in rows(tables) if each["kind"] == "exchange" and each["points"] == -3]
    assert first["given"] == {"c101": {"number": 101, "copies": 1}}


def test_the_audit_notices_a_copy_beyond_the_limit(tables: Any, server: Server) -> None:
    server.do(1, "pull", banner="b1", count=10)
    take(server, 2, 101, 3, 10)
    have(7, "b1")
    stored = rows(tables, "discord_users")[0]["states"]["b1"]
    current = players.load(PLAYER_KEY)
    assert current is not None and stored["exchanged"] == {"c101": 1}
    forgotten = {**current.states["b1"]}
    del forgotten["exchanged"]
    put("discord_users", players.written(replace(current, states={"b1": forgotten})))
    assert take(server, 3, 101, 3, 7)["outcome"] == "planned"
    assert any("taken 1 times" in each for each in audited(tables))


# --- the file, and the rule -----------------------------------------------------------------------

OFFER = "[[exchange.offer]]\n{}\n"


def of(offers: str, top: str = "") -> banner.Banner:
    return banner.parse(PLAIN.format(top=top, tables=offers).encode(), "offers.toml")


@over(
    ("offers", "words"),
    [
        ("[exchange]\noffer = []", "exchange.offer"),
        ("[exchange]\nprice = 3\n" + OFFER.format('of = ["a"]\nprice = 3'), "no price beside"),
        ('[exchange]\nof = ["a"]\n' + OFFER.format('of = ["a"]\nprice = 3'), "no of beside"),
        (OFFER.format('of = ["a"]'), "exchange.offer[1].price is missing"),
        (OFFER.format("price = 3"), "exchange.offer[1].of"),
        (OFFER.format('of = ["none"]\nprice = 3'), "exchange.offer[1].of"),
        (OFFER.format('of = ["a"]\nprice = 0'), "exchange.offer[1].price: 0"),
        (OFFER.format('of = ["a"]\nprice = 10001'), "exchange.offer[1].price: 10001"),
        (OFFER.format('of = ["a"]\nprice = 3\nlimit = 0'), "exchange.offer[1].limit: 0"),
        (OFFER.format('of = ["a"]\nprice = 3\nlimit = 101'), "exchange.offer[1].limit: 101"),
        (OFFER.format('of = ["a"]\nprice = 3') * 2, 'exchange.offer[2].of: "top"'),
        (OFFER.format('of = ["a"]\nprice = 3') * 17, "exchange.offer"),
        (OFFER.format('of = ["a"]\nprice = 3\nsum = 1'), "exchange.offer[1].sum: 1"),
    ],
)
def test_each_field_of_an_offer_has_bounds(offers: str, words: str) -> None:
    with pytest.raises(BannerError) as refused:
        of(offers)
    assert words in str(refused.value)


def test_a_limit_of_an_offer_does_not_carry_over() -> None:
    limited = OFFER.format('of = ["a"]\nprice = 3\nlimit = 100')
    with pytest.raises(BannerError, match="no limit beside carry_over = true"):
        of(limited, "carry_over = true")
    assert of(limited).exchange is not None
    assert of(OFFER.format('of = ["a"]\nprice = 10000'), "carry_over = true").exchange is not None


TWO = OFFER.format('of = ["top"]\nprice = 7\nlimit = 2') + OFFER.format('of = ["low"]\nprice = 2')


def test_what_can_be_had_is_what_the_rules_say() -> None:
    two = of(TWO)
    assert [each for each in rules.rules(two) if "exchange" in each["kind"]] == [
        {
            "kind": "rule_exchange_offer_limit",
            "cards": rules.cards_of(two, {"top"}),
            "price": 7,
            "limit": 2,
        },
        {"kind": "rule_exchange_offer", "cards": rules.cards_of(two, {"low"}), "price": 2},
    ]
    only = of(OFFER.format('of = ["top"]\nprice = 7\nlimit = 2'))
    for exchanged, kind in ((1, "points_reach"), (2, "points_all_taken"), (3, "points_all_taken")):
        stored = {"exchanged": {"top": exchanged}, "points": 9}
        state = engine.State.from_dict(only, stored)
        assert [each["kind"] for each in rules.standing(only, state)][-1] == kind


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["top", "low", "pull", "ten"]), max_size=40), st.integers(1, 3))
def test_whatever_is_taken_follows_the_limit_and_verifies(moves: list[str], limit: int) -> None:
    """Held against a count of our own: points, and copies of the limited card."""
    text = TWO.replace("limit = 2", f"limit = {limit}")
    data, points, had = PLAIN.format(top="", tables=text).encode(), 0, 0
    play = Play()
    play.pull(data, 1)
    points += 1
    for move in moves:
        if move in ("pull", "ten"):
            play.pull(data, count := 10 if move == "ten" else 1)
            points += count
            continue
        price = {"top": 7, "low": 2}[move]
        may = points >= price and (move != "top" or had < limit)
        try:
            play.exchange(data, move)
        except engine.DrawError:
            assert not may
            continue
        assert may
        points, had = points - price, had + (move == "top")
    assert play.now.states["once"].get("points") == points
    assert play.now.states["once"].get("exchanged", {}) == ({"top": had} if had else {})
    play.pull(data, 1)
    play.rotate()
    verify.verify(written(play.file()).encode())
