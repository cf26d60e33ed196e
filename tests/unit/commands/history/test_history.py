"""/gacha history: what it reads, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commands import events, registry, render
from commands.history import answer
from commands.sentences import LANGUAGES
from gacha import book, kinds
from tests import giving
from tests.support import PLAYER_KEY, USER, content, rows
from tests.unit.commands.server import Server


def test_a_newcomers_history_is_empty(ask: Any) -> None:
    assert ask("history") == {"kind": "history", "rows": [], "newer": None, "older": None}


def test_the_history_is_newest_first_and_ends_with_the_opening(ask: Any, pull: Any) -> None:
    one, two = pull(0), pull(1, 10)
    history = ask("history")
    kinds = [row["kind"] for row in history["rows"]]
    assert kinds == ["pull", "pull", "opening"]
    newest = history["rows"][0]
    assert newest["interaction_id"] == two["receipt"]["interaction_id"]
    assert [card["id"] for card in newest["cards"]] == two["receipt"]["cards"]
    assert (newest["amount"], newest["balance"]) == (-1600, 1440)
    assert history["rows"][1]["cards"][0]["id"] == one["receipt"]["cards"][0]
    assert history["newer"] is history["older"] is None


def test_pages_of_the_history_can_be_turned_both_ways(ask: Any, pull: Any) -> None:
    ids = [pull(number)["receipt"]["interaction_id"] for number in range(20)]
    newest_first = [*reversed(ids), None]

    def shown(page: dict[str, Any]) -> list[str | None]:
        return [row["interaction_id"] for row in page["rows"]]

    first = ask("history")
    second = ask("history", older=first["older"])
    third = ask("history", older=second["older"])
    assert shown(first) + shown(second) + shown(third) == newest_first
    assert (first["newer"], third["older"]) == (None, None)
    back = ask("history", newer=third["newer"])
    assert shown(back) == shown(second)
    assert shown(ask("history", newer=back["newer"])) == shown(first)


def test_a_page_beyond_the_end_is_empty(ask: Any, pull: Any) -> None:
    pull(0)
    assert ask("history", older="0")["rows"] == []


def test_only_the_pulls_of_a_rarity_or_a_banner(ask: Any, pull: Any) -> None:
    pulls = [pull(number, 1) for number in range(20)]
    wanted = [
        each["receipt"]["interaction_id"]
        for each in reversed(pulls)
        if each["rolls"][0]["rarity"] == "r"
    ]
    assert 0 < len(wanted) < 20
    page = ask("history", rarity="ｒ")
    assert [row["interaction_id"] for row in page["rows"]] == wanted[:10]
    assert page["filter"]["rarity"] == {"ja": "R", "en": "R"}
    assert len(ask("history", banner="starlit-atelier")["rows"]) == 10
    assert ask("history", rarity="none")["rows"] == []
    assert "sentence" in ask("history", banner="zzz")


def test_pages_of_some_pulls_turn_both_ways_and_miss_none(
    ask: Any, pull: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With few rows looked through, so that a page may be short and still not the last."""
    monkeypatch.setattr(answer, "LOOKED_THROUGH", 7)
    monkeypatch.setattr(answer, "PAGE_SIZE", 3)
    pulls = [pull(number, 1) for number in range(20)]
    wanted = [
        each["receipt"]["interaction_id"]
        for each in reversed(pulls)
        if each["rolls"][0]["rarity"] == "n"
    ]
    key = book.rarity_key("N")
    page, found, trail = ask("history", rarity="N"), [], []
    while True:
        found += [row["interaction_id"] for row in page["rows"]]
        trail.append(page)
        if page["older"] is None:
            break
        page = ask("history", older=page["older"], of_rarity=key)
    assert found == wanted and len(trail) > 2
    back = [row["interaction_id"] for row in page["rows"]]
    while page["newer"] is not None:
        page = ask("history", newer=page["newer"], of_rarity=key)
        back = [*(row["interaction_id"] for row in page["rows"]), *back]
    assert back == wanted


def test_the_buttons_carry_what_is_shown(ask: Any, pull: Any) -> None:
    for number in range(12):
        pull(number)
    page = ask("history", banner="starlit-atelier")
    shown = render.render("history", content(page), "en", "1")
    [row] = shown["components"]
    [older] = row["components"]
    assert older["custom_id"].endswith("::starlit-atelier") and len(older["custom_id"]) <= 100
    assert shown["embeds"][0]["title"] == "Your history · Starlit Atelier"
    [control, _] = registry.definition("history").controls
    match = re.fullmatch(control.pattern, older["custom_id"].removeprefix("history:"))
    assert match and match["of_banner"] == "starlit-atelier" and match["of_rarity"] is None


def test_what_moved_has_a_sign_and_what_one_had_then(tables: Any, pull: Any) -> None:
    """Whatever kind of event moved it."""
    giving.stock()
    server = Server()
    pull(0)
    server.do(1, "daily")
    server.do(2, "presents", take="all")
    server.do(3, "code", text=giving.sealed(giving.WORD))
    server.do(4, "admin grant", user=USER, amount=500, reason="お礼")
    server.sure(5, "admin take", user=USER, amount=100, reason="二重")
    told = [events.event(row) for row in rows(tables) if row["user_id"] == PLAYER_KEY]
    moving = [each for each in told if each["amount"] and each["kind"] != kinds.OPENING]
    met = {kinds.PULL, kinds.DAILY, kinds.PRESENT, kinds.CODE, kinds.GRANT, kinds.TAKE}
    assert {each["kind"] for each in moving} == met
    for each in moving:
        for lang in LANGUAGES:
            line = events.line(each, lang)
            assert f"{each['amount']:+,}" in line and f" → {each['balance']:,}" in line, line
            for other in ("tickets", "shards"):
                assert other not in each or f"{each[other]:+,}" in line, line
