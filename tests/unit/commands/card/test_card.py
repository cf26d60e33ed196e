"""/gacha card: a card by its number or name, as it is in what the server shows."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

import pytest

from adapters import banners, files
from adapters.tables import players
from commands import render
from gacha import engine, rates
from gacha.game import Offer
from gacha.presents import Gift
from local.messages import components, text_of
from tests.giving import give, present
from tests.support import PLAYER_KEY, content
from tests.unit.commands.server import Server, audited
from tests.unit.commands.test_offers import LATER, NAMES, NOW, Publish, offer, publish
from tests.unit.test_interactions import ID, Bot, bot, button, output

__all__ = ["bot", "output", "publish"]

ART: Final = "0a" * 16


def names(number: int) -> dict[str, str]:
    return {"ja": f"ﾈｺ{number}", "en": f"Cat {number}"}


def many(cards: int = 60) -> Offer:
    """A banner of cards whose names begin alike."""
    listed = "\n".join(
        f'[[card]]\nid = "c{number}"\nnumber = {number}\nrarity = "r1"\n'
        f'name = {{ ja = "{names(number)["ja"]}", en = "{names(number)["en"]}" }}'
        for number in range(101, 101 + cards)
    )
    text = (
        'id = "b9"\nkind = "b9"\nname = { ja = "猫", en = "Cats" }\nprice = { one = 1, ten = 10 }\n'
        f'[[rarity]]\nid = "r1"\nname = {{ ja = "R", en = "R" }}\nrate = "1"\n{listed}\n'
    )
    look = json.dumps({"v": 1, "cards": {"c102": ART}}).encode()
    return Offer("b9", files.put(files.BANNERS, text.encode()), files.put(files.LOOKS, look))


def body(ask: Any, name: str, lang: str = "ja", **options: str) -> dict[str, Any]:
    return render.render("card", content(ask("card", name=name, **options)), lang, "1")


def options(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for part in components(of["components"]) for each in part.get("options", ())]


# --- which card -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["0", "＃０", "No.0", "ルミ", "ﾙﾐ", "るみ", "星織りのルミ", "LUMI", "ｓｔａｒ ｗｅａｖｅｒ"],
)
def test_a_card_is_named_by_its_number_or_a_part_of_its_name(ask: Any, typed: str) -> None:
    """Of the sample, which has no pictures."""
    shown = body(ask, typed)
    assert "星織りのルミ" in text_of(shown) and "No. 0" in text_of(shown)
    assert "まだ持っていません" in text_of(shown)
    assert not [each for each in components(shown["components"]) if each["type"] == 12]
    assert options(shown) == []


def test_a_name_that_nothing_has_is_told_so(ask: Any) -> None:
    for typed in ("9999", "いない", "*x*"):
        message = body(ask, typed)["content"]
        assert "当てはまるカードはありません" in message and "/ガチャ 提供割合" in message
    assert "No card matches" in body(ask, "x x", "en")["content"]


def test_of_several_one_is_chosen_and_pages_are_turned(ask: Any, publish: Publish) -> None:
    publish(many())
    first = body(ask, "ねこ")
    assert "60 種類" in text_of(first) and "1／3" in json.dumps(first, ensure_ascii=False)
    seen = [each["value"] for each in options(first)]
    for page, count in ((1, 25), (2, 10)):
        turned = body(ask, "ねこ", page=str(page))
        assert len(options(turned)) == count
        seen += [each["value"] for each in options(turned)]
    assert seen == [str(number) for number in range(101, 161)]
    assert body(ask, "ねこ", page="999") == body(ask, "ねこ", page="2")
    ids = [each["custom_id"] for each in components(first["components"]) if "custom_id" in each]
    assert ids == ["card:choose:0:ねこ", "card:1:ねこ"]
    chosen = {"page": "0", "name": "ねこ", "number": "102"}
    shown = body(ask, **chosen)
    assert "ﾈｺ102" in text_of(shown) and ART in json.dumps(shown)
    assert [each["value"] for each in options(shown) if each["default"]] == ["102"]


def test_a_choice_comes_back_with_its_page_and_what_was_looked_for(bot: Bot) -> None:
    press = button("card:choose:0:ねこ: *x*")
    press["data"] |= {"component_type": 3, "values": ["102"]}
    assert bot.send(press) == {"type": 6}
    bot.send(button("card:1:ねこ: *x*") | {"id": str(int(ID) + 1)})
    chosen, turned = (json.loads(text)["options"] for _, _, text in bot.starter.asked)
    assert chosen == {"page": "0", "name": "ねこ: *x*", "number": "102"}
    assert turned == {"page": "1", "name": "ねこ: *x*"}


@pytest.mark.parametrize("number", ["7", "x", "９", "-1"])
def test_a_number_that_is_not_among_them_chooses_none(
    ask: Any, publish: Publish, number: str
) -> None:
    publish(many())
    assert body(ask, "ねこ", number=number) == body(ask, "ねこ")


# --- what is shown --------------------------------------------------------------------------------


def test_the_rates_are_those_of_a_first_pull_and_of_the_players_own(ask: Any, pull: Any) -> None:
    """Against the table that is published, in which a card goes by its name."""
    sample = banners.load("starlit-atelier")
    for of in rates.cards(sample):
        if of["name"]["en"] == "Lumi, the Star Weaver":
            assert f"：{of['rate']}" in text_of(body(ask, "0"))
    assert "あなたの次の 1 回" not in text_of(body(ask, "0"))
    for number in range(9):  # until an SR is due, but for a lucky one, of this seed
        pull(number)
    standing = players.load(PLAYER_KEY)
    assert standing is not None
    state = engine.State.from_dict(sample, standing.states[sample.state_key])
    row = dict(engine.row(sample, engine.position(sample, state)))
    for card in sample.cards:
        own = rates.percent(row.get(card, Fraction(0)))
        first = rates.percent(
            dict(engine.row(sample, engine.position(sample, engine.start(sample))))[card]
        )
        text = text_of(body(ask, str(card.number)))
        assert (f"あなたの次の 1 回：{own}" in text) == (own != first)


def test_copies_are_counted(ask: Any, pull: Any) -> None:
    drawn = [card for number in range(2) for card in pull(number, 10)["receipt"]["cards"]]
    sample = banners.load("starlit-atelier")
    for card in sample.cards:
        text = text_of(body(ask, str(card.number)))
        copies = drawn.count(card.id)
        assert (f"所持：{copies} 枚" if copies else "まだ持っていません") in text


def test_each_open_banner_that_has_it_is_named_and_no_hidden_one(
    ask: Any, publish: Publish
) -> None:
    one, two, three = (offer(each, ends_ms=LATER) for each in ("b1", "b2", "b3"))
    publish(one, replace(two, is_hidden=True), replace(three, ends_ms=NOW))
    text = text_of(body(ask, "0"))
    assert NAMES["b1"]["ja"] in text
    assert NAMES["b2"]["ja"] not in text and NAMES["b3"]["ja"] not in text
    publish(replace(three, ends_ms=NOW))
    assert "開催中のガチャからは出ません" in text_of(body(ask, "0"))
    publish(replace(three, is_hidden=True))
    assert "当てはまるカードはありません" in body(ask, "0")["content"]


# --- what is done with it -------------------------------------------------------------------------


def test_its_page_marks_it_and_takes_the_mark_away(tables: Any, ask: Any) -> None:
    """One locks only what one has. What a button says is done, whatever was done before."""
    server = Server()

    def ids() -> list[str]:
        shown = body(ask, "0")
        return [each["custom_id"] for each in components(shown["components"]) if "label" in each]

    assert ids() == ["wishlist:add:0"]
    server.do(0, "wishlist", way="add", number="0")
    assert ids() == ["wishlist:drop:0"]
    give(present(gift=Gift(card="lumi-star-weaver", number=0)))
    server.do(1, "presents", present="p1")
    assert ids() == ["wishlist:drop:0", "lock:lock:0"]
    server.do(2, "lock", way="lock", number="0")
    assert ids() == ["wishlist:drop:0", "lock:open:0"]
    for number, (room, way) in enumerate((("wishlist", "drop"), ("lock", "open"))):
        for again in (0, 1):
            done = server.do(10 + 2 * number + again, room, way=way, number="0")
            assert done["outcome"] == ("shown" if again else "planned")
    assert ids() == ["wishlist:add:0", "lock:lock:0"]
    assert audited(tables) == []


def test_what_comes_of_its_buttons_is_apart(bot: Bot) -> None:
    """So that the page stays."""
    for custom_id in ("wishlist:add:0", "lock:open:0"):
        press = button(custom_id) | {"id": str(int(ID) + len(bot.starter.asked))}
        assert bot.send(press) == {"type": 5, "data": {"flags": 64}}
