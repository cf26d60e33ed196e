"""/gacha wishlist: up to ten cards, marked where they are seen, with nothing else that changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.tables.items import to_item
from commands import events, render
from commands.message import Message
from gacha import audit, wishes
from local.messages import components, text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import PLAYER_KEY, rows, workflow_input
from tests.unit.commands.card.test_card import many
from tests.unit.commands.test_offers import Publish, publish

__all__ = ["publish"]


class Wisher:
    """A player at Plan's door; every step is a new interaction."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self, **options: Any) -> dict[str, Any]:
        interaction = workflow_input(self._number, "wishlist", **options)
        self._number += 1
        decided = load_function("plan").handler({"interaction": interaction}, None)
        decided = json.loads(json.dumps(decided))
        if decided["outcome"] == "planned":
            assert record(interaction, decided)
        return dict(decided)


def said(decided: dict[str, Any], lang: str = "ja") -> str:
    body = render.render("wishlist", Message.read(decided["message"]).content, lang, "1")
    return body["content"] or text_of(body)


@pytest.fixture
def wish(tables: Any) -> Wisher:
    return Wisher()


def page(tables: Any, number: int = 0) -> dict[str, Any]:
    key = to_item({"user_id": PLAYER_KEY, "page": number})
    found: dict[str, Any] = tables.get_item(TableName="gacha_collection", Key=key).get("Item", {})
    return found


def test_a_card_is_wished_for_and_no_more(wish: Wisher, tables: Any) -> None:
    added = wish(card="るみ")
    assert "No. 0 星織りのルミ を「ほしいもの」に登録しました" in said(added)
    assert page(tables)["wish:lumi-star-weaver"] == {"N": "0"}
    listed = wish()
    assert listed["outcome"] == "shown"
    assert "星織りのルミ" in said(listed) and "1 of 10 cards" in said(listed, "en")
    dropped = wish(card="lumi")
    assert "off your wishlist" in said(dropped, "en")
    assert not [name for name in page(tables) if name.startswith("wish:")]


def test_a_press_says_what_it_does_so_twice_is_once(wish: Wisher, tables: Any) -> None:
    assert wish(number="1", way="add")["outcome"] == "planned"
    assert wish(number="1", way="add")["outcome"] == "shown"
    assert wish(number="1", way="drop")["outcome"] == "planned"
    assert wish(number="1", way="drop")["outcome"] == "shown"
    kinds = [row["kind"] for row in rows(tables, "gacha_history")]
    assert kinds.count("wish") == 2


def test_there_are_ten_and_no_more(wish: Wisher) -> None:
    for number in range(wishes.MOST):
        assert wish(card=str(number))["outcome"] == "planned"
    refused = wish(card="10")
    assert refused["outcome"] == "refused" and "10 種類まで" in said(refused)
    assert wish(card="3")["outcome"] == "planned"  # one is taken off
    assert wish(card="10")["outcome"] == "planned"


def test_what_fits_nothing_or_several_changes_nothing(wish: Wisher, publish: Publish) -> None:
    publish(many())
    assert "当てはまるカードはありません" in said(wish(card="いない"))
    assert "60 種類" in said(wish(card="ねこ"))
    assert "Please use the number" in said(wish(card="cat"), "en")
    assert wish(number="9999", way="add")["outcome"] == "refused"


def test_a_card_that_no_banner_has_any_more_can_be_taken_off(
    wish: Wisher, tables: Any, publish: Publish
) -> None:
    item = to_item({"user_id": PLAYER_KEY, "page": 2, "wish:c150": 150})
    wish(card="1")
    tables.put_item(TableName="gacha_collection", Item=item)
    assert "`150`" in said(wish()) and "開催中のガチャにはありません" in said(wish())
    assert wish(number="150", way="drop")["outcome"] == "planned"


def test_a_result_marks_what_was_wished_for(wish: Wisher, tables: Any) -> None:
    for number in range(14, 24):  # the lowest rarity: one of them comes in ten pulls
        wish(card=str(number))
    interaction = workflow_input(50, count=10)
    drawn = load_function("draw").handler({"interaction": interaction}, None)
    content = Message.read(json.loads(json.dumps(drawn["message"]))).content
    wished = set(content["wished"])
    assert wished
    text = text_of(render.render("pull", content, "ja", "1"))
    marked = [line for line in text.splitlines() if "💫" in line]
    assert len(marked) == sum(card["id"] in wished for card in content["cards"])


def test_the_audit_replays_wishes(wish: Wisher, tables: Any) -> None:
    wish(card="0")
    wish(card="1")
    wish(card="0")
    ledger, [player] = rows(tables, "gacha_history"), rows(tables, "discord_users")

    def broken(pages: list[dict[str, Any]]) -> set[str]:
        replays = events.replays()
        found = audit.check(PLAYER_KEY, ledger, player, pages, lambda *_: 1 / 0, 0, replays)  # type: ignore[arg-type]
        return {each.invariant for each in found}

    pages = rows(tables, "gacha_collection")
    assert broken(pages) == set()
    assert broken([{**pages[0], "wish:sora-comet-rider": 2}]) == {"I5"}
    [row] = [each for each in ledger if each["kind"] == "wish" and not each["wished"]]
    row["wished"] = 1
    assert broken(pages) == {"I5"}


def test_the_list_leads_to_taking_off(wish: Wisher) -> None:
    wish(card="0")
    body = render.render("wishlist", Message.read(wish()["message"]).content, "ja", "1")
    [select] = [each for each in components(body["components"]) if "options" in each]
    assert select["custom_id"] == "wishlist:drop"
    assert [each["value"] for each in select["options"]] == ["0"]
