"""/gacha profile: what it reads, and cards and banners that are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters import banners
from adapters.tables.items import to_item
from commands import cards
from commands.render import render
from gacha.banner import parse
from gacha.luck import LEAST_DRAWS
from gacha.purse import Tickets
from tests.conftest import ROOT
from tests.support import PLAYER_KEY, content, rows


def test_a_newcomers_profile_shows_the_start(ask: Any) -> None:
    profile = ask("profile")
    assert (profile["balance"], profile["owned"]) == (3200, 0)
    assert profile["cards"] == len(banners.load("starlit-atelier").cards)
    assert profile["banners"][0]["standing"][0]["pulls"] == 90


def test_a_profile_shows_what_was_pulled(ask: Any, pull: Any) -> None:
    drawn = pull(0, 10)
    profile = ask("profile")
    assert profile["balance"] == 1600
    assert profile["owned"] == len({card["id"] for card in drawn["message"]["cards"]})
    assert profile["banners"][0]["standing"] == drawn["message"]["standing"]


def test_open_banners_come_first_in_a_profile_and_those_left_out_are_counted(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    starlit = banners.load("starlit-atelier")
    ended = replace(starlit, ends_ms=1)
    every = {f"a{n}": ended for n in range(50)} | {"z": starlit}
    monkeypatch.setattr(banners, "ids", lambda: tuple(sorted(every)))
    monkeypatch.setattr(banners, "load", every.__getitem__)
    profile = ask("profile")
    assert [each["is_open"] for each in profile["banners"]] == [True] + [False] * 50
    assert profile["more"] == 0
    every |= {f"b{n:03}": starlit for n in range(600)}
    profile = ask("profile")
    assert profile["more"] > 0
    assert len(profile["banners"]) + profile["more"] == 651
    assert all(each["is_open"] for each in profile["banners"])
    assert len(json.dumps(profile)) < 256 * 1024 / 1.5


def test_a_card_counts_once_in_whatever_banners_it_is_and_stays_when_they_go(
    ask: Any, pull: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both of "owned of total" count ids: a second banner with the same cards adds none."""
    starlit = banners.load("starlit-atelier")
    text = banners.text("starlit-atelier")
    again = text.replace('id = "starlit-atelier"', 'id = "starlit-again"', 1)
    another = (ROOT / "tests/banners/reverse-1999.toml").read_text()
    every = {
        each.id: each
        for each in (starlit, *(parse(file.encode(), "any.toml") for file in (again, another)))
    }
    assert len(every) == 3
    monkeypatch.setattr(banners, "ids", lambda: tuple(sorted(every)))
    monkeypatch.setattr(banners, "load", every.__getitem__)
    drawn = {card["id"] for card in pull(0, 10)["message"]["cards"]}
    others = {card.id for card in every["reverse-1999"].cards}
    total = len({card.id for card in starlit.cards} | others)
    profile = ask("profile")
    assert (profile["owned"], profile["cards"]) == (len(drawn), total)
    del every["starlit-again"]
    assert (ask("profile")["owned"], ask("profile")["cards"]) == (len(drawn), total)
    del every["starlit-atelier"]
    profile = ask("profile")
    assert (profile["owned"], profile["cards"]) == (len(drawn), len(drawn | others))


def test_a_card_that_a_banner_no_longer_has_goes_by_its_id() -> None:
    card = cards.card(banners.load("starlit-atelier"), "retired")
    assert card["name"] == {"ja": "retired", "en": "retired"}


def test_an_unknown_banner_is_an_error() -> None:
    with pytest.raises(KeyError):
        banners.load("../../etc/passwd")


MEMBER = "1290000000000000077"


def test_what_one_has_beside_the_currency_is_there(ask: Any, pull: Any, tables: Any) -> None:
    pull(0)
    [row] = rows(tables, "discord_users")
    later = 10**13
    lots = [
        Tickets(3, later),
        Tickets(2, later, "starlit-atelier"),
        Tickets(9, 1),
        Tickets(1, later, "gone"),
    ]
    stored = {**row, "shards": 7, "tickets": [each.written() for each in lots]}
    tables.put_item(TableName="discord_users", Item=to_item(stored))
    [embed] = render("profile", content(ask("profile")), "ja", "1")["embeds"]
    purse = embed["fields"][0]["value"].splitlines()
    assert purse[1] == "かけら 7"
    assert purse[2].startswith("チケット 3 枚")
    assert purse[3].startswith("「星あかりのアトリエ」のチケット 2 枚（<t:")
    assert purse[4].startswith("「gone」のチケット 1 枚（開催していない")
    assert len(purse) == 5, "one lot is over"


def test_the_best_card_is_of_the_highest_rarity_that_one_has(
    ask: Any, tables: Any, pull: Any
) -> None:
    pull(0)
    owned = {"user_id": PLAYER_KEY, "page": 0, "card:toki-moon-clockmaker": 1}
    tables.put_item(TableName="gacha_collection", Item=to_item(owned))
    assert ask("profile")["best"]["card"]["id"] == "toki-moon-clockmaker"
    owned["card:lumi-star-weaver"] = 1  # featured
    tables.put_item(TableName="gacha_collection", Item=to_item(owned))
    assert ask("profile")["best"]["card"]["id"] == "lumi-star-weaver"
    assert ask("profile")["copies"] == 2


def test_another_member_shows_cards_and_no_purse(ask: Any, pull: Any, tables: Any) -> None:
    pull(0)
    [row] = rows(tables, "discord_users")
    key = f"{MEMBER}@{PLAYER_KEY.partition('@')[2]}"
    theirs = {**row, "user_id": key, "balance": 987_654, "shards": 55}
    tables.put_item(TableName="discord_users", Item=to_item(theirs))
    shown = render("profile", content(ask("profile", member=MEMBER)), "en", "1")
    assert "987,654" not in json.dumps(shown) and "55" not in json.dumps(
        shown["embeds"][0]["fields"]
    )
    assert shown["embeds"][0]["description"] == f"<@{MEMBER}>"
    [row_of_buttons] = shown["components"]
    assert [each["custom_id"] for each in row_of_buttons["components"]] == [
        f"collection:p:10:::{MEMBER}:0"
    ]
    closed = {**theirs, "preferences": {"book": "private"}}
    tables.put_item(TableName="discord_users", Item=to_item(closed))
    assert ask("profile", member=MEMBER)["sentence"] == "closed_book"
    assert ask("profile", member="1290000000000000078")["owned"] == 0, "was never here"


def luck_of(profile: dict[str, Any], lang: str) -> str:
    [embed] = render("profile", content(profile), lang, "1")["embeds"]
    [field] = [each for each in embed["fields"] if each["name"].startswith(("運", "Luck"))]
    return str(field["value"])


def test_luck_is_that_of_the_command_and_too_early_to_say_at_first(
    ask: Any, pull: Any, tables: Any
) -> None:
    assert "luck" not in ask("profile")
    for number in range(LEAST_DRAWS // 10):
        pull(number, 10)
        if number == 0:
            assert "まだ早い" in luck_of(ask("profile"), "ja")
        [row] = rows(tables, "discord_users")
        tables.put_item(TableName="discord_users", Item=to_item({**row, "balance": 10_000}))
    profile = ask("profile")
    standing = ask("luck")["standing"]
    assert profile["luck"] == {"banner": ask("luck")["banner"], "standing": standing}
    for lang, said in (
        ("ja", f"{LEAST_DRAWS} 回）を引く人が 100 人いたら、SSR がこれより少ない人は"),
        ("en", f"Of 100 players who pull just as often ({LEAST_DRAWS} times) by the same rules"),
    ):
        assert said in luck_of(profile, lang)
        assert f"**{standing['percent']}" in luck_of(profile, lang)


def test_luck_of_another_member_is_shown_with_their_book(ask: Any, pull: Any, tables: Any) -> None:
    pull(0)
    for table in ("discord_users", "gacha_history"):
        for row in rows(tables, table):
            key = f"{MEMBER}@{PLAYER_KEY.partition('@')[2]}"
            tables.put_item(TableName=table, Item=to_item({**row, "user_id": key}))
    assert ask("profile", member=MEMBER)["luck"]["standing"]["draws"] == 1
    [owner] = [r for r in rows(tables, "discord_users") if r["user_id"].startswith(MEMBER)]
    closed = {**owner, "preferences": {"book": "private"}}
    tables.put_item(TableName="discord_users", Item=to_item(closed))
    assert "luck" not in ask("profile", member=MEMBER)
