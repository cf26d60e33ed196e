"""/gacha collection: pages of the book, at the handlers' doors."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adapters import aws
from adapters.tables.items import to_item
from commands import registry, render
from commands.collection.definition import COMMAND
from local.messages import components, text_of
from tests.support import PLAYER_KEY, content, rows
from tests.unit.commands.card.test_card import many
from tests.unit.commands.test_offers import Publish, publish

__all__ = ["publish"]

MEMBER = "1290000000000000077"
USUAL = {"show": "all", "sort": "number", "view": "p"}


def own(tables: Any, attributes: dict[str, Any], key: str = PLAYER_KEY, page: int = 0) -> None:
    item = to_item({"user_id": key, "page": page, **attributes})
    tables.put_item(TableName="gacha_collection", Item=item)


def body(ask: Any, lang: str = "ja", **options: Any) -> dict[str, Any]:
    said = options if "filter" in options else {**USUAL, **options}
    return render.render("collection", content(ask("collection", **said)), lang, "1")


def ids(of: dict[str, Any]) -> list[str]:
    return [each["custom_id"] for each in components(of["components"]) if "custom_id" in each]


def pressed(custom_id: str, **chosen: str) -> dict[str, str]:
    """The options that a control of this custom id gives."""
    rest = custom_id.removeprefix("collection:")
    for control in COMMAND.controls:
        if match := re.fullmatch(control.pattern, rest):
            return {name: value for name, value in match.groupdict().items() if value} | chosen
    raise AssertionError(custom_id)


def test_an_empty_book_shows_all_that_there_is(ask: Any) -> None:
    ja, en = body(ask), body(ask, "en")
    assert "0／24 種類" in text_of(ja) and "0 of 24 cards" in text_of(en)
    assert text_of(ja).count("▫️") == 10
    assert "🔒" not in text_of(ja)


def test_what_one_has_stands_out_with_its_marks(ask: Any, tables: Any) -> None:
    cards = {
        "wish:sora-comet-rider": 2,
        "card:lumi-star-weaver": 3,
        "lock:lumi-star-weaver": 1,
        "card:toki-moon-clockmaker": 0,
    }
    own(tables, cards)
    text = text_of(body(ask))
    assert "**星織りのルミ** ×3 🔒" in text
    assert "彗星乗りのソラ 💫" in text
    assert "1／24 種類" in text, "the last copy of another one is gone"
    for show, expected in {
        "owned": 1,
        "duplicates": 1,
        "locked": 1,
        "wished": 1,
        "missing": 23,
    }.items():
        assert ask("collection", **{**USUAL, "show": show})["found"] == expected, show
    assert ask("collection", **USUAL, rarity="ｓｓｒ")["found"] == 4
    assert ask("collection", **USUAL, rarity="nothing")["found"] == 0


def test_pages_turn_and_keep_the_filter(ask: Any, tables: Any, publish: Publish) -> None:
    """Sixty cards of a server's own, by a select and by buttons, as pictures and as a list."""
    publish(many())
    own(tables, {f"card:c{number}": 2 for number in range(130, 140)}, page=2)
    first = body(ask, show="duplicates", sort="count")
    [turn] = [each for each in ids(first) if each.startswith("collection:l")]
    assert ask("collection", **pressed(turn))["found"] == 10
    whole = body(ask)
    following = next(each for each in ids(whole) if each.endswith(":1"))
    shown = ask("collection", **pressed(following))
    assert [each["number"] for each in shown["lines"]] == [*range(111, 121)]
    [select] = [each for each in ids(whole) if each.startswith("collection:show:")]
    chosen = ask("collection", **pressed(select, show="owned"))
    assert chosen["found"] == 10 and chosen["filter"]["show"] == "owned"
    beyond = ask("collection", **{**pressed(following), "page": "999"})
    assert beyond["page"] == 5, "cards went meanwhile: the last page there is"
    own(tables, {"card:c155": 3}, page=2)
    beyond = ask("collection", **{**pressed(following), "page": "999"})
    assert [each["copies"] for each in beyond["lines"] if each["number"] == 155] == [3]


def test_a_page_by_number_reads_two_items_at_most(
    ask: Any, tables: Any, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(many(300))
    own(tables, {"card:c130": 1}, page=2)
    client = aws.dynamodb()
    read: list[Any] = []

    def batch(**request: Any) -> Any:
        read.append(request["RequestItems"]["gacha_collection"]["Keys"])
        return client.batch_get_item(**request)

    counting = type("Counting", (), {"__getattr__": lambda _, name: getattr(client, name)})()
    counting.batch_get_item = batch
    monkeypatch.setattr(aws, "dynamodb", lambda: counting)
    for page in range(1, 30):
        ask("collection", filter="00", view="p", page=str(page))
        [keys] = read
        pages = [each["page"]["N"] for each in keys]
        assert len(pages) <= 2
        read.clear()


def test_new_cards_are_those_of_the_last_days(ask: Any, pull: Any) -> None:
    pull(0, 10)
    new = ask("collection", **{**USUAL, "show": "new", "sort": "date"})
    owned = ask("collection", **{**USUAL, "show": "owned"})
    assert new["found"] == owned["found"] > 0


def test_of_another_member_it_says_whose_it_is(ask: Any, tables: Any) -> None:
    theirs = PLAYER_KEY.replace(PLAYER_KEY.partition("@")[0], MEMBER)
    own(tables, {"card:lumi-star-weaver": 1}, key=theirs)
    shown = body(ask, member=MEMBER)
    assert f"<@{MEMBER}> の図鑑" in text_of(shown)
    assert "1／24 種類" in text_of(shown)
    assert all(MEMBER in each for each in ids(shown))


def test_a_closed_book_is_its_owners_alone(ask: Any, tables: Any, pull: Any) -> None:
    pull(0)
    row = {
        **rows(tables, "discord_users")[0],
        "user_id": f"{MEMBER}@{PLAYER_KEY.partition('@')[2]}",
    }
    tables.put_item(
        TableName="discord_users", Item=to_item({**row, "preferences": {"book": "private"}})
    )
    shown = body(ask, member=MEMBER)
    assert "公開していません" in shown["content"] and MEMBER in shown["content"]
    assert "図鑑" in text_of(body(ask)), "one's own is never closed"


def test_a_page_is_shown_to_all_as_it_is_and_turns_no_further(ask: Any, tables: Any) -> None:
    own(tables, {"card:lumi-star-weaver": 2})
    [button] = [each for each in ids(body(ask, show="owned")) if each.startswith("share:")]
    [control] = registry.definition("share").controls
    match = re.fullmatch(control.pattern, button.removeprefix("share:"))
    assert match
    options = {name: value for name, value in match.groupdict().items() if value}
    shown = render.render("share", content(ask("share", **options)), "en", "1")
    assert f"The collection of <@{PLAYER_KEY.partition('@')[0]}>" in text_of(shown)
    assert "Lumi" in text_of(shown) and ids(shown) == []
    assert shown["allowed_mentions"] == {"parse": []}
    assert not [each for each in ids(body(ask, member=MEMBER)) if each.startswith("share:")]


def test_a_banner_that_is_not_there_is_said(ask: Any) -> None:
    assert "ありません" in json.dumps(body(ask, banner="zzz"), ensure_ascii=False)
