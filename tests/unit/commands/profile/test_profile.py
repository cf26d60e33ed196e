"""/gacha profile: what it reads, and cards and banners that are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters import banners
from commands import cards
from gacha.banner import parse
from tests.conftest import ROOT


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
