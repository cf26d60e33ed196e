"""/gacha history: what it reads, page by page."""

from __future__ import annotations

from typing import Any


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
