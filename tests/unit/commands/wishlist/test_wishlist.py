"""/gacha wishlist: up to ten cards, marked where they are seen, with nothing else that changes."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from adapters.tables.items import to_item
from benchmarks.write_units import item_size
from commands import events, render
from commands.message import Message
from gacha import audit, wishes
from local.messages import components, text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, USER, rows, workflow_input
from tests.unit.commands.card.test_card import many
from tests.unit.commands.test_offers import Publish, publish

__all__ = ["publish"]


class Wisher:
    """A player at Plan's door; every step is a new interaction."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self, user: str = USER, room: str = "wishlist", **options: Any) -> dict[str, Any]:
        interaction, decided = self.plan(user, room, **options)
        if decided["outcome"] == "planned":
            assert record(interaction, decided)
        return decided

    def plan(
        self, user: str = USER, room: str = "wishlist", **options: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        interaction = workflow_input(self._number, room, **options) | {"user_id": user}
        self._number += 1
        decided = load_function("plan").handler({"interaction": interaction}, None)
        return interaction, dict(json.loads(json.dumps(decided)))

    def wait(self, ms: int) -> None:
        self._number += ms


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


# --- who else wishes for it -----------------------------------------------------------------------

OTHERS = tuple(f"1290000000000000{n:03}" for n in range(100, 140))
DAY_MS = 86_400_000


def named(decided: dict[str, Any]) -> dict[int, list[str]]:
    """Who else is named, by the card's number."""
    listed = Message.read(decided["message"]).content["wishes"]
    return {each["number"]: each["others"] for each in listed}


def choose(wish: Wisher, user: str, value: str) -> dict[str, Any]:
    return wish(user, room="settings", wishes=value)


def test_nobody_is_named_who_did_not_choose_to_be(wish: Wisher, tables: Any) -> None:
    wish(card="0")
    wish(OTHERS[0], card="0")
    assert named(wish()) == {0: []} and "あなたの名前は誰にも表示されません" in said(wish())
    assert not [row for row in rows(tables, "server_settings") if "wishers" in row["setting"]]


def test_the_choice_holds_for_all_wishes_at_once_and_so_does_its_end(wish: Wisher) -> None:
    me, other = USER, OTHERS[0]
    for number in ("0", "1", "2"):
        wish(card=number)
    for number in ("1", "2", "3"):
        wish(other, card=number)
    choose(wish, other, "listed")
    assert named(wish(me)) == {0: [], 1: [other], 2: [other]}
    assert named(wish(other)) == {1: [], 2: [], 3: []}  # it lists who chose it, and no others
    wish(other, card="0")  # a wish that is made later
    wish(other, card="1")  # one that is taken off
    assert named(wish(me)) == {0: [other], 1: [], 2: [other]}
    choose(wish, other, "private")
    assert named(wish(me)) == {0: [], 1: [], 2: []}


def test_names_are_mentions_that_ping_nobody(wish: Wisher) -> None:
    wish(card="0")
    for other in OTHERS[:6]:
        wish(other, card="0")
        choose(wish, other, "listed")
    listed = wish()
    for lang, more in (("ja", "ほか 2 人も希望"), ("en", "and 2 others")):
        body = render.render("wishlist", Message.read(listed["message"]).content, lang, "1")
        assert body["allowed_mentions"] == {"parse": []}
        text = text_of(body)
        assert (
            more in text
            and [f"<@{each}>" in text for each in OTHERS[:6]] == [False] * 2 + [True] * 4
        )
        assert "settings:open" in str(body["components"])


def test_the_latest_twenty_five_are_kept_and_none_for_ever(wish: Wisher, tables: Any) -> None:
    wish(card="0")
    for other in OTHERS[:30]:
        choose(wish, other, "listed")
        wish(other, card="0")
    [row] = [row for row in rows(tables, "server_settings") if row["setting"] == "wishers#0"]
    assert set(row["names"]) == set(OTHERS[5:30])
    assert item_size(to_item(row)) <= 1024  # two write units
    assert len(wish.plan()[1]["message"]["wishes"][0]["others"]) == 4
    wish.wait(wishes.LISTED_MS)
    assert named(wish()) == {0: []}
    choose(wish, OTHERS[35], "listed")
    wish(OTHERS[35], card="0")
    [row] = [row for row in rows(tables, "server_settings") if row["setting"] == "wishers#0"]
    assert list(row["names"]) == [OTHERS[35]]


def test_the_lists_are_those_of_who_chose_it_whatever_was_done(wish: Wisher, tables: Any) -> None:
    """Beside a model of their wishes and choices."""
    rng, users = random.Random(7), OTHERS[:4]
    wished: dict[str, set[int]] = {user: set() for user in users}
    listed: set[str] = set()
    for _ in range(60):
        user = rng.choice(users)
        if rng.random() < 0.3:
            value = rng.choice(["listed", "private"])
            choose(wish, user, value)
            (listed.add if value == "listed" else listed.discard)(user)
        else:
            number = rng.randrange(3)
            wish(user, card=str(number))
            wished[user] ^= {number}
        stored = {row["setting"]: row for row in rows(tables, "server_settings")}
        for number in range(3):
            expected = {user for user in listed if number in wished[user]}
            assert set(stored.get(f"wishers#{number}", {"names": {}})["names"]) == expected


def test_two_at_once_are_both_listed(wish: Wisher, tables: Any) -> None:
    """Each is planned before the other is recorded: the second is planned anew."""
    for other in OTHERS[:2]:
        choose(wish, other, "listed")
    first, second = (wish.plan(other, card="0") for other in OTHERS[:2])
    assert record(*first)
    assert not record(*second)
    again = load_function("plan").handler({"interaction": second[0]}, None)
    assert record(second[0], json.loads(json.dumps(again)))
    wish(card="0")
    assert set(named(wish())[0]) == set(OTHERS[:2])


def test_who_chose_nothing_pays_for_no_list(wish: Wisher) -> None:
    _, decided = wish.plan(card="0")
    assert "wishers#" not in str(decided["transaction"])
    choose(wish, USER, "listed")
    _, decided = wish.plan(card="0")
    [put] = [each["Put"] for each in decided["transaction"] if "Put" in each][-1:]
    assert put["TableName"] == "server_settings" and put["Item"]["server_id"] == {"S": GUILD}
