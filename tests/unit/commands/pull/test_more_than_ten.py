"""Results of more than ten cards: two galleries, every name, and within Discord's limits, however
long the names are, in both languages."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

import pytest

from commands import kit
from commands.render import render
from commands.sentences import LANGUAGES
from local.messages import components, text_of
from tests.judge import refusal

GALLERY: Final = 12


def result(count: int, name: str, *, has_art: bool) -> dict[str, Any]:
    """All different cards, each of the lowest ranks as good as the others."""
    other = {"ja": "冬" * 80, "en": "W" * 80}
    cards = [
        {
            "id": f"c{100 + at}",
            "name": {"ja": f"{at:02}{name}", "en": f"{at:02}{name}"},
            "rarity": {"ja": "SSR" if at < 2 else "R", "en": "SSR" if at < 2 else "R"},
            "rank": 0 if at < 2 else 2,
            "featured": at == 0,
            "new": True,
            "shards": 0,
            **({"art": f"{at:032x}"} if has_art else {}),
        }
        for at in range(count)
    ]
    return {
        "kind": "pull",
        "banner": {"ja": "夏" * 80, "en": "S" * 80},
        "banner_id": "b1",
        "user": "1290000000000000009",
        "next_draw": "3.140",
        "cards": cards,
        "sizes": [1, 5, 11, 20],
        "price": 3_200,
        "balance": 10**9,
        "standing": [],
        "others": [{"id": f"b{n}", "name": other} for n in range(2, 26)],
    }


def shown_pictures(body: dict[str, Any]) -> list[list[str]]:
    galleries = [each for each in components(body["components"]) if each["type"] == GALLERY]
    return [[item["media"]["url"][-32:] for item in each["items"]] for each in galleries]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [11, 20])
def test_every_name_is_there_and_pictures_as_far_as_they_fit(count: int, language: str) -> None:
    for name in ("竜", "夜明けの竜" * 15, "🐉" * 60, "Dragon of the dawn " * 4):
        for has_art in (True, False):
            of = result(count, name.strip(), has_art=has_art)
            body = render("pull", of, language, "1574629893967717349")
            assert refusal(body) == "", (name, has_art)
            text = text_of(body)
            assert all(kit.name(card, language) in text for card in of["cards"]), name
            galleries = shown_pictures(body)
            assert all(1 <= len(each) <= 10 for each in galleries)
            if not has_art:
                assert galleries == []
            elif name == "竜":
                half = -(-count // 2)
                assert [len(each) for each in galleries] == [half, count - half]
                assert [*chain(*galleries)] == [card["art"] for card in of["cards"]]
            kept = {at for each in galleries for at in each}
            if kept and len(kept) < count:  # the highest rarity's go last
                assert {card["art"] for card in of["cards"][:2]} <= kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_signs_that_take_two_are_cut_where_they_do_not_fit(language: str) -> None:
    """Of a card that nobody can tell from the next one, nothing would be said."""
    of = result(20, "*_`~|" * 15 + "end", has_art=True)
    for card in of["cards"]:
        card["rarity"] = {"ja": "_" * 80, "en": "*" * 80}
    body = render("pull", of, language, "1574629893967717349")
    assert refusal(body) == ""
    text = text_of(body)
    assert all(f"{at:02}" in text for at in range(20)) and "…" in text
