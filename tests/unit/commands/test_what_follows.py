"""What can be pressed below a code's reward, a present, a day and a purchase: the pull that it
pays, the book, and all else; each press does what its button says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters import files, seeds
from adapters.tables import players
from gacha.game import Offer
from gacha.presents import Gift
from scripts import box_vectors
from tests.giving import WORD, campaign, give, hand_out, present, sealed
from tests.recording import record
from tests.support import PLAYER_KEY, rows
from tests.unit.commands.owning import buttons, have, own, publish, said
from tests.unit.commands.server import Server


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def use(server: Server, number: int, gift: Gift) -> dict[str, Any]:
    hand_out(replace(campaign(is_own=True), gift=gift), word=WORD)
    return server.do(number, "code", text=sealed(WORD))


def take(server: Server, number: int, *gifts: Gift) -> dict[str, Any]:
    give(*(present(f"p{at}", gift) for at, gift in enumerate(gifts, start=1)))
    interaction = server.asked(number, "presents", take="all") | {"roles": []}
    returned = server.work(interaction)
    assert record(interaction, returned)
    return returned


def labels(returned: dict[str, Any], room: str, lang: str = "ja") -> list[str]:
    return said(returned, room, lang).split("\n")[-len(buttons(returned, room)) :]


@pytest.mark.parametrize("room", ["code", "presents"])
def test_tickets_that_were_given_are_pulled_with_by_a_press(
    tables: Any, server: Server, room: str
) -> None:
    publish(own())
    gift = Gift(tickets=12, ticket_days=3)
    given = use(server, 0, gift) if room == "code" else take(server, 0, gift)
    others = ["presents:open"] if room == "presents" else []
    assert buttons(given, room) == ["pull:panel:b1:1", "pull:panel:b1:10", *others, "now:open"]
    assert labels(given, room)[:2] == ["1連（チケット）", "10連（チケット）"]
    assert labels(given, room, "en")[:2] == ["Pull ×1 (ticket)", "Pull ×10 (tickets)"]
    drawn = server.do(1, "pull", private="panel", banner="b1", count=10)
    assert "チケットを 10 枚使いました（残り 2 枚" in said(drawn, "pull")
    [row] = [row for row in rows(tables) if row["kind"] == "pull"]
    assert row["amount"] == 0


def test_tickets_of_another_banner_lead_there_and_where_it_is_closed_to_none_that_they_cannot_pay(
    tables: Any, server: Server
) -> None:
    publish(own(), own("b2"), own("b3", is_hidden=True))
    there = use(server, 0, Gift(tickets=1, ticket_days=3, banner="b2"))
    assert buttons(there, "code") == ["pull:panel:b2:1", "now:open"]
    assert labels(there, "code")[0] == "夏のガチャ：1連（チケット）"
    over = take(server, 1, Gift(tickets=1, ticket_days=3, banner="b3"))
    assert buttons(over, "presents")[:2] == ["pull:panel:b1:1", "pull:panel:b1:10"]
    assert labels(over, "presents")[:2] == ["1連", "10連"]  # by the currency


def test_a_card_leads_to_the_book_and_nothing_leads_to_a_pull_that_nothing_pays(
    tables: Any, server: Server
) -> None:
    publish(own())
    server.do(0, "fair seed", text="x")
    have(balance=0)
    given = take(server, 1, Gift(card="c101", number=101))
    assert buttons(given, "presents") == ["collection:open", "presents:open", "now:open"]
    assert labels(given, "presents", "en") == ["Collection", "My presents", "What I can do now"]
    book = server.do(2, "collection")  # what the button asks for
    assert book["message"]["is_own"] and "カード101" in said(book, "collection")
    coins = use(server, 3, Gift(coins=200))
    assert buttons(coins, "code") == ["pull:panel:b1:1", "now:open"]


def test_the_day_leads_to_the_pull_that_it_pays(tables: Any, server: Server) -> None:
    publish(own())
    day = server.do(0, "daily")
    assert buttons(day, "daily") == ["pull:panel:b1:1", "now:open"]
    assert labels(day, "daily") == ["1連（チケット）", "いまできること"]


def test_nothing_leads_to_a_box_for_which_somebody_is_too_young(
    tables: Any, server: Server
) -> None:
    lottery = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")
    publish(Offer("b1", files.put(files.BANNERS, lottery), sizes=(1, 5), is_shared=True))
    joined = {"joined_at": "2020-01-01T00:00:00+00:00"}
    for more, pulls in ((joined, ["pull:panel:b1:1"]), ({}, [])):
        day = server.work(server.asked(0, "daily") | more)
        assert buttons(day, "daily") == [*pulls, "now:open"]


@pytest.mark.parametrize(("room", "paid"), [("shop", {"shards": 300}), ("exchange", {"points": 3})])
def test_a_purchase_leads_to_the_book(
    tables: Any, server: Server, room: str, paid: dict[str, int]
) -> None:
    publish(own())
    server.do(0, "fair seed", text="x")
    have(key="b1", **paid)
    listed = server.do(1, room, banner="b1")["message"]
    price, has = (str(each) for each in (listed["wares"][0]["price"], listed["has"]))
    bought = server.do(2, room, banner="b1", card="101", price=price, has=has)
    assert buttons(bought, room) == ["collection:open", f"{room}:open:b1", "now:open"]
    assert labels(bought, room)[0] == "図鑑"


def test_who_gave_a_present_and_with_which_words_is_said_once_more_when_it_is_taken(
    tables: Any, server: Server
) -> None:
    taken = take(server, 0, *[Gift(coins=1)] * 3)
    words = present("p1", Gift(coins=1)).message
    for lang, more in (("ja", "ほか 1 件"), ("en", "and 1 more")):
        shown = said(taken, "presents", lang)
        assert shown.count(words) == 2 and more in shown


def test_what_cannot_be_read_takes_nobody_what_they_are_given(
    tables: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(own(more="# nobody has parsed this\n"))
    get = files.get

    def broken(kind: files.Kind, hash_: str, *more: Any) -> bytes:
        if kind is files.BANNERS:
            raise files.DamagedError(hash_)
        return get(kind, hash_, *more)

    monkeypatch.setattr(files, "get", broken)
    given = use(server, 0, Gift(coins=200))
    assert buttons(given, "code") == ["now:open"]
    after = players.load(PLAYER_KEY)
    assert after is not None and after.balance == 3_400
